using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>The Cholesky factorization, by halves: all but blocks on the diagonal is triangular solves and products.</summary>
internal static unsafe class Cholesky
{
    private const int Block = 64;

    // Products of blocks of a symmetric matrix of which only one triangle is wanted are halved down to this.
    private const int SymmetricBlock = 256;

    /// <summary>
    /// A = L Lᴴ or Uᴴ U, written over one triangle of A; the other is not read and stays (<c>potrf</c>). Returns 0, or the order of the first minor that is
    /// not positive; what lies behind is then not defined.
    /// </summary>
    public static int Factor<T>(MatrixView<T> a, bool lower, Threads threads)
        where T : unmanaged, INumberBase<T> => Factor(lower ? a : a.Transposed, threads);

    // The lower triangle of a view. That of the transpose of an upper triangle is L with A' = L Lᴴ too, Uᴴ U being Hermitian.
    private static int Factor<T>(MatrixView<T> a, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows;
        if (n <= Block) return FactorBlock(a);
        int half = (n / 2 + Block - 1) / Block * Block;
        if (half >= n) half = n / 2;
        int rest = n - half, failed = Factor(a.Part(0, 0, half, half), threads);
        if (failed != 0) return failed;
        MatrixView<T> corner = a.Part(half, half, rest, rest), below = a.Part(half, 0, rest, half);
        TriangularSolve.Right(a.Part(0, 0, half, half).Adjoint, below, false, false, threads);
        using var memory = new Scratch<T>((long)rest * half);
        var negative = new MatrixView<T>(memory.Data, rest, half, half);
        negative.CopyFrom(below);
        Level1.Scale(memory.Data, -T.One, (long)rest * half);
        AddToLower(negative, below.Adjoint, corner, threads);
        failed = Factor(corner, threads);
        return failed == 0 ? 0 : half + failed;
    }

    private static void AddToLower<T>(MatrixView<T> left, MatrixView<T> right, MatrixView<T> c, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = c.Rows, half = n / 2;
        if (n <= SymmetricBlock)
        {
            // The other triangle is the caller's.
            using var memory = new Scratch<T>((long)n * n);
            var product = new MatrixView<T>(memory.Data, n, n, n);
            Products.Multiply(left, right, product, false, threads);
            for (int i = 0; i < n; i++)
            {
                if (c.ColumnStride == 1) Level1.Add(c.Row(i), product.Row(i), T.One, i + 1);
                else
                {
                    for (int j = 0; j <= i; j++) c[i, j] += product[i, j];
                }
            }
            return;
        }
        AddToLower(left.RowRange(0, half), right.ColumnRange(0, half), c.Part(0, 0, half, half), threads);
        Products.Multiply(left.RowRange(half, n), right.ColumnRange(0, half), c.Part(half, 0, n - half, half), true, threads);
        AddToLower(left.RowRange(half, n), right.ColumnRange(half, n), c.Part(half, half, n - half, n - half), threads);
    }

    private static int FactorBlock<T>(MatrixView<T> a)
        where T : unmanaged, INumberBase<T>
    {
        // Rows of Lᴴ, which have adjacent elements; what is computed of them begins and ends with whole vectors.
        int n = a.Rows, stride = (n + 15) / 16 * 16;
        T* u = stackalloc T[n * stride];
        T* factors = stackalloc T[n];
        var upper = new MatrixView<T>(u, n, n, stride);
        upper.CopyFrom(a.Adjoint);
        int failed = 0;
        for (int i = 0; i < n && failed == 0; i++)
        {
            int from = i / 16 * 16;
            T* row = u + (i * stride);
            for (int k = 0; k < i; k++) factors[k] = -Scalars.Conjugate(u[(k * stride) + i]);
            Level1.Combine(row + from, u + from, stride, factors, i, stride - from);
            double pivot = Scalars.Real(row[i]);
            if (!(pivot > 0)) failed = i + 1;
            else
            {
                T root = Scalars.Of<T>(Math.Sqrt(pivot));
                Level1.Divide(row + from, root, stride - from);
                row[i] = root;
            }
        }
        // The other triangle is the caller's.
        if (a.ColumnStride != 1)
        {
            for (int j = 0; j < n; j++)
            {
                for (int i = j; i < n; i++) a[i, j] = Scalars.Conjugate(u[(j * stride) + i]);
            }
            return failed;
        }
        T* l = stackalloc T[n * stride];
        var transposed = new MatrixView<T>(l, n, n, stride);
        transposed.CopyFrom(upper.Adjoint);
        for (int i = 0; i < n; i++) new ReadOnlySpan<T>(l + (i * stride), i + 1).CopyTo(new Span<T>(a.Row(i), i + 1));
        return failed;
    }
}
