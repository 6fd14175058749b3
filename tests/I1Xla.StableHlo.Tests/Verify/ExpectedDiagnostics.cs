using System.Text;
using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Verify;

/// <summary>A <c>// expected-error</c> note of MLIR's <c>-verify-diagnostics</c>.</summary>
/// <param name="Line">The line of the error.</param>
/// <param name="Text">What the message contains.</param>
/// <param name="Pattern">The same as a regular expression, for <c>expected-error-re</c>.</param>
public sealed record ExpectedError(int Line, string Text, Regex? Pattern);

/// <summary>Runs the parser and the verifier over a split file and compares what they say with the notes in it.</summary>
public static partial class ExpectedDiagnostics
{
    /// <summary>The notes of a text; lines count from 1.</summary>
    public static List<ExpectedError> Parse(string text)
    {
        var notes = new List<ExpectedError>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            foreach (Match match in Note().Matches(lines[i]))
            {
                string where = match.Groups["where"].Value;
                int line = i + 1;
                if (where is "below" or "above")
                {
                    int step = where == "below" ? 1 : -1;
                    do
                    {
                        line += step;
                    }
                    while (line > 0 && line <= lines.Length && Note().IsMatch(lines[line - 1]));
                }
                else if (where.Length > 0)
                {
                    line += int.Parse(where);
                }
                string wanted = match.Groups["text"].Value;
                notes.Add(new ExpectedError(line, wanted, match.Groups["re"].Success ? Regular(wanted) : null));
            }
        }
        return notes;
    }

    /// <summary>What is wrong: notes that no diagnostic meets, and diagnostics that no note wants. Empty when all is well.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The number of notes in it.</param>
    public static List<string> Check(string path, out int expected)
    {
        string text = File.ReadAllText(path);
        List<ExpectedError> notes = Parse(text);
        expected = notes.Count;
        var problems = new List<string>();
        var met = new HashSet<ExpectedError>();
        foreach (SplitPart part in MlirParser.ParseSplit(text, path))
        {
            IReadOnlyList<Diagnostic> found = part.Error?.Diagnostics ?? Verifier.Verify(part.Module!.Value);
            foreach (Diagnostic diagnostic in found)
            {
                int line = (diagnostic.Location as FileLineLocation)?.Line ?? -1;
                bool wanted = false;
                foreach (ExpectedError note in notes.Where(n => n.Line == line))
                {
                    if (note.Pattern?.IsMatch(diagnostic.Message) ?? diagnostic.Message.Contains(note.Text, StringComparison.Ordinal))
                    {
                        met.Add(note);
                        wanted = true;
                    }
                }
                if (!wanted)
                {
                    problems.Add($"{path}:{line}: unexpected: {diagnostic.Message}");
                }
            }
        }
        problems.AddRange(notes.Where(n => !met.Contains(n)).Select(n => $"{path}:{n.Line}: not said: {n.Text}"));
        return problems;
    }

    /// <summary>In a regular note, <c>{{…}}</c> is a regular expression and the rest is text.</summary>
    private static Regex Regular(string text)
    {
        var pattern = new StringBuilder();
        int at = 0;
        foreach (Match match in Inner().Matches(text))
        {
            pattern.Append(Regex.Escape(text[at..match.Index])).Append(match.Groups[1].Value);
            at = match.Index + match.Length;
        }
        pattern.Append(Regex.Escape(text[at..]));
        return new Regex(pattern.ToString());
    }

    [GeneratedRegex(@"expected-error(?<re>-re)?\s*(@(?<where>[+-]\d+|below|above))?\s*\{\{(?<text>.*?)\}\}(?=\s*$|\s+//|\s+expected|$)")]
    private static partial Regex Note();

    [GeneratedRegex(@"\{\{(.*?)\}\}")]
    private static partial Regex Inner();
}
