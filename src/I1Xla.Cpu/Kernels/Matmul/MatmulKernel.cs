using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Matrix multiplication by packed register blocking: <c>C = A·B</c> or <c>C += A·B</c> with any strides, so that transposes cost nothing extra,
/// over a batch, on all threads of a pool.
/// </summary>
public static unsafe class MatmulKernel
{
    private const int NarrowColumns = 8, ColumnsForThread = 512;
    private const double SerialWork = 2e5;
    private const double DynamicWork = 2e9;

    /// <summary>Multiplies on <paramref name="pool"/> (the shared pool if null).</summary>
    /// <exception cref="ArgumentException">A combination of types or options that has no meaning; the message says which.</exception>
    public static void Run(in MatmulProblem problem, WorkerPool? pool = null) => Run(problem, pool ?? WorkerPool.Shared, CpuIsa.Current);

    internal static void Run(in MatmulProblem given, WorkerPool pool, IsaLevel isa)
    {
        if (given.M == 0 || given.N == 0 || given.Batch == 0) return;
        Check(given);
        MatmulProblem problem = Oriented(given);
        MatmulPlan plan = PlanOf(problem, isa);
        if (SkinnyMatmul.Handles(problem))
        {
            SkinnyMatmul.Run(problem, pool);
            return;
        }
        if (TinyMatmul.Handles(problem, plan, pool.ThreadCount))
        {
            TinyMatmul.Run(problem, plan, pool);
            return;
        }
        if (FewRowsMatmul.Handles(problem))
        {
            FewRowsMatmul.Run(problem, pool);
            return;
        }
        // Inside a loop of the pool nobody shares the work, and every piece packs for itself.
        (Body body, long tasks) = Tasks(problem, plan, WorkerPool.InsideLoop ? 1 : pool.ThreadCount);
        double work = 2.0 * problem.M * problem.N * problem.K;
        long grain = Math.Max(1, (long)Math.Ceiling(SerialWork * tasks / problem.Batch / Math.Max(work, 1)));
        pool.ParallelFor(tasks, Math.Min(grain, tasks), body);
    }

    /// <summary>Into how many pieces <see cref="RunPiece"/> cuts a problem, for a pool of <paramref name="threads"/>.</summary>
    internal static int Pieces(in MatmulProblem given, int threads, IsaLevel isa)
    {
        if (given.M == 0 || given.N == 0 || given.Batch == 0 || 2.0 * given.M * given.N * given.K * given.Batch < SerialWork) return 1;
        MatmulProblem problem = Oriented(given);
        MatmulPlan plan = PlanOf(problem, isa);
        if (SkinnyMatmul.Handles(problem) || TinyMatmul.Handles(problem, plan, threads)) return 1;
        if (FewRowsMatmul.Handles(problem)) return FewRowsMatmul.Pieces(problem, threads);
        return (int)Math.Min(Tasks(problem, plan, threads).Count, 2L * threads);
    }

    /// <summary>Computes one of the pieces on the calling thread; all of them together are the whole, with the same bits as <see cref="Run(in MatmulProblem, WorkerPool)"/>.</summary>
    internal static void RunPiece(in MatmulProblem given, int threads, int piece, int pieces, IsaLevel isa)
    {
        Check(given);
        MatmulProblem problem = Oriented(given);
        if (FewRowsMatmul.Handles(problem))
        {
            FewRowsMatmul.RunPiece(problem, threads, piece, pieces);
            return;
        }
        (Body body, long tasks) = Tasks(problem, PlanOf(problem, isa), threads);
        body.Run(tasks * piece / pieces, tasks * (piece + 1) / pieces);
    }

    /// <summary>Whether a product would gain from a <see cref="MatmulProblem.PackedB"/>: it is one matrix, is not turned around, and has too many rows to read B where it lies.</summary>
    internal static bool UsesPackedB(in MatmulProblem p, IsaLevel isa) => p.Batch == 1 && IsPacked(p, PlanOf(p, isa));

    /// <summary>Whether a product is of the kind that is packed and blocked, where there are tiles to work on; its rows lie along memory.</summary>
    internal static bool IsBlocked(in MatmulProblem p, int threads, IsaLevel isa)
    {
        MatmulPlan plan = PlanOf(p, isa);
        return IsPacked(p, plan) && !TinyMatmul.Handles(p, plan, threads);
    }

    private static bool IsPacked(in MatmulProblem p, MatmulPlan plan) => p.K > 0 && p.N > NarrowColumns && p.C.ColumnStride == 1 && p.M > 2 * plan.Kernels.MaxRows;

    /// <summary>
    /// Whether B can be a <see cref="MatmulProblem.ComputedB"/>, each of its elements computed once: there are columns for every thread, and the product reads B no faster where it lies.
    /// </summary>
    internal static bool TakesComputedB(in MatmulProblem p, int threads, IsaLevel isa)
    {
        MatmulPlan plan = PlanOf(p, isa);
        bool packs = p.K > 0 && p.N > NarrowColumns && p.C.ColumnStride == 1 && p.M > SkinnyMatmul.MostRows && !TinyMatmul.Handles(p, plan, threads);
        return (packs || FewRowsMatmul.Handles(p)) && (Grid(p, plan, p.Batch, threads).M == 1 || p.N >= ColumnsForThread * threads);
    }

    /// <summary>How many columns of A are packed at a time.</summary>
    internal static long BlockOf(in MatmulProblem p, IsaLevel isa) => PlanOf(p, isa).KBlock;

    /// <summary>Columns of the widest tile in registers.</summary>
    internal static int RegisterColumns(in MatmulProblem p, IsaLevel isa) => PlanOf(p, isa).Kernels.MaxColumns;

    /// <summary>How often each element of A is packed.</summary>
    internal static long PacksOfA(in MatmulProblem p, int threads, IsaLevel isa)
    {
        MatmulPlan plan = PlanOf(p, isa);
        int columns = Grid(p, plan, p.Batch, threads).N;
        return columns * BlockedMatmul.ColumnBlocks(plan, p.K, (p.N + columns - 1) / columns);
    }

    // The result's rows along memory: else the transposed problem.
    private static MatmulProblem Oriented(in MatmulProblem given)
    {
        MatmulProblem problem = given;
        bool rowsAdjacent = problem.C.ColumnStride != 1 && problem.C.RowStride == 1 || (problem.N == 1 && problem.C.RowStride == 1);
        bool narrow = problem.N <= NarrowColumns && problem.N < problem.M && problem.C.Type != MatmulType.F64 && problem.A.ColumnStride == 1 && !problem.Accumulate;
        if ((rowsAdjacent || narrow) && MayTurn(problem) && problem.M > 1)
        {
            (problem.A, problem.B) = (problem.B.Transposed, problem.A.Transposed);
            (problem.M, problem.N) = (problem.N, problem.M);
            (problem.AOffsets, problem.BOffsets) = (problem.BOffsets, problem.AOffsets);
            problem.C = problem.C.Transposed;
            if (rowsAdjacent) problem.C.ColumnStride = 1;
        }
        if (problem.N == 1) problem.C.ColumnStride = 1;
        return problem;
    }

    private static bool MayTurn(in MatmulProblem p) => p.Epilogue is null && p.PackedB is null && p.GatheredA is null && p.ComputedA is null && p.ComputedB is null;

    private static MatmulPlan PlanOf(in MatmulProblem problem, IsaLevel isa) =>
        problem.PackedB?.Plan ?? MatmulPlan.Create(problem, isa);

    private static (Body Body, long Count) Tasks(in MatmulProblem problem, MatmulPlan plan, int threads)
    {
        (int gridM, int gridN) = Grid(problem, plan, problem.Batch, threads);
        return (new Body(problem, plan, gridM, gridN), problem.Batch * gridM * gridN);
    }

    private static void Check(in MatmulProblem p)
    {
        if (p.A.Type.Sums() != p.C.Type.Sums() || (p.C.Type.IsInteger() && p.C.Type != MatmulType.I32)) throw new ArgumentException($"Matmul of {p.A.Type} operands cannot write {p.C.Type}; f64 goes with f64 only, integers with i32.");
        bool accumulates = p.C.Type == p.A.Type.Sums() && (p.C.ColumnStride == 1 || (p.C.RowStride == 1 && MayTurn(p)) || p.N == 1);
        if (p.Accumulate && !accumulates) throw new ArgumentException("Matmul adds only to an f32, f64 or i32 result with adjacent columns, or adjacent rows where nothing is packed, computed or fused behind it.");
        if (p.Epilogue is { } epilogue)
        {
            if (epilogue.InPlace && (p.C.ColumnStride != 1 || p.C.Type != p.A.Type.Sums())) throw new ArgumentException("An epilogue in place needs an f32, f64 or i32 result with adjacent columns.");
            if (p.Accumulate && !epilogue.InPlace) throw new ArgumentException("A matmul that adds takes only an epilogue in place.");
        }
        if ((p.AOffsets is null) != (p.BOffsets is null) || (p.AOffsets is null) != (p.COffsets is null) || p.AOffsets?.Length != p.BOffsets?.Length || p.AOffsets?.Length != p.COffsets?.Length)
            throw new ArgumentException("The batch offsets of a matmul's three operands must have one length.");
        if (p.PackedB is { } packed && (packed.K != p.K || packed.N != p.N)) throw new ArgumentException($"The packed matrix is {packed.K} × {packed.N}; the problem needs {p.K} × {p.N}.");
    }

    private static (int M, int N) Grid(in MatmulProblem p, MatmulPlan plan, long batch, int threads)
    {
        double work = 2.0 * p.M * p.N * p.K;
        if (threads == 1 || work * batch < SerialWork || work < SerialWork) return (1, 1);
        if (batch >= 4L * threads || (batch % threads == 0 && work * batch < DynamicWork)) return (1, 1);
        long wanted = (work * batch > DynamicWork ? 2L : 1L) * threads;
        int pieces = (int)Math.Min((wanted + batch - 1) / batch, 4096);
        int rows = plan.Kernels.MaxRows;
        long columns = ColumnUnit(p, plan);
        long mostM = p.ComputedB is null ? Math.Max(1, p.M / (2 * rows)) : 1, mostN = Math.Max(1, p.N / columns);
        (int M, int N) best = (1, 1);
        double bestCost = double.MaxValue;
        for (int m = 1; m <= pieces && m <= mostM; m++)
        {
            int n = (int)Math.Min((pieces + m - 1) / m, mostN);
            // A piece packs its own rows of A and its own columns of B; fewer pieces than threads leaves threads idle.
            double idle = Math.Max(1.0, (double)pieces / (m * n));
            double cost = idle * 1e12 + (double)p.M * n + (double)p.N * m;
            if (cost < bestCost) (best, bestCost) = ((m, n), cost);
        }
        return best;
    }

    // What is not divided among threads.
    private static long ColumnUnit(in MatmulProblem p, MatmulPlan plan) =>
        Math.Max(Math.Max(plan.Kernels.MaxColumns, p.Epilogue is { } epilogue ? Math.Min(epilogue.TileColumns, p.N) : 1), p is { ComputedB: { } computed, B.ColumnStride: 1 } ? computed.BlockColumns : 1);

    private readonly struct Body(in MatmulProblem problem, MatmulPlan plan, int gridM, int gridN) : IParallelBody
    {
        private readonly MatmulProblem _problem = problem;

        public void Run(long begin, long end)
        {
            var blocked = new BlockedMatmul(_problem, plan);
            for (long task = begin; task < end; task++)
            {
                (long batch, long piece) = Math.DivRem(task, (long)gridM * gridN);
                (long m, long n) = Math.DivRem(piece, gridN);
                long columns = ColumnUnit(_problem, plan);
                long panels = (_problem.N + columns - 1) / columns;
                long n0 = panels * n / gridN * columns, n1 = Math.Min(panels * (n + 1) / gridN * columns, _problem.N);
                blocked.Run(batch, _problem.M * m / gridM, _problem.M * (m + 1) / gridM, n0, n1);
            }
        }
    }
}
