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

    // Elements of a row of the operand where whole rows are updated, else 0; and what is added to negative indices.
    private readonly long _rowElements, _wrap;
    private readonly int[] _windowDims, _batchDims, _indexBatchDims;
    private readonly long[] _operandStrides, _indexStrides, _updateStrides, _windowSizes, _windowTo, _windowFrom;

    public ScatterStep(HloNode node, int[] inputs, int output)
    {
        _node = node;
        _inputs = inputs;
        _output = output;
        _scatter = (HloScatter)node.Payload!;
        _memoryKind = _scatter.Combine == HloOp.Parameter ? LoopKernel.MemoryKind(node.Kind) : node.Kind;
        ScatterDimensionNumbersAttr numbers = _scatter.Numbers;
        HloNode updates = node.Inputs[2];
        _operandStrides = FusionRoot.DenseStrides(node.Dims);
        _indexStrides = FusionRoot.DenseStrides(node.Inputs[1].Dims);
        _updateStrides = FusionRoot.DenseStrides(updates.Dims);
        _batchDims = Enumerable.Range(0, updates.Dims.Length).Where(d => !numbers.UpdateWindowDims.Contains(d)).ToArray();
        _indexBatchDims = Enumerable.Range(0, node.Inputs[1].Dims.Length).Where(d => d != numbers.IndexVectorDim).ToArray();
        _windowDims = Enumerable.Range(0, node.Dims.Length)
            .Where(d => !numbers.InsertedWindowDims.Contains(d) && !numbers.InputBatchingDims.Contains(d)).ToArray();
        _windowSizes = numbers.UpdateWindowDims.Select(d => updates.Dims[d]).ToArray();
        _windowFrom = numbers.UpdateWindowDims.Select(d => _updateStrides[d]).ToArray();
        _windowTo = _windowDims.Select(d => _operandStrides[d]).ToArray();
        _wrap = node.B.Length > 0 ? node.B[0] : 0;
        bool wholeRows = numbers.ScatterDimsToOperandDims.Length == 1 && numbers.ScatterDimsToOperandDims[0] == 0 && numbers.InputBatchingDims.Length == 0
            && _windowDims.SequenceEqual(Enumerable.Range(1, node.Dims.Length - 1)) && _windowSizes.SequenceEqual(node.Dims.Skip(1))
            && numbers.UpdateWindowDims.SequenceEqual(Enumerable.Range(updates.Dims.Length - _windowSizes.Length, _windowSizes.Length).Select(d => (long)d))
            && (numbers.IndexVectorDim >= node.Inputs[1].Dims.Length || node.Inputs[1].Dims[numbers.IndexVectorDim] == 1);
        _rowElements = wholeRows ? _operandStrides[0] : 0;
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
        HloNode starts = _node.Inputs[1], updates = _node.Inputs[2];
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
        ScatterDimensionNumbersAttr numbers = _scatter.Numbers;
        int element = _node.Kind.StorageBytes(), indexBytes = starts.Kind.StorageBytes();
        long indexStep = numbers.IndexVectorDim < starts.Dims.Length ? _indexStrides[numbers.IndexVectorDim] : 0;
        long positions = _batchDims.Aggregate(1L, (n, d) => n * updates.Dims[d]);
        Span<long> position = stackalloc long[_batchDims.Length];
        Span<long> start = stackalloc long[_node.Dims.Length];
        for (long p = 0; p < positions; p++)
        {
            long rest = p;
            long at = 0, from = 0;
            for (int i = _batchDims.Length - 1; i >= 0; i--)
            {
                long size = updates.Dims[_batchDims[i]];
                position[i] = rest % size;
                rest /= size;
                at += position[i] * _indexStrides[_indexBatchDims[i]];
                from += position[i] * _updateStrides[_batchDims[i]];
            }
            start.Clear();
            for (int i = 0; i < numbers.ScatterDimsToOperandDims.Length; i++)
            {
                start[(int)numbers.ScatterDimsToOperandDims[i]] = BoxCopy.Index(slots[_inputs[1]] + (at + i * indexStep) * indexBytes, starts.Kind);
            }
            if (_wrap != 0 && start[(int)numbers.ScatterDimsToOperandDims[0]] < 0)
            {
                start[(int)numbers.ScatterDimsToOperandDims[0]] += _wrap;
            }
            for (int i = 0; i < numbers.InputBatchingDims.Length; i++)
            {
                start[(int)numbers.InputBatchingDims[i]] = position[Array.IndexOf(_indexBatchDims, (int)numbers.ScatterIndicesBatchingDims[i])];
            }
            long to = 0;
            bool inside = true;
            for (int d = 0; d < start.Length; d++)
            {
                int w = Array.IndexOf(_windowDims, d);
                long size = w >= 0 ? _windowSizes[w] : 1;
                inside &= start[d] >= 0 && start[d] + size <= _node.Dims[d];
                to += start[d] * _operandStrides[d];
            }
            if (!inside)
            {
                continue;
            }
            if (_scatter.Combine == HloOp.Parameter)
            {
                BoxCopy.Copy(slots[_inputs[2]] + from * element, _windowFrom, output + to * element, _windowTo, _windowSizes, element);
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
        if (depth >= _windowSizes.Length - 1)
        {
            bool scalar = _windowSizes.Length == 0;
            ScalarCombine.Apply(_scatter.Combine, _memoryKind, to, from, scalar ? 1 : _windowSizes[^1], scalar ? 1 : _windowTo[^1], scalar ? 1 : _windowFrom[^1]);
            return;
        }
        for (long i = 0; i < _windowSizes[depth]; i++)
        {
            Window(to + i * _windowTo[depth] * element, from + i * _windowFrom[depth] * element, depth + 1);
        }
    }
}
