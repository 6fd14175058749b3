using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Numerics;

/// <summary>
/// Reads, writes and wraps integer and boolean elements of any kind through <see cref="long"/>: signed kinds are
/// sign-extended, unsigned kinds zero-extended, ui64 keeps its bits.
/// </summary>
/// <remarks>StableHLO specification, section <c>Types</c>, integer types, and <c>convert</c>.</remarks>
public static class IntegerKind
{
    /// <summary>Keeps the low bits that the kind has and extends them again (two's complement wrap).</summary>
    /// <exception cref="ArgumentException">The kind is neither an integer nor a boolean.</exception>
    public static long Wrap(ElementKind kind, long value) => kind switch
    {
        ElementKind.I1 => value & 1,
        ElementKind.I2 => value << 62 >> 62,
        ElementKind.I4 => value << 60 >> 60,
        ElementKind.I8 => (sbyte)value,
        ElementKind.I16 => (short)value,
        ElementKind.I32 => (int)value,
        ElementKind.I64 or ElementKind.UI64 or ElementKind.Index => value,
        ElementKind.UI2 => value & 3,
        ElementKind.UI4 => value & 15,
        ElementKind.UI8 => (byte)value,
        ElementKind.UI16 => (ushort)value,
        ElementKind.UI32 => (uint)value,
        _ => throw new ArgumentException($"{kind.Name()} is neither an integer nor a boolean", nameof(kind)),
    };

    /// <summary>The smallest value of the kind.</summary>
    public static long MinValue(ElementKind kind) =>
        kind.IsSignedInteger() ? long.MinValue >> (64 - kind.BitWidth()) : 0;

    /// <summary>The largest value of the kind (for ui64 all bits set, that is -1 here).</summary>
    public static long MaxValue(ElementKind kind) =>
        kind.IsSignedInteger() ? long.MaxValue >> (64 - kind.BitWidth()) : kind.BitWidth() == 64 ? -1 : (1L << kind.BitWidth()) - 1;

    /// <summary>Reads all elements of a buffer of <see cref="ElementKinds.StorageBytes"/> an element.</summary>
    public static void Read(ElementKind kind, ReadOnlySpan<byte> from, Span<long> to)
    {
        switch (kind.StorageBytes())
        {
            case 1:
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = Wrap(kind, from[i]);
                }
                break;
            case 2:
                ReadOnlySpan<short> shorts = MemoryMarshal.Cast<byte, short>(from);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = Wrap(kind, shorts[i]);
                }
                break;
            case 4:
                ReadOnlySpan<int> ints = MemoryMarshal.Cast<byte, int>(from);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = Wrap(kind, ints[i]);
                }
                break;
            default:
                MemoryMarshal.Cast<byte, long>(from)[..to.Length].CopyTo(to);
                break;
        }
    }

    /// <summary>Wraps and writes all elements of a buffer of <see cref="ElementKinds.StorageBytes"/> an element.</summary>
    public static void Write(ElementKind kind, ReadOnlySpan<long> from, Span<byte> to)
    {
        switch (kind.StorageBytes())
        {
            case 1:
                for (int i = 0; i < from.Length; i++)
                {
                    to[i] = (byte)Wrap(kind, from[i]);
                }
                break;
            case 2:
                Span<short> shorts = MemoryMarshal.Cast<byte, short>(to);
                for (int i = 0; i < from.Length; i++)
                {
                    shorts[i] = (short)from[i];
                }
                break;
            case 4:
                Span<int> ints = MemoryMarshal.Cast<byte, int>(to);
                for (int i = 0; i < from.Length; i++)
                {
                    ints[i] = (int)from[i];
                }
                break;
            default:
                from.CopyTo(MemoryMarshal.Cast<byte, long>(to));
                break;
        }
    }

    /// <summary>A float truncated towards zero and saturated to the kind's range; NaN gives 0 (XLA's rule).</summary>
    public static long FromDouble(ElementKind kind, double value)
    {
        if (kind.IsBoolean())
        {
            return value != 0 ? 1 : 0;
        }
        if (double.IsNaN(value))
        {
            return 0;
        }
        if (kind == ElementKind.UI64)
        {
            return value <= 0 ? 0 : value >= 18446744073709551616.0 ? -1 : (long)(ulong)value;
        }
        if (kind is ElementKind.I64 or ElementKind.Index)
        {
            return value >= 9223372036854775808.0 ? long.MaxValue : value < -9223372036854775808.0 ? long.MinValue : (long)value;
        }
        return (long)Math.Clamp(Math.Truncate(value), MinValue(kind), MaxValue(kind));
    }

    /// <summary>The value as a double, rounded when it has more than 53 bits.</summary>
    public static double ToDouble(ElementKind kind, long value) => kind == ElementKind.UI64 ? (double)(ulong)value : value;

    /// <summary>Whether the kind's values compare and divide as unsigned (booleans do).</summary>
    public static bool IsUnsigned(ElementKind kind) => !kind.IsSignedInteger() && kind != ElementKind.Index;
}
