using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>
    /// Pads every dimension by (low, high) in one of NumPy's ways; <paramref name="value"/> is what <see cref="PadMode.Constant"/> writes
    /// (0 when not given) and where <see cref="PadMode.LinearRamp"/> ends.
    /// </summary>
    public static Tensor Pad(Tensor x, ReadOnlySpan<(long Low, long High)> widths, PadMode mode, Tensor? value = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (widths.Length != x.Rank)
        {
            throw Tracer.Error("pad", $"{widths.Length} pairs of widths for a tensor of {x.Rank} dimensions");
        }
        if (mode == PadMode.Constant)
        {
            return Pad(x, widths, value);
        }
        for (int d = 0; d < widths.Length; d++)
        {
            (long low, long high) = widths[d];
            if (low < 0 || high < 0)
            {
                throw Tracer.Error("pad", $"widths ({low}, {high}) of dimension {d} are negative");
            }
            if (low + high > 0 && x.Shape[d] == 0)
            {
                throw Tracer.Error("pad", $"dimension {d} of shape {x.Shape} is empty and can only be padded with a constant");
            }
            x = low + high == 0 ? x : Padded(x, d, low, high, mode, value);
        }
        return x;
    }

    private static Tensor Padded(Tensor x, int d, long low, long high, PadMode mode, Tensor? value)
    {
        long n = x.Shape[d];
        Tensor Edge(bool end) => end ? Hlo.SliceDim(x, d, n - 1, n) : Hlo.SliceDim(x, d, 0, 1);
        Tensor Wide(Tensor one, long count) => Hlo.BroadcastTo(one, Sized(x.Shape, d, count));
        switch (mode)
        {
            case PadMode.Edge:
                return Hlo.Concatenate([Wide(Edge(false), low), x, Wide(Edge(true), high)], d);
            case PadMode.Maximum or PadMode.Minimum or PadMode.Mean:
                Tensor one = mode == PadMode.Maximum ? Max(x, d, true) : mode == PadMode.Minimum ? Min(x, d, true)
                    : CastTo(x.DType.IsInteger() ? Round(Mean(x, d, true)) : Mean(x, d, true), x.DType);
                return Hlo.Concatenate([Wide(one, low), x, Wide(one, high)], d);
            case PadMode.LinearRamp:
                Tensor Ramp(bool end, long count)
                {
                    Shape shape = Sized(x.Shape, d, count);
                    ElementKind kind = Promotion.Inexact(x.DType);
                    Tensor edge = Hlo.BroadcastTo(Hlo.Convert(Edge(end), kind), shape), to = Hlo.BroadcastTo(CastTo(value ?? 0, kind), shape);
                    Tensor step = Hlo.Binary(HloOps.Divide, Hlo.Iota(kind, shape, d), Hlo.Splat((double)Math.Max(count, 1), kind, shape));
                    Tensor ramp = to + (edge - to) * step;
                    return CastTo(end ? Hlo.Reverse(ramp, [d]) : ramp, x.DType);
                }
                return Hlo.Concatenate([Ramp(false, low), x, Ramp(true, high)], d);
            default:
                // Reflect, symmetric and wrap repeat with a period: take the elements at their places.
                int[] places = [.. Enumerable.Range(0, (int)(low + n + high)).Select(i => Source(i - low, n, mode))];
                return Take(x, Constant<int>(places, [places.Length], ElementKind.I32), d, GatherScatterMode.PromiseInBounds);
        }
    }

    /// <summary>The element that stands at place i of an endless row.</summary>
    private static int Source(long i, long n, PadMode mode)
    {
        long period = mode == PadMode.Wrap ? n : mode == PadMode.Symmetric ? 2 * n : Math.Max(1, 2 * (n - 1));
        long at = (i % period + period) % period;
        return (int)(mode == PadMode.Wrap || at < n ? at : mode == PadMode.Symmetric ? period - 1 - at : period - at);
    }

    private static Shape Sized(Shape shape, int dimension, long size)
    {
        long[] dims = shape.ToArray();
        dims[dimension] = size;
        return new Shape(dims);
    }
}
