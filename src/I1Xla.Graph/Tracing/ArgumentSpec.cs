using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>An argument of a traced function.</summary>
/// <param name="Name">Name, for people and for matching donated arguments to results.</param>
/// <param name="DType">Element kind.</param>
/// <param name="Shape">Whole (unsharded) shape.</param>
/// <param name="Sharding">How it lies over the mesh of <see cref="TraceOptions.Mesh"/>; null leaves it to the compiler.</param>
/// <param name="Donate">Whether its memory may be reused for a result.</param>
public sealed record ArgumentSpec(string Name, ElementKind DType, Shape Shape, PartitionSpec? Sharding = null, bool Donate = false)
{
    /// <summary>The tensor type.</summary>
    public TensorType Type { get; } = new(DType, Shape);
}

/// <summary>A result a traced function gives, with its name and sharding.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">Tensor.</param>
/// <param name="Sharding">How it lies over the mesh; null leaves it to the compiler.</param>
public sealed record NamedResult(string Name, Tensor Value, PartitionSpec? Sharding = null);

/// <summary>A result of a traced module.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">Whole type.</param>
/// <param name="Sharding">How it lies over the mesh; null leaves it to the compiler.</param>
public sealed record ResultSpec(string Name, TensorType Type, PartitionSpec? Sharding);

/// <summary>Options of a trace.</summary>
public sealed record TraceOptions
{
    /// <summary>The mesh that partition specs speak of; null for one device.</summary>
    public Mesh? Mesh { get; init; }

    /// <summary>How shardings are written.</summary>
    public ShardingStyle ShardingStyle { get; init; } = ShardingStyle.Shardy;

    /// <summary>Whether <c>chlo</c> operations (erf, erf_inv, top_k) are written out in StableHLO, for consumers that know no CHLO.</summary>
    public bool DecomposeChlo { get; init; }
}

/// <summary>How shardings are written into a module.</summary>
public enum ShardingStyle
{
    /// <summary>Shardy (<c>sdy</c>) attributes and operations.</summary>
    Shardy,

    /// <summary>GSPMD strings (<c>mhlo.sharding</c>).</summary>
    Gspmd,
}
