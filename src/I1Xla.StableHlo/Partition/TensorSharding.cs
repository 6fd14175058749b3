namespace I1Xla.StableHlo.Partition;

/// <summary>How a tensor is cut: for each dimension the axes of a <see cref="DeviceGrid"/> over which it is divided, the major one first.</summary>
/// <remarks>Shardy, <c>docs/sharding_representation.md</c>.</remarks>
internal sealed class TensorSharding : IEquatable<TensorSharding>
{
    private readonly int[][] _axes;

    public TensorSharding(int[][] axes) => _axes = axes;

    /// <summary>A tensor of which every device holds all.</summary>
    public static TensorSharding Replicated(int rank)
    {
        var axes = new int[rank][];
        axes.AsSpan().Fill([]);
        return new TensorSharding(axes);
    }

    /// <summary>Dimensions of the tensor.</summary>
    public int Rank => _axes.Length;

    /// <summary>The axes of a dimension.</summary>
    public int[] this[int dimension] => _axes[dimension];

    public bool IsReplicated => Array.TrueForAll(_axes, a => a.Length == 0);

    public bool Uses(int axis) => Array.Exists(_axes, a => Array.IndexOf(a, axis) >= 0);

    /// <summary>The same with other axes for one dimension.</summary>
    public TensorSharding With(int dimension, int[] axes)
    {
        var copy = (int[][])_axes.Clone();
        copy[dimension] = axes;
        return new TensorSharding(copy);
    }

    /// <summary>How many leading axes two lists have in common.</summary>
    public static int CommonPrefix(int[] left, int[] right) => left.AsSpan().CommonPrefixLength(right);

    /// <summary>Whether the first list is how the second starts.</summary>
    public static bool IsPrefix(int[] shorter, int[] longer) => shorter.Length <= longer.Length && longer.AsSpan().StartsWith(shorter);

    public bool Equals(TensorSharding? other)
    {
        if (other is null || other.Rank != Rank)
        {
            return false;
        }
        for (int d = 0; d < Rank; d++)
        {
            if (!_axes[d].AsSpan().SequenceEqual(other._axes[d]))
            {
                return false;
            }
        }
        return true;
    }

    public override bool Equals(object? obj) => obj is TensorSharding other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int[] axes in _axes)
        {
            hash.Add(-1);
            foreach (int axis in axes)
            {
                hash.Add(axis);
            }
        }
        return hash.ToHashCode();
    }

    public override string ToString() => "[" + string.Join(", ", _axes.Select(a => "{" + string.Join(',', a) + "}")) + "]";
}
