namespace I1Xla.StableHlo.Conformance.RandomPrograms;

/// <summary>How large the tensors of random programs are.</summary>
public enum RandomShapes
{
    /// <summary>Scalars, empty and small tensors: what operations mean.</summary>
    Small,

    /// <summary>Up to 64 Ki elements, dimensions odd, prime, or beside a power of two: what is left over at the edges of vectors, tiles and threads.</summary>
    Odd,

    /// <summary>As <see cref="Odd"/>, with millions of elements: what caches do not hold.</summary>
    Large,
}
