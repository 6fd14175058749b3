using System.Globalization;
using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Text;

/// <summary>Floating-point numbers as MLIR writes them: the digits are those of LLVM's <c>APFloat::toString</c>, its roundings included.</summary>
internal static class FloatText
{
    private const int ShortDigits = 6;
    private static readonly UInt128[] s_powersOfFive = MakePowers(5, 55);
    private static readonly UInt128[] s_powersOfTen = MakePowers(10, 38);

    /// <summary>
    /// Writes a value: six digits in scientific notation when they read back as the value, otherwise as many digits as the
    /// kind needs, otherwise (no point in it, infinity, NaN) the bits in hexadecimal.
    /// </summary>
    public static void Write(ByteBuffer to, double value, ElementKind kind)
    {
        if (value == 0)
        {
            to.Bytes(double.IsNegative(value) ? "-0.000000e+00"u8 : "0.000000e+00"u8);
            return;
        }
        if (double.IsFinite(value))
        {
            Span<byte> digits = stackalloc byte[40];
            int count = Digits(value, ShortDigits, digits, out int exponent);
            if (WriteShort(to, digits[..count], exponent, value, kind))
            {
                return;
            }
            int precision = 2 + (FloatKind.MantissaBits(kind) + 1) * 59 / 196;
            count = Digits(value, precision, digits, out exponent);
            if (WriteLong(to, digits[..count], exponent, precision, value))
            {
                return;
            }
        }
        WriteBits(to, FloatKind.ToBits(kind, value) >> (kind == ElementKind.TF32 ? 13 : 0), kind);
    }

    /// <summary>Writes the bits of a value in hexadecimal: <c>0x7F800000</c>.</summary>
    public static void WriteBits(ByteBuffer to, ulong bits, ElementKind kind)
    {
        to.Bytes("0x"u8);
        to.Ascii(bits.ToString("X" + (kind.BitWidth() + 3) / 4, CultureInfo.InvariantCulture));
    }

    private static UInt128[] MakePowers(uint of, int count)
    {
        var powers = new UInt128[count + 1];
        powers[0] = 1;
        for (int i = 1; i <= count; i++)
        {
            powers[i] = powers[i - 1] * of;
        }
        return powers;
    }

    /// <summary>
    /// At most <paramref name="precision"/> significant digits without trailing zeros; the value is about digits × 10^exponent.
    /// The exact decimal significand is first cut to about the bits that the precision needs, then rounded half up.
    /// </summary>
    private static int Digits(double value, int precision, Span<byte> digits, out int exponent)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)(bits >> 52) & 0x7FF;
        long mantissa = bits & 0xFFFFFFFFFFFFF | (biased == 0 ? 0 : 1L << 52);
        int power = (biased == 0 ? 1 : biased) - 1075;
        int zeros = BitOperations.TrailingZeroCount(mantissa);
        mantissa >>= zeros;
        power += zeros;
        int width = 64 - BitOperations.LeadingZeroCount((ulong)mantissa);
        int required = (precision * 196 + 58) / 59;
        exponent = Math.Min(power, 0);
        UInt128 significand;
        if (power >= 0 ? width + power <= 127 : width + power * -7 / 3 + 2 <= 127)
        {
            significand = power >= 0 ? (UInt128)mantissa << power : (UInt128)mantissa * s_powersOfFive[-power];
            int removable = ((int)(128 - UInt128.LeadingZeroCount(significand)) - required) * 59 / 196;
            if (removable > 0)
            {
                significand /= s_powersOfTen[removable];
                exponent += removable;
            }
        }
        else
        {
            BigInteger big = power >= 0 ? (BigInteger)mantissa << power : mantissa * BigInteger.Pow(5, -power);
            int removable = (int)(((long)big.GetBitLength() - required) * 59 / 196);
            if (removable > 0)
            {
                big /= BigInteger.Pow(10, removable);
                exponent += removable;
            }
            significand = (UInt128)big;
        }
        significand.TryFormat(digits, out int count, default, CultureInfo.InvariantCulture);
        int trimmed = digits[..count].TrimEnd((byte)'0').Length;
        exponent += count - trimmed;
        count = trimmed;
        if (count <= precision)
        {
            return count;
        }
        bool up = digits[precision] >= '5';
        exponent += count - precision;
        count = precision;
        if (up)
        {
            while (count > 0 && digits[count - 1] == '9')
            {
                count--;
                exponent++;
            }
            if (count == 0)
            {
                digits[0] = (byte)'1';
                return 1;
            }
            digits[count - 1]++;
            return count;
        }
        trimmed = digits[..count].TrimEnd((byte)'0').Length;
        exponent += count - trimmed;
        return trimmed;
    }

    private static bool WriteShort(ByteBuffer to, ReadOnlySpan<byte> digits, int exponent, double value, ElementKind kind)
    {
        Span<byte> text = stackalloc byte[24];
        int n = 0;
        if (value < 0)
        {
            text[n++] = (byte)'-';
        }
        text[n++] = digits[0];
        text[n++] = (byte)'.';
        digits[1..].CopyTo(text[n..]);
        text.Slice(n + digits.Length - 1, ShortDigits - digits.Length + 1).Fill((byte)'0');
        n += ShortDigits;
        int scientific = exponent + digits.Length - 1;
        text[n++] = (byte)'e';
        text[n++] = scientific < 0 ? (byte)'-' : (byte)'+';
        scientific = Math.Abs(scientific);
        if (scientific < 10)
        {
            text[n++] = (byte)'0';
        }
        scientific.TryFormat(text[n..], out int written, default, CultureInfo.InvariantCulture);
        n += written;
        double back = double.Parse(text[..n], NumberStyles.Float, CultureInfo.InvariantCulture);
        if (kind != ElementKind.F64)
        {
            back = FloatKind.FromBits(kind, FloatKind.ToBits(kind, back));
        }
        if (back != value)
        {
            return false;
        }
        to.Bytes(text[..n]);
        return true;
    }

    /// <summary>The form with at most three zeros of padding; false, with nothing written, when it has no point.</summary>
    private static bool WriteLong(ByteBuffer to, ReadOnlySpan<byte> digits, int exponent, int precision, double value)
    {
        int count = digits.Length;
        int leading = exponent + count - 1;
        bool scientific = exponent >= 0 ? exponent > 3 || count + exponent > precision : leading < -3;
        if (!scientific && exponent >= 0)
        {
            return false;
        }
        if (value < 0)
        {
            to.Byte((byte)'-');
        }
        if (scientific)
        {
            to.Byte(digits[0]);
            to.Byte((byte)'.');
            to.Bytes(count == 1 ? "0"u8 : digits[1..]);
            to.Bytes(leading >= 0 ? "E+"u8 : "E-"u8);
            to.Number((long)Math.Abs(leading));
        }
        else if (leading >= 0)
        {
            to.Bytes(digits[..(leading + 1)]);
            to.Byte((byte)'.');
            to.Bytes(digits[(leading + 1)..]);
        }
        else
        {
            to.Bytes("0."u8);
            to.Bytes("000"u8[..(-leading - 1)]);
            to.Bytes(digits);
        }
        return true;
    }
}
