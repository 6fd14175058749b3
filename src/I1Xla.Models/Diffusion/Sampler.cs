using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// Classifier-free guidance (Ho and Salimans 2022) with rescale (Lin et al. 2023) and interval, and Euler integration from
/// noise to data, as i1's JAX pipeline does it (spec 7.3, 7.4).
/// </summary>
public sealed class Sampler(DiT model, RectifiedFlow flow)
{
    /// <summary>
    /// The nodes of a uniform grid as i1's solver visits them: node k is the f32 quotient k / n, the last is exactly 1, and
    /// i1's inference shift has no effect on them.
    /// </summary>
    public static float[] UniformGrid(int steps)
    {
        var nodes = new float[steps + 1];
        for (int k = 0; k <= steps; k++)
        {
            nodes[k] = k == steps ? 1 : (float)k / steps;
        }
        return nodes;
    }

    /// <summary>The grid of i1's PyTorch sampler in f32: u = k / n shifted to s·u / (1 + (s - 1)·u).</summary>
    public static float[] ShiftedGrid(int steps, double shift)
    {
        float[] nodes = UniformGrid(steps);
        float s = (float)shift;
        for (int k = 0; k <= steps && s != 0; k++)
        {
            nodes[k] = s * nodes[k] / (1 + ((s - 1) * nodes[k]));
        }
        return nodes;
    }

    /// <summary>
    /// The grid that i1's PyTorch sampler steps on (spec 7.6): <see cref="ShiftedGrid"/> with every operation rounded to bfloat16,
    /// so that with many steps some have no length.
    /// </summary>
    public static float[] TorchGrid(int steps, double shift)
    {
        var nodes = new float[steps + 1];
        float step = 1f / steps, s = (float)shift, s1 = (float)(shift - 1);
        for (int k = 0; k <= steps; k++)
        {
            // PyTorch counts the second half down from the end.
            float u = RoundToBFloat16(k < (steps + 1) / 2 ? k * step : 1 - ((steps - k) * step));
            nodes[k] = s == 0 ? u : RoundToBFloat16(RoundToBFloat16(s * u) / RoundToBFloat16(1 + RoundToBFloat16(s1 * u)));
        }
        return nodes;
    }

    /// <summary>The guided velocity at one time.</summary>
    /// <param name="scope">Root scope with the weights bound.</param>
    /// <param name="latents">x, (B, C, S, S).</param>
    /// <param name="t">Time, a scalar.</param>
    /// <param name="captions">Text features (B, Lᵢ, Dᵢ), one per encoder.</param>
    /// <param name="mask">(B, Σ Lᵢ) or null; serves the conditional and the unconditional half alike.</param>
    /// <param name="guidance">Scale w, (B,) or a scalar.</param>
    /// <param name="rescale">φ, (B,) or a scalar; 0 changes nothing.</param>
    public Tensor GuidedVelocity(Scope scope, Tensor latents, Tensor t, IReadOnlyList<Tensor> captions, Tensor? mask, Tensor guidance, Tensor rescale)
    {
        long b = latents.Shape[0];
        Tensor both = Jnp.Concatenate([latents, latents], 0);
        Tensor times = Jnp.BroadcastTo(Jnp.Cast(t, latents.DType), [2 * b]);
        var doubled = new Tensor[captions.Count];
        for (int i = 0; i < doubled.Length; i++)
        {
            Tensor none = Jnp.Cast(TextAdapter.NullCaption(scope.Child("text_encoder_adapter"), model.Config, i), captions[i].DType);
            if (captions[i].Shape[1] < none.Shape[1])
            {
                none = none[Slice.All, ..(int)captions[i].Shape[1]];
            }
            doubled[i] = Jnp.Concatenate([captions[i], Jnp.BroadcastTo(none, captions[i].Shape)], 0);
        }
        Tensor? masks = mask is null ? null : Jnp.Concatenate([mask, mask], 0);
        Tensor velocity = flow.ToVelocity(model.Apply(scope, both, times, doubled, masks), both, times);
        Tensor conditional = velocity[..(int)b], unconditional = velocity[(int)b..];
        Tensor scale = PerSample(guidance, b), phi = PerSample(rescale, b);
        Tensor active = Jnp.Where(Jnp.Cast(t, ElementKind.F32) >= flow.GuidanceIntervalStart, 1.0, 0.0);
        Tensor guided = conditional + (active * (scale - 1.0) * (conditional - unconditional));
        Tensor factor = Jnp.Std(conditional, [1, 2, 3], keepDims: true) / (Jnp.Std(guided, [1, 2, 3], keepDims: true) + 1e-8);
        return guided * (1.0 - phi + (phi * factor));
    }

    /// <summary>The whole integration as one loop inside the graph: x ← x + (t_{k+1} - t_k)·v(x, t_k) over the grid.</summary>
    /// <param name="scope">Root scope with the weights bound.</param>
    /// <param name="noise">Latents at t = 0.</param>
    /// <param name="grid">Nodes, n + 1 of them, as an f32 tensor.</param>
    /// <param name="captions">Text features.</param>
    /// <param name="mask">Text mask or null.</param>
    /// <param name="guidance">Guidance scale.</param>
    /// <param name="rescale">Guidance rescale.</param>
    public Tensor Integrate(Scope scope, Tensor noise, Tensor grid, IReadOnlyList<Tensor> captions, Tensor? mask, Tensor guidance, Tensor rescale)
    {
        int steps = (int)grid.Shape[0] - 1;
        return Lax.ForiLoop(0, steps, (k, carry) =>
        {
            Tensor x = carry[0];
            Tensor now = grid[k], next = grid[k + 1];
            return [x + ((next - now) * GuidedVelocity(scope, x, now, captions, mask, guidance, rescale))];
        }, [noise])[0];
    }

    // To nearest, ties to even; values here are finite.
    private static float RoundToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
    }

    private static Tensor PerSample(Tensor value, long batch) => Jnp.Reshape(Jnp.BroadcastTo(Jnp.Cast(value, ElementKind.F32), [batch]), [batch, 1, 1, 1]);
}
