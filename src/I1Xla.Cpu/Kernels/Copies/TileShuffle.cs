using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>
/// Moves small tiles whose elements lie in a few runs on either side (planes of a picture and its pixels, patches, rows that are turned round): each vector of the target is
/// brought together from the vectors of the source that hold its bytes, which are the same ones, in the same places, for every tile.
/// </summary>
internal sealed unsafe class TileShuffle
{
    private const int Vector = CacheLine.Bytes;

    // Arrays that stay where they are; orders begin at a cache line.
    private readonly VectorPlan[] _vectors;
    private readonly int[] _starts;
    private readonly byte[] _orders;

    // A vector of the target: where it starts, how many of its bytes count, and of how many vectors of the source it is made.
    private readonly record struct VectorPlan(int Target, int Bytes, int Sources);

    private readonly VectorPlan* _firstVector, _endVector;
    private readonly int* _firstStart;
    private readonly Vector512<byte>* _firstOrder;

    private TileShuffle(List<VectorPlan> vectors, List<int> starts, List<Vector512<byte>> orders)
    {
        _vectors = GC.AllocateUninitializedArray<VectorPlan>(vectors.Count, pinned: true);
        _starts = GC.AllocateUninitializedArray<int>(starts.Count, pinned: true);
        _orders = GC.AllocateUninitializedArray<byte>((orders.Count + 1) * Vector, pinned: true);
        vectors.CopyTo(_vectors);
        starts.CopyTo(_starts);
        _firstVector = (VectorPlan*)Unsafe.AsPointer(ref _vectors[0]);
        _endVector = _firstVector + vectors.Count;
        _firstStart = (int*)Unsafe.AsPointer(ref _starts[0]);
        byte* at = (byte*)Unsafe.AsPointer(ref _orders[0]);
        _firstOrder = (Vector512<byte>*)(at + (-(nint)at & (Vector - 1)));
        for (int i = 0; i < orders.Count; i++)
        {
            _firstOrder[i] = orders[i];
        }
    }

    /// <summary>Whether this machine has what <see cref="Run"/> needs: permutations of the bytes of two vectors.</summary>
    public static bool IsSupported => Avx512Vbmi.IsSupported && Avx512BW.IsSupported;

    /// <summary>Vectors of the target that one tile takes.</summary>
    public int Targets => _vectors.Length;

    /// <summary>Vectors of the source that are read for one tile.</summary>
    public int Sources => _starts.Length;

    /// <summary>Such a shuffle; null where the source's elements do not fill a vector, so that reading one would touch what lies beside them, and where they lie gigabytes apart.</summary>
    /// <param name="element">Size of an element in bytes.</param>
    /// <param name="tile">Dimensions of a tile.</param>
    public static TileShuffle? TryCreate(int element, ReadOnlySpan<CopyDimension> tile)
    {
        (long Target, long Source)[] bytes = Bytes(element, tile);
        long first = bytes.Min(b => b.Source), last = bytes.Max(b => b.Source) - Vector + 1;
        if (last < first || Math.Max(last - first, bytes[^1].Target) > int.MaxValue / 2)
        {
            return null;
        }
        var vectors = new List<VectorPlan>();
        var starts = new List<int>();
        var orders = new List<Vector512<byte>>();
        for (int run = 0, end; run < bytes.Length; run = end)
        {
            for (end = run + 1; end < bytes.Length && bytes[end].Target == bytes[end - 1].Target + 1; end++)
            {
            }
            for (int at = run; at < end; at += Vector)
            {
                // The last vector of a run begins within the one before.
                int begin = Math.Max(run, Math.Min(at, end - Vector));
                ReadOnlySpan<(long Target, long Source)> some = bytes.AsSpan(begin, Math.Min(Vector, end - begin));
                int[] from = Cover(some, last);
                vectors.Add(new VectorPlan((int)some[0].Target, some.Length, from.Length));
                starts.AddRange(from);
                Order(some, from, orders);
                if (some.Length < Vector)
                {
                    int whole = some.Length;
                    orders.Add(Vector512.Create([.. Enumerable.Range(0, Vector).Select(i => i < whole ? byte.MaxValue : (byte)0)]));
                }
            }
        }
        return new TileShuffle(vectors, starts, orders);
    }

    // Where each byte of a tile is, in the order of the target.
    private static (long Target, long Source)[] Bytes(int element, ReadOnlySpan<CopyDimension> tile)
    {
        (long Target, long Source)[] elements = [(0, 0)];
        foreach (CopyDimension d in tile)
        {
            elements = [.. Enumerable.Range(0, (int)d.Size).SelectMany(i => elements.Select(e => (e.Target + (i * d.Target), e.Source + (i * d.Source))))];
        }
        return [.. elements.OrderBy(e => e.Target).SelectMany(e => Enumerable.Range(0, element).Select(b => (e.Target + b, e.Source + b)))];
    }

    // Where vectors start that hold the sources of some bytes; none begins behind the last place.
    private static int[] Cover(ReadOnlySpan<(long Target, long Source)> bytes, long last)
    {
        var starts = new List<int>();
        foreach (long source in bytes.ToArray().Select(b => b.Source).Order())
        {
            if (starts.Count == 0 || source >= starts[^1] + Vector)
            {
                starts.Add((int)Math.Min(source, last));
            }
        }
        return [.. starts];
    }

    // One order for a single vector; otherwise one for the first two, and for each other one, which leaves in place what is there already. What counts of less than a vector stands behind them.
    private static void Order(ReadOnlySpan<(long Target, long Source)> bytes, int[] starts, List<Vector512<byte>> orders)
    {
        int[] of = new int[bytes.Length];
        for (int i = 0; i < of.Length; i++)
        {
            long source = bytes[i].Source;
            of[i] = Array.FindLastIndex(starts, s => s <= source);
        }
        byte[] order = new byte[Vector];
        for (int s = starts.Length == 1 ? 0 : 1; s < starts.Length; s++)
        {
            for (int i = 0; i < of.Length; i++)
            {
                order[i] = (byte)(of[i] == s ? (s == 0 ? 0 : Vector) + bytes[i].Source - starts[s] : s == 1 && of[i] == 0 ? bytes[i].Source - starts[0] : i);
            }
            orders.Add(Vector512.Create(order));
        }
    }

    /// <summary>Moves tiles, one after the other.</summary>
    /// <param name="from">The first tile in the source.</param>
    /// <param name="to">The first tile in the target, which must not overlap the source.</param>
    /// <param name="tiles">How many.</param>
    /// <param name="fromStep">Bytes from one to the next in the source.</param>
    /// <param name="toStep">Bytes from one to the next in the target.</param>
    /// <param name="stream">Whether whole cache lines of the target go past the caches; <see cref="StreamedCopy.Finish"/> follows then.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(byte* from, byte* to, long tiles, long fromStep, long toStep, bool stream)
    {
        for (VectorPlan* end = _endVector; tiles > 0; tiles--, from += fromStep, to += toStep)
        {
            int* start = _firstStart;
            Vector512<byte>* order = _firstOrder;
            for (VectorPlan* v = _firstVector; v < end; v++)
            {
                Vector512<byte> made = Vector512.Load(from + *start++);
                if (v->Sources == 1)
                {
                    made = Avx512Vbmi.PermuteVar64x8(made, *order++);
                }
                for (int s = v->Sources; s > 1; s--)
                {
                    made = Avx512Vbmi.PermuteVar64x8x2(made, *order++, Vector512.Load(from + *start++));
                }
                byte* target = to + v->Target;
                if (v->Bytes < Vector)
                {
                    Avx512BW.MaskStore(target, *order++, made);
                }
                else if (stream && ((nint)target & (Vector - 1)) == 0)
                {
                    made.StoreAlignedNonTemporal(target);
                }
                else
                {
                    made.Store(target);
                }
            }
        }
    }
}
