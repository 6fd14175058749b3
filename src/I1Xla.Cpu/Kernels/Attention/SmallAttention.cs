using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Kernels.Vectors;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>
/// Attention, and its gradient, over so few tokens that the scores of a head fit the first cache levels: nothing is packed but one transpose of the
/// queries (and of the gradient of the result). Scores are kept transposed, keys down and queries across, so that what belongs to a query is a lane, and
/// products read them where they lie. All products are of f32; other element types are widened first. Sums run over whole rows, in order.
/// </summary>
internal static unsafe class SmallAttention
{
    /// <summary>The most queries or keys.</summary>
    public const int MostTokens = 96;

    private const int MostFeatures = 128;

    [ThreadStatic]
    private static ScratchBuffer? t_work;

    /// <summary>Whether the heads are small and as many as threads can share.</summary>
    public static bool Handles(in AttentionProblem p, int threads, IsaLevel isa) =>
        isa >= IsaLevel.Avx2 && p.QueryTokens <= MostTokens && p.KeyTokens is >= 1 and <= MostTokens && p.HeadDim is >= 1 and <= MostFeatures && p.ValueDim is >= 1 and <= MostFeatures
        && p.QOffsets.Length >= threads;

    /// <summary>Computes all heads.</summary>
    public static void Forward(in AttentionProblem problem, WorkerPool pool, IsaLevel isa) => pool.ParallelFor(problem.QOffsets.Length, 1, new ForwardBody(problem, isa));

    /// <summary>Computes the gradients of all heads.</summary>
    public static void Gradient(in AttentionGradientProblem problem, WorkerPool pool, IsaLevel isa) => pool.ParallelFor(problem.Forward.QOffsets.Length, 1, new GradientBody(problem, isa));

    // An operand that products can read in place, or else a place for a copy of it in f32.
    private readonly struct Rows
    {
        private readonly MatrixOperand _operand;
        private readonly float* _copy;
        private readonly int _rows, _columns;
        private readonly IsaLevel _isa;

        public Rows(in MatrixOperand operand, int rows, int columns, ref float* work, IsaLevel isa)
        {
            (_operand, _rows, _columns, _isa) = (operand, rows, columns, isa);
            bool direct = operand.Type == MatmulType.F32 && operand.ColumnStride == 1 && operand.RowStride is > 0 and < 1 << 20;
            Stride = direct ? (nint)operand.RowStride * 4 : AttentionPacking.Padded(columns) * 4;
            _copy = null;
            if (direct) return;
            _copy = work;
            work += rows * AttentionPacking.Padded(columns) + 16;
        }

        /// <summary>Bytes between rows.</summary>
        public nint Stride { get; }

        /// <summary>The rows of the head that starts at an offset.</summary>
        public float* Read(long offset)
        {
            MatrixOperand at = _operand.Advanced(offset);
            if (_copy is null) return (float*)at.Data;
            PanelPacker.PackSingle((byte*)at.Data, at.Type, at.ColumnStride * at.ElementBytes, at.RowStride * at.ElementBytes, _columns, AttentionPacking.Padded(_columns), _rows, _copy, _isa);
            return _copy;
        }

        /// <summary>Where a result is to be written; <see cref="Store"/> takes it on from there.</summary>
        public float* Target(long offset) => _copy is null ? (float*)_operand.Advanced(offset).Data : _copy;

        public void Store(long offset)
        {
            if (_copy is not null) TileStore.Convert((byte*)_copy, AttentionPacking.Padded(_columns), 4, _operand.Advanced(offset), _rows, _columns);
        }
    }

    private static long FloatsOf(int rows, int columns) => rows * AttentionPacking.Padded(columns) + 16;

    // The transpose of rows, with zeros behind it up to whole vectors. A row's last vector may reach past its end, but not past that of the last row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, nint rowBytes, int rows, int columns, float* target, int width)
    {
        if (columns < 16)
        {
            for (int d = 0; d < columns; d++)
            {
                float* line = target + d * width;
                for (int i = 0; i < rows; i++) line[i] = *((float*)((byte*)source + i * rowBytes) + d);
                for (int i = rows; i < width; i++) line[i] = 0;
            }
            return;
        }
        for (int d = 0; ; d += 16)
        {
            d = Math.Min(d, columns - 16);
            for (int i = 0; i < width; i += 16)
            {
                byte* block = (byte*)source + i * rowBytes + d * 4;
                if (i + 16 <= rows) Transpose16.Block<Lanes32>(block, rowBytes, 16, target + d * width + i, width);
                else Transpose16.Block<Lanes32>(block, rowBytes, rows - i, target + d * width + i, width);
            }
            if (d + 16 >= columns) break;
        }
    }

    // Scale, bias and mask, queries across; what has one row for all queries is spread over the lanes.
    private static float Adjust(in AttentionProblem f, long head, int width, float* scores, float* bias, float* mask, IsaLevel isa)
    {
        if (f.Bias.Data is null && f.Mask.Data is null) return f.Scale;
        int keys = (int)f.KeyTokens;
        if (f.Bias.Data is null && f.Mask.RowStride == 0 && mask is not null)
        {
            byte* bytes = (byte*)f.Mask.Data + (f.MaskOffsets?[head] ?? 0);
            for (int key = 0; key < keys; key++)
            {
                bool keeps = bytes[key * f.Mask.ColumnStride] != 0 != f.MaskInverted;
                float* row = scores + key * width, flags = mask + key * width;
                if (keeps) FloatRow.Scale(row, width, f.Scale);
                else new Span<float>(row, width).Fill(f.MaskedScore);
                new Span<float>(flags, width).Fill(keeps ? 1 : 0);
            }
            return 1;
        }
        Adjustments.Apply(f, head, 0, (int)f.QueryTokens, 0, keys, width, scores, bias, mask, true, isa);
        return 1;
    }

    private readonly struct ForwardBody(in AttentionProblem problem, IsaLevel isa) : IParallelBody
    {
        private readonly AttentionProblem _f = problem;

        public void Run(long begin, long end)
        {
            int queries = (int)_f.QueryTokens, keys = (int)_f.KeyTokens, dim = _f.HeadDim, valueDim = _f.ValueDim, width = AttentionPacking.Padded(queries);
            long floats = (long)width * (dim + 3 * keys + 4) + FloatsOf(queries, dim) + FloatsOf(keys, dim) + FloatsOf(keys, valueDim) + FloatsOf(queries, valueDim) + 64;
            float* work = (float*)(t_work ??= new()).Ensure(floats * 4);
            float* across = work, scores = across + dim * width, bias = scores + keys * width + 16, mask = bias + keys * width + 16, maximum = mask + keys * width + 16, sum = maximum + width, rescale = sum + width;
            work = rescale + width;
            Rows q = new(_f.Q, queries, dim, ref work, isa), k = new(_f.K, keys, dim, ref work, isa), v = new(_f.V, keys, valueDim, ref work, isa), o = new(_f.O, queries, valueDim, ref work, isa);
            MicroKernels kernels = MicroKernels.Get(MicroOperation.F32, isa);
            var toScores = new InPlaceProduct(kernels, keys, width, dim, k.Stride, 0, width * 4, width * 4);
            var toResult = new InPlaceProduct(kernels, queries, valueDim, keys, 4, width * 4, v.Stride, o.Stride);
            for (long head = begin; head < end; head++)
            {
                Transpose(q.Read(_f.QOffsets[head]), q.Stride, queries, dim, across, width);
                toScores.Run(k.Read(_f.KOffsets[head]), across, scores);
                float scale = Adjust(_f, head, width, scores, bias, mask, isa);
                new Span<float>(maximum, width).Fill(float.NegativeInfinity);
                new Span<float>(sum, width).Clear();
                ScoreTile.Softmax(scores, keys, width, scale, maximum, sum, rescale);
                if (_f.Maximum is not null)
                {
                    new ReadOnlySpan<float>(maximum, queries).CopyTo(new Span<float>(_f.Maximum + head * queries, queries));
                    new ReadOnlySpan<float>(sum, queries).CopyTo(new Span<float>(_f.Sum + head * queries, queries));
                }
                for (int lane = 0; lane < width; lane++) sum[lane] = 1 / sum[lane];
                ScoreTile.Rescale(scores, keys, width, sum);
                toResult.Run(scores, v.Read(_f.VOffsets[head]), o.Target(_f.OOffsets[head]));
                o.Store(_f.OOffsets[head]);
            }
        }
    }

    private readonly struct GradientBody(in AttentionGradientProblem problem, IsaLevel isa) : IParallelBody
    {
        private readonly AttentionGradientProblem _p = problem;

        public void Run(long begin, long end)
        {
            AttentionProblem f = _p.Forward;
            int queries = (int)f.QueryTokens, keys = (int)f.KeyTokens, dim = f.HeadDim, valueDim = f.ValueDim, width = AttentionPacking.Padded(queries);
            bool wantsQ = _p.GradientQ.Data is not null, wantsK = _p.GradientK.Data is not null, wantsV = _p.GradientV.Data is not null;
            long tile = (long)keys * width + 16;
            long floats = (long)width * (dim + valueDim + 3) + 4 * tile + 2 * (FloatsOf(queries, dim) + FloatsOf(keys, dim) + FloatsOf(keys, valueDim)) + FloatsOf(queries, valueDim) + 64;
            float* work = (float*)(t_work ??= new()).Ensure(floats * 4);
            float* qAcross = work, gAcross = qAcross + dim * width, probabilities = gAcross + valueDim * width, gradients = probabilities + tile, bias = gradients + tile, mask = bias + tile;
            float* maximum = mask + tile, inverse = maximum + width, delta = inverse + width;
            work = delta + width;
            Rows q = new(f.Q, queries, dim, ref work, isa), k = new(f.K, keys, dim, ref work, isa), v = new(f.V, keys, valueDim, ref work, isa), g = new(_p.GradientO, queries, valueDim, ref work, isa);
            Rows dq = wantsQ ? new(_p.GradientQ, queries, dim, ref work, isa) : default, dk = wantsK ? new(_p.GradientK, keys, dim, ref work, isa) : default, dv = wantsV ? new(_p.GradientV, keys, valueDim, ref work, isa) : default;
            MicroKernels kernels = MicroKernels.Get(MicroOperation.F32, isa);
            var toScores = new InPlaceProduct(kernels, keys, width, dim, k.Stride, 0, width * 4, width * 4);
            var toGradients = new InPlaceProduct(kernels, keys, width, valueDim, v.Stride, 0, width * 4, width * 4);
            InPlaceProduct toQ = wantsQ ? new(kernels, queries, dim, keys, 4, width * 4, k.Stride, dq.Stride) : default;
            InPlaceProduct toK = wantsK ? new(kernels, keys, dim, queries, width * 4, 0, q.Stride, dk.Stride) : default;
            InPlaceProduct toV = wantsV ? new(kernels, keys, valueDim, queries, width * 4, 0, g.Stride, dv.Stride) : default;
            new Span<float>(maximum, 2 * width).Clear();
            for (long head = begin; head < end; head++)
            {
                float* query = q.Read(f.QOffsets[head]), key = k.Read(f.KOffsets[head]), gradient = g.Read(_p.GradientOOffsets[head]);
                Transpose(query, q.Stride, queries, dim, qAcross, width);
                Transpose(gradient, g.Stride, queries, valueDim, gAcross, width);
                toScores.Run(key, qAcross, probabilities);
                toGradients.Run(v.Read(f.VOffsets[head]), gAcross, gradients);
                new ReadOnlySpan<float>(f.Maximum + head * queries, queries).CopyTo(new Span<float>(maximum, queries));
                for (int i = 0; i < queries; i++) inverse[i] = 1 / f.Sum[head * queries + i];
                float scale = Adjust(f, head, width, probabilities, bias, mask, isa);
                Probabilities(probabilities, gradients, keys, width, scale, maximum, inverse, delta);
                if (wantsV)
                {
                    toV.Run(probabilities, gradient, dv.Target(_p.GradientVOffsets[head]));
                    if (_p.ScaleV != 1) Scale(dv.Target(_p.GradientVOffsets[head]), dv.Stride, keys, valueDim, _p.ScaleV);
                    dv.Store(_p.GradientVOffsets[head]);
                }
                if (!wantsQ && !wantsK) continue;
                // Both scales at once where they are one.
                bool shared = !wantsQ || !wantsK || _p.ScaleQ == _p.ScaleK;
                Scores(probabilities, gradients, f.Mask.Data is not null && _p.MaskGradient ? mask : null, keys, width, shared ? wantsQ ? _p.ScaleQ : _p.ScaleK : 1, delta);
                if (wantsQ)
                {
                    toQ.Run(gradients, key, dq.Target(_p.GradientQOffsets[head]));
                    if (!shared) Scale(dq.Target(_p.GradientQOffsets[head]), dq.Stride, queries, dim, _p.ScaleQ);
                    dq.Store(_p.GradientQOffsets[head]);
                }
                if (wantsK)
                {
                    toK.Run(gradients, query, dk.Target(_p.GradientKOffsets[head]));
                    if (!shared) Scale(dk.Target(_p.GradientKOffsets[head]), dk.Stride, keys, dim, _p.ScaleK);
                    dk.Store(_p.GradientKOffsets[head]);
                }
            }
        }
    }

    // Scores become probabilities; each query's sum of P ∘ dP goes to delta.
    private static void Probabilities(float* scores, float* gradients, int keys, int width, float scale, float* maximum, float* inverse, float* delta)
    {
        if (Avx512F.IsSupported) Probabilities<Floats512>(scores, gradients, keys, width, scale, maximum, inverse, delta);
        else Probabilities<Floats256>(scores, gradients, keys, width, scale, maximum, inverse, delta);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Probabilities<T>(float* scores, float* gradients, int keys, int width, float scale, float* maximum, float* inverse, float* delta) where T : unmanaged, IFloats<T>
    {
        T factor = T.Create(scale);
        for (int lane = 0; lane < width; lane += T.Count)
        {
            T shift = default(T) - T.Load(maximum + lane), share = T.Load(inverse + lane), even = default, odd = default;
            float* at = scores + lane, gradient = gradients + lane;
            int key = 0;
            for (; key + 2 <= keys; key += 2, at += 2 * width, gradient += 2 * width)
            {
                T p = T.Exp(T.FusedMultiplyAdd(T.Load(at), factor, shift)) * share;
                T r = T.Exp(T.FusedMultiplyAdd(T.Load(at + width), factor, shift)) * share;
                p.Store(at);
                r.Store(at + width);
                even = T.FusedMultiplyAdd(p, T.Load(gradient), even);
                odd = T.FusedMultiplyAdd(r, T.Load(gradient + width), odd);
            }
            if (key < keys)
            {
                T p = T.Exp(T.FusedMultiplyAdd(T.Load(at), factor, shift)) * share;
                p.Store(at);
                even = T.FusedMultiplyAdd(p, T.Load(gradient), even);
            }
            (even + odd).Store(delta + lane);
        }
    }

    // Gradients of the probabilities become those of the scores, scale · P ∘ (dP − delta).
    private static void Scores(float* probabilities, float* gradients, float* mask, int keys, int width, float scale, float* delta)
    {
        if (Avx512F.IsSupported) Scores<Floats512>(probabilities, gradients, mask, keys, width, scale, delta);
        else Scores<Floats256>(probabilities, gradients, mask, keys, width, scale, delta);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores<T>(float* probabilities, float* gradients, float* mask, int keys, int width, float scale, float* delta) where T : unmanaged, IFloats<T>
    {
        T factor = T.Create(scale);
        for (int lane = 0; lane < width; lane += T.Count)
        {
            T mean = T.Load(delta + lane);
            for (int i = lane; i < keys * width; i += width)
            {
                T d = T.Load(probabilities + i) * (T.Load(gradients + i) - mean) * factor;
                if (mask is not null) d = T.WhereEqual(T.Load(mask + i), default, default, d);
                d.Store(gradients + i);
            }
        }
    }

    private static void Scale(float* rows, nint stride, int count, int columns, float factor)
    {
        for (int row = 0; row < count; row++)
        {
            float* line = (float*)((byte*)rows + row * stride);
            for (int i = 0; i < columns; i++) line[i] *= factor;
        }
    }
}
