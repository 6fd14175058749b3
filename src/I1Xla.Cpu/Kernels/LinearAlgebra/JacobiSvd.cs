using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Singular values of small matrices by one-sided Jacobi rotations (Hestenes 1958), which find even the smallest to nearly full precision. Vectors are rows.
/// </summary>
internal static unsafe class JacobiSvd
{
    private const int MostSweeps = 60;

    // A row this much shorter than the longest is what roundings left of a combination of others: nothing is made orthogonal to it.
    private const double Nothing = 1e-120;

    /// <summary>
    /// Rows w become orthogonal, w = R w', and R's columns are the rows of <paramref name="turns"/>; in the end rows are of length one and in descending order of the
    /// lengths that they had. Rows of <paramref name="w"/> behind the lengths' count, and those whose length is zero, complete the basis. Returns 0, or 1 when
    /// the rotations did not converge.
    /// </summary>
    public static int Solve<T>(MatrixView<T> w, int count, MatrixView<T> turns, double* lengths)
        where T : unmanaged, INumberBase<T>
    {
        int columns = w.Columns;
        turns.Fill(T.One);
        bool converged = count < 2;
        double longestRow = 0;
        for (int i = 0; i < count; i++) longestRow = Math.Max(longestRow, Level1.Norm(w.Row(i), columns));
        double least = longestRow * longestRow * Nothing * Nothing;
        for (int sweep = 0; sweep < MostSweeps && !converged; sweep++)
        {
            for (int i = 0; i < count; i++) lengths[i] = Scalars.Real(Level1.Dot(w.Row(i), w.Row(i), columns));
            converged = true;
            for (int p = 0; p < count; p++)
            {
                for (int q = p + 1; q < count; q++) converged &= Orthogonalize(w, turns, p, q, lengths, count, least);
            }
        }
        for (int i = 0; i < count; i++) lengths[i] = Level1.Norm(w.Row(i), columns);
        for (int i = 0; i < count; i++)
        {
            int longest = i;
            for (int j = i + 1; j < count; j++)
            {
                if (lengths[j] > lengths[longest]) longest = j;
            }
            if (longest == i) continue;
            (lengths[i], lengths[longest]) = (lengths[longest], lengths[i]);
            Exchange(w.Row(i), w.Row(longest), columns);
            Exchange(turns.Row(i), turns.Row(longest), count);
        }
        int filled = 0;
        for (; filled < count && lengths[filled] > lengths[0] * Nothing; filled++) Level1.Divide(w.Row(filled), Scalars.Of<T>(lengths[filled]), columns);
        Complete(w, filled);
        return converged ? 0 : 1;
    }

    private static bool Orthogonalize<T>(MatrixView<T> w, MatrixView<T> turns, int p, int q, double* squares, int count, double least)
        where T : unmanaged, INumberBase<T>
    {
        int n = w.Columns;
        T* x = w.Row(p), y = w.Row(q);
        T pq = Level1.Dot(x, y, n);
        double size = Scalars.Modulus(pq);
        if (IsNothing()) return true;
        // Lengths that were brought up to date by rotations may have lost their digits.
        squares[p] = Scalars.Real(Level1.Dot(x, x, n));
        squares[q] = Scalars.Real(Level1.Dot(y, y, n));
        if (IsNothing()) return true;
        double pp = squares[p], qq = squares[q];
        double theta = (qq - pp) / (2 * size), t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1)), c = 1 / Math.Sqrt((t * t) + 1);
        T cos = Scalars.Of<T>(c), sin = Scalars.Of<T>(t * c) * pq / Scalars.Of<T>(size);
        Rotate(x, y, cos, sin, n);
        Rotate(turns.Row(p), turns.Row(q), cos, sin, count);
        squares[p] = Math.Max(0, pp - (t * size));
        squares[q] = qq + (t * size);
        return false;

        // What rounding leaves of the product of orthogonal rows.
        bool IsNothing() => size <= 1e-15 * Math.Sqrt(n) * Math.Sqrt(squares[p]) * Math.Sqrt(squares[q]) || squares[p] <= least || squares[q] <= least;
    }

    private static void Rotate<T>(T* x, T* y, T c, T s, int n)
        where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) != typeof(Complex))
        {
            Level1.Rotate(x, y, c, -s, n);
            return;
        }
        T back = Scalars.Conjugate(s);
        for (int i = 0; i < n; i++)
        {
            T a = x[i], b = y[i];
            x[i] = (c * a) - (back * b);
            y[i] = (s * a) + (c * b);
        }
    }

    private static void Exchange<T>(T* x, T* y, int n)
        where T : unmanaged
    {
        for (int i = 0; i < n; i++) (x[i], y[i]) = (y[i], x[i]);
    }

    // Rows from a place on, orthonormal to those before: from the axes.
    private static void Complete<T>(MatrixView<T> w, int from)
        where T : unmanaged, INumberBase<T>
    {
        int n = w.Columns, axis = 0;
        using var memory = new Scratch<T>(n + w.Rows);
        T* dots = memory.Data;
        for (int i = from; i < w.Rows;)
        {
            T* x = w.Row(i);
            new Span<T>(x, n).Clear();
            x[axis++ % n] = T.One;
            for (int again = 0; again < 2; again++)
            {
                Level1.Dots(dots, w.Data, w.RowStride, i, x, n);
                for (int k = 0; k < i; k++) dots[k] = -dots[k];
                Level1.Combine(x, w.Data, w.RowStride, dots, i, n);
            }
            double size = Level1.Norm(x, n);
            // Half of an axis may be in the span already; some axis always has a fair part outside.
            if (size < 0.5 / Math.Sqrt(n)) continue;
            Level1.Divide(x, Scalars.Of<T>(size), n);
            i++;
        }
    }
}
