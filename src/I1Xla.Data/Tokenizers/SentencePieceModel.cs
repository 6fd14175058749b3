using System.Buffers.Binary;
using System.Text;

namespace I1Xla.Data.Tokenizers;

/// <summary>What a piece of a SentencePiece vocabulary is (values of <c>sentencepiece_model.proto</c>).</summary>
public enum PieceType
{
    /// <summary>An ordinary piece.</summary>
    Normal = 1,

    /// <summary>The unknown piece.</summary>
    Unknown = 2,

    /// <summary>A control symbol, which no text produces.</summary>
    Control = 3,

    /// <summary>A symbol always kept whole.</summary>
    UserDefined = 4,

    /// <summary>A piece that may only help merging.</summary>
    Unused = 5,

    /// <summary>A byte, for byte fallback.</summary>
    Byte = 6,
}

/// <summary>One piece of a vocabulary; its id is its place.</summary>
public readonly record struct SentencePiecePiece(string Text, float Score, PieceType Type);

/// <summary>The parts of a SentencePiece <c>.model</c> file (a serialized <c>ModelProto</c>) that encoding needs.</summary>
internal sealed class SentencePieceModel
{
    public List<SentencePiecePiece> Pieces { get; } = [];
    public bool IsUnigram { get; private set; } = true;
    public bool ByteFallback { get; private set; }
    public bool AddDummyPrefix { get; private set; } = true;
    public bool RemoveExtraWhitespaces { get; private set; } = true;
    public bool EscapeWhitespaces { get; private set; } = true;
    public bool WhitespaceAsSuffix { get; private set; }
    public byte[] CharsMap { get; private set; } = [];

    /// <exception cref="DataFileException">The file is missing or is no such model.</exception>
    public static SentencePieceModel Load(string path)
    {
        try
        {
            var model = new SentencePieceModel();
            model.Read(File.ReadAllBytes(path));
            return model.Pieces.Count > 0 ? model : throw new FormatException("it has no pieces");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"The tokenizer model {path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new DataFileException(path, $"{path} is not a SentencePiece model: {e.Message.TrimEnd('.')}. Fetch the .model file again.", e);
        }
    }

    private void Read(byte[] file)
    {
        foreach ((int field, ulong number, ReadOnlyMemory<byte> bytes) in Fields(file))
        {
            switch (field)
            {
                case 1:
                    Pieces.Add(ReadPiece(bytes));
                    break;
                case 2:
                    foreach ((int f, ulong v, _) in Fields(bytes))
                    {
                        switch (f)
                        {
                            case 3:
                                IsUnigram = v is 1 ? true : v is 2 ? false : throw new FormatException("it is a word or character model, which is not supported");
                                break;
                            case 24:
                                WhitespaceAsSuffix = v != 0;
                                break;
                            case 35:
                                ByteFallback = v != 0;
                                break;
                        }
                    }
                    break;
                case 3:
                    foreach ((int f, ulong v, ReadOnlyMemory<byte> b) in Fields(bytes))
                    {
                        switch (f)
                        {
                            case 2:
                                CharsMap = b.ToArray();
                                break;
                            case 3:
                                AddDummyPrefix = v != 0;
                                break;
                            case 4:
                                RemoveExtraWhitespaces = v != 0;
                                break;
                            case 5:
                                EscapeWhitespaces = v != 0;
                                break;
                        }
                    }
                    break;
            }
        }
    }

    private static SentencePiecePiece ReadPiece(ReadOnlyMemory<byte> bytes)
    {
        var piece = new SentencePiecePiece("", 0, PieceType.Normal);
        foreach ((int field, ulong number, ReadOnlyMemory<byte> b) in Fields(bytes))
        {
            piece = field switch
            {
                1 => piece with { Text = Encoding.UTF8.GetString(b.Span) },
                2 => piece with { Score = BinaryPrimitives.ReadSingleLittleEndian(b.Span) },
                3 => piece with { Type = (PieceType)number },
                _ => piece,
            };
        }
        return piece;
    }

    private static IEnumerable<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> data)
    {
        int at = 0;
        while (at < data.Length)
        {
            ulong tag = Varint(), number = 0;
            int length = (int)(tag & 7) switch { 0 => -1, 1 => 8, 5 => 4, 2 => checked((int)Varint()), _ => throw new FormatException("its bytes are not a protocol buffer") };
            ReadOnlyMemory<byte> bytes = default;
            if (length < 0)
            {
                number = Varint();
            }
            else
            {
                bytes = data.Slice(at, length);
                at += length;
            }
            yield return ((int)(tag >> 3), number, bytes);
        }

        ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte b = data.Span[at++];
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80 || shift > 63)
                {
                    return value;
                }
            }
        }
    }
}
