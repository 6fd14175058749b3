using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A loop that only moves elements, of lines in which each stands several times (<see cref="RepeatedElements"/>).</summary>
internal sealed unsafe class RepeatStep : Step
{
    // Shorter lines are no work for a kernel.
    private const long LeastLine = 16;

    private const long Block = 4096;

    private readonly LoopAccess _from, _to;
    private readonly int _source, _target, _element;
    private readonly long _line, _times, _rows, _blocks;
    private readonly (long Size, long From, long To)[] _outer;
    private readonly bool _streams;

    private RepeatStep(LoopKernel kernel, LoopAccess from, LoopAccess to, int along, int again, int[] outer, int source, int target)
    {
        (_from, _to, _source, _target, _element) = (from, to, source, target, from.Kind.StorageBytes());
        (_line, _times) = (kernel.Extents[along], kernel.Extents[again]);
        _outer = [.. outer.OrderByDescending(v => to.Coefficients[v]).Select(v => (kernel.Extents[v], from.Coefficients[v], to.Coefficients[v]))];
        _rows = _outer.Aggregate(1L, (n, d) => n * d.Size);
        _blocks = (_line + Block - 1) / Block;
        _streams = _rows * _line * _times * _element >= StreamedCopy.LeastBytes;
    }

    /// <summary>A step for a kernel that is such a move; null when it is not.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    /// <param name="name">Name of the step.</param>
    /// <param name="bytes">Bytes it moves.</param>
    /// <param name="isa">The instructions it may use.</param>
    public static RepeatStep? TryCreate(LoopKernel kernel, int[] slots, string name, long bytes, IsaLevel isa)
    {
        if (isa < IsaLevel.Avx2 || kernel.Stages is not [{ Body: [{ Op: LoopOpcode.Load } load, { Op: LoopOpcode.Store, A: 0 } store] } stage])
        {
            return null;
        }
        LoopAccess from = kernel.Accesses[load.Index], to = kernel.Accesses[store.Index];
        int[] used = [.. kernel.Outer, .. stage.Loops];
        int again = Find(v => from.Coefficients[v] == 0 && to.Coefficients[v] == 1), along = again < 0 ? -1 : Find(v => from.Coefficients[v] == 1 && to.Coefficients[v] == kernel.Extents[again]);
        if (along < 0 || from.Buffer < 0 || to.Buffer < 0 || from.Buffer == to.Buffer || from.Kind != to.Kind || kernel.Extents[along] < LeastLine
            || !RepeatedElements.Suits(from.Kind.StorageBytes(), kernel.Extents[again]))
        {
            return null;
        }
        int[] outer = [.. used.Where(v => v != again && v != along)];
        return Array.TrueForAll(outer, v => to.Coefficients[v] > 0) ? new RepeatStep(kernel, from, to, along, again, outer, slots[from.Buffer], slots[to.Buffer]) { Name = name, Bytes = bytes } : null;

        int Find(Predicate<int> holds) => Array.FindIndex(used, holds) is >= 0 and var at ? used[at] : -1;
    }

    private readonly struct Body(RepeatStep step, byte* from, byte* to) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            int* places = stackalloc int[RepeatedElements.MostPlaces];
            int words = RepeatedElements.Plan(places, step._element, step._times);
            for (long b = begin; b < end; b++)
            {
                (long row, long block) = Math.DivRem(b, step._blocks);
                step.Write(from, to, row, block * Block, words, places);
            }
            StreamedCopy.Finish();
        }
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* from = slots[_source] + (_from.Offset * _element), to = slots[_target] + (_to.Offset * _element);
        long work = Math.Min(_line, Block) * _times * _element;
        context.Pool.ParallelFor(_rows * _blocks, Math.Max(1, (1 << 16) / work), new Body(this, from, to));
    }

    private void Write(byte* from, byte* to, long row, long first, int words, int* places)
    {
        for (int d = _outer.Length - 1; d >= 0; d--)
        {
            (row, long at) = Math.DivRem(row, _outer[d].Size);
            from += at * _outer[d].From * _element;
            to += at * _outer[d].To * _element;
        }
        RepeatedElements.Run(from + (first * _element), to + (first * _times * _element), Math.Min(Block, _line - first), _element, words, places, _streams);
    }
}
