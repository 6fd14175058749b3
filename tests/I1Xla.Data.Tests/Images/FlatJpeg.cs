namespace I1Xla.Data.Tests.Images;

/// <summary>
/// Writes baseline JPEGs whose 8 × 8 blocks are flat: just enough to test sampling factors, restart intervals and components
/// that the files from other encoders do not have.
/// </summary>
internal sealed class FlatJpeg
{
    private readonly MemoryStream output = new();
    private int bits, count;

    /// <summary>One file; <paramref name="level"/> gives the sample value (a multiple of 1) of a component's block.</summary>
    public static byte[] Encode(int width, int height, (int H, int V)[] sampling, int restart, bool adobe, Func<int, int, int, int> level)
    {
        var jpeg = new FlatJpeg();
        int maxH = sampling.Max(s => s.H), maxV = sampling.Max(s => s.V), n = sampling.Length;
        jpeg.output.Write([0xFF, 0xD8]);
        if (adobe)
        {
            jpeg.Segment(0xEE, [(byte)'A', (byte)'d', (byte)'o', (byte)'b', (byte)'e', 0, 100, 0, 0, 0, 0, 0]);
        }
        jpeg.Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]); // a DC step of 8 is one level
        jpeg.Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)n, .. sampling.SelectMany((s, i) => new[] { (byte)(i + 1), (byte)((s.H << 4) | s.V), (byte)0 })]);
        jpeg.Segment(0xC4, [0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 12).Select(i => (byte)i)]);
        jpeg.Segment(0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        jpeg.Segment(0xDD, [(byte)(restart >> 8), (byte)restart]);
        jpeg.Segment(0xDA, [(byte)n, .. Enumerable.Range(1, n).SelectMany(i => new[] { (byte)i, (byte)0 }), 0, 63, 0]);
        var last = new int[n];
        int mcu = 0, across = (width + (8 * maxH) - 1) / (8 * maxH), down = (height + (8 * maxV) - 1) / (8 * maxV);
        for (int my = 0; my < down; my++)
        {
            for (int mx = 0; mx < across; mx++, mcu++)
            {
                if (restart > 0 && mcu > 0 && mcu % restart == 0)
                {
                    jpeg.Flush();
                    jpeg.output.Write([0xFF, (byte)(0xD0 + (((mcu / restart) - 1) % 8))]);
                    Array.Clear(last);
                }
                for (int c = 0; c < n; c++)
                {
                    for (int v = 0; v < sampling[c].V; v++)
                    {
                        for (int h = 0; h < sampling[c].H; h++)
                        {
                            int dc = level(c, (mx * sampling[c].H) + h, (my * sampling[c].V) + v) - 128, difference = dc - last[c];
                            last[c] = dc;
                            int size = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
                            jpeg.Put(size, 4);
                            jpeg.Put(difference < 0 ? difference + (1 << size) - 1 : difference, size);
                            jpeg.Put(0, 1);
                        }
                    }
                }
            }
        }
        jpeg.Flush();
        jpeg.output.Write([0xFF, 0xD9]);
        return jpeg.output.ToArray();
    }

    private void Segment(byte marker, byte[] body)
    {
        output.Write([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)]);
        output.Write(body);
    }

    private void Put(int value, int n)
    {
        for (int i = n - 1; i >= 0; i--)
        {
            bits = (bits << 1) | ((value >> i) & 1);
            if (++count == 8)
            {
                output.WriteByte((byte)bits);
                if ((byte)bits == 0xFF)
                {
                    output.WriteByte(0);
                }
                (bits, count) = (0, 0);
            }
        }
    }

    private void Flush()
    {
        while (count > 0)
        {
            Put(1, 1);
        }
    }
}
