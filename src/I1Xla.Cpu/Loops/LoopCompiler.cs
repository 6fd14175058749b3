using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Kernels;

namespace I1Xla.Cpu.Loops;

/// <summary>Makes loop kernels run on this machine: machine code where the generator has it, else portable code. Equal kernels share code.</summary>
/// <param name="isa">The instructions that may be used.</param>
/// <param name="streamBytes">See <see cref="CpuCompileOptions.StreamBytes"/>.</param>
/// <param name="grainDivisor">See <see cref="Threading.WorkerPool.GrainDivisor"/>.</param>
internal sealed class LoopCompiler(IsaLevel isa, long streamBytes, int grainDivisor)
{
    private readonly LoopTarget? _target = LoopTarget.For(isa);
    private readonly Dictionary<string, (NativeLoop? Loop, string? Obstacle)> _known = [];
    private readonly Dictionary<LoopKernel, (NativeLoop? Loop, string? Obstacle)> _same = new(ReferenceEqualityComparer.Instance);

    /// <summary>The loop, ready to run.</summary>
    /// <param name="kernel">The loop.</param>
    /// <param name="bufferBytes">Size of each of its buffers, 0 for those that stay in the caches; null when all do.</param>
    public LoopCode Compile(LoopKernel kernel, IReadOnlyList<long>? bufferBytes = null)
    {
        if (_target is null)
        {
            return new PortableLoopCode(kernel, "that is what was asked for, or all that this machine has", grainDivisor);
        }
        if (!_same.TryGetValue(kernel, out (NativeLoop? Loop, string? Obstacle) known))
        {
            MemoryHints hints = bufferBytes is null ? MemoryHints.None(kernel) : MemoryHints.Of(kernel, bufferBytes, streamBytes, !_target.BroadcastsWords);
            string key = $"{kernel}{hints}";
            if (!_known.TryGetValue(key, out known))
            {
                known = (NativeLoop.Create(kernel, _target, hints, out string? obstacle), obstacle);
                _known.Add(key, known);
            }
            _same.Add(kernel, known);
        }
        return known.Loop is null ? new PortableLoopCode(kernel, known.Obstacle!, grainDivisor) : new NativeLoopCode(kernel, known.Loop, grainDivisor);
    }
}
