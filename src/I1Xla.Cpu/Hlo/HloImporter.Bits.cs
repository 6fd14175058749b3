using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Hlo;

/// <summary>The bits of elements: <c>bitcast_convert</c> between kinds of any widths, and <c>reduce_precision</c> of narrow floats, as integer arithmetic.</summary>
public sealed partial class HloImporter
{
    // What copies memory as it lies is null here: the compiler makes a copy of it.
    private HloNode[]? BitcastConvert(HloNode x, ElementKind kind, long[] dims)
    {
        if (kind == x.Kind || !IsHeld(kind) || !IsHeld(x.Kind))
        {
            return kind == x.Kind ? [x] : null;
        }
        int from = x.Kind.BitWidth(), to = kind.BitWidth();
        if (from == to)
        {
            return kind == ElementKind.F16 || x.Kind == ElementKind.F16 ? null : [builder.Unary(HloOp.Bitcast, x, kind)];
        }
        return from % 8 == 0 && to % 8 == 0 ? null : [from < to ? Joined(x, kind) : Cut(x, kind, dims)];
    }

    // The elements of the last dimension as the bits of one, the first of them lowest.
    private HloNode Joined(HloNode x, ElementKind kind)
    {
        ElementKind word = WordOf(kind.BitWidth());
        int last = x.Dims.Length - 1;
        HloNode places = builder.Binary(HloOp.Multiply, builder.Iota(word, x.Dims, last), builder.SplatInteger(word, x.Dims, x.Kind.BitWidth()));
        HloNode placed = builder.Binary(HloOp.ShiftLeft, To(BitsOf(x), word), places);
        return OfBits(builder.Reduce(placed, builder.SplatInteger(word, [], 0), [last], HloOp.Or), kind);
    }

    // Each element in pieces along a new last dimension.
    private HloNode Cut(HloNode x, ElementKind kind, long[] dims)
    {
        HloNode bits = BitsOf(x);
        ElementKind word = bits.Kind;
        int last = dims.Length - 1, width = kind.BitWidth();
        HloNode spread = builder.Broadcast(bits, dims, [.. Enumerable.Range(0, last).Select(d => (long)d)]);
        HloNode places = builder.Binary(HloOp.Multiply, builder.Iota(word, dims, last), builder.SplatInteger(word, dims, width));
        return OfBits(builder.Binary(HloOp.And, builder.Binary(HloOp.ShiftRightLogical, spread, places), builder.SplatInteger(word, dims, (1L << width) - 1)), kind);
    }

    private static ElementKind WordOf(int bits) => bits switch { <= 8 => ElementKind.UI8, 16 => ElementKind.UI16, 32 => ElementKind.UI32, _ => ElementKind.UI64 };

    // The bits of elements as numbers of the least unsigned kind of whole bytes.
    private HloNode BitsOf(HloNode x)
    {
        int width = x.Kind.BitWidth();
        ElementKind word = WordOf(width);
        if (x.Kind == ElementKind.F16)
        {
            return Reread(x, word);
        }
        if (x.Kind.IsFloat())
        {
            return builder.Unary(HloOp.Bitcast, x, word);
        }
        HloNode number = To(x, word);
        return width is 2 or 4 ? builder.Binary(HloOp.And, number, builder.SplatInteger(word, x.Dims, (1L << width) - 1)) : number;
    }

    // Elements of bits, none of which is set beyond the width of the kind.
    private HloNode OfBits(HloNode bits, ElementKind kind)
    {
        ElementKind word = WordOf(kind.BitWidth());
        return kind == ElementKind.F16 ? Reread(To(bits, word), kind) : kind.IsFloat() ? builder.Unary(HloOp.Bitcast, To(bits, word), kind) : To(bits, kind);
    }

    // Memory as elements of another kind of the same size.
    private HloNode Reread(HloNode x, ElementKind kind)
    {
        HloNode node = builder.Node(HloOp.Generic, kind, x.Dims, [x]);
        node.Source = new Operation("stablehlo.bitcast_convert", [builder.Source!.Operands[0]], [new TensorType(kind, new Shape(x.Dims))]);
        return node;
    }

    /// <summary>Floats of at most 8 bits, with fewer bits of exponent or mantissa.</summary>
    private HloNode ReducedMiniature(HloNode x, int exponentBits, int mantissaBits)
    {
        ElementKind kind = x.Kind;
        int mantissa = FloatKind.MantissaBits(kind), exponent = kind.BitWidth() - mantissa - 1;
        HloNode bits = To(BitsOf(x), ElementKind.I32), value = Widened(x);
        HloNode Number(int n) => builder.SplatInteger(ElementKind.I32, x.Dims, n);
        if (mantissaBits < mantissa)
        {
            int drop = mantissa - mantissaBits;
            HloNode odd = builder.Binary(HloOp.And, builder.Binary(HloOp.ShiftRightLogical, bits, Number(drop)), Number(1));
            bits = builder.Binary(HloOp.And, builder.Binary(HloOp.Add, builder.Binary(HloOp.Add, bits, odd), Number((1 << (drop - 1)) - 1)), Number(-(1 << drop)));
        }
        if (exponentBits < exponent)
        {
            int all = ((1 << exponent) - 1) << mantissa, bias = (1 << (exponent - 1)) - 1, reduced = (1 << (exponentBits - 1)) - 1;
            HloNode power = builder.Binary(HloOp.And, bits, Number(all)), sign = builder.Binary(HloOp.And, bits, Number(1 << (kind.BitWidth() - 1)));
            HloNode small = builder.Select(Compare("LE", power, Number((bias - reduced) << mantissa)), sign, bits);
            bits = builder.Select(Compare("GT", power, Number((bias + reduced) << mantissa)), builder.Binary(HloOp.Or, sign, Number(all)), small);
        }
        HloNode nan = mantissaBits > 0 ? value : Same(value, double.PositiveInfinity);
        return To(builder.Select(Compare("NE", value, value), nan, Widened(OfBits(To(bits, ElementKind.UI8), kind))), kind);
    }
}
