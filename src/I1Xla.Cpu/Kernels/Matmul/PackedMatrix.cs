using System.Runtime.InteropServices;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>A right operand packed once for many matmuls (constant weights): the panels the micro-kernel reads, for every block of k.</summary>
public sealed unsafe class PackedMatrix : IDisposable
{
    private void* _data;

    private PackedMatrix(void* data, MatmulPlan plan, long k, long n)
    {
        _data = data;
        Plan = plan;
        K = k;
        N = n;
    }

    /// <summary>Frees the memory of matrices that nobody disposed.</summary>
    ~PackedMatrix() => Free();

    /// <summary>Rows of B.</summary>
    public long K { get; }

    /// <summary>Columns of B.</summary>
    public long N { get; }

    internal MatmulPlan Plan { get; }

    internal byte* Data => (byte*)_data;

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private init; }

    /// <summary>Packs B for multiplication by an A of type <paramref name="aType"/>. Uses the machine's current instruction set.</summary>
    public static PackedMatrix Pack(in MatrixOperand b, long k, long n, MatmulType aType, bool widenBf16 = false) => Pack(b, k, n, aType, widenBf16, CpuIsa.Current);

    internal static PackedMatrix Pack(in MatrixOperand b, long k, long n, MatmulType aType, bool widenBf16, IsaLevel isa)
    {
        MatmulPlan plan = MatmulPlan.Create(aType, b.Type, k, widenBf16, isa);
        long padded = (n + plan.Kernels.Lanes - 1) / plan.Kernels.Lanes * plan.Kernels.Lanes;
        long blocks = (k + plan.KBlock - 1) / plan.KBlock, bytes = Math.Max(padded * plan.RowsOf(plan.KBlock) * blocks * plan.StepBytes, 1);
        void* data = NativeMemory.AlignedAlloc((nuint)bytes + 128, 64);
        for (long pc = 0; pc < k; pc += plan.KBlock)
        {
            long kc = Math.Min(plan.KBlock, k - pc);
            plan.PackB(b, pc, kc, 0, n, (byte*)data + plan.RowsBefore(pc) * padded * plan.StepBytes);
        }
        return new PackedMatrix(data, plan, k, n) { Bytes = bytes };
    }

    /// <summary>Frees the packed copy; no matmul may be using it.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    internal byte* Panel(long pc, long kc, long column)
    {
        int lanes = Plan.Kernels.Lanes;
        long padded = (N + lanes - 1) / lanes * lanes;
        return Data + (Plan.RowsBefore(pc) * padded + Plan.RowsOf(kc) * column) * Plan.StepBytes;
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
    }
}
