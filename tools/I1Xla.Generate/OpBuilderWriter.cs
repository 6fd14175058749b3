using System.Text;

namespace I1Xla.Generate;

/// <summary>Writes an <c>OpBuilder</c> extension method for each op.</summary>
internal static class OpBuilderWriter
{
    public static string Write(OpTableFile table, IEnumerable<OpRow> ops, string className)
    {
        var o = new StringBuilder();
        o.Append("#nullable enable\nusing I1Xla.StableHlo.Ir;\nusing I1Xla.StableHlo.Verify;\nusing Attribute = I1Xla.StableHlo.Ir.Attribute;\n\nnamespace I1Xla.StableHlo.Ops;\n\n");
        o.Append($"/// <summary>Makes operations of the {className} dialect. Where result types follow from the operands they are inferred, and an error names the violated constraint. Sources are with each.</summary>\npublic static class {className}Builders\n{{\n");
        bool first = true;
        foreach (OpRow op in ops)
        {
            if (!first)
            {
                o.Append('\n');
            }
            first = false;
            One(o, table, op);
        }
        return o.Append("}\n").ToString();
    }

    private static void One(StringBuilder o, OpTableFile table, OpRow op)
    {
        bool infer = op.Traits.Any(t => t.Split(':')[0] == "InferType");
        bool manyResults = op.Results.Count != 1 || op.Results[0].Variadic;
        var required = new List<string>();
        var optional = new List<string>();
        foreach (ValueRow v in op.Operands)
        {
            required.Add($"{(v.Variadic ? "ReadOnlySpan<Value>" : "Value")} {Naming.Camel(v.Name)}");
        }
        if (!infer && op.Results.Count > 0)
        {
            required.Add(manyResults ? "ReadOnlySpan<IrType> resultTypes" : "IrType resultType");
        }
        var names = new HashSet<string>(op.Operands.Select(v => v.Name));
        foreach (AttributeRow a in op.Attributes)
        {
            string parameter = Parameter(a.Name, "Attribute", names);
            if (a.Kind == "Unit")
            {
                optional.Add($"bool {parameter} = false");
            }
            else
            {
                string type = AttributeMapping.Of(table, a.Kind).Type;
                (a.Optional ? optional : required).Add(a.Optional ? $"{type}? {parameter} = null" : $"{type} {parameter}");
            }
        }
        foreach ((string name, bool variadic, string? _) in op.Regions)
        {
            required.Add($"{(variadic ? "ReadOnlySpan<Region>" : "Region")} {Parameter(name, "Region", names)}");
        }
        string returns = manyResults ? "Operation" : "Value";
        o.Append($"    /// <summary>Appends a <c>{op.Name}</c>: {DocComments.Text(op.Does.Clause)}.</summary>\n    {DocComments.Source(op.Does.Sources)}");
        if (infer)
        {
            o.Append("    /// <exception cref=\"ArgumentException\">The operation would violate a constraint; the message names it.</exception>\n");
        }
        o.Append($"    public static {returns} {Naming.Op(op.Name)}(this OpBuilder builder{string.Concat(required.Concat(optional).Select(p => ", " + p))})\n    {{\n");
        o.Append("        var attributes = new AttributeMap();\n");
        names = [.. op.Operands.Select(v => v.Name)];
        foreach (AttributeRow a in op.Attributes)
        {
            string parameter = Parameter(a.Name, "Attribute", names);
            if (a.Kind == "Unit")
            {
                o.Append($"        if ({parameter})\n        {{\n            attributes.Set({Naming.Text(a.Name)}, UnitAttr.Instance);\n        }}\n");
                continue;
            }
            AttributeMapping mapping = AttributeMapping.Of(table, a.Kind);
            if (a.Optional)
            {
                o.Append($"        if ({parameter} is {{ }} {parameter.TrimStart('@')}Value)\n        {{\n            attributes.Set({Naming.Text(a.Name)}, {mapping.Make(parameter.TrimStart('@') + "Value")});\n        }}\n");
            }
            else
            {
                o.Append($"        attributes.Set({Naming.Text(a.Name)}, {mapping.Make(parameter)});\n");
            }
        }
        if (op.Traits.Contains("AttrSizedOperandSegments"))
        {
            o.Append($"        attributes.Set(\"operandSegmentSizes\", new DenseArrayAttr(ElementKind.I32, [{string.Join(", ", op.Operands.Select(v => v.Variadic ? Naming.Camel(v.Name) + ".Length" : "1"))}]));\n");
        }
        string operands = op.Operands.Count == 1 && op.Operands[0].Variadic ? Naming.Camel(op.Operands[0].Name)
            : "[" + string.Join(", ", op.Operands.Select(v => (v.Variadic ? ".. " : "") + Naming.Camel(v.Name))) + "]";
        names = [.. op.Operands.Select(v => v.Name), .. op.Attributes.Select(a => a.Name)];
        string regions = op.Regions.Count == 1 && op.Regions[0].Variadic ? Parameter(op.Regions[0].Name, "Region", names)
            : "[" + string.Join(", ", op.Regions.Select(r => Parameter(r.Name, "Region", names))) + "]";
        string view = Naming.Op(op.Name) + "Op.OpName";
        string make = infer ? $"TypeInference.Create(builder, {view}, {operands}, attributes, {regions})"
            : $"builder.Create({view}, {operands}, {(op.Results.Count == 0 ? "[]" : manyResults ? "resultTypes" : "[resultType]")}, attributes, {regions})";
        o.Append($"        return {make}{(manyResults ? "" : ".Result")};\n    }}\n");
    }

    private static string Parameter(string name, string suffix, HashSet<string> taken)
    {
        string key = name;
        if (!taken.Add(key))
        {
            key = name + "_" + suffix.ToLowerInvariant();
            taken.Add(key);
        }
        return Naming.Camel(key);
    }
}
