using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Fourier transforms, with the names, arguments and scaling of <c>jax.numpy.fft</c>.</summary>
public static class Signal
{
    /// <summary>Discrete Fourier transform along a dimension, cut or padded with zeros to n elements.</summary>
    public static Tensor Fft(Tensor x, long? n = null, int axis = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("FFT", "fft", x, n is { } size ? [size] : null, [axis], norm);
    }

    /// <summary>Inverse discrete Fourier transform along a dimension.</summary>
    public static Tensor Ifft(Tensor x, long? n = null, int axis = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("IFFT", "ifft", x, n is { } size ? [size] : null, [axis], norm);
    }

    /// <summary>Transform of a real tensor along a dimension, which keeps n / 2 + 1 entries.</summary>
    public static Tensor Rfft(Tensor x, long? n = null, int axis = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("RFFT", "rfft", x, n is { } size ? [size] : null, [axis], norm);
    }

    /// <summary>Inverse of <see cref="Rfft"/>: real, with n elements along the dimension (2 (m - 1) of m entries when not given).</summary>
    public static Tensor Irfft(Tensor x, long? n = null, int axis = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("IRFFT", "irfft", x, n is { } size ? [size] : null, [axis], norm);
    }

    /// <summary>Transform of a signal with Hermitian symmetry, of which half is given: real.</summary>
    public static Tensor Hfft(Tensor x, long? n = null, int axis = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("IRFFT", "hfft", Jnp.Conj(ToComplex(Hlo.Materialize(x))), n is { } size ? [size] : null, [axis], Opposite(norm));
    }

    /// <summary>Inverse of <see cref="Hfft"/>.</summary>
    public static Tensor Ihfft(Tensor x, long? n = null, int axis = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Conj(Transform("RFFT", "ihfft", x, n is { } size ? [size] : null, [axis], Opposite(norm)));
    }

    /// <see cref="Fft"/> along several dimensions (all when none are named), the last one first.
    public static Tensor Fftn(Tensor x, ReadOnlySpan<long> sizes = default, Axes? axes = null, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("FFT", "fftn", x, sizes.Length == 0 ? null : sizes.ToArray(), [.. axes ?? (sizes.Length == 0 ? [.. Enumerable.Range(0, x.Rank)] : [.. Enumerable.Range(x.Rank - sizes.Length, sizes.Length)])], norm);
    }

    /// <see cref="Fft"/> along two dimensions.
    public static Tensor Fft2(Tensor x, ReadOnlySpan<long> sizes = default, int axis1 = -2, int axis2 = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("FFT", "fft2", x, sizes.Length == 0 ? null : sizes.ToArray(), [axis1, axis2], norm);
    }

    /// <see cref="Ifft"/> along several dimensions (all when none are named), the last one first.
    public static Tensor Ifftn(Tensor x, ReadOnlySpan<long> sizes = default, Axes? axes = null, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("IFFT", "ifftn", x, sizes.Length == 0 ? null : sizes.ToArray(), [.. axes ?? (sizes.Length == 0 ? [.. Enumerable.Range(0, x.Rank)] : [.. Enumerable.Range(x.Rank - sizes.Length, sizes.Length)])], norm);
    }

    /// <see cref="Ifft"/> along two dimensions.
    public static Tensor Ifft2(Tensor x, ReadOnlySpan<long> sizes = default, int axis1 = -2, int axis2 = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("IFFT", "ifft2", x, sizes.Length == 0 ? null : sizes.ToArray(), [axis1, axis2], norm);
    }

    /// <see cref="Rfft"/> along several dimensions (all when none are named), the last one first.
    public static Tensor Rfftn(Tensor x, ReadOnlySpan<long> sizes = default, Axes? axes = null, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("RFFT", "rfftn", x, sizes.Length == 0 ? null : sizes.ToArray(), [.. axes ?? (sizes.Length == 0 ? [.. Enumerable.Range(0, x.Rank)] : [.. Enumerable.Range(x.Rank - sizes.Length, sizes.Length)])], norm);
    }

    /// <see cref="Rfft"/> along two dimensions.
    public static Tensor Rfft2(Tensor x, ReadOnlySpan<long> sizes = default, int axis1 = -2, int axis2 = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("RFFT", "rfft2", x, sizes.Length == 0 ? null : sizes.ToArray(), [axis1, axis2], norm);
    }

    /// <see cref="Irfft"/> along several dimensions (all when none are named), the last one first.
    public static Tensor Irfftn(Tensor x, ReadOnlySpan<long> sizes = default, Axes? axes = null, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("IRFFT", "irfftn", x, sizes.Length == 0 ? null : sizes.ToArray(), [.. axes ?? (sizes.Length == 0 ? [.. Enumerable.Range(0, x.Rank)] : [.. Enumerable.Range(x.Rank - sizes.Length, sizes.Length)])], norm);
    }

    /// <see cref="Irfft"/> along two dimensions.
    public static Tensor Irfft2(Tensor x, ReadOnlySpan<long> sizes = default, int axis1 = -2, int axis2 = -1, FftNorm norm = FftNorm.Backward, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Transform("IRFFT", "irfft2", x, sizes.Length == 0 ? null : sizes.ToArray(), [axis1, axis2], norm);
    }

    /// <summary>The frequencies of the entries of a transform of n samples d apart.</summary>
    public static Tensor FftFreq(long n, double d = 1, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor i = Hlo.Iota(ElementKind.I32, [n], 0);
        Tensor k = Jnp.Where(i < (int)((n - 1) / 2 + 1), i, i - (int)n);
        return Hlo.Convert(k, kind) / (d * n);
    }

    /// <summary>The frequencies of the entries of a transform of n real samples d apart.</summary>
    public static Tensor RfftFreq(long n, double d = 1, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Iota(kind, [n / 2 + 1], 0) / (d * n);
    }

    /// <summary>Moves the entry of frequency 0 to the middle of dimensions.</summary>
    public static Tensor FftShift(Tensor x, Axes axes = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        foreach (long d in axes.Resolve(x.Rank, "fftshift"))
        {
            x = Jnp.Roll(x, x.Shape[(int)d] / 2, (int)d);
        }
        return x;
    }

    /// <summary>The inverse of <see cref="FftShift"/>.</summary>
    public static Tensor IfftShift(Tensor x, Axes axes = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        foreach (long d in axes.Resolve(x.Rank, "ifftshift"))
        {
            x = Jnp.Roll(x, -(x.Shape[(int)d] / 2), (int)d);
        }
        return x;
    }

    internal static Tensor Fft(string type, Tensor x, ReadOnlySpan<long> lengths, TensorType result) => Hlo.One(HloOps.Fft, result, false, x, new AttributeMap
    {
        { "fft_type", EnumAttr.StableHlo("fft_type", type) },
        { "fft_length", DenseArrayAttr.I64(lengths) },
    });

    /// <summary>A transform along any dimensions: up to three at a time, as the operation allows, the real one among the first.</summary>
    private static Tensor Transform(string type, string op, Tensor x, long[]? sizes, int[] axes, FftNorm norm)
    {
        x = Hlo.Materialize(x);
        int[] at = [.. axes.Select(a => Axes.Normalize(a, x.Rank, op))];
        if (at.Length == 0 || (type != "FFT" && type != "IFFT" && at.Distinct().Count() != at.Length) || (sizes is not null && sizes.Length != at.Length))
        {
            throw Tracer.Error(op, $"dimensions [{string.Join(", ", axes)}] and sizes [{string.Join(", ", sizes ?? [])}] of shape {x.Shape}");
        }
        bool half = type == "IRFFT";
        if (type == "RFFT" && x.DType.IsComplex())
        {
            throw Tracer.Error(op, $"{x} is complex; a real tensor is needed");
        }
        x = type == "RFFT" ? Jnp.ToInexact(x) : ToComplex(x);
        long[] lengths = new long[at.Length];
        for (int i = 0; i < at.Length; i++)
        {
            bool last = i == at.Length - 1;
            lengths[i] = sizes?[i] ?? (half && last ? 2 * (x.Shape[at[i]] - 1) : x.Shape[at[i]]);
            if (lengths[i] < 1)
            {
                throw Tracer.Error(op, $"a transform of {lengths[i]} elements along dimension {at[i]} of shape {x.Shape}");
            }
            long needed = half && last ? lengths[i] / 2 + 1 : lengths[i];
            x = needed < x.Shape[at[i]] ? Hlo.SliceDim(x, at[i], 0, needed) : Hlo.PadDim(x, at[i], 0, needed - x.Shape[at[i]]);
        }
        double count = lengths.Aggregate(1.0, (a, b) => a * b);
        // The real transform along the last dimension comes first (RFFT) or last (IRFFT); the others are complex.
        int real = type is "RFFT" or "IRFFT" ? at.Length - 1 : at.Length;
        if (type == "RFFT")
        {
            x = Along("RFFT", x, [at[real]], [lengths[real]]);
        }
        for (int i = real; i > 0; i -= Math.Min(3, i))
        {
            int from = i - Math.Min(3, i);
            x = Along(type is "FFT" or "RFFT" ? "FFT" : "IFFT", x, at[from..i], lengths[from..i]);
        }
        if (half)
        {
            x = Along("IRFFT", x, [at[real]], [lengths[real]]);
        }
        bool forward = type is "FFT" or "RFFT";
        return norm switch
        {
            FftNorm.Ortho => x * (forward ? 1 / Math.Sqrt(count) : Math.Sqrt(count)),
            FftNorm.Forward => x * (forward ? 1 / count : count),
            _ => x,
        };
    }

    /// <summary>One operation along one to three dimensions, moved to the end for it.</summary>
    private static Tensor Along(string type, Tensor x, int[] axes, long[] lengths)
    {
        long[] order = [.. Enumerable.Range(0, x.Rank).Where(d => !axes.Contains(d)).Select(d => (long)d), .. axes.Select(a => (long)a)], back = new long[x.Rank];
        for (int i = 0; i < back.Length; i++)
        {
            back[order[i]] = i;
        }
        x = Hlo.Transpose(x, order);
        long[] dims = x.Shape.ToArray();
        dims[^1] = type == "RFFT" ? lengths[^1] / 2 + 1 : lengths[^1];
        ElementKind kind = type == "IRFFT" ? x.DType.RealPart() : x.DType.IsComplex() ? x.DType : x.DType == ElementKind.F64 ? ElementKind.Complex128 : ElementKind.Complex64;
        x = type == "RFFT" && x.DType is ElementKind.BF16 or ElementKind.F16 ? Hlo.Convert(x, ElementKind.F32) : x;
        return Hlo.Transpose(Fft(type, x, lengths, new TensorType(kind, new Shape(dims))), back);
    }

    private static FftNorm Opposite(FftNorm norm) => norm == FftNorm.Backward ? FftNorm.Forward : norm == FftNorm.Forward ? FftNorm.Backward : norm;

    private static Tensor ToComplex(Tensor x) => x.DType.IsComplex() ? x
        : Hlo.Convert(Jnp.ToInexact(x), x.DType == ElementKind.F64 ? ElementKind.Complex128 : ElementKind.Complex64);
}

/// <summary>Which direction of a transform is scaled.</summary>
public enum FftNorm
{
    /// <summary>The inverse by 1 / n.</summary>
    Backward,

    /// <summary>Both by 1 / sqrt(n).</summary>
    Ortho,

    /// <summary>The forward one by 1 / n.</summary>
    Forward,
}
