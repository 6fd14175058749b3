namespace I1Xla.Generate;

/// <summary>A line <c>elements NAME = kinds "summary"</c>.</summary>
public sealed record ElementsRow(string Name, string[] Kinds, string Summary);

/// <summary>A line <c>type NAME = …</c>; <see cref="Alternatives"/> is set for a union.</summary>
public sealed record TypeRow(string Name, string[]? Alternatives, string[] Elements, bool AllowUnranked, bool Static, bool Bounded, int Rank, bool Axis, string? Prefix);

/// <summary>A line <c>enum NAME dialect mnemonic VALUE=n …</c>.</summary>
public sealed record EnumRow(string Name, string Dialect, string Mnemonic, (string Name, int Value)[] Cases)
{
    /// <summary>What it chooses.</summary>
    public Definition Does { get; set; } = Definition.None;

    /// <summary>What each value means.</summary>
    public Dictionary<string, string> Meanings { get; } = [];
}

/// <summary>A <c>does</c> line: a clause, and where what it says is defined.</summary>
public sealed record Definition(string Clause, IReadOnlyList<string> Sources)
{
    /// <summary>Before the line was read.</summary>
    public static Definition None { get; } = new("", []);
}

/// <summary>An operand or result line.</summary>
public sealed record ValueRow(string Name, string Type, bool Variadic, string? Label);

/// <summary>An attribute line.</summary>
public sealed record AttributeRow(string Name, string Kind, bool Optional, string? Default, string? Label, string? Range);

/// <summary>A region line.</summary>
public sealed record RegionRow(string Name, bool Variadic, string? Label);

/// <summary>A VHLO version line.</summary>
public sealed record VhloRow(string Name, string Min, string Max, string[] Attributes);

/// <summary>An op block.</summary>
public sealed record OpRow(
    string Name, List<ValueRow> Operands, List<AttributeRow> Attributes, List<ValueRow> Results,
    List<RegionRow> Regions, List<string> Traits, List<VhloRow> Versions)
{
    /// <summary>What it computes.</summary>
    public Definition Does { get; set; } = Definition.None;

    /// <summary>The constraints of the specification, C1 and up.</summary>
    public List<string> Constraints { get; } = [];

    /// <summary>Those of them that no program alone can violate.</summary>
    public List<string> UnverifiableConstraints { get; } = [];
}

/// <summary>The op table, parsed; the format is described at the top of <c>ops.table</c>.</summary>
public sealed class OpTableFile
{
    /// <summary>The current version, <c>major.minor.patch</c>.</summary>
    public string Current { get; private set; } = "";

    /// <summary>Element sets.</summary>
    public List<ElementsRow> Elements { get; } = [];

    /// <summary>Type constraints.</summary>
    public List<TypeRow> Types { get; } = [];

    /// <summary>Enums.</summary>
    public List<EnumRow> Enums { get; } = [];

    /// <summary>Operations.</summary>
    public List<OpRow> Ops { get; } = [];

    /// <summary>Parses the table.</summary>
    /// <exception cref="FormatException">A line is not of the format (the message gives its number), or a definition is missing.</exception>
    public static OpTableFile Parse(string text)
    {
        var file = new OpTableFile();
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                try
                {
                    file.Line(line);
                }
                catch (Exception e) when (e is IndexOutOfRangeException or InvalidOperationException or FormatException or ArgumentException)
                {
                    throw new FormatException($"ops.table line {number}: {e.Message}: {line}", e);
                }
            }
        }
        if (file.Enums.Any(e => e.Does == Definition.None || e.Cases.Any(c => !e.Meanings.ContainsKey(c.Name))) || file.Ops.Any(op => op.Does == Definition.None))
        {
            throw new FormatException("ops.table: an op or enum has no 'does' line, or a value of an enum no 'case' line");
        }
        return file;
    }

    private void Line(string line)
    {
        string? prose = null;
        if (line.EndsWith('"') && !line.EndsWith("\"\"", StringComparison.Ordinal))
        {
            int open = line.LastIndexOf('"', line.Length - 2);
            prose = line[(open + 1)..^1];
            line = line[..open].TrimEnd();
        }
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] labels = [];
        if (words[0] is "operand" or "attr" or "region" && words[^1][0] == '(')
        {
            labels = words[^1][1..^1].Split(',');
            words = words[..^1];
        }
        string? label = labels.FirstOrDefault(l => l[0] == 'I');
        switch (words[0])
        {
            case "current": Current = words[1]; break;
            case "elements": Elements.Add(new ElementsRow(words[1], words[3..], prose!)); break;
            case "type": Types.Add(Type(words, line, prose)); break;
            case "enum": Enums.Add(new EnumRow(words[1], words[2], words[3], [.. words[4..].Select(Case)])); break;
            case "op": Ops.Add(new OpRow(words[1], [], [], [], [], [], [])); break;
            case "does": Does(words[1..], prose!); break;
            case "case": Enums[^1].Meanings.Add(words[1], prose!); break;
            case "operand": Ops[^1].Operands.Add(Value(words, label)); break;
            case "result": Ops[^1].Results.Add(Value(words, null)); break;
            case "region": Ops[^1].Regions.Add(new RegionRow(words[1], words.Length > 2, label)); break;
            case "traits": Ops[^1].Traits.AddRange(words[1..]); break;
            case "constraints":
                Ops[^1].Constraints.AddRange(Enumerable.Range(1, int.Parse(words[1])).Select(n => $"C{n}"));
                Ops[^1].UnverifiableConstraints.AddRange(words.Length > 2 ? words[3..] : []);
                break;
            case "attr":
                int equals = Array.IndexOf(words, "=");
                Ops[^1].Attributes.Add(new AttributeRow(words[1], words[2], words.Contains("optional") || equals > 0, equals > 0 ? words[equals + 1] : null, label, labels.FirstOrDefault(l => l[0] == 'C')));
                break;
            case "vhlo":
                Ops[^1].Versions.Add(new VhloRow(words[1], words[2], words[3], words.Length > 4 ? words[5..] : []));
                break;
            default:
                throw new FormatException($"'{words[0]}' begins no known line");
        }
    }

    private void Does(string[] sources, string clause)
    {
        if (Ops.Count == 0)
        {
            Enums[^1].Does = new Definition(clause, sources);
            return;
        }
        string name = Ops[^1].Name;
        Ops[^1].Does = new Definition(clause, sources.Length > 0 ? sources : [name.StartsWith("chlo.", StringComparison.Ordinal) ? "ChloOps.td" : "#" + name[(name.IndexOf('.') + 1)..]]);
    }

    private static ValueRow Value(string[] words, string? label) => new(words[1], words[2], words.Length > 3 && words[3] == "variadic", label);

    private static (string, int) Case(string word)
    {
        string[] parts = word.Split('=');
        return (parts[0], int.Parse(parts[1]));
    }

    private static TypeRow Type(string[] words, string line, string? prose)
    {
        if (words[3] is not ("ranked" or "any"))
        {
            return new TypeRow(words[1], [.. words[3..].Where(w => w != "|")], [], false, false, false, -1, false, null);
        }
        int open = line.IndexOf('(');
        int close = line.IndexOf(')');
        string[] tail = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int rank = Array.IndexOf(tail, "rank");
        return new TypeRow(
            words[1], null, line[(open + 1)..close].Split(' '), words[3] == "any", tail.Contains("static"), tail.Contains("bounded"),
            rank < 0 ? -1 : int.Parse(tail[rank + 1]), tail.Contains("axis"), prose);
    }
}
