using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>The exponential moving average of parameters (spec 4.3): no warm-up, no bias correction.</summary>
public static class Ema
{
    /// <summary><c>(1 - d)·fresh + d·average</c> in f32, where d and 1 - d are f32 as i1 evaluates them.</summary>
    public static Tensor Update(Tensor average, Tensor fresh, double decay)
    {
        float d = (float)decay;
        return ((double)(1f - d) * fresh) + ((double)d * average);
    }
}
