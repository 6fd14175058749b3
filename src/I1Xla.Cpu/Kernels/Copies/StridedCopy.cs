using System.Runtime.CompilerServices;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>
/// Copies an array of any rank between two strided layouts: transposes, slices, reversals, broadcasts, the parts of a concatenation and the
/// inside of a pad are all one of these. Dimensions are merged and reordered first; a transpose runs in cache-sized tiles. Large results are streamed.
/// </summary>
public static unsafe class StridedCopy
{
    private const long GrainBytes = 1 << 16;

    /// <summary>Copies; source and target must not overlap.</summary>
    /// <param name="source">The source element at index 0 of every dimension.</param>
    /// <param name="target">The target element at index 0 of every dimension.</param>
    /// <param name="elementBytes">1, 2, 4, 8 or 16.</param>
    /// <param name="sizes">Extents.</param>
    /// <param name="sourceStrides">Elements between neighbours in the source; zero repeats, negative reverses.</param>
    /// <param name="targetStrides">Elements between neighbours in the target, not zero.</param>
    /// <param name="pool">The threads; the shared pool if null.</param>
    public static void Run(
        void* source, void* target, int elementBytes, ReadOnlySpan<long> sizes, ReadOnlySpan<long> sourceStrides, ReadOnlySpan<long> targetStrides, WorkerPool? pool = null)
    {
        if (elementBytes is not (1 or 2 or 4 or 8 or 16)) throw new ArgumentOutOfRangeException(nameof(elementBytes), elementBytes, "Elements have 1, 2, 4, 8 or 16 bytes.");
        if (sizes.Length != sourceStrides.Length || sizes.Length != targetStrides.Length) throw new ArgumentException("Sizes and strides must have one length.");
        Run(source, target, elementBytes, sizes, sourceStrides, targetStrides, pool ?? WorkerPool.Shared, CpuIsa.Current);
    }

    internal static void Run(
        void* source, void* target, int elementBytes, ReadOnlySpan<long> sizes, ReadOnlySpan<long> sourceStrides, ReadOnlySpan<long> targetStrides, WorkerPool pool, IsaLevel isa)
    {
        Span<CopyDimension> dimensions = stackalloc CopyDimension[sizes.Length + 2];
        int rank = Merged(elementBytes, sizes, sourceStrides, targetStrides, dimensions);
        if (rank < 0) return;
        // A scalar becomes a row of one element.
        if (rank == 0) dimensions[rank++] = new CopyDimension(1, elementBytes, elementBytes);
        if (rank == 1) rank = CopyDimension.Prepend(dimensions, rank);
        Run((byte*)source, (byte*)target, elementBytes, dimensions[..rank], pool, isa);
    }

    /// <summary>Whether elements may have so many bytes: those of <see cref="Run(void*, void*, int, ReadOnlySpan{long}, ReadOnlySpan{long}, ReadOnlySpan{long}, WorkerPool?)"/>, and three of those.</summary>
    internal static bool Moves(long elementBytes) => elementBytes is 1 or 2 or 4 or 8 or 16 or 3 or 6 or 12 or 24;

    /// <summary>Whether rows change places in a copy so large that it is best done here.</summary>
    internal static bool MovesRows(int elementBytes, ReadOnlySpan<long> sizes, ReadOnlySpan<long> sourceStrides, ReadOnlySpan<long> targetStrides)
    {
        Span<CopyDimension> dimensions = stackalloc CopyDimension[sizes.Length];
        int rank = Merged(elementBytes, sizes, sourceStrides, targetStrides, dimensions);
        return rank > 0 && StreamedRows.TryCreate(null, null, elementBytes, dimensions[..rank], out _);
    }

    // How many dimensions are left; -1 when there is nothing to copy.
    private static int Merged(int elementBytes, ReadOnlySpan<long> sizes, ReadOnlySpan<long> sourceStrides, ReadOnlySpan<long> targetStrides, Span<CopyDimension> dimensions)
    {
        int rank = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == 0) return -1;
            if (sizes[i] != 1) dimensions[rank++] = new CopyDimension(sizes[i], sourceStrides[i] * elementBytes, targetStrides[i] * elementBytes);
        }
        return CopyDimension.Merge(dimensions[..rank]);
    }

    private static void Run(byte* source, byte* target, int elementBytes, Span<CopyDimension> used, WorkerPool pool, IsaLevel isa)
    {
        if (used.Length > PackedDimensions.MostDimensions)
        {
            CopyDimension first = used[0];
            for (long i = 0; i < first.Size; i++) Run(source + (i * first.Source), target + (i * first.Target), elementBytes, used[1..], pool, isa);
            return;
        }
        if (StreamedRows.TryCreate(source, target, elementBytes, used, out StreamedRows rows)) pool.ParallelFor(rows.Count, Math.Max(1, GrainBytes / rows.Bytes), rows);
        else if (FindTransposed(used, elementBytes) is >= 0 and int transposed) RunTiles(source, target, elementBytes, used, transposed, pool, isa);
        else RunRows(source, target, elementBytes, used, pool);
    }

    // The dimension whose neighbours are adjacent in the source, when it is not the innermost of the target and both are long enough for tiles.
    private static int FindTransposed(ReadOnlySpan<CopyDimension> dimensions, int elementBytes)
    {
        ref readonly CopyDimension inner = ref dimensions[^1];
        if (!long.IsPow2(elementBytes) || inner.Target != elementBytes || inner.Source == elementBytes || inner.Source == 0 || inner.Size < 4) return -1;
        for (int i = 0; i < dimensions.Length - 1; i++)
        {
            if (dimensions[i].Source == elementBytes && dimensions[i].Size >= 4) return i;
        }
        return -1;
    }

    private static void RunRows(void* source, void* target, int elementBytes, Span<CopyDimension> dimensions, WorkerPool pool)
    {
        CopyDimension inner = dimensions[^1];
        long rowBytes = inner.Size * elementBytes;
        bool stream = CopyDimension.Streams(dimensions, elementBytes);
        // One long row is split as if it were several.
        if (inner.Source == elementBytes && inner.Target == elementBytes && CopyDimension.Count(dimensions[..^1]) < 4 * pool.ThreadCount && rowBytes >= 2 * GrainBytes)
        {
            long outer = CopyDimension.Count(dimensions[..^1]);
            pool.ParallelFor(inner.Size, Math.Max(1, GrainBytes / elementBytes / outer), new SplitRow((byte*)source, (byte*)target, elementBytes, CopyDimension.Pack(dimensions[..^1]), stream));
            return;
        }
        long rows = CopyDimension.Count(dimensions[..^1]);
        if (inner.Source == elementBytes && inner.Target == elementBytes && rowBytes <= ShortRowCopy.MostBytes)
        {
            pool.ParallelFor(rows, GrainBytes / rowBytes, new ShortRowCopy((byte*)source, (byte*)target, rowBytes, CopyDimension.Pack(dimensions[..^1])));
            return;
        }
        pool.ParallelFor(rows, Math.Max(1, GrainBytes / Math.Max(rowBytes, 1)), new Rows((byte*)source, (byte*)target, elementBytes, inner, CopyDimension.Pack(dimensions[..^1]), stream));
    }

    private static void RunTiles(void* source, void* target, int elementBytes, Span<CopyDimension> dimensions, int transposed, WorkerPool pool, IsaLevel isa)
    {
        CopyDimension across = dimensions[transposed], along = dimensions[^1];
        int tile = StreamedTiles.TileBytes / elementBytes;
        long tilesAcross = (across.Size + tile - 1) / tile, tilesAlong = (along.Size + tile - 1) / tile;
        Span<CopyDimension> outer = stackalloc CopyDimension[dimensions.Length];
        int count = 0;
        for (int i = 0; i < dimensions.Length - 1; i++)
        {
            if (i != transposed) outer[count++] = dimensions[i];
        }
        long tiles = CopyDimension.Count(outer[..count]) * tilesAcross * tilesAlong;
        long total = CopyDimension.Count(dimensions);
        long bytes = Math.Min(across.Size, tile) * Math.Min(along.Size, tile) * elementBytes;
        pool.ParallelFor(tiles, Math.Max(1, GrainBytes / bytes), new Tiles((byte*)source, (byte*)target, elementBytes, tile, across, along, CopyDimension.Pack(outer[..count]), total * elementBytes >= StreamedCopy.LeastBytes, isa));
    }

    private readonly struct SplitRow(byte* source, byte* target, int elementBytes, PackedDimensions outer, bool stream) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            for (long row = 0; row < outer.Count; row++)
            {
                outer.Offsets(row, out long from, out long to);
                long offset = begin * elementBytes, bytes = (end - begin) * elementBytes;
                StreamedCopy.Run(source + from + offset, target + to + offset, bytes, stream);
            }
            StreamedCopy.Finish();
        }
    }

    private readonly struct Rows(byte* source, byte* target, int elementBytes, CopyDimension inner, PackedDimensions outer, bool stream) : IParallelBody
    {
        public void Run(long begin, long end)
        {
            bool adjacent = inner.Source == elementBytes && inner.Target == elementBytes;
            long bytes = inner.Size * elementBytes;
            for (long row = begin; row < end; row++)
            {
                outer.Offsets(row, out long from, out long to);
                if (adjacent) StreamedCopy.Run(source + from, target + to, bytes, stream);
                else LineCopy.Run(source + from, target + to, inner, elementBytes);
            }
            StreamedCopy.Finish();
        }
    }

    private readonly struct Tiles(byte* source, byte* target, int elementBytes, int tile, CopyDimension across, CopyDimension along, PackedDimensions outer, bool stream, IsaLevel isa) : IParallelBody
    {
        // Neighbours along rows of the source come one after the other: where rows are a power of two apart, tiles below each other share few places in the caches.
        public void Run(long begin, long end)
        {
            var streamed = new StreamedTiles(along.Source, across.Target, elementBytes, isa);
            Place next = At(begin);
            for (long index = begin; index < end; index++)
            {
                Place place = next;
                if (index + 1 < end) next = At(index + 1);
                bool lines = stream && StreamedTiles.Handles(place.To, across.Target, elementBytes, isa);
                if (lines && place.Along == tile && place.Across == tile) streamed.Add(place.From, place.To, next.From);
                else if (lines) TransposeTile.Stream(place.From, along.Source, place.To, across.Target, place.Along, place.Across, elementBytes, isa);
                else TransposeTile.Run(place.From, along.Source, place.To, across.Target, place.Along, place.Across, elementBytes, isa);
            }
            streamed.Flush();
            StreamedCopy.Finish();
        }

        // A tile: where it starts, and how many elements it has.
        private readonly record struct Place(nint Source, nint Target, long Across, long Along)
        {
            public byte* From => (byte*)Source;

            public byte* To => (byte*)Target;
        }

        private Place At(long index)
        {
            long tilesAcross = (across.Size + tile - 1) / tile, tilesAlong = (along.Size + tile - 1) / tile;
            (long rest, long i) = Math.DivRem(index, tilesAcross);
            (long block, long j) = Math.DivRem(rest, tilesAlong);
            outer.Offsets(block, out long from, out long to);
            long firstAcross = i * tile, firstAlong = j * tile;
            return new Place(
                (nint)(source + from + firstAcross * across.Source + firstAlong * along.Source), (nint)(target + to + firstAcross * across.Target + firstAlong * along.Target),
                Math.Min(tile, across.Size - firstAcross), Math.Min(tile, along.Size - firstAlong));
        }
    }
}
