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
internal sealed record ProductLoop(PlannedStep Step, TileLoop Tiles, HloNode Matrix, long TileColumns = 0, HloNode? SumsIn = null);

/// <summary>
/// Moves elementwise loops into products: one that alone reads a product runs on its tiles while they are in cache (a bias, an activation, a residual, a
/// conversion), and one that makes a left operand for one product runs as that is packed, where each element is packed once. Neither matrix is then stored.
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
            PlannedStep product = steps[s]!;
            HloNode left = FusionPlanner.Resolve(product.Views[0].Base);
            if (IsPassedOn(left) && steps[_maker[left]] is { } loop && IsLoop(loop) && IsSame(product, loop) && TryPrologue(product, loop, left) is { } joined)
            {
                steps[s] = joined;
                steps[_maker[left]] = null;
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
        ElementKind sums = problem.A.Type == MatmulType.F64 ? ElementKind.F64 : ElementKind.F32;
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
            Reads = [.. product.Reads.Concat(loop.Reads).Where(r => !ReferenceEquals(r, matrix)).Distinct()],
            Writes = loop.Writes,
            Epilogue = new ProductLoop(loop, tiles, matrix, tileColumns, sumsIn),
        };
    }

    private PlannedStep? TryPrologue(PlannedStep product, PlannedStep loop, HloNode left)
    {
        if (loop.Writes.Length != 1 || ReferenceEquals(FusionPlanner.Resolve(product.Views[1].Base), left) || product.Views[0].Offset != 0
            || DotLowering.Lower(product.Node, product.Views[0], product.Views[1]) is not { A.ColumnStride: 1 } problem || problem.A.RowStride < problem.K
            || !MatmulKernel.IsBlocked(problem, threads, isa) || MatmulKernel.PacksOfA(problem, threads, isa) > 1
            || Access(loop, left, LoopOpcode.Store) is not (>= 0 and var access)
            || TileLoop.TryCreate(loop.Kernels[0].Kernel, access, left.Count, problem.A.RowStride, problem.K) is not { } tiles)
        {
            return null;
        }
        long block = Math.Min(MatmulKernel.BlockOf(problem, isa), problem.K);
        long width = tiles.Run < problem.K ? tiles.Run : block;
        if ((width < block && block < problem.K) || !tiles.Compile(width, problem.K, compile, (left.Kind, block)))
        {
            return null;
        }
        return product with
        {
            Reads = [.. product.Reads.Concat(loop.Reads).Where(r => !ReferenceEquals(r, left)).Distinct()],
            Prologue = new ProductLoop(loop, tiles, left),
        };
    }

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
