namespace I1Xla.Generate;

/// <summary>How an attribute kind looks in C#: the type of a property or parameter, how it is read and how it is made.</summary>
internal sealed record AttributeMapping(string Type, bool IsValueType, Func<string, string> Read, Func<string, string> ReadOptional, Func<string, string> Make)
{
    public static AttributeMapping Of(OpTableFile table, string kind)
    {
        if (table.Enums.FirstOrDefault(e => e.Name == kind) is { } row)
        {
            return new(kind, true, n => $"AttributeAccess.Enum<{kind}>(Op, {n})", n => $"AttributeAccess.OptionalEnum<{kind}>(Op, {n})",
                v => row.Dialect == "integer" ? $"IntegerAttr.I32((int){v})" : $"new EnumAttr({Naming.Text(row.Dialect)}, {Naming.Text(row.Mnemonic)}, {v}.ToString())");
        }
        return kind switch
        {
            "I64" or "I64NonNegative" or "I64Positive" => Scalar("long", "IntegerAttr", ".Value", v => $"IntegerAttr.I64({v})"),
            "I32" or "I32NonNegative" or "I32Positive" => new("int", true, n => $"(int)AttributeAccess.Required<IntegerAttr>(Op, {n}).Value", n => $"(int?)AttributeAccess.Optional<IntegerAttr>(Op, {n})?.Value", v => $"IntegerAttr.I32({v})"),
            "F32" => new("float", true, n => $"(float)AttributeAccess.Required<FloatAttr>(Op, {n}).Value", n => $"(float?)AttributeAccess.Optional<FloatAttr>(Op, {n})?.Value", v => $"new FloatAttr({v}, ScalarType.F32)"),
            "Bool" => Scalar("bool", "BoolAttr", ".Value", v => $"new BoolAttr({v})"),
            "String" => new("string", false, n => $"AttributeAccess.Required<StringAttr>(Op, {n}).Value", n => $"AttributeAccess.Optional<StringAttr>(Op, {n})?.Value", v => $"new StringAttr({v})"),
            "I64Array" => Scalar("ValueArray<long>", "DenseArrayAttr", ".Values", v => $"new DenseArrayAttr(ElementKind.I64, {v})"),
            "BoolArray" => new("ValueArray<bool>", true, n => $"AttributeAccess.Bools(AttributeAccess.Required<DenseArrayAttr>(Op, {n}))", n => $"AttributeAccess.Optional<DenseArrayAttr>(Op, {n}) is {{ }} bools ? AttributeAccess.Bools(bools) : null", v => $"DenseArrayAttr.I1({v}.Span)"),
            "Dictionary" => Reference("DictionaryAttr"),
            "Array" or "Layouts" or "Tilings" or "OutputOperandAliases" or "PrecisionConfig" or "SymbolRefArray" => Reference("ArrayAttr"),
            "SymbolRef" => Reference("SymbolRefAttr"),
            "I64Elements" => Reference("DenseElementsAttr"),
            "Elements" or "StringOrDictionary" or "Typed" or "ReplicaGroups" => Reference("Attribute"),
            _ => Reference(kind + "Attr"),
        };
    }

    /// <summary>The C# spelling of a default from the table; null when the property then is nullable.</summary>
    public static string? Default(OpTableFile table, AttributeRow a) => a.Default switch
    {
        null => null,
        "{}" => a.Kind == "Dictionary" ? "DictionaryAttr.Empty" : "ArrayAttr.Empty",
        "\"\"" => "\"\"",
        _ when table.Enums.Any(e => e.Name == a.Kind) => $"{a.Kind}.{a.Default}",
        _ when a.Kind == "ResultAccuracy" => $"new ResultAccuracyAttr(0, 0, 0, \"{a.Default}\")",
        var other => other,
    };

    private static AttributeMapping Scalar(string type, string attr, string member, Func<string, string> make) =>
        new(type, true, n => $"AttributeAccess.Required<{attr}>(Op, {n}){member}", n => $"AttributeAccess.Optional<{attr}>(Op, {n})?{member}", make);

    private static AttributeMapping Reference(string attr) =>
        new(attr, false, n => $"AttributeAccess.Required<{attr}>(Op, {n})", n => $"AttributeAccess.Optional<{attr}>(Op, {n})", v => v);
}
