using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Lax
{
    /// <summary>Remainder with the sign of the dividend.</summary>
    public static Tensor Rem(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Binary(HloOps.Remainder, "rem", a, b);
    }

    /// <summary>Division; integers round toward 0.</summary>
    public static Tensor Div(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Binary(HloOps.Divide, "div", a, b);
    }

    /// <summary>x limited to [low, high]; the limits have x's kind, and its shape or a scalar's.</summary>
    public static Tensor Clamp(Tensor low, Tensor x, Tensor high, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        Tensor Limit(Tensor t, string which)
        {
            t = t.IsNumber ? Hlo.Number(t, x.DType, Shape.Scalar) : t;
            return t.DType == x.DType && (t.Rank == 0 || t.Shape == x.Shape) ? t : throw Tracer.Error("clamp", $"the {which} limit is {t} for {x}");
        }
        return Hlo.Many(HloOps.Clamp, x.Type, x.IsWeak, [Limit(low, "low"), x, Limit(high, "high")]);
    }

    /// <summary>Elementwise choice between tensors of one type; the predicate has their shape or a scalar's.</summary>
    public static Tensor Select(Tensor predicate, Tensor onTrue, Tensor onFalse, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (onTrue, onFalse) = (Hlo.Materialize(onTrue), Hlo.Materialize(onFalse));
        predicate = Hlo.Materialize(predicate);
        if (!onTrue.Type.Equals(onFalse.Type) || !predicate.DType.IsBoolean() || (predicate.Rank != 0 && predicate.Shape != onTrue.Shape))
        {
            throw Tracer.Error("select", $"{predicate} between {onTrue} and {onFalse}");
        }
        return Hlo.Select(predicate, onTrue, onFalse);
    }

    /// <summary>For each element the case whose number <paramref name="which"/> holds (booleans choose between two).</summary>
    public static Tensor SelectN(Tensor which, ReadOnlySpan<Tensor> cases, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (cases.Length == 0 || (which.DType.IsBoolean() && cases.Length != 2))
        {
            throw Tracer.Error("select_n", $"{cases.Length} cases chosen by {which}");
        }
        if (which.DType.IsBoolean())
        {
            return Select(which, cases[1], cases[0]);
        }
        Tensor result = cases[^1];
        for (int i = cases.Length - 2; i >= 0; i--)
        {
            result = Select(Hlo.Compare("LE", which, Hlo.Splat((long)i, which.DType, which.Shape)), cases[i], result);
        }
        return result;
    }

    /// <summary>The number of ones in the binary form of integers.</summary>
    public static Tensor PopulationCount(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.PopulationCount, Integral("population_count", x));
    }

    /// <summary>The number of zeros before the first one in the binary form of integers.</summary>
    public static Tensor Clz(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.CountLeadingZeros, Integral("clz", x));
    }

    /// <summary>Broadcast in which dimension i of the operand becomes dimension <paramref name="dimensions"/>[i] of the result, of the same size or of size 1.</summary>
    public static Tensor BroadcastInDim(Tensor x, Shape shape, ReadOnlySpan<long> dimensions, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        bool fits = dimensions.Length == x.Rank;
        for (int i = 0; fits && i < dimensions.Length; i++)
        {
            fits = dimensions[i] >= 0 && dimensions[i] < shape.Rank && (x.Shape[i] == 1 || x.Shape[i] == shape[(int)dimensions[i]]) && dimensions[..i].IndexOf(dimensions[i]) < 0;
        }
        return fits ? Hlo.BroadcastInDim(x, shape, dimensions) : throw Tracer.Error("broadcast_in_dim", $"shape {x.Shape} does not fit {shape} along dimensions [{string.Join(", ", dimensions.ToArray())}]");
    }

    /// <summary>Padding at the edges (negative crops) and between elements.</summary>
    public static Tensor Pad(Tensor x, Tensor value, ReadOnlySpan<(long Low, long High, long Interior)> padding, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        if (padding.Length != x.Rank)
        {
            throw Tracer.Error("pad", $"{padding.Length} entries of padding for shape {x.Shape}");
        }
        long[] low = new long[x.Rank], high = new long[x.Rank], interior = new long[x.Rank];
        for (int i = 0; i < low.Length; i++)
        {
            (low[i], high[i], interior[i]) = padding[i];
            if (interior[i] < 0)
            {
                throw Tracer.Error("pad", $"the padding between elements of dimension {i} is {interior[i]}");
            }
        }
        return Hlo.Pad(x, value.IsNumber ? Hlo.Number(value, x.DType, Shape.Scalar) : Jnp.CastTo(value, x.DType), low, high, interior);
    }

    /// <summary>Sum of products over pairs of dimensions, for each place of paired batch dimensions; the result has the batch, then the others of a, then the others of b.</summary>
    public static Tensor DotGeneral(Tensor a, Tensor b, ReadOnlySpan<int> contractA, ReadOnlySpan<int> contractB, ReadOnlySpan<int> batchA = default, ReadOnlySpan<int> batchB = default, Precision precision = Precision.Default, ElementKind? preferredType = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Jnp.PromoteKinds(a, b);
        long[] Places(ReadOnlySpan<int> axes, int rank)
        {
            long[] places = new long[axes.Length];
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = Axes.Normalize(axes[i], rank, "dot_general");
            }
            return places;
        }
        long[] ca = Places(contractA, a.Rank), cb = Places(contractB, b.Rank), ba = Places(batchA, a.Rank), bb = Places(batchB, b.Rank);
        bool fits = ca.Length == cb.Length && ba.Length == bb.Length && ca.Concat(ba).Distinct().Count() == ca.Length + ba.Length && cb.Concat(bb).Distinct().Count() == cb.Length + bb.Length
            && ca.Zip(cb).Concat(ba.Zip(bb)).All(p => a.Shape[(int)p.First] == b.Shape[(int)p.Second]);
        return fits ? Hlo.DotGeneral(a, b, new DotDimensionNumbersAttr([.. ba], [.. bb], [.. ca], [.. cb]), preferredType, precision)
            : throw Tracer.Error("dot_general", $"shapes {a.Shape} and {b.Shape} do not fit: contracted [{string.Join(", ", ca)}] x [{string.Join(", ", cb)}], batch [{string.Join(", ", ba)}] x [{string.Join(", ", bb)}]");
    }

    private static Tensor Integral(string op, Tensor x)
    {
        x = Hlo.Materialize(x);
        return x.DType.IsInteger() ? x : throw Tracer.Error(op, $"{x} is not of integers");
    }
}
