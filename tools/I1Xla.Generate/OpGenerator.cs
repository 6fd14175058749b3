using System.Text;

namespace I1Xla.Generate;

/// <summary>Turns the op table into C#: the definitions, the enums, the typed views and the builders.</summary>
public static class OpGenerator
{
    private const string Banner = "// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.\n";

    /// <summary>File names (relative to the table's folder) and their contents.</summary>
    public static SortedDictionary<string, string> Generate(string tableText)
    {
        OpTableFile table = OpTableFile.Parse(tableText);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["OpTable.g.cs"] = Banner + Table(table),
            ["TypeConstraints.g.cs"] = Banner + Constraints(table),
            ["Enums.g.cs"] = Banner + Enums(table),
        };
        foreach (IGrouping<string, OpRow> dialect in table.Ops.GroupBy(op => op.Name[..op.Name.IndexOf('.')]))
        {
            string name = dialect.Key == "stablehlo" ? "StableHlo" : Naming.Pascal(dialect.Key);
            files[$"{name}Ops.g.cs"] = Banner + OpViewWriter.Write(table, dialect);
            files[$"{name}Builders.g.cs"] = Banner + OpBuilderWriter.Write(table, dialect, name);
        }
        return files;
    }

    private static string Table(OpTableFile table)
    {
        var o = new StringBuilder();
        o.Append("#nullable enable\nnamespace I1Xla.StableHlo.Ops;\n\npublic static partial class OpTable\n{\n");
        o.Append($"    /// <summary>The newest version of the dialect that the table describes.</summary>\n    public static readonly StableHloVersion CurrentVersion = {Version(table.Current)};\n\n");
        o.Append("    private static class Rows\n    {\n        public static readonly OpDef[] All =\n        [\n");
        foreach (OpRow op in table.Ops)
        {
            o.Append($"            new({Naming.Text(op.Name)},\n");
            o.Append($"                [{string.Join(", ", op.Operands.Select(Value))}],\n");
            o.Append($"                [{string.Join(", ", op.Attributes.Select(a => Attribute(table, a)))}],\n");
            o.Append($"                [{string.Join(", ", op.Results.Select(Value))}],\n");
            o.Append($"                [{string.Join(", ", op.Regions.Select(r => $"new({Naming.Text(r.Name)}, {Bool(r.Variadic)}{Optional("Label", r.Label)})"))}],\n");
            string[] traits = [.. op.Traits.Where(t => !t.Contains('('))];
            o.Append($"                {(traits.Length == 0 ? "OpTraits.None" : string.Join(" | ", traits.Select(t => "OpTraits." + t.Split(':')[0])))},\n");
            o.Append($"                [{string.Join(", ", traits.Where(t => t.Contains(':')).Select(t => $"(OpTraits.{t.Split(':')[0]}, {Naming.Text(t.Split(':')[1])})"))}],\n");
            o.Append($"                [{string.Join(", ", op.Traits.Where(t => t.Contains('(')).Select(Match))}],\n");
            o.Append($"                [{string.Join(", ", op.Versions.Select(v => $"new({Naming.Text(v.Name)}, {Version(v.Min)}, {(v.Max == "-" ? "null" : Version(v.Max))}, [{string.Join(", ", v.Attributes.Select(Naming.Text))}])"))}],\n");
            o.Append($"                [{string.Join(", ", op.Constraints.Select(Naming.Text))}], [{string.Join(", ", op.UnverifiableConstraints.Select(Naming.Text))}]),\n");
        }
        o.Append("        ];\n    }\n}\n");
        return o.ToString();
    }

    private static string Value(ValueRow v) => $"new({Naming.Text(v.Name)}, TypeConstraints.{v.Type}, {Bool(v.Variadic)}{Optional("Label", v.Label)})";

    private static string Optional(string name, string? value) => value is null ? "" : $", {name}: {Naming.Text(value)}";

    private static string Attribute(OpTableFile table, AttributeRow a)
    {
        bool isEnum = table.Enums.Any(e => e.Name == a.Kind);
        string text = $"new({Naming.Text(a.Name)}, AttributeKind.{(isEnum ? "Enum" : a.Kind)}, {Bool(a.Optional)}";
        text += Optional("Default", a.Default);
        if (isEnum)
        {
            text += $", Enum: EnumDefs.{a.Kind}";
        }
        return text + Optional("Label", a.Label) + Optional("Range", a.Range) + ")";
    }

    private static string Match(string trait)
    {
        int open = trait.IndexOf('(');
        string kind = trait[..open] switch { "AllElementTypesMatch" => "ElementTypes", "AllTypesMatch" => "Types", "AllRanksMatch" => "Ranks", _ => throw new FormatException($"unknown trait {trait}") };
        int close = trait.IndexOf(')');
        string? constraint = close + 1 < trait.Length ? trait[(close + 2)..] : null;
        return $"new(MatchKind.{kind}, [{string.Join(", ", trait[(open + 1)..close].Split(',').Select(Naming.Text))}]{Optional("Constraint", constraint)})";
    }

    private static string Constraints(OpTableFile table)
    {
        var o = new StringBuilder();
        o.Append("#nullable enable\nnamespace I1Xla.StableHlo.Ops;\n\n/// <summary>The element sets of the table (StableHLO specification, section <c>Types</c>).</summary>\npublic static class ElementSets\n{\n");
        foreach (ElementsRow row in table.Elements)
        {
            string bits = string.Join(" | ", row.Kinds.Select(k => k switch
            {
                "quantized" => "ElementSet.Quantized",
                "peraxis" => "ElementSet.PerAxisQuantized",
                _ => $"1UL << (int)I1Xla.StableHlo.Ir.ElementKind.{Kind(k)}",
            }));
            o.Append($"    /// <summary>{row.Summary}.</summary>\n    public static readonly ElementSet {Naming.Pascal(row.Name)} = new({bits}, {Naming.Text(row.Summary)});\n");
        }
        o.Append("}\n\n/// <summary>The type constraints of the table (StableHLO specification, <c>Inputs</c> and <c>Outputs</c> of each op; names after <c>Base.td</c>).</summary>\npublic static class TypeConstraints\n{\n");
        foreach (TypeRow row in table.Types)
        {
            o.Append($"    /// <summary>{DocComments.Of(table, row)}.</summary>\n    public static readonly TypeConstraint {row.Name} = ");
            if (row.Alternatives is [var only])
            {
                o.Append(Reference(only));
            }
            else if (row.Alternatives is not null)
            {
                o.Append($"new UnionConstraint({Naming.Text(row.Name)}, [{string.Join(", ", row.Alternatives.Select(Reference))}])");
            }
            else
            {
                o.Append($"new TensorConstraint({Naming.Text(row.Name)}, [{string.Join(", ", row.Elements.Select(e => "ElementSets." + Naming.Pascal(e)))}]");
                o.Append(row.AllowUnranked ? ", AllowUnranked: true" : "").Append(row.Static ? ", Static: true" : "").Append(row.Bounded ? ", Bounded: true" : "");
                o.Append(row.Rank >= 0 ? $", Rank: {row.Rank}" : "").Append(row.Axis ? ", CheckAxis: true" : "").Append(row.Prefix is null ? "" : $", Prefix: {Naming.Text(row.Prefix)}");
                o.Append(')');
            }
            o.Append(";\n");
        }
        return o.Append("}\n").ToString();
    }

    private static string Reference(string name) => name is "token" or "future" or "buffer" or "tuple" ? "OtherConstraint." + Naming.Pascal(name) : name;

    private static string Kind(string k) => k switch
    {
        "complex<f32>" => "Complex64",
        "complex<f64>" => "Complex128",
        "index" => "Index",
        _ => k.ToUpperInvariant(),
    };

    private static string Enums(OpTableFile table)
    {
        var o = new StringBuilder();
        o.Append("#nullable enable\nnamespace I1Xla.StableHlo.Ops;\n");
        foreach (EnumRow row in table.Enums)
        {
            o.Append($"\n/// <summary>The enum <c>{row.Mnemonic}</c>: {DocComments.Text(row.Does.Clause)}. Values are those of the bytecode.</summary>\n{DocComments.Source(row.Does.Sources)}public enum {row.Name}\n{{\n");
            foreach ((string name, int value) in row.Cases)
            {
                o.Append($"    /// <summary>{char.ToUpperInvariant(row.Meanings[name][0])}{DocComments.Text(row.Meanings[name][1..])}.</summary>\n    {name} = {value},\n");
            }
            o.Append("}\n");
        }
        o.Append("\n/// <summary>The enums of the table as data (StableHLO, <c>StablehloEnums.td</c>).</summary>\npublic static class EnumDefs\n{\n");
        foreach (EnumRow row in table.Enums)
        {
            o.Append($"    /// <summary><see cref=\"I1Xla.StableHlo.Ops.{row.Name}\"/>.</summary>\n    public static readonly EnumDef {row.Name} = new({Naming.Text(row.Name)}, {Naming.Text(row.Dialect)}, {Naming.Text(row.Mnemonic)}, [{string.Join(", ", row.Cases.Select(c => $"({Naming.Text(c.Name)}, {c.Value})"))}]);\n");
        }
        o.Append("\n    /// <summary>All of them.</summary>\n    public static readonly EnumDef[] All = [" + string.Join(", ", table.Enums.Select(e => e.Name)) + "];\n");
        return o.Append("}\n").ToString();
    }

    private static string Version(string text) => $"new({text.Replace(".", ", ")})";

    private static string Bool(bool value) => value ? "true" : "false";
}
