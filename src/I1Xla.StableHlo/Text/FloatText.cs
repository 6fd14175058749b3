using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Text;

/// <summary>Floating-point numbers as MLIR writes them, and the bits of every floating-point kind.</summary>
internal static class FloatText
{
    /// <summary>The digits that a kind needs to be read back exactly (LLVM's 2 + precision * 59 / 196).</summary>
    private static int Digits(ElementKind kind) => 2 + (FloatKind.MantissaBits(kind) + 1) * 59 / 196;

    /// <summary>
    /// Writes a value as MLIR does: seven digits in scientific notation when that is exact enough to read back, otherwise
    /// as many digits as the kind needs, otherwise (no point in it, infinity, NaN) the bits in hexadecimal.
    /// </summary>
    public static void Write(ByteBuffer to, double value, ElementKind kind)
    {
        if (!double.IsFinite(value))
        {
            WriteBits(to, FloatKind.ToBits(kind, value) >> (kind == ElementKind.TF32 ? 13 : 0), kind);
            return;
        }
        if (WriteShort(to, value, kind))
        {
            return;
        }
        string digits = ExactDigits(Math.Abs(value), out int exponent);
        string text = Format(digits, exponent, Digits(kind), double.IsNegative(value));
        if (text.Contains('.'))
        {
            to.Ascii(text);
            return;
        }
        WriteBits(to, FloatKind.ToBits(kind, value) >> (kind == ElementKind.TF32 ? 13 : 0), kind);
    }

    /// <summary>Writes the bits of a value in hexadecimal: <c>0x7F800000</c>.</summary>
    public static void WriteBits(ByteBuffer to, ulong bits, ElementKind kind)
    {
        int nibbles = (kind.BitWidth() + 3) / 4;
        string hex = bits.ToString("X" + nibbles, CultureInfo.InvariantCulture);
        to.Ascii("0x");
        to.Ascii(hex);
    }

    private static bool WriteShort(ByteBuffer to, double value, ElementKind kind)
    {
        Span<byte> text = stackalloc byte[32];
        if (!Utf8Formatter.TryFormat(value, text, out int length, new System.Buffers.StandardFormat('e', 5)))
        {
            return false;
        }
        // d.ddddde+xxx: .NET writes three exponent digits, MLIR at least two; MLIR pads the mantissa to six decimals.
        text = text[..length];
        int e = text.IndexOf((byte)'e');
        Span<byte> shorter = stackalloc byte[32];
        text[..e].CopyTo(shorter);
        int n = e;
        shorter[n++] = (byte)'0';
        shorter[n++] = (byte)'e';
        shorter[n++] = text[e + 1];
        ReadOnlySpan<byte> exponent = text[(e + 2)..];
        while (exponent.Length > 2 && exponent[0] == '0')
        {
            exponent = exponent[1..];
        }
        exponent.CopyTo(shorter[n..]);
        n += exponent.Length;
        ReadOnlySpan<byte> result = shorter[..n];
        double back = kind switch
        {
            ElementKind.F32 => float.Parse(result, NumberStyles.Float, CultureInfo.InvariantCulture),
            ElementKind.F64 => double.Parse(result, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => FloatKind.FromBits(kind, FloatKind.ToBits(kind, double.Parse(result, NumberStyles.Float, CultureInfo.InvariantCulture))),
        };
        if (BitConverter.DoubleToInt64Bits(back) != BitConverter.DoubleToInt64Bits(value))
        {
            return false;
        }
        to.Bytes(result);
        return true;
    }

    private static string ExactDigits(double value, out int exponent)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = bits & 0xFFFFFFFFFFFFF | (biased == 0 ? 0 : 1L << 52);
        int power = (biased == 0 ? 1 : biased) - 1075;
        exponent = 0;
        if (power >= 0)
        {
            mantissa <<= power;
        }
        else
        {
            int shift = Math.Min(-power, BitOperations.TrailingZeroCount((long)mantissa));
            mantissa >>= shift;
            power += shift;
            mantissa *= BigInteger.Pow(5, -power);
            exponent = power;
        }
        return mantissa.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>LLVM's APFloat::toString with a maximum padding of three zeros.</summary>
    private static string Format(string digits, int exponent, int precision, bool negative)
    {
        if (digits.Length > precision)
        {
            int drop = digits.Length - precision;
            bool up = digits[precision] >= '5';
            digits = digits[..precision];
            exponent += drop;
            if (up)
            {
                int length = digits.Length;
                digits = (BigInteger.Parse(digits, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
                if (digits.Length > length)
                {
                    digits = digits[..^1];
                    exponent++;
                }
            }
        }
        string trimmed = digits.TrimEnd('0');
        exponent += digits.Length - trimmed.Length;
        digits = trimmed;
        int count = digits.Length;
        int leading = exponent + count - 1;
        bool scientific = exponent >= 0 ? exponent > 3 || count + exponent > precision : leading < -3;
        var text = new StringBuilder(negative ? "-" : "");
        if (scientific)
        {
            text.Append(digits[0]).Append('.').Append(count == 1 ? "0" : digits[1..]).Append('E').Append(leading >= 0 ? '+' : '-').Append(Math.Abs(leading));
        }
        else if (exponent >= 0)
        {
            text.Append(digits).Append('0', exponent);
        }
        else if (leading >= 0)
        {
            text.Append(digits, 0, leading + 1).Append('.').Append(digits, leading + 1, count - leading - 1);
        }
        else
        {
            text.Append("0.").Append('0', -leading - 1).Append(digits);
        }
        return text.ToString();
    }
}
