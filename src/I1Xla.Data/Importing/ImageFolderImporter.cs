using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using I1Xla.Data.Images;
using I1Xla.Data.Tfds;
using I1Xla.Data.Tokenizers;

namespace I1Xla.Data.Importing;

/// <summary>What <see cref="ImageFolderImporter"/> imports.</summary>
public sealed record ImageImportOptions
{
    /// <summary>Folder of pictures, searched with its subfolders.</summary>
    public required string Folder { get; init; }

    /// <summary>Table of captions, see <see cref="CaptionTable"/>.</summary>
    public required string Captions { get; init; }

    /// <summary>Target folder.</summary>
    public required string Directory { get; init; }

    /// <summary>Edge of the square pictures written, in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>Number of shards; 0 chooses one for every 256 pictures, at most 256.</summary>
    public int Shards { get; init; }

    /// <summary>Ground under transparent pictures: red, green, blue.</summary>
    public (byte Red, byte Green, byte Blue) Ground { get; init; } = (255, 255, 255);
}

/// <summary>A picture that was left out, and why.</summary>
public sealed record ImportProblem(string File, string Reason);

/// <summary>What was imported.</summary>
/// <param name="Pictures">Pictures written, those of an earlier, interrupted run included.</param>
/// <param name="Resumed">Pictures of them that an earlier run had written.</param>
/// <param name="Bytes">Bytes of records.</param>
/// <param name="Words">Different words in the captions.</param>
/// <param name="Unreadable">Pictures that could not be read, in order of name.</param>
/// <param name="WithoutCaption">Pictures in the folder that the table has no caption for.</param>
/// <param name="Missing">Pictures in the table that are not in the folder.</param>
public sealed record ImageImportResult(int Pictures, int Resumed, long Bytes, int Words, IReadOnlyList<ImportProblem> Unreadable, IReadOnlyList<string> WithoutCaption, IReadOnlyList<string> Missing);

/// <summary>
/// Turns a folder of pictures and a table of captions into a data set in i1's layout: RGB, shorter edge resized (antialiased
/// bilinear), centre square, PNG (spec 9.3). An interrupted import goes on with the first shard that is not complete.
/// </summary>
public static class ImageFolderImporter
{
    private const string StateFileName = "import_state.json";
    private const int BlockSize = 64;
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".tif", ".tiff"];

    private sealed record ShardState(int Count, long Bytes, ImportProblem[] Unreadable);

    private sealed record State(string Plan, Dictionary<int, ShardState> Shards);

    /// <summary>Runs the import.</summary>
    /// <exception cref="DataFileException">Folder or table is missing or unusable, or no picture could be imported.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; complete shards stay, and the next run goes on after them.</exception>
    public static ImageImportResult Import(ImageImportOptions options, IProgress<DataProgress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Size is < 8 or > 4096)
        {
            throw new ArgumentException($"Pictures are written at 8 to 4096 pixels; got size {options.Size}.");
        }
        if (!Directory.Exists(options.Folder))
        {
            throw new DataFileException(options.Folder, $"The picture folder {options.Folder} does not exist. Check the path.");
        }
        CaptionTable table = CaptionTable.Load(options.Captions);
        var pictures = new List<(string File, IReadOnlyList<string> Captions)>();
        var without = new List<string>();
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (string file in PictureFiles(options.Folder))
        {
            if (table.Find(file, out string? key) is { Count: > 0 } captions)
            {
                pictures.Add((file, captions));
                used.Add(key!);
            }
            else
            {
                without.Add(file);
            }
        }
        if (pictures.Count == 0)
        {
            string example = without.Count > 0 ? $" (for example {without[0]}, while the table names {table.Pictures.First()})" : "";
            throw new DataFileException(options.Folder, without.Count == 0
                ? $"{options.Folder} has no pictures ({string.Join(", ", Extensions)}). Check the path."
                : $"None of the {without.Count} pictures in {options.Folder} has a caption in {options.Captions}{example}. Use paths relative to the folder, or file names.");
        }
        int shards = options.Shards > 0 ? Math.Min(options.Shards, pictures.Count) : Math.Clamp(pictures.Count / 256, 1, 256);
        var writer = new TfdsWriter(options.Directory, options.Size, shards);
        State state = LoadState(options, Plan(options, pictures, shards));
        writer.MarkUnfinished();
        int done = 0, resumed = 0;
        for (int shard = 0; shard < shards; shard++)
        {
            (int start, int end) = writer.ShardItems(shard, pictures.Count);
            if (state.Shards.TryGetValue(shard, out ShardState? finished) && writer.ExistingShard(shard) == (finished.Count, finished.Bytes))
            {
                done += end - start;
                resumed += finished.Count;
                progress?.Report(new DataProgress(done, pictures.Count));
                continue;
            }
            var unreadable = new List<ImportProblem>();
            (int count, long bytes) = writer.WriteShard(shard, Records(start, end, unreadable), cancel);
            state.Shards[shard] = new ShardState(count, bytes, [.. unreadable]);
            SaveState(options, state);
        }
        ShardState[] all = [.. Enumerable.Range(0, shards).Select(s => state.Shards[s])];
        ImportProblem[] problems = [.. all.SelectMany(s => s.Unreadable)];
        int written = all.Sum(s => s.Count);
        if (written == 0)
        {
            throw new DataFileException(options.Folder, $"None of the {pictures.Count} pictures in {options.Folder} could be read; the first: {problems[0].File}: {problems[0].Reason}.");
        }
        var left = problems.Select(p => p.File).ToHashSet();
        var words = new WordCounter();
        foreach (string caption in pictures.Where(p => !left.Contains(p.File)).SelectMany(p => p.Captions))
        {
            words.Add(caption);
        }
        WordTokenizer.SaveVocabulary(options.Directory, words.Words());
        writer.WriteMetadata([.. all.Select(s => s.Count)], all.Sum(s => s.Bytes));
        return new ImageImportResult(written, resumed, all.Sum(s => s.Bytes), words.Words().Count, problems, without, [.. table.Pictures.Where(p => !used.Contains(p))]);

        IEnumerable<ImageCaptionRecord> Records(int start, int end, List<ImportProblem> unreadable)
        {
            for (int from = start; from < end; from += BlockSize)
            {
                cancel.ThrowIfCancellationRequested();
                int first = from, n = Math.Min(BlockSize, end - from);
                var block = new (ImageCaptionRecord? Record, string? Reason)[n];
                Parallel.For(0, n, i => block[i] = Read(options, pictures[first + i]));
                string? message = null;
                for (int i = 0; i < n; i++)
                {
                    if (block[i].Record is { } record)
                    {
                        yield return record;
                        continue;
                    }
                    var problem = new ImportProblem(pictures[first + i].File, block[i].Reason!);
                    unreadable.Add(problem);
                    message = (message is null ? "" : message + "\n") + $"{problem.File} is left out: {problem.Reason}";
                }
                done += n;
                progress?.Report(new DataProgress(done, pictures.Count, message));
            }
        }
    }

    private static (ImageCaptionRecord? Record, string? Reason) Read(ImageImportOptions options, (string File, IReadOnlyList<string> Captions) picture)
    {
        try
        {
            RgbImage image = ImageFile.Decode(File.ReadAllBytes(Path.Combine(options.Folder, picture.File)));
            image = image.OverGround(options.Ground.Red, options.Ground.Green, options.Ground.Blue);
            byte[] png = PngEncoder.Encode(Resampling.ResizeAndCentreCrop(image, options.Size));
            return (new ImageCaptionRecord(png, [options.Size, options.Size, 3], picture.Captions, picture.File), null);
        }
        catch (Exception e) when (e is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            return (null, e.Message.TrimEnd('.'));
        }
    }

    private static IEnumerable<string> PictureFiles(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
        .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>A digest of all that the shards depend on: an import resumes only where nothing of it has changed.</summary>
    private static string Plan(ImageImportOptions options, List<(string File, IReadOnlyList<string> Captions)> pictures, int shards)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add($"{options.Size} {shards} {options.Ground}");
        foreach ((string file, IReadOnlyList<string> captions) in pictures)
        {
            var info = new FileInfo(Path.Combine(options.Folder, file));
            Add($"{file}\0{info.Length}\0{info.LastWriteTimeUtc.Ticks}\0{string.Join('\0', captions)}");
        }
        return Convert.ToHexString(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }

    private static State LoadState(ImageImportOptions options, string plan)
    {
        try
        {
            State? state = JsonSerializer.Deserialize<State>(File.ReadAllBytes(Path.Combine(options.Directory, StateFileName)));
            if (state?.Plan == plan && state.Shards is not null)
            {
                return state;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            // No earlier import, or one whose state was not written whole: begin anew.
        }
        return new State(plan, []);
    }

    private static void SaveState(ImageImportOptions options, State state)
    {
        string path = Path.Combine(options.Directory, StateFileName);
        File.WriteAllBytes(path + "-TEMPORARY", JsonSerializer.SerializeToUtf8Bytes(state));
        File.Move(path + "-TEMPORARY", path, overwrite: true);
    }
}
