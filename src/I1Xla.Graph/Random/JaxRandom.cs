using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// <c>jax.random</c> with partitionable threefry-2x32 keys, bit for bit (the model specification, A.1). A key is a ui32
/// tensor of shape (2); draws are elementwise in the position, so they shard without communication.
/// </summary>
public static partial class JaxRandom
{
    private static readonly uint[][] s_rotations = [[13, 15, 26, 6], [17, 29, 16, 24]];

    /// <summary>The key of a seed: (0, seed mod 2^32), as <c>jax.random.PRNGKey</c> without 64-bit mode.</summary>
    public static Tensor Key(long seed, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Constant<uint>([0, unchecked((uint)seed)], [2], ElementKind.UI32);
    }

    /// <summary>The key of a computed integer seed.</summary>
    public static Tensor Key(Tensor seed, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Concatenate([Hlo.Splat(0L, ElementKind.UI32, [1]), Hlo.Reshape(Hlo.Convert(Hlo.Materialize(seed), ElementKind.UI32), [1])], 0);
    }

    /// <summary>New keys, shape (count, 2).</summary>
    public static Tensor Split(Tensor key, long count = 2, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        CheckKey(key, "split");
        (Tensor high, Tensor low) = Counters([count]);
        (Tensor a, Tensor b) = Block(key, high, low);
        return Hlo.Concatenate([Hlo.Reshape(a, [count, 1]), Hlo.Reshape(b, [count, 1])], 1);
    }

    /// <summary>New keys, one by one.</summary>
    public static Tensor[] SplitKeys(Tensor key, int count = 2, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor keys = Split(key, count);
        var result = new Tensor[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = Hlo.Reshape(Hlo.SliceDim(keys, 0, i, i + 1), [2]);
        }
        return result;
    }

    /// <summary>A key that depends on the key and an integer.</summary>
    public static Tensor FoldIn(Tensor key, Tensor data, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        CheckKey(key, "fold_in");
        data = data.Number is long n ? Hlo.SplatBits(unchecked((uint)n), 0, ElementKind.UI32, [1], false)
            : Hlo.Reshape(Hlo.Convert(Hlo.Materialize(data), ElementKind.UI32), [1]);
        (Tensor a, Tensor b) = Block(key, Hlo.Splat(0L, ElementKind.UI32, [1]), data);
        return Hlo.Concatenate([a, b], 0);
    }

    /// <summary>Random bits as unsigned integers of 8, 16, 32 or 64 bits.</summary>
    public static Tensor Bits(Tensor key, Shape shape, int width = 32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        CheckKey(key, "bits");
        (Tensor high, Tensor low) = Counters(shape);
        (Tensor a, Tensor b) = Block(key, high, low);
        switch (width)
        {
            case 64:
                Tensor up = Hlo.Binary(HloOps.ShiftLeft, Hlo.Convert(a, ElementKind.UI64), Hlo.Splat(32L, ElementKind.UI64, shape));
                return Hlo.Binary(HloOps.Or, up, Hlo.Convert(b, ElementKind.UI64));
            case 32:
                return Hlo.Binary(HloOps.Xor, a, b);
            case 16:
                return Hlo.Convert(Hlo.Binary(HloOps.Xor, a, b), ElementKind.UI16);
            case 8:
                return Hlo.Convert(Hlo.Binary(HloOps.Xor, a, b), ElementKind.UI8);
            default:
                throw Tracer.Error("bits", $"{width} bits; 8, 16, 32 and 64 are possible");
        }
    }

    /// <summary>Uniform on [low, high).</summary>
    public static Tensor Uniform(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, Tensor? low = null, Tensor? high = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (int width, int mantissa, ElementKind unsigned, long one) = kind switch
        {
            ElementKind.F64 => (64, 52, ElementKind.UI64, 0x3FF0000000000000),
            ElementKind.F32 => (32, 23, ElementKind.UI32, 0x3F800000),
            ElementKind.F16 => (16, 10, ElementKind.UI16, 0x3C00),
            ElementKind.BF16 => (16, 7, ElementKind.UI16, 0x3F80L),
            _ => throw Tracer.Error("uniform", $"{kind.Name()} is not a floating kind"),
        };
        // bf16 keeps 7 random bits, drawn as bytes.
        int drawn = mantissa < 8 ? 8 : width;
        Tensor bits = Hlo.Convert(Bits(key, shape, drawn), unsigned);
        bits = Hlo.Binary(HloOps.ShiftRightLogical, bits, Hlo.Splat((long)(drawn - mantissa), unsigned, shape));
        bits = Hlo.Binary(HloOps.Or, bits, Hlo.SplatBits(one, 0, unsigned, shape, false));
        Tensor unit = Hlo.Binary(HloOps.Subtract, Hlo.Bitcast(bits, kind), Hlo.Splat(1.0, kind, shape));
        Tensor from = Limit(low ?? 0.0, kind), to = Limit(high ?? 1.0, kind);
        Tensor span = Hlo.Binary(HloOps.Subtract, to, from);
        Tensor scaled = Hlo.Binary(HloOps.Add, Hlo.Binary(HloOps.Multiply, unit, Hlo.BroadcastTo(span, shape)), Hlo.BroadcastTo(from, shape));
        return Hlo.Binary(HloOps.Maximum, Hlo.BroadcastTo(from, shape), scaled);
    }

    /// <summary>Normal with mean 0 and deviation 1.</summary>
    public static Tensor Normal(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        double low = kind switch
        {
            ElementKind.F64 => Math.BitIncrement(-1.0),
            ElementKind.F32 => MathF.BitIncrement(-1f),
            ElementKind.F16 => -0.99951171875,
            _ => -0.99609375,
        };
        Tensor u = Uniform(key, shape, kind, low, 1.0);
        return Hlo.Binary(HloOps.Multiply, Hlo.Splat(Math.Sqrt(2), kind, shape), Special.ErfInv(u));
    }

    /// <summary>Normal cut to the open interval (low, high) of scalars, in any floating kind.</summary>
    public static Tensor TruncatedNormal(Tensor key, Tensor low, Tensor high, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (kind is not (ElementKind.F64 or ElementKind.F32 or ElementKind.F16 or ElementKind.BF16))
        {
            throw Tracer.Error("truncated_normal", $"{kind.Name()} is not a floating kind");
        }
        (low, high) = (Limit(low, kind), Limit(high, kind));
        if (low.Rank != 0 || high.Rank != 0)
        {
            throw Tracer.Error("truncated_normal", $"the limits {low} and {high} are not scalars");
        }
        Tensor root = Hlo.Splat(Math.Sqrt(2), kind, Shape.Scalar);
        Tensor u = Uniform(key, shape, kind, Special.Erf(Hlo.Binary(HloOps.Divide, low, root)), Special.Erf(Hlo.Binary(HloOps.Divide, high, root)));
        Tensor x = Hlo.Binary(HloOps.Multiply, Hlo.Splat(Math.Sqrt(2), kind, shape), Special.ErfInv(u));
        // The limits themselves are outside.
        Tensor least = Hlo.Binary(HloOps.NextAfter, low, Hlo.Splat(double.PositiveInfinity, kind, Shape.Scalar));
        Tensor most = Hlo.Binary(HloOps.NextAfter, high, Hlo.Splat(double.NegativeInfinity, kind, Shape.Scalar));
        return Hlo.Binary(HloOps.Minimum, Hlo.BroadcastTo(most, shape), Hlo.Binary(HloOps.Maximum, Hlo.BroadcastTo(least, shape), x));
    }

    /// <summary>True with a probability.</summary>
    public static Tensor Bernoulli(Tensor key, Tensor probability, Shape shape, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor p = probability.IsNumber ? Hlo.Number(probability, ElementKind.F32, Shape.Scalar) : probability;
        return Hlo.Compare("LT", Uniform(key, shape, p.DType), Hlo.BroadcastTo(p, shape));
    }

    /// <summary>Uniform integers on [low, high).</summary>
    public static Tensor RandInt(Tensor key, Shape shape, Tensor low, Tensor high, ElementKind kind = ElementKind.I32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        ElementKind unsigned = kind switch
        {
            ElementKind.I32 or ElementKind.UI32 => ElementKind.UI32,
            ElementKind.I16 or ElementKind.UI16 => ElementKind.UI16,
            ElementKind.I8 or ElementKind.UI8 => ElementKind.UI8,
            ElementKind.I64 or ElementKind.UI64 => ElementKind.UI64,
            _ => throw Tracer.Error("randint", $"{kind.Name()} is not an integer kind"),
        };
        int width = unsigned.BitWidth();
        Tensor[] keys = SplitKeys(key);
        Tensor upper = Bits(keys[0], shape, width), lower = Bits(keys[1], shape, width);
        Tensor from = low.IsNumber ? Hlo.Number(low, kind, Shape.Scalar) : Hlo.Convert(low, kind);
        Tensor to = high.IsNumber ? Hlo.Number(high, kind, Shape.Scalar) : Hlo.Convert(high, kind);
        Tensor span = Hlo.Convert(Hlo.Binary(HloOps.Subtract, to, from), unsigned);
        span = Hlo.Select(Hlo.Compare("LE", to, from), Hlo.Splat(1L, unsigned, Shape.Scalar), span);
        Tensor multiplier = Hlo.Binary(HloOps.Remainder, Hlo.Splat(1L << (width / 2), unsigned, Shape.Scalar), span);
        multiplier = Hlo.Binary(HloOps.Remainder, Hlo.Binary(HloOps.Multiply, multiplier, multiplier), span);
        Tensor wide = Hlo.BroadcastTo(span, shape);
        Tensor offset = Hlo.Binary(HloOps.Add,
            Hlo.Binary(HloOps.Multiply, Hlo.Binary(HloOps.Remainder, upper, wide), Hlo.BroadcastTo(multiplier, shape)),
            Hlo.Binary(HloOps.Remainder, lower, wide));
        return Hlo.Binary(HloOps.Add, Hlo.BroadcastTo(from, shape), Hlo.Convert(Hlo.Binary(HloOps.Remainder, offset, wide), kind));
    }

    /// <summary>A random order of 0 … count - 1.</summary>
    public static Tensor Permutation(Tensor key, long count, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Shuffle(key, Hlo.Iota(ElementKind.I32, [count], 0));
    }

    /// <summary>The slices of the leading dimension in random order.</summary>
    public static Tensor Permutation(Tensor key, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x.Rank == 1 ? Shuffle(key, x) : Jnp.Take(x, Shuffle(key, Hlo.Iota(ElementKind.I32, [x.Shape[0]], 0)), 0, GatherScatterMode.PromiseInBounds);
    }

    /// <summary>Gumbel draws.</summary>
    public static Tensor Gumbel(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return -Jnp.Log(-Jnp.Log(Uniform(key, shape, kind, Tiny(kind), 1.0)));
    }

    /// <summary>Indices drawn with probabilities softmax(logits) along a dimension.</summary>
    public static Tensor Categorical(Tensor key, Tensor logits, int axis = -1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.ArgMax(Gumbel(key, logits.Shape, logits.DType) + logits, axis);
    }

    /// <summary>Exponential with mean 1.</summary>
    public static Tensor Exponential(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return -Jnp.Log1p(-Uniform(key, shape, kind));
    }

    /// <summary>Laplace with mean 0 and scale 1.</summary>
    public static Tensor Laplace(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        double below = kind switch
        {
            ElementKind.F64 => Math.Pow(2, -53),
            ElementKind.F32 => Math.Pow(2, -24),
            ElementKind.F16 => Math.Pow(2, -11),
            _ => Math.Pow(2, -8),
        };
        Tensor u = Uniform(key, shape, kind, -1.0 + below, 1.0);
        return Hlo.Binary(HloOps.Multiply, Hlo.Unary(HloOps.Sign, u), Jnp.Log1p(-Jnp.Abs(u)));
    }

    /// <summary>Logistic with mean 0 and scale 1.</summary>
    public static Tensor Logistic(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor x = Uniform(key, shape, kind, Tiny(kind), 1.0);
        return Jnp.Log(x) - Jnp.Log1p(-x);
    }

    /// <summary>Cauchy with location 0 and scale 1.</summary>
    public static Tensor Cauchy(Tensor key, Shape shape, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        double epsilon = kind switch
        {
            ElementKind.F64 => Math.Pow(2, -52),
            ElementKind.F32 => Math.Pow(2, -23),
            ElementKind.F16 => Math.Pow(2, -10),
            _ => Math.Pow(2, -7),
        };
        return Jnp.Tan(Math.PI * (Uniform(key, shape, kind, epsilon, 1.0) - 0.5));
    }

    /// <summary>-1 or 1, with equal chances.</summary>
    public static Tensor Rademacher(Tensor key, Shape shape, ElementKind kind = ElementKind.I32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.CastTo(2 * Hlo.Convert(Bernoulli(key, 0.5, shape), ElementKind.I32) - 1, kind);
    }

    /// <summary>
    /// Slices of the leading dimension of x drawn at random, with or without replacement, all alike or with the given
    /// probabilities.
    /// </summary>
    public static Tensor Choice(Tensor key, Tensor x, Shape shape, bool replace = true, Tensor? probabilities = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (x.Rank == 0 || x.Shape[0] == 0 || (probabilities is { } given && given.Shape != new Shape(x.Shape[0])))
        {
            throw Tracer.Error("choice", $"a choice among {x} with probabilities {probabilities?.ToString() ?? "all alike"}");
        }
        long count = x.Shape[0], draws = shape.ElementCount;
        if (!replace && draws > count)
        {
            throw Tracer.Error("choice", $"{draws} draws without replacement among {count}");
        }
        Tensor places;
        if (replace)
        {
            if (probabilities is null)
            {
                places = RandInt(key, shape, 0, (int)count);
            }
            else
            {
                Tensor sums = Jnp.CumSum(probabilities, 0);
                places = Jnp.SearchSorted(sums, sums[^1] * (1.0 - Uniform(key, shape, probabilities.DType)));
            }
        }
        else if (probabilities is null)
        {
            places = Hlo.Reshape(Hlo.SliceDim(Permutation(key, count), 0, 0, draws), shape);
        }
        else
        {
            Tensor scores = -Gumbel(key, [count], probabilities.DType) - Jnp.Log(probabilities);
            places = Hlo.Reshape(Hlo.SliceDim(Jnp.ArgSort(scores), 0, 0, draws), shape);
        }
        return Jnp.Take(x, places, 0, GatherScatterMode.Clip);
    }

    /// <summary>The smallest normal number of a kind.</summary>
    private static double Tiny(ElementKind kind) => kind == ElementKind.F64 ? 2.2250738585072014e-308 : kind == ElementKind.F16 ? 6.103515625e-05 : 1.1754943508222875e-38;

    private static Tensor Shuffle(Tensor key, Tensor x)
    {
        int rounds = (int)Math.Ceiling(3 * Math.Log(Math.Max(1, x.Size)) / Math.Log(uint.MaxValue));
        for (int i = 0; i < rounds; i++)
        {
            Tensor[] keys = SplitKeys(key);
            key = keys[0];
            x = Hlo.Sort([Bits(keys[1], x.Shape), x], 0, a => Hlo.Compare("LT", a[0], a[1]))[1];
        }
        return x;
    }

    private static Tensor Limit(Tensor value, ElementKind kind) => value.IsNumber ? Hlo.Number(value, kind, Shape.Scalar) : Hlo.Convert(value, kind);

    /// <summary>High and low words of each element's row-major position, made of one iota a dimension.</summary>
    private static (Tensor High, Tensor Low) Counters(Shape shape)
    {
        bool small = shape.ElementCount <= 1L << 32;
        ElementKind kind = small ? ElementKind.UI32 : ElementKind.UI64;
        long[] strides = shape.Strides();
        Tensor? position = null;
        for (int d = 0; d < shape.Rank; d++)
        {
            if (shape[d] == 1)
            {
                continue;
            }
            Tensor term = Hlo.Iota(kind, shape, d);
            term = strides[d] == 1 ? term : Hlo.Binary(HloOps.Multiply, term, Hlo.Splat(strides[d], kind, shape));
            position = position is null ? term : Hlo.Binary(HloOps.Add, position, term);
        }
        position ??= Hlo.Splat(0L, kind, shape);
        return small
            ? (Hlo.Splat(0L, ElementKind.UI32, shape), position)
            : (Hlo.Convert(Hlo.Binary(HloOps.ShiftRightLogical, position, Hlo.Splat(32L, kind, shape)), ElementKind.UI32), Hlo.Convert(position, ElementKind.UI32));
    }

    /// <summary>The threefry block of counters under a key, as a function of the module for each shape.</summary>
    private static (Tensor, Tensor) Block(Tensor key, Tensor high, Tensor low)
    {
        Tensor[] words = Functions.Call("threefry2x32", (Func<Tensor[], Tensor[]>)Rounds, "", [key, high, low], null, (_, a) => Rounds(a), null, null);
        return (words[0], words[1]);
    }

    private static Tensor[] Rounds(Tensor[] inputs)
    {
        Shape shape = inputs[1].Shape;
        Tensor Word(long i) => Hlo.Reshape(Hlo.SliceDim(inputs[0], 0, i, i + 1), Shape.Scalar);
        Tensor k0 = Word(0), k1 = Word(1);
        Tensor k2 = Hlo.Binary(HloOps.Xor, Hlo.Binary(HloOps.Xor, k0, k1), Hlo.Splat(0x1BD11BDAL, ElementKind.UI32, Shape.Scalar));
        Tensor[] schedule = [Hlo.BroadcastTo(k0, shape), Hlo.BroadcastTo(k1, shape), Hlo.BroadcastTo(k2, shape)];
        Tensor x0 = Hlo.Binary(HloOps.Add, inputs[1], schedule[0]), x1 = Hlo.Binary(HloOps.Add, inputs[2], schedule[1]);
        for (int group = 0; group < 5; group++)
        {
            foreach (uint rotation in s_rotations[group % 2])
            {
                x0 = Hlo.Binary(HloOps.Add, x0, x1);
                Tensor left = Hlo.Binary(HloOps.ShiftLeft, x1, Hlo.Splat((long)rotation, ElementKind.UI32, shape));
                Tensor right = Hlo.Binary(HloOps.ShiftRightLogical, x1, Hlo.Splat(32L - rotation, ElementKind.UI32, shape));
                x1 = Hlo.Binary(HloOps.Xor, x0, Hlo.Binary(HloOps.Or, left, right));
            }
            x0 = Hlo.Binary(HloOps.Add, x0, schedule[(group + 1) % 3]);
            x1 = Hlo.Binary(HloOps.Add, x1, Hlo.Binary(HloOps.Add, schedule[(group + 2) % 3], Hlo.Splat((long)group + 1, ElementKind.UI32, shape)));
        }
        return [x0, x1];
    }

    private static void CheckKey(Tensor key, string op)
    {
        if (key.DType != ElementKind.UI32 || key.Rank != 1 || key.Shape[0] != 2)
        {
            throw Tracer.Error(op, $"a key is ui32 of shape (2), found {key}");
        }
    }
}
