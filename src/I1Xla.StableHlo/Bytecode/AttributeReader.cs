using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>
/// Resolves the attributes and types of a file, each once and on demand. Those of the vhlo dialect come out as what they stand
/// for in StableHLO. Hostile files are bounded: nesting is limited, cycles are found, and what is shared many times over may
/// not stand for much more than the file itself.
/// </summary>
internal sealed class AttributeReader
{
    private const int MaximumDepth = 256;
    private readonly BytecodeFile _file;
    private readonly Attribute?[] _attributes;
    private readonly IrType?[] _types;
    private readonly long[] _attributeWeights;
    private readonly long[] _typeWeights;
    private readonly bool[] _busy;
    private readonly long _weightLimit;
    private readonly BuiltinReader _builtin;
    private readonly VhloReader _vhlo;
    private readonly SdyReader _sdy;
    private long _weight;
    private int _depth;

    public AttributeReader(BytecodeFile file)
    {
        _file = file;
        _attributes = new Attribute?[file.Attributes.Length];
        _types = new IrType?[file.Types.Length];
        _attributeWeights = new long[_attributes.Length];
        _typeWeights = new long[_types.Length];
        _busy = new bool[_attributes.Length + _types.Length];
        _weightLimit = 100_000 + (64L * file.Length);
        _builtin = new BuiltinReader(this);
        _vhlo = new VhloReader(this);
        _sdy = new SdyReader(this);
    }

    /// <summary>The file.</summary>
    public BytecodeFile File => _file;

    /// <summary>Reads an attribute's number and gives the attribute.</summary>
    public Attribute Attribute(ref BytecodeCursor cursor) => Attribute(cursor.Index(_attributes.Length, "attribute"), cursor.Position);

    /// <summary>The same, of one kind.</summary>
    public T Attribute<T>(ref BytecodeCursor cursor) where T : Attribute
    {
        int at = cursor.Position;
        return Attribute(ref cursor) as T ?? throw new BytecodeException($"a {typeof(T).Name} is expected, and another attribute is there", at);
    }

    /// <summary>Reads an attribute's number.</summary>
    public int Index(ref BytecodeCursor cursor) => cursor.Index(_attributes.Length, "attribute");

    /// <summary>The attribute of a number, of one kind.</summary>
    public T Attribute<T>(int id, int at) where T : Attribute =>
        Attribute(id, at) as T ?? throw new BytecodeException($"a {typeof(T).Name} is expected, and another attribute is there", at);

    /// <summary>An attribute that may be absent: a flag in the low bit tells.</summary>
    public Attribute? OptionalAttribute(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong id = cursor.VarIntWithFlag(out bool present);
        return !present ? null : id < (ulong)_attributes.Length ? Attribute((int)id, at) : throw new BytecodeException($"there is no attribute {id}", at);
    }

    /// <summary>Reads a type's number and gives the type.</summary>
    public IrType Type(ref BytecodeCursor cursor) => Type(cursor.Index(_types.Length, "type"), cursor.Position);

    /// <summary>A type's number with a flag in the low bit.</summary>
    public (IrType Type, bool Flag) TypeWithFlag(ref BytecodeCursor cursor)
    {
        int at = cursor.Position;
        ulong id = cursor.VarIntWithFlag(out bool flag);
        return id < (ulong)_types.Length ? (Type((int)id, at), flag) : throw new BytecodeException($"there is no type {id}", at);
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
            Charge(_typeWeights[id], at);
            return known;
        }
        int busy = _attributes.Length + id;
        long before = Enter(busy, at);
        EncodedEntry entry = _file.Types[id];
        BytecodeCursor cursor = _file.Cursor(entry);
        IrType type = !entry.Custom ? TextFallback.Type(_file, entry)
            : entry.Dialect switch
            {
                "vhlo" => _vhlo.Type(ref cursor),
                "builtin" => _builtin.Type(ref cursor),
                _ => throw cursor.Error($"types of the dialect '{entry.Dialect}' cannot be decoded"),
            };
        Leave(busy, entry, cursor);
        _typeWeights[id] = _weight - before;
        return _types[id] = type;
    }

    private Attribute Attribute(int id, int at)
    {
        if (_attributes[id] is { } known)
        {
            Charge(_attributeWeights[id], at);
            return known;
        }
        long before = Enter(id, at);
        EncodedEntry entry = _file.Attributes[id];
        BytecodeCursor cursor = _file.Cursor(entry);
        Attribute attribute = !entry.Custom ? TextFallback.Attribute(_file, entry)
            : entry.Dialect switch
            {
                "vhlo" => _vhlo.Attribute(ref cursor),
                "builtin" => _builtin.Attribute(ref cursor),
                "sdy" => _sdy.Attribute(ref cursor),
                _ => throw cursor.Error($"attributes of the dialect '{entry.Dialect}' cannot be decoded"),
            };
        Leave(id, entry, cursor);
        _attributeWeights[id] = _weight - before;
        return _attributes[id] = attribute;
    }

    private long Enter(int busy, int at)
    {
        if (_busy[busy])
        {
            throw new BytecodeException("an attribute or type contains itself", at);
        }
        if (++_depth > MaximumDepth)
        {
            throw new BytecodeException($"attributes or types are nested more than {MaximumDepth} deep", at);
        }
        _busy[busy] = true;
        long before = _depth == 1 ? (_weight = 0) : _weight;
        _weight++;
        return before;
    }

    private void Leave(int busy, EncodedEntry entry, BytecodeCursor cursor)
    {
        _depth--;
        _busy[busy] = false;
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
