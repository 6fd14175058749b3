using System.Runtime.InteropServices;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>
/// How an array lies in memory: an order of the dimensions with optional tiles, or a stride in bytes for each dimension
/// (<c>PJRT_Buffer_MemoryLayout</c>).
/// </summary>
public sealed record PjrtLayout
{
    private PjrtLayout(PjrtMemoryLayoutType type, long[] numbers, IReadOnlyList<long[]> tiles)
    {
        Type = type;
        this.numbers = numbers;
        Tiles = tiles;
    }

    private readonly long[] numbers;

    /// <summary>Tiled (an order of dimensions, perhaps with tiles) or strided.</summary>
    public PjrtMemoryLayoutType Type { get; }

    /// <summary>The dimensions from the fastest-changing to the slowest, of a tiled layout.</summary>
    public IReadOnlyList<long> MinorToMajor => Type == PjrtMemoryLayoutType.Tiled ? numbers : throw new InvalidOperationException("A strided layout has no minor-to-major order.");

    /// <summary>The tiles of a tiled layout, outermost first; empty when the array is not tiled.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Tiles { get; }

    /// <summary>The bytes from one element to the next along each dimension, of a strided layout.</summary>
    public IReadOnlyList<long> ByteStrides => Type == PjrtMemoryLayoutType.Strides ? numbers : throw new InvalidOperationException("A tiled layout has no byte strides.");

    /// <summary>The last dimension changes fastest, as in C and NumPy.</summary>
    public static PjrtLayout RowMajor(int rank) => Tiled([.. Enumerable.Range(0, rank).Select(i => (long)(rank - 1 - i))]);

    /// <summary>The first dimension changes fastest, as in Fortran.</summary>
    public static PjrtLayout ColumnMajor(int rank) => Tiled([.. Enumerable.Range(0, rank).Select(i => (long)i)]);

    /// <summary>A layout by the order of its dimensions, fastest first, and perhaps tiles.</summary>
    public static PjrtLayout Tiled(ReadOnlySpan<long> minorToMajor, params IReadOnlyList<long[]> tiles) =>
        new(PjrtMemoryLayoutType.Tiled, minorToMajor.ToArray(), tiles);

    /// <summary>A layout by its byte strides.</summary>
    public static PjrtLayout Strided(ReadOnlySpan<long> byteStrides) => new(PjrtMemoryLayoutType.Strides, byteStrides.ToArray(), []);

    /// <inheritdoc/>
    public bool Equals(PjrtLayout? other) => other is not null && Type == other.Type && numbers.AsSpan().SequenceEqual(other.numbers) &&
        Tiles.Count == other.Tiles.Count && Tiles.Zip(other.Tiles).All(p => p.First.SequenceEqual(p.Second));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, numbers.Length, numbers.Length > 0 ? numbers[0] : 0, Tiles.Count);

    /// <summary>As XLA prints it: <c>{1,0:T(8,128)}</c>, or the strides.</summary>
    public override string ToString() => Type == PjrtMemoryLayoutType.Strides
        ? "strides(" + string.Join(',', numbers) + ")"
        : "{" + string.Join(',', numbers) + (Tiles.Count > 0 ? ":T" + string.Concat(Tiles.Select(t => "(" + string.Join(',', t) + ")")) : "") + "}";

    internal static unsafe PjrtLayout Read(in PJRT_Buffer_MemoryLayout native)
    {
        if (native.Type == PjrtMemoryLayoutType.Strides)
        {
            return Strided(new ReadOnlySpan<long>(native.Value.Strides.ByteStrides, checked((int)native.Value.Strides.NumByteStrides)));
        }
        ref readonly PJRT_Buffer_MemoryLayout_Tiled tiled = ref native.Value.Tiled;
        var tiles = new List<long[]>();
        long* at = tiled.TileDims;
        for (nuint i = 0; i < tiled.NumTiles; i++)
        {
            int size = checked((int)tiled.TileDimSizes[i]);
            tiles.Add(new ReadOnlySpan<long>(at, size).ToArray());
            at += size;
        }
        return Tiled(new ReadOnlySpan<long>(tiled.MinorToMajor, checked((int)tiled.MinorToMajorSize)), tiles);
    }

    /// <summary>The layout in native memory for the duration of a call; a null layout gives a null pointer.</summary>
    internal readonly unsafe struct Native : IDisposable
    {
        private readonly void* block;

        public Native(PjrtApi api, PjrtLayout? layout)
        {
            if (layout is null)
            {
                return;
            }
            int tileNumbers = layout.Tiles.Sum(t => t.Count);
            int longs = layout.numbers.Length + tileNumbers + layout.Tiles.Count;
            block = NativeMemory.AllocZeroed((nuint)(sizeof(PJRT_Buffer_MemoryLayout) + (8 * longs)));
            Pointer = (PJRT_Buffer_MemoryLayout*)block;
            *Pointer = api.Sized<PJRT_Buffer_MemoryLayout>();
            Pointer->Type = layout.Type;
            var numbers = (long*)(Pointer + 1);
            layout.numbers.CopyTo(new Span<long>(numbers, layout.numbers.Length));
            if (layout.Type == PjrtMemoryLayoutType.Strides)
            {
                Pointer->Value.Strides = api.Sized<PJRT_Buffer_MemoryLayout_Strides>();
                Pointer->Value.Strides.ByteStrides = numbers;
                Pointer->Value.Strides.NumByteStrides = (nuint)layout.numbers.Length;
                return;
            }
            long* tileDims = numbers + layout.numbers.Length;
            var tileSizes = (nuint*)(tileDims + tileNumbers);
            int at = 0;
            for (int i = 0; i < layout.Tiles.Count; i++)
            {
                tileSizes[i] = (nuint)layout.Tiles[i].Count;
                foreach (long dimension in layout.Tiles[i])
                {
                    tileDims[at++] = dimension;
                }
            }
            Pointer->Value.Tiled = api.Sized<PJRT_Buffer_MemoryLayout_Tiled>();
            Pointer->Value.Tiled.MinorToMajor = numbers;
            Pointer->Value.Tiled.MinorToMajorSize = (nuint)layout.numbers.Length;
            Pointer->Value.Tiled.TileDims = tileDims;
            Pointer->Value.Tiled.TileDimSizes = tileSizes;
            Pointer->Value.Tiled.NumTiles = (nuint)layout.Tiles.Count;
        }

        public PJRT_Buffer_MemoryLayout* Pointer { get; }

        public void Dispose() => NativeMemory.Free(block);
    }
}
