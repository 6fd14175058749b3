using System.Numerics;

namespace I1Xla.Cpu.Tests.Loops;

/// <summary>
/// Sine, cosine and tangent of f64 for tests: quarters of a turn are taken off in whole numbers of 1,300 bits, and the C library computes what is left, where it is good
/// to a unit (of large arguments it is not).
/// </summary>
internal static class ExactTrigonometry
{
    // Bits behind the point: an argument has at most 1,024 before it, and 200 more are to be right.
    private const int Bits = 1300;

    private static readonly BigInteger s_halfPi = HalfPi();

    public static double Sine(double x) => double.IsFinite(x) ? Turned(x, 0) : double.NaN;

    public static double Cosine(double x) => double.IsFinite(x) ? Turned(x, 1) : double.NaN;

    public static double Tangent(double x) => Sine(x) / Cosine(x);

    private static double Turned(double x, int quarters)
    {
        if (Math.Abs(x) < 0.5)
        {
            return quarters == 0 ? Math.Sin(x) : Math.Cos(x);
        }
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(x));
        int exponent = (int)(bits >> 52) - 1075;
        BigInteger fixedPoint = new BigInteger((bits & 0xFFFFFFFFFFFFF) | 0x10000000000000) << (Bits + exponent);
        BigInteger n = BigInteger.DivRem((2 * fixedPoint) + s_halfPi, 2 * s_halfPi, out _), rest = fixedPoint - (n * s_halfPi);
        // As two doubles.
        double high = Number(rest), low = Number(rest - Fixed(high));
        int q = (int)((n + quarters) % 4);
        double value = q % 2 == 0 ? Math.Sin(high) + (low * Math.Cos(high)) : Math.Cos(high) - (low * Math.Sin(high));
        value = q >= 2 ? -value : value;
        return quarters == 0 && x < 0 ? -value : value;
    }

    private static double Number(BigInteger v)
    {
        int drop = (int)Math.Max(0, (long)BigInteger.Abs(v).GetBitLength() - 64);
        return Math.ScaleB((double)(v >> drop), drop - Bits);
    }

    private static BigInteger Fixed(double v)
    {
        if (v == 0)
        {
            return 0;
        }
        int exponent = Math.ILogB(v) - 52;
        return new BigInteger(Math.ScaleB(v, -exponent)) << (Bits + exponent);
    }

    // Machin: π/4 = 4 atan(1/5) - atan(1/239).
    private static BigInteger HalfPi()
    {
        const int Guard = 64;
        BigInteger one = BigInteger.One << (Bits + Guard);
        return (2 * ((4 * Inverse(5)) - Inverse(239))) >> Guard;

        BigInteger Inverse(int k)
        {
            BigInteger power = one / k, sum = power;
            for (int i = 1; !power.IsZero; i++)
            {
                power /= k * k;
                sum += (i % 2 == 0 ? power : -power) / ((2 * i) + 1);
            }
            return sum;
        }
    }
}
