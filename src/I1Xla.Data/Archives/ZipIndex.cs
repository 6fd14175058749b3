using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using I1Xla.Data.Hashing;
using Microsoft.Win32.SafeHandles;

namespace I1Xla.Data.Archives;

/// <summary>One file of a zip archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">How it is compressed: 0 stored, 8 deflated.</param>
/// <param name="Crc">CRC-32 of its bytes.</param>
/// <param name="Compressed">Bytes in the archive.</param>
/// <param name="Size">Bytes when unpacked.</param>
/// <param name="HeaderOffset">Where its local header begins.</param>
internal sealed record ZipMember(string Name, ushort Method, uint Crc, long Compressed, long Size, long HeaderOffset);

/// <summary>
/// The directory of a zip archive (stored or deflated members, zip64) and its members one at a time: opening reads the
/// directory only. Reading is thread-safe. What is damaged is named with its place in the file.
/// </summary>
internal sealed class ZipIndex : IDisposable
{
    private readonly string path;
    private readonly string kind;
    private readonly SafeFileHandle file;
    private readonly long length;
    private readonly List<ZipMember> members = [];

    /// <summary>Opens an archive and reads its directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What the file should be, with its article, for errors: "an .npz file".</param>
    /// <exception cref="DataFileException">The file is missing, is not a zip, or was not written to its end.</exception>
    public ZipIndex(string path, string kind)
    {
        (this.path, this.kind) = (path, kind);
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"{path} does not exist. Check the path.", e);
        }
        try
        {
            length = RandomAccess.GetLength(file);
            ReadDirectory();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The members, in the order of the directory.</summary>
    public IReadOnlyList<ZipMember> Members => members;

    /// <summary>Runs a read of a member; what a reader finds wrong becomes an error that names the member and its place.</summary>
    public T Guard<T>(ZipMember member, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or OverflowException or EndOfStreamException)
        {
            throw new DataFileException(path, $"{path}: entry '{member.Name}' (at byte {member.HeaderOffset}) is damaged: {e.Message.TrimEnd('.')}. Use another copy of the file.", e);
        }
    }

    /// <summary>Reads a member whole and checks its CRC.</summary>
    /// <exception cref="FormatException">It is damaged, or larger than an array; call inside <see cref="Guard"/>.</exception>
    public byte[] Read(ZipMember member)
    {
        if (member.Size > Array.MaxLength)
        {
            throw new FormatException($"it holds {member.Size} bytes, more than one array in memory can; read it in pieces");
        }
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)member.Size);
        using (Stream stream = Open(member))
        {
            int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (got < bytes.Length)
            {
                throw new FormatException($"it ends early: {member.Size} bytes expected, {got} present");
            }
        }
        uint crc = Crc32.Compute(bytes);
        return crc == member.Crc ? bytes : throw new FormatException($"its checksum is {crc:x8}, the directory says {member.Crc:x8}");
    }

    /// <summary>A stream over a member's unpacked bytes. The CRC is not checked.</summary>
    public Stream Open(ZipMember m)
    {
        Span<byte> local = stackalloc byte[30];
        if (m.HeaderOffset < 0 || RandomAccess.Read(file, local, m.HeaderOffset) < 30 || BinaryPrimitives.ReadUInt32LittleEndian(local) != 0x04034b50)
        {
            throw new DataFileException(path, $"{path}: entry '{m.Name}' (at byte {m.HeaderOffset}) is damaged: no zip entry begins there. Use another copy of the file.");
        }
        long start = m.HeaderOffset + 30 + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        if (m.Compressed < 0 || start + m.Compressed > length)
        {
            throw new DataFileException(path, $"{path}: entry '{m.Name}' (at byte {m.HeaderOffset}) is damaged: it reaches past the end of the file. Use another copy of the file.");
        }
        var raw = new FileSlice(file, start, m.Compressed);
        return m.Method switch
        {
            0 => raw,
            8 => new DeflateStream(raw, CompressionMode.Decompress),
            _ => throw new DataFileException(path, $"{path}: entry '{m.Name}' is compressed with zip method {m.Method}; only stored and deflated entries can be read. Save the file again without that compression."),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void ReadDirectory()
    {
        int tailLength = (int)Math.Min(length, 22 + 65535);
        var tail = new byte[tailLength];
        ReadAt(tail, length - tailLength);
        int end = -1;
        for (int i = tailLength - 22; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) == 0x06054b50)
            {
                end = i;
                break;
            }
        }
        if (end < 0)
        {
            bool isZip = length >= 4 && ReadUInt32At(0) == 0x04034b50;
            throw new DataFileException(path, isZip
                ? $"{path} is not complete: its directory is missing at the end (byte {length}), so writing it was cut short. Use another copy of the file."
                : $"{path} is not {kind} (no zip directory in its {length} bytes). Check the path.");
        }
        ReadOnlySpan<byte> eocd = tail.AsSpan(end);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(eocd[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(eocd[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(eocd[16..]);
        long endAt = length - tailLength + end;
        if ((count == 0xFFFF || size == 0xFFFFFFFF || offset == 0xFFFFFFFF) && endAt >= 20 && ReadUInt32At(endAt - 20) == 0x07064b50)
        {
            var locator = new byte[20];
            ReadAt(locator, endAt - 20);
            long at = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
            var end64 = new byte[56];
            if (at < 0 || at + 56 > length)
            {
                throw BadDirectory();
            }
            ReadAt(end64, at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end64) != 0x06064b50)
            {
                throw BadDirectory();
            }
            count = BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(32));
            size = BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(40));
            offset = BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(48));
            endAt = at;
        }
        if (offset < 0 || size < 0 || size > int.MaxValue || offset + size > endAt)
        {
            throw BadDirectory();
        }
        var directory = new byte[size];
        ReadAt(directory, offset);
        ReadOnlySpan<byte> d = directory;
        for (long i = 0; i < count; i++)
        {
            if (d.Length < 46 || BinaryPrimitives.ReadUInt32LittleEndian(d) != 0x02014b50)
            {
                throw BadDirectory();
            }
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(d[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(d[30..]);
            int total = 46 + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(d[32..]);
            if (d.Length < total)
            {
                throw BadDirectory();
            }
            string name = Encoding.UTF8.GetString(d.Slice(46, nameLength));
            long compressed = BinaryPrimitives.ReadUInt32LittleEndian(d[20..]);
            long plain = BinaryPrimitives.ReadUInt32LittleEndian(d[24..]);
            long header = BinaryPrimitives.ReadUInt32LittleEndian(d[42..]);
            ReadZip64(d.Slice(46 + nameLength, extraLength), ref plain, ref compressed, ref header);
            members.Add(new ZipMember(name, BinaryPrimitives.ReadUInt16LittleEndian(d[10..]), BinaryPrimitives.ReadUInt32LittleEndian(d[16..]), compressed, plain, header));
            d = d[total..];
        }
    }

    private static void ReadZip64(ReadOnlySpan<byte> extra, ref long plain, ref long compressed, ref long header)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra), n = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (n > extra.Length - 4)
            {
                return;
            }
            if (id == 1)
            {
                ReadOnlySpan<byte> field = extra.Slice(4, n);
                Take(ref field, ref plain);
                Take(ref field, ref compressed);
                Take(ref field, ref header);
            }
            extra = extra[(4 + n)..];
        }

        static void Take(ref ReadOnlySpan<byte> field, ref long value)
        {
            if (value == 0xFFFFFFFF && field.Length >= 8)
            {
                value = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[8..];
            }
        }
    }

    private DataFileException BadDirectory() => new(path, $"{path} is damaged: the zip directory at its end cannot be read. Use another copy of the file.");

    private void ReadAt(Span<byte> target, long offset)
    {
        while (target.Length > 0)
        {
            int n = RandomAccess.Read(file, target, offset);
            if (n == 0)
            {
                throw BadDirectory();
            }
            target = target[n..];
            offset += n;
        }
    }

    private uint ReadUInt32At(long offset)
    {
        Span<byte> b = stackalloc byte[4];
        ReadAt(b, offset);
        return BinaryPrimitives.ReadUInt32LittleEndian(b);
    }
}
