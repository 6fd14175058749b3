using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Fusion;

/// <summary>Where a kernel puts a node's elements: into the buffer of <paramref name="Target"/> at Offset + Σ index·Strides.</summary>
internal sealed record FusionRoot(HloNode Node, HloNode Target, long Offset, long[] Strides)
{
    /// <summary>A node into its own buffer, densely.</summary>
    public static FusionRoot Dense(HloNode node) => new(node, node, 0, DenseStrides(node.Dims));

    public static long[] DenseStrides(long[] dims)
    {
        long[] strides = new long[dims.Length];
        long step = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= dims[i];
        }
        return strides;
    }

    /// <summary>Strides of finer dimensions, of which each of the others is a product; null where one is not.</summary>
    /// <param name="dims">The others.</param>
    /// <param name="strides">Their strides.</param>
    /// <param name="finer">The finer dimensions.</param>
    public static long[]? Refine(long[] dims, long[] strides, long[] finer)
    {
        long[] result = new long[finer.Length];
        int at = finer.Length - 1;
        for (int d = dims.Length - 1; d >= 0; d--)
        {
            long step = strides[d], left = dims[d];
            while (at >= 0 && (left > 1 || finer[at] == 1))
            {
                if (finer[at] == 0 || left % finer[at] != 0)
                {
                    return null;
                }
                result[at] = step;
                step *= finer[at];
                left /= finer[at--];
            }
        }
        return at < 0 ? result : null;
    }
}

/// <summary>A fused loop and the nodes whose buffers it takes, in the order of its buffer numbers.</summary>
/// <param name="Kernel">The loop.</param>
/// <param name="Buffers">Node of each buffer.</param>
/// <param name="Outputs">The nodes that it writes.</param>
/// <param name="Inlined">The nodes computed inside.</param>
internal sealed record FusedKernel(LoopKernel Kernel, HloNode[] Buffers, HloNode[] Outputs, HashSet<HloNode> Inlined);
