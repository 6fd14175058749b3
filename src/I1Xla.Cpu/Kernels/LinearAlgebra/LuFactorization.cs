using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// P A = L U with partial pivoting, by halves of the columns (Toledo, "Locality of reference in LU decomposition with partial pivoting", 1997).
/// </summary>
internal static unsafe class LuFactorization
{
    private const int Panel = 16;

    /// <summary>
    /// L with a diagonal of ones and U over A, whose rows lie along memory (<c>getrf</c>); row i was exchanged with row <c>pivots[i] - 1</c>. Returns 0, or the
    /// place, from 1, of the first zero on the diagonal of U.
    /// </summary>
    public static int Factor<T>(MatrixView<T> a, int* pivots, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int columns = Math.Min(a.Rows, a.Columns);
        if (columns == 0) return 0;
        int singular = Columns(a.ColumnRange(0, columns), pivots, threads);
        if (columns == a.Columns) return singular;
        // The columns beyond a square are solved for.
        MatrixView<T> beyond = a.ColumnRange(columns, a.Columns);
        Exchange(beyond, pivots, 0, columns, threads);
        TriangularSolve.Left(a.Part(0, 0, columns, columns), beyond, true, true, threads);
        return singular;
    }

    // At least as many rows as columns.
    private static int Columns<T>(MatrixView<T> a, int* pivots, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int m = a.Rows, n = a.Columns;
        if (n <= Panel) return FactorPanel(a, pivots);
        int half = (n / 2 + Panel - 1) / Panel * Panel, rest = n - half;
        int singular = Columns(a.ColumnRange(0, half), pivots, threads);
        MatrixView<T> right = a.ColumnRange(half, n), top = right.RowRange(0, half), below = right.RowRange(half, m);
        Exchange(right, pivots, 0, half, threads);
        TriangularSolve.Left(a.Part(0, 0, half, half), top, true, true, threads);
        using (var memory = new Scratch<T>((long)top.Rows * top.Columns))
        {
            var negative = new MatrixView<T>(memory.Data, half, rest, rest);
            negative.CopyFrom(top);
            Level1.Scale(memory.Data, -T.One, (long)half * rest);
            Products.Multiply(a.Part(half, 0, m - half, half), negative, below, true, threads);
        }
        int later = Columns(below, pivots + half, threads);
        if (singular == 0 && later != 0) singular = half + later;
        for (int i = half; i < n; i++) pivots[i] += half;
        Exchange(a.ColumnRange(0, half), pivots, half, n, threads);
        return singular;
    }

    private static void Exchange<T>(MatrixView<T> a, int* pivots, int begin, int end, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        threads.Split(a.Columns, 64, 8.0 * (end - begin) * a.Columns, (from, to) =>
        {
            for (int i = begin; i < end; i++)
            {
                int other = pivots[i] - 1;
                if (other == i) continue;
                T* x = a.Row(i) + from, y = a.Row(other) + from;
                for (int j = 0; j < to - from; j++) (x[j], y[j]) = (y[j], x[j]);
            }
        });
    }

    // Column after column, each brought up to date when its turn comes; columns lie along memory in a copy.
    private static int FactorPanel<T>(MatrixView<T> a, int* pivots)
        where T : unmanaged, INumberBase<T>
    {
        int m = a.Rows, n = a.Columns, singular = 0;
        long stride = (m + 15) / 16 * 16;
        using var memory = new Scratch<T>(stride * n);
        var columns = new MatrixView<T>(memory.Data, m, n, 1, stride);
        columns.CopyFrom(a);
        T* factors = stackalloc T[n];
        for (int j = 0; j < n; j++)
        {
            T* column = columns.Column(j);
            // Rows of U from the top down; then all below at once.
            for (int k = 0; k < j; k++)
            {
                factors[k] = -column[k];
                Level1.Add(column + k + 1, columns.Column(k) + k + 1, factors[k], j - k - 1);
            }
            Level1.Combine(column + j, memory.Data + j, stride, factors, j, m - j);
            int pivot = j + Level1.Largest(column + j, m - j);
            pivots[j] = pivot + 1;
            if (column[pivot] == T.Zero)
            {
                if (singular == 0) singular = j + 1;
                continue;
            }
            if (pivot != j)
            {
                for (int k = 0; k < n; k++)
                {
                    T* x = columns.Column(k);
                    (x[j], x[pivot]) = (x[pivot], x[j]);
                }
            }
            Level1.Divide(column + j + 1, column[j], m - j - 1);
        }
        a.CopyFrom(columns);
        return singular;
    }
}
