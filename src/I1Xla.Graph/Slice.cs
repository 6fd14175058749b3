using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// One entry of basic indexing, <c>x[entry, entry, …]</c>: an integer (drops the dimension), a C# range (<c>2..^1</c>),
/// <see cref="By"/> for a range with a step, <see cref="Ellipsis"/> for all dimensions not named, or <see cref="NewAxis"/>.
/// </summary>
public readonly struct Slice
{
    internal enum SliceKind : byte { Range, Index, Ellipsis, NewAxis }

    private Slice(SliceKind kind, Range range, long step)
    {
        Kind = kind;
        Range = range;
        Step = step;
    }

    internal SliceKind Kind { get; }

    internal Range Range { get; }

    internal long Step { get; }

    /// <summary>A whole dimension (<c>:</c>).</summary>
    public static Slice All => new(SliceKind.Range, Range.All, 1);

    /// <summary>All dimensions not named by other entries (<c>...</c>).</summary>
    public static Slice Ellipsis => new(SliceKind.Ellipsis, default, 1);

    /// <summary>A new dimension of size 1 (<c>None</c>).</summary>
    public static Slice NewAxis => new(SliceKind.NewAxis, default, 1);

    /// <summary>Every <paramref name="step"/>-th element of a range; a negative step walks from the range's last element to its first.</summary>
    public static Slice By(Range range, int step) => new(SliceKind.Range, range, step);

    /// <summary>One element.</summary>
    public static implicit operator Slice(int index) => new(SliceKind.Index, index < 0 ? new Range(^-index, ^0) : new Range(index, ^0), 1);

    /// <summary>One element, counted from either end.</summary>
    public static implicit operator Slice(Index index) => new(SliceKind.Index, new Range(index, ^0), 1);

    /// <summary>A range.</summary>
    public static implicit operator Slice(Range range) => new(SliceKind.Range, range, 1);

    internal static long At(Index index, long size) => index.IsFromEnd ? size - index.Value : index.Value;
}
