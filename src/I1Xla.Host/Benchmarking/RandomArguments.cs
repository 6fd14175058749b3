using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Host.Benchmarking;

/// <summary>Where the elements of an argument are drawn from.</summary>
/// <param name="Low">Smallest value, of uniform floats and integers.</param>
/// <param name="High">Bound above (not reached).</param>
/// <param name="Scale">Standard deviation of normal floats; 0 for uniform ones.</param>
public readonly record struct ArgumentRange(double Low, double High, double Scale)
{
    /// <summary>Normal floats of a standard deviation.</summary>
    public static ArgumentRange Normal(double scale) => new(0, 0, scale);

    /// <summary>Uniform floats or integers.</summary>
    public static ArgumentRange Uniform(double low, double high) => new(low, high, 0);
}

/// <summary>Arguments from a seed: standard normal floats, integers from 0 to 7, coin flips for booleans, unless a range says otherwise.</summary>
public static class RandomArguments
{
    private const int SmallIntegers = 8;

    /// <summary>A random tensor.</summary>
    /// <param name="type">Its static type.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <param name="range">Where the elements come from; the default of the type when null.</param>
    /// <exception cref="UserErrorException">The type has dynamic dimensions.</exception>
    public static Literal Make(TensorType type, int seed, ArgumentRange? range = null)
    {
        if (!type.Shape.IsStatic)
        {
            throw new UserErrorException($"an argument of type {type} has no fixed size; programs to compare take tensors of static shapes.");
        }
        var random = new Random(seed);
        ElementKind kind = type.Kind;
        var literal = new Literal(type);
        Span<byte> data = literal.Data.Span;
        if (kind.IsFloat() || kind.IsComplex())
        {
            var values = new double[type.Shape.ElementCount * (kind.IsComplex() ? 2 : 1)];
            FillFloats(random, values, range ?? ArgumentRange.Normal(1));
            FloatKind.Write(kind.IsComplex() ? kind.RealPart() : kind, values, data);
            return literal;
        }
        int size = kind.StorageBytes();
        (double low, double high) = range is { } given ? (given.Low, given.High) : (0, kind.IsBoolean() ? 2 : SmallIntegers);
        for (int at = 0; at < data.Length; at += size)
        {
            long value = (long)Math.Floor(low + (random.NextDouble() * (high - low)));
            MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value))[..size].CopyTo(data[at..]);
        }
        return literal;
    }

    // Two normals from each pair of uniforms (Box and Muller 1958).
    private static void FillFloats(Random random, Span<double> to, ArgumentRange range)
    {
        for (int i = 0; i < to.Length; i += 2)
        {
            double a, b;
            if (range.Scale == 0)
            {
                a = range.Low + (random.NextDouble() * (range.High - range.Low));
                b = range.Low + (random.NextDouble() * (range.High - range.Low));
            }
            else
            {
                double radius = range.Scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                (double sin, double cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
                (a, b) = (radius * cos, radius * sin);
            }
            to[i] = a;
            if (i + 1 < to.Length)
            {
                to[i + 1] = b;
            }
        }
    }
}
