using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>The small single-stream transformer that JAX was given for the golden programs <c>dit_tiny_forward</c> and <c>dit_tiny_train</c>.</summary>
internal static class TinyDiT
{
    private const int Width = 32, Heads = 2, Layers = 2, PerLayer = 7;

    /// <summary>How many parameters there are: seven a layer (down, gate, out, qkv, two scales, up), then those of input, output, text and time.</summary>
    public const int Parameters = Layers * PerLayer + 4;

    /// <summary>The velocity of noisy latents x (b, n, 4) at times t (b), given text (b, m, 24) and its mask (b, m).</summary>
    public static Tensor Velocity(Tensor[] p, Tensor x, Tensor t, Tensor text, Tensor mask)
    {
        Tensor frequencies = Jnp.Exp(-Math.Log(10000) * Jnp.Arange(Width, ElementKind.F32) / Width);
        Tensor angles = t[Slice.All, Slice.NewAxis] * frequencies * 1000.0;
        Tensor time = Jnp.MatMul(Jnp.Concatenate([Jnp.Cos(angles), Jnp.Sin(angles)], -1), p[17]);
        Tensor h = Jnp.Concatenate([Jnp.MatMul(text, p[16]), Jnp.MatMul(x, p[14])], 1) + time[Slice.All, Slice.NewAxis];
        Tensor visible = Jnp.Concatenate([mask, Jnp.Ones([x.Shape[0], x.Shape[1]])], 1);
        for (int i = 0; i < Layers; i++)
        {
            h = Layer(p[(i * PerLayer)..((i + 1) * PerLayer)], h, visible);
        }
        return Jnp.MatMul(h, p[15])[.., (int)text.Shape[1]..];
    }

    /// <summary>One step of Adam on the squared error of the velocity at a random time; the arguments and results are the program's.</summary>
    public static Tensor[] Train(Tensor[] a)
    {
        const int n = Parameters;
        (Tensor[] parameters, Tensor[] mean, Tensor[] square) = (a[..n], a[n..(2 * n)], a[(2 * n)..(3 * n)]);
        (Tensor count, Tensor latents, Tensor text, Tensor mask) = (a[3 * n] + 1, a[3 * n + 1], a[3 * n + 2], a[3 * n + 3]);
        Tensor[] keys = JaxRandom.SplitKeys(a[3 * n + 4]);
        Tensor noise = JaxRandom.Normal(keys[0], latents.Shape), t = Nn.Sigmoid(JaxRandom.Normal(keys[1], [latents.Shape[0]]));
        Tensor wide = t[Slice.All, Slice.NewAxis, Slice.NewAxis];
        Tensor noisy = (1.0 - wide) * noise + wide * latents;
        (Tensor loss, Tensor[] gradients) = Autodiff.ValueAndGrad(p => Jnp.Mean(Jnp.Square(Velocity(p, noisy, t, text, mask) - (latents - noise))), parameters);
        mean = [.. mean.Select((m, i) => 0.9 * m + 0.1 * gradients[i])];
        square = [.. square.Select((v, i) => 0.95 * v + 0.05 * Jnp.Square(gradients[i]))];
        Tensor steps = Jnp.Cast(count, ElementKind.F32);
        parameters = [.. parameters.Select((p, i) => p - 1e-3 * (mean[i] / (1.0 - Jnp.Power(0.9, steps))) / (Jnp.Sqrt(square[i] / (1.0 - Jnp.Power(0.95, steps))) + 1e-8))];
        return [.. parameters, .. mean, .. square, count, loss];
    }

    private static Tensor Layer(Tensor[] p, Tensor h, Tensor visible)
    {
        (Tensor down, Tensor gate, Tensor output, Tensor qkv, Tensor scale1, Tensor scale2, Tensor up) = (p[0], p[1], p[2], p[3], p[4], p[5], p[6]);
        Tensor[] parts = Jnp.Split(Jnp.Reshape(Jnp.MatMul(Norm(h, scale1), qkv), [h.Shape[0], h.Shape[1], Heads, -1]), 3, -1);
        Tensor logits = Jnp.Einsum("bqhd,bkhd->bhqk", parts[0], parts[1]) / Math.Sqrt(Width / Heads);
        Tensor weights = Nn.Softmax(Jnp.Where(visible[Slice.All, Slice.NewAxis, Slice.NewAxis] > 0.0, logits, -1e30));
        h += Jnp.MatMul(Jnp.Reshape(Jnp.Einsum("bhqk,bkhd->bqhd", weights, parts[2]), h.Shape), output);
        Tensor normed = Norm(h, scale2);
        return h + Jnp.MatMul(Nn.Silu(Jnp.MatMul(normed, gate)) * Jnp.MatMul(normed, up), down);
    }

    private static Tensor Norm(Tensor x, Tensor scale) => x * Jnp.Rsqrt(Jnp.Mean(x * x, -1, keepDims: true) + 1e-6) * scale;
}
