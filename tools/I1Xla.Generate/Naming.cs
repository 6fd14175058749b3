using System.Text;

namespace I1Xla.Generate;

/// <summary>C# names from the table's names.</summary>
internal static class Naming
{
    private static readonly HashSet<string> s_keywords = ["base", "case", "else", "false", "if", "in", "is", "operator", "params", "return", "true", "while", "lock", "builder", "resultType", "resultTypes"];

    public static string Pascal(string name)
    {
        var text = new StringBuilder();
        bool upper = true;
        foreach (char c in name)
        {
            if (c is '_' or '-')
            {
                upper = true;
                continue;
            }
            text.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }
        return text.ToString();
    }

    public static string Camel(string name)
    {
        string pascal = Pascal(name);
        string camel = char.ToLowerInvariant(pascal[0]) + pascal[1..];
        return s_keywords.Contains(camel) ? "@" + camel : camel;
    }

    /// <summary><c>stablehlo.dot_general</c> → <c>DotGeneral</c>; CHLO ops take the prefix <c>Chlo</c>.</summary>
    public static string Op(string full)
    {
        int dot = full.IndexOf('.');
        return (full[..dot] == "stablehlo" ? "" : Pascal(full[..dot])) + Pascal(full[(dot + 1)..]);
    }

    public static string Text(string value) => "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
