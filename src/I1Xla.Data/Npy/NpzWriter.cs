using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using I1Xla.Data.Hashing;

namespace I1Xla.Data.Npy;

/// <summary>
/// Writes NumPy <c>.npz</c> archives byte for byte as <c>numpy.savez</c> does (zip64 local headers, date 1980-01-01,
/// members in the order given), streaming: nothing but the directory is kept in memory. The archive is complete only after
/// <see cref="Complete"/>; a writer disposed before that leaves a file that reads as cut short.
/// </summary>
public sealed class NpzWriter : IDisposable
{
    private const long Zip64Limit = int.MaxValue;

    private readonly Stream stream;
    private readonly bool ownsStream;
    private readonly bool compress;
    private readonly long origin;
    private readonly List<Written> written = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private Member? open;
    private bool completed;

    private sealed record Written(byte[] Name, uint Crc, long Compressed, long Size, long Offset);

    /// <summary>Creates (or replaces) the file at <paramref name="path"/>.</summary>
    /// <param name="path">Target; write to a temporary name and rename it after <see cref="Complete"/> to never leave half a file.</param>
    /// <param name="compress">Deflate the members, as <c>numpy.savez_compressed</c> does.</param>
    public NpzWriter(string path, bool compress = false)
        : this(new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 20), compress) => ownsStream = true;

    /// <summary>Writes to <paramref name="stream"/>, which must be seekable and is left open.</summary>
    public NpzWriter(Stream stream, bool compress = false)
    {
        if (!stream.CanSeek)
        {
            throw new ArgumentException("A .npz archive can be written only to a seekable stream.", nameof(stream));
        }
        (this.stream, this.compress, origin) = (stream, compress, stream.Position);
    }

    /// <summary>Writes one member whole.</summary>
    public void Write(string key, NpyArray array) => Write(key, array.Descr, array.Shape, array.Data.Span);

    /// <summary>Writes one member whole from C-order, little-endian bytes.</summary>
    public void Write(string key, string descr, ReadOnlySpan<long> shape, ReadOnlySpan<byte> data)
    {
        var header = new NpyHeader(NpyHeader.CheckDescr(descr), false, shape.ToArray());
        if (header.ByteLength != data.Length)
        {
            throw new ArgumentException($"'{key}' of type {descr} and shape ({string.Join(", ", header.Shape)}) has {header.ByteLength} bytes, not {data.Length}.", nameof(data));
        }
        if (compress)
        {
            using Member member = Begin(key, descr, shape);
            member.Write(data);
            return;
        }
        byte[] name = NewName(key);
        byte[] head = header.ToBytes();
        uint crc = Crc32.Append(Crc32.Compute(head), data);
        long offset = stream.Position - origin, size = head.Length + data.Length;
        WriteLocalHeader(name, crc, size, size);
        stream.Write(head);
        stream.Write(data);
        written.Add(new Written(name, crc, size, size, offset));
    }

    /// <summary>
    /// Begins a member whose data follows in pieces (for arrays larger than one buffer). Dispose the member when all its bytes
    /// are written; no other member can be written meanwhile.
    /// </summary>
    public Member Begin(string key, string descr, ReadOnlySpan<long> shape)
    {
        var header = new NpyHeader(NpyHeader.CheckDescr(descr), false, shape.ToArray());
        return open = new Member(this, key, NewName(key), header);
    }

    /// <summary>Writes the directory and flushes everything to the disk.</summary>
    public void Complete()
    {
        if (open is not null || completed)
        {
            throw new InvalidOperationException(completed ? "The archive is already complete." : "A member is still being written.");
        }
        long start = stream.Position - origin;
        foreach (Written w in written)
        {
            WriteCentralHeader(w);
        }
        long end = stream.Position - origin, size = end - start;
        int count = written.Count;
        if (count > 0xFFFF || start > Zip64Limit || size > Zip64Limit)
        {
            Span<byte> end64 = stackalloc byte[56 + 20];
            end64.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(end64, 0x06064b50);
            BinaryPrimitives.WriteInt64LittleEndian(end64[4..], 44);
            BinaryPrimitives.WriteUInt16LittleEndian(end64[12..], 45);
            BinaryPrimitives.WriteUInt16LittleEndian(end64[14..], 45);
            BinaryPrimitives.WriteInt64LittleEndian(end64[24..], count);
            BinaryPrimitives.WriteInt64LittleEndian(end64[32..], count);
            BinaryPrimitives.WriteInt64LittleEndian(end64[40..], size);
            BinaryPrimitives.WriteInt64LittleEndian(end64[48..], start);
            BinaryPrimitives.WriteUInt32LittleEndian(end64[56..], 0x07064b50);
            BinaryPrimitives.WriteInt64LittleEndian(end64[64..], end);
            BinaryPrimitives.WriteUInt32LittleEndian(end64[72..], 1);
            stream.Write(end64);
        }
        Span<byte> eocd = stackalloc byte[22];
        eocd.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(eocd, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(eocd[8..], (ushort)Math.Min(count, 0xFFFF));
        BinaryPrimitives.WriteUInt16LittleEndian(eocd[10..], (ushort)Math.Min(count, 0xFFFF));
        BinaryPrimitives.WriteUInt32LittleEndian(eocd[12..], (uint)Math.Min(size, 0xFFFFFFFF));
        BinaryPrimitives.WriteUInt32LittleEndian(eocd[16..], (uint)Math.Min(start, 0xFFFFFFFF));
        stream.Write(eocd);
        if (stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
        else
        {
            stream.Flush();
        }
        completed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!ownsStream)
        {
            return;
        }
        try
        {
            stream.Dispose();
        }
        catch (IOException) when (!completed)
        {
            // The error that stopped the writing (a full disk) is on its way to the caller; its echo here must not hide it.
        }
    }

    /// <summary>Writes a whole archive and flushes it to the disk.</summary>
    public static void Save(string path, IEnumerable<KeyValuePair<string, NpyArray>> arrays, bool compress = false)
    {
        using var writer = new NpzWriter(path, compress);
        foreach ((string key, NpyArray array) in arrays)
        {
            writer.Write(key, array);
        }
        writer.Complete();
    }

    private byte[] NewName(string key)
    {
        if (open is not null || completed)
        {
            throw new InvalidOperationException(completed ? "The archive is already complete." : "Another member is still being written.");
        }
        return names.Add(key) ? Encoding.UTF8.GetBytes(key + ".npy") : throw new ArgumentException($"The archive already has an entry '{key}'.", nameof(key));
    }

    private static ushort Flags(byte[] name) => name.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)127) ? (ushort)0x800 : (ushort)0;

    private void WriteLocalHeader(byte[] name, uint crc, long compressed, long size)
    {
        Span<byte> h = stackalloc byte[30];
        h.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(h, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(h[4..], 45);
        BinaryPrimitives.WriteUInt16LittleEndian(h[6..], Flags(name));
        BinaryPrimitives.WriteUInt16LittleEndian(h[8..], (ushort)(compress ? 8 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(h[12..], 0x21);
        BinaryPrimitives.WriteUInt32LittleEndian(h[14..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(h[18..], 0xFFFFFFFF);
        BinaryPrimitives.WriteUInt32LittleEndian(h[22..], 0xFFFFFFFF);
        BinaryPrimitives.WriteUInt16LittleEndian(h[26..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(h[28..], 20);
        stream.Write(h);
        stream.Write(name);
        Span<byte> extra = stackalloc byte[20];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], 16);
        BinaryPrimitives.WriteInt64LittleEndian(extra[4..], size);
        BinaryPrimitives.WriteInt64LittleEndian(extra[12..], compressed);
        stream.Write(extra);
    }

    private void WriteCentralHeader(Written w)
    {
        bool bigSize = w.Size > Zip64Limit || w.Compressed > Zip64Limit, bigOffset = w.Offset > Zip64Limit;
        int fields = (bigSize ? 2 : 0) + (bigOffset ? 1 : 0);
        int extraLength = fields == 0 ? 0 : 4 + (8 * fields);
        Span<byte> h = stackalloc byte[46 + 28];
        h.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(h, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(h[4..], 45 | (3 << 8));
        BinaryPrimitives.WriteUInt16LittleEndian(h[6..], 45);
        BinaryPrimitives.WriteUInt16LittleEndian(h[8..], Flags(w.Name));
        BinaryPrimitives.WriteUInt16LittleEndian(h[10..], (ushort)(compress ? 8 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(h[14..], 0x21);
        BinaryPrimitives.WriteUInt32LittleEndian(h[16..], w.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(h[20..], bigSize ? 0xFFFFFFFF : (uint)w.Compressed);
        BinaryPrimitives.WriteUInt32LittleEndian(h[24..], bigSize ? 0xFFFFFFFF : (uint)w.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(h[28..], (ushort)w.Name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(h[30..], (ushort)extraLength);
        BinaryPrimitives.WriteUInt32LittleEndian(h[38..], 0x01800000);
        BinaryPrimitives.WriteUInt32LittleEndian(h[42..], bigOffset ? 0xFFFFFFFF : (uint)w.Offset);
        stream.Write(h[..46]);
        stream.Write(w.Name);
        if (fields == 0)
        {
            return;
        }
        Span<byte> extra = h[46..];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)(8 * fields));
        if (bigSize)
        {
            BinaryPrimitives.WriteInt64LittleEndian(extra[4..], w.Size);
            BinaryPrimitives.WriteInt64LittleEndian(extra[12..], w.Compressed);
        }
        if (bigOffset)
        {
            BinaryPrimitives.WriteInt64LittleEndian(extra[(bigSize ? 20 : 4)..], w.Offset);
        }
        stream.Write(extra[..extraLength]);
    }

    /// <summary>A member being written in pieces.</summary>
    public sealed class Member : IDisposable
    {
        private readonly NpzWriter writer;
        private readonly string key;
        private readonly byte[] name;
        private readonly NpyHeader header;
        private readonly long offset;
        private readonly long dataStart;
        private readonly DeflateStream? deflate;
        private uint crc;
        private long size;
        private long dataBytes;

        internal Member(NpzWriter writer, string key, byte[] name, NpyHeader header)
        {
            (this.writer, this.key, this.name, this.header) = (writer, key, name, header);
            offset = writer.stream.Position - writer.origin;
            writer.WriteLocalHeader(name, 0, 0, 0);
            dataStart = writer.stream.Position;
            deflate = writer.compress ? new DeflateStream(writer.stream, CompressionLevel.Optimal, leaveOpen: true) : null;
            Put(header.ToBytes());
        }

        /// <summary>Appends C-order, little-endian bytes.</summary>
        public void Write(ReadOnlySpan<byte> data)
        {
            dataBytes += data.Length;
            if (dataBytes > header.ByteLength)
            {
                throw new InvalidOperationException($"'{key}' has room for {header.ByteLength} bytes; {dataBytes} were written.");
            }
            Put(data);
        }

        /// <summary>Ends the member. If bytes are missing (an exception on the way) the archive can no longer be completed.</summary>
        public void Dispose()
        {
            if (writer.open != this || dataBytes != header.ByteLength)
            {
                return;
            }
            deflate?.Dispose();
            long end = writer.stream.Position, compressed = end - dataStart;
            writer.stream.Position = writer.origin + offset;
            writer.WriteLocalHeader(name, crc, compressed, size);
            writer.stream.Position = end;
            writer.written.Add(new Written(name, crc, compressed, size, offset));
            writer.open = null;
        }

        private void Put(ReadOnlySpan<byte> data)
        {
            crc = Crc32.Append(crc, data);
            size += data.Length;
            ((Stream?)deflate ?? writer.stream).Write(data);
        }
    }
}
