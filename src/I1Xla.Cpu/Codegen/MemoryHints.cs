using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Codegen;

/// <summary>
/// What a loop tells the memory system, by access. Results larger than the caches are stored past them (non-temporal stores): an ordinary store first reads the
/// line it overwrites. Where rows are read a second time, from the cache by then, the row after is fetched meanwhile, so that memory does not rest during the arithmetic;
/// where lanes run down columns, some rows ahead are. Only the second-level cache is asked: lines of columns share few places in the first.
/// </summary>
internal sealed class MemoryHints
{
    // The row that is worked on, the one after it, and what is written share the second-level cache.
    private const long MostRowBytes = 128 << 10;

    private const int RowsAhead = 16;
    private const int WithinRow = 2048;
    private const int SomeArithmetic = 10, MuchArithmetic = 24;
    private const int Page = 4096;

    // Loops that read so many constants in memory have arithmetic enough to hide that lines are read before they are written.
    private const int ManyConstants = 8;
    private const long LeastJump = 256;

    private MemoryHints(int accesses) => (Streamed, Ahead) = (new bool[accesses], new long[accesses]);

    /// <summary>Whether whole vectors stored there go past the caches.</summary>
    public bool[] Streamed { get; }

    /// <summary>How many bytes after each vector that is loaded there another is fetched; 0 for none.</summary>
    public long[] Ahead { get; }

    /// <summary>The buffers with streamed stores; they must start at a whole cache line.</summary>
    public IEnumerable<int> Buffers(LoopKernel kernel) => kernel.Accesses.Where((_, i) => Streamed[i]).Select(a => a.Buffer).Distinct();

    /// <summary>Part of a kernel's name: kernels that differ in hints differ in code.</summary>
    public override string ToString() => $"streamed [{string.Join(", ", Streamed.Index().Where(s => s.Item).Select(s => s.Index))}] ahead [{string.Join(", ", Ahead)}]";

    /// <summary>No hints.</summary>
    public static MemoryHints None(LoopKernel kernel) => new(kernel.Accesses.Length);

    /// <summary>The hints for a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="bytes">Size of each of its buffers, 0 for results that overwrite operands.</param>
    /// <param name="streamBytes">From which size on a buffer does not stay in the caches.</param>
    /// <param name="constantsInMemory">Whether constants are vectors in memory, too many for registers.</param>
    public static MemoryHints Of(LoopKernel kernel, IReadOnlyList<long> bytes, long streamBytes, bool constantsInMemory)
    {
        var hints = new MemoryHints(kernel.Accesses.Length);
        long all = bytes.Sum();
        HashSet<int> loaded = [.. kernel.Stages.SelectMany(s => s.Body).Where(i => i.Op == LoopOpcode.Load).Select(i => kernel.Accesses[i.Index].Buffer)];
        foreach (LoopStage stage in kernel.Stages)
        {
            int vector = kernel.VectorIsOuter ? kernel.Outer[^1] : stage.Loops.Length > 0 ? stage.Loops[^1] : -1;
            foreach (LoopInstruction store in stage.Body.Where(i => i.Op == LoopOpcode.Store))
            {
                LoopAccess to = kernel.Accesses[store.Index];
                hints.Streamed[store.Index] = MayStream(to) && WholeLines(to, vector, 1);
            }
            foreach (int first in StorePairs.Of(kernel, stage.Body, vector).Where(first => first >= 0 && !LoopSupport.IsWide(kernel)))
            {
                LoopAccess to = kernel.Accesses[stage.Body[first].Index];
                hints.Streamed[stage.Body[first].Index] = MayStream(to) && WholeLines(to, vector, 2);
            }

            bool MayStream(LoopAccess to) => vector >= 0 && to.Buffer >= 0 && StreamedCopy.Suits(bytes[to.Buffer], all, streamBytes) && !loaded.Contains(to.Buffer);
            if (constantsInMemory && stage.Body.Count(i => i.Op == LoopOpcode.Const) >= ManyConstants)
            {
                LeaveOnePlaceInPages(kernel, stage, hints);
            }
        }
        if (kernel.VectorIsOuter)
        {
            FetchDown(kernel, bytes, streamBytes, hints);
        }
        else if (kernel.Outer.Length > 0)
        {
            FetchAhead(kernel, bytes, streamBytes, hints);
        }
        return hints;
    }

    // A load waits for streamed stores to the same place in another page. Of two streams that go through their pages together so many stores are under way that
    // the constants of a loop, wherever they lie, keep meeting them.
    private static void LeaveOnePlaceInPages(LoopKernel kernel, LoopStage stage, MemoryHints hints)
    {
        int[] streamed = [.. stage.Body.Where(i => i.Op == LoopOpcode.Store && hints.Streamed[i.Index]).Select(i => i.Index)];
        foreach (int store in streamed)
        {
            hints.Streamed[store] = !Array.Exists(streamed, other => other != store && IsOnePlace(kernel.Accesses[store], kernel.Accesses[other]));
        }
    }

    private static bool IsOnePlace(LoopAccess a, LoopAccess b) =>
        IsPages((a.Offset * a.Kind.StorageBytes()) - (b.Offset * b.Kind.StorageBytes()))
        && a.Coefficients.Zip(b.Coefficients).All(c => IsPages((c.First * a.Kind.StorageBytes()) - (c.Second * b.Kind.StorageBytes())));

    private static bool IsPages(long bytes) => bytes % Page == 0;

    // Whether each row of vectors starts at a line.
    private static bool WholeLines(LoopAccess access, int vector, long step)
    {
        int size = access.Kind.StorageBytes();
        return access.Coefficients[vector] == step && access.Offset * size % CacheLine.Bytes == 0 && access.Coefficients.Index().All(c => c.Index == vector || c.Item * size % CacheLine.Bytes == 0);
    }

    // Lanes along an outer loop read a few lines of every row: jumps that the processor's own prefetching follows badly, and not from page to page. Few rows it follows all at once.
    private static void FetchDown(LoopKernel kernel, IReadOnlyList<long> bytes, long streamBytes, MemoryHints hints)
    {
        foreach (LoopStage stage in kernel.Stages.Where(s => s.Loops.Length > 0 && kernel.Extents[s.Loops[^1]] >= 2 * RowsAhead))
        {
            foreach (LoopInstruction load in stage.Body.Where(i => i.Op == LoopOpcode.Load))
            {
                LoopAccess from = kernel.Accesses[load.Index];
                long step = from.Coefficients[stage.Loops[^1]] * from.Kind.StorageBytes();
                if (from.Buffer >= 0 && bytes[from.Buffer] >= streamBytes && from.Coefficients[kernel.Outer[^1]] == 1 && step >= LeastJump)
                {
                    hints.Ahead[load.Index] = RowsAhead * step;
                }
            }
        }
    }

    // In the first stage that reads rows again; where rows are read once, with enough arithmetic that the processor does not look far ahead, in the same row: its own
    // prefetching starts anew at every row that does not follow the one before: less arithmetic is enough where the rows that do follow come later.
    private static void FetchAhead(LoopKernel kernel, IReadOnlyList<long> bytes, long streamBytes, MemoryHints hints)
    {
        var before = new List<(LoopAccess Access, int Vector)>();
        foreach (LoopStage stage in kernel.Stages.Where(s => s.Loops.Length == 1))
        {
            int vector = stage.Loops[0];
            var rows = stage.Body.Where(i => i.Op == LoopOpcode.Load).Select(i => i.Index).Distinct().Where(i => IsRow(kernel.Accesses[i])).ToList();
            List<int> again = [.. rows.Where(i => before.Exists(b => SameRows(kernel, b.Access, b.Vector, kernel.Accesses[i], vector)))];
            foreach (int i in again)
            {
                LoopAccess row = kernel.Accesses[i];
                hints.Ahead[i] = row.Coefficients[kernel.Outer[^1]] * row.Kind.StorageBytes();
            }
            if (again.Count > 0)
            {
                return;
            }
            before.AddRange(rows.Select(i => (kernel.Accesses[i], vector)));

            foreach (int i in kernel.Stages.Length == 1 ? rows : [])
            {
                LoopAccess row = kernel.Accesses[i];
                bool jumps = row.Coefficients[kernel.Outer[^1]] != kernel.Extents[vector] && kernel.Outer.Any(v => row.Coefficients[v] == kernel.Extents[vector]);
                hints.Ahead[i] = stage.Body.Length >= (jumps ? SomeArithmetic : MuchArithmetic) ? WithinRow : 0;
            }

            bool IsRow(LoopAccess a) => a.Buffer >= 0 && bytes[a.Buffer] >= streamBytes && a.Coefficients[vector] == 1 && a.Coefficients[kernel.Outer[^1]] > 0
                && kernel.Extents[vector] * a.Kind.StorageBytes() is >= CacheLine.Bytes and <= MostRowBytes;
        }
    }

    private static bool SameRows(LoopKernel kernel, LoopAccess a, int aVector, LoopAccess b, int bVector) =>
        a.Buffer == b.Buffer && a.Offset == b.Offset && kernel.Extents[aVector] == kernel.Extents[bVector] && kernel.Outer.All(v => a.Coefficients[v] == b.Coefficients[v]);
}
