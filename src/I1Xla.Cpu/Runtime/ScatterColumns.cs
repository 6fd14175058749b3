using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A scatter that combines whole rows into few: each thread owns columns of the result, keeps them in its second-level cache and goes through all updates in their own order.
/// So the updates are read once, one after the other, and need no ordering by row.
/// </summary>
internal sealed unsafe class ScatterColumns
{
    private const int Block = 512, Line = 64;

    // Half of a second-level cache; columns narrower than two lines cost more for the rows they belong to than for themselves.
    private const long MostBytes = 1 << 18, LeastLines = 2;

    [ThreadStatic]
    private static ScratchBuffer? t_columns;

    private readonly ScatterPlaces _places;
    private readonly long _rows, _bytes;
    private readonly HloOp _combine;
    private readonly ElementKind _kind;

    private ScatterColumns(ScatterPlaces places, long rows, HloOp combine, ElementKind kind) =>
        (_places, _rows, _combine, _kind, _bytes) = (places, rows, combine, kind, places.RowElements * kind.StorageBytes());

    /// <summary>Folds one run of elements into another.</summary>
    public interface ICombine
    {
        /// <summary>Folds <paramref name="count"/> elements.</summary>
        void Combine(byte* to, byte* from, long count);
    }

    /// <summary>Such a scatter; null where windows are not whole rows, updates replace, or there are fewer of them than rows.</summary>
    /// <param name="places">Its windows.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="combine">The monoid.</param>
    /// <param name="kind">Type of the elements.</param>
    public static ScatterColumns? TryCreate(ScatterPlaces places, long rows, HloOp combine, ElementKind kind) =>
        places.RowElements > 0 && combine != HloOp.Parameter && rows <= places.Count ? new ScatterColumns(places, rows, combine, kind) : null;

    /// <summary>Whether the columns of each thread of a pool are wide enough, and fit its cache.</summary>
    public bool Suits(WorkerPool pool) => Parts(pool) is > 0 and var parts && _rows * Pitch(parts) <= MostBytes;

    // Into how many parts the columns are cut; 0 where too many threads would have none.
    private long Parts(WorkerPool pool)
    {
        long parts = Math.Min(pool.ThreadCount, _bytes / (LeastLines * Line));
        return parts * 2 >= pool.ThreadCount ? parts : 0;
    }

    // Bytes from one row of a part to the next.
    private long Pitch(long parts) => ((Lines + parts - 1) / parts) * Line;

    private long Lines => (_bytes + Line - 1) / Line;

    /// <summary>Runs the scatter.</summary>
    /// <param name="pool">The threads, which it <see cref="Suits"/>.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="operand">The operand, whose rows start each <paramref name="operandStep"/> bytes.</param>
    /// <param name="operandStep">0 where all rows are one.</param>
    /// <param name="updates">The updates.</param>
    /// <param name="output">The result, which may be the operand.</param>
    /// <param name="combine">What combines elements where sums of vectors do not.</param>
    public void Run<TCombine>(WorkerPool pool, byte* indices, byte* operand, long operandStep, byte* updates, byte* output, TCombine combine)
        where TCombine : struct, ICombine
    {
        long parts = Parts(pool);
        pool.ParallelFor(parts, 1, new Body<TCombine>(this, indices, operand, operandStep, updates, output, parts, combine));
    }

    private readonly struct Body<TCombine>(ScatterColumns scatter, byte* indices, byte* operand, long operandStep, byte* updates, byte* output, long parts, TCombine combine) : IParallelBody
        where TCombine : struct, ICombine
    {
        public void Run(long begin, long end)
        {
            for (long part = begin; part < end; part++)
            {
                long first = scatter.Lines * part / parts * Line, last = Math.Min(scatter._bytes, scatter.Lines * (part + 1) / parts * Line);
                scatter.Columns(indices, operand + first, operandStep, updates + first, output + first, last - first, scatter.Pitch(parts), combine);
            }
        }
    }

    private void Columns<TCombine>(byte* indices, byte* operand, long operandStep, byte* updates, byte* output, long width, long pitch, TCombine combine)
        where TCombine : struct, ICombine
    {
        var columns = (byte*)(t_columns ??= new()).Ensure(_rows * pitch);
        for (long row = 0; row < _rows; row++)
        {
            Buffer.MemoryCopy(operand + (row * operandStep), columns + (row * pitch), width, width);
        }
        int* rows = stackalloc int[Block];
        for (long first = 0; first < _places.Count; first += Block)
        {
            int count = (int)Math.Min(Block, _places.Count - first);
            _places.FindRows(indices, first, count, rows);
            byte* from = updates + (first * _bytes);
            if (_combine == HloOp.Add && VectorSums(columns, pitch, from, rows, count, width))
            {
                continue;
            }
            for (int i = 0; i < count; i++, from += _bytes)
            {
                if (rows[i] >= 0)
                {
                    combine.Combine(columns + (rows[i] * pitch), from, width / _kind.StorageBytes());
                }
            }
        }
        for (long row = 0; row < _rows; row++)
        {
            Buffer.MemoryCopy(columns + (row * pitch), output + (row * _bytes), width, width);
        }
    }

    // False for elements that are not summed as they are.
    private bool VectorSums(byte* columns, long pitch, byte* updates, int* rows, int count, long width)
    {
        switch (_kind)
        {
            case ElementKind.F32: Sums<float>(columns, pitch, updates, _bytes, rows, count, width); return true;
            case ElementKind.F64: Sums<double>(columns, pitch, updates, _bytes, rows, count, width); return true;
            case ElementKind.I8 or ElementKind.UI8: Sums<byte>(columns, pitch, updates, _bytes, rows, count, width); return true;
            case ElementKind.I16 or ElementKind.UI16: Sums<ushort>(columns, pitch, updates, _bytes, rows, count, width); return true;
            case ElementKind.I32 or ElementKind.UI32: Sums<uint>(columns, pitch, updates, _bytes, rows, count, width); return true;
            case ElementKind.I64 or ElementKind.UI64: Sums<ulong>(columns, pitch, updates, _bytes, rows, count, width); return true;
            default: return false;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums<T>(byte* columns, long pitch, byte* updates, long updateStep, int* rows, int count, long width)
        where T : unmanaged, System.Numerics.IAdditionOperators<T, T, T>
    {
        for (int i = 0; i < count; i++, updates += updateStep)
        {
            if (rows[i] < 0)
            {
                continue;
            }
            byte* to = columns + (rows[i] * pitch);
            long at = 0;
            for (; at + 128 <= width; at += 128)
            {
                Add<T>(to + at, updates + at);
                Add<T>(to + at + 32, updates + at + 32);
                Add<T>(to + at + 64, updates + at + 64);
                Add<T>(to + at + 96, updates + at + 96);
            }
            for (; at + 32 <= width; at += 32)
            {
                Add<T>(to + at, updates + at);
            }
            for (; at < width; at += sizeof(T))
            {
                *(T*)(to + at) = unchecked(*(T*)(to + at) + *(T*)(updates + at));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(byte* to, byte* from)
        where T : unmanaged => (Vector256.Load((T*)to) + Vector256.Load((T*)from)).Store((T*)to);
}
