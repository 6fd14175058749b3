using System.Text;
using System.Text.RegularExpressions;

namespace I1Xla.Generate;

/// <summary>docs/configuration.md from the settings' own comments: one table a class, one row a key.</summary>
public static partial class ConfigurationPage
{
    /// <summary>The page.</summary>
    /// <param name="source">The text of <c>RunConfig.cs</c>: one-line summaries over classes and properties.</param>
    public static string Write(string source)
    {
        var page = new StringBuilder("""
            # The keys of a configuration

            Made from the comments of `src/I1Xla.Host/Configuration/RunConfig.cs` by `dotnet run --project tools/I1Xla.Generate -- configuration`. A file is YAML; `extends: FILE` takes another's values first, and `key=value` on the command line changes any of them (`model_kwargs.use_adaln=true`). "Spec" numbers are sections of the description of the i1 code.

            """.ReplaceLineEndings("\n"));
        foreach (Match type in Types().Matches(source))
        {
            string name = type.Groups["name"].Value;
            page.Append('\n').Append(name == "RunConfig" ? "## The run" : $"## `{PathOf(name, source)}`").Append("\n\n");
            if (name != "RunConfig")
            {
                page.Append(Plain(type.Groups["summary"].Value)).Append("\n\n");
            }
            page.Append("| key | default | meaning |\n|---|---|---|\n");
            foreach (Match property in Properties().Matches(type.Groups["body"].Value))
            {
                page.Append($"| `{Snake(property.Groups["name"].Value)}` | {Default(property.Groups["type"].Value, property.Groups["value"].Value)} | {Plain(property.Groups["summary"].Value)} |\n");
            }
        }
        return page.ToString();
    }

    // Where the run holds a value of this class.
    private static string PathOf(string type, string source)
    {
        foreach (Match owner in Types().Matches(source))
        {
            foreach (Match property in Properties().Matches(owner.Groups["body"].Value))
            {
                string declared = property.Groups["type"].Value;
                if (declared.TrimEnd('?') == type || declared.TrimEnd('?') == $"List<{type}>")
                {
                    string key = Snake(property.Groups["name"].Value) + (declared.StartsWith("List<", StringComparison.Ordinal) ? "[]" : "");
                    return owner.Groups["name"].Value == "RunConfig" ? key : $"{PathOf(owner.Groups["name"].Value, source)}.{key}";
                }
            }
        }
        throw new InvalidDataException($"No setting has the type {type}.");
    }

    private static string Default(string type, string value) => value switch
    {
        "" => type switch { "bool" => "`false`", "int" or "long" or "double" => "`0`", _ => "" },
        "new()" => "below",
        "\"\"" => "empty",
        "[]" => "none",
        ['[', 'n', 'e', 'w', ..] => "as said",
        _ => "`" + (value.StartsWith('"') ? value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal) : value.Replace("_", "", StringComparison.Ordinal)) + "`",
    };

    private static string Plain(string summary)
    {
        summary = Regex.Replace(summary, """<see cref="(\w+)"/>""", m => $"`{Snake(m.Groups[1].Value)}`");
        return Regex.Replace(summary, "</?c>", "`").Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Snake(string name) => Regex.Replace(name, "(?<=[a-z0-9])[A-Z]", m => "_" + m.Value).ToLowerInvariant();

    [GeneratedRegex("""/// <summary>(?:\n/// )?(?<summary>[^\n]*(?:\n/// [^\n<]*)*)(?:\n/// )?</summary>\npublic sealed class (?<name>\w+)\n\{\n(?<body>.*?)\n\}\n""", RegexOptions.Singleline)]
    private static partial Regex Types();

    [GeneratedRegex("""/// <summary>(?<summary>.*)</summary>\n    public (?<type>\S+) (?<name>\w+) \{ get; set; \}(?: = (?<value>.*);)?""")]
    private static partial Regex Properties();
}
