using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>How <see cref="Jnp.Resize"/> computes new elements.</summary>
public enum ResizeMethod
{
    /// <summary>The element whose half-pixel centre is nearest below.</summary>
    Nearest,

    /// <summary>Triangle weights, widened when shrinking (antialiased).</summary>
    Bilinear,
}

public static partial class Jnp
{
    /// <summary>
    /// Resizes to a shape of the same rank with half-pixel centres, as <c>jax.image.resize</c> (antialiased when shrinking).
    /// </summary>
    public static Tensor Resize(Tensor x, Shape shape, ResizeMethod method, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (shape.Rank != x.Rank)
        {
            throw Tracer.Error("resize", $"shape {x.Shape} cannot be resized to {shape}");
        }
        for (int d = 0; d < x.Rank; d++)
        {
            long from = x.Shape[d], to = shape[d];
            if (from == to)
            {
                continue;
            }
            if (method == ResizeMethod.Bilinear)
            {
                x = Weighted(ToInexact(x), d, from, to);
            }
            else if (to % from == 0)
            {
                x = Repeat(x, to / from, d);
            }
            else
            {
                int[] places = [.. Enumerable.Range(0, (int)to).Select(i => (int)MathF.Floor((i + 0.5f) * from / to))];
                x = Take(x, Constant<int>(places, [to], ElementKind.I32), d, GatherScatterMode.PromiseInBounds);
            }
        }
        return x;
    }

    /// <summary>Contracts a dimension with a matrix of triangle weights.</summary>
    private static Tensor Weighted(Tensor x, int dimension, long from, long to)
    {
        double inverse = (double)from / to, width = Math.Max(inverse, 1);
        double[] weights = new double[from * to];
        for (long o = 0; o < to; o++)
        {
            double at = (o + 0.5) * inverse - 0.5, total = 0;
            for (long i = 0; i < from; i++)
            {
                total += weights[i * to + o] = Math.Max(0, 1 - Math.Abs(at - i) / width);
            }
            for (long i = 0; i < from; i++)
            {
                weights[i * to + o] /= total;
            }
        }
        Tensor matrix = x.DType == ElementKind.F64
            ? Hlo.Dense(Literal.Create<double>(ElementKind.F64, [from, to], weights).ToDense())
            : Hlo.Convert(Hlo.Dense(Literal.Create<float>(ElementKind.F32, [from, to], [.. weights.Select(w => (float)w)]).ToDense()), x.DType);
        Tensor product = Hlo.DotGeneral(x, matrix, new DotDimensionNumbersAttr([], [], [dimension], [0]), null, Precision.Highest);
        return MoveAxis(product, -1, dimension);
    }
}
