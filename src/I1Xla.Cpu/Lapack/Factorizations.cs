using System.Numerics;

namespace I1Xla.Cpu.Lapack;

/// <summary>
/// Factorizations of small dense matrices, row-major, in place, in the form that LAPACK's routines leave them (LAPACK Users' Guide, 3rd edition):
/// unblocked, over f64 or complex numbers of two f64.
/// </summary>
internal static class Factorizations
{
    /// <summary>The conjugate; a real number itself.</summary>
    public static T Conjugate<T>(T x) where T : struct, INumberBase<T> => x is Complex z ? (T)(object)Complex.Conjugate(z) : x;

    /// <summary>The real part.</summary>
    public static double Real<T>(T x) where T : struct, INumberBase<T> => x is Complex z ? z.Real : double.CreateChecked(x);

    /// <summary>The squared modulus.</summary>
    public static double Square<T>(T x) where T : struct, INumberBase<T> => x is Complex z ? (z.Real * z.Real) + (z.Imaginary * z.Imaginary) : double.CreateChecked(x * x);

    /// <summary>A real number as an element.</summary>
    public static T Of<T>(double x) where T : struct, INumberBase<T> => typeof(T) == typeof(Complex) ? (T)(object)new Complex(x, 0) : T.CreateChecked(x);

    /// <summary>
    /// A = L Lᴴ or Uᴴ U, written over one triangle of A; the other stays (<c>potrf</c>). Returns 0, or the order of the first minor that is not positive.
    /// </summary>
    public static int Cholesky<T>(Span<T> a, int n, bool lower) where T : struct, INumberBase<T>
    {
        for (int j = 0; j < n; j++)
        {
            double diagonal = Real(a[(j * n) + j]);
            for (int k = 0; k < j; k++) diagonal -= Square(At(a, j, k));
            if (!(diagonal > 0)) return j + 1;
            double root = Math.Sqrt(diagonal);
            a[(j * n) + j] = Of<T>(root);
            for (int i = j + 1; i < n; i++)
            {
                T sum = At(a, i, j);
                for (int k = 0; k < j; k++) sum -= At(a, i, k) * Conjugate(At(a, j, k));
                Set(a, i, j, sum / Of<T>(root));
            }
        }
        return 0;

        T At(Span<T> x, int i, int j) => lower ? x[(i * n) + j] : Conjugate(x[(j * n) + i]);

        void Set(Span<T> x, int i, int j, T value) => x[lower ? (i * n) + j : (j * n) + i] = lower ? value : Conjugate(value);
    }

    /// <summary>
    /// P A = L U with partial pivoting, L with a diagonal of ones (<c>getrf</c>); row i was exchanged with row <c>pivots[i] - 1</c>. Returns 0, or
    /// the place, from 1, of the first zero on the diagonal of U.
    /// </summary>
    public static int Lu<T>(Span<T> a, int m, int n, Span<int> pivots) where T : struct, INumberBase<T>
    {
        int singular = 0;
        for (int j = 0; j < Math.Min(m, n); j++)
        {
            int pivot = j;
            double most = -1;
            for (int i = j; i < m; i++)
            {
                // As idamax has it: by |re| + |im|, and a NaN does not win.
                T x = a[(i * n) + j];
                double size = x is Complex z ? Math.Abs(z.Real) + Math.Abs(z.Imaginary) : Math.Abs(Real(x));
                if (size > most) (pivot, most) = (i, size);
            }
            pivots[j] = pivot + 1;
            if (a[(pivot * n) + j] == T.Zero)
            {
                if (singular == 0) singular = j + 1;
                continue;
            }
            if (pivot != j)
            {
                for (int k = 0; k < n; k++) (a[(j * n) + k], a[(pivot * n) + k]) = (a[(pivot * n) + k], a[(j * n) + k]);
            }
            for (int i = j + 1; i < m; i++)
            {
                T factor = a[(i * n) + j] / a[(j * n) + j];
                a[(i * n) + j] = factor;
                if (factor == T.Zero) continue;
                for (int k = j + 1; k < n; k++) a[(i * n) + k] -= factor * a[(j * n) + k];
            }
        }
        return singular;
    }

    /// <summary>A = Q R: R in the upper triangle, the reflectors' vectors below it with a leading one that is not stored (<c>geqrf</c>).</summary>
    public static void Qr<T>(Span<T> a, int m, int n, Span<T> taus) where T : struct, INumberBase<T>
    {
        for (int j = 0; j < Math.Min(m, n); j++)
        {
            double below = 0;
            for (int i = j + 1; i < m; i++) below += Square(a[(i * n) + j]);
            T alpha = a[(j * n) + j];
            bool isReal = alpha == Conjugate(alpha);
            taus[j] = T.Zero;
            if (below == 0 && isReal) continue;
            double beta = -Math.CopySign(Math.Sqrt(Square(alpha) + below), Real(alpha));
            T tau = (Of<T>(beta) - alpha) / Of<T>(beta), scale = T.One / (alpha - Of<T>(beta));
            taus[j] = tau;
            for (int i = j + 1; i < m; i++) a[(i * n) + j] *= scale;
            a[(j * n) + j] = Of<T>(beta);
            // The rest is multiplied by the reflector's conjugate transpose.
            Reflect(a, m, n, j, j + 1, Conjugate(tau));
        }
    }

    /// <summary>The first columns of the product of <paramref name="count"/> reflectors that <see cref="Qr"/> left (<c>orgqr</c>, <c>ungqr</c>).</summary>
    public static void Q<T>(Span<T> a, int m, int n, ReadOnlySpan<T> taus, int count) where T : struct, INumberBase<T>
    {
        for (int j = count; j < n; j++)
        {
            for (int i = 0; i < m; i++) a[(i * n) + j] = i == j ? T.One : T.Zero;
        }
        for (int j = count - 1; j >= 0; j--)
        {
            Reflect(a, m, n, j, j + 1, taus[j]);
            for (int i = j + 1; i < m; i++) a[(i * n) + j] *= -taus[j];
            a[(j * n) + j] = T.One - taus[j];
            for (int i = 0; i < j; i++) a[(i * n) + j] = T.Zero;
        }
    }

    // Columns from first on, times I - tau v vᴴ, v being column j below the diagonal; row by row, as the matrix lies.
    private static void Reflect<T>(Span<T> a, int m, int n, int j, int first, T tau) where T : struct, INumberBase<T>
    {
        if (tau == T.Zero || first >= n) return;
        T[] dots = a.Slice((j * n) + first, n - first).ToArray();
        for (int i = j + 1; i < m; i++)
        {
            T v = Conjugate(a[(i * n) + j]);
            Span<T> row = a.Slice((i * n) + first, n - first);
            for (int k = 0; k < row.Length; k++) dots[k] += v * row[k];
        }
        for (int k = 0; k < dots.Length; k++)
        {
            dots[k] *= tau;
            a[(j * n) + first + k] -= dots[k];
        }
        for (int i = j + 1; i < m; i++)
        {
            T v = a[(i * n) + j];
            Span<T> row = a.Slice((i * n) + first, n - first);
            for (int k = 0; k < row.Length; k++) row[k] -= v * dots[k];
        }
    }

    /// <summary>X with op(A) X = B, or X op(A) = B, over B (<c>trsm</c>); A is triangular.</summary>
    public static void Solve<T>(ReadOnlySpan<T> a, int size, Span<T> b, int m, int n, bool left, bool lower, bool transpose, bool conjugate, bool unit) where T : struct, INumberBase<T>
    {
        // On the right, the transpose of all: op(A)ᵀ Xᵀ = Bᵀ.
        bool flip = transpose != !left;
        bool forward = lower != flip;
        int systems = left ? n : m, stride = left ? n : 1, next = left ? 1 : n;
        for (int s = 0; s < systems; s++)
        {
            for (int step = 0; step < size; step++)
            {
                int i = forward ? step : size - 1 - step;
                T sum = b[(s * next) + (i * stride)];
                for (int earlier = 0; earlier < step; earlier++)
                {
                    int k = forward ? earlier : size - 1 - earlier;
                    sum -= Element(a, i, k) * b[(s * next) + (k * stride)];
                }
                b[(s * next) + (i * stride)] = unit ? sum : sum / Element(a, i, i);
            }
        }

        T Element(ReadOnlySpan<T> x, int i, int k)
        {
            T value = flip ? x[(k * size) + i] : x[(i * size) + k];
            return conjugate ? Conjugate(value) : value;
        }
    }
}
