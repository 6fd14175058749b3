using System.Text;

namespace I1Xla.Generate;

/// <summary>Writes a readonly view of <c>Operation</c> for each op.</summary>
internal static class OpViewWriter
{
    public static string Write(OpTableFile table, IEnumerable<OpRow> ops)
    {
        var o = new StringBuilder();
        o.Append("#nullable enable\nusing I1Xla.StableHlo.Ir;\nusing Attribute = I1Xla.StableHlo.Ir.Attribute;\n\nnamespace I1Xla.StableHlo.Ops;\n");
        foreach (OpRow op in ops)
        {
            One(o, table, op);
        }
        return o.ToString();
    }

    private static void One(StringBuilder o, OpTableFile table, OpRow op)
    {
        string name = Naming.Op(op.Name);
        o.Append($"\n/// <summary>A view of a <c>{op.Name}</c>: {DocComments.Text(op.Does.Clause)}.</summary>\n{DocComments.Source(op.Does.Sources)}public readonly record struct {name}Op(Operation Op)\n{{\n");
        o.Append($"    /// <summary>The operation name.</summary>\n    public static readonly OpName OpName = {Naming.Text(op.Name)};\n");
        o.Append("\n    /// <summary>The row of the op table.</summary>\n    public static OpDef Def => OpTable.Get(OpName);\n");
        o.Append($"\n    /// <summary>The view of an operation; null when it is another.</summary>\n    public static {name}Op? From(Operation? op) => op is not null && op.Name == OpName ? new {name}Op(op) : null;\n");
        var taken = new HashSet<string> { "Op", "OpName", "Def", "From" };
        for (int i = 0; i < op.Operands.Count; i++)
        {
            ValueRow v = op.Operands[i];
            string member = Member(v.Name, "Operand", taken);
            if (v.Variadic)
            {
                o.Append($"\n    /// <summary>Operands {v.Name}{DocComments.Of(v)}.</summary>\n    /// <exception cref=\"InvalidOperationException\">The number of operands does not fit.</exception>\n    public ReadOnlySpan<Value> {member} => Def.OperandsOf(Op, {i});\n");
            }
            else
            {
                o.Append($"\n    /// <summary>Operand {v.Name}{DocComments.Of(v)}.</summary>\n    public Value {member} => {(op.Operands.Take(i).Any(p => p.Variadic) ? $"Def.OperandsOf(Op, {i})[0]" : $"Op.Operands[{i}]")};\n");
            }
        }
        foreach (AttributeRow a in op.Attributes)
        {
            Attribute(o, table, a, Member(a.Name, "Attribute", taken));
        }
        for (int i = 0; i < op.Regions.Count; i++)
        {
            string member = Member(op.Regions[i].Name, "Region", taken);
            o.Append(op.Regions[i].Variadic
                ? $"\n    /// <summary>Regions {op.Regions[i].Name}{Label(op.Regions[i])}.</summary>\n    public ReadOnlySpan<Region> {member} => Op.Regions;\n"
                : $"\n    /// <summary>Region {op.Regions[i].Name}{Label(op.Regions[i])}.</summary>\n    public Region {member} => Op.Regions[{i}];\n");
        }
        for (int i = 0; i < op.Results.Count; i++)
        {
            ValueRow v = op.Results[i];
            string member = Member(v.Name, "Result", taken);
            o.Append(v.Variadic
                ? $"\n    /// <summary>Results {v.Name}{DocComments.Of(v)}.</summary>\n    /// <exception cref=\"InvalidOperationException\">The number of results does not fit.</exception>\n    public ReadOnlySpan<OpResult> {member} => Def.ResultsOf(Op, {i});\n"
                : $"\n    /// <summary>Result {v.Name}{DocComments.Of(v)}.</summary>\n    public OpResult {member} => Op.Results[{i}];\n");
        }
        o.Append("}\n");
    }

    private static void Attribute(StringBuilder o, OpTableFile table, AttributeRow a, string member)
    {
        string key = Naming.Text(a.Name);
        o.Append($"\n    /// <summary>Attribute {a.Name}{DocComments.Of(table, a)}.</summary>\n");
        if (a.Kind == "Unit")
        {
            o.Append($"    public bool {member} => Op.Attributes.Contains({key});\n");
            return;
        }
        o.Append($"    /// <exception cref=\"InvalidOperationException\">{(a.Optional ? "It" : "It is absent or")} is not of that kind.</exception>\n");
        AttributeMapping mapping = AttributeMapping.Of(table, a.Kind);
        string? fallback = AttributeMapping.Default(table, a);
        o.Append(!a.Optional ? $"    public {mapping.Type} {member} => {mapping.Read(key)};\n"
            : fallback is null ? $"    public {mapping.Type}? {member} => {mapping.ReadOptional(key)};\n"
            : $"    public {mapping.Type} {member} => {mapping.ReadOptional(key)} ?? {fallback};\n");
    }

    private static string Label(RegionRow region) => region.Label is null ? "" : $" ({region.Label})";

    private static string Member(string name, string suffix, HashSet<string> taken)
    {
        string member = Naming.Pascal(name);
        if (!taken.Add(member))
        {
            member += suffix;
            taken.Add(member);
        }
        return member;
    }
}
