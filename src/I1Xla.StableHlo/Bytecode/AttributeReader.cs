using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>
/// Resolves the attributes and types of a file, each once and on demand. Those of the vhlo dialect come out as what they stand
/// for in StableHLO. Hostile files are bounded: nesting is limited, cycles are found, and what is shared many times over may
/// not stand for much more than the file itself.
/// </summary>
internal sealed class AttributeReader : IDisposable
{
    private const int MaximumDepth = 256;
    private readonly BytecodeFile _file;
    private readonly int _attributeCount;
    private readonly int _typeCount;
    private PooledList<Attribute?> _attributes = new();
    private PooledList<IrType?> _types = new();
    // Of attributes, then of types; -1 while one is being read.
    private PooledList<long> _weights = new();
    private readonly long _weightLimit;
    private readonly Dialect[] _dialects;
    private readonly BuiltinReader _builtin;
    private readonly VhloReader _vhlo;
    private readonly SdyReader _sdy;
    private long _weight;
    private int _depth;

    public AttributeReader(BytecodeFile file)
    {
        _file = file;
        _dialects = [.. file.Dialects.Select(name => name switch { "vhlo" => Dialect.Vhlo, "builtin" => Dialect.Builtin, "sdy" => Dialect.Sdy, _ => Dialect.Other })];
        _attributeCount = file.Attributes.Length;
        _typeCount = file.Types.Length;
        Fill(ref _attributes, _attributeCount);
        Fill(ref _types, _typeCount);
        Fill(ref _weights, _attributeCount + _typeCount);
        _weightLimit = 100_000 + (64L * file.Length);
        _builtin = new BuiltinReader(this);
        _vhlo = new VhloReader(this);
        _sdy = new SdyReader(this);
    }

    /// <summary>The dialects whose encodings are known.</summary>
    private enum Dialect
    {
        Other,
        Builtin,
        Vhlo,
        Sdy,
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _attributes.Dispose();
        _types.Dispose();
        _weights.Dispose();
    }

    private static void Fill<T>(ref PooledList<T> list, int count)
    {
        _ = list.Reserve(count);
        list.Span.Clear();
    }

    /// <summary>The file.</summary>
    public BytecodeFile File => _file;

    /// <summary>Reads an attribute's number and gives the attribute.</summary>
    public Attribute Attribute(ref BytecodeCursor cursor) => Attribute(cursor.Index(_attributeCount, "attribute"), cursor.Position);

    /// <summary>The same, of one kind.</summary>
    public T Attribute<T>(ref BytecodeCursor cursor) where T : Attribute
    {
        int at = cursor.Position;
        return Attribute(ref cursor) as T ?? throw new BytecodeException($"a {typeof(T).Name} is expected, and another attribute is there", at);
    }

    /// <summary>Reads a location's number and gives the location; every operation has one, so this spares them the general way.</summary>
    public Location Location(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        Attribute attribute = Attribute(ref cursor);
        return attribute is FileLineLocation place ? place
            : attribute as Location ?? throw new BytecodeException("a location is expected, and another attribute is there", at);
    }

    /// <summary>Reads an attribute's number.</summary>
    public int Index(ref BytecodeCursor cursor) => cursor.Index(_attributeCount, "attribute");

    /// <summary>The attribute of a number, of one kind.</summary>
    public T Attribute<T>(int id, int at) where T : Attribute =>
        Attribute(id, at) as T ?? throw new BytecodeException($"a {typeof(T).Name} is expected, and another attribute is there", at);

    /// <summary>An attribute that may be absent: a flag in the low bit tells.</summary>
    public Attribute? OptionalAttribute(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong id = cursor.VarIntWithFlag(out bool present);
        return !present ? null : id < (ulong)_attributeCount ? Attribute((int)id, at) : throw new BytecodeException($"there is no attribute {id}", at);
    }

    /// <summary>Reads a type's number and gives the type.</summary>
    public IrType Type(ref BytecodeCursor cursor) => Type(cursor.Index(_typeCount, "type"), cursor.Position);

    /// <summary>A type's number with a flag in the low bit.</summary>
    public (IrType Type, bool Flag) TypeWithFlag(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong id = cursor.VarIntWithFlag(out bool flag);
        return id < (ulong)_typeCount ? (Type((int)id, at), flag) : throw new BytecodeException($"there is no type {id}", at);
    }

    /// <summary>The same, of one kind.</summary>
    public T Type<T>(ref BytecodeCursor cursor) where T : IrType
    {
        int at = cursor.Position;
        return Type(ref cursor) as T ?? throw new BytecodeException($"a {typeof(T).Name} is expected, and another type is there", at);
    }

    /// <summary>A list of attributes.</summary>
    public ValueArray<Attribute> Attributes(ref BytecodeCursor cursor)
    {
        var items = new Attribute[cursor.Count("attributes")];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Attribute(ref cursor);
        }
        return new ValueArray<Attribute>(items);
    }

    /// <summary>A list of types.</summary>
    public ValueArray<IrType> Types(ref BytecodeCursor cursor)
    {
        var items = new IrType[cursor.Count("types")];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Type(ref cursor);
        }
        return new ValueArray<IrType>(items);
    }

    /// <summary>A list of signed numbers.</summary>
    public static long[] Longs(ref BytecodeCursor cursor)
    {
        long[] values = new long[cursor.Count("numbers")];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = cursor.SignedVarInt();
        }
        return values;
    }

    /// <summary>The type of a number.</summary>
    public IrType Type(int id, int at)
    {
        if (_types[id] is { } known)
        {
            Charge(_weights[_attributeCount + id], at);
            return known;
        }
        int busy = _attributeCount + id;
        long before = Enter(busy, at);
        EncodedEntry entry = _file.Types[id];
        BytecodeCursor cursor = _file.Cursor(entry);
        IrType type = !entry.Custom ? TextFallback.Type(_file, entry)
            : _dialects[entry.Dialect] switch
            {
                Dialect.Vhlo => _vhlo.Type(ref cursor),
                Dialect.Builtin => _builtin.Type(ref cursor),
                _ => throw cursor.Error($"types of the dialect '{_file.Dialects[entry.Dialect]}' cannot be decoded"),
            };
        Leave(busy, entry, ref cursor);
        _weights[_attributeCount + id] = _weight - before;
        return _types[id] = type;
    }

    private Attribute Attribute(int id, int at)
    {
        if (_attributes[id] is { } known)
        {
            Charge(_weights[id], at);
            return known;
        }
        long before = Enter(id, at);
        EncodedEntry entry = _file.Attributes[id];
        BytecodeCursor cursor = _file.Cursor(entry);
        Attribute attribute = !entry.Custom ? TextFallback.Attribute(_file, entry)
            : _dialects[entry.Dialect] switch
            {
                Dialect.Vhlo => _vhlo.Attribute(ref cursor),
                Dialect.Builtin => _builtin.Attribute(ref cursor),
                Dialect.Sdy => _sdy.Attribute(ref cursor),
                _ => throw cursor.Error($"attributes of the dialect '{_file.Dialects[entry.Dialect]}' cannot be decoded"),
            };
        Leave(id, entry, ref cursor);
        _weights[id] = _weight - before;
        return _attributes[id] = attribute;
    }

    private long Enter(int busy, int at)
    {
        if (_weights[busy] < 0)
        {
            throw new BytecodeException("an attribute or type contains itself", at);
        }
        if (++_depth > MaximumDepth)
        {
            throw new BytecodeException($"attributes or types are nested more than {MaximumDepth} deep", at);
        }
        _weights[busy] = -1;
        long before = _depth == 1 ? (_weight = 0) : _weight;
        _weight++;
        return before;
    }

    private void Leave(int busy, EncodedEntry entry, ref BytecodeCursor cursor)
    {
        _depth--;
        _weights[busy] = 0;
        if (entry.Custom && !cursor.AtEnd)
        {
            throw cursor.Error($"{cursor.Remaining} bytes are left over after an attribute or type");
        }
    }

    private void Charge(long weight, int at)
    {
        if (_depth == 0)
        {
            return;
        }
        _weight += weight;
        if (_weight > _weightLimit)
        {
            throw new BytecodeException("an attribute or type stands for far more than the file could hold", at);
        }
    }
}
