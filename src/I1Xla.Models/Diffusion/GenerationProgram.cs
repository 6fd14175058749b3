using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// Text to pictures as one executable: noise from a key, text encoding, the Euler loop with guidance inside, decoding.
/// Weights are arguments, so one executable serves every checkpoint of a model.
/// </summary>
public sealed class GenerationProgram(DiT model, FrozenParts parts, RectifiedFlow flow)
{
    /// <summary>The model's parameters, in checkpoint order: the first arguments.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; } = [.. model.DiscoverParameters().OrderBy(p => p.Name, ParameterSpec.SortedOrder)];

    /// <summary>
    /// Traces it. Arguments: parameters; the frozen parts' parameters; the text inputs
    /// (<see cref="FrozenParts.TextInputs"/>); <c>rng</c> (2,) u32; <c>grid</c> (steps + 1,); <c>guidance</c>;
    /// <c>rescale</c>. Result: <c>pictures</c> (B, R, R, 3) u8.
    /// </summary>
    public TracedModule Trace(int batch, int steps, TraceOptions? options = null)
    {
        List<ArgumentSpec> arguments =
        [
            .. Parameters.Select(p => new ArgumentSpec(p.Name, p.DType, p.Shape)),
            .. parts.Parameters.Select(p => new ArgumentSpec(p.Name, p.DType, p.Shape)),
            .. parts.TextInputs(batch),
            new ArgumentSpec("rng", ElementKind.UI32, [2]),
            new ArgumentSpec("grid", ElementKind.F32, [steps + 1]),
            new ArgumentSpec("guidance", ElementKind.F32, Shape.Scalar),
            new ArgumentSpec("rescale", ElementKind.F32, Shape.Scalar),
        ];
        return Jit.Trace("generate", arguments, inputs => Run(inputs, batch), options);
    }

    private IReadOnlyList<NamedResult> Run(Tensor[] inputs, int batch)
    {
        int at = Parameters.Count, frozenEnd = at + parts.Parameters.Count;
        Scope weights = Scope.Bind(new ParameterSet(Parameters.Select(p => p.Name), inputs[..at]));
        Scope frozen = Scope.Bind(new ParameterSet(parts.Parameters.Select(p => p.Name), inputs[at..frozenEnd]));
        (Tensor[] captions, Tensor mask) = parts.EncodeText(frozen, inputs.AsSpan()[frozenEnd..^4]);
        int s = model.Config.InputSize;
        Tensor noise = JaxRandom.Normal(inputs[^4], [batch, model.Config.InChannels, s, s]);
        Tensor latents = new Sampler(model, flow).Integrate(weights, noise, inputs[^3], captions, mask, inputs[^2], inputs[^1]);
        Tensor pictures = parts.Vae.Decode(frozen.Child("vae"), latents);
        return [new NamedResult("pictures", Jnp.Cast(Jnp.Round(pictures * 255.0), ElementKind.UI8))];
    }
}
