using System.Globalization;
using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>One array of the training state, under its key in i1's checkpoints.</summary>
/// <param name="Key">Such as <c>opt/1/0/1/blocks_0/attn/proj_image/kernel</c>.</param>
/// <param name="DType">Element kind.</param>
/// <param name="Shape">Shape.</param>
public sealed record StateEntry(string Key, ElementKind DType, Shape Shape);

/// <summary>
/// i1's optimizer chain on a fixed set of parameters (spec 4.5): clip by global norm, Adam with a bf16 first moment, decoupled
/// weight decay, learning rate and multipliers, constant schedules, frozen parameters. The state's keys are those of the
/// optax tree that i1 saves.
/// </summary>
public sealed class Optimizer
{
    private const string CountKey = "opt/1/0/0";
    private readonly OptimizerConfig _config;
    private readonly IReadOnlyList<ParameterSpec> _specs;
    private readonly int[] _schedule;
    private readonly int[] _decay;
    private readonly int[] _multiplier;

    /// <summary>An optimizer for parameters in their sorted order.</summary>
    /// <exception cref="ArgumentException">The schedule leaves a parameter out, or a multiplier is not positive.</exception>
    public Optimizer(OptimizerConfig config, IReadOnlyList<ParameterSpec> specs)
    {
        _config = config;
        _specs = specs;
        string[] names = [.. specs.Select(s => s.Name)];
        _schedule = OptimizerConfig.Match(config.Schedule, names);
        int uncovered = Array.IndexOf(_schedule, -1);
        if (uncovered >= 0)
        {
            throw new ArgumentException($"The schedule covers no pattern for the parameter '{names[uncovered]}'. Add an entry such as '.*', or one with a null value to freeze it.");
        }
        _decay = OptimizerConfig.Match(config.WeightDecay is > 0 ? config.WeightDecayMultipliers : [], names);
        _multiplier = OptimizerConfig.Match(config.LearningRateMultipliers, names);
        if (config.LearningRateMultipliers.FirstOrDefault(m => m.Value is not > 0) is { } wrong)
        {
            throw new ArgumentException($"The lr_mults entry '{wrong.Pattern}' must be positive; freeze parameters with a null value in the schedule instead.");
        }
        int first = 3 + (config.WeightDecay is > 0 ? config.WeightDecayMultipliers.Count : 0) + config.LearningRateMultipliers.Count;
        ScheduleKeys = [.. Enumerable.Range(first, config.Schedule.Count(s => s.Value is not null)).Select(i => string.Create(CultureInfo.InvariantCulture, $"opt/{i}/0/0"))];
        StepKey = ScheduleKeys.Count > 0 ? ScheduleKeys[0] : throw new ArgumentException("The schedule freezes every parameter.");
        Trainable = [.. specs.Where((_, i) => !IsFrozen(i))];
        State =
        [
            new(CountKey, ElementKind.I32, Shape.Scalar),
            .. Trainable.Select(s => new StateEntry("opt/1/0/1/" + s.Name, config.MomentDType, s.Shape)),
            .. Trainable.Select(s => new StateEntry("opt/1/0/2/" + s.Name, ElementKind.F32, s.Shape)),
            .. ScheduleKeys.Select(k => new StateEntry(k, ElementKind.I32, Shape.Scalar)),
        ];
    }

    /// <summary>The state's arrays, in checkpoint order.</summary>
    public IReadOnlyList<StateEntry> State { get; }

    /// <summary>Keys of the schedule counts; all equal the global step.</summary>
    public IReadOnlyList<string> ScheduleKeys { get; }

    /// <summary>The first of them, from which a resumed run takes its step.</summary>
    public string StepKey { get; }

    /// <summary>Parameters that are not frozen.</summary>
    public IReadOnlyList<ParameterSpec> Trainable { get; }

    /// <summary>Whether parameter <paramref name="index"/> is frozen.</summary>
    public bool IsFrozen(int index) => _config.Schedule[_schedule[index]].Value is null;

    /// <summary>Whether two parameters, by index, have the same schedule, weight decay and learning rate.</summary>
    public bool TreatsAlike(int a, int b) => (_schedule[a], _decay[a], _multiplier[a]) == (_schedule[b], _decay[b], _multiplier[b]);

    /// <summary>lr · schedule of the first entry that is not frozen, as i1 logs it, for the update that follows <paramref name="step"/> finished ones.</summary>
    public double LoggedLearningRate(long step) =>
        _config.LearningRate * _config.Schedule.First(s => s.Value is not null).Value!.Value * _config.LearningRateCurve.At(step);

    /// <summary>One step.</summary>
    /// <param name="gradients">Gradients, in the order of the parameters.</param>
    /// <param name="parameters">Parameters.</param>
    /// <param name="state">State tensors by key; replaced by the new ones.</param>
    /// <returns>Updates to add to the parameters (zero where frozen), and the norm of the gradients that are not frozen, before clipping.</returns>
    public (Tensor[] Updates, Tensor GradientNorm) Step(IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> parameters, Dictionary<string, Tensor> state)
    {
        int[] live = [.. Enumerable.Range(0, _specs.Count).Where(i => !IsFrozen(i))];
        Tensor norm = GlobalNorm(live.Select(i => gradients[i]));
        Tensor count = state[CountKey] + 1;
        state[CountKey] = count;
        Tensor? curve = _config.LearningRateCurve.IsConstant ? null : _config.LearningRateCurve.At(state[StepKey]);
        foreach (string key in ScheduleKeys)
        {
            state[key] += 1;
        }
        Tensor power = Jnp.Cast(count, ElementKind.F32);
        Tensor correction1 = 1.0 - Jnp.Power(_config.Beta1, power), correction2 = 1.0 - Jnp.Power(_config.Beta2, power);
        var updates = new Tensor[_specs.Count];
        for (int i = 0; i < updates.Length; i++)
        {
            if (IsFrozen(i))
            {
                updates[i] = Jnp.ZerosLike(parameters[i]);
                continue;
            }
            string muKey = "opt/1/0/1/" + _specs[i].Name, nuKey = "opt/1/0/2/" + _specs[i].Name;
            Tensor g = _config.GradientClipNorm is > 0 ? Clip(gradients[i], norm, _config.GradientClipNorm.Value) : gradients[i];
            Tensor mu = ((1 - _config.Beta1) * g) + Decayed(state[muKey], _config.Beta1);
            Tensor nu = ((1 - _config.Beta2) * Jnp.Square(g)) + (_config.Beta2 * state[nuKey]);
            Tensor update = mu / correction1 / (Jnp.Sqrt(nu / correction2) + _config.Epsilon);
            state[muKey] = Jnp.Cast(mu, _config.MomentDType);
            state[nuKey] = nu;
            updates[i] = Scale(update, parameters[i], curve, i);
        }
        return (updates, norm);
    }

    /// <summary>sqrt of the sum of squares over all tensors.</summary>
    public static Tensor GlobalNorm(IEnumerable<Tensor> tensors)
    {
        Tensor? sum = null;
        foreach (Tensor t in tensors)
        {
            Tensor squares = Jnp.Sum(Jnp.Square(t));
            sum = sum is null ? squares : sum + squares;
        }
        return Jnp.Sqrt(sum ?? Jnp.Zeros(Shape.Scalar));
    }

    private static Tensor Clip(Tensor g, Tensor norm, double max) => Jnp.Where(norm < max, g, g / norm * max);

    // optax multiplies the stored moment by its decay in the moment's own kind: for bf16 both the decay and the product are
    // rounded. Written with reduce_precision, because XLA drops a conversion to bf16 and back.
    private static Tensor Decayed(Tensor moment, double decay)
    {
        if (moment.DType != ElementKind.BF16)
        {
            return decay * moment;
        }
        Tensor rounded = Jnp.Cast(Jnp.Scalar(decay, ElementKind.BF16), ElementKind.F32);
        return Jnp.ReducePrecision(rounded * Jnp.Cast(moment, ElementKind.F32), 8, 7);
    }

    // Weight decay, learning rate, its multiplier, the schedule, and the sign, each a rounding of its own as in optax.
    private Tensor Scale(Tensor update, Tensor parameter, Tensor? curve, int i)
    {
        if (_decay[i] >= 0)
        {
            update += _config.WeightDecay!.Value * _config.WeightDecayMultipliers[_decay[i]].Value!.Value * parameter;
        }
        update *= _config.LearningRate;
        if (_multiplier[i] >= 0)
        {
            update *= _config.LearningRateMultipliers[_multiplier[i]].Value!.Value;
        }
        if (curve is not null)
        {
            update *= curve;
        }
        double schedule = _config.Schedule[_schedule[i]].Value!.Value;
        return (schedule == 1 ? update : update * schedule) * -1.0;
    }
}
