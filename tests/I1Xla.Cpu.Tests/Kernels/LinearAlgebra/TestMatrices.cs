using System.Numerics;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.LinearAlgebra;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.LinearAlgebra;

/// <summary>A row-major matrix in memory of its own, and what tests ask of it.</summary>
internal sealed unsafe class TestMatrix<T> : IDisposable
    where T : unmanaged, INumberBase<T>
{
    private readonly Scratch<T> _memory;

    public TestMatrix(int rows, int columns)
    {
        _memory = new Scratch<T>((long)rows * columns);
        View = new MatrixView<T>(_memory.Data, rows, columns, columns);
        View.Fill(T.Zero);
    }

    public MatrixView<T> View { get; }

    public T* Data => View.Data;

    /// <summary>Elements between -1 and 1.</summary>
    public static TestMatrix<T> Random(int rows, int columns, int seed)
    {
        var made = new TestMatrix<T>(rows, columns);
        var random = new Random(seed);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double re = (2 * random.NextDouble()) - 1, im = (2 * random.NextDouble()) - 1;
                made.View[i, j] = typeof(T) == typeof(Complex) ? (T)(object)new Complex(re, im) : T.CreateTruncating(re);
            }
        }
        return made;
    }

    public static TestMatrix<T> Copy(MatrixView<T> from)
    {
        var made = new TestMatrix<T>(from.Rows, from.Columns);
        for (int i = 0; i < from.Rows; i++)
        {
            for (int j = 0; j < from.Columns; j++) made.View[i, j] = from.Value(i, j);
        }
        return made;
    }

    /// <summary>The product, by the definition.</summary>
    public static TestMatrix<T> Times(MatrixView<T> a, MatrixView<T> b)
    {
        var made = new TestMatrix<T>(a.Rows, b.Columns);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = 0; k < a.Columns; k++)
            {
                T x = a.Value(i, k);
                for (int j = 0; j < b.Columns; j++) made.View[i, j] += x * b.Value(k, j);
            }
        }
        return made;
    }

    /// <summary>The largest difference of an element; NaN where one is.</summary>
    public static double Distance(MatrixView<T> a, MatrixView<T> b)
    {
        double most = 0;
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < a.Columns; j++) most = Math.Max(most, Scalars.Modulus(a.Value(i, j) - b.Value(i, j)));
        }
        return most;
    }

    /// <summary>How far the columns are from orthonormal.</summary>
    public static double FromOrthonormal(MatrixView<T> q)
    {
        using TestMatrix<T> gram = Times(q.Adjoint, q), one = new(q.Columns, q.Columns);
        one.View.Fill(T.One);
        return Distance(gram.View, one.View);
    }

    /// <summary>Zeros in one triangle.</summary>
    public TestMatrix<T> Triangle(bool lower, bool unit = false)
    {
        for (int i = 0; i < View.Rows; i++)
        {
            for (int j = 0; j < View.Columns; j++)
            {
                if (i == j && unit) View[i, j] = T.One;
                else if (lower ? j > i : j < i) View[i, j] = T.Zero;
            }
        }
        return this;
    }

    public void Dispose() => _memory.Dispose();
}

/// <summary>What the tests of linear algebra share.</summary>
internal static class TestThreads
{
    public static readonly Threads Two = new(new WorkerPool(2), CpuIsa.Current);

    public static readonly Threads One = new(new WorkerPool(1), CpuIsa.Current);

    /// <summary>The rounding error of one operation.</summary>
    public static double Epsilon<T>() => typeof(T) == typeof(float) ? 1.2e-7 : 2.2e-16;
}
