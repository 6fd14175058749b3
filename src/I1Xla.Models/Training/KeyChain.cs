using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>
/// The keys of a run from its seed (spec 4.4). The key of a step follows from the number of steps before it, so that a
/// resumed run continues the sequence where i1 begins it again.
/// </summary>
public static class KeyChain
{
    /// <summary>The key of parameter initialisation.</summary>
    public static HostRandom Init(long seed) => HostRandom.Key(seed).Split(2)[1];

    /// <summary>The step's <c>train_rng</c>, which the step itself splits on.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stepsDone">Steps before this one.</param>
    public static HostRandom TrainKey(long seed, long stepsDone)
    {
        HostRandom key = HostRandom.Key(seed).Split(2)[0].Split(2)[1];
        for (long i = 0; i < stepsDone; i++)
        {
            key = key.Split(4)[1];
        }
        return key;
    }

    /// <summary>The key of a local device's noise when sampling (spec 7.3).</summary>
    public static HostRandom SampleKey(long seed, int localDevices, int device) => HostRandom.Key(seed).Split(localDevices)[device];
}
