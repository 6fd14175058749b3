using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// The counter-based generator of <c>jax.random</c>: Threefry-2x32 with 20 rounds (Salmon et al. 2011), on the host and in
/// the graph.
/// </summary>
internal static class Threefry
{
    private const uint Parity = 0x1BD11BDA;
    private static readonly int[][] s_rotations = [[13, 15, 26, 6], [17, 29, 16, 24]];
    private static readonly Func<Tensor[], Tensor[]> s_block = Block;

    /// <summary>One block on the host.</summary>
    public static (uint A, uint B) Block(uint key0, uint key1, uint x0, uint x1)
    {
        Span<uint> keys = [key0, key1, key0 ^ key1 ^ Parity];
        x0 += keys[0];
        x1 += keys[1];
        for (int group = 0; group < 5; group++)
        {
            foreach (int r in s_rotations[group & 1])
            {
                x0 += x1;
                x1 = uint.RotateLeft(x1, r) ^ x0;
            }
            x0 += keys[(group + 1) % 3];
            x1 += keys[(group + 2) % 3] + (uint)group + 1;
        }
        return (x0, x1);
    }

    /// <summary>Blocks for many counters in the graph: a private function for each shape of counters.</summary>
    /// <param name="key">(2,) u32.</param>
    /// <param name="high">High words of the counters, u32.</param>
    /// <param name="low">Low words, of the same shape.</param>
    public static (Tensor A, Tensor B) Block(Tensor key, Tensor high, Tensor low)
    {
        Tensor[] words = Jit.Call(s_block, [key[0], key[1], high, low], "threefry2x32");
        return (words[0], words[1]);
    }

    /// <summary>Blocks for the row-major 64-bit counters 0, 1, … of a shape.</summary>
    public static (Tensor A, Tensor B) Counted(Tensor key, Shape shape)
    {
        long count = shape.ElementCount;
        if (count > 1L << 32)
        {
            throw Trace.Error("random", $"{count} draws in one call are more than the 2^32 that are supported; split the key and draw in parts");
        }
        Tensor low = Jnp.Reshape(Jnp.Iota([count], 0, ElementKind.UI32), shape);
        return Block(key, Jnp.ZerosLike(low), low);
    }

    private static Tensor[] Block(Tensor[] input)
    {
        (Tensor key0, Tensor key1, Tensor x0, Tensor x1) = (input[0], input[1], input[2], input[3]);
        Tensor[] keys = [key0, key1, key0 ^ key1 ^ Hlo.Splat((long)Parity, ElementKind.UI32, Shape.Scalar)];
        x0 += keys[0];
        x1 += keys[1];
        for (int group = 0; group < 5; group++)
        {
            foreach (int r in s_rotations[group & 1])
            {
                x0 += x1;
                x1 = Rotate(x1, r) ^ x0;
            }
            x0 += keys[(group + 1) % 3];
            x1 += keys[(group + 2) % 3] + (group + 1);
        }
        return [x0, x1];
    }

    private static Tensor Rotate(Tensor x, int by) => Jnp.LeftShift(x, by) | Jnp.RightShiftLogical(x, 32 - by);
}
