using System.Buffers.Binary;

namespace I1Xla.Data.Images;

/// <summary>Reads Windows bitmaps without compression: 1, 4, 8-bit palettes, 24-bit and 32-bit (the fourth byte is ignored), either row order.</summary>
internal static class BmpDecoder
{
    public static bool IsBmp(ReadOnlySpan<byte> data) => data is [(byte)'B', (byte)'M', ..];

    /// <exception cref="ImageFormatException">Another kind of bitmap, or an incomplete one.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < 54)
        {
            throw new ImageFormatException($"the file ends early, at byte {data.Length}");
        }
        int offset = BinaryPrimitives.ReadInt32LittleEndian(data[10..]), headerSize = BinaryPrimitives.ReadInt32LittleEndian(data[14..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(data[18..]), signedHeight = BinaryPrimitives.ReadInt32LittleEndian(data[22..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(data[28..]), compression = BinaryPrimitives.ReadInt32LittleEndian(data[30..]);
        long height = Math.Abs((long)signedHeight);
        if (headerSize < 40 || compression != 0 || bits is not (1 or 4 or 8 or 24 or 32) || width < 1 || height < 1 || width * height > 1 << 28)
        {
            throw new ImageFormatException($"it is a bitmap of a kind that is not supported ({width} x {height}, {bits} bits, compression {compression})");
        }
        long stride = (((long)width * bits) + 31) / 32 * 4, palette = 14L + headerSize;
        if (offset < palette || offset + (stride * height) > data.Length)
        {
            throw new ImageFormatException($"the file ends early, at byte {data.Length}");
        }
        var image = new RgbImage(width, (int)height);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = data[(int)(offset + (stride * (signedHeight > 0 ? height - 1 - y : y)))..];
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<byte> bgr;
                if (bits >= 24)
                {
                    bgr = row.Slice(x * bits / 8, 3);
                }
                else
                {
                    int index = (row[x * bits / 8] >> (8 - bits - (x * bits % 8))) & ((1 << bits) - 1);
                    bgr = palette + (index * 4) + 3 <= offset ? data.Slice((int)palette + (index * 4), 3)
                        : throw new ImageFormatException($"a pixel has colour {index}, beyond the palette");
                }
                int to = ((y * width) + x) * 3;
                (image.Pixels[to], image.Pixels[to + 1], image.Pixels[to + 2]) = (bgr[2], bgr[1], bgr[0]);
            }
        }
        return image;
    }
}
