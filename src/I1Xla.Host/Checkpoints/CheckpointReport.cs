using I1Xla.Data.Npy;

namespace I1Xla.Host.Checkpoints;

/// <summary>What is in a checkpoint, for <c>i1xla checkpoint inspect</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Step">The global step; null when the file has no schedule count.</param>
/// <param name="Parameters">Elements under <c>params/</c>.</param>
/// <param name="Entries">Every member, in the file's order.</param>
public sealed record CheckpointReport(string Path, long Bytes, long? Step, long Parameters, IReadOnlyList<CheckpointEntryReport> Entries)
{
    /// <summary>Reads the directory and every header; with <paramref name="statistics"/> also every array.</summary>
    public static CheckpointReport Read(string path, bool statistics = false)
    {
        using NpzReader reader = CheckpointLoader.Open(path);
        var entries = new List<CheckpointEntryReport>();
        long? step = null;
        long parameters = 0;
        foreach (string key in reader.Keys)
        {
            NpyHeader header = reader.ReadHeader(key);
            string type = new CheckpointSpec(key, header.Descr.Replace('|', '<'), header.Shape).Describe();
            ArrayStatistics? values = null;
            if (statistics)
            {
                values = ArrayStatistics.Of(CheckpointLoader.Read(reader, path, key).ToFloat32());
            }
            // The schedule's count is the only opt/N/0/0 beside Adam's opt/1/0/0 (spec 5.1).
            if (key.StartsWith("opt/", StringComparison.Ordinal) && key.EndsWith("/0/0", StringComparison.Ordinal) && key.Split('/').Length == 4 && key != "opt/1/0/0")
            {
                step = CheckpointLoader.Read(reader, path, key).ToInt64()[0];
            }
            if (key.StartsWith("params/", StringComparison.Ordinal))
            {
                parameters += header.Count;
            }
            entries.Add(new CheckpointEntryReport(key, type, values));
        }
        return new CheckpointReport(path, new FileInfo(path).Length, step, parameters, entries);
    }

    /// <summary>Compares two checkpoints member by member.</summary>
    /// <returns>A line for each member that differs, in the first file's order, then those only in the second.</returns>
    public static IReadOnlyList<CheckpointDifference> Diff(string left, string right)
    {
        using NpzReader a = CheckpointLoader.Open(left), b = CheckpointLoader.Open(right);
        var differences = new List<CheckpointDifference>();
        foreach (string key in a.Keys)
        {
            if (!b.Contains(key))
            {
                differences.Add(new CheckpointDifference(key, "only in the first", null, null));
                continue;
            }
            NpyArray x = CheckpointLoader.Read(a, left, key), y = CheckpointLoader.Read(b, right, key);
            if (x.Descr.TrimStart('<', '|') != y.Descr.TrimStart('<', '|') || !x.Shape.SequenceEqual(y.Shape))
            {
                differences.Add(new CheckpointDifference(key, $"{Describe(x)} against {Describe(y)}", null, null));
            }
            else if (!x.Data.Span.SequenceEqual(y.Data.Span))
            {
                float[] u = x.ToFloat32(), v = y.ToFloat32();
                double max = 0, scale = 0;
                long count = 0;
                for (int i = 0; i < u.Length; i++)
                {
                    double d = Math.Abs((double)u[i] - v[i]);
                    count += d != 0 || float.IsNaN(u[i]) != float.IsNaN(v[i]) ? 1 : 0;
                    max = Math.Max(max, d);
                    scale = Math.Max(scale, Math.Abs(u[i]));
                }
                differences.Add(new CheckpointDifference(key, $"{count} of {u.Length} values", max, scale == 0 ? null : max / scale));
            }
        }
        differences.AddRange(b.Keys.Where(k => !a.Contains(k)).Select(k => new CheckpointDifference(k, "only in the second", null, null)));
        return differences;

        static string Describe(NpyArray array) => new CheckpointSpec("", array.Descr.Replace('|', '<'), array.Shape).Describe();
    }
}

/// <summary>One member: key, type and shape, statistics when asked for.</summary>
public sealed record CheckpointEntryReport(string Key, string Type, ArrayStatistics? Statistics);

/// <summary>One member that two checkpoints do not share, or share with other values.</summary>
public sealed record CheckpointDifference(string Key, string What, double? MaxAbsolute, double? MaxRelativeToScale);

/// <summary>Mean, standard deviation and range of an array, and how many values are not finite.</summary>
public sealed record ArrayStatistics(double Mean, double StandardDeviation, double Min, double Max, long NotFinite)
{
    /// <summary>Two passes in double precision over the finite values.</summary>
    public static ArrayStatistics Of(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        long finite = 0;
        foreach (float v in values)
        {
            if (float.IsFinite(v))
            {
                finite++;
                sum += v;
                min = Math.Min(min, v);
                max = Math.Max(max, v);
            }
        }
        double mean = finite > 0 ? sum / finite : 0;
        foreach (float v in values)
        {
            squares += float.IsFinite(v) ? (v - mean) * (v - mean) : 0;
        }
        return new ArrayStatistics(mean, finite > 0 ? Math.Sqrt(squares / finite) : 0, finite > 0 ? min : 0, finite > 0 ? max : 0, values.Length - finite);
    }
}
