using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of collectives, point-to-point transfers and asynchronous ops.</summary>
internal static class CollectiveRules
{
    public static void VerifyAllGather(Operation op)
    {
        var view = new AllGatherOp(op);
        ReplicaGroups(op, view.ReplicaGroups, "C2", "C4", view.UseGlobalDeviceIds, sameSize: true, null, null);
        if (view.UseGlobalDeviceIds && Channel(view.ChannelHandle) < 0)
        {
            throw Violation("C5", "channel_id cannot be negative when useGlobalDeviceIds is set");
        }
        int dim = (int)view.AllGatherDim;
        for (int i = 0; i < op.Operands.Length; i++)
        {
            TensorType operand = Tensor(op.Operands[i]);
            TensorType result = Tensor(op.Results[i]);
            if (dim >= operand.Rank)
            {
                throw Violation("C1", "all_gather_dim must be a valid index of operand");
            }
            if (operand.Shape[dim] == 0)
            {
                throw Violation("C6", "dimension size of operand at 'all_gather_dim' cannot be zero");
            }
            if (result.Rank != operand.Rank)
            {
                throw Violation("C6", "operand and result must have the same rank");
            }
            for (int d = 0; d < operand.Rank; d++)
            {
                if (d != dim && !CompatibleDims(result.Shape[d], operand.Shape[d]))
                {
                    throw Violation("C6", "operand and result should have the same shape except for the dimension size at 'all_gather_dim'");
                }
            }
            long from = operand.Shape[dim];
            long to = result.Shape[dim];
            if (from != Shape.Dynamic && to != Shape.Dynamic && to % from != 0)
            {
                throw Violation("C6", $"result gather dimension has size {to}, expected to be a multiple of operand gather dimension size {from}");
            }
        }
    }

    public static IrType[] AllReduce(Operation op)
    {
        var view = new AllReduceOp(op);
        IrType[] inputs = ReductionRules.TypesOf(view.Operands);
        IrType[] accumulators = ReductionRules.AccumulatorTypes(view.Computation, inputs);
        return [.. inputs.Select(t => ((TensorType)t) with { Element = ReductionRules.Accumulator(accumulators, 0, "C5", 1) })];
    }

    public static void VerifyAllReduce(Operation op)
    {
        var view = new AllReduceOp(op);
        ReplicaGroups(op, view.ReplicaGroups, "C1", "C3", view.UseGlobalDeviceIds, sameSize: false, null, null);
        PositiveChannel("C4", view.UseGlobalDeviceIds, view.ChannelHandle);
        foreach (Value operand in view.Operands)
        {
            ReductionRules.Reducer(new("C5", "C5"), view.Computation.Entry, [operand.Type], [ReductionRules.Scalar(operand.Type)], default);
        }
    }

    public static void VerifyReduceScatter(Operation op)
    {
        var view = new ReduceScatterOp(op);
        ReplicaGroups(op, view.ReplicaGroups, "C3", "C5", view.UseGlobalDeviceIds, sameSize: true, null, null);
        TensorType operand = Tensor(view.Operand);
        TensorType result = Tensor(op.Results[0]);
        ReductionRules.Reducer(new("C7", "C7"), view.Computation.Entry, [operand], [ReductionRules.Scalar(operand)], default);
        if (operand.Rank != result.Rank)
        {
            throw Violation("C8", "operand and result should have same rank");
        }
        int dim = (int)view.ScatterDimension;
        if (dim >= operand.Rank)
        {
            throw Violation("C2", "scatter dim should be less than operand/result rank");
        }
        PositiveChannel("C6", view.UseGlobalDeviceIds, view.ChannelHandle);
        long from = operand.Shape[dim];
        long to = result.Shape[dim];
        if (from == Shape.Dynamic || to == Shape.Dynamic)
        {
            return;
        }
        if (to == 0)
        {
            throw Violation("C8", "result dimension size at scatter_dimension cannot be zero");
        }
        if (from == 0)
        {
            throw Violation("C1", "operand dimension size at scatter_dimension cannot be zero");
        }
        if (from % to != 0)
        {
            throw Violation("C1", $"operand scatter dimension has size {from}, expected to be a multiple of result scatter dimension size {to}");
        }
        for (int d = 0; d < operand.Rank; d++)
        {
            if (d != dim && !CompatibleDims(operand.Shape[d], result.Shape[d]))
            {
                throw Violation("C8", $"non scatter dimensions should be same for operand ({operand.Shape[d]}) and result ({result.Shape[d]})");
            }
        }
        ElementType accumulator = ReductionRules.Accumulator(ReductionRules.AccumulatorTypes(view.Computation, [operand]), 0, "C7", 1);
        if (!result.Element.Equals(accumulator))
        {
            throw Violation("C9", $"result element-type is expected to be {Q(accumulator)}, but got {Q(result.Element)}");
        }
    }

    public static IrType[] AllToAll(Operation op)
    {
        var view = new AllToAllOp(op);
        ReplicaGroups(op, view.ReplicaGroups, "C5", "C7", false, sameSize: true, view.SplitCount, "C8");
        int split = (int)view.SplitDimension;
        int concat = (int)view.ConcatDimension;
        long count = view.SplitCount;
        var results = new IrType[op.Operands.Length];
        for (int i = 0; i < results.Length; i++)
        {
            TensorType operand = Tensor(op.Operands[i]);
            if (split >= operand.Rank)
            {
                throw Violation("C1", $"AllToAll split_dimension {split} is out-of-bounds for input rank {operand.Rank}");
            }
            if (concat >= operand.Rank)
            {
                throw Violation("C3", $"AllToAll concat_dimension {concat} is out-of-bounds for input rank {operand.Rank}");
            }
            long[] shape = operand.Shape.ToArray();
            if (shape[split] != Shape.Dynamic && shape[split] % count != 0)
            {
                throw Violation("C2", $"split dimension has size {shape[split]}, expected to be a multiple of split_count {count}");
            }
            long[] bounds = Bounds.Of(operand).ToArray();
            Scale(shape, split, concat, count);
            if (bounds.Length > 0)
            {
                Scale(bounds, split, concat, count);
            }
            results[i] = new TensorType(operand.Element, new Shape(shape), Bounds.Encode(operand.Encoding, bounds));
        }
        return results;
    }

    public static IrType[] CollectiveBroadcast(Operation op) =>
        DataOperands(op, new CollectiveBroadcastOp(op).HasDynamicRoot);

    public static void VerifyCollectiveBroadcast(Operation op)
    {
        var view = new CollectiveBroadcastOp(op);
        if (view.ReplicaGroups is DenseElementsAttr groups)
        {
            if (groups.Type.Rank != 2)
            {
                throw Violation("I2", $"replica groups should be a rank 2 tensor, but instead it is of rank {groups.Type.Rank}");
            }
            var seen = new HashSet<long>();
            foreach (long id in Integers(groups))
            {
                if (id < 0)
                {
                    throw Violation("C2", $"replica_groups values must be positive, but was given {id}");
                }
                if (!seen.Add(id))
                {
                    throw Violation("C1", $"replica id #{id} seen more than once");
                }
            }
        }
        MeshAxes(op, view.ReplicaGroups);
        Root(op, "collective_broadcast", view.HasDynamicRoot, "C3", "C4");
    }

    public static IrType[] CollectiveReduce(Operation op)
    {
        var view = new CollectiveReduceOp(op);
        IrType[] data = DataOperands(op, view.HasDynamicRoot);
        IrType[] accumulators = ReductionRules.AccumulatorTypes(view.Computation, data);
        return [.. data.Select(t => ((TensorType)t) with { Element = ReductionRules.Accumulator(accumulators, 0, "C4", 1) })];
    }

    public static void VerifyCollectiveReduce(Operation op)
    {
        var view = new CollectiveReduceOp(op);
        ReplicaGroups(op, view.ReplicaGroups, "C1", "C2", view.UseGlobalDeviceIds, sameSize: false, null, null);
        PositiveChannel("I3", view.UseGlobalDeviceIds, view.ChannelHandle);
        Root(op, "collective_reduce", view.HasDynamicRoot, "C3", "C3");
        foreach (IrType operand in DataOperands(op, view.HasDynamicRoot))
        {
            ReductionRules.Reducer(new("C4", "C4"), view.Computation.Entry, [operand], [ReductionRules.Scalar(operand)], default);
        }
    }

    public static void VerifyCollectivePermute(Operation op) =>
        SourceTargetPairs(new CollectivePermuteOp(op).SourceTargetPairs, "I2");

    public static IrType[] Send(Operation op)
    {
        var view = new SendOp(op);
        ChannelType("C5", view.IsHostTransfer, view.ChannelHandle, 2, "DEVICE_TO_HOST");
        if (view.SourceTargetPairs is { } pairs)
        {
            SourceTargetPairs(pairs, "I6");
        }
        return [TokenType.Instance];
    }

    public static void VerifyRecv(Operation op)
    {
        var view = new RecvOp(op);
        ChannelType("C5", view.IsHostTransfer, view.ChannelHandle, 3, "HOST_TO_DEVICE");
        if (view.SourceTargetPairs is { } pairs)
        {
            SourceTargetPairs(pairs, "I5");
        }
        if (op.Results.Length == 0)
        {
            throw Violation(null, "result is expected to be at least of size 1, but got 0");
        }
        foreach (OpResult result in op.Results[..^1])
        {
            if (result.Type is not TensorType)
            {
                throw Violation(null, $"everything but the last element of result types is expected to be of tensor type, but got {Q(result.Type)}");
            }
        }
        if (op.Results[^1].Type is not TokenType)
        {
            throw Violation(null, $"last element of result types is expected to be of token type, but got {Q(op.Results[^1].Type)}");
        }
    }

    public static void VerifyInfeed(Operation op)
    {
        if (op.Results.Length == 0)
        {
            throw Violation("C1", "result is expected to be at least of size 1, but got 0");
        }
        foreach (OpResult result in op.Results[..^1])
        {
            if (result.Type is not TensorType)
            {
                throw Violation("C2", $"all elements of result types, except the last element, are expected to be of tensor type, but got {Q(result.Type)}");
            }
        }
        if (op.Results[^1].Type is not TokenType)
        {
            throw Violation("C3", $"last element of result types is expected to be of token type, but got {Q(op.Results[^1].Type)}");
        }
        if (new InfeedOp(op).Layout is not { } layout)
        {
            return;
        }
        if (layout.Items.Length != op.Results.Length - 1)
        {
            throw Violation(null, $"layout-attribute size must be {op.Results.Length - 1} (which is the number of op-results - 1 (for token result)), but got {layout.Items.Length}");
        }
        foreach (Attribute child in layout.Items)
        {
            if (child is not ArrayAttr list)
            {
                throw Violation(null, $"layout-attribute expected to have elements of type array, but got {child}");
            }
            foreach (Attribute leaf in list.Items)
            {
                if (leaf is not IntegerAttr)
                {
                    throw Violation(null, $"layout-attribute's leaf elements are expected to be of type integer, but got {leaf}");
                }
            }
        }
    }

    public static IrType[] AsyncStart(Operation op)
    {
        Region region = op.Regions[0];
        if (region.IsEmpty)
        {
            throw Violation("C1", "region must not be empty");
        }
        Block block = region.Entry;
        if (block.Operations.Count != 2)
        {
            throw Violation("C1", "'stablehlo.async_start' op region must contain exactly one operation and a return");
        }
        if (block.Operations[0].Name.Full is not ("stablehlo.all_gather" or "stablehlo.all_reduce" or "stablehlo.all_to_all" or "stablehlo.collective_broadcast"
            or "stablehlo.collective_permute" or "stablehlo.collective_reduce" or "stablehlo.dynamic_slice" or "stablehlo.dynamic_update_slice"
            or "stablehlo.reduce_scatter" or "stablehlo.slice"))
        {
            throw Violation("C2", "'stablehlo.async_start' op region must contain a collective or slice operation");
        }
        if (op.Operands.Length != block.Arguments.Count)
        {
            throw Violation("C3", $"'stablehlo.async_start' op number of operands ({op.Operands.Length}) must match number of region arguments ({block.Arguments.Count})");
        }
        for (int i = 0; i < op.Operands.Length; i++)
        {
            if (!op.Operands[i].Type.Equals(block.Arguments[i].Type))
            {
                throw Violation("C3", $"'stablehlo.async_start' op operand type {Q(op.Operands[i].Type)} at index {i} must match region argument type {Q(block.Arguments[i].Type)}");
            }
        }
        ReadOnlySpan<Value> returned = block.Operations[1].Operands;
        if (returned.Length != 1)
        {
            throw Violation("C1", $"'stablehlo.async_start' op region must return exactly one value, but got {returned.Length}");
        }
        return [new FutureType([returned[0].Type])];
    }

    public static IrType[] AsyncDone(Operation op)
    {
        if (op.Operands[0].Type is not FutureType future)
        {
            throw Violation("I1", "'stablehlo.async_done' op operand must be a future type");
        }
        return future.Elements.Length == 1 ? [future.Elements[0]]
            : throw Violation("C1", $"'stablehlo.async_done' op future must have exactly one type parameter, but got {future.Elements.Length}");
    }

    private static void Scale(long[] sizes, int split, int concat, long count)
    {
        if (sizes[split] != Shape.Dynamic)
        {
            sizes[split] /= count;
        }
        if (sizes[concat] != Shape.Dynamic)
        {
            sizes[concat] *= count;
        }
    }

    private static IrType[] DataOperands(Operation op, bool hasDynamicRoot) =>
        ReductionRules.TypesOf(hasDynamicRoot && op.Operands.Length > 0 ? op.Operands[..^1] : op.Operands);

    private static void Root(Operation op, string name, bool dynamic, string fixedConstraint, string dynamicConstraint)
    {
        int count = op.Operands.Length;
        if (!dynamic)
        {
            if (count == 0)
            {
                throw Violation(fixedConstraint, $"{name} requires at least one data operand");
            }
            return;
        }
        if (count < 2)
        {
            throw Violation(dynamicConstraint, $"{name} with has_dynamic_root=true requires at least two operands (data + root)");
        }
        IrType root = op.Operands[^1].Type;
        if (root is not TensorType { Rank: 1, Element: ScalarType { Kind: ElementKind.I32 or ElementKind.UI32 } } tensor)
        {
            throw Violation(dynamicConstraint, $"last operand of {name} with has_dynamic_root=true must be a rank-1 i32 tensor, but got {Q(root)}");
        }
        if (tensor.Shape[0] != count - 1)
        {
            throw Violation(dynamicConstraint, $"last operand of {name} with has_dynamic_root=true must have the same number of elements as data operands ({count - 1}), but got {tensor.Shape[0]}");
        }
    }

    private static long Channel(ChannelHandleAttr? handle) => handle?.Handle ?? 0;

    private static void PositiveChannel(string constraint, bool useGlobalDeviceIds, ChannelHandleAttr? handle)
    {
        if (useGlobalDeviceIds && Channel(handle) <= 0)
        {
            throw Violation(constraint, $"channel_id must be positive when useGlobalDeviceIds is set but got: {Channel(handle)}");
        }
    }

    private static void ChannelType(string constraint, bool hostTransfer, ChannelHandleAttr handle, long hostType, string hostName)
    {
        if (!hostTransfer && handle.Type != 1)
        {
            throw Violation(constraint, "channel_type should be DEVICE_TO_DEVICE when is_host_transfer is false");
        }
        if (hostTransfer && handle.Type != hostType)
        {
            throw Violation(constraint, $"channel_type should be {hostName} when is_host_transfer is true");
        }
    }

    private static void SourceTargetPairs(DenseElementsAttr pairs, string input)
    {
        if (pairs.Type.Rank != 2)
        {
            throw Violation(input, $"expect source_target_pairs attribute to be of rank 2, but got rank {pairs.Type.Rank}");
        }
        if (pairs.Type.Shape[1] != 2)
        {
            throw Violation("C1", $"expect source_target_pairs attribute of shape (N, 2), but got ({List(pairs.Type.Shape.Dims)})");
        }
        long[] ids = Integers(pairs);
        HashSet<long>[] seen = [[], []];
        for (int i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0)
            {
                throw Violation("C4", "replica ids in source_target_pairs must be >= 0.");
            }
            if (!seen[i % 2].Add(ids[i]))
            {
                throw Violation(i % 2 == 0 ? "C2" : "C3", i % 2 == 0 ? "duplicate sources not allowed." : "duplicate targets not allowed.");
            }
        }
    }

    private static void ReplicaGroups(Operation op, Attribute groups, string unique, string range, bool global, bool sameSize, long? groupSize, string? sizeConstraint)
    {
        MeshAxes(op, groups);
        if (groups is not DenseElementsAttr dense)
        {
            return;
        }
        AttributeDef def = OpTable.Get(op.Name).FindAttribute("replica_groups")!;
        if (dense.Type.Rank != 2)
        {
            throw Violation(def.Label, "replica groups should be a rank 2 tensor");
        }
        Shape shape = dense.Type.Shape;
        if (global && shape[0] * shape[1] == 0)
        {
            throw Violation(def.Label, "if `use_global_device_ids` is set, the replica groups cannot be empty");
        }
        var seen = new HashSet<long>();
        long[] ids = Integers(dense);
        foreach (long id in ids)
        {
            if (id == -1)
            {
                if (sameSize)
                {
                    throw Violation(range, "Invalid replica id -1");
                }
                continue;
            }
            if (!seen.Add(id))
            {
                throw Violation(unique, $"replica id #{id} seen more than once");
            }
        }
        for (long id = 0; id < seen.Count; id++)
        {
            if (!seen.Contains(id))
            {
                throw Violation(range, $"replica id #{id} not seen in replica groups");
            }
        }
        if (sameSize && groupSize is { } wanted && (shape[0] == 0 || ids.Length / shape[0] != wanted))
        {
            throw Violation(sizeConstraint, $"group size of replica_groups must be {wanted}");
        }
    }

    /// <summary>The mesh that replica groups name exists.</summary>
    public static void MeshExists(Operation op)
    {
        if (op.Attributes["replica_groups"] is ReplicaGroupMeshAxesAttr { Mesh: SymbolRefAttr symbol } && LookupSymbol(op, symbol.Root) is null)
        {
            throw Violation(OpTable.Get(op.Name).FindAttribute("replica_groups")!.Label, $"replica_groups: mesh symbol '{symbol.Root}' not found");
        }
    }

    private static void MeshAxes(Operation op, Attribute groups)
    {
        if (groups is not ReplicaGroupMeshAxesAttr mesh)
        {
            return;
        }
        AttributeDef def = OpTable.Get(op.Name).FindAttribute("replica_groups")!;
        switch (mesh.Mesh)
        {
            case SymbolRefAttr { Nested.Length: 0 }:
                break;
            case MeshAttr inline:
                foreach (Attribute axis in mesh.Axes.Items)
                {
                    if (axis is not AxisRefAttr axisRef)
                    {
                        throw Violation(def.Label, "expected AxisRefAttr in axes list");
                    }
                    if (!inline.Axes.Any(a => a.Name == axisRef.Name))
                    {
                        throw Violation(def.Label, $"axis '{axisRef.Name}' not found in mesh definition");
                    }
                }
                break;
            default:
                throw Violation(def.Label, "mesh must be a FlatSymbolRefAttr or MeshAttr");
        }
    }
}
