using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>How a learning rate falls after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>In a straight line to 0 at the last step.</summary>
    Linear,

    /// <summary>Half a cosine to 0 at the last step (Loshchilov and Hutter, SGDR, 2017, without restarts).</summary>
    Cosine,
}

/// <summary>
/// A factor on the learning rate over the run: linear warm-up, then decay. i1 has neither (spec 4.5); the default is its
/// constant 1, for which nothing is added to the step.
/// </summary>
/// <param name="Decay">How it falls.</param>
/// <param name="WarmupSteps">Steps in which the factor rises from 1/n to 1.</param>
/// <param name="TotalSteps">Steps of the run; the factor is 0 from there on. Not used without decay.</param>
public sealed record LearningRateCurve(LearningRateDecay Decay = LearningRateDecay.Constant, long WarmupSteps = 0, long TotalSteps = 0)
{
    /// <summary>Whether the factor is always 1.</summary>
    public bool IsConstant => Decay == LearningRateDecay.Constant && WarmupSteps <= 0;

    /// <summary>The factor of the update that follows <paramref name="step"/> finished ones.</summary>
    public double At(long step)
    {
        double warm = WarmupSteps > 0 ? Math.Min(1, (step + 1.0) / WarmupSteps) : 1;
        double left = Math.Clamp((TotalSteps - step) / Span, 0, 1);
        return Decay switch
        {
            LearningRateDecay.Linear => warm * left,
            LearningRateDecay.Cosine => warm * 0.5 * (1 - Math.Cos(Math.PI * left)),
            _ => warm,
        };
    }

    /// <summary>The same in the graph.</summary>
    /// <param name="step">Finished updates, a scalar i32.</param>
    /// <returns>A scalar f32.</returns>
    public Tensor At(Tensor step)
    {
        Tensor at = Jnp.Cast(step, ElementKind.F32);
        Tensor warm = WarmupSteps > 0 ? Jnp.Minimum((at + 1.0) * (1.0 / WarmupSteps), 1.0) : Jnp.Ones(Shape.Scalar);
        if (Decay == LearningRateDecay.Constant)
        {
            return warm;
        }
        Tensor left = Jnp.Clip((TotalSteps - at) * (1 / Span), 0.0, 1.0);
        return warm * (Decay == LearningRateDecay.Linear ? left : 0.5 * (1.0 - Jnp.Cos(Math.PI * left)));
    }

    private double Span => Math.Max(1, TotalSteps - Math.Max(0, WarmupSteps));
}
