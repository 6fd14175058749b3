using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// Rectified flow as i1 trains it (spec 4.1, 4.2; Liu et al. 2022, logit-normal times of Esser et al. 2024): t = 0 is noise,
/// t = 1 is data, x_t = (1 - t)·x0 + t·x1, and the target is the velocity x1 - x0.
/// </summary>
public sealed record RectifiedFlow
{
    /// <summary>Smallest 1 - t that a clean-data prediction is divided by.</summary>
    public const double TimeEpsilon = 0.05;

    /// <summary>Whether the model predicts clean data rather than velocity.</summary>
    public bool PredictsData { get; init; }

    /// <summary>Logit-normal times; uniform otherwise.</summary>
    public bool UseLogNormal { get; init; } = true;

    /// <summary>Mean of the logit.</summary>
    public double LogNormalMu { get; init; }

    /// <summary>Standard deviation of the logit.</summary>
    public double LogNormalSigma { get; init; } = 1;

    /// <summary>Shift of training times; 0 and 1 mean none, below 1 moves toward noise.</summary>
    public double TrainTimestepShift { get; init; }

    /// <summary>Guidance acts where t is at least this.</summary>
    public double GuidanceIntervalStart { get; init; }

    /// <summary>Shift of the sampling grid; used by the shifted sampler alone (spec 7.4).</summary>
    public double InferenceTimestepShift { get; init; } = 0.3;

    /// <summary>Noise, times and targets for a batch of latents.</summary>
    /// <param name="latents">x1, scaled, (B, C, S, S).</param>
    /// <param name="noiseKey">Key of the noise x0.</param>
    /// <param name="timeKey">Key of the times.</param>
    /// <returns>x_t, the target u, and t of (B,).</returns>
    public (Tensor Xt, Tensor Target, Tensor T) Prepare(Tensor latents, Tensor noiseKey, Tensor timeKey)
    {
        Tensor x0 = JaxRandom.Normal(noiseKey, latents.Shape, latents.DType);
        Tensor t = SampleTimes(timeKey, latents.Shape[0], latents.DType);
        Tensor te = Expand(t, latents.Rank);
        return (((1.0 - te) * x0) + (te * latents), latents - x0, t);
    }

    /// <summary>Times in [0, 1], (B,).</summary>
    public Tensor SampleTimes(Tensor key, long batch, ElementKind dtype = ElementKind.F32)
    {
        Tensor drawKey = JaxRandom.Split(key)[1];
        Tensor t = UseLogNormal
            ? Nn.Sigmoid(LogNormalMu + (LogNormalSigma * JaxRandom.Normal(drawKey, [batch], dtype)))
            : JaxRandom.Uniform(drawKey, [batch], dtype);
        double s = TrainTimestepShift;
        return s is 0 or 1 ? t : s * t / (1.0 + ((s - 1.0) * t));
    }

    /// <summary>A model output as a velocity: itself, or (x̂1 - x_t) / max(1 - t, 0.05) of a clean-data prediction.</summary>
    public Tensor ToVelocity(Tensor prediction, Tensor xt, Tensor t) =>
        PredictsData ? (prediction - xt) / Jnp.Maximum(1.0 - Expand(t, prediction.Rank), TimeEpsilon) : prediction;

    /// <summary>Mean squared error of velocities, in f32.</summary>
    public Tensor Loss(Tensor prediction, Tensor latents, Tensor xt, Tensor target, Tensor t)
    {
        Tensor wanted = PredictsData ? ToVelocity(latents, xt, t) : target;
        return Jnp.Mean(Jnp.Square(Jnp.Cast(ToVelocity(prediction, xt, t), ElementKind.F32) - Jnp.Cast(wanted, ElementKind.F32)));
    }

    private static Tensor Expand(Tensor t, int rank)
    {
        long[] shape = new long[rank];
        Array.Fill(shape, 1);
        shape[0] = t.Shape[0];
        return Jnp.Reshape(t, new Shape(shape));
    }
}
