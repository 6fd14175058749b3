using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// General square matrices to upper Hessenberg form by reflectors: what comes before a block of 32 columns and behind it is changed by products (Quintana-Ortí
/// and van de Geijn, "Improving the performance of reduction to Hessenberg form", 2006; LAPACK's <c>lahr2</c>).
/// </summary>
internal static unsafe class HessenbergReduction
{
    /// <summary>
    /// A becomes Qᴴ A Q, upper Hessenberg in rows and columns <paramref name="low"/> to <paramref name="high"/> - 1 (<c>gehrd</c>); the reflectors' vectors stand below
    /// without their ones, and their n - 1 factors are zero outside of that range. Rows of A lie along memory.
    /// </summary>
    public static void Reduce<T>(MatrixView<T> a, int low, int high, T* taus, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        const int Block = BlockReflector<T>.Block;
        int n = a.Rows;
        new Span<T>(taus, Math.Max(0, n - 1)).Clear();
        if (high - low < 2) return;
        if (SmallReflections.Handles<T>(n, n))
        {
            SmallReflections.Hessenberg(a, low, high, taus);
            return;
        }
        long stride = BlockReflector<T>.StrideOf(high - low);
        using var memory = new Scratch<T>((2 * stride * Block) + (2L * n * Block) + (Block * Block) + Block);
        T* ys = memory.Data + (stride * Block), tops = ys + (stride * Block), triangle = tops + (2L * n * Block), factors = triangle + (Block * Block);
        for (int p = low; p < high - 1; p += Block)
        {
            int width = Math.Min(Block, high - 1 - p), rows = high - p - 1, first = p + 1;
            var h = new BlockReflector<T>(memory.Data, triangle, rows, width, stride, Block);
            MatrixView<T> v = h.V, y = new(ys, rows, width, 1, stride);
            for (int j = 0; j < width; j++)
            {
                int c = p + j;
                T* x = v.Column(j), one = x + j;
                for (int i = 0; i < rows; i++) x[i] = a[first + i, c];
                // What the reflectors before do from the right, then from the left.
                for (int k = 0; k < j; k++) factors[k] = -Scalars.Conjugate(v[j - 1, k]);
                Level1.Combine(x, ys, stride, factors, j, rows);
                h.Adjoint(j, x);
                (T tau, double beta) = Reflector.Make(one, rows - j);
                taus[c] = tau;
                for (int i = 0; i < j; i++) a[first + i, c] = x[i];
                a[first + j, c] = Scalars.Of<T>(beta);
                for (int i = j + 1; i < rows; i++) a[first + i, c] = x[i];
                new Span<T>(x, j).Clear();
                T* product = y.Column(j);
                int length = rows - j;
                threads.Split(rows, 4, (double)rows * length, (from, to) =>
                    Level1.Dots(product + from, a.Row(first + from) + first + j, a.RowStride, to - from, one, length, conjugate: false));
                Level1.Dots(factors, v.Data + j, stride, j, one, length);
                for (int k = 0; k < j; k++) factors[k] = -factors[k];
                Level1.Combine(product, ys, stride, factors, j, rows);
                Level1.Scale(product, tau, rows);
                h.Extend(j, tau);
            }
            // The rows above have only what comes from the right: A - (A V) T Vᴴ.
            h.Right(a.Part(0, first, first, rows), false, threads);
            int behind = first + width - 1;
            for (int k = 0; k < width; k++) Level1.Scale(y.Column(k), -T.One, rows);
            Products.Multiply(y, v.RowRange(width - 1, rows).Adjoint, a.Part(first, behind, rows, high - behind), true, threads);
            h.Left(a.Part(first, behind, rows, n - behind), true, threads);
        }
    }

    /// <summary>The Hessenberg matrix Qᴴ A Q over A, with zeros below, and Q.</summary>
    public static void Form<T>(MatrixView<T> a, MatrixView<T> q, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows;
        q.Fill(T.One);
        if (n < 2) return;
        using var taus = new Scratch<T>(n);
        Reduce(a, 0, n, taus.Data, threads);
        MatrixView<T> inner = q.Part(1, 1, n - 1, n - 1);
        inner.CopyFrom(a.Part(1, 0, n - 1, n - 1));
        QrFactorization.Orthogonal(inner, taus.Data, n - 1, threads);
        for (int i = 2; i < n; i++) new Span<T>(a.Row(i), i - 1).Clear();
    }
}
