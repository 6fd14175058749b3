using System.Globalization;
using I1Xla.Data.Torch;
using I1Xla.Models;

namespace I1Xla.Host.Checkpoints;

/// <summary>The hyper-parameters that a PyTorch file of i1 carries under <c>config</c> (spec 7.6, 8.8), and the model they mean.</summary>
internal static class TorchSettings
{
    // What i1's inference class is built with; the rest of its switches are fixed: the i1 recipe.
    private static readonly (string Name, Func<DiTConfig, double> Of)[] s_settings =
    [
        ("input_size", c => c.InputSize), ("image_resolution", c => c.ImageResolution), ("patch_size", c => c.PatchSize), ("in_channels", c => c.InChannels),
        ("hidden_size", c => c.HiddenSize), ("depth", c => c.Depth), ("num_heads", c => c.NumHeads), ("mlp_ratio", c => c.MlpRatio),
        ("text_embed_dim", c => c.Text[0].EmbedDim), ("text_num_tokens", c => c.Text[0].NumTokens), ("rope_theta", c => c.RopeTheta),
    ];

    /// <summary>The model of a file's settings: dual-stream in the i1 recipe, as PyTorch inference builds it.</summary>
    /// <exception cref="UserErrorException">A setting is missing or none.</exception>
    public static DiTConfig Model(string path, PickleDict settings)
    {
        int Int(string name) => (int)Number(path, settings, name);
        var config = new DiTConfig
        {
            Backbone = BackboneKind.DualStream,
            InputSize = Int("input_size"),
            ImageResolution = Int("image_resolution"),
            PatchSize = Int("patch_size"),
            InChannels = Int("in_channels"),
            HiddenSize = Int("hidden_size"),
            Depth = Int("depth"),
            NumHeads = Int("num_heads"),
            MlpRatio = Number(path, settings, "mlp_ratio"),
            Text = [new(Int("text_embed_dim"), Int("text_num_tokens"))],
            RopeTheta = Number(path, settings, "rope_theta"),
            UseQkNorm = true,
            UseAdaLN = false,
            UseSandwichNorm = true,
            TextAdapter = TextAdapterKind.Transformer,
            TextAdapterBlocks = 2,
        };
        try
        {
            return config.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"{path}: its settings make no model. {e.Message}", e);
        }
    }

    /// <summary>A model's settings as a file carries them.</summary>
    public static PickleDict Of(DiTConfig config)
    {
        var settings = new PickleDict();
        foreach ((string name, Func<DiTConfig, double> of) in s_settings)
        {
            settings.Set(name, name is "mlp_ratio" or "rope_theta" ? of(config) : (object)(long)of(config));
        }
        return settings;
    }

    /// <summary>What a file's settings and a model do not agree on.</summary>
    public static IEnumerable<string> Differences(string path, PickleDict settings, DiTConfig config)
    {
        foreach ((object key, object? _) in settings.Items)
        {
            if (s_settings.FirstOrDefault(s => s.Name == key as string) is not { Name: { } name, Of: { } of })
            {
                yield return $"config.{key}: a setting that is not known";
            }
            else if (Number(path, settings, name) is double found && found != of(config))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"config.{name}: {found} in the file, {of(config)} in the configuration");
            }
        }
    }

    private static double Number(string path, PickleDict settings, string name) => settings[name] switch
    {
        long n when Math.Abs(n) <= int.MaxValue => n,
        double d when double.IsFinite(d) && Math.Abs(d) <= int.MaxValue => d,
        _ => throw new UserErrorException($"{path}: its config has no number '{name}'. It is no release or training file of i1."),
    };
}
