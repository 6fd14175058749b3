using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>
/// <c>dense&lt;…&gt;</c> and <c>dense_resource&lt;…&gt;</c>. The type stands after the elements, so the type is read first and the
/// elements then go straight into their storage.
/// </summary>
internal sealed partial class Parser
{
    private static readonly double[] s_powersOfTen = [.. Enumerable.Range(0, 23).Select(i => Math.Pow(10, i))];
    private static readonly SearchValues<byte> s_denseStops = SearchValues.Create("\">"u8);
    private Dictionary<string, ReadOnlyMemory<byte>>? _resources;

    private Attribute ParseDense()
    {
        Take((byte)'<');
        int start = _pos;
        int p = _pos;
        while (true)
        {
            int next = _s.AsSpan(p, _end - p).IndexOfAny(s_denseStops);
            if (next < 0)
            {
                throw Error(start, "expected '>'");
            }
            p += next;
            if (_s[p] == '>')
            {
                break;
            }
            _pos = p;
            TakeRawString(out _);
            p = _pos;
        }
        int close = p;
        _pos = close + 1;
        Take((byte)':');
        Peek();
        int typeAt = _pos;
        IrType type = ParseType();
        int end = _pos;
        if (type is not TensorType tensor)
        {
            throw Error(typeAt, type is UnrankedTensorType ? "elements literal type must have static shape" : "elements literal must be a shaped type");
        }
        if (!tensor.Shape.IsStatic)
        {
            throw Error(typeAt, "elements literal type must have static shape");
        }
        _pos = start;
        Attribute result = ParseDenseLiteral(tensor, close);
        if (Peek() != '>' || _pos != close)
        {
            throw WrongToken("expected '>'");
        }
        _pos = end;
        return result;
    }

    private Attribute ParseDenseLiteral(TensorType type, int close)
    {
        long count = ElementCount(type.Shape);
        if (type.Element is OpaqueElementType)
        {
            return ParseStringElements(type, count, close);
        }
        if (type.Element is not ScalarType)
        {
            throw Error(_pos, $"expected element type to be integer, floating point or complex, but got '{type.Element}'");
        }
        byte c = Peek();
        if (c == '"')
        {
            return ParseHexElements(type, count);
        }
        int size = type.Kind.StorageBytes();
        if (c == '>')
        {
            if (count != 0)
            {
                throw Error(_pos, $"parsed zero elements, but type ({type}) expected at least 1");
            }
            return new DenseElementsAttr(type, ReadOnlyMemory<byte>.Empty, false);
        }
        if (c != '[')
        {
            byte[] one = new byte[size];
            ParseElement(type.Kind, one);
            return count == 0 ? new DenseElementsAttr(type, ReadOnlyMemory<byte>.Empty, false) : new DenseElementsAttr(type, one, true);
        }
        // Every element takes two bytes of text, so the storage is in proportion to the text.
        if (count > close - _pos)
        {
            count = -1;
        }
        var literal = new DenseLiteral { Kind = type.Kind, Size = size, Data = new byte[count < 0 ? 0 : count * size], Rank = type.Rank };
        long[] dims = new long[32];
        Array.Fill(dims, -1);
        int at = _pos;
        ParseDenseList(ref literal, dims, 0);
        int rank = 0;
        while (rank < 32 && dims[rank] >= 0)
        {
            rank++;
        }
        if (!dims.AsSpan(0, rank).SequenceEqual(type.Shape.Dims))
        {
            throw Error(at, $"inferred shape of elements literal ([{string.Join(", ", dims.Take(rank))}]) does not match type ([{string.Join(", ", type.Shape)}])");
        }
        ReadOnlySpan<byte> bytes = literal.Data;
        if (bytes.Length > 0 && bytes[size..].SequenceEqual(bytes[..^size]))
        {
            return new DenseElementsAttr(type, literal.Data.AsMemory(0, size).ToArray(), true);
        }
        return new DenseElementsAttr(type, literal.Data, false);
    }

    private struct DenseLiteral
    {
        public ElementKind Kind;
        public int Size;
        public byte[] Data;
        public int Used;
        public int Rank;
    }

    private static long ElementCount(Shape shape)
    {
        long count = 1;
        foreach (long dim in shape.Dims)
        {
            if (dim == 0)
            {
                return 0;
            }
            count = dim > long.MaxValue / count ? long.MaxValue : count * dim;
        }
        return count;
    }

    private void ParseDenseList(ref DenseLiteral literal, long[] dims, int depth)
    {
        if (depth == 32)
        {
            throw Error(_pos, "nested too deeply");
        }
        int open = _pos;
        Take((byte)'[');
        long count = 0;
        if (!TryTake((byte)']'))
        {
            bool nested = Peek() == '[';
            do
            {
                if (Peek() == '[' != nested)
                {
                    throw Error(_pos, "tensor literal is invalid; ranks are not consistent between elements");
                }
                if (nested)
                {
                    ParseDenseList(ref literal, dims, depth + 1);
                }
                else
                {
                    if (literal.Data.Length - literal.Used < literal.Size)
                    {
                        // More elements than the type has: read on, so that the message can tell the shape that was written.
                        Array.Resize(ref literal.Data, Math.Max(literal.Data.Length * 2, 64));
                    }
                    ParseElement(literal.Kind, literal.Data.AsSpan(literal.Used));
                    literal.Used += literal.Size;
                }
                count++;
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        if (dims[depth] < 0)
        {
            dims[depth] = count;
        }
        else if (dims[depth] != count)
        {
            throw Error(open, "tensor literal is invalid; ranks are not consistent between elements");
        }
    }

    private void ParseElement(ElementKind kind, Span<byte> to)
    {
        byte c = Peek();
        if (kind.IsFloat())
        {
            ulong bits = ParseFloatElement(kind);
            WriteBits(to, bits, kind.StorageBytes());
            return;
        }
        if (kind.IsComplex())
        {
            ElementKind part = kind.RealPart();
            int size = part.StorageBytes();
            Take((byte)'(', "expected '(' for complex element");
            WriteBits(to, ParseFloatElement(part), size);
            Take((byte)',');
            WriteBits(to[size..], ParseFloatElement(part), size);
            Take((byte)')');
            return;
        }
        int at = _pos;
        if (c is (byte)'t' or (byte)'f' && (TryKeyword("true"u8) || TryKeyword("false"u8)))
        {
            if (kind != ElementKind.I1)
            {
                throw Error(at, "expected i1 type for 'true' or 'false' values");
            }
            to[0] = c == 't' ? (byte)1 : (byte)0;
            return;
        }
        bool negative = c == '-';
        _pos += negative ? 1 : 0;
        if (!Is(Peek(), DigitClass))
        {
            throw WrongToken("expected element literal of primitive type");
        }
        if (IsFloatLiteral())
        {
            throw Error(at, "expected integer elements, but parsed floating-point");
        }
        char sign = kind.IsUnsignedInteger() ? 'u' : 'i';
        if (negative && sign == 'u')
        {
            throw Error(at, "expected unsigned integer elements, but parsed negative value");
        }
        if (!TakeMagnitude(out ulong magnitude) || !FitsInteger(magnitude, negative, kind.BitWidth(), sign))
        {
            throw Error(at, "integer constant out of range for attribute");
        }
        long value = ExtendInteger(magnitude, negative, kind.BitWidth(), sign);
        if (kind == ElementKind.I1)
        {
            value &= 1;
        }
        switch (kind.StorageBytes())
        {
            case 1:
                to[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteInt16LittleEndian(to, (short)value);
                break;
            case 4:
                BinaryPrimitives.WriteInt32LittleEndian(to, (int)value);
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(to, value);
                break;
        }
    }

    private static void WriteBits(Span<byte> to, ulong bits, int size)
    {
        switch (size)
        {
            case 1:
                to[0] = (byte)bits;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)bits);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)bits);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(to, bits);
                break;
        }
    }

    /// <summary>One float as the bits of its storage: a literal, or the bits in hexadecimal.</summary>
    private ulong ParseFloatElement(ElementKind kind)
    {
        Peek();
        int at = _pos;
        if (!TryTakeFloat(out double value))
        {
            bool negative = TryTake((byte)'-');
            if (!Is(Peek(), DigitClass))
            {
                throw WrongToken("expected element literal of primitive type");
            }
            if (_s[_pos] != '0' || _s[_pos + 1] != 'x' || !Is(_s[_pos + 2], HexClass))
            {
                throw Error(at, "expected floating-point elements, but parsed integer");
            }
            if (negative)
            {
                throw Error(at, "hexadecimal float literal should not have a leading minus");
            }
            if (!TakeMagnitude(out ulong bits) || kind.BitWidth() < 64 && bits >> kind.BitWidth() != 0)
            {
                throw Error(at, "hexadecimal float constant out of range for type");
            }
            return kind == ElementKind.TF32 ? bits << 13 : bits;
        }
        return kind switch
        {
            ElementKind.F64 => BitConverter.DoubleToUInt64Bits(value),
            ElementKind.F32 => BitConverter.SingleToUInt32Bits((float)value),
            ElementKind.TF32 => BitConverter.SingleToUInt32Bits((float)Rounded(value, kind)),
            _ => FloatKind.ToBits(kind, value),
        };
    }

    /// <summary>A float literal with an optional sign; the cursor stays when there is none.</summary>
    private bool TryTakeFloat(out double value)
    {
        value = 0;
        Peek();
        int start = _pos;
        int p = start;
        bool negative = _s[p] == '-';
        p += negative ? 1 : 0;
        ulong mantissa = 0;
        int digits = 0;
        int first = p;
        while (Is(_s[p], DigitClass))
        {
            mantissa = mantissa * 10 + (uint)(_s[p++] - '0');
            digits++;
        }
        if (p == first || _s[p] != '.')
        {
            return false;
        }
        int point = ++p;
        while (Is(_s[p], DigitClass))
        {
            mantissa = mantissa * 10 + (uint)(_s[p++] - '0');
            digits++;
        }
        int exponent = point - p;
        if ((_s[p] | 32) == 'e' && (Is(_s[p + 1], DigitClass) || _s[p + 1] is (byte)'+' or (byte)'-' && Is(_s[p + 2], DigitClass)))
        {
            p++;
            bool down = _s[p] == '-';
            p += _s[p] is (byte)'+' or (byte)'-' ? 1 : 0;
            int power = 0;
            while (Is(_s[p], DigitClass))
            {
                power = Math.Min(power * 10 + (_s[p++] - '0'), 100000);
            }
            exponent += down ? -power : power;
        }
        _pos = p;
        if (digits <= 19 && mantissa < 1UL << 53 && exponent is >= -22 and <= 22)
        {
            // Both factors are exact, so the one rounding is the right one.
            value = exponent < 0 ? mantissa / s_powersOfTen[-exponent] : mantissa * s_powersOfTen[exponent];
            value = negative ? -value : value;
            return true;
        }
        if (!double.TryParse(_s.AsSpan(start, p - start), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value) || double.IsInfinity(value))
        {
            throw Error(start, "floating point value too large for attribute");
        }
        return true;
    }

    /// <summary><c>dense&lt;"0x…"&gt;</c>: the raw bytes of all elements, or of one that stands for all.</summary>
    private DenseElementsAttr ParseHexElements(TensorType type, long count)
    {
        int at = _pos;
        byte[] raw = TakeHexString(at);
        ElementKind kind = type.Kind;
        int size = kind.StorageBytes();
        if (kind == ElementKind.I1 && count != raw.Length && raw.Length == (count + 7) / 8 && count > 0)
        {
            return UnpackBits(type, raw, (int)count);
        }
        if (raw.Length == size && count >= 1)
        {
            Normalize(raw, kind);
            return new DenseElementsAttr(type, raw, true);
        }
        if (count > int.MaxValue || raw.Length != count * size)
        {
            throw Error(at, $"elements hex data size is invalid for provided type: {type}");
        }
        Normalize(raw, kind);
        if (raw.Length > size && raw.AsSpan(size).SequenceEqual(raw.AsSpan(0, raw.Length - size)))
        {
            return new DenseElementsAttr(type, raw[..size], true);
        }
        return new DenseElementsAttr(type, raw, false);
    }

    private static DenseElementsAttr UnpackBits(TensorType type, byte[] packed, int count)
    {
        byte[] bytes = new byte[count];
        bool same = true;
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)(packed[i >> 3] >> (i & 7) & 1);
            same &= bytes[i] == bytes[0];
        }
        return same ? new DenseElementsAttr(type, bytes[..1], true) : new DenseElementsAttr(type, bytes, false);
    }

    /// <summary>Brings sub-byte elements to the form that storage keeps: booleans 0 or 1, signed ones sign-extended.</summary>
    private static void Normalize(byte[] bytes, ElementKind kind)
    {
        int width = kind.BitWidth();
        if (width >= 8)
        {
            return;
        }
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = kind == ElementKind.I1 ? bytes[i] != 0 ? (byte)1 : (byte)0
                : kind.IsSignedInteger() ? (byte)((sbyte)(bytes[i] << 8 - width) >> 8 - width)
                : (byte)(bytes[i] & (1 << width) - 1);
        }
    }

    private byte[] TakeHexString(int at)
    {
        ReadOnlySpan<byte> text = TakeRawString(out bool escaped);
        if (escaped || !text.StartsWith("0x"u8) || text.Length % 2 != 0)
        {
            throw Error(at, "elements hex string should start with '0x' and have an even number of digits");
        }
        text = text[2..];
        byte[] raw = new byte[text.Length / 2];
        if (Convert.FromHexString(text, raw, out _, out _) != OperationStatus.Done)
        {
            throw Error(at, "elements hex string only contains hex digits");
        }
        return raw;
    }

    private DenseStringElementsAttr ParseStringElements(TensorType type, long count, int close)
    {
        var values = new List<string>();
        int at = _pos;
        bool splat = Peek() == '"';
        if (splat)
        {
            values.Add(TakeString());
        }
        else
        {
            while (_pos < close && Peek() != '>')
            {
                if (TryTake((byte)'[') || TryTake((byte)']') || TryTake((byte)','))
                {
                    continue;
                }
                values.Add(TakeString());
            }
        }
        if (values.Count != count && !(splat && count > 0))
        {
            throw Error(at, $"inferred shape of elements literal ([{values.Count}]) does not match type ([{string.Join(", ", type.Shape)}])");
        }
        return new DenseStringElementsAttr(type, new ValueArray<string>([.. values]));
    }

    /// <summary><c>dense_resource&lt;handle&gt; : type</c>; the data stands in the resource section at the end of the text.</summary>
    private DenseResourceAttr ParseDenseResource()
    {
        Take((byte)'<');
        Peek();
        string handle = Peek() == '"' ? TakeString() : Intern(TakeIdentifier());
        Take((byte)'>');
        Take((byte)':');
        Peek();
        int at = _pos;
        if (ParseType() is not TensorType type)
        {
            throw Error(at, "`dense_resource` expected a shaped type");
        }
        _resources ??= FindResources();
        return new DenseResourceAttr(type, handle, _resources.TryGetValue(handle, out ReadOnlyMemory<byte> data) ? data : null);
    }

    private Dictionary<string, ReadOnlyMemory<byte>> FindResources()
    {
        _resources = [];
        int section = _s.AsSpan(_pos, _end - _pos).LastIndexOf("{-#"u8);
        if (section >= 0)
        {
            (int pos, int gapStart, int gapEnd) = (_pos, _gapStart, _gapEnd);
            _pos += section;
            ParseFileMetadata();
            (_pos, _gapStart, _gapEnd) = (pos, gapStart, gapEnd);
        }
        return _resources;
    }

    /// <summary>
    /// <c>{-# dialect_resources: { builtin: { name: "0x…" } } #-}</c>. The first four bytes of a blob are its alignment.
    /// Resources of other owners are skipped.
    /// </summary>
    private void ParseFileMetadata()
    {
        _resources ??= [];
        Peek();
        _pos += 3;
        while (Peek() != '#')
        {
            bool dialects = PeekIdentifier().SequenceEqual("dialect_resources"u8);
            TakeIdentifier("expected identifier key in file metadata dictionary");
            Take((byte)':');
            Take((byte)'{');
            while (!TryTake((byte)'}'))
            {
                bool builtin = PeekIdentifier().SequenceEqual("builtin"u8);
                TakeIdentifier();
                Take((byte)':');
                Take((byte)'{');
                while (!TryTake((byte)'}'))
                {
                    string key = Peek() == '"' ? TakeString() : Intern(TakeIdentifier());
                    Take((byte)':');
                    Peek();
                    int at = _pos;
                    if (dialects && builtin)
                    {
                        byte[] blob = TakeHexString(at);
                        if (blob.Length < 4)
                        {
                            throw Error(at, $"expected hex string blob for key '{key}' to encode alignment in first 4 bytes");
                        }
                        _resources[key] = blob.AsMemory(4);
                    }
                    else if (Peek() == '"')
                    {
                        TakeRawString(out _);
                    }
                    else
                    {
                        TakeIdentifier();
                    }
                    if (!TryTake((byte)',') && Peek() != '}')
                    {
                        throw WrongToken("expected ','");
                    }
                }
                if (!TryTake((byte)',') && Peek() != '}')
                {
                    throw WrongToken("expected ','");
                }
            }
            if (!TryTake((byte)',') && Peek() != '#')
            {
                throw WrongToken("expected ','");
            }
        }
        if (!_s.AsSpan(_pos).StartsWith("#-}"u8))
        {
            throw WrongToken("expected '#-}'");
        }
        _pos += 3;
    }
}
