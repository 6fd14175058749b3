using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A scatter of whole rows, row by row of the result: the updates are ordered by the row they go to, those of one row staying in their own order. So each row is
/// written once, on any number of threads.
/// </summary>
internal sealed unsafe class ScatterRows
{
    private const int Block = 512, MostFetchedBytes = 1024, RowsAhead = 3;
    private const long GrainBytes = 1 << 17, LeastUpdates = 32768, LeastRowBytes = 64;

    [ThreadStatic]
    private static ScratchBuffer? t_order;

    private readonly ScatterPlaces _places;
    private readonly long _rows, _bytes;

    private ScatterRows(ScatterPlaces places, long rows, int elementBytes) =>
        (_places, _rows, _bytes) = (places, rows, places.RowElements * elementBytes);

    /// <summary>What becomes of a row.</summary>
    public interface ICombine
    {
        /// <summary>Writes row <paramref name="row"/> of the result.</summary>
        /// <param name="row">The row, whether it has updates or not.</param>
        /// <param name="list">Which rows of the updates come, in order.</param>
        /// <param name="count">How many.</param>
        void Row(long row, int* list, int count);
    }

    /// <summary>The rows of a scatter that is worth ordering; null where windows are not whole rows, rows are short or updates are few.</summary>
    public static ScatterRows? TryCreate(ScatterPlaces places, long rows, int elementBytes) =>
        places.RowElements * elementBytes >= LeastRowBytes && places.Count <= int.MaxValue && rows < int.MaxValue && rows <= 4 * places.Count && places.Count * places.RowElements >= LeastUpdates
            ? new ScatterRows(places, rows, elementBytes) : null;

    /// <summary>Runs <paramref name="combine"/> on each row once.</summary>
    public void Run<TCombine>(WorkerPool pool, byte* indices, byte* updates, TCombine combine)
        where TCombine : struct, ICombine
    {
        long count = _places.Count;
        var starts = (int*)(t_order ??= new()).Ensure((_rows + 2 + (2 * count)) * sizeof(int));
        int* list = starts + _rows + 2;
        Order(indices, starts, list, list + count);
        pool.ParallelFor(_rows, Math.Max(1, GrainBytes / _bytes), new Body<TCombine>(updates, _bytes, starts, list, combine));
    }

    // list[starts[r]] to list[starts[r + 1] - 1] are the updates of row r.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Order(byte* indices, int* starts, int* list, int* rows)
    {
        new Span<int>(starts, (int)_rows + 2).Clear();
        for (long first = 0; first < _places.Count; first += Block)
        {
            int count = (int)Math.Min(Block, _places.Count - first);
            _places.FindRows(indices, first, count, rows + first);
            for (long i = first; i < first + count; i++)
            {
                if (rows[i] >= 0)
                {
                    starts[rows[i] + 2]++;
                }
            }
        }
        for (long r = 2; r < _rows + 2; r++)
        {
            starts[r] += starts[r - 1];
        }
        for (int p = 0; p < _places.Count; p++)
        {
            if (rows[p] >= 0)
            {
                list[starts[rows[p] + 1]++] = p;
            }
        }
    }

    private readonly struct Body<TCombine>(byte* updates, long bytes, int* starts, int* list, TCombine combine) : IParallelBody
        where TCombine : struct, ICombine
    {
        public void Run(long begin, long end)
        {
            long fetched = Math.Min(bytes, MostFetchedBytes);
            int last = starts[end], next = starts[begin];
            for (long r = begin; r < end; r++)
            {
                int first = starts[r], count = starts[r + 1] - first;
                // Updates in no order are no pattern to the processor.
                for (; next < Math.Min(last, first + count + RowsAhead) && Sse.IsSupported; next++)
                {
                    byte* ahead = updates + (list[next] * bytes);
                    for (long line = 0; line < fetched; line += 64)
                    {
                        Sse.Prefetch0(ahead + line);
                    }
                }
                combine.Row(r, list + first, count);
            }
            StreamedCopy.Finish();
        }
    }
}
