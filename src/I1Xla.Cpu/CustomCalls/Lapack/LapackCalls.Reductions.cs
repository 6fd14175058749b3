using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.CustomCalls.Lapack;

// The calls about matrices that are not symmetric, and those that hand out reflectors.
internal static unsafe partial class LapackCalls
{
    // General matrices of f32 up to this order have their eigenvalues computed in f64, which takes no longer.
    private const int MostInDouble = 64;

    private static void Geev<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, _) = CallFrame.MatrixOf(frame.OperandType(0));
        bool wantsLeft = frame.Letter("compute_left", 'V') == 'V', wantsRight = frame.Letter("compute_right", 'V') == 'V', parts = typeof(T) != typeof(Complex);
        int first = parts ? 2 : 1;
        frame.Threads.Batch(batches, 25.0 * n * n * n, b =>
        {
            using CallArray<Complex> left = frame.Make<Complex>(first, b, (long)n * n), right = frame.Make<Complex>(first + 1, b, (long)n * n);
            var values = new Complex[n];
            frame.Result<int>(first + 2)[b] = typeof(T) == typeof(float) && (n <= MostInDouble || !IsModerate(frame.Operand<float>(0) + ((long)b * n * n), (long)n * n)) ? Solve<double>() : Solve<T>();
            Values(frame, 0, b, values);

            int Solve<TIn>()
                where TIn : unmanaged, INumberBase<TIn>
            {
                using CallArray<TIn> a = frame.Read<TIn>(0, b, (long)n * n);
                return Eigenvectors.Of(a.Matrix(n, n), values, left.Matrix(n, n), right.Matrix(n, n), wantsLeft, wantsRight, frame.Threads);
            }
        });
    }

    // Whether the QR algorithm in f32 is far from the ends of its range.
    private static bool IsModerate(float* x, long n)
    {
        float most = 0;
        for (long i = 0; i < n; i++) most = Math.Max(most, Math.Abs(x[i]));
        return most is > 1e-12f and < 1e12f;
    }

    // Eigenvalues, of real matrices their real parts and their imaginary ones apart.
    private static void Values(CallFrame frame, int result, long batch, Complex[] values)
    {
        if (frame.ResultType(result).Kind.IsComplex())
        {
            using CallArray<Complex> w = frame.Make<Complex>(result, batch, values.Length);
            values.CopyTo(w.Span);
            return;
        }
        using CallArray<double> re = frame.Make<double>(result, batch, values.Length), im = frame.Make<double>(result + 1, batch, values.Length);
        for (int i = 0; i < values.Length; i++) (re.Data[i], im.Data[i]) = (values[i].Real, values[i].Imaginary);
    }

    private static void Gees<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, _) = CallFrame.MatrixOf(frame.OperandType(0));
        if (frame.Letter("sort", 'N') != 'N') throw new CpuUnsupportedException("A Schur form with its eigenvalues sorted (sort of lapack gees) is not computed; use sort = 'N'.");
        int last = typeof(T) == typeof(Complex) ? 2 : 3;
        frame.Threads.Batch(batches, 25.0 * n * n * n, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)n * n), z = frame.Make<T>(1, b, (long)n * n);
            var values = new Complex[n];
            int info = typeof(T) == typeof(Complex)
                ? ComplexSchur.Reduce(new((Complex*)a.Data, n, n, n), new((Complex*)z.Data, n, n, n), values, frame.Threads)
                : RealSchur<T>.Reduce(a.Matrix(n, n), z.Matrix(n, n), values, frame.Threads);
            Values(frame, 2, b, values);
            // The count of eigenvalues sorted to the front: none are.
            (frame.Result<int>(last + 1)[b], frame.Result<int>(last + 2)[b]) = (0, info);
        });
    }

    private static void Gehrd<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, _) = CallFrame.MatrixOf(frame.OperandType(0));
        int low = frame.Number("low", 1), high = frame.Number("high", n), reflectors = Math.Max(0, n - 1);
        frame.Threads.Batch(batches, 10.0 / 3 * n * n * n, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)n * n), taus = frame.Make<T>(1, b, reflectors);
            HessenbergReduction.Reduce(a.Matrix(n, n), low - 1, high, taus.Data, frame.Threads);
            frame.Result<int>(2)[b] = 0;
        });
    }

    private static void Geqp3<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int m, int n) = CallFrame.MatrixOf(frame.OperandType(0));
        int k = Math.Min(m, n);
        frame.Threads.Batch(batches, 2.0 * m * n * k, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)m * n), taus = frame.Make<T>(2, b, k);
            int* pivots = frame.Result<int>(1) + ((long)b * n);
            new ReadOnlySpan<int>(frame.Operand<int>(1) + ((long)b * n), n).CopyTo(new Span<int>(pivots, n));
            PivotedQr.Factor(a.Matrix(m, n), pivots, taus.Data, frame.Threads);
        });
    }

    private static void Sytrd<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, _) = CallFrame.MatrixOf(frame.OperandType(0));
        bool lower = frame.Letter("uplo", 'L') == 'L';
        int beside = Math.Max(0, n - 1);
        frame.Threads.Batch(batches, 4.0 / 3 * n * n * n, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)n * n), taus = frame.Make<T>(3, b, beside);
            using CallArray<double> d = frame.Make<double>(1, b, n), e = frame.Make<double>(2, b, beside);
            Tridiagonalization.InPlace(a.Matrix(n, n), lower, d.Data, e.Data, taus.Data, frame.Threads);
            frame.Result<int>(4)[b] = 0;
        });
    }
}
