using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Rewrites;

/// <summary>Labels of dimensions through dot products.</summary>
internal static class DotLabels
{
    /// <summary>Labels of one operand of a dot whose result's are known; its one contracted dimension gets <paramref name="contracted"/>. Null when there are several.</summary>
    public static int[]? Operand(HloNode dot, int side, int[] result, int contracted)
    {
        (ValueArray<long> batch, ValueArray<long> contract) = Numbers(dot, side);
        long[] dims = dot.Inputs[side].Dims;
        var labels = new int[dims.Length];
        int free = FirstFree(dot, side), found = 0;
        for (int d = 0; d < dims.Length; d++)
        {
            if (contract.Contains(d))
            {
                labels[d] = dims[d] == 1 ? HloAttention.Unit : contracted;
                found += dims[d] == 1 ? 0 : 1;
            }
            else
            {
                labels[d] = batch.Contains(d) ? result[IndexOf(batch, d)] : result[free++];
            }
        }
        return found == 1 ? labels : null;
    }

    /// <summary>
    /// Labels of the other operand and of the result when one operand's labels are known and exactly <paramref name="contracted"/> is summed over; the
    /// other operand's one free dimension gets <paramref name="free"/>. Null for any other dot.
    /// </summary>
    public static (int[] Other, int[] Result)? Consumer(HloNode dot, int side, int[] known, int contracted, int free)
    {
        (ValueArray<long> batch, ValueArray<long> contract) = Numbers(dot, side);
        (ValueArray<long> otherBatch, ValueArray<long> otherContract) = Numbers(dot, 1 - side);
        long[] dims = dot.Inputs[1 - side].Dims;
        if (contract.Count(d => known[d] != HloAttention.Unit) != 1 || !contract.Any(d => known[d] == contracted))
        {
            return null;
        }
        var other = new int[dims.Length];
        Array.Fill(other, HloAttention.Unit);
        for (int i = 0; i < batch.Length; i++)
        {
            other[otherBatch[i]] = known[batch[i]];
        }
        for (int i = 0; i < contract.Length; i++)
        {
            other[otherContract[i]] = known[contract[i]];
        }
        var mine = Enumerable.Range(0, known.Length).Where(d => !batch.Contains(d) && !contract.Contains(d)).Select(d => known[d]).ToArray();
        int[] theirs = Enumerable.Range(0, dims.Length).Where(d => !otherBatch.Contains(d) && !otherContract.Contains(d)).ToArray();
        if (theirs.Count(d => dims[d] != 1) != 1)
        {
            return null;
        }
        foreach (int d in theirs)
        {
            other[d] = dims[d] == 1 ? HloAttention.Unit : free;
        }
        IEnumerable<int> freed = theirs.Select(d => other[d]);
        int[] result = [.. batch.Select(d => known[d]), .. side == 0 ? mine.Concat(freed) : freed.Concat(mine)];
        return (other, result);
    }

    /// <summary>A node without the transposes, unit dimensions and float conversions around it, with the labels moved along.</summary>
    public static (HloNode Node, int[] Labels) Strip(HloNode node, int[] labels)
    {
        while (true)
        {
            switch (node.Op)
            {
                case HloOp.Transpose:
                    var inner = new int[labels.Length];
                    for (int i = 0; i < labels.Length; i++)
                    {
                        inner[node.A[i]] = labels[i];
                    }
                    (node, labels) = (node.Inputs[0], inner);
                    break;
                case HloOp.Reshape when AxisLabels.Reshape(labels, node.Dims, node.Inputs[0].Dims) is { } reshaped:
                    (node, labels) = (node.Inputs[0], reshaped);
                    break;
                case HloOp.Convert when node.Inputs[0].Kind.IsFloatKind():
                    node = node.Inputs[0];
                    break;
                default:
                    return (node, labels);
            }
        }
    }

    /// <summary>Whether two labelled nodes are the same values in the same places.</summary>
    public static bool Same(HloNode x, int[] xLabels, HloNode y, int[] yLabels)
    {
        (HloNode a, int[] aLabels) = Strip(x, xLabels);
        (HloNode b, int[] bLabels) = Strip(y, yLabels);
        return ReferenceEquals(a, b) && aLabels.AsSpan().SequenceEqual(bLabels);
    }

    private static (ValueArray<long> Batch, ValueArray<long> Contract) Numbers(HloNode dot, int side)
    {
        var n = (HloDot)dot.Payload!;
        return side == 0 ? (n.LhsBatch, n.LhsContract) : (n.RhsBatch, n.RhsContract);
    }

    private static int FirstFree(HloNode dot, int side)
    {
        var n = (HloDot)dot.Payload!;
        return side == 0 ? n.LhsBatch.Length : dot.Inputs[0].Dims.Length - n.LhsContract.Length;
    }

    private static int IndexOf(ValueArray<long> list, long value)
    {
        for (int i = 0; i < list.Length; i++)
        {
            if (list[i] == value)
            {
                return i;
            }
        }
        return -1;
    }
}
