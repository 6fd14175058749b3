using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Codegen;

/// <summary>A loop in machine code.</summary>
internal sealed unsafe class NativeLoopCode : LoopCode
{
    private readonly NativeLoop _loop;

    public NativeLoopCode(LoopKernel kernel, NativeLoop loop) : base(kernel, 400_000) => _loop = loop;

    public override string? Obstacle => null;

    public override void Run(byte** buffers, long begin, long end) =>
        ((delegate* unmanaged<byte**, long, long, void>)_loop.Code.Address)(buffers, begin, end);
}

/// <summary>Code and constants of one emitted loop; loops that differ only in their buffers share one.</summary>
internal sealed unsafe class NativeLoop
{
    private byte* _constants;

    private NativeLoop(byte* constants) => _constants = constants;

    ~NativeLoop()
    {
        NativeMemory.AlignedFree(_constants);
        _constants = null;
    }

    /// <summary>The function.</summary>
    public ExecutableMemory Code { get; private set; } = null!;

    /// <summary>Emits a kernel; null when it has no form on the target.</summary>
    public static NativeLoop? Create(LoopKernel kernel, LoopTarget target, out string? obstacle)
    {
        // The address of the constants is an operand of the code, so their place is taken before their number is known.
        for (nuint bytes = 4096; ; bytes *= 8)
        {
            var memory = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
            var loop = new NativeLoop(memory);
            if (LoopEmitter.Emit(kernel, target, (nint)memory, out int[] constants, out obstacle) is not { } code)
            {
                return null;
            }
            if ((nuint)constants.Length * 4 + 64 <= bytes)
            {
                constants.CopyTo(new Span<int>(memory, constants.Length));
                loop.Code = new ExecutableMemory(code);
                return loop;
            }
        }
    }
}
