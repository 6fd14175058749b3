using System.Numerics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Systems of equations with a triangular matrix, over their right-hand sides; all but blocks on the diagonal are matrix products.</summary>
internal static unsafe class TriangularSolve
{
    private const int Block = 64;

    // Right-hand sides that a thread takes are a multiple of this, and so many stay in the first-level cache while a block is solved.
    private const int Unit = 16;

    // Rows that are solved together.
    private const int Group = 4;

    /// <summary>X with A X = B, over B. The other triangle of A is not read, with <paramref name="unit"/> its diagonal neither. A may be a transpose or an adjoint.</summary>
    public static void Left<T>(MatrixView<T> a, MatrixView<T> b, bool lower, bool unit, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        if (b.Rows == 0 || b.Columns == 0) return;
        threads.Split(b.Columns, Unit, 0.5 * b.Rows * b.Rows * b.Columns, (begin, end) => Solve(a, b.ColumnRange(begin, end), lower, unit, threads));
    }

    /// <summary>X with X A = B, over B: the transpose of the other.</summary>
    public static void Right<T>(MatrixView<T> a, MatrixView<T> b, bool lower, bool unit, Threads threads)
        where T : unmanaged, INumberBase<T> => Left(a.Transposed, b.Transposed, !lower, unit, threads);

    private static void Solve<T>(MatrixView<T> a, MatrixView<T> b, bool lower, bool unit, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = b.Rows;
        if (n <= Block)
        {
            SolveBlock(a, b, lower, unit);
            return;
        }
        int half = (n / 2 + Block - 1) / Block * Block;
        if (half >= n) half = n / 2;
        MatrixView<T> first = b.RowRange(0, half), second = b.RowRange(half, n);
        (int row, int column, MatrixView<T> known, MatrixView<T> rest) = lower ? (half, 0, first, second) : (0, half, second, first);
        int size = known.Rows;
        Solve(a.Part(column, column, size, size), known, lower, unit, threads);
        using var negative = new Scratch<T>((long)rest.Rows * size);
        var factor = new MatrixView<T>(negative.Data, rest.Rows, size, size);
        factor.CopyFrom(a.Part(row, column, rest.Rows, size));
        Level1.Scale(negative.Data, -T.One, (long)rest.Rows * size);
        Products.Multiply(factor, known, rest, true, threads);
        Solve(a.Part(row, row, n - size, n - size), rest, lower, unit, threads);
    }

    private static void SolveBlock<T>(MatrixView<T> a, MatrixView<T> b, bool lower, bool unit)
        where T : unmanaged, INumberBase<T>
    {
        // Rows are counted in the order in which they are solved.
        int n = b.Rows, groups = Vector<T>.IsSupported ? n / Group : 0, strip = Vector<T>.IsSupported ? 2 * Vector<T>.Count : 1;
        int width = Math.Min(b.Columns, Math.Max(Unit, 16384 / sizeof(T) / n / Unit * Unit));
        if (width < strip) groups = 0;
        T* factors = stackalloc T[n * n];
        T* diagonal = stackalloc T[n];
        T* packed = stackalloc T[PackedLength(groups)];
        for (int i = 0; i < n; i++)
        {
            int row = lower ? i : n - 1 - i;
            for (int k = 0; k < i; k++) factors[(i * n) + k] = -a.Value(row, lower ? k : n - 1 - k);
            diagonal[i] = unit ? T.One : a.Value(row, row);
        }
        Pack(factors, diagonal, n, groups, packed);
        bool copied = b.ColumnStride != 1;
        using var copy = new Scratch<T>(copied ? (long)n * width : 0);
        for (int j = 0; j < b.Columns; j += width)
        {
            MatrixView<T> x = b.ColumnRange(j, Math.Min(b.Columns, j + width)), lines = x;
            if (copied)
            {
                lines = new MatrixView<T>(copy.Data, n, x.Columns, width);
                lines.CopyFrom(x);
            }
            T* first = lines.Row(lower ? 0 : n - 1);
            long stride = lower ? lines.RowStride : -lines.RowStride;
            int done = 0;
            for (; groups > 0 && done + strip <= x.Columns; done += strip) Strip(first + done, stride, packed, groups, unit);
            Rows(first, stride, groups * Group, done);
            Rows(first + done, stride, 0, x.Columns - done);
            if (copied) x.CopyFrom(lines);
        }

        // What strips of columns and groups of rows leave.
        void Rows(T* first, long stride, int begin, int columns)
        {
            for (int i = begin; i < n && columns > 0; i++)
            {
                Level1.Combine(first + (i * stride), first, stride, factors + (i * n), i, columns);
                if (!unit) Level1.Divide(first + (i * stride), diagonal[i], columns);
            }
        }
    }

    // For each group of rows the factors of every row before it, those within it, and its diagonal.
    private static int PackedLength(int groups) => (Group * Group * groups * (groups - 1) / 2) + (10 * groups);

    private static void Pack<T>(T* factors, T* diagonal, int n, int groups, T* packed)
        where T : unmanaged, INumberBase<T>
    {
        for (int g = 0; g < groups * Group; g += Group)
        {
            T* rows = factors + (g * n);
            for (int k = 0; k < g; k++)
            {
                for (int r = 0; r < Group; r++) *packed++ = rows[(r * n) + k];
            }
            for (int r = 1; r < Group; r++)
            {
                for (int k = 0; k < r; k++) *packed++ = rows[(r * n) + g + k];
            }
            for (int r = 0; r < Group; r++) *packed++ = diagonal[g + r];
        }
    }

    // Two vectors of columns: four rows at a time stay in registers while those before are taken from them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip<T>(T* first, long stride, T* packed, int groups, bool unit)
        where T : unmanaged, INumberBase<T>
    {
        int lanes = Vector<T>.Count;
        T* y0 = first;
        for (int g = 0; g < groups; g++, y0 += Group * stride)
        {
            T* y1 = y0 + stride, y2 = y1 + stride, y3 = y2 + stride, x = first;
            Vector<T> a0 = *(Vector<T>*)y0, b0 = *(Vector<T>*)(y0 + lanes), a1 = *(Vector<T>*)y1, b1 = *(Vector<T>*)(y1 + lanes);
            Vector<T> a2 = *(Vector<T>*)y2, b2 = *(Vector<T>*)(y2 + lanes), a3 = *(Vector<T>*)y3, b3 = *(Vector<T>*)(y3 + lanes);
            for (int k = 0; k < g * Group; k++, x += stride, packed += Group)
            {
                Vector<T> p = *(Vector<T>*)x, q = *(Vector<T>*)(x + lanes);
                Vector<T> f0 = new(packed[0]), f1 = new(packed[1]), f2 = new(packed[2]), f3 = new(packed[3]);
                (a0, b0) = (Level1.Fma(f0, p, a0), Level1.Fma(f0, q, b0));
                (a1, b1) = (Level1.Fma(f1, p, a1), Level1.Fma(f1, q, b1));
                (a2, b2) = (Level1.Fma(f2, p, a2), Level1.Fma(f2, q, b2));
                (a3, b3) = (Level1.Fma(f3, p, a3), Level1.Fma(f3, q, b3));
            }
            T* d = packed + 6;
            if (!unit) (a0, b0) = (a0 / new Vector<T>(d[0]), b0 / new Vector<T>(d[0]));
            Vector<T> f = new(packed[0]);
            (a1, b1) = (Level1.Fma(f, a0, a1), Level1.Fma(f, b0, b1));
            if (!unit) (a1, b1) = (a1 / new Vector<T>(d[1]), b1 / new Vector<T>(d[1]));
            f = new(packed[1]);
            (a2, b2) = (Level1.Fma(f, a0, a2), Level1.Fma(f, b0, b2));
            f = new(packed[2]);
            (a2, b2) = (Level1.Fma(f, a1, a2), Level1.Fma(f, b1, b2));
            if (!unit) (a2, b2) = (a2 / new Vector<T>(d[2]), b2 / new Vector<T>(d[2]));
            f = new(packed[3]);
            (a3, b3) = (Level1.Fma(f, a0, a3), Level1.Fma(f, b0, b3));
            f = new(packed[4]);
            (a3, b3) = (Level1.Fma(f, a1, a3), Level1.Fma(f, b1, b3));
            f = new(packed[5]);
            (a3, b3) = (Level1.Fma(f, a2, a3), Level1.Fma(f, b2, b3));
            if (!unit) (a3, b3) = (a3 / new Vector<T>(d[3]), b3 / new Vector<T>(d[3]));
            packed += 10;
            (*(Vector<T>*)y0, *(Vector<T>*)(y0 + lanes), *(Vector<T>*)y1, *(Vector<T>*)(y1 + lanes)) = (a0, b0, a1, b1);
            (*(Vector<T>*)y2, *(Vector<T>*)(y2 + lanes), *(Vector<T>*)y3, *(Vector<T>*)(y3 + lanes)) = (a2, b2, a3, b3);
        }
    }
}
