namespace I1Xla.StableHlo.Ir;

/// <summary>Appends operations to a block, all with the current location.</summary>
/// <remarks>After MLIR's <c>OpBuilder</c>; it checks nothing: see <see cref="Verify.Verifier"/>.</remarks>
public sealed class OpBuilder(Block block)
{
    /// <summary>Where operations go.</summary>
    public Block Block { get; set; } = block;

    /// <summary>The location given to each operation.</summary>
    public Location Location { get; set; } = Location.Unknown;

    /// <summary>Makes an operation at the end of the block.</summary>
    public Operation Create(OpName name, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes, AttributeMap? attributes = null, ReadOnlySpan<Region> regions = default) =>
        Block.Add(new Operation(name, operands, resultTypes, attributes, regions, Location));
}
