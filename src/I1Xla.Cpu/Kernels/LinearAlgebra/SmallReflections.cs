using System.Numerics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Real matrices of a few rows, one reflector after the other. Rows are copied to where they end in whole vectors, and what a vector holds beyond a matrix or before
/// a reflector is computed with zeros.
/// </summary>
internal static unsafe class SmallReflections
{
    private const int Most = 32;

    /// <summary>Whether a matrix is for these.</summary>
    public static bool Handles<T>(int rows, int columns) => typeof(T) != typeof(Complex) && Math.Max(rows, columns) <= Most;

    /// <summary><see cref="HessenbergReduction.Reduce"/>, in f64 also of f32: a small matrix is exact to its last place then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hessenberg<T>(MatrixView<T> a, int low, int high, T* taus)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows, lanes = Vector<double>.Count, stride = (n + lanes - 1) / lanes * lanes;
        double* rows = stackalloc double[(n + 1) * stride];
        double* v = rows + (n * stride);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) rows[(i * stride) + j] = Scalars.Real(a[i, j]);
        }
        for (int c = low; c < high - 1; c++)
        {
            int first = c + 1;
            new Span<double>(v, stride).Clear();
            for (int i = first; i < high; i++) v[i] = rows[(i * stride) + c];
            (double tau, double beta) = Reflector.Make(v + first, high - first);
            taus[c] = Scalars.Of<T>(tau);
            if (tau != 0) Apply(rows, stride, n, v, tau, first, high);
            rows[(first * stride) + c] = beta;
            for (int i = first + 1; i < high; i++) rows[(i * stride) + c] = v[i];
        }
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) a[i, j] = Scalars.Of<T>(rows[(i * stride) + j]);
        }
    }

    // A becomes H A H; the reflector's vector is zero outside of the range.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(double* rows, int stride, int n, double* v, double tau, int first, int high)
    {
        int lanes = Vector<double>.Count, from = first / lanes * lanes;
        for (int i = 0; i < high; i++)
        {
            double* row = rows + (i * stride);
            Vector<double> sum = default;
            for (int j = from; j < high; j += lanes) sum = Level1.Fma(*(Vector<double>*)(row + j), *(Vector<double>*)(v + j), sum);
            var factor = new Vector<double>(-tau * Vector.Sum(sum));
            for (int j = from; j < high; j += lanes) *(Vector<double>*)(row + j) = Level1.Fma(factor, *(Vector<double>*)(v + j), *(Vector<double>*)(row + j));
        }
        for (int j = from; j < n; j += lanes)
        {
            Vector<double> sum = default;
            for (int i = first; i < high; i++) sum = Level1.Fma(new(v[i]), *(Vector<double>*)(rows + (i * stride) + j), sum);
            // Columns before hold the vectors of reflectors.
            sum = Vector.ConditionalSelect(Vector.LessThan(Vector<double>.Indices, new Vector<double>(first - j)), Vector<double>.Zero, sum * -tau);
            for (int i = first; i < high; i++) *(Vector<double>*)(rows + (i * stride) + j) = Level1.Fma(new(v[i]), sum, *(Vector<double>*)(rows + (i * stride) + j));
        }
    }

    /// <summary><see cref="QrFactorization.Orthogonal"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Orthogonal<T>(MatrixView<T> a, T* taus, int count)
        where T : unmanaged, INumberBase<T>
    {
        int m = a.Rows, n = a.Columns, lanes = Vector<T>.Count, stride = (n + lanes - 1) / lanes * lanes;
        T* q = stackalloc T[m * stride];
        for (int i = 0; i < Math.Min(m, n); i++) q[(i * stride) + i] = T.One;
        for (int j = count - 1; j >= 0; j--)
        {
            T* top = q + (j * stride);
            // Of the rows from j on, columns before j are still zero.
            for (int c = j / lanes * lanes; c < n; c += lanes)
            {
                Vector<T> sum = *(Vector<T>*)(top + c);
                for (int i = j + 1; i < m; i++) sum = Level1.Fma(new(a[i, j]), *(Vector<T>*)(q + (i * stride) + c), sum);
                sum *= -taus[j];
                *(Vector<T>*)(top + c) += sum;
                for (int i = j + 1; i < m; i++) *(Vector<T>*)(q + (i * stride) + c) = Level1.Fma(new(a[i, j]), sum, *(Vector<T>*)(q + (i * stride) + c));
            }
        }
        for (int i = 0; i < m; i++) new ReadOnlySpan<T>(q + (i * stride), n).CopyTo(new Span<T>(a.Row(i), n));
    }
}
