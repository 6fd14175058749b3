using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Encodes attributes and types: those of StableHLO programs in the vhlo dialect, and locations and the attributes of modules in the builtin dialect.</summary>
internal sealed partial class NodeEncoder
{
    private readonly StableHloVersion _target;
    private readonly NodeTable _nodes;
    private readonly int _vhloDialect;
    private readonly int _builtinDialect;
    private readonly Dictionary<object, EncodedNode> _vhlo = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, EncodedNode> _builtin = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, EncodedNode> _builtinStrings = [];
    private readonly List<DenseResourceAttr> _resources = [];
    private string? _lastString;
    private Token _lastStringToken;

    /// <summary>An encoder for a version.</summary>
    public NodeEncoder(StableHloVersion target, NodeTable nodes)
    {
        _target = target;
        _nodes = nodes;
        _vhloDialect = nodes.Dialect("vhlo");
        _builtinDialect = nodes.Dialect("builtin");
        Unknown = BuiltinNode(BuiltinAttributeCode.UnknownLocation);
    }

    /// <summary>Resources that attributes refer to.</summary>
    public IReadOnlyList<DenseResourceAttr> Resources => _resources;

    private static NotSupportedException Unsupported(string message) => new(message);

    private EncodedNode Text(bool isType, string dialect, string text) => _nodes.Intern(isType, _nodes.Dialect(dialect), new Token(TokenKind.Text, _nodes.String(text)), []);

    private Token String(string text) => new(TokenKind.String, _nodes.String(text));

    /// <summary>An attribute in the vhlo dialect.</summary>
    public EncodedNode Vhlo(Attribute attribute)
    {
        if (!_vhlo.TryGetValue(attribute, out EncodedNode node))
        {
            _vhlo.Add(attribute, node = VhloAttribute(attribute));
        }
        return node;
    }

    /// <summary>A type in the vhlo dialect.</summary>
    public EncodedNode Vhlo(IrType type)
    {
        if (!_vhlo.TryGetValue(type, out EncodedNode node))
        {
            _vhlo.Add(type, node = VhloType(type));
        }
        return node;
    }

    /// <summary>An attribute in the builtin dialect.</summary>
    public EncodedNode Builtin(Attribute attribute)
    {
        if (!_builtin.TryGetValue(attribute, out EncodedNode node))
        {
            _builtin.Add(attribute, node = BuiltinAttribute(attribute));
        }
        return node;
    }

    /// <summary>A type in the builtin dialect.</summary>
    public EncodedNode Builtin(IrType type)
    {
        if (!_builtin.TryGetValue(type, out EncodedNode node))
        {
            _builtin.Add(type, node = BuiltinType(type));
        }
        return node;
    }

    /// <summary>The dictionary of an operation's attributes, with values encoded already. Keys have to be in order.</summary>
    public EncodedNode Dictionary(IReadOnlyList<(string Key, EncodedNode Value)> entries)
    {
        var tokens = new Token[1 + (2 * entries.Count)];
        tokens[0] = Token.VarInt(entries.Count);
        for (int i = 0; i < entries.Count; i++)
        {
            tokens[1 + (2 * i)] = BuiltinString(entries[i].Key);
            tokens[2 + (2 * i)] = Token.Attribute(entries[i].Value);
        }
        return BuiltinNode(BuiltinAttributeCode.Dictionary, tokens);
    }

    /// <summary>A count, and that many numbers.</summary>
    private static Token[] Longs(ReadOnlySpan<long> values) => List(values, Token.Signed);

    /// <summary>A count, and a token for each item.</summary>
    private static Token[] List<T>(ReadOnlySpan<T> items, Func<T, Token> token)
    {
        var tokens = new Token[items.Length + 1];
        tokens[0] = Token.VarInt(items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            tokens[i + 1] = token(items[i]);
        }
        return tokens;
    }

    /// <summary>An integer in as many bits as it has: a byte, or a zigzag varint.</summary>
    private static Token Bits(ulong bits, int width)
    {
        ulong mask = width >= 64 ? ulong.MaxValue : (1UL << width) - 1;
        return width <= 8 ? new Token(TokenKind.Byte, (long)(bits & mask)) : Token.Signed((long)(bits & mask));
    }

    private static Token Float(double value, ElementKind kind) => Bits(FloatKind.ToBits(kind, value), kind.BitWidth());

    private EncodedNode Other(Attribute attribute) =>
        attribute switch
        {
            OpaqueAttr opaque => Text(false, opaque.Dialect, MlirPrinter.ToText(attribute)),
            SdyShardingAttr or SdyMeshAttr or SdyShardingPerValueAttr or SdyManualAxesAttr or SdyOpShardingRuleAttr
                or SdyAxisRefListAttr or SdyListOfAxisRefListsAttr or SdyAllToAllParamListAttr or SdyDimensionSharding or SdyAxisRef => Text(false, "sdy", MlirPrinter.ToText(attribute)),
            _ => throw Unsupported($"the attribute {attribute} has no encoding"),
        };
}
