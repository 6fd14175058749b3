using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Tests.Kernels.Tiles;

/// <summary>While it lives, kernels on tiles run in a <see cref="TileMachine"/> of each thread.</summary>
internal sealed unsafe class InterpretedTiles : IDisposable
{
    [ThreadStatic]
    private static TileMachine? t_machine;

    private long _calls;

    public InterpretedTiles() => TileKernels.Substitute = (code, args) =>
    {
        Interlocked.Increment(ref _calls);
        (t_machine ??= new TileMachine()).Call(code, args);
    };

    /// <summary>The level whose products can be interpreted: packing and the products compared with take AVX-512 with BF16, so that there is none without it.</summary>
    public static IEnumerable<IsaLevel> Levels => CpuIsa.Detected >= IsaLevel.Avx512Bf16 ? [IsaLevel.Avx512Amx] : [];

    /// <summary>Kernels that ran.</summary>
    public long Calls => Volatile.Read(ref _calls);

    public void Dispose() => TileKernels.Substitute = null;
}
