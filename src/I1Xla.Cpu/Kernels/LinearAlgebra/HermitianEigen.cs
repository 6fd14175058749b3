using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Eigenvalues and eigenvectors of Hermitian matrices, by way of the tridiagonal form.</summary>
internal static unsafe class HermitianEigen
{
    /// <summary>
    /// Eigenvalues in ascending order, and eigenvectors as columns over the matrix, of which one triangle is read (<c>syevd</c>, <c>heevd</c>). Returns 0, or else the
    /// number of values that were not found; all of them are NaN for a matrix that is not finite.
    /// </summary>
    public static int Solve<T>(MatrixView<T> a, bool lower, double* values, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows;
        if (n == 0) return 0;
        using var memory = new Scratch<T>((long)n * (n + 16));
        var h = new MatrixView<T>(memory.Data, n, n, n + 16);
        Tridiagonalization.Spread(a, lower, h);
        double most = 0;
        for (int i = 0; i < n; i++) most = Math.Max(most, Level1.Norm(h.Row(i), n));
        if (!double.IsFinite(most))
        {
            new Span<double>(values, n).Fill(double.NaN);
            for (int i = 0; i < n; i++) new Span<T>(a.Row(i), n).Fill(Scalars.Of<T>(double.NaN));
            return n;
        }
        // To a size whose squares are of no concern.
        double scale = most is 0 or (> 1e-8 and < 1e8) ? 1 : Math.ScaleB(1, -Math.ILogB(most));
        for (int i = 0; i < n && scale != 1; i++) Level1.Scale(h.Row(i), Scalars.Of<T>(scale), n);
        using var taus = new Scratch<T>(n);
        using var beside = new Scratch<double>(n);
        using var kept = new Scratch<T>(BlockReflector<T>.StrideOf(n) * n);
        var vectors = new MatrixView<T>(kept.Data, n - 1, n - 1, 1, BlockReflector<T>.StrideOf(n));
        Tridiagonalization.Reduce(h, values, beside.Data, taus.Data, vectors, threads);
        using var made = new Scratch<double>((long)n * n);
        var rows = new MatrixView<double>(made.Data, n, n, n);
        int failed = TridiagonalEigen.Solve(values, beside.Data, n, rows, threads);
        // In the type of the matrix, in the memory that it had.
        var turned = new MatrixView<T>(memory.Data, n, n, n);
        for (long i = 0; i < (long)n * n; i++) memory.Data[i] = Scalars.Of<T>(made.Data[i]);
        QrFactorization.Multiply(vectors, taus.Data, n - 1, turned.Transposed.RowRange(1, n), true, false, threads);
        a.CopyFrom(turned.Transposed);
        for (int i = 0; i < n && scale != 1; i++) values[i] /= scale;
        return failed;
    }
}
