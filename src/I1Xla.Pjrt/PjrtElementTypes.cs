using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Pjrt;

/// <summary>Facts about the element types of the C API and their kin.</summary>
public static class PjrtElementTypes
{
    /// <summary>The width of one element in bits (8 for a predicate, which takes a byte everywhere).</summary>
    public static int Bits(this PjrtElementType type) => type switch
    {
        PjrtElementType.S1 or PjrtElementType.U1 => 1,
        PjrtElementType.S2 or PjrtElementType.U2 => 2,
        PjrtElementType.S4 or PjrtElementType.U4 or PjrtElementType.F4E2M1FN => 4,
        PjrtElementType.Pred or PjrtElementType.S8 or PjrtElementType.U8 or PjrtElementType.F8E5M2 or PjrtElementType.F8E4M3FN
            or PjrtElementType.F8E4M3B11FNUZ or PjrtElementType.F8E5M2FNUZ or PjrtElementType.F8E4M3FNUZ or PjrtElementType.F8E4M3
            or PjrtElementType.F8E3M4 or PjrtElementType.F8E8M0FNU => 8,
        PjrtElementType.S16 or PjrtElementType.U16 or PjrtElementType.F16 or PjrtElementType.BF16 => 16,
        PjrtElementType.S32 or PjrtElementType.U32 or PjrtElementType.F32 => 32,
        PjrtElementType.S64 or PjrtElementType.U64 or PjrtElementType.F64 or PjrtElementType.C64 => 64,
        PjrtElementType.C128 => 128,
        PjrtElementType.Token => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An element type without a width."),
    };

    /// <summary>Bytes that one element takes in host memory: a type below a byte takes a whole byte there, its value in the low bits.</summary>
    public static int HostBytes(this PjrtElementType type) => (type.Bits() + 7) / 8;

    /// <summary>Bytes that an array takes in host memory.</summary>
    public static long HostBytes(this PjrtElementType type, ReadOnlySpan<long> dimensions)
    {
        long count = type.HostBytes();
        foreach (long dimension in dimensions)
        {
            count = checked(count * dimension);
        }
        return count;
    }

    /// <summary>The element type that a .NET type stands for.</summary>
    public static PjrtElementType Of<T>()
        where T : unmanaged => default(T) switch
        {
            bool => PjrtElementType.Pred,
            sbyte => PjrtElementType.S8,
            short => PjrtElementType.S16,
            int => PjrtElementType.S32,
            long => PjrtElementType.S64,
            byte => PjrtElementType.U8,
            ushort => PjrtElementType.U16,
            uint => PjrtElementType.U32,
            ulong => PjrtElementType.U64,
            Half => PjrtElementType.F16,
            float => PjrtElementType.F32,
            double => PjrtElementType.F64,
            Complex => PjrtElementType.C128,
            _ => throw new ArgumentException($"{typeof(T)} stands for no element type; give the bytes and the element type."),
        };

    /// <summary>The C API's type for a StableHLO element kind; a kind that it does not have is an <see cref="ArgumentException"/>.</summary>
    public static PjrtElementType ToPjrt(this ElementKind kind) => kind switch
    {
        ElementKind.I1 => PjrtElementType.Pred,
        ElementKind.I2 => PjrtElementType.S2,
        ElementKind.I4 => PjrtElementType.S4,
        ElementKind.I8 => PjrtElementType.S8,
        ElementKind.I16 => PjrtElementType.S16,
        ElementKind.I32 => PjrtElementType.S32,
        ElementKind.I64 => PjrtElementType.S64,
        ElementKind.UI2 => PjrtElementType.U2,
        ElementKind.UI4 => PjrtElementType.U4,
        ElementKind.UI8 => PjrtElementType.U8,
        ElementKind.UI16 => PjrtElementType.U16,
        ElementKind.UI32 => PjrtElementType.U32,
        ElementKind.UI64 => PjrtElementType.U64,
        ElementKind.F4E2M1FN => PjrtElementType.F4E2M1FN,
        ElementKind.F8E3M4 => PjrtElementType.F8E3M4,
        ElementKind.F8E4M3 => PjrtElementType.F8E4M3,
        ElementKind.F8E4M3FN => PjrtElementType.F8E4M3FN,
        ElementKind.F8E4M3FNUZ => PjrtElementType.F8E4M3FNUZ,
        ElementKind.F8E4M3B11FNUZ => PjrtElementType.F8E4M3B11FNUZ,
        ElementKind.F8E5M2 => PjrtElementType.F8E5M2,
        ElementKind.F8E5M2FNUZ => PjrtElementType.F8E5M2FNUZ,
        ElementKind.F8E8M0FNU => PjrtElementType.F8E8M0FNU,
        ElementKind.BF16 => PjrtElementType.BF16,
        ElementKind.F16 => PjrtElementType.F16,
        ElementKind.F32 => PjrtElementType.F32,
        ElementKind.F64 => PjrtElementType.F64,
        ElementKind.Complex64 => PjrtElementType.C64,
        ElementKind.Complex128 => PjrtElementType.C128,
        _ => throw new ArgumentException($"The PJRT C API has no element type for {kind.Name()}."),
    };

    /// <summary>The StableHLO element kind of the C API's type; a type without one (a token) is an <see cref="ArgumentException"/>.</summary>
    public static ElementKind ToElementKind(this PjrtElementType type)
    {
        for (int i = 0; i < ElementKinds.Count; i++)
        {
            var kind = (ElementKind)i;
            if (kind is not (ElementKind.F6E2M3FN or ElementKind.F6E3M2FN or ElementKind.TF32 or ElementKind.Index) && kind.ToPjrt() == type)
            {
                return kind;
            }
        }
        throw new ArgumentException($"StableHLO has no element kind for {type}.");
    }
}
