using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>A step of i1's PyTorch trainer (spec 8.8) out of this project's parts, with noise, times and dropped captions given.</summary>
internal sealed class TorchTrainer
{
    private readonly DiT _model;
    private readonly DiTConfig _config;
    private readonly Optimizer _optimizer;
    private readonly double _decay;

    public TorchTrainer(JsonElement root, DiTConfig config)
    {
        _config = config;
        _model = new DiT(config);
        Parameters = [.. _model.DiscoverParameters().OrderBy(p => p.Name, ParameterSpec.SortedOrder)];
        _optimizer = new Optimizer(new OptimizerConfig
        {
            LearningRate = root.GetProperty("lr").GetDouble(),
            Beta1 = root.GetProperty("b1").GetDouble(),
            Beta2 = root.GetProperty("b2").GetDouble(),
            Epsilon = root.GetProperty("eps").GetDouble(),
            GradientClipNorm = root.GetProperty("grad_clip_norm").GetDouble(),
        }, Parameters);
        _decay = root.GetProperty("ema_decay").GetDouble();
    }

    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>A state with given parameters, averages equal to them, and zero moments.</summary>
    public Dictionary<string, Literal> Start(Func<ParameterSpec, Literal> parameter)
    {
        var state = _optimizer.State.ToDictionary(s => s.Key, s => new Literal(new TensorType(s.DType, s.Shape)));
        foreach (ParameterSpec p in Parameters)
        {
            state["params/" + p.Name] = state["params_ema/" + p.Name] = parameter(p);
        }
        return state;
    }

    /// <summary>One step; the state is replaced. Gives the gradients in the order of the parameters, then the metrics.</summary>
    public Literal[] Step(Backend backend, NpzReader golden, string prefix, int microBatches, Dictionary<string, Literal> state)
    {
        string[] names = ["latents", "noise", "t", "caption", "mask", .. golden.Contains(prefix + "drop_text") ? ["drop_text"] : Array.Empty<string>()];
        string[] keys = [.. state.Keys];
        Literal[] inputs = [.. keys.Select(k => state[k]), .. names.Select(n => GoldenModel.Literal(golden, prefix + n))];
        TracedModule traced = Jit.Trace("step", [.. inputs.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
        {
            Dictionary<string, Tensor> tensors = keys.Select((k, i) => (k, t[i])).ToDictionary(p => p.k, p => p.Item2);
            Tensor[] batch = t[keys.Length..];
            var parameters = new ParameterSet(Parameters.Select(p => p.Name), Parameters.Select(p => tensors["params/" + p.Name]));
            int rows = (int)batch[0].Shape[0] / microBatches;
            Tensor[]? sums = null;
            Tensor? losses = null;
            for (int i = 0; i < microBatches; i++)
            {
                Tensor[] micro = [.. batch.Select(b => b[(i * rows)..((i + 1) * rows)])];
                (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(p => Loss(p, micro), parameters);
                sums = sums is null ? [.. gradients.Values] : [.. sums.Zip(gradients.Values, (a, b) => a + b)];
                losses = losses is null ? loss : losses + loss;
            }
            double share = 1.0 / microBatches;
            Tensor[] mean = [.. sums!.Select(g => g * share)];
            (Tensor[] updates, Tensor norm) = _optimizer.Step(mean, parameters.Values, tensors);
            var fresh = new Tensor[updates.Length];
            for (int i = 0; i < fresh.Length; i++)
            {
                string name = Parameters[i].Name;
                fresh[i] = tensors["params/" + name] + updates[i];
                tensors["params/" + name] = fresh[i];
                tensors["params_ema/" + name] = Ema.Update(tensors["params_ema/" + name], fresh[i], _decay);
            }
            Tensor metrics = Jnp.Stack([losses! * share, norm, Optimizer.GlobalNorm(fresh), Optimizer.GlobalNorm(Parameters.Select(p => tensors["params_ema/" + p.Name])), Optimizer.GlobalNorm(updates)]);
            return [.. keys.Select(k => new NamedResult(k, tensors[k])), .. Parameters.Select((p, i) => new NamedResult("grad/" + p.Name, mean[i])), new NamedResult("metrics", metrics)];
        });
        Literal[] results = backend.Run(traced, inputs);
        for (int i = 0; i < keys.Length; i++)
        {
            state[keys[i]] = results[i];
        }
        return results[keys.Length..];
    }

    private Tensor Loss(ParameterSet parameters, Tensor[] batch)
    {
        (Tensor latents, Tensor noise, Tensor t, Tensor caption, Tensor mask) = (batch[0], batch[1], batch[2], batch[3], batch[4]);
        Scope scope = Scope.Bind(parameters);
        if (batch.Length > 5)
        {
            Tensor none = Jnp.BroadcastTo(parameters["text_encoder_adapter/learnable_null_caption"], caption.Shape);
            caption = Jnp.Where(Jnp.NotEqual(batch[5], 0)[Slice.All, Slice.NewAxis, Slice.NewAxis], none, caption);
        }
        Tensor times = Jnp.Reshape(t, [t.Shape[0], 1, 1, 1]);
        Tensor xt = ((1.0 - times) * noise) + (times * latents);
        return Jnp.Mean(Jnp.Square(_model.Apply(scope, xt, t, [caption], mask) - (latents - noise)));
    }
}
