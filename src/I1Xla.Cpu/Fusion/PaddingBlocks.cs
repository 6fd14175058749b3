using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// What a pad writes beside its operand, dimension by dimension from the outermost: blocks before, after and between the operand's slices, of whole slices. From the dimension on where
/// such blocks are too short, all is filled, and the operand written over it.
/// </summary>
internal static class PaddingBlocks
{
    // A result of fewer bytes is not worth several loops; nor are blocks that lie closer than this.
    private const long LeastResult = 1 << 14, LeastApart = 512;

    // So many slices of padding after each of the operand's are written with it.
    private const long MostTogether = 3;

    /// <summary>The loops of a pad, in their order, whose padding is not negative; each writes one block, or several of one shape.</summary>
    public static List<List<FusionRoot>> Of(HloNode pad)
    {
        long[] operand = pad.Inputs[0].Dims, strides = FusionRoot.DenseStrides(pad.Dims), steps = [.. strides.Select((s, d) => s * (pad.C[d] + 1))];
        int rank = operand.Length, element = pad.Kind.StorageBytes();
        var loops = new List<List<FusionRoot>>();
        var beside = new List<long>();
        long offset = 0;
        bool filled = false;
        for (int d = 0; d < rank; d++)
        {
            long low = pad.A[d], high = pad.B[d], between = operand[d] > 1 ? pad.C[d] : 0, start = offset;
            long blocks = Math.Sign(low) + Math.Sign(high) + (between > 0 ? operand[d] - 1 : 0);
            offset += low * strides[d];
            if (filled || blocks == 0)
            {
                continue;
            }
            filled = pad.Bytes < LeastResult || pad.Dims[d] * strides[d] * element < LeastApart * blocks;
            if (filled)
            {
                Block(d, start, pad.Dims[d..], strides[d..]);
                continue;
            }
            bool innermost = Enumerable.Range(d + 1, rank - d - 1).All(e => pad.Dims[e] == operand[e]);
            if (innermost && between is > 0 and <= MostTogether && Math.Max(low, high) >= between)
            {
                // As many slices before the first, or after the last, as lie between two.
                bool after = high >= between;
                (low, high) = after ? (low, high - between) : (low - between, high);
                beside.AddRange(Enumerable.Range(0, (int)between).Select(j => start + ((low + j + (after ? 1 : 0)) * strides[d])));
                between = 0;
            }
            Block(d, start, [low, .. pad.Dims[(d + 1)..]], strides[d..]);
            Block(d, start + ((pad.Dims[d] - high) * strides[d]), [high, .. pad.Dims[(d + 1)..]], strides[d..]);
            Block(d, offset + strides[d], [operand[d] - 1, between, .. pad.Dims[(d + 1)..]], [steps[d], .. strides[d..]]);
        }
        loops.Add([new FusionRoot(pad.Inputs[0], pad, offset, steps), .. beside.Select(at => new FusionRoot(FusionPlanner.Fill(pad.Kind, operand, pad.Inputs[1]), pad, at, steps))]);
        return loops;

        // One block in each of the operand's slices along the dimensions before.
        void Block(int d, long at, long[] dims, long[] apart)
        {
            if (dims.All(n => n > 0))
            {
                loops.Add([new FusionRoot(FusionPlanner.Fill(pad.Kind, [.. operand[..d], .. dims], pad.Inputs[1]), pad, at, [.. steps[..d], .. apart])]);
            }
        }
    }
}
