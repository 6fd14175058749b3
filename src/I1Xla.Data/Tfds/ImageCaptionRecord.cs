using System.Text;
using I1Xla.Data.Records;

namespace I1Xla.Data.Tfds;

/// <summary>One example of i1's data sets (spec 6.1): an encoded picture, its shape, its captions, its name.</summary>
/// <param name="Image">The encoded file (PNG as i1 writes it; readers take JPEG as well where the pixels allow).</param>
/// <param name="Shape">Height, width, channels; empty when the record does not say.</param>
/// <param name="Captions">Zero or more captions.</param>
/// <param name="Name">The picture's identifier; empty when the record does not say.</param>
public sealed record ImageCaptionRecord(ReadOnlyMemory<byte> Image, long[] Shape, IReadOnlyList<string> Captions, string Name)
{
    /// <summary>Reads the record from a serialized <c>tf.train.Example</c>.</summary>
    /// <exception cref="FormatException">It is no example, or has no picture.</exception>
    public static ImageCaptionRecord Parse(ReadOnlyMemory<byte> payload)
    {
        TfExample example = TfExample.Parse(payload);
        if (!example.TryGet("image", out TfFeature? image) || image.Bytes is not { Count: 1 })
        {
            throw new FormatException("it has no picture (a feature 'image' of one byte string)");
        }
        long[] shape = example.TryGet("image/shape", out TfFeature? s) && s.Ints is not null ? s.Ints : [];
        string[] captions = example.TryGet("caption", out TfFeature? c) && c.Bytes is not null ? [.. c.Bytes.Select(b => Encoding.UTF8.GetString(b.Span))] : [];
        string name = example.TryGet("image_name", out TfFeature? n) && n.Bytes is { Count: > 0 } ? Encoding.UTF8.GetString(n.Bytes[0].Span) : "";
        return new ImageCaptionRecord(image.Bytes[0], shape, captions, name);
    }

    /// <summary>The record as a serialized <c>tf.train.Example</c>.</summary>
    public byte[] ToBytes()
    {
        var example = new TfExample();
        example.Set("image/shape", TfFeature.Of(Shape));
        example.Set("caption", TfFeature.Of(Captions));
        example.Set("image", TfFeature.Of(Image));
        example.Set("image_name", TfFeature.Of([Name]));
        return example.ToBytes();
    }
}
