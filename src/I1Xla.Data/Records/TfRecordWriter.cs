using System.Buffers.Binary;
using I1Xla.Data.Hashing;

namespace I1Xla.Data.Records;

/// <summary>
/// Writes a TFRecord file under a temporary name; <see cref="Complete"/> flushes it and gives it its own. A writer disposed
/// before that leaves nothing behind.
/// </summary>
public sealed class TfRecordWriter : IDisposable
{
    private readonly string path;
    private readonly string temporary;
    private readonly FileStream stream;
    private bool completed;

    /// <summary>Begins the file; an existing one stays until <see cref="Complete"/>.</summary>
    public TfRecordWriter(string path)
    {
        this.path = path;
        temporary = path + "-TEMPORARY";
        stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
    }

    /// <summary>Records written so far.</summary>
    public int Count { get; private set; }

    /// <summary>Payload bytes written so far (TFDS's <c>numBytes</c>).</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Appends one record.</summary>
    public void Write(ReadOnlySpan<byte> payload)
    {
        Span<byte> word = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(word, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(word[8..], Crc32C.Masked(word[..8]));
        stream.Write(word);
        stream.Write(payload);
        BinaryPrimitives.WriteUInt32LittleEndian(word, Crc32C.Masked(payload));
        stream.Write(word[..4]);
        Count++;
        PayloadBytes += payload.Length;
    }

    /// <summary>Flushes to the disk and renames to the final name.</summary>
    public void Complete()
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        File.Move(temporary, path, overwrite: true);
        completed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (completed)
        {
            return;
        }
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // What is still buffered fits the disk no better now than when writing failed; the file goes away with it.
        }
        File.Delete(temporary);
    }
}
