using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Text;

/// <summary>
/// Uniform quantized element types, as the quant dialect writes them:
/// <c>!quant.uniform&lt;i8&lt;-127:127&gt;:f32, 0.5:3&gt;</c>, per axis <c>!quant.uniform&lt;i8:f32:1, {0.5:3, 0.25}&gt;</c>,
/// and in blocks <c>!quant.uniform&lt;i8:f32:{0:1, 1:2}, {{0.5:3, 0.25}}&gt;</c>.
/// </summary>
internal sealed partial class Parser
{
    private QuantizedType ParseUniformQuantized()
    {
        Take((byte)'<');
        Peek();
        int at = _pos;
        ReadOnlySpan<byte> name = TakeIdentifier("illegal storage type prefix");
        string spelled = Intern(name);
        ElementKind storage = spelled switch
        {
            _ when ElementKinds.TryParse(spelled, out ElementKind k) && (k.IsInteger() || k.IsFloat() && k.BitWidth() <= 8) => k,
            _ when spelled[0] == 's' && ElementKinds.TryParse(spelled[1..], out ElementKind k) && k.IsSignedInteger() => k,
            _ when spelled[0] == 'u' && ElementKinds.TryParse("ui" + spelled[1..], out ElementKind k) && k.IsUnsignedInteger() => k,
            _ => throw Error(at, "illegal storage type prefix"),
        };
        bool explicitSign = spelled[0] == 's' || spelled.StartsWith("ui", StringComparison.Ordinal);
        (long min, long max) = StorageRange(storage);
        if (TryTake((byte)'<'))
        {
            int range = _pos;
            long low = TakeInteger();
            Take((byte)':');
            long high = TakeInteger();
            Take((byte)'>');
            if (low < min || high > max || low >= high)
            {
                throw Error(range, low < min ? $"illegal storage type minimum: {low}" : high > max ? $"illegal storage type maximum: {high}" : $"illegal storage min and storage max: ({low}:{high})");
            }
            (min, max) = (low, high);
        }
        Take((byte)':');
        Peek();
        int expressedAt = _pos;
        if (ParseType() is not ScalarType { Kind: ElementKind.BF16 or ElementKind.F16 or ElementKind.F32 or ElementKind.F64 } expressed)
        {
            throw Error(expressedAt, "expressed type must be floating point");
        }
        var axes = new List<int>();
        var blocks = new List<long>();
        if (TryTake((byte)':'))
        {
            if (TryTake((byte)'{'))
            {
                do
                {
                    axes.Add(TakeAxis());
                    Take((byte)':');
                    blocks.Add(TakeInteger());
                }
                while (TryTake((byte)','));
                Take((byte)'}');
            }
            else
            {
                axes.Add(TakeAxis());
            }
        }
        Take((byte)',');
        var scales = new List<double>();
        var zeroPoints = new List<long>();
        if (axes.Count == 0)
        {
            ParseScale(expressed.Kind, scales, zeroPoints);
        }
        else
        {
            ParseScales(expressed.Kind, scales, zeroPoints);
        }
        Take((byte)'>');
        return new QuantizedType(storage, expressed.Kind, min, max, new([.. scales]), new([.. zeroPoints]), new([.. axes]), new([.. blocks])) { ExplicitSign = explicitSign };
    }

    private int TakeAxis()
    {
        int at = _pos;
        long axis = TakeInteger();
        return axis is >= 0 and <= int.MaxValue ? (int)axis : throw Error(at, $"illegal quantized dimension: {axis}");
    }

    /// <summary>The range of a storage kind: of an integer its own, of a float its finite range cut to integers (as the quant dialect counts it).</summary>
    internal static (long Min, long Max) StorageRange(ElementKind kind) => kind switch
    {
        _ when kind.IsSignedInteger() => (-(long)(1UL << kind.BitWidth() - 1), (long)((1UL << kind.BitWidth() - 1) - 1)),
        _ when kind.IsUnsignedInteger() => (0, kind.BitWidth() == 64 ? long.MaxValue : (1L << kind.BitWidth()) - 1),
        ElementKind.F8E5M2 => (-57344, 57344),
        ElementKind.F8E4M3FN => (-448, 448),
        ElementKind.F4E2M1FN => (-6, 6),
        _ => (-1 << 15, 1 << 15),
    };

    /// <summary>Scales in braces; in a sub-channel type the braces nest once for each axis.</summary>
    private void ParseScales(ElementKind expressed, List<double> scales, List<long> zeroPoints)
    {
        Enter();
        Take((byte)'{');
        do
        {
            if (Peek() == '{')
            {
                ParseScales(expressed, scales, zeroPoints);
            }
            else
            {
                ParseScale(expressed, scales, zeroPoints);
            }
        }
        while (TryTake((byte)','));
        Take((byte)'}');
        _depth--;
    }

    private void ParseScale(ElementKind expressed, List<double> scales, List<long> zeroPoints)
    {
        Peek();
        int at = _pos;
        if (!TryTakeFloat(out double scale))
        {
            throw Error(at, "expected floating point literal");
        }
        if (!(scale > 0) || double.IsInfinity(scale))
        {
            throw Error(at, $"illegal scale: {scale.ToString("F6", System.Globalization.CultureInfo.InvariantCulture)}");
        }
        static string Text(double number) => number.ToString("0.000000e+00", System.Globalization.CultureInfo.InvariantCulture);
        double expressedMax = expressed switch
        {
            ElementKind.F16 => 65504,
            ElementKind.F32 => float.MaxValue,
            ElementKind.BF16 => FloatKind.FromBits(ElementKind.BF16, 0x7F7F),
            _ => double.MaxValue,
        };
        double expressedMin = expressed switch
        {
            ElementKind.F16 => 6.103515625e-05,
            ElementKind.F32 or ElementKind.BF16 => 1.1754943508222875e-38,
            _ => 2.2250738585072014e-308,
        };
        if (scale < expressedMin || scale > expressedMax)
        {
            throw Error(at, $"scale {Text(scale)} out of expressed type range [{Text(expressedMin)}, {Text(expressedMax)}]");
        }
        long zero = TryTake((byte)':') ? TakeInteger() : 0;
        scales.Add(scale);
        zeroPoints.Add(zero);
    }
}
