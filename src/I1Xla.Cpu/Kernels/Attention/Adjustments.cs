using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>What happens to scores between the product and the softmax: scale, bias and mask.</summary>
internal static unsafe class Adjustments
{
    /// <summary>Applies them to a tile, in place, so that the scale is used up.</summary>
    /// <param name="problem">The attention.</param>
    /// <param name="head">The head.</param>
    /// <param name="query">The tile's first query.</param>
    /// <param name="queries">Queries of the tile.</param>
    /// <param name="key">Its first key.</param>
    /// <param name="keys">Keys of the tile.</param>
    /// <param name="width">Elements in a row of the tile.</param>
    /// <param name="tile">The scores.</param>
    /// <param name="bias">Room for the bias in the tile's order.</param>
    /// <param name="mask">Room for the mask; holds it afterwards, zero where scores are masked, when there is one.</param>
    /// <param name="keysDown">Whether rows of the tile are keys.</param>
    /// <param name="isa">The instruction set.</param>
    public static void Apply(in AttentionProblem problem, long head, long query, int queries, long key, int keys, int width, float* tile, float* bias, float* mask, bool keysDown, IsaLevel isa)
    {
        int rows = keysDown ? keys : queries;
        bool biased = problem.Bias.Data is not null, masked = problem.Mask.Data is not null;
        if (biased)
        {
            MatrixOperand b = problem.Bias;
            byte* source = (byte*)b.Data + ((problem.BiasOffsets?[head] ?? 0) + query * b.RowStride + key * b.ColumnStride) * b.ElementBytes;
            Spread(source, b.Type, false, b.RowStride * b.ElementBytes, b.ColumnStride * b.ElementBytes, bias);
        }
        if (masked)
        {
            MatrixOperand m = problem.Mask;
            byte* source = (byte*)m.Data + (problem.MaskOffsets?[head] ?? 0) + query * m.RowStride + key * m.ColumnStride;
            Spread(source, m.Type, true, m.RowStride, m.ColumnStride, mask);
            if (problem.MaskInverted) Invert(mask, rows * width);
        }
        ScoreTile.Adjust(tile, biased ? bias : null, masked ? mask : null, rows, width, problem.Scale, problem.MaskedScore);

        void Spread(byte* source, MatmulType type, bool isMask, long queryBytes, long keyBytes, float* target) => AttentionPacking.Spread(
            source, type, isMask, keysDown ? queryBytes : keyBytes, keysDown ? keyBytes : queryBytes, keysDown ? queries : keys, width, rows, target, isa);
    }

    private static void Invert(float* mask, int count)
    {
        for (int i = 0; i < count; i++) mask[i] = mask[i] == 0 ? 1 : 0;
    }
}
