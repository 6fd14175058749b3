using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Collects the bytes of a section, in memory of the shared pool.</summary>
internal sealed class ByteWriter : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256);

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>The alignment that the start of the section needs.</summary>
    public int RequiredAlignment { get; private set; } = 1;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Byte(byte value)
    {
        if (Length == _buffer.Length)
        {
            Grow(1);
        }
        _buffer[Length++] = value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - Length < bytes.Length)
        {
            Grow(bytes.Length);
        }
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    private void Grow(int more) => Reserve(Math.Max(more, Math.Min(Array.MaxLength, 2L * _buffer.Length) - Length));

    /// <summary>A prefix varint; see <see cref="BytecodeCursor.VarInt"/>.</summary>
    public void VarInt(ulong value)
    {
        if (_buffer.Length - Length < 9)
        {
            Grow(9);
        }
        if (value < 1 << 7)
        {
            _buffer[Length++] = (byte)((value << 1) | 1);
            return;
        }
        int bits = 64 - BitOperations.LeadingZeroCount(value);
        Span<byte> end = _buffer.AsSpan(Length);
        if (bits > 56)
        {
            end[0] = 0;
            BinaryPrimitives.WriteUInt64LittleEndian(end[1..], value);
            Length += 9;
            return;
        }
        int count = (bits + 6) / 7;
        BinaryPrimitives.WriteUInt64LittleEndian(end, ((value << 1) | 1) << (count - 1));
        Length += count;
    }

    public void SignedVarInt(long value) => VarInt((ulong)((value << 1) ^ (value >> 63)));

    public void VarIntWithFlag(ulong value, bool flag) => VarInt((value << 1) | (flag ? 1u : 0u));

    public void NulTerminated(ReadOnlySpan<char> text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_buffer.Length - Length < most)
        {
            Grow(most);
        }
        Length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(Length));
        Byte(0);
    }

    public void AlignTo(int alignment)
    {
        while ((Length & (alignment - 1)) != 0)
        {
            Byte(BytecodeFormat.AlignmentByte);
        }
        RequiredAlignment = Math.Max(RequiredAlignment, alignment);
    }

    /// <summary>Makes room, where it is known how much is to come.</summary>
    public void Reserve(long bytes)
    {
        if (_buffer.Length - Length < bytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked((int)(Length + bytes)));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }

    /// <summary>Gives the memory back; nothing that was written may be in use any more.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }

    /// <summary>Forgets everything written, and keeps the memory.</summary>
    public void Clear()
    {
        Length = 0;
        RequiredAlignment = 1;
    }

    /// <summary>Changes a byte written before.</summary>
    public void Patch(int position, byte value) => _buffer[position] = value;

    /// <summary>A section with contents that another writer collected.</summary>
    public void Section(SectionId id, ByteWriter contents)
    {
        int at = Length;
        Byte((byte)id);
        VarInt((ulong)contents.Length);
        int alignment = contents.RequiredAlignment;
        if (alignment > 1)
        {
            if ((Length & (alignment - 1)) != 0)
            {
                VarInt((ulong)alignment);
                AlignTo(alignment);
                Patch(at, (byte)((byte)id | 0x80));
            }
            else
            {
                RequiredAlignment = Math.Max(RequiredAlignment, alignment);
            }
        }
        Bytes(contents.Written.Span);
    }
}
