using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Where each window of a scatter lies in the operands and in the updates.</summary>
internal sealed unsafe class ScatterPlaces
{
    private readonly long[] _dims, _batchSizes, _operandStrides, _indexStrides, _updateStrides;
    private readonly ScatterDimensionNumbersAttr _numbers;
    private readonly ElementKind _indexKind;
    private readonly int[] _windowDims, _batchDims, _indexBatchDims;
    private readonly long _indexStep, _wrap;

    /// <param name="dims">The operand's.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="updates">The updates.</param>
    /// <param name="numbers">Dimension numbers.</param>
    /// <param name="wrap">What is added to negative indices of the first dimension that is indexed.</param>
    public ScatterPlaces(long[] dims, HloNode indices, HloNode updates, ScatterDimensionNumbersAttr numbers, long wrap)
    {
        (_dims, _numbers, _wrap, _indexKind) = (dims, numbers, wrap, indices.Kind);
        _operandStrides = FusionRoot.DenseStrides(dims);
        _indexStrides = FusionRoot.DenseStrides(indices.Dims);
        _updateStrides = FusionRoot.DenseStrides(updates.Dims);
        _batchDims = [.. Enumerable.Range(0, updates.Dims.Length).Where(d => !numbers.UpdateWindowDims.Contains(d))];
        _batchSizes = [.. _batchDims.Select(d => updates.Dims[d])];
        _indexBatchDims = [.. Enumerable.Range(0, indices.Dims.Length).Where(d => d != numbers.IndexVectorDim)];
        _windowDims = [.. Enumerable.Range(0, dims.Length).Where(d => !numbers.InsertedWindowDims.Contains(d) && !numbers.InputBatchingDims.Contains(d))];
        _indexStep = numbers.IndexVectorDim < indices.Dims.Length ? _indexStrides[numbers.IndexVectorDim] : 0;
        Count = _batchSizes.Aggregate(1L, (n, size) => n * size);
        Sizes = [.. numbers.UpdateWindowDims.Select(d => updates.Dims[d])];
        From = [.. numbers.UpdateWindowDims.Select(d => _updateStrides[d])];
        To = [.. _windowDims.Select(d => _operandStrides[d])];
        bool wholeRows = numbers.ScatterDimsToOperandDims.Length == 1 && numbers.ScatterDimsToOperandDims[0] == 0 && numbers.InputBatchingDims.Length == 0
            && _windowDims.SequenceEqual(Enumerable.Range(1, dims.Length - 1)) && Sizes.SequenceEqual(dims.Skip(1))
            && numbers.UpdateWindowDims.SequenceEqual(Enumerable.Range(updates.Dims.Length - Sizes.Length, Sizes.Length).Select(d => (long)d))
            && (numbers.IndexVectorDim >= indices.Dims.Length || indices.Dims[numbers.IndexVectorDim] == 1);
        RowElements = wholeRows ? _operandStrides[0] : 0;
    }

    /// <summary>How many windows there are.</summary>
    public long Count { get; }

    /// <summary>Sizes of a window, and the steps along its dimensions in the updates and in the operand.</summary>
    public long[] Sizes { get; }

    public long[] From { get; }

    public long[] To { get; }

    /// <summary>Elements of a row where windows are whole rows of the operand, in order in the updates; else 0.</summary>
    public long RowElements { get; }

    /// <summary>Where window <paramref name="p"/> starts, in elements; false where it sticks out anywhere, which leaves it out.</summary>
    public bool Find(byte* indices, long p, out long to, out long from)
    {
        Span<long> position = stackalloc long[_batchDims.Length];
        Span<long> start = stackalloc long[_dims.Length];
        long at = 0;
        (to, from) = (0, 0);
        for (int i = _batchDims.Length - 1; i >= 0; i--)
        {
            position[i] = p % _batchSizes[i];
            p /= _batchSizes[i];
            at += position[i] * _indexStrides[_indexBatchDims[i]];
            from += position[i] * _updateStrides[_batchDims[i]];
        }
        start.Clear();
        int indexBytes = _indexKind.StorageBytes();
        for (int i = 0; i < _numbers.ScatterDimsToOperandDims.Length; i++)
        {
            start[(int)_numbers.ScatterDimsToOperandDims[i]] = BoxCopy.Index(indices + (at + i * _indexStep) * indexBytes, _indexKind);
        }
        if (_wrap != 0 && start[(int)_numbers.ScatterDimsToOperandDims[0]] < 0)
        {
            start[(int)_numbers.ScatterDimsToOperandDims[0]] += _wrap;
        }
        for (int i = 0; i < _numbers.InputBatchingDims.Length; i++)
        {
            start[(int)_numbers.InputBatchingDims[i]] = position[Array.IndexOf(_indexBatchDims, (int)_numbers.ScatterIndicesBatchingDims[i])];
        }
        bool inside = true;
        for (int d = 0; d < start.Length; d++)
        {
            int w = Array.IndexOf(_windowDims, d);
            long size = w >= 0 ? Sizes[w] : 1;
            inside &= start[d] >= 0 && start[d] + size <= _dims[d];
            to += start[d] * _operandStrides[d];
        }
        return inside;
    }
}
