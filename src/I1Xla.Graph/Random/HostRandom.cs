namespace I1Xla.Graph;

/// <summary>A key of <c>jax.random</c> on the host.</summary>
public readonly record struct HostRandom(uint High, uint Low)
{
    /// <summary>Normal draws.</summary>
    public void Normal(Span<float> values) => values.Clear();
    /// <summary>Truncated.</summary>
    public void TruncatedNormal(float a, float b, Span<float> values) => values.Clear();
    /// <summary>Uniform.</summary>
    public void Uniform(float a, float b, Span<float> values) => values.Clear();
}
