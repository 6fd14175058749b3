using I1Xla.Data.Npy;
using I1Xla.Models;

namespace I1Xla.Host.Checkpoints;

/// <summary>
/// How i1's PyTorch code names and lays out what its JAX code calls otherwise (spec 1.14): dense kernels are transposed, the
/// patch convolution is (out, in, height, width), and blocks are counted within their third of the stack.
/// </summary>
public static class TorchNames
{
    /// <summary>Where PyTorch keeps its rotary tables, which JAX computes.</summary>
    public const string RopePrefix = "rope_embedder.";

    private const string BlockPrefix = "blocks_";

    /// <summary>The PyTorch name of a parameter.</summary>
    public static string Of(string parameter, DiTConfig config)
    {
        string[] parts = parameter.Split('/');
        if (parts[0].StartsWith(BlockPrefix, StringComparison.Ordinal))
        {
            int block = int.Parse(parts[0].AsSpan(BlockPrefix.Length), System.Globalization.CultureInfo.InvariantCulture), middle = config.InBlocks;
            parts[0] = !config.UseLongSkip ? $"blocks.{block}"
                : block < middle ? $"in_blocks.{block}"
                : block == middle ? "mid_block"
                : $"out_blocks.{block - middle - 1}";
        }
        if (parts[^1] == "kernel")
        {
            parts[^1] = "weight";
        }
        return string.Join('.', parts);
    }

    /// <summary>PyTorch's shape of a parameter.</summary>
    public static long[] ShapeOf(string parameter, ReadOnlySpan<long> shape) => Order(parameter, shape.Length) is { } order ? Permuted(shape, order) : shape.ToArray();

    /// <summary>A parameter in the other layout: from PyTorch's to JAX's, or with <paramref name="toTorch"/> the other way.</summary>
    public static NpyArray Convert(string parameter, NpyArray array, bool toTorch = false)
    {
        if (Order(parameter, array.Shape.Length) is not { } order)
        {
            return array;
        }
        if (!toTorch)
        {
            order = [.. Enumerable.Range(0, order.Length).Select(i => Array.IndexOf(order, i))];
        }
        int size = array.ElementSize;
        long[] shape = Permuted(array.Shape, order), strides = new long[order.Length];
        long step = size;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            strides[Array.IndexOf(order, i)] = step;
            step *= array.Shape[i];
        }
        byte[] result = GC.AllocateUninitializedArray<byte>(array.Data.Length);
        int written = 0;
        Copy(array.Data.Span, result, shape, strides, size, 0, 0, ref written);
        return new NpyArray(array.Descr, shape, result);
    }

    private static void Copy(ReadOnlySpan<byte> source, byte[] result, long[] shape, long[] strides, int size, int axis, long from, ref int written)
    {
        if (axis == shape.Length - 1)
        {
            for (long i = 0; i < shape[axis]; i++, from += strides[axis], written += size)
            {
                source.Slice((int)from, size).CopyTo(result.AsSpan(written));
            }
            return;
        }
        for (long i = 0; i < shape[axis]; i++)
        {
            Copy(source, result, shape, strides, size, axis + 1, from + (i * strides[axis]), ref written);
        }
    }

    // PyTorch's axis i is JAX's axis order[i]; null where the layouts agree.
    private static int[]? Order(string parameter, int rank) =>
        !parameter.EndsWith("/kernel", StringComparison.Ordinal) ? null : rank switch { 2 => [1, 0], 4 => [3, 2, 0, 1], _ => null };

    private static long[] Permuted(ReadOnlySpan<long> shape, int[] order)
    {
        var result = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            result[i] = shape[order[i]];
        }
        return result;
    }
}
