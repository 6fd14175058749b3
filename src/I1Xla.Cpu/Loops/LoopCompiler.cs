using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Kernels;

namespace I1Xla.Cpu.Loops;

/// <summary>Makes loop kernels run on this machine: machine code where the generator has it, else portable code. Equal kernels share code.</summary>
internal sealed class LoopCompiler(IsaLevel isa)
{
    private readonly LoopTarget? _target = LoopTarget.For(isa);
    private readonly Dictionary<string, (NativeLoop? Loop, string? Obstacle)> _known = [];
    private readonly Dictionary<LoopKernel, (NativeLoop? Loop, string? Obstacle)> _same = new(ReferenceEqualityComparer.Instance);

    /// <summary>The loop, ready to run.</summary>
    public LoopCode Compile(LoopKernel kernel)
    {
        if (_target is null)
        {
            return new PortableLoopCode(kernel, "that is what was asked for, or all that this machine has");
        }
        if (!_same.TryGetValue(kernel, out (NativeLoop? Loop, string? Obstacle) known))
        {
            string key = kernel.ToString();
            if (!_known.TryGetValue(key, out known))
            {
                known = (NativeLoop.Create(kernel, _target, out string? obstacle), obstacle);
                _known.Add(key, known);
            }
            _same.Add(kernel, known);
        }
        return known.Loop is null ? new PortableLoopCode(kernel, known.Obstacle!) : new NativeLoopCode(kernel, known.Loop);
    }
}
