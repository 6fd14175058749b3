using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Loops;

/// <summary>
/// Integer division by a constant, toward zero, without dividing: by a power of two with shifts; of up to 16 bits with the reciprocal in f32; of more with the
/// high half of the product with a scaled reciprocal.
/// </summary>
/// <remarks>
/// Granlund and Montgomery, "Division by invariant integers using multiplication", PLDI 1994, sections 4 and 5; Warren, "Hacker's Delight", chapter 10.
/// </remarks>
internal static class LoopConstantDivision
{
    /// <summary>Up to so many bits a quotient of f32, cut off, is that of the integers.</summary>
    public const int NarrowBits = 16;

    /// <summary>The quotient, or what it leaves of the dividend; null where the divisor is no constant, or zero.</summary>
    public static int? Divide(LoopBody b, int x, int y, ElementKind kind, bool remainder)
    {
        if (b.Instructions[y] is not { Op: LoopOpcode.Const, Bits: not 0 } constant)
        {
            return null;
        }
        Lane lane = constant.Lane;
        bool unsigned = kind.IsUnsignedInteger(), negative = !unsigned && constant.Bits < 0;
        ulong divisor = unsigned && lane == Lane.I32 ? (uint)constant.Bits : negative ? (ulong)-constant.Bits : (ulong)constant.Bits;
        if (BitOperations.IsPow2(divisor))
        {
            int log = BitOperations.Log2(divisor);
            return unsigned ? UnsignedByPowerOfTwo(b, x, log, remainder) : SignedByPowerOfTwo(b, x, log, negative, remainder);
        }
        int quotient = kind.BitWidth() <= NarrowBits ? NarrowQuotient(b, x, negative ? -(float)divisor : divisor)
            : unsigned ? UnsignedQuotient(b, x, divisor, lane == Lane.I64 ? ulong.MaxValue : uint.MaxValue)
            : lane == Lane.I64 ? LongQuotient(b, x, divisor, negative) : SignedQuotient(b, x, (uint)divisor, negative);
        return remainder ? LoopDivision.Remainder(b, x, y, quotient) : quotient;
    }

    private static int UnsignedByPowerOfTwo(LoopBody b, int x, int log, bool remainder)
    {
        Lane lane = b.LaneOf(x);
        return remainder ? b.Op(LoopOpcode.And, lane, x, b.Int(lane, (1L << log) - 1)) : Shift(b, LoopOpcode.ShrL, x, log);
    }

    // A shift rounds down: negative dividends get one less than the divisor first.
    private static int SignedByPowerOfTwo(LoopBody b, int x, int log, bool negative, bool remainder)
    {
        Lane lane = b.LaneOf(x);
        int zero = b.Int(lane, 0), below = b.Int(lane, (1L << log) - 1);
        int bias = log == 0 ? zero : b.Select(b.CompareInt(LoopCondition.LT, x, zero), below, zero);
        int sum = log == 0 ? x : b.Op(LoopOpcode.IAdd, lane, x, bias);
        if (remainder)
        {
            return log == 0 ? zero : b.Op(LoopOpcode.ISub, lane, b.Op(LoopOpcode.And, lane, sum, below), bias);
        }
        int quotient = Shift(b, LoopOpcode.ShrA, sum, log);
        return negative ? b.Op(LoopOpcode.ISub, lane, zero, quotient) : quotient;
    }

    // The reciprocal, rounded away from zero, leaves multiples at or past their quotient. What lies between two of them is 2^-16 of the dividend away from the next, more than both roundings.
    private static int NarrowQuotient(LoopBody b, int x, float divisor)
    {
        float reciprocal = 1 / divisor;
        if (reciprocal * (double)divisor < 1)
        {
            reciprocal = float.IsNegative(reciprocal) ? MathF.BitDecrement(reciprocal) : MathF.BitIncrement(reciprocal);
        }
        return b.Op(LoopOpcode.F32ToI32, Lane.I32, b.Mul(b.Op(LoopOpcode.I32ToF32, Lane.F32, x), b.F32(reciprocal)));
    }

    // Of dividends up to the largest. A multiplier that has a bit more than the lane counts the dividend itself, in the mean of it and the product, whose sum would overflow.
    private static int UnsignedQuotient(LoopBody b, int x, ulong divisor, ulong largest)
    {
        Lane lane = b.LaneOf(x);
        int bits = lane == Lane.I64 ? 64 : 32, even = BitOperations.TrailingZeroCount(divisor);
        (BigInteger multiplier, int shift) = Reciprocal(divisor, largest, bits);
        if (multiplier >> bits == 0)
        {
            return Shift(b, LoopOpcode.ShrL, High(multiplier), shift);
        }
        if (even > 0)
        {
            return UnsignedQuotient(b, Shift(b, LoopOpcode.ShrL, x, even), divisor >> even, largest >> even);
        }
        int high = High(multiplier - (BigInteger.One << bits));
        int half = Shift(b, LoopOpcode.ShrL, b.Op(LoopOpcode.ISub, lane, x, high), 1);
        return Shift(b, LoopOpcode.ShrL, b.Op(LoopOpcode.IAdd, lane, half, high), shift - 1);

        int High(BigInteger m) => b.Op(LoopOpcode.UMulHigh, lane, x, b.Int(lane, (long)(ulong)m));
    }

    // The product is rounded down, a negative dividend's to one less than its quotient.
    private static int SignedQuotient(LoopBody b, int x, uint divisor, bool negative)
    {
        (BigInteger multiplier, int shift) = Reciprocal(divisor, 1UL << 31, 32);
        int m = (int)(uint)multiplier, high = b.Op(LoopOpcode.SMulHigh, Lane.I32, x, b.Int(Lane.I32, m));
        int product = Shift(b, LoopOpcode.ShrA, m < 0 ? b.Op(LoopOpcode.IAdd, Lane.I32, high, x) : high, shift), sign = Shift(b, LoopOpcode.ShrA, x, 31);
        return negative ? b.Op(LoopOpcode.ISub, Lane.I32, sign, product) : b.Op(LoopOpcode.ISub, Lane.I32, product, sign);
    }

    // By way of magnitudes: there is no signed product of 64 bits.
    private static int LongQuotient(LoopBody b, int x, ulong divisor, bool negative)
    {
        int zero = b.Int(Lane.I64, 0), magnitude = b.Op(LoopOpcode.SMax, Lane.I64, x, b.Op(LoopOpcode.ISub, Lane.I64, zero, x));
        int quotient = UnsignedQuotient(b, magnitude, divisor, 1UL << 63), opposite = b.Op(LoopOpcode.ISub, Lane.I64, zero, quotient);
        return b.Select(b.CompareInt(LoopCondition.LT, x, zero), negative ? quotient : opposite, negative ? opposite : quotient);
    }

    // The multiplier m = ⌈2^(bits + shift) / divisor⌉ of the least shift for which ⌊m x / 2^(bits + shift)⌋ is the quotient of every x up to the largest: that by which m is too large makes less than one of them.
    private static (BigInteger Multiplier, int Shift) Reciprocal(ulong divisor, ulong largest, int bits)
    {
        for (int shift = 0; ; shift++)
        {
            BigInteger power = BigInteger.One << (bits + shift), multiplier = (power + divisor - 1) / divisor;
            if (((multiplier * divisor) - power) * largest < power)
            {
                return (multiplier, shift);
            }
        }
    }

    private static int Shift(LoopBody b, LoopOpcode op, int x, int count) => count == 0 ? x : b.Op(op, b.LaneOf(x), x, b.Int(b.LaneOf(x), count));
}
