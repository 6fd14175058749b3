using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>A block under construction: where operations go, and the constants already there.</summary>
internal sealed class BlockFrame(Block block, BlockFrame? parent)
{
    private Dictionary<ConstantKey, Tensor>? _constants;

    /// <summary>The block.</summary>
    public Block Block { get; } = block;

    /// <summary>The frame of the block around this one in the same function; null at the function's own.</summary>
    public BlockFrame? Parent { get; } = parent;

    /// <summary>Constants by bits and type, so that each is made once a block.</summary>
    public Dictionary<ConstantKey, Tensor> Constants => _constants ??= [];

    /// <summary>Whether values of <paramref name="other"/> can be used here.</summary>
    public bool Sees(BlockFrame other)
    {
        for (BlockFrame? frame = this; frame is not null; frame = frame.Parent)
        {
            if (ReferenceEquals(frame, other))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A splat constant's identity.</summary>
    public readonly record struct ConstantKey(ElementKind Kind, long Bits, long Bits2, Shape Shape);
}
