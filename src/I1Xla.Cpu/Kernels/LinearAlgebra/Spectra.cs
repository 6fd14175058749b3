using System.Numerics;
using static I1Xla.Cpu.Kernels.LinearAlgebra.Scalars;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Eigenvalues and singular values of small dense matrices by Jacobi rotations, which find even the smallest to nearly full precision.</summary>
internal static class Spectra
{
    private const int MostSweeps = 60;

    /// <summary>
    /// Eigenvalues in ascending order and eigenvectors, a column each, of the Hermitian matrix whose one triangle is given (<c>syevd</c>, <c>heevd</c>).
    /// Returns 0, or 1 when the rotations did not converge.
    /// </summary>
    public static int Hermitian<T>(Span<T> a, int n, bool lower, Span<double> values) where T : unmanaged, INumberBase<T>
    {
        var h = new T[n * n];
        // Column by column.
        var v = new T[n * n];
        double total = 0;
        for (int i = 0; i < n; i++)
        {
            v[(i * n) + i] = T.One;
            for (int j = 0; j < n; j++)
            {
                h[(i * n) + j] = i == j ? Of<T>(Real(a[(i * n) + i])) : i > j == lower ? a[(i * n) + j] : Conjugate(a[(j * n) + i]);
                total += Square(h[(i * n) + j]);
            }
        }
        bool converged = double.IsFinite(total) && n < 2;
        for (int sweep = 0; sweep < MostSweeps && !converged && double.IsFinite(total); sweep++)
        {
            double outside = 0;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    T x = h[(p * n) + q];
                    double size = Math.Sqrt(Square(x));
                    outside += size * size;
                    if (size == 0) continue;
                    double theta = (Real(h[(q * n) + q]) - Real(h[(p * n) + p])) / (2 * size);
                    double t = double.IsInfinity(theta * theta) ? 0.5 / theta : (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                    (T c, T s) = Rotation(t, x, size);
                    // Rows as they lie, then the columns, which are their conjugates but for the two by two block where they meet.
                    double pp = Real(h[(p * n) + p]), qq = Real(h[(q * n) + q]);
                    Rotate(h.AsSpan(p * n, n), h.AsSpan(q * n, n), c, Conjugate(s));
                    h[(p * n) + p] = Of<T>(pp - (t * size));
                    h[(q * n) + q] = Of<T>(qq + (t * size));
                    h[(p * n) + q] = h[(q * n) + p] = T.Zero;
                    for (int i = 0; i < n; i++)
                    {
                        h[(i * n) + p] = Conjugate(h[(p * n) + i]);
                        h[(i * n) + q] = Conjugate(h[(q * n) + i]);
                    }
                    Rotate(v.AsSpan(p * n, n), v.AsSpan(q * n, n), c, s);
                }
            }
            converged = outside <= 1e-32 * total;
        }
        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => Real(h[(i * n) + i]))];
        for (int j = 0; j < n; j++)
        {
            values[j] = Real(h[(order[j] * n) + order[j]]);
            for (int i = 0; i < n; i++) a[(i * n) + j] = v[(order[j] * n) + i];
        }
        return converged ? 0 : 1;
    }

    /// <summary>
    /// A = U diag(values) Vᴴ, values in descending order (<c>gesdd</c>, <c>gesvd</c>). U is m by <paramref name="uColumns"/>, Vᴴ <paramref name="vRows"/> by n;
    /// either may have more than min(m, n). Returns 0, or 1 when the rotations did not converge.
    /// </summary>
    public static int Singular<T>(ReadOnlySpan<T> a, int m, int n, Span<double> values, Span<T> u, int uColumns, Span<T> vh, int vRows) where T : unmanaged, INumberBase<T>
    {
        // Tall: columns are made orthogonal by rotations from the right.
        bool wide = m < n;
        int rows = wide ? n : m, columns = wide ? m : n;
        // Both lie column by column.
        var w = new T[rows * columns];
        var v = new T[columns * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) w[(j * rows) + i] = wide ? Conjugate(a[(j * n) + i]) : a[(i * n) + j];
        }
        for (int j = 0; j < columns; j++) v[(j * columns) + j] = T.One;
        bool converged = true;
        foreach (T x in w) converged &= double.IsFinite(Square(x));
        if (converged)
        {
            converged = false;
            for (int sweep = 0; sweep < MostSweeps && !converged; sweep++) converged = Orthogonalize(w, v, rows, columns);
        }
        double[] lengths = [.. Enumerable.Range(0, columns).Select(j => Math.Sqrt(Enumerable.Range(0, rows).Sum(i => Square(w[(j * rows) + i]))))];
        int[] order = [.. Enumerable.Range(0, columns).OrderByDescending(j => lengths[j])];
        double least = columns == 0 ? 0 : lengths[order[0]] * 1e-300;
        var left = new T[columns][];
        var right = new T[columns][];
        for (int j = 0; j < columns; j++)
        {
            int from = order[j];
            values[j] = lengths[from];
            left[j] = lengths[from] > least ? [.. w[(from * rows)..((from + 1) * rows)].Select(x => x / Of<T>(lengths[from]))] : [];
            right[j] = v[(from * columns)..((from + 1) * columns)];
        }
        (T[][] us, T[][] vs) = wide ? (Basis(right, m, uColumns), Basis(left, n, vRows)) : (Basis(left, m, uColumns), Basis(right, n, vRows));
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < uColumns; j++) u[(i * uColumns) + j] = us[j][i];
        }
        for (int j = 0; j < vRows; j++)
        {
            for (int i = 0; i < n; i++) vh[(j * n) + i] = Conjugate(vs[j][i]);
        }
        return converged ? 0 : 1;
    }

    // One sweep over all pairs of columns; whether they were orthogonal already.
    private static bool Orthogonalize<T>(T[] w, T[] v, int rows, int columns) where T : unmanaged, INumberBase<T>
    {
        bool orthogonal = true;
        for (int p = 0; p < columns; p++)
        {
            for (int q = p + 1; q < columns; q++)
            {
                double pp = 0, qq = 0;
                T pq = T.Zero;
                ReadOnlySpan<T> x = w.AsSpan(p * rows, rows), y = w.AsSpan(q * rows, rows);
                for (int i = 0; i < x.Length; i++)
                {
                    pp += Square(x[i]);
                    qq += Square(y[i]);
                    pq += Conjugate(x[i]) * y[i];
                }
                double size = Math.Sqrt(Square(pq));
                // What rounding leaves of the product of orthogonal columns.
                if (size <= 1e-15 * Math.Sqrt(rows) * Math.Sqrt(pp) * Math.Sqrt(qq)) continue;
                orthogonal = false;
                double theta = (qq - pp) / (2 * size);
                double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                (T c, T s) = Rotation(t, pq, size);
                Rotate(w.AsSpan(p * rows, rows), w.AsSpan(q * rows, rows), c, s);
                Rotate(v.AsSpan(p * columns, columns), v.AsSpan(q * columns, columns), c, s);
            }
        }
        return orthogonal;
    }

    // Cosine, and sine with the phase of the element that is to vanish.
    private static (T C, T S) Rotation<T>(double t, T x, double size) where T : unmanaged, INumberBase<T>
    {
        double c = 1 / Math.Sqrt((t * t) + 1);
        return (Of<T>(c), Of<T>(t * c) * x / Of<T>(size));
    }

    private static void Rotate<T>(Span<T> x, Span<T> y, T c, T s) where T : unmanaged, INumberBase<T>
    {
        T back = Conjugate(s);
        for (int i = 0; i < x.Length; i++)
        {
            T a = x[i], b = y[i];
            x[i] = (c * a) - (back * b);
            y[i] = (s * a) + (c * b);
        }
    }

    // Orthonormal vectors: those given (an empty one is to be found), then others from the axes.
    private static T[][] Basis<T>(T[][] given, int length, int count) where T : unmanaged, INumberBase<T>
    {
        var basis = new T[count][];
        for (int j = 0; j < Math.Min(count, given.Length); j++) basis[j] = given[j];
        int axis = 0;
        for (int j = 0; j < count; j++)
        {
            while (basis[j] is null or { Length: 0 } && length > 0)
            {
                var x = new T[length];
                x[axis++ % length] = T.One;
                for (int again = 0; again < 2; again++)
                {
                    foreach (T[] other in basis)
                    {
                        if (other is null or { Length: 0 }) continue;
                        T dot = T.Zero;
                        for (int i = 0; i < length; i++) dot += Conjugate(other[i]) * x[i];
                        for (int i = 0; i < length; i++) x[i] -= dot * other[i];
                    }
                }
                double size = Math.Sqrt(x.Sum(Square));
                // Half of an axis may be in the span already; some axis always has a fair part outside.
                if (size < 0.5 / Math.Sqrt(length)) continue;
                for (int i = 0; i < length; i++) x[i] /= Of<T>(size);
                basis[j] = x;
            }
        }
        return basis;
    }
}
