namespace I1Xla.StableHlo.Numerics;

/// <summary>Conversions of bfloat16 bit patterns: the upper half of an f32, rounded to nearest even.</summary>
/// <remarks>StableHLO specification, section <c>Types</c> (bf16); rounding: IEEE 754-2019, 4.3.1.</remarks>
public static class BFloat16
{
    /// <summary>The f32 that a pattern is, exactly.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest pattern to an f32; NaNs become quiet and keep their sign and upper payload.</summary>
    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            return (ushort)((bits >> 16) | 0x40);
        }
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The nearest pattern to an f64, rounded once.</summary>
    public static ushort FromDouble(double value)
    {
        float single = (float)value;
        if (single != value && !float.IsNaN(single) && !float.IsInfinity(single))
        {
            // Round to odd, so that the second rounding sees on which side of a tie the value was.
            uint bits = BitConverter.SingleToUInt32Bits(single);
            bool above = Math.Abs((double)single) > Math.Abs(value);
            if ((bits & 1) == 0)
            {
                bits = above ? bits - 1 : bits + 1;
            }
            single = BitConverter.UInt32BitsToSingle(bits);
        }
        return FromSingle(single);
    }

    /// <summary>Rounds an f32 to a bfloat16 value.</summary>
    public static float Round(float value) => ToSingle(FromSingle(value));

    /// <summary>Converts a whole buffer.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the source.</exception>
    public static void FromSingle(ReadOnlySpan<float> from, Span<ushort> to)
    {
        CheckLength(from.Length, to.Length);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = FromSingle(from[i]);
        }
    }

    /// <summary>Converts a whole buffer, exactly.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the source.</exception>
    public static void ToSingle(ReadOnlySpan<ushort> from, Span<float> to)
    {
        CheckLength(from.Length, to.Length);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = ToSingle(from[i]);
        }
    }

    private static void CheckLength(int from, int to)
    {
        if (to < from)
        {
            throw new ArgumentException($"{from} elements do not fit into {to}");
        }
    }
}
