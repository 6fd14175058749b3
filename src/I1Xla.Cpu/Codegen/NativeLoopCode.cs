using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Codegen;

/// <summary>A loop in machine code.</summary>
internal sealed unsafe class NativeLoopCode : LoopCode
{
    private readonly NativeLoop _loop;

    public NativeLoopCode(LoopKernel kernel, NativeLoop loop) : base(kernel, 400_000) => _loop = loop;

    public override bool IsNative => true;

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

    /// <summary>Emits a kernel; null when it has no AVX-512 form.</summary>
    public static NativeLoop? Create(LoopKernel kernel)
    {
        NativeLoop? loop = null;
        byte[]? code = Avx512LoopEmitter.Emit(kernel, words =>
        {
            var memory = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(64, words.Length * 4 + 64), 64);
            words.CopyTo(new Span<int>(memory, words.Length));
            loop = new NativeLoop(memory);
            return (nint)memory;
        });
        if (code is null)
        {
            return null;
        }
        loop!.Code = new ExecutableMemory(code);
        return loop;
    }
}
