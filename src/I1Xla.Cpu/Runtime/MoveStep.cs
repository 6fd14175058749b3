using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A loop that only moves elements, and that a copy does better: neighbours in memory differ between source and target, rows change places in a large result, elements are bytes, narrower than a lane, or a few of them move as one.
/// </summary>
internal sealed unsafe class MoveStep : Step
{
    private const long LeastRow = 32, LeastBytes = 1 << 16;

    private readonly LoopAccess _from, _to;
    private readonly int _source, _target, _element;
    private readonly long[] _sizes, _fromStrides, _toStrides;
    private readonly IsaLevel _isa;

    private MoveStep(LoopKernel kernel, LoopAccess from, LoopAccess to, int unit, int source, int target, IsaLevel isa)
    {
        (_from, _to, _source, _target, _isa) = (from, to, source, target, isa);
        int[] used = Used(kernel);
        long whole = Whole(kernel, unit);
        // The outermost dimension of the target first, which is the one that is cut into pieces.
        used = [.. used.Where(v => v != unit).OrderByDescending(v => to.Coefficients[v])];
        _element = from.Kind.StorageBytes() * (int)whole;
        _sizes = [.. used.Select(v => kernel.Extents[v])];
        _fromStrides = [.. used.Select(v => from.Coefficients[v] / whole)];
        _toStrides = [.. used.Select(v => to.Coefficients[v] / whole)];
    }

    private static int[] Used(LoopKernel kernel) => [.. kernel.Outer, .. kernel.Stages[0].Loops];

    // The loop over a few neighbours that stay neighbours, and move as one (complex numbers, the colours of a picture); -1 where there is none.
    private static int Unit(LoopKernel kernel, LoopAccess from, LoopAccess to)
    {
        int[] used = Used(kernel);
        int at = Array.FindIndex(used, v => kernel.Extents[v] is 2 or 3 or 4 && from.Coefficients[v] == 1 && to.Coefficients[v] == 1);
        return at >= 0 && kernel.Extents[used[at]] is var unit && StridedCopy.Moves(from.Kind.StorageBytes() * unit)
            && used.All(v => v == used[at] || (from.Coefficients[v] % unit == 0 && to.Coefficients[v] % unit == 0)) ? used[at] : -1;
    }

    /// <summary>A step for a kernel that is such a move; null when it is not.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    /// <param name="name">Name of the step.</param>
    /// <param name="bytes">Bytes it moves.</param>
    /// <param name="isa">The instructions it may use.</param>
    public static MoveStep? TryCreate(LoopKernel kernel, int[] slots, string name, long bytes, IsaLevel isa)
    {
        if (ElementMove.Of(kernel, slots) is not { From: var from, To: var to } move)
        {
            return null;
        }
        int unit = Unit(kernel, from, to);
        long whole = Whole(kernel, unit);
        var step = new MoveStep(kernel, from, to, unit, move.Source, move.Target, isa) { Name = name, Bytes = bytes };
        // Of more than two neighbours that move as one, lanes would hold no others.
        return whole > 2 || IsTransposed(kernel, from, to, whole) || IsNarrow(kernel, from, to) || StridedCopy.MovesRows(step._element, step._sizes, step._fromStrides, step._toStrides) ? step : null;
    }

    // Elements that move as one.
    private static long Whole(LoopKernel kernel, int unit) => unit < 0 ? 1 : kernel.Extents[unit];

    private static bool IsTransposed(LoopKernel kernel, LoopAccess from, LoopAccess to, long step)
    {
        int[] used = Used(kernel);
        int across = Array.FindIndex(used, v => from.Coefficients[v] == step && kernel.Extents[v] >= 4), along = Array.FindIndex(used, v => to.Coefficients[v] == step && kernel.Extents[v] >= 4);
        return across >= 0 && along >= 0 && across != along;
    }

    private static bool IsNarrow(LoopKernel kernel, LoopAccess from, LoopAccess to)
    {
        int[] used = Used(kernel);
        int row = Array.FindIndex(used, v => to.Coefficients[v] == 1 && kernel.Extents[v] >= LeastRow);
        return from.Kind.StorageBytes() == 1 && row >= 0 && from.Coefficients[used[row]] is >= -1 and <= 2 && used.Aggregate(1L, (n, v) => n * kernel.Extents[v]) >= LeastBytes;
    }

    public override double Work => (double)_sizes.Aggregate(1L, (n, s) => n * s);

    public override void Run(byte** slots, byte* arena, ExecutionContext context) => Move(slots, context, 0, _sizes.Length == 0 ? 1 : _sizes[0]);

    public override int Pieces(int threads) => _sizes.Length == 0 ? 1 : (int)Math.Clamp(_sizes[0] / (_sizes.Length == 1 ? LeastBytes : 1), 1, 2L * threads);

    public override void RunPiece(byte** slots, byte* arena, ExecutionContext context, int piece, int pieces)
    {
        long size = _sizes.Length == 0 ? 1 : _sizes[0];
        Move(slots, context, size * piece / pieces, size * (piece + 1) / pieces);
    }

    // A range of the first dimension.
    private void Move(byte** slots, ExecutionContext context, long begin, long end)
    {
        int one = _from.Kind.StorageBytes();
        byte* from = slots[_source] + (_from.Offset * one), to = slots[_target] + (_to.Offset * one);
        if (_sizes.Length == 0)
        {
            StridedCopy.Run(from, to, _element, [], [], [], context.Pool, _isa);
            return;
        }
        Span<long> sizes = stackalloc long[_sizes.Length];
        _sizes.CopyTo(sizes);
        sizes[0] = end - begin;
        StridedCopy.Run(from + (begin * _fromStrides[0] * _element), to + (begin * _toStrides[0] * _element), _element, sizes, _fromStrides, _toStrides, context.Pool, _isa);
    }
}
