using I1Xla.Data.Hashing;
using I1Xla.Data.Images;
using I1Xla.Data.Tfds;
using I1Xla.Data.Tokenizers;

namespace I1Xla.Data.Shapes;

/// <summary>What <see cref="ShapesDataset.Generate"/> makes.</summary>
public sealed record ShapesOptions
{
    /// <summary>Target folder.</summary>
    public required string Directory { get; init; }

    /// <summary>Number of pictures.</summary>
    public int Count { get; init; } = 20000;

    /// <summary>Picture edge in pixels, 16 to 256.</summary>
    public int Size { get; init; } = 32;

    /// <summary>Seed of everything random; the same options give the same bytes.</summary>
    public int Seed { get; init; }

    /// <summary>Number of shards.</summary>
    public int Shards { get; init; } = 4;

    /// <summary>Colour words.</summary>
    public IReadOnlyList<string> Colours { get; init; } = [.. NamedColour.All.Select(c => c.Name)];

    /// <summary>Shape words.</summary>
    public IReadOnlyList<string> Shapes { get; init; } = ShapesVocabulary.AllShapes;
}

/// <summary>What was made.</summary>
/// <param name="Pictures">Pictures written.</param>
/// <param name="Bytes">Bytes of records.</param>
/// <param name="TrainingCombinations">Combinations of colour, shape and ground in them.</param>
/// <param name="HeldOut">Combinations in none of them.</param>
/// <param name="Words">Words in the captions.</param>
public sealed record ShapesResult(int Pictures, long Bytes, int TrainingCombinations, int HeldOut, int Words);

/// <summary>
/// Makes the data set of coloured shapes on coloured grounds in i1's record layout, with the held-out list and the word
/// vocabulary beside it.
/// </summary>
public static class ShapesDataset
{
    private const int BlockSize = 512;

    /// <summary>Writes the data set; an interrupted run leaves a folder without <c>dataset_info.json</c>.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message says which.</exception>
    public static ShapesResult Generate(ShapesOptions options, IProgress<DataProgress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Size is < 16 or > 256)
        {
            throw new ArgumentException($"Shapes are drawn at 16 to 256 pixels; got size {options.Size}.");
        }
        if (options.Count < options.Shards)
        {
            throw new ArgumentException($"{options.Count} pictures cannot fill {options.Shards} shards; raise count or lower shards.");
        }
        ShapesVocabulary vocabulary = ShapesVocabulary.Create(options.Colours, options.Shapes, options.Seed);
        ShapeCombination[] combinations = vocabulary.TrainingCombinations();
        var writer = new TfdsWriter(options.Directory, options.Size, options.Shards);
        writer.MarkUnfinished();
        var words = new WordCounter();
        var lengths = new int[options.Shards];
        long bytes = 0, done = 0;
        for (int shard = 0; shard < options.Shards; shard++)
        {
            (int start, int end) = writer.ShardItems(shard, options.Count);
            (lengths[shard], long n) = writer.WriteShard(shard, Records(start, end), cancel);
            bytes += n;
        }
        vocabulary.Save(options.Directory);
        WordTokenizer.SaveVocabulary(options.Directory, words.Words());
        writer.WriteMetadata(lengths, bytes);
        return new ShapesResult(options.Count, bytes, combinations.Length, vocabulary.HeldOut.Length, words.Words().Count);

        IEnumerable<ImageCaptionRecord> Records(int start, int end)
        {
            for (int from = start; from < end; from += BlockSize)
            {
                var block = new ImageCaptionRecord[Math.Min(BlockSize, end - from)];
                int first = from;
                Parallel.For(0, block.Length, i => block[i] = Picture(options, combinations, first + i));
                foreach (ImageCaptionRecord record in block)
                {
                    foreach (string caption in record.Captions)
                    {
                        words.Add(caption);
                    }
                    yield return record;
                }
                done += block.Length;
                progress?.Report(new DataProgress(done, options.Count));
            }
        }
    }

    private static ImageCaptionRecord Picture(ShapesOptions options, ShapeCombination[] combinations, int index)
    {
        var random = SplitMix64.At((ulong)options.Seed, 2, (ulong)index);
        // Every run of as many pictures as there are combinations shows each once, in a random order of its own.
        int round = index / combinations.Length;
        var orderRandom = SplitMix64.At((ulong)options.Seed, 3, (ulong)round);
        int chosen = Permuted(index % combinations.Length, combinations.Length, orderRandom.NextUInt64());
        ShapeScene scene = ShapeScene.Draw(combinations[chosen], ref random, options.Size);
        byte[] png = PngEncoder.Encode(scene.Render(options.Size));
        return new ImageCaptionRecord(png, [options.Size, options.Size, 3], scene.Captions, $"shape_{index:D7}");
    }

    // An affine permutation of 0..n-1: multiply by a number prime to n, add another.
    private static int Permuted(int i, int n, ulong key)
    {
        int factor = 1 + (int)(key % (ulong)n);
        while (Gcd(factor, n) != 1)
        {
            factor++;
        }
        return (int)((((long)i * factor) + (long)((key >> 32) % (ulong)n)) % n);
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
