using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Codegen;

/// <summary>The stack frame of an emitted loop: loop counters, pointers of the innermost loop, slots, spilled vectors. Offsets from rsp.</summary>
internal sealed class LoopFrame
{
    private readonly int _vectorBytes;

    public LoopFrame(LoopKernel kernel, int vectorsPerSlot, LoopTarget target)
    {
        _vectorBytes = target.VectorBytes;
        VectorsPerSlot = vectorsPerSlot;
        Slots = 0;
        Spills = Slots + kernel.Slots * vectorsPerSlot * _vectorBytes;
        Scratch = Spills + target.Spills * _vectorBytes;
        LaneMask = Scratch + 2 * _vectorBytes;
        Counters = LaneMask + _vectorBytes;
        Pointers = Counters + kernel.Extents.Length * 8;
        Unit = Pointers + kernel.Accesses.Length * 8;
        End = Unit + 8;
        Lane = End + 8;
        LaneEnd = Lane + 8;
        LaneCount = LaneEnd + 8;
        Caller = LaneCount + 8;
        Bytes = (Caller + 8 + 63) / 64 * 64;
    }

    /// <summary>Vectors that a slot holds: several when the lanes run along an outer loop.</summary>
    public int VectorsPerSlot { get; }

    public int Slots { get; }

    public int Spills { get; }

    /// <summary>Two vectors, for what is computed lane by lane.</summary>
    public int Scratch { get; }

    public int Counters { get; }

    public int Pointers { get; }

    /// <summary>The current unit, and the one to stop at.</summary>
    public int Unit { get; }

    public int End { get; }

    /// <summary>The first lane of the current vector along an outer loop, and the first one past the unit.</summary>
    public int Lane { get; }

    public int LaneEnd { get; }

    /// <summary>The mask of the lanes that exist, and their number; only where masks have no registers of their own.</summary>
    public int LaneMask { get; }

    public int LaneCount { get; }

    /// <summary>The caller's stack pointer.</summary>
    public int Caller { get; }

    public int Bytes { get; }

    public int Slot(int slot, int vector) => Slots + (slot * VectorsPerSlot + vector) * _vectorBytes;
}

/// <summary>Constants of an emitted loop, in memory of their own: broadcast words and whole vectors.</summary>
internal sealed class ConstantPool
{
    private readonly Dictionary<int, int> _words = [];
    private readonly Dictionary<long, int> _longs = [];
    private readonly Dictionary<long, int> _splats = [];
    private readonly Dictionary<int, int> _tableRows = [];
    private readonly Dictionary<string, int> _vectors = [];
    private readonly List<int> _data = [];
    private int _laneMasks = -1;

    /// <summary>The bytes so far.</summary>
    public ReadOnlySpan<int> Data => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_data);

    /// <summary>Offset of a 32-bit constant.</summary>
    public int Word(int bits)
    {
        if (!_words.TryGetValue(bits, out int at))
        {
            at = _data.Count * 4;
            _data.Add(bits);
            _words.Add(bits, at);
        }
        return at;
    }

    /// <summary>Offset of the vector 0, 16, 1, 17, … from <paramref name="start"/> on: lanes of two vectors in turns.</summary>
    public int InTurns(int start) => Vector([.. Enumerable.Range(0, 16).Select(i => start + (i / 2) + (i % 2 * 16))]);

    /// <summary>Offset of a 64-bit constant.</summary>
    public int Long(long bits)
    {
        if (!_longs.TryGetValue(bits, out int at))
        {
            at = Align(2);
            Add(bits);
            _longs.Add(bits, at);
        }
        return at;
    }

    /// <summary>Offset of a row of <see cref="LoopTables"/>.</summary>
    public int TableRow(int row)
    {
        if (!_tableRows.TryGetValue(row, out int at))
        {
            at = Align(LoopTables.Entries);
            foreach (float entry in LoopTables.Row(row))
            {
                _data.Add(BitConverter.SingleToInt32Bits(entry));
            }
            _tableRows.Add(row, at);
        }
        return at;
    }

    /// <summary>Offset of a vector of these words.</summary>
    public int Vector(int[] words)
    {
        string key = string.Join(' ', words);
        if (!_vectors.TryGetValue(key, out int at))
        {
            at = Align();
            _data.AddRange(words);
            _vectors.Add(key, at);
        }
        return at;
    }

    /// <summary>Offset of a vector of a 32-bit constant, eight lanes long.</summary>
    public int Splat(int bits) => LongSplat((long)bits << 32 | (uint)bits);

    /// <summary>Offset of a vector of a 64-bit constant, four lanes long.</summary>
    public int LongSplat(long bits)
    {
        if (!_splats.TryGetValue(bits, out int at))
        {
            at = Align(8);
            for (int i = 0; i < 4; i++)
            {
                Add(bits);
            }
            _splats.Add(bits, at);
        }
        return at;
    }

    /// <summary>Offset of the vector start, start + step, … of 64-bit lanes.</summary>
    public int LongRamp(long start, long step) => Vector([.. Enumerable.Range(0, 8).SelectMany(i => Halves(start + i * step))]);

    private void Add(long bits) => _data.AddRange(Halves(bits));

    private static int[] Halves(long bits) => [(int)bits, (int)(bits >> 32)];

    /// <summary>Offset of <paramref name="lanes"/> times -1, then as many zeros: read n elements before the zeros, it is the mask of n lanes.</summary>
    public int LaneMasks(int lanes)
    {
        if (_laneMasks < 0)
        {
            _laneMasks = _data.Count * 4;
            _data.AddRange(Enumerable.Repeat(-1, lanes));
            _data.AddRange(Enumerable.Repeat(0, lanes));
        }
        return _laneMasks;
    }

    private int Align(int words = 16)
    {
        while (_data.Count % words != 0)
        {
            _data.Add(0);
        }
        return _data.Count * 4;
    }

    /// <summary>Offset of the vector start, start + step, ….</summary>
    public int Ramp(int start, int step) => Vector([.. Enumerable.Range(0, 16).Select(i => start + i * step)]);
}
