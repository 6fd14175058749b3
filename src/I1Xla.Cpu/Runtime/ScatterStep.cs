using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>scatter: updates are applied one after the other in their own order; windows that stick out anywhere are skipped, as XLA skips them. Whole rows are split among the threads.</summary>
internal sealed unsafe class ScatterStep : Step
{
    private readonly HloNode _node;
    private readonly int[] _inputs;
    private readonly int _output;
    private readonly HloScatter _scatter;
    private readonly ElementKind _memoryKind;

    private readonly ScatterPlaces _places;
    private readonly long _rowElements, _wrap;

    public ScatterStep(HloNode node, int[] inputs, int output)
    {
        _node = node;
        _inputs = inputs;
        _output = output;
        _scatter = (HloScatter)node.Payload!;
        _memoryKind = _scatter.Combine == HloOp.Parameter ? LoopKernel.MemoryKind(node.Kind) : node.Kind;
        _wrap = node.B.Length > 0 ? node.B[0] : 0;
        _places = new ScatterPlaces(node.Dims, node.Inputs[1], node.Inputs[2], _scatter.Numbers, _wrap);
        _rowElements = _places.RowElements;
    }

    private readonly struct RowRanges(ScatterStep step, byte* output, byte* indices, byte* updates, long ranges) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long range = begin; range < end; range++)
            {
                long rows = step._node.Dims[0];
                step.Rows(output, indices, updates, rows * range / ranges, rows * (range + 1) / ranges);
            }
        }
    }

    // Whole rows, of those between first and end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(byte* output, byte* indices, byte* updates, long first, long end)
    {
        ElementKind kind = _node.Inputs[1].Kind;
        long positions = _node.Inputs[2].Count / _rowElements, bytes = _rowElements * _node.Kind.StorageBytes();
        bool adds = _node.Kind == ElementKind.F32 && _scatter.Combine == HloOp.Add;
        for (long p = 0; p < positions; p++)
        {
            long row = kind == ElementKind.I32 ? ((int*)indices)[p] : BoxCopy.Index(indices + (p * kind.StorageBytes()), kind);
            row = row < 0 ? row + _wrap : row;
            if (row < first || row >= end)
            {
                continue;
            }
            byte* to = output + (row * bytes), from = updates + (p * bytes);
            if (adds)
            {
                Add((float*)to, (float*)from, _rowElements);
            }
            else if (_scatter.Combine == HloOp.Parameter)
            {
                NativeMemory.Copy(from, to, (nuint)bytes);
            }
            else
            {
                ScalarCombine.Apply(_scatter.Combine, _memoryKind, to, from, _rowElements, 1, 1);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* to, float* from, long count)
    {
        long i = 0;
        for (; i + 16 <= count; i += 16)
        {
            (Vector512.Load(to + i) + Vector512.Load(from + i)).Store(to + i);
        }
        for (; i < count; i++)
        {
            to[i] += from[i];
        }
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* output = slots[_output];
        CopyStep.Copy(context.Pool, slots[_inputs[0]], output, _node.Bytes);
        HloNode updates = _node.Inputs[2];
        if (updates.Count == 0)
        {
            return;
        }
        if (_rowElements > 0)
        {
            // Each thread looks at all indices and does those of its rows: an element still gets its updates in order.
            long ranges = context.Pool.ThreadCount == 1 || updates.Count < 32768 ? 1 : Math.Min(_node.Dims[0], 2L * context.Pool.ThreadCount);
            context.Pool.ParallelFor(ranges, 1, new RowRanges(this, output, slots[_inputs[1]], slots[_inputs[2]], ranges));
            return;
        }
        int element = _node.Kind.StorageBytes();
        for (long p = 0; p < _places.Count; p++)
        {
            if (!_places.Find(slots[_inputs[1]], p, out long to, out long from))
            {
                continue;
            }
            if (_scatter.Combine == HloOp.Parameter)
            {
                BoxCopy.Copy(slots[_inputs[2]] + from * element, _places.From, output + to * element, _places.To, _places.Sizes, element);
            }
            else
            {
                Window(output + to * element, slots[_inputs[2]] + from * element, 0);
            }
        }
    }

    private void Window(byte* to, byte* from, int depth)
    {
        int element = _node.Kind.StorageBytes();
        long[] sizes = _places.Sizes;
        if (depth >= sizes.Length - 1)
        {
            bool scalar = sizes.Length == 0;
            ScalarCombine.Apply(_scatter.Combine, _memoryKind, to, from, scalar ? 1 : sizes[^1], scalar ? 1 : _places.To[^1], scalar ? 1 : _places.From[^1]);
            return;
        }
        for (long i = 0; i < sizes[depth]; i++)
        {
            Window(to + i * _places.To[depth] * element, from + i * _places.From[depth] * element, depth + 1);
        }
    }
}
