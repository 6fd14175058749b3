using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using I1Xla.Data.Hashing;
using Microsoft.Win32.SafeHandles;

namespace I1Xla.Data.Npy;

/// <summary>
/// Reads NumPy <c>.npz</c> archives (zip, stored or deflated, zip64) one member at a time: opening reads the directory only,
/// so a checkpoint of many gigabytes costs the memory of the member being read. Reading is thread-safe.
/// Every member's CRC is checked when it is read whole.
/// </summary>
public sealed class NpzReader : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly long length;
    private readonly Dictionary<string, Member> members = new(StringComparer.Ordinal);
    private readonly List<string> keys = [];

    private sealed record Member(string Name, ushort Method, uint Crc, long Compressed, long Size, long HeaderOffset);

    /// <summary>Opens the archive and reads its directory.</summary>
    /// <exception cref="DataFileException">The file is missing, is not a zip, or was not written to its end.</exception>
    public NpzReader(string path)
    {
        this.path = path;
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

    /// <summary>Member names without <c>.npy</c>, in the order of the directory (the order they were written in).</summary>
    public IReadOnlyList<string> Keys => keys;

    /// <summary>Whether there is a member <paramref name="key"/>.</summary>
    public bool Contains(string key) => members.ContainsKey(key);

    /// <summary>Type, order and shape of a member, without reading its data.</summary>
    public NpyHeader ReadHeader(string key)
    {
        Member m = Find(key);
        using Stream stream = OpenRaw(m);
        return Guard(m, () => NpyHeader.Read(stream));
    }

    /// <summary>Reads one member whole and checks its CRC.</summary>
    /// <exception cref="KeyNotFoundException">No such member; the message names near ones.</exception>
    /// <exception cref="DataFileException">The member is damaged.</exception>
    public NpyArray Read(string key)
    {
        Member m = Find(key);
        return Guard(m, () =>
        {
            if (m.Size > Array.MaxLength)
            {
                throw new FormatException($"it holds {m.Size} bytes, more than one array in memory can; read it in pieces with OpenData");
            }
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)m.Size);
            using (Stream stream = OpenRaw(m))
            {
                int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (got < bytes.Length)
                {
                    throw new FormatException($"it ends early: {m.Size} bytes expected, {got} present");
                }
            }
            uint crc = Crc32.Compute(bytes);
            if (crc != m.Crc)
            {
                throw new FormatException($"its checksum is {crc:x8}, the directory says {m.Crc:x8}");
            }
            var memory = new MemoryStream(bytes);
            NpyHeader header = NpyHeader.Read(memory);
            int start = (int)memory.Position;
            if (header.ByteLength != bytes.Length - start)
            {
                throw new FormatException($"its header asks for {header.ByteLength} bytes of data, {bytes.Length - start} are present");
            }
            return header.FortranOrder || header.Descr[0] == '>'
                ? NpyArray.FromFileOrder(header, bytes[start..])
                : new NpyArray(header.Descr, header.Shape, bytes.AsMemory(start));
        });
    }

    /// <summary>
    /// A stream over the member's data bytes as the file has them (see the header's order), for members too large for one
    /// array or read straight into their place. The CRC is not checked.
    /// </summary>
    public Stream OpenData(string key, out NpyHeader header)
    {
        Member m = Find(key);
        Stream stream = OpenRaw(m);
        header = Guard(m, () => NpyHeader.Read(stream));
        return stream;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private Member Find(string key) => members.TryGetValue(key, out Member? m) ? m : throw new KeyNotFoundException(
        $"{path} has no entry '{key}'. It has {keys.Count} entries, among them: {string.Join(", ", keys.OrderBy(k => Distance(k, key)).Take(3))}.");

    private T Guard<T>(Member member, Func<T> read)
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

    private Stream OpenRaw(Member m)
    {
        Span<byte> local = stackalloc byte[30];
        if (m.HeaderOffset < 0 || RandomAccess.Read(file, local, m.HeaderOffset) < 30 || BinaryPrimitives.ReadUInt32LittleEndian(local) != 0x04034b50)
        {
            throw new DataFileException(path, $"{path}: entry '{m.Name}' (at byte {m.HeaderOffset}) is damaged: no zip entry begins there. Use another copy of the file.");
        }
        long start = m.HeaderOffset + 30 + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        if (start + m.Compressed > length)
        {
            throw new DataFileException(path, $"{path}: entry '{m.Name}' (at byte {m.HeaderOffset}) is damaged: it reaches past the end of the file. Use another copy of the file.");
        }
        var raw = new FileSlice(file, start, m.Compressed);
        return m.Method switch
        {
            0 => raw,
            8 => new DeflateStream(raw, CompressionMode.Decompress),
            _ => throw new DataFileException(path, $"{path}: entry '{m.Name}' is compressed with zip method {m.Method}; only stored and deflated entries can be read. Save the file again with numpy.savez."),
        };
    }

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
                : $"{path} is not an .npz file (no zip directory in its {length} bytes). Check the path.");
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
            string key = name.EndsWith(".npy", StringComparison.Ordinal) ? name[..^4] : name;
            if (!members.TryAdd(key, new Member(key, BinaryPrimitives.ReadUInt16LittleEndian(d[10..]), BinaryPrimitives.ReadUInt32LittleEndian(d[16..]), compressed, plain, header)))
            {
                throw new DataFileException(path, $"{path} has two entries named '{key}'. Save the file again.");
            }
            keys.Add(key);
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

    /// <summary>Levenshtein distance, to name the nearest keys in an error.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1));
                corner = above;
            }
        }
        return row[b.Length];
    }
}
