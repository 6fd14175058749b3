namespace I1Xla.Cpu.Rewrites;

/// <summary>
/// What <see cref="Hlo.HloOp.Attention"/> and <see cref="Hlo.HloOp.AttentionGradient"/> compute. Dimensions of operands and results carry labels: 0, 1, …
/// the batch axes, then <see cref="Query"/>, <see cref="Key"/>, <see cref="Feature"/> and <see cref="ValueFeature"/>, or <see cref="Unit"/> for a
/// dimension of size 1. An operand without a batch axis is the same for all of that axis.
/// </summary>
/// <remarks>
/// Inputs of attention: Q, K, V, then bias and mask where there are. Results: O, and f32 of (2, heads, queries) with each query's largest score and its
/// sum of exponentials. Inputs of the gradient: Q, K, V, O, those statistics, dO, then bias and mask; its results are those of dQ, dK, dV that are
/// wanted.
/// </remarks>
internal sealed class HloAttention
{
    public const int Unit = -1, Query = 100, Key = 101, Feature = 102, ValueFeature = 103;

    /// <summary>Sizes of the batch axes.</summary>
    public required long[] Batch { get; init; }

    /// <summary>Queries.</summary>
    public required long Queries { get; init; }

    /// <summary>Keys.</summary>
    public required long Keys { get; init; }

    /// <summary>Features of Q and K.</summary>
    public required long Features { get; init; }

    /// <summary>Features of V and O.</summary>
    public required long ValueFeatures { get; init; }

    /// <summary>Labels of each input's dimensions; the statistics have none.</summary>
    public required int[][] Inputs { get; init; }

    /// <summary>Labels of each result's dimensions; the statistics have none.</summary>
    public required int[][] Results { get; init; }

    /// <summary>Factor of the scores.</summary>
    public required float Scale { get; init; }

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; }

    /// <summary>Whether there is a mask.</summary>
    public bool HasMask { get; init; }

    /// <summary>Whether the mask is true where scores are replaced.</summary>
    public bool MaskInverted { get; init; }

    /// <summary>The score under the mask.</summary>
    public float MaskedScore { get; init; }

    /// <summary>Of a gradient: which of dQ, dK and dV each result is (0, 1, 2).</summary>
    public int[] Gradients { get; init; } = [];

    /// <summary>Of a gradient: the factor of each result.</summary>
    public float[] GradientScales { get; init; } = [];

    /// <summary>Of a gradient: whether scores under the mask have none.</summary>
    public bool MaskGradient { get; init; }

    /// <summary>Heads over all batch axes.</summary>
    public long Heads => Batch.Aggregate(1L, (p, b) => p * b);
}
