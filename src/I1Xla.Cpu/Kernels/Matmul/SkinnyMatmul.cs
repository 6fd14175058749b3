using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Vectors;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Matrix times a few vectors where the matrix runs along k in memory: dot products of adjacent elements, bound by reading the matrix once.
/// </summary>
internal static unsafe class SkinnyMatmul
{
    /// <summary>Rows of A.</summary>
    public const int MostRows = 8;

    [ThreadStatic]
    private static ScratchBuffer? t_left, t_row;

    /// <summary>Whether the problem has at most eight rows of A, no f64 and no integers, and B with adjacent elements along k.</summary>
    public static bool Handles(in MatmulProblem p) =>
        p.M <= MostRows && p.PackedB is null && p.GatheredA is null && p.ComputedA is null && p.ComputedB is null && p.Epilogue is null && p.A.Type.Sums() == MatmulType.F32 && p.K >= 16 && p.B.RowStride == 1 && (p.B.ColumnStride != 1 || p.N == 1);

    public static void Run(in MatmulProblem problem, WorkerPool pool)
    {
        long batch = problem.Batch;
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
            MatrixOperand a = _p.AOf(batch), b = _p.BOf(batch), c = _p.COf(batch);
            float* left = (float*)(t_left ??= new()).Ensure(_p.M * _p.K * 4);
            PanelPacker.LayRows(a, _p.M, _p.K, left, _p.K);
            int count = (int)(end - begin);
            float* sums = (float*)(t_row ??= new()).Ensure((long)count * _p.M * 4);
            byte* first = (byte*)b.Data + begin * b.ColumnStride * b.ElementBytes;
            long columnBytes = b.ColumnStride * b.ElementBytes;
            if (Avx512F.IsSupported) Columns<Floats512>(b.Type, left, first, columnBytes, count, sums);
            else Columns<Floats256>(b.Type, left, first, columnBytes, count, sums);
            if (_p.Accumulate)
            {
                for (int row = 0; row < _p.M; row++)
                {
                    for (int j = 0; j < count; j++) sums[row * count + j] += ((float*)c.Data)[row * c.RowStride + (begin + j) * c.ColumnStride];
                }
            }
            TileStore.Convert((byte*)sums, count, 4, c.Advanced(begin * c.ColumnStride), (int)_p.M, count);
        }

        private void Columns<T>(MatmulType type, float* left, byte* first, long columnBytes, int count, float* sums)
            where T : unmanaged, IFloats<T>
        {
            switch (type)
            {
                case MatmulType.F32: Columns<T, Lanes32>(left, (int)_p.M, first, columnBytes, count, _p.K, sums); break;
                case MatmulType.BF16: Columns<T, LanesBf16>(left, (int)_p.M, first, columnBytes, count, _p.K, sums); break;
                default: Columns<T, LanesF16>(left, (int)_p.M, first, columnBytes, count, _p.K, sums); break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Columns<T, TSource>(float* left, int rows, byte* matrix, long columnBytes, int count, long k, float* sums)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            int j = 0;
            for (; j + 4 <= count; j += 4)
            {
                byte* column = matrix + j * columnBytes;
                int row = 0;
                for (; row + 2 <= rows; row += 2) Dot2x4<T, TSource>(left + row * k, column, columnBytes, k, sums + row * (long)count + j, count);
                if (row < rows) Dot1x4<T, TSource>(left + row * k, column, columnBytes, k, sums + row * (long)count + j);
            }
            for (; j < count; j++)
            {
                for (int row = 0; row < rows; row++) sums[row * (long)count + j] = Dot<T, TSource>(left + row * k, matrix + j * columnBytes, k);
            }
        }

        private static float Dot<T, TSource>(float* x, byte* y, long k)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            T s = default;
            long i = 0;
            for (; i + T.Count <= k; i += T.Count) s = T.FusedMultiplyAdd(T.Load(x + i), T.Load<TSource>(y + i * TSource.ElementBytes), s);
            return Finish<T, TSource>(s, x, y, i, k);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float Finish<T, TSource>(T s, float* x, byte* y, long i, long k)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            float sum = T.Sum(s);
            for (; i < k; i++) sum += x[i] * TSource.Load(y + i * TSource.ElementBytes);
            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Dot1x4<T, TSource>(float* x, byte* y, long stride, long k, float* sums)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            // Two sums each, which do not wait for one another.
            T s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
            byte* y1 = y + stride, y2 = y1 + stride, y3 = y2 + stride;
            long i = 0;
            for (; i + 2 * T.Count <= k; i += 2 * T.Count)
            {
                T a = T.Load(x + i), b = T.Load(x + i + T.Count);
                long at = i * TSource.ElementBytes, next = at + T.Count * TSource.ElementBytes;
                s0 = T.FusedMultiplyAdd(a, T.Load<TSource>(y + at), s0);
                s1 = T.FusedMultiplyAdd(a, T.Load<TSource>(y1 + at), s1);
                s2 = T.FusedMultiplyAdd(a, T.Load<TSource>(y2 + at), s2);
                s3 = T.FusedMultiplyAdd(a, T.Load<TSource>(y3 + at), s3);
                t0 = T.FusedMultiplyAdd(b, T.Load<TSource>(y + next), t0);
                t1 = T.FusedMultiplyAdd(b, T.Load<TSource>(y1 + next), t1);
                t2 = T.FusedMultiplyAdd(b, T.Load<TSource>(y2 + next), t2);
                t3 = T.FusedMultiplyAdd(b, T.Load<TSource>(y3 + next), t3);
            }
            if (i + T.Count <= k)
            {
                T a = T.Load(x + i);
                long at = i * TSource.ElementBytes;
                s0 = T.FusedMultiplyAdd(a, T.Load<TSource>(y + at), s0);
                s1 = T.FusedMultiplyAdd(a, T.Load<TSource>(y1 + at), s1);
                s2 = T.FusedMultiplyAdd(a, T.Load<TSource>(y2 + at), s2);
                s3 = T.FusedMultiplyAdd(a, T.Load<TSource>(y3 + at), s3);
                i += T.Count;
            }
            (s0, s1, s2, s3) = (s0 + t0, s1 + t1, s2 + t2, s3 + t3);
            sums[0] = Finish<T, TSource>(s0, x, y, i, k);
            sums[1] = Finish<T, TSource>(s1, x, y1, i, k);
            sums[2] = Finish<T, TSource>(s2, x, y2, i, k);
            sums[3] = Finish<T, TSource>(s3, x, y3, i, k);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Dot2x4<T, TSource>(float* x, byte* y, long stride, long k, float* sums, long sumStride)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            T s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
            byte* y1 = y + stride, y2 = y1 + stride, y3 = y2 + stride;
            float* z = x + k;
            long i = 0;
            for (; i + T.Count <= k; i += T.Count)
            {
                T a = T.Load(x + i), b = T.Load(z + i);
                long at = i * TSource.ElementBytes;
                T v = T.Load<TSource>(y + at);
                s0 = T.FusedMultiplyAdd(a, v, s0);
                t0 = T.FusedMultiplyAdd(b, v, t0);
                v = T.Load<TSource>(y1 + at);
                s1 = T.FusedMultiplyAdd(a, v, s1);
                t1 = T.FusedMultiplyAdd(b, v, t1);
                v = T.Load<TSource>(y2 + at);
                s2 = T.FusedMultiplyAdd(a, v, s2);
                t2 = T.FusedMultiplyAdd(b, v, t2);
                v = T.Load<TSource>(y3 + at);
                s3 = T.FusedMultiplyAdd(a, v, s3);
                t3 = T.FusedMultiplyAdd(b, v, t3);
            }
            sums[0] = Finish<T, TSource>(s0, x, y, i, k);
            sums[1] = Finish<T, TSource>(s1, x, y1, i, k);
            sums[2] = Finish<T, TSource>(s2, x, y2, i, k);
            sums[3] = Finish<T, TSource>(s3, x, y3, i, k);
            sums[sumStride] = Finish<T, TSource>(t0, z, y, i, k);
            sums[sumStride + 1] = Finish<T, TSource>(t1, z, y1, i, k);
            sums[sumStride + 2] = Finish<T, TSource>(t2, z, y2, i, k);
            sums[sumStride + 3] = Finish<T, TSource>(t3, z, y3, i, k);
        }
    }
}
