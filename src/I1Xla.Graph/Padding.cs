namespace I1Xla.Graph;

/// <summary>Padding of windows: none, what keeps the size (rounded up over strides), or given for each spatial dimension.</summary>
public sealed class Padding
{
    private readonly (long Low, long High)[]? _pairs;
    private readonly bool _same;

    private Padding(bool same, (long, long)[]? pairs)
    {
        _same = same;
        _pairs = pairs;
    }

    /// <summary>No padding.</summary>
    public static Padding Valid { get; } = new(false, null);

    /// <summary>So much that the result has size / stride elements, rounded up; an odd element goes to the high end.</summary>
    public static Padding Same { get; } = new(true, null);

    /// <summary>Low and high padding for each spatial dimension.</summary>
    public static Padding Explicit(params (long Low, long High)[] pairs) => new(false, pairs);

    /// <summary>(low, high) pairs in a row for windows over sizes (both with their gaps).</summary>
    internal long[] Resolve(ReadOnlySpan<long> sizes, ReadOnlySpan<long> windows, ReadOnlySpan<long> strides, string op)
    {
        long[] result = new long[2 * sizes.Length];
        if (_pairs is not null && _pairs.Length != sizes.Length)
        {
            throw Tracer.Error(op, $"{_pairs.Length} pairs of padding for {sizes.Length} spatial dimensions");
        }
        for (int i = 0; i < sizes.Length; i++)
        {
            if (_pairs is not null)
            {
                (result[2 * i], result[2 * i + 1]) = _pairs[i];
            }
            else if (_same)
            {
                long output = (sizes[i] + strides[i] - 1) / strides[i];
                long total = Math.Max(0, (output - 1) * strides[i] + windows[i] - sizes[i]);
                (result[2 * i], result[2 * i + 1]) = (total / 2, total - total / 2);
            }
        }
        return result;
    }
}
