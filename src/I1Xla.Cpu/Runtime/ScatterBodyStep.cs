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
    private const long MostElements = 1L << 40;

    private readonly HloNode _node;
    private readonly HloScatterBody _scatter;
    private readonly LoopCode _body;
    private readonly int[] _inputs;
    private readonly int[] _outputs;
    private readonly ScatterPlaces _places;
    private readonly int[] _sizes;

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
    }

    /// <summary>The loop over elements: buffers are those of the operands, read and written, of the updates, and of the captured values.</summary>
    public static LoopKernel Body(HloScatterBody scatter)
    {
        var body = new LoopBody();
        var accesses = new List<LoopAccess>();
        var values = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        foreach (HloNode leaf in scatter.Parameters.Concat(scatter.Captured))
        {
            values[leaf] = body.Emit(new LoopInstruction(LoopOpcode.Load, LoopKernel.LaneOf(leaf.Kind), Index: Access(accesses.Count, leaf.Kind, values.Count < scatter.Parameters.Length ? 1 : 0)));
        }
        int[] results = [.. scatter.Results.Select(Value)];
        for (int i = 0; i < results.Length; i++)
        {
            // Where the operand's own element is read.
            body.Emit(new LoopInstruction(LoopOpcode.Store, body.LaneOf(results[i]), results[i], Index: i));
        }
        return new LoopKernel
        {
            Extents = [MostElements], Outer = [], Stages = [new LoopStage([0], body.Finish())], Accesses = [.. accesses], Buffers = scatter.Parameters.Length + scatter.Captured.Length,
        };

        int Value(HloNode node)
        {
            if (!values.TryGetValue(node, out int value))
            {
                int[] x = [.. node.Inputs.Select(Value)];
                values[node] = value = node.Op == HloOp.Constant ? ElementwiseLowering.Constant(body, node.Kind, node.Constant!.Data.Span) : ElementwiseLowering.Lower(body, node, x);
            }
            return value;
        }

        int Access(int buffer, ElementKind kind, long step)
        {
            accesses.Add(new LoopAccess(buffer, LoopKernel.MemoryKind(kind), 0, [step]));
            return accesses.Count - 1;
        }
    }

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
        if (_places.Sizes is [.., >= LeastRow and var row] && _places.To[^1] == 1 && _places.From[^1] == 1)
        {
            Each(slots[_inputs[n]], _places.Sizes.Length - 1, (to, from) =>
            {
                for (int i = 0; i < n; i++)
                {
                    buffers[i] = slots[_outputs[i]] + to * _sizes[i];
                    buffers[n + i] = slots[_inputs[n + 1 + i]] + from * _sizes[i];
                }
                _body.Run(buffers, 0, row);
            });
            return;
        }
        byte* scratch = stackalloc byte[2 * n * BlockElements * 8 + 64];
        scratch = (byte*)(((nint)scratch + 63) & ~63);
        long* places = stackalloc long[BlockElements];
        for (int i = 0; i < 2 * n; i++)
        {
            buffers[i] = scratch + i * BlockElements * 8;
        }
        // Which elements are in the block: open addressing, entries of earlier blocks having an earlier number.
        long* keys = stackalloc long[TableSize];
        int* blocks = stackalloc int[TableSize];
        new Span<int>(blocks, TableSize).Clear();
        int count = 0, block = 1;
        Each(slots[_inputs[n]], _places.Sizes.Length, (to, from) =>
        {
            int at = Hash(to);
            while (blocks[at] == block && keys[at] != to)
            {
                at = (at + 1) % TableSize;
            }
            if (count == BlockElements || blocks[at] == block)
            {
                Flush();
                at = Hash(to);
            }
            (keys[at], blocks[at]) = (to, block);
            for (int i = 0; i < n; i++)
            {
                Move(buffers[i], count, slots[_outputs[i]], to, _sizes[i]);
                Move(buffers[n + i], count, slots[_inputs[n + 1 + i]], from, _sizes[i]);
            }
            places[count++] = to;
        });
        Flush();

        void Flush()
        {
            _body.Run(buffers, 0, count);
            for (int k = 0; k < count; k++)
            {
                for (int i = 0; i < n; i++)
                {
                    Move(slots[_outputs[i]], places[k], buffers[i], k, _sizes[i]);
                }
            }
            (count, block) = (0, block + 1);
        }
    }

    private delegate void Element(long to, long from);

    // Every place of every window, as far as so many of its dimensions go.
    private void Each(byte* indices, int dimensions, Element visit)
    {
        for (long p = 0; p < _places.Count; p++)
        {
            if (_places.Find(indices, p, out long to, out long from))
            {
                Window(to, from, 0);
            }
        }

        void Window(long to, long from, int d)
        {
            if (d == dimensions)
            {
                visit(to, from);
                return;
            }
            for (long i = 0; i < _places.Sizes[d]; i++)
            {
                Window(to + i * _places.To[d], from + i * _places.From[d], d + 1);
            }
        }
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
