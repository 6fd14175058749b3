using System.Buffers.Binary;
using System.IO.Compression;
using I1Xla.Data.Hashing;

namespace I1Xla.Data.Images;

/// <summary>
/// Writes PNG (ISO/IEC 15948): 8-bit gray, gray-alpha, RGB or RGBA. Each row gets the filter whose residuals have the smallest
/// sum of magnitudes (the standard's own heuristic).
/// </summary>
public static class PngEncoder
{
    /// <summary>Encodes the picture.</summary>
    public static byte[] Encode(RgbImage image, CompressionLevel level = CompressionLevel.Optimal)
    {
        int bpp = image.Channels, stride = image.Width * bpp;
        var filtered = new byte[image.Height * (stride + 1)];
        var candidate = new byte[stride];
        byte[] zero = new byte[stride];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * stride, stride);
            ReadOnlySpan<byte> above = y == 0 ? zero : image.Pixels.AsSpan((y - 1) * stride, stride);
            Span<byte> target = filtered.AsSpan(y * (stride + 1), stride + 1);
            long best = long.MaxValue;
            for (byte filter = 0; filter < 5; filter++)
            {
                long cost = Filter(filter, row, above, bpp, candidate);
                if (cost < best)
                {
                    best = cost;
                    target[0] = filter;
                    candidate.CopyTo(target[1..]);
                }
            }
        }
        var output = new MemoryStream();
        output.Write(PngDecoder.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = image.Channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        header[10..].Clear();
        Chunk(output, "IHDR"u8, header);
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, level, leaveOpen: true))
        {
            zlib.Write(filtered);
        }
        Chunk(output, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        Chunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    private static long Filter(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int bpp, Span<byte> result)
    {
        long cost = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < bpp ? 0 : row[i - bpp], b = above[i], c = i < bpp ? 0 : above[i - bpp];
            byte value = (byte)(row[i] - filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) >> 1, _ => PngDecoder.Paeth(a, b, c) });
            result[i] = value;
            cost += Math.Abs((int)(sbyte)value);
        }
        return cost;
    }

    private static void Chunk(MemoryStream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.Append(Crc32.Compute(type), data));
        output.Write(word);
    }
}
