using System.Numerics;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Products of views, on the packed matmul (<see cref="MatmulKernel"/>) where they are large. A product of complex matrices is one real product: the left
/// operand's elements as (re, im), the right one's as (re, im) over (-im, re).
/// </summary>
internal static unsafe class Products
{
    // Below it, packing costs more than it saves.
    private const long SmallWork = 6000;

    /// <summary>C = A B, or C += A B. C does not overlap the others and is no conjugate.</summary>
    public static void Multiply<T>(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool accumulate, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        if (c.Rows == 0 || c.Columns == 0) return;
        if (a.Columns == 0)
        {
            if (!accumulate) c.Fill(T.Zero);
            return;
        }
        if (c.ColumnStride != 1 && c.RowStride == 1) (a, b, c) = (b.Transposed, a.Transposed, c.Transposed);
        if ((long)c.Rows * c.Columns * a.Columns <= SmallWork) Small(a, b, c, accumulate);
        else if (typeof(T) == typeof(Complex)) MultiplyComplex(a, b, c, accumulate, threads);
        else Real(a.Data, a, b.Data, b.Rows, b.RowStride, b.ColumnStride, c, c.Columns, accumulate, threads);
    }

    private static void Real<T>(void* left, MatrixView<T> a, void* right, long k, long rowStride, long columnStride, MatrixView<T> c, long columns, bool accumulate, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        MatmulType type = typeof(T) == typeof(float) ? MatmulType.F32 : MatmulType.F64;
        long parts = typeof(T) == typeof(Complex) ? 2 : 1;
        MatmulKernel.Run(
            new MatmulProblem
            {
                M = c.Rows,
                N = columns,
                K = k,
                A = new MatrixOperand(left, type, a.RowStride * parts, a.ColumnStride),
                B = new MatrixOperand(right, type, rowStride, columnStride),
                C = new MatrixOperand(c.Data, type, c.RowStride * parts),
                Accumulate = accumulate,
            },
            threads.Pool,
            threads.Isa);
    }

    private static void MultiplyComplex<T>(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool accumulate, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        using var copy = new Scratch<T>(a.IsConjugate || a.ColumnStride != 1 ? (long)a.Rows * a.Columns : 0);
        if (a.IsConjugate || a.ColumnStride != 1)
        {
            var lined = new MatrixView<T>(copy.Data, a.Rows, a.Columns, a.Columns);
            lined.CopyFrom(a);
            a = lined;
        }
        using var expanded = new Scratch<Complex>(2L * b.Rows * b.Columns);
        Complex* to = expanded.Data;
        for (int i = 0; i < b.Rows; i++, to += 2 * b.Columns)
        {
            for (int j = 0; j < b.Columns; j++)
            {
                var z = (Complex)(object)b.Value(i, j);
                to[j] = z;
                to[b.Columns + j] = new Complex(-z.Imaginary, z.Real);
            }
        }
        Real(a.Data, a, expanded.Data, 2L * b.Rows, 2L * b.Columns, 1, c, 2L * c.Columns, accumulate, threads);
    }

    private static void Small<T>(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool accumulate)
        where T : unmanaged, INumberBase<T>
    {
        bool inPlace = a.ColumnStride == 1 && !a.IsConjugate;
        using var row = new Scratch<T>(inPlace ? 0 : a.Columns);
        bool copied = b.ColumnStride != 1 || b.IsConjugate;
        using var lines = new Scratch<T>(copied ? (long)b.Rows * b.Columns : 0);
        if (copied)
        {
            var lined = new MatrixView<T>(lines.Data, b.Rows, b.Columns, b.Columns);
            lined.CopyFrom(b);
            b = lined;
        }
        for (int i = 0; i < c.Rows; i++)
        {
            T* factors = inPlace ? a.Row(i) : row.Data;
            for (int k = 0; k < a.Columns && !inPlace; k++) factors[k] = a.Value(i, k);
            if (!accumulate) new Span<T>(c.Row(i), c.Columns).Clear();
            Level1.Combine(c.Row(i), b.Data, b.RowStride, factors, a.Columns, c.Columns);
        }
    }
}
