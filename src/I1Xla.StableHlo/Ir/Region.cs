namespace I1Xla.StableHlo.Ir;

/// <summary>A region of an operation: a list of blocks (StableHLO regions have one).</summary>
/// <remarks>MLIR language reference, section <c>Regions</c>.</remarks>
public sealed class Region
{
    /// <summary>An empty region.</summary>
    public Region() { }

    /// <summary>A region of one block.</summary>
    public Region(Block block) => Add(block);

    /// <summary>The operation that holds it; null while in none.</summary>
    public Operation? Parent { get; internal set; }

    /// <summary>The blocks; add with <see cref="Add"/>.</summary>
    public List<Block> Blocks { get; } = [];

    /// <summary>Whether there is no block.</summary>
    public bool IsEmpty => Blocks.Count == 0;

    /// <summary>The first block.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Block Entry => Blocks.Count > 0 ? Blocks[0] : throw new InvalidOperationException($"a region of {Parent?.Name} has no block");

    /// <summary>Appends a block and returns it.</summary>
    public Block Add(Block block)
    {
        block.Parent = this;
        Blocks.Add(block);
        return block;
    }

    /// <summary>A deep copy; see <see cref="Operation.Clone"/>.</summary>
    public Region Clone(Dictionary<Value, Value> map)
    {
        var copy = new Region();
        foreach (Block block in Blocks)
        {
            copy.Add(block.Clone(map));
        }
        return copy;
    }
}
