using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>Prints operations, regions and blocks.</summary>
internal sealed partial class Printer : AttributePrinter
{
    private readonly SsaNames _names;
    private readonly Dictionary<Location, string> _locationAliases = [];
    private readonly List<(string Alias, Location Location)> _locations = [];
    private bool _byAlias;
    private int _indent;
    private string _defaultDialect = "builtin";

    public Printer(ByteBuffer output, PrintOptions options) : base(output, options) => _names = new SsaNames(options.Generic);

    /// <summary>Prints an operation by itself, then what it refers to.</summary>
    public void Top(Operation op)
    {
        _names.Number(op);
        PrintEncodings(op);
        PrintOperation(op);
        Out.Byte((byte)'\n');
        _byAlias = true;
        foreach ((string alias, Location location) in _locations)
        {
            Out.Ascii($"#{alias} = ");
            Location(location);
            Out.Byte((byte)'\n');
        }
        _byAlias = false;
        if (Resources.Count > 0)
        {
            PrintResources();
        }
    }

    /// <summary>Names the sparse encodings of tensor types, in order of appearance, and prints what they stand for.</summary>
    private void PrintEncodings(Operation root)
    {
        var found = new List<OpaqueAttr>();
        void Visit(IrType type)
        {
            if (type is TensorType { Encoding: OpaqueAttr { Dialect: "sparse_tensor" } encoding } && !found.Contains(encoding))
            {
                found.Add(encoding);
            }
        }
        root.Walk(op =>
        {
            foreach (OpResult result in op.Results)
            {
                Visit(result.Type);
            }
            foreach (Region region in op.Regions)
            {
                foreach (Block block in region.Blocks)
                {
                    foreach (BlockArgument argument in block.Arguments)
                    {
                        Visit(argument.Type);
                    }
                }
            }
        });
        foreach (OpaqueAttr encoding in found)
        {
            string alias = EncodingAliases.Count == 0 ? "sparse" : $"sparse{EncodingAliases.Count}";
            Out.Ascii($"#{alias} = #sparse_tensor.{string.Join(' ', encoding.Body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}\n");
            EncodingAliases.Add(encoding, alias);
        }
    }

    private void PrintResources()
    {
        Out.Bytes("\n{-#\n  dialect_resources: {\n    builtin: {\n"u8);
        int count = 0;
        foreach ((string handle, ReadOnlyMemory<byte> blob) in Resources)
        {
            Out.Bytes("      "u8);
            KeywordOrString(handle);
            // The alignment, four bytes, stands before the data; four suits every element kind that is read in place.
            Out.Bytes(": \"0x04000000"u8);
            HexBytes(blob.Span);
            Out.Bytes(++count < Resources.Count ? "\",\n"u8 : "\"\n"u8);
        }
        Out.Bytes("    }\n  }\n#-}\n"u8);
    }

    private void Newline()
    {
        Out.Byte((byte)'\n');
        Out.Spaces(_indent);
    }

    private void PrintOperation(Operation op)
    {
        if (op.Results.Length > 0)
        {
            PrintResultNames(op);
        }
        OpSyntax? syntax = OpSyntaxTable.Find(op.Name);
        if (Options.Generic || syntax is null || !TryPretty(op, syntax))
        {
            Out.Byte((byte)'"');
            Out.Bytes(syntax?.NameBytes ?? MlirString.Encode(op.Name.Full));
            Out.Byte((byte)'"');
            PrintGenericRest(op, syntax);
        }
        if (Options.Locations)
        {
            PrintTrailingLocation(op.Location);
        }
    }

    private void PrintResultNames(Operation op)
    {
        bool apart = _names.AreResultsApart(op);
        for (int i = 0; i < (apart ? op.Results.Length : 1); i++)
        {
            Comma(i);
            _names.Print(Out, op.Results[i], bare: true);
        }
        if (!apart && op.Results.Length > 1)
        {
            Out.Byte((byte)':');
            Out.Number((long)op.Results.Length);
        }
        Out.Bytes(" = "u8);
    }

    /// <summary>The generic form after the name.</summary>
    private void PrintGenericRest(Operation op, OpSyntax? syntax)
    {
        Out.Byte((byte)'(');
        PrintOperands(op.Operands);
        Out.Byte((byte)')');
        ReadOnlySpan<NamedAttribute> attributes = op.HasAttributes ? Sorted(op.Attributes) : default;
        bool any = false;
        if (syntax is not null)
        {
            foreach (ref readonly NamedAttribute entry in attributes)
            {
                if (Array.IndexOf(syntax.Inherent, entry.Name) < 0)
                {
                    continue;
                }
                Out.Bytes(any ? ", "u8 : " <{"u8);
                any = true;
                Named(entry);
            }
            if (any)
            {
                Out.Bytes("}>"u8);
            }
        }
        if (op.Regions.Length > 0)
        {
            Out.Bytes(" ("u8);
            string outer = _defaultDialect;
            _defaultDialect = "";
            for (int i = 0; i < op.Regions.Length; i++)
            {
                Comma(i);
                PrintRegion(op.Regions[i], arguments: true, emptyBlock: true);
            }
            _defaultDialect = outer;
            Out.Byte((byte)')');
        }
        any = false;
        foreach (ref readonly NamedAttribute entry in attributes)
        {
            if (syntax is not null && Array.IndexOf(syntax.Inherent, entry.Name) >= 0)
            {
                continue;
            }
            Out.Bytes(any ? ", "u8 : " {"u8);
            any = true;
            Named(entry);
        }
        if (any)
        {
            Out.Byte((byte)'}');
        }
        Out.Bytes(" : "u8);
        PrintFunctionalType(op);
    }

    private void PrintFunctionalType(Operation op)
    {
        Out.Byte((byte)'(');
        for (int i = 0; i < op.Operands.Length; i++)
        {
            Comma(i);
            Type(op.Operands[i].Type);
        }
        Out.Bytes(") -> "u8);
        bool bare = op.Results.Length == 1 && op.Results[0].Type is not FunctionType;
        if (!bare)
        {
            Out.Byte((byte)'(');
        }
        for (int i = 0; i < op.Results.Length; i++)
        {
            Comma(i);
            Type(op.Results[i].Type);
        }
        if (!bare)
        {
            Out.Byte((byte)')');
        }
    }

    private void PrintOperands(ReadOnlySpan<Value> operands)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            Comma(i);
            _names.Print(Out, operands[i]);
        }
    }

    private static ReadOnlySpan<NamedAttribute> Sorted(AttributeMap map)
    {
        ReadOnlySpan<NamedAttribute> entries = map.Entries;
        for (int i = 1; i < entries.Length; i++)
        {
            if (string.CompareOrdinal(entries[i - 1].Name, entries[i].Name) > 0)
            {
                NamedAttribute[] sorted = entries.ToArray();
                Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
                return sorted;
            }
        }
        return entries;
    }

    /// <summary><c> {…}</c> of the attributes that the syntax does not spell; nothing when there are none.</summary>
    private void PrintAttributes(Operation op, OpSyntax syntax, string keyword = "")
    {
        if (!op.HasAttributes)
        {
            return;
        }
        bool any = false;
        foreach (ref readonly NamedAttribute entry in Sorted(op.Attributes))
        {
            if (Array.IndexOf(syntax.Spelled, entry.Name) >= 0 || OpSyntaxTable.IsDefault(syntax, entry.Name, entry.Value))
            {
                continue;
            }
            if (!any)
            {
                Out.Ascii(keyword);
            }
            Out.Bytes(any ? ", "u8 : " {"u8);
            any = true;
            Named(entry);
        }
        if (any)
        {
            Out.Byte((byte)'}');
        }
    }

    /// <summary><c>{ … }</c> with the blocks of a region.</summary>
    private void PrintRegion(Region region, bool arguments, bool emptyBlock = false)
    {
        Out.Bytes("{\n"u8);
        for (int b = 0; b < region.Blocks.Count; b++)
        {
            Block block = region.Blocks[b];
            bool header = b > 0 || arguments && block.Arguments.Count > 0 || emptyBlock && block.Operations.Count == 0;
            if (header)
            {
                PrintBlockHeader(block, b);
            }
            _indent += 2;
            foreach (Operation op in block.Operations)
            {
                Out.Spaces(_indent);
                PrintOperation(op);
                Out.Byte((byte)'\n');
            }
            _indent -= 2;
        }
        Out.Spaces(_indent);
        Out.Byte((byte)'}');
    }

    private void PrintBlockHeader(Block block, int index)
    {
        Out.Spaces(_indent);
        Out.Ascii($"^bb{index}");
        if (block.Arguments.Count > 0)
        {
            Out.Byte((byte)'(');
            for (int i = 0; i < block.Arguments.Count; i++)
            {
                Comma(i);
                PrintArgument(block.Arguments[i]);
            }
            Out.Byte((byte)')');
        }
        Out.Bytes(":"u8);
        if (index > 0)
        {
            Out.Bytes("  // no predecessors"u8);
        }
        Out.Byte((byte)'\n');
    }

    private void PrintArgument(BlockArgument argument, DictionaryAttr? attributes = null)
    {
        _names.Print(Out, argument);
        Out.Bytes(": "u8);
        Type(argument.Type);
        if (attributes is { Entries.Length: > 0 })
        {
            Out.Byte((byte)' ');
            Dictionary(attributes.Entries.Span);
        }
        if (Options.Locations)
        {
            Out.Byte((byte)' ');
            Location(argument.Location);
        }
    }

    private void PrintTrailingLocation(Location location)
    {
        Out.Bytes(" loc(#"u8);
        Out.Ascii(Alias(location));
        Out.Byte((byte)')');
    }

    /// <summary>
    /// The alias of a location. Only the location of an operation may name an alias that is defined further down, so the
    /// locations inside one get theirs first, and those of arguments are written out.
    /// </summary>
    private string Alias(Location location)
    {
        if (_locationAliases.TryGetValue(location, out string? alias))
        {
            return alias;
        }
        switch (location)
        {
            case NameLocation { Child: not (null or UnknownLocation) } name:
                Alias(name.Child);
                break;
            case CallSiteLocation call:
                Alias(call.Callee);
                Alias(call.Caller);
                break;
            case FusedLocation fused:
                foreach (Location part in fused.Locations)
                {
                    Alias(part);
                }
                break;
        }
        alias = _locations.Count == 0 ? "loc" : $"loc{_locations.Count}";
        _locationAliases.Add(location, alias);
        _locations.Add((alias, location));
        return alias;
    }

    /// <summary>A location inside another: by its alias among the aliases, written out elsewhere.</summary>
    protected override void NestedLocation(Location location)
    {
        if (_byAlias && _locationAliases.TryGetValue(location, out string? alias))
        {
            Out.Byte((byte)'#');
            Out.Ascii(alias);
            return;
        }
        LocationBody(location);
    }
}
