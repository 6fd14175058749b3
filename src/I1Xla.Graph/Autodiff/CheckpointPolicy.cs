using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Where a value that a rematerialised function saves waits for the backward pass.</summary>
public enum SavePlace
{
    /// <summary>Nowhere: it is computed again.</summary>
    Nowhere,

    /// <summary>On the device.</summary>
    Device,

    /// <summary>In pinned host memory.</summary>
    Host,
}

/// <summary>
/// What a rematerialised function saves for its backward pass besides its inputs, named as <c>jax.checkpoint_policies</c>
/// names it. Everything not saved is computed again, behind an optimization barrier.
/// </summary>
/// <param name="Key">Name, equal for equal policies.</param>
/// <param name="Place">Where the results of an operation are saved.</param>
public sealed record CheckpointPolicy(string Key, Func<Operation, SavePlace> Place)
{
    /// <summary>Saves only the inputs.</summary>
    public static CheckpointPolicy NothingSaveable { get; } = new("nothing_saveable", static _ => SavePlace.Nowhere);

    /// <summary>Saves whatever the backward pass needs, as without checkpointing.</summary>
    public static CheckpointPolicy EverythingSaveable { get; } = new("everything_saveable", static _ => SavePlace.Device);

    /// <summary>Saves the results of matrix products and convolutions.</summary>
    public static CheckpointPolicy DotsSaveable { get; } = Saving("dots_saveable", static op => op.Name == HloOps.DotGeneral || op.Name == HloOps.Convolution);

    /// <summary>Saves the results of matrix products without batch dimensions (the projections, not the attention scores).</summary>
    public static CheckpointPolicy DotsWithNoBatchDimsSaveable { get; } = Saving("dots_with_no_batch_dims_saveable", IsPlainDot);

    /// <summary>Saves the results of matrix products without batch dimensions in host memory (<c>offload_dot_with_no_batch_dims</c>).</summary>
    public static CheckpointPolicy OffloadDotsWithNoBatchDims { get; } = DotsWithNoBatchDimsSaveable.InHostMemory();

    /// <summary>Saves only values named with <see cref="Autodiff.CheckpointName"/>.</summary>
    public static CheckpointPolicy SaveOnlyTheseNames(params string[] names) => Saving($"save_only_these_names({string.Join(",", names)})", op => IsNamed(op, names));

    /// <summary>Saves every named value but these.</summary>
    public static CheckpointPolicy SaveAnyNamesButThese(params string[] names) => Saving($"save_any_names_but_these({string.Join(",", names)})",
        op => op.Name == HloOps.CheckpointName && !IsNamed(op, names));

    /// <summary>Saves whatever the backward pass needs but what carries these names, which is computed again.</summary>
    public static CheckpointPolicy SaveAnythingExceptTheseNames(params string[] names) => Saving($"save_anything_except_these_names({string.Join(",", names)})",
        op => op.Name == HloOps.CheckpointName ? !IsNamed(op, names) : !op.Results.ToArray().Any(r => IsOnlyNamed(r, names)));

    /// <summary>
    /// Saves values named with <see cref="Autodiff.CheckpointName"/>: some on the device, others in host memory
    /// (<c>save_and_offload_only_these_names</c> from <c>device</c> to <c>pinned_host</c>).
    /// </summary>
    /// <param name="saveable">Names whose values stay on the device.</param>
    /// <param name="offloadable">Names whose values wait in host memory.</param>
    /// <exception cref="GraphException">A name stands in both lists.</exception>
    public static CheckpointPolicy SaveAndOffloadOnlyTheseNames(string[] saveable, string[] offloadable) => saveable.Intersect(offloadable).FirstOrDefault() is { } twice
        ? throw new GraphException($"save_and_offload_only_these_names: \"{twice}\" is to be saved and to be offloaded")
        : new($"save_and_offload_only_these_names({string.Join(",", saveable)};{string.Join(",", offloadable)})",
            op => IsNamed(op, offloadable) ? SavePlace.Host : IsNamed(op, saveable) ? SavePlace.Device : SavePlace.Nowhere);

    /// <summary>Saves only values named with <see cref="Autodiff.CheckpointName"/>, in host memory.</summary>
    public static CheckpointPolicy OffloadTheseNames(params string[] names) => SaveAndOffloadOnlyTheseNames([], names);

    /// <summary>Saves what either of two policies saves, where the first one says when both do (<c>save_from_both_policies</c>).</summary>
    public static CheckpointPolicy SaveFromBoth(CheckpointPolicy first, CheckpointPolicy second) =>
        new($"save_from_both_policies({first.Key};{second.Key})", op => first.Place(op) is var place && place != SavePlace.Nowhere ? place : second.Place(op));

    /// <summary>The same choice, kept in host memory.</summary>
    public CheckpointPolicy InHostMemory()
    {
        Func<Operation, SavePlace> place = Place;
        return new($"offload({Key})", op => place(op) == SavePlace.Nowhere ? SavePlace.Nowhere : SavePlace.Host);
    }

    /// <inheritdoc/>
    public bool Equals(CheckpointPolicy? other) => other is not null && other.Key == Key;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    private static CheckpointPolicy Saving(string key, Func<Operation, bool> saves) => new(key, op => saves(op) ? SavePlace.Device : SavePlace.Nowhere);

    private static bool IsPlainDot(Operation op) =>
        op.Name == HloOps.DotGeneral && op.Attributes.Get<DotDimensionNumbersAttr>("dot_dimension_numbers")!.LhsBatchingDimensions.Length == 0;

    private static bool IsNamed(Operation op, string[] names) =>
        op.Name == HloOps.CheckpointName && names.Contains(op.Attributes.Get<StringAttr>("name")!.Value);

    /// <summary>Whether a value is what one of the names was given to: saving it would save the named one.</summary>
    private static bool IsOnlyNamed(OpResult value, string[] names)
    {
        Block? block = value.Owner.Parent;
        return block is not null && block.Operations.Any(op => IsNamed(op, names) && ReferenceEquals(op.Operands[0], value));
    }
}
