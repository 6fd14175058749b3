using System.Runtime.CompilerServices;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Where each window of a scatter lies in the operands and in the updates.</summary>
internal sealed unsafe class ScatterPlaces
{
    private readonly ElementKind _indexKind;
    private readonly long _indexStep;

    // Steps along each batch dimension in the indices, in the updates, and in the operand where it is a batch dimension there too.
    private readonly long[] _batchSizes, _batchToIndex, _batchToUpdate, _batchToOperand;

    // Of each component of an index, the largest that keeps the window inside, and its step in the operand.
    private readonly long[] _most, _step;

    /// <param name="dims">The operand's.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="updates">The updates.</param>
    /// <param name="numbers">Dimension numbers.</param>
    /// <param name="wrap">What is added to negative indices of the first dimension that is indexed.</param>
    public ScatterPlaces(long[] dims, HloNode indices, HloNode updates, ScatterDimensionNumbersAttr numbers, long wrap)
    {
        (Wrap, _indexKind) = (wrap, indices.Kind);
        long[] operandStrides = FusionRoot.DenseStrides(dims), indexStrides = FusionRoot.DenseStrides(indices.Dims), updateStrides = FusionRoot.DenseStrides(updates.Dims);
        int[] batchDims = [.. Enumerable.Range(0, updates.Dims.Length).Where(d => !numbers.UpdateWindowDims.Contains(d))];
        int[] indexBatchDims = [.. Enumerable.Range(0, indices.Dims.Length).Where(d => d != numbers.IndexVectorDim)];
        int[] windowDims = [.. Enumerable.Range(0, dims.Length).Where(d => !numbers.InsertedWindowDims.Contains(d) && !numbers.InputBatchingDims.Contains(d))];
        _batchSizes = [.. batchDims.Select(d => updates.Dims[d])];
        _batchToUpdate = [.. batchDims.Select(d => updateStrides[d])];
        _batchToIndex = [.. indexBatchDims.Select(d => indexStrides[d])];
        _batchToOperand = [.. indexBatchDims.Select(d => Array.IndexOf(numbers.ScatterIndicesBatchingDims.ToArray(), (long)d) is var at && at >= 0 ? operandStrides[numbers.InputBatchingDims[at]] : 0)];
        _indexStep = numbers.IndexVectorDim < indices.Dims.Length ? indexStrides[numbers.IndexVectorDim] : 0;
        Count = _batchSizes.Aggregate(1L, (n, size) => n * size);
        Join(ref _batchSizes, ref _batchToIndex, ref _batchToUpdate, ref _batchToOperand);
        Sizes = [.. numbers.UpdateWindowDims.Select(d => updates.Dims[d])];
        From = [.. numbers.UpdateWindowDims.Select(d => updateStrides[d])];
        To = [.. windowDims.Select(d => operandStrides[d])];
        _step = [.. numbers.ScatterDimsToOperandDims.Select(d => operandStrides[d])];
        _most = [.. numbers.ScatterDimsToOperandDims.Select(d => dims[d] - (Array.IndexOf(windowDims, (int)d) is var w && w >= 0 ? Sizes[w] : 1))];
        AreApart = numbers.ScatterDimsToOperandDims.All(d => Array.IndexOf(windowDims, (int)d) is var w && (w < 0 || Sizes[w] == 1));
        bool wholeRows = numbers.ScatterDimsToOperandDims.Length == 1 && numbers.ScatterDimsToOperandDims[0] == 0 && numbers.InputBatchingDims.Length == 0
            && windowDims.SequenceEqual(Enumerable.Range(1, dims.Length - 1)) && Sizes.SequenceEqual(dims.Skip(1))
            && numbers.UpdateWindowDims.SequenceEqual(Enumerable.Range(updates.Dims.Length - Sizes.Length, Sizes.Length).Select(d => (long)d))
            && (numbers.IndexVectorDim >= indices.Dims.Length || indices.Dims[numbers.IndexVectorDim] == 1);
        RowElements = wholeRows ? operandStrides[0] : 0;
        bool isLine = _indexKind == ElementKind.I32 && _batchSizes.Length <= 1 && _step is [1] && Array.TrueForAll(_batchToOperand, step => step == 0);
        LineElements = isLine ? _most[0] + 1 : 0;
        int[] real = [.. Enumerable.Range(0, Sizes.Length).Where(d => Sizes[d] != 1)];
        (Sizes, From, To) = ([.. real.Select(d => Sizes[d])], [.. real.Select(d => From[d])], [.. real.Select(d => To[d])]);
    }

    /// <summary>How many windows there are.</summary>
    public long Count { get; }

    /// <summary>Sizes of a window other than 1, and the steps along these dimensions in the updates and in the operand.</summary>
    public long[] Sizes { get; }

    public long[] From { get; }

    public long[] To { get; }

    /// <summary>Whether windows have one element along each dimension that is indexed: two of them have the same place, or no place in common.</summary>
    public bool AreApart { get; }

    /// <summary>Elements of a row where windows are whole rows of the operand, in order in the updates; else 0.</summary>
    public long RowElements { get; }

    /// <summary>Where windows are placed by one 32-bit index along neighbouring elements of the operand, and in even steps in the indices and updates: how many places there are; else 0.</summary>
    public long LineElements { get; }

    /// <summary>From one window of such a line to the next in the indices and in the updates.</summary>
    public long LineIndexStep => _batchSizes.Length == 0 ? 0 : _batchToIndex[0];

    public long LineUpdateStep => _batchSizes.Length == 0 ? 0 : _batchToUpdate[0];

    /// <summary>What is added to negative indices of the first dimension that is indexed.</summary>
    public long Wrap { get; }

    /// <summary>Where <paramref name="count"/> windows from <paramref name="first"/> on start, as the other overload; in the operand -1 for those left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(byte* indices, long first, int count, long* to, long* from)
    {
        if (_batchSizes.Length > 1 || _indexKind != ElementKind.I32)
        {
            for (int i = 0; i < count; i++)
            {
                to[i] = Find(indices, first + i, out long place, out from[i]) ? place : -1;
            }
            return;
        }
        long toIndex = 0, toUpdate = 0, toOperand = 0;
        if (_batchSizes.Length == 1)
        {
            (toIndex, toUpdate, toOperand) = (_batchToIndex[0], _batchToUpdate[0], _batchToOperand[0]);
        }
        for (int i = 0; i < count; i++)
        {
            (to[i], from[i]) = ((first + i) * toOperand, (first + i) * toUpdate);
        }
        for (int c = 0; c < _most.Length; c++)
        {
            int* index = (int*)indices + (first * toIndex) + (c * _indexStep);
            long wrap = c == 0 ? Wrap : 0, most = _most[c], step = _step[c];
            for (int i = 0; i < count; i++, index += toIndex)
            {
                long start = *index;
                start += wrap & (start >> 63);
                to[i] = to[i] < 0 || (ulong)start > (ulong)most ? -1 : to[i] + (start * step);
            }
        }
    }

    /// <summary>Which rows of the operand <paramref name="count"/> windows from <paramref name="first"/> on are, where windows are whole rows; -1 for those left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FindRows(byte* indices, long first, int count, int* rows)
    {
        if (_batchSizes.Length > 1 || _indexKind != ElementKind.I32)
        {
            for (int i = 0; i < count; i++)
            {
                rows[i] = Find(indices, first + i, out long place, out _) ? (int)(place / RowElements) : -1;
            }
            return;
        }
        long toIndex = _batchSizes.Length == 0 ? 0 : _batchToIndex[0], wrap = Wrap, most = _most[0];
        int* index = (int*)indices + (first * toIndex);
        for (int i = 0; i < count; i++, index += toIndex)
        {
            long start = *index;
            start += wrap & (start >> 63);
            rows[i] = (ulong)start <= (ulong)most ? (int)start : -1;
        }
    }

    /// <summary>Where window <paramref name="p"/> starts, in elements; false where it sticks out anywhere, which leaves it out.</summary>
    public bool Find(byte* indices, long p, out long to, out long from)
    {
        long at = 0;
        (to, from) = (0, 0);
        for (int i = _batchSizes.Length - 1; i >= 0; i--)
        {
            long position = p;
            if (i > 0)
            {
                (p, position) = Math.DivRem(p, _batchSizes[i]);
            }
            at += position * _batchToIndex[i];
            from += position * _batchToUpdate[i];
            to += position * _batchToOperand[i];
        }
        bool inside = true;
        int indexBytes = _indexKind.StorageBytes();
        for (int i = 0; i < _most.Length; i++)
        {
            byte* address = indices + (at + i * _indexStep) * indexBytes;
            long start = _indexKind == ElementKind.I32 ? *(int*)address : BoxCopy.Index(address, _indexKind);
            start = start < 0 && i == 0 ? start + Wrap : start;
            inside &= (ulong)start <= (ulong)_most[i];
            to += start * _step[i];
        }
        return inside;
    }

    // Neighbouring batch dimensions that are steps of one size become one.
    private static void Join(ref long[] sizes, ref long[] toIndex, ref long[] toUpdate, ref long[] toOperand)
    {
        var joined = new List<(long Size, long Index, long Update, long Operand)>();
        for (int d = 0; d < sizes.Length; d++)
        {
            if (sizes[d] == 1)
            {
                continue;
            }
            long n = sizes[d];
            if (joined.Count > 0 && joined[^1] is var outer && outer.Index == toIndex[d] * n && outer.Update == toUpdate[d] * n && outer.Operand == toOperand[d] * n)
            {
                joined[^1] = (outer.Size * n, toIndex[d], toUpdate[d], toOperand[d]);
            }
            else
            {
                joined.Add((n, toIndex[d], toUpdate[d], toOperand[d]));
            }
        }
        sizes = [.. joined.Select(j => j.Size)];
        toIndex = [.. joined.Select(j => j.Index)];
        toUpdate = [.. joined.Select(j => j.Update)];
        toOperand = [.. joined.Select(j => j.Operand)];
    }
}
