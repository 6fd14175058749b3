using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// The singular value decomposition: after a QR factorization where the matrix is not square, Jacobi rotations for at most 24 values, else divide and conquer
/// on the bidiagonal form.
/// </summary>
internal static unsafe class SingularValues
{
    private const int MostForJacobi = 24;

    /// <summary>
    /// A = U diag(values) Vᴴ, values in descending order (<c>gesdd</c>, <c>gesvd</c>). A is m by n, U m by min(m, n) or m, Vᴴ min(m, n) or n by n. Returns 0, or else
    /// the number of values that were not found; all is NaN for a matrix that is not finite.
    /// </summary>
    public static int Solve<T>(MatrixView<T> a, double* values, MatrixView<T> u, MatrixView<T> vh, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int rows = Math.Max(a.Rows, a.Columns), count = Math.Min(a.Rows, a.Columns);
        bool wide = a.Rows < a.Columns;
        if (count == 0)
        {
            u.Fill(T.One);
            vh.Fill(T.One);
            return 0;
        }
        using var memory = new Scratch<T>((long)rows * count);
        var x = new MatrixView<T>(memory.Data, rows, count, count);
        x.CopyFrom(wide ? a.Adjoint : a);
        double most = 0;
        for (int i = 0; i < rows; i++) most = Math.Max(most, Level1.Norm(x.Row(i), count));
        if (!double.IsFinite(most))
        {
            new Span<double>(values, count).Fill(double.NaN);
            foreach (MatrixView<T> made in (ReadOnlySpan<MatrixView<T>>)[u, vh])
            {
                for (int i = 0; i < made.Rows; i++) new Span<T>(made.Row(i), made.Columns).Fill(Scalars.Of<T>(double.NaN));
            }
            return count;
        }
        // To a size whose squares are of no concern.
        double scale = most is 0 or (> 1e-8 and < 1e8) ? 1 : Math.ScaleB(1, -Math.ILogB(most));
        if (scale != 1) Level1.Scale(memory.Data, Scalars.Of<T>(scale), (long)rows * count);
        int columns = wide ? vh.Rows : u.Columns;
        using var results = new Scratch<T>(((long)rows * columns) + (2L * count * count));
        MatrixView<T> left = new(results.Data, rows, columns, columns), right = new(results.Data + ((long)rows * columns), count, count, count), square = new(right.Data + ((long)count * count), count, count, count);
        left.Fill(T.One);
        using var taus = new Scratch<T>(count);
        MatrixView<T> top = left.Part(0, 0, count, count);
        square.CopyFrom(x.RowRange(0, count));
        if (rows > count)
        {
            QrFactorization.Factor(x, taus.Data, threads);
            square.Fill(T.Zero);
            for (int i = 0; i < count; i++) new Span<T>(x.Row(i) + i, count - i).CopyTo(new Span<T>(square.Row(i) + i, count - i));
        }
        int failed = count > MostForJacobi ? ByBidiagonal(square, values, top, right, threads)
            : typeof(T) == typeof(float) ? ByJacobi<T, double>(square, values, top, right) : ByJacobi<T, T>(square, values, top, right);
        if (rows > count) QrFactorization.Multiply(x, taus.Data, count, left, true, false, threads);
        u.CopyFrom(wide ? right : left);
        vh.CopyFrom(wide ? left.Adjoint : right.Adjoint);
        for (int i = 0; i < count && scale != 1; i++) values[i] /= scale;
        return failed;
    }

    // Columns of the matrix are made orthogonal from the right.
    private static int ByJacobi<T, TWork>(MatrixView<T> a, double* values, MatrixView<T> left, MatrixView<T> right)
        where T : unmanaged, INumberBase<T>
        where TWork : unmanaged, INumberBase<TWork>
    {
        int n = a.Rows;
        using var memory = new Scratch<TWork>(2L * n * n);
        MatrixView<TWork> w = new(memory.Data, n, n, n), turns = new(memory.Data + ((long)n * n), n, n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) w[j, i] = TWork.CreateTruncating(a[i, j]);
        }
        int failed = JacobiSvd.Solve(w, n, turns, values);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                left[j, i] = T.CreateTruncating(w[i, j]);
                right[j, i] = T.CreateTruncating(turns[i, j]);
            }
        }
        return failed;
    }

    private static int ByBidiagonal<T>(MatrixView<T> a, double* values, MatrixView<T> left, MatrixView<T> right, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows;
        long stride = BlockReflector<T>.StrideOf(n);
        using var kept = new Scratch<T>(2 * stride * n);
        using var taus = new Scratch<T>(2L * n);
        using var above = new Scratch<double>(n);
        MatrixView<T> us = new(kept.Data, n, n, 1, stride), vs = new(kept.Data + (stride * n), n - 1, n - 1, 1, stride);
        Bidiagonalization.Reduce(a, values, above.Data, taus.Data, taus.Data + n, us, vs, threads);
        using var made = new Scratch<double>(2L * n * n);
        MatrixView<double> leftRows = new(made.Data, n, n, n), rightRows = new(made.Data + ((long)n * n), n, n, n);
        int failed = BidiagonalSvd.Solve(values, above.Data, n, leftRows, rightRows, threads);
        Turn(leftRows, us, taus.Data, n, left, threads);
        Turn(rightRows, vs, taus.Data + n, n - 1, right, threads);
        return failed;
    }

    // Vectors of the bidiagonal form, given as rows, to columns of those of the matrix; reflectors change the last so many elements.
    private static void Turn<T>(MatrixView<double> rows, MatrixView<T> vectors, T* taus, int count, MatrixView<T> to, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = rows.Rows;
        using var memory = new Scratch<T>((long)n * n);
        var turned = new MatrixView<T>(memory.Data, n, n, n);
        for (long i = 0; i < (long)n * n; i++) memory.Data[i] = Scalars.Of<T>(rows.Data[i]);
        QrFactorization.Multiply(vectors, taus, count, turned.Transposed.RowRange(n - count, n), true, false, threads);
        to.CopyFrom(turned.Transposed);
    }
}
