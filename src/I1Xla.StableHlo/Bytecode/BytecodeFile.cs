using System.Runtime.InteropServices;
using System.Text;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>An attribute or type in the file: where its bytes are, the place of its dialect, and whether they are the dialect's own encoding or text.</summary>
internal readonly record struct EncodedEntry(int Start, int End, int Dialect, bool Custom);

/// <summary>A resource of the file: a blob by key. Other kinds keep no data.</summary>
internal readonly record struct EncodedResource(string Key, ReadOnlyMemory<byte>? Data);

/// <summary>The container: header, strings, dialects, operation names, and where everything else is.</summary>
internal sealed class BytecodeFile : IDisposable
{
    private readonly ReadOnlyMemory<byte> _file;
    // The same where it is an array, as it mostly is: quicker to get at.
    private readonly ArraySegment<byte> _array;
    private readonly (int Start, int Length)[] _strings;
    private readonly string?[] _decoded;
    private PooledList<EncodedEntry> _attributes = new();
    private PooledList<EncodedEntry> _types = new();

    public BytecodeFile(ReadOnlyMemory<byte> file)
    {
        _file = file;
        _ = MemoryMarshal.TryGetArray(file, out _array);
        BytecodeCursor cursor = Cursor(new FilePart(0, file.Length));
        if (file.Length < 4 || !cursor.Bytes(4).Span.SequenceEqual(BytecodeFormat.Magic))
        {
            throw new BytecodeException("not MLIR bytecode: the file does not begin with 4D 4C EF 52", 0);
        }
        ulong version = cursor.VarInt();
        if (version > BytecodeFormat.MaximumVersion)
        {
            throw new BytecodeException($"bytecode version {version} is newer than {BytecodeFormat.MaximumVersion}, the newest this library reads", 4);
        }
        Version = (int)version;
        Producer = cursor.NulTerminated();
        var sections = new FilePart?[9];
        while (!cursor.AtEnd)
        {
            int at = cursor.Position;
            (SectionId id, FilePart contents) = cursor.Section();
            if ((int)id >= sections.Length)
            {
                throw new BytecodeException($"there is no section kind {(int)id}", at);
            }
            if (sections[(int)id] is not null)
            {
                throw new BytecodeException($"there is a second {id} section", at);
            }
            sections[(int)id] = contents;
        }
        FilePart RequiredPart(SectionId id) => sections[(int)id] ?? throw new BytecodeException($"the file has no {id} section", file.Length);
        BytecodeCursor Required(SectionId id) => Cursor(RequiredPart(id));

        _strings = Strings(Required(SectionId.String));
        _decoded = new string?[_strings.Length];
        Dialects = [];
        OpNames = [];
        DialectSection(Required(SectionId.Dialect));
        Offsets(Required(SectionId.AttrTypeOffset), Required(SectionId.AttrType));
        Resources = sections[(int)SectionId.ResourceOffset] is { } offsets ? ReadResources(Cursor(offsets), Required(SectionId.Resource)) : [];
        Properties = Version >= BytecodeFormat.NativeProperties && sections[(int)SectionId.Properties] is { } properties ? ReadProperties(Cursor(properties)) : [];
        Ir = RequiredPart(SectionId.Ir);
    }

    public int Version { get; }

    public string Producer { get; }

    public List<string> Dialects { get; }

    public List<OpName> OpNames { get; }

    public ReadOnlySpan<EncodedEntry> Attributes => _attributes.Span;

    public ReadOnlySpan<EncodedEntry> Types => _types.Span;

    public List<EncodedResource> Resources { get; }

    public FilePart[] Properties { get; }

    public FilePart Ir { get; }

    public int Length => _file.Length;

    public BytecodeCursor Cursor(EncodedEntry entry) => Cursor(new FilePart(entry.Start, entry.End));

    public BytecodeCursor Cursor(FilePart part) => new(_file, _array.Array is null ? _file.Span : _array, part.Start, part.End);

    /// <inheritdoc/>
    public void Dispose()
    {
        _attributes.Dispose();
        _types.Dispose();
    }

    /// <summary>Reads the number of a string, and gives the string.</summary>
    public string String(ref BytecodeCursor cursor) => String(cursor.Index(_strings.Length, "string"));

    private string String(int index)
    {
        (int start, int length) = _strings[index];
        return _decoded[index] ??= Encoding.UTF8.GetString(_file.Span.Slice(start, length));
    }

    private static (int, int)[] Strings(BytecodeCursor cursor)
    {
        var strings = new (int, int)[cursor.Count("strings")];
        int end = cursor.End;
        for (int i = strings.Length - 1; i >= 0; i--)
        {
            // Sizes come last string first; each counts the zero byte at the end.
            int size = cursor.Count("characters");
            if (size == 0 || end - size < cursor.Position)
            {
                throw cursor.Error("the strings are longer than their section");
            }
            end -= size;
            strings[i] = (end, size - 1);
        }
        return end == cursor.Position ? strings : throw cursor.Error("the strings are shorter than their section");
    }

    private void DialectSection(BytecodeCursor cursor)
    {
        int count = cursor.Count("dialects");
        for (int i = 0; i < count; i++)
        {
            if (Version < BytecodeFormat.DialectVersioning)
            {
                Dialects.Add(String(ref cursor));
                continue;
            }
            int at = cursor.Position;
            ulong id = cursor.VarIntWithFlag(out bool hasVersion);
            if (id >= (ulong)_strings.Length)
            {
                throw new BytecodeException($"there is no string {id}", at);
            }
            Dialects.Add(String((int)id));
            if (hasVersion)
            {
                _ = cursor.Section();
            }
        }
        if (Version >= BytecodeFormat.ElideUnknownBlockArgLocation)
        {
            _ = cursor.Count("operation names");
        }
        while (!cursor.AtEnd)
        {
            string dialect = Dialects[cursor.Index(Dialects.Count, "dialect")];
            int names = cursor.Count("operation names");
            for (int i = 0; i < names; i++)
            {
                int at = cursor.Position;
                ulong id = Version < BytecodeFormat.NativeProperties ? cursor.VarInt() : cursor.VarIntWithFlag(out _);
                if (id >= (ulong)_strings.Length)
                {
                    throw new BytecodeException($"there is no string {id}", at);
                }
                OpNames.Add(OpName.Get($"{dialect}.{String((int)id)}"));
            }
        }
    }

    private void Offsets(BytecodeCursor cursor, BytecodeCursor data)
    {
        int attributes = cursor.Count("attributes");
        int types = cursor.Count("types");
        int start = data.Position;
        Offsets(ref cursor, ref _attributes, attributes, ref start, data.End);
        Offsets(ref cursor, ref _types, types, ref start, data.End);
    }

    private void Offsets(ref BytecodeCursor cursor, ref PooledList<EncodedEntry> entries, int total, ref int start, int end)
    {
        entries.Expect(total);
        while (entries.Count < total)
        {
            int dialect = cursor.Index(Dialects.Count, "dialect");
            int count = cursor.Count("entries");
            if (count > total - entries.Count)
            {
                throw cursor.Error("a group has more entries than the table");
            }
            for (int k = 0; k < count; k++)
            {
                ulong size = cursor.VarIntWithFlag(out bool custom);
                if (size > (ulong)(end - start))
                {
                    throw cursor.Error("an entry reaches past the end of its section");
                }
                entries.Add(new EncodedEntry(start, start + (int)size, dialect, custom));
                start += (int)size;
            }
        }
    }

    private List<EncodedResource> ReadResources(BytecodeCursor cursor, BytecodeCursor data)
    {
        var resources = new List<EncodedResource>();
        int external = cursor.Count("resource groups");
        int start = data.Position;
        for (int group = 0; group < external || !cursor.AtEnd; group++)
        {
            if (group < external)
            {
                _ = String(ref cursor);
            }
            else
            {
                _ = cursor.Index(Dialects.Count, "dialect");
            }
            int count = cursor.Count("resources");
            for (int i = 0; i < count; i++)
            {
                string key = String(ref cursor);
                ulong size = cursor.VarInt();
                byte kind = cursor.Byte();
                if (size > (ulong)(data.End - start))
                {
                    throw cursor.Error("a resource reaches past the end of its section");
                }
                BytecodeCursor entry = Cursor(new FilePart(start, start + (int)size));
                start += (int)size;
                ReadOnlyMemory<byte>? blob = null;
                if (size > 0 && kind == 0)
                {
                    ulong alignment = entry.VarInt();
                    int length = entry.Count("bytes");
                    if (alignment > 1)
                    {
                        entry.AlignTo(alignment);
                    }
                    blob = entry.Bytes(length);
                }
                if (group >= external)
                {
                    resources.Add(new EncodedResource(key, blob));
                }
            }
        }
        return resources;
    }

    private FilePart[] ReadProperties(BytecodeCursor cursor)
    {
        var properties = new FilePart[cursor.Count("properties")];
        for (int i = 0; i < properties.Length; i++)
        {
            int size = cursor.Count("bytes");
            properties[i] = new FilePart(cursor.Position, cursor.Position + size);
            _ = cursor.Bytes(size);
        }
        return properties;
    }
}
