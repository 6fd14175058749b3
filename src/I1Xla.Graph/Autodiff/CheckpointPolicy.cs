using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// What a rematerialised function saves for its backward pass besides its inputs, named as <c>jax.checkpoint_policies</c>
/// names it. Everything not saved is computed again, behind an optimization barrier.
/// </summary>
/// <param name="Key">Name, equal for equal policies.</param>
/// <param name="Saves">Whether the results of an operation are saved.</param>
/// <param name="Offload">Whether what is saved waits in host memory for the backward pass.</param>
public sealed record CheckpointPolicy(string Key, Func<Operation, bool> Saves, bool Offload = false)
{
    /// <summary>Saves only the inputs.</summary>
    public static CheckpointPolicy NothingSaveable { get; } = new("nothing_saveable", static _ => false);

    /// <summary>Saves whatever the backward pass needs, as without checkpointing.</summary>
    public static CheckpointPolicy EverythingSaveable { get; } = new("everything_saveable", static _ => true);

    /// <summary>Saves the results of matrix products and convolutions.</summary>
    public static CheckpointPolicy DotsSaveable { get; } = new("dots_saveable", static op => op.Name == HloOps.DotGeneral || op.Name == HloOps.Convolution);

    /// <summary>Saves the results of matrix products without batch dimensions (the projections, not the attention scores).</summary>
    public static CheckpointPolicy DotsWithNoBatchDimsSaveable { get; } = new("dots_with_no_batch_dims_saveable", static op =>
        op.Name == HloOps.DotGeneral && op.Attributes.Get<DotDimensionNumbersAttr>("dot_dimension_numbers")!.LhsBatchingDimensions.Length == 0);

    /// <summary>Saves only values named with <see cref="Autodiff.CheckpointName"/>.</summary>
    public static CheckpointPolicy SaveOnlyTheseNames(params string[] names) => new($"save_only_these_names({string.Join(",", names)})", op => IsNamed(op, names));

    /// <summary>Saves every named value but these.</summary>
    public static CheckpointPolicy SaveAnyNamesButThese(params string[] names) => new($"save_any_names_but_these({string.Join(",", names)})",
        op => op.Name == HloOps.CheckpointName && !IsNamed(op, names));

    /// <summary>Saves only values named with <see cref="Autodiff.CheckpointName"/>, in host memory (<c>save_and_offload_only_these_names</c>).</summary>
    public static CheckpointPolicy OffloadTheseNames(params string[] names) => SaveOnlyTheseNames(names).InHostMemory();

    /// <summary>Saves the results of matrix products without batch dimensions in host memory (<c>offload_dot_with_no_batch_dims</c>).</summary>
    public static CheckpointPolicy OffloadDotsWithNoBatchDims { get; } = DotsWithNoBatchDimsSaveable.InHostMemory();

    /// <summary>The same choice, kept in host memory.</summary>
    public CheckpointPolicy InHostMemory() => new($"offload({Key})", Saves, true);

    /// <inheritdoc/>
    public bool Equals(CheckpointPolicy? other) => other is not null && other.Key == Key;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    private static bool IsNamed(Operation op, string[] names) =>
        op.Name == HloOps.CheckpointName && names.Contains(op.Attributes.Get<StringAttr>("name")!.Value);
}
