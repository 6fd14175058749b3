namespace I1Xla.Graph;

/// <summary>How exactly a matrix unit multiplies (XLA's operand precision): on TPU one, three or six bf16 passes.</summary>
public enum Precision
{
    /// <summary>The fastest: one bf16 pass on TPU.</summary>
    Default,

    /// <summary>Three bf16 passes.</summary>
    High,

    /// <summary>Full f32.</summary>
    Highest,
}
