using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A scatter with a body of its own, compiled as a loop over elements. Long rows that lie together in operands and updates run where they are; other elements are
/// picked into blocks, computed together and put back, a block ending where an element comes a second time, so that each gets its updates in order. Whole rows and elements are
/// split among the threads by where they go.
/// </summary>
internal sealed unsafe class ScatterBodyStep : Step
{
    private const int BlockElements = 256, LeastRow = 32, TableSize = 4 * BlockElements;

    private readonly HloNode _node;
    private readonly HloScatterBody _scatter;
    private readonly LoopCode _body;
    private readonly int[] _inputs;
    private readonly int[] _outputs;
    private readonly ScatterPlaces _places;
    private readonly int[] _sizes;

    // Elements of a row where rows run where they lie, else 0; where in a window each row, or each element, starts in operands and updates.
    private readonly long _row;
    private readonly long[] _to, _from;

    private readonly ScatterRows? _rows;

    /// <param name="node">The scatter.</param>
    /// <param name="body">The loop of <see cref="Body"/>.</param>
    /// <param name="inputs">Slots of the node's inputs.</param>
    /// <param name="outputs">Slots of all its results, each with its number.</param>
    public ScatterBodyStep(HloNode node, LoopCode body, int[] inputs, (int Slot, int Result)[] outputs)
    {
        (_node, _body, _inputs) = (node, body, inputs);
        _scatter = (HloScatterBody)node.Payload!;
        _outputs = [.. outputs.OrderBy(o => o.Result).Select(o => o.Slot)];
        int n = _scatter.Operands;
        _places = new ScatterPlaces(node.Inputs[0].Dims, node.Inputs[n], node.Inputs[n + 1], _scatter.Numbers, 0);
        _sizes = [.. node.Inputs.Take(n).Select(i => i.Kind.StorageBytes())];
        long[] sizes = _places.Sizes;
        _row = sizes is [.., >= LeastRow and var row] && _places.To[^1] == 1 && _places.From[^1] == 1 ? row : 0;
        int depth = _row > 0 ? sizes.Length - 1 : sizes.Length;
        (_to, _from) = (Offsets(sizes.AsSpan(0, depth), _places.To), Offsets(sizes.AsSpan(0, depth), _places.From));
        _rows = _row > 0 && node.Inputs[0].Dims.Length > 0 ? ScatterRows.TryCreate(_places, node.Inputs[0].Dims[0], _sizes[0]) : null;
    }

    /// <summary>The loop over elements: buffers are those of the operands, read and written, of the updates, and of the captured values.</summary>
    public static LoopKernel Body(HloScatterBody scatter) => RegionLoop.Make(scatter.Parameters, scatter.Captured, scatter.Results, 0);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        int n = _scatter.Operands;
        byte** buffers = stackalloc byte*[2 * n + _scatter.Captured.Length];
        for (int i = 0; i < n; i++)
        {
            CopyStep.Copy(context.Pool, slots[_inputs[i]], slots[_outputs[i]], _node.Inputs[i].Bytes);
        }
        for (int i = 0; i < _scatter.Captured.Length; i++)
        {
            buffers[2 * n + i] = slots[_inputs[2 * n + 1 + i]];
        }
        for (int i = 0; i < n; i++)
        {
            buffers[i] = slots[_outputs[i]];
            buffers[n + i] = slots[_inputs[n + 1 + i]];
        }
        byte* indices = slots[_inputs[n]];
        if (_rows is not null)
        {
            _rows.Run(context.Pool, indices, buffers[n], new OrderedRow(this, buffers));
        }
        else if (_row > 0)
        {
            Rows(indices, buffers);
        }
        else
        {
            long ranges = ScatterElements.Ranges(context.Pool, _node.Inputs[0].Count, _places.Count * _to.Length);
            context.Pool.ParallelFor(ranges, 1, new Ranges(this, indices, buffers, ranges));
        }
    }

    // All updates of a row of the operands, which lie in the results.
    private readonly struct OrderedRow(ScatterBodyStep step, byte** memory) : ScatterRows.ICombine
    {
        public void Row(long row, int* list, int count)
        {
            int n = step._scatter.Operands, all = 2 * n + step._scatter.Captured.Length;
            long elements = step._places.RowElements;
            byte** buffers = stackalloc byte*[all];
            for (int k = 0; k < count; k++)
            {
                for (int i = 0; i < all; i++)
                {
                    buffers[i] = memory[i] + (i < n ? row * elements * step._sizes[i] : i < 2 * n ? list[k] * elements * step._sizes[i - n] : 0);
                }
                step._body.Run(buffers, 0, elements);
            }
        }
    }

    private readonly struct Ranges(ScatterBodyStep step, byte* indices, byte** memory, long ranges) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            long elements = step._node.Inputs[0].Count;
            for (long range = begin; range < end; range++)
            {
                step.Elements(indices, memory, elements * range / ranges, elements * (range + 1) / ranges);
            }
        }
    }

    // Rows where they lie.
    private void Rows(byte* indices, byte** memory)
    {
        int n = _scatter.Operands, all = 2 * n + _scatter.Captured.Length;
        byte** buffers = stackalloc byte*[all];
        for (int i = 2 * n; i < all; i++)
        {
            buffers[i] = memory[i];
        }
        for (long p = 0; p < _places.Count; p++)
        {
            if (!_places.Find(indices, p, out long to, out long from))
            {
                continue;
            }
            for (int w = 0; w < _to.Length; w++)
            {
                for (int i = 0; i < n; i++)
                {
                    buffers[i] = memory[i] + (to + _to[w]) * _sizes[i];
                    buffers[n + i] = memory[n + i] + (from + _from[w]) * _sizes[i];
                }
                _body.Run(buffers, 0, _row);
            }
        }
    }

    // The elements from begin on and before end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Elements(byte* indices, byte** memory, long begin, long end)
    {
        int n = _scatter.Operands, all = 2 * n + _scatter.Captured.Length;
        byte** buffers = stackalloc byte*[all];
        byte* scratch = stackalloc byte[2 * n * BlockElements * 8 + 64];
        scratch = (byte*)(((nint)scratch + 63) & ~63);
        for (int i = 0; i < all; i++)
        {
            buffers[i] = i < 2 * n ? scratch + i * BlockElements * 8 : memory[i];
        }
        long* places = stackalloc long[BlockElements], updates = stackalloc long[BlockElements];
        long* firstTo = stackalloc long[ScatterElements.Block], firstFrom = stackalloc long[ScatterElements.Block];
        // Which elements are in the block: open addressing, entries of earlier blocks having an earlier number.
        long* keys = stackalloc long[TableSize];
        int* blocks = stackalloc int[TableSize];
        new Span<int>(blocks, TableSize).Clear();
        int count = 0, block = 1;
        for (long first = 0; first < _places.Count; first += ScatterElements.Block)
        {
            int found = (int)Math.Min(ScatterElements.Block, _places.Count - first);
            _places.Find(indices, first, found, firstTo, firstFrom);
            found = _to.Length == 1 ? Keep(firstTo, firstFrom, found, begin, end) : Keep(firstTo, firstFrom, found, 0, long.MaxValue);
            for (int p = 0; p < found; p++)
            {
                for (int w = 0; w < _to.Length; w++)
                {
                    long to = firstTo[p] + _to[w];
                    if (to < begin || to >= end)
                    {
                        continue;
                    }
                    int at = Hash(to);
                    while (blocks[at] == block && keys[at] != to)
                    {
                        at = (at + 1) % TableSize;
                    }
                    if (count == BlockElements || blocks[at] == block)
                    {
                        Flush(memory, buffers, places, updates, count);
                        (count, block) = (0, block + 1);
                        at = Hash(to);
                    }
                    (keys[at], blocks[at]) = (to, block);
                    (places[count], updates[count]) = (to, firstFrom[p] + _from[w]);
                    count++;
                }
            }
        }
        Flush(memory, buffers, places, updates, count);
    }

    // Those of count places that are in a range, with where their updates are; how many.
    private static int Keep(long* to, long* from, int count, long begin, long end)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            (long place, long update) = (to[i], from[i]);
            (to[kept], from[kept]) = (place, update);
            kept += (ulong)(place - begin) < (ulong)(end - begin) ? 1 : 0;
        }
        return kept;
    }

    private void Flush(byte** memory, byte** buffers, long* places, long* updates, int count)
    {
        int n = _scatter.Operands;
        for (int i = 0; i < n; i++)
        {
            Pick(buffers[i], memory[i], places, count, _sizes[i]);
            Pick(buffers[n + i], memory[n + i], updates, count, _sizes[i]);
        }
        _body.Run(buffers, 0, count);
        for (int i = 0; i < n; i++)
        {
            PutBack(memory[i], buffers[i], places, count, _sizes[i]);
        }
    }

    private static long[] Offsets(ReadOnlySpan<long> sizes, long[] steps)
    {
        long[] offsets = [0];
        for (int d = 0; d < sizes.Length; d++)
        {
            var next = new long[checked((int)(offsets.Length * sizes[d]))];
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = offsets[i / sizes[d]] + (i % sizes[d] * steps[d]);
            }
            offsets = next;
        }
        return offsets;
    }

    private static int Hash(long key) => (int)((ulong)(key * -7046029254386353131) >> 54) % TableSize;

    private static void Pick(byte* block, byte* memory, long* places, int count, int size)
    {
        switch (size)
        {
            case 1: Pick(block, memory, places, count); break;
            case 2: Pick((short*)block, (short*)memory, places, count); break;
            case 4: Pick((int*)block, (int*)memory, places, count); break;
            default: Pick((long*)block, (long*)memory, places, count); break;
        }
    }

    private static void PutBack(byte* memory, byte* block, long* places, int count, int size)
    {
        switch (size)
        {
            case 1: PutBack(memory, block, places, count); break;
            case 2: PutBack((short*)memory, (short*)block, places, count); break;
            case 4: PutBack((int*)memory, (int*)block, places, count); break;
            default: PutBack((long*)memory, (long*)block, places, count); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pick<T>(T* block, T* memory, long* places, int count)
        where T : unmanaged
    {
        for (int k = 0; k < count; k++)
        {
            block[k] = memory[places[k]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PutBack<T>(T* memory, T* block, long* places, int count)
        where T : unmanaged
    {
        for (int k = 0; k < count; k++)
        {
            memory[places[k]] = block[k];
        }
    }
}
