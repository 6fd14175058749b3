using System.Numerics;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Tests.Numerics;

public class FunctionTests
{
    [Test]
    public void ErfMatchesItsSeries()
    {
        for (double x = -3; x <= 3; x += 0.0625)
        {
            double term = x, sum = x;
            for (int n = 1; n < 200; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }
            double expected = 2 / Math.Sqrt(Math.PI) * sum;
            Assert.That(SpecialFunctions.Erf(x), Is.EqualTo(expected).Within(1e-12), $"erf({x})");
            Assert.That(SpecialFunctions.Erfc(x), Is.EqualTo(1 - expected).Within(1e-12), $"erfc({x})");
        }
    }

    [Test]
    public void ErfInvIsTheInverse()
    {
        for (double y = -0.999; y < 1; y += 0.037)
        {
            Assert.That(SpecialFunctions.Erf(SpecialFunctions.ErfInv(y)), Is.EqualTo(y).Within(2e-15), $"{y}");
        }
        Assert.That(SpecialFunctions.ErfInv(1), Is.EqualTo(double.PositiveInfinity));
        Assert.That(SpecialFunctions.ErfInv(1.5), Is.NaN);
    }

    [TestCase(0.5, 0.57236494292470008707)]
    [TestCase(5, 3.1780538303479456197)]
    [TestCase(-1.5, 0.86004701537648098128)]
    [TestCase(100.25, 360.2845596377643)]
    public void LogGammaValues(double x, double expected) => Assert.That(SpecialFunctions.LogGamma(x), Is.EqualTo(expected).Within(1e-8));

    [TestCase(1, -0.57721566490153286061)]
    [TestCase(0.5, -1.9635100260214234794)]
    [TestCase(-0.5, 0.036489973978576520559)]
    public void DigammaValues(double x, double expected) => Assert.That(SpecialFunctions.Digamma(x), Is.EqualTo(expected).Within(1e-13));

    [TestCase(2, 1, 1.6449340668482264365)]
    [TestCase(4, 1, 1.0823232337111381915)]
    [TestCase(3, 2.5, 0.1181020258208597)]
    public void ZetaValues(double x, double q, double expected) => Assert.That(SpecialFunctions.Zeta(x, q), Is.EqualTo(expected).Within(1e-13));

    [Test]
    public void PolygammaOneAtOneIsPiSquaredOverSix() => Assert.That(SpecialFunctions.Polygamma(1, 1), Is.EqualTo(Math.PI * Math.PI / 6).Within(1e-13));

    [Test]
    public void SmallArgumentsKeepTheirPrecision()
    {
        foreach (double x in new[] { 1e-20, 3e-9, 1e-5, 0.3, -1e-12, -0.4 })
        {
            double series = x * (1 - (x / 2) + (x * x / 3) - (x * x * x / 4));
            if (Math.Abs(x) < 1e-4)
            {
                Assert.That(ElementaryFunctions.Log1P(x), Is.EqualTo(series).Within(1).Ulps);
            }
            Assert.That(ElementaryFunctions.ExpM1(ElementaryFunctions.Log1P(x)), Is.EqualTo(x).Within(4).Ulps, $"{x}");
        }
    }

    [Test]
    public void ComplexInversesInvert()
    {
        var random = new Random(7);
        for (int i = 0; i < 500; i++)
        {
            var z = new Complex((random.NextDouble() * 4) - 2, (random.NextDouble() * 4) - 2);
            foreach ((string name, Complex back) in new[]
            {
                ("asin", ComplexFunctions.Sin(ComplexFunctions.Asin(z))), ("acos", ComplexFunctions.Cos(ComplexFunctions.Acos(z))),
                ("asinh", ComplexFunctions.Sinh(ComplexFunctions.Asinh(z))), ("acosh", ComplexFunctions.Cosh(ComplexFunctions.Acosh(z))),
                ("atan", ComplexFunctions.Tan(ComplexFunctions.Atan(z))), ("atanh", ComplexFunctions.Tanh(ComplexFunctions.Atanh(z))),
                ("log", ComplexFunctions.Exp(ComplexFunctions.Log(z))), ("log1p", ComplexFunctions.ExpM1(ComplexFunctions.Log1P(z))),
            })
            {
                Assert.That(Complex.Abs(back - z), Is.LessThan(1e-12), $"{name} at {z} came back as {back}");
            }
            Complex root = ComplexFunctions.Sqrt(z);
            Assert.That(Complex.Abs((root * root) - z), Is.LessThan(1e-14 * (1 + Complex.Abs(z))));
        }
    }

    [Test]
    public void ComplexFunctionsNearTheirPoles()
    {
        foreach (double y in new[] { 1e-8, -1e-30, 0.25 })
        {
            Complex log = ComplexFunctions.Log1P(new Complex(-1, y));
            Assert.That(log.Real, Is.EqualTo(Math.Log(Math.Abs(y))).Within(1e-15).Percent);
            Assert.That(log.Imaginary, Is.EqualTo(Math.CopySign(Math.PI / 2, y)));
        }
        Complex far = ComplexFunctions.Tan(new Complex(double.NegativeInfinity, -double.MaxValue));
        Assert.That((far.Real, far.Imaginary), Is.EqualTo((double.NaN, double.NaN)));
        Complex up = ComplexFunctions.Tan(new Complex(3, double.PositiveInfinity));
        Assert.That((up.Real, up.Imaginary), Is.EqualTo((0.0, 1.0)));
    }

    // Known answers of the Random123 distribution.
    [Test]
    public void ThreefryKnownAnswers()
    {
        Assert.That(RandomBits.Threefry2x32(0, 0, 0, 0), Is.EqualTo((0x6b200159u, 0x99ba4efeu)));
        Assert.That(RandomBits.Threefry2x32(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue), Is.EqualTo((0x1cb996fcu, 0xbb002be7u)));
        Assert.That(RandomBits.Threefry2x32(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3), Is.EqualTo((0xc4923a9cu, 0x483df7a0u)));
    }

    [Test]
    public void PhiloxKnownAnswers()
    {
        uint[] zero = [0, 0, 0, 0];
        RandomBits.Philox4x32(0, 0, zero);
        Assert.That(zero, Is.EqualTo(new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }));
        uint[] pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
        RandomBits.Philox4x32(0xa4093822, 0x299f31d0, pi);
        Assert.That(pi, Is.EqualTo(new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 }));
    }
}
