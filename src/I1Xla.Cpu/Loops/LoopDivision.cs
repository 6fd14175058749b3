using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Loops;

/// <summary>Division that no vector instruction does: of integers, and the remainder of f32.</summary>
internal static class LoopDivision
{
    // Bits of the quotient that a step takes off: it then is exact in f64. So many steps take all that two f32 may differ by.
    private const int StepBits = 28, Steps = 10;

    /// <summary>The quotient of two integers, toward zero, or what it leaves of the dividend; -1 and all of the dividend where the divisor is zero.</summary>
    public static int Divide(LoopBody b, int x, int y, ElementKind kind, bool remainder)
    {
        if (LoopConstantDivision.Divide(b, x, y, kind, remainder) is { } known)
        {
            return known;
        }
        bool unsigned = kind.IsUnsignedInteger();
        if (b.LaneOf(x) == Lane.I64)
        {
            int quotient = unsigned ? UnsignedQuotient(b, x, y) : SignedQuotient(b, x, y);
            return remainder ? Remainder(b, x, y, quotient) : quotient;
        }
        if (kind.BitWidth() <= LoopConstantDivision.NarrowBits)
        {
            int Single(int v) => b.Op(LoopOpcode.I32ToF32, Lane.F32, v);
            int quotient = b.Op(LoopOpcode.F32ToI32, Lane.I32, b.Div(Single(x), Single(y)));
            return remainder ? Remainder(b, x, y, quotient)
                : b.Select(b.CompareInt(LoopCondition.EQ, y, b.Int(Lane.I32, 0)), b.Int(Lane.I32, -1), quotient);
        }
        return b.Op((unsigned, remainder) switch
        {
            (true, false) => LoopOpcode.UDiv,
            (false, false) => LoopOpcode.SDiv,
            (true, true) => LoopOpcode.URem,
            (false, true) => LoopOpcode.SRem,
        }, Lane.I32, x, y);
    }

    /// <summary>
    /// The quotient of two unsigned integers of 64 bits; all ones where the divisor is zero. A quotient of doubles, a little too small, leaves a remainder whose
    /// quotient is good to one.
    /// </summary>
    private static int UnsignedQuotient(LoopBody b, int x, int y)
    {
        int divisor = b.Op(LoopOpcode.U64ToF64, Lane.F64, y), shy = b.F64(1 - Math.ScaleB(1, -51));
        int first = Floor(x), rest = b.Op(LoopOpcode.ISub, Lane.I64, x, b.Op(LoopOpcode.IMul, Lane.I64, first, y));
        int second = Floor(rest), last = b.Op(LoopOpcode.ISub, Lane.I64, rest, b.Op(LoopOpcode.IMul, Lane.I64, second, y));
        int sum = b.Op(LoopOpcode.IAdd, Lane.I64, first, second), more = b.Op(LoopOpcode.IAdd, Lane.I64, sum, b.Int(Lane.I64, 1));
        int quotient = b.Select(b.Emit(new LoopInstruction(LoopOpcode.UCmp, Lane.I64, last, y, Index: (int)LoopCondition.GE)), more, sum);
        return b.Select(b.CompareInt(LoopCondition.EQ, y, b.Int(Lane.I64, 0)), b.Int(Lane.I64, -1), quotient);

        int Floor(int over) => b.Op(LoopOpcode.F64ToU64, Lane.I64, b.Mul(b.Div(b.Op(LoopOpcode.U64ToF64, Lane.F64, over), divisor), shy));
    }

    /// <summary>The quotient of two signed integers of 64 bits, toward zero; -1 where the divisor is zero.</summary>
    private static int SignedQuotient(LoopBody b, int x, int y)
    {
        int zero = b.Int(Lane.I64, 0), magnitude = UnsignedQuotient(b, Magnitude(x), Magnitude(y));
        int opposite = b.CompareInt(LoopCondition.LT, b.Op(LoopOpcode.Xor, Lane.I64, x, y), zero);
        int quotient = b.Select(opposite, b.Op(LoopOpcode.ISub, Lane.I64, zero, magnitude), magnitude);
        return b.Select(b.CompareInt(LoopCondition.EQ, y, zero), b.Int(Lane.I64, -1), quotient);

        int Magnitude(int v) => b.Op(LoopOpcode.SMax, Lane.I64, v, b.Op(LoopOpcode.ISub, Lane.I64, zero, v));
    }

    /// <summary>What the quotient of two integers leaves of the dividend: all of it where the divisor is zero.</summary>
    public static int Remainder(LoopBody b, int x, int y, int quotient) => b.Op(LoopOpcode.ISub, b.LaneOf(x), x, b.Op(LoopOpcode.IMul, b.LaneOf(x), quotient, y));

    /// <summary>
    /// The exact remainder of two f32 given as f64, with the sign of the dividend: multiples of the divisor by falling powers of two are taken off, each a whole
    /// number of times that has 28 bits, so that quotient, product and difference have no error that counts.
    /// </summary>
    public static int RemainderOfSingles(LoopBody b, int x, int y)
    {
        int rest = b.Abs(x), divisor = b.Abs(y);
        for (int step = Steps - 1; step >= 0; step--)
        {
            int multiple = step == 0 ? divisor : b.Mul(divisor, b.F64(Math.ScaleB(1, step * StepBits)));
            rest = b.Fma(b.Neg(b.Op(LoopOpcode.FTrunc, Lane.F64, b.Div(rest, multiple))), multiple, rest);
        }
        // An infinite divisor leaves what is finite.
        int whole = b.Op(LoopOpcode.And, Lane.Pred, b.Compare(LoopCondition.EQ, divisor, b.F64(double.PositiveInfinity)), b.Compare(LoopCondition.LT, b.Abs(x), b.F64(double.PositiveInfinity)));
        return b.Select(whole, x, LoopDoubleMath.CopySign(b, rest, x));
    }
}
