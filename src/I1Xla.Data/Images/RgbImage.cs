namespace I1Xla.Data.Images;

/// <summary>A decoded picture: 8 bits a channel, rows from the top, channels interleaved.</summary>
public sealed class RgbImage
{
    /// <summary>A picture over <paramref name="pixels"/>, which has height × width × channels bytes.</summary>
    public RgbImage(int width, int height, int channels, byte[] pixels)
    {
        if (width < 1 || height < 1 || channels is < 1 or > 4 || pixels.Length != (long)width * height * channels)
        {
            throw new ArgumentException($"{pixels.Length} bytes do not make a picture of {width} x {height} with {channels} channels.");
        }
        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>A black (or transparent) picture.</summary>
    public RgbImage(int width, int height, int channels = 3) : this(width, height, channels, new byte[checked(width * height * channels)])
    {
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.</summary>
    public int Channels { get; }

    /// <summary>Height × width × channels bytes.</summary>
    public byte[] Pixels { get; }

    /// <summary>The picture as RGB: gray is repeated, alpha is dropped as it stands (as Pillow's <c>convert("RGB")</c> does).</summary>
    public RgbImage ToRgb() => Channels == 3 ? this : Map(3, static (from, to) =>
    {
        (to[0], to[1], to[2]) = from.Length < 3 ? (from[0], from[0], from[0]) : (from[0], from[1], from[2]);
    });

    /// <summary>The picture as RGB over a plain ground, blended by its alpha.</summary>
    public RgbImage OverGround(byte red, byte green, byte blue) => Channels is 1 or 3 ? ToRgb() : Map(3, (from, to) =>
    {
        int alpha = from[^1];
        bool gray = from.Length == 2;
        to[0] = Blend(from[0], red, alpha);
        to[1] = Blend(from[gray ? 0 : 1], green, alpha);
        to[2] = Blend(from[gray ? 0 : 2], blue, alpha);
    });

    /// <summary>A rectangle cut out; it must lie inside.</summary>
    public RgbImage Crop(int left, int top, int width, int height)
    {
        var result = new RgbImage(width, height, Channels);
        for (int y = 0; y < height; y++)
        {
            Pixels.AsSpan((((top + y) * Width) + left) * Channels, width * Channels).CopyTo(result.Pixels.AsSpan(y * width * Channels));
        }
        return result;
    }

    private delegate void PixelMap(ReadOnlySpan<byte> from, Span<byte> to);

    private RgbImage Map(int channels, PixelMap map)
    {
        var result = new RgbImage(Width, Height, channels);
        for (int i = 0; i < Width * Height; i++)
        {
            map(Pixels.AsSpan(i * Channels, Channels), result.Pixels.AsSpan(i * channels, channels));
        }
        return result;
    }

    private static byte Blend(int over, int under, int alpha) => (byte)(((over * alpha) + (under * (255 - alpha)) + 127) / 255);
}
