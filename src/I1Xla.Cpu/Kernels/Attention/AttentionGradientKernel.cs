using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>
/// The gradient of attention without storing the scores: for a block of keys and each block of queries the scores are computed again, queries down and
/// keys across. In that order probabilities and their gradients are the right operands of the products for dV and dK; for dQ they are packed as the
/// left one. The order of sums depends only on the shapes, the number of threads and the instruction set.
/// </summary>
public static unsafe class AttentionGradientKernel
{
    private const int QueryBlock = 256;
    private const int KeyPanels = 4;

    [ThreadStatic]
    private static ScratchBuffer? t_queries, t_keys, t_work, t_sums;

    /// <summary>Computes all heads on the pool (the shared pool if null).</summary>
    /// <exception cref="ArgumentException">f64 operands.</exception>
    public static void Run(in AttentionGradientProblem problem, WorkerPool? pool = null) => Run(problem, pool ?? WorkerPool.Shared, CpuIsa.Current);

    internal static void Run(in AttentionGradientProblem problem, WorkerPool pool, IsaLevel isa)
    {
        AttentionProblem forward = problem.Forward;
        if (forward.Q.Type == MatmulType.F64 || forward.K.Type == MatmulType.F64 || forward.V.Type == MatmulType.F64 || problem.GradientO.Type == MatmulType.F64)
            throw new ArgumentException("Attention of f64 goes through matrix products.");
        long heads = forward.QOffsets.Length;
        if (heads == 0 || forward.QueryTokens == 0 || forward.KeyTokens == 0) return;
        if (SmallAttention.Handles(forward, pool.ThreadCount, isa))
        {
            SmallAttention.Gradient(problem, pool, isa);
            return;
        }
        var plans = new Plans(problem, AttentionKernel.ProductIsa(isa));
        long keyBlocks = (forward.KeyTokens + plans.KeyBlock - 1) / plans.KeyBlock;
        // Heads are split by keys only where there are too few; each piece then has sums of dQ of its own, added up in order at the end.
        long splits = heads >= 2 * pool.ThreadCount ? 1 : Math.Min(keyBlocks, (2L * pool.ThreadCount + heads - 1) / heads);
        if (pool.ThreadCount == 1) splits = 1;
        if (splits == 1)
        {
            pool.ParallelFor(heads, 1, new Body(problem, plans, keyBlocks, 1, null));
            return;
        }
        float* sums = (float*)NativeMemory.AlignedAlloc((nuint)(heads * splits * plans.GradientQFloats * 4 + 64), 64);
        pool.ParallelFor(heads * splits, 1, new Body(problem, plans, keyBlocks, splits, sums));
        pool.ParallelFor(heads * forward.QueryTokens, 64, new AddPieces(problem, plans, splits, sums));
        NativeMemory.AlignedFree(sums);
    }

    // The products: scores and dP, and those that take probabilities or their gradients.
    private sealed class Plans
    {
        public Plans(in AttentionGradientProblem problem, IsaLevel isa)
        {
            AttentionProblem f = problem.Forward;
            Scores = MatmulPlan.Create(f.Q.Type, f.K.Type, f.HeadDim, f.WidenBf16, isa);
            Probabilities = MatmulPlan.Create(problem.GradientO.Type, f.V.Type, f.ValueDim, f.WidenBf16, isa);
            // Their other operand is rounded to bf16 where this one is.
            ForV = MatmulPlan.Create(problem.GradientO.Type, problem.GradientO.Type, QueryBlock, f.WidenBf16, isa);
            ForK = MatmulPlan.Create(f.Q.Type, f.Q.Type, QueryBlock, f.WidenBf16, isa);
            Width = Scores.Kernels.MaxColumns;
            ForQ = MatmulPlan.Create(f.K.Type, f.K.Type, KeyBlock, f.WidenBf16, isa);
            int lanes = Scores.Kernels.Lanes;
            QStride = (f.HeadDim + lanes - 1) / lanes * lanes;
            GradientQFloats = f.QueryTokens * QStride;
        }

        public MatmulPlan Scores { get; }

        public MatmulPlan Probabilities { get; }

        public MatmulPlan ForV { get; }

        public MatmulPlan ForK { get; }

        public MatmulPlan ForQ { get; }

        public int Width { get; }

        public int KeyBlock => KeyPanels * Width;

        public int QStride { get; }

        public long GradientQFloats { get; }
    }

    private readonly struct Body(in AttentionGradientProblem problem, Plans plans, long keyBlocks, long splits, float* pieces) : IParallelBody
    {
        private readonly AttentionGradientProblem _problem = problem;

        public void Run(long begin, long end)
        {
            for (long task = begin; task < end; task++)
            {
                (long head, long split) = Math.DivRem(task, splits);
                float* sums = pieces is null ? (float*)(t_sums ??= new()).Ensure(plans.GradientQFloats * 4) : pieces + task * plans.GradientQFloats;
                if (_problem.GradientQ.Data is not null) NativeMemory.Clear(sums, (nuint)(plans.GradientQFloats * 4));
                Head(head, keyBlocks * split / splits * plans.KeyBlock, Math.Min(keyBlocks * (split + 1) / splits * plans.KeyBlock, _problem.Forward.KeyTokens), sums);
                if (pieces is null && _problem.GradientQ.Data is not null)
                {
                    MatrixOperand target = _problem.GradientQ.Advanced(_problem.GradientQOffsets[head]);
                    for (long row = 0; row < _problem.Forward.QueryTokens; row++) Store(sums + row * plans.QStride, _problem.Forward.HeadDim, _problem.ScaleQ, target.Advanced(row * target.RowStride));
                }
            }
        }

        private void Head(long head, long firstKey, long lastKey, float* gradientQ)
        {
            if (firstKey >= lastKey) return;
            ref readonly AttentionProblem f = ref _problem.Forward;
            MatrixOperand q = f.Q.Advanced(f.QOffsets[head]), k = f.K.Advanced(f.KOffsets[head]), v = f.V.Advanced(f.VOffsets[head]);
            MatrixOperand dO = _problem.GradientO.Advanced(_problem.GradientOOffsets[head]);
            bool wantsQ = _problem.GradientQ.Data is not null, wantsK = _problem.GradientK.Data is not null, wantsV = _problem.GradientV.Data is not null;
            int width = plans.Width, dim = f.HeadDim, valueDim = f.ValueDim;
            long queries = f.QueryTokens, steps = plans.Scores.StepsOf(dim), valueSteps = plans.Probabilities.StepsOf(valueDim);
            long blocks = (queries + QueryBlock - 1) / QueryBlock;
            long downBytes = AttentionPacking.TransposedBytes(plans.ForK, QueryBlock, dim), valueDownBytes = AttentionPacking.TransposedBytes(plans.ForV, QueryBlock, valueDim);
            byte* qRows = (byte*)(t_queries ??= new()).Ensure(queries * (steps + valueSteps) * 4 + blocks * (downBytes + valueDownBytes) + 3 * queries * 4 + 256);
            byte* oRows = qRows + queries * steps * 4, qDown = oRows + queries * valueSteps * 4, oDown = qDown + blocks * downBytes;
            float* inverse = (float*)(oDown + blocks * valueDownBytes + 64), delta = inverse + queries;
            float* maximum = f.Maximum + head * queries;
            AttentionPacking.PackBlocks(plans.Scores, q, queries, QueryBlock, dim, qRows);
            AttentionPacking.PackBlocks(plans.Probabilities, dO, queries, QueryBlock, valueDim, oRows);
            if (wantsK) AttentionPacking.PackTransposedBlocks(plans.ForK, q, queries, QueryBlock, dim, qDown);
            if (wantsV) AttentionPacking.PackTransposedBlocks(plans.ForV, dO, queries, QueryBlock, valueDim, oDown);
            MatrixOperand o = f.O.Advanced(f.OOffsets[head]);
            for (long i = 0; i < queries; i++)
            {
                inverse[i] = 1 / f.Sum[head * queries + i];
                delta[i] = Dot(o.Advanced(i * o.RowStride), dO.Advanced(i * dO.RowStride), valueDim);
            }
            // One block of keys: panels of K and V as right operands, and K as the right operand for dQ; then the sums of dK and dV.
            int keyBlock = (int)Math.Min(plans.KeyBlock, (lastKey - firstKey + width - 1) / width * width);
            long keyFloats = keyBlock * (steps + valueSteps + dim + valueDim) + (keyBlock + 16L) * plans.QStride;
            float* kPanels = (float*)(t_keys ??= new()).Ensure(keyFloats * 4 + 256), vPanels = kPanels + keyBlock * steps;
            float* sumK = vPanels + keyBlock * valueSteps, sumV = sumK + keyBlock * dim, kDown = sumV + keyBlock * valueDim;
            int blockRows = (int)Math.Min(QueryBlock, queries) + 1;
            bool adjusts = f.Bias.Data is not null || f.Mask.Data is not null;
            long tileFloats = (long)blockRows * width, allFloats = (long)blockRows * keyBlock;
            float* probabilities = (float*)(t_work ??= new()).Ensure((Math.Max(tileFloats * (adjusts ? 3 : 1) + 3 * allFloats, (width + 1L) * AttentionPacking.Padded(Math.Max(dim, valueDim))) + 64) * 4);
            float* gradients = probabilities + tileFloats, packed = gradients + allFloats, halves = packed + allFloats + 16, bias = halves + allFloats / 2 + 16, mask = bias + tileFloats + 16;
            for (long key = firstKey; key < lastKey; key += keyBlock)
            {
                int keys = (int)Math.Min(keyBlock, lastKey - key), panels = (keys + width - 1) / width;
                for (int p = 0; p < panels; p++)
                {
                    int existing = Math.Min(width, keys - p * width);
                    AttentionPacking.PackRight(plans.Scores, k, key + p * width, existing, dim, kPanels + p * steps * width);
                    AttentionPacking.PackRight(plans.Probabilities, v, key + p * width, existing, valueDim, vPanels + p * valueSteps * width);
                }
                if (wantsQ) plans.ForQ.PackB(k, key, keys, 0, dim, (byte*)kDown);
                for (long block = 0; block < blocks; block++)
                {
                    long first = block * QueryBlock;
                    int rows = (int)Math.Min(QueryBlock, queries - first);
                    for (int p = 0; p < panels; p++)
                    {
                        int existing = Math.Min(width, keys - p * width);
                        float* gradient = gradients + p * tileFloats;
                        AttentionPacking.Multiply(plans.Scores, qRows + first * steps * 4, rows, steps, kPanels + p * steps * width, probabilities, false);
                        AttentionPacking.Multiply(plans.Probabilities, oRows + first * valueSteps * 4, rows, valueSteps, vPanels + p * valueSteps * width, gradient, false);
                        float scale = f.Scale;
                        if (adjusts)
                        {
                            Adjustments.Apply(f, head, first, rows, key + p * width, existing, width, probabilities, bias, mask, false, plans.Scores.Isa);
                            scale = 1;
                        }
                        bool masks = f.Mask.Data is not null && _problem.MaskGradient;
                        ScoreTile.Gradient(probabilities, gradient, masks ? mask : null, rows, width, scale, maximum + first, inverse + first, delta + first);
                        if (wantsV)
                        {
                            if (plans.ForV.Operation == MicroOperation.Bf16Pairs) ScoreTile.PairBf16(probabilities, rows, width);
                            AttentionPacking.Multiply(plans.ForV, oDown + block * valueDownBytes, valueDim, plans.ForV.StepsOf(rows), probabilities, sumV + (long)p * valueDim * width, block > 0);
                        }
                        if (wantsQ && plans.ForQ.Operation == MicroOperation.Bf16Pairs) ToBf16(gradient, (ushort*)halves + p * tileFloats, rows * width);
                        if (wantsK)
                        {
                            float* right = gradient;
                            if (plans.ForK.Operation == MicroOperation.Bf16Pairs)
                            {
                                // The f32 tile is still needed where dQ is a product of f32.
                                if (wantsQ && plans.ForQ.Operation != MicroOperation.Bf16Pairs)
                                {
                                    new ReadOnlySpan<float>(gradient, rows * width).CopyTo(new Span<float>(probabilities, rows * width));
                                    right = probabilities;
                                }
                                ScoreTile.PairBf16(right, rows, width);
                            }
                            AttentionPacking.Multiply(plans.ForK, qDown + block * downBytes, dim, plans.ForK.StepsOf(rows), right, sumK + (long)p * dim * width, block > 0);
                        }
                    }
                    if (wantsQ) AddToQ(gradients, halves, tileFloats, rows, keys, packed, kDown, gradientQ + first * plans.QStride);
                }
                for (int p = 0; p < panels; p++)
                {
                    int existing = Math.Min(width, keys - p * width);
                    if (wantsK) StoreRows(sumK + (long)p * dim * width, dim, existing, _problem.ScaleK, _problem.GradientK.Advanced(_problem.GradientKOffsets[head] + (key + p * width) * _problem.GradientK.RowStride), probabilities);
                    if (wantsV) StoreRows(sumV + (long)p * valueDim * width, valueDim, existing, _problem.ScaleV, _problem.GradientV.Advanced(_problem.GradientVOffsets[head] + (key + p * width) * _problem.GradientV.RowStride), probabilities);
                }
            }
        }

        private void StoreRows(float* sums, int rows, int columns, float scale, in MatrixOperand target, float* room)
        {
            int width = plans.Width;
            float* factors = stackalloc float[width];
            new Span<float>(factors, width).Fill(scale);
            AttentionPacking.StoreTransposed(sums, width, rows, columns, factors, target, room, plans.Scores.Isa);
        }

        // Packs the gradients of a block of scores as the left operand, rows of queries with all keys of the block along k, and adds the product with K.
        private void AddToQ(float* gradients, float* halves, long tileFloats, int rows, int keys, float* packed, float* right, float* target)
        {
            MatmulPlan plan = plans.ForQ;
            MicroKernels kernels = plan.Kernels;
            int width = plans.Width, dim = _problem.Forward.HeadDim;
            bool pairs = plan.Operation == MicroOperation.Bf16Pairs;
            long steps = plan.StepsOf(keys);
            MicroKernelArgs args = default;
            args.Steps = (nint)steps;
            args.CStride = plans.QStride * 4;
            args.Accumulate = 1;
            args.Mask = ulong.MaxValue;
            for (int at = 0; at < rows;)
            {
                int height = AttentionPacking.PanelHeight(plan, rows, at);
                byte* panel = (byte*)(packed + at * steps);
                for (int p = 0; p * width < keys; p++)
                {
                    var tile = pairs ? new MatrixOperand((ushort*)halves + p * tileFloats, MatmulType.BF16, width) : new MatrixOperand(gradients + p * tileFloats, MatmulType.F32, width);
                    plan.PackA(tile, at, height, 0, Math.Min(width, keys - p * width), panel + plan.StepsOf(p * width) * height * 4);
                }
                at += height;
            }
            for (int column = 0; column < dim; column += kernels.MaxColumns)
            {
                int vectors = Math.Min(kernels.MaxVectors, (dim - column + kernels.Lanes - 1) / kernels.Lanes);
                args.B = right + steps * column;
                args.BStride = vectors * kernels.Lanes * 4;
                for (int at = 0; at < rows;)
                {
                    int height = AttentionPacking.PanelHeight(plan, rows, at);
                    args.A = packed + at * steps;
                    args.C = target + (long)at * plans.QStride + column;
                    kernels.Run(&args, height, vectors, false);
                    at += height;
                }
            }
        }
    }

    private readonly struct AddPieces(in AttentionGradientProblem problem, Plans plans, long splits, float* pieces) : IParallelBody
    {
        private readonly AttentionGradientProblem _problem = problem;

        public void Run(long begin, long end)
        {
            if (_problem.GradientQ.Data is null) return;
            int dim = _problem.Forward.HeadDim;
            float* line = stackalloc float[dim];
            for (long at = begin; at < end; at++)
            {
                (long head, long row) = Math.DivRem(at, _problem.Forward.QueryTokens);
                new Span<float>(line, dim).Clear();
                for (long split = 0; split < splits; split++)
                {
                    float* from = pieces + (head * splits + split) * plans.GradientQFloats + row * plans.QStride;
                    for (int d = 0; d < dim; d++) line[d] += from[d];
                }
                Store(line, dim, _problem.ScaleQ, _problem.GradientQ.Advanced(_problem.GradientQOffsets[head] + row * _problem.GradientQ.RowStride));
            }
        }
    }

    private static void Store(float* row, int count, float scale, in MatrixOperand target)
    {
        if (scale != 1)
        {
            for (int i = 0; i < count; i++) row[i] *= scale;
        }
        TileStore.Convert((byte*)row, count, 4, target, 1, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToBf16(float* from, ushort* to, int count)
    {
        for (int i = 0; i < count; i += 16) TileStore.RoundToBf16(from + i, to + i);
    }

    private static float Dot(in MatrixOperand x, in MatrixOperand y, int count) => (x.Type, y.Type) switch
    {
        (MatmulType.F32, MatmulType.F32) => Dot<Lanes32, Lanes32>(x, y, count),
        (MatmulType.F32, MatmulType.BF16) => Dot<Lanes32, LanesBf16>(x, y, count),
        (MatmulType.BF16, MatmulType.F32) => Dot<LanesBf16, Lanes32>(x, y, count),
        (MatmulType.BF16, MatmulType.BF16) => Dot<LanesBf16, LanesBf16>(x, y, count),
        (MatmulType.F32, _) => Dot<Lanes32, LanesF16>(x, y, count),
        (_, MatmulType.F32) => Dot<LanesF16, Lanes32>(x, y, count),
        (MatmulType.BF16, _) => Dot<LanesBf16, LanesF16>(x, y, count),
        (_, MatmulType.BF16) => Dot<LanesF16, LanesBf16>(x, y, count),
        _ => Dot<LanesF16, LanesF16>(x, y, count),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot<TX, TY>(in MatrixOperand x, in MatrixOperand y, int count)
        where TX : struct, ILaneSource
        where TY : struct, ILaneSource
    {
        byte* a = (byte*)x.Data, b = (byte*)y.Data;
        long aStep = x.ColumnStride * TX.ElementBytes, bStep = y.ColumnStride * TY.ElementBytes;
        Vector512<float> sums = default;
        int i = 0;
        if (x.ColumnStride == 1 && y.ColumnStride == 1)
        {
            for (; i + 16 <= count; i += 16) sums += TX.Load16(a + i * TX.ElementBytes) * TY.Load16(b + i * TY.ElementBytes);
        }
        float sum = Vector512.Sum(sums);
        for (; i < count; i++) sum += TX.Load(a + i * aStep) * TY.Load(b + i * bStep);
        return sum;
    }
}
