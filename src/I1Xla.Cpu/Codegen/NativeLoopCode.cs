using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Codegen;

/// <summary>A loop in machine code.</summary>
/// <param name="kernel">The loop.</param>
/// <param name="loop">Its code.</param>
/// <param name="grainDivisor">See <see cref="Threading.WorkerPool.GrainDivisor"/>.</param>
internal sealed unsafe class NativeLoopCode(LoopKernel kernel, NativeLoop loop, int grainDivisor = 1) : LoopCode(kernel, 400_000.0 / grainDivisor)
{
    public override string? Obstacle => null;

    public override string ToString() => $"machine code{(loop.Streams ? ", results past the caches" : "")}";

    public override bool CanBind => Kernel.ScratchBytes == 0;

    public override nint Address(byte** buffers) => (nint)loop.For(buffers).Address;

    public override nint Function => loop.Streams ? 0 : Address(null);

    protected override void RunUnits(byte** buffers, long begin, long end) => ((delegate* unmanaged<byte**, long, long, void>)Address(buffers))(buffers, begin, end);
}

/// <summary>Code and constants of one emitted loop; loops that differ only in their buffers share one.</summary>
internal sealed unsafe class NativeLoop
{
    private readonly LoopKernel _kernel;
    private readonly LoopTarget _target;
    private readonly int[] _streamed;
    private byte* _constants;
    private ExecutableMemory _code = null!;
    private NativeLoop? _plain;

    private NativeLoop(LoopKernel kernel, LoopTarget target, MemoryHints hints, byte* constants)
    {
        (_kernel, _target, _streamed) = (kernel, target, [.. hints.Buffers(kernel)]);
        _constants = constants;
    }

    ~NativeLoop()
    {
        NativeMemory.AlignedFree(_constants);
        _constants = null;
    }

    /// <summary>Whether results go past the caches.</summary>
    public bool Streams => _streamed.Length > 0;

    /// <summary>The function. Streamed stores need whole cache lines: where the caller's memory starts elsewhere, that without them.</summary>
    public ExecutableMemory For(byte** buffers)
    {
        foreach (int buffer in _streamed)
        {
            if (((nint)buffers[buffer] & 63) != 0)
            {
                return LazyInitializer.EnsureInitialized(ref _plain, () => Create(_kernel, _target, MemoryHints.None(_kernel), out _)!)._code;
            }
        }
        return _code;
    }

    /// <summary>Emits a kernel; null when it has no form on the target.</summary>
    public static NativeLoop? Create(LoopKernel kernel, LoopTarget target, MemoryHints hints, out string? obstacle)
    {
        // The address of the constants is an operand of the code, so their place is taken before their number is known.
        for (nuint bytes = 4096; ; bytes *= 8)
        {
            var memory = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
            var loop = new NativeLoop(kernel, target, hints, memory);
            if (LoopEmitter.Emit(kernel, target, hints, (nint)memory, out int[] constants, out obstacle) is not { } code)
            {
                return null;
            }
            if ((nuint)constants.Length * 4 + 64 <= bytes)
            {
                constants.CopyTo(new Span<int>(memory, constants.Length));
                loop._code = new ExecutableMemory(code);
                return loop;
            }
        }
    }
}
