using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Passes.Chlo;

/// <summary>Functions that work on the bits of their operands.</summary>
internal static class IntegerFormulas
{
    /// <summary>The upper half of the product.</summary>
    public static Expr MultiplyHigh(Expr a, Expr b)
    {
        ElementKind kind = a.Kind;
        int width = kind.BitWidth();
        if (width < 64)
        {
            ElementKind wide = kind.IsSignedInteger() ? ElementKind.I64 : ElementKind.UI64;
            return ShiftRight(a.To(wide) * b.To(wide), width).To(kind);
        }
        Expr x = a.Bits(ElementKind.UI64), y = b.Bits(ElementKind.UI64);
        Expr mask = x.Like(uint.MaxValue);
        Expr xLow = x & mask, xHigh = ShiftRight(x, 32), yLow = y & mask, yHigh = ShiftRight(y, 32);
        Expr middle = (xHigh * yLow) + ShiftRight(xLow * yLow, 32);
        Expr cross = (xLow * yHigh) + (middle & mask);
        Expr high = (xHigh * yHigh) + ShiftRight(middle, 32) + ShiftRight(cross, 32);
        if (kind != ElementKind.I64)
        {
            return high;
        }
        // Read as unsigned, a negative number is 2^64 too large.
        Expr zero = x.Like(0);
        return (high - a.Less(0).Choose(y, zero) - b.Less(0).Choose(x, zero)).Bits(ElementKind.I64);
    }

    /// <summary>The neighbour of a towards b.</summary>
    public static Expr NextAfter(Expr a, Expr b)
    {
        ElementKind kind = a.Kind;
        ElementKind bits = kind.BitWidth() switch
        {
            16 => ElementKind.I16,
            32 => ElementKind.I32,
            64 => ElementKind.I64,
            _ => throw new ArgumentException($"next_after of {kind.Name()} is not supported"),
        };
        Expr x = a.Bits(bits);
        // A step away from zero adds one to the bits of the magnitude, a step towards zero takes one off.
        Expr grows = a.Less(b).Equal(a.Like(0).Less(a));
        Expr step = x + grows.Choose(x.Like(1), x.Like(-1));
        Expr negative = b.Less(0);
        Expr fromZero = negative.Choose(x.Like(IntegerKind.MinValue(bits) + 1.0), x.Like(1));
        if (bits == ElementKind.I64)
        {
            // The double nearest to the smallest long plus one is the smallest long: add the one afterwards.
            fromZero = negative.Choose(x.Like(long.MinValue) + x.Like(1), x.Like(1));
        }
        Expr moved = a.Equal(0).Choose(fromZero, step).Bits(kind);
        Expr result = a.Equal(b).Choose(b, moved);
        return (a.NotEqual(a) | b.NotEqual(b)).Choose(a + b, result);
    }

    private static Expr ShiftRight(Expr x, int by) => x.Kind.IsSignedInteger()
        ? x.Wrap(x.Builder.ShiftRightArithmetic(x.Value, x.Like(by).Value))
        : x.Wrap(x.Builder.ShiftRightLogical(x.Value, x.Like(by).Value));
}
