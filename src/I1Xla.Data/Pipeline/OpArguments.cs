using System.Globalization;
using System.Text;

namespace I1Xla.Data.Pipeline;

/// <summary>One parsed op call: its name, positional and keyword arguments (Python literals: numbers, strings, True, False, None).</summary>
public sealed class OpArguments
{
    private readonly string text;
    private readonly List<object?> positional = [];
    private readonly Dictionary<string, object?> keywords = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = [];
    private int positionalUsed;

    private OpArguments(string text, string name) => (this.text, Name) = (text, name);

    /// <summary>The op's name.</summary>
    public string Name { get; }

    /// <summary>Splits a pipeline at the <c>|</c> outside of quotes; empty parts are dropped.</summary>
    internal static IReadOnlyList<string> SplitPipeline(string pipeline)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        char quote = '\0';
        foreach (char c in pipeline + "|")
        {
            if (c == '|' && quote == '\0')
            {
                if (part.ToString().Trim() is { Length: > 0 } text)
                {
                    parts.Add(text);
                }
                part.Clear();
                continue;
            }
            quote = quote == '\0' ? (c is '"' or '\'' ? c : '\0') : (c == quote ? '\0' : quote);
            part.Append(c);
        }
        if (quote != '\0')
        {
            throw new FormatException($"Preprocessing '{pipeline}' has a quote that is not closed.");
        }
        return parts;
    }

    /// <summary>Parses <c>name</c> or <c>name(arguments)</c>.</summary>
    internal static OpArguments Parse(string part)
    {
        int open = part.IndexOf('(', StringComparison.Ordinal);
        string name = (open < 0 ? part : part[..open]).Trim();
        if (name.StartsWith("preprocess_ops.", StringComparison.Ordinal))
        {
            name = name["preprocess_ops.".Length..];
        }
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') || (open >= 0 && !part.EndsWith(')')))
        {
            throw new FormatException($"Preprocessing part '{part}' is not a call such as value_range(-1, 1).");
        }
        var call = new OpArguments(part, name);
        if (open < 0)
        {
            return call;
        }
        string inner = part[(open + 1)..^1];
        int at = 0;
        SkipBlanks();
        while (at < inner.Length)
        {
            int wordEnd = at;
            while (wordEnd < inner.Length && (char.IsAsciiLetterOrDigit(inner[wordEnd]) || inner[wordEnd] == '_'))
            {
                wordEnd++;
            }
            int equals = wordEnd;
            while (equals < inner.Length && inner[equals] == ' ')
            {
                equals++;
            }
            string? key = null;
            if (wordEnd > at && equals < inner.Length && inner[equals] == '=' && !char.IsAsciiDigit(inner[at]))
            {
                key = inner[at..wordEnd];
                at = equals + 1;
                SkipBlanks();
            }
            object? value = Literal();
            if (key is null && call.keywords.Count == 0)
            {
                call.positional.Add(value);
            }
            else if (key is null || !call.keywords.TryAdd(key, value))
            {
                throw Bad();
            }
            SkipBlanks();
            if (at < inner.Length)
            {
                if (inner[at] != ',')
                {
                    throw Bad();
                }
                at++;
                SkipBlanks();
            }
        }
        return call;

        void SkipBlanks()
        {
            while (at < inner.Length && inner[at] is ' ' or '\t' or '\n')
            {
                at++;
            }
        }

        FormatException Bad() => new($"Preprocessing part '{part}' has arguments that are not numbers, strings, True, False or None.");

        object? Literal()
        {
            if (at >= inner.Length)
            {
                throw Bad();
            }
            if (inner[at] is '"' or '\'')
            {
                int end = inner.IndexOf(inner[at], at + 1);
                string s = end < 0 ? throw Bad() : inner[(at + 1)..end];
                at = end + 1;
                return s;
            }
            int stop = inner.IndexOf(',', at);
            stop = stop < 0 ? inner.Length : stop;
            string word = inner[at..stop].Trim();
            at = stop;
            return word switch
            {
                "True" => true,
                "False" => false,
                "None" => null,
                _ when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long i) => i,
                _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) => d,
                _ => throw Bad(),
            };
        }
    }

    /// <summary>Whether the keyword was given.</summary>
    public bool Has(string key) => keywords.ContainsKey(key);

    /// <summary>A number.</summary>
    /// <param name="key">Keyword.</param>
    /// <param name="position">Place among the positional arguments, or -1.</param>
    /// <param name="standard">Value where it is not given.</param>
    public float Float(string key, int position, float standard) => Find(key, position, out object? v) ? v switch
    {
        long i => i,
        double d => (float)d,
        _ => throw Wrong(key, "a number"),
    } : standard;

    /// <summary>An integer.</summary>
    public int Int(string key, int position, int standard) => Find(key, position, out object? v) ? v is long i and >= int.MinValue and <= int.MaxValue ? (int)i : throw Wrong(key, "an integer") : standard;

    /// <summary>True or False.</summary>
    public bool Bool(string key, int position, bool standard) => Find(key, position, out object? v) ? v is bool b ? b : throw Wrong(key, "True or False") : standard;

    /// <summary>A string; without a standard value it must be given.</summary>
    public string String(string key, int position, string? standard) => Find(key, position, out object? v) ? v as string ?? throw Wrong(key, "a string")
        : standard ?? throw new FormatException($"Preprocessing part '{text}' lacks its argument '{key}'.");

    /// <summary>All positional arguments, which must be strings.</summary>
    public string[] AllStrings()
    {
        positionalUsed = positional.Count;
        return [.. positional.Select(v => v as string ?? throw Wrong("names", "strings"))];
    }

    /// <summary>Complains of arguments that the op did not ask for.</summary>
    internal void CheckAllUsed()
    {
        string? extra = keywords.Keys.FirstOrDefault(k => !used.Contains(k));
        if (extra is not null || positional.Count > positionalUsed)
        {
            throw new FormatException($"Preprocessing part '{text}' has an argument that '{Name}' does not take{(extra is null ? "" : $": {extra}")}.");
        }
    }

    private bool Find(string key, int position, out object? value)
    {
        used.Add(key);
        if (position >= 0)
        {
            positionalUsed = Math.Max(positionalUsed, position + 1);
            if (position < positional.Count)
            {
                value = positional[position];
                return !keywords.ContainsKey(key) ? true : throw new FormatException($"Preprocessing part '{text}' gives '{key}' twice.");
            }
        }
        return keywords.TryGetValue(key, out value);
    }

    private FormatException Wrong(string key, string wanted) => new($"Preprocessing part '{text}': '{key}' must be {wanted}.");
}
