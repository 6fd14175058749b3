using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Attributes of the stablehlo, chlo and sdy dialects.</summary>
internal partial class AttributePrinter
{
    private void DialectAttribute(Attribute attribute)
    {
        switch (attribute)
        {
            case EnumAttr { Mnemonic: "result_accuracy_mode" } mode:
                Out.Ascii($"#{mode.Dialect}.{mode.Mnemonic}<{mode.Value}>");
                break;
            case EnumAttr value:
                Out.Ascii($"#{value.Dialect}<{value.Mnemonic} {value.Value}>");
                break;
            case DotDimensionNumbersAttr dot:
                Struct("#stablehlo.dot<"u8,
                    ("lhs_batching_dimensions", dot.LhsBatchingDimensions), ("rhs_batching_dimensions", dot.RhsBatchingDimensions),
                    ("lhs_contracting_dimensions", dot.LhsContractingDimensions), ("rhs_contracting_dimensions", dot.RhsContractingDimensions));
                Out.Byte((byte)'>');
                break;
            case RaggedDotDimensionNumbersAttr dot:
                Struct("#chlo.ragged_dot<"u8,
                    ("lhs_batching_dimensions", dot.LhsBatchingDimensions), ("rhs_batching_dimensions", dot.RhsBatchingDimensions),
                    ("lhs_contracting_dimensions", dot.LhsContractingDimensions), ("rhs_contracting_dimensions", dot.RhsContractingDimensions),
                    ("lhs_ragged_dimensions", dot.LhsRaggedDimensions), ("rhs_group_dimensions", dot.RhsGroupDimensions));
                Out.Byte((byte)'>');
                break;
            case GatherDimensionNumbersAttr gather:
                IndexVector(gather.IndexVectorDim, Struct("#stablehlo.gather<"u8,
                    ("offset_dims", gather.OffsetDims), ("collapsed_slice_dims", gather.CollapsedSliceDims),
                    ("operand_batching_dims", gather.OperandBatchingDims), ("start_indices_batching_dims", gather.StartIndicesBatchingDims),
                    ("start_index_map", gather.StartIndexMap)));
                break;
            case ScatterDimensionNumbersAttr scatter:
                IndexVector(scatter.IndexVectorDim, Struct("#stablehlo.scatter<"u8,
                    ("update_window_dims", scatter.UpdateWindowDims), ("inserted_window_dims", scatter.InsertedWindowDims),
                    ("input_batching_dims", scatter.InputBatchingDims), ("scatter_indices_batching_dims", scatter.ScatterIndicesBatchingDims),
                    ("scatter_dims_to_operand_dims", scatter.ScatterDimsToOperandDims)));
                break;
            case ConvDimensionNumbersAttr conv:
                Out.Bytes("#stablehlo.conv<"u8);
                if (IsRegular(conv))
                {
                    ConvDimensions(conv);
                }
                else
                {
                    RawConvDimensions(conv);
                }
                Out.Byte((byte)'>');
                break;
            case DotAlgorithmAttr algorithm:
                Out.Bytes("#stablehlo.dot_algorithm"u8);
                DotAlgorithm(algorithm);
                break;
            case ChannelHandleAttr channel:
                Out.Ascii($"#stablehlo.channel_handle<handle = {channel.Handle}, type = {channel.Type}>");
                break;
            case OutputOperandAliasAttr alias:
                Out.Bytes("#stablehlo.output_operand_alias<output_tuple_indices = "u8);
                Dims(alias.OutputTupleIndices);
                Out.Ascii($", operand_index = {alias.OperandIndex}, operand_tuple_indices = ");
                Dims(alias.OperandTupleIndices);
                Out.Byte((byte)'>');
                break;
            case TypeExtensionsAttr bounds:
                Out.Bytes("#stablehlo.bounds<"u8);
                DimItems(bounds.Bounds);
                Out.Byte((byte)'>');
                break;
            case ResultAccuracyAttr accuracy:
                ResultAccuracy(accuracy);
                break;
            case AxisRefAttr axis:
                Out.Bytes("#stablehlo.axis_ref<name = "u8);
                Quoted(axis.Name);
                if (axis.SubAxis is { } part)
                {
                    Out.Ascii($", sub_axis_info = ({part.PreSize}){part.Size}");
                }
                Out.Byte((byte)'>');
                break;
            case SubAxisInfoAttr sub:
                Out.Ascii($"#stablehlo<sub_axis_info({sub.PreSize}){sub.Size}>");
                break;
            case MeshAxisAttr axis:
                Out.Bytes("#stablehlo.mesh_axis"u8);
                MeshAxis(axis);
                break;
            case MeshAttr mesh:
                Out.Bytes("#stablehlo.mesh<axes=["u8);
                for (int i = 0; i < mesh.Axes.Length; i++)
                {
                    Comma(i);
                    MeshAxis(mesh.Axes[i]);
                }
                Out.Byte((byte)']');
                if (mesh.DeviceIds is not null)
                {
                    Out.Bytes(", device_ids="u8);
                    Attribute(mesh.DeviceIds);
                }
                Out.Byte((byte)'>');
                break;
            case ReplicaGroupMeshAxesAttr groups:
                Out.Bytes("#stablehlo.replica_group_mesh_axes<mesh = "u8);
                Attribute(groups.Mesh);
                Out.Bytes(", axes = "u8);
                Attribute(groups.Axes);
                Out.Byte((byte)'>');
                break;
            default:
                SdyAttribute(attribute);
                break;
        }
    }

    /// <summary>The non-empty lists of a struct attribute, without the closing bracket; whether there were any.</summary>
    private bool Struct(ReadOnlySpan<byte> open, params ReadOnlySpan<(string Name, ValueArray<long> Dims)> fields)
    {
        Out.Bytes(open);
        bool any = false;
        foreach ((string name, ValueArray<long> dims) in fields)
        {
            if (dims.Length == 0)
            {
                continue;
            }
            Comma(any ? 1 : 0);
            Out.Ascii(name);
            Out.Bytes(" = "u8);
            Dims(dims);
            any = true;
        }
        return any;
    }

    private void IndexVector(long dim, bool any)
    {
        if (dim != 0)
        {
            Comma(any ? 1 : 0);
            Out.Bytes("index_vector_dim = "u8);
            Out.Number(dim);
        }
        Out.Byte((byte)'>');
    }

    /// <summary><c>[1, ?, 3]</c>.</summary>
    protected void Dims(ValueArray<long> dims)
    {
        Out.Byte((byte)'[');
        DimItems(dims);
        Out.Byte((byte)']');
    }

    private void DimItems(ValueArray<long> dims)
    {
        for (int i = 0; i < dims.Length; i++)
        {
            Comma(i);
            if (dims[i] == Ir.Shape.Dynamic)
            {
                Out.Byte((byte)'?');
            }
            else
            {
                Out.Number(dims[i]);
            }
        }
    }

    private void MeshAxis(MeshAxisAttr axis)
    {
        Out.Bytes("<name = "u8);
        Quoted(axis.Name);
        Out.Bytes(", size = "u8);
        Out.Number(axis.Size);
        Out.Byte((byte)'>');
    }

    /// <summary><c>&lt;lhs_precision_type = …&gt;</c>.</summary>
    protected void DotAlgorithm(DotAlgorithmAttr a)
    {
        Out.Bytes("<lhs_precision_type = "u8);
        Type(a.LhsPrecisionType);
        Out.Bytes(", rhs_precision_type = "u8);
        Type(a.RhsPrecisionType);
        Out.Bytes(", accumulation_type = "u8);
        Type(a.AccumulationType);
        Out.Ascii($", lhs_component_count = {a.LhsComponentCount}, rhs_component_count = {a.RhsComponentCount}");
        Out.Ascii($", num_primitive_operations = {a.NumPrimitiveOperations}, allow_imprecise_accumulation = {(a.AllowImpreciseAccumulation ? "true" : "false")}>");
    }

    private void ResultAccuracy(ResultAccuracyAttr accuracy)
    {
        Out.Bytes("#stablehlo.result_accuracy<"u8);
        if (accuracy.Atol != 0)
        {
            Out.Bytes("atol = "u8);
            FloatText.Write(Out, accuracy.Atol, ElementKind.F64);
            Out.Bytes(", "u8);
        }
        if (accuracy.Rtol != 0)
        {
            Out.Bytes("rtol = "u8);
            FloatText.Write(Out, accuracy.Rtol, ElementKind.F64);
            Out.Bytes(", "u8);
        }
        if (accuracy.Ulps != 0)
        {
            Out.Ascii($"ulps = {accuracy.Ulps}, ");
        }
        Out.Ascii($"mode = #stablehlo.result_accuracy_mode<{accuracy.Mode}>>");
    }

    /// <summary>Whether each list of dimensions names every place exactly once, so that <c>[b, 0, f]</c> can spell it.</summary>
    protected static bool IsRegular(ConvDimensionNumbersAttr conv)
    {
        static bool Covers(long first, long second, ValueArray<long> spatial)
        {
            var seen = new HashSet<long> { first, second };
            foreach (long place in spatial)
            {
                seen.Add(place);
            }
            int count = spatial.Length + 2;
            return seen.Count == count && seen.All(place => place >= 0 && place < count);
        }
        return Covers(conv.InputBatchDimension, conv.InputFeatureDimension, conv.InputSpatialDimensions)
            && Covers(conv.KernelInputFeatureDimension, conv.KernelOutputFeatureDimension, conv.KernelSpatialDimensions)
            && Covers(conv.OutputBatchDimension, conv.OutputFeatureDimension, conv.OutputSpatialDimensions);
    }

    /// <summary><c>[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]</c>.</summary>
    protected void ConvDimensions(ConvDimensionNumbersAttr conv)
    {
        ConvList(conv.InputBatchDimension, 'b', conv.InputFeatureDimension, 'f', conv.InputSpatialDimensions);
        Out.Byte((byte)'x');
        ConvList(conv.KernelInputFeatureDimension, 'i', conv.KernelOutputFeatureDimension, 'o', conv.KernelSpatialDimensions);
        Out.Bytes("->"u8);
        ConvList(conv.OutputBatchDimension, 'b', conv.OutputFeatureDimension, 'f', conv.OutputSpatialDimensions);
    }

    private void ConvList(long first, char firstName, long second, char secondName, ValueArray<long> spatial)
    {
        Out.Byte((byte)'[');
        int count = spatial.Length + 2;
        for (int place = 0; place < count; place++)
        {
            Comma(place);
            if (place == first)
            {
                Out.Byte((byte)firstName);
            }
            else if (place == second)
            {
                Out.Byte((byte)secondName);
            }
            else
            {
                Out.Number((long)spatial.Span.IndexOf(place));
            }
        }
        Out.Byte((byte)']');
    }

    private void RawConvDimensions(ConvDimensionNumbersAttr conv)
    {
        void Part(string name, long first, long second, string firstName, string secondName, ValueArray<long> spatial)
        {
            Out.Ascii($"{name}_{firstName} = {first}, {name}_{secondName} = {second}, {name}_spatial_dimensions = ");
            Dims(spatial);
        }
        Out.Bytes("raw "u8);
        Part("input", conv.InputBatchDimension, conv.InputFeatureDimension, "batch_dimension", "feature_dimension", conv.InputSpatialDimensions);
        Out.Bytes(", "u8);
        Part("kernel", conv.KernelInputFeatureDimension, conv.KernelOutputFeatureDimension, "input_feature_dimension", "output_feature_dimension", conv.KernelSpatialDimensions);
        Out.Bytes(", "u8);
        Part("output", conv.OutputBatchDimension, conv.OutputFeatureDimension, "batch_dimension", "feature_dimension", conv.OutputSpatialDimensions);
    }

    private void SdyAttribute(Attribute attribute)
    {
        switch (attribute)
        {
            case SdyShardingAttr sharding:
                Out.Bytes("#sdy.sharding"u8);
                Sharding(sharding);
                break;
            case SdyShardingPerValueAttr list:
                Out.Bytes("#sdy.sharding_per_value<"u8);
                ShardingList(list);
                Out.Byte((byte)'>');
                break;
            case SdyMeshAttr mesh:
                Out.Bytes("#sdy.mesh"u8);
                Mesh(mesh);
                break;
            case SdyManualAxesAttr axes:
                Out.Bytes("#sdy<manual_axes"u8);
                ManualAxes(axes);
                Out.Byte((byte)'>');
                break;
            case SdyAxisRefListAttr axes:
                Out.Bytes("#sdy<axis_ref_list"u8);
                AxisList(axes.Axes);
                Out.Byte((byte)'>');
                break;
            case SdyListOfAxisRefListsAttr lists:
                Out.Bytes("#sdy<list_of_axis_ref_lists"u8);
                AxisLists(lists);
                Out.Byte((byte)'>');
                break;
            case SdyAllToAllParamListAttr list:
                Out.Bytes("#sdy<all_to_all_param_list"u8);
                AllToAllParams(list);
                Out.Byte((byte)'>');
                break;
            case SdyOpShardingRuleAttr rule:
                ShardingRule(rule);
                break;
            case SdyAxisRef axis:
                Out.Bytes("#sdy<axis_ref"u8);
                AxisRef(axis);
                Out.Byte((byte)'>');
                break;
            case SdyMeshAxis axis:
                Out.Bytes("#sdy<mesh_axis"u8);
                SdyAxis(axis);
                Out.Byte((byte)'>');
                break;
            case SdyDimensionSharding dimension:
                Out.Bytes("#sdy<dimension_sharding"u8);
                Dimension(dimension);
                Out.Byte((byte)'>');
                break;
            default:
                throw new InvalidOperationException($"no text is defined for attributes of class {attribute.GetType().Name}");
        }
    }

    private void SdyAxis(SdyMeshAxis axis)
    {
        Quoted(axis.Name);
        Out.Byte((byte)'=');
        Out.Number(axis.Size);
    }

    /// <summary><c>&lt;["x"=2], device_ids=[1, 0]&gt;</c>.</summary>
    protected void Mesh(SdyMeshAttr mesh)
    {
        Out.Bytes("<["u8);
        for (int i = 0; i < mesh.Axes.Length; i++)
        {
            Comma(i);
            SdyAxis(mesh.Axes[i]);
        }
        Out.Byte((byte)']');
        if (mesh.DeviceIds.Length > 0)
        {
            Out.Bytes(", device_ids="u8);
            Dims(mesh.DeviceIds);
        }
        Out.Byte((byte)'>');
    }

    private void AxisRef(SdyAxisRef axis)
    {
        Quoted(axis.Name);
        if (axis.PreSize is { } pre)
        {
            Out.Bytes(":("u8);
            Out.Number(pre);
            Out.Byte((byte)')');
            Out.Number(axis.Size ?? 1);
        }
    }

    /// <summary><c>{"x", "y"}</c>.</summary>
    protected void AxisList(ValueArray<SdyAxisRef> axes)
    {
        Out.Byte((byte)'{');
        for (int i = 0; i < axes.Length; i++)
        {
            Comma(i);
            AxisRef(axes[i]);
        }
        Out.Byte((byte)'}');
    }

    private void Dimension(SdyDimensionSharding dimension)
    {
        Out.Byte((byte)'{');
        for (int i = 0; i < dimension.Axes.Length; i++)
        {
            Comma(i);
            AxisRef(dimension.Axes[i]);
        }
        if (!dimension.IsClosed)
        {
            Comma(dimension.Axes.Length);
            Out.Byte((byte)'?');
        }
        Out.Byte((byte)'}');
        if (dimension.Priority is { } priority)
        {
            Out.Byte((byte)'p');
            Out.Number(priority);
        }
    }

    /// <summary><c>&lt;@mesh, [{"x"}, {}]&gt;</c>.</summary>
    protected void Sharding(SdyShardingAttr sharding)
    {
        Out.Byte((byte)'<');
        if (sharding.Mesh is SdyMeshAttr mesh)
        {
            Out.Bytes("mesh"u8);
            Mesh(mesh);
        }
        else
        {
            Attribute(sharding.Mesh);
        }
        Out.Bytes(", ["u8);
        for (int i = 0; i < sharding.Dimensions.Length; i++)
        {
            Comma(i);
            Dimension(sharding.Dimensions[i]);
        }
        Out.Byte((byte)']');
        if (sharding.Replicated.Length > 0)
        {
            Out.Bytes(", replicated="u8);
            AxisList(sharding.Replicated);
        }
        if (sharding.Unreduced.Length > 0)
        {
            Out.Bytes(", unreduced="u8);
            Out.Ascii(sharding.Reduction switch { SdyReduction.Max => "max", SdyReduction.Min => "min", _ => "" });
            AxisList(sharding.Unreduced);
        }
        Out.Byte((byte)'>');
    }

    /// <summary><c>[&lt;…&gt;, …]</c>.</summary>
    protected void ShardingList(SdyShardingPerValueAttr list)
    {
        Out.Byte((byte)'[');
        for (int i = 0; i < list.Shardings.Length; i++)
        {
            Comma(i);
            Sharding(list.Shardings[i]);
        }
        Out.Byte((byte)']');
    }

    /// <summary><c>{"x", "y"}</c>.</summary>
    protected void ManualAxes(SdyManualAxesAttr axes)
    {
        Out.Byte((byte)'{');
        for (int i = 0; i < axes.Axes.Length; i++)
        {
            Comma(i);
            Quoted(axes.Axes[i]);
        }
        Out.Byte((byte)'}');
    }

    /// <summary><c>[{"x"}, {}]</c>.</summary>
    protected void AxisLists(SdyListOfAxisRefListsAttr lists)
    {
        Out.Byte((byte)'[');
        for (int i = 0; i < lists.Lists.Length; i++)
        {
            Comma(i);
            AxisList(lists.Lists[i].Axes);
        }
        Out.Byte((byte)']');
    }

    /// <summary><c>[{"x"}: 0->1]</c>.</summary>
    protected void AllToAllParams(SdyAllToAllParamListAttr list)
    {
        Out.Byte((byte)'[');
        for (int i = 0; i < list.Items.Length; i++)
        {
            Comma(i);
            AxisList(list.Items[i].Axes);
            Out.Ascii($": {list.Items[i].SourceDimension}->{list.Items[i].TargetDimension}");
        }
        Out.Byte((byte)']');
    }

    private void ShardingRule(SdyOpShardingRuleAttr rule)
    {
        Out.Bytes("#sdy.op_sharding_rule<("u8);
        Mappings(rule.OperandMappings);
        Out.Bytes(")->("u8);
        Mappings(rule.ResultMappings);
        Out.Byte((byte)')');
        if (rule.FactorSizes.Length > 0)
        {
            Out.Bytes(" {"u8);
            for (int i = 0; i < rule.FactorSizes.Length; i++)
            {
                Comma(i);
                Factor(i);
                Out.Byte((byte)'=');
                Out.Number(rule.FactorSizes[i]);
            }
            Out.Byte((byte)'}');
        }
        NamedFactors("reduction", rule.ReductionFactors);
        NamedFactors("need_replication", rule.NeedReplicationFactors);
        NamedFactors("permutation", rule.PermutationFactors);
        NamedFactors("blocked_propagation", rule.BlockedPropagationFactors);
        if (rule.IsCustom)
        {
            Out.Bytes(", custom"u8);
        }
        Out.Byte((byte)'>');
    }

    private void Mappings(ValueArray<ValueArray<ValueArray<long>>> tensors)
    {
        for (int t = 0; t < tensors.Length; t++)
        {
            Comma(t);
            Out.Byte((byte)'[');
            for (int d = 0; d < tensors[t].Length; d++)
            {
                Comma(d);
                foreach (long factor in tensors[t][d])
                {
                    Factor(factor);
                }
            }
            Out.Byte((byte)']');
        }
    }

    private void NamedFactors(string name, ValueArray<long> factors)
    {
        if (factors.Length == 0)
        {
            return;
        }
        Out.Ascii($" {name}={{");
        for (int i = 0; i < factors.Length; i++)
        {
            Comma(i);
            Factor(factors[i]);
        }
        Out.Byte((byte)'}');
    }

    private void Factor(long factor)
    {
        if (factor <= 17)
        {
            Out.Byte((byte)('i' + factor));
            return;
        }
        Out.Bytes("z_"u8);
        Out.Number(factor - 17);
    }
}
