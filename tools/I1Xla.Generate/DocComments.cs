namespace I1Xla.Generate;

/// <summary>The documentation comments of what is generated.</summary>
internal static class DocComments
{
    private const string Specification = "https://github.com/openxla/stablehlo/blob/main/docs/spec.md";

    /// <summary>What a <c>does</c> line says, as the words of a sentence.</summary>
    public static string Text(string clause) => clause.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>The line that cites the source of an op or enum.</summary>
    public static string Source(IReadOnlyList<string> sources) =>
        $"/// <remarks>{string.Join("; ", sources.Select(One))}.</remarks>\n";

    /// <summary>The type constraint of an operand or result, with its number among the specification's inputs.</summary>
    public static string Of(ValueRow v) => $"{(v.Label is null ? "" : $" ({v.Label})")}: <see cref=\"TypeConstraints.{v.Type}\"/>{(v.Variadic ? ", any number" : "")}";

    /// <summary>The kind of an attribute, with its number among the specification's inputs and the constraint on its range.</summary>
    public static string Of(OpTableFile table, AttributeRow a)
    {
        string[] labels = [.. new[] { a.Label, a.Range is null ? null : $"range {a.Range}" }.OfType<string>()];
        bool isEnum = table.Enums.Any(e => e.Name == a.Kind);
        return (labels.Length == 0 ? "" : $" ({string.Join(", ", labels)})")
            + $": <see cref=\"{(isEnum ? $"I1Xla.StableHlo.Ops.{a.Kind}" : $"AttributeKind.{a.Kind}")}\"/>"
            + (a.Kind == "Unit" ? "" : a.Default is not null ? $"; {Text(a.Default)} when absent" : a.Optional ? "; null when absent" : "");
    }

    /// <summary>A type constraint in words.</summary>
    public static string Of(OpTableFile table, TypeRow row)
    {
        if (row.Alternatives is not null)
        {
            return string.Join(" or ", row.Alternatives.Select(a => table.Types.Any(t => t.Name == a) ? $"<see cref=\"{a}\"/>" : a));
        }
        string tensor = row.Prefix ?? (row.Rank >= 0 ? $"{row.Rank}D tensor" : row.AllowUnranked ? "tensor" : "ranked tensor");
        string elements = string.Join(" or ", row.Elements.Select(e => table.Elements.Single(s => s.Name == e).Summary));
        return char.ToUpperInvariant(tensor[0]) + tensor[1..] + " of " + elements + " values" + (row.Axis ? "; a quantized dimension has to fit the shape (quantized_type C12, C13)" : "");
    }

    private static string One(string source) => source[0] == '#'
        ? $"StableHLO specification, section <see href=\"{Specification}{source}\">{source[1..]}</see>"
        : $"{(source[0] == 'C' ? "CHLO" : "StableHLO")}, <c>{source}</c>";
}
