namespace I1Xla.Pjrt.Tests;

/// <summary>
/// Compares live counts. Objects of other tests may still be on their way out (finalizers, callbacks on the thread pool), so
/// they are let go first, and fewer than before is no leak.
/// </summary>
internal static class LiveObjects
{
    public static IReadOnlyDictionary<PjrtObjectKind, long> Settled()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return PjrtLiveObjects.Snapshot();
    }

    public static void AssertNoMoreThan(IReadOnlyDictionary<PjrtObjectKind, long> before) =>
        Assert.That(() => PjrtLiveObjects.Snapshot().Where(k => k.Value > before[k.Key]), Is.Empty.After(10).Seconds.PollEvery(10));
}
