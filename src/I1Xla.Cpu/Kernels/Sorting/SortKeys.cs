using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Kernels.Sorting;

/// <summary>Elements as unsigned integers of the same order.</summary>
internal static unsafe class SortKeys
{
    /// <summary>The bits of infinity in f32.</summary>
    public const ulong InfinityF32 = 0x7F800000;

    /// <summary>Bits of the keys of a kind.</summary>
    public static int Bits(ElementKind kind) => 8 * kind.StorageBytes();

    /// <summary>The key of an element.</summary>
    /// <param name="at">The element.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="totalOrder">For floats, whether -0 comes before +0; otherwise they are equal. NaN comes last either way, a negative one first in total order.</param>
    public static ulong Of(byte* at, ElementKind kind, bool totalOrder) => kind switch
    {
        ElementKind.F32 => Float(*(uint*)at, 31, InfinityF32, totalOrder),
        ElementKind.BF16 => Float(*(ushort*)at, 15, 0x7F80, totalOrder),
        ElementKind.F16 => Float(*(ushort*)at, 15, 0x7C00, totalOrder),
        ElementKind.F64 => Float(*(ulong*)at, 63, 0x7FF0000000000000, totalOrder),
        ElementKind.I2 or ElementKind.I4 or ElementKind.I8 => (byte)(*at ^ 0x80),
        ElementKind.I16 => (ushort)(*(ushort*)at ^ 0x8000),
        ElementKind.I32 => *(uint*)at ^ 0x80000000u,
        ElementKind.I64 => *(ulong*)at ^ 0x8000000000000000ul,
        ElementKind.I1 or ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8 => *at,
        ElementKind.UI16 => *(ushort*)at,
        ElementKind.UI32 => *(uint*)at,
        ElementKind.UI64 => *(ulong*)at,
        _ => throw new CpuUnsupportedException($"sorting by {kind.Name()}"),
    };

    /// <summary>The key of a float given by its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Float(ulong bits, int signBit, ulong infinity, bool totalOrder)
    {
        ulong sign = 1ul << signBit;
        if (!totalOrder)
        {
            ulong magnitude = bits & (sign - 1);
            bits = magnitude == 0 ? 0 : magnitude > infinity ? sign - 1 : bits;
        }
        return (bits & sign) != 0 ? ~bits & ((sign << 1) - 1) : bits | sign;
    }
}
