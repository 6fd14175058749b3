using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A plain f32 reduction down columns: rows are read from end to end and folded into a row of results that stays in the first-level
/// cache. Each column is folded in memory order, as the loop it replaces does.
/// </summary>
internal sealed unsafe class ColumnReduceStep : Step
{
    private const long ChunkColumns = 2048;
    private const long LeastColumns = 256;

    // Of fewer the loop reads all at once, each column folded in a register.
    private const long LeastRows = 12;

    private readonly int _source, _target;
    private readonly LoopOpcode _fold;
    private readonly long _rows, _rowStride, _columns, _sourceOffset, _targetOffset;
    private readonly long[] _outerSizes, _outerSource, _outerTarget;

    private ColumnReduceStep(LoopKernel kernel, LoopAccess from, LoopAccess to, LoopOpcode fold, int source, int target)
    {
        int rows = kernel.Stages[0].Loops[0], columns = kernel.Outer[^1];
        (_source, _target, _fold) = (source, target, fold);
        (_rows, _rowStride, _columns) = (kernel.Extents[rows], from.Coefficients[rows], kernel.Extents[columns]);
        (_sourceOffset, _targetOffset) = (from.Offset, to.Offset);
        _outerSizes = [.. kernel.Outer[..^1].Select(v => kernel.Extents[v])];
        _outerSource = [.. kernel.Outer[..^1].Select(v => from.Coefficients[v])];
        _outerTarget = [.. kernel.Outer[..^1].Select(v => to.Coefficients[v])];
    }

    /// <summary>A step for a kernel that is such a reduction of at least a few hundred columns and a dozen rows; null when it is not.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    /// <param name="name">Name of the step.</param>
    /// <param name="bytes">Bytes it reads and writes.</param>
    public static ColumnReduceStep? TryCreate(LoopKernel kernel, int[] slots, string name, long bytes)
    {
        if (!kernel.VectorIsOuter || !Vector256.IsHardwareAccelerated
            || kernel.Stages is not [
            { Loops.Length: 1, Body: [{ Op: LoopOpcode.Load, Lane: Lane.F32 } load, { Op: LoopOpcode.Reduce, A: 0 } reduce] },
            { Loops.Length: 0, Body: [{ Op: LoopOpcode.GetSlot } result, { Op: LoopOpcode.Store, A: 0 } store] }]
            || result.Index != reduce.Index)
        {
            return null;
        }
        LoopAccess from = kernel.Accesses[load.Index], to = kernel.Accesses[store.Index];
        int rows = kernel.Stages[0].Loops[0], columns = kernel.Outer[^1];
        var fold = (LoopOpcode)reduce.Bits;
        bool fits = from.Kind == ElementKind.F32 && to.Kind == ElementKind.F32 && from.Buffer >= 0 && to.Buffer >= 0 && from.Buffer != to.Buffer
            && from.Coefficients[columns] == 1 && to.Coefficients[columns] == 1 && to.Coefficients[rows] == 0
            && kernel.Extents[columns] >= LeastColumns && kernel.Extents[rows] >= LeastRows && fold is LoopOpcode.FAdd or LoopOpcode.FMul;
        return fits ? new ColumnReduceStep(kernel, from, to, fold, slots[from.Buffer], slots[to.Buffer]) { Name = name, Bytes = bytes } : null;
    }

    private readonly struct Body(ColumnReduceStep step, float* source, float* target, long chunks, long chunk) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long unit = begin; unit < end; unit++)
            {
                (long outer, long part) = Math.DivRem(unit, chunks);
                float* from = source, to = target;
                for (int d = step._outerSizes.Length - 1; d >= 0; d--)
                {
                    (outer, long at) = Math.DivRem(outer, step._outerSizes[d]);
                    from += at * step._outerSource[d];
                    to += at * step._outerTarget[d];
                }
                long first = part * chunk, count = Math.Min(chunk, step._columns - first);
                if (step._fold == LoopOpcode.FAdd)
                {
                    Fold<Sum>(from + first, step._rowStride, step._rows, count, to + first);
                }
                else
                {
                    Fold<Product>(from + first, step._rowStride, step._rows, count, to + first);
                }
            }
        }
    }

    public override double Work => 3.0 * Outer * _rows * _columns;

    private long Outer => _outerSizes.Aggregate(1L, (n, s) => n * s);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        (Body body, long units, long grain) = Units(slots, context.Pool.ThreadCount);
        context.Pool.ParallelFor(units, grain, body);
    }

    public override int Pieces(int threads)
    {
        (_, long units, long grain) = Units(null, threads);
        return (int)Math.Min((units + grain - 1) / grain, 2L * threads);
    }

    public override void RunPiece(byte** slots, byte* arena, ExecutionContext context, int piece, int pieces)
    {
        (Body body, long units, _) = Units(slots, context.Pool.ThreadCount);
        body.Run(units * piece / pieces, units * (piece + 1) / pieces);
    }

    private (Body Body, long Units, long Grain) Units(byte** slots, int threads)
    {
        // Enough pieces for every thread, of whole cache lines.
        long wanted = Math.Max((_columns + ChunkColumns - 1) / ChunkColumns, Math.Min((2L * threads + Outer - 1) / Outer, _columns / (LeastColumns / 2)));
        long chunk = ((_columns + wanted - 1) / wanted + 15) / 16 * 16;
        long chunks = (_columns + chunk - 1) / chunk;
        long grain = Math.Max(1, (1 << 16) / Math.Max(1, _rows * chunk));
        Body body = slots is null ? default : new Body(this, (float*)slots[_source] + _sourceOffset, (float*)slots[_target] + _targetOffset, chunks, chunk);
        return (body, Outer * chunks, grain);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fold<TOp>(float* from, long stride, long rows, long count, float* to)
        where TOp : struct, IFold
    {
        new Span<float>(to, (int)count).Fill(TOp.Identity);
        long row = 0, next = 4 * stride;
        // Short pieces of rows far apart are no pattern to the processor's own prefetching.
        bool ahead = Sse.IsSupported;
        for (; row + 4 <= rows; row += 4, from += 4 * stride)
        {
            float* b = from + stride, c = b + stride, d = c + stride;
            long j = 0;
            for (; j + 16 <= count; j += 16)
            {
                if (ahead)
                {
                    Sse.Prefetch0(from + next + j);
                    Sse.Prefetch0(b + next + j);
                    Sse.Prefetch0(c + next + j);
                    Sse.Prefetch0(d + next + j);
                }
                if (Vector512.IsHardwareAccelerated)
                {
                    Vector512<float> sum = TOp.Of(TOp.Of(Vector512.Load(to + j), Vector512.Load(from + j)), Vector512.Load(b + j));
                    TOp.Of(TOp.Of(sum, Vector512.Load(c + j)), Vector512.Load(d + j)).Store(to + j);
                    continue;
                }
                for (long half = j; half <= j + 8; half += 8)
                {
                    Vector256<float> sum = TOp.Of(TOp.Of(Vector256.Load(to + half), Vector256.Load(from + half)), Vector256.Load(b + half));
                    TOp.Of(TOp.Of(sum, Vector256.Load(c + half)), Vector256.Load(d + half)).Store(to + half);
                }
            }
            for (; j < count; j++)
            {
                to[j] = TOp.Of(TOp.Of(TOp.Of(TOp.Of(to[j], from[j]), b[j]), c[j]), d[j]);
            }
        }
        for (; row < rows; row++, from += stride)
        {
            for (long j = 0; j < count; j++)
            {
                to[j] = TOp.Of(to[j], from[j]);
            }
        }
    }

    private interface IFold
    {
        static abstract float Identity { get; }

        static abstract float Of(float a, float b);

        static abstract Vector256<float> Of(Vector256<float> a, Vector256<float> b);

        static abstract Vector512<float> Of(Vector512<float> a, Vector512<float> b);
    }

    private readonly struct Sum : IFold
    {
        public static float Identity => 0;

        public static float Of(float a, float b) => a + b;

        public static Vector256<float> Of(Vector256<float> a, Vector256<float> b) => a + b;

        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) => a + b;
    }

    private readonly struct Product : IFold
    {
        public static float Identity => 1;

        public static float Of(float a, float b) => a * b;

        public static Vector256<float> Of(Vector256<float> a, Vector256<float> b) => a * b;

        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) => a * b;
    }
}
