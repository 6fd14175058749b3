using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Batches of products so small that packing costs as much as multiplying: the micro-kernel reads f32 operands where they lie, A by
/// addresses that are constants of its code, B row by row. Sums run as in <see cref="BlockedMatmul"/> with one block of k.
/// </summary>
internal static unsafe class TinyMatmul
{
    private const long MostElements = 1 << 13;
    private const double SerialWork = 2e5;

    /// <summary>Whether the operands are f32 with adjacent elements in rows, each matrix fits the first-level cache, and batches need no splitting.</summary>
    public static bool Handles(in MatmulProblem p, MatmulPlan plan, int threads)
    {
        double work = 2.0 * p.M * p.N * p.K;
        return plan.Operation == MicroOperation.F32 && plan.Kernels.HasMasks && p.PackedB is null && p.GatheredA is null && p.Epilogue is null
            && p.A.Type == MatmulType.F32 && p.B.Type == MatmulType.F32 && p.C.Type == MatmulType.F32
            && p.A.ColumnStride == 1 && p.B.ColumnStride == 1 && p.C.ColumnStride == 1 && p.A.RowStride > 0 && p.B.RowStride > 0
            && p.K >= 1 && p.K <= plan.KBlock && p.M * p.K <= MostElements && p.K * p.N <= MostElements && p.A.RowStride <= 1 << 20
            && p.N >= 8 && (p.Batch >= 2L * threads || work * p.Batch < SerialWork);
    }

    public static void Run(in MatmulProblem problem, MatmulPlan plan, WorkerPool pool)
    {
        double work = 2.0 * problem.M * problem.N * problem.K;
        pool.ParallelFor(problem.Batch, Math.Max(1, (long)Math.Ceiling(SerialWork / work)), new Body(problem, plan.Kernels));
    }

    private readonly struct Body(in MatmulProblem problem, MicroKernels kernels) : IParallelBody
    {
        private readonly MatmulProblem _p = problem;

        public void Run(long begin, long end)
        {
            long panels = (_p.M + kernels.MaxRows - 1) / kernels.MaxRows;
            int small = (int)(_p.M / panels), larger = (int)(_p.M % panels), lanes = kernels.Lanes;
            int most = kernels.WideVectors(larger > 0 ? small + 1 : small), total = (int)((_p.N + lanes - 1) / lanes);
            int tiles = (total + most - 1) / most, vectors = (total + tiles - 1) / tiles, lastVectors = total - ((tiles - 1) * vectors);
            bool masked = _p.N % lanes != 0;
            nint row = (nint)_p.A.RowStride * 4;
            // Two heights of panels, and the last tile of columns apart.
            nint* entries = stackalloc nint[4];
            for (int i = 0; i < 4; i++)
            {
                int rows = small + (i & 1);
                entries[i] = (i & 1) != 0 && larger == 0 ? 0 : kernels.Unpacked(rows, (i & 2) != 0 ? lastVectors : vectors, (i & 2) != 0 && masked, row);
            }
            MicroKernelArgs args = default;
            args.Steps = (nint)_p.K;
            args.BStride = (nint)_p.B.RowStride * 4;
            args.CStride = (nint)_p.C.RowStride * 4;
            args.Mask = masked ? (1UL << (int)(_p.N % lanes)) - 1 : ulong.MaxValue;
            args.Accumulate = _p.Accumulate ? 1 : 0;
            for (long batch = begin; batch < end; batch++)
            {
                byte* a = (byte*)_p.AOf(batch).Data, b = (byte*)_p.BOf(batch).Data, c = (byte*)_p.COf(batch).Data;
                for (long p = 0, at = 0; p < panels; p++)
                {
                    int tall = p < larger ? 1 : 0;
                    for (int tile = 0; tile < tiles; tile++)
                    {
                        args.A = a + at * row;
                        args.B = b + (long)tile * vectors * lanes * 4;
                        args.C = c + at * args.CStride + (long)tile * vectors * lanes * 4;
                        ((delegate* unmanaged[SuppressGCTransition]<MicroKernelArgs*, void>)entries[tall | (tile == tiles - 1 ? 2 : 0)])(&args);
                    }
                    at += small + tall;
                }
            }
        }
    }
}
