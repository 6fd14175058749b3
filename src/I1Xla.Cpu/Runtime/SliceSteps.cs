using System.Runtime.InteropServices;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A box of elements copied between two dense tensors: sizes, and where it lies in each.</summary>
internal static unsafe class BoxCopy
{
    /// <summary>Reads a scalar index of any integer kind.</summary>
    public static long Index(byte* at, ElementKind kind) => kind switch
    {
        ElementKind.I8 => *(sbyte*)at,
        ElementKind.UI8 => *at,
        ElementKind.I16 => *(short*)at,
        ElementKind.UI16 => *(ushort*)at,
        ElementKind.I32 => *(int*)at,
        ElementKind.UI32 => *(uint*)at,
        ElementKind.UI64 => (long)Math.Min(*(ulong*)at, long.MaxValue),
        _ => *(long*)at,
    };

    /// <summary>Copies.</summary>
    public static void Copy(byte* from, long[] fromStrides, byte* to, long[] toStrides, long[] sizes, int element)
    {
        // Trailing dimensions that are contiguous in both are one run.
        int inner = sizes.Length;
        long run = element;
        while (inner > 0 && fromStrides[inner - 1] * element == run && toStrides[inner - 1] * element == run)
        {
            run *= sizes[--inner];
        }
        long[] at = new long[inner];
        long count = 1;
        for (int d = 0; d < inner; d++)
        {
            count *= sizes[d];
        }
        for (long i = 0; i < count; i++)
        {
            NativeMemory.Copy(from, to, (nuint)run);
            for (int d = inner - 1; d >= 0; d--)
            {
                from += fromStrides[d] * element;
                to += toStrides[d] * element;
                if (++at[d] < sizes[d])
                {
                    break;
                }
                from -= fromStrides[d] * element * sizes[d];
                to -= toStrides[d] * element * sizes[d];
                at[d] = 0;
            }
        }
    }
}

/// <summary>dynamic_slice: starts are clamped so that the slice is inside.</summary>
internal sealed unsafe class DynamicSliceStep(HloNode node, int[] inputs, int output) : Step
{
    private readonly long[] _from = FusionRoot.DenseStrides(node.Inputs[0].Dims);
    private readonly long[] _to = FusionRoot.DenseStrides(node.Dims);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        int element = node.Kind.StorageBytes();
        byte* from = slots[inputs[0]];
        for (int d = 0; d < node.Dims.Length; d++)
        {
            long start = BoxCopy.Index(slots[inputs[1 + d]], node.Inputs[1 + d].Kind);
            from += Math.Clamp(start, 0, node.Inputs[0].Dims[d] - node.Dims[d]) * _from[d] * element;
        }
        if (node.Count > 0)
        {
            BoxCopy.Copy(from, _from, slots[output], _to, node.Dims, element);
        }
    }
}

/// <summary>dynamic_update_slice: the operand is copied unless the result lies over it.</summary>
internal sealed unsafe class DynamicUpdateSliceStep(HloNode node, int[] inputs, int output) : Step
{
    private readonly long[] _from = FusionRoot.DenseStrides(node.Inputs[1].Dims);
    private readonly long[] _to = FusionRoot.DenseStrides(node.Dims);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        int element = node.Kind.StorageBytes();
        byte* to = slots[output];
        if (slots[inputs[0]] != to)
        {
            NativeMemory.Copy(slots[inputs[0]], to, (nuint)node.Bytes);
        }
        HloNode update = node.Inputs[1];
        for (int d = 0; d < node.Dims.Length; d++)
        {
            long start = BoxCopy.Index(slots[inputs[2 + d]], node.Inputs[2 + d].Kind);
            to += Math.Clamp(start, 0, node.Dims[d] - update.Dims[d]) * _to[d] * element;
        }
        if (update.Count > 0)
        {
            BoxCopy.Copy(slots[inputs[1]], _from, to, _to, update.Dims, element);
        }
    }
}

/// <summary>scatter: updates are applied one after the other in their own order; windows that stick out are skipped.</summary>
internal sealed unsafe class ScatterStep : Step
{
    private readonly HloNode _node;
    private readonly int[] _inputs;
    private readonly int _output;
    private readonly HloScatter _scatter;
    private readonly int[] _windowDims, _batchDims, _indexBatchDims;
    private readonly long[] _operandStrides, _indexStrides, _updateStrides, _windowSizes, _windowTo, _windowFrom;

    public ScatterStep(HloNode node, int[] inputs, int output)
    {
        _node = node;
        _inputs = inputs;
        _output = output;
        _scatter = (HloScatter)node.Payload!;
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
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* output = slots[_output];
        if (slots[_inputs[0]] != output)
        {
            NativeMemory.Copy(slots[_inputs[0]], output, (nuint)_node.Bytes);
        }
        HloNode starts = _node.Inputs[1], updates = _node.Inputs[2];
        if (updates.Count == 0)
        {
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
                // Elements of a window that stick out are skipped one by one.
                Partial(output, slots[_inputs[2]] + from * element, start, element);
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

    private void Partial(byte* output, byte* updates, Span<long> start, int element)
    {
        long count = _windowSizes.Aggregate(1L, (n, s) => n * s);
        for (long i = 0; i < count; i++)
        {
            long rest = i, from = 0, to = 0;
            bool inside = true;
            for (int d = 0; d < start.Length; d++)
            {
                if (Array.IndexOf(_windowDims, d) < 0)
                {
                    inside &= start[d] >= 0 && start[d] < _node.Dims[d];
                    to += start[d] * _operandStrides[d];
                }
            }
            for (int w = _windowSizes.Length - 1; w >= 0; w--)
            {
                long k = rest % _windowSizes[w];
                rest /= _windowSizes[w];
                int d = _windowDims[w];
                inside &= start[d] + k >= 0 && start[d] + k < _node.Dims[d];
                from += k * _windowFrom[w];
                to += (start[d] + k) * _operandStrides[d];
            }
            if (inside)
            {
                ScalarCombine.Apply(_scatter.Combine, _node.Kind, output + to * element, updates + from * element, 1, 1, 1);
            }
        }
    }

    private void Window(byte* to, byte* from, int depth)
    {
        int element = _node.Kind.StorageBytes();
        if (depth >= _windowSizes.Length - 1)
        {
            bool scalar = _windowSizes.Length == 0;
            ScalarCombine.Apply(_scatter.Combine, _node.Kind, to, from, scalar ? 1 : _windowSizes[^1], scalar ? 1 : _windowTo[^1], scalar ? 1 : _windowFrom[^1]);
            return;
        }
        for (long i = 0; i < _windowSizes[depth]; i++)
        {
            Window(to + i * _windowTo[depth] * element, from + i * _windowFrom[depth] * element, depth + 1);
        }
    }
}
