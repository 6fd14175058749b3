using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Copies;

/// <summary>
/// Lines of small blocks of elements (pixels), each made of elements of a block of the source: colours in another order, some of them, one of them several times. A few blocks
/// are made at once by shuffling the bytes of a vector.
/// </summary>
internal sealed unsafe class PixelShuffle
{
    private const int Vector = 16, MostGroupBytes = 4 * Vector;

    // Vectors that carry less are no better than elements one by one.
    private const int LeastBytesPerVector = 4;

    private readonly int _element;
    private readonly long _apart;
    private readonly long[] _map;
    private readonly int _blocks;
    private readonly int[] _starts;
    private readonly Vector128<byte>[] _orders;

    // How much further than its blocks' last byte a group's vectors end short of (or, where blocks come in falling order, than their first byte begin after); negative where they reach beyond.
    private readonly long _spare;

    private PixelShuffle(int element, long[] map, long apart, int blocks, int[] starts, Vector128<byte>[] orders)
    {
        (_element, _map, _apart, _blocks, _starts, _orders) = (element, map, apart, blocks, starts, orders);
        _spare = apart > 0 ? ((map.Max() + 1) * element) - (starts.Max() + Vector) : starts.Min() - (map.Min() * element);
    }

    /// <summary>Such a shuffle, which needs SSSE3; null where no vectors hold what a block needs.</summary>
    /// <param name="element">Size of an element in bytes.</param>
    /// <param name="map">For each element of a block of the target the one of the source, from the source's block.</param>
    /// <param name="apart">Elements from one block of the source to the next.</param>
    public static PixelShuffle? TryCreate(int element, long[] map, long apart)
    {
        PixelShuffle? best = null;
        for (int blocks = 1; blocks * map.Length * element <= MostGroupBytes && apart != 0; blocks++)
        {
            if (Group(element, map, apart, blocks) is { } made && (best is null || made._starts.Length * best._blocks <= best._starts.Length * made._blocks))
            {
                best = made;
            }
        }
        return best is not null && best._blocks * map.Length * element >= LeastBytesPerVector * best._starts.Length ? best : null;
    }

    private static PixelShuffle? Group(int element, long[] map, long apart, int blocks)
    {
        int[] from = [.. Enumerable.Range(0, blocks * map.Length * element).Select(b => (int)((((b / element / map.Length * apart) + map[b / element % map.Length]) * element) + (b % element)))];
        var starts = new List<int>();
        var orders = new List<Vector128<byte>>();
        for (int at = 0; at < from.Length; at += Vector)
        {
            int[] bytes = from[at..Math.Min(at + Vector, from.Length)];
            if (bytes.Max() - bytes.Min() >= Vector)
            {
                return null;
            }
            // Nothing is read before the first byte of a line that goes down, or behind the last of one that goes up, but where other blocks are.
            int start = apart > 0 ? bytes.Min() : bytes.Max() - Vector + 1;
            starts.Add(start);
            orders.Add(Vector128.Create([.. Enumerable.Range(0, Vector).Select(i => (byte)(i < bytes.Length ? bytes[i] - start : 0))]));
        }
        return new PixelShuffle(element, map, apart, blocks, [.. starts], [.. orders]);
    }

    /// <summary>Writes a line.</summary>
    /// <param name="from">Its first block in the source.</param>
    /// <param name="to">The target, which must not overlap it.</param>
    /// <param name="count">How many blocks.</param>
    public void Run(byte* from, byte* to, long count)
    {
        long fromStep = _apart * _element, toStep = (long)_map.Length * _element;
        // From the first block on, how far vectors may move and still read and write this line alone.
        long target = (count * toStep) - (_starts.Length * Vector), source = ((count - 1) * Math.Abs(fromStep)) + _spare;
        long done = target < 0 || source < 0 || count < _blocks ? 0
            : Groups(from, to, Math.Min((Math.Min(source / Math.Abs(fromStep), target / toStep) / _blocks) + 1, count / _blocks));
        from += done * fromStep;
        to += done * toStep;
        switch (_element)
        {
            case 1: Single(from, to, count - done); break;
            case 2: Single((ushort*)from, (ushort*)to, count - done); break;
            case 4: Single((uint*)from, (uint*)to, count - done); break;
            default: Single((ulong*)from, (ulong*)to, count - done); break;
        }
    }

    private void Single<T>(T* from, T* to, long blocks)
        where T : unmanaged
    {
        for (; blocks > 0; blocks--, from += _apart)
        {
            foreach (long place in _map)
            {
                *to++ = from[place];
            }
        }
    }

    // Returns how many blocks they are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Groups(byte* from, byte* to, long groups)
    {
        long fromStep = _apart * _element * _blocks, toStep = (long)_map.Length * _element * _blocks;
        if (_starts.Length == 1)
        {
            Vector128<byte> order = _orders[0];
            byte* source = from + _starts[0];
            for (long g = 0; g < groups; g++, source += fromStep, to += toStep)
            {
                Ssse3.Shuffle(Vector128.Load(source), order).Store(to);
            }
            return groups * _blocks;
        }
        int vectors = _starts.Length;
        fixed (int* starts = _starts)
        {
            fixed (Vector128<byte>* orders = _orders)
            {
                for (long g = 0; g < groups; g++, from += fromStep, to += toStep)
                {
                    for (int v = 0; v < vectors; v++)
                    {
                        Ssse3.Shuffle(Vector128.Load(from + starts[v]), orders[v]).Store(to + (v * Vector));
                    }
                }
            }
        }
        return groups * _blocks;
    }
}
