using System.Buffers.Binary;
using I1Xla.Data.Hashing;
using Microsoft.Win32.SafeHandles;

namespace I1Xla.Data.Records;

/// <summary>What to do about a record that is damaged.</summary>
public enum DamagedRecords
{
    /// <summary>Throw, naming file and offset.</summary>
    Stop,

    /// <summary>Report it and go on without it.</summary>
    Skip,
}

/// <summary>
/// A TFRecord file: records of [length u64][masked CRC-32C of the length][payload][masked CRC-32C of the payload], little-endian.
/// Records can be read one after the other, or by number once the file's lengths have been walked. Thread-safe.
/// </summary>
public sealed class TfRecordFile : IDisposable
{
    /// <summary>Bytes that a record has beyond its payload.</summary>
    public const int Overhead = 16;

    private readonly SafeFileHandle handle;
    private readonly long length;
    private readonly Lock gate = new();
    private long[]? offsets;
    private DataFileException? indexDamage;

    /// <summary>Opens the file.</summary>
    /// <exception cref="DataFileException">It does not exist.</exception>
    public TfRecordFile(string path)
    {
        Path = path;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"{path} does not exist. Check the path, or write the data set again.", e);
        }
        length = RandomAccess.GetLength(handle);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>
    /// Number of records that can be reached. The first call walks the file's lengths; where a length is damaged the records
    /// from there on cannot be found, and <see cref="Read(int)"/> of them says so.
    /// </summary>
    public int Count => Index().Length;

    /// <summary>What stopped the walk over the lengths, or null where the whole file could be walked.</summary>
    public DataFileException? IndexDamage
    {
        get
        {
            Index();
            return indexDamage;
        }
    }

    /// <summary>The payload of record <paramref name="index"/>.</summary>
    /// <exception cref="DataFileException">The record is damaged or the file has no such record; the message has file and offset.</exception>
    public byte[] Read(int index)
    {
        long[] at = Index();
        if (index < at.Length)
        {
            return ReadAt(at[index], index, out _);
        }
        throw indexDamage ?? new DataFileException(Path, $"{Path} ends at byte {length} after {at.Length} records, and more were asked for: the file was cut short, or dataset_info.json beside it belongs to other files. Write the data set again.");
    }

    /// <summary>All records in order, with their byte offsets.</summary>
    /// <param name="policy">With <see cref="DamagedRecords.Skip"/> a payload with a wrong CRC is left out, and reading ends where the lengths can no longer be followed.</param>
    /// <param name="damaged">Told of each damage that is skipped.</param>
    public IEnumerable<(long Offset, byte[] Payload)> ReadAll(DamagedRecords policy = DamagedRecords.Stop, Action<DataFileException>? damaged = null)
    {
        long at = 0;
        for (int index = 0; at < length; index++)
        {
            byte[]? payload = null;
            long next = length;
            try
            {
                payload = ReadAt(at, index, out next);
            }
            catch (DataFileException e) when (policy == DamagedRecords.Skip)
            {
                damaged?.Invoke(e);
            }
            if (payload is not null)
            {
                yield return (at, payload);
            }
            at = next;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private long[] Index()
    {
        lock (gate)
        {
            if (offsets is not null)
            {
                return offsets;
            }
            var found = new List<long>();
            long at = 0;
            while (at < length)
            {
                try
                {
                    long payload = ReadLength(at, found.Count);
                    found.Add(at);
                    at += payload + Overhead;
                }
                catch (DataFileException e)
                {
                    indexDamage = e;
                    break;
                }
            }
            return offsets = [.. found];
        }
    }

    private long ReadLength(long at, int index)
    {
        Span<byte> head = stackalloc byte[12];
        if (at + 12 > length || RandomAccess.Read(handle, head, at) < 12)
        {
            throw Damage(at, index, $"the file ends after {length - at} of the 12 bytes of its length", all: true);
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) != Crc32C.Masked(head[..8]))
        {
            throw Damage(at, index, "the checksum of its length is wrong", all: true);
        }
        long payload = BinaryPrimitives.ReadInt64LittleEndian(head);
        if (payload < 0 || payload > length - at - Overhead)
        {
            throw Damage(at, index, $"it should have {payload} bytes of data but the file ends after {Math.Max(0, length - at - 12)}", all: true);
        }
        return payload <= Array.MaxLength - 4 ? payload : throw Damage(at, index, $"it has {payload} bytes of data, too many for one record", all: true);
    }

    private byte[] ReadAt(long at, int index, out long next)
    {
        next = length;
        int payload = (int)ReadLength(at, index);
        next = at + payload + Overhead;
        byte[] data = GC.AllocateUninitializedArray<byte>(payload + 4);
        int got = 0;
        while (got < data.Length && RandomAccess.Read(handle, data.AsSpan(got), at + 12 + got) is > 0 and int n)
        {
            got += n;
        }
        if (got < data.Length || BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(payload)) != Crc32C.Masked(data.AsSpan(0, payload)))
        {
            throw Damage(at, index, "the checksum of its data is wrong", all: false);
        }
        Array.Resize(ref data, payload);
        return data;
    }

    private DataFileException Damage(long at, int index, string what, bool all) => new(Path,
        $"{Path}: record {index} at byte {at} is damaged: {what}{(all ? "; the records after it cannot be found" : "")}. Write the file again, or choose to skip damaged records.");
}
