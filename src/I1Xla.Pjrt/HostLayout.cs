namespace I1Xla.Pjrt;

/// <summary>
/// Puts a dense array, last dimension fastest, into another layout on the host. Plugins may ignore the host layout of a copy
/// (the XLA CPU plugin does, and refuses strides), so every layout but the usual one is made here.
/// </summary>
internal static class HostLayout
{
    /// <summary>Whether a layout is the usual one.</summary>
    public static bool IsRowMajor(PjrtLayout? layout, int rank) => layout is null || (layout.Type == PjrtMemoryLayoutType.Tiled && layout.Tiles.Count == 0 && layout.Equals(PjrtLayout.RowMajor(rank)));

    /// <summary>The byte strides of a layout.</summary>
    public static long[] Strides(PjrtLayout layout, ReadOnlySpan<long> dimensions, int elementBytes)
    {
        if (layout.Type == PjrtMemoryLayoutType.Strides)
        {
            if (layout.ByteStrides.Count != dimensions.Length || layout.ByteStrides.Any(s => s < 0))
            {
                throw new ArgumentException($"The host layout {layout} does not suit an array of {dimensions.Length} dimensions: as many strides are needed, none of them negative.");
            }
            return [.. layout.ByteStrides];
        }
        if (layout.Tiles.Count > 0 || layout.MinorToMajor.Count != dimensions.Length)
        {
            throw new ArgumentException($"The host layout {layout} does not suit an array of {dimensions.Length} dimensions: an order of its dimensions without tiles is needed.");
        }
        var strides = new long[dimensions.Length];
        long stride = elementBytes;
        foreach (long dimension in layout.MinorToMajor)
        {
            strides[dimension] = stride;
            stride *= dimensions[(int)dimension];
        }
        return strides;
    }

    /// <summary>Bytes from the first to past the last element.</summary>
    public static long Extent(ReadOnlySpan<long> strides, ReadOnlySpan<long> dimensions, int elementBytes)
    {
        long last = 0;
        for (int i = 0; i < strides.Length; i++)
        {
            if (dimensions[i] == 0)
            {
                return 0;
            }
            last += strides[i] * (dimensions[i] - 1);
        }
        return last + elementBytes;
    }

    /// <summary>Copies each element to its place.</summary>
    public static void Scatter(ReadOnlySpan<byte> source, Span<byte> destination, ReadOnlySpan<long> dimensions, ReadOnlySpan<long> strides, int elementBytes)
    {
        var index = new long[dimensions.Length];
        long offset = 0;
        for (int at = 0; at < source.Length; at += elementBytes)
        {
            source.Slice(at, elementBytes).CopyTo(destination[(int)offset..]);
            for (int d = dimensions.Length - 1; d >= 0; d--)
            {
                offset += strides[d];
                if (++index[d] < dimensions[d])
                {
                    break;
                }
                offset -= strides[d] * dimensions[d];
                index[d] = 0;
            }
        }
    }
}
