using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Copies of elements between buffers, each dimension with a stride of its own on each side: what transposes, slices, pads and broadcasts all are.</summary>
internal static class Strided
{
    /// <summary>Copies the element at <c>fromBase + Σ i·fromStrides</c> to <c>toBase + Σ i·toStrides</c> for every index i of <paramref name="shape"/>; all in elements of <paramref name="size"/> bytes.</summary>
    public static void Copy(
        ReadOnlySpan<byte> from, long fromBase, ReadOnlySpan<long> fromStrides,
        Span<byte> to, long toBase, ReadOnlySpan<long> toStrides, ReadOnlySpan<long> shape, int size)
    {
        foreach (long d in shape)
        {
            if (d == 0)
            {
                return;
            }
        }
        int rank = shape.Length;
        if (rank == 0)
        {
            from.Slice(checked((int)fromBase * size), size).CopyTo(to[checked((int)toBase * size)..]);
            return;
        }
        Span<long> index = rank <= 16 ? stackalloc long[rank] : new long[rank];
        index.Clear();
        int last = rank - 1;
        long inner = shape[last], fromStep = fromStrides[last], toStep = toStrides[last];
        while (true)
        {
            if (fromStep == 1 && toStep == 1)
            {
                from.Slice(checked((int)(fromBase * size)), checked((int)(inner * size))).CopyTo(to[checked((int)(toBase * size))..]);
            }
            else
            {
                for (long i = 0; i < inner; i++)
                {
                    from.Slice(checked((int)((fromBase + (i * fromStep)) * size)), size).CopyTo(to[checked((int)((toBase + (i * toStep)) * size))..]);
                }
            }
            int d = last - 1;
            for (; d >= 0; d--)
            {
                fromBase += fromStrides[d];
                toBase += toStrides[d];
                if (++index[d] < shape[d])
                {
                    break;
                }
                index[d] = 0;
                fromBase -= fromStrides[d] * shape[d];
                toBase -= toStrides[d] * shape[d];
            }
            if (d < 0)
            {
                return;
            }
        }
    }

    /// <summary>Fills a whole tensor from strided positions of another.</summary>
    public static void Gather(Literal from, long fromBase, ReadOnlySpan<long> fromStrides, Literal to) =>
        Copy(from.Data.Span, fromBase, fromStrides, to.Data.Span, 0, to.Shape.Strides(), to.Shape.Dims, to.Type.Kind.StorageBytes());

    /// <summary>Puts a whole tensor at strided positions of another.</summary>
    public static void Scatter(Literal from, Literal to, long toBase, ReadOnlySpan<long> toStrides) =>
        Copy(from.Data.Span, 0, from.Shape.Strides(), to.Data.Span, toBase, toStrides, from.Shape.Dims, to.Type.Kind.StorageBytes());

    /// <summary>Repeats one element over a whole tensor.</summary>
    public static void Fill(Literal to, ReadOnlySpan<byte> element)
    {
        Span<byte> bytes = to.Data.Span;
        if (bytes.Length == 0)
        {
            return;
        }
        element.CopyTo(bytes);
        for (int done = element.Length; done < bytes.Length; done *= 2)
        {
            bytes[..Math.Min(done, bytes.Length - done)].CopyTo(bytes[done..]);
        }
    }

    /// <summary>Moves a row-major index on by one; false after the last.</summary>
    public static bool Next(Span<long> index, ReadOnlySpan<long> shape)
    {
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            if (++index[d] < shape[d])
            {
                return true;
            }
            index[d] = 0;
        }
        return false;
    }
}
