using System.Globalization;
using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance;

/// <summary>The annotations <c>// expected-error@+N {{…}}</c> of a test (MLIR documentation, "Diagnostic verifier") and whether diagnostics are those.</summary>
public static partial class ExpectedDiagnostics
{
    /// <summary>Compares.</summary>
    /// <param name="text">A part of a test file.</param>
    /// <param name="firstLine">The line of the whole file on which it starts; what lines of <paramref name="diagnostics"/> count from.</param>
    /// <param name="diagnostics">What parsing and verifying the part gave.</param>
    /// <returns>What is missing and what was not expected, a line each; empty when all is as annotated.</returns>
    public static IReadOnlyList<string> Compare(string text, int firstLine, IEnumerable<Diagnostic> diagnostics)
    {
        var problems = new List<string>();
        List<Expectation> expected = Parse(text, firstLine);
        foreach (Diagnostic diagnostic in diagnostics)
        {
            int line = LineOf(diagnostic.Location);
            bool wanted = false;
            for (int i = 0; i < expected.Count; i++)
            {
                Expectation e = expected[i];
                if (e.Line == line && e.IsError == (diagnostic.Severity == DiagnosticSeverity.Error) && e.Matches(diagnostic.Message))
                {
                    // MLIR sometimes says in two diagnostics what one says here, so one may meet several.
                    expected[i] = e with { Met = true };
                    wanted = true;
                }
            }
            if (!wanted)
            {
                problems.Add($"line {line}: not expected: {diagnostic.Message}");
            }
        }
        problems.AddRange(expected.Where(e => !e.Met).Select(e => $"line {e.Line}: expected {(e.IsError ? "error" : "warning")} is missing: {e.Text}"));
        return problems;
    }

    private static List<Expectation> Parse(string text, int firstLine)
    {
        var list = new List<Expectation>();
        int line = firstLine, lastOther = firstLine;
        var below = new List<int>();
        foreach (string row in text.Split('\n'))
        {
            MatchCollection matches = Annotation().Matches(row);
            if (matches.Count == 0)
            {
                lastOther = line;
                foreach (int index in below)
                {
                    list[index] = list[index] with { Line = line };
                }
                below.Clear();
            }
            foreach (Match match in matches)
            {
                string offset = match.Groups["offset"].Value;
                int target = offset switch
                {
                    "" => line,
                    "above" => lastOther,
                    "below" => -1,
                    _ => line + int.Parse(offset, CultureInfo.InvariantCulture),
                };
                int count = match.Groups["count"].Success ? int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) : 1;
                for (int i = 0; i < count; i++)
                {
                    if (target < 0)
                    {
                        below.Add(list.Count);
                    }
                    list.Add(new Expectation(target, match.Groups["kind"].Value == "error", match.Groups["text"].Value, match.Groups["re"].Success, false));
                }
            }
            line++;
        }
        return list;
    }

    private static int LineOf(Location location) => location switch
    {
        FileLineLocation f => f.Line,
        NameLocation { Child: { } child } => LineOf(child),
        CallSiteLocation c => LineOf(c.Callee),
        FusedLocation { Locations.Length: > 0 } f => LineOf(f.Locations[0]),
        _ => 0,
    };

    [GeneratedRegex(@"expected-(?<kind>error|warning)(?<re>-re)?\s*(?:@(?<offset>[+-]\d+|above|below))?\s*(?<count>\d+)?\s*\{\{(?<text>.*)\}\}\s*$")]
    private static partial Regex Annotation();

    private sealed record Expectation(int Line, bool IsError, string Text, bool IsRegex, bool Met)
    {
        public bool Matches(string message)
        {
            if (!IsRegex)
            {
                return message.Contains(Text, StringComparison.Ordinal);
            }
            // Only what stands in {{…}} is a regular expression.
            string[] parts = Text.Split("{{");
            string regex = Regex.Escape(parts[0]);
            foreach (string part in parts[1..])
            {
                int end = part.IndexOf("}}", StringComparison.Ordinal);
                regex += end < 0 ? Regex.Escape("{{" + part) : "(?:" + part[..end] + ")" + Regex.Escape(part[(end + 2)..]);
            }
            return Regex.IsMatch(message, regex, RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        }
    }
}
