using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Runtime;

/// <summary>Memory that one temporary needs, or several that take it over from each other in place.</summary>
internal sealed class MemoryBlock
{
    /// <summary>The step that writes it first.</summary>
    public required int First { get; init; }

    /// <summary>The step that reads it last.</summary>
    public int Last { get; set; }

    /// <summary>Bytes of the largest of its nodes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The nodes that have it, one after the other.</summary>
    public List<HloNode> Nodes { get; } = [];

    /// <summary>The result that may be written over it in its last step, or null.</summary>
    public HloNode? Into { get; set; }

    /// <summary>Whether it must lie in the arena.</summary>
    public bool ArenaOnly { get; init; }

    /// <summary>The result in whose memory it lies, or -1 for the arena.</summary>
    public int Result { get; set; } = -1;

    /// <summary>Where in the arena or in the result's memory.</summary>
    public long Offset { get; set; }
}

/// <summary>A result's memory: free for temporaries between the last use of what lay there and the step that writes the result.</summary>
/// <param name="Result">Number of the result.</param>
/// <param name="Root">What it will hold.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="After">The last step that reads a donated argument there, or -1.</param>
/// <param name="Written">The step that writes the result.</param>
internal sealed record ResultMemory(int Result, HloNode Root, long Bytes, int After, int Written)
{
    /// <summary>Whether a temporary could lie here, others aside.</summary>
    public bool Takes(MemoryBlock block) => block.Bytes <= Bytes && block.First > After && (block.Last < Written || IsInPlace(block));

    /// <summary>Whether the result is written over the temporary, which then lies at the start.</summary>
    public bool IsInPlace(MemoryBlock block) => block.Last == Written && ReferenceEquals(block.Into, Root);
}

/// <summary>
/// Places temporaries in an order, by size or lifetime, whichever needs the smallest arena: each at the lowest offset where nothing that lives at the same time lies, in the memory of a
/// result that is not yet written where one has room (the smallest such), else in the arena.
/// </summary>
internal static class MemoryAssignment
{
    private const long Alignment = 64;
    private const int MostReordered = 4000;

    /// <summary>Gives every block its place and returns the size of the arena (vector loads may read up to 64 bytes past it).</summary>
    public static long Assign(List<MemoryBlock> blocks, List<ResultMemory> results)
    {
        // The order decides how well lifetimes interlock; the first of the best is kept.
        Func<MemoryBlock, long>[] orders = [b => b.Bytes, b => b.Bytes * (b.Last - b.First + 1L), b => b.Last - b.First, b => -b.First];
        int tried = blocks.Count > MostReordered ? 1 : orders.Length;
        (long peak, int best) = (long.MaxValue, 0);
        for (int i = 0; i < tried; i++)
        {
            long size = Assign(blocks, results, orders[i]);
            if (size < peak)
            {
                (peak, best) = (size, i);
            }
        }
        return best == tried - 1 ? peak : Assign(blocks, results, orders[best]);
    }

    /// <summary>The most bytes that live at once, which no assignment can go below unless results have room.</summary>
    public static long LiveBytes(List<MemoryBlock> blocks)
    {
        long live = 0, most = 0;
        foreach ((_, long change) in blocks.SelectMany(b => ((int Time, long Change)[])[(b.First, Extent(b)), (b.Last + 1, -Extent(b))]).OrderBy(c => c.Time).ThenBy(c => c.Change))
        {
            live += change;
            most = Math.Max(most, live);
        }
        return most;
    }

    private static long Assign(List<MemoryBlock> blocks, List<ResultMemory> results, Func<MemoryBlock, long> order)
    {
        var arena = new List<MemoryBlock>();
        var inResults = results.OrderBy(r => r.Bytes).ThenBy(r => r.Result).Select(r => (Memory: r, Blocks: new List<MemoryBlock>())).ToArray();
        long peak = 0;
        // Those that a result takes over come first: no other place is as good.
        foreach (MemoryBlock block in blocks.OrderByDescending(order).ThenByDescending(b => b.Bytes).ThenBy(b => b.Into is null).ThenBy(b => b.First))
        {
            bool placed = false;
            block.Result = -1;
            foreach ((ResultMemory memory, List<MemoryBlock> inside) in inResults)
            {
                if (block.ArenaOnly || !memory.Takes(block))
                {
                    continue;
                }
                long at = Lowest(block, inside);
                if (at + block.Bytes <= memory.Bytes && (at == 0 || !memory.IsInPlace(block)))
                {
                    (block.Result, block.Offset, placed) = (memory.Result, at, true);
                    Insert(inside, block);
                    break;
                }
            }
            if (!placed)
            {
                block.Offset = Lowest(block, arena);
                peak = Math.Max(peak, block.Offset + Align(block.Bytes));
                Insert(arena, block);
            }
        }
        return peak;
    }

    /// <summary>Rounds up to whole cache lines.</summary>
    public static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    // Vector loads that read past the end of a tensor find another here.
    private static long Extent(MemoryBlock block) => Align(block.Bytes);

    private static long Lowest(MemoryBlock block, List<MemoryBlock> others)
    {
        long at = 0, extent = Extent(block);
        foreach (MemoryBlock other in others)
        {
            if (other.First > block.Last || other.Last < block.First)
            {
                continue;
            }
            if (at + extent <= other.Offset)
            {
                break;
            }
            at = Math.Max(at, other.Offset + Extent(other));
        }
        return at;
    }

    private static void Insert(List<MemoryBlock> blocks, MemoryBlock block)
    {
        int i = blocks.BinarySearch(block, s_byOffset);
        blocks.Insert(i < 0 ? ~i : i, block);
    }

    private static readonly Comparer<MemoryBlock> s_byOffset = Comparer<MemoryBlock>.Create((a, b) => a.Offset.CompareTo(b.Offset));
}
