using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Runtime;
using I1Xla.Cpu.Spmd;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>A loop that runs tile by tile inside a product.</summary>
/// <param name="Step">The step it was.</param>
/// <param name="Tiles">The loop.</param>
/// <param name="Matrix">The operand or the product that it makes or takes; it has no memory of its own.</param>
/// <param name="TileColumns">For an epilogue, the columns of a tile: a multiple of those of the loop's runs and of those in registers, or all.</param>
/// <param name="SumsIn">The result in whose memory the sums of an epilogue's product lie until the loop writes it; null where they lie in scratch memory.</param>
internal sealed record ProductLoop(PlannedStep Step, TileLoop Tiles, HloNode Matrix, long TileColumns = 0, HloNode? SumsIn = null)
{
    /// <summary>The loop as the left operand of a product.</summary>
    public unsafe MatmulPrologue Left(in MatmulProblem problem) => new LoopPrologue(Tiles, problem.AOffsets, problem.A.RowStride, null);

    /// <summary>The loop as the right operand of a product.</summary>
    public unsafe MatmulPrologue Right(in MatmulProblem problem) => new LoopPrologue(Tiles, problem.BOffsets, problem.B.ColumnStride == 1 ? problem.B.RowStride : problem.B.ColumnStride, null);
}

/// <summary>
/// Moves elementwise loops into products: one that alone reads a product runs on its tiles while they are in cache (a bias, an activation, a residual, a
/// conversion), and one that makes an operand for one product runs as that is packed, where each element is packed once. None of the matrices is then stored.
/// </summary>
/// <param name="plan">The steps in the order to run them.</param>
/// <param name="computation">Their graph.</param>
/// <param name="isa">The instructions of the products.</param>
/// <param name="threads">How many threads will run them.</param>
/// <param name="compile">Makes code of a loop.</param>
/// <param name="classes">Which devices have the same values; null for a program of one.</param>
internal sealed class ProductFusion(List<PlannedStep> plan, HloComputation computation, IsaLevel isa, int threads, Func<LoopKernel, LoopCode> compile, DeviceClasses? classes = null)
{
    private const long FewestColumns = 64;
    private const long MostColumns = 256;

    private readonly HashSet<HloNode> _roots = new(computation.Roots.Select(FusionPlanner.Resolve), ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, int> _maker = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, int> _readers = new(ReferenceEqualityComparer.Instance);

    /// <summary>The steps that are left.</summary>
    public List<PlannedStep> Run()
    {
        for (int s = 0; s < plan.Count; s++)
        {
            foreach (HloNode write in plan[s].Writes)
            {
                _maker[write] = s;
            }
            foreach (HloNode read in plan[s].Reads.Distinct())
            {
                _readers[read] = _readers.GetValueOrDefault(read) + 1;
            }
        }
        PlannedStep?[] steps = [.. plan];
        for (int s = 0; s < steps.Length; s++)
        {
            // The later of two products, since the loop can run only behind both.
            foreach (HloNode read in steps[s]!.Reads.Where(IsPassedOn).OrderByDescending(r => _maker[r]))
            {
                if (steps[_maker[read]] is { } product && IsLoop(steps[s]!) && IsSame(product, steps[s]!) && TryEpilogue(product, steps[s]!, read) is { } joined)
                {
                    steps[s] = joined;
                    steps[_maker[read]] = null;
                    break;
                }
            }
        }
        foreach (int s in Enumerable.Range(0, steps.Length).Where(s => steps[s] is { Node.Op: HloOp.Dot, Kernels.Length: 0 }))
        {
            foreach (int side in (int[])[1, 0])
            {
                PlannedStep product = steps[s]!;
                HloNode operand = FusionPlanner.Resolve(product.Views[side].Base);
                if (IsPassedOn(operand) && !ReferenceEquals(FusionPlanner.Resolve(product.Views[1 - side].Base), operand) && steps[_maker[operand]] is { } loop && IsLoop(loop) && loop.Writes.Length == 1
                    && IsSame(product, loop) && (side == 0 ? TryLeft(product, loop, operand) : TryRight(product, loop, operand)) is { } joined)
                {
                    steps[s] = joined;
                    steps[_maker[operand]] = null;
                }
            }
        }
        return [.. steps.OfType<PlannedStep>()];
    }

    private bool IsPassedOn(HloNode node) => _maker.ContainsKey(node) && _readers.GetValueOrDefault(node) == 1 && !_roots.Contains(node);

    private bool IsSame(PlannedStep a, PlannedStep b) => DeviceClasses.AreAlike(classes, a.Node, b.Node);

    private static bool IsLoop(PlannedStep step) => step.Kernels.Length == 1 && step.Node.Op != HloOp.Concatenate;

    private PlannedStep? TryEpilogue(PlannedStep product, PlannedStep loop, HloNode matrix)
    {
        if (product is not { Node.Op: HloOp.Dot, Kernels.Length: 0, Epilogue: null } || DotLowering.Lower(product.Node, product.Views[0], product.Views[1]) is not { } problem
            || !MatmulKernel.IsBlocked(problem, threads, isa) || Access(loop, matrix, LoopOpcode.Load) is not (>= 0 and var access)
            || TileLoop.TryCreate(loop.Kernels[0].Kernel, access, matrix.Count, problem.C.RowStride, problem.N) is not { } tiles)
        {
            return null;
        }
        ElementKind sums = problem.A.Type.Sums() switch { MatmulType.F64 => ElementKind.F64, MatmulType.I32 => ElementKind.I32, _ => ElementKind.F32 };
        // With several blocks of k the sums are read again and again: best where the result will be, unless that still holds something.
        HloNode? sumsIn = sums == matrix.Kind && problem.K > MatmulKernel.BlockOf(problem, isa)
            ? Array.Find(loop.Writes, w => InPlace.IsAllowed(loop, matrix, w) && w.Bytes == matrix.Bytes
                && !loop.Reads.Any(r => !ReferenceEquals(r, matrix) && r.Bytes == w.Bytes && InPlace.IsAllowed(loop, r, w)))
            : null;
        int registers = MatmulKernel.RegisterColumns(problem, isa);
        long width = tiles.Run < problem.N ? tiles.Run : Width(problem.N, registers);
        long tileColumns = width >= problem.N ? width : Enumerable.Range(1, registers).Select(i => i * width).First(w => w % registers == 0);
        if ((sumsIn is null && tileColumns != width) || !tiles.Compile(width, problem.N, compile, sumsIn is null ? (sums, width) : null))
        {
            return null;
        }
        return product with
        {
            Reads = ReadsWith(product, loop, matrix),
            Writes = loop.Writes,
            Epilogue = new ProductLoop(loop, tiles, matrix, tileColumns, sumsIn),
        };
    }

    private PlannedStep? TryLeft(PlannedStep product, PlannedStep loop, HloNode left)
    {
        if (product.Views[0].Offset != 0 || DotLowering.Lower(product.Node, product.Views[0], product.Views[1]) is not { A.ColumnStride: 1 } problem || problem.A.RowStride < problem.K)
        {
            return null;
        }
        // A computed B is packed even where it would else be read as it lies, which has shorter blocks of k: the loop is compiled for those that the product will have.
        problem.ComputedB = product.RightPrologue?.Right(problem);
        if (left.Count != problem.Batch * problem.M * problem.K || !MatmulKernel.IsBlocked(problem, threads, isa) || MatmulKernel.PacksOfA(problem, threads, isa) > 1
            || Access(loop, left, LoopOpcode.Store) is not (>= 0 and var access)
            || TileLoop.TryCreate(loop.Kernels[0].Kernel, access, left.Count, problem.A.RowStride, problem.K) is not { } tiles)
        {
            return null;
        }
        return CompileBlocks(tiles, problem.K, Math.Min(MatmulKernel.BlockOf(problem, isa), problem.K), left.Kind)
            ? product with { Reads = ReadsWith(product, loop, left), LeftPrologue = new ProductLoop(loop, tiles, left) } : null;
    }

    // Where its columns are adjacent, tiles of B are computed; else whole columns of a block of k.
    private PlannedStep? TryRight(PlannedStep product, PlannedStep loop, HloNode right)
    {
        if (product.Views[1].Offset != 0 || DotLowering.Lower(product.Node, product.Views[0], product.Views[1]) is not { } problem
            || right.Count != problem.Batch * problem.K * problem.N || !MatmulKernel.TakesComputedB(problem, threads, isa)
            || Access(loop, right, LoopOpcode.Store) is not (>= 0 and var access))
        {
            return null;
        }
        bool isTile = problem.B.ColumnStride == 1 && problem.B.RowStride >= problem.N;
        (long stride, long columns) = isTile ? (problem.B.RowStride, problem.N) : (problem.B.ColumnStride, problem.K);
        if ((!isTile && (problem.B.RowStride != 1 || stride < columns)) || TileLoop.TryCreate(loop.Kernels[0].Kernel, access, right.Count, stride, columns) is not { } tiles)
        {
            return null;
        }
        var made = new ProductLoop(loop, tiles, right);
        problem.ComputedB = made.Right(problem);
        long block = isTile ? TileColumns(product.Epilogue, MatmulKernel.RegisterColumns(problem, isa), problem.N) : Math.Min(MatmulKernel.BlockOf(problem, isa), problem.K);
        return CompileBlocks(tiles, columns, block, right.Kind) ? product with { Reads = ReadsWith(product, loop, right), RightPrologue = made } : null;
    }

    // What a product reads with a loop in it; the matrix between them has no memory.
    private static HloNode[] ReadsWith(PlannedStep product, PlannedStep loop, HloNode matrix) =>
        [.. product.Reads.Concat(loop.Reads).Where(r => !ReferenceEquals(r, matrix)).Distinct()];

    // Blocks are parts of one run, or several whole runs.
    private bool CompileBlocks(TileLoop tiles, long columns, long block, ElementKind kind) =>
        (tiles.Run >= columns || block == columns || block % tiles.Run == 0) && tiles.Compile(Math.Min(tiles.Run, block), columns, compile, (kind, block));

    private static long TileColumns(ProductLoop? epilogue, int registers, long columns) =>
        Math.Min(epilogue is { } behind && behind.TileColumns < columns ? behind.TileColumns : Math.Max(MostColumns / registers, 1) * registers, columns);

    // The one place where a loop reads or writes a matrix; -1 where there are several.
    private static int Access(PlannedStep step, HloNode matrix, LoopOpcode opcode)
    {
        FusedKernel fused = step.Kernels[0];
        int found = -1;
        foreach (LoopInstruction i in fused.Kernel.Stages.SelectMany(s => s.Body))
        {
            if (i.Op is LoopOpcode.Load or LoopOpcode.Store && fused.Kernel.Accesses[i.Index] is { Buffer: >= 0 and var buffer }
                && ReferenceEquals(FusionPlanner.Resolve(fused.Buffers[buffer]), matrix))
            {
                if (found >= 0 || i.Op != opcode)
                {
                    return -1;
                }
                found = i.Index;
            }
        }
        return found;
    }

    // Columns of a tile: as wide as the caches like, so that threads get equal shares.
    private long Width(long columns, int registers)
    {
        (long best, long least) = columns <= MostColumns ? (columns, columns) : (0, long.MaxValue);
        for (long width = MostColumns / registers * registers; width >= FewestColumns && width > 0; width -= registers)
        {
            long share = ((((columns + width - 1) / width) + threads - 1) / threads) * width;
            if (width < columns && share < least)
            {
                (best, least) = (width, share);
            }
        }
        return best;
    }
}
