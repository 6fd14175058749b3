using I1Xla.Data.Hashing;

namespace I1Xla.Data.Pipeline;

/// <summary>Decoded 8-bit or float pixels, height × width × channels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Values">The pixels, channels fastest.</param>
/// <param name="IsFloat">False while the values are the picture's own 0..255 integers.</param>
public sealed record PixelTensor(int Height, int Width, int Channels, float[] Values, bool IsFloat);

/// <summary>
/// One example on its way through the preprocessing ops: named fields, at first those of the record (<c>image</c> encoded
/// bytes, <c>image/shape</c> integers, <c>caption</c> strings, <c>image_name</c>, <c>tfds_id</c>).
/// </summary>
public sealed class Sample(string id, SplitMix64 random)
{
    /// <summary>The example's identity, for messages.</summary>
    public string Id { get; } = id;

    /// <summary>The fields: <see cref="ReadOnlyMemory{T}"/> of bytes, <see cref="PixelTensor"/>, string, string[] or long[].</summary>
    public Dictionary<string, object> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>The chance that belongs to this example at this place in the run.</summary>
    public SplitMix64 Random = random;

    /// <summary>The field <paramref name="key"/>.</summary>
    /// <exception cref="FormatException">The example has no such field.</exception>
    public object Get(string key) => Fields.TryGetValue(key, out object? value) ? value
        : throw new FormatException($"it has no field '{key}' at this point (fields: {string.Join(", ", Fields.Keys)})");
}
