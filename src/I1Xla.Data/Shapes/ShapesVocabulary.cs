using System.Text.Json;
using System.Text.Json.Serialization;
using I1Xla.Data.Hashing;

namespace I1Xla.Data.Shapes;

/// <summary>
/// Which colours and shapes a data set uses, and which combinations are held out: written beside the data as
/// <see cref="FileName"/>. For each pair of colour and shape one ground (or more, until there are 64) is never shown in
/// training; the prompts of an evaluation are drawn from these.
/// </summary>
public sealed record ShapesVocabulary
{
    /// <summary>Name of the file beside the shards.</summary>
    public const string FileName = "held_out.json";

    /// <summary>Colour words, for shapes and grounds.</summary>
    [JsonPropertyName("colours")]
    public required string[] Colours { get; init; }

    /// <summary>Shape words.</summary>
    [JsonPropertyName("shapes")]
    public required string[] Shapes { get; init; }

    /// <summary>Combinations that are in no training picture.</summary>
    [JsonPropertyName("held_out")]
    public required ShapeCombination[] HeldOut { get; init; }

    /// <summary>All shape words.</summary>
    public static IReadOnlyList<string> AllShapes { get; } = [.. Enum.GetNames<ShapeKind>().Select(n => n.ToLowerInvariant())];

    /// <summary>Chooses the held-out combinations.</summary>
    /// <exception cref="ArgumentException">An unknown word, or too few words.</exception>
    public static ShapesVocabulary Create(IReadOnlyList<string> colours, IReadOnlyList<string> shapes, int seed)
    {
        foreach (string colour in colours)
        {
            NamedColour.Find(colour);
        }
        foreach (string shape in shapes)
        {
            if (!AllShapes.Contains(shape))
            {
                throw new ArgumentException($"There is no shape '{shape}'. Known: {string.Join(", ", AllShapes)}.");
            }
        }
        int pairs = colours.Count * shapes.Count;
        int groundsHeldOut = pairs == 0 ? 0 : (64 + pairs - 1) / pairs;
        if (pairs == 0 || colours.Count - 1 - groundsHeldOut < 1)
        {
            throw new ArgumentException($"{colours.Count} colours and {shapes.Count} shapes are too few to hold out 64 combinations and still train on each; use all or most of them.");
        }
        var random = SplitMix64.At((ulong)seed, 1);
        var held = new List<ShapeCombination>();
        foreach (string shape in shapes)
        {
            foreach (string colour in colours)
            {
                string[] grounds = [.. colours.Where(g => g != colour)];
                random.Shuffle<string>(grounds);
                held.AddRange(grounds.Take(groundsHeldOut).Select(g => new ShapeCombination(colour, shape, g)));
            }
        }
        ShapeCombination[] order = [.. held];
        random.Shuffle<ShapeCombination>(order);
        return new ShapesVocabulary { Colours = [.. colours], Shapes = [.. shapes], HeldOut = order };
    }

    /// <summary>Every combination that may be shown in training.</summary>
    public ShapeCombination[] TrainingCombinations()
    {
        var held = HeldOut.ToHashSet();
        return
        [
            .. from colour in Colours
               from shape in Shapes
               from ground in Colours
               where ground != colour
               let c = new ShapeCombination(colour, shape, ground)
               where !held.Contains(c)
               select c,
        ];
    }

    /// <summary>The first <paramref name="count"/> held-out combinations (their order is already random).</summary>
    public IReadOnlyList<ShapeCombination> EvaluationPrompts(int count = 64) => [.. HeldOut.Take(count)];

    /// <summary>Writes the file into a data set's folder.</summary>
    public void Save(string directory) => File.WriteAllText(Path.Combine(directory, FileName), JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Reads the file of a data set's folder.</summary>
    /// <exception cref="DataFileException">It is missing or damaged.</exception>
    public static ShapesVocabulary Load(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            return JsonSerializer.Deserialize<ShapesVocabulary>(File.ReadAllBytes(path), Json) ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"{path} does not exist, so there are no held-out prompts to score. Make the data set with 'i1xla data shapes'.", e);
        }
        catch (JsonException e)
        {
            throw new DataFileException(path, $"{path} is not a list of held-out combinations: {e.Message} Make the data set again with 'i1xla data shapes'.", e);
        }
    }

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
