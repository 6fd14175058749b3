namespace I1Xla.Graph;

/// <summary>f32 functions in the arithmetic of XLA's CPU backend: the Cephes approximations it expands them to, multiply-adds fused.</summary>
internal static class XlaCpuMath
{
    private static readonly float[] s_numerator = [4.5270000862445199635215E-5f, 4.9854102823193375972212E-1f, 6.5787325942061044846969E0f, 2.9911919328553073277375E1f, 6.0949667980987787057556E1f, 5.7112963590585538103336E1f, 2.0039553499201281259648E1f];
    private static readonly float[] s_denominator = [1f, 1.5062909083469192043167E1f, 8.3047565967967209469434E1f, 2.2176239823732856465394E2f, 3.0909872225312059774938E2f, 2.1642788614495947685003E2f, 6.0118660497603843919306E1f];
    private static readonly float[] s_log = [7.0376836292E-2f, -1.1514610310E-1f, 1.1676998740E-1f, -1.2420140846E-1f, 1.4249322787E-1f, -1.6668057665E-1f, 2.0000714765E-1f, -2.4999993993E-1f, 3.3333331174E-1f];

    /// <summary>log(1 + x): a rational approximation below sqrt(2) - 1 in magnitude, else the logarithm.</summary>
    public static float Log1p(float x)
    {
        if (MathF.Abs(x) >= 0.41421356237309504880f)
        {
            return Log(x + 1f);
        }
        float square = x * x;
        float small = x * square * (Polynomial(s_numerator, x) / Polynomial(s_denominator, x));
        return x + MathF.FusedMultiplyAdd(-0.5f, square, small);
    }

    /// <summary>Natural logarithm of a positive normal number.</summary>
    public static float Log(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        float e = (int)(bits >> 23) - 126;
        float x = BitConverter.UInt32BitsToSingle((bits & 0x007FFFFF) | 0x3F000000);
        if (x < 0.707106781186547524f)
        {
            e -= 1;
            x = x - 1f + x;
        }
        else
        {
            x -= 1f;
        }
        float x2 = x * x, x3 = x2 * x;
        float y = Cubic(0, x), y1 = Cubic(3, x), y2 = Cubic(6, x);
        y = MathF.FusedMultiplyAdd(y, x3, y1);
        y = MathF.FusedMultiplyAdd(y, x3, y2);
        y = MathF.FusedMultiplyAdd(y, x3, e * -2.12194440e-4f);
        x = MathF.FusedMultiplyAdd(-x2, 0.5f, x);
        return MathF.FusedMultiplyAdd(e, 0.693359375f, x + y);
    }

    private static float Cubic(int at, float x) =>
        MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(x, s_log[at], s_log[at + 1]), x, s_log[at + 2]);

    private static float Polynomial(float[] coefficients, float x)
    {
        float p = 0;
        foreach (float c in coefficients)
        {
            p = MathF.FusedMultiplyAdd(p, x, c);
        }
        return p;
    }
}
