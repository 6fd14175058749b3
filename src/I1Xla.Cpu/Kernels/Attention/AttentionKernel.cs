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
            PackRows(scores, k, keys, dim, keyPack);
            for (long at = 0; at < keys; at += KeyBlock) PackValues(v, at, Math.Min(KeyBlock, keys - at), valuePack + ValueOffset(at) * 4);
            long floats = (long)QueryPanels * (steps * width + valueDim * width + 2 * width) + (long)KeyBlock * width * 2 + width;
            float* work = (float*)(t_work ??= new()).Ensure(floats * 4);
            float* tile = work, bias = tile + KeyBlock * width, rescale = bias + KeyBlock * width, panels = rescale + width;
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
                        Multiply(scores, keyPack + at * steps * 4, size, steps, panel.Queries, tile, false);
                        float* added = null;
                        if (_problem.Bias.Data is not null)
                        {
                            MatrixOperand b = _problem.Bias.Advanced((_problem.BiasOffsets?[head] ?? 0) + (q0 + p * width) * _problem.Bias.RowStride + at * _problem.Bias.ColumnStride);
                            PanelPacker.PackSingle((byte*)b.Data, b.Type, b.RowStride * b.ElementBytes, b.ColumnStride * b.ElementBytes, existing, width, size, bias, scores.Isa);
                            added = bias;
                        }
                        ScoreTile.Softmax(tile, added, size, width, _problem.Scale, panel.Maximum, panel.Sum, rescale);
                        if (values.Operation == MicroOperation.Bf16Pairs) ScoreTile.PairBf16(tile, size, width);
                        if (at > 0) ScoreTile.Rescale(panel.Output, valueDim, width, rescale);
                        Multiply(values, valuePack + ValueOffset(at) * 4, valueDim, values.StepsOf(size), tile, panel.Output, at > 0);
                    }
                }
                for (int p = 0; p < count; p++)
                    Finish(o, head, q0 + p * width, (int)Math.Min(width, queries - p * width), Panel(panels, p));
            }
        }

        private long ValueOffset(long key) => (values.StepsOf(KeyBlock) * (key / KeyBlock)) * _problem.ValueDim;

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
            MatrixOperand across = q.Transposed with { Data = q.Advanced(row * q.RowStride).Data };
            scores.PackB(across, 0, _problem.HeadDim, 0, count, (byte*)panel.Queries);
            if (count <= width - scores.Kernels.Lanes) Widen(panel.Queries, scores.StepsOf(_problem.HeadDim), (count + scores.Kernels.Lanes - 1) / scores.Kernels.Lanes * scores.Kernels.Lanes, width);
            new Span<float>(panel.Maximum, width).Fill(float.NegativeInfinity);
            new Span<float>(panel.Sum, width).Clear();
            new Span<float>(panel.Output, _problem.ValueDim * width).Clear();
        }

        // A panel packed with fewer vectors than a full one gets rows of full width.
        private static void Widen(float* panel, long rows, int from, int to)
        {
            for (long row = rows - 1; row >= 0; row--)
            {
                new ReadOnlySpan<float>(panel + row * from, from).CopyTo(new Span<float>(panel + row * to, from));
                new Span<float>(panel + row * to + from, to - from).Clear();
            }
        }

        // Transposes, divides by the sums and stores.
        private void Finish(in MatrixOperand o, long head, long row, int count, PanelMemory panel)
        {
            int width = scores.Kernels.MaxColumns, dim = _problem.ValueDim;
            float* line = stackalloc float[dim];
            for (int i = 0; i < count; i++)
            {
                float inverse = 1 / panel.Sum[i];
                for (int d = 0; d < dim; d++) line[d] = panel.Output[d * width + i] * inverse;
                TileStore.Convert((byte*)line, dim, 4, o.Advanced((row + i) * o.RowStride), 1, dim);
                if (_problem.LogSumExp is not null) _problem.LogSumExp[head * _problem.QueryTokens + row + i] = panel.Maximum[i] + MathF.Log(panel.Sum[i]);
            }
        }

        // Rows as panels of the left operand, one after the other, all of k in one block; whole tiles first.
        private static void PackRows(MatmulPlan plan, in MatrixOperand matrix, long rows, int k, byte* target)
        {
            long steps = plan.StepsOf(k);
            for (long row = 0; row < rows; row += KeyBlock)
            {
                int block = (int)Math.Min(KeyBlock, rows - row);
                for (int at = 0; at < block;)
                {
                    int height = TileHeight(plan, block, at);
                    plan.PackA(matrix, row + at, height, 0, k, target + (row + at) * steps * 4);
                    at += height;
                }
            }
        }

        // V transposed as the left operand: features down, one block of keys along k.
        private void PackValues(in MatrixOperand v, long key, long count, byte* target)
        {
            MatrixOperand transposed = v.Transposed with { Data = v.Advanced(key * v.RowStride).Data };
            for (int at = 0; at < _problem.ValueDim;)
            {
                int height = TileHeight(values, _problem.ValueDim, at);
                values.PackA(transposed, at, height, 0, count, target + at * values.StepsOf(count) * 4);
                at += height;
            }
        }

        // Heights of nearly equal size, the larger first.
        private static int TileHeight(MatmulPlan plan, int rows, int at)
        {
            int panels = (rows + plan.Kernels.MaxRows - 1) / plan.Kernels.MaxRows, small = rows / panels, larger = rows % panels;
            return at < larger * (small + 1) ? small + 1 : small;
        }

        private static void Multiply(MatmulPlan plan, byte* left, int rows, long steps, float* right, float* target, bool accumulate)
        {
            MicroKernels kernels = plan.Kernels;
            int width = kernels.MaxColumns;
            MicroKernelArgs args = default;
            args.B = right;
            args.Steps = (nint)steps;
            args.BStride = width * 4;
            args.CStride = width * 4;
            args.Accumulate = accumulate ? 1 : 0;
            args.Mask = ulong.MaxValue;
            for (int at = 0; at < rows;)
            {
                int height = TileHeight(plan, rows, at);
                args.A = left + at * steps * 4;
                args.C = target + (long)at * width;
                kernels.Run(&args, height, kernels.MaxVectors, false);
                at += height;
            }
        }
    }

    private struct PanelMemory
    {
        public float* Queries, Output, Maximum, Sum;
    }
}
