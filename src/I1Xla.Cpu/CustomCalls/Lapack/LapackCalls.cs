using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.CustomCalls.Lapack;

/// <summary>
/// The custom calls by which JAX computes factorizations on a CPU (<c>jax/_src/lax/linalg.py</c>): <c>lapack_sgeqrf_ffi</c> and others, over batches
/// of matrices. Options come as letters in the call's <c>mhlo.backend_config</c>. Matrices are row-major; JAX's layouts of operands and results do not
/// matter here. Complex numbers are computed in two f64; f32 in f32, but for what follows a reduction to tridiagonal, bidiagonal or Hessenberg form.
/// </summary>
internal static unsafe partial class LapackCalls
{
    /// <summary>The functions by target name.</summary>
    public static IReadOnlyDictionary<string, CallBody> All { get; } = Make();

    private static Dictionary<string, CallBody> Make()
    {
        var all = new Dictionary<string, CallBody>();
        Add("potrf", "potrf", Potrf<float>, Potrf<double>, Potrf<Complex>);
        Add("getrf", "getrf", Getrf<float>, Getrf<double>, Getrf<Complex>);
        Add("geqrf", "geqrf", Geqrf<float>, Geqrf<double>, Geqrf<Complex>);
        Add("orgqr", "ungqr", Orgqr<float>, Orgqr<double>, Orgqr<Complex>);
        Add("ormqr", "unmqr", Ormqr<float>, Ormqr<double>, Ormqr<Complex>);
        Add("trsm", "trsm", Trsm<float>, Trsm<double>, Trsm<Complex>);
        Add("syevd", "heevd", Syevd<float>, Syevd<double>, Syevd<Complex>);
        Add("sytrd", "hetrd", Sytrd<float>, Sytrd<double>, Sytrd<Complex>);
        Add("gesdd", "gesdd", Gesdd<float>, Gesdd<double>, Gesdd<Complex>);
        Add("gesvd", "gesvd", Gesdd<float>, Gesdd<double>, Gesdd<Complex>);
        Add("geqp3", "geqp3", Geqp3<float>, Geqp3<double>, Geqp3<Complex>);
        Add("gehrd", "gehrd", Gehrd<float>, Gehrd<double>, Gehrd<Complex>);
        Add("geev", "geev", Geev<float>, Geev<double>, Geev<Complex>);
        Add("gees", "gees", Gees<double>, Gees<double>, Gees<Complex>);
        Add("gtsv", "gtsv", Gtsv<double>, Gtsv<double>, Gtsv<Complex>);
        all["tridiagonal_solve_perturbed_ffi"] = frame => (frame.OperandType(0).Kind.IsComplex() ? (CallBody)SolvePerturbed<Complex> : SolvePerturbed<double>)(frame);
        return all;

        void Add(string real, string complex, CallBody single, CallBody full, CallBody parts)
        {
            all[$"lapack_s{real}_ffi"] = single;
            all[$"lapack_d{real}_ffi"] = full;
            all[$"lapack_c{complex}_ffi"] = all[$"lapack_z{complex}_ffi"] = parts;
        }
    }

    private static void Potrf<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, _) = CallFrame.MatrixOf(frame.OperandType(0));
        bool lower = frame.Letter("uplo", 'L') == 'L';
        frame.Threads.Batch(batches, (double)n * n * n / 3, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)n * n);
            frame.Result<int>(1)[b] = Cholesky.Factor(a.Matrix(n, n), lower, frame.Threads);
        });
    }

    private static void Getrf<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int m, int n) = CallFrame.MatrixOf(frame.OperandType(0));
        int k = Math.Min(m, n);
        frame.Threads.Batch(batches, (double)m * n * k, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)m * n);
            frame.Result<int>(2)[b] = LuFactorization.Factor(a.Matrix(m, n), frame.Result<int>(1) + ((long)b * k), frame.Threads);
        });
    }

    private static void Geqrf<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int m, int n) = CallFrame.MatrixOf(frame.OperandType(0));
        int k = Math.Min(m, n);
        frame.Threads.Batch(batches, 2.0 * m * n * k, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)m * n), taus = frame.Make<T>(1, b, k);
            QrFactorization.Factor(a.Matrix(m, n), taus.Data, frame.Threads);
        });
    }

    private static void Orgqr<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int m, int n) = CallFrame.MatrixOf(frame.OperandType(0));
        int k = CallFrame.LengthOf(frame.OperandType(1));
        frame.Threads.Batch(batches, 2.0 * m * n * k, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)m * n), taus = frame.Read<T>(1, b, k);
            QrFactorization.Orthogonal(a.Matrix(m, n), taus.Data, k, frame.Threads);
        });
    }

    private static void Ormqr<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int rows, int columns) = CallFrame.MatrixOf(frame.OperandType(0));
        (_, int m, int n) = CallFrame.MatrixOf(frame.OperandType(2));
        int k = CallFrame.LengthOf(frame.OperandType(1));
        bool left = frame.Flag("left"), adjoint = frame.Flag("transpose");
        frame.Threads.Batch(batches, 2.0 * m * n * k, b =>
        {
            using CallArray<T> a = frame.Read<T>(0, b, (long)rows * columns), taus = frame.Read<T>(1, b, k), c = frame.Take<T>(2, 0, b, (long)m * n);
            QrFactorization.Multiply(a.Matrix(rows, columns), taus.Data, k, c.Matrix(m, n), left, adjoint, frame.Threads);
        });
    }

    private static void Trsm<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int m, int n) = CallFrame.MatrixOf(frame.OperandType(1));
        bool left = frame.Letter("side", 'L') == 'L', lower = frame.Letter("uplo", 'L') == 'L', unit = frame.Letter("diag", 'N') == 'U';
        char transpose = frame.Letter("trans_x", 'N');
        int size = left ? m : n;
        frame.Threads.Batch(batches, 0.5 * size * m * n, i =>
        {
            using CallArray<T> a = frame.Read<T>(0, i, (long)size * size), b = frame.Take<T>(1, 0, i, (long)m * n);
            MatrixView<T> triangle = a.Matrix(size, size), op = transpose switch { 'N' => triangle, 'C' => triangle.Adjoint, _ => triangle.Transposed };
            if (left) TriangularSolve.Left(op, b.Matrix(m, n), lower == (transpose == 'N'), unit, frame.Threads);
            else TriangularSolve.Right(op, b.Matrix(m, n), lower == (transpose == 'N'), unit, frame.Threads);
        });
    }

    private static void Syevd<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, _) = CallFrame.MatrixOf(frame.OperandType(0));
        bool lower = frame.Letter("uplo", 'L') == 'L';
        frame.Threads.Batch(batches, 9.0 * n * n * n, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)n * n);
            using CallArray<double> values = frame.Make<double>(1, b, n);
            frame.Result<int>(2)[b] = HermitianEigen.Solve(a.Matrix(n, n), lower, values.Data, frame.Threads);
        });
    }

    private static void Gesdd<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int m, int n) = CallFrame.MatrixOf(frame.OperandType(0));
        int k = Math.Min(m, n), columns = CallFrame.LengthOf(frame.ResultType(2)), rows = CallFrame.MatrixOf(frame.ResultType(3)).Rows;
        frame.Threads.Batch(batches, 9.0 * m * n * k, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)m * n), u = frame.Make<T>(2, b, (long)m * columns), vh = frame.Make<T>(3, b, (long)rows * n);
            using CallArray<double> values = frame.Make<double>(1, b, k);
            frame.Result<int>(4)[b] = SingularValues.Solve(a.Matrix(m, n), values.Data, u.Matrix(m, columns), vh.Matrix(rows, n), frame.Threads);
        });
    }

    private static void Gtsv<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, int columns) = CallFrame.MatrixOf(frame.OperandType(3));
        frame.Threads.Batch(batches, 5.0 * n * columns, i =>
        {
            using CallArray<T> lower = frame.Take<T>(0, 0, i, n), d = frame.Take<T>(1, 1, i, n), upper = frame.Take<T>(2, 2, i, n), b = frame.Take<T>(3, 3, i, (long)n * columns);
            frame.Result<int>(4)[i] = TridiagonalSolve.Solve<T>(lower.Span, d.Span, upper.Span, b.Span, columns, 0, double.MaxValue);
        });
    }

    private static void SolvePerturbed<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, int columns) = CallFrame.MatrixOf(frame.OperandType(3));
        bool single = frame.OperandType(0).Kind is ElementKind.F32 or ElementKind.Complex64;
        frame.Threads.Batch(batches, 5.0 * n * columns, i =>
        {
            using CallArray<T> lower = frame.Read<T>(0, i, n), d = frame.Read<T>(1, i, n), upper = frame.Read<T>(2, i, n), b = frame.Take<T>(3, 0, i, (long)n * columns);
            TridiagonalSolve.Solve<T>(lower.Span, d.Span, upper.Span, b.Span, columns, Math.Pow(2, single ? -23 : -52), single ? float.MaxValue : double.MaxValue);
        });
    }
}
