using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>An operation as a version of the dialect has it: inherent attributes in the order of their names, and the others.</summary>
internal sealed record ExportedOp(VhloOp Op, (string Name, Attribute Value)[] Inherent, (string Name, Attribute Value)[] Discardable, bool IsDowngraded);

/// <summary>Turns operations into those of the vhlo dialect at a version: defaults are spelled out, and what the version lacks must have no effect.</summary>
internal sealed class VhloExport(StableHloVersion target)
{
    private static readonly TypeAttr s_none = new(new NoneType());
    private static readonly DenseElementsAttr s_noNumbers = new(new TensorType(ElementKind.I64, new Shape(0)), default, false);
    private static readonly ArrayAttr s_defaultPrecision = new([EnumAttr.StableHlo("precision", "DEFAULT"), EnumAttr.StableHlo("precision", "DEFAULT")]);
    private static readonly ResultAccuracyAttr s_defaultAccuracy = new(0, 0, 0, "DEFAULT");
    private static readonly OpName s_customCall = "stablehlo.custom_call";
    private static readonly OpName s_composite = "stablehlo.composite";
    private static readonly StableHloVersion s_promoting = new(0, 17, 0);
    private static readonly StableHloVersion s_futures = new(1, 17, 0);
    private static readonly HashSet<string> s_matchBefore17 =
        ["stablehlo.all_reduce", "stablehlo.reduce", "stablehlo.reduce_scatter", "stablehlo.reduce_window", "stablehlo.scatter", "stablehlo.select_and_scatter"];

    /// <summary>Whether what becomes of an operation that the version has in the current form follows from its name and attributes alone.</summary>
    public bool DependsOnAttributesOnly(OpName name) =>
        name == s_customCall ? target >= s_futures : target >= s_promoting || !s_matchBefore17.Contains(name.Full);

    /// <summary>The operation at the target version.</summary>
    /// <exception cref="NotSupportedException">The version cannot express it.</exception>
    public ExportedOp Convert(Operation op)
    {
        VhloOp? current = VhloOp.Find(op.Name, StableHloVersion.Current);
        VhloOp? chosen = VhloOp.Find(op.Name, target);
        if (chosen is null || current is null)
        {
            throw new NotSupportedException(
                VhloOp.Exists(op.Name) ? $"there is no {op.Name} in version {target}" : $"{op.Name} is no operation of StableHLO, and artifacts hold no others");
        }
        var discardable = new List<(string, Attribute)>();
        var inherent = new Dictionary<string, Attribute>();
        foreach (NamedAttribute entry in op.Attributes.Entries)
        {
            AttributeDef? def = current.Def?.FindAttribute(entry.Name);
            if (def is not null)
            {
                Inherent(current, def, entry.Value, inherent);
            }
            else if (current.Def is null && current.Version.Attributes.Contains(entry.Name))
            {
                inherent.Add(entry.Name, entry.Value);
            }
            else
            {
                discardable.Add((entry.Name, entry.Value));
            }
        }
        foreach (string name in current.Version.Attributes)
        {
            if (!inherent.ContainsKey(name))
            {
                inherent.Add(name, Default(op, current, name, inherent) ?? throw new NotSupportedException($"{op.Name} has no attribute '{name}'"));
            }
        }
        Constraints(op, inherent);
        if (chosen != current)
        {
            Downgrade(op, current, chosen, inherent);
        }
        discardable.Sort(static (a, b) => string.CompareOrdinal(a.Item1, b.Item1));
        return new ExportedOp(chosen, [.. chosen.Version.Attributes.Select(n => (n, inherent[n]))], [.. discardable], chosen != current);
    }

    /// <summary>What an error calls an operation: an earlier version lacks what it is in the current one; the current one lacks the operation itself.</summary>
    public OpName Blamed(OpName name) => target < StableHloVersion.Current ? VhloOp.Find(name, StableHloVersion.Current)?.Name ?? name : name;

    private static DenseArrayAttr Numbers(ValueArray<long> values) => new(ElementKind.I64, values);

    private static void Inherent(VhloOp op, AttributeDef def, Attribute value, Dictionary<string, Attribute> inherent)
    {
        switch (value)
        {
            case DotDimensionNumbersAttr dot when def.Kind == AttributeKind.DotDimensionNumbers:
                inherent.Add("lhs_batching_dimensions", Numbers(dot.LhsBatchingDimensions));
                inherent.Add("rhs_batching_dimensions", Numbers(dot.RhsBatchingDimensions));
                inherent.Add("lhs_contracting_dimensions", Numbers(dot.LhsContractingDimensions));
                inherent.Add("rhs_contracting_dimensions", Numbers(dot.RhsContractingDimensions));
                break;
            case DotAlgorithmAttr algorithm:
                inherent.Add("lhs_precision_type", new TypeAttr(algorithm.LhsPrecisionType));
                inherent.Add("rhs_precision_type", new TypeAttr(algorithm.RhsPrecisionType));
                inherent.Add("accumulation_type", new TypeAttr(algorithm.AccumulationType));
                inherent.Add("lhs_component_count", IntegerAttr.I64(algorithm.LhsComponentCount));
                inherent.Add("rhs_component_count", IntegerAttr.I64(algorithm.RhsComponentCount));
                inherent.Add("num_primitive_operations", IntegerAttr.I64(algorithm.NumPrimitiveOperations));
                inherent.Add("allow_imprecise_accumulation", new BoolAttr(algorithm.AllowImpreciseAccumulation));
                break;
            case GatherDimensionNumbersAttr gather:
                inherent.Add("offset_dims", Numbers(gather.OffsetDims));
                inherent.Add("collapsed_slice_dims", Numbers(gather.CollapsedSliceDims));
                inherent.Add("operand_batching_dims", Numbers(gather.OperandBatchingDims));
                inherent.Add("start_indices_batching_dims", Numbers(gather.StartIndicesBatchingDims));
                inherent.Add("start_index_map", Numbers(gather.StartIndexMap));
                inherent.Add("index_vector_dim", IntegerAttr.I64(gather.IndexVectorDim));
                break;
            case ScatterDimensionNumbersAttr scatter:
                inherent.Add("update_window_dims", Numbers(scatter.UpdateWindowDims));
                inherent.Add("inserted_window_dims", Numbers(scatter.InsertedWindowDims));
                inherent.Add("input_batching_dims", Numbers(scatter.InputBatchingDims));
                inherent.Add("scatter_indices_batching_dims", Numbers(scatter.ScatterIndicesBatchingDims));
                inherent.Add("scatter_dims_to_operand_dims", Numbers(scatter.ScatterDimsToOperandDims));
                inherent.Add("index_vector_dim", IntegerAttr.I64(scatter.IndexVectorDim));
                break;
            case ConvDimensionNumbersAttr conv:
                inherent.Add("input_batch_dimension", IntegerAttr.I64(conv.InputBatchDimension));
                inherent.Add("input_feature_dimension", IntegerAttr.I64(conv.InputFeatureDimension));
                inherent.Add("input_spatial_dimensions", Numbers(conv.InputSpatialDimensions));
                inherent.Add("kernel_input_feature_dimension", IntegerAttr.I64(conv.KernelInputFeatureDimension));
                inherent.Add("kernel_output_feature_dimension", IntegerAttr.I64(conv.KernelOutputFeatureDimension));
                inherent.Add("kernel_spatial_dimensions", Numbers(conv.KernelSpatialDimensions));
                inherent.Add("output_batch_dimension", IntegerAttr.I64(conv.OutputBatchDimension));
                inherent.Add("output_feature_dimension", IntegerAttr.I64(conv.OutputFeatureDimension));
                inherent.Add("output_spatial_dimensions", Numbers(conv.OutputSpatialDimensions));
                break;
            case ChannelHandleAttr channel:
                inherent.Add("channel_id", IntegerAttr.I64(channel.Handle));
                if (op.Version.Attributes.Contains("channel_type"))
                {
                    inherent.Add("channel_type", IntegerAttr.I64(channel.Type));
                }
                break;
            case UnitAttr when def.Kind == AttributeKind.Unit:
                inherent.Add(def.Name, new BoolAttr(true));
                break;
            case IntegerAttr number when def.Enum is { Dialect: "integer" } e:
                inherent.Add(def.Name, new EnumAttr(e.Dialect, e.Mnemonic,
                    e.NameOf(number.Value) ?? throw new NotSupportedException($"{number.Value} is no {e.Mnemonic}")));
                break;
            default:
                inherent.Add(def.Name, value);
                break;
        }
    }

    private static long Spatial(Dictionary<string, Attribute> inherent)
    {
        foreach (string name in (ReadOnlySpan<string>)["input_spatial_dimensions", "window_dimensions"])
        {
            if (inherent.TryGetValue(name, out Attribute? value) && value is DenseArrayAttr list)
            {
                return list.Values.Length;
            }
        }
        throw new NotSupportedException("a window has no dimensions");
    }

    private static DenseElementsAttr All(ElementKind kind, long value, params long[] shape)
    {
        byte[] data = new byte[kind.StorageBytes()];
        data[0] = (byte)value;
        return shape.Contains(0) ? new DenseElementsAttr(new TensorType(kind, new Shape(shape)), default, false)
            : new DenseElementsAttr(new TensorType(kind, new Shape(shape)), data, true);
    }

    private static Attribute? Default(Operation op, VhloOp current, string name, Dictionary<string, Attribute> inherent)
    {
        if (current.Def is null)
        {
            return name switch { "sym_visibility" => new StringAttr(""), "arg_attrs" or "res_attrs" => ArrayAttr.Empty, _ => null };
        }
        AttributeDef? def = current.Def.FindAttribute(name);
        if (def is { Optional: false, Default: null })
        {
            return null;
        }
        switch (name)
        {
            case "channel_id":
                return current.Version.Attributes.Contains("channel_type") ? null : IntegerAttr.I64(0);
            case "compare_type":
                return EnumAttr.StableHlo("comparison_type", "NOTYPE");
            case "version":
                return IntegerAttr.I64(0);
            case "dimension" when op.Name.Short == "sort":
                return IntegerAttr.I64(-1);
            case "composite_attributes":
                return DictionaryAttr.Empty;
            case "window_strides" or "lhs_dilation" or "rhs_dilation" or "base_dilations" or "window_dilations":
                return All(ElementKind.I64, 1, Spatial(inherent));
            case "padding":
                return All(ElementKind.I64, 0, Spatial(inherent), 2);
            case "window_reversal":
                return All(ElementKind.I1, 0, Spatial(inherent));
            case "precision_config":
                return s_defaultPrecision;
            case "backend_config":
                return op.Attributes.Get<IntegerAttr>("api_version")?.Value == (int)CustomCallApiVersion.API_VERSION_TYPED_FFI ? DictionaryAttr.Empty : new StringAttr("");
            case "api_version":
                return new EnumAttr("integer", "api_version", "API_VERSION_ORIGINAL");
            case "called_computations" or "operand_layouts" or "result_layouts" or "output_operand_aliases" or "result_tilings" or "layout":
                return ArrayAttr.Empty;
            case "infeed_config" or "outfeed_config":
                return new StringAttr("");
            case "lhs_precision_type" or "rhs_precision_type" or "accumulation_type" or "lhs_component_count" or "rhs_component_count"
                or "num_primitive_operations" or "allow_imprecise_accumulation":
                return s_none;
            case "result_accuracy":
                return s_defaultAccuracy;
            case "known_expanding_dimensions" or "known_nonexpanding_dimensions" or "source_target_pairs":
                return s_noNumbers;
            default:
                return def?.Kind is AttributeKind.Bool or AttributeKind.Unit ? new BoolAttr(false) : null;
        }
    }

    /// <summary>What earlier versions do not allow an operation that they have.</summary>
    private void Constraints(Operation op, Dictionary<string, Attribute> inherent)
    {
        if (target < s_promoting && s_matchBefore17.Contains(op.Name.Full))
        {
            for (int i = 0; i < Math.Min(op.Operands.Length, op.Results.Length); i++)
            {
                if (ElementOf(op.Operands[i].Type) is { } a && ElementOf(op.Results[i].Type) is { } b && !a.Equals(b))
                {
                    throw new NotSupportedException($"{op.Name} has results of another element type than its operands, which came with version 0.17.0");
                }
            }
        }
        if (op.Name != s_customCall)
        {
            return;
        }
        if (target < new StableHloVersion(1, 3, 0) && (inherent["backend_config"] is DictionaryAttr || inherent["api_version"] is EnumAttr { Value: "API_VERSION_TYPED_FFI" }))
        {
            throw new NotSupportedException("custom_call has a dictionary for backend_config or the typed FFI, which came with version 1.3.0");
        }
        if (target < s_futures)
        {
            foreach (Value operand in op.Operands)
            {
                if (operand.Type is FutureType)
                {
                    throw new NotSupportedException("custom_call has a future among its operands, which came with version 1.17.0");
                }
            }
        }
    }

    private static ElementType? ElementOf(IrType type) => type switch { TensorType t => t.Element, UnrankedTensorType u => u.Element, _ => null };

    private static void Downgrade(Operation op, VhloOp current, VhloOp chosen, Dictionary<string, Attribute> inherent)
    {
        foreach (string name in current.Version.Attributes)
        {
            if (!chosen.Version.Attributes.Contains(name) && !HasNoEffect(inherent[name]))
            {
                throw new NotSupportedException($"{op.Name} has '{name}', which {chosen.Name} lacks");
            }
        }
        foreach (string name in chosen.Version.Attributes)
        {
            if (!inherent.ContainsKey(name))
            {
                // The padding that dynamic_conv_v1 had besides the operand.
                inherent.Add(name, op.Operands[0].Type is TensorType { Rank: >= 2 } lhs ? All(ElementKind.I64, 0, lhs.Rank - 2, 2)
                    : throw new NotSupportedException($"{chosen.Name} needs '{name}'"));
            }
        }
        if (chosen.Version.Name is "all_gather_v1" or "all_reduce_v1" or "all_to_all_v1" or "collective_broadcast_v1" && op.Operands.Length != 1)
        {
            throw new NotSupportedException($"{op.Name} has {op.Operands.Length} operands, and {chosen.Name} has one");
        }
        if (op.Name == s_composite && op.Regions.Length > 0)
        {
            throw new NotSupportedException($"{op.Name} has regions, which {chosen.Name} lacks");
        }
    }

    private static bool HasNoEffect(Attribute value) => value switch
    {
        TypeAttr { Type: NoneType } => true,
        BoolAttr flag => !flag.Value,
        ArrayAttr list => list.Items.Length == 0,
        DenseElementsAttr dense => dense.Data.Length == 0,
        DenseArrayAttr list => list.Values.Length == 0,
        ResultAccuracyAttr accuracy => accuracy.Equals(s_defaultAccuracy),
        _ => false,
    };
}
