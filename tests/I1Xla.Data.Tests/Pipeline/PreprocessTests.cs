using I1Xla.Data.Hashing;
using I1Xla.Data.Images;
using I1Xla.Data.Pipeline;

namespace I1Xla.Data.Tests.Pipeline;

public sealed class PreprocessTests
{
    private static Sample NewSample(params string[] captions)
    {
        var sample = new Sample("id", new SplitMix64(3));
        var image = new RgbImage(2, 1, 3, [0, 51, 102, 153, 204, 255]);
        sample.Fields["image"] = (ReadOnlyMemory<byte>)PngEncoder.Encode(image);
        sample.Fields["image/shape"] = new long[] { 1, 2, 3 };
        sample.Fields["caption"] = captions;
        sample.Fields["image_name"] = "name";
        return sample;
    }

    private static Sample Run(string pipeline, params string[] captions)
    {
        Sample sample = NewSample(captions);
        Preprocess.Parse(pipeline).Apply(sample);
        return sample;
    }

    [Test]
    public void TheShippedPipelineGivesImageAndLabels()
    {
        Sample sample = Run(Preprocess.Default, "one");
        Assert.That(sample.Fields.Keys, Is.EquivalentTo(new[] { "image", "labels" }));
        Assert.That(sample.Fields["labels"], Is.EqualTo("one"));
        var image = (PixelTensor)sample.Fields["image"];
        Assert.That((image.Height, image.Width, image.Channels), Is.EqualTo((1, 2, 3)));
        Assert.That(image.Values, Is.EqualTo(new[] { -1f, -0.6f, -0.2f, 0.2f, 0.6f, 1f }).Within(1e-6));
    }

    [Test]
    public void ValueRangeTakesItsArguments()
    {
        var image = (PixelTensor)Run("decode_png|value_range(0, vmax=10, in_min=51, in_max=102.0, clip_values=True)|").Fields["image"];
        Assert.That(image.Values, Is.EqualTo(new[] { 0f, 0, 10, 10, 10, 10 }));
        Sample other = Run("decode_png(outkey='pixels')|value_range(inkey='pixels', outkey='p2')");
        Assert.That(((PixelTensor)other.Fields["pixels"]).IsFloat, Is.False);
        Assert.That(((PixelTensor)other.Fields["p2"]).Values[0], Is.EqualTo(-1f));
    }

    [Test]
    public void CaptionsAreChosen()
    {
        Assert.That(Run("first_caption(key='caption')", "a", "b").Fields["caption"], Is.EqualTo("a"));
        Assert.That(Run("first_caption(inkey='caption', outkey='x')").Fields["x"], Is.EqualTo(""));
        Assert.That(Run("sample_caption(key='caption')|sample_caption(key='caption')", "a").Fields["caption"], Is.EqualTo("a"));
        var seen = new HashSet<object>();
        Preprocess p = Preprocess.Parse("sample_caption(key='caption')");
        for (ulong i = 0; i < 60; i++)
        {
            var sample = new Sample("id", new SplitMix64(i));
            sample.Fields["caption"] = new[] { "a", "b", "c" };
            p.Apply(sample);
            seen.Add(sample.Fields["caption"]);
        }
        Assert.That(seen, Is.EquivalentTo(new[] { "a", "b", "c" }));
    }

    [TestCase("blur(3)", "blur")]
    [TestCase("decode_png(3", "decode_png(3")]
    [TestCase("value_range(a)", "value_range(a)")]
    [TestCase("value_range(1 2)", "value_range(1 2)")]
    [TestCase("value_range(vmin=1, 2)", "value_range")]
    [TestCase("value_range(0, vmin=1)", "twice")]
    [TestCase("value_range('x')", "a number")]
    [TestCase("value_range(vmiin=1)", "vmiin")]
    [TestCase("first_caption('caption')", "does not take")]
    [TestCase("copy('a')", "outkey")]
    [TestCase("keep('a", "not closed")]
    [TestCase("decode_png(out_type='uint16')", "uint16")]
    [TestCase("first_caption(key='a', inkey='b')", "not both")]
    public void MistakesNameThePart(string pipeline, string named) =>
        Assert.That(() => Preprocess.Parse(pipeline), Throws.TypeOf<FormatException>().With.Message.Contains(named));

    [Test]
    public void ARegisteredOpRunsAndANameIsTakenOnce()
    {
        Preprocess.Register("shout_for_test", a =>
        {
            string key = a.String("key", 0, "caption");
            return s => s.Fields[key] = ((string)s.Get(key)).ToUpperInvariant();
        });
        Assert.That(Run("first_caption(key='caption')|preprocess_ops.shout_for_test('caption')", "a|b").Fields["caption"], Is.EqualTo("A|B"));
        Assert.That(() => Preprocess.Register("keep", _ => _ => { }), Throws.ArgumentException);
    }

    [Test]
    public void ExamplesThatDoNotFitSaySo()
    {
        Assert.That(() => Run("value_range()"), Throws.TypeOf<FormatException>().With.Message.Contains("not decoded yet"));
        Assert.That(() => Run("copy('none', 'x')"), Throws.TypeOf<FormatException>().With.Message.Contains("no field 'none'"));
        Sample sample = NewSample();
        sample.Fields["image/shape"] = new long[] { 2, 2, 3 };
        Assert.That(() => Preprocess.Parse("decode_png()").Apply(sample), Throws.TypeOf<FormatException>().With.Message.Contains("1 x 2 x 3"));
    }
}
