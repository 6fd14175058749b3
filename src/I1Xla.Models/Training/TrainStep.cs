using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>What a training step is made of, beside the model.</summary>
public sealed record TrainStepOptions
{
    /// <summary>Global batch size, B.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Micro-batches, A.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Shards of the batch, data · fsdp; a micro-batch takes its rows from every shard.</summary>
    public int BatchShards { get; init; } = 1;

    /// <summary>Whether an average of the parameters is kept.</summary>
    public bool UseEma { get; init; } = true;

    /// <summary>Its decay.</summary>
    public double EmaDecay { get; init; } = 0.9999;

    /// <summary>Whether the step also gives the mean gradients, before clipping, as <c>grad/NAME</c> behind its other results; for comparisons.</summary>
    public bool ReturnGradients { get; init; }
}

/// <summary>
/// One update as i1 makes it (spec 4.3): encode pictures and text, rectified flow, forward and backward over micro-batches,
/// clip, Adam, EMA and measurements, all in one module whose state is donated.
/// </summary>
public sealed class TrainStep
{
    private readonly RectifiedFlow _flow;
    private readonly TrainStepOptions _options;
    private readonly ParameterStacks _stacks;
    private readonly Optimizer _stackOptimizer;

    /// <summary>Puts the parts together; nothing is traced yet but the parameter list.</summary>
    /// <exception cref="ArgumentException">The batch does not divide into shards and micro-batches.</exception>
    public TrainStep(DiT model, FrozenParts parts, RectifiedFlow flow, OptimizerConfig optimizer, TrainStepOptions options)
    {
        if (options.BatchSize % options.BatchShards != 0 || options.BatchSize / options.BatchShards % options.GradientAccumulation != 0)
        {
            throw new ArgumentException($"A batch of {options.BatchSize} does not divide into {options.BatchShards} shards of {options.GradientAccumulation} micro-batches.");
        }
        Model = model;
        Parts = parts;
        _flow = flow;
        _options = options;
        Parameters = [.. model.DiscoverParameters().OrderBy(p => p.Name, ParameterSpec.SortedOrder)];
        Optimizer = new Optimizer(optimizer, Parameters);
        _stacks = new ParameterStacks(Parameters, BlockStack.Loops(model.Config), Optimizer.TreatsAlike);
        _stackOptimizer = new Optimizer(optimizer, _stacks.Specs);
        State =
        [
            .. Optimizer.State,
            .. Parameters.Select(p => new StateEntry("params/" + p.Name, ElementKind.F32, p.Shape)),
            .. Parameters.Select(p => new StateEntry("params_ema/" + p.Name, ElementKind.F32, p.Shape)),
        ];
    }

    /// <summary>The model.</summary>
    public DiT Model { get; }

    /// <summary>Autoencoder and text encoders.</summary>
    public FrozenParts Parts { get; }

    /// <summary>The model's parameters, in checkpoint order.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The state's arrays, in checkpoint order: the first arguments of the step, and its first results.</summary>
    public IReadOnlyList<StateEntry> State { get; }

    /// <summary>Names of the measurements, in the order of the last result.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ["loss_mse", "l2_grads", "l2_params", "l2_ema_params", "l2_updates"];

    /// <summary>
    /// Traces the step. Arguments: the state; the frozen parts' parameters; what a batch brings
    /// (<see cref="FrozenParts.BatchInputs"/>); <c>rng</c> (2,) u32. Results: the state; the next <c>rng</c>;
    /// <c>metrics</c>, an f32 vector in the order of <see cref="Metrics"/>.
    /// </summary>
    public TracedModule Trace(TraceOptions? options = null, ShardingRules? sharding = null)
    {
        ShardingRules rules = sharding ?? ShardingRules.None;
        List<ArgumentSpec> arguments =
        [
            .. State.Select(s => new ArgumentSpec(s.Key, s.DType, s.Shape, rules.Parameter(s.Shape), Donate: true)),
            .. Parts.Parameters.Select(p => new ArgumentSpec(p.Name, p.DType, p.Shape, rules.Replicated)),
            .. Parts.BatchInputs(_options.BatchSize).Select(a => a with { Sharding = rules.Batch }),
            new ArgumentSpec("rng", ElementKind.UI32, [2], rules.Replicated),
        ];
        return Jit.Trace("train_step", arguments, inputs => Step(inputs, rules), options);
    }

    private List<NamedResult> Step(Tensor[] inputs, ShardingRules rules)
    {
        var state = new Dictionary<string, Tensor>(State.Count);
        for (int i = 0; i < State.Count; i++)
        {
            state[State[i].Key] = inputs[i];
        }
        int at = State.Count;
        Scope frozen = Scope.Bind(new ParameterSet(Parts.Parameters.Select(p => p.Name), inputs[at..(at + Parts.Parameters.Count)]));
        Tensor[] batch = inputs[(at + Parts.Parameters.Count)..^1];
        var parameters = new ParameterSet(Parameters.Select(p => p.Name), Parameters.Select(p => state["params/" + p.Name]));

        Tensor keys = JaxRandom.Split(inputs[^1], 4);
        (ParameterSet gradients, Tensor loss) = Accumulate(parameters, frozen, batch, keys[0], keys[3], rules);
        state = _stacks.Stack(state, rules);
        string[] names = [.. _stacks.Specs.Select(s => s.Name)];
        (Tensor[] updates, Tensor gradientNorm) = _stackOptimizer.Step(_stacks.Stack(n => gradients[n], rules), [.. names.Select(n => state["params/" + n])], state);
        var fresh = new Tensor[updates.Length];
        for (int i = 0; i < fresh.Length; i++)
        {
            string name = names[i];
            fresh[i] = state["params/" + name] + updates[i];
            state["params/" + name] = fresh[i];
            if (_options.UseEma)
            {
                state["params_ema/" + name] = Ema.Update(state["params_ema/" + name], fresh[i], _options.EmaDecay);
            }
        }
        Tensor metrics = Jnp.Stack(
        [
            loss, gradientNorm, Optimizer.GlobalNorm(fresh),
            Optimizer.GlobalNorm(names.Select(n => state["params_ema/" + n])), Optimizer.GlobalNorm(updates),
        ]);
        _stacks.Unstack(state);
        return
        [
            .. State.Select(s => new NamedResult(s.Key, state[s.Key], rules.Parameter(s.Shape))),
            new NamedResult("rng", keys[1], rules.Replicated),
            new NamedResult("metrics", metrics, rules.Replicated),
            .. _options.ReturnGradients ? gradients.Names.Select(n => new NamedResult("grad/" + n, gradients[n], rules.Parameter(gradients[n].Shape))) : [],
        ];
    }

    // Mean gradient and loss over the micro-batches; a loop in the graph when there are several.
    private (ParameterSet Gradients, Tensor Loss) Accumulate(ParameterSet parameters, Scope frozen, Tensor[] batch, Tensor sampleKey, Tensor dropKey, ShardingRules rules)
    {
        int count = _options.GradientAccumulation;
        Tensor sampleKeys = JaxRandom.Split(sampleKey, count), dropKeys = JaxRandom.Split(dropKey, count);
        if (count == 1)
        {
            (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(p => Loss(p, frozen, batch, sampleKeys[0], dropKeys[0], rules), parameters);
            return (gradients, loss);
        }
        Tensor[] start = [Jnp.Zeros(Shape.Scalar), .. parameters.Values.Select(p => Jnp.ZerosLike(p))];
        Tensor[] sums = Lax.ForiLoop(0, count, (i, carry) =>
        {
            (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(
                p => Loss(p, frozen, [.. batch.Select(x => Micro(x, i))], sampleKeys[i], dropKeys[i], rules), parameters);
            return [carry[0] + loss, .. gradients.Values.Select((g, j) => carry[j + 1] + g)];
        }, start);
        double inverse = (float)(1.0 / count);
        return (parameters.With(sums.Skip(1).Select(g => g * inverse)), sums[0] * inverse);
    }

    // Rows [i·m, (i+1)·m) of every shard.
    private Tensor Micro(Tensor x, Tensor index)
    {
        int shards = _options.BatchShards, perShard = _options.BatchSize / shards, m = perShard / _options.GradientAccumulation;
        long[] rest = x.Shape.ToArray()[1..];
        Tensor view = Jnp.Reshape(x, new Shape([shards, _options.GradientAccumulation, m, .. rest]));
        return Jnp.Reshape(Jnp.Take(view, index, 1, GatherScatterMode.PromiseInBounds), new Shape([(long)shards * m, .. rest]));
    }

    private Tensor Loss(ParameterSet parameters, Scope frozen, Tensor[] batch, Tensor sampleKey, Tensor dropKey, ShardingRules rules)
    {
        Tensor latents = Autodiff.StopGradient(Parts.Vae.Encode(frozen.Child("vae"), batch[0], JaxRandom.FoldIn(sampleKey, 0)));
        (Tensor xt, Tensor target, Tensor t) = _flow.Prepare(latents, JaxRandom.FoldIn(sampleKey, 1), JaxRandom.FoldIn(sampleKey, 2));
        (Tensor[] captions, Tensor mask) = Parts.EncodeText(frozen, batch.AsSpan(1));
        Tensor prediction = Model.Apply(Scope.Bind(parameters), xt, t, captions, mask, dropKey, rules);
        return _flow.Loss(prediction, latents, xt, target, t);
    }
}
