using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>A frozen autoencoder between pictures and latents (spec 3). Its parameters are inputs of the step, never trained.</summary>
public abstract class Vae
{
    /// <summary>Its key in configurations.</summary>
    public abstract string Name { get; }

    /// <summary>Latent channels, C.</summary>
    public abstract int Channels { get; }

    /// <summary>Pixels per latent along a side.</summary>
    public abstract int Compression { get; }

    /// <summary>What a batch brings: pictures, unless latents are given.</summary>
    /// <param name="batch">B.</param>
    /// <param name="latentSize">S.</param>
    public virtual ArgumentSpec Input(int batch, int latentSize) =>
        new("image", ElementKind.F32, [batch, (long)latentSize * Compression, (long)latentSize * Compression, 3]);

    /// <summary>What a batch brings to scaled latents, without gradient.</summary>
    /// <param name="scope">The autoencoder's own parameters.</param>
    /// <param name="input">As <see cref="Input"/> describes it; pictures are in [-1, 1].</param>
    /// <param name="key">Key of the posterior sample.</param>
    /// <returns>(B, C, S, S), f32.</returns>
    public abstract Tensor Encode(Scope scope, Tensor input, Tensor key);

    /// <summary>Scaled latents to pictures in [0, 1], (B, R, R, 3).</summary>
    public abstract Tensor Decode(Scope scope, Tensor latents);
}

/// <summary>Pixels are the latents: three channels, no compression, no parameters.</summary>
public sealed class IdentityVae : Vae
{
    /// <summary>The key in configurations.</summary>
    public const string Key = "identity";

    /// <inheritdoc/>
    public override string Name => Key;

    /// <inheritdoc/>
    public override int Channels => 3;

    /// <inheritdoc/>
    public override int Compression => 1;

    /// <inheritdoc/>
    public override Tensor Encode(Scope scope, Tensor input, Tensor key) => Jnp.Transpose(input, [0, 3, 1, 2]);

    /// <inheritdoc/>
    public override Tensor Decode(Scope scope, Tensor latents) => Jnp.Clip((Jnp.Transpose(latents, [0, 2, 3, 1]) / 2.0) + 0.5, 0.0, 1.0);
}

/// <summary>The slot of an autoencoder whose scaled latents come with the batch: steps trace and compile at their real shapes.</summary>
/// <param name="name">The autoencoder's key.</param>
/// <param name="channels">C.</param>
/// <param name="compression">Pixels per latent.</param>
public sealed class GivenLatents(string name, int channels, int compression) : Vae
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override int Channels => channels;

    /// <inheritdoc/>
    public override int Compression => compression;

    /// <inheritdoc/>
    public override ArgumentSpec Input(int batch, int latentSize) => new("latents", ElementKind.F32, [batch, channels, latentSize, latentSize]);

    /// <inheritdoc/>
    public override Tensor Encode(Scope scope, Tensor input, Tensor key) => input;

    /// <summary>Given latents cannot be decoded here.</summary>
    /// <exception cref="NotSupportedException">Always; the message names the autoencoder.</exception>
    public override Tensor Decode(Scope scope, Tensor latents) =>
        throw new NotSupportedException($"The autoencoder '{name}' is present as a slot for given latents only; pictures cannot be decoded with it.");
}
