using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.Cpu.CustomCalls;

/// <summary>StableHLO's own factorizations, <c>cholesky</c> and <c>triangular_solve</c>, on the code behind the calls of LAPACK.</summary>
internal static unsafe class FactorizationOps
{
    /// <summary>What answers a <c>cholesky</c>, or null for a type that it is not made for.</summary>
    public static CallBody? Cholesky(Operation op) => Of(op, Factor<float>, Factor<double>, Factor<Complex>);

    /// <summary>What answers a <c>triangular_solve</c>, or null for a type that it is not made for.</summary>
    public static CallBody? TriangularSolve(Operation op) => Of(op, Solve<float>, Solve<double>, Solve<Complex>);

    private static CallBody? Of(Operation op, CallBody single, CallBody full, CallBody complex) =>
        op.Operands.ToArray().All(o => o.Type is TensorType { Shape.IsStatic: true }) && op.Operands[0].Type is TensorType type
            ? type.Kind switch
            {
                ElementKind.F32 => single,
                ElementKind.F64 or ElementKind.BF16 or ElementKind.F16 => full,
                ElementKind.Complex64 or ElementKind.Complex128 => complex,
                _ => null,
            }
            : null;

    // The other triangle holds zeros; a matrix that is not positive gives NaN.
    private static void Factor<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int n, _) = CallFrame.MatrixOf(frame.OperandType(0));
        bool lower = new CholeskyOp(frame.Op).Lower == true;
        frame.Threads.Batch(batches, (double)n * n * n / 3, b =>
        {
            using CallArray<T> a = frame.Take<T>(0, 0, b, (long)n * n);
            MatrixView<T> matrix = a.Matrix(n, n);
            bool failed = Kernels.LinearAlgebra.Cholesky.Factor(matrix, lower, frame.Threads) != 0;
            for (int i = 0; i < n; i++)
            {
                (int first, int end) = lower ? (0, i + 1) : (i, n);
                if (failed) new Span<T>(matrix.Row(i) + first, end - first).Fill(Scalars.Of<T>(double.NaN));
                new Span<T>(matrix.Row(i), first).Clear();
                new Span<T>(matrix.Row(i) + end, n - end).Clear();
            }
        });
    }

    private static void Solve<T>(CallFrame frame) where T : unmanaged, INumberBase<T>
    {
        (long batches, int m, int n) = CallFrame.MatrixOf(frame.OperandType(1));
        var how = new TriangularSolveOp(frame.Op);
        bool left = how.LeftSide, lower = how.Lower, unit = how.UnitDiagonal;
        int size = left ? m : n;
        frame.Threads.Batch(batches, 0.5 * size * m * n, b =>
        {
            using CallArray<T> a = frame.Read<T>(0, b, (long)size * size), x = frame.Take<T>(1, 0, b, (long)m * n);
            MatrixView<T> triangle = a.Matrix(size, size);
            (MatrixView<T> op, bool isLower) = how.TransposeA switch { Transpose.TRANSPOSE => (triangle.Transposed, !lower), Transpose.ADJOINT => (triangle.Adjoint, !lower), _ => (triangle, lower) };
            if (left) Kernels.LinearAlgebra.TriangularSolve.Left(op, x.Matrix(m, n), isLower, unit, frame.Threads);
            else Kernels.LinearAlgebra.TriangularSolve.Right(op, x.Matrix(m, n), isLower, unit, frame.Threads);
        });
    }
}
