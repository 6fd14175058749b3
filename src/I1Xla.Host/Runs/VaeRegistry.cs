using I1Xla.Models;

namespace I1Xla.Host.Runs;

/// <summary>Autoencoders by the name a configuration gives them (spec 3).</summary>
public static class VaeRegistry
{
    private static readonly Dictionary<string, Func<Vae>> s_entries = new()
    {
        [IdentityVae.Key] = () => new IdentityVae(),
        ["flux"] = () => new GivenLatents("flux", 16, 8),
        ["flux2"] = () => new GivenLatents("flux2", 32, 8),
        ["qwenimage"] = () => new GivenLatents("qwenimage", 16, 8),
    };

    /// <summary>Makes the autoencoder of a name.</summary>
    /// <exception cref="UserErrorException">The name is unknown.</exception>
    public static Vae Create(string name) => ModelFactory.Choose("vae_type", name, s_entries)();
}
