using I1Xla.Data.Hashing;

namespace I1Xla.Data.Tfds;

/// <summary>
/// i1's choice of a fixed subset of a data set (spec 6.2, <c>subset_count</c>): an example is in when the hash of its identity
/// falls below the wanted fraction, so the choice depends on shard names and positions only.
/// </summary>
public sealed class SubsetFilter
{
    private const long Buckets = int.MaxValue;
    private readonly long threshold;

    /// <summary>A filter that keeps about <paramref name="subsetCount"/> of <paramref name="totalExamples"/> examples.</summary>
    public SubsetFilter(long subsetCount, long totalExamples)
    {
        double fraction = totalExamples <= 0 ? 1 : Math.Min(1.0, (double)subsetCount / totalExamples);
        threshold = (long)(Buckets * fraction);
    }

    /// <summary>Whether the example is in the subset.</summary>
    public bool Keeps(string tfdsId) => Bucket(tfdsId) < threshold;

    /// <summary>The bucket of an example's identity, 0 to 2³¹-2.</summary>
    public static long Bucket(string tfdsId) => (long)(FarmHash.Fingerprint64(tfdsId + "0") % (ulong)Buckets);
}
