namespace I1Xla.StableHlo.Ir;

/// <summary>A list of operations with arguments; the last operation is the terminator.</summary>
/// <remarks>MLIR language reference, section <c>Blocks</c>.</remarks>
public sealed class Block
{
    private readonly List<BlockArgument> _arguments = [];

    /// <summary>A block with arguments of the given types.</summary>
    public Block(params ReadOnlySpan<IrType> argumentTypes)
    {
        foreach (IrType type in argumentTypes)
        {
            AddArgument(type);
        }
    }

    /// <summary>The region that holds it; null while in none.</summary>
    public Region? Parent { get; internal set; }

    /// <summary>The arguments.</summary>
    public IReadOnlyList<BlockArgument> Arguments => _arguments;

    /// <summary>The operations, in order. Passes may rebuild the list; set <see cref="Operation.Parent"/> through <see cref="Add"/> or <see cref="Replace"/>.</summary>
    public OperationList Operations { get; private set; } = [];

    /// <summary>The last operation; null in an empty block.</summary>
    public Operation? Terminator => Operations.Count > 0 ? Operations[^1] : null;

    /// <summary>Appends an argument.</summary>
    public BlockArgument AddArgument(IrType type, Location? location = null)
    {
        var argument = new BlockArgument(this, _arguments.Count, type, location ?? Location.Unknown);
        _arguments.Add(argument);
        return argument;
    }

    /// <summary>Removes an argument that nothing uses; the later ones move up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such argument.</exception>
    public void RemoveArgument(int index)
    {
        _arguments.RemoveAt(index);
        for (int i = index; i < _arguments.Count; i++)
        {
            _arguments[i].Index = i;
        }
    }

    /// <summary>Appends an operation and returns it.</summary>
    public Operation Add(Operation op)
    {
        op.Parent = this;
        Operations.Add(op);
        return op;
    }

    /// <summary>Puts another list of operations in place of the present one.</summary>
    public void Replace(OperationList operations)
    {
        foreach (Operation op in operations)
        {
            op.Parent = this;
        }
        Operations = operations;
    }

    /// <summary>A deep copy; see <see cref="Operation.Clone"/>.</summary>
    public Block Clone(Dictionary<Value, Value> map)
    {
        var copy = new Block();
        foreach (BlockArgument argument in _arguments)
        {
            BlockArgument fresh = copy.AddArgument(argument.Type, argument.Location);
            fresh.NameHint = argument.NameHint;
            map[argument] = fresh;
        }
        foreach (Operation op in Operations)
        {
            copy.Add(op.Clone(map));
        }
        return copy;
    }
}
