using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Fourier transforms over the last dimensions, with the names and scaling of <c>jax.numpy.fft</c>.</summary>
public static class Signal
{
    /// <summary>Discrete Fourier transform over the last <paramref name="dimensions"/> (1 to 3) dimensions.</summary>
    public static Tensor Fft(Tensor x, int dimensions = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        x = ToComplex(x);
        return Fft("FFT", x, Lengths(x.Shape, dimensions), x.Type);
    }

    /// <summary>Inverse transform over the last dimensions, scaled by 1/n.</summary>
    public static Tensor Ifft(Tensor x, int dimensions = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        x = ToComplex(x);
        return Fft("IFFT", x, Lengths(x.Shape, dimensions), x.Type);
    }

    /// <summary>Transform of a real tensor: the last dimension keeps n / 2 + 1 entries.</summary>
    public static Tensor Rfft(Tensor x, int dimensions = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        x = Jnp.ToInexact(x);
        long[] dims = x.Shape.ToArray();
        dims[^1] = dims[^1] / 2 + 1;
        ElementKind kind = x.DType == ElementKind.F64 ? ElementKind.Complex128 : ElementKind.Complex64;
        return Fft("RFFT", x, Lengths(x.Shape, dimensions), new TensorType(kind, new Shape(dims)));
    }

    /// <summary>Inverse of <see cref="Rfft"/>: a real tensor whose last dimension has <paramref name="size"/> entries (2 (n - 1) when not given).</summary>
    public static Tensor Irfft(Tensor x, long? size = null, int dimensions = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        x = ToComplex(x);
        long[] dims = x.Shape.ToArray();
        dims[^1] = size ?? 2 * (dims[^1] - 1);
        if (dims[^1] / 2 + 1 != x.Shape[^1])
        {
            throw Trace.Error("irfft", $"{dims[^1]} results need {dims[^1] / 2 + 1} entries in the last dimension, found shape {x.Shape}");
        }
        var type = new TensorType(x.DType.RealPart(), new Shape(dims));
        return Fft("IRFFT", x, Lengths(type.Shape, dimensions), type);
    }

    internal static Tensor Fft(string type, Tensor x, ReadOnlySpan<long> lengths, TensorType result) => Hlo.One(HloOps.Fft, result, false, x, new AttributeMap
    {
        { "fft_type", EnumAttr.StableHlo("fft_type", type) },
        { "fft_length", DenseArrayAttr.I64(lengths) },
    });

    private static Tensor ToComplex(Tensor x) => x.DType.IsComplex() ? x
        : Hlo.Convert(Jnp.ToInexact(x), x.DType == ElementKind.F64 ? ElementKind.Complex128 : ElementKind.Complex64);

    private static long[] Lengths(Shape shape, int dimensions) => dimensions is >= 1 and <= 3 && dimensions <= shape.Rank
        ? shape.ToArray()[^dimensions..]
        : throw Trace.Error("fft", $"{dimensions} transformed dimensions of shape {shape}; 1 to 3 are possible");
}
