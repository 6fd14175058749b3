using I1Xla.Data.Images;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Images;

public sealed class JpegTests
{
    /// <summary>Small JPEGs made by libjpeg-turbo and mozjpeg, with libjpeg-turbo's own decoding beside each as PNG.</summary>
    private static IEnumerable<string> Files() => Directory.GetFiles(Path.Combine(SharedAssets.RepositoryRoot, "tests", "golden", "jpeg"), "*.jpg").Order().Select(f => Path.GetFileNameWithoutExtension(f)!);

    private static string Golden(string name) => Path.Combine(SharedAssets.RepositoryRoot, "tests", "golden", "jpeg", name);

    [TestCaseSource(nameof(Files))]
    public void PixelsEqualLibjpegs(string name)
    {
        RgbImage expected = ImageFile.Load(Golden(name + ".png")).ToRgb(), actual = ImageFile.Load(Golden(name + ".jpg")).ToRgb();
        Assert.That((actual.Width, actual.Height), Is.EqualTo((expected.Width, expected.Height)));
        int worst = actual.Pixels.Zip(expected.Pixels, (a, b) => Math.Abs(a - b)).Max();
        Assert.That(worst, Is.Zero, $"{actual.Pixels.Zip(expected.Pixels).Count(p => p.First != p.Second)} of {actual.Pixels.Length} samples differ");
    }

    [Test]
    public void SamplingFactorsAndRestartsAreFollowed([Values(1, 2, 4)] int h, [Values(1, 2)] int v, [Values(0, 1, 3)] int restart)
    {
        const int Width = 75, Height = 53;
        static int Level(int c, int x, int y) => 20 + (((x * 37) + (y * 59) + (c * 83)) % 200);
        byte[] jpeg = FlatJpeg.Encode(Width, Height, [(h, v), (1, 1), (1, 1)], restart, adobe: true, Level);
        RgbImage image = ImageFile.Decode(jpeg);
        Assert.That((image.Width, image.Height), Is.EqualTo((Width, Height)));
        for (int c = 0; c < 3; c++)
        {
            (int bw, int bh) = c == 0 ? (8, 8) : (8 * h, 8 * v);
            for (int by = 0; (by * bh) + (bh / 2) < Height; by++)
            {
                for (int bx = 0; (bx * bw) + (bw / 2) < Width; bx++)
                {
                    // The middle of a block is beyond the reach of upsampling from its neighbours.
                    Assert.That(image.Pixels[(((((by * bh) + (bh / 2)) * Width) + (bx * bw) + (bw / 2)) * 3) + c], Is.EqualTo(Level(c, bx, by)), $"component {c}, block {bx},{by}");
                }
            }
        }
    }

    [TestCase(2, 1)]
    [TestCase(1, 2)]
    public void UpsamplingInOneDirectionLeansOnTheNearerSample(int h, int v)
    {
        byte[] jpeg = FlatJpeg.Encode(8 * h * 2, 8 * v * 2, [(h, v), (1, 1), (1, 1)], 0, adobe: true, (c, x, y) => c == 0 ? 100 : 40 + (80 * (h == 2 ? x : y)));
        RgbImage image = ImageFile.Decode(jpeg);
        // Across the border between the levels 40 and 120: 3:1, then 1:3.
        int[] across = [.. Enumerable.Range(14, 4).Select(i => (int)image.Pixels[(((h == 2 ? 0 : i) * image.Width) + (h == 2 ? i : 0)) * 3 + 1])];
        Assert.That(across, Is.EqualTo(new[] { 40, 60, 100, 120 }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void CmykBecomesRgb(bool adobe)
    {
        byte[] jpeg = FlatJpeg.Encode(8, 8, [(1, 1), (1, 1), (1, 1), (1, 1)], 0, adobe, (c, _, _) => c switch { 0 => 255, 1 => 100, 2 => 0, _ => 128 });
        // Adobe's files hold light, others ink.
        int[] expected = adobe ? [128, 50, 0] : [0, 77, 127];
        Assert.That(ImageFile.Decode(jpeg).Pixels[..3].Select(p => (int)p), Is.EqualTo(expected));
    }

    [Test]
    public void ArithmeticCodingIsRefused()
    {
        byte[] jpeg = FlatJpeg.Encode(8, 8, [(1, 1)], 0, false, (_, _, _) => 9);
        Assert.That(ImageFile.Decode(jpeg).Pixels, Is.All.EqualTo(9));
        int frame = jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        jpeg[frame + 1] = 0xC9;
        Assert.That(() => ImageFile.Decode(jpeg), Throws.TypeOf<ImageFormatException>().With.Message.Contains("arithmetic"));
    }

    [Test]
    public void DamageGivesOneClearErrorOrAPicture()
    {
        var random = new Random(9);
        int errors = 0;
        foreach (string name in Files())
        {
            byte[] jpeg = File.ReadAllBytes(Golden(name + ".jpg"));
            for (int i = 0; i < 150; i++)
            {
                byte[] bad = (byte[])jpeg.Clone();
                if (i % 3 == 0)
                {
                    bad = bad[..random.Next(bad.Length)];
                }
                else
                {
                    bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
                }
                try
                {
                    ImageFile.Decode(bad);
                }
                catch (ImageFormatException)
                {
                    errors++;
                }
            }
            Assert.That(() => ImageFile.Decode(jpeg.AsSpan(0, jpeg.Length - 40)), Throws.TypeOf<ImageFormatException>());
        }
        Assert.That(errors, Is.GreaterThan(300));
    }

    [Test]
    public void BitmapsDecode([Values(1, 4, 8, 24, 32)] int bits, [Values] bool topDown)
    {
        const int Width = 5, Height = 3;
        int stride = ((Width * bits) + 31) / 32 * 4, colours = bits <= 8 ? 1 << bits : 0, offset = 54 + (colours * 4);
        var random = new Random(bits);
        var file = new byte[offset + (stride * Height)];
        random.NextBytes(file.AsSpan(54));
        "BM"u8.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(10), offset);
        BitConverter.TryWriteBytes(file.AsSpan(14), 40);
        BitConverter.TryWriteBytes(file.AsSpan(18), Width);
        BitConverter.TryWriteBytes(file.AsSpan(22), topDown ? -Height : Height);
        BitConverter.TryWriteBytes(file.AsSpan(28), (short)bits);
        RgbImage image = ImageFile.Decode(file);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int row = offset + (stride * (topDown ? y : Height - 1 - y));
                int at = bits switch
                {
                    24 => row + (x * 3),
                    32 => row + (x * 4),
                    8 => 54 + (file[row + x] * 4),
                    4 => 54 + ((x % 2 == 0 ? file[row + (x / 2)] >> 4 : file[row + (x / 2)] & 15) * 4),
                    _ => 54 + (((file[row] >> (7 - x)) & 1) * 4),
                };
                Assert.That(image.Pixels[(((y * Width) + x) * 3)..][..3], Is.EqualTo(new[] { file[at + 2], file[at + 1], file[at] }));
            }
        }
        Assert.That(() => ImageFile.Decode(file.AsSpan(0, file.Length - 1)), Throws.TypeOf<ImageFormatException>());
    }

    [Test]
    public void OtherFormatsAreNamed()
    {
        Assert.That(() => ImageFile.Decode("RIFF1234WEBP"u8), Throws.TypeOf<ImageFormatException>().With.Message.Contains("WebP"));
        Assert.That(() => ImageFile.Decode("GIF89a"u8), Throws.TypeOf<ImageFormatException>().With.Message.Contains("GIF"));
        Assert.That(() => ImageFile.Decode([]), Throws.TypeOf<ImageFormatException>().With.Message.Contains("empty"));
    }
}
