using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A loop that only moves elements, of which few lie together on both sides, while small tiles of it do on each (<see cref="TileShuffle"/>).</summary>
internal sealed unsafe class TileStep : LineMoveStep
{
    private const long LeastBytes = 1 << 14, MostTileBytes = 4096, LongRunBytes = 32;

    // Vectors of which each has more sources are no better than elements one by one, or than words that are gathered for whole vectors of the result.
    private const int MostSources = 16, MostSourcesOfWords = 8, Word = 4;

    private readonly TileShuffle _shuffle;
    private readonly (long From, long To)[] _step;
    private readonly long _together, _fromStep, _toStep;
    private readonly bool _streams;

    private TileStep(in ElementMove move, in Tile tile, TileShuffle shuffle)
        : base(move, tile.Along, [.. tile.Inner.Select(t => t.Variable)], Math.Max(1, GrainBytes / (tile.Together * tile.Inner.Aggregate((long)move.From.Kind.StorageBytes(), (n, t) => n * t.Extent))) * tile.Together)
    {
        (long from, long to) = (move.From.Coefficients[tile.Along], move.To.Coefficients[tile.Along]);
        (_shuffle, _together, _fromStep, _toStep) = (shuffle, tile.Together, from * Element, to * Element);
        (LoopKernel kernel, LoopAccess target, int along, var inner) = (move.Kernel, move.To, tile.Along, tile.Inner);
        // Lines that are written in parts do not go past the caches.
        _streams = move.Variables.Aggregate((long)Element, (n, v) => n * kernel.Extents[v]) >= StreamedCopy.LeastBytes && _together * _toStep % CacheLine.Bytes == 0
            && Array.TrueForAll(move.Variables, v => v == along || Array.Exists(inner, t => t.Variable == v) || target.Coefficients[v] * Element % CacheLine.Bytes == 0);
        _step = [(0, 0)];
        foreach ((int v, long extent) in tile.Inner)
        {
            (long fromNext, long toNext) = (move.From.Coefficients[v] * Element, move.To.Coefficients[v] * Element);
            _step = [.. Enumerable.Range(0, (int)extent).SelectMany(i => _step.Select(e => (e.From + (i * fromNext), e.To + (i * toNext))))];
        }
    }

    // Variables within a tile, and the one that tiles follow each other along, of which a tile takes some steps.
    private readonly record struct Tile((int Variable, long Extent)[] Inner, int Along, long Together);

    /// <summary>A step for a kernel that is such a move; null when it is not.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    /// <param name="name">Name of the step.</param>
    /// <param name="bytes">Bytes it moves.</param>
    /// <param name="isa">The instructions it may use.</param>
    public static TileStep? TryCreate(LoopKernel kernel, int[] slots, string name, long bytes, IsaLevel isa)
    {
        if (isa < IsaLevel.Avx512 || !TileShuffle.IsSupported || ElementMove.Of(kernel, slots) is not { } move)
        {
            return null;
        }
        int element = move.From.Kind.StorageBytes();
        if (move.Variables.Aggregate((long)element, (n, v) => n * kernel.Extents[v]) < LeastBytes || !Array.TrueForAll(move.Variables, v => move.To.Coefficients[v] > 0)
            || TransposesBlocks(move, element) || Choose(move, element) is not { } tile)
        {
            return null;
        }
        CopyDimension[] dimensions = [.. tile.Inner.Append((tile.Along, tile.Together)).Select(t => new CopyDimension(t.Item2, move.From.Coefficients[t.Item1] * element, move.To.Coefficients[t.Item1] * element))];
        int most = element == Word && Array.Exists(move.Variables, v => move.To.Coefficients[v] == 1 && kernel.Extents[v] * Word >= CacheLine.Bytes) ? MostSourcesOfWords : MostSources;
        return TileShuffle.TryCreate(element, dimensions) is { } shuffle && shuffle.Sources <= most * shuffle.Targets ? new TileStep(move, tile, shuffle) { Name = name, Bytes = bytes } : null;
    }

    // Whether neighbours on either side are so many that whole blocks change rows for columns.
    private static bool TransposesBlocks(in ElementMove move, int element)
    {
        (LoopKernel kernel, LoopAccess from, LoopAccess to, int[] variables, _, _) = move;
        int block = element == 2 ? 8 : 16;
        int across = Array.FindIndex(variables, v => from.Coefficients[v] == 1 && kernel.Extents[v] > 1), along = Array.FindIndex(variables, v => to.Coefficients[v] == 1 && kernel.Extents[v] > 1);
        return across >= 0 && along >= 0 && across != along && kernel.Extents[variables[across]] >= block && kernel.Extents[variables[along]] >= block;
    }

    private static Tile? Choose(in ElementMove move, int element)
    {
        (LoopKernel kernel, LoopAccess from, LoopAccess to, int[] variables, _, _) = move;
        var taken = new Dictionary<int, long>();
        long common = 1, run = 1;
        // What lies together in the result, then what does in the operand, each as far as it fills a vector.
        foreach (int v in variables.OrderBy(v => to.Coefficients[v]))
        {
            if (to.Coefficients[v] != run || run * element >= CacheLine.Bytes)
            {
                break;
            }
            common = from.Coefficients[v] == run && common == run ? run * kernel.Extents[v] : common;
            Take(v);
        }
        if (common * element >= LongRunBytes)
        {
            return null;
        }
        run = 1;
        foreach (int v in variables.Where(v => from.Coefficients[v] != 0).OrderBy(v => Math.Abs(from.Coefficients[v])))
        {
            if (Math.Abs(from.Coefficients[v]) != run || run * element >= CacheLine.Bytes)
            {
                break;
            }
            Take(v);
        }
        // One of them may be cut: so that what its steps make in the result fills vectors.
        int[] parts = [.. taken.Keys.Where(v => taken[v] < kernel.Extents[v])];
        if (parts.Length > 1)
        {
            return null;
        }
        int along = parts.Length == 1 ? parts[0] : variables.Where(v => !taken.ContainsKey(v)).DefaultIfEmpty(-1).MaxBy(v => v < 0 ? 0 : kernel.Extents[v]);
        // Words that only change their order, or are skipped, are read as vectors by the loop.
        if (along < 0 || (element >= 4 && taken.Count == 1 && parts.Length == 1))
        {
            return null;
        }
        long together = taken.GetValueOrDefault(along, 1);
        if (parts.Length == 1)
        {
            long step = to.Coefficients[along] * element, whole = CacheLine.Bytes / Math.Min(CacheLine.Bytes, step & -step);
            together = Math.Min((together + whole - 1) / whole * whole, kernel.Extents[along]);
            taken.Remove(along);
        }
        return taken.Aggregate(together * element, (n, t) => n * t.Value) <= MostTileBytes ? new Tile([.. taken.Select(t => (t.Key, t.Value))], along, together) : null;

        void Take(int v)
        {
            long extent = kernel.Extents[v], enough = ((CacheLine.Bytes / element) + run - 1) / run;
            // Not halves: two cut variables make no line of tiles.
            taken[v] = Math.Max(taken.GetValueOrDefault(v), extent <= 2 * enough ? extent : enough);
            run *= extent;
        }
    }

    protected override void Line(byte* from, byte* to, long count)
    {
        long tiles = count / _together, rest = count - (tiles * _together);
        _shuffle.Run(from, to, tiles, _together * _fromStep, _together * _toStep, _streams);
        if (rest == 0)
        {
            return;
        }
        if (tiles > 0)
        {
            // The last tile begins within the one before.
            long first = count - _together;
            _shuffle.Run(from + (first * _fromStep), to + (first * _toStep), 1, 0, 0, stream: false);
            return;
        }
        for (long i = 0; i < rest; i++)
        {
            foreach ((long source, long target) in _step)
            {
                Buffer.MemoryCopy(from + (i * _fromStep) + source, to + (i * _toStep) + target, Element, Element);
            }
        }
    }
}
