namespace I1Xla.Data.Images;

/// <summary>From coefficients to pixels: inverse transform, chroma upsampling, colour conversion, all in libjpeg's integer arithmetic.</summary>
internal static class JpegColour
{
    public static RgbImage Assemble(JpegState state)
    {
        byte[][] planes = [.. state.Components.Select(c => Upsample(Samples(c, state), c, state))];
        int n = state.Width * state.Height;
        if (planes.Length == 1)
        {
            return new RgbImage(state.Width, state.Height, 1, planes[0]);
        }
        bool rgbIds = state.Components.Select(c => c.Id).SequenceEqual([(int)'R', 'G', 'B']);
        bool convert = planes.Length == 3 ? state.AdobeTransform != 0 && !(state.AdobeTransform < 0 && rgbIds) : state.AdobeTransform == 2;
        var image = new RgbImage(state.Width, state.Height);
        byte[] p = image.Pixels;
        for (int i = 0; i < n; i++)
        {
            int a = planes[0][i], b = planes[1][i], c = planes[2][i];
            if (convert)
            {
                (a, b, c) = ToRgb(a, b - 128, c - 128);
            }
            if (planes.Length == 4)
            {
                // Adobe stores CMYK inverted: what is stored is the amount of light.
                int k = planes[3][i];
                bool inverted = state.AdobeTransform >= 0;
                (a, b, c, k) = convert || inverted ? (a, b, c, k) : (255 - a, 255 - b, 255 - c, 255 - k);
                (a, b, c) = (Scale(a, k), Scale(b, k), Scale(c, k));
            }
            (p[i * 3], p[(i * 3) + 1], p[(i * 3) + 2]) = ((byte)a, (byte)b, (byte)c);
        }
        return image;
    }

    private static int Scale(int light, int black) => ((light * black) + 127) / 255;

    private static (int, int, int) ToRgb(int y, int cb, int cr)
    {
        const int Half = 1 << 15;
        int r = y + (((91881 * cr) + Half) >> 16);
        int g = y + (((-22554 * cb) + Half + (-46802 * cr)) >> 16);
        int b = y + (((116130 * cb) + Half) >> 16);
        return (Math.Clamp(r, 0, 255), Math.Clamp(g, 0, 255), Math.Clamp(b, 0, 255));
    }

    /// <summary>The component's samples, rows of BlocksAcross × 8.</summary>
    private static byte[] Samples(JpegComponent c, JpegState state)
    {
        int[] q = state.Quantization[c.Table] ?? throw new ImageFormatException("it lacks a quantization table");
        int stride = c.BlocksAcross * 8;
        var samples = new byte[stride * c.BlocksDown * 8];
        Span<int> work = stackalloc int[64];
        for (int by = 0; by < c.BlocksDown; by++)
        {
            for (int bx = 0; bx < c.BlocksAcross; bx++)
            {
                Inverse(c.Coefficients.AsSpan(((by * c.BlocksAcross) + bx) * 64, 64), q, work, samples.AsSpan((by * 8 * stride) + (bx * 8)), stride);
            }
        }
        return samples;
    }

    /// <summary>
    /// The accurate integer inverse DCT (Loeffler, Ligtenberg and Moschytz 1989, 11 multiplications), 13-bit constants, two bits
    /// kept between the passes.
    /// </summary>
    private static void Inverse(ReadOnlySpan<short> block, int[] q, Span<int> work, Span<byte> target, int stride)
    {
        Span<int> v = stackalloc int[8];
        for (int i = 0; i < 8; i++)
        {
            for (int k = 0; k < 8; k++)
            {
                v[k] = block[(k * 8) + i] * q[(k * 8) + i];
            }
            OneDimension(v, 11);
            for (int k = 0; k < 8; k++)
            {
                work[(k * 8) + i] = v[k];
            }
        }
        for (int row = 0; row < 8; row++)
        {
            work.Slice(row * 8, 8).CopyTo(v);
            OneDimension(v, 18);
            for (int i = 0; i < 8; i++)
            {
                target[(row * stride) + i] = (byte)Math.Clamp(v[i] + 128, 0, 255);
            }
        }
    }

    private static void OneDimension(Span<int> v, int shift)
    {
        int round = 1 << (shift - 1);
        // Even part.
        int z1 = (v[2] + v[6]) * 4433;
        int e2 = z1 - (v[6] * 15137), e3 = z1 + (v[2] * 6270);
        int e0 = (v[0] + v[4]) << 13, e1 = (v[0] - v[4]) << 13;
        int t10 = e0 + e3, t13 = e0 - e3, t11 = e1 + e2, t12 = e1 - e2;
        // Odd part.
        int o0 = v[7], o1 = v[5], o2 = v[3], o3 = v[1];
        int y1 = (o0 + o3) * -7373, y2 = (o1 + o2) * -20995;
        int y3 = o0 + o2, y4 = o1 + o3, y5 = (y3 + y4) * 9633;
        y3 = (y3 * -16069) + y5;
        y4 = (y4 * -3196) + y5;
        o0 = (o0 * 2446) + y1 + y3;
        o1 = (o1 * 16819) + y2 + y4;
        o2 = (o2 * 25172) + y2 + y3;
        o3 = (o3 * 12299) + y1 + y4;
        v[0] = (t10 + o3 + round) >> shift;
        v[7] = (t10 - o3 + round) >> shift;
        v[1] = (t11 + o2 + round) >> shift;
        v[6] = (t11 - o2 + round) >> shift;
        v[2] = (t12 + o1 + round) >> shift;
        v[5] = (t12 - o1 + round) >> shift;
        v[3] = (t13 + o0 + round) >> shift;
        v[4] = (t13 - o0 + round) >> shift;
    }

    /// <summary>The component at the picture's size: triangle filter for the factors 2 (libjpeg's "fancy upsampling"), else repetition.</summary>
    private static byte[] Upsample(byte[] samples, JpegComponent c, JpegState state)
    {
        int stride = c.BlocksAcross * 8, width = state.Width, height = state.Height;
        int fx = state.MaxH / c.H, fy = state.MaxV / c.V;
        var result = new byte[width * height];
        bool smooth = fx == 2 && fy is 1 or 2 && c.Width > 2;
        var line = new int[c.Width];
        for (int y = 0; y < height; y++)
        {
            int sy = Math.Min(y / fy, c.Height - 1);
            Span<byte> target = result.AsSpan(y * width, width);
            ReadOnlySpan<byte> near = samples.AsSpan(sy * stride, c.Width);
            if (fx == 1 && fy == 2)
            {
                ReadOnlySpan<byte> far = samples.AsSpan(Neighbour(y, sy, c.Height) * stride, c.Width);
                for (int x = 0; x < width; x++)
                {
                    target[x] = (byte)(((near[x] * 3) + far[x] + (y % 2 == 0 ? 1 : 2)) >> 2);
                }
                continue;
            }
            if (!smooth)
            {
                for (int x = 0; x < width; x++)
                {
                    target[x] = near[Math.Min(x / fx, c.Width - 1)];
                }
                continue;
            }
            if (fy == 2)
            {
                ReadOnlySpan<byte> far = samples.AsSpan(Neighbour(y, sy, c.Height) * stride, c.Width);
                for (int x = 0; x < c.Width; x++)
                {
                    line[x] = (near[x] * 3) + far[x];
                }
                Across(line, target, 4, 8, 7);
            }
            else
            {
                for (int x = 0; x < c.Width; x++)
                {
                    line[x] = near[x];
                }
                Across(line, target, 2, 1, 2);
            }
        }
        return result;

        static int Neighbour(int y, int sy, int rows) => Math.Clamp(y % 2 == 0 ? sy - 1 : sy + 1, 0, rows - 1);
    }

    // Left of each pair leans on the left neighbour, right on the right one; the ends repeat.
    private static void Across(int[] line, Span<byte> target, int shift, int roundLeft, int roundRight)
    {
        for (int x = 0; x < target.Length; x++)
        {
            int i = x / 2;
            int other = x % 2 == 0 ? (i > 0 ? line[i - 1] : line[i]) : (i + 1 < line.Length ? line[i + 1] : line[i]);
            target[x] = (byte)(((line[i] * 3) + other + (x % 2 == 0 ? roundLeft : roundRight)) >> shift);
        }
    }
}
