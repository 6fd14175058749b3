using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>
    /// Matrix product as <c>numpy.matmul</c>: the last two dimensions multiply, dimensions before them broadcast, a vector
    /// is a row on the left and a column on the right.
    /// </summary>
    /// <param name="a">Left operand, (…, m, k) or (k).</param>
    /// <param name="b">Right operand, (…, k, n) or (k).</param>
    /// <param name="precision">Multiplication precision.</param>
    /// <param name="preferredType">The kind in which products are accumulated and returned; that of the operands when not given.</param>
    public static Tensor MatMul(Tensor a, Tensor b, Precision precision = Precision.Default, ElementKind? preferredType = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = PromoteKinds(a, b);
        if (a.Rank == 0 || b.Rank == 0)
        {
            throw Tracer.Error("matmul", $"operands need at least one dimension, found shapes {a.Shape} and {b.Shape}");
        }
        int contractA = a.Rank - 1, contractB = Math.Max(b.Rank - 2, 0);
        if (a.Shape[contractA] != b.Shape[contractB])
        {
            throw Tracer.Error("matmul", $"shapes {a.Shape} and {b.Shape} do not fit: inner sizes {a.Shape[contractA]} and {b.Shape[contractB]}");
        }
        int batchA = Math.Max(a.Rank - 2, 0), batchB = Math.Max(b.Rank - 2, 0);
        if (batchB == 0)
        {
            // One matrix for all: the left's dimensions are all free.
            return Hlo.DotGeneral(a, b, new DotDimensionNumbersAttr([], [], [contractA], [contractB]), preferredType, precision);
        }
        if (batchA == 0)
        {
            // (m, k) x (…, k, n): the result comes as (m, …, n).
            Tensor product = Hlo.DotGeneral(a, b, new DotDimensionNumbersAttr([], [], [contractA], [contractB]), preferredType, precision);
            return a.Rank == 1 ? product : MoveAxis(product, 0, -2);
        }
        Shape batch = BroadcastShapes("matmul", Shape.Create(a.Shape.Dims[..batchA]), Shape.Create(b.Shape.Dims[..batchB]));
        a = Hlo.BroadcastTo(a, [.. batch.Dims, .. a.Shape.Dims[batchA..]]);
        b = Hlo.BroadcastTo(b, [.. batch.Dims, .. b.Shape.Dims[batchB..]]);
        long[] shared = [.. Enumerable.Range(0, batch.Rank).Select(i => (long)i)];
        return Hlo.DotGeneral(a, b, new DotDimensionNumbersAttr([.. shared], [.. shared], [batch.Rank + 1], [batch.Rank]), preferredType, precision);
    }

    /// <summary><c>numpy.dot</c>: the last dimension of a with the second to last of b (its only one, of a vector); no batching.</summary>
    public static Tensor Dot(Tensor a, Tensor b, Precision precision = Precision.Default, ElementKind? preferredType = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (a.Rank == 0 || b.Rank == 0)
        {
            return Binary(HloOps.Multiply, "dot", a, b);
        }
        (a, b) = PromoteKinds(a, b);
        int contractB = Math.Max(b.Rank - 2, 0);
        if (a.Shape[a.Rank - 1] != b.Shape[contractB])
        {
            throw Tracer.Error("dot", $"shapes {a.Shape} and {b.Shape} do not fit: inner sizes {a.Shape[a.Rank - 1]} and {b.Shape[contractB]}");
        }
        return Hlo.DotGeneral(a, b, new DotDimensionNumbersAttr([], [], [a.Rank - 1], [contractB]), preferredType, precision);
    }

    /// <summary>Outer product of two vectors.</summary>
    public static Tensor Outer(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Multiply, "outer", Hlo.Reshape(a, [a.Size, 1]), Hlo.Reshape(b, [1, b.Size]));
    }

    /// <summary>
    /// Einstein summation: <c>Einsum("bqhd,bkhd->bhqk", q, k)</c>. Operands are contracted from the left; transposes are
    /// folded into the dimension numbers of <c>dot_general</c>, and the side order is chosen so that the result needs none
    /// where that is possible. A letter that stands twice in an operand takes the diagonal; <c>...</c> stands for batch
    /// dimensions, which broadcast.
    /// </summary>
    public static Tensor Einsum(string equation, Tensor a, Tensor b, Precision precision = Precision.Default, ElementKind? preferredType = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Contraction.Einsum(equation, [a, b], precision, preferredType);
    }

    /// <summary>Einstein summation of one operand: transposes and sums.</summary>
    public static Tensor Einsum(string equation, Tensor a, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Contraction.Einsum(equation, [a], Precision.Default, null);
    }

    /// <summary>Einstein summation of any number of operands.</summary>
    public static Tensor Einsum(string equation, ReadOnlySpan<Tensor> operands, Precision precision = Precision.Default, ElementKind? preferredType = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Contraction.Einsum(equation, operands, precision, preferredType);
    }

    internal static (Tensor, Tensor) PromoteKinds(Tensor a, Tensor b)
    {
        (ElementKind kind, bool weak) = Promotion.Join(a.DType, a.IsWeak, b.DType, b.IsWeak);
        return (Hlo.Convert(a, kind, weak), Hlo.Convert(b, kind, weak));
    }
}
