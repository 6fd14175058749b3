namespace I1Xla.Cpu.Loops;

/// <summary>
/// Sine and cosine of f32 for every argument. Below 2^17 the quadrant is taken off with π/2 in three parts (Cody and Waite); above, the argument
/// is multiplied by the bits of 2/π that matter for its exponent (Payne and Hanek), in floats whose rounding errors are carried along. Both
/// are computed, since lanes do not branch.
/// </summary>
internal static class LoopTrigonometry
{
    private const float LeastLarge = 131072;

    /// <summary>Sixteen zero bits, then 2/π.</summary>
    private static readonly uint[] s_twoOverPi = [0x0000A2F9, 0x836E4E44, 0x1529FC27, 0x57D1F534, 0xDDC0DB62, 0x95993C43, 0x9041FE51];

    /// <summary>The sine, or the cosine.</summary>
    public static int SineCosine(LoopBody b, int x, bool cosine)
    {
        int a = b.Abs(x);
        int n = b.Op(LoopOpcode.FRoundEven, Lane.F32, b.Mul(a, b.F32(0.636619772367581343f)));
        int r = b.Fma(n, b.F32(-1.57079601287841796875f), a);
        r = b.Fma(n, b.F32(-3.1391647326017846e-07f), r);
        r = b.Fma(n, b.F32(-5.390302529957764e-15f), r);
        (int largeN, int largeHigh, int largeLow) = ReduceLarge(b, a);
        int isLarge = b.Compare(LoopCondition.GE, a, b.F32(LeastLarge));
        n = b.Select(isLarge, largeN, n);
        int h = b.Select(isLarge, largeHigh, r), l = b.Select(isLarge, largeLow, b.F32(0));
        h = b.Select(b.Compare(LoopCondition.LT, a, b.F32(float.PositiveInfinity)), h, b.F32(float.NaN));
        int q = b.Op(LoopOpcode.F32ToI32, Lane.I32, n);
        if (cosine)
        {
            q = b.Op(LoopOpcode.IAdd, Lane.I32, q, b.Int(Lane.I32, 1));
        }
        int z = b.Mul(h, h);
        int s = b.Add(b.Fma(b.Mul(b.Polynomial(z, -1.9515295891E-4f, 8.3321608736E-3f, -1.6666654611E-1f), z), h, l), h);
        int c = b.Fma(
            b.Mul(z, z), b.Polynomial(z, 2.443315711809948E-5f, -1.388731625493765E-3f, 4.166664568298827E-2f), b.Fma(z, b.F32(-0.5f), b.F32(1)));
        c = b.Fma(b.Neg(h), l, c);
        int odd = b.CompareInt(LoopCondition.NE, b.Op(LoopOpcode.And, Lane.I32, q, b.Int(Lane.I32, 1)), b.Int(Lane.I32, 0));
        int y = b.Bitcast(Lane.I32, b.Select(odd, c, s));
        y = b.Op(LoopOpcode.Xor, Lane.I32, y, b.Op(LoopOpcode.Shl, Lane.I32, b.Op(LoopOpcode.And, Lane.I32, q, b.Int(Lane.I32, 2)), b.Int(Lane.I32, 30)));
        if (!cosine)
        {
            y = b.Op(LoopOpcode.Xor, Lane.I32, y, b.Op(LoopOpcode.And, Lane.I32, b.Bitcast(Lane.I32, x), b.Int(Lane.I32, int.MinValue)));
        }
        return b.Bitcast(Lane.F32, y);
    }

    // a = n π/2 + high + low modulo 2π, for a of at least 2^17.
    private static (int N, int High, int Low) ReduceLarge(LoopBody b, int a)
    {
        int bits = b.Bitcast(Lane.I32, a);
        int exponent = b.Op(LoopOpcode.ShrL, Lane.I32, bits, b.Int(Lane.I32, 23));
        int mantissa = b.Op(LoopOpcode.Or, Lane.I32, b.Op(LoopOpcode.And, Lane.I32, bits, b.Int(Lane.I32, 0x7FFFFF)), b.Int(Lane.I32, 0x800000));
        int m = b.Op(LoopOpcode.I32ToF32, Lane.F32, mantissa);
        // With a = m 2^e, the first bit of 2/π that counts modulo 4 is at e + 14 behind the zeros.
        int position = b.Op(LoopOpcode.ISub, Lane.I32, exponent, b.Int(Lane.I32, 136));
        int word = b.Op(LoopOpcode.ShrA, Lane.I32, position, b.Int(Lane.I32, 5));
        int shift = b.Op(LoopOpcode.And, Lane.I32, position, b.Int(Lane.I32, 31));
        int back = b.Op(LoopOpcode.ISub, Lane.I32, b.Int(Lane.I32, 32), shift);
        int[] from = new int[4];
        for (int k = 0; k < from.Length; k++)
        {
            from[k] = Word(k + 3);
            for (int i = 2; i >= 0; i--)
            {
                from[k] = b.Select(b.CompareInt(LoopCondition.EQ, word, b.Int(Lane.I32, i)), Word(k + i), from[k]);
            }
        }
        int[] w = new int[3];
        for (int k = 0; k < w.Length; k++)
        {
            w[k] = b.Op(LoopOpcode.Or, Lane.I32, Left(from[k], shift), Right(from[k + 1], back));
        }
        int t1 = Part(Right(w[0], Int(8)), -22);
        int t2 = Part(b.Op(LoopOpcode.Or, Lane.I32, Left(Low(w[0], 0xFF), Int(16)), Right(w[1], Int(16))), -46);
        int t3 = Part(b.Op(LoopOpcode.Or, Lane.I32, Left(Low(w[1], 0xFFFF), Int(8)), Right(w[2], Int(24))), -70);
        int t4 = Part(Low(w[2], 0xFFFFFF), -94);
        return PayneHanek.Reduce(b, m, (t1, t2, t3, t4), v => b.F32((float)v), (1.57079637050628662109375, -4.37113900018624283e-8));

        int Word(int i) => b.Int(Lane.I32, (int)s_twoOverPi[i]);
        int Int(int i) => b.Int(Lane.I32, i);
        int Left(int x, int count) => b.Op(LoopOpcode.Shl, Lane.I32, x, count);
        int Right(int x, int count) => b.Op(LoopOpcode.ShrL, Lane.I32, x, count);
        int Low(int x, int mask) => b.Op(LoopOpcode.And, Lane.I32, x, b.Int(Lane.I32, mask));
        int Part(int x, int scale) => b.Mul(b.Op(LoopOpcode.I32ToF32, Lane.F32, x), b.F32(MathF.ScaleB(1, scale)));
    }
}
