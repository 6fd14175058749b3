using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Element encodings of host numbers.</summary>
internal static class Scalars
{
    /// <summary>The bits of a real number rounded to nearest even in a floating kind (f8 and smaller kinds hold only what converts exactly from bf16's route: use Cast for those).</summary>
    public static long Encode(double value, ElementKind kind) => kind switch
    {
        ElementKind.F64 => BitConverter.DoubleToInt64Bits(value),
        ElementKind.F32 or ElementKind.TF32 => BitConverter.SingleToUInt32Bits((float)value),
        ElementKind.F16 => BitConverter.HalfToUInt16Bits((Half)value),
        ElementKind.BF16 => ToBFloat16(value),
        _ => throw Tracer.Error("constant", $"numbers cannot be written in {kind.Name()} directly; make an f32 and use Cast"),
    };

    /// <summary>bf16 bits of a double, rounded once, to nearest even.</summary>
    public static ushort ToBFloat16(double value)
    {
        if (double.IsNaN(value))
        {
            return 0x7FC0;
        }
        // Round to odd in f32 first, so that the second rounding cannot double-round.
        float narrow = (float)value;
        uint bits = BitConverter.SingleToUInt32Bits(narrow);
        if (!float.IsInfinity(narrow) && narrow != value)
        {
            bool tooBig = Math.Abs((double)narrow) > Math.Abs(value);
            bits = tooBig ? bits - 1 : bits;
            bits |= 1;
        }
        uint round = 0x7FFF + ((bits >> 16) & 1);
        return (ushort)((bits + round) >> 16);
    }

    /// <summary>bf16 bits of an f32.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The largest finite value of a floating kind.</summary>
    public static double MaxFinite(ElementKind kind) => kind switch
    {
        ElementKind.F64 => double.MaxValue,
        ElementKind.F32 or ElementKind.TF32 => float.MaxValue,
        ElementKind.F16 => 65504,
        ElementKind.BF16 => 3.3895313892515355e38,
        _ => throw Tracer.Error("finfo", $"{kind.Name()} has no limits here"),
    };

    /// <summary>The identity of a maximum over a kind: minus infinity, or the smallest integer.</summary>
    public static double Lowest(ElementKind kind) => kind.IsFloat() ? double.NegativeInfinity : IntegerMin(kind);

    /// <summary>The identity of a minimum over a kind: infinity, or the largest integer.</summary>
    public static double Highest(ElementKind kind) => kind.IsFloat() ? double.PositiveInfinity : kind == ElementKind.UI64 ? ulong.MaxValue : IntegerMax(kind);

    /// <summary>The smallest integer of a kind.</summary>
    public static long IntegerMin(ElementKind kind) => kind.IsSignedInteger() ? -(1L << (kind.BitWidth() - 1)) : 0;

    /// <summary>The bits of the largest integer of a kind.</summary>
    public static long IntegerMax(ElementKind kind) => kind switch
    {
        ElementKind.I1 => 1,
        ElementKind.UI64 => -1,
        _ when kind.IsSignedInteger() => (1L << (kind.BitWidth() - 1)) - 1,
        _ => (1L << kind.BitWidth()) - 1,
    };
}
