using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Verify;

/// <summary>When types agree: the specification's baseline types, and the looser compatibility that dynamic sizes need.</summary>
internal static class Types
{
    /// <summary>The element type of a shaped type, or the type itself.</summary>
    public static IrType ElementOrSelf(IrType type) => type switch
    {
        TensorType t => t.Element,
        UnrankedTensorType u => u.Element,
        MemRefType m => m.Element,
        _ => type,
    };

    public static bool IsShaped(IrType type) => type is TensorType or UnrankedTensorType or MemRefType;

    public static Shape? ShapeOf(IrType type) => type switch
    {
        TensorType t => t.Shape,
        MemRefType m => m.Shape,
        _ => null,
    };

    public static bool IsFloat(IrType type) => type is ScalarType s && s.Kind.IsFloat();

    public static bool IsComplex(IrType type) => type is ScalarType s && s.Kind.IsComplex();

    public static bool IsIntegerOrBoolean(IrType type) => type is ScalarType s && (s.Kind.IsInteger() || s.Kind == ElementKind.I1);

    public static bool IsBoolean(IrType type) => type is ScalarType { Kind: ElementKind.I1 };

    public static bool IsPerAxis(IrType type) => ElementOrSelf(type) is QuantizedType { Axes.Length: 1, BlockSizes.Length: 0 };

    public static bool IsPerTensor(IrType type) => ElementOrSelf(type) is QuantizedType { IsPerTensor: true };

    public static bool IsQuantized(IrType type) => ElementOrSelf(type) is QuantizedType;

    public static bool AnyQuantized(params ReadOnlySpan<IrType> types)
    {
        foreach (IrType type in types)
        {
            if (IsQuantized(type))
            {
                return true;
            }
        }
        return false;
    }

    public static bool CompatibleShapes(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }
        for (int i = 0; i < a.Length; i++)
        {
            if (!Checks.CompatibleDims(a[i], b[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Both shaped, and one unranked or all sizes equal where both are known; or neither shaped.</summary>
    public static bool CompatibleShapes(IrType a, IrType b)
    {
        if (!IsShaped(a) || !IsShaped(b))
        {
            return IsShaped(a) == IsShaped(b);
        }
        return ShapeOf(a) is not { } sa || ShapeOf(b) is not { } sb || CompatibleShapes(sa.Dims, sb.Dims);
    }

    /// <summary>Equal element types, quantization parameters aside (baseline_element_type).</summary>
    public static bool CompatibleElements(IrType a, IrType b)
    {
        a = ElementOrSelf(a);
        b = ElementOrSelf(b);
        if (a is QuantizedType qa && b is QuantizedType qb)
        {
            return qa.Storage == qb.Storage && qa.StorageMin == qb.StorageMin && qa.StorageMax == qb.StorageMax
                && qa.Expressed == qb.Expressed && IsPerAxis(qa) == IsPerAxis(qb);
        }
        return a is not QuantizedType && b is not QuantizedType && a.Equals(b);
    }

    /// <summary>Compatible shapes, within each other's bounds, and compatible element types; other types have to be equal.</summary>
    public static bool Compatible(IrType a, IrType b)
    {
        if (IsShaped(a) && IsShaped(b))
        {
            return CompatibleShapes(a, b) && WithinBounds(a, b) && WithinBounds(b, a) && CompatibleElements(a, b);
        }
        return CompatibleElements(a, b);
    }

    public static bool Compatible(ReadOnlySpan<IrType> a, ReadOnlySpan<IrType> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }
        for (int i = 0; i < a.Length; i++)
        {
            if (!Compatible(a[i], b[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Equal element types, the precision of floats aside when asked.</summary>
    public static bool SameElements(IrType a, IrType b, bool ignoreFloatPrecision)
    {
        IrType ea = ElementOrSelf(a);
        IrType eb = ElementOrSelf(b);
        return (ignoreFloatPrecision && IsFloat(ea) && IsFloat(eb)) || ea.Equals(eb);
    }

    public static bool CompatibleShapeAndElement(IrType a, IrType b, bool ignoreFloatPrecision) =>
        CompatibleShapes(a, b) && SameElements(a, b, ignoreFloatPrecision);

    /// <summary>Specification, "is_promotable": the same class of type, at least as wide.</summary>
    public static bool Promotable(IrType from, IrType to, bool ignoreFloatPrecision)
    {
        if (!IsShaped(from) || !IsShaped(to))
        {
            return false;
        }
        IrType a = ElementOrSelf(from);
        IrType b = ElementOrSelf(to);
        bool same = (IsIntegerOrBoolean(a) && IsIntegerOrBoolean(b)) || (IsFloat(a) && IsFloat(b)) || (IsComplex(a) && IsComplex(b))
            || (a is QuantizedType qa && b is QuantizedType qb && qa.Expressed == qb.Expressed);
        return same && ((ignoreFloatPrecision && IsFloat(a)) || BitWidth(a) <= BitWidth(b));
    }

    public static int BitWidth(IrType element) => element is ElementType e ? e.StorageKind.BitWidth() : 0;

    private static bool WithinBounds(IrType sizes, IrType bounds)
    {
        if (sizes is not TensorType s || bounds is not TensorType { Encoding: TypeExtensionsAttr e })
        {
            return true;
        }
        for (int i = 0; i < s.Rank && i < e.Bounds.Length; i++)
        {
            if (e.Bounds[i] != Shape.Dynamic && s.Shape[i] != Shape.Dynamic && e.Bounds[i] < s.Shape[i])
            {
                return false;
            }
        }
        return true;
    }
}
