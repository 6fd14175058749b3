using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>The bits of each floating-point kind (LLVM's APFloat semantics): conversion from and to double, rounding to nearest even.</summary>
internal static class FloatBits
{
    private enum Special : byte
    {
        /// <summary>Infinities and NaNs with the largest exponent.</summary>
        Ieee,
        /// <summary>No infinity; NaN is all ones.</summary>
        NanAllOnes,
        /// <summary>No infinity; NaN is the code of negative zero.</summary>
        NanNegativeZero,
        /// <summary>Neither infinity nor NaN.</summary>
        Finite,
    }

    private readonly record struct Format(int Exponent, int Mantissa, int Bias, Special Special);

    private static Format Of(ElementKind kind) => kind switch
    {
        ElementKind.F4E2M1FN => new(2, 1, 1, Special.Finite),
        ElementKind.F6E2M3FN => new(2, 3, 1, Special.Finite),
        ElementKind.F6E3M2FN => new(3, 2, 3, Special.Finite),
        ElementKind.F8E3M4 => new(3, 4, 3, Special.Ieee),
        ElementKind.F8E4M3 => new(4, 3, 7, Special.Ieee),
        ElementKind.F8E4M3FN => new(4, 3, 7, Special.NanAllOnes),
        ElementKind.F8E4M3FNUZ => new(4, 3, 8, Special.NanNegativeZero),
        ElementKind.F8E4M3B11FNUZ => new(4, 3, 11, Special.NanNegativeZero),
        ElementKind.F8E5M2 => new(5, 2, 15, Special.Ieee),
        ElementKind.F8E5M2FNUZ => new(5, 2, 16, Special.NanNegativeZero),
        ElementKind.BF16 => new(8, 7, 127, Special.Ieee),
        ElementKind.F16 => new(5, 10, 15, Special.Ieee),
        ElementKind.TF32 => new(8, 10, 127, Special.Ieee),
        ElementKind.F32 => new(8, 23, 127, Special.Ieee),
        _ => new(11, 52, 1023, Special.Ieee),
    };

    /// <summary>The significant bits of a kind, the hidden one included.</summary>
    public static int Precision(ElementKind kind) => kind == ElementKind.F8E8M0FNU ? 1 : Of(kind).Mantissa + 1;

    /// <summary>The bits of the nearest value of a kind.</summary>
    public static ulong FromDouble(double value, ElementKind kind)
    {
        switch (kind)
        {
            case ElementKind.F64:
                return BitConverter.DoubleToUInt64Bits(value);
            case ElementKind.F32:
                return BitConverter.SingleToUInt32Bits((float)value);
            case ElementKind.F16:
                return BitConverter.HalfToUInt16Bits((Half)value);
            case ElementKind.F8E8M0FNU:
                return ToE8M0(value);
        }
        Format f = Of(kind);
        ulong sign = double.IsNegative(value) ? 1UL << f.Exponent + f.Mantissa : 0;
        ulong maxExponent = (1UL << f.Exponent) - 1;
        ulong mask = (1UL << f.Mantissa) - 1;
        if (double.IsNaN(value))
        {
            return f.Special switch
            {
                Special.Ieee => sign | maxExponent << f.Mantissa | Math.Max(1UL << f.Mantissa - 1, (BitConverter.DoubleToUInt64Bits(value) & 0xFFFFFFFFFFFFF) >> 52 - f.Mantissa),
                Special.NanAllOnes => sign | maxExponent << f.Mantissa | mask,
                Special.NanNegativeZero => 1UL << f.Exponent + f.Mantissa,
                _ => sign | maxExponent << f.Mantissa | mask,
            };
        }
        ulong largest = f.Special switch
        {
            Special.Ieee => (maxExponent << f.Mantissa) - 1,
            Special.NanAllOnes => (maxExponent << f.Mantissa | mask) - 1,
            _ => maxExponent << f.Mantissa | mask,
        };
        ulong bits;
        if (double.IsInfinity(value))
        {
            bits = largest + 1;
        }
        else
        {
            double magnitude = Math.Abs(value);
            int exponent = magnitude == 0 ? int.MinValue : Math.ILogB(magnitude);
            int smallest = 1 - f.Bias;
            int quantum = Math.Max(exponent, smallest) - f.Mantissa;
            // The magnitude in units of the last place; an integer of at most Mantissa + 2 bits once rounded.
            double scaled = Math.Round(Math.ScaleB(magnitude, -quantum), MidpointRounding.ToEven);
            ulong units = (ulong)scaled;
            bits = exponent < smallest ? units : units + ((ulong)(exponent + f.Bias - 1) << f.Mantissa);
        }
        if (bits > largest)
        {
            bits = f.Special switch
            {
                Special.Ieee => maxExponent << f.Mantissa,
                Special.NanAllOnes => maxExponent << f.Mantissa | mask,
                Special.NanNegativeZero => 1UL << f.Exponent + f.Mantissa,
                _ => largest,
            };
        }
        if (bits == 0 && f.Special == Special.NanNegativeZero)
        {
            return 0;
        }
        return bits | sign;
    }

    /// <summary>The value of some bits of a kind, exactly.</summary>
    public static double ToDouble(ulong bits, ElementKind kind)
    {
        switch (kind)
        {
            case ElementKind.F64:
                return BitConverter.UInt64BitsToDouble(bits);
            case ElementKind.F32:
                return BitConverter.UInt32BitsToSingle((uint)bits);
            case ElementKind.BF16:
                return BitConverter.UInt32BitsToSingle((uint)bits << 16);
            case ElementKind.F16:
                return (double)BitConverter.UInt16BitsToHalf((ushort)bits);
            case ElementKind.F8E8M0FNU:
                return (bits & 0xFF) == 0xFF ? double.NaN : Math.ScaleB(1, (int)(bits & 0xFF) - 127);
        }
        Format f = Of(kind);
        bool negative = (bits >> f.Exponent + f.Mantissa & 1) != 0;
        ulong maxExponent = (1UL << f.Exponent) - 1;
        ulong mask = (1UL << f.Mantissa) - 1;
        ulong exponent = bits >> f.Mantissa & maxExponent;
        ulong mantissa = bits & mask;
        bool nan = f.Special switch
        {
            Special.Ieee => exponent == maxExponent && mantissa != 0,
            Special.NanAllOnes => exponent == maxExponent && mantissa == mask,
            Special.NanNegativeZero => negative && exponent == 0 && mantissa == 0,
            _ => false,
        };
        if (nan)
        {
            return BitConverter.UInt64BitsToDouble((negative ? 1UL << 63 : 0) | 0x7FFUL << 52 | Math.Max(1, mantissa << 52 - f.Mantissa));
        }
        double magnitude = f.Special == Special.Ieee && exponent == maxExponent ? double.PositiveInfinity
            : exponent == 0 ? Math.ScaleB(mantissa, 1 - f.Bias - f.Mantissa)
            : Math.ScaleB(mantissa | 1UL << f.Mantissa, (int)exponent - f.Bias - f.Mantissa);
        return negative ? -magnitude : magnitude;
    }

    private static ulong ToE8M0(double value)
    {
        if (!(value > 0) || double.IsInfinity(value))
        {
            return value == 0 ? 0UL : 0xFF;
        }
        int exponent = Math.ILogB(value);
        double fraction = Math.ScaleB(value, -exponent);
        if (fraction > 1.5 || fraction == 1.5 && (exponent & 1) == 0)
        {
            exponent++;
        }
        return exponent > 127 ? 0xFF : (ulong)Math.Max(0, exponent + 127);
    }
}
