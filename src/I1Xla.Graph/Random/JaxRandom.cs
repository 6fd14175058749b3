using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// <c>jax.random</c> in the graph, bit for bit, with partitionable Threefry (JAX's default): keys are (2,) u32 tensors, and
/// element i of a draw depends on the key and i alone, so that sharded draws need no communication.
/// </summary>
public static class JaxRandom
{
    /// <summary><c>PRNGKey(seed)</c>: (0, seed mod 2³²).</summary>
    public static Tensor Key(long seed, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Jnp.Constant<uint>([0, unchecked((uint)seed)], [2], ElementKind.UI32, file, line);

    /// <summary>(n, 2) keys; <c>Split(key)[1]</c> is the second.</summary>
    public static Tensor Split(Tensor key, int count = 2, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        (Tensor a, Tensor b) = Threefry.Counted(CheckKey(key, "split"), [count]);
        return Jnp.Stack([a, b], 1);
    }

    /// <summary>A key from a key and a number.</summary>
    public static Tensor FoldIn(Tensor key, uint data, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        FoldIn(key, Jnp.Constant<uint>([data], Shape.Scalar, ElementKind.UI32, file, line), file, line);

    /// <summary>A key from a key and an integer computed in the graph.</summary>
    public static Tensor FoldIn(Tensor key, Tensor data, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        Tensor low = Jnp.Cast(data, ElementKind.UI32);
        (Tensor a, Tensor b) = Threefry.Block(CheckKey(key, "fold_in"), Jnp.ZerosLike(low), low);
        return Jnp.Stack([a, b], 0);
    }

    /// <summary>Random bits of u8, u16, u32 or u64.</summary>
    public static Tensor Bits(Tensor key, Shape shape, ElementKind kind = ElementKind.UI32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        (Tensor a, Tensor b) = Threefry.Counted(CheckKey(key, "bits"), shape);
        return kind switch
        {
            ElementKind.UI32 => a ^ b,
            ElementKind.UI64 => Jnp.LeftShift(Jnp.Cast(a, kind), 32) | Jnp.Cast(b, kind),
            ElementKind.UI8 or ElementKind.UI16 => Jnp.Cast(a ^ b, kind),
            _ => throw Trace.Error("bits", $"bits are drawn as u8, u16, u32 or u64, not {kind.Name()}"),
        };
    }

    /// <summary>Uniform draws on [low, high) of f32, f64, bf16 or f16.</summary>
    public static Tensor Uniform(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, double low = 0, double high = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        (ElementKind bitsKind, ElementKind word, int mantissa, long one) = kind switch
        {
            ElementKind.F32 => (ElementKind.UI32, ElementKind.UI32, 23, 0x3F800000L),
            ElementKind.F64 => (ElementKind.UI64, ElementKind.UI64, 52, 0x3FF0000000000000L),
            ElementKind.F16 => (ElementKind.UI16, ElementKind.UI16, 10, 0x3C00L),
            // A mantissa below 8 bits is drawn from 8.
            ElementKind.BF16 => (ElementKind.UI8, ElementKind.UI16, 7, 0x3F80L),
            _ => throw Trace.Error("uniform", $"uniform draws are f32, f64, bf16 or f16, not {kind.Name()}"),
        };
        Tensor bits = Jnp.Cast(Bits(key, shape, bitsKind), word);
        Tensor mantissaBits = Jnp.RightShiftLogical(bits, bitsKind.BitWidth() - mantissa) | Hlo.Splat(one, word, Shape.Scalar);
        Tensor unit = Jnp.Bitcast(mantissaBits, kind) - 1.0;
        Tensor lowest = Hlo.Splat(low, kind, Shape.Scalar);
        Tensor span = kind == ElementKind.F32 ? Hlo.Splat((double)((float)high - (float)low), kind, Shape.Scalar) : Hlo.Splat(high, kind, Shape.Scalar) - lowest;
        return Jnp.Maximum(lowest, (unit * span) + lowest);
    }

    /// <summary>Standard normal draws: √2·erfinv of uniform draws on the open interval (-1, 1).</summary>
    public static Tensor Normal(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        Tensor u = Uniform(key, shape, kind, AboveMinusOne(kind), 1);
        return Special.ErfInv(u) * Math.Sqrt(2);
    }

    /// <summary>Normal draws given that they fall in (low, high), in standard deviations; f32.</summary>
    public static Tensor TruncatedNormal(Tensor key, double low, double high, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        Tensor u = Uniform(key, shape, ElementKind.F32, ErfOverSqrt2((float)low), ErfOverSqrt2((float)high));
        return Jnp.Clip(Special.ErfInv(u) * Math.Sqrt(2), (double)MathF.BitIncrement((float)low), (double)MathF.BitDecrement((float)high));
    }

    /// <summary>True with probability <paramref name="p"/>.</summary>
    public static Tensor Bernoulli(Tensor key, double p, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        return Uniform(key, shape) < p;
    }

    /// <summary>Integers on [low, high), i32.</summary>
    public static Tensor RandInt(Tensor key, Shape shape, int low, int high, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        Tensor keys = Split(key);
        Tensor higher = Bits(keys[0], shape), lower = Bits(keys[1], shape);
        uint span = high > low ? unchecked((uint)(high - low)) : 1;
        uint multiplier = 65536 % span;
        multiplier = unchecked(multiplier * multiplier) % span;
        Tensor Word(uint value) => Hlo.Splat((long)value, ElementKind.UI32, Shape.Scalar);
        Tensor offset = (((higher % Word(span)) * Word(multiplier)) + (lower % Word(span))) % Word(span);
        return Jnp.Cast(offset, ElementKind.I32) + low;
    }

    /// <summary>The numbers 0 … n-1 in random order, i32: JAX's repeated sorts by random keys.</summary>
    public static Tensor Permutation(Tensor key, int count, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        Tensor x = Jnp.Iota([count], 0);
        int rounds = (int)Math.Ceiling(3 * Math.Log(Math.Max(1, count)) / Math.Log(uint.MaxValue));
        for (int i = 0; i < rounds; i++)
        {
            Tensor keys = Split(key);
            key = keys[0];
            Tensor sortKeys = Bits(keys[1], [count]);
            x = Hlo.Sort([sortKeys, x], 0, pair => Hlo.Compare("LT", pair[0], pair[1]))[1];
        }
        return x;
    }

    /// <summary>Standard Gumbel draws, f32.</summary>
    public static Tensor Gumbel(Tensor key, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        const float Tiny = 1.17549435e-38f;
        return -Jnp.Log(-Jnp.Log(Uniform(key, shape, ElementKind.F32, Tiny, 1)));
    }

    /// <summary>erf(x / √2) rounded to f32, for the bounds of truncated draws.</summary>
    internal static float ErfOverSqrt2(float x)
    {
        // erf by its Maclaurin series in double precision; bounds are a few standard deviations.
        double z = (double)(x / 1.41421356f), term = z, sum = z;
        if (Math.Abs(z) > 5)
        {
            return Math.Sign(z);
        }
        for (int n = 1; n < 200 && Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= -z * z / n;
            sum += term / ((2 * n) + 1);
        }
        return (float)(2 / Math.Sqrt(Math.PI) * sum);
    }

    private static double AboveMinusOne(ElementKind kind) => kind switch
    {
        ElementKind.F32 => MathF.BitIncrement(-1f),
        ElementKind.F64 => Math.BitIncrement(-1.0),
        ElementKind.F16 => (double)Half.BitIncrement((Half)(-1f)),
        _ => -1 + (1.0 / 256),
    };

    private static Tensor CheckKey(Tensor key, string op) =>
        key.DType == ElementKind.UI32 && key.Shape == new Shape(2) ? key
            : throw Trace.Error(op, $"a key is a u32 tensor of shape (2), found {key}");
}
