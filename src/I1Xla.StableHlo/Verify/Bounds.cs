using I1Xla.StableHlo.Ir;
using static I1Xla.StableHlo.Verify.Checks;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>Sizes and bounds of dynamic dimensions, merged as bounded dynamism prescribes (StableHLO, "Dynamism": bounded types).</summary>
internal static class Bounds
{
    private delegate (long Size, long Bound) Merge(int dim, long leftSize, long rightSize, long leftBound, long rightBound);

    /// <summary>The bounds a type carries; empty when it carries none.</summary>
    public static ReadOnlySpan<long> Of(TensorType type) => type.Encoding is TypeExtensionsAttr e ? e.Bounds.Span : default;

    /// <summary>Bound <paramref name="dim"/>, dynamic when there is none.</summary>
    public static long Of(TensorType type, int dim) =>
        type.Encoding is TypeExtensionsAttr e && dim < e.Bounds.Length ? e.Bounds[dim] : Shape.Dynamic;

    /// <summary>The encoding for bounds: the prototype's own when there are none to give, nothing when all are unknown.</summary>
    public static Attribute? Encode(Attribute? prototype, ReadOnlySpan<long> bounds) =>
        bounds.IsEmpty ? prototype : bounds.IndexOfAnyExcept(Shape.Dynamic) < 0 ? null : new TypeExtensionsAttr(ValueArray.Create(bounds));

    /// <summary>One type at least as specific as each input: known sizes win, and the smaller bound.</summary>
    public static IrType MostSpecific(string? constraint, params ReadOnlySpan<IrType> types) => OverTuples(constraint, types, false);

    /// <summary>One type that holds whatever any branch gives: equal sizes stay, others become dynamic with the larger bound.</summary>
    public static IrType LeastSpecific(string? constraint, params ReadOnlySpan<IrType> types) => OverTuples(constraint, types, true);

    /// <summary>Size and bound of a concatenation along a dimension.</summary>
    public static (long Size, long Bound) Concatenate(long leftSize, long rightSize, long leftBound, long rightBound)
    {
        if (leftSize != Shape.Dynamic && rightSize != Shape.Dynamic)
        {
            return (leftSize + rightSize, Shape.Dynamic);
        }
        long left = leftSize != Shape.Dynamic ? leftSize : leftBound;
        long right = rightSize != Shape.Dynamic ? rightSize : rightBound;
        return (Shape.Dynamic, left == Shape.Dynamic || right == Shape.Dynamic ? Shape.Dynamic : left + right);
    }

    /// <summary>Size and bound that satisfy both sides.</summary>
    public static (long Size, long Bound) MostSpecificDim(string? constraint, int dim, long leftSize, long rightSize, long leftBound, long rightBound)
    {
        if (leftSize == Shape.Dynamic && rightSize == Shape.Dynamic)
        {
            return (Shape.Dynamic, leftBound == Shape.Dynamic ? rightBound : rightBound == Shape.Dynamic ? leftBound : Math.Min(leftBound, rightBound));
        }
        if (leftSize != Shape.Dynamic && rightSize != Shape.Dynamic && leftSize != rightSize)
        {
            throw Violation(constraint, $"Mismatched dimension sizes {leftSize} and {rightSize} in dimension {dim}");
        }
        long size = leftSize != Shape.Dynamic ? leftSize : rightSize;
        long bound = leftBound != Shape.Dynamic ? leftBound : rightBound;
        if (bound != Shape.Dynamic && size > bound)
        {
            throw Violation(constraint, $"Mismatched dimension size {size} and bound {bound} in dimension {dim}");
        }
        return (size, Shape.Dynamic);
    }

    private static (long, long) LeastSpecificDim(string? constraint, int dim, long leftSize, long rightSize, long leftBound, long rightBound)
    {
        if (leftSize != Shape.Dynamic && rightSize != Shape.Dynamic)
        {
            return leftSize == rightSize ? (leftSize, Shape.Dynamic)
                : throw Violation(constraint, $"Mismatched dimension sizes {leftSize} and {rightSize} in dimension {dim}");
        }
        long left = leftSize != Shape.Dynamic ? leftSize : leftBound;
        long right = rightSize != Shape.Dynamic ? rightSize : rightBound;
        return (Shape.Dynamic, left == Shape.Dynamic || right == Shape.Dynamic ? Shape.Dynamic : Math.Max(left, right));
    }

    private static IrType OverTuples(string? constraint, ReadOnlySpan<IrType> types, bool least)
    {
        TupleType[] tuples = [.. types.ToArray().OfType<TupleType>()];
        if (tuples.Length == 0)
        {
            return Merged(constraint, types, least);
        }
        if (tuples.Length != types.Length)
        {
            throw Violation(constraint, "Mismatched type kinds: either all types must be tuples, or no types must be tuples");
        }
        if (tuples.Any(t => t.Elements.Length != tuples[0].Elements.Length))
        {
            throw Violation(constraint, "Mismatched tuple sizes: all tuple sizes must be the same");
        }
        var elements = new IrType[tuples[0].Elements.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = Merged(constraint, [.. tuples.Select(t => t.Elements[i])], least);
        }
        return new TupleType(new ValueArray<IrType>(elements));
    }

    private static IrType Merged(string? constraint, ReadOnlySpan<IrType> types, bool least)
    {
        var ranked = new List<TensorType>();
        foreach (IrType type in types)
        {
            if (type is TensorType t)
            {
                ranked.Add(t);
            }
            else if (least)
            {
                return type;
            }
        }
        if (ranked.Count == 0)
        {
            return types[0];
        }
        TensorType first = ranked[0];
        bool plain = first.Encoding is null;
        foreach (TensorType t in ranked)
        {
            if (t.Rank != first.Rank)
            {
                throw Violation(constraint, $"Mismatched ranks of types{first.Rank} vs {t.Rank}");
            }
            plain &= t.Encoding is null && t.Shape == first.Shape;
        }
        if (plain)
        {
            return first;
        }
        Merge merge = least ? (d, a, b, c, e) => LeastSpecificDim(constraint, d, a, b, c, e) : (d, a, b, c, e) => MostSpecificDim(constraint, d, a, b, c, e);
        long[] sizes = first.Shape.ToArray();
        long[] bounds = new long[sizes.Length];
        bool any = !Of(first).IsEmpty;
        for (int d = 0; d < sizes.Length; d++)
        {
            bounds[d] = Of(first, d);
        }
        for (int i = 1; i < ranked.Count; i++)
        {
            any |= !Of(ranked[i]).IsEmpty;
            for (int d = 0; d < sizes.Length; d++)
            {
                (sizes[d], bounds[d]) = merge(d, sizes[d], ranked[i].Shape[d], bounds[d], Of(ranked[i], d));
            }
        }
        return new TensorType(first.Element, new Shape(sizes), Encode(first.Encoding, any ? bounds : default));
    }
}
