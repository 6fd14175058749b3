namespace I1Xla.Graph;

/// <summary>What <see cref="Jnp.Pad(Tensor, ReadOnlySpan{ValueTuple{long, long}}, PadMode, Tensor, string, int)"/> writes around a tensor, with NumPy's names.</summary>
public enum PadMode
{
    /// <summary>One value.</summary>
    Constant,

    /// <summary>The outermost element.</summary>
    Edge,

    /// <summary>A straight line from the outermost element to a value.</summary>
    LinearRamp,

    /// <summary>The largest element of the row.</summary>
    Maximum,

    /// <summary>The mean of the row.</summary>
    Mean,

    /// <summary>The smallest element of the row.</summary>
    Minimum,

    /// <summary>The row mirrored, its outermost element once.</summary>
    Reflect,

    /// <summary>The row mirrored, its outermost element twice.</summary>
    Symmetric,

    /// <summary>The row's other end.</summary>
    Wrap,
}
