using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Tridiagonal systems of equations, by elimination with row exchanges.</summary>
/// <remarks>LAPACK's xGTSV, and xLAGTS for systems that may be singular.</remarks>
internal static class TridiagonalSolve
{
    /// <summary>Solves in place; returns 0, or the number (from 1) of the first pivot that is zero.</summary>
    /// <param name="lower">The diagonal below the main one; element 0 is not used.</param>
    /// <param name="diagonal">The main diagonal; overwritten by the pivots.</param>
    /// <param name="upper">The diagonal above the main one; the last element is not used; overwritten.</param>
    /// <param name="b">Right-hand sides, one row for each equation; overwritten by the solution.</param>
    /// <param name="columns">Number of right-hand sides.</param>
    /// <param name="epsilon">Zero for an error at a zero pivot; else pivots that make the solution overflow are moved away from zero by this, relative to the largest element.</param>
    /// <param name="largest">The largest finite value.</param>
    public static int Solve<T>(ReadOnlySpan<T> lower, Span<T> diagonal, Span<T> upper, Span<T> b, int columns, double epsilon, double largest) where T : unmanaged, INumberBase<T>
    {
        int n = diagonal.Length;
        var second = new T[n];
        for (int i = 0; i + 1 < n; i++)
        {
            T below = lower[i + 1];
            Span<T> row = b.Slice(i * columns, columns), next = b.Slice((i + 1) * columns, columns);
            T factor;
            if (Size(diagonal[i]) >= Size(below))
            {
                if (T.IsZero(diagonal[i]))
                {
                    if (epsilon == 0)
                    {
                        return i + 1;
                    }
                    continue;
                }
                factor = below / diagonal[i];
                diagonal[i + 1] -= factor * upper[i];
            }
            else
            {
                factor = diagonal[i] / below;
                diagonal[i] = below;
                (upper[i], diagonal[i + 1]) = (diagonal[i + 1], upper[i] - (factor * diagonal[i + 1]));
                if (i + 2 < n)
                {
                    second[i] = upper[i + 1];
                    upper[i + 1] = -factor * second[i];
                }
                for (int c = 0; c < columns; c++)
                {
                    (row[c], next[c]) = (next[c], row[c]);
                }
            }
            for (int c = 0; c < columns; c++)
            {
                next[c] -= factor * row[c];
            }
        }
        if (n > 0 && epsilon == 0 && T.IsZero(diagonal[n - 1]))
        {
            return n;
        }
        double most = 0;
        for (int i = 0; i < n; i++)
        {
            most = Math.Max(most, Math.Max(Size(diagonal[i]), Math.Max(i + 1 < n ? Size(upper[i]) : 0, Size(second[i]))));
        }
        for (int i = n - 1; i >= 0; i--)
        {
            Span<T> row = b.Slice(i * columns, columns);
            double size = 0;
            for (int c = 0; c < columns; c++)
            {
                if (i + 1 < n) row[c] -= upper[i] * b[((i + 1) * columns) + c];
                if (i + 2 < n) row[c] -= second[i] * b[((i + 2) * columns) + c];
                size = Math.Max(size, Size(row[c]));
            }
            T pivot = epsilon == 0 ? diagonal[i] : AwayFromZero(diagonal[i], Math.Max(epsilon * most, 1 / largest), size, largest);
            for (int c = 0; c < columns; c++)
            {
                row[c] /= pivot;
            }
        }
        return 0;
    }

    // NaN leaves the pivot as it is.
    private static T AwayFromZero<T>(T pivot, double step, double size, double largest) where T : unmanaged, INumberBase<T>
    {
        T by = T.CreateChecked(T.IsNegative(pivot) ? -step : step);
        while (Size(pivot) < 1 && (Size(pivot) < 1 / largest || size > largest * Size(pivot)))
        {
            pivot += by;
            by += by;
        }
        return pivot;
    }

    private static double Size<T>(T x) => x is Complex z ? Complex.Abs(z) : x is double d ? Math.Abs(d) : throw new NotSupportedException($"matrices of {typeof(T)}");
}
