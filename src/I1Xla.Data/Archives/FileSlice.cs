using Microsoft.Win32.SafeHandles;

namespace I1Xla.Data.Archives;

/// <summary>A read-only stream over a range of an open file; it does not own the handle, and several can be read at once.</summary>
internal sealed class FileSlice(SafeFileHandle file, long start, long length) : Stream
{
    private long position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => position; set => position = value; }

    public override int Read(Span<byte> buffer)
    {
        int want = (int)Math.Min(buffer.Length, length - position);
        int got = want <= 0 ? 0 : RandomAccess.Read(file, buffer[..want], start + position);
        position += got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => position, _ => length };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
