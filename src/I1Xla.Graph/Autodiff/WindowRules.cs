using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of windowed reductions, and of the selections that are the derivative of windowed maxima.</summary>
internal static class WindowRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Add(HloOps.ReduceWindow, ReduceWindowVjp, ReduceWindowJvp);
        Rules.Add(HloOps.SelectAndScatter, c =>
        {
            // Each window's element stands where the operand's winner is; the operand itself only chooses.
            c.Give(1, c.Needs(1) ? Selected(c.In(0), c.Ct!, ReadWindow(c.Op), c.TypeOf(1).Shape, DirectionOf(c.Op)) : null);
            c.Give(2, c.Needs(2) ? Hlo.ReduceSum(c.Ct!, Axes.All.Resolve(c.Ct!.Rank, "select_and_scatter")) : null);
        }, c => c.ApplyToTangents(1, 2));
    }

    private static WindowConfig ReadWindow(Operation op)
    {
        int rank = op.Operands[0].TensorType.Rank;
        long[] ones = new long[rank];
        Array.Fill(ones, 1);
        ValueArray<long> Read(string name) => op.Attributes.Get<DenseArrayAttr>(name)?.Values ?? new ValueArray<long>(ones);
        ValueArray<long> padding = op.Attributes.Get<DenseElementsAttr>("padding") is { } dense
            ? ValueArray.Create<long>(Literal.FromDense(dense).As<long>()) : new ValueArray<long>(new long[2 * rank]);
        return new WindowConfig(Read("window_dimensions"), Read("window_strides"), Read("base_dilations"), Read("window_dilations"), padding);
    }

    private static string DirectionOf(Operation op) =>
        op.Regions[0].Entry.Operations[0].Attributes.Get<EnumAttr>("comparison_direction")!.Value;

    private static bool IsExtreme(OpName? combiner) => combiner == HloOps.Maximum || combiner == HloOps.Minimum;

    private static void ReduceWindowVjp(VjpContext c)
    {
        OpName? combiner = c.Op.Operands.Length == 2 ? ReductionRules.CombinerOf(c.Op) : null;
        WindowConfig w = ReadWindow(c.Op);
        Shape shape = c.TypeOf(0).Shape;
        if (combiner == HloOps.Add && !c.Needs(1))
        {
            Tensor zero = Hlo.Splat(0L, c.Ct!.DType, Shape.Scalar);
            int rank = shape.Rank;
            long[] low = new long[rank], high = new long[rank], interior = new long[rank], ones = new long[rank];
            for (int d = 0; d < rank; d++)
            {
                ones[d] = 1;
                long input = Hlo.Dilate(shape[d], w.BaseDilation[d]), window = Hlo.Dilate(w.Size[d], w.WindowDilation[d]);
                low[d] = window - w.Padding[2 * d] - 1;
                high[d] = input + window - 1 - Hlo.Dilate(c.Ct!.Shape[d], w.Strides[d]) - low[d];
                interior[d] = w.Strides[d] - 1;
            }
            Tensor spread = Hlo.Pad(c.Ct!, zero, low, high, interior);
            c.Give(0, Hlo.ReduceWindow(HloOps.Add, spread, zero,
                new WindowConfig(w.Size, w.BaseDilation, new ValueArray<long>(ones), w.WindowDilation, new ValueArray<long>(new long[2 * rank]))));
        }
        else if (IsExtreme(combiner) && !c.Needs(1) && shape.ElementCount > 0 && w.BaseDilation.All(d => d == 1) && w.WindowDilation.All(d => d == 1))
        {
            c.Give(0, SelectAndScatter(c, combiner == HloOps.Maximum ? "GE" : "LE", w));
        }
        else
        {
            Written(c, w);
        }
    }

    private static void ReduceWindowJvp(JvpContext c)
    {
        OpName? combiner = c.Op.Operands.Length == 2 ? ReductionRules.CombinerOf(c.Op) : null;
        WindowConfig w = ReadWindow(c.Op);
        Shape result = c.Op.Results[0].TensorType.Shape;
        if (combiner == HloOps.Add)
        {
            c.ApplyToTangents(0, 1);
        }
        else if (IsExtreme(combiner) && c.Tangent(1) is null && w.BaseDilation.All(d => d == 1) && w.WindowDilation.All(d => d == 1))
        {
            c.Give(Selected(c.In(0), c.Tangent(0)!, w, result, combiner == HloOps.Maximum ? "GE" : "LE"));
        }
        else
        {
            int count = c.Op.Results.Length;
            RegionFunction.Computation combine = RegionFunction.Of(c.Op.Regions[0], c.Primal, c.NoRule);
            Tensor[] tangents = Autodiff.Jvp(a => RegionFunction.ReduceWindow(a[..count], a[count..], w, result, combine),
                [.. Enumerable.Range(0, 2 * count).Select(c.In)], [.. Enumerable.Range(0, 2 * count).Select(c.Tangent)]).Tangents;
            for (int i = 0; i < count; i++)
            {
                c.GiveTo(i, tangents[i]);
            }
        }
    }

    /// <summary>The cotangents of the reduction written out.</summary>
    private static void Written(VjpContext c, WindowConfig w)
    {
        int count = c.Op.Results.Length;
        Shape result = c.Op.Results[0].TensorType.Shape;
        RegionFunction.Computation combine = RegionFunction.Of(c.Op.Regions[0], c.Backward.Primal, c.NoRule);
        Tensor[] cts = Autodiff.Vjp(a => RegionFunction.ReduceWindow(a[..count], a[count..], w, result, combine),
            [.. Enumerable.Range(0, 2 * count).Select(c.In)]).Pullback([.. Enumerable.Range(0, count).Select(c.CtOf)]);
        for (int i = 0; i < cts.Length; i++)
        {
            c.Give(i, cts[i]);
        }
    }

    /// <summary>Each window's cotangent goes to its first winning element.</summary>
    private static Tensor SelectAndScatter(VjpContext c, string direction, WindowConfig w)
    {
        Tensor zero = Hlo.Splat(0L, c.Ct!.DType, Shape.Scalar);
        var scalar = new TensorType(zero.DType, Shape.Scalar);
        Region select = Hlo.Region([scalar, scalar], a => [Hlo.Compare(direction, a[0], a[1])]);
        return Hlo.Many(HloOps.SelectAndScatter, c.TypeOf(0), false, [c.In(0), c.Ct!, zero], new AttributeMap
        {
            { "window_dimensions", new DenseArrayAttr(ElementKind.I64, w.Size) },
            { "window_strides", new DenseArrayAttr(ElementKind.I64, w.Strides) },
            { "padding", Hlo.PairsAttr(w.Padding.Span) },
        }, [select, Hlo.Combiner(HloOps.Add, zero.DType)]);
    }

    /// <summary>From each window the value that stands where the operand's first winning element is.</summary>
    private static Tensor Selected(Tensor x, Tensor values, WindowConfig w, Shape result, string direction)
    {
        if (result.ElementCount == 0)
        {
            return Hlo.Zeros(new TensorType(values.DType, result));
        }
        double worst = direction == "GE" ? double.NegativeInfinity : double.PositiveInfinity;
        Tensor padded = w.Padded(x, Hlo.Splat(worst, x.DType, Shape.Scalar)), paddedValues = w.Padded(values, Hlo.Splat(0L, values.DType, Shape.Scalar));
        Tensor? best = null, value = null;
        foreach (long[] place in w.Places())
        {
            Tensor candidate = w.At(padded, place, result), its = w.At(paddedValues, place, result);
            if (best is null)
            {
                (best, value) = (candidate, its);
                continue;
            }
            Tensor stays = Hlo.Compare(direction, best, candidate);
            (best, value) = (Hlo.Select(stays, best, candidate), Hlo.Select(stays, value!, its));
        }
        return value!;
    }
}
