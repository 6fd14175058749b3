using I1Xla.Data.Hashing;
using I1Xla.Data.Tfds;

namespace I1Xla.Data.Pipeline;

/// <summary>
/// The endless order in which one data set's examples are shown to one process: each epoch the shards in a new random order,
/// sixteen of them interleaved in runs of sixteen examples (as TFDS reads them), through a shuffle buffer. It deals in
/// positions only and reads nothing, so passing over millions of examples takes moments and a position can be reached again
/// from the seed and the number of examples taken.
/// </summary>
internal sealed class ExampleOrder
{
    private const int CycleLength = 16;
    private const int BlockLength = 16;

    private readonly TfdsSplit split;
    private readonly ShardRange[] ranges;
    private readonly SubsetFilter? subset;
    private readonly Dictionary<int, bool[]> kept = [];
    private readonly ulong seed;
    private readonly List<(int Shard, int Index)> buffer = [];
    private readonly int bufferSize;
    private SplitMix64 random;

    // The reading position within the epoch.
    private ulong epoch;
    private ShardRange[] epochOrder = [];
    private int opened;
    private readonly List<(ShardRange Range, int Next)> cycle = [];
    private int slot;
    private int taken;

    /// <exception cref="DataFileException">No example is left for this process.</exception>
    public ExampleOrder(TfdsSplit split, IReadOnlyList<ShardRange> ranges, SubsetFilter? subset, int bufferSize, ulong seed)
    {
        (this.split, this.ranges, this.subset, this.bufferSize, this.seed) = (split, [.. ranges], subset, bufferSize, seed);
        random = SplitMix64.At(seed, 11);
        Count = ranges.Sum(r => subset is null ? r.Count : Enumerable.Range(r.Start, r.Count).LongCount(i => Keeps(r.Shard, i)));
        if (Count == 0)
        {
            throw new DataFileException(split.Directory, $"The data set in {split.Directory} has no example for this process ({split.ExampleCount} in all). Use fewer processes, a larger subset_count, or leave the data set out.");
        }
    }

    /// <summary>Examples an epoch, of this process.</summary>
    public long Count { get; }

    /// <summary>The next example.</summary>
    public (int Shard, int Index) Next()
    {
        if (bufferSize <= 1)
        {
            return ReadNext();
        }
        while (buffer.Count < bufferSize)
        {
            buffer.Add(ReadNext());
        }
        int at = random.Next(buffer.Count);
        (int, int) result = buffer[at];
        buffer[at] = ReadNext();
        return result;
    }

    /// <summary>Some example of this process's part, uniformly; for what stands in for an unusable one.</summary>
    public (int Shard, int Index) Any(ref SplitMix64 chance)
    {
        while (true)
        {
            long at = (long)(chance.NextDouble() * ranges.Sum(r => (long)r.Count));
            foreach (ShardRange range in ranges)
            {
                if (at < range.Count)
                {
                    int index = range.Start + (int)at;
                    if (Keeps(range.Shard, index))
                    {
                        return (range.Shard, index);
                    }
                    break;
                }
                at -= range.Count;
            }
        }
    }

    private (int Shard, int Index) ReadNext()
    {
        while (true)
        {
            if (cycle.Count == 0)
            {
                BeginEpoch();
            }
            (ShardRange range, int next) = cycle[slot];
            if (next == range.End || taken == BlockLength)
            {
                if (next == range.End)
                {
                    if (opened < epochOrder.Length)
                    {
                        cycle[slot] = (epochOrder[opened], epochOrder[opened].Start);
                        opened++;
                    }
                    else
                    {
                        cycle.RemoveAt(slot);
                        slot--;
                    }
                }
                taken = 0;
                slot = cycle.Count == 0 ? 0 : (slot + 1) % cycle.Count;
                continue;
            }
            cycle[slot] = (range, next + 1);
            taken++;
            if (Keeps(range.Shard, next))
            {
                return (range.Shard, next);
            }
        }
    }

    private void BeginEpoch()
    {
        epochOrder = (ShardRange[])ranges.Clone();
        SplitMix64.At(seed, 12, epoch++).Shuffle<ShardRange>(epochOrder);
        opened = Math.Min(CycleLength, epochOrder.Length);
        for (int i = 0; i < opened; i++)
        {
            cycle.Add((epochOrder[i], epochOrder[i].Start));
        }
        (slot, taken) = (0, 0);
    }

    private bool Keeps(int shard, int index)
    {
        if (subset is null)
        {
            return true;
        }
        if (!kept.TryGetValue(shard, out bool[]? flags))
        {
            flags = [.. Enumerable.Range(0, (int)split.ShardLengths[shard]).Select(i => subset.Keeps(split.TfdsId(shard, i)))];
            kept.Add(shard, flags);
        }
        return flags[index];
    }
}
