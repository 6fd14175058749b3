using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A scatter with a body of its own, compiled as a loop over elements. Long rows that lie together in operands and updates run where they are; other elements are
/// picked into blocks, computed together and put back, a block ending where an element comes a second time, so that each gets its updates in order.
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
        if (_row > 0)
        {
            Rows(slots[_inputs[n]], buffers);
        }
        else
        {
            Elements(slots[_inputs[n]], buffers);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Elements(byte* indices, byte** memory)
    {
        int n = _scatter.Operands, all = 2 * n + _scatter.Captured.Length;
        byte** buffers = stackalloc byte*[all];
        byte* scratch = stackalloc byte[2 * n * BlockElements * 8 + 64];
        scratch = (byte*)(((nint)scratch + 63) & ~63);
        for (int i = 0; i < all; i++)
        {
            buffers[i] = i < 2 * n ? scratch + i * BlockElements * 8 : memory[i];
        }
        long* places = stackalloc long[BlockElements];
        // Which elements are in the block: open addressing, entries of earlier blocks having an earlier number.
        long* keys = stackalloc long[TableSize];
        int* blocks = stackalloc int[TableSize];
        new Span<int>(blocks, TableSize).Clear();
        int count = 0, block = 1;
        for (long p = 0; p < _places.Count; p++)
        {
            if (!_places.Find(indices, p, out long firstTo, out long firstFrom))
            {
                continue;
            }
            for (int w = 0; w < _to.Length; w++)
            {
                long to = firstTo + _to[w], from = firstFrom + _from[w];
                int at = Hash(to);
                while (blocks[at] == block && keys[at] != to)
                {
                    at = (at + 1) % TableSize;
                }
                if (count == BlockElements || blocks[at] == block)
                {
                    Flush(memory, buffers, places, count);
                    (count, block) = (0, block + 1);
                    at = Hash(to);
                }
                (keys[at], blocks[at]) = (to, block);
                for (int i = 0; i < n; i++)
                {
                    Move(buffers[i], count, memory[i], to, _sizes[i]);
                    Move(buffers[n + i], count, memory[n + i], from, _sizes[i]);
                }
                places[count++] = to;
            }
        }
        Flush(memory, buffers, places, count);
    }

    private void Flush(byte** memory, byte** buffers, long* places, int count)
    {
        _body.Run(buffers, 0, count);
        for (int i = 0; i < _scatter.Operands; i++)
        {
            for (int k = 0; k < count; k++)
            {
                Move(memory[i], places[k], buffers[i], k, _sizes[i]);
            }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move(byte* to, long toElement, byte* from, long fromElement, int size)
    {
        switch (size)
        {
            case 1: to[toElement] = from[fromElement]; break;
            case 2: ((short*)to)[toElement] = ((short*)from)[fromElement]; break;
            case 4: ((int*)to)[toElement] = ((int*)from)[fromElement]; break;
            default: ((long*)to)[toElement] = ((long*)from)[fromElement]; break;
        }
    }
}
