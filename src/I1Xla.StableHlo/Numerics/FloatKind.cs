using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Numerics;

/// <summary>
/// Reads, writes and rounds real floating-point elements of any kind through <see cref="double"/>. Every kind but f64 has
/// fewer than half of a double's bits, so a sum, difference, product, quotient or square root computed in double and then
/// rounded is the correctly rounded result in the kind.
/// </summary>
/// <remarks>StableHLO specification, section <c>Types</c>; IEEE 754-2019, 4.3.1. Double rounding: Figueroa, "When is double rounding innocuous?", 1995.</remarks>
public static class FloatKind
{
    private const uint Tf32Dropped = 0x1FFF;

    /// <summary>The nearest value of a kind, ties to even.</summary>
    /// <exception cref="ArgumentException">The kind is not a real float.</exception>
    public static double Round(ElementKind kind, double value) => kind switch
    {
        ElementKind.F64 => value,
        ElementKind.F32 => (float)value,
        ElementKind.TF32 => RoundTf32(value),
        ElementKind.BF16 => BFloat16.ToSingle(BFloat16.FromDouble(value)),
        ElementKind.F16 => (double)(Half)value,
        _ => MiniFloat.Of(kind).Round(value),
    };

    /// <summary>Reads all elements of a buffer of <see cref="ElementKinds.StorageBytes"/> an element.</summary>
    /// <exception cref="ArgumentException">The kind is not a real float.</exception>
    public static void Read(ElementKind kind, ReadOnlySpan<byte> from, Span<double> to)
    {
        switch (kind)
        {
            case ElementKind.F64:
                MemoryMarshal.Cast<byte, double>(from)[..to.Length].CopyTo(to);
                break;
            case ElementKind.F32 or ElementKind.TF32:
                ReadOnlySpan<float> singles = MemoryMarshal.Cast<byte, float>(from)[..to.Length];
                for (int i = 0; i < singles.Length; i++)
                {
                    to[i] = singles[i];
                }
                break;
            case ElementKind.BF16:
                ReadOnlySpan<ushort> brains = MemoryMarshal.Cast<byte, ushort>(from)[..to.Length];
                for (int i = 0; i < brains.Length; i++)
                {
                    to[i] = BFloat16.ToSingle(brains[i]);
                }
                break;
            case ElementKind.F16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(from)[..to.Length];
                for (int i = 0; i < halves.Length; i++)
                {
                    to[i] = (double)halves[i];
                }
                break;
            default:
                MiniFloat format = MiniFloat.Of(kind);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = format.Decode(from[i]);
                }
                break;
        }
    }

    /// <summary>Rounds and writes all elements of a buffer of <see cref="ElementKinds.StorageBytes"/> an element.</summary>
    /// <exception cref="ArgumentException">The kind is not a real float.</exception>
    public static void Write(ElementKind kind, ReadOnlySpan<double> from, Span<byte> to)
    {
        switch (kind)
        {
            case ElementKind.F64:
                from.CopyTo(MemoryMarshal.Cast<byte, double>(to));
                break;
            case ElementKind.F32:
                Span<float> singles = MemoryMarshal.Cast<byte, float>(to);
                for (int i = 0; i < from.Length; i++)
                {
                    singles[i] = (float)from[i];
                }
                break;
            case ElementKind.TF32:
                Span<float> tensorFloats = MemoryMarshal.Cast<byte, float>(to);
                for (int i = 0; i < from.Length; i++)
                {
                    tensorFloats[i] = RoundTf32(from[i]);
                }
                break;
            case ElementKind.BF16:
                Span<ushort> brains = MemoryMarshal.Cast<byte, ushort>(to);
                for (int i = 0; i < from.Length; i++)
                {
                    brains[i] = BFloat16.FromDouble(from[i]);
                }
                break;
            case ElementKind.F16:
                Span<Half> halves = MemoryMarshal.Cast<byte, Half>(to);
                for (int i = 0; i < from.Length; i++)
                {
                    halves[i] = (Half)from[i];
                }
                break;
            default:
                MiniFloat format = MiniFloat.Of(kind);
                for (int i = 0; i < from.Length; i++)
                {
                    to[i] = format.Encode(from[i]);
                }
                break;
        }
    }

    /// <summary>The bits of a value of the kind, in the low bits.</summary>
    /// <exception cref="ArgumentException">The kind is not a real float.</exception>
    public static ulong ToBits(ElementKind kind, double value) => kind switch
    {
        ElementKind.F64 => BitConverter.DoubleToUInt64Bits(value),
        ElementKind.F32 => BitConverter.SingleToUInt32Bits((float)value),
        ElementKind.TF32 => BitConverter.SingleToUInt32Bits(RoundTf32(value)),
        ElementKind.BF16 => BFloat16.FromDouble(value),
        ElementKind.F16 => BitConverter.HalfToUInt16Bits((Half)value),
        _ => MiniFloat.Of(kind).Encode(value),
    };

    /// <summary>The value of bits of the kind.</summary>
    /// <exception cref="ArgumentException">The kind is not a real float.</exception>
    public static double FromBits(ElementKind kind, ulong bits) => kind switch
    {
        ElementKind.F64 => BitConverter.UInt64BitsToDouble(bits),
        ElementKind.F32 or ElementKind.TF32 => BitConverter.UInt32BitsToSingle((uint)bits),
        ElementKind.BF16 => BFloat16.ToSingle((ushort)bits),
        ElementKind.F16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        _ => MiniFloat.Of(kind).Decode((byte)bits),
    };

    /// <summary>Stored mantissa bits of a kind, the implicit leading one not counted.</summary>
    /// <exception cref="ArgumentException">The kind is not a real float.</exception>
    public static int MantissaBits(ElementKind kind) => kind switch
    {
        ElementKind.F64 => 52,
        ElementKind.F32 => 23,
        ElementKind.TF32 or ElementKind.F16 => 10,
        ElementKind.BF16 => 7,
        ElementKind.F8E3M4 => 4,
        ElementKind.F8E4M3 or ElementKind.F8E4M3FN or ElementKind.F8E4M3FNUZ or ElementKind.F8E4M3B11FNUZ or ElementKind.F6E2M3FN => 3,
        ElementKind.F8E5M2 or ElementKind.F8E5M2FNUZ or ElementKind.F6E3M2FN => 2,
        ElementKind.F4E2M1FN => 1,
        ElementKind.F8E8M0FNU => 0,
        _ => throw new ArgumentException($"{kind.Name()} is not a real float", nameof(kind)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float RoundTf32(double value)
    {
        float single = (float)value;
        if (!float.IsFinite(single))
        {
            return single;
        }
        uint bits = BitConverter.SingleToUInt32Bits(single);
        bits = (bits + (Tf32Dropped >> 1) + ((bits >> 13) & 1)) & ~Tf32Dropped;
        return BitConverter.UInt32BitsToSingle(bits);
    }
}
