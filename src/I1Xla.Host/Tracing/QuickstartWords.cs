using I1Xla.Data.Hashing;
using I1Xla.Data.Shapes;
using I1Xla.Data.Tokenizers;

namespace I1Xla.Host.Tracing;

/// <summary>The words of the quickstart's captions, for tracing and compiling a configuration whose data set is not there yet.</summary>
internal static class QuickstartWords
{
    private const int ScenesPerCombination = 16;

    /// <summary>Writes the vocabulary file into a folder of its own, and gives the folder.</summary>
    public static string Write()
    {
        var options = new ShapesOptions { Directory = Path.Combine(Path.GetTempPath(), $"i1xla-words-{Environment.UserName}") };
        var words = new SortedSet<string>(StringComparer.Ordinal);
        var random = new SplitMix64((ulong)options.Seed);
        foreach (ShapeCombination combination in ShapesVocabulary.Create(options.Colours, options.Shapes, options.Seed).TrainingCombinations())
        {
            for (int i = 0; i < ScenesPerCombination; i++)
            {
                words.UnionWith(ShapeScene.Draw(combination, ref random, options.Size).Captions.SelectMany(c => c.Split(' ')));
            }
        }
        Directory.CreateDirectory(options.Directory);
        WordTokenizer.SaveVocabulary(options.Directory, [.. words]);
        return options.Directory;
    }
}
