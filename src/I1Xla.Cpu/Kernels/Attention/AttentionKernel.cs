using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>
/// Attention without storing the scores: blocks of keys pass by a block of queries, with a running maximum and sum (Milakov and Gimelshein, "Online
/// normalizer calculation for softmax"; Dao et al., "FlashAttention"). Scores are computed transposed, see <see cref="ScoreTile"/>. The order of sums
/// over keys depends only on the shapes and the instruction set.
/// </summary>
public static unsafe class AttentionKernel
{
    /// <summary>Whether the instruction set's tiles are whole vectors of scores.</summary>
    internal static bool IsSupported(IsaLevel isa) => MicroKernels.Get(MicroOperation.F32, isa).MaxColumns % 16 == 0;

    /// <summary>The instruction set for the products of attention, whose operands stay in the layout of vector kernels from one product to the next: no tiles.</summary>
    internal static IsaLevel ProductIsa(IsaLevel isa) => isa > IsaLevel.Avx512Bf16 ? IsaLevel.Avx512Bf16 : isa;

    private const int KeyBlock = 256;
    private const int QueryPanels = 4;

    [ThreadStatic]
    private static ScratchBuffer? t_keys, t_values, t_work;

    /// <summary>Computes all heads on the pool (the shared pool if null).</summary>
    /// <exception cref="ArgumentException">f64 operands.</exception>
    public static void Forward(in AttentionProblem problem, WorkerPool? pool = null) => Forward(problem, pool ?? WorkerPool.Shared, CpuIsa.Current);

    internal static void Forward(in AttentionProblem problem, WorkerPool pool, IsaLevel isa)
    {
        if (problem.Q.Type == MatmulType.F64 || problem.K.Type == MatmulType.F64 || problem.V.Type == MatmulType.F64)
            throw new ArgumentException("Attention of f64 goes through matrix products.");
        long heads = problem.QOffsets.Length;
        if (heads == 0 || problem.QueryTokens == 0) return;
        if (SmallAttention.Handles(problem, pool.ThreadCount, isa))
        {
            SmallAttention.Forward(problem, pool, isa);
            return;
        }
        isa = ProductIsa(isa);
        var scores = MatmulPlan.Create(problem.Q.Type, problem.K.Type, problem.HeadDim, problem.WidenBf16, isa);
        var values = MatmulPlan.Create(problem.Q.Type, problem.V.Type, problem.KeyTokens, problem.WidenBf16, isa);
        long blockQueries = (long)QueryPanels * scores.Kernels.MaxColumns;
        long blocks = (problem.QueryTokens + blockQueries - 1) / blockQueries;
        // A task packs its head's keys and values, so a head is split only when there are too few of them.
        long splits = heads >= 4 * pool.ThreadCount ? 1 : Math.Min(blocks, (4L * pool.ThreadCount + heads - 1) / heads);
        if (pool.ThreadCount == 1) splits = 1;
        pool.ParallelFor(heads * splits, 1, new Body(problem, scores, values, blocks, splits));
    }

    private readonly struct Body(in AttentionProblem problem, MatmulPlan scores, MatmulPlan values, long blocks, long splits) : IParallelBody
    {
        private readonly AttentionProblem _problem = problem;

        public void Run(long begin, long end)
        {
            for (long task = begin; task < end; task++)
            {
                (long head, long split) = Math.DivRem(task, splits);
                Head(head, blocks * split / splits, blocks * (split + 1) / splits);
            }
        }

        private void Head(long head, long firstBlock, long lastBlock)
        {
            if (firstBlock == lastBlock) return;
            MicroKernels kernels = scores.Kernels;
            MatrixOperand q = _problem.Q.Advanced(_problem.QOffsets[head]), k = _problem.K.Advanced(_problem.KOffsets[head]), v = _problem.V.Advanced(_problem.VOffsets[head]);
            MatrixOperand o = _problem.O.Advanced(_problem.OOffsets[head]);
            int width = kernels.MaxColumns, dim = _problem.HeadDim, valueDim = _problem.ValueDim;
            long keys = _problem.KeyTokens, steps = scores.StepsOf(dim);
            byte* keyPack = (byte*)(t_keys ??= new()).Ensure(keys * steps * 4);
            byte* valuePack = (byte*)(t_values ??= new()).Ensure((values.StepsOf(keys) + keys / KeyBlock + 1) * valueDim * 4);
            AttentionPacking.PackBlocks(scores, k, keys, KeyBlock, dim, keyPack);
            AttentionPacking.PackTransposedBlocks(values, v, keys, KeyBlock, valueDim, valuePack);
            bool adjusts = _problem.Bias.Data is not null || _problem.Mask.Data is not null;
            int rows = (int)Math.Min(KeyBlock, keys);
            long floats = (long)QueryPanels * (steps * width + valueDim * width + 2 * width) + (long)(KeyBlock + 1) * width + (adjusts ? 2 * (rows * width + 16) : 0) + width + (long)(width + 1) * AttentionPacking.Padded(valueDim);
            float* work = (float*)(t_work ??= new()).Ensure(floats * 4);
            float* tile = work, rescale = tile + (KeyBlock + 1) * width, panels = rescale + width, room = panels + QueryPanels * (steps * width + valueDim * width + 2 * width), bias = room + (width + 1) * AttentionPacking.Padded(valueDim), mask = bias + rows * width + 16;
            for (long block = firstBlock; block < lastBlock; block++)
            {
                long q0 = block * QueryPanels * width, queries = Math.Min((long)QueryPanels * width, _problem.QueryTokens - q0);
                int count = (int)((queries + width - 1) / width);
                for (int p = 0; p < count; p++) Start(q, q0 + p * width, (int)Math.Min(width, queries - p * width), Panel(panels, p));
                for (long at = 0; at < keys; at += KeyBlock)
                {
                    int size = (int)Math.Min(KeyBlock, keys - at);
                    for (int p = 0; p < count; p++)
                    {
                        PanelMemory panel = Panel(panels, p);
                        int existing = (int)Math.Min(width, queries - p * width);
                        AttentionPacking.Multiply(scores, keyPack + at * steps * 4, size, steps, panel.Queries, tile, false);
                        float scale = _problem.Scale;
                        if (adjusts)
                        {
                            Adjustments.Apply(_problem, head, q0 + p * width, existing, at, size, width, tile, bias, mask, true, scores.Isa);
                            scale = 1;
                        }
                        ScoreTile.Softmax(tile, size, width, scale, panel.Maximum, panel.Sum, rescale);
                        if (values.Operation == MicroOperation.Bf16Pairs) ScoreTile.PairBf16(tile, size, width);
                        if (at > 0) ScoreTile.Rescale(panel.Output, valueDim, width, rescale);
                        AttentionPacking.Multiply(values, valuePack + at / KeyBlock * AttentionPacking.TransposedBytes(values, KeyBlock, valueDim), valueDim, values.StepsOf(size), tile, panel.Output, at > 0);
                    }
                }
                for (int p = 0; p < count; p++)
                    Finish(o, head, q0 + p * width, (int)Math.Min(width, queries - p * width), Panel(panels, p), room);
            }
        }

        private PanelMemory Panel(float* memory, int index)
        {
            int width = scores.Kernels.MaxColumns;
            long steps = scores.StepsOf(_problem.HeadDim);
            float* at = memory + index * (steps * width + _problem.ValueDim * width + 2 * width);
            return new PanelMemory { Queries = at, Output = at + steps * width, Maximum = at + (steps + _problem.ValueDim) * width, Sum = at + (steps + _problem.ValueDim + 1) * width };
        }

        // A panel of queries as the right operand: features down, queries across, the missing ones zero.
        private void Start(in MatrixOperand q, long row, int count, PanelMemory panel)
        {
            int width = scores.Kernels.MaxColumns;
            AttentionPacking.PackRight(scores, q, row, count, _problem.HeadDim, panel.Queries);
            new Span<float>(panel.Maximum, width).Fill(float.NegativeInfinity);
            new Span<float>(panel.Sum, width).Clear();
        }

        // Transposes, divides by the sums and stores.
        private void Finish(in MatrixOperand o, long head, long row, int count, PanelMemory panel, float* room)
        {
            int width = scores.Kernels.MaxColumns, dim = _problem.ValueDim;
            if (_problem.Maximum is not null)
            {
                new ReadOnlySpan<float>(panel.Maximum, count).CopyTo(new Span<float>(_problem.Maximum + head * _problem.QueryTokens + row, count));
                new ReadOnlySpan<float>(panel.Sum, count).CopyTo(new Span<float>(_problem.Sum + head * _problem.QueryTokens + row, count));
            }
            for (int i = 0; i < width; i++) panel.Sum[i] = 1 / panel.Sum[i];
            AttentionPacking.StoreTransposed(panel.Output, width, dim, count, panel.Sum, o.Advanced(row * o.RowStride), room, scores.Isa);
        }
    }

    private struct PanelMemory
    {
        public float* Queries, Output, Maximum, Sum;
    }
}
