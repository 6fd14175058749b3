using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Loops;

/// <summary>
/// Floats of at most 8 bits to f32 and back, in integer arithmetic of the loop's own instructions. All back ends give the bits of
/// <see cref="MiniFloat"/>: to nearest even, with each format's own overflow, NaN and zeros.
/// </summary>
internal static class LoopMiniFloats
{
    private const int SingleMantissa = 23, SingleBias = 127, Infinity = 0x7F800000, NaN = 0x7FC00000, Sign = int.MinValue;

    /// <summary>The f32 that a code in an i32 lane is, exactly; bits above the format's width are ignored.</summary>
    public static int Decode(LoopBody b, int code, MiniFloat format)
    {
        int Int(int v) => b.Int(Lane.I32, v);
        int And(int x, int y) => b.Op(LoopOpcode.And, Lane.I32, x, Int(y));
        int up = SingleMantissa - format.MantissaBits;
        if (format.SignBit == 0)
        {
            // Powers of two alone: the code is the exponent of f32, whose smallest here has no normal form there.
            int held = And(code, 0xFF), power = b.Op(LoopOpcode.Shl, Lane.I32, held, Int(up));
            int least = b.Select(b.CompareInt(LoopCondition.EQ, held, Int(0)), Int(1 << (SingleMantissa - 1)), power);
            return b.Bitcast(Lane.F32, b.Select(b.CompareInt(LoopCondition.EQ, held, Int(format.NaNCode)), Int(NaN), least));
        }
        int magnitude = And(code, format.SignBit - 1);
        int sign = b.Op(LoopOpcode.Shl, Lane.I32, And(code, format.SignBit), Int(31 - int.Log2(format.SignBit)));
        int normal = b.Op(LoopOpcode.IAdd, Lane.I32, b.Op(LoopOpcode.Shl, Lane.I32, magnitude, Int(up)), Int((SingleBias - format.Bias) << SingleMantissa));
        int subnormal = b.Bitcast(Lane.I32, b.Mul(b.Op(LoopOpcode.I32ToF32, Lane.F32, magnitude), b.F32(MathF.ScaleB(1, 1 - format.Bias - format.MantissaBits))));
        int bits = b.Select(b.CompareInt(LoopCondition.LT, magnitude, Int(1 << format.MantissaBits)), subnormal, normal);
        if (format.InfinityCode >= 0)
        {
            bits = b.Select(b.CompareInt(LoopCondition.GE, magnitude, Int(format.InfinityCode)), b.Op(LoopOpcode.Or, Lane.I32, normal, Int(Infinity)), bits);
        }
        else if (format.NaNCode >= 0 && format.HasNegativeZero)
        {
            bits = b.Select(b.CompareInt(LoopCondition.EQ, magnitude, Int(format.NaNCode)), Int(NaN), bits);
        }
        bits = b.Op(LoopOpcode.Or, Lane.I32, bits, sign);
        if (!format.HasNegativeZero)
        {
            bits = b.Select(b.CompareInt(LoopCondition.EQ, bits, Int(Sign)), Int(NaN), bits);
        }
        return b.Bitcast(Lane.F32, bits);
    }

    /// <summary>The code of the value nearest to an f32, ties to even, in an i32 lane.</summary>
    public static int Encode(LoopBody b, int x, MiniFloat format)
    {
        int Int(int v) => b.Int(Lane.I32, v);
        int Op(LoopOpcode op, int p, int q) => b.Op(op, Lane.I32, p, q);
        int down = SingleMantissa - format.MantissaBits;
        int given = b.Bitcast(Lane.I32, x), magnitude = Op(LoopOpcode.And, given, Int(int.MaxValue));
        int isNaN = b.CompareInt(LoopCondition.GT, magnitude, Int(Infinity));
        if (format.SignBit == 0)
        {
            // Ties go up. Zero, what is negative and what is too large have no code.
            int power = Op(LoopOpcode.ShrL, Op(LoopOpcode.IAdd, given, Int(1 << (SingleMantissa - 1))), Int(SingleMantissa));
            // Below 2^-126 the leading bit of 2^-127 is that of a half.
            int small = b.Select(b.CompareInt(LoopCondition.LT, magnitude, Int(3 << (SingleMantissa - 2))), Int(0), Int(1));
            int near = b.Select(b.CompareInt(LoopCondition.LT, magnitude, Int(1 << SingleMantissa)), small, power);
            int positive = b.Select(b.CompareInt(LoopCondition.GT, given, Int(0)), near, Int(format.NaNCode));
            return b.Select(b.CompareInt(LoopCondition.GE, magnitude, Int(Infinity)), Int(format.NaNCode), positive);
        }
        // As f32 has it: half of the last place kept, or a little less where that is even, and what is below goes.
        int even = Op(LoopOpcode.And, Op(LoopOpcode.ShrL, magnitude, Int(down)), Int(1));
        int rounded = Op(LoopOpcode.IAdd, magnitude, Op(LoopOpcode.IAdd, even, Int((1 << (down - 1)) - 1)));
        int normal = Op(LoopOpcode.ISub, Op(LoopOpcode.ShrL, rounded, Int(down)), Int((SingleBias - format.Bias) << format.MantissaBits));
        // Below the smallest normal number: a sum whose last place is that of the subnormal ones.
        int least = 1 - format.Bias;
        float align = MathF.ScaleB(1, down + least);
        int sum = b.Bitcast(Lane.I32, b.Add(b.Bitcast(Lane.F32, magnitude), b.F32(align)));
        int subnormal = Op(LoopOpcode.ISub, sum, Int(BitConverter.SingleToInt32Bits(align)));
        int code = b.Select(b.CompareInt(LoopCondition.LT, magnitude, Int((least + SingleBias) << SingleMantissa)), subnormal, normal);
        int over = b.CompareInt(LoopCondition.GT, code, Int(format.MaxCode));
        int sign = Op(LoopOpcode.And, Op(LoopOpcode.ShrL, given, Int(31 - int.Log2(format.SignBit))), Int(format.SignBit));
        if (!format.HasNegativeZero)
        {
            int signed = b.Select(b.CompareInt(LoopCondition.EQ, code, Int(0)), Int(0), Op(LoopOpcode.Or, code, sign));
            return b.Select(isNaN, Int(format.NaNCode), b.Select(over, Int(format.NaNCode), signed));
        }
        int held = b.Select(over, Int(format.InfinityCode >= 0 ? format.InfinityCode : format.NaNCode >= 0 ? format.NaNCode : format.MaxCode), code);
        if (format.NaNCode < 0)
        {
            return b.Select(isNaN, Int(format.SignBit), Op(LoopOpcode.Or, held, sign));
        }
        return Op(LoopOpcode.Or, b.Select(isNaN, Int(format.NaNCode), held), sign);
    }
}
