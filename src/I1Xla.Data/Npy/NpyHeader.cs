using System.Globalization;
using System.Text;

namespace I1Xla.Data.Npy;

/// <summary>
/// The header of a NumPy <c>.npy</c> file (NEP 1): element type, order and shape.
/// </summary>
/// <param name="Descr">NumPy's type string: byte order (<c>&lt; &gt; | =</c>), kind letter, size; e.g. <c>&lt;f4</c>, <c>|b1</c>, <c>&lt;V2</c> (bfloat16).</param>
/// <param name="FortranOrder">Whether the first axis varies fastest in the file.</param>
/// <param name="Shape">Axis lengths; empty for a scalar.</param>
public sealed record NpyHeader(string Descr, bool FortranOrder, long[] Shape)
{
    private const int Alignment = 64;
    // NumPy leaves room for the first axis to grow to this many digits, so that a file can be appended to in place.
    private const int GrowthDigits = 21;

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long n = 1;
            foreach (long d in Shape)
            {
                n = checked(n * d);
            }
            return n;
        }
    }

    /// <summary>Kind letter: f, i, u, b, c, V, U or S.</summary>
    public char Kind => Descr[1];

    /// <summary>Bytes an element.</summary>
    public int ElementSize => int.Parse(Descr.AsSpan(2), CultureInfo.InvariantCulture) * (Kind == 'U' ? 4 : 1);

    /// <summary>Bytes of the array's data.</summary>
    public long ByteLength => checked(Count * ElementSize);

    /// <summary>The header as NumPy writes it: magic, version 1.0, dictionary, padded with blanks to a multiple of 64 bytes.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        text.Append("{'descr': '").Append(Descr).Append("', 'fortran_order': ").Append(FortranOrder ? "True" : "False").Append(", 'shape': (");
        for (int i = 0; i < Shape.Length; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(Shape[i].ToString(CultureInfo.InvariantCulture));
        }
        text.Append(Shape.Length == 1 ? ",), }" : "), }");
        if (Shape.Length > 0)
        {
            string growing = Shape[FortranOrder ? ^1 : 0].ToString(CultureInfo.InvariantCulture);
            text.Append(' ', GrowthDigits - growing.Length);
        }
        text.Append(' ', Alignment - ((10 + text.Length + 1) % Alignment)).Append('\n');
        var bytes = new byte[10 + text.Length];
        bytes[0] = 0x93;
        "NUMPY"u8.CopyTo(bytes.AsSpan(1));
        bytes[6] = 1;
        bytes[8] = (byte)text.Length;
        bytes[9] = (byte)(text.Length >> 8);
        Encoding.ASCII.GetBytes(text.ToString(), bytes.AsSpan(10));
        return bytes;
    }

    /// <summary>Reads a header (versions 1.0, 2.0, 3.0) and leaves the stream at the first data byte.</summary>
    /// <exception cref="FormatException">Not a NumPy header, or a type this library does not read; the message says which.</exception>
    public static NpyHeader Read(Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8 || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new FormatException("it does not begin with NumPy's magic bytes");
        }
        int lengthBytes = start[6] switch { 1 => 2, 2 or 3 => 4, byte v => throw new FormatException($"its format version {v}.{start[7]} is not 1.0, 2.0 or 3.0") };
        Span<byte> raw = stackalloc byte[4];
        raw.Clear();
        int length = stream.ReadAtLeast(raw[..lengthBytes], lengthBytes, throwOnEndOfStream: false) < lengthBytes ? -1 : BitConverter.ToInt32(raw);
        if (length is < 0 or > 1 << 20)
        {
            throw new FormatException("its header length is impossible");
        }
        var text = new byte[length];
        if (stream.ReadAtLeast(text, length, throwOnEndOfStream: false) < length)
        {
            throw new FormatException("it ends inside the header");
        }
        return Parse(Encoding.UTF8.GetString(text));
    }

    /// <summary>Parses the header's Python dictionary literal.</summary>
    internal static NpyHeader Parse(string text)
    {
        string? descr = null;
        bool? fortran = null;
        long[]? shape = null;
        int at = text.IndexOf('{') + 1;
        while (at > 0)
        {
            int keyStart = text.IndexOfAny(['\'', '"'], at);
            if (keyStart < 0)
            {
                break;
            }
            int keyEnd = text.IndexOf(text[keyStart], keyStart + 1);
            int colon = keyEnd < 0 ? -1 : text.IndexOf(':', keyEnd);
            if (colon < 0)
            {
                break;
            }
            string key = text[(keyStart + 1)..keyEnd];
            int value = colon + 1;
            while (value < text.Length && text[value] == ' ')
            {
                value++;
            }
            if (value >= text.Length)
            {
                break;
            }
            int end;
            switch (key)
            {
                case "descr" when text[value] is '\'' or '"':
                    end = text.IndexOf(text[value], value + 1);
                    descr = end < 0 ? null : text[(value + 1)..end];
                    end++;
                    break;
                case "descr":
                    throw new FormatException("it holds a structured (record) type, which is not supported; save plain arrays");
                case "fortran_order":
                    fortran = text.AsSpan(value).StartsWith("True") ? true : text.AsSpan(value).StartsWith("False") ? false : null;
                    end = value + 4;
                    break;
                case "shape" when text[value] == '(' && text.IndexOf(')', value) is > 0 and int close:
                    shape = ParseShape(text[(value + 1)..close]);
                    end = close + 1;
                    break;
                default:
                    throw new FormatException($"its header has the unexpected entry '{key}'");
            }
            at = end <= 0 ? 0 : text.IndexOf(',', end) + 1;
        }
        if (descr is null || fortran is null || shape is null)
        {
            throw new FormatException($"its header is not a dictionary of descr, fortran_order and shape: {text.Trim()}");
        }
        return new NpyHeader(CheckDescr(descr), fortran.Value, shape);
    }

    private static long[] ParseShape(string inner)
    {
        string[] parts = inner.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shape = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
            {
                throw new FormatException($"its shape ({inner}) is not a tuple of sizes");
            }
        }
        return shape;
    }

    /// <summary>Checks a type string and gives it an explicit byte order.</summary>
    internal static string CheckDescr(string descr)
    {
        bool hasOrder = descr.Length > 0 && "<>|=".Contains(descr[0], StringComparison.Ordinal);
        string body = hasOrder ? descr[1..] : descr;
        bool known = body switch
        {
            "f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1" or "c8" or "c16" => true,
            ['V' or 'U' or 'S', .. var size] => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n < 1 << 28,
            _ => false,
        };
        if (!known)
        {
            throw new FormatException($"its element type '{descr}' is not supported (f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1 c8 c16 Vn Un Sn are)");
        }
        return (hasOrder && descr[0] != '=' ? descr[0] : '<') + body;
    }
}
