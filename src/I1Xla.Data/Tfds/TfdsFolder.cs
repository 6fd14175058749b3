using System.Globalization;
using System.Text.Json;

namespace I1Xla.Data.Tfds;

/// <summary>
/// A folder in the layout of TensorFlow Datasets ("builder from directory"): <c>dataset_info.json</c>, <c>features.json</c> and
/// TFRecord shards, as i1's data sets are (spec 6.1).
/// </summary>
public sealed class TfdsFolder
{
    /// <summary>Name of the metadata file.</summary>
    public const string InfoFileName = "dataset_info.json";

    private TfdsFolder(string directory, string name, IReadOnlyList<TfdsSplit> splits) => (Directory, Name, Splits) = (directory, name, splits);

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>The data set's name, which its shards' names begin with.</summary>
    public string Name { get; }

    /// <summary>The splits in file order.</summary>
    public IReadOnlyList<TfdsSplit> Splits { get; }

    /// <summary>Reads the folder's metadata; the shards are not opened.</summary>
    /// <exception cref="DataFileException">The folder or its metadata is missing or not as TFDS writes it.</exception>
    public static TfdsFolder Open(string directory)
    {
        string path = Path.Combine(directory, InfoFileName);
        if (!System.IO.Directory.Exists(directory))
        {
            throw new DataFileException(directory, $"The data set folder {directory} does not exist. Check data_dir, or make the data set first.");
        }
        if (!File.Exists(path))
        {
            throw new DataFileException(path, $"{directory} is not a data set folder: it has no {InfoFileName}. Point to the folder that holds that file; if making the data set was interrupted, run the same command again.");
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            string name = root.GetProperty("name").GetString()!;
            string format = root.TryGetProperty("fileFormat", out JsonElement f) ? f.GetString()! : "tfrecord";
            if (format != "tfrecord")
            {
                throw new DataFileException(path, $"{path}: the data set is stored as '{format}'; only tfrecord can be read. Write it again as tfrecord.");
            }
            var splits = new List<TfdsSplit>();
            foreach (JsonElement s in root.GetProperty("splits").EnumerateArray())
            {
                string split = s.GetProperty("name").GetString()!;
                string template = s.TryGetProperty("filepathTemplate", out JsonElement t) ? t.GetString()! : DefaultTemplate;
                long[] lengths = [.. s.GetProperty("shardLengths").EnumerateArray().Select(ToInt64)];
                long bytes = s.TryGetProperty("numBytes", out JsonElement b) ? ToInt64(b) : 0;
                string[] files = [.. Enumerable.Range(0, lengths.Length).Select(i => Expand(template, name, split, i, lengths.Length))];
                splits.Add(new TfdsSplit(directory, split, files, lengths, bytes));
            }
            return new TfdsFolder(directory, name, splits);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataFileException(path, $"{path} is not metadata of a TFDS data set: {e.Message.TrimEnd('.')}. Write the data set again.", e);
        }
    }

    /// <summary>The split named <paramref name="name"/>.</summary>
    /// <exception cref="DataFileException">There is none; the message lists those there are.</exception>
    public TfdsSplit Split(string name) => Splits.FirstOrDefault(s => s.Name == name) ?? throw new DataFileException(Directory,
        $"The data set in {Directory} has no split '{name}'. It has: {string.Join(", ", Splits.Select(s => s.Name))}.");

    internal const string DefaultTemplate = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}";

    internal static string Expand(string template, string dataset, string split, int shard, int count)
    {
        string x = shard.ToString("D5", CultureInfo.InvariantCulture), y = count.ToString("D5", CultureInfo.InvariantCulture);
        return template.Replace("{DATASET}", dataset, StringComparison.Ordinal).Replace("{SPLIT}", split, StringComparison.Ordinal)
            .Replace("{FILEFORMAT}", "tfrecord", StringComparison.Ordinal).Replace("{SHARD_X_OF_Y}", $"{x}-of-{y}", StringComparison.Ordinal)
            .Replace("{SHARD_INDEX}", x, StringComparison.Ordinal).Replace("{NUM_SHARDS}", y, StringComparison.Ordinal);
    }

    // Protocol buffers in JSON write 64-bit integers as strings.
    private static long ToInt64(JsonElement e) => e.ValueKind == JsonValueKind.String ? long.Parse(e.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) : e.GetInt64();
}

/// <summary>One split of a <see cref="TfdsFolder"/>: its shards in order.</summary>
/// <param name="Directory">The folder.</param>
/// <param name="Name">E.g. <c>train</c>.</param>
/// <param name="ShardFiles">File names without folder.</param>
/// <param name="ShardLengths">Examples in each shard.</param>
/// <param name="Bytes">Payload bytes in all shards.</param>
public sealed record TfdsSplit(string Directory, string Name, IReadOnlyList<string> ShardFiles, IReadOnlyList<long> ShardLengths, long Bytes)
{
    /// <summary>Examples in all shards.</summary>
    public long ExampleCount => ShardLengths.Sum();

    /// <summary>
    /// The examples of one of several processes as TFDS's <c>even_splits</c> divides them: contiguous in shard order, the first
    /// (count mod processes) get one more.
    /// </summary>
    public IReadOnlyList<ShardRange> EvenSplit(int process, int processes)
    {
        if (process < 0 || process >= processes)
        {
            throw new ArgumentOutOfRangeException(nameof(process), $"Process {process} of {processes}.");
        }
        long each = ExampleCount / processes, more = ExampleCount % processes;
        long start = (process * each) + Math.Min(process, more), end = start + each + (process < more ? 1 : 0);
        var ranges = new List<ShardRange>();
        long shardStart = 0;
        for (int shard = 0; shard < ShardLengths.Count; shard++)
        {
            long from = Math.Max(start, shardStart), to = Math.Min(end, shardStart + ShardLengths[shard]);
            if (from < to)
            {
                ranges.Add(new ShardRange(shard, (int)(from - shardStart), (int)(to - shardStart)));
            }
            shardStart += ShardLengths[shard];
        }
        return ranges;
    }

    /// <summary>TFDS's identity of an example: <c>shard file name__index in shard</c>.</summary>
    public string TfdsId(int shard, int index) => $"{ShardFiles[shard]}__{index.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The path of a shard.</summary>
    public string ShardPath(int shard) => Path.Combine(Directory, ShardFiles[shard]);
}

/// <summary>Examples <paramref name="Start"/> (inclusive) to <paramref name="End"/> (exclusive) of one shard.</summary>
public readonly record struct ShardRange(int Shard, int Start, int End)
{
    /// <summary>Number of examples.</summary>
    public int Count => End - Start;
}
