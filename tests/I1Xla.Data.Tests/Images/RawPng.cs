using System.Buffers.Binary;
using System.IO.Compression;
using I1Xla.Data.Hashing;

namespace I1Xla.Data.Tests.Images;

/// <summary>Writes PNGs of any kind in the simplest way (no filters but a cycle over them row by row, by definition), for the decoder's tests.</summary>
internal sealed class RawPng
{
    private int width, height, colour, depth;
    private bool interlaced, transparent;
    private int[] samples = [];
    private byte[] palette = [];
    private byte[] paletteAlpha = [];
    private int[] key = [];

    private int PerPixel => colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public static RawPng Random(int width, int height, int colour, int depth, bool interlaced, bool transparent, int seed)
    {
        var random = new Random(seed);
        var png = new RawPng { width = width, height = height, colour = colour, depth = depth, interlaced = interlaced, transparent = transparent && colour is 0 or 2 or 3 && transparent };
        png.samples = [.. Enumerable.Range(0, width * height * png.PerPixel).Select(_ => random.Next(1 << depth))];
        png.palette = new byte[3 << Math.Min(depth, 8)];
        random.NextBytes(png.palette);
        png.paletteAlpha = [0, 77];
        png.key = [.. png.samples[..png.PerPixel]];
        return png;
    }

    /// <summary>The decoder's answer by definition.</summary>
    public byte[] Expected(int x, int y)
    {
        int[] p = samples[(((y * width) + x) * PerPixel)..][..PerPixel];
        if (colour == 3)
        {
            byte[] rgb = palette[(p[0] * 3)..][..3];
            return transparent ? [.. rgb, p[0] < 2 ? paletteAlpha[p[0]] : (byte)255] : rgb;
        }
        byte[] values = [.. p.Select(v => depth == 16 ? (byte)(v >> 8) : (byte)(v * 255 / ((1 << depth) - 1)))];
        if (!transparent)
        {
            return values;
        }
        bool isKey = Enumerable.Range(0, PerPixel).All(c => depth == 16 ? p[c] >> 8 == key[c] >> 8 : p[c] == key[c]);
        return [.. values, isKey ? (byte)0 : (byte)255];
    }

    public byte[] Encode()
    {
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            if (!interlaced)
            {
                Pass(zlib, 0, 0, 1, 1);
            }
            else
            {
                Pass(zlib, 0, 0, 8, 8);
                Pass(zlib, 4, 0, 8, 8);
                Pass(zlib, 0, 4, 4, 8);
                Pass(zlib, 2, 0, 4, 4);
                Pass(zlib, 0, 2, 2, 4);
                Pass(zlib, 1, 0, 2, 2);
                Pass(zlib, 0, 1, 1, 2);
            }
        }
        var output = new MemoryStream();
        output.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colour, interlaced ? (byte)1 : (byte)0);
        Chunk(output, "IHDR"u8, header);
        Chunk(output, "tEXt"u8, "Comment\0x"u8);
        if (colour == 3)
        {
            Chunk(output, "PLTE"u8, palette);
        }
        if (transparent)
        {
            byte[] keys = [.. key.SelectMany(k => new[] { (byte)(k >> 8), (byte)k })];
            Chunk(output, "tRNS"u8, colour == 3 ? paletteAlpha : keys);
        }
        byte[] all = data.ToArray();
        Chunk(output, "IDAT"u8, all.AsSpan(0, all.Length / 2));
        Chunk(output, "IDAT"u8, all.AsSpan(all.Length / 2));
        Chunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    private void Pass(Stream zlib, int x0, int y0, int dx, int dy)
    {
        int bpp = Math.Max(1, depth * PerPixel / 8);
        byte[]? above = null;
        int filter = 0;
        for (int y = y0; y < height; y += dy)
        {
            var bits = new List<int>();
            for (int x = x0; x < width; x += dx)
            {
                for (int c = 0; c < PerPixel; c++)
                {
                    int v = samples[(((y * width) + x) * PerPixel) + c];
                    for (int b = depth - 1; b >= 0; b--)
                    {
                        bits.Add((v >> b) & 1);
                    }
                }
            }
            if (bits.Count == 0)
            {
                continue;
            }
            var row = new byte[(bits.Count + 7) / 8];
            for (int i = 0; i < bits.Count; i++)
            {
                row[i / 8] |= (byte)(bits[i] << (7 - (i % 8)));
            }
            above ??= new byte[row.Length];
            var filtered = new byte[row.Length];
            for (int i = 0; i < row.Length; i++)
            {
                int a = i < bpp ? 0 : row[i - bpp], b = above[i], c = i < bpp ? 0 : above[i - bpp];
                int p = a + b - c;
                int nearest = new[] { a, b, c }.MinBy(v => Math.Abs(p - v));
                filtered[i] = (byte)(row[i] - (filter % 5) switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => nearest });
            }
            zlib.WriteByte((byte)(filter % 5));
            zlib.Write(filtered);
            filter++;
            above = row;
        }
    }

    private static void Chunk(MemoryStream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        var word = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, body.Length);
        output.Write(word);
        output.Write(type);
        output.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.Compute([.. type, .. body]));
        output.Write(word);
    }
}
