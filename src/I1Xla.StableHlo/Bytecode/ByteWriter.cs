using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Collects the bytes of a section.</summary>
internal sealed class ByteWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>How many bytes there are.</summary>
    public int Length => _buffer.WrittenCount;

    /// <summary>The alignment that the start of the section needs.</summary>
    public int RequiredAlignment { get; private set; } = 1;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

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
        int count = Encoding.UTF8.GetBytes(text, _buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        _buffer.Advance(count);
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
    public void Patch(int position, byte value)
    {
        _ = MemoryMarshal.TryGetArray(_buffer.WrittenMemory, out ArraySegment<byte> written);
        written.AsSpan()[position] = value;
    }

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
