using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary><c>triangular_solve</c> and <c>cholesky</c>, by substitution, in complex double.</summary>
internal static class LinearAlgebra
{
    public static void Register(Registrar add)
    {
        add("stablehlo.triangular_solve", c => OpContext.One(TriangularSolve(c)), Quantization.Dequantize);
        add("stablehlo.cholesky", c => OpContext.One(Cholesky(c)), Quantization.Dequantize);
    }

    private static Literal TriangularSolve(OpContext c)
    {
        Literal a = c.Tensor(0), b = c.Tensor(1);
        bool left = c.Bool("left_side"), lower = c.Bool("lower"), unit = c.Bool("unit_diagonal");
        string transpose = c.Text("transpose_a") ?? "NO_TRANSPOSE";
        int n = (int)a.Shape[^1], rows = (int)b.Shape[^2], columns = (int)b.Shape[^1];
        if (a.Shape[^2] != n || (left ? rows : columns) != n)
        {
            throw c.Error($"a of shape {a.Shape} does not fit b of shape {b.Shape}");
        }
        Complex[] matrix = Contractions.AsComplex(a), x = Contractions.AsComplex(b);
        int systems = n == 0 ? 0 : matrix.Length / (n * n);
        // op(a)[i, j], with x·op(a) = b read as op(a)ᵀ·xᵀ = bᵀ.
        bool flip = transpose is "TRANSPOSE" or "ADJOINT", conjugate = transpose == "ADJOINT";
        bool lowerNow = lower ^ flip ^ !left;
        int others = left ? columns : rows;
        for (int s = 0; s < systems; s++)
        {
            Complex At(int i, int j)
            {
                (int r, int q) = flip ^ !left ? (j, i) : (i, j);
                Complex v = matrix[(((s * n) + r) * n) + q];
                return conjugate ? Complex.Conjugate(v) : v;
            }
            ref Complex X(int i, int k) => ref x[left ? (((s * rows) + i) * columns) + k : (((s * rows) + k) * columns) + i];
            for (int k = 0; k < others; k++)
            {
                for (int step = 0; step < n; step++)
                {
                    int i = lowerNow ? step : n - 1 - step;
                    Complex sum = X(i, k);
                    for (int j = lowerNow ? 0 : i + 1; j < (lowerNow ? i : n); j++)
                    {
                        sum -= Numerics.ComplexFunctions.Multiply(At(i, j), X(j, k));
                    }
                    X(i, k) = unit ? sum : Numerics.ComplexFunctions.Divide(sum, At(i, i));
                }
            }
        }
        return FromComplex(c, b, x);
    }

    private static Literal Cholesky(OpContext c)
    {
        Literal a = c.Tensor(0);
        bool lower = c.Bool("lower");
        int n = (int)a.Shape[^1];
        Complex[] matrix = Contractions.AsComplex(a), result = new Complex[matrix.Length];
        int systems = n == 0 ? 0 : matrix.Length / (n * n);
        for (int s = 0; s < systems; s++)
        {
            // The triangle that is read; the other one is not looked at.
            Complex At(int i, int j) => lower ? matrix[(((s * n) + i) * n) + j] : Complex.Conjugate(matrix[(((s * n) + j) * n) + i]);
            ref Complex L(int i, int j) => ref result[lower ? (((s * n) + i) * n) + j : (((s * n) + j) * n) + i];
            for (int j = 0; j < n; j++)
            {
                for (int i = j; i < n; i++)
                {
                    Complex sum = At(i, j);
                    for (int k = 0; k < j; k++)
                    {
                        sum -= L(i, k) * Complex.Conjugate(L(j, k));
                    }
                    L(i, j) = i == j ? new Complex(Math.Sqrt(sum.Real), 0) : sum / L(j, j);
                }
            }
            if (!lower)
            {
                for (int i = s * n * n; i < (s + 1) * n * n; i++)
                {
                    result[i] = Complex.Conjugate(result[i]);
                }
            }
        }
        return FromComplex(c, a, result);
    }

    private static Literal FromComplex(OpContext c, Literal like, Complex[] values)
    {
        Literal result = c.Make(like.Type.Element, like.Shape);
        if (like.Type.Kind.IsComplex())
        {
            Elements.Write(result, values);
        }
        else
        {
            Elements.Write(result, Array.ConvertAll(values, z => z.Real));
        }
        return result;
    }
}
