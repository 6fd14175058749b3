using I1Xla.Data.Tokenizers;
using I1Xla.Host.Configuration;
using I1Xla.Models;

namespace I1Xla.Host.Runs;

/// <summary>The vocabulary of a run's word tokenizer: the data set's at first, and then the copy that the work directory keeps, so that a checkpoint and its words stay together.</summary>
public static class Vocabulary
{
    /// <summary>The file to read words from; null when the run has no word tokenizer.</summary>
    /// <param name="config">The run.</param>
    /// <param name="workdir">Its work directory, where a copy is made at the first call.</param>
    public static string? Keep(RunConfig config, string workdir)
    {
        if (!NeedsWords(config))
        {
            return null;
        }
        string kept = Path.Combine(workdir, WordTokenizer.FileName);
        if (File.Exists(kept))
        {
            return kept;
        }
        if (config.Input.Data.Count == 0)
        {
            throw new UserErrorException("The configuration names no data set: give input.data, such as 'input.data=[{data_dir: data/shapes}]' ('i1xla data shapes --out data/shapes' makes one).");
        }
        string source = Path.Combine(config.Input.Data[0].DataDir, WordTokenizer.FileName);
        if (!File.Exists(source))
        {
            return config.Input.Data[0].DataDir;
        }
        Directory.CreateDirectory(workdir);
        File.Copy(source, kept);
        return kept;
    }

    /// <summary>The vocabulary kept beside a checkpoint; null when the run has no word tokenizer.</summary>
    public static string? Beside(RunConfig config, string checkpoint)
    {
        if (!NeedsWords(config))
        {
            return null;
        }
        string kept = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(checkpoint))!, WordTokenizer.FileName);
        return File.Exists(kept) ? kept
            : config.Input.Data.Count > 0 ? config.Input.Data[0].DataDir
            : throw new UserErrorException($"There is no {WordTokenizer.FileName} beside {checkpoint}, and the configuration names no data set to take one from.");
    }

    private static bool NeedsWords(RunConfig config) => config.TextEncoderType.Items.Contains(SeededEmbedding.Key);
}
