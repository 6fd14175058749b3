using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Encodes attributes and types: those of StableHLO programs in the vhlo dialect, and locations and the attributes of modules in the builtin dialect.</summary>
internal sealed partial class NodeEncoder(StableHloVersion target)
{
    private readonly Dictionary<EncodedNode, EncodedNode> _nodes = new(new EncodedNode.ByContent());
    private readonly Dictionary<object, EncodedNode> _vhlo = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, EncodedNode> _builtin = new(ReferenceEqualityComparer.Instance);
    private readonly List<DenseResourceAttr> _resources = [];

    /// <summary>Resources that attributes refer to.</summary>
    public IReadOnlyList<DenseResourceAttr> Resources => _resources;

    private static NotSupportedException Unsupported(string message) => new(message);

    private static int CodeNumber(Enum code) => Convert.ToInt32(code, System.Globalization.CultureInfo.InvariantCulture);

    private EncodedNode Node(bool isType, string dialect, params Token[] tokens)
    {
        var node = new EncodedNode(isType, dialect, tokens);
        if (!_nodes.TryGetValue(node, out EncodedNode? known))
        {
            _nodes.Add(node, known = node);
        }
        return known;
    }

    private EncodedNode Text(bool isType, string dialect, string text) => Node(isType, dialect, new Token(TokenKind.Text, 0, text));

    /// <summary>An attribute in the vhlo dialect.</summary>
    public EncodedNode Vhlo(Attribute attribute)
    {
        if (!_vhlo.TryGetValue(attribute, out EncodedNode? node))
        {
            _vhlo.Add(attribute, node = VhloAttribute(attribute));
        }
        return node;
    }

    /// <summary>A type in the vhlo dialect.</summary>
    public EncodedNode Vhlo(IrType type)
    {
        if (!_vhlo.TryGetValue(type, out EncodedNode? node))
        {
            _vhlo.Add(type, node = VhloType(type));
        }
        return node;
    }

    /// <summary>An attribute in the builtin dialect.</summary>
    public EncodedNode Builtin(Attribute attribute)
    {
        if (!_builtin.TryGetValue(attribute, out EncodedNode? node))
        {
            _builtin.Add(attribute, node = BuiltinAttribute(attribute));
        }
        return node;
    }

    /// <summary>A type in the builtin dialect.</summary>
    public EncodedNode Builtin(IrType type)
    {
        if (!_builtin.TryGetValue(type, out EncodedNode? node))
        {
            _builtin.Add(type, node = BuiltinType(type));
        }
        return node;
    }

    /// <summary>The dictionary of an operation's attributes, with values encoded already. Keys have to be in order.</summary>
    public EncodedNode Dictionary(IReadOnlyList<(string Key, EncodedNode Value)> entries)
    {
        var tokens = new List<Token> { Token.VarInt((int)BuiltinAttributeCode.Dictionary), Token.VarInt(entries.Count) };
        foreach ((string key, EncodedNode value) in entries)
        {
            tokens.Add(Token.Attribute(Builtin(new StringAttr(key))));
            tokens.Add(Token.Attribute(value));
        }
        return Node(false, "builtin", [.. tokens]);
    }

    private static void Longs(List<Token> tokens, ReadOnlySpan<long> values)
    {
        tokens.Add(Token.VarInt(values.Length));
        foreach (long value in values)
        {
            tokens.Add(Token.Signed(value));
        }
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
