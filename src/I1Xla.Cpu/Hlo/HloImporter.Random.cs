using I1Xla.StableHlo.Ir;
using Generator = I1Xla.StableHlo.Numerics.RandomBits;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// <c>rng_bit_generator</c> as arithmetic on counters, so that its rounds fuse with what reads the bits: Threefry-2x32 of 20 rounds and
/// Philox-4x32 of 10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3"), with the bits of
/// <see cref="Generator"/>.
/// </summary>
public sealed partial class HloImporter
{
    // The state that follows and the bits; null for what only the interpreter makes.
    private HloNode[]? RandomBits(Operation op, HloNode state)
    {
        var type = (TensorType)op.Results[1].Type;
        long[] dims = type.Shape.ToArray();
        long count = type.Shape.ElementCount;
        bool threefry = Enum(op, "rng_algorithm") == "THREE_FRY";
        if (state.Kind != ElementKind.UI64 || state.Dims is not ([2] or [3]) || (threefry && state.Dims is not [2]) || !IsHeld(type.Kind))
        {
            return null;
        }
        if (count == 0)
        {
            return [state, builder.Constant(type.Kind, dims, default, false)];
        }
        bool longs = type.Kind.BitWidth() == 64;
        (HloNode next, HloNode bits) = threefry
            ? (longs ? ThreefryLongs(state, count) : ThreefryWords(state, dims))
            : Philox(state, count, longs);
        HloNode result = builder.Reshape(bits, dims);
        int width = type.Kind.BitWidth();
        if (width < 32 && (type.Kind.IsFloat() || width == 1))
        {
            result = builder.Binary(HloOp.And, result, builder.SplatInteger(ElementKind.UI32, dims, (1L << width) - 1));
        }
        return [next, OfBits(result, type.Kind)];
    }

    // One block for each 64-bit element.
    private (HloNode State, HloNode Bits) ThreefryLongs(HloNode state, long count)
    {
        (HloNode x, HloNode y) = Threefry(state, [count]);
        return (Advanced(state, count), Joined(x, y));
    }

    private (HloNode State, HloNode Bits) ThreefryWords(HloNode state, long[] dims)
    {
        (long outer, long middle, long inner) = Generator.ThreefrySplit(dims);
        long half = (middle + 1) / 2;
        (HloNode x, HloNode y) = Threefry(state, [outer * half * inner]);
        long[] apart = [outer, half, 1, inner];
        HloNode pairs = builder.Reshape(builder.Concatenate([builder.Reshape(x, apart), builder.Reshape(y, apart)], 2), [outer, 2 * half, inner]);
        return (Advanced(state, outer * half * inner), builder.Slice(pairs, [0, 0, 0], [outer, middle, inner], [1, 1, 1]));
    }

    // The blocks of counters state[1], state[1] + 1, … under the key state[0].
    private (HloNode X, HloNode Y) Threefry(HloNode state, long[] dims)
    {
        HloNode counter = builder.Binary(HloOp.Add, Word(state, 1, dims), builder.Iota(ElementKind.UI64, dims, 0));
        (HloNode x, HloNode y) = Halves(counter);
        (HloNode low, HloNode high) = Halves(Word(state, 0, dims));
        HloNode third = builder.Binary(HloOp.Xor, builder.Binary(HloOp.Xor, low, high), builder.SplatInteger(ElementKind.UI32, dims, Generator.ThreefryParity));
        HloNode[] keys = [low, high, third];
        x = builder.Binary(HloOp.Add, x, low);
        y = builder.Binary(HloOp.Add, y, high);
        for (int group = 0; group < 5; group++)
        {
            foreach (int rotation in Generator.ThreefryRotations.Slice(4 * (group % 2), 4))
            {
                x = builder.Binary(HloOp.Add, x, y);
                y = builder.Binary(HloOp.Xor, RotatedLeft(y, rotation), x);
            }
            x = builder.Binary(HloOp.Add, x, keys[(group + 1) % 3]);
            y = builder.Binary(HloOp.Add, builder.Binary(HloOp.Add, y, keys[(group + 2) % 3]), builder.SplatInteger(ElementKind.UI32, dims, group + 1));
        }
        return (x, y);
    }

    // Four words a block; the 128-bit counter lies in state[1..], or has state[0] as its upper half in a state of two words.
    private (HloNode State, HloNode Bits) Philox(HloNode state, long count, bool longs)
    {
        long words = longs ? 2 * count : count, blocks = (words + 3) / 4;
        long[] dims = [blocks];
        bool wide = state.Dims[0] == 3;
        (HloNode low, HloNode high) = Sum(Word(state, 1, dims), Word(state, wide ? 2 : 0, dims), builder.Iota(ElementKind.UI64, dims, 0));
        (HloNode a, HloNode b) = Halves(low);
        (HloNode c, HloNode d) = Halves(high);
        (HloNode key0, HloNode key1) = Halves(Word(state, 0, dims));
        for (int round = 0; round < 10; round++)
        {
            (HloNode p0, HloNode q0) = Product(a, Generator.PhiloxFactor0);
            (HloNode p1, HloNode q1) = Product(c, Generator.PhiloxFactor1);
            (a, b, c, d) = (
                builder.Binary(HloOp.Xor, builder.Binary(HloOp.Xor, q1, b), key0), p1,
                builder.Binary(HloOp.Xor, builder.Binary(HloOp.Xor, q0, d), key1), p0);
            key0 = builder.Binary(HloOp.Add, key0, builder.SplatInteger(ElementKind.UI32, dims, Generator.PhiloxStep0));
            key1 = builder.Binary(HloOp.Add, key1, builder.SplatInteger(ElementKind.UI32, dims, Generator.PhiloxStep1));
        }
        HloNode[] parts = longs ? [Joined(a, b), Joined(c, d)] : [a, b, c, d];
        long each = parts.Length, whole = blocks * each;
        HloNode bits = builder.Reshape(builder.Concatenate([.. parts.Select(p => builder.Reshape(p, [blocks, 1]))], 1), [whole]);
        (HloNode nextLow, HloNode nextHigh) = Sum(Word(state, 1, [1]), Word(state, wide ? 2 : 0, [1]), builder.SplatInteger(ElementKind.UI64, [1], blocks));
        HloNode[] next = wide ? [Word(state, 0, [1]), nextLow, nextHigh] : [Word(state, 0, [1]), nextLow];
        return (builder.Concatenate(next, 0), builder.Slice(bits, [0], [count], [1]));
    }

    private HloNode Joined(HloNode low, HloNode high) => builder.Binary(
        HloOp.Or, To(low, ElementKind.UI64), builder.Binary(HloOp.ShiftLeft, To(high, ElementKind.UI64), builder.SplatInteger(ElementKind.UI64, low.Dims, 32)));

    // A 128-bit number and a 64-bit one.
    private (HloNode Low, HloNode High) Sum(HloNode low, HloNode high, HloNode added)
    {
        HloNode sum = builder.Binary(HloOp.Add, low, added);
        HloNode carry = Compare("LT", sum, low);
        return (sum, builder.Binary(HloOp.Add, high, To(carry, ElementKind.UI64)));
    }

    // All 64 bits of a product of words.
    private (HloNode Low, HloNode High) Product(HloNode word, uint factor) =>
        Halves(builder.Binary(HloOp.Multiply, To(word, ElementKind.UI64), builder.SplatInteger(ElementKind.UI64, word.Dims, factor)));

    private HloNode RotatedLeft(HloNode word, int bits) => builder.Binary(
        HloOp.Or,
        builder.Binary(HloOp.ShiftLeft, word, builder.SplatInteger(ElementKind.UI32, word.Dims, bits)),
        builder.Binary(HloOp.ShiftRightLogical, word, builder.SplatInteger(ElementKind.UI32, word.Dims, 32 - bits)));

    private (HloNode Low, HloNode High) Halves(HloNode x) => (
        To(x, ElementKind.UI32),
        To(builder.Binary(HloOp.ShiftRightLogical, x, builder.SplatInteger(ElementKind.UI64, x.Dims, 32)), ElementKind.UI32));

    private HloNode Word(HloNode state, int index, long[] dims) =>
        builder.Broadcast(builder.Reshape(builder.Slice(state, [index], [index + 1], [1]), []), dims, []);

    private HloNode Advanced(HloNode state, long blocks) => builder.Concatenate(
        [Word(state, 0, [1]), builder.Binary(HloOp.Add, Word(state, 1, [1]), builder.SplatInteger(ElementKind.UI64, [1], blocks))], 0);
}
