using System.Buffers.Binary;
using System.IO.Compression;
using I1Xla.Data.Hashing;

namespace I1Xla.Data.Images;

/// <summary>
/// Reads PNG (ISO/IEC 15948): every colour type and bit depth, palettes, transparency, interlacing. Samples come out with 8
/// bits: 16-bit samples keep their high byte and 1, 2 and 4-bit gray is scaled to 0..255, as libpng does for TensorFlow's
/// <c>decode_png</c>.
/// </summary>
public static class PngDecoder
{
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // Limits the damage a wrong header can do: no picture of a training set is larger.
    private const long MaxPixels = 1L << 28;

    /// <summary>Whether the bytes begin as a PNG does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> data) => data.StartsWith(Signature);

    /// <summary>
    /// Decodes the picture with the channels it has: palette pictures become RGB, a <c>tRNS</c> chunk adds alpha.
    /// </summary>
    /// <exception cref="ImageFormatException">The bytes are no PNG, or are damaged or incomplete.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> data)
    {
        if (!IsPng(data))
        {
            throw new ImageFormatException("it does not begin as a PNG file does");
        }
        Header? header = null;
        byte[]? palette = null;
        byte[]? transparency = null;
        var compressed = new MemoryStream();
        bool ended = false;
        int at = 8;
        while (!ended)
        {
            if (data.Length - at < 12)
            {
                throw new ImageFormatException($"the file ends early, at byte {data.Length}");
            }
            int length = BinaryPrimitives.ReadInt32BigEndian(data[at..]);
            if (length < 0 || length > data.Length - at - 12)
            {
                throw new ImageFormatException($"the file ends early, at byte {data.Length} inside the chunk that begins at byte {at}");
            }
            ReadOnlySpan<byte> type = data.Slice(at + 4, 4), body = data.Slice(at + 8, length);
            if (BinaryPrimitives.ReadUInt32BigEndian(data[(at + 8 + length)..]) != Crc32.Compute(data.Slice(at + 4, length + 4)))
            {
                throw new ImageFormatException($"the checksum of the chunk at byte {at} is wrong");
            }
            if (type.SequenceEqual("IHDR"u8))
            {
                header = Header.Read(body);
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                palette = body.ToArray();
            }
            else if (type.SequenceEqual("tRNS"u8))
            {
                transparency = body.ToArray();
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                compressed.Write(body);
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                ended = true;
            }
            else if ((type[0] & 0x20) == 0)
            {
                throw new ImageFormatException($"it has a chunk of unknown kind at byte {at}");
            }
            at += length + 12;
        }
        if (header is not { } h)
        {
            throw new ImageFormatException("it has no header chunk");
        }
        if (h.ColourType == 3 && palette is null)
        {
            throw new ImageFormatException("it has no palette, which its colour type needs");
        }
        compressed.Position = 0;
        byte[] samples = Inflate(h, compressed);
        return Finish(h, samples, palette, transparency);
    }

    internal static int Paeth(int a, int b, int c)
    {
        int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }

    private readonly record struct Header(int Width, int Height, int Depth, int ColourType, bool Interlaced)
    {
        public int Samples => ColourType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

        public static Header Read(ReadOnlySpan<byte> d)
        {
            if (d.Length != 13)
            {
                throw new ImageFormatException("its header chunk has the wrong length");
            }
            int width = BinaryPrimitives.ReadInt32BigEndian(d), height = BinaryPrimitives.ReadInt32BigEndian(d[4..]);
            int depth = d[8], colour = d[9];
            bool fits = colour switch { 0 => depth is 1 or 2 or 4 or 8 or 16, 3 => depth is 1 or 2 or 4 or 8, 2 or 4 or 6 => depth is 8 or 16, _ => false };
            if (width < 1 || height < 1 || (long)width * height > MaxPixels || !fits || d[10] != 0 || d[11] != 0 || d[12] > 1)
            {
                throw new ImageFormatException($"its header is impossible ({width} x {height}, {depth} bits, colour type {colour})");
            }
            return new Header(width, height, depth, colour, d[12] == 1);
        }
    }

    /// <summary>One byte a sample (the high byte of 16), row by row, not yet scaled.</summary>
    private static byte[] Inflate(Header h, Stream compressed)
    {
        var samples = new byte[checked(h.Width * h.Height * h.Samples)];
        try
        {
            using var zlib = new ZLibStream(compressed, CompressionMode.Decompress);
            if (!h.Interlaced)
            {
                Pass(h, zlib, samples, 0, 0, 1, 1);
            }
            else
            {
                // Adam7: start column, start row, column step, row step.
                ReadOnlySpan<byte> passes = [0, 0, 8, 8, 4, 0, 8, 8, 0, 4, 4, 8, 2, 0, 4, 4, 0, 2, 2, 4, 1, 0, 2, 2, 0, 1, 1, 2];
                for (int i = 0; i < 28; i += 4)
                {
                    Pass(h, zlib, samples, passes[i], passes[i + 1], passes[i + 2], passes[i + 3]);
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new ImageFormatException("its compressed data is damaged", e);
        }
        return samples;
    }

    private static void Pass(Header h, Stream zlib, byte[] samples, int x0, int y0, int dx, int dy)
    {
        int width = (h.Width - x0 + dx - 1) / dx, height = (h.Height - y0 + dy - 1) / dy;
        if (width <= 0 || height <= 0)
        {
            return;
        }
        int bits = h.Depth * h.Samples, stride = (int)((((long)width * bits) + 7) / 8), bpp = Math.Max(1, bits / 8);
        var line = new byte[stride + 1];
        var above = new byte[stride];
        int perPixel = h.Samples;
        for (int y = 0; y < height; y++)
        {
            if (zlib.ReadAtLeast(line, line.Length, throwOnEndOfStream: false) < line.Length)
            {
                throw new ImageFormatException($"its compressed data ends at row {y0 + (y * dy)} of {h.Height}");
            }
            Span<byte> row = line.AsSpan(1);
            Unfilter(line[0], row, above, bpp);
            int outRow = (((y0 + (y * dy)) * h.Width) + x0) * perPixel;
            for (int x = 0; x < width; x++)
            {
                int to = outRow + (x * dx * perPixel);
                for (int c = 0; c < perPixel; c++)
                {
                    int s = (x * perPixel) + c;
                    samples[to + c] = h.Depth switch
                    {
                        8 => row[s],
                        16 => row[s * 2],
                        _ => (byte)((row[s * h.Depth / 8] >> (8 - h.Depth - (s * h.Depth % 8))) & ((1 << h.Depth) - 1)),
                    };
                }
            }
            row.CopyTo(above);
        }
    }

    private static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int bpp)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = bpp; i < row.Length; i++)
                {
                    row[i] += row[i - bpp];
                }
                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }
                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(((i < bpp ? 0 : row[i - bpp]) + above[i]) >> 1);
                }
                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(i < bpp ? above[i] : Paeth(row[i - bpp], above[i], above[i - bpp]));
                }
                break;
            default:
                throw new ImageFormatException($"a row has the unknown filter {filter}");
        }
    }

    private static RgbImage Finish(Header h, byte[] samples, byte[]? palette, byte[]? transparency)
    {
        int pixels = h.Width * h.Height;
        if (h.ColourType == 3)
        {
            int channels = transparency is null ? 3 : 4;
            var result = new RgbImage(h.Width, h.Height, channels);
            for (int i = 0; i < pixels; i++)
            {
                int p = samples[i];
                if ((p * 3) + 3 > palette!.Length)
                {
                    throw new ImageFormatException($"a pixel has colour {p}; the palette has {palette.Length / 3} colours");
                }
                palette.AsSpan(p * 3, 3).CopyTo(result.Pixels.AsSpan(i * channels));
                if (transparency is not null)
                {
                    result.Pixels[(i * 4) + 3] = p < transparency.Length ? transparency[p] : (byte)255;
                }
            }
            return result;
        }
        RgbImage? keyed = h.ColourType is 0 or 2 && transparency is not null ? ApplyColourKey(h, samples, transparency) : null;
        if (keyed is not null)
        {
            return keyed;
        }
        ScaleGray(h, samples);
        return new RgbImage(h.Width, h.Height, h.Samples, samples);
    }

    private static void ScaleGray(Header h, byte[] samples)
    {
        if (h.Depth < 8)
        {
            int scale = 255 / ((1 << h.Depth) - 1);
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = (byte)(samples[i] * scale);
            }
        }
    }

    // The transparent colour is compared at the depth kept here: 16-bit samples by their high byte.
    private static RgbImage? ApplyColourKey(Header h, byte[] samples, byte[] transparency)
    {
        int n = h.Samples;
        if (transparency.Length < n * 2)
        {
            return null;
        }
        var key = new byte[n];
        for (int c = 0; c < n; c++)
        {
            key[c] = transparency[(c * 2) + (h.Depth == 16 ? 0 : 1)];
        }
        var opaque = new bool[h.Width * h.Height];
        for (int i = 0; i < opaque.Length; i++)
        {
            opaque[i] = !samples.AsSpan(i * n, n).SequenceEqual(key);
        }
        ScaleGray(h, samples);
        var result = new RgbImage(h.Width, h.Height, n + 1);
        for (int i = 0; i < opaque.Length; i++)
        {
            samples.AsSpan(i * n, n).CopyTo(result.Pixels.AsSpan(i * (n + 1)));
            result.Pixels[(i * (n + 1)) + n] = opaque[i] ? (byte)255 : (byte)0;
        }
        return result;
    }
}
