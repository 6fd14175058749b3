using System.Text;
using System.Text.RegularExpressions;

namespace I1Xla.StableHlo.Conformance;

/// <summary>
/// The part of LLVM's FileCheck that the dialect's tests use: <c>CHECK</c>, <c>-NEXT</c>, <c>-SAME</c>, <c>-LABEL</c>, <c>-DAG</c>,
/// <c>-NOT</c>, <c>-EMPTY</c>, <c>{LITERAL}</c>, <c>{{regex}}</c>, <c>[[NAME:regex]]</c>, <c>[[NAME]]</c> (LLVM documentation, "FileCheck").
/// </summary>
public static partial class FileCheck
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    /// <summary>Checks a text against the directives of a test file.</summary>
    /// <param name="test">The test file.</param>
    /// <param name="output">The text to check.</param>
    /// <param name="prefix">The directives' prefix.</param>
    /// <returns>What does not match; null when everything does.</returns>
    public static string? Verify(string test, string output, string prefix = "CHECK")
    {
        List<Directive> directives = Parse(test, prefix);
        string text = Whitespace().Replace(output.Replace("\r\n", "\n"), " ");
        var variables = new Dictionary<string, string>();
        int position = 0, limit = text.Length;
        // Every label opens a part of the text that ends at the next label.
        int[] labels = FindLabels(directives, text, out string? error);
        if (error is not null)
        {
            return error;
        }
        var pendingNots = new List<Directive>();
        int label = 0, dagStart = -1, dagEnd = -1;
        foreach (Directive d in directives)
        {
            if (d.Kind == "LABEL")
            {
                position = labels[label];
                label++;
                limit = label < labels.Length ? labels[label] : text.Length;
                foreach (string local in variables.Keys.Where(k => !k.StartsWith('$')).ToArray())
                {
                    variables.Remove(local);
                }
                pendingNots.Clear();
            }
            if (d.Kind == "NOT")
            {
                pendingNots.Add(d);
                continue;
            }
            if (d.Kind == "DAG")
            {
                dagStart = dagStart < 0 ? position : dagStart;
                position = dagStart;
            }
            else if (dagStart >= 0)
            {
                position = dagEnd;
                dagStart = -1;
            }
            Match match = Match(d, text, position, limit, variables);
            if (!match.Success)
            {
                int end = Math.Min(text.Length, position + 240);
                return $"line {d.Line}: {prefix}{(d.Kind.Length > 0 ? "-" + d.Kind : "")}: '{d.Pattern}' is not found after: {text[position..end].Replace("\n", "\\n")}";
            }
            foreach (Directive not in pendingNots)
            {
                if (Match(not, text, position, match.Index, variables).Success)
                {
                    return $"line {not.Line}: {prefix}-NOT: '{not.Pattern}' is found";
                }
            }
            pendingNots.Clear();
            foreach (string name in d.Captures)
            {
                variables[name] = match.Groups[Group(name)].Value;
            }
            position = match.Index + match.Length;
            dagEnd = d.Kind == "DAG" ? Math.Max(dagEnd, position) : -1;
        }
        return null;
    }

    private static int[] FindLabels(List<Directive> directives, string text, out string? error)
    {
        error = null;
        var found = new List<int>();
        int position = 0;
        foreach (Directive d in directives.Where(d => d.Kind == "LABEL"))
        {
            Match match = Match(d, text, position, text.Length, []);
            if (!match.Success)
            {
                error = $"line {d.Line}: the label '{d.Pattern}' is not found";
                return [];
            }
            found.Add(match.Index);
            position = match.Index + match.Length;
        }
        return found.ToArray();
    }

    private static Match Match(Directive d, string text, int position, int limit, Dictionary<string, string> variables)
    {
        int from = position, to = limit;
        if (d.Kind is "NEXT" or "EMPTY" or "SAME")
        {
            int endOfLine = text.IndexOf('\n', position);
            endOfLine = endOfLine < 0 ? text.Length : endOfLine;
            if (d.Kind == "SAME")
            {
                to = Math.Min(limit, endOfLine);
            }
            else
            {
                from = Math.Min(text.Length, endOfLine + 1);
                int next = text.IndexOf('\n', from);
                to = Math.Max(from, Math.Min(limit, next < 0 ? text.Length : next));
            }
        }
        return new Regex(d.ToRegex(variables), RegexOptions.Multiline | RegexOptions.CultureInvariant, s_limit).Match(text, from, Math.Max(0, to - from));
    }

    private static List<Directive> Parse(string test, string prefix)
    {
        var directives = new List<Directive>();
        var pattern = new Regex($@"(?<![A-Za-z0-9_-]){Regex.Escape(prefix)}(?:-(?<kind>NEXT|SAME|LABEL|DAG|NOT|EMPTY))?(?<literal>\{{LITERAL\}})?:(?<text>.*)$", RegexOptions.CultureInvariant);
        int line = 0;
        foreach (string row in test.Split('\n'))
        {
            line++;
            Match match = pattern.Match(row.TrimEnd('\r'));
            if (match.Success)
            {
                directives.Add(new Directive(match.Groups["kind"].Value, Whitespace().Replace(match.Groups["text"].Value.Trim(), " "), match.Groups["literal"].Success, line));
            }
        }
        return directives;
    }

    private static string Group(string variable) => "v" + string.Concat(variable.Select(c => char.IsLetterOrDigit(c) ? c : '_'));

    [GeneratedRegex(@"[ \t]+")]
    private static partial Regex Whitespace();

    [GeneratedRegex(@"\{\{(?<regex>.*?)\}\}(?!\})|\[\[#?(?<name>[$@]?[A-Za-z_][A-Za-z0-9_]*)(?::(?<definition>.*?))?\]\](?!\])")]
    private static partial Regex Variable();

    private sealed record Directive(string Kind, string Pattern, bool Literal, int Line)
    {
        public List<string> Captures { get; } = [];

        public string ToRegex(Dictionary<string, string> variables)
        {
            Captures.Clear();
            if (Kind == "EMPTY")
            {
                return "^ *$";
            }
            if (Literal)
            {
                return Regex.Escape(Pattern);
            }
            var regex = new StringBuilder();
            int position = 0;
            foreach (Match match in Variable().Matches(Pattern))
            {
                regex.Append(Regex.Escape(Pattern[position..match.Index]));
                position = match.Index + match.Length;
                if (match.Groups["regex"].Success)
                {
                    regex.Append("(?:").Append(match.Groups["regex"].Value).Append(')');
                    continue;
                }
                string name = match.Groups["name"].Value;
                if (match.Groups["definition"].Success)
                {
                    regex.Append("(?<").Append(Group(name)).Append('>').Append(match.Groups["definition"].Value).Append(')');
                    Captures.Add(name);
                }
                else if (Captures.Contains(name))
                {
                    regex.Append("\\k<").Append(Group(name)).Append('>');
                }
                else
                {
                    regex.Append(Regex.Escape(variables.GetValueOrDefault(name, $"<{name} is not defined>")));
                }
            }
            return regex.Append(Regex.Escape(Pattern[position..])).ToString();
        }
    }
}
