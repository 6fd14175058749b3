namespace I1Xla.Graph;

/// <summary>What computed indices out of range mean, with JAX's names (<c>lax.GatherScatterMode</c>).</summary>
public enum GatherScatterMode
{
    /// <summary>A gather gives a fill value (NaN, the smallest signed, the largest unsigned integer, true) there; a scatter drops the update.</summary>
    FillOrDrop,

    /// <summary>Indices are moved to the nearest that fits.</summary>
    Clip,

    /// <summary>The program promises that there are none; nothing is checked.</summary>
    PromiseInBounds,

    /// <summary>Indices count round and round.</summary>
    Wrap,
}
