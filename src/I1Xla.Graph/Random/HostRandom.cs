namespace I1Xla.Graph;

/// <summary>
/// A key of <c>jax.random</c> on the host, and draws from it into C# arrays: parameters are initialised without compiling
/// anything. Bits, uniform draws and keys are JAX's to the bit; normal draws go through the logarithm of this machine's C
/// library, which may differ from XLA's in the last bit or two.
/// </summary>
/// <param name="High">First word.</param>
/// <param name="Low">Second word.</param>
public readonly record struct HostRandom(uint High, uint Low)
{
    private const float Sqrt2 = 1.41421356f;

    /// <summary><c>jax.random.PRNGKey(seed)</c> with 32-bit integers: (0, seed mod 2³²).</summary>
    public static HostRandom Key(long seed) => new(0, unchecked((uint)seed));

    /// <summary><c>jax.random.split</c>.</summary>
    public HostRandom[] Split(int count = 2)
    {
        var keys = new HostRandom[count];
        for (int i = 0; i < count; i++)
        {
            (uint a, uint b) = Threefry.Block(High, Low, 0, (uint)i);
            keys[i] = new HostRandom(a, b);
        }
        return keys;
    }

    /// <summary><c>jax.random.fold_in</c>.</summary>
    public HostRandom FoldIn(uint data)
    {
        (uint a, uint b) = Threefry.Block(High, Low, 0, data);
        return new HostRandom(a, b);
    }

    /// <summary><c>jax.random.bits</c>: 32 bits an element, row-major.</summary>
    public void Bits(Span<uint> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitsAt(i);
        }
    }

    /// <summary><c>jax.random.uniform</c> on [low, high).</summary>
    public void Uniform(float low, float high, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = UniformAt(i, low, high);
        }
    }

    /// <summary><c>jax.random.normal</c>.</summary>
    public void Normal(Span<float> values)
    {
        float low = MathF.BitIncrement(-1f);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Sqrt2 * ErfInv(UniformAt(i, low, 1));
        }
    }

    /// <summary><c>jax.random.truncated_normal</c> on the open interval (low, high), in standard deviations.</summary>
    public void TruncatedNormal(float low, float high, Span<float> values)
    {
        float a = JaxRandom.ErfOverSqrt2(low), b = JaxRandom.ErfOverSqrt2(high);
        float smallest = MathF.BitIncrement(low), largest = MathF.BitDecrement(high);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp(Sqrt2 * ErfInv(UniformAt(i, a, b)), smallest, largest);
        }
    }

    private static float ErfInv(float x) => Special.ErfInvFromW(x, -(float)Log1p(-(double)(x * x)));

    private static double Log1p(double x)
    {
        // ln(1 + x) = 2·atanh(x / (2 + x)), whose argument has no cancellation; the series is short where 1 + x would lose x.
        if (Math.Abs(x) > 1e-3)
        {
            return Math.Log(1 + x);
        }
        double u = x / (2 + x), s = u * u;
        return 2 * u * (1 + (s * ((1.0 / 3) + (s * ((1.0 / 5) + (s / 7))))));
    }

    private uint BitsAt(long index)
    {
        (uint a, uint b) = Threefry.Block(High, Low, (uint)(index >> 32), (uint)index);
        return a ^ b;
    }

    private float UniformAt(long index, float low, float high)
    {
        float unit = BitConverter.UInt32BitsToSingle((BitsAt(index) >> 9) | 0x3F800000) - 1f;
        return MathF.Max(low, MathF.FusedMultiplyAdd(unit, high - low, low));
    }
}
