using System.Collections.Concurrent;
using I1Xla.Data.Hashing;
using I1Xla.Data.Records;
using I1Xla.Data.Tfds;

namespace I1Xla.Data.Pipeline;

/// <summary>One data set of a mixture (an entry of i1's <c>input.data</c>).</summary>
/// <param name="Directory">The TFDS folder.</param>
/// <param name="Weight">Share of the mixture; the shares are normalised.</param>
/// <param name="Split">Split name.</param>
/// <param name="SubsetCount">Use only about this many examples, the same ones always (spec 6.2).</param>
public sealed record DataSource(string Directory, double Weight = 1, string Split = "train", long? SubsetCount = null);

/// <summary>How the input pipeline reads.</summary>
public sealed record InputOptions
{
    /// <summary>The mixture.</summary>
    public required IReadOnlyList<DataSource> Sources { get; init; }

    /// <summary>Examples a step over all processes.</summary>
    public required int BatchSize { get; init; }

    /// <summary>This process.</summary>
    public int Process { get; init; }

    /// <summary>Number of processes; each gets a contiguous part of every data set.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Seed of order, mixture and caption choice.</summary>
    public int Seed { get; init; }

    /// <summary>Shuffle buffer, in examples, of a data set with the whole weight; each gets its share. 0 or 1: no shuffling within it.</summary>
    public int ShuffleBuffer { get; init; } = 10000;

    /// <summary>Preprocessing (spec 6.3); its result must have <c>image</c> pixels and <c>labels</c> text.</summary>
    public string Preprocess { get; init; } = Pipeline.Preprocess.Default;

    /// <summary>What to do about damaged records.</summary>
    public DamagedRecords Damaged { get; init; } = DamagedRecords.Stop;

    /// <summary>Leaves out examples for which this is false, judged by the record; another of the same data set stands in.</summary>
    public Func<ImageCaptionRecord, bool>? Filter { get; init; }

    /// <summary>Batches made ahead of their use.</summary>
    public int Prefetch { get; init; } = 2;

    /// <summary>Threads that decode pictures.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 16);
}

/// <summary>One step's examples of one process.</summary>
/// <param name="Step">Steps before this one; the first batch is 0.</param>
/// <param name="Images">Pixels, NHWC, count × height × width × channels, in the range that preprocessing gives ([-1, 1]).</param>
/// <param name="Count">Examples.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Labels">One caption each.</param>
/// <param name="Ids">One TFDS identity each.</param>
public sealed record Batch(long Step, float[] Images, int Count, int Height, int Width, int Channels, string[] Labels, string[] Ids);

/// <summary>
/// Reads a weighted mixture of data sets as batches for one process (spec 6.2). The sequence of batches is a function of the
/// options alone: beginning at step N gives what an uninterrupted run would have got from there.
/// </summary>
public sealed class InputPipeline : IDisposable
{
    private const int MaximumAttempts = 1000;

    private readonly InputOptions options;
    private readonly Preprocess preprocess;
    private readonly double[] cumulative;
    private readonly TfdsSplit[] splits;
    private readonly SubsetFilter?[] subsets;
    private readonly ConcurrentDictionary<(int Source, int Shard), TfRecordFile> files = new();
    private readonly ConcurrentDictionary<string, byte> reported = new();

    /// <summary>Opens the data sets' metadata.</summary>
    /// <exception cref="DataFileException">A folder is missing or is no data set.</exception>
    /// <exception cref="ArgumentException">An option is out of range; the message says which.</exception>
    /// <exception cref="FormatException">The preprocessing cannot be parsed.</exception>
    public InputPipeline(InputOptions options)
    {
        this.options = options;
        if (options.Sources.Count == 0)
        {
            throw new ArgumentException("The input names no data set; give at least one data_dir.");
        }
        if (options.Sources.FirstOrDefault(s => !(s.Weight > 0)) is { } bad)
        {
            throw new ArgumentException($"The weight of data set {bad.Directory} is {bad.Weight}; weights must be above 0.");
        }
        if (options.BatchSize < options.Processes || options.BatchSize % options.Processes != 0)
        {
            throw new ArgumentException($"A batch of {options.BatchSize} cannot be divided among {options.Processes} processes; make it a multiple.");
        }
        preprocess = Pipeline.Preprocess.Parse(options.Preprocess);
        splits = [.. options.Sources.Select(s => TfdsFolder.Open(s.Directory).Split(s.Split))];
        subsets = [.. options.Sources.Select((s, i) => s.SubsetCount is { } n && n < splits[i].ExampleCount ? new SubsetFilter(n, splits[i].ExampleCount) : null)];
        double total = options.Sources.Sum(s => s.Weight), sum = 0;
        cumulative = [.. options.Sources.Select(s => sum += s.Weight / total)];
    }

    /// <summary>Examples in all data sets and of all processes, subsets counted as asked for; an epoch.</summary>
    public long ExampleCount => options.Sources.Select((s, i) => Math.Min(s.SubsetCount ?? long.MaxValue, splits[i].ExampleCount)).Sum();

    /// <summary>Examples a batch of this process.</summary>
    public int LocalBatchSize => options.BatchSize / options.Processes;

    /// <summary>Called once for each damaged record that is left out. Comes from another thread.</summary>
    public event Action<DataFileException>? RecordSkipped;

    /// <summary>
    /// The batches from step <paramref name="firstStep"/> on, without end, made ahead of their use on a thread of its own.
    /// </summary>
    /// <param name="firstStep">Number of steps already done.</param>
    /// <param name="cancel">Ends the enumeration with an exception.</param>
    public IEnumerable<Batch> Batches(long firstStep = 0, CancellationToken cancel = default)
    {
        if (options.Prefetch < 1)
        {
            foreach (Batch batch in MakeAll(firstStep, cancel))
            {
                yield return batch;
            }
            yield break;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var ready = new BlockingCollection<Batch>(options.Prefetch);
        Task producer = Task.Factory.StartNew(() =>
        {
            try
            {
                foreach (Batch batch in MakeAll(firstStep, stop.Token))
                {
                    ready.Add(batch, stop.Token);
                }
            }
            finally
            {
                ready.CompleteAdding();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (Batch batch in ready.GetConsumingEnumerable(cancel))
            {
                yield return batch;
            }
            producer.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            try
            {
                producer.Wait(CancellationToken.None);
            }
            catch (AggregateException)
            {
                // Either it was just cancelled, or its error has been thrown above.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TfRecordFile file in files.Values)
        {
            file.Dispose();
        }
        files.Clear();
    }

    private IEnumerable<Batch> MakeAll(long firstStep, CancellationToken cancel)
    {
        ulong seed = SplitMix64.At((ulong)options.Seed, (ulong)options.Process, (ulong)options.Processes).NextUInt64();
        ExampleOrder[] orders = [.. splits.Select((split, i) => new ExampleOrder(split, split.EvenSplit(options.Process, options.Processes), subsets[i],
            (int)(options.ShuffleBuffer * options.Sources[i].Weight / options.Sources.Sum(s => s.Weight)), SplitMix64.At(seed, 21, (ulong)i).NextUInt64()))];
        int size = LocalBatchSize;
        var places = new Place[size];
        for (long step = 0; ; step++)
        {
            cancel.ThrowIfCancellationRequested();
            for (int i = 0; i < size; i++)
            {
                ulong ordinal = ((ulong)step * (ulong)size) + (ulong)i;
                int source = splits.Length == 1 ? 0 : Choose(SplitMix64.At(seed, 22, ordinal).NextDouble());
                (int shard, int index) = orders[source].Next();
                places[i] = new Place(source, shard, index, SplitMix64.At(seed, 23, ordinal));
            }
            if (step >= firstStep)
            {
                yield return Make(step, places, orders);
            }
        }
    }

    private readonly record struct Place(int Source, int Shard, int Index, SplitMix64 Random);

    private int Choose(double u)
    {
        int i = 0;
        while (i < cumulative.Length - 1 && u >= cumulative[i])
        {
            i++;
        }
        return i;
    }

    private Batch Make(long step, Place[] places, ExampleOrder[] orders)
    {
        var samples = new Sample[places.Length];
        try
        {
            Parallel.For(0, places.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, i => samples[i] = Load(places[i], orders));
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions.FirstOrDefault(x => x is DataFileException) ?? e.InnerExceptions[0];
        }
        PixelTensor first = Pixels(samples[0]);
        int pixels = first.Values.Length;
        var images = new float[places.Length * pixels];
        for (int i = 0; i < samples.Length; i++)
        {
            PixelTensor image = Pixels(samples[i]);
            if ((image.Height, image.Width, image.Channels) != (first.Height, first.Width, first.Channels))
            {
                throw new DataFileException(splits[places[i].Source].Directory,
                    $"Example {samples[i].Id} in {splits[places[i].Source].Directory} is {image.Height} x {image.Width} x {image.Channels}, {samples[0].Id} is {first.Height} x {first.Width} x {first.Channels}: a batch needs one size. Make the data sets with the same size.");
            }
            image.Values.CopyTo(images, i * pixels);
        }
        return new Batch(step, images, places.Length, first.Height, first.Width, first.Channels, [.. samples.Select(Label)], [.. samples.Select(s => s.Id)]);
    }

    private Sample Load(Place place, ExampleOrder[] orders)
    {
        SplitMix64 random = place.Random;
        (int shard, int index) = (place.Shard, place.Index);
        for (int attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            if (TryLoad(place.Source, shard, index, random) is { } sample)
            {
                return sample;
            }
            (shard, index) = orders[place.Source].Any(ref random);
        }
        string directory = splits[place.Source].Directory;
        throw new DataFileException(directory, $"{MaximumAttempts} examples of {directory} in a row are damaged or filtered out. Check the filter, or write the data set again.");
    }

    private Sample? TryLoad(int source, int shard, int index, SplitMix64 random)
    {
        string path = splits[source].ShardPath(shard);
        try
        {
            TfRecordFile file = files.GetOrAdd((source, shard), _ => new TfRecordFile(path));
            var sample = new Sample(splits[source].TfdsId(shard, index), random);
            try
            {
                ImageCaptionRecord record = ImageCaptionRecord.Parse(file.Read(index));
                if (options.Filter is not null && !options.Filter(record))
                {
                    return null;
                }
                sample.Fields["image"] = record.Image;
                sample.Fields["image/shape"] = record.Shape;
                sample.Fields["caption"] = record.Captions.ToArray();
                sample.Fields["image_name"] = record.Name;
                sample.Fields["tfds_id"] = sample.Id;
                preprocess.Apply(sample);
                return sample;
            }
            catch (FormatException e)
            {
                throw new DataFileException(path, $"{path}: example {index} cannot be used: {e.Message.TrimEnd('.')}. Write the file again, or choose to skip damaged records.", e);
            }
        }
        catch (DataFileException e) when (options.Damaged == DamagedRecords.Skip && File.Exists(path))
        {
            if (reported.TryAdd(e.Message, 0))
            {
                RecordSkipped?.Invoke(e);
            }
            return null;
        }
    }

    private static PixelTensor Pixels(Sample s) => s.Fields.GetValueOrDefault("image") as PixelTensor
        ?? throw new FormatException("After preprocessing there is no decoded 'image'; put decode_png() into the preprocessing and keep 'image'.");

    private static string Label(Sample s) => s.Fields.GetValueOrDefault("labels") as string
        ?? throw new FormatException("After preprocessing there is no text 'labels'; put sample_caption(key=\"caption\") and copy(\"caption\",\"labels\") into the preprocessing and keep 'labels'.");
}
