using System.Text.Json;
using I1Xla.Data.Images;
using I1Xla.Data.Npy;
using I1Xla.Testing;

namespace I1Xla.Data.Tests.Images;

public sealed class ImageTests
{
    [Test]
    public void PngsDecodeAsGolden()
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(SharedAssets.Golden("data", "png", "index.json")));
        foreach (JsonProperty p in index.RootElement.EnumerateObject())
        {
            NpyArray expected = NpyArray.Load(SharedAssets.Golden("data", "png", p.Name + ".npy"));
            RgbImage image = ImageFile.Load(SharedAssets.Golden("data", "png", p.Name + ".png")).ToRgb();
            Assert.That(new long[] { image.Height, image.Width, 3 }, Is.EqualTo(expected.Shape), p.Name);
            Assert.That(image.Pixels, Is.EqualTo(expected.Data.ToArray()), p.Name);
        }
    }

    [TestCase("17x33_to_8")]
    [TestCase("200x120_to_64")]
    [TestCase("30x40_to_16")]
    [TestCase("40x30_to_16")]
    [TestCase("64x64_to_32")]
    public void ResizeAndCropAsPillow(string name)
    {
        using var npz = new NpzReader(SharedAssets.Golden("data", "resize", name + ".npz"));
        RgbImage image = ToImage(npz.Read("in/image"));
        RgbImage resized = ToImage(npz.Read("out/resized")), cropped = ToImage(npz.Read("out/cropped"));
        Assert.That(Resampling.ResizeBilinear(image, resized.Width, resized.Height).Pixels, Is.EqualTo(resized.Pixels));
        Assert.That(Resampling.ResizeAndCentreCrop(image, cropped.Width).Pixels, Is.EqualTo(cropped.Pixels));
    }

    private static RgbImage ToImage(NpyArray a) => new((int)a.Shape[1], (int)a.Shape[0], (int)a.Shape[2], a.Data.ToArray());

    [Test]
    public void PngSurvives([Values(1, 2, 3, 4)] int channels, [Values(1, 7, 32)] int width)
    {
        var random = new Random((channels * 100) + width);
        var image = new RgbImage(width, 9, channels);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i % 3 == 0 ? random.Next(256) : i * 2);
        }
        RgbImage back = PngDecoder.Decode(PngEncoder.Encode(image));
        Assert.That((back.Width, back.Height, back.Channels), Is.EqualTo((width, 9, channels)));
        Assert.That(back.Pixels, Is.EqualTo(image.Pixels));
    }

    [Test]
    public void EveryDepthColourTypeAndInterlacingDecodes([ValueSource(nameof(PngKinds))] (int Colour, int Depth) kind, [Values] bool interlaced, [Values] bool transparent)
    {
        foreach ((int width, int height) in new[] { (1, 1), (5, 3), (8, 8), (19, 17) })
        {
            RawPng raw = RawPng.Random(width, height, kind.Colour, kind.Depth, interlaced, transparent, seed: width + kind.Depth);
            RgbImage image = PngDecoder.Decode(raw.Encode());
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    Assert.That(image.Pixels.AsSpan(((y * width) + x) * image.Channels, image.Channels).ToArray(), Is.EqualTo(raw.Expected(x, y)), $"{width}x{height} at {x},{y}");
                }
            }
        }
    }

    private static readonly (int, int)[] PngKinds =
        [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)];

    [Test]
    public void DamagedPngsGiveOneClearError()
    {
        var image = new RgbImage(20, 20);
        new Random(1).NextBytes(image.Pixels);
        byte[] png = PngEncoder.Encode(image);
        var random = new Random(2);
        for (int i = 0; i < 400; i++)
        {
            byte[] bad = (byte[])png.Clone();
            if (i % 2 == 0)
            {
                bad = bad[..random.Next(bad.Length)];
            }
            else
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }
            Assert.That(() => ImageFile.Decode(bad), Throws.TypeOf<ImageFormatException>());
        }
        Assert.That(() => PngDecoder.Decode(png[..^20]), Throws.TypeOf<ImageFormatException>().With.Message.Contains("ends early"));
    }

    [Test]
    public void AlphaBlendsOverTheGround()
    {
        var image = new RgbImage(2, 1, 4, [200, 100, 0, 255, 10, 20, 30, 0]);
        Assert.That(image.OverGround(255, 255, 255).Pixels, Is.EqualTo(new byte[] { 200, 100, 0, 255, 255, 255 }));
        Assert.That(image.ToRgb().Pixels, Is.EqualTo(new byte[] { 200, 100, 0, 10, 20, 30 }));
    }

    [Test]
    public void AMissingPictureIsNamed() =>
        Assert.That(() => ImageFile.Load("/no/such.png"), Throws.TypeOf<DataFileException>().With.Message.Contains("/no/such.png"));
}
