using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Changes of element type: <c>convert</c>, <c>bitcast_convert</c>, <c>reduce_precision</c>.</summary>
internal static class Conversions
{
    public static void Register(Registrar add)
    {
        add("stablehlo.convert", c => OpContext.One(Convert(c, c.Tensor(0), c.ResultKind())), Quantization.Dequantize);
        add("stablehlo.bitcast_convert", c => OpContext.One(BitcastConvert(c)), Quantization.Structural);
        add("stablehlo.reduce_precision", c => OpContext.One(ReducePrecision(c)), Quantization.Dequantize);
    }

    /// <summary>Each element as the nearest value of another kind; see <see cref="IntegerKind.FromDouble"/> for floats to integers.</summary>
    public static Literal Convert(OpContext c, Literal x, ElementKind to)
    {
        ElementKind from = x.Type.Kind;
        Literal result = c.Make(ScalarType.Of(to), x.Shape);
        if (from.IsComplex())
        {
            Complex[] values = Elements.Complexes(x);
            if (to.IsComplex())
            {
                Elements.Write(result, values);
                return result;
            }
            WriteReals(result, Array.ConvertAll(values, z => z.Real));
        }
        else if (from.IsFloat())
        {
            WriteReals(result, Elements.Reals(x));
        }
        else
        {
            long[] values = Elements.Integers(x);
            if (to.IsBoolean())
            {
                Elements.Write(result, Array.ConvertAll(values, v => v != 0 ? 1L : 0));
            }
            else if (to.IsInteger() || to == ElementKind.Index)
            {
                Elements.Write(result, values);
            }
            else
            {
                bool exact = to is ElementKind.F64 or ElementKind.Complex128;
                WriteReals(result, Array.ConvertAll(values, v => exact ? IntegerKind.ToDouble(from, v) : StickyDouble(from, v)));
            }
        }
        return result;
    }

    /// <summary>The bits of the elements in order, cut again into elements of the result's width.</summary>
    public static byte[] Recut(ReadOnlySpan<byte> elements, ElementKind from, ElementKind to)
    {
        // Kinds of whole bytes are their own packed form.
        byte[] packed = from.BitWidth() % 8 == 0 ? elements.ToArray() : Pack(elements, from.BitWidth());
        return to.BitWidth() % 8 == 0 ? packed : Unpack(packed, to);
    }

    private static Literal BitcastConvert(OpContext c)
    {
        Literal x = c.Tensor(0);
        ElementType element = c.ResultType().Element;
        int from = x.Type.Kind.BitWidth(), to = element.StorageKind.BitWidth();
        long[] shape = x.Shape.ToArray();
        if (from > to)
        {
            if (from % to != 0)
            {
                throw c.Error($"{from} bits cannot be cut into elements of {to} bits");
            }
            shape = [.. shape, from / to];
        }
        else if (from < to)
        {
            if (shape.Length == 0 || shape[^1] * from != to)
            {
                throw c.Error($"the last dimension of shape {x.Shape} does not hold the {to} bits of one result element");
            }
            shape = shape[..^1];
        }
        Literal result = c.Make(element, new Shape(shape));
        Recut(x.Data.Span, x.Type.Kind, element.StorageKind).AsSpan(0, result.Data.Length).CopyTo(result.Data.Span);
        return result;
    }

    private static byte[] Pack(ReadOnlySpan<byte> elements, int width)
    {
        byte[] packed = new byte[((elements.Length * width) + 7) / 8];
        for (int i = 0; i < elements.Length; i++)
        {
            for (int b = 0; b < width; b++)
            {
                int at = (i * width) + b;
                packed[at / 8] |= (byte)(((elements[i] >> b) & 1) << (at % 8));
            }
        }
        return packed;
    }

    private static byte[] Unpack(byte[] packed, ElementKind to)
    {
        int width = to.BitWidth();
        byte[] elements = new byte[packed.Length * 8 / width];
        for (int i = 0; i < elements.Length; i++)
        {
            int value = 0;
            for (int b = 0; b < width; b++)
            {
                int at = (i * width) + b;
                value |= ((packed[at / 8] >> (at % 8)) & 1) << b;
            }
            elements[i] = to.IsFloat() ? (byte)value : (byte)IntegerKind.Wrap(to, value);
        }
        return elements;
    }

    private static void WriteReals(Literal result, double[] values)
    {
        ElementKind to = result.Type.Kind;
        if (to.IsFloat())
        {
            Elements.Write(result, values);
        }
        else if (to.IsComplex())
        {
            Elements.Write(result, Array.ConvertAll(values, v => new Complex(v, 0)));
        }
        else
        {
            Elements.Write(result, Array.ConvertAll(values, v => IntegerKind.FromDouble(to, v)));
        }
    }

    /// <summary>A double that rounds to any narrower float as the integer would: bits beyond the 53rd are folded into the last one kept.</summary>
    private static double StickyDouble(ElementKind from, long value)
    {
        bool unsigned = from == ElementKind.UI64;
        ulong magnitude = unsigned || value >= 0 ? (ulong)value : (ulong)-value;
        if (magnitude >> 53 != 0)
        {
            const ulong Dropped = 0x7FF;
            magnitude = (magnitude & ~Dropped) | ((magnitude & Dropped) != 0 ? Dropped + 1 : 0);
        }
        return !unsigned && value < 0 ? -(double)magnitude : magnitude;
    }

    private static Literal ReducePrecision(OpContext c)
    {
        Literal x = c.Tensor(0);
        ElementKind kind = x.Type.Kind;
        int exponentBits = (int)c.Int("exponent_bits"), mantissaBits = (int)c.Int("mantissa_bits");
        int sourceMantissa = FloatKind.MantissaBits(kind), sourceExponent = kind.BitWidth() - sourceMantissa - 1;
        double[] values = Elements.Reals(x);
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                // A format without a mantissa has no NaN (the dialect's test reduce_precision_op_test_f64_zero_mantissa_bits).
                values[i] = mantissaBits > 0 ? values[i] : double.PositiveInfinity;
                continue;
            }
            ulong bits = FloatKind.ToBits(kind, values[i]);
            if (mantissaBits < sourceMantissa)
            {
                ulong last = 1UL << (sourceMantissa - mantissaBits);
                bits += ((bits / last) & 1) + (last >> 1) - 1;
                bits &= ~(last - 1);
            }
            if (exponentBits < sourceExponent)
            {
                ulong exponentMask = ((1UL << sourceExponent) - 1) << sourceMantissa;
                ulong bias = (1UL << (sourceExponent - 1)) - 1, reduced = (1UL << (exponentBits - 1)) - 1;
                ulong exponent = bits & exponentMask;
                ulong sign = bits & (1UL << (kind.BitWidth() - 1));
                if (exponent > (bias + reduced) << sourceMantissa)
                {
                    bits = sign | exponentMask;
                }
                else if (exponent <= (bias - reduced) << sourceMantissa)
                {
                    bits = sign;
                }
            }
            values[i] = FloatKind.FromBits(kind, bits);
        }
        Literal result = c.Make(x.Type.Element, x.Shape);
        Elements.Write(result, values);
        return result;
    }
}
