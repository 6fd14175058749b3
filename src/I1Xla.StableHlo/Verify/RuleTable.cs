using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Verify;

/// <summary>The rules of one op: its result types, and what else has to hold. Both raise <see cref="ConstraintException"/>.</summary>
/// <param name="Infer">Result types; null when they do not follow from the operands.</param>
/// <param name="Verify">Constraints beyond the table's; null when there are none.</param>
/// <param name="Symbols">Constraints on symbols that are used, checked in a module that is otherwise right; null when there are none.</param>
/// <param name="Fits">When an inferred type fits the actual one; null for <see cref="Types.Compatible(IrType, IrType)"/>.</param>
internal sealed record OpRules(Func<Operation, IrType[]>? Infer, Action<Operation>? Verify, Func<IrType, IrType, bool>? Fits = null, Action<Operation>? Symbols = null);

/// <summary>Finds the rules of an op.</summary>
internal static class RuleTable
{
    private static readonly OpRules s_none = new(null, null);
    private static readonly OpRules?[] s_byId = Build();

    public static OpRules Of(OpName name) => (name.Id < s_byId.Length ? s_byId[name.Id] : null) ?? s_none;

    private static OpRules?[] Build()
    {
        Dictionary<string, OpRules> named = Named();
        var table = new OpRules?[OpTable.All.Max(op => op.Name.Id) + 1];
        foreach (OpDef op in OpTable.All)
        {
            if (!named.Remove(op.Name.Full, out OpRules? rules))
            {
                Action<Operation>? verify = op.FindAttribute("result_accuracy") is null ? null : ElementwiseRules.VerifyAccuracy;
                rules = op.Has(OpTraits.CompatibleOperandsAndResultType) ? new OpRules(ElementwiseRules.Compatible, verify)
                    : op.Has(OpTraits.Broadcasting) ? new OpRules(ChloRules.Broadcast, null)
                    : null;
            }
            if (op.Has(OpTraits.InferType) != (rules?.Infer is not null))
            {
                throw new InvalidOperationException($"the op table and the rules disagree on whether the type of {op.Name} is inferred");
            }
            table[op.Name.Id] = rules;
        }
        return named.Count == 0 ? table : throw new InvalidOperationException($"rules for ops that are not in the table: {string.Join(", ", named.Keys)}");
    }

    private static Dictionary<string, OpRules> Named() => new()
    {
        ["stablehlo.abs"] = new(ElementwiseRules.Abs, null),
        ["stablehlo.add"] = new(ElementwiseRules.Compatible, ElementwiseRules.VerifyAdd),
        ["stablehlo.after_all"] = new(ElementwiseRules.Token, null),
        ["stablehlo.all_gather"] = new(null, CollectiveRules.VerifyAllGather, Symbols: CollectiveRules.MeshExists),
        ["stablehlo.all_reduce"] = new(CollectiveRules.AllReduce, CollectiveRules.VerifyAllReduce, Symbols: CollectiveRules.MeshExists),
        ["stablehlo.all_to_all"] = new(CollectiveRules.AllToAll, null, Symbols: CollectiveRules.MeshExists),
        ["stablehlo.async_done"] = new(CollectiveRules.AsyncDone, null),
        ["stablehlo.async_start"] = new(CollectiveRules.AsyncStart, null),
        ["stablehlo.batch_norm_grad"] = new(DynamicRules.BatchNormGrad, null),
        ["stablehlo.batch_norm_inference"] = new(DynamicRules.BatchNormInference, null),
        ["stablehlo.batch_norm_training"] = new(DynamicRules.BatchNormTraining, null),
        ["stablehlo.bitcast_convert"] = new(null, ElementwiseRules.VerifyBitcastConvert),
        ["stablehlo.broadcast"] = new(ShapeRules.Broadcast, null),
        ["stablehlo.broadcast_in_dim"] = new(null, ShapeRules.VerifyBroadcastInDim),
        ["stablehlo.case"] = new(ControlFlowRules.Case, null),
        ["stablehlo.cholesky"] = new(ShapeRules.Cholesky, null),
        ["stablehlo.clamp"] = new(ElementwiseRules.Clamp, null),
        ["stablehlo.collective_broadcast"] = new(CollectiveRules.CollectiveBroadcast, CollectiveRules.VerifyCollectiveBroadcast, Symbols: CollectiveRules.MeshExists),
        ["stablehlo.collective_permute"] = new(ElementwiseRules.Operands, CollectiveRules.VerifyCollectivePermute),
        ["stablehlo.collective_reduce"] = new(CollectiveRules.CollectiveReduce, CollectiveRules.VerifyCollectiveReduce, Symbols: CollectiveRules.MeshExists),
        ["stablehlo.compare"] = new(ElementwiseRules.Compare, ElementwiseRules.VerifyCompare),
        ["stablehlo.complex"] = new(ElementwiseRules.Complex, null),
        ["stablehlo.composite"] = new(null, ControlFlowRules.VerifyName, Symbols: ControlFlowRules.VerifyDecomposition),
        ["stablehlo.concatenate"] = new(ShapeRules.Concatenate, null),
        ["stablehlo.constant"] = new(ElementwiseRules.Constant, null, ElementwiseRules.ConstantFits),
        ["stablehlo.convolution"] = new(null, ConvolutionRules.VerifyConvolution),
        ["stablehlo.create_token"] = new(ElementwiseRules.Token, null),
        ["stablehlo.custom_call"] = new(null, CustomCallRules.VerifyCustomCall),
        ["stablehlo.dot"] = new(null, DotRules.VerifyDot),
        ["stablehlo.dot_general"] = new(null, DotRules.VerifyDotGeneral),
        ["stablehlo.dynamic_broadcast_in_dim"] = new(null, DynamicRules.VerifyDynamicBroadcastInDim),
        ["stablehlo.dynamic_conv"] = new(null, ConvolutionRules.VerifyDynamicConv),
        ["stablehlo.dynamic_gather"] = new(GatherRules.DynamicGather, null),
        ["stablehlo.dynamic_iota"] = new(null, DynamicRules.VerifyDynamicIota),
        ["stablehlo.dynamic_pad"] = new(null, DynamicRules.VerifyDynamicPad),
        ["stablehlo.dynamic_reshape"] = new(null, DynamicRules.VerifyDynamicReshape),
        ["stablehlo.dynamic_slice"] = new(ShapeRules.DynamicSlice, null),
        ["stablehlo.dynamic_update_slice"] = new(ShapeRules.DynamicUpdateSlice, null),
        ["stablehlo.fft"] = new(ShapeRules.Fft, null),
        ["stablehlo.gather"] = new(GatherRules.Gather, null),
        ["stablehlo.get_dimension_size"] = new(ShapeRules.GetDimensionSize, null),
        ["stablehlo.get_tuple_element"] = new(ShapeRules.GetTupleElement, null),
        ["stablehlo.if"] = new(ControlFlowRules.If, null),
        ["stablehlo.imag"] = new(ElementwiseRules.RealPartOf, null),
        ["stablehlo.infeed"] = new(null, CollectiveRules.VerifyInfeed),
        ["stablehlo.iota"] = new(null, ShapeRules.VerifyIota),
        ["stablehlo.is_finite"] = new(ElementwiseRules.Predicate, null),
        ["stablehlo.map"] = new(ReductionRules.Map, null),
        ["stablehlo.optimization_barrier"] = new(ElementwiseRules.Operands, null),
        ["stablehlo.outfeed"] = new(ElementwiseRules.Token, null),
        ["stablehlo.pad"] = new(ShapeRules.Pad, null),
        ["stablehlo.partition_id"] = new(ElementwiseRules.Id, null),
        ["stablehlo.real"] = new(ElementwiseRules.RealPartOf, null),
        ["stablehlo.real_dynamic_slice"] = new(null, DynamicRules.VerifyRealDynamicSlice),
        ["stablehlo.recv"] = new(null, CollectiveRules.VerifyRecv),
        ["stablehlo.reduce"] = new(ReductionRules.Reduce, ReductionRules.VerifyReduce),
        ["stablehlo.reduce_scatter"] = new(null, CollectiveRules.VerifyReduceScatter, Symbols: CollectiveRules.MeshExists),
        ["stablehlo.reduce_window"] = new(ReductionRules.ReduceWindow, ReductionRules.VerifyReduceWindow),
        ["stablehlo.replica_id"] = new(ElementwiseRules.Id, null),
        ["stablehlo.reshape"] = new(null, ShapeRules.VerifyReshape),
        ["stablehlo.reverse"] = new(ShapeRules.Reverse, ShapeRules.VerifyReverse),
        ["stablehlo.rng"] = new(DynamicRules.Rng, null),
        ["stablehlo.rng_bit_generator"] = new(null, DynamicRules.VerifyRngBitGenerator),
        ["stablehlo.scatter"] = new(ScatterRules.Scatter, ScatterRules.VerifyScatter),
        ["stablehlo.select"] = new(ElementwiseRules.Select, null),
        ["stablehlo.select_and_scatter"] = new(ReductionRules.SelectAndScatter, ReductionRules.VerifySelectAndScatter),
        ["stablehlo.send"] = new(CollectiveRules.Send, null),
        ["stablehlo.set_dimension_size"] = new(ShapeRules.SetDimensionSize, null),
        ["stablehlo.slice"] = new(ShapeRules.Slice, null),
        ["stablehlo.sort"] = new(ElementwiseRules.Operands, ReductionRules.VerifySort),
        ["stablehlo.transpose"] = new(ShapeRules.Transpose, ShapeRules.VerifyTranspose),
        ["stablehlo.triangular_solve"] = new(ShapeRules.TriangularSolve, null),
        ["stablehlo.tuple"] = new(ShapeRules.Tuple, null),
        ["stablehlo.uniform_dequantize"] = new(ElementwiseRules.Dequantize, null),
        ["stablehlo.uniform_quantize"] = new(null, ElementwiseRules.VerifyUniformQuantize),
        ["stablehlo.while"] = new(ElementwiseRules.Operands, ControlFlowRules.VerifyWhile),
        ["chlo.broadcast_compare"] = new(ChloRules.BroadcastCompare, null),
        ["chlo.broadcast_complex"] = new(ChloRules.BroadcastComplex, null),
        ["chlo.broadcast_select"] = new(ChloRules.BroadcastSelect, null, Types.CompatibleShapes),
        ["chlo.constant"] = new(ElementwiseRules.Constant, null),
        ["chlo.constant_like"] = new(ChloRules.ConstantLike, ChloRules.VerifyConstantLike),
        ["chlo.is_inf"] = new(ElementwiseRules.Predicate, null),
        ["chlo.is_neg_inf"] = new(ElementwiseRules.Predicate, null),
        ["chlo.is_pos_inf"] = new(ElementwiseRules.Predicate, null),
        ["chlo.ragged_dot"] = new(null, DotRules.VerifyRaggedDot),
        ["chlo.scan"] = new(ChloRules.Scan, ChloRules.VerifyScan, Types.CompatibleShapes),
        ["chlo.top_k"] = new(ChloRules.TopK, null),
    };
}
