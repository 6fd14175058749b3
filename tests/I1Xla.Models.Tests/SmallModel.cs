using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>A model of a few thousand parameters on 4 × 4 latents and 3 text tokens, for tests that change its switches.</summary>
internal static class SmallModel
{
    public static readonly DiTConfig Config = new()
    {
        InputSize = 4,
        PatchSize = 2,
        InChannels = 2,
        HiddenSize = 16,
        Depth = 3,
        NumHeads = 2,
        Text = [new(6, 3)],
    };

    /// <summary>Its parameters, and random arguments: parameters, x, t, mask, caption.</summary>
    public static (IReadOnlyList<ParameterSpec> Specs, Literal[] Arguments) Make(DiTConfig config)
    {
        var random = new Random(5);
        IReadOnlyList<ParameterSpec> specs = new DiT(config).DiscoverParameters();
        Literal Fill(params long[] shape)
        {
            var literal = new Literal(new TensorType(ElementKind.F32, new Shape(shape)));
            foreach (ref float v in literal.As<float>())
            {
                v = (float)(random.NextDouble() - 0.5);
            }
            return literal;
        }
        Literal mask = Literal.Create<float>(ElementKind.F32, [2, 3], [1, 1, 0, 1, 1, 1]);
        return (specs, [.. specs.Select(s => Fill(s.Shape.ToArray())), Fill(2, 2, 4, 4), Fill(2), mask, Fill(2, 3, 6)]);
    }

    /// <summary>A loss and its gradients by all parameters, as functions of <see cref="Make"/>'s arguments.</summary>
    public static TracedModule TraceGradients(DiTConfig config, IReadOnlyList<ParameterSpec> specs, Literal[] arguments)
    {
        var model = new DiT(config);
        return Jit.Trace("step", [.. arguments.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
        {
            (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(
                p => Jnp.Mean(Jnp.Square(model.Apply(Scope.Bind(p), t[^4], t[^3], [t[^1]], t[^2]))), new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]));
            return [new NamedResult("loss", loss), .. gradients.Names.Select(n => new NamedResult(n, gradients[n]))];
        });
    }
}
