namespace I1Xla.StableHlo.Bytecode;

/// <summary>What an encoding is made of.</summary>
internal enum TokenKind : byte
{
    /// <summary>A varint.</summary>
    VarInt,
    /// <summary>A zigzag varint.</summary>
    SignedVarInt,
    /// <summary>A byte.</summary>
    Byte,
    /// <summary>The number of a string.</summary>
    String,
    /// <summary>The number of an attribute.</summary>
    Attribute,
    /// <summary>The number of an attribute, or that there is none.</summary>
    OptionalAttribute,
    /// <summary>The number of a type.</summary>
    Type,
    /// <summary>The number of a resource.</summary>
    Resource,
    /// <summary>A length and that many bytes.</summary>
    Blob,
    /// <summary>Text ended by a zero byte: the whole of what has no encoding of its own.</summary>
    Text,
}

/// <summary>A part of an encoding.</summary>
internal readonly record struct Token(TokenKind Kind, long Value, object? Reference = null)
{
    public static Token VarInt(long value) => new(TokenKind.VarInt, value);

    public static Token Signed(long value) => new(TokenKind.SignedVarInt, value);

    public static Token Attribute(EncodedNode node) => new(TokenKind.Attribute, 0, node);

    public static Token Type(EncodedNode node) => new(TokenKind.Type, 0, node);

    public static Token String(string text) => new(TokenKind.String, 0, text);

    public static Token Blob(ReadOnlyMemory<byte> bytes) => new(TokenKind.Blob, bytes.Length, new BlobReference(bytes));
}

/// <summary>Bytes that compare by content.</summary>
internal sealed class BlobReference(ReadOnlyMemory<byte> bytes) : IEquatable<BlobReference>
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public bool Equals(BlobReference? other) => other is not null && bytes.Span.SequenceEqual(other.Bytes.Span);

    public override bool Equals(object? obj) => Equals(obj as BlobReference);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(bytes.Length);
        hash.AddBytes(bytes.Span[..Math.Min(bytes.Length, 256)]);
        return hash.ToHashCode();
    }
}

/// <summary>An attribute or type to be written. Equal ones are the same object, so that parts compare by identity.</summary>
internal sealed class EncodedNode(bool isType, string dialect, Token[] tokens)
{
    public bool IsType => isType;

    public string Dialect => dialect;

    public Token[] Tokens => tokens;

    /// <summary>Whether the dialect has an encoding for it; otherwise it is text.</summary>
    public bool IsCustom => tokens is not [{ Kind: TokenKind.Text }];

    /// <summary>Whether it is the unknown location.</summary>
    public bool IsUnknownLocation { get; init; }

    /// <summary>How often it is referred to; zero until it is numbered.</summary>
    public int References { get; set; }

    /// <summary>Its number in the file.</summary>
    public int Number { get; set; }

    /// <summary>Compares by content.</summary>
    public sealed class ByContent : IEqualityComparer<EncodedNode>
    {
        public bool Equals(EncodedNode? x, EncodedNode? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && x.IsType == y.IsType && x.Dialect == y.Dialect && x.Tokens.AsSpan().SequenceEqual(y.Tokens));

        public int GetHashCode(EncodedNode node)
        {
            var hash = new HashCode();
            hash.Add(node.IsType);
            hash.Add(node.Dialect);
            foreach (Token token in node.Tokens)
            {
                hash.Add(token);
            }
            return hash.ToHashCode();
        }
    }
}
