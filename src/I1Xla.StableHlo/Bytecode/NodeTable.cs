using System.Numerics;
using System.Runtime.InteropServices;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>What an encoding is made of.</summary>
internal enum TokenKind : long
{
    /// <summary>A varint.</summary>
    VarInt,
    /// <summary>A zigzag varint.</summary>
    SignedVarInt,
    /// <summary>A byte.</summary>
    Byte,
    /// <summary>The number of a string; the value is its place in the table.</summary>
    String,
    /// <summary>The number of an attribute; the value is its node.</summary>
    Attribute,
    /// <summary>The number of an attribute, or -1: that there is none.</summary>
    OptionalAttribute,
    /// <summary>The number of a type; the value is its node.</summary>
    Type,
    /// <summary>The number of a resource.</summary>
    Resource,
    /// <summary>A length and that many bytes; the value is the place of the bytes in the table.</summary>
    Blob,
    /// <summary>Text ended by a zero byte, the whole of what has no encoding of its own; the value is its place among the strings.</summary>
    Text,
}

/// <summary>A part of an encoding. Two words without padding, so that encodings compare as bytes.</summary>
internal readonly record struct Token(TokenKind Kind, long Value)
{
    public static Token VarInt(long value) => new(TokenKind.VarInt, value);

    public static Token Signed(long value) => new(TokenKind.SignedVarInt, value);

    public static Token Attribute(EncodedNode node) => new(TokenKind.Attribute, node.Index);

    public static Token OptionalAttribute(EncodedNode? node) => new(TokenKind.OptionalAttribute, node?.Index ?? -1);

    public static Token Type(EncodedNode node) => new(TokenKind.Type, node.Index);

    /// <summary>Whether the value is a node.</summary>
    public bool IsNode => Kind is TokenKind.Attribute or TokenKind.Type || (Kind == TokenKind.OptionalAttribute && Value >= 0);
}

/// <summary>An attribute or type to be written, by its place in the table. Equal ones are the same.</summary>
internal readonly record struct EncodedNode(int Index);

/// <summary>What the table has of a node.</summary>
internal struct NodeInfo
{
    public uint Hash;
    public int FirstToken;
    public int Tokens;
    public int Dialect;
    public bool IsType;
    /// <summary>How often it is referred to; zero until it is numbered.</summary>
    public int References;
    /// <summary>Its number in the file.</summary>
    public int Number;
}

/// <summary>
/// All attributes and types of a file to be, each once: lists of tokens, found again by their content. Everything lies in a few arrays,
/// since a file of many operations has as many locations.
/// </summary>
internal sealed class NodeTable : IDisposable
{
    private readonly List<string> _dialects = [];
    private readonly Dictionary<string, int> _stringPlaces = [];
    private readonly Dictionary<Blob, int> _blobPlaces = [];
    private PooledList<NodeInfo> _nodes = new();
    private PooledList<Token> _tokens = new();
    private PooledList<int> _buckets = new();

    public NodeTable() => Rehash(1024);

    /// <summary>Strings in the order in which they came.</summary>
    public List<string> Strings { get; } = [];

    /// <summary>Blobs in the order in which they came.</summary>
    public List<ReadOnlyMemory<byte>> Blobs { get; } = [];

    /// <summary>The node's facts.</summary>
    public ref NodeInfo Info(int node) => ref _nodes[node];

    /// <summary>The node's tokens; good until another node is added.</summary>
    public ReadOnlySpan<Token> Tokens(int node) => _tokens.Span.Slice(_nodes[node].FirstToken, _nodes[node].Tokens);

    /// <summary>Whether the dialect has an encoding for a node; otherwise it is text.</summary>
    public bool IsCustom(int node) => _nodes[node].Tokens != 1 || _tokens[_nodes[node].FirstToken].Kind != TokenKind.Text;

    /// <summary>The name of a dialect.</summary>
    public string DialectName(int dialect) => _dialects[dialect];

    /// <summary>The place of a dialect.</summary>
    public int Dialect(string name)
    {
        int place = _dialects.IndexOf(name);
        if (place < 0)
        {
            place = _dialects.Count;
            _dialects.Add(name);
        }
        return place;
    }

    /// <summary>The place of a string.</summary>
    public int String(string text)
    {
        if (!_stringPlaces.TryGetValue(text, out int place))
        {
            _stringPlaces.Add(text, place = Strings.Count);
            Strings.Add(text);
        }
        return place;
    }

    /// <summary>The token of bytes.</summary>
    public Token BlobToken(ReadOnlyMemory<byte> bytes)
    {
        var key = new Blob(bytes);
        if (!_blobPlaces.TryGetValue(key, out int place))
        {
            _blobPlaces.Add(key, place = Blobs.Count);
            Blobs.Add(bytes);
        }
        return new Token(TokenKind.Blob, place);
    }

    /// <summary>The node of an encoding: a first token, and the others.</summary>
    public EncodedNode Intern(bool isType, int dialect, Token first, ReadOnlySpan<Token> others)
    {
        int at = _tokens.Reserve(others.Length + 1);
        _tokens[at] = first;
        others.CopyTo(_tokens.Span[(at + 1)..]);
        ReadOnlySpan<Token> tokens = _tokens.Span[at..];
        uint hash = Hash(isType, dialect, tokens);
        Span<int> buckets = _buckets.Span;
        int mask = buckets.Length - 1;
        int bucket = (int)hash & mask;
        while (buckets[bucket] is int found and > 0)
        {
            ref NodeInfo known = ref _nodes[found - 1];
            if (known.Hash == hash && known.IsType == isType && known.Dialect == dialect && known.Tokens == tokens.Length
                && MemoryMarshal.AsBytes(_tokens.Span.Slice(known.FirstToken, known.Tokens)).SequenceEqual(MemoryMarshal.AsBytes(tokens)))
            {
                _tokens.Truncate(at);
                return new EncodedNode(found - 1);
            }
            bucket = (bucket + 1) & mask;
        }
        buckets[bucket] = _nodes.Count + 1;
        _nodes.Add(new NodeInfo { Hash = hash, FirstToken = at, Tokens = tokens.Length, Dialect = dialect, IsType = isType });
        if (2 * _nodes.Count > buckets.Length)
        {
            Rehash(4 * buckets.Length);
        }
        return new EncodedNode(_nodes.Count - 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _nodes.Dispose();
        _tokens.Dispose();
        _buckets.Dispose();
    }

    private static uint Hash(bool isType, int dialect, ReadOnlySpan<Token> tokens)
    {
        const ulong multiplier = 0x9E3779B97F4A7C15;
        ulong hash = ((ulong)dialect << 1) | (isType ? 1u : 0u);
        foreach (Token token in tokens)
        {
            hash = (BitOperations.RotateLeft(hash, 29) ^ (ulong)token.Value ^ ((ulong)token.Kind << 56)) * multiplier;
        }
        return (uint)(hash >> 32);
    }

    private void Rehash(int size)
    {
        _buckets.Truncate(0);
        _ = _buckets.Reserve(size);
        Span<int> buckets = _buckets.Span;
        buckets.Clear();
        for (int i = 0; i < _nodes.Count; i++)
        {
            int bucket = (int)_nodes[i].Hash & (size - 1);
            while (buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (size - 1);
            }
            buckets[bucket] = i + 1;
        }
    }

    /// <summary>Bytes that compare by content.</summary>
    public readonly struct Blob(ReadOnlyMemory<byte> bytes) : IEquatable<Blob>
    {
        private readonly ReadOnlyMemory<byte> _bytes = bytes;

        public bool Equals(Blob other) => _bytes.Span.SequenceEqual(other._bytes.Span);

        public override bool Equals(object? obj) => obj is Blob other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_bytes.Length);
            hash.AddBytes(_bytes.Span[..Math.Min(_bytes.Length, 256)]);
            return hash.ToHashCode();
        }
    }
}
