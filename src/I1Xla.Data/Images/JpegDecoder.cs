using System.Buffers.Binary;

namespace I1Xla.Data.Images;

/// <summary>
/// Reads JPEG (ITU-T T.81): baseline, extended sequential and progressive Huffman coding with 8-bit samples, gray, YCbCr, RGB,
/// CMYK and YCCK. Inverse transform, chroma upsampling and colour conversion use the integer arithmetic of the Independent
/// JPEG Group's library, so pixels equal those of libjpeg-turbo's defaults (Pillow's).
/// </summary>
public static class JpegDecoder
{
    private const long MaxPixels = 1L << 28;

    /// <summary>Whether the bytes begin as a JPEG does.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> data) => data is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Decodes to gray (1 channel) or RGB.</summary>
    /// <exception cref="ImageFormatException">The bytes are no JPEG of a supported kind, or are damaged or incomplete.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> data)
    {
        if (!IsJpeg(data))
        {
            throw new ImageFormatException("it does not begin as a JPEG file does");
        }
        var state = new JpegState();
        int at = 2;
        while (true)
        {
            while (at < data.Length && data[at] != 0xFF)
            {
                at++; // tolerated garbage between segments
            }
            while (at < data.Length && data[at] == 0xFF)
            {
                at++;
            }
            if (at >= data.Length)
            {
                throw new ImageFormatException($"the file ends early, at byte {data.Length}, before its end marker");
            }
            int marker = data[at++];
            if (marker == 0xD9)
            {
                break;
            }
            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD7))
            {
                continue;
            }
            int length = at + 2 <= data.Length ? BinaryPrimitives.ReadUInt16BigEndian(data[at..]) : 0;
            if (length < 2 || at + length > data.Length)
            {
                throw new ImageFormatException($"the file ends early, at byte {data.Length} inside the segment that begins at byte {at - 2}");
            }
            ReadOnlySpan<byte> body = data.Slice(at + 2, length - 2);
            at += length;
            try
            {
                switch (marker)
                {
                    case 0xC0 or 0xC1 or 0xC2:
                        ReadFrame(state, body, marker == 0xC2);
                        break;
                    case 0xC4:
                        ReadHuffmanTables(state, body);
                        break;
                    case 0xDB:
                        ReadQuantization(state, body);
                        break;
                    case 0xDD:
                        state.RestartInterval = BinaryPrimitives.ReadUInt16BigEndian(body);
                        break;
                    case 0xEE when body.Length >= 12 && body[..5].SequenceEqual("Adobe"u8):
                        state.AdobeTransform = body[11];
                        break;
                    case 0xDA:
                        at += new JpegScan(state, body, data[at..]).Decode();
                        break;
                    case 0xC3 or (>= 0xC5 and <= 0xC7) or (>= 0xC9 and <= 0xCB) or (>= 0xCD and <= 0xCF):
                        throw new ImageFormatException("it is a lossless, hierarchical or arithmetic-coded JPEG, which is not supported");
                    default:
                        break; // application data, comments
                }
            }
            catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException)
            {
                throw new ImageFormatException($"the segment that begins at byte {at - length - 2} is damaged", e);
            }
        }
        if (state.Components.Length == 0 || !state.AnyScan)
        {
            throw new ImageFormatException("it has no picture data");
        }
        return JpegColour.Assemble(state);
    }

    private static void ReadFrame(JpegState state, ReadOnlySpan<byte> body, bool progressive)
    {
        if (state.Components.Length > 0)
        {
            throw new ImageFormatException("it has two frames");
        }
        int precision = body[0], height = BinaryPrimitives.ReadUInt16BigEndian(body[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(body[3..]), n = body[5];
        if (precision != 8 || n is not (1 or 3 or 4) || width == 0 || height == 0 || (long)width * height > MaxPixels)
        {
            throw new ImageFormatException($"its header is not supported ({width} x {height}, {precision} bits, {n} components)");
        }
        (state.Width, state.Height, state.Progressive) = (width, height, progressive);
        var components = new JpegComponent[n];
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<byte> c = body.Slice(6 + (i * 3), 3);
            components[i] = new JpegComponent { Id = c[0], H = c[1] >> 4, V = c[1] & 15, Table = c[2] & 3 };
            if (components[i].H is < 1 or > 4 || components[i].V is < 1 or > 4)
            {
                throw new ImageFormatException("a component has an impossible sampling factor");
            }
        }
        if (n == 1)
        {
            (components[0].H, components[0].V) = (1, 1);
        }
        state.MaxH = components.Max(c => c.H);
        state.MaxV = components.Max(c => c.V);
        state.McusAcross = Ceiling(width, 8 * state.MaxH);
        state.McusDown = Ceiling(height, 8 * state.MaxV);
        foreach (JpegComponent c in components)
        {
            if (state.MaxH % c.H != 0 || state.MaxV % c.V != 0)
            {
                throw new ImageFormatException("a component has a fractional sampling factor, which is not supported");
            }
            c.Width = Ceiling(width * c.H, state.MaxH);
            c.Height = Ceiling(height * c.V, state.MaxV);
            c.BlocksAcross = state.McusAcross * c.H;
            c.BlocksDown = state.McusDown * c.V;
            c.Coefficients = new short[checked(c.BlocksAcross * c.BlocksDown * 64)];
        }
        state.Components = components;
    }

    private static void ReadHuffmanTables(JpegState state, ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            int kind = body[0] >> 4, id = body[0] & 15;
            if (kind > 1 || id > 3)
            {
                throw new ImageFormatException("a Huffman table has an impossible number");
            }
            int total = 0;
            foreach (byte count in body.Slice(1, 16))
            {
                total += count;
            }
            state.Huffman[kind, id] = new JpegHuffman(body.Slice(1, 16), body.Slice(17, total));
            body = body[(17 + total)..];
        }
    }

    private static void ReadQuantization(JpegState state, ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            int wide = body[0] >> 4, id = body[0] & 15;
            if (wide > 1 || id > 3)
            {
                throw new ImageFormatException("a quantization table has an impossible number");
            }
            var table = new int[64];
            for (int i = 0; i < 64; i++)
            {
                table[JpegScan.Order[i]] = wide == 1 ? BinaryPrimitives.ReadUInt16BigEndian(body[(1 + (i * 2))..]) : body[1 + i];
            }
            state.Quantization[id] = table;
            body = body[(1 + (64 << wide))..];
        }
    }

    private static int Ceiling(int a, int b) => (a + b - 1) / b;
}

/// <summary>What the segments of a JPEG have said so far.</summary>
internal sealed class JpegState
{
    public int Width, Height, MaxH, MaxV, McusAcross, McusDown, RestartInterval;
    public int AdobeTransform = -1;
    public bool Progressive, AnyScan;
    public JpegComponent[] Components = [];
    public readonly int[]?[] Quantization = new int[]?[4];
    public readonly JpegHuffman?[,] Huffman = new JpegHuffman?[2, 4];
}

/// <summary>One component: its sampling, and its coefficients in natural order, block after block, padded to whole MCUs.</summary>
internal sealed class JpegComponent
{
    public int Id, H, V, Table, Width, Height, BlocksAcross, BlocksDown;
    public short[] Coefficients = [];
    public int DcTable, AcTable, Prediction;
}

/// <summary>A Huffman table (T.81 annex C): codes up to 9 bits by look-up, longer ones by length.</summary>
internal sealed class JpegHuffman
{
    private const int FastBits = 9;
    private readonly ushort[] fast = new ushort[1 << FastBits]; // length << 8 | value, 0 where the code is longer
    private readonly int[] maxCode = new int[18];
    private readonly int[] offset = new int[17];
    private readonly byte[] values;

    public JpegHuffman(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        values = symbols.ToArray();
        int code = 0, k = 0;
        for (int length = 1; length <= 16; length++)
        {
            offset[length] = k - code;
            for (int i = 0; i < counts[length - 1]; i++, k++, code++)
            {
                if (length <= FastBits)
                {
                    int first = code << (FastBits - length);
                    if (first + (1 << (FastBits - length)) > fast.Length)
                    {
                        throw new ImageFormatException("a Huffman table is impossible");
                    }
                    fast.AsSpan(first, 1 << (FastBits - length)).Fill((ushort)((length << 8) | values[k]));
                }
            }
            maxCode[length] = counts[length - 1] > 0 ? code : -1;
            if (code > 1 << length)
            {
                throw new ImageFormatException("a Huffman table is impossible");
            }
            code <<= 1;
        }
        maxCode[17] = int.MaxValue;
    }

    /// <summary>Decodes the symbol at the head of <paramref name="bits16"/> (the next 16 bits) and gives its code's length.</summary>
    public int Decode(int bits16, out int length)
    {
        int entry = fast[bits16 >> (16 - FastBits)];
        if (entry != 0)
        {
            length = entry >> 8;
            return entry & 255;
        }
        for (length = FastBits + 1; length <= 16; length++)
        {
            int code = bits16 >> (16 - length);
            if (maxCode[length] >= 0 && code < maxCode[length])
            {
                return values[code + offset[length]];
            }
        }
        throw new ImageFormatException("its compressed data is damaged");
    }
}
