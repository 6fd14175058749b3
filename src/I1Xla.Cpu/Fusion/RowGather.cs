using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// A gather of rows, each from where indices say (an embedding, the neighbours of a sampled pixel), that loops can read in place: the start of a row is computed once, and its elements lie
/// side by side from there on.
/// </summary>
internal sealed class RowGather
{
    /// <summary>Shorter rows are copied for less than it takes to start a loop on each.</summary>
    public const long LeastRow = 32;

    private readonly int[] _positions, _indexDims;
    private readonly int _indexVector;
    private readonly (int Result, long Stride)[] _window, _batching;

    private RowGather(HloNode node, GatherDimensionNumbersAttr numbers, int[] positions, (int Result, long Stride)[] window, long[] strides)
    {
        (Operand, Indices) = (node.Inputs[0], node.Inputs[1]);
        (_positions, _window, _indexVector) = (positions, window, (int)numbers.IndexVectorDim);
        _indexDims = [.. Enumerable.Range(0, Indices.Dims.Length).Where(d => d != _indexVector)];
        _batching = [.. numbers.OperandBatchingDims.Select((d, i) => (positions[Array.IndexOf(_indexDims, (int)numbers.StartIndicesBatchingDims[i])], strides[d]))];
        Starts = [.. numbers.StartIndexMap.Select(d => (Operand.Dims[d] - node.A[d], strides[d]))];
        Wrap = node.B.Length > 0 ? node.B[0] : 0;
    }

    /// <summary>What rows are taken from.</summary>
    public HloNode Operand { get; }

    /// <summary>The indices.</summary>
    public HloNode Indices { get; }

    /// <summary>Of each component of an index: the largest start, and elements of the operand per step.</summary>
    public (long Most, long Stride)[] Starts { get; }

    /// <summary>What is added to negative indices.</summary>
    public long Wrap { get; }

    /// <summary>The gather as one of rows; null where its windows are no rows, or places do not fit 32 bits.</summary>
    public static RowGather? Of(HloNode node)
    {
        if (node.Op != HloOp.Gather || node.Count == 0)
        {
            return null;
        }
        var numbers = (GatherDimensionNumbersAttr)node.Payload!;
        HloNode operand = node.Inputs[0];
        if (operand.Count >= int.MaxValue || node.Inputs[1].Kind is not (ElementKind.I8 or ElementKind.UI8 or ElementKind.I16 or ElementKind.UI16 or ElementKind.I32))
        {
            return null;
        }
        long[] strides = FusionRoot.DenseStrides(operand.Dims);
        (int Result, long Stride)[] window = [.. Enumerable.Range(0, operand.Dims.Length)
            .Where(d => !numbers.CollapsedSliceDims.Contains(d) && !numbers.OperandBatchingDims.Contains(d))
            .Select((d, i) => ((int)numbers.OffsetDims[i], strides[d]))];
        int last = Array.FindLastIndex(node.Dims, n => n > 1);
        long row = window.Aggregate(1L, (n, w) => n * node.Dims[w.Result]);
        return row >= LeastRow && Array.Exists(window, w => w.Result == last && w.Stride == 1)
            ? new RowGather(node, numbers, [.. Enumerable.Range(0, node.Dims.Length).Where(d => !numbers.OffsetDims.Contains(d))], window, strides) : null;
    }

    /// <summary>Which row an element of the result is of.</summary>
    public Affine[] Position(Affine[] index) => [.. _positions.Select(d => index[d])];

    /// <summary>A component of a row's index: the node that holds it, and where. What components are joined from is read by itself.</summary>
    /// <param name="position">Which row.</param>
    /// <param name="component">Which component.</param>
    public (HloNode Node, Affine[] At) Index(Affine[] position, int component)
    {
        bool joined = Indices.Op == HloOp.Concatenate && Indices.A[0] == _indexVector && Array.TrueForAll(Indices.Inputs, i => i.Dims[_indexVector] == 1);
        var at = new Affine[Indices.Dims.Length];
        for (int i = 0; i < _indexDims.Length; i++)
        {
            at[_indexDims[i]] = position[i];
        }
        if (_indexVector < at.Length)
        {
            at[_indexVector] = new Affine(joined ? 0 : component, []);
        }
        return (joined ? Indices.Inputs[component] : Indices, at);
    }

    /// <summary>Elements from the start of the row to an element of the result.</summary>
    public Affine Within(Affine[] index) => _window.Concat(_batching).Aggregate(Affine.Zero, (sum, w) => sum.Plus(index[w.Result].Times(w.Stride)));
}
