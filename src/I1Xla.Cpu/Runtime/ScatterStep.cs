using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>scatter: updates are applied one after the other in their own order; windows that stick out anywhere are skipped, as XLA skips them. Whole rows and single elements are split among the threads by where they go.</summary>
internal sealed unsafe class ScatterStep : Step
{
    private const long PieceBytes = 1 << 14, LeastLoop = 32;

    [ThreadStatic]
    private static ScratchBuffer? t_filled, t_piece;

    private readonly HloNode _node;
    private readonly int[] _inputs;
    private readonly int _output;
    private readonly HloScatter _scatter;
    private readonly ElementKind _memoryKind;

    private readonly ScatterPlaces _places;
    private readonly long _rowElements;
    private readonly ScatterRows? _rows;
    private readonly ScatterColumns? _columns;
    private readonly ScatterElements? _elements;
    private readonly ScatterWindows? _windows;
    private readonly LoopCode? _combine;

    // The element of which the operand consists, where it is not in memory.
    private readonly byte[]? _filling;

    // The update that all windows have, where updates are not in memory.
    private readonly byte[]? _repeated;

    /// <param name="node">The scatter.</param>
    /// <param name="combine">The loop of <see cref="Combination"/>; null where that is.</param>
    /// <param name="inputs">Slots of the node's inputs.</param>
    /// <param name="output">Slot of the result.</param>
    public ScatterStep(HloNode node, LoopCode? combine, int[] inputs, int output)
    {
        _node = node;
        _combine = combine;
        _inputs = inputs;
        _output = output;
        _scatter = (HloScatter)node.Payload!;
        _memoryKind = _scatter.Combine == HloOp.Parameter ? LoopKernel.MemoryKind(node.Kind) : node.Kind;
        _places = new ScatterPlaces(node.Dims, node.Inputs[1], node.Inputs[2], _scatter.Numbers, node.B.Length > 0 ? node.B[0] : 0);
        _rowElements = _places.RowElements;
        _rows = ScatterRows.TryCreate(_places, node.Dims.Length > 0 ? node.Dims[0] : 0, node.Kind.StorageBytes());
        _columns = _rows is null ? null : ScatterColumns.TryCreate(_places, node.Dims[0], _scatter.Combine, node.Kind);
        _repeated = RepeatsUpdate(node) ? node.Inputs[2].Constant!.Data.ToArray() : null;
        _elements = ScatterElements.TryCreate(_places, node.Count, _scatter.Combine, _memoryKind, _repeated is not null);
        _windows = ScatterWindows.TryCreate(_places, _scatter.Combine, _memoryKind);
        _filling = FillsOperand(node) ? node.Inputs[0].Constant!.Data.ToArray() : null;
    }

    /// <summary>Whether the operand is one number everywhere and the step writes it where no update comes, so that it needs no memory.</summary>
    public static bool FillsOperand(HloNode node) =>
        node is { Op: HloOp.Scatter, Dims.Length: > 0 } && node.Inputs[0].IsSplat
        && ScatterRows.TryCreate(new ScatterPlaces(node.Dims, node.Inputs[1], node.Inputs[2], ((HloScatter)node.Payload!).Numbers, 0), node.Dims[0], node.Kind.StorageBytes()) is not null;

    /// <summary>Whether the updates are single elements and one number everywhere, so that they need no memory.</summary>
    public static bool RepeatsUpdate(HloNode node) =>
        node.Op == HloOp.Scatter && node.Inputs[2].IsSplat && node.Kind.StorageBytes() <= sizeof(long) && ((HloScatter)node.Payload!).Numbers.UpdateWindowDims.All(d => node.Inputs[2].Dims[d] == 1);

    /// <summary>The loop that combines elements of the result, buffer 0, with updates, buffer 1; null where updates replace or come in no long runs.</summary>
    public static LoopKernel? Combination(HloNode node)
    {
        var scatter = (HloScatter)node.Payload!;
        if (scatter.Combine == HloOp.Parameter || scatter.Numbers.UpdateWindowDims.Aggregate(1L, (n, d) => n * node.Inputs[2].Dims[d]) < LeastLoop)
        {
            return null;
        }
        var body = new LoopBody();
        Lane lane = LoopKernel.LaneOf(node.Kind);
        int old = body.Emit(new LoopInstruction(LoopOpcode.Load, lane, Index: 0)), update = body.Emit(new LoopInstruction(LoopOpcode.Load, lane, Index: 1));
        int made = ElementwiseLowering.Combine(body, scatter.Combine, node.Kind, old, update);
        body.Emit(new LoopInstruction(LoopOpcode.Store, body.LaneOf(made), made, Index: 0));
        ElementKind kind = LoopKernel.MemoryKind(node.Kind);
        return new LoopKernel
        {
            Extents = [RegionLoop.MostElements],
            Outer = [],
            Stages = [new LoopStage([0], body.Finish())],
            Accesses = [new LoopAccess(0, kind, 0, [1]), new LoopAccess(1, kind, 0, [1])],
            Buffers = 2,
        };
    }

    // Elements that lie together in both.
    private void Combine(byte* to, byte* from, long count)
    {
        if (_combine is null || count < LeastLoop)
        {
            ScalarCombine.Apply(_scatter.Combine, _memoryKind, to, from, count, 1, 1);
            return;
        }
        byte** buffers = stackalloc byte*[2];
        buffers[0] = to;
        buffers[1] = from;
        _combine.Run(buffers, 0, count);
    }

    private readonly struct Elements(ScatterStep step) : ScatterColumns.ICombine
    {
        public void Combine(byte* to, byte* from, long count) => step.Combine(to, from, count);
    }

    // A row of the result from that of the operand and its updates.
    private readonly struct OrderedRow(ScatterStep step, byte* operand, long operandStep, byte* updates, byte* output) : ScatterRows.ICombine
    {
        public void Row(long row, int* list, int count)
        {
            long elements = step._rowElements, bytes = elements * step._node.Kind.StorageBytes();
            byte* from = operand + (row * operandStep), to = output + (row * bytes);
            bool stream = operand != output && step._node.Bytes >= StreamedCopy.LeastBytes;
            if (count > 0 && step._scatter.Combine == HloOp.Parameter)
            {
                StreamedCopy.Run(updates + (list[count - 1] * bytes), to, bytes, stream);
            }
            else if (count > 0 && step._node.Kind == ElementKind.F32 && step._scatter.Combine == HloOp.Add)
            {
                Add((float*)from, (float*)updates, list, count, (float*)to, elements, stream);
            }
            else if (count > 0)
            {
                int element = step._node.Kind.StorageBytes();
                byte* piece = stream ? (byte*)(t_piece ??= new()).Ensure(PieceBytes) : null;
                for (long at = 0; at < bytes; at += PieceBytes)
                {
                    long length = Math.Min(PieceBytes, bytes - at);
                    byte* made = stream ? piece : to + at;
                    if (made != from + at)
                    {
                        NativeMemory.Copy(from + at, made, (nuint)length);
                    }
                    for (int i = 0; i < count; i++)
                    {
                        step.Combine(made, updates + (list[i] * bytes) + at, length / element);
                    }
                    if (stream)
                    {
                        StreamedCopy.Run(piece, to + at, length, true);
                    }
                }
            }
            else if (from != to)
            {
                StreamedCopy.Run(from, to, bytes, stream);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* operand, float* updates, int* list, int count, float* to, long elements, bool stream)
    {
        long i = 0;
        bool lines = stream && (nint)to % 64 == 0;
        for (; i + 32 <= elements; i += 32)
        {
            Vector256<float> a = Vector256.Load(operand + i), b = Vector256.Load(operand + i + 8), c = Vector256.Load(operand + i + 16), d = Vector256.Load(operand + i + 24);
            for (int k = 0; k < count; k++)
            {
                float* update = updates + (list[k] * elements) + i;
                a += Vector256.Load(update);
                b += Vector256.Load(update + 8);
                c += Vector256.Load(update + 16);
                d += Vector256.Load(update + 24);
            }
            if (lines)
            {
                a.StoreAlignedNonTemporal(to + i);
                b.StoreAlignedNonTemporal(to + i + 8);
                c.StoreAlignedNonTemporal(to + i + 16);
                d.StoreAlignedNonTemporal(to + i + 24);
            }
            else
            {
                a.Store(to + i);
                b.Store(to + i + 8);
                c.Store(to + i + 16);
                d.Store(to + i + 24);
            }
        }
        for (; i < elements; i++)
        {
            float sum = operand[i];
            for (int k = 0; k < count; k++)
            {
                sum += updates[(list[k] * elements) + i];
            }
            to[i] = sum;
        }
    }

    private readonly struct RowRanges(ScatterStep step, byte* output, byte* indices, byte* updates, long ranges) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long range = begin; range < end; range++)
            {
                long rows = step._node.Dims[0];
                step.Rows(output, indices, updates, rows * range / ranges * step._rowElements, rows * (range + 1) / ranges * step._rowElements);
            }
        }
    }

    // Whole rows in the order of the updates, of those that start from element first on and before element end.
    private void Rows(byte* output, byte* indices, byte* updates, long first, long end)
    {
        int element = _node.Kind.StorageBytes();
        long bytes = _rowElements * element;
        for (long p = 0; p < _places.Count; p++)
        {
            if (!_places.Find(indices, p, out long to, out _) || to < first || to >= end)
            {
                continue;
            }
            if (_scatter.Combine == HloOp.Parameter)
            {
                NativeMemory.Copy(updates + (p * bytes), output + (to * element), (nuint)bytes);
            }
            else
            {
                Combine(output + (to * element), updates + (p * bytes), _rowElements);
            }
        }
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* output = slots[_output], indices = slots[_inputs[1]], updates = _repeated is null ? slots[_inputs[2]] : null;
        if (_rows is not null)
        {
            long row = _rowElements * _node.Kind.StorageBytes();
            byte* operand = _filling is null ? slots[_inputs[0]] : Filled(row);
            if (_columns is not null && _columns.Suits(context.Pool))
            {
                _columns.Run(context.Pool, indices, operand, _filling is null ? row : 0, updates, output, new Elements(this));
                return;
            }
            _rows.Run(context.Pool, indices, updates, new OrderedRow(this, operand, _filling is null ? row : 0, updates, output));
            return;
        }
        CopyStep.Copy(context.Pool, slots[_inputs[0]], output, _node.Bytes);
        if (_node.Inputs[2].Count == 0)
        {
            return;
        }
        if (_elements is not null)
        {
            long repeated = 0;
            _repeated?.CopyTo(new Span<byte>(&repeated, sizeof(long)));
            _elements.Run(context.Pool, indices, _repeated is null ? updates : (byte*)&repeated, output);
            return;
        }
        if (_windows is not null)
        {
            _windows.Run(context.Pool, indices, updates, output);
            return;
        }
        if (_rowElements > 0)
        {
            long ranges = ScatterElements.Ranges(context.Pool, _node.Dims[0], _node.Inputs[2].Count);
            context.Pool.ParallelFor(ranges, 1, new RowRanges(this, output, indices, updates, ranges));
            return;
        }
        int element = _node.Kind.StorageBytes();
        for (long p = 0; p < _places.Count; p++)
        {
            if (!_places.Find(indices, p, out long to, out long from))
            {
                continue;
            }
            if (_scatter.Combine == HloOp.Parameter)
            {
                BoxCopy.Copy(updates + from * element, _places.From, output + to * element, _places.To, _places.Sizes, element);
            }
            else
            {
                Window(output + to * element, updates + from * element, 0);
            }
        }
    }

    // A row of an operand that is one number everywhere.
    private byte* Filled(long bytes)
    {
        var row = (byte*)(t_filled ??= new()).Ensure(bytes);
        for (long i = 0; i < bytes; i++)
        {
            row[i] = _filling![i % _filling.Length];
        }
        return row;
    }

    private void Window(byte* to, byte* from, int depth)
    {
        int element = _node.Kind.StorageBytes();
        long[] sizes = _places.Sizes;
        if (depth >= sizes.Length - 1)
        {
            bool scalar = sizes.Length == 0;
            if (!scalar && _places.To[^1] == 1 && _places.From[^1] == 1)
            {
                Combine(to, from, sizes[^1]);
                return;
            }
            ScalarCombine.Apply(_scatter.Combine, _memoryKind, to, from, scalar ? 1 : sizes[^1], scalar ? 1 : _places.To[^1], scalar ? 1 : _places.From[^1]);
            return;
        }
        for (long i = 0; i < sizes[depth]; i++)
        {
            Window(to + i * _places.To[depth] * element, from + i * _places.From[depth] * element, depth + 1);
        }
    }
}
