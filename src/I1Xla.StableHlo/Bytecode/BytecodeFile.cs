using System.Text;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>An attribute or type in the file: its dialect, where its bytes are, and whether they are the dialect's own encoding or text.</summary>
internal readonly record struct EncodedEntry(string Dialect, int Start, int End, bool Custom);

/// <summary>A resource of the file: a blob by key. Other kinds keep no data.</summary>
internal readonly record struct EncodedResource(string Key, ReadOnlyMemory<byte>? Data);

/// <summary>The container: header, strings, dialects, operation names, and where everything else is.</summary>
internal sealed class BytecodeFile
{
    private readonly ReadOnlyMemory<byte> _file;
    private readonly (int Start, int Length)[] _strings;
    private readonly string?[] _decoded;

    public BytecodeFile(ReadOnlyMemory<byte> file)
    {
        _file = file;
        var cursor = new BytecodeCursor(file, 0, file.Length);
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
        var sections = new BytecodeCursor?[9];
        while (!cursor.AtEnd)
        {
            int at = cursor.Position;
            (SectionId id, BytecodeCursor contents) = cursor.Section();
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
        BytecodeCursor Required(SectionId id) => sections[(int)id] ?? throw new BytecodeException($"the file has no {id} section", file.Length);

        _strings = Strings(Required(SectionId.String));
        _decoded = new string?[_strings.Length];
        Dialects = [];
        OpNames = [];
        DialectSection(Required(SectionId.Dialect));
        (Attributes, Types) = Offsets(Required(SectionId.AttrTypeOffset), Required(SectionId.AttrType));
        Resources = sections[(int)SectionId.ResourceOffset] is { } offsets ? ReadResources(offsets, Required(SectionId.Resource)) : [];
        Properties = Version >= BytecodeFormat.NativeProperties && sections[(int)SectionId.Properties] is { } properties ? ReadProperties(properties) : [];
        Ir = Required(SectionId.Ir);
    }

    public int Version { get; }

    public string Producer { get; }

    public List<string> Dialects { get; }

    public List<OpName> OpNames { get; }

    public EncodedEntry[] Attributes { get; }

    public EncodedEntry[] Types { get; }

    public List<EncodedResource> Resources { get; }

    public BytecodeCursor[] Properties { get; }

    public BytecodeCursor Ir { get; }

    public int Length => _file.Length;

    public BytecodeCursor Cursor(EncodedEntry entry) => new(_file, entry.Start, entry.End);

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

    private (EncodedEntry[], EncodedEntry[]) Offsets(BytecodeCursor cursor, BytecodeCursor data)
    {
        var attributes = new EncodedEntry[cursor.Count("attributes")];
        var types = new EncodedEntry[cursor.Count("types")];
        int start = data.Position;
        foreach (EncodedEntry[] entries in (EncodedEntry[][])[attributes, types])
        {
            for (int i = 0; i < entries.Length;)
            {
                string dialect = Dialects[cursor.Index(Dialects.Count, "dialect")];
                int count = cursor.Count("entries");
                if (count > entries.Length - i)
                {
                    throw cursor.Error("a group has more entries than the table");
                }
                for (int k = 0; k < count; k++, i++)
                {
                    ulong size = cursor.VarIntWithFlag(out bool custom);
                    if (size > (ulong)(data.End - start))
                    {
                        throw cursor.Error("an entry reaches past the end of its section");
                    }
                    entries[i] = new EncodedEntry(dialect, start, start + (int)size, custom);
                    start += (int)size;
                }
            }
        }
        return (attributes, types);
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
                var entry = new BytecodeCursor(_file, start, start + (int)size);
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

    private BytecodeCursor[] ReadProperties(BytecodeCursor cursor)
    {
        var properties = new BytecodeCursor[cursor.Count("properties")];
        for (int i = 0; i < properties.Length; i++)
        {
            int size = cursor.Count("bytes");
            properties[i] = new BytecodeCursor(_file, cursor.Position, cursor.Position + size);
            _ = cursor.Bytes(size);
        }
        return properties;
    }
}
