using System.Runtime.Intrinsics;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Matrix times a few vectors where the matrix runs along k in memory: dot products of adjacent elements, bound by reading the matrix once.
/// </summary>
internal static unsafe class SkinnyMatmul
{
    private const int MostRows = 4;

    [ThreadStatic]
    private static ScratchBuffer? t_left, t_row;

    /// <summary>Whether the problem has at most four rows of A, no f64, and B with adjacent elements along k.</summary>
    public static bool Handles(in MatmulProblem p) =>
        p.M <= MostRows && p.PackedB is null && p.A.Type != MatmulType.F64 && p.K >= 16 && p.B.RowStride == 1 && (p.B.ColumnStride != 1 || p.N == 1);

    public static void Run(in MatmulProblem problem, WorkerPool pool)
    {
        long batch = problem.OuterBatch * problem.InnerBatch;
        long grain = Math.Max(1, 32768 / problem.K);
        // Chunks never cross a matrix of the batch: one loop for each.
        if (batch == 1) pool.ParallelFor(problem.N, grain, new Body(problem, 0));
        else pool.ParallelFor(batch, Math.Max(1, grain / problem.N), new BatchBody(problem));
    }

    private readonly struct BatchBody(in MatmulProblem problem) : IParallelBody
    {
        private readonly MatmulProblem _problem = problem;

        public void Run(long begin, long end)
        {
            for (long batch = begin; batch < end; batch++) new Body(_problem, batch).Run(0, _problem.N);
        }
    }

    private readonly struct Body(in MatmulProblem problem, long batch) : IParallelBody
    {
        private readonly MatmulProblem _p = problem;

        public void Run(long begin, long end)
        {
            (long outer, long inner) = Math.DivRem(batch, _p.InnerBatch);
            MatrixOperand a = _p.A.Advanced(outer * _p.A.OuterStride + inner * _p.A.InnerStride);
            MatrixOperand b = _p.B.Advanced(outer * _p.B.OuterStride + inner * _p.B.InnerStride);
            MatrixOperand c = _p.C.Advanced(outer * _p.C.OuterStride + inner * _p.C.InnerStride);
            float* left = (float*)(t_left ??= new()).Ensure(_p.M * _p.K * 4);
            for (int row = 0; row < _p.M; row++)
                PanelPacker.PackSingle((byte*)a.Data + row * a.RowStride * a.ElementBytes, a.Type, a.ElementBytes, a.ColumnStride * a.ElementBytes, 1, 1, _p.K, left + row * _p.K, IsaLevel.Portable);
            int count = (int)(end - begin);
            float* sums = (float*)(t_row ??= new()).Ensure((long)count * _p.M * 4);
            for (long j = begin; j < end; j++)
            {
                byte* column = (byte*)b.Data + j * b.ColumnStride * b.ElementBytes;
                for (int row = 0; row < _p.M; row++)
                {
                    float* x = left + row * _p.K;
                    sums[row * count + (j - begin)] = b.Type switch
                    {
                        MatmulType.F32 => Dot<Lanes32>(x, column, _p.K),
                        MatmulType.BF16 => Dot<LanesBf16>(x, column, _p.K),
                        _ => Dot<LanesF16>(x, column, _p.K),
                    };
                }
            }
            if (_p.Accumulate)
            {
                for (int row = 0; row < _p.M; row++)
                {
                    for (int j = 0; j < count; j++) sums[row * count + j] += ((float*)c.Data)[row * c.RowStride + (begin + j) * c.ColumnStride];
                }
            }
            _p.Epilogue?.Apply(new MatmulTile(sums, false, count, batch, 0, begin, (int)_p.M, count));
            TileStore.Convert((byte*)sums, count, 4, c.Advanced(begin * c.ColumnStride), (int)_p.M, count);
        }

        private static float Dot<TSource>(float* x, byte* y, long k)
            where TSource : struct, ILaneSource
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            long i = 0;
            for (; i + 64 <= k; i += 64)
            {
                byte* source = y + i * TSource.ElementBytes;
                s0 = Vector512.FusedMultiplyAdd(Vector512.Load(x + i), TSource.Load16(source), s0);
                s1 = Vector512.FusedMultiplyAdd(Vector512.Load(x + i + 16), TSource.Load16(source + 16 * TSource.ElementBytes), s1);
                s2 = Vector512.FusedMultiplyAdd(Vector512.Load(x + i + 32), TSource.Load16(source + 32 * TSource.ElementBytes), s2);
                s3 = Vector512.FusedMultiplyAdd(Vector512.Load(x + i + 48), TSource.Load16(source + 48 * TSource.ElementBytes), s3);
            }
            for (; i + 16 <= k; i += 16) s0 = Vector512.FusedMultiplyAdd(Vector512.Load(x + i), TSource.Load16(y + i * TSource.ElementBytes), s0);
            float sum = Vector512.Sum((s0 + s1) + (s2 + s3));
            for (; i < k; i++) sum += x[i] * TSource.Load(y + i * TSource.ElementBytes);
            return sum;
        }
    }
}
