using System.Runtime.InteropServices;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Packs right operands that are constants once, when a program is compiled, instead of at every execution.</summary>
internal static unsafe class ConstantWeights
{
    // What the kernels may read past the end.
    private const int Slack = 128;

    /// <summary>The packed operand, or null where it is no constant or the product would read it unpacked.</summary>
    /// <param name="product">The product; the data pointer of B is an offset in bytes.</param>
    /// <param name="right">What B is a view of.</param>
    /// <param name="isa">The instructions of the product.</param>
    public static PackedMatrix? TryPack(in MatmulProblem product, HloNode right, IsaLevel isa)
    {
        if (right.Op != HloOp.Constant || right.IsSplat || !MatmulKernel.UsesPackedB(product, isa))
        {
            return null;
        }
        ReadOnlySpan<byte> data = Literal.FromDense(new DenseElementsAttr(right.Type, right.Constant!.Data, false)).Data.Span;
        byte* copy = (byte*)NativeMemory.AlignedAlloc((nuint)data.Length + Slack, 64);
        try
        {
            data.CopyTo(new Span<byte>(copy, data.Length));
            MatrixOperand b = product.B;
            b.Data = copy + (long)b.Data;
            return PackedMatrix.Pack(b, product.K, product.N, product.A.Type, product.WidenBf16, isa);
        }
        finally
        {
            NativeMemory.AlignedFree(copy);
        }
    }
}
