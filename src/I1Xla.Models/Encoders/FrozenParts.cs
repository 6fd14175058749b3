using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>The frozen parts around a DiT, an autoencoder and text encoders, and what they take from a batch and from the host.</summary>
public sealed class FrozenParts
{
    private readonly TextFeatures[] _text;
    private readonly bool _isList;

    /// <summary>Parts that fit a model.</summary>
    /// <exception cref="ArgumentException">The model's text widths or channels are not those of the parts.</exception>
    public FrozenParts(DiTConfig config, Vae vae, IReadOnlyList<TextEncoder> encoders)
    {
        if (encoders.Count != config.Text.Count || encoders.Where((e, i) => e.EmbedDim != config.Text[i].EmbedDim).Any())
        {
            throw new ArgumentException($"The model takes text of width {string.Join(", ", config.Text.Select(t => t.EmbedDim))}; the encoders give {string.Join(", ", encoders.Select(e => e.EmbedDim))}.");
        }
        if (vae.Channels != config.InChannels)
        {
            throw new ArgumentException($"The model takes {config.InChannels} latent channels; the autoencoder '{vae.Name}' has {vae.Channels}.");
        }
        Vae = vae;
        Encoders = encoders;
        LatentSize = config.InputSize;
        _text = [.. config.Text];
        _isList = config.TextIsList;
        Parameters = [.. encoders.SelectMany((e, i) => e.Parameters.Select(p => p with { Name = $"text_encoder_{i}/{p.Name}" }))];
    }

    /// <summary>The autoencoder.</summary>
    public Vae Vae { get; }

    /// <summary>The text encoders.</summary>
    public IReadOnlyList<TextEncoder> Encoders { get; }

    /// <summary>S.</summary>
    public int LatentSize { get; }

    /// <summary>Their parameters, an encoder's number in front of each name.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>What the text encoders take from a batch.</summary>
    public IReadOnlyList<ArgumentSpec> TextInputs(int batch) => [.. Encoders.SelectMany((e, i) => e.Inputs(_isList ? $"_{i}" : "", batch, _text[i].NumTokens))];

    /// <summary>What a training batch brings: a picture or latents, then the text.</summary>
    public IReadOnlyList<ArgumentSpec> BatchInputs(int batch) => [Vae.Input(batch, LatentSize), .. TextInputs(batch)];

    /// <summary>Features, one tensor per encoder, and the joint mask (B, Σ Lᵢ) in f32; no gradient flows into them.</summary>
    public (Tensor[] Captions, Tensor Mask) EncodeText(Scope frozen, ReadOnlySpan<Tensor> inputs)
    {
        var captions = new Tensor[Encoders.Count];
        var masks = new Tensor[Encoders.Count];
        int at = 0;
        for (int i = 0; i < captions.Length; i++)
        {
            int count = Encoders[i].Inputs("", 1, 1).Count;
            (Tensor features, Tensor mask) = Encoders[i].Encode(frozen.Child($"text_encoder_{i}"), inputs.Slice(at, count));
            captions[i] = Autodiff.StopGradient(features);
            masks[i] = Jnp.Cast(mask, ElementKind.F32);
            at += count;
        }
        return (captions, masks.Length == 1 ? masks[0] : Jnp.Concatenate(masks, 1));
    }
}
