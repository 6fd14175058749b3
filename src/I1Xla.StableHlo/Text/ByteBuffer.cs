using System.Runtime.CompilerServices;
using System.Text;

namespace I1Xla.StableHlo.Text;

/// <summary>A growing buffer of UTF-8 text.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[1024];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Room for <paramref name="count"/> more bytes; advance with <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }
        return _bytes.AsSpan(Length);
    }

    /// <summary>Counts bytes that were put into <see cref="Room"/>.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Appends one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Byte(byte value)
    {
        if (Length == _bytes.Length)
        {
            Grow(1);
        }
        _bytes[Length++] = value;
    }

    /// <summary>Appends bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bytes(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
    }

    /// <summary>Appends a string of ASCII characters.</summary>
    public void Ascii(string text) => Length += Encoding.UTF8.GetBytes(text, Room(text.Length * 3));

    /// <summary>Appends a number.</summary>
    public void Number(long value)
    {
        value.TryFormat(Room(24), out int written);
        Length += written;
    }

    /// <summary>Appends a number.</summary>
    public void Number(ulong value)
    {
        value.TryFormat(Room(24), out int written);
        Length += written;
    }

    /// <summary>Appends spaces.</summary>
    public void Spaces(int count)
    {
        Room(count)[..count].Fill((byte)' ');
        Length += count;
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Written);

    private void Grow(int count) => Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)Length + count, _bytes.Length * 2L)));
}
