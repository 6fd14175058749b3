using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>A part of a file.</summary>
internal readonly record struct FilePart(int Start, int End);

/// <summary>A reading position in a part of a file. Every read checks its bounds.</summary>
/// <param name="file">The whole file.</param>
/// <param name="bytes">The same.</param>
/// <param name="start">Where the part begins.</param>
/// <param name="end">Where it ends.</param>
internal ref struct BytecodeCursor(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> bytes, int start, int end)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The next byte, from the start of the file.</summary>
    public int Position { get; private set; } = start;

    /// <summary>One past the last byte.</summary>
    public readonly int End => end;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => end - Position;

    public readonly bool AtEnd => Position >= end;

    public readonly BytecodeException Error(string message) => new(message, Position);

    public byte Byte()
    {
        if (Position >= end)
        {
            throw Error("the data ends too early");
        }
        return _bytes[Position++];
    }

    /// <summary>A prefix varint: the number of trailing zero bits of the first byte is the number of bytes that follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong VarInt()
    {
        int at = Position;
        if (at <= _bytes.Length - 8)
        {
            ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), at));
            int length = BitOperations.TrailingZeroCount(word) + 1;
            if (length <= 8 && length <= end - at)
            {
                Position = at + length;
                return (word << (64 - (8 * length))) >> (64 - (7 * length));
            }
        }
        return LongVarInt();
    }

    /// <summary>A varint of nine bytes, one near the end of the file, or one that does not fit.</summary>
    private ulong LongVarInt()
    {
        byte first = Byte();
        int more = first == 0 ? 8 : BitOperations.TrailingZeroCount(first);
        if (more > end - Position)
        {
            throw Error($"{more} bytes are wanted and {Remaining} are left");
        }
        int at = Position;
        Position += more;
        if (first == 0)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at..]);
        }
        ulong value = first;
        for (int i = 0; i < more; i++)
        {
            value |= (ulong)_bytes[at + i] << (8 * (i + 1));
        }
        return value >> (more + 1);
    }

    /// <summary>A zigzag varint.</summary>
    public long SignedVarInt()
    {
        ulong n = VarInt();
        return (long)(n >> 1) ^ -(long)(n & 1);
    }

    /// <summary>A varint whose low bit is a flag.</summary>
    public ulong VarIntWithFlag(out bool flag)
    {
        ulong n = VarInt();
        flag = (n & 1) != 0;
        return n >> 1;
    }

    /// <summary>An index below a limit.</summary>
    public int Index(int limit, string what)
    {
        int at = Position;
        ulong n = VarInt();
        return n < (ulong)limit ? (int)n : throw new BytecodeException($"there is no {what} {n}: the file has {limit}", at);
    }

    /// <summary>A number of things that take at least a byte each.</summary>
    public int Count(string what)
    {
        int at = Position;
        ulong n = VarInt();
        return n <= (ulong)Remaining ? (int)n : throw new BytecodeException($"{n} {what} do not fit into the {Remaining} bytes that are left", at);
    }

    public ReadOnlyMemory<byte> Bytes(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw Error($"{count} bytes are wanted and {Remaining} are left");
        }
        ReadOnlyMemory<byte> bytes = file.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>A length and that many bytes, not copied.</summary>
    public ReadOnlyMemory<byte> Blob() => Bytes(Count("bytes"));

    /// <summary>The text up to a zero byte.</summary>
    public string NulTerminated()
    {
        int length = _bytes[Position..end].IndexOf((byte)0);
        if (length < 0)
        {
            throw Error("a string has no end");
        }
        string text = System.Text.Encoding.UTF8.GetString(_bytes.Slice(Position, length));
        Position += length + 1;
        return text;
    }

    /// <summary>Skips alignment padding, which is relative to the start of the file.</summary>
    public void AlignTo(ulong alignment)
    {
        if (!BitOperations.IsPow2(alignment) || alignment > 1 << 30)
        {
            throw Error($"{alignment} is not an alignment");
        }
        while (((ulong)Position & (alignment - 1)) != 0)
        {
            if (Byte() != BytecodeFormat.AlignmentByte)
            {
                throw new BytecodeException("alignment padding has another byte than 0xCB", Position - 1);
            }
        }
    }

    /// <summary>A section: its id and where its contents are.</summary>
    public (SectionId Id, FilePart Contents) Section()
    {
        byte code = Byte();
        ulong length = VarInt();
        if ((code & 0x80) != 0)
        {
            AlignTo(VarInt());
        }
        if (length > (ulong)Remaining)
        {
            throw Error($"a section of {length} bytes does not fit into the {Remaining} that are left");
        }
        int start = Position;
        Position += (int)length;
        return ((SectionId)(code & 0x7F), new FilePart(start, Position));
    }
}
