using I1Xla.Data;
using I1Xla.Data.Npy;

namespace I1Xla.Host.Checkpoints;

/// <summary>Reads checkpoints and says in the user's terms how one does not fit.</summary>
public static class CheckpointLoader
{
    private const int MaxListed = 12;

    /// <summary>Reads the members a run needs, by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="specs">What is needed.</param>
    /// <param name="mayDiffer">Keys whose shape may differ because the run makes them anew (position tables of another resolution); they are not read.</param>
    /// <returns>Bytes by key, without the keys that <paramref name="mayDiffer"/> named.</returns>
    /// <exception cref="UserErrorException">The file is damaged, half-written, or of another model.</exception>
    public static Dictionary<string, ReadOnlyMemory<byte>> Load(string path, IReadOnlyList<CheckpointSpec> specs, Func<string, bool>? mayDiffer = null)
    {
        using NpzReader reader = Open(path);
        CheckpointSpec[] wanted = specs.Where(s => mayDiffer?.Invoke(s.Key) != true).ToArray();
        Check(reader, path, wanted, specs);
        var result = new Dictionary<string, ReadOnlyMemory<byte>>(wanted.Length);
        foreach (CheckpointSpec spec in wanted)
        {
            result[spec.Key] = Read(reader, path, spec.Key).Data;
        }
        return result;
    }

    /// <summary>Checks that a checkpoint holds what is wanted, with the right types and shapes, and nothing else in those groups.</summary>
    /// <param name="reader">The checkpoint.</param>
    /// <param name="path">Its path, for the error.</param>
    /// <param name="wanted">What must be there.</param>
    /// <param name="known">What may be there; <paramref name="wanted"/> when null.</param>
    /// <exception cref="UserErrorException">It does not; the message lists how.</exception>
    public static void Check(NpzReader reader, string path, IReadOnlyList<CheckpointSpec> wanted, IReadOnlyList<CheckpointSpec>? known = null)
    {
        IReadOnlyList<string> differences = Differences(reader, wanted, known ?? wanted, "the run");
        if (differences.Count > 0)
        {
            throw new UserErrorException($"{path} is not a checkpoint of this model: {differences.Count} of {wanted.Count} entries do not fit.\n  {string.Join("\n  ", differences.Take(MaxListed))}{(differences.Count > MaxListed ? $"\n  … and {differences.Count - MaxListed} more" : "")}\nGive the configuration it was trained with, or another checkpoint ('i1xla checkpoint inspect {path}' lists what is in it).");
        }
    }

    /// <summary>Opens a checkpoint, with errors for the user.</summary>
    public static NpzReader Open(string path)
    {
        if (!File.Exists(path))
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            string[] near = Directory.Exists(folder) ? Directory.GetFiles(folder, "checkpoint.npz*").Select(f => Path.GetFileName(f)).ToArray() : [];
            throw new UserErrorException($"There is no checkpoint {path}. {(near.Length > 0 ? $"In {folder}: {string.Join(", ", near.Order(StringComparer.Ordinal))}." : "Train first, or give the path of a checkpoint.npz.")}");
        }
        try
        {
            return new NpzReader(path);
        }
        catch (DataFileException e)
        {
            throw new UserErrorException($"{e.Message} A half-written or damaged checkpoint cannot be used; permanent copies are beside it as checkpoint.npz-NNNNNNNNN.", e);
        }
    }

    /// <summary>Reads one member.</summary>
    public static NpyArray Read(NpzReader reader, string path, string key)
    {
        try
        {
            return reader.Read(key);
        }
        catch (DataFileException e)
        {
            throw new UserErrorException($"{e.Message} Permanent copies of {Path.GetFileName(path)} are beside it as checkpoint.npz-NNNNNNNNN.", e);
        }
    }

    // What is missing, unexpected, or of another type or shape. A void of two bytes is bf16 however its order is spelled.
    private static List<string> Differences(NpzReader reader, IReadOnlyList<CheckpointSpec> wanted, IReadOnlyList<CheckpointSpec> all, string who)
    {
        var differences = new List<string>();
        foreach (CheckpointSpec spec in wanted)
        {
            if (!reader.Contains(spec.Key))
            {
                differences.Add($"{spec.Key}: absent; {who} needs {spec.Describe()}");
                continue;
            }
            NpyHeader header = reader.ReadHeader(spec.Key);
            var found = new CheckpointSpec(spec.Key, header.Descr.Replace('|', '<'), header.Shape);
            if (found.Descr.TrimStart('<') != spec.Descr.TrimStart('<', '|') || !found.Shape.SequenceEqual(spec.Shape))
            {
                differences.Add($"{spec.Key}: {found.Describe()} in the file; {who} needs {spec.Describe()}");
            }
        }
        HashSet<string> known = all.Select(s => s.Key).ToHashSet();
        HashSet<string> groups = all.Select(s => s.Key.Split('/')[0]).ToHashSet();
        foreach (string key in reader.Keys)
        {
            if (!known.Contains(key) && groups.Contains(key.Split('/')[0]))
            {
                differences.Add($"{key}: in the file, but {who} has no such entry");
            }
        }
        // Parameters first: the rest follows from them.
        return [.. differences.OrderBy(d => d.StartsWith("params/", StringComparison.Ordinal) ? 0 : 1)];
    }
}
