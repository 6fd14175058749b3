using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// The complex Schur form A = Z T Zᴴ, T upper triangular, by the QR algorithm with single shifts (Golub and Van Loan, Matrix Computations, 7.5; the
/// phases as LAPACK's <c>gees</c> leaves them, elements below the diagonal kept real on the way).
/// </summary>
internal sealed unsafe class ComplexSchur
{
    private static readonly Deflation s_deflation = Deflation.Of<double>();

    private const int Patience = 10;

    private readonly MatrixView<Complex> _t, _z;
    private readonly int _n;

    private ComplexSchur(MatrixView<Complex> t, MatrixView<Complex> z) => (_t, _z, _n) = (t, z, t.Rows);

    /// <summary>T over A, Z, and the eigenvalues in T's order. Info is 0, or the count of those that were not found.</summary>
    public static int Reduce(MatrixView<Complex> a, MatrixView<Complex> z, Span<Complex> values, Threads threads)
    {
        HessenbergReduction.Form(a, z, threads);
        int info = new ComplexSchur(a, z).Run();
        for (int i = 0; i < a.Rows; i++) values[i] = a[i, i];
        return info;
    }

    private ref Complex T(int i, int j) => ref _t[i, j];

    private static double Sum(Complex x) => Math.Abs(x.Real) + Math.Abs(x.Imaginary);

    private int Run()
    {
        for (int i = 1; i < _n; i++) MakeReal(i, Math.Min(_n - 1, i + 1));
        int limit = 30 * Math.Max(10, _n), steps = 0;
        for (int last = _n - 1; last >= 0;)
        {
            int first = Split(last);
            if (first > 0) T(first, first - 1) = 0;
            if (first == last)
            {
                last--;
                steps = 0;
                continue;
            }
            if (++steps > limit) return last + 1;
            Sweep(first, last, Shift(first, last, steps));
            MakeReal(last, last);
        }
        return 0;
    }

    // Turns the phase of row and column i so that the element left of the diagonal is real; the column down to the given row.
    private void MakeReal(int i, int lastRow)
    {
        Complex below = T(i, i - 1);
        if (below.Imaginary == 0) return;
        double size = Complex.Abs(below);
        Complex phase = below / size;
        T(i, i - 1) = size;
        for (int j = i; j < _n; j++) T(i, j) *= Complex.Conjugate(phase);
        for (int j = 0; j <= lastRow; j++) T(j, i) *= phase;
        for (int j = 0; j < _n; j++) _z[j, i] *= phase;
    }

    private int Split(int last)
    {
        int k = last;
        for (; k > 0; k--)
        {
            double below = Sum(T(k, k - 1));
            if (below <= s_deflation.Threshold(_n)) break;
            double around = Sum(T(k - 1, k - 1)) + Sum(T(k, k));
            if (around == 0)
            {
                if (k > 1) around += Math.Abs(T(k - 1, k - 2).Real);
                if (k + 1 < _n) around += Math.Abs(T(k + 1, k).Real);
            }
            if (Math.Abs(T(k, k - 1).Real) > s_deflation.Epsilon * around) continue;
            double above = Sum(T(k - 1, k)), gap = Sum(T(k - 1, k - 1) - T(k, k)), corner = Sum(T(k, k));
            if (s_deflation.IsSmall(below, above, corner, gap, _n)) break;
        }
        return k;
    }

    // The eigenvalue of the last block that is nearer its last element (Wilkinson), or, when that leads nowhere, another number.
    private Complex Shift(int first, int last, int steps)
    {
        if (steps % (2 * Patience) == 0) return (0.75 * Math.Abs(T(last, last - 1).Real)) + T(last, last);
        if (steps % Patience == 0) return (0.75 * Math.Abs(T(first + 1, first).Real)) + T(first, first);
        Complex shift = T(last, last), u = Complex.Sqrt(T(last - 1, last)) * Complex.Sqrt(T(last, last - 1));
        double size = Sum(u);
        if (size == 0) return shift;
        Complex x = 0.5 * (T(last - 1, last - 1) - shift);
        size = Math.Max(size, Sum(x));
        Complex y = size * Complex.Sqrt(((x / size) * (x / size)) + ((u / size) * (u / size)));
        if ((x.Real * y.Real) + (x.Imaginary * y.Imaginary) < 0) y = -y;
        return shift - (u * (u / (x + y)));
    }

    private void Sweep(int first, int last, Complex shift)
    {
        Span<Complex> v = stackalloc Complex[2];
        int m = last - 1;
        for (; ; m--)
        {
            Complex h = T(m, m) - shift;
            double below = T(m + 1, m).Real, size = Sum(h) + Math.Abs(below);
            (v[0], v[1]) = (h / size, below / size);
            if (m == first) break;
            if (Math.Abs(T(m, m - 1).Real) * Math.Abs(v[1].Real) <= s_deflation.Epsilon * Sum(v[0]) * (Sum(T(m, m)) + Sum(T(m + 1, m + 1)))) break;
        }
        for (int k = m; k < last; k++)
        {
            if (k > m) (v[0], v[1]) = (T(k, k - 1), T(k + 1, k - 1));
            Complex tau;
            double beta;
            fixed (Complex* start = v) (tau, beta) = Reflector.Make(start, 2);
            if (k > m) (T(k, k - 1), T(k + 1, k - 1)) = (beta, 0);
            for (int j = k; j < _n; j++)
            {
                Complex sum = Complex.Conjugate(tau) * (T(k, j) + (Complex.Conjugate(v[1]) * T(k + 1, j)));
                T(k, j) -= sum;
                T(k + 1, j) -= sum * v[1];
            }
            Columns(_t, Math.Min(k + 2, last) + 1, k, v[1], tau);
            Columns(_z, _n, k, v[1], tau);
            if (k == m && m > first) Restore(m, last, tau);
        }
    }

    private static void Columns(MatrixView<Complex> x, int rows, int k, Complex v, Complex tau)
    {
        for (int j = 0; j < rows; j++)
        {
            ref Complex a = ref x[j, k], b = ref x[j, k + 1];
            Complex sum = tau * (a + (v * b));
            a -= sum;
            b -= sum * Complex.Conjugate(v);
        }
    }

    // A sweep that began in the middle has turned the element left of its first row; all phases of the block but one turn, so that those are real again.
    private void Restore(int m, int last, Complex tau)
    {
        Complex phase = 1 - tau;
        phase /= Complex.Abs(phase);
        T(m + 1, m) *= Complex.Conjugate(phase);
        if (m + 2 <= last) T(m + 2, m + 1) *= phase;
        for (int j = m; j <= last; j++)
        {
            if (j == m + 1) continue;
            for (int k = j + 1; k < _n; k++) T(j, k) *= phase;
            for (int i = 0; i < j; i++) T(i, j) *= Complex.Conjugate(phase);
            for (int i = 0; i < _n; i++) _z[i, j] *= Complex.Conjugate(phase);
        }
    }
}
