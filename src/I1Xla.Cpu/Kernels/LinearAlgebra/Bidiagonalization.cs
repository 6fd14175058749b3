using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Square matrices to real upper bidiagonal ones by reflectors from both sides: half of the work is products of the matrix with a vector, half updates of
/// rank 2·32 (Dongarra, Sorensen and Hammarling 1989; LAPACK's <c>labrd</c>).
/// </summary>
internal static unsafe class Bidiagonalization
{
    private const int Block = 32;

    /// <summary>
    /// A = Q B Pᴴ, Q = H₀ H₁ …, P = G₀ G₁ …. A is overwritten. Vector k of Q goes to column k of <paramref name="left"/>, from row k on, that of P to column k of
    /// <paramref name="right"/>, n - 1 squared, both with columns along memory; each begins with its one, and what lies above is not written.
    /// </summary>
    public static void Reduce<T>(MatrixView<T> a, double* diagonal, double* above, T* leftTaus, T* rightTaus, MatrixView<T> left, MatrixView<T> right, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows;
        long stride = BlockReflector<T>.StrideOf(n);
        // U and X; Y and V: the matrix is A - U Yᴴ - X Vᴴ, brought up to date block by block.
        using var memory = new Scratch<T>(4 * stride * Block);
        using var numbers = new Scratch<T>((2 * Block) + stride);
        T* factors = numbers.Data, more = factors + Block, line = more + Block;
        for (int p = 0; p < n; p += Block)
        {
            int width = Math.Min(Block, n - p), rows = n - p;
            var all = new MatrixView<T>(memory.Data, rows, 4 * width, 1, stride);
            MatrixView<T> u = all.ColumnRange(0, width), x = all.ColumnRange(width, 2 * width), y = all.ColumnRange(2 * width, 3 * width), v = all.ColumnRange(3 * width, 4 * width);
            for (int j = 0; j < width; j++)
            {
                int c = p + j, length = n - c, rest = length - 1;
                T* column = u.Column(j) + j;
                for (int i = 0; i < length; i++) column[i] = a[c + i, c];
                Factors(y, j, j, factors);
                Level1.Combine(column, u.Data + j, stride, factors, j, length);
                Factors(v, j, j, factors);
                Level1.Combine(column, x.Data + j, stride, factors, j, length);
                (T tau, diagonal[c]) = Reflector.Make(column, length);
                leftTaus[c] = tau;
                new Span<T>(u.Column(j), j).Clear();
                new Span<T>(column, length).CopyTo(new Span<T>(left.Column(c) + c, length));
                foreach (MatrixView<T> other in (ReadOnlySpan<MatrixView<T>>)[x, y, v]) new Span<T>(other.Column(j), j + 1).Clear();
                if (rest == 0) break;
                // y = tau Aᴴ u, of what A is by now.
                T* made = y.Column(j) + j + 1;
                for (int i = 0; i < length; i++) line[i] = Scalars.Conjugate(column[i]);
                new Span<T>(made, rest).Clear();
                threads.Split(rest, 64, (double)length * rest, (from, to) =>
                    Level1.Combine(made + from, a.Row(c) + c + 1 + from, a.RowStride, line, length, to - from));
                Conjugate(made, rest);
                Level1.Dots(factors, u.Data + j, stride, j, column, length);
                Level1.Dots(more, x.Data + j, stride, j, column, length);
                Negate(factors, j);
                Negate(more, j);
                Level1.Combine(made, y.Data + j + 1, stride, factors, j, rest);
                Level1.Combine(made, v.Data + j + 1, stride, more, j, rest);
                Level1.Scale(made, tau, rest);
                // The row, as a column.
                T* row = v.Column(j) + j + 1;
                new Span<T>(a.Row(c) + c + 1, rest).CopyTo(new Span<T>(row, rest));
                Conjugate(row, rest);
                Factors(u, j, j + 1, factors);
                Level1.Combine(row, y.Data + j + 1, stride, factors, j + 1, rest);
                Factors(x, j, j, factors);
                Level1.Combine(row, v.Data + j + 1, stride, factors, j, rest);
                (tau, above[c]) = Reflector.Make(row, rest);
                rightTaus[c] = tau;
                new Span<T>(row, rest).CopyTo(new Span<T>(right.Column(c) + c, rest));
                // x = tau A v.
                T* product = x.Column(j) + j + 1;
                threads.Split(rest, 4, (double)rest * rest, (from, to) =>
                    Level1.Dots(product + from, a.Row(c + 1 + from) + c + 1, a.RowStride, to - from, row, rest, conjugate: false));
                Level1.Dots(factors, y.Data + j + 1, stride, j + 1, row, rest);
                Level1.Dots(more, v.Data + j + 1, stride, j, row, rest);
                Negate(factors, j + 1);
                Negate(more, j);
                Level1.Combine(product, u.Data + j + 1, stride, factors, j + 1, rest);
                Level1.Combine(product, x.Data + j + 1, stride, more, j, rest);
                Level1.Scale(product, tau, rest);
            }
            if (p + width >= n) break;
            MatrixView<T> below = all.RowRange(width, rows), negative = below.ColumnRange(0, 2 * width);
            for (int k = 0; k < 2 * width; k++) Negate(negative.Column(k), rows - width);
            Products.Multiply(negative, below.ColumnRange(2 * width, 4 * width).Adjoint, a.Part(p + width, p + width, rows - width, rows - width), true, threads);
        }
    }

    private static void Factors<T>(MatrixView<T> of, int row, int count, T* to)
        where T : unmanaged, INumberBase<T>
    {
        for (int k = 0; k < count; k++) to[k] = -Scalars.Conjugate(of[row, k]);
    }

    private static void Negate<T>(T* x, int n)
        where T : unmanaged, INumberBase<T> => Level1.Scale(x, -T.One, n);

    private static void Conjugate<T>(T* x, int n)
        where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) != typeof(Complex)) return;
        for (int i = 0; i < n; i++) x[i] = Scalars.Conjugate(x[i]);
    }
}
