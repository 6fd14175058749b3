using System.Buffers.Binary;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Loops;

/// <summary>Turns elementwise nodes into loop instructions.</summary>
internal static class ElementwiseLowering
{
    /// <summary>One element of a constant.</summary>
    public static int Constant(LoopBody b, ElementKind kind, ReadOnlySpan<byte> element) => LoopKernel.LaneOf(kind) switch
    {
        Lane.F32 => b.F32((float)ScalarFolding.ToDouble(kind, element)!.Value),
        Lane.F64 => b.F64(ScalarFolding.ToDouble(kind, element)!.Value),
        Lane.Pred => b.Pred(element[0] != 0),
        Lane.I64 => b.Int(Lane.I64, BinaryPrimitives.ReadInt64LittleEndian(element)),
        _ => b.Int(Lane.I32, ScalarFolding.ToLong(kind, element)!.Value),
    };

    /// <summary>An integer index as a kind.</summary>
    public static int FromIndex(LoopBody b, int index, ElementKind kind) => Convert(b, index, ElementKind.I64, kind);

    /// <summary>The node's value from its operands' values.</summary>
    public static int Lower(LoopBody b, HloNode node, ReadOnlySpan<int> x)
    {
        ElementKind kind = node.Inputs[0].Kind;
        if (node.Op == HloOp.Convert)
        {
            return Convert(b, x[0], kind, node.Kind);
        }
        if (node.Op == HloOp.Select)
        {
            return b.Select(x[0], x[1], x[2]);
        }
        if (node.Op == HloOp.Bitcast)
        {
            return Bitcast(b, x[0], kind, node.Kind);
        }
        if (kind == ElementKind.I1)
        {
            return Boolean(b, node, x);
        }
        if (kind.IsFloat())
        {
            return Round(b, Float(b, node, x, LoopKernel.LaneOf(kind)), node.Kind);
        }
        return Wrap(b, Integer(b, node, x, kind), node.Kind);
    }

    /// <summary>Two values combined by a monoid, rounded to the kind.</summary>
    public static LoopOpcode Monoid(HloOp op, ElementKind kind) => op switch
    {
        HloOp.Add => kind == ElementKind.I1 ? LoopOpcode.Or : kind.IsFloat() ? LoopOpcode.FAdd : LoopOpcode.IAdd,
        HloOp.Multiply => kind == ElementKind.I1 ? LoopOpcode.And : kind.IsFloat() ? LoopOpcode.FMul : LoopOpcode.IMul,
        HloOp.Maximum => kind == ElementKind.I1 ? LoopOpcode.Or : kind.IsFloat() ? LoopOpcode.FMax : kind.IsUnsignedInteger() ? LoopOpcode.UMax : LoopOpcode.SMax,
        HloOp.Minimum => kind == ElementKind.I1 ? LoopOpcode.And : kind.IsFloat() ? LoopOpcode.FMin : kind.IsUnsignedInteger() ? LoopOpcode.UMin : LoopOpcode.SMin,
        HloOp.And => LoopOpcode.And,
        HloOp.Or => LoopOpcode.Or,
        HloOp.Xor => LoopOpcode.Xor,
        _ => throw new InvalidOperationException($"{op} is no monoid"),
    };

    /// <summary>Combines a reduction's result with its initial value.</summary>
    public static int Combine(LoopBody b, HloOp op, ElementKind kind, int x, int y)
    {
        LoopOpcode code = Monoid(op, kind);
        int value = code is LoopOpcode.FMax or LoopOpcode.FMin ? MaxMin(b, code, x, y) : b.Op(code, LoopKernel.LaneOf(kind), x, y);
        return Wrap(b, Round(b, value, kind), kind);
    }

    /// <summary>Rounds an f32 lane to the precision of a narrower kind.</summary>
    public static int Round(LoopBody b, int value, ElementKind kind) => kind switch
    {
        ElementKind.BF16 => b.Op(LoopOpcode.RoundBf16, Lane.F32, value),
        ElementKind.F16 => b.Op(LoopOpcode.RoundF16, Lane.F32, value),
        _ => value,
    };

    /// <summary>A value that a wider lane computed, brought to the kind's own precision and range.</summary>
    public static int Normalize(LoopBody b, int value, ElementKind kind) => Wrap(b, Round(b, value, kind), kind);

    private static int Wrap(LoopBody b, int value, ElementKind kind) => kind switch
    {
        ElementKind.I8 => b.Op(LoopOpcode.WrapI8, Lane.I32, value),
        ElementKind.UI8 => b.Op(LoopOpcode.WrapU8, Lane.I32, value),
        ElementKind.I16 => b.Op(LoopOpcode.WrapI16, Lane.I32, value),
        ElementKind.UI16 => b.Op(LoopOpcode.WrapU16, Lane.I32, value),
        ElementKind.I2 or ElementKind.I4 => Extend(b, value, kind.BitWidth()),
        ElementKind.UI2 or ElementKind.UI4 => b.Op(LoopOpcode.And, Lane.I32, value, b.Int(Lane.I32, (1 << kind.BitWidth()) - 1)),
        _ => value,
    };

    // The low bits with their own sign.
    private static int Extend(LoopBody b, int value, int bits)
    {
        int away = b.Int(Lane.I32, 32 - bits);
        return b.Op(LoopOpcode.ShrA, Lane.I32, b.Op(LoopOpcode.Shl, Lane.I32, value, away), away);
    }

    // IEEE maximum and minimum: NaN when either operand is.
    private static int MaxMin(LoopBody b, LoopOpcode code, int x, int y) =>
        b.Select(b.Compare(LoopCondition.NE, x, x), x, b.Op(code, b.LaneOf(x), x, y));

    private static LoopCondition Condition(string direction) => Enum.Parse<LoopCondition>(direction);

    private static int Boolean(LoopBody b, HloNode node, ReadOnlySpan<int> x)
    {
        int all = b.Pred(true);
        switch (node.Op)
        {
            case HloOp.Not: return b.Op(LoopOpcode.Xor, Lane.Pred, x[0], all);
            case HloOp.And or HloOp.Multiply or HloOp.Minimum: return b.Op(LoopOpcode.And, Lane.Pred, x[0], x[1]);
            case HloOp.Or or HloOp.Maximum or HloOp.Add: return b.Op(LoopOpcode.Or, Lane.Pred, x[0], x[1]);
            case HloOp.Xor or HloOp.Subtract: return b.Op(LoopOpcode.Xor, Lane.Pred, x[0], x[1]);
            case HloOp.Compare:
                return Emit(b, LoopOpcode.SCmp, Condition(((HloCompare)node.Payload!).Direction),
                    b.Op(LoopOpcode.PredToI32, Lane.I32, x[0]), b.Op(LoopOpcode.PredToI32, Lane.I32, x[1]));
            case HloOp.Clamp: return b.Op(LoopOpcode.And, Lane.Pred, b.Op(LoopOpcode.Or, Lane.Pred, x[1], x[0]), x[2]);
            default: throw new CpuUnsupportedException($"{node.Op} of booleans");
        }
    }

    private static int Emit(LoopBody b, LoopOpcode op, LoopCondition condition, int x, int y) =>
        b.Emit(new LoopInstruction(op, b.LaneOf(x), x, y, Index: (int)condition));

    private static int Float(LoopBody b, HloNode node, ReadOnlySpan<int> x, Lane lane)
    {
        int a = x[0];
        int Of(double v) => lane == Lane.F32 ? b.F32((float)v) : b.F64(v);
        switch (node.Op)
        {
            case HloOp.Abs: return b.Abs(a);
            case HloOp.Negate: return b.Neg(a);
            case HloOp.Sign:
                {
                    int s = b.Select(b.Compare(LoopCondition.GT, a, Of(0)), Of(1), b.Select(b.Compare(LoopCondition.LT, a, Of(0)), Of(-1), a));
                    return s;
                }
            case HloOp.Sqrt: return b.Op(LoopOpcode.FSqrt, lane, a);
            case HloOp.Rsqrt: return b.Div(Of(1), b.Op(LoopOpcode.FSqrt, lane, a));
            case HloOp.Floor: return b.Op(LoopOpcode.FFloor, lane, a);
            case HloOp.Ceil: return b.Op(LoopOpcode.FCeil, lane, a);
            case HloOp.RoundEven: return b.Op(LoopOpcode.FRoundEven, lane, a);
            case HloOp.RoundAfz:
                {
                    // Away from zero: the truncation, one further when at least half was cut off.
                    int t = b.Op(LoopOpcode.FTrunc, lane, a);
                    int half = b.Compare(LoopCondition.GE, b.Abs(b.Sub(a, t)), Of(0.5));
                    int step = b.Select(b.Compare(LoopCondition.LT, a, Of(0)), Of(-1), Of(1));
                    return b.Select(half, b.Add(t, step), t);
                }
            case HloOp.Add: return b.Contractible(b.Add(a, x[1]));
            case HloOp.Subtract: return b.Sub(a, x[1]);
            case HloOp.Multiply: return b.Contractible(b.Mul(a, x[1]));
            case HloOp.Fma: return b.Fma(a, x[1], x[2]);
            case HloOp.Divide: return b.Div(a, x[1]);
            case HloOp.Maximum: return MaxMin(b, LoopOpcode.FMax, a, x[1]);
            case HloOp.Minimum: return MaxMin(b, LoopOpcode.FMin, a, x[1]);
            case HloOp.Clamp: return MaxMin(b, LoopOpcode.FMin, MaxMin(b, LoopOpcode.FMax, x[1], a), x[2]);
            case HloOp.IsFinite: return b.Compare(LoopCondition.LT, b.Abs(a), Of(double.PositiveInfinity));
            case HloOp.Compare:
                {
                    var how = (HloCompare)node.Payload!;
                    if (!how.TotalOrder)
                    {
                        return b.Compare(Condition(how.Direction), a, x[1]);
                    }
                    return Emit(b, LoopOpcode.SCmp, Condition(how.Direction), TotalOrderKey(b, a, lane), TotalOrderKey(b, x[1], lane));
                }
            case HloOp.ReducePrecision when node.Kind == ElementKind.F16: return ReduceHalfPrecision(b, a, (int)node.A[0], (int)node.A[1]);
            case HloOp.ReducePrecision: return ReducePrecision(b, a, lane, (int)node.A[0], (int)node.A[1]);
            case HloOp.Power when lane == Lane.F32:
                {
                    int[] wide = Widen(b, x);
                    return b.Op(LoopOpcode.F64ToF32, Lane.F32, LoopDoubleMath.Power(b, wide[0], wide[1]));
                }
            case HloOp.Remainder when lane == Lane.F32:
                {
                    int[] wide = Widen(b, x);
                    return b.Op(LoopOpcode.F64ToF32, Lane.F32, LoopDivision.RemainderOfSingles(b, wide[0], wide[1]));
                }
        }
        if (lane == Lane.F64)
        {
            return node.Op switch
            {
                HloOp.Exp => LoopDoubleMath.Exp(b, a),
                HloOp.Expm1 => LoopDoubleMath.Expm1(b, a),
                HloOp.Log => LoopDoubleMath.Log(b, a),
                HloOp.Log1p => LoopDoubleMath.Log1p(b, a),
                HloOp.Logistic => LoopDoubleMath.Logistic(b, a),
                HloOp.Tanh => LoopDoubleMath.Tanh(b, a),
                HloOp.Cbrt => LoopDoubleMath.Cbrt(b, a),
                HloOp.Sine => LoopDoubleTrigonometry.Sine(b, a),
                HloOp.Cosine => LoopDoubleTrigonometry.Cosine(b, a),
                HloOp.Tan => LoopDoubleTrigonometry.Tan(b, a),
                HloOp.Atan2 => LoopDoubleTrigonometry.Atan2(b, a, x[1]),
                HloOp.Power => LoopDoublePower.Power(b, a, x[1]),
                HloOp.Remainder => b.Op(LoopOpcode.FRem, lane, a, x[1]),
                _ => throw new CpuUnsupportedException($"{node.Op} of {node.Kind.Name()}"),
            };
        }
        return node.Op switch
        {
            HloOp.Exp => LoopMath.Exp(b, a),
            HloOp.Expm1 => LoopMath.Expm1(b, a),
            HloOp.Log => LoopMath.Log(b, a),
            HloOp.Log1p => LoopMath.Log1p(b, a),
            HloOp.Logistic => LoopMath.Logistic(b, a),
            HloOp.Tanh => LoopMath.Tanh(b, a),
            HloOp.Cbrt => LoopMath.Cbrt(b, a),
            HloOp.Erf => LoopMath.Erf(b, a),
            HloOp.Sine => LoopMath.Sine(b, a),
            HloOp.Cosine => LoopMath.Cosine(b, a),
            HloOp.Tan => LoopMath.Tan(b, a),
            HloOp.Atan2 => LoopMath.Atan2(b, a, x[1]),
            _ => throw new CpuUnsupportedException($"{node.Op} of {node.Kind.Name()}"),
        };
    }

    private static int[] Widen(LoopBody b, ReadOnlySpan<int> x)
    {
        int[] wide = new int[x.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = b.Op(LoopOpcode.F32ToF64, Lane.F64, x[i]);
        }
        return wide;
    }

    // Bits as a signed integer, negative numbers mirrored, so that integers order as IEEE's total order does.
    private static int TotalOrderKey(LoopBody b, int a, Lane lane)
    {
        Lane whole = lane == Lane.F32 ? Lane.I32 : Lane.I64;
        int bits = b.Bitcast(whole, a);
        int mask = b.Op(LoopOpcode.ShrL, whole, b.Op(LoopOpcode.ShrA, whole, bits, b.Int(whole, lane == Lane.F32 ? 31 : 63)), b.Int(whole, 1));
        return b.Op(LoopOpcode.Xor, whole, bits, mask);
    }

    private static int Integer(LoopBody b, HloNode node, ReadOnlySpan<int> operands, ElementKind kind)
    {
        int[] x = operands.ToArray();
        Lane lane = LoopKernel.LaneOf(kind);
        bool unsigned = kind.IsUnsignedInteger();
        int bits = kind.BitWidth();
        int laneBits = lane == Lane.I64 ? 64 : 32;
        int a = x[0];
        switch (node.Op)
        {
            case HloOp.Abs: return unsigned ? a : b.Op(LoopOpcode.SMax, lane, a, b.Op(LoopOpcode.ISub, lane, b.Int(lane, 0), a));
            case HloOp.Negate: return b.Op(LoopOpcode.ISub, lane, b.Int(lane, 0), a);
            case HloOp.Sign:
                return unsigned ? b.Op(LoopOpcode.UMin, lane, a, b.Int(lane, 1))
                    : b.Op(LoopOpcode.SMax, lane, b.Int(lane, -1), b.Op(LoopOpcode.SMin, lane, b.Int(lane, 1), a));
            case HloOp.Not: return b.Op(LoopOpcode.Xor, lane, a, b.Int(lane, -1));
            case HloOp.Popcnt: return b.Op(LoopOpcode.Popcnt, lane, unsigned || bits == laneBits ? a : b.Op(LoopOpcode.And, lane, a, b.Int(lane, (1L << bits) - 1)));
            case HloOp.Clz:
                {
                    int masked = unsigned || bits == laneBits ? a : b.Op(LoopOpcode.And, lane, a, b.Int(lane, (1L << bits) - 1));
                    return b.Op(LoopOpcode.ISub, lane, b.Op(LoopOpcode.Clz, lane, masked), b.Int(lane, laneBits - bits));
                }
            case HloOp.Add: return b.Op(LoopOpcode.IAdd, lane, a, x[1]);
            case HloOp.Subtract: return b.Op(LoopOpcode.ISub, lane, a, x[1]);
            case HloOp.Multiply: return b.Op(LoopOpcode.IMul, lane, a, x[1]);
            case HloOp.Divide or HloOp.Remainder: return LoopDivision.Divide(b, a, x[1], kind, node.Op == HloOp.Remainder);
            case HloOp.Maximum: return b.Op(unsigned ? LoopOpcode.UMax : LoopOpcode.SMax, lane, a, x[1]);
            case HloOp.Minimum: return b.Op(unsigned ? LoopOpcode.UMin : LoopOpcode.SMin, lane, a, x[1]);
            case HloOp.Clamp:
                return b.Op(unsigned ? LoopOpcode.UMin : LoopOpcode.SMin, lane, b.Op(unsigned ? LoopOpcode.UMax : LoopOpcode.SMax, lane, x[1], a), x[2]);
            case HloOp.And: return b.Op(LoopOpcode.And, lane, a, x[1]);
            case HloOp.Or: return b.Op(LoopOpcode.Or, lane, a, x[1]);
            case HloOp.Xor: return b.Op(LoopOpcode.Xor, lane, a, x[1]);
            case HloOp.Compare:
                return Emit(b, unsigned ? LoopOpcode.UCmp : LoopOpcode.SCmp, Condition(((HloCompare)node.Payload!).Direction), a, x[1]);
            case HloOp.ShiftLeft: return Guarded(LoopOpcode.Shl, a);
            case HloOp.ShiftRightArithmetic:
                {
                    // On an unsigned kind the top bit of the narrow value is the sign.
                    int value = !unsigned || bits == laneBits ? a : Extend(b, a, bits);
                    return b.Op(LoopOpcode.ShrA, lane, value, Count(x[1]));
                }
            case HloOp.ShiftRightLogical:
                return Guarded(LoopOpcode.ShrL, unsigned || bits == laneBits ? a : b.Op(LoopOpcode.And, lane, a, b.Int(lane, (1L << bits) - 1)));
            case HloOp.Power:
                return IntegerPower(b, a, x[1], lane, bits, unsigned);
            default: throw new CpuUnsupportedException($"{node.Op} of {kind.Name()}");
        }

        // Counts of a narrow kind at or beyond its width must clear the value though the lane is wider.
        int Count(int count) => unsigned || bits == laneBits ? count : b.Op(LoopOpcode.And, lane, count, b.Int(lane, (1L << bits) - 1));

        int Guarded(LoopOpcode op, int value)
        {
            int shifted = b.Op(op, lane, value, Count(x[1]));
            return bits == laneBits ? shifted : b.Select(Emit(b, LoopOpcode.UCmp, LoopCondition.LT, Count(x[1]), b.Int(lane, bits)), shifted, b.Int(lane, 0));
        }
    }

    // Square and multiply; a negative exponent gives 0, or a sign for a base of 1 or -1.
    private static int IntegerPower(LoopBody b, int x, int n, Lane lane, int bits, bool unsigned)
    {
        int result = b.Int(lane, 1), one = b.Int(lane, 1), power = x;
        for (int bit = 0, last = unsigned ? bits - 1 : bits - 2; bit <= last; bit++)
        {
            int set = Emit(b, LoopOpcode.SCmp, LoopCondition.NE, b.Op(LoopOpcode.And, lane, n, b.Int(lane, 1L << bit)), b.Int(lane, 0));
            result = b.Select(set, b.Op(LoopOpcode.IMul, lane, result, power), result);
            power = b.Op(LoopOpcode.IMul, lane, power, power);
        }
        if (unsigned)
        {
            return result;
        }
        int odd = Emit(b, LoopOpcode.SCmp, LoopCondition.NE, b.Op(LoopOpcode.And, lane, n, one), b.Int(lane, 0));
        int negative = b.Select(
            Emit(b, LoopOpcode.SCmp, LoopCondition.EQ, x, one), one,
            b.Select(Emit(b, LoopOpcode.SCmp, LoopCondition.EQ, x, b.Int(lane, -1)), b.Select(odd, b.Int(lane, -1), one), b.Int(lane, 0)));
        return b.Select(Emit(b, LoopOpcode.SCmp, LoopCondition.LT, n, b.Int(lane, 0)), negative, result);
    }

    private static int Bitcast(LoopBody b, int x, ElementKind from, ElementKind to)
    {
        // 16-bit floats sit widened in their lanes: go through their bits.
        int bits = from switch
        {
            ElementKind.BF16 => b.Op(LoopOpcode.ShrL, Lane.I32, b.Bitcast(Lane.I32, x), b.Int(Lane.I32, 16)),
            ElementKind.F16 => throw new CpuUnsupportedException("bitcast_convert of f16"),
            _ => x,
        };
        if (to == ElementKind.F16)
        {
            throw new CpuUnsupportedException("bitcast_convert to f16");
        }
        if (to == ElementKind.BF16)
        {
            return b.Bitcast(Lane.F32, b.Op(LoopOpcode.Shl, Lane.I32, bits, b.Int(Lane.I32, 16)));
        }
        Lane lane = LoopKernel.LaneOf(to);
        return Wrap(b, b.LaneOf(bits) == lane ? bits : b.Bitcast(lane, bits), to);
    }

    private static int Convert(LoopBody b, int x, ElementKind from, ElementKind to)
    {
        Lane source = LoopKernel.LaneOf(from), target = LoopKernel.LaneOf(to);
        if (MiniFloat.Is(from))
        {
            return Convert(b, LoopMiniFloats.Decode(b, x, MiniFloat.Of(from)), ElementKind.F32, to);
        }
        if (MiniFloat.Is(to))
        {
            int number = source == Lane.F64 ? ToOdd(b, x) : source == Lane.F32 ? x : Convert(b, x, from, ElementKind.F32);
            return LoopMiniFloats.Encode(b, number, MiniFloat.Of(to));
        }
        if (to == ElementKind.I1)
        {
            return source switch
            {
                Lane.Pred => x,
                Lane.F32 => b.Compare(LoopCondition.NE, x, b.F32(0)),
                Lane.F64 => b.Compare(LoopCondition.NE, x, b.F64(0)),
                _ => b.CompareInt(LoopCondition.NE, x, b.Int(source, 0)),
            };
        }
        bool unsigned = from.IsUnsignedInteger();
        int wide;
        switch (source, target)
        {
            case (Lane.Pred, _):
                return Convert(b, b.Op(LoopOpcode.PredToI32, Lane.I32, x), ElementKind.I32, to);
            case (Lane.F32, Lane.F32):
                return Round(b, x, to);
            case (Lane.F32, Lane.F64):
                return b.Op(LoopOpcode.F32ToF64, Lane.F64, x);
            case (Lane.F64, Lane.F32):
                return to == ElementKind.F32 ? b.Op(LoopOpcode.F64ToF32, Lane.F32, x) : Round(b, ToOdd(b, x), to);
            case (Lane.I32, Lane.F32):
                return Round(b, b.Op(unsigned && from == ElementKind.UI32 ? LoopOpcode.U32ToF32 : LoopOpcode.I32ToF32, Lane.F32, x), to);
            case (Lane.I32, Lane.F64):
                return b.Op(LoopOpcode.I64ToF64, Lane.F64, b.Op(unsigned ? LoopOpcode.U32ToI64 : LoopOpcode.I32ToI64, Lane.I64, x));
            case (Lane.I64, Lane.F32):
                return Round(b, b.Op(unsigned ? LoopOpcode.U64ToF32 : LoopOpcode.I64ToF32, Lane.F32, x), to);
            case (Lane.I64, Lane.F64):
                return b.Op(unsigned ? LoopOpcode.U64ToF64 : LoopOpcode.I64ToF64, Lane.F64, x);
            case (Lane.I32, Lane.I64):
                return b.Op(unsigned ? LoopOpcode.U32ToI64 : LoopOpcode.I32ToI64, Lane.I64, x);
            case (Lane.I64, Lane.I32):
                return Wrap(b, b.Op(LoopOpcode.I64ToI32, Lane.I32, x), to);
            case (Lane.I32, Lane.I32):
                return Wrap(b, x, to);
            case (Lane.I64, Lane.I64):
            case (Lane.F64, Lane.F64):
                return x;
            case (Lane.F32, Lane.I32) when to == ElementKind.I32:
                {
                    // Saturating, NaN to 0, as XLA converts.
                    int truncated = b.Op(LoopOpcode.F32ToI32, Lane.I32, x);
                    int big = b.Select(b.Compare(LoopCondition.GE, x, b.F32(2147483648f)), b.Int(Lane.I32, int.MaxValue), truncated);
                    return b.Select(b.Compare(LoopCondition.EQ, x, x), big, b.Int(Lane.I32, 0));
                }
            case (Lane.F32, Lane.I32) when to.BitWidth() < 32:
                {
                    (float low, float high) = Range(to);
                    int held = b.Op(LoopOpcode.FMin, Lane.F32, b.F32(high), b.Op(LoopOpcode.FMax, Lane.F32, b.F32(low), x));
                    return b.Select(b.Compare(LoopCondition.EQ, x, x), b.Op(LoopOpcode.F32ToI32, Lane.I32, held), b.Int(Lane.I32, 0));
                }
            case (Lane.F32, Lane.I32):
                {
                    // ui32: the upper half of the range by way of the lower.
                    int upper = b.Compare(LoopCondition.GE, x, b.F32(2147483648f));
                    int low = b.Op(LoopOpcode.F32ToI32, Lane.I32, b.Select(upper, b.Sub(x, b.F32(2147483648f)), x));
                    int value = b.Select(upper, b.Op(LoopOpcode.Xor, Lane.I32, low, b.Int(Lane.I32, int.MinValue)), low);
                    value = b.Select(b.Compare(LoopCondition.GE, x, b.F32(4294967296f)), b.Int(Lane.I32, -1), value);
                    return b.Select(b.Compare(LoopCondition.GT, x, b.F32(0)), value, b.Int(Lane.I32, 0));
                }
            case (Lane.F32, Lane.I64):
                wide = b.Op(LoopOpcode.F32ToF64, Lane.F64, x);
                return b.Op(to.IsUnsignedInteger() ? LoopOpcode.F64ToU64 : LoopOpcode.F64ToI64, Lane.I64, wide);
            case (Lane.F64, Lane.I64):
                return b.Op(to.IsUnsignedInteger() ? LoopOpcode.F64ToU64 : LoopOpcode.F64ToI64, Lane.I64, x);
            case (Lane.F64, Lane.I32):
                {
                    (double low, double high) = to switch { ElementKind.I32 => ((double)int.MinValue, (double)int.MaxValue), ElementKind.UI32 => (0.0, (double)uint.MaxValue), _ => ((double)Range(to).Low, (double)Range(to).High) };
                    int held = b.Op(LoopOpcode.FMin, Lane.F64, b.F64(high), b.Op(LoopOpcode.FMax, Lane.F64, b.F64(low), x));
                    return b.Op(LoopOpcode.I64ToI32, Lane.I32, b.Op(LoopOpcode.F64ToI64, Lane.I64, b.Select(b.Compare(LoopCondition.EQ, x, x), held, b.F64(0))));
                }
            default:
                throw new CpuUnsupportedException($"convert from {from.Name()} to {to.Name()}");
        }
    }

    // f64 to f32 so that rounding to a narrower kind is as if it had been at once: toward zero, with the last bit set where something was cut off.
    private static int ToOdd(LoopBody b, int x)
    {
        int nearest = b.Op(LoopOpcode.F64ToF32, Lane.F32, x), back = b.Op(LoopOpcode.F32ToF64, Lane.F64, nearest);
        int bits = b.Bitcast(Lane.I32, nearest);
        int below = b.Op(LoopOpcode.ISub, Lane.I32, bits, b.Int(Lane.I32, 1)), one = b.Int(Lane.I32, 1);
        int cut = b.Select(b.Compare(LoopCondition.GT, b.Abs(back), b.Abs(x)), below, bits);
        int odd = b.Op(LoopOpcode.Or, Lane.I32, cut, one);
        // NaN is not less than anything, either.
        int inexact = b.Select(b.Compare(LoopCondition.LT, back, x), odd, b.Select(b.Compare(LoopCondition.GT, back, x), odd, bits));
        return b.Bitcast(Lane.F32, inexact);
    }

    /// <summary>The value of a precision of fewer bits nearest to one, as <c>reduce_precision</c> has it: below the smallest normal number is zero.</summary>
    private static int ReducePrecision(LoopBody b, int x, Lane lane, int exponentBits, int mantissaBits)
    {
        (Lane whole, int width, int sourceMantissa) = lane == Lane.F32 ? (Lane.I32, 32, 23) : (Lane.I64, 64, 52);
        int sourceExponent = width - sourceMantissa - 1;
        long infinity = ((1L << sourceExponent) - 1) << sourceMantissa, sign = long.MinValue >> (64 - width);
        int bits = b.Bitcast(whole, x);
        if (mantissaBits < sourceMantissa)
        {
            long last = 1L << (sourceMantissa - mantissaBits);
            int even = b.Op(LoopOpcode.And, whole, b.Op(LoopOpcode.ShrL, whole, bits, b.Int(whole, sourceMantissa - mantissaBits)), b.Int(whole, 1));
            bits = b.Op(LoopOpcode.And, whole, b.Op(LoopOpcode.IAdd, whole, bits, b.Op(LoopOpcode.IAdd, whole, even, b.Int(whole, (last >> 1) - 1))), b.Int(whole, -last));
        }
        if (exponentBits < sourceExponent)
        {
            long bias = (1L << (sourceExponent - 1)) - 1, reduced = (1L << (exponentBits - 1)) - 1;
            int exponent = b.Op(LoopOpcode.And, whole, bits, b.Int(whole, infinity)), signed = b.Op(LoopOpcode.And, whole, bits, b.Int(whole, sign));
            int over = b.CompareInt(LoopCondition.GT, exponent, b.Int(whole, (bias + reduced) << sourceMantissa));
            int under = b.CompareInt(LoopCondition.LE, exponent, b.Int(whole, (bias - reduced) << sourceMantissa));
            bits = b.Select(over, b.Op(LoopOpcode.Or, whole, signed, b.Int(whole, infinity)), b.Select(under, signed, bits));
        }
        int special = mantissaBits > 0 ? x : lane == Lane.F32 ? b.F32(float.PositiveInfinity) : b.F64(double.PositiveInfinity);
        return b.Select(b.Compare(LoopCondition.EQ, x, x), b.Bitcast(lane, bits), special);
    }

    // Of f16 in lanes of f32: what f16 holds below its normal numbers is rounded where their last bits lie, by a number whose last bit is there.
    private static int ReduceHalfPrecision(LoopBody b, int x, int exponentBits, int mantissaBits)
    {
        const int Exponent = 5, Mantissa = 10, Bias = 15, SingleMantissa = 23;
        int reduced = ReducePrecision(b, x, Lane.F32, exponentBits < Exponent ? exponentBits : 8, mantissaBits);
        if (mantissaBits >= Mantissa || exponentBits < Exponent)
        {
            return reduced;
        }
        int last = b.F32(MathF.ScaleB(1.5f, SingleMantissa + 1 - Bias - mantissaBits)), small = LoopMath.CopySign(b, b.Sub(b.Add(b.Abs(x), last), last), x);
        return b.Select(b.Compare(LoopCondition.LT, b.Abs(x), b.F32(MathF.ScaleB(1, 1 - Bias))), small, reduced);
    }

    private static (float Low, float High) Range(ElementKind kind) => kind switch
    {
        ElementKind.I8 => (-128, 127),
        ElementKind.UI8 => (0, 255),
        ElementKind.I16 => (-32768, 32767),
        ElementKind.UI16 => (0, 65535),
        _ => kind.IsUnsignedInteger() ? (0, (1 << kind.BitWidth()) - 1) : (-(1 << (kind.BitWidth() - 1)), (1 << (kind.BitWidth() - 1)) - 1),
    };
}
