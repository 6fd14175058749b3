using System.Buffers.Binary;
using System.Text;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Collects the bytes of a section.</summary>
internal sealed class ByteWriter
{
    private byte[] _buffer = new byte[256];

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

    private void Grow(int more) => Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)Length + more, 2L * _buffer.Length)));

    /// <summary>A prefix varint; see <see cref="BytecodeCursor.VarInt"/>.</summary>
    public void VarInt(ulong value)
    {
        if (value >> 7 == 0)
        {
            Byte((byte)((value << 1) | 1));
            return;
        }
        Span<byte> bytes = stackalloc byte[8];
        for (int count = 2; count < 9; count++)
        {
            if (value >> (7 * count) == 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, ((value << 1) | 1) << (count - 1));
                Bytes(bytes[..count]);
                return;
            }
        }
        Byte(0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Bytes(bytes);
    }

    public void SignedVarInt(long value) => VarInt((ulong)((value << 1) ^ (value >> 63)));

    public void VarIntWithFlag(ulong value, bool flag) => VarInt((value << 1) | (flag ? 1u : 0u));

    public void NulTerminated(ReadOnlySpan<char> text)
    {
        Bytes(Encoding.UTF8.GetBytes(text.ToArray()));
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
