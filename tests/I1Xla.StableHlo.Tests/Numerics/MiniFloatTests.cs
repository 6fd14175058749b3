using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Tests.Numerics;

public class MiniFloatTests
{
    private static readonly ElementKind[] s_kinds = Enum.GetValues<ElementKind>().Where(MiniFloat.Is).ToArray();

    [TestCaseSource(nameof(s_kinds))]
    public void EveryPatternComesBack(ElementKind kind)
    {
        MiniFloat format = MiniFloat.Of(kind);
        for (int code = 0; code < 1 << kind.BitWidth(); code++)
        {
            double value = format.Decode((byte)code);
            byte back = format.Encode(value);
            Assert.That(double.IsNaN(value) ? double.IsNaN(format.Decode(back)) : back == code, $"{kind} 0x{code:X2} = {value}");
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void RoundsToTheNearestAndTiesToEven(ElementKind kind)
    {
        MiniFloat format = MiniFloat.Of(kind);
        double[] values = Enumerable.Range(0, 1 << kind.BitWidth()).Select(c => format.Decode((byte)c)).Where(double.IsFinite).Distinct().Order().ToArray();
        for (int i = 1; i < values.Length; i++)
        {
            (double low, double high) = (values[i - 1], values[i]);
            double middle = low + ((high - low) / 2);
            Assert.That(format.Round(Math.BitDecrement(middle)), Is.EqualTo(low), $"{kind} below {middle}");
            Assert.That(format.Round(Math.BitIncrement(middle)), Is.EqualTo(high), $"{kind} above {middle}");
            int chosen = format.Encode(middle);
            Assert.That(format.Decode((byte)chosen), Is.EqualTo(low).Or.EqualTo(high));
            // Without a mantissa bit there is nothing to be even: ties go up.
            Assert.That(kind == ElementKind.F8E8M0FNU ? format.Decode((byte)chosen) == high : (chosen & 1) == 0, $"{kind} tie {middle}");
        }
    }

    // The facts of the formats' papers and of ml_dtypes' documentation.
    [TestCase(ElementKind.F4E2M1FN, 6.0)]
    [TestCase(ElementKind.F6E2M3FN, 7.5)]
    [TestCase(ElementKind.F6E3M2FN, 28.0)]
    [TestCase(ElementKind.F8E3M4, 15.5)]
    [TestCase(ElementKind.F8E4M3, 240.0)]
    [TestCase(ElementKind.F8E4M3FN, 448.0)]
    [TestCase(ElementKind.F8E4M3FNUZ, 240.0)]
    [TestCase(ElementKind.F8E4M3B11FNUZ, 30.0)]
    [TestCase(ElementKind.F8E5M2, 57344.0)]
    [TestCase(ElementKind.F8E5M2FNUZ, 57344.0)]
    public void LargestValues(ElementKind kind, double largest)
    {
        MiniFloat format = MiniFloat.Of(kind);
        Assert.That(format.MaxValue, Is.EqualTo(largest));
        double beyond = format.Round(largest * 4);
        switch (kind)
        {
            case ElementKind.F4E2M1FN or ElementKind.F6E2M3FN or ElementKind.F6E3M2FN:
                Assert.That(beyond, Is.EqualTo(largest));
                Assert.That(format.Round(double.NegativeInfinity), Is.EqualTo(-largest));
                break;
            case ElementKind.F8E3M4 or ElementKind.F8E4M3 or ElementKind.F8E5M2:
                Assert.That(beyond, Is.EqualTo(double.PositiveInfinity));
                break;
            default:
                Assert.That(beyond, Is.NaN);
                break;
        }
    }

    [Test]
    public void ExponentOnlyHasNeitherZeroNorSign()
    {
        MiniFloat format = MiniFloat.Of(ElementKind.F8E8M0FNU);
        Assert.That(format.Decode(0), Is.EqualTo(Math.ScaleB(1, -127)));
        Assert.That(format.Encode(0), Is.EqualTo(255));
        Assert.That(format.Round(-1), Is.NaN);
        // 3 and 6 are half way in value; both go up.
        Assert.That(format.Round(3), Is.EqualTo(4));
        Assert.That(format.Round(6), Is.EqualTo(8));
        Assert.That(format.Round(Math.ScaleB(1, 128)), Is.NaN);
    }

    [Test]
    public void BFloat16RoundsOnceFromDouble()
    {
        // Just above the tie between 1 and 1 + 2^-7, by less than an f32 can hold.
        double value = 1 + Math.ScaleB(1, -8) + Math.ScaleB(1, -40);
        Assert.That(BFloat16.ToSingle(BFloat16.FromDouble(value)), Is.EqualTo(1 + (1f / 128)));
        Assert.That(BFloat16.ToSingle(BFloat16.FromSingle(1 + (1f / 256))), Is.EqualTo(1f));
        Assert.That(BFloat16.FromSingle(float.MaxValue), Is.EqualTo(0x7F80));
        Assert.That(float.IsNaN(BFloat16.ToSingle(BFloat16.FromSingle(BitConverter.UInt32BitsToSingle(0x7F800001)))));
    }

    [Test]
    public void FloatsConvertToIntegersBySaturation()
    {
        Assert.That(IntegerKind.FromDouble(ElementKind.I8, 300), Is.EqualTo(127));
        Assert.That(IntegerKind.FromDouble(ElementKind.UI8, -3), Is.EqualTo(0));
        Assert.That(IntegerKind.FromDouble(ElementKind.I32, double.NaN), Is.EqualTo(0));
        Assert.That(IntegerKind.FromDouble(ElementKind.UI64, 1e30), Is.EqualTo(-1));
        Assert.That(IntegerKind.FromDouble(ElementKind.I64, -1e30), Is.EqualTo(long.MinValue));
        Assert.That(IntegerKind.FromDouble(ElementKind.I4, -2.9), Is.EqualTo(-2));
    }
}
