using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// A product of reflectors H₀ H₁ … = I - V T Vᴴ, T upper triangular (Schreiber and Van Loan, "A storage-efficient WY representation for products of
/// Householder transformations", 1989). Columns of V lie along memory, with their ones and the zeros above them.
/// </summary>
/// <param name="v">Memory for the vectors, <paramref name="rows"/> by <paramref name="count"/>, columns <paramref name="stride"/> elements apart.</param>
/// <param name="t">Memory for T, <paramref name="most"/> squared, the rest of which stays free.</param>
/// <param name="rows">The length of the vectors.</param>
/// <param name="count">How many there are.</param>
/// <param name="stride">Elements from one vector to the next.</param>
/// <param name="most">Elements from one row of T to the next.</param>
internal readonly unsafe struct BlockReflector<T>(T* v, T* t, int rows, int count, long stride, int most)
    where T : unmanaged, INumberBase<T>
{
    /// <summary>How many reflectors are worth putting together.</summary>
    public const int Block = 32;

    /// <summary>The vectors.</summary>
    public MatrixView<T> V { get; } = new(v, rows, count, 1, stride);

    /// <summary>The triangle; zeros below.</summary>
    public MatrixView<T> Triangle { get; } = new(t, count, count, most);

    /// <summary>The elements of memory that vectors of so many rows take.</summary>
    public static long StrideOf(int rows) => (rows + 15) / 16 * 16;

    /// <summary>Fills column <paramref name="j"/> of T, vector j and those before being in place.</summary>
    public void Extend(int j, T tau)
    {
        T* column = stackalloc T[j + 1];
        // Above its one vector j is zero.
        Level1.Dots(column, V.Data + j, V.ColumnStride, j, V.Column(j) + j, V.Rows - j);
        for (int i = 0; i < j; i++)
        {
            T sum = T.Zero;
            for (int k = i; k < j; k++) sum += Triangle[i, k] * column[k];
            Triangle[i, j] = -tau * sum;
            Triangle[j, i] = T.Zero;
        }
        Triangle[j, j] = tau;
    }

    /// <summary>One column, times the adjoint of the product of the first <paramref name="j"/> reflectors.</summary>
    public void Adjoint(int j, T* x)
    {
        T* dots = stackalloc T[2 * j];
        T* factors = dots + j;
        Level1.Dots(dots, V.Data, V.ColumnStride, j, x, V.Rows);
        for (int i = 0; i < j; i++)
        {
            T sum = T.Zero;
            for (int k = 0; k <= i; k++) sum += Scalars.Conjugate(Triangle[k, i]) * dots[k];
            factors[i] = -sum;
        }
        Level1.Combine(x, V.Data, V.ColumnStride, factors, j, V.Rows);
    }

    /// <summary>The vectors that <c>geqrf</c> left below the diagonal of these columns, and their factors.</summary>
    public void Load(MatrixView<T> columns, T* taus)
    {
        V.CopyFrom(columns);
        for (int j = 0; j < V.Columns; j++)
        {
            T* x = V.Column(j);
            new Span<T>(x, Math.Min(j, V.Rows)).Clear();
            x[j] = T.One;
            Extend(j, taus[j]);
        }
    }

    /// <summary>C times the product, or its adjoint, from the left.</summary>
    public void Left(MatrixView<T> c, bool adjoint, Threads threads)
    {
        if (c.Columns == 0) return;
        MatrixView<T> v = V, t = Negative(stackalloc T[V.Columns * V.Columns]);
        using var memory = new Scratch<T>(2L * v.Columns * c.Columns);
        MatrixView<T> w = new(memory.Data, v.Columns, c.Columns, c.Columns), x = new(memory.Data + ((long)v.Columns * c.Columns), v.Columns, c.Columns, c.Columns);
        Products.Multiply(v.Adjoint, c, w, false, threads);
        Products.Multiply(adjoint ? t.Adjoint : t, w, x, false, threads);
        Products.Multiply(v, x, c, true, threads);
    }

    /// <summary>C times the product, or its adjoint, from the right.</summary>
    public void Right(MatrixView<T> c, bool adjoint, Threads threads)
    {
        if (c.Rows == 0) return;
        MatrixView<T> v = V, t = Negative(stackalloc T[V.Columns * V.Columns]);
        using var memory = new Scratch<T>(2L * v.Columns * c.Rows);
        MatrixView<T> w = new(memory.Data, c.Rows, v.Columns, v.Columns), x = new(memory.Data + ((long)v.Columns * c.Rows), c.Rows, v.Columns, v.Columns);
        Products.Multiply(c, v, w, false, threads);
        Products.Multiply(w, adjoint ? t.Adjoint : t, x, false, threads);
        Products.Multiply(x, v.Adjoint, c, true, threads);
    }

    private MatrixView<T> Negative(Span<T> memory)
    {
        int n = V.Columns;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) memory[(i * n) + j] = j < i ? T.Zero : -Triangle[i, j];
        }
        // The memory is on the caller's stack.
        return new MatrixView<T>((T*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref memory[0]), n, n, n);
    }
}
