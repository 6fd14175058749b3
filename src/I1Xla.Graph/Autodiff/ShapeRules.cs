using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of operations that move elements.</summary>
internal static class ShapeRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Linear(HloOps.Reshape, c => c.Give(0, Hlo.Reshape(c.Ct!, c.TypeOf(0).Shape)), 0);
        Rules.Linear(HloOps.BroadcastInDim, BroadcastVjp, 0);
        Rules.Linear(HloOps.Transpose, c =>
        {
            ReadOnlySpan<long> permutation = c.Longs("permutation");
            Span<long> inverse = stackalloc long[permutation.Length];
            for (int i = 0; i < inverse.Length; i++)
            {
                inverse[(int)permutation[i]] = i;
            }
            c.Give(0, Hlo.Transpose(c.Ct!, inverse));
        }, 0);
        Rules.Linear(HloOps.Slice, SliceVjp, 0);
        Rules.LinearInAll(HloOps.Pad, PadVjp);
        Rules.LinearInAll(HloOps.Concatenate, c =>
        {
            int dimension = (int)c.Op.Attributes.Get<IntegerAttr>("dimension")!.Value;
            long at = 0;
            for (int i = 0; i < c.Op.Operands.Length; i++)
            {
                long size = c.TypeOf(i).Shape[dimension];
                if (c.Needs(i))
                {
                    c.Give(i, Hlo.SliceDim(c.Ct!, dimension, at, at + size));
                }
                at += size;
            }
        });
        Rules.Linear(HloOps.Reverse, c => c.Give(0, Hlo.Reverse(c.Ct!, c.Longs("dimensions"))), 0);
        Rules.LinearInAll(HloOps.OptimizationBarrier, c =>
        {
            int[] there = [.. Enumerable.Range(0, c.Op.Results.Length).Where(i => c.CtOf(i) is not null)];
            Tensor[] behind = Hlo.OptimizationBarrier([.. there.Select(i => c.CtOf(i)!)]);
            for (int i = 0; i < there.Length; i++)
            {
                c.Give(there[i], behind[i]);
            }
        });
        Rules.Linear(HloOps.Fft, FftVjp, 0);
    }

    /// <summary>Sums over what was broadcast.</summary>
    private static void BroadcastVjp(VjpContext c)
    {
        Shape from = c.TypeOf(0).Shape, to = c.Ct!.Shape;
        ReadOnlySpan<long> map = c.Longs("broadcast_dimensions");
        var summed = new List<long>();
        for (int d = 0; d < to.Rank; d++)
        {
            int source = map.IndexOf(d);
            if (source < 0 || (from[source] == 1 && to[d] != 1))
            {
                summed.Add(d);
            }
        }
        Tensor sum = Hlo.ReduceSum(c.Ct!, [.. summed]);
        // The dimensions that are left stand in result order; the operand's are in the order of the map.
        List<int> kept = [];
        for (int i = 0; i < from.Rank; i++)
        {
            if (!summed.Contains(map[i]))
            {
                kept.Add(i);
            }
        }
        long[] mapCopy = map.ToArray();
        List<int> inResultOrder = [.. kept.OrderBy(i => mapCopy[i])];
        sum = Hlo.Transpose(sum, [.. kept.Select(i => (long)inResultOrder.IndexOf(i))]);
        c.Give(0, Hlo.Reshape(sum, from));
    }

    private static void SliceVjp(VjpContext c)
    {
        Shape from = c.TypeOf(0).Shape;
        ReadOnlySpan<long> start = c.Longs("start_indices"), strides = c.Longs("strides");
        long[] low = new long[from.Rank], high = new long[from.Rank], interior = new long[from.Rank];
        for (int i = 0; i < low.Length; i++)
        {
            long count = c.Ct!.Shape[i];
            low[i] = start[i];
            interior[i] = strides[i] - 1;
            high[i] = from[i] - start[i] - (count == 0 ? 0 : (count - 1) * strides[i] + 1);
        }
        c.Give(0, Hlo.Pad(c.Ct!, Hlo.Splat(0L, c.Ct!.DType, Shape.Scalar), low, high, interior));
    }

    private static void PadVjp(VjpContext c)
    {
        ReadOnlySpan<long> low = c.Longs("edge_padding_low"), high = c.Longs("edge_padding_high"), interior = c.Longs("interior_padding");
        Shape from = c.TypeOf(0).Shape;
        // Undo the edges (by the opposite padding), then take every (interior + 1)-th element.
        long[] undoLow = new long[from.Rank], undoHigh = new long[from.Rank], zero = new long[from.Rank], limit = new long[from.Rank], step = new long[from.Rank];
        for (int i = 0; i < zero.Length; i++)
        {
            undoLow[i] = -low[i];
            undoHigh[i] = -high[i];
            step[i] = interior[i] + 1;
            limit[i] = Hlo.Dilate(from[i], step[i]);
        }
        Tensor inner = Hlo.Slice(Hlo.Pad(c.Ct!, Hlo.Splat(0L, c.Ct!.DType, Shape.Scalar), undoLow, undoHigh, zero), zero, limit, step);
        c.Give(0, inner);
        if (c.Needs(1))
        {
            long[] all = Axes.All.Resolve(c.Ct!.Rank, "pad");
            long[] allInner = Axes.All.Resolve(inner.Rank, "pad");
            c.Give(1, Hlo.Binary(HloOps.Subtract, Hlo.ReduceSum(c.Ct!, all), Hlo.ReduceSum(inner, allInner)));
        }
    }

    /// <summary>Transposes of the discrete Fourier transforms (JAX's convention: no conjugation of complex cotangents).</summary>
    private static void FftVjp(VjpContext c)
    {
        string type = c.Op.Attributes.Get<EnumAttr>("fft_type")!.Value;
        long[] lengths = c.Longs("fft_length").ToArray();
        Tensor ct = c.Ct!;
        int last = ct.Rank - 1;
        long n = lengths[^1];
        switch (type)
        {
            case "FFT":
            case "IFFT":
                c.Give(0, Signal.Fft(type, ct, lengths, ct.Type));
                break;
            case "RFFT":
                // Of the half spectrum only these entries were kept: pad the others with zeros and take the real part.
                Tensor whole = Hlo.PadDim(ct, last, 0, n - ct.Shape[last]);
                c.Give(0, Hlo.Unary(HloOps.Real, Signal.Fft("FFT", whole, lengths, whole.Type), c.TypeOf(0).Kind));
                break;
            default:
                // Each entry but the first (and for even n the last) stood for two.
                TensorType half = c.TypeOf(0);
                Tensor spectrum = Signal.Fft("RFFT", ct, lengths, half);
                double scale = 1.0 / lengths.Aggregate(1L, (a, b) => a * b);
                double[] weights = [.. Enumerable.Range(0, (int)half.Shape[last]).Select(i => i == 0 || (n % 2 == 0 && i == n / 2) ? scale : 2 * scale)];
                Tensor mask = half.Kind == ElementKind.Complex128
                    ? Hlo.Dense(Literal.Create<double>(ElementKind.F64, [weights.Length], weights).ToDense())
                    : Hlo.Dense(Literal.Create<float>(ElementKind.F32, [weights.Length], [.. weights.Select(w => (float)w)]).ToDense());
                Tensor wide = Hlo.Convert(Hlo.BroadcastTo(mask, half.Shape), half.Kind);
                c.Give(0, Jnp.Conj(Hlo.Binary(HloOps.Multiply, wide, spectrum)));
                break;
        }
    }
}
