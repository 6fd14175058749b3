using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// A view of the marker operation of a scan. Operands: initial carries, then sequences of <see cref="Length"/> slices along
/// their leading dimension. The region takes carries and one slice of each, and returns carries and one slice of each
/// stacked result; it may use outer values. Results: final carries, then stacked results.
/// </summary>
internal readonly record struct ScanOp(Operation Op)
{
    /// <summary>How many times the region runs.</summary>
    public long Length => Op.Attributes.Get<IntegerAttr>("length")!.Value;

    /// <summary>How many carries there are.</summary>
    public int Carries => (int)Op.Attributes.Get<IntegerAttr>("carries")!.Value;

    /// <summary>Whether slices are taken from the end on.</summary>
    public bool Reverse => Op.Attributes.Get<BoolAttr>("reverse")!.Value;

    /// <summary>The region's block.</summary>
    public Block Body => Op.Regions[0].Entry;

    /// <summary>The attributes of a scan.</summary>
    public static AttributeMap Attributes(long length, int carries, bool reverse) => new()
    {
        { "length", IntegerAttr.I64(length) },
        { "carries", IntegerAttr.I64(carries) },
        { "reverse", new BoolAttr(reverse) },
    };

    /// <summary>The types of a scan's results: the carries' and, for each stacked result, its slice's with the length in front.</summary>
    public static IrType[] ResultTypes(long length, int carries, ReadOnlySpan<Value> returned)
    {
        var types = new IrType[returned.Length];
        for (int i = 0; i < types.Length; i++)
        {
            TensorType slice = returned[i].TensorType;
            types[i] = i < carries ? slice : Stacked(slice, length);
        }
        return types;
    }

    /// <summary>A type with a leading dimension.</summary>
    public static TensorType Stacked(TensorType slice, long length) => new(slice.Element, [length, .. slice.Shape.Dims]);

    /// <summary>A type without its leading dimension.</summary>
    public static TensorType Slice(TensorType stacked) => new(stacked.Element, Shape.Create(stacked.Shape.Dims[1..]));
}
