using System.Numerics;
using static I1Xla.Cpu.Kernels.LinearAlgebra.Scalars;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Reductions by Householder reflectors H = I - tau v vᴴ, v beginning with a one, on row-major matrices in place, as LAPACK's routines leave them
/// (LAPACK Users' Guide, 3rd edition): a product Q = H₀ H₁ … of reflectors is stored as their vectors, below what they made, and their factors tau.
/// </summary>
internal static class Reflectors
{
    /// <summary>A becomes upper Hessenberg, Qᴴ A Q, in rows and columns <paramref name="low"/> to <paramref name="high"/> - 1 (<c>gehrd</c>).</summary>
    public static void Hessenberg<T>(Span<T> a, int n, int low, int high, Span<T> taus) where T : unmanaged, INumberBase<T>
    {
        taus.Clear();
        for (int k = low; k < high - 1; k++)
        {
            T[] v = Column(a, n, k, k + 1, high);
            (T tau, double beta) = Make<T>(v);
            taus[k] = tau;
            Right(a, n, 0, high, k + 1, v, tau);
            Left(a, n, k + 1, k + 1, n, v, Conjugate(tau));
            Store(a, n, k, k + 1, v, beta);
        }
    }

    /// <summary>The Hessenberg matrix Qᴴ A Q itself, zeros below, and Q.</summary>
    public static (T[] Form, T[] Q) HessenbergForm<T>(ReadOnlySpan<T> a, int n) where T : unmanaged, INumberBase<T>
    {
        var taus = new T[Math.Max(0, n - 1)];
        T[] form = a.ToArray();
        Hessenberg<T>(form, n, 0, n, taus);
        T[] q = HessenbergQ<T>(form, n, taus);
        for (int i = 2; i < n; i++) form.AsSpan(i * n, i - 1).Clear();
        return (form, q);
    }

    // The orthogonal matrix of the reflectors.
    private static T[] HessenbergQ<T>(ReadOnlySpan<T> a, int n, ReadOnlySpan<T> taus) where T : unmanaged, INumberBase<T>
    {
        var q = new T[n * n];
        for (int i = 0; i < n; i++) q[(i * n) + i] = T.One;
        for (int k = n - 2; k >= 0; k--)
        {
            T[] v = Column(a, n, k, k + 1, n);
            v[0] = T.One;
            Left<T>(q, n, k + 1, k + 1, n, v, taus[k]);
        }
        return q;
    }

    /// <summary>
    /// A P = Q R, the longest column that is left coming first (<c>geqp3</c>). Columns whose pivot is not zero stay in front; on return column j of
    /// A P is column <c>pivots[j] - 1</c> of A.
    /// </summary>
    public static void PivotedQr<T>(Span<T> a, int m, int n, Span<int> pivots, Span<T> taus) where T : unmanaged, INumberBase<T>
    {
        int given = 0;
        for (int j = 0; j < n; j++)
        {
            bool stays = pivots[j] != 0;
            pivots[j] = j + 1;
            if (stays) Exchange(a, m, n, pivots, j, given++);
        }
        for (int j = 0; j < taus.Length; j++)
        {
            if (j >= given)
            {
                int longest = j;
                double most = -1;
                for (int k = j; k < n; k++)
                {
                    double length = 0;
                    for (int i = j; i < m; i++) length += Square(a[(i * n) + k]);
                    if (length > most) (longest, most) = (k, length);
                }
                Exchange(a, m, n, pivots, longest, j);
            }
            T[] v = Column(a, n, j, j, m);
            (taus[j], double beta) = Make<T>(v);
            Left(a, n, j, j + 1, n, v, Conjugate(taus[j]));
            Store(a, n, j, j, v, beta);
        }
    }

    /// <summary>The reflector whose adjoint sends x to beta e₀; its vector is left in x.</summary>
    public static (T Tau, double Beta) Make<T>(Span<T> x) where T : unmanaged, INumberBase<T>
    {
        double tail = 0;
        foreach (T other in x[1..]) tail += Square(other);
        T alpha = x[0];
        x[0] = T.One;
        if (tail == 0 && alpha == Conjugate(alpha)) return (T.Zero, Real(alpha));
        double beta = -Math.CopySign(Math.Sqrt(Square(alpha) + tail), Real(alpha));
        T difference = alpha - Of<T>(beta);
        for (int i = 1; i < x.Length; i++) x[i] /= difference;
        return (-difference / Of<T>(beta), beta);
    }

    // Columns from `column` to `end` of the rows that begin at `row`, times I - tau v vᴴ from the left.
    private static void Left<T>(Span<T> c, int stride, int row, int column, int end, ReadOnlySpan<T> v, T tau) where T : unmanaged, INumberBase<T>
    {
        if (tau == T.Zero || column >= end) return;
        var dots = new T[end - column];
        for (int i = 0; i < v.Length; i++)
        {
            T factor = Conjugate(v[i]) * tau;
            Span<T> x = c.Slice(((row + i) * stride) + column, dots.Length);
            for (int k = 0; k < x.Length; k++) dots[k] += factor * x[k];
        }
        for (int i = 0; i < v.Length; i++)
        {
            Span<T> x = c.Slice(((row + i) * stride) + column, dots.Length);
            for (int k = 0; k < x.Length; k++) x[k] -= v[i] * dots[k];
        }
    }

    // Rows from `row` to `end` of the columns that begin at `column`, times I - tau v vᴴ from the right.
    private static void Right<T>(Span<T> c, int stride, int row, int end, int column, ReadOnlySpan<T> v, T tau) where T : unmanaged, INumberBase<T>
    {
        if (tau == T.Zero) return;
        for (int i = row; i < end; i++)
        {
            Span<T> x = c.Slice((i * stride) + column, v.Length);
            T dot = T.Zero;
            for (int k = 0; k < x.Length; k++) dot += x[k] * v[k];
            dot *= tau;
            for (int k = 0; k < x.Length; k++) x[k] -= dot * Conjugate(v[k]);
        }
    }

    private static T[] Column<T>(ReadOnlySpan<T> a, int stride, int column, int first, int end)
    {
        var x = new T[end - first];
        for (int i = 0; i < x.Length; i++) x[i] = a[((first + i) * stride) + column];
        return x;
    }

    private static void Store<T>(Span<T> a, int stride, int column, int first, ReadOnlySpan<T> v, double beta) where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < v.Length; i++) a[((first + i) * stride) + column] = i == 0 ? Of<T>(beta) : v[i];
    }

    private static void Exchange<T>(Span<T> a, int m, int n, Span<int> pivots, int x, int y)
    {
        if (x == y) return;
        (pivots[x], pivots[y]) = (pivots[y], pivots[x]);
        for (int i = 0; i < m; i++) (a[(i * n) + x], a[(i * n) + y]) = (a[(i * n) + y], a[(i * n) + x]);
    }
}
