namespace I1Xla.StableHlo.Ir;

/// <summary>An SSA value: a result of an operation or an argument of a block. Values compare by identity.</summary>
/// <remarks>MLIR language reference, section <c>Operations</c> and <c>Blocks</c>.</remarks>
public abstract class Value(IrType type)
{
    /// <summary>The value's type.</summary>
    public IrType Type { get; set; } = type;

    /// <summary>The type as a ranked tensor.</summary>
    /// <exception cref="InvalidOperationException">The value is of another type.</exception>
    public TensorType TensorType => Type as TensorType ?? throw new InvalidOperationException($"expected a ranked tensor, found {Type}");

    /// <summary>The name the value had in text (without <c>%</c>), kept for readers of dumps; null when numbered.</summary>
    public string? NameHint { get; set; }

    /// <summary>
    /// Where a walk that numbers values has put this one: a hint, left from the last such walk, so that whoever uses it compares what it
    /// finds there. It spares a table from values to numbers.
    /// </summary>
    internal int Ordinal { get; set; }

    /// <summary>The operation that defines the value; null for a block argument.</summary>
    public Operation? DefiningOp => (this as OpResult)?.Owner;
}

/// <summary>A result of an operation.</summary>
/// <remarks>MLIR language reference, section <c>Operations</c>.</remarks>
public sealed class OpResult(Operation owner, int index, IrType type) : Value(type)
{
    /// <summary>The operation.</summary>
    public Operation Owner { get; } = owner;

    /// <summary>Which result.</summary>
    public int Index { get; } = index;
}

/// <summary>An argument of a block.</summary>
/// <remarks>MLIR language reference, section <c>Blocks</c>.</remarks>
public sealed class BlockArgument(Block owner, int index, IrType type, Location location) : Value(type)
{
    /// <summary>The block.</summary>
    public Block Owner { get; } = owner;

    /// <summary>Which argument.</summary>
    public int Index { get; internal set; } = index;

    /// <summary>Where the argument came from.</summary>
    public Location Location { get; set; } = location;
}
