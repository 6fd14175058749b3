using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Ops;

/// <summary>A set of element types: bit k is <see cref="ElementKind"/> k; the two top bits are quantized per tensor and per axis (StableHLO specification, "Types").</summary>
public readonly record struct ElementSet(ulong Bits, string Summary)
{
    /// <summary>The bit of per-tensor quantized types.</summary>
    public const ulong Quantized = 1UL << 62;

    /// <summary>The bit of per-axis quantized types.</summary>
    public const ulong PerAxisQuantized = 1UL << 63;

    /// <summary>Whether an element type is in the set (specification, "Types"; a quantized type also has to meet quantized_type C7 and C8).</summary>
    public bool Contains(ElementType type) => type switch
    {
        ScalarType s => (Bits & (1UL << (int)s.Kind)) != 0,
        QuantizedType q => (Bits & (q.IsPerTensor ? Quantized : q.BlockSizes.Length == 0 ? PerAxisQuantized : 0)) != 0 && IsValid(q),
        _ => false,
    };

    private static bool IsValid(QuantizedType type)
    {
        if (type.Storage.BitWidth() > 32 || !type.Storage.IsInteger() || (type.ExplicitSign && type.Storage.IsSignedInteger()))
        {
            return false;
        }
        foreach (long zeroPoint in type.ZeroPoints)
        {
            if (zeroPoint < type.StorageMin || zeroPoint > type.StorageMax)
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>What type an operand or result may have (StableHLO specification, "Types", and the types in "Inputs" and "Outputs" of each operation).</summary>
public abstract record TypeConstraint(string Name)
{
    /// <summary>Prose for error messages: "must be …".</summary>
    public abstract string Summary { get; }

    /// <summary>Whether a type fits.</summary>
    public abstract bool Accepts(IrType type);
}

/// <summary>A tensor constraint.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, tensor types; <c>Base.td</c>.</remarks>
/// <param name="Name">Name in the table.</param>
/// <param name="Elements">Element types.</param>
/// <param name="AllowUnranked">Whether an unranked tensor fits.</param>
/// <param name="Static">Whether the shape has to be static.</param>
/// <param name="Bounded">Whether the shape has to be static or have exactly one dynamic dimension, bounded.</param>
/// <param name="Rank">The rank; -1 for any.</param>
/// <param name="CheckAxis">Whether the quantized dimension has to fit the shape (quantized_type C12, C13).</param>
/// <param name="Prefix">What the summary starts with; null for what follows from the rest.</param>
public sealed record TensorConstraint(
    string Name, ElementSet[] Elements, bool AllowUnranked = false, bool Static = false, bool Bounded = false,
    int Rank = -1, bool CheckAxis = false, string? Prefix = null) : TypeConstraint(Name)
{
    /// <inheritdoc/>
    public override string Summary =>
        $"{Prefix ?? (Rank >= 0 ? $"{Rank}D tensor" : AllowUnranked ? "tensor" : "ranked tensor")} of {string.Join(" or ", Elements.Select(e => e.Summary))} values";

    /// <inheritdoc/>
    public override bool Accepts(IrType type)
    {
        if (type is UnrankedTensorType unranked)
        {
            return AllowUnranked && Contains(unranked.Element);
        }
        if (type is not TensorType tensor || !Contains(tensor.Element))
        {
            return false;
        }
        if ((Rank >= 0 && tensor.Rank != Rank) || (Static && !tensor.Shape.IsStatic))
        {
            return false;
        }
        if (Bounded && !tensor.Shape.IsStatic && !HasSingleBoundedDimension(tensor))
        {
            return false;
        }
        return !CheckAxis || tensor.Element is not QuantizedType q || q.Axes.Length != 1 || FitsAxis(tensor, q);
    }

    private static bool HasSingleBoundedDimension(TensorType tensor) =>
        tensor.Encoding is TypeExtensionsAttr e && e.Bounds.Count(b => b != Shape.Dynamic) == 1 && tensor.Shape.Count(d => d == Shape.Dynamic) == 1;

    private static bool FitsAxis(TensorType tensor, QuantizedType q) =>
        q.Axes[0] >= 0 && q.Axes[0] < tensor.Rank && (tensor.Shape[q.Axes[0]] == Shape.Dynamic || tensor.Shape[q.Axes[0]] == q.Scales.Length);

    private bool Contains(ElementType element)
    {
        foreach (ElementSet set in Elements)
        {
            if (set.Contains(element))
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>Any of several constraints.</summary>
/// <remarks>StableHLO, <c>Base.td</c>.</remarks>
public sealed record UnionConstraint(string Name, TypeConstraint[] Alternatives) : TypeConstraint(Name)
{
    /// <inheritdoc/>
    public override string Summary => string.Join(" or ", Alternatives.Select(a => a.Summary));

    /// <inheritdoc/>
    public override bool Accepts(IrType type)
    {
        foreach (TypeConstraint alternative in Alternatives)
        {
            if (alternative.Accepts(type))
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>A constraint on something that is not a tensor.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>: token, future, buffer and tuple types.</remarks>
public sealed record OtherConstraint(string Name, string Prose, Func<IrType, bool> Fits) : TypeConstraint(Name)
{
    /// <summary>Tokens.</summary>
    public static OtherConstraint Token { get; } = new("token", "token", t => t is TokenType);

    /// <summary>Futures.</summary>
    public static OtherConstraint Future { get; } = new("future", "future", t => t is FutureType);

    /// <summary>Buffers.</summary>
    public static OtherConstraint Buffer { get; } = new("buffer", "memref", t => t is MemRefType);

    /// <summary>Tuples, nested, of tensors, buffers and tokens.</summary>
    public static OtherConstraint Tuple { get; } = new("tuple", "nested tuple", IsTuple);

    /// <inheritdoc/>
    public override string Summary => Prose;

    /// <inheritdoc/>
    public override bool Accepts(IrType type) => Fits(type);

    private static bool IsTuple(IrType type)
    {
        if (type is not TupleType tuple)
        {
            return false;
        }
        foreach (IrType element in tuple.Elements)
        {
            if (element is not (TensorType or UnrankedTensorType or MemRefType or TokenType) && !IsTuple(element))
            {
                return false;
            }
        }
        return true;
    }
}
