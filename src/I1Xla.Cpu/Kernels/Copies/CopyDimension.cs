using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>One dimension of a strided copy; strides in bytes.</summary>
internal readonly record struct CopyDimension(long Size, long Source, long Target)
{
    /// <summary>The product of the sizes.</summary>
    public static long Count(ReadOnlySpan<CopyDimension> dimensions)
    {
        long count = 1;
        foreach (CopyDimension d in dimensions) count *= d.Size;
        return count;
    }

    /// <summary>Whether what is copied goes past the caches; a source that is repeated is read once.</summary>
    public static bool Streams(ReadOnlySpan<CopyDimension> dimensions, int elementBytes)
    {
        long target = elementBytes, source = elementBytes;
        foreach (CopyDimension d in dimensions)
        {
            target *= d.Size;
            source *= d.Source == 0 ? 1 : d.Size;
        }
        return StreamedCopy.Suits(target, target + source);
    }

    /// <summary>Orders dimensions by falling target stride and joins neighbours that lie end to end in both arrays. Returns how many are left.</summary>
    public static int Merge(Span<CopyDimension> dimensions)
    {
        dimensions.Sort((x, y) => Math.Abs(y.Target).CompareTo(Math.Abs(x.Target)));
        int kept = 0;
        for (int i = 0; i < dimensions.Length; i++)
        {
            CopyDimension d = dimensions[i];
            if (kept > 0 && dimensions[kept - 1] is var outer && outer.Source == d.Source * d.Size && outer.Target == d.Target * d.Size)
                dimensions[kept - 1] = new CopyDimension(outer.Size * d.Size, d.Source, d.Target);
            else dimensions[kept++] = d;
        }
        return kept;
    }

    /// <summary>Puts a dimension of size 1 in front.</summary>
    public static int Prepend(Span<CopyDimension> dimensions, int rank)
    {
        for (int i = rank; i > 0; i--) dimensions[i] = dimensions[i - 1];
        dimensions[0] = new CopyDimension(1, 0, 0);
        return rank + 1;
    }

    /// <summary>Copies dimensions into a value that a loop body can carry.</summary>
    public static PackedDimensions Pack(ReadOnlySpan<CopyDimension> dimensions)
    {
        var packed = new PackedDimensions { Rank = dimensions.Length, Count = Count(dimensions) };
        if (dimensions.Length > PackedDimensions.MostDimensions) throw new NotSupportedException($"Copies of more than {PackedDimensions.MostDimensions} separate dimensions are not supported.");
        for (int i = 0; i < dimensions.Length; i++) packed.Set(i, dimensions[i]);
        return packed;
    }
}

/// <summary>Outer dimensions of a copy by value.</summary>
internal struct PackedDimensions
{
    public const int MostDimensions = 14;

    private Store _store;

    /// <summary>How many there are.</summary>
    public int Rank;

    /// <summary>The product of the sizes.</summary>
    public long Count;

    /// <summary>The innermost of them.</summary>
    public readonly CopyDimension Last => _store[Rank - 1];

    public void Set(int index, in CopyDimension dimension) => _store[index] = dimension;

    /// <summary>The byte offsets of flat index <paramref name="flat"/>, the last dimension fastest.</summary>
    public readonly void Offsets(long flat, out long source, out long target)
    {
        source = 0;
        target = 0;
        for (int i = Rank - 1; i >= 0; i--)
        {
            ref readonly CopyDimension d = ref _store[i];
            long index = flat;
            if (i > 0) (flat, index) = Math.DivRem(flat, d.Size);
            source += index * d.Source;
            target += index * d.Target;
        }
    }

    [InlineArray(MostDimensions)]
    private struct Store
    {
        private CopyDimension _first;
    }
}
