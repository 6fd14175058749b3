using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// Reductions by any computation on scalars, written out with that computation applied to whole tensors, so that they are
/// differentiated like any other program.
/// </summary>
internal static class RegionFunction
{
    private static readonly HashSet<OpName> s_elementwise =
    [
        HloOps.Abs, HloOps.Add, HloOps.And, HloOps.Atan2, HloOps.BitcastConvert, HloOps.Cbrt, HloOps.Ceil, HloOps.Clamp, HloOps.Compare, HloOps.Complex, HloOps.Convert, HloOps.Cosine,
        HloOps.CountLeadingZeros, HloOps.Divide, HloOps.Exponential, HloOps.ExponentialMinusOne, HloOps.Floor, HloOps.Imag, HloOps.IsFinite, HloOps.Log, HloOps.LogPlusOne, HloOps.Logistic,
        HloOps.Maximum, HloOps.Minimum, HloOps.Multiply, HloOps.Negate, HloOps.Not, HloOps.Or, HloOps.PopulationCount, HloOps.Power, HloOps.Real, HloOps.ReducePrecision, HloOps.Remainder,
        HloOps.RoundNearestAfz, HloOps.RoundNearestEven, HloOps.Rsqrt, HloOps.Select, HloOps.ShiftLeft, HloOps.ShiftRightArithmetic, HloOps.ShiftRightLogical, HloOps.Sign, HloOps.Sine,
        HloOps.Sqrt, HloOps.Subtract, HloOps.Tan, HloOps.Tanh, HloOps.Xor, HloOps.Erf, HloOps.Erfc, HloOps.ErfInv, HloOps.LogGamma, HloOps.Digamma, HloOps.Polygamma, HloOps.Zeta,
        HloOps.BesselI1e, HloOps.Sinh, HloOps.Cosh, HloOps.Asin, HloOps.Acos, HloOps.Atan, HloOps.Asinh, HloOps.Acosh, HloOps.Atanh, HloOps.Alias, HloOps.StopGradient, HloOps.NoDerivative,
    ];

    /// <summary>A computation on scalars, applied to tensors of one shape.</summary>
    public delegate Tensor[] Computation(ReadOnlySpan<Tensor> arguments);

    /// <summary>The computation of a region.</summary>
    /// <param name="region">One block of elementwise operations on scalars.</param>
    /// <param name="primal">Values the region takes from outside, where the program is emitted.</param>
    /// <param name="noRule">The error when the region holds something else.</param>
    public static Computation Of(Region region, Func<Value, Tensor> primal, Func<string, GraphException> noRule)
    {
        Block block = region.Entry;
        foreach (Operation op in block.Operations.SkipLast(1))
        {
            if (!s_elementwise.Contains(op.Name) && op.Name != HloOps.Constant)
            {
                throw noRule($"its computation holds {op.Name.Full}, which is not elementwise");
            }
        }
        return arguments =>
        {
            FunctionTracer f = Tracer.Current;
            Shape shape = arguments[0].Shape;
            var map = new Dictionary<Value, Tensor>();
            for (int i = 0; i < arguments.Length; i++)
            {
                map[block.Arguments[i]] = arguments[i];
            }
            Tensor Get(Value value) => map.TryGetValue(value, out Tensor? known) ? known : map[value] = Hlo.BroadcastTo(primal(value), shape);
            foreach (Operation op in block.Operations.SkipLast(1))
            {
                if (op.Name == HloOps.Constant)
                {
                    Tensor scalar = Hlo.Dense((DenseElementsAttr)op.Attributes["value"]!);
                    map[op.Result] = Hlo.BroadcastTo(scalar, shape);
                    continue;
                }
                var operands = new Tensor[op.Operands.Length];
                for (int i = 0; i < operands.Length; i++)
                {
                    operands[i] = Get(op.Operands[i]);
                }
                map[op.Result] = Hlo.Many(op.Name, new TensorType(op.Result.TensorType.Element, shape), false, operands, op.Attributes.Clone());
            }
            return [.. block.Terminator!.Operands.ToArray().Select(Get)];
        };
    }

    /// <summary>A reduction over dimensions as a tree: neighbours are combined until one slice is left, and the initial values come first.</summary>
    public static Tensor[] Reduce(ReadOnlySpan<Tensor> xs, ReadOnlySpan<Tensor> inits, long[] dims, Computation combine)
    {
        Shape shape = xs[0].Shape;
        long[] kept = [.. Enumerable.Range(0, shape.Rank).Select(i => (long)i).Where(i => !dims.Contains(i))];
        Shape rest = Hlo.Without(shape, dims);
        long count = dims.Aggregate(1L, (n, d) => n * shape[(int)d]);
        var rows = new Tensor[xs.Length];
        var first = new Tensor[xs.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = Hlo.Reshape(Hlo.Transpose(xs[i], [.. dims, .. kept]), [count, .. rest.Dims]);
            first[i] = Hlo.BroadcastTo(inits[i], rest);
        }
        while (count > 1)
        {
            long pairs = count / 2;
            Tensor[] combined = combine([.. rows.Select(r => Hlo.SliceDim(r, 0, 0, 2 * pairs - 1, 2)), .. rows.Select(r => Hlo.SliceDim(r, 0, 1, 2 * pairs, 2))]);
            rows = count % 2 == 0 ? combined : [.. combined.Select((c, i) => Hlo.Concatenate([c, Hlo.SliceDim(rows[i], 0, count - 1, count)], 0))];
            count -= pairs;
        }
        return count == 0 ? first : combine([.. first, .. rows.Select(r => Hlo.Reshape(r, rest))]);
    }

    /// <summary>A windowed reduction as a fold over the places of the window: each is a strided slice of the padded operands.</summary>
    public static Tensor[] ReduceWindow(ReadOnlySpan<Tensor> xs, ReadOnlySpan<Tensor> inits, WindowConfig w, Shape result, Computation combine)
    {
        var state = new Tensor[xs.Length];
        var padded = new Tensor[xs.Length];
        for (int i = 0; i < state.Length; i++)
        {
            state[i] = Hlo.BroadcastTo(inits[i], result);
            padded[i] = w.Padded(xs[i], inits[i]);
        }
        if (result.ElementCount == 0)
        {
            return state;
        }
        foreach (long[] place in w.Places())
        {
            state = combine([.. state, .. padded.Select(x => w.At(x, place, result))]);
        }
        return state;
    }
}
