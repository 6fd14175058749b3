using I1Xla.Data.Archives;

namespace I1Xla.Data.Npy;

/// <summary>
/// Reads NumPy <c>.npz</c> archives (zip, stored or deflated, zip64) one member at a time: opening reads the directory only,
/// so a checkpoint of many gigabytes costs the memory of the member being read. Reading is thread-safe.
/// Every member's CRC is checked when it is read whole.
/// </summary>
public sealed class NpzReader : IDisposable
{
    private readonly string path;
    private readonly ZipIndex zip;
    private readonly Dictionary<string, ZipMember> members = new(StringComparer.Ordinal);
    private readonly List<string> keys = [];

    /// <summary>Opens the archive and reads its directory.</summary>
    /// <exception cref="DataFileException">The file is missing, is not a zip, or was not written to its end.</exception>
    public NpzReader(string path)
    {
        this.path = path;
        zip = new ZipIndex(path, "an .npz file");
        foreach (ZipMember member in zip.Members)
        {
            string key = member.Name.EndsWith(".npy", StringComparison.Ordinal) ? member.Name[..^4] : member.Name;
            if (!members.TryAdd(key, member with { Name = key }))
            {
                zip.Dispose();
                throw new DataFileException(path, $"{path} has two entries named '{key}'. Save the file again.");
            }
            keys.Add(key);
        }
    }

    /// <summary>Member names without <c>.npy</c>, in the order of the directory (the order they were written in).</summary>
    public IReadOnlyList<string> Keys => keys;

    /// <summary>Whether there is a member <paramref name="key"/>.</summary>
    public bool Contains(string key) => members.ContainsKey(key);

    /// <summary>Type, order and shape of a member, without reading its data.</summary>
    public NpyHeader ReadHeader(string key)
    {
        ZipMember m = Find(key);
        using Stream stream = zip.Open(m);
        return zip.Guard(m, () => NpyHeader.Read(stream));
    }

    /// <summary>Reads one member whole and checks its CRC.</summary>
    /// <exception cref="KeyNotFoundException">No such member; the message names near ones.</exception>
    /// <exception cref="DataFileException">The member is damaged.</exception>
    public NpyArray Read(string key)
    {
        ZipMember m = Find(key);
        return zip.Guard(m, () =>
        {
            byte[] bytes = zip.Read(m);
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
        ZipMember m = Find(key);
        Stream stream = zip.Open(m);
        header = zip.Guard(m, () => NpyHeader.Read(stream));
        return stream;
    }

    /// <inheritdoc/>
    public void Dispose() => zip.Dispose();

    private ZipMember Find(string key) => members.TryGetValue(key, out ZipMember? m) ? m : throw new KeyNotFoundException(
        $"{path} has no entry '{key}'. It has {keys.Count} entries, among them: {string.Join(", ", keys.OrderBy(k => Distance(k, key)).Take(3))}.");

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
