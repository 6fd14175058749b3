using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Vectors;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// A few rows times a large matrix with adjacent columns, bound by reading the matrix once: a few of its rows at a time are read along memory and added to the
/// sums, which stay in the cache. Each sum takes its products in the order of k, each rounded once with it.
/// </summary>
internal static unsafe class FewRowsMatmul
{
    // Widening halves costs more than reading them, and every group of rows does it again.
    private const int MostRows = 8, MostRowsOfHalves = 2;

    // What fits the second-level cache goes faster through tiles of registers, unless its elements have to be widened first.
    private const long LeastElements = 1 << 20, LeastWidened = 1 << 12;
    private const long LeastColumns = 32, ColumnUnit = 64;
    private const double SerialWork = 2e5;

    // So many rows of the matrix are read side by side, so many columns at a time: what several groups of rows of A read again is in the first-level cache.
    private const int RowsTogether = 16, StepsTogether = 8, ColumnsTogether = 256, PageFloats = 1024, RowsComputed = 32;

    [ThreadStatic]
    private static ScratchBuffer? t_left, t_right, t_sums, t_computed, t_tile;

    /// <summary>Whether the problem has at most eight rows of A, no f64 and no integers, and a B that is large and has adjacent columns.</summary>
    public static bool Handles(in MatmulProblem p)
    {
        bool inPlace = p.PackedB is null && p.GatheredA is null && p.A.Type.Sums() == MatmulType.F32 && p.B.ColumnStride == 1;
        return inPlace && p.M <= (p.B.Type == MatmulType.F16 ? MostRowsOfHalves : MostRows)
            && p.N >= LeastColumns && p.K * p.N * p.Batch >= (p.B.Type == MatmulType.F32 ? LeastElements : LeastWidened);
    }

    public static void Run(in MatmulProblem problem, WorkerPool pool)
    {
        (Body body, long tasks) = Tasks(problem, pool.ThreadCount);
        long grain = (long)Math.Ceiling(SerialWork * tasks / (2.0 * problem.M * problem.N * problem.K * problem.Batch));
        pool.ParallelFor(tasks, Math.Clamp(grain, 1, tasks), body);
    }

    /// <summary>As <see cref="MatmulKernel.Pieces"/>.</summary>
    public static int Pieces(in MatmulProblem problem, int threads) => (int)Math.Min(Tasks(problem, threads).Count, 2L * threads);

    /// <summary>As <see cref="MatmulKernel.RunPiece"/>.</summary>
    public static void RunPiece(in MatmulProblem problem, int threads, int piece, int pieces)
    {
        (Body body, long tasks) = Tasks(problem, threads);
        body.Run(tasks * piece / pieces, tasks * (piece + 1) / pieces);
    }

    // Matrices of the batch, or columns of each.
    private static (Body Body, long Count) Tasks(in MatmulProblem p, int threads)
    {
        long unit = Unit(p), columns = p.Batch % threads == 0 ? 1 : Math.Min(threads, (p.N + unit - 1) / unit);
        return (new Body(p, columns), p.Batch * columns);
    }

    private static long Unit(in MatmulProblem p) => p.Epilogue is { } epilogue ? Math.Min(epilogue.TileColumns, p.N) : p.ComputedB?.BlockColumns ?? ColumnUnit;

    private readonly struct Body(in MatmulProblem problem, long perMatrix) : IParallelBody
    {
        private readonly MatmulProblem _p = problem;

        public void Run(long begin, long end)
        {
            long unit = Unit(_p), units = (_p.N + unit - 1) / unit;
            for (long at = begin; at < end; at++)
            {
                (long batch, long piece) = Math.DivRem(at, perMatrix);
                long first = units * piece / perMatrix * unit, last = Math.Min(units * (piece + 1) / perMatrix * unit, _p.N);
                if (first < last) Columns(batch, first, (int)(last - first), (int)unit);
            }
        }

        private void Columns(long batch, long first, int count, int unit)
        {
            MatrixOperand b = _p.BOf(batch).Advanced(first), c = _p.COf(batch).Advanced(first * _p.C.ColumnStride);
            float* left = PackLeft(batch);
            // Rows of the sums do not lie at one place in their pages, where a load would wait for a store to another.
            long stride = ((count + PageFloats - 1) / PageFloats * PageFloats) + PageFloats / 4 + 16;
            var sums = (float*)(t_sums ??= new()).Ensure(_p.M * stride * 4);
            for (int row = 0; row < _p.M; row++)
            {
                for (int j = 0; j < count && _p.Accumulate; j++) sums[row * stride + j] = ((float*)c.Data)[row * c.RowStride + j * c.ColumnStride];
                if (!_p.Accumulate) new Span<float>(sums + row * stride, count).Clear();
            }
            if (Avx512F.IsSupported) Add<Floats512>(batch, first, left, b, sums, stride, count);
            else Add<Floats256>(batch, first, left, b, sums, stride, count);
            if (_p.Epilogue is not { InPlace: false }) TileStore.Convert((byte*)sums, stride, 4, c, (int)_p.M, count);
            if (_p.Epilogue is not null) Finish(batch, first, count, unit, sums, stride, c);
        }

        private float* PackLeft(long batch)
        {
            var left = (float*)(t_left ??= new()).Ensure(_p.M * _p.K * 4);
            if (_p.ComputedA is { } computed)
            {
                MatrixOperand block = _p.A with { Data = (t_computed ??= new()).Ensure(_p.M * computed.BlockColumns * _p.A.ElementBytes), RowStride = computed.BlockColumns, ColumnStride = 1 };
                for (long k = 0; k < _p.K; k += computed.BlockColumns)
                {
                    long columns = Math.Min(computed.BlockColumns, _p.K - k);
                    computed.Compute(batch, 0, (int)_p.M, k, columns, block.Data);
                    PanelPacker.LayRows(block, _p.M, columns, left + k, _p.K);
                }
            }
            else
            {
                PanelPacker.LayRows(_p.AOf(batch), _p.M, _p.K, left, _p.K);
            }
            return left;
        }

        private void Finish(long batch, long first, int count, int unit, float* sums, long stride, in MatrixOperand c)
        {
            int rows = (int)_p.M;
            for (int at = 0; at < count; at += unit)
            {
                int width = Math.Min(unit, count - at);
                if (_p.Epilogue!.InPlace)
                {
                    _p.Epilogue.Apply(new MatmulTile((float*)c.Data + at, false, c.RowStride, batch, 0, first + at, rows, width));
                    continue;
                }
                // Rows of a tile lie as far apart as it is wide.
                var tile = (float*)(t_tile ??= new()).Ensure((long)rows * unit * 4);
                for (int row = 0; row < rows; row++) new ReadOnlySpan<float>(sums + row * stride + at, width).CopyTo(new Span<float>(tile + (long)row * unit, width));
                _p.Epilogue.Apply(new MatmulTile(tile, false, unit, batch, 0, first + at, rows, width));
            }
        }

        private void Add<T>(long batch, long first, float* left, in MatrixOperand b, float* sums, long stride, int count)
            where T : unmanaged, IFloats<T>
        {
            switch (b.Type)
            {
                case MatmulType.F32: Add<T, Lanes32>(batch, first, left, b, sums, stride, count); break;
                case MatmulType.BF16: Add<T, LanesBf16>(batch, first, left, b, sums, stride, count); break;
                default: Add<T, LanesF16>(batch, first, left, b, sums, stride, count); break;
            }
        }

        private void Add<T, TSource>(long batch, long first, float* left, in MatrixOperand b, float* sums, long stride, int count)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            if (_p.ComputedB is { } computed)
            {
                AddComputed<T, TSource>(computed, batch, first, left, sums, stride, count);
                return;
            }
            long rowBytes = b.RowStride * TSource.ElementBytes;
            for (long k = 0; k < _p.K; k += RowsTogether)
            {
                for (int j = 0; j < count; j += ColumnsTogether)
                {
                    int width = Math.Min(ColumnsTogether, count - j);
                    for (long at = k; at < Math.Min(k + RowsTogether, _p.K); at += StepsTogether)
                    {
                        byte* right = (byte*)b.Data + at * rowBytes + (long)j * TSource.ElementBytes;
                        // The block of columns to come, or of rows: several groups of rows of A share the fetching, which goes on while they read the cache.
                        byte* ahead = j + ColumnsTogether < count ? right + ColumnsTogether * TSource.ElementBytes : (byte*)b.Data + (at + RowsTogether) * rowBytes;
                        Step<T, TSource>(left + at, right, rowBytes, sums + j, stride, (int)Math.Min(StepsTogether, _p.K - at), width, ahead);
                    }
                }
            }
        }

        private void AddComputed<T, TSource>(MatmulPrologue computed, long batch, long first, float* left, float* sums, long stride, int count)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            int columns = (int)computed.BlockColumns;
            long rowBytes = (long)columns * TSource.ElementBytes;
            var block = (byte*)(t_right ??= new()).Ensure(RowsComputed * rowBytes);
            for (long k = 0; k < _p.K; k += RowsComputed)
            {
                int rows = (int)Math.Min(RowsComputed, _p.K - k);
                for (int j = 0; j < count; j += columns)
                {
                    int width = Math.Min(columns, count - j);
                    computed.Compute(batch, k, rows, first + j, width, block);
                    for (int at = 0; at < rows; at += StepsTogether)
                    {
                        Step<T, TSource>(left + k + at, block + at * rowBytes, rowBytes, sums + j, stride, Math.Min(StepsTogether, rows - at), width, null);
                    }
                }
            }
        }

        private void Step<T, TSource>(float* left, byte* right, long rowBytes, float* sums, long stride, int steps, int width, byte* ahead)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            long k = _p.K, row = 0;
            int whole = width - width % T.Count, vector = T.Count * TSource.ElementBytes;
            // A block that was just computed needs no fetching, nor what may lie behind it.
            ahead = ahead is null ? right : ahead;
            for (; row + 4 <= _p.M; row += 4)
            {
                // Of eight rows each half fetches one vector of every pair.
                FourRows<T, TSource>(left + row * k, k, right, rowBytes, steps, sums + row * stride, stride, whole, ahead + (row > 0 ? vector : 0), _p.M < 8 ? 2 * vector : vector);
            }
            if (row + 2 <= _p.M)
            {
                TwoRows<T, TSource>(left + row * k, k, right, rowBytes, steps, sums + row * stride, stride, whole, ahead);
                row += 2;
            }
            if (row < _p.M)
            {
                if (steps == StepsTogether) OneRow<T, TSource>(left + row * k, right, rowBytes, sums + row * stride, whole);
                else OneVector<T, TSource>(left + row * k, 0, 1, right, rowBytes, steps, sums + row * stride, 0, 0, whole);
            }
            // What is left of the columns.
            for (int s = 0; s < steps && whole < width; s++)
            {
                for (int j = whole; j < width; j++)
                {
                    float value = TSource.Load(right + s * rowBytes + j * TSource.ElementBytes);
                    for (row = 0; row < _p.M; row++) sums[row * stride + j] = MathF.FusedMultiplyAdd(left[row * k + s], value, sums[row * stride + j]);
                }
            }
        }

        // Columns from one on, a vector at a time.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void OneVector<T, TSource>(float* a, long k, int rows, byte* right, long rowBytes, int steps, float* sums, long stride, int from, int columns)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            for (int j = from; j < columns; j += T.Count)
            {
                for (int row = 0; row < rows; row++)
                {
                    T s = T.Load(sums + row * stride + j);
                    for (int step = 0; step < steps; step++) s = T.FusedMultiplyAdd(T.Create(a[row * k + step]), T.Load<TSource>(right + step * rowBytes + j * TSource.ElementBytes), s);
                    s.Store(sums + row * stride + j);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void OneRow<T, TSource>(float* a, byte* right, long rowBytes, float* sums, int columns)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            T a0 = T.Create(a[0]), a1 = T.Create(a[1]), a2 = T.Create(a[2]), a3 = T.Create(a[3]), a4 = T.Create(a[4]), a5 = T.Create(a[5]), a6 = T.Create(a[6]), a7 = T.Create(a[7]);
            byte* r4 = right + 4 * rowBytes;
            for (int j = 0; j < columns; j += T.Count)
            {
                byte* low = right + j * TSource.ElementBytes, high = r4 + j * TSource.ElementBytes;
                T s = T.FusedMultiplyAdd(a0, T.Load<TSource>(low), T.Load(sums + j));
                s = T.FusedMultiplyAdd(a1, T.Load<TSource>(low + rowBytes), s);
                s = T.FusedMultiplyAdd(a2, T.Load<TSource>(low + 2 * rowBytes), s);
                s = T.FusedMultiplyAdd(a3, T.Load<TSource>(low + 3 * rowBytes), s);
                s = T.FusedMultiplyAdd(a4, T.Load<TSource>(high), s);
                s = T.FusedMultiplyAdd(a5, T.Load<TSource>(high + rowBytes), s);
                s = T.FusedMultiplyAdd(a6, T.Load<TSource>(high + 2 * rowBytes), s);
                T.FusedMultiplyAdd(a7, T.Load<TSource>(high + 3 * rowBytes), s).Store(sums + j);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void TwoRows<T, TSource>(float* a, long k, byte* right, long rowBytes, int steps, float* sums, long stride, int columns, byte* ahead)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            float* a1 = a + k, second = sums + stride;
            int j = 0, vector = T.Count * TSource.ElementBytes;
            for (; j + 4 * T.Count <= columns; j += 4 * T.Count)
            {
                T s0 = T.Load(sums + j), s1 = T.Load(sums + j + T.Count), s2 = T.Load(sums + j + 2 * T.Count), s3 = T.Load(sums + j + 3 * T.Count);
                T t0 = T.Load(second + j), t1 = T.Load(second + j + T.Count), t2 = T.Load(second + j + 2 * T.Count), t3 = T.Load(second + j + 3 * T.Count);
                byte* from = right + j * TSource.ElementBytes, fetched = ahead + j * TSource.ElementBytes;
                for (int step = 0; step < steps; step++, from += rowBytes, fetched += rowBytes)
                {
                    PanelPacker.FetchAhead(fetched, 4 * vector);
                    T x = T.Create(a[step]), y = T.Create(a1[step]), v = T.Load<TSource>(from);
                    (s0, t0) = (T.FusedMultiplyAdd(x, v, s0), T.FusedMultiplyAdd(y, v, t0));
                    v = T.Load<TSource>(from + vector);
                    (s1, t1) = (T.FusedMultiplyAdd(x, v, s1), T.FusedMultiplyAdd(y, v, t1));
                    v = T.Load<TSource>(from + 2 * vector);
                    (s2, t2) = (T.FusedMultiplyAdd(x, v, s2), T.FusedMultiplyAdd(y, v, t2));
                    v = T.Load<TSource>(from + 3 * vector);
                    (s3, t3) = (T.FusedMultiplyAdd(x, v, s3), T.FusedMultiplyAdd(y, v, t3));
                }
                s0.Store(sums + j);
                s1.Store(sums + j + T.Count);
                s2.Store(sums + j + 2 * T.Count);
                s3.Store(sums + j + 3 * T.Count);
                t0.Store(second + j);
                t1.Store(second + j + T.Count);
                t2.Store(second + j + 2 * T.Count);
                t3.Store(second + j + 3 * T.Count);
            }
            OneVector<T, TSource>(a, k, 2, right, rowBytes, steps, sums, stride, j, columns);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void FourRows<T, TSource>(float* a, long k, byte* right, long rowBytes, int steps, float* sums, long stride, int columns, byte* ahead, int fetchedBytes)
            where T : unmanaged, IFloats<T>
            where TSource : struct, ILaneSource
        {
            float* a1 = a + k, a2 = a1 + k, a3 = a2 + k, second = sums + stride, third = second + stride, fourth = third + stride;
            int j = 0, vector = T.Count * TSource.ElementBytes;
            for (; j + 2 * T.Count <= columns; j += 2 * T.Count)
            {
                T s0 = T.Load(sums + j), s1 = T.Load(second + j), s2 = T.Load(third + j), s3 = T.Load(fourth + j);
                T t0 = T.Load(sums + j + T.Count), t1 = T.Load(second + j + T.Count), t2 = T.Load(third + j + T.Count), t3 = T.Load(fourth + j + T.Count);
                byte* from = right + j * TSource.ElementBytes, fetched = ahead + j * TSource.ElementBytes;
                for (int step = 0; step < steps; step++, from += rowBytes, fetched += rowBytes)
                {
                    PanelPacker.FetchAhead(fetched, fetchedBytes);
                    T v = T.Load<TSource>(from), w = T.Load<TSource>(from + vector), x = T.Create(a[step]);
                    (s0, t0) = (T.FusedMultiplyAdd(x, v, s0), T.FusedMultiplyAdd(x, w, t0));
                    x = T.Create(a1[step]);
                    (s1, t1) = (T.FusedMultiplyAdd(x, v, s1), T.FusedMultiplyAdd(x, w, t1));
                    x = T.Create(a2[step]);
                    (s2, t2) = (T.FusedMultiplyAdd(x, v, s2), T.FusedMultiplyAdd(x, w, t2));
                    x = T.Create(a3[step]);
                    (s3, t3) = (T.FusedMultiplyAdd(x, v, s3), T.FusedMultiplyAdd(x, w, t3));
                }
                s0.Store(sums + j);
                t0.Store(sums + j + T.Count);
                s1.Store(second + j);
                t1.Store(second + j + T.Count);
                s2.Store(third + j);
                t2.Store(third + j + T.Count);
                s3.Store(fourth + j);
                t3.Store(fourth + j + T.Count);
            }
            OneVector<T, TSource>(a, k, 4, right, rowBytes, steps, sums, stride, j, columns);
        }
    }
}
