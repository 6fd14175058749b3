using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Lapack;

/// <summary>
/// The custom call by which JAX multiplies a sparse matrix by a dense vector or matrix on a CPU (<c>cpu_csr_sparse_dense_ffi</c>,
/// <c>jax/experimental/sparse/_lowerings.py</c>). The operands are the elements that are there, row after row; where each row begins; the column of each; the dense
/// factor. What lies behind the last row's end, or in a column that is not there, counts as zero.
/// </summary>
internal static class SparseProduct
{
    /// <summary>The target's name.</summary>
    public const string Target = "cpu_csr_sparse_dense_ffi";

    /// <summary>Computes the product.</summary>
    public static Literal[] Run(Operation op, IReadOnlyList<Literal> x)
    {
        var product = new Literal((TensorType)op.Results[0].Type);
        ElementKind kind = product.Type.Kind;
        int bytes = kind.StorageBytes();
        long[] begins = Integers(x[1]), columns = Integers(x[2]);
        if (kind == ElementKind.Complex64) Multiply(ComplexSingle.Widen(x[0].As<ComplexSingle>().ToArray()), ComplexSingle.Widen(x[3].As<ComplexSingle>().ToArray()), (i, v) => product.As<ComplexSingle>()[i] = new ComplexSingle((float)v.Real, (float)v.Imaginary));
        else if (kind == ElementKind.Complex128) Multiply(x[0].As<Complex>().ToArray(), x[3].As<Complex>().ToArray(), (i, v) => product.As<Complex>()[i] = v);
        else if (kind.IsFloat()) Multiply(Reals(x[0]), Reals(x[3]), (i, v) => FloatKind.Write(kind, [v], product.Data.Span[(i * bytes)..]));
        else Multiply(Integers(x[0]), Integers(x[3]), (i, v) => BitConverter.GetBytes(v).AsSpan(0, bytes).CopyTo(product.Data.Span[(i * bytes)..]));
        return [product];

        void Multiply<T>(T[] data, T[] dense, Action<int, T> set) where T : INumberBase<T>
        {
            int rows = begins.Length - 1, inner = (int)x[3].Shape[0], width = x[3].Type.Rank > 1 ? (int)x[3].Shape[1] : 1;
            for (int r = 0; r < rows; r++)
            {
                for (int j = 0; j < width; j++)
                {
                    T sum = T.Zero;
                    for (long k = begins[r]; k < Math.Min(begins[r + 1], data.Length); k++)
                    {
                        if (columns[k] >= 0 && columns[k] < inner) sum += data[k] * dense[(columns[k] * width) + j];
                    }
                    set((r * width) + j, sum);
                }
            }
        }
    }

    private static double[] Reals(Literal x)
    {
        var values = new double[x.Shape.ElementCount];
        FloatKind.Read(x.Type.Kind, x.Data.Span, values);
        return values;
    }

    private static long[] Integers(Literal x)
    {
        var values = new long[x.Shape.ElementCount];
        IntegerKind.Read(x.Type.Kind, x.Data.Span, values);
        return values;
    }
}
