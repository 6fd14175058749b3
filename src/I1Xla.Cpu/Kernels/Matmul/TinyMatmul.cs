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
        return plan.Operation == MicroOperation.F32 && plan.Kernels.HasMasks && p.PackedB is null && p.GatheredA is null && p.ComputedA is null && p.ComputedB is null && p.Epilogue is null
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
            var product = new InPlaceProduct(kernels, (int)_p.M, (int)_p.N, (int)_p.K, (nint)_p.A.RowStride * 4, 0, (nint)_p.B.RowStride * 4, (nint)_p.C.RowStride * 4, _p.Accumulate);
            for (long batch = begin; batch < end; batch++) product.Run((byte*)_p.AOf(batch).Data, (byte*)_p.BOf(batch).Data, (byte*)_p.COf(batch).Data);
        }
    }
}
