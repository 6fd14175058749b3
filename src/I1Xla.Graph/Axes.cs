using System.Collections;
using System.Runtime.CompilerServices;

namespace I1Xla.Graph;

/// <summary>Dimensions an operation works along: one integer, a collection expression, or (default) all. Negative counts from the end.</summary>
[CollectionBuilder(typeof(Axes), nameof(Create))]
public readonly struct Axes : IEnumerable<int>
{
    private readonly int[]? _axes;

    private Axes(int[] axes) => _axes = axes;

    /// <summary>All dimensions.</summary>
    public static Axes All => default;

    /// <summary>Whether this names all dimensions.</summary>
    public bool IsAll => _axes is null;

    /// <summary>The given dimensions.</summary>
    public static Axes Create(ReadOnlySpan<int> axes) => new(axes.ToArray());

    /// <summary>One dimension.</summary>
    public static implicit operator Axes(int axis) => new([axis]);

    /// <summary>The given dimensions.</summary>
    public static implicit operator Axes(int[] axes) => new(axes);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(_axes ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Counted from 0, sorted, checked.</summary>
    internal long[] Resolve(int rank, string op)
    {
        if (_axes is null)
        {
            long[] all = new long[rank];
            for (int i = 0; i < rank; i++)
            {
                all[i] = i;
            }
            return all;
        }
        long[] result = new long[_axes.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Normalize(_axes[i], rank, op);
        }
        Array.Sort(result);
        for (int i = 1; i < result.Length; i++)
        {
            if (result[i] == result[i - 1])
            {
                throw Tracer.Error(op, $"dimension {result[i]} is named twice");
            }
        }
        return result;
    }

    /// <summary>One dimension counted from 0, checked.</summary>
    internal static int Normalize(int axis, int rank, string op) =>
        axis >= -rank && axis < rank ? (axis < 0 ? axis + rank : axis) : throw Tracer.Error(op, $"dimension {axis} is out of range for a tensor of {rank} dimensions");
}
