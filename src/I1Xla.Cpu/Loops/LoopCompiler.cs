using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Kernels;

namespace I1Xla.Cpu.Loops;

/// <summary>Makes loop kernels run on this machine: machine code where the generator has it, else portable code. Equal kernels share code.</summary>
internal sealed class LoopCompiler(IsaLevel isa)
{
    private readonly LoopTarget? _target = LoopTarget.For(isa);
    private readonly Dictionary<string, NativeLoop?> _known = [];

    /// <summary>The loop, ready to run.</summary>
    public LoopCode Compile(LoopKernel kernel)
    {
        if (_target is null)
        {
            return new PortableLoopCode(kernel);
        }
        string key = kernel.ToString();
        if (!_known.TryGetValue(key, out NativeLoop? loop))
        {
            loop = NativeLoop.Create(kernel, _target);
            _known.Add(key, loop);
        }
        return loop is null ? new PortableLoopCode(kernel) : new NativeLoopCode(kernel, loop);
    }
}
