using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>Constraints of dot, dot_general and chlo.ragged_dot.</summary>
internal static class DotRules
{
    private static readonly HashSet<(ElementKind, ElementKind, ElementKind, long)> s_algorithms =
    [
        (ElementKind.F16, ElementKind.F16, ElementKind.F16, 1), (ElementKind.F16, ElementKind.F16, ElementKind.F32, 1),
        (ElementKind.BF16, ElementKind.BF16, ElementKind.BF16, 1), (ElementKind.BF16, ElementKind.BF16, ElementKind.F32, 1),
        (ElementKind.BF16, ElementKind.BF16, ElementKind.F32, 3), (ElementKind.BF16, ElementKind.BF16, ElementKind.F32, 6),
        (ElementKind.BF16, ElementKind.BF16, ElementKind.F32, 9), (ElementKind.TF32, ElementKind.TF32, ElementKind.F32, 1),
        (ElementKind.TF32, ElementKind.TF32, ElementKind.F32, 3), (ElementKind.F32, ElementKind.F32, ElementKind.F32, 1),
        (ElementKind.F64, ElementKind.F64, ElementKind.F64, 1),
    ];

    public static void VerifyDot(Operation op)
    {
        var view = new DotOp(op);
        TensorType lhs = Tensor(view.Lhs);
        TensorType rhs = Tensor(view.Rhs);
        PrecisionConfig(null, view.PrecisionConfig);
        if (lhs.Rank is < 1 or > 2 || rhs.Rank is < 1 or > 2 || !CompatibleDims(lhs.Shape[lhs.Rank - 1], rhs.Shape[0]))
        {
            throw Violation(null, "expected both lhs/rhs ranks to be either 1 or 2");
        }
        RequireResult(null, new Shape([.. lhs.Shape.Dims[..^1], .. rhs.Shape.Dims[1..]]), op);
    }

    public static void VerifyDotGeneral(Operation op)
    {
        var view = new DotGeneralOp(op);
        if (view.Algorithm is { } algorithm)
        {
            Algorithm(algorithm);
        }
        DotDimensionNumbersAttr d = view.DotDimensionNumbers;
        TensorType lhs = Tensor(view.Lhs);
        TensorType rhs = Tensor(view.Rhs);
        Dimensions(lhs, rhs, d, view.PrecisionConfig);
        RequireResult("C12", Output(lhs, rhs, d), op);
        if (view.Algorithm is not null && view.PrecisionConfig is { } config && config.Items.Any(p => p is not EnumAttr { Value: "DEFAULT" }))
        {
            throw Violation("C21", "must specify DEFAULT precision config when algorithm is set.");
        }
        if (!Types.AnyQuantized(lhs, rhs, op.Results[0].Type))
        {
            return;
        }
        if (rhs.Element is QuantizedType q)
        {
            if (q.ZeroPoints.Span.IndexOfAnyExcept(0) >= 0)
            {
                throw Violation("C15", q.IsPerTensor ? "Zero point of rhs should be 0" : "Zero points of rhs should be 0");
            }
            if (Types.IsPerAxis(q) && d.RhsContractingDimensions.Span.Contains(q.Axes[0]))
            {
                throw Violation("C16", "Quantization dimension of rhs should not be in the contracting dimension of rhs");
            }
        }
        QuantizationRules.DotLike(["C14", "C17", "C18", "C19", "C20"], lhs, rhs, op.Results[0].Type);
    }

    /// <summary>dot_general C1–C11 (chlo.ragged_dot has the same).</summary>
    public static void Dimensions(TensorType lhs, TensorType rhs, DotDimensionNumbersAttr d, ArrayAttr? precision)
    {
        PrecisionConfig("C11", precision);
        ReadOnlySpan<long> lb = d.LhsBatchingDimensions.Span;
        ReadOnlySpan<long> rb = d.RhsBatchingDimensions.Span;
        ReadOnlySpan<long> lc = d.LhsContractingDimensions.Span;
        ReadOnlySpan<long> rc = d.RhsContractingDimensions.Span;
        if (lb.Length != rb.Length)
        {
            throw Violation("C1", "lhs and rhs should have the same number of batching dimensions");
        }
        if (lc.Length != rc.Length)
        {
            throw Violation("C2", "lhs and rhs should have the same number of contracting dimensions");
        }
        Distinct("C3", lb, lc, "lhs_batching_dimensions", "lhs_contracting_dimensions");
        Distinct("C4", rb, rc, "rhs_batching_dimensions", "rhs_contracting_dimensions");
        InRange("C5", lhs.Rank, lb, "lhs_batching_dimensions");
        InRange("C6", lhs.Rank, lc, "lhs_contracting_dimensions");
        InRange("C7", rhs.Rank, rb, "rhs_batching_dimensions");
        InRange("C8", rhs.Rank, rc, "rhs_contracting_dimensions");
        for (int i = 0; i < lb.Length; i++)
        {
            if (!CompatibleDims(lhs.Shape[(int)lb[i]], rhs.Shape[(int)rb[i]]))
            {
                throw Violation("C9", "batching dimension sizes must match for lhs/rhs");
            }
        }
        for (int i = 0; i < lc.Length; i++)
        {
            if (!CompatibleDims(lhs.Shape[(int)lc[i]], rhs.Shape[(int)rc[i]]))
            {
                throw Violation("C10", "contracting dimension sizes must match for lhs/rhs");
            }
        }
    }

    /// <summary>dot_general C12.</summary>
    public static Shape Output(TensorType lhs, TensorType rhs, DotDimensionNumbersAttr d)
    {
        var shape = new List<long>();
        for (int i = 0; i < d.LhsBatchingDimensions.Length; i++)
        {
            long left = lhs.Shape[(int)d.LhsBatchingDimensions[i]];
            shape.Add(left != Shape.Dynamic ? left : rhs.Shape[(int)d.RhsBatchingDimensions[i]]);
        }
        Rest(shape, lhs, d.LhsBatchingDimensions, d.LhsContractingDimensions, default);
        Rest(shape, rhs, d.RhsBatchingDimensions, d.RhsContractingDimensions, default);
        return new Shape([.. shape]);
    }

    public static void VerifyRaggedDot(Operation op)
    {
        var view = new ChloRaggedDotOp(op);
        if (view.Lhs.Type is not TensorType lhs || view.Rhs.Type is not TensorType rhs || view.GroupSizes.Type is not TensorType groups)
        {
            return;
        }
        RaggedDotDimensionNumbersAttr r = view.RaggedDotDimensionNumbers;
        var d = new DotDimensionNumbersAttr(r.LhsBatchingDimensions, r.RhsBatchingDimensions, r.LhsContractingDimensions, r.RhsContractingDimensions);
        Dimensions(lhs, rhs, d, view.PrecisionConfig);
        if (r.LhsRaggedDimensions.Length != 1)
        {
            throw Violation(null, "There must be exactly one ragged dimension in the lhs.");
        }
        long ragged = r.LhsRaggedDimensions[0];
        InBounds(null, ragged, lhs.Rank, "lhs_ragged_dim", "lhs_rank");
        int batchAt = r.LhsBatchingDimensions.Span.IndexOf(ragged);
        int contractingAt = r.LhsContractingDimensions.Span.IndexOf(ragged);
        RaggedGroups(lhs, groups, r, ragged, batchAt, contractingAt);
        foreach (long g in r.RhsGroupDimensions)
        {
            InBounds(null, g, rhs.Rank, "rhs_group_dim", "rhs_rank");
        }
        Distinct(null, r.RhsGroupDimensions.Span, r.RhsBatchingDimensions.Span, "rhs_group_dimensions", "rhs_batching_dimensions");
        Distinct(null, r.RhsGroupDimensions.Span, r.RhsContractingDimensions.Span, "rhs_group_dimensions", "rhs_contracting_dimensions");
        long count = groups.Shape[groups.Rank - 1];
        if (batchAt >= 0 || contractingAt >= 0)
        {
            if (r.RhsGroupDimensions.Length != 0)
            {
                throw Violation(null, "There must be zero group dimensions in the rhs when the ragged dimension is batch or contracting.");
            }
        }
        else if (r.RhsGroupDimensions.Length != 1)
        {
            throw Violation(null, "There must be exactly one group dimension in the rhs when the lhs ragged dimension is non-contracting.");
        }
        else if (!CompatibleDims(count, rhs.Shape[(int)r.RhsGroupDimensions[0]]))
        {
            throw Violation(null, $"rhs group dimension is expected to have size={count}, got {rhs.Shape[(int)r.RhsGroupDimensions[0]]}");
        }
        var shape = new List<long>();
        if (contractingAt >= 0)
        {
            shape.Add(count);
        }
        foreach (long b in r.LhsBatchingDimensions)
        {
            shape.Add(lhs.Shape[(int)b]);
        }
        Rest(shape, lhs, r.LhsBatchingDimensions, r.LhsContractingDimensions, default);
        Rest(shape, rhs, r.RhsBatchingDimensions, r.RhsContractingDimensions, r.RhsGroupDimensions);
        RequireResult(null, new Shape([.. shape]), op);
    }

    private static void RaggedGroups(TensorType lhs, TensorType groups, RaggedDotDimensionNumbersAttr r, long ragged, int batchAt, int contractingAt)
    {
        var prefix = new List<long>();
        if (batchAt >= 0)
        {
            prefix.AddRange(r.LhsBatchingDimensions.Span[..batchAt]);
        }
        else
        {
            prefix.AddRange(r.LhsBatchingDimensions.Span);
            if (contractingAt >= 0)
            {
                prefix.AddRange(r.LhsContractingDimensions.Span[..contractingAt]);
            }
            for (long i = 0; contractingAt < 0 && i < ragged; i++)
            {
                if (!r.LhsBatchingDimensions.Span.Contains(i) && !r.LhsContractingDimensions.Span.Contains(i))
                {
                    prefix.Add(i);
                }
            }
        }
        if (groups.Rank == 1)
        {
            return;
        }
        if (groups.Rank != prefix.Count + 1)
        {
            throw Violation(null, $"expected group_sizes to have rank {prefix.Count + 1}, got {groups.Rank}");
        }
        long[] expected = [.. prefix.Select(p => lhs.Shape[(int)p]), groups.Shape[groups.Rank - 1]];
        if (!expected.AsSpan().SequenceEqual(groups.Shape.Dims))
        {
            throw Violation(null, $"group_sizes is expected to have shape [{List(expected)}], got [{List(groups.Shape.Dims)}]");
        }
    }

    /// <summary>What is wrong with an algorithm, whose name ends the message, or null.</summary>
    public static (string Message, string Constraint)? Problem(DotAlgorithmAttr algorithm)
    {
        try
        {
            Algorithm(algorithm);
            return null;
        }
        catch (ConstraintException e)
        {
            return ($"{e.Message} [dot_general ({e.Constraint})]", $"dot_general ({e.Constraint})");
        }
    }

    private static void Algorithm(DotAlgorithmAttr a)
    {
        if (a.LhsComponentCount < 1)
        {
            throw Violation("C22", "lhs component count must be positive");
        }
        if (a.RhsComponentCount < 1)
        {
            throw Violation("C23", "rhs component count must be positive");
        }
        if (a.NumPrimitiveOperations < 1)
        {
            throw Violation("C24", "num primitive operations must be positive");
        }
        if (!IsKnown(a))
        {
            throw Violation("I8", "dot algorithm not known to be supported on any hardware: "
                + $"{{lhs:{Q(a.LhsPrecisionType)}, rhs:{Q(a.RhsPrecisionType)}, accum:{Q(a.AccumulationType)}, lhs_components:{a.LhsComponentCount}"
                + $", rhs_components:{a.RhsComponentCount}, primitive_ops:{a.NumPrimitiveOperations}, imprecise:{(a.AllowImpreciseAccumulation ? 1 : 0)}}}");
        }
    }

    private static bool IsKnown(DotAlgorithmAttr a)
    {
        if (a.LhsComponentCount != 1 || a.RhsComponentCount != 1 || a.LhsPrecisionType is not ScalarType lhs || a.RhsPrecisionType is not ScalarType rhs || a.AccumulationType is not ScalarType sum)
        {
            return false;
        }
        if (IsF8(lhs.Kind) && IsF8(rhs.Kind) && sum.Kind == ElementKind.F32 && a.NumPrimitiveOperations == 1)
        {
            return true;
        }
        return !a.AllowImpreciseAccumulation && s_algorithms.Contains((lhs.Kind, rhs.Kind, sum.Kind, a.NumPrimitiveOperations));
    }

    private static bool IsF8(ElementKind kind) => kind is >= ElementKind.F8E3M4 and <= ElementKind.F8E5M2FNUZ;

    private static void Rest(List<long> shape, TensorType type, ValueArray<long> a, ValueArray<long> b, ValueArray<long> c)
    {
        for (int i = 0; i < type.Rank; i++)
        {
            if (!a.Span.Contains(i) && !b.Span.Contains(i) && !c.Span.Contains(i))
            {
                shape.Add(type.Shape[i]);
            }
        }
    }

    public static void RequireResult(string? constraint, Shape inferred, Operation op)
    {
        if (Types.ShapeOf(op.Results[0].Type) is { } actual && !Types.CompatibleShapes(inferred.Dims, actual.Dims))
        {
            throw Violation(constraint, $"inferred shape '[{Sizes(inferred.Dims)}]' is incompatible with return type of operation {Q(op.Results[0].Type)}");
        }
    }

    private static void InRange(string constraint, int rank, ReadOnlySpan<long> dims, string name)
    {
        foreach (long d in dims)
        {
            if (d < 0 || d >= rank)
            {
                throw Violation(constraint, $"{name} value: {d} is out of range: [0, {rank})");
            }
        }
    }
}
