using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Systems of equations with a triangular matrix, over their right-hand sides; all but blocks on the diagonal are matrix products.</summary>
internal static unsafe class TriangularSolve
{
    private const int Block = 64;

    // Right-hand sides that a thread takes are a multiple of this, and so many stay in the first-level cache while a block is solved.
    private const int Unit = 16;

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
        int n = b.Rows;
        // Row i of the factors is what the rows solved before row i are multiplied by, in the order in which they are solved.
        T* factors = stackalloc T[n * n];
        T* diagonal = stackalloc T[n];
        for (int i = 0; i < n; i++)
        {
            if (lower)
            {
                for (int k = 0; k < i; k++) factors[(i * n) + k] = -a.Value(i, k);
            }
            else
            {
                for (int k = i + 1; k < n; k++) factors[(i * n) + k] = -a.Value(i, k);
            }
            diagonal[i] = unit ? T.One : a.Value(i, i);
        }
        int width = Math.Min(b.Columns, Math.Max(Unit, 16384 / sizeof(T) / n / Unit * Unit));
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
            for (int step = 0; step < n; step++)
            {
                int i = lower ? step : n - 1 - step, from = lower ? 0 : i + 1;
                Level1.Combine(lines.Row(i), lines.Row(from), lines.RowStride, factors + (i * n) + from, step, x.Columns);
                if (!unit) Level1.Divide(lines.Row(i), diagonal[i], x.Columns);
            }
            if (copied) x.CopyFrom(lines);
        }
    }
}
