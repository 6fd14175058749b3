using I1Xla.Pjrt.Xla;

namespace I1Xla.Pjrt;

/// <summary>Between the element types of the C API and those of XLA's messages.</summary>
internal static class XlaTypes
{
    public static PrimitiveType ToXla(PjrtElementType type) => type switch
    {
        PjrtElementType.Pred => PrimitiveType.Pred,
        PjrtElementType.S1 => PrimitiveType.S1,
        PjrtElementType.S2 => PrimitiveType.S2,
        PjrtElementType.S4 => PrimitiveType.S4,
        PjrtElementType.S8 => PrimitiveType.S8,
        PjrtElementType.S16 => PrimitiveType.S16,
        PjrtElementType.S32 => PrimitiveType.S32,
        PjrtElementType.S64 => PrimitiveType.S64,
        PjrtElementType.U1 => PrimitiveType.U1,
        PjrtElementType.U2 => PrimitiveType.U2,
        PjrtElementType.U4 => PrimitiveType.U4,
        PjrtElementType.U8 => PrimitiveType.U8,
        PjrtElementType.U16 => PrimitiveType.U16,
        PjrtElementType.U32 => PrimitiveType.U32,
        PjrtElementType.U64 => PrimitiveType.U64,
        PjrtElementType.F16 => PrimitiveType.F16,
        PjrtElementType.BF16 => PrimitiveType.Bf16,
        PjrtElementType.F32 => PrimitiveType.F32,
        PjrtElementType.F64 => PrimitiveType.F64,
        PjrtElementType.C64 => PrimitiveType.C64,
        PjrtElementType.C128 => PrimitiveType.C128,
        PjrtElementType.F8E5M2 => PrimitiveType.F8E5M2,
        PjrtElementType.F8E4M3FN => PrimitiveType.F8E4M3Fn,
        PjrtElementType.F8E4M3B11FNUZ => PrimitiveType.F8E4M3B11Fnuz,
        PjrtElementType.F8E5M2FNUZ => PrimitiveType.F8E5M2Fnuz,
        PjrtElementType.F8E4M3FNUZ => PrimitiveType.F8E4M3Fnuz,
        PjrtElementType.F8E4M3 => PrimitiveType.F8E4M3,
        PjrtElementType.F8E3M4 => PrimitiveType.F8E3M4,
        PjrtElementType.F8E8M0FNU => PrimitiveType.F8E8M0Fnu,
        PjrtElementType.F4E2M1FN => PrimitiveType.F4E2M1Fn,
        PjrtElementType.Token => PrimitiveType.Token,
        _ => PrimitiveType.Invalid,
    };
}
