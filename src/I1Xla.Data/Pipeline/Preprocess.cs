using I1Xla.Data.Images;

namespace I1Xla.Data.Pipeline;

/// <summary>
/// i1's preprocessing language (spec 6.3): op calls separated by <c>|</c>, each a name with Python literals as arguments, e.g.
/// <c>decode_png()|sample_caption(key="caption")|value_range(-1, 1)|copy("caption","labels")|keep("image","labels")</c>.
/// </summary>
public sealed class Preprocess
{
    /// <summary>What every shipped i1 configuration uses.</summary>
    public const string Default = "decode_png()|sample_caption(key=\"caption\")|value_range(-1, 1)|copy(\"caption\",\"labels\")|keep(\"image\",\"labels\")";

    /// <summary>Makes an op from its arguments.</summary>
    public delegate Action<Sample> OpFactory(OpArguments arguments);

    private static readonly Dictionary<string, OpFactory> Ops = new(StringComparer.Ordinal)
    {
        ["value_range"] = ValueRange,
        ["decode_png"] = DecodePng,
        ["keep"] = Keep,
        ["copy"] = Copy,
        ["sample_caption"] = a => Caption(a, sample: true),
        ["first_caption"] = a => Caption(a, sample: false),
    };

    private readonly Action<Sample>[] steps;

    private Preprocess(Action<Sample>[] steps) => this.steps = steps;

    /// <summary>Parses a pipeline.</summary>
    /// <exception cref="FormatException">A part that cannot be parsed or names an unknown op; the message has the part.</exception>
    public static Preprocess Parse(string pipeline)
    {
        var steps = new List<Action<Sample>>();
        foreach (string part in OpArguments.SplitPipeline(pipeline))
        {
            OpArguments call = OpArguments.Parse(part);
            if (!Ops.TryGetValue(call.Name, out OpFactory? factory))
            {
                throw new FormatException($"Preprocessing op '{call.Name}' in '{pipeline}' is unknown. Known: {string.Join(", ", Ops.Keys)}.");
            }
            steps.Add(factory(call));
            call.CheckAllUsed();
        }
        return new Preprocess([.. steps]);
    }

    /// <summary>Adds an op.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Register(string name, OpFactory factory)
    {
        if (!Ops.TryAdd(name, factory))
        {
            throw new ArgumentException($"There is already a preprocessing op '{name}'.");
        }
    }

    /// <summary>Runs the ops over one example.</summary>
    /// <exception cref="FormatException">The example does not fit an op; the message completes "the example …: ".</exception>
    public void Apply(Sample sample)
    {
        foreach (Action<Sample> step in steps)
        {
            step(sample);
        }
    }

    private static Action<Sample> ValueRange(OpArguments a)
    {
        (string from, string to) = Keys(a, "image");
        float low = a.Float("vmin", 0, -1), high = a.Float("vmax", 1, 1), inLow = a.Float("in_min", 2, 0), inHigh = a.Float("in_max", 3, 255);
        bool clip = a.Bool("clip_values", 4, false);
        return sample =>
        {
            PixelTensor image = Pixels(sample, from);
            var values = new float[image.Values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                float v = low + ((image.Values[i] - inLow) / (inHigh - inLow) * (high - low));
                values[i] = clip ? Math.Clamp(v, low, high) : v;
            }
            sample.Fields[to] = image with { Values = values, IsFloat = true };
        };
    }

    private static Action<Sample> DecodePng(OpArguments a)
    {
        (string from, string to) = Keys(a, "image");
        int channels = a.Int("channels", 0, 3);
        string type = a.String("out_type", 1, "uint8"), shapeKey = a.String("shape_key", 2, "image/shape");
        if (type != "uint8" || channels is not (0 or 1 or 3 or 4))
        {
            throw new FormatException($"decode_png gives uint8 with 0 (as stored), 1, 3 or 4 channels, not {type} with {channels}.");
        }
        return sample =>
        {
            if (sample.Get(from) is PixelTensor decoded)
            {
                sample.Fields[to] = decoded;
                return;
            }
            if (sample.Get(from) is not ReadOnlyMemory<byte> encoded)
            {
                throw new FormatException($"its field '{from}' is no encoded picture");
            }
            RgbImage image = ImageFile.Decode(encoded.Span);
            image = channels switch
            {
                3 => image.ToRgb(),
                _ when channels == 0 || channels == image.Channels => image,
                _ => throw new FormatException($"its picture has {image.Channels} channels where decode_png asks for {channels}"),
            };
            if (sample.Fields.TryGetValue(shapeKey, out object? s) && s is long[] { Length: 3 } shape
                && (shape[0] != image.Height || shape[1] != image.Width || shape[2] != image.Channels))
            {
                throw new FormatException($"its picture is {image.Height} x {image.Width} x {image.Channels} where '{shapeKey}' says {string.Join(" x ", shape)}");
            }
            sample.Fields[to] = new PixelTensor(image.Height, image.Width, image.Channels, [.. image.Pixels.Select(p => (float)p)], false);
        };
    }

    private static Action<Sample> Keep(OpArguments a)
    {
        string[] names = a.AllStrings();
        return sample =>
        {
            foreach (string key in sample.Fields.Keys.Except(names).ToArray())
            {
                sample.Fields.Remove(key);
            }
        };
    }

    private static Action<Sample> Copy(OpArguments a)
    {
        string from = a.String("inkey", 0, null), to = a.String("outkey", 1, null);
        return sample => sample.Fields[to] = sample.Get(from);
    }

    private static Action<Sample> Caption(OpArguments a, bool sample)
    {
        (string from, string to) = Keys(a, "image");
        return s => s.Fields[to] = s.Get(from) switch
        {
            string text => text,
            string[] { Length: 0 } => "",
            string[] many => many[sample ? s.Random.Next(many.Length) : 0],
            _ => throw new FormatException($"its field '{from}' holds no captions"),
        };
    }

    private static (string From, string To) Keys(OpArguments a, string standard)
    {
        string? key = a.Has("key") ? a.String("key", -1, null) : null;
        if (key is not null && (a.Has("inkey") || a.Has("outkey")))
        {
            throw new FormatException($"Preprocessing op '{a.Name}' takes key, or inkey and outkey, not both.");
        }
        return (a.String("inkey", -1, key ?? standard), a.String("outkey", -1, key ?? standard));
    }

    private static PixelTensor Pixels(Sample sample, string key) => sample.Get(key) as PixelTensor
        ?? throw new FormatException($"its field '{key}' is not decoded yet; put decode_png first");
}
