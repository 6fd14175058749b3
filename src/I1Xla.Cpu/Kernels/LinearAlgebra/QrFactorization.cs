using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>The QR factorization by blocks of reflectors, and products with its orthogonal factor.</summary>
internal static unsafe class QrFactorization
{
    /// <summary>A = Q R: R in the upper triangle, the reflectors' vectors below it without their ones, min(m, n) factors tau (<c>geqrf</c>).</summary>
    public static void Factor<T>(MatrixView<T> a, T* taus, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int m = a.Rows, n = a.Columns, count = Math.Min(m, n), block = BlockReflector<T>.Block;
        if (count == 0) return;
        using var memory = new Memory<T>(m, Math.Min(count, block));
        for (int j = 0; j < count; j += block)
        {
            int width = Math.Min(block, count - j);
            BlockReflector<T> h = memory.Of(m - j, width);
            Panel(a.Part(j, j, m - j, width), h, taus + j);
            h.Left(a.Part(j, j + width, m - j, n - j - width), true, threads);
        }
    }

    /// <summary>The first columns, as many as A has, of the product of the reflectors that <see cref="Factor"/> left in A's first columns, over A (<c>orgqr</c>, <c>ungqr</c>).</summary>
    public static void Orthogonal<T>(MatrixView<T> a, T* taus, int count, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int m = a.Rows, n = a.Columns, block = BlockReflector<T>.Block;
        if (SmallReflections.Handles<T>(m, n) && a.ColumnStride == 1)
        {
            SmallReflections.Orthogonal(a, taus, count);
            return;
        }
        using var copy = new Scratch<T>((long)m * count);
        var vectors = new MatrixView<T>(copy.Data, m, count, count);
        vectors.CopyFrom(a.ColumnRange(0, count));
        a.Fill(T.One);
        if (count == 0) return;
        using var memory = new Memory<T>(m, Math.Min(count, block));
        for (int j = (count - 1) / block * block; j >= 0; j -= block)
        {
            int width = Math.Min(block, count - j);
            BlockReflector<T> h = memory.Of(m - j, width);
            h.Load(vectors.Part(j, j, m - j, width), taus + j);
            // Rows and columns before are still those of the identity.
            h.Left(a.Part(j, j, m - j, n - j), false, threads);
        }
    }

    /// <summary>C times Q or Qᴴ from the left or the right (<c>ormqr</c>, <c>unmqr</c>); the reflectors' vectors stand below the diagonal of <paramref name="a"/>.</summary>
    public static void Multiply<T>(MatrixView<T> a, T* taus, int count, MatrixView<T> c, bool left, bool adjoint, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int m = left ? c.Rows : c.Columns, block = BlockReflector<T>.Block;
        if (count == 0 || c.Rows == 0 || c.Columns == 0) return;
        using var memory = new Memory<T>(m, Math.Min(count, block));
        bool forward = left == adjoint;
        for (int step = 0; step < count; step += block)
        {
            int j = forward ? step : (count - 1 - step) / block * block, width = Math.Min(block, count - j);
            BlockReflector<T> h = memory.Of(m - j, width);
            h.Load(a.Part(j, j, m - j, width), taus + j);
            if (left) h.Left(c.RowRange(j, m), adjoint, threads);
            else h.Right(c.ColumnRange(j, m), adjoint, threads);
        }
    }

    // Columns one after the other, each multiplied by the reflectors before when its turn comes.
    private static void Panel<T>(MatrixView<T> a, BlockReflector<T> h, T* taus)
        where T : unmanaged, INumberBase<T>
    {
        MatrixView<T> v = h.V;
        int m = a.Rows, n = a.Columns;
        v.CopyFrom(a);
        for (int j = 0; j < n; j++)
        {
            T* x = v.Column(j);
            h.Adjoint(j, x);
            (taus[j], double beta) = Reflector.Make(x + j, m - j);
            for (int i = 0; i < j; i++) a[i, j] = x[i];
            a[j, j] = Scalars.Of<T>(beta);
            new Span<T>(x, j).Clear();
            h.Extend(j, taus[j]);
        }
        for (int i = 1; i < m; i++)
        {
            for (int j = 0; j < Math.Min(i, n); j++) a[i, j] = v[i, j];
        }
    }

    /// <summary>Memory for a block of reflectors.</summary>
    private readonly struct Memory<T>(int rows, int most) : IDisposable
        where T : unmanaged, INumberBase<T>
    {
        private readonly Scratch<T> _vectors = new(BlockReflector<T>.StrideOf(rows) * most);
        private readonly Scratch<T> _triangle = new(most * most);

        public BlockReflector<T> Of(int rows, int count) => new(_vectors.Data, _triangle.Data, rows, count, BlockReflector<T>.StrideOf(rows), most);

        public void Dispose()
        {
            _vectors.Dispose();
            _triangle.Dispose();
        }
    }
}
