using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Hermitian matrices to real tridiagonal ones by reflectors: half of the work is products of the matrix with a vector, half updates of rank 2·32
/// (Dongarra, Sorensen and Hammarling, "Block reduction of matrices to condensed forms", 1989; LAPACK's <c>latrd</c>).
/// </summary>
internal static unsafe class Tridiagonalization
{
    private const int Block = 32;

    /// <summary>
    /// Qᴴ H Q for Q = H₀ H₁ …, from the first column on. H, of which both triangles are given, is overwritten. Vector k of the reflectors goes to column k of
    /// <paramref name="vectors"/>, n - 1 squared with columns along memory, from row k on, beginning with its one; what lies above is not written.
    /// </summary>
    public static void Reduce<T>(MatrixView<T> h, double* diagonal, double* beside, T* taus, MatrixView<T> vectors, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = h.Rows;
        long stride = BlockReflector<T>.StrideOf(n);
        // V, W, and the negatives of W and V: the update is [V W] [-W -V]ᴴ.
        using var memory = new Scratch<T>(4 * stride * Block);
        using var dots = new Scratch<T>(2 * Block);
        for (int p = 0; p < n; p += Block)
        {
            int width = Math.Min(Block, n - p), rows = n - p;
            var all = new MatrixView<T>(memory.Data, rows, 4 * width, 1, stride);
            MatrixView<T> v = all.ColumnRange(0, width), w = all.ColumnRange(width, 2 * width);
            T* factors = dots.Data;
            for (int j = 0; j < width; j++)
            {
                int c = p + j;
                T* x = v.Column(j), y = w.Column(j), row = h.Row(c) + c;
                int length = n - c;
                for (int i = 0; i < length; i++) x[j + i] = Scalars.Conjugate(row[i]);
                Subtract(v, w, j, x, factors);
                Subtract(w, v, j, x, factors);
                diagonal[c] = Scalars.Real(x[j]);
                new Span<T>(x, j + 1).Clear();
                new Span<T>(y, j + 1).Clear();
                if (--length == 0) break;
                T* one = x + j + 1;
                (T tau, beside[c]) = Reflector.Make(one, length);
                taus[c] = tau;
                new Span<T>(one, length).CopyTo(new Span<T>(vectors.Column(c) + c, length));
                T* product = y + j + 1;
                threads.Split(length, 4, (double)length * length, (from, to) =>
                    Level1.Dots(product + from, h.Row(c + 1 + from) + c + 1, h.RowStride, to - from, one, length, conjugate: false));
                Level1.Dots(factors, w.Data + j + 1, stride, j, one, length);
                Level1.Dots(factors + Block, v.Data + j + 1, stride, j, one, length);
                for (int k = 0; k < j; k++) (factors[k], factors[Block + k]) = (-factors[k], -factors[Block + k]);
                Level1.Combine(product, v.Data + j + 1, stride, factors, j, length);
                Level1.Combine(product, w.Data + j + 1, stride, factors + Block, j, length);
                Level1.Scale(product, tau, length);
                Level1.Add(product, one, Scalars.Of<T>(-0.5) * tau * Level1.Dot(product, one, length), length);
            }
            if (p + width >= n) break;
            MatrixView<T> minusW = all.ColumnRange(2 * width, 3 * width), minusV = all.ColumnRange(3 * width, 4 * width);
            for (int k = 0; k < width; k++)
            {
                for (int i = width; i < rows; i++) (minusW[i, k], minusV[i, k]) = (-w[i, k], -v[i, k]);
            }
            MatrixView<T> below = all.RowRange(width, rows);
            Products.Multiply(below.ColumnRange(0, 2 * width), below.ColumnRange(2 * width, 4 * width).Adjoint, h.Part(p + width, p + width, rows - width, rows - width), true, threads);
        }
    }

    // Column j of A Bᴴ, from row j on, for the first j columns of A and B.
    private static void Subtract<T>(MatrixView<T> a, MatrixView<T> b, int j, T* x, T* factors)
        where T : unmanaged, INumberBase<T>
    {
        for (int k = 0; k < j; k++) factors[k] = -Scalars.Conjugate(b[j, k]);
        Level1.Combine(x + j, a.Data + j, a.ColumnStride, factors, j, a.Rows - j);
    }

    /// <summary>
    /// The Hermitian matrix whose one triangle is given becomes tridiagonal, Qᴴ A Q; that triangle holds the tridiagonal and the reflectors' vectors, the other
    /// stays (<c>sytrd</c>, <c>hetrd</c>). From the upper triangle columns are cleared from the last, upwards: that is the lower one of the matrix in reverse.
    /// </summary>
    public static void InPlace<T>(MatrixView<T> a, bool lower, double* diagonal, double* beside, T* taus, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows, last = n - 1;
        if (n == 0) return;
        using var memory = new Scratch<T>((long)n * n);
        using var kept = new Scratch<T>(BlockReflector<T>.StrideOf(n) * n);
        var h = new MatrixView<T>(memory.Data, n, n, n);
        var vectors = new MatrixView<T>(kept.Data, last, last, 1, BlockReflector<T>.StrideOf(n));
        Spread(a, lower, h);
        if (!lower) new Span<T>(memory.Data, n * n).Reverse();
        Reduce(h, diagonal, beside, taus, vectors, threads);
        if (!lower)
        {
            new Span<double>(diagonal, n).Reverse();
            new Span<double>(beside, last).Reverse();
            new Span<T>(taus, last).Reverse();
        }
        for (int k = 0; k < n; k++) a[k, k] = Scalars.Of<T>(diagonal[k]);
        for (int k = 0; k < last; k++)
        {
            int column = lower ? k : last - k;
            for (int i = k + 1; i < last; i++) a[lower ? i + 1 : last - i - 1, column] = vectors[i, k];
            a[lower ? k + 1 : last - k - 1, column] = Scalars.Of<T>(beside[lower ? k : last - 1 - k]);
        }
    }

    /// <summary>Writes the Hermitian matrix whose one triangle is given; the diagonal's imaginary parts are not read.</summary>
    public static void Spread<T>(MatrixView<T> a, bool lower, MatrixView<T> h)
        where T : unmanaged, INumberBase<T>
    {
        // In squares, since one of the two is read across.
        const int Side = 32;
        int n = a.Rows;
        for (int i0 = 0; i0 < n; i0 += Side)
        {
            for (int j0 = 0; j0 <= i0; j0 += Side)
            {
                for (int i = i0; i < Math.Min(n, i0 + Side); i++)
                {
                    for (int j = j0; j < Math.Min(i, j0 + Side); j++)
                    {
                        T x = lower ? a[i, j] : Scalars.Conjugate(a[j, i]);
                        h[i, j] = x;
                        h[j, i] = Scalars.Conjugate(x);
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) h[i, i] = Scalars.Of<T>(Scalars.Real(a[i, i]));
    }
}
