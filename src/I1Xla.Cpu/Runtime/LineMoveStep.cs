using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A loop that only moves elements, line by line, each by a kernel of its own; threads share lines, and parts of long ones.</summary>
internal abstract unsafe class LineMoveStep : Step
{
    private const long Block = 4096;

    /// <summary>So many bytes of the result are enough for a thread at once.</summary>
    protected const long GrainBytes = 1 << 16;

    private readonly LoopAccess _from, _to;
    private readonly int _source, _target;
    private readonly long _line, _rows, _block, _blocks;
    private readonly (long Size, long From, long To)[] _outer;

    /// <param name="move">The loop.</param>
    /// <param name="along">The variable of its lines.</param>
    /// <param name="inner">Variables within what lies along a line.</param>
    /// <param name="block">Steps along a line that are taken at once.</param>
    protected LineMoveStep(in ElementMove move, int along, int[] inner, long block = Block)
    {
        (LoopKernel kernel, LoopAccess from, LoopAccess to, int[] variables, _source, _target) = move;
        (_from, _to, Element) = (from, to, from.Kind.StorageBytes());
        _line = kernel.Extents[along];
        _outer = [.. variables.Where(v => v != along && !inner.Contains(v)).OrderByDescending(v => to.Coefficients[v]).Select(v => (kernel.Extents[v], from.Coefficients[v], to.Coefficients[v]))];
        _rows = _outer.Aggregate(1L, (n, d) => n * d.Size);
        _block = block;
        _blocks = (_line + block - 1) / block;
        (FromStep, ToStep) = (from.Coefficients[along], to.Coefficients[along]);
    }

    /// <summary>Size of an element in bytes.</summary>
    protected int Element { get; }

    /// <summary>Elements of the result.</summary>
    protected long Count => _rows * _line * ToStep;

    // Elements along a line from one to the next.
    private long FromStep { get; }

    private long ToStep { get; }

    /// <summary>Writes a part of a line; <see cref="StreamedCopy.Finish"/> follows.</summary>
    /// <param name="from">Where it starts in the operand.</param>
    /// <param name="to">Where it starts in the result.</param>
    /// <param name="count">Steps along the line.</param>
    protected abstract void Line(byte* from, byte* to, long count);

    private readonly struct Body(LineMoveStep step, byte* from, byte* to) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long b = begin; b < end;)
            {
                b += step.Write(from, to, b, end - b);
            }
            StreamedCopy.Finish();
        }
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* from = slots[_source] + (_from.Offset * Element), to = slots[_target] + (_to.Offset * Element);
        context.Pool.ParallelFor(_rows * _blocks, Math.Max(1, GrainBytes / (Math.Min(_line, _block) * ToStep * Element)), new Body(this, from, to));
    }

    // Writes parts of lines from one on, no further than lines that lie at the same distance from each other, and returns how many.
    private long Write(byte* from, byte* to, long part, long most)
    {
        (long row, long block) = Math.DivRem(part, _blocks);
        long count = 1;
        for (int d = _outer.Length - 1; d >= 0; d--)
        {
            (row, long at) = Math.DivRem(row, _outer[d].Size);
            from += at * _outer[d].From * Element;
            to += at * _outer[d].To * Element;
            if (d == _outer.Length - 1 && _blocks == 1)
            {
                count = Math.Min(most, _outer[d].Size - at);
            }
        }
        if (_blocks > 1)
        {
            long first = block * _block;
            Line(from + (first * FromStep * Element), to + (first * ToStep * Element), Math.Min(_block, _line - first));
            return 1;
        }
        (long fromNext, long toNext) = _outer.Length == 0 ? (0, 0) : (_outer[^1].From * Element, _outer[^1].To * Element);
        for (long line = 0; line < count; line++, from += fromNext, to += toNext)
        {
            Line(from, to, _line);
        }
        return count;
    }
}
