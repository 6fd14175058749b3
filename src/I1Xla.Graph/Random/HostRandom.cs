using System.Numerics;

namespace I1Xla.Graph;

/// <summary>
/// A key of <c>jax.random</c> on the host (partitionable threefry-2x32, the model specification, A.1): the same splits,
/// bits, uniforms, integers and permutations as JAX, bit for bit. Normal draws follow the arithmetic of XLA's CPU backend
/// (fused multiply-add, its approximations of log1p and log) and have its bits too, on all that the golden file holds.
/// </summary>
/// <param name="High">First word of the key.</param>
/// <param name="Low">Second word of the key.</param>
public readonly record struct HostRandom(uint High, uint Low)
{
    /// <summary>sqrt(2) in f32.</summary>
    internal const float Sqrt2 = 1.41421354f;

    /// <summary>The key of a seed: (0, seed mod 2^32).</summary>
    public static HostRandom Key(long seed) => new(0, unchecked((uint)seed));

    /// <summary>New keys.</summary>
    public HostRandom[] Split(int count = 2)
    {
        var keys = new HostRandom[count];
        for (int i = 0; i < count; i++)
        {
            keys[i] = At((ulong)i);
        }
        return keys;
    }

    /// <summary>A key that depends on this one and an integer.</summary>
    public HostRandom FoldIn(uint data) => At(data);

    /// <summary>32 random bits for each element.</summary>
    public void Bits(Span<uint> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitsAt((ulong)i);
        }
    }

    /// <summary>Uniform f32 on [low, high).</summary>
    public void Uniform(float low, float high, Span<float> values)
    {
        float span = high - low;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = UniformAt((ulong)i, low, span);
        }
    }

    /// <summary>Normal f32 with mean 0 and deviation 1.</summary>
    public void Normal(Span<float> values)
    {
        float low = MathF.BitIncrement(-1f);
        float span = 1f - low;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Sqrt2 * ErfInv(UniformAt((ulong)i, low, span));
        }
    }

    /// <summary>Normal f32 cut to the open interval (low, high).</summary>
    public void TruncatedNormal(float low, float high, Span<float> values)
    {
        float a = Erf(low / Sqrt2), span = Erf(high / Sqrt2) - a;
        float least = MathF.BitIncrement(low), most = MathF.BitDecrement(high);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp(Sqrt2 * ErfInv(UniformAt((ulong)i, a, span)), least, most);
        }
    }

    /// <summary>True with a probability.</summary>
    public void Bernoulli(float probability, Span<bool> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = UniformAt((ulong)i, 0, 1) < probability;
        }
    }

    /// <summary>Uniform integers on [low, high).</summary>
    public void RandInt(int low, int high, Span<int> values)
    {
        HostRandom[] keys = Split();
        uint span = high <= low ? 1u : unchecked((uint)high - (uint)low);
        uint multiplier = 65536u % span;
        multiplier = unchecked(multiplier * multiplier) % span;
        for (int i = 0; i < values.Length; i++)
        {
            uint offset = unchecked(keys[0].BitsAt((ulong)i) % span * multiplier + keys[1].BitsAt((ulong)i) % span) % span;
            values[i] = unchecked(low + (int)offset);
        }
    }

    /// <summary>A random order of 0 … count - 1.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        int rounds = (int)Math.Ceiling(3 * Math.Log(Math.Max(1, count)) / Math.Log(uint.MaxValue));
        HostRandom key = this;
        uint[] bits = new uint[count];
        for (int round = 0; round < rounds; round++)
        {
            HostRandom[] keys = key.Split();
            key = keys[0];
            keys[1].Bits(bits);
            order = [.. order.Select((value, i) => (value, i)).OrderBy(p => bits[p.i]).Select(p => p.value)];
        }
        return order;
    }

    /// <summary>The threefry block of a 64-bit counter under this key.</summary>
    internal HostRandom At(ulong counter)
    {
        uint k0 = High, k1 = Low, k2 = k0 ^ k1 ^ 0x1BD11BDA;
        unchecked
        {
            uint x0 = (uint)(counter >> 32) + k0, x1 = (uint)counter + k1;
            Four(ref x0, ref x1, 13, 15, 26, 6);
            x0 += k1;
            x1 += k2 + 1;
            Four(ref x0, ref x1, 17, 29, 16, 24);
            x0 += k2;
            x1 += k0 + 2;
            Four(ref x0, ref x1, 13, 15, 26, 6);
            x0 += k0;
            x1 += k1 + 3;
            Four(ref x0, ref x1, 17, 29, 16, 24);
            x0 += k1;
            x1 += k2 + 4;
            Four(ref x0, ref x1, 13, 15, 26, 6);
            return new HostRandom(x0 + k2, x1 + k0 + 5);
        }
    }

    /// <summary>The error function in f32, correctly rounded at the arguments used here.</summary>
    internal static float Erf(float x)
    {
        // Maclaurin series in double: converges quickly for |x| < 3.
        double z = x, term = z, sum = z;
        for (int n = 1; n < 120; n++)
        {
            term *= -z * z / n;
            sum += term / (2 * n + 1);
        }
        return (float)(sum * 2 / Math.Sqrt(Math.PI));
    }

    private uint BitsAt(ulong counter)
    {
        HostRandom block = At(counter);
        return block.High ^ block.Low;
    }

    private float UniformAt(ulong counter, float low, float span)
    {
        float unit = BitConverter.UInt32BitsToSingle((BitsAt(counter) >> 9) | 0x3F800000) - 1f;
        return MathF.Max(low, MathF.FusedMultiplyAdd(unit, span, low));
    }

    private static float ErfInv(float x) => Special.ErfInvFromW(x, -XlaCpuMath.Log1p(x * -x));

    private static void Four(ref uint x0, ref uint x1, int a, int b, int c, int d)
    {
        unchecked
        {
            x0 += x1;
            x1 = BitOperations.RotateLeft(x1, a) ^ x0;
            x0 += x1;
            x1 = BitOperations.RotateLeft(x1, b) ^ x0;
            x0 += x1;
            x1 = BitOperations.RotateLeft(x1, c) ^ x0;
            x0 += x1;
            x1 = BitOperations.RotateLeft(x1, d) ^ x0;
        }
    }
}
