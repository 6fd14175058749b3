namespace I1Xla.Data.Images;

/// <summary>
/// Pillow's antialiased bilinear resize, bit for bit: two passes (across, then down) with a triangle filter whose support grows
/// with the scale, weights rounded to 22-bit fixed point, and each pass rounded to 8 bits (Pillow's <c>Resample.c</c>).
/// </summary>
public static class Resampling
{
    private const int PrecisionBits = 32 - 8 - 2;

    /// <summary>Resizes to <paramref name="width"/> × <paramref name="height"/>.</summary>
    public static RgbImage ResizeBilinear(RgbImage image, int width, int height)
    {
        RgbImage across = width == image.Width ? image : Across(image, width);
        return height == image.Height ? across : Down(across, height);
    }

    /// <summary>
    /// i1's preparation of a picture (spec 9.3): the shorter edge to <paramref name="size"/>, the other edge rounded half to
    /// even, then the centre square (floor-centred).
    /// </summary>
    public static RgbImage ResizeAndCentreCrop(RgbImage image, int size)
    {
        double scale = (double)size / Math.Min(image.Width, image.Height);
        int width = image.Width <= image.Height ? size : (int)Math.Round(image.Width * scale, MidpointRounding.ToEven);
        int height = image.Height <= image.Width ? size : (int)Math.Round(image.Height * scale, MidpointRounding.ToEven);
        RgbImage resized = ResizeBilinear(image, width, height);
        return resized.Crop((width - size) / 2, (height - size) / 2, size, size);
    }

    private static RgbImage Across(RgbImage image, int width)
    {
        int n = image.Channels;
        var result = new RgbImage(width, image.Height, n);
        (int[] bounds, int[] weights, int taps) = Coefficients(image.Width, width);
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * image.Width * n, image.Width * n);
            for (int x = 0; x < width; x++)
            {
                int first = bounds[x * 2], count = bounds[(x * 2) + 1];
                for (int c = 0; c < n; c++)
                {
                    int sum = 1 << (PrecisionBits - 1);
                    for (int k = 0; k < count; k++)
                    {
                        sum += row[((first + k) * n) + c] * weights[(x * taps) + k];
                    }
                    result.Pixels[(((y * width) + x) * n) + c] = Clip(sum);
                }
            }
        }
        return result;
    }

    private static RgbImage Down(RgbImage image, int height)
    {
        int stride = image.Width * image.Channels;
        var result = new RgbImage(image.Width, height, image.Channels);
        (int[] bounds, int[] weights, int taps) = Coefficients(image.Height, height);
        for (int y = 0; y < height; y++)
        {
            int first = bounds[y * 2], count = bounds[(y * 2) + 1];
            for (int i = 0; i < stride; i++)
            {
                int sum = 1 << (PrecisionBits - 1);
                for (int k = 0; k < count; k++)
                {
                    sum += image.Pixels[((first + k) * stride) + i] * weights[(y * taps) + k];
                }
                result.Pixels[(y * stride) + i] = Clip(sum);
            }
        }
        return result;
    }

    private static (int[] Bounds, int[] Weights, int Taps) Coefficients(int from, int to)
    {
        double scale = (double)from / to, filterScale = Math.Max(1.0, scale), support = 1.0 * filterScale;
        int taps = ((int)Math.Ceiling(support) * 2) + 1;
        var bounds = new int[to * 2];
        var weights = new int[to * taps];
        var w = new double[taps];
        for (int x = 0; x < to; x++)
        {
            double centre = (x + 0.5) * scale, total = 0.0, inverse = 1.0 / filterScale;
            int first = Math.Max(0, (int)(centre - support + 0.5));
            int count = Math.Min(from, (int)(centre + support + 0.5)) - first;
            for (int k = 0; k < count; k++)
            {
                double distance = Math.Abs((k + first - centre + 0.5) * inverse);
                w[k] = distance < 1.0 ? 1.0 - distance : 0.0;
                total += w[k];
            }
            for (int k = 0; k < count; k++)
            {
                double value = total != 0.0 ? w[k] / total : w[k];
                weights[(x * taps) + k] = (int)(0.5 + (value * (1 << PrecisionBits)));
            }
            (bounds[x * 2], bounds[(x * 2) + 1]) = (first, count);
        }
        return (bounds, weights, taps);
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> PrecisionBits, 0, 255);
}
