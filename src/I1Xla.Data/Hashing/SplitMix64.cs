namespace I1Xla.Data.Hashing;

/// <summary>
/// A small seeded generator (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014) whose sequence is fixed
/// for ever: what data order and generated pictures depend on must not change with the runtime's version.
/// </summary>
public struct SplitMix64(ulong seed)
{
    private ulong state = seed;

    /// <summary>A generator for the given coordinates (seed, stream, element, …); different coordinates give unrelated sequences.</summary>
    public static SplitMix64 At(params ReadOnlySpan<ulong> coordinates)
    {
        ulong state = 0x243F6A8885A308D3;
        foreach (ulong c in coordinates)
        {
            state = Mix(state + 0x9E3779B97F4A7C15 + Mix(c ^ 0xD1B54A32D192ED03));
        }
        return new SplitMix64(state);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [from, to).</summary>
    public double NextDouble(double from, double to) => from + ((to - from) * NextDouble());

    /// <summary>Uniform in 0 … bound-1 (Lemire's multiplication; the bias is below 2⁻³² for the sizes used here).</summary>
    public int Next(int bound) => (int)(((NextUInt64() >> 32) * (ulong)bound) >> 32);

    /// <summary>A random order in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
