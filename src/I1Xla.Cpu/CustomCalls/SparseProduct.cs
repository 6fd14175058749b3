using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.CustomCalls;

/// <summary>
/// The custom call by which JAX multiplies a sparse matrix by a dense vector or matrix on a CPU (<c>cpu_csr_sparse_dense_ffi</c>,
/// <c>jax/experimental/sparse/_lowerings.py</c>). The operands are the elements that are there, row after row; where each row begins; the column of each; the dense
/// factor. What lies behind the last row's end, or in a column that is not there, counts as zero.
/// </summary>
internal static unsafe class SparseProduct
{
    /// <summary>The target's name.</summary>
    public const string Target = "cpu_csr_sparse_dense_ffi";

    /// <summary>Computes the product.</summary>
    public static void Run(CallFrame frame)
    {
        ElementKind kind = frame.ResultType(0).Kind;
        long[] begins = Integers(frame, 1), columns = Integers(frame, 2);
        Shape dense = frame.OperandType(3).Shape;
        if (kind.IsComplex() || kind.IsFloat())
        {
            if (kind.IsComplex()) OfFloats<Complex>();
            else OfFloats<double>();
            return;
        }
        int bytes = kind.StorageBytes();
        long[] data = Integers(frame, 0), product = new long[frame.ResultType(0).Shape.ElementCount];
        Multiply<long>(data, begins, columns, Integers(frame, 3), dense, product);
        for (int i = 0; i < product.Length; i++) BitConverter.GetBytes(product[i]).AsSpan(0, bytes).CopyTo(new Span<byte>(frame.Result<byte>(0) + ((long)i * bytes), bytes));

        void OfFloats<T>() where T : unmanaged, INumberBase<T>
        {
            using CallArray<T> data = frame.Read<T>(0, 0, frame.OperandType(0).Shape.ElementCount), factor = frame.Read<T>(3, 0, dense.ElementCount), product = frame.Make<T>(0, 0, frame.ResultType(0).Shape.ElementCount);
            Multiply<T>(data.Span, begins, columns, factor.Span, dense, product.Span);
        }
    }

    private static void Multiply<T>(ReadOnlySpan<T> data, long[] begins, long[] columns, ReadOnlySpan<T> dense, Shape shape, Span<T> product) where T : unmanaged, INumberBase<T>
    {
        int rows = begins.Length - 1, width = shape.Rank > 1 ? (int)shape[1] : 1;
        for (int r = 0; r < rows; r++)
        {
            Span<T> row = product.Slice(r * width, width);
            row.Clear();
            for (long k = begins[r]; k < Math.Min(begins[r + 1], data.Length); k++)
            {
                if (columns[k] < 0 || columns[k] >= shape[0]) continue;
                ReadOnlySpan<T> factor = dense.Slice((int)columns[k] * width, width);
                T x = data[(int)k];
                for (int j = 0; j < width; j++) row[j] += x * factor[j];
            }
        }
    }

    private static long[] Integers(CallFrame frame, int operand)
    {
        TensorType type = frame.OperandType(operand);
        var values = new long[type.Shape.ElementCount];
        IntegerKind.Read(type.Kind, new ReadOnlySpan<byte>(frame.Operand<byte>(operand), checked((int)type.StorageBytes)), values);
        return values;
    }
}
