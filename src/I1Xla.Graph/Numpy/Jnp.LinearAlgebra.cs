using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>The sum of products of all elements, the first conjugated.</summary>
    public static Tensor VDot(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Dot(Conj(Ravel(Hlo.Materialize(a))), Ravel(Hlo.Materialize(b)));
    }

    /// <summary>The sum of products over the last dimension of both.</summary>
    public static Tensor Inner(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (a.Rank == 0 || b.Rank == 0)
        {
            return Binary(HloOps.Multiply, "inner", a, b);
        }
        return TensorDot(a, b, [a.Rank - 1], [b.Rank - 1]);
    }

    /// <summary>The sum of products over the last <paramref name="axes"/> dimensions of a and the first of b.</summary>
    public static Tensor TensorDot(Tensor a, Tensor b, int axes = 2, Precision precision = Precision.Default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (axes < 0 || axes > a.Rank || axes > b.Rank)
        {
            throw Graph.Tracer.Error("tensordot", $"{axes} dimensions of shapes {a.Shape} and {b.Shape}");
        }
        return TensorDot(a, b, [.. Enumerable.Range(a.Rank - axes, axes)], [.. Enumerable.Range(0, axes)], precision);
    }

    /// <summary>The sum of products over pairs of dimensions; the result has the others of a, then the others of b.</summary>
    public static Tensor TensorDot(Tensor a, Tensor b, ReadOnlySpan<int> axesA, ReadOnlySpan<int> axesB, Precision precision = Precision.Default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = PromoteKinds(a, b);
        long[] contractA = new long[axesA.Length], contractB = new long[axesB.Length];
        bool fits = axesA.Length == axesB.Length;
        for (int i = 0; fits && i < contractA.Length; i++)
        {
            contractA[i] = Axes.Normalize(axesA[i], a.Rank, "tensordot");
            contractB[i] = Axes.Normalize(axesB[i], b.Rank, "tensordot");
            fits = a.Shape[(int)contractA[i]] == b.Shape[(int)contractB[i]];
        }
        if (!fits)
        {
            throw Graph.Tracer.Error("tensordot", $"shapes {a.Shape} and {b.Shape} do not fit over dimensions [{string.Join(", ", axesA.ToArray())}] and [{string.Join(", ", axesB.ToArray())}]");
        }
        return Hlo.DotGeneral(a, b, new DotDimensionNumbersAttr([], [], [.. contractA], [.. contractB]), null, precision);
    }

    /// <summary>Kronecker product: blocks of b, each times an element of a.</summary>
    public static Tensor Kron(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int rank = Math.Max(a.Rank, b.Rank);
        long[] left = new long[2 * rank], right = new long[2 * rank], dims = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            int da = i - (rank - a.Rank), db = i - (rank - b.Rank);
            left[2 * i] = da < 0 ? 1 : a.Shape[da];
            left[2 * i + 1] = right[2 * i] = 1;
            right[2 * i + 1] = db < 0 ? 1 : b.Shape[db];
            dims[i] = left[2 * i] * right[2 * i + 1];
        }
        return Hlo.Reshape(Binary(HloOps.Multiply, "kron", Hlo.Reshape(a, new Shape(left)), Hlo.Reshape(b, new Shape(right))), new Shape(dims));
    }

    /// <summary>Cross product of vectors of three along a dimension.</summary>
    public static Tensor Cross(Tensor a, Tensor b, int axis = -1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("cross", a, b);
        int at = Axes.Normalize(axis, a.Rank, "cross");
        if (a.Shape[at] != 3)
        {
            throw Graph.Tracer.Error("cross", $"dimension {axis} of shape {a.Shape} has not 3 elements");
        }
        return Roll(a, -1, at) * Roll(b, 1, at) - Roll(a, 1, at) * Roll(b, -1, at);
    }

    /// <summary>
    /// The p-norm over dimensions taken as one vector: 2 Euclidean (Frobenius), 1 the sum of magnitudes, infinities the largest or
    /// smallest magnitude, 0 how many are not 0. Matrix norms by singular values are not there.
    /// </summary>
    public static Tensor Norm(Tensor x, double order = 2, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = ToInexact(Hlo.Materialize(x));
        Tensor size = Abs(x);
        return order switch
        {
            2 => Sqrt(Sum(x.DType.IsComplex() ? Real(x * Conj(x)) : Square(x), axes, keepDims)),
            1 => Sum(size, axes, keepDims),
            0 => CastTo(CountNonzero(x, axes, keepDims), size.DType),
            double.PositiveInfinity => Max(size, axes, keepDims),
            double.NegativeInfinity => Min(size, axes, keepDims),
            _ => Power(Sum(Power(size, order), axes, keepDims), 1 / order),
        };
    }

    /// <summary>The diagonals of two dimensions, as a new last dimension.</summary>
    public static Tensor Diagonal(Tensor x, int offset = 0, int axis1 = 0, int axis2 = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (int first, int second) = (Axes.Normalize(axis1, x.Rank, "diagonal"), Axes.Normalize(axis2, x.Rank, "diagonal"));
        if (first == second)
        {
            throw Graph.Tracer.Error("diagonal", $"dimensions {axis1} and {axis2} of shape {x.Shape} are the same");
        }
        return Contraction.Diagonal(x, first, second, offset);
    }

    /// <summary>The sum of the diagonals of two dimensions.</summary>
    public static Tensor Trace(Tensor x, int offset = 0, int axis1 = 0, int axis2 = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Sum(Diagonal(x, offset, axis1, axis2), -1);
    }

    /// <summary>A square matrix with a vector on diagonal k, or the diagonal k of a matrix.</summary>
    public static Tensor Diag(Tensor x, int k = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (x.Rank == 2)
        {
            return Diagonal(x, k);
        }
        if (x.Rank != 1)
        {
            throw Graph.Tracer.Error("diag", $"shape {x.Shape} is neither a vector's nor a matrix's");
        }
        long n = x.Shape[0] + Math.Abs(k);
        Tensor padded = Pad(x, [(Math.Max(0, k), Math.Max(0, -k))]);
        return Where(Eye(n, null, k, ElementKind.I1), padded, 0);
    }

    /// <summary>Powers of a vector's elements as rows, falling from the left unless told.</summary>
    public static Tensor Vander(Tensor x, long? columns = null, bool increasing = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long n = columns ?? x.Shape[0];
        Tensor[] powers = [.. Enumerable.Range(0, (int)n).Select(i => Power(x, increasing ? i : (int)n - 1 - i))];
        return Stack(powers, 1);
    }

    /// <summary>A polynomial at x, the highest power first, by Horner's rule.</summary>
    public static Tensor PolyVal(Tensor coefficients, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor result = coefficients[0];
        for (int i = 1; i < coefficients.Shape[0]; i++)
        {
            result = result * x + coefficients[i];
        }
        return coefficients.Shape[0] == 1 ? result + x * 0 : result;
    }

    /// <summary>Discrete convolution of two vectors: <c>full</c>, <c>same</c> (the longer one's size) or <c>valid</c>.</summary>
    public static Tensor Convolve(Tensor a, Tensor v, string mode = "full", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Correlated("convolve", a, Flip(v), mode);
    }

    /// <summary>Cross-correlation of two vectors, the second conjugated: <c>full</c>, <c>same</c> or <c>valid</c>.</summary>
    public static Tensor Correlate(Tensor a, Tensor v, string mode = "valid", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Correlated("correlate", a, Conj(v), mode);
    }

    /// <summary>The integral of samples dx apart by the trapezoidal rule.</summary>
    public static Tensor Trapezoid(Tensor y, double dx = 1, int axis = -1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        int at = Axes.Normalize(axis, y.Rank, "trapezoid");
        long n = y.Shape[at];
        y = ToInexact(y);
        return Sum(Hlo.SliceDim(y, at, 1, n) + Hlo.SliceDim(y, at, 0, n - 1), at) * (0.5 * dx);
    }

    private static Tensor Correlated(string op, Tensor a, Tensor v, string mode)
    {
        (a, v) = PromoteKinds(a, v);
        if (a.Rank != 1 || v.Rank != 1 || a.Size == 0 || v.Size == 0)
        {
            throw Graph.Tracer.Error(op, $"shapes {a.Shape} and {v.Shape}; two vectors that are not empty are needed");
        }
        if (a.Size < v.Size)
        {
            (a, v) = (v, a);
            if (op == "correlate")
            {
                return Flip(Correlated("convolve", Conj(Flip(a)), Conj(v), mode) is var swapped ? Conj(swapped) : swapped);
            }
            (a, v) = (Flip(a), Flip(v));
        }
        long n = v.Size;
        (long Low, long High) padding = mode switch
        {
            "full" => (n - 1, n - 1),
            "same" => op == "convolve" ? (n - 1 - (n - 1) / 2, (n - 1) / 2) : (n / 2, n - n / 2 - 1),
            "valid" => (0, 0),
            _ => throw Graph.Tracer.Error(op, $"mode \"{mode}\"; full, same and valid are possible"),
        };
        Tensor result = Lax.Conv(Hlo.Reshape(a, [1, a.Size, 1]), Hlo.Reshape(v, [n, 1, 1]), padding: Graph.Padding.Explicit(padding), precision: Precision.Highest);
        return Hlo.Reshape(result, [result.Size]);
    }
}
