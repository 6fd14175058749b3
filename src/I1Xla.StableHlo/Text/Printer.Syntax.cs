using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Prints operations in their own syntax. An operation that does not fit it (a wrong number of operands, an attribute of another kind) is printed in the generic form.</summary>
internal sealed partial class Printer
{
    private bool TryPretty(Operation op, OpSyntax syntax)
    {
        if (syntax.Special != SpecialSyntax.None)
        {
            return TrySpecial(op, syntax);
        }
        if (syntax.Parts.Length == 0 || !Fits(op, syntax))
        {
            return false;
        }
        PrintName(syntax);
        bool space = true;
        bool punctuation = false;
        SyntaxPart[] parts = syntax.Parts;
        int operand = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            ref readonly SyntaxPart part = ref parts[i];
            switch (part.Kind)
            {
                case PartKind.Literal:
                    PrintLiteral(part.Literal, ref space, ref punctuation);
                    continue;
                case PartKind.OptionalBegin:
                    int end = Array.FindIndex(parts, i, p => p.Kind == PartKind.OptionalEnd);
                    string anchor = parts[end - 1].Name;
                    if (op.Attributes[anchor] is not { } value || OpSyntaxTable.IsDefault(syntax, anchor, value))
                    {
                        i = end;
                    }
                    continue;
                case PartKind.OptionalEnd:
                    continue;
                case PartKind.Attributes:
                    PrintAttributes(op, syntax);
                    (space, punctuation) = (true, false);
                    continue;
                case PartKind.Precision or PartKind.PrecisionAlgorithm:
                    PrintPrecision(op);
                    continue;
                case PartKind.OperandTypes:
                    if (op.Operands.Length > 0)
                    {
                        Out.Bytes(" : "u8);
                        PrintOperandTypes(op);
                    }
                    continue;
                case PartKind.Barrier:
                    PrintBarrier(op, syntax);
                    continue;
                case PartKind.VariadicOperands when op.Operands.Length == 0:
                    continue;
                case PartKind.Reduction when op.Attributes[part.Name] is null or IntegerAttr { Value: 0 }:
                    continue;
                case PartKind.Regions:
                    PrintCompositeRegions(op);
                    continue;
            }
            if (space || !punctuation)
            {
                Out.Byte((byte)' ');
            }
            PrintPart(op, part, ref operand);
            (space, punctuation) = (true, false);
        }
        return true;
    }

    private void PrintName(OpSyntax syntax)
    {
        OpName name = syntax.Name;
        bool leaveOut = _defaultDialect.Length > 0 && name.Dialect == _defaultDialect;
        Out.Bytes(leaveOut ? syntax.NameBytes.AsSpan(name.Dialect.Length + 1) : syntax.NameBytes);
    }

    /// <summary>A literal with the blanks that MLIR's assembly formats put around it.</summary>
    private void PrintLiteral(byte[] literal, ref bool space, ref bool punctuation)
    {
        byte first = literal[0];
        bool blank = literal.Length > 1 || (punctuation ? ")}],>"u8.IndexOf(first) < 0 : "<>(){}[],"u8.IndexOf(first) < 0);
        if (blank && (space || !punctuation))
        {
            Out.Byte((byte)' ');
        }
        Out.Bytes(literal);
        if (literal.Length > 1 && literal[^1] == '=')
        {
            (space, punctuation) = (false, true);
            return;
        }
        space = literal.Length > 1 || "<({["u8.IndexOf(first) < 0;
        punctuation = !(char.IsAsciiLetter((char)first) || first == '_');
    }

    /// <summary>Whether operands, results and attributes are what the syntax can spell.</summary>
    private static bool Fits(Operation op, OpSyntax syntax)
    {
        int operands = 0;
        bool variadic = false;
        bool optional = false;
        bool namesResults = false;
        foreach (ref readonly SyntaxPart part in syntax.Parts.AsSpan())
        {
            switch (part.Kind)
            {
                case PartKind.Operands:
                    operands += part.Count;
                    break;
                case PartKind.VariadicOperandsComma when op.Operands.Length <= operands:
                    return false;
                case PartKind.VariadicOperands or PartKind.VariadicOperandsComma:
                    variadic = true;
                    break;
                case PartKind.OptionalBegin:
                    optional = true;
                    break;
                case PartKind.OptionalEnd:
                    optional = false;
                    break;
                case PartKind.Types:
                    namesResults = true;
                    if (!TypesFit(op, part.Types))
                    {
                        return false;
                    }
                    break;
                default:
                    namesResults |= part.Kind is PartKind.Elements or PartKind.Typed or PartKind.Barrier;
                    variadic |= part.Kind == PartKind.Barrier;
                    if (!AttributeFits(op, part, optional))
                    {
                        return false;
                    }
                    break;
            }
        }
        if (!namesResults && op.Results.Length > 0)
        {
            return false;
        }
        return (variadic ? op.Operands.Length >= operands : op.Operands.Length == operands) && (op.Regions.Length == 0 || syntax.Parts.Any(p => p.Kind == PartKind.Regions));
    }

    private static bool TypesFit(Operation op, TypeSyntax types) => types switch
    {
        TypeSyntax.Func or TypeSyntax.Arrow or TypeSyntax.Cast => true,
        TypeSyntax.Same or TypeSyntax.Select or TypeSyntax.Complex => op.Results.Length == 1,
        TypeSyntax.Result => op.Results.Length == 1 && op.Operands.Length == 0,
        TypeSyntax.ResultSame => op.Results.Length == 1 && op.Operands.Length == 1 && op.Operands[0].Type.Equals(op.Results[0].Type),
        TypeSyntax.Operand => op.Results.Length == 0 && op.Operands.Length > 0 && AllOperandsAre(op, op.Operands[0].Type),
        TypeSyntax.OperandList => op.Results.Length == 0,
        TypeSyntax.Tuple => op.Results.Length == 1 && op.Results[0].Type is TupleType tuple && OperandTypesAre(op, tuple.Elements.Span),
        TypeSyntax.TopK => op.Results.Length == 2,
        TypeSyntax.Dim => op.Results.Length == 1 && op.Operands.Length == 2,
        _ => false,
    };

    private static bool AllOperandsAre(Operation op, IrType type)
    {
        foreach (Value operand in op.Operands)
        {
            if (!ReferenceEquals(operand.Type, type) && !operand.Type.Equals(type))
            {
                return false;
            }
        }
        return true;
    }

    private static bool ResultsAreOperands(Operation op)
    {
        bool same = op.Results.Length == op.Operands.Length;
        for (int i = 0; same && i < op.Operands.Length; i++)
        {
            same = op.Operands[i].Type.Equals(op.Results[i].Type);
        }
        return same;
    }

    private static bool OperandTypesAre(Operation op, ReadOnlySpan<IrType> types)
    {
        bool same = op.Operands.Length == types.Length;
        for (int i = 0; same && i < types.Length; i++)
        {
            same = op.Operands[i].Type.Equals(types[i]);
        }
        return same;
    }

    private static bool AttributeFits(Operation op, in SyntaxPart part, bool optional)
    {
        bool Is<T>(string name) where T : Attribute => op.Attributes[name] is T;
        bool IsOrAbsent<T>(string name) where T : Attribute => op.Attributes[name] is T or null;
        bool IsDims(string name) => op.Attributes[name] is DenseArrayAttr { Kind: ElementKind.I64 };
        bool IsDimsOrAbsent(string name) => op.Attributes[name] is DenseArrayAttr { Kind: ElementKind.I64 } or null;
        if (optional && part.Name.Length > 0 && op.Attributes[part.Name] is null)
        {
            return true;
        }
        string name = part.Name;
        return part.Kind switch
        {
            PartKind.Integer => op.Attributes[name] is IntegerAttr { Type: ScalarType scalar } && scalar.Kind == part.Element,
            PartKind.Float => op.Attributes[name] is FloatAttr { Type.Kind: ElementKind.F64 } floating && double.IsFinite(floating.Value),
            PartKind.Bool => Is<BoolAttr>(name),
            PartKind.String => op.Attributes[name] is StringAttr { Type: null },
            PartKind.Symbol => op.Attributes[name] is StringAttr { Type: null, Value.Length: > 0 },
            PartKind.Dims => IsDims(name),
            PartKind.Enum => op.Attributes[name] is EnumAttr value && value.Mnemonic == part.Enum && value.Dialect == "stablehlo",
            PartKind.SymbolRef => op.Attributes[name] is SymbolRefAttr { Nested.Length: 0 },
            PartKind.Barrier => ResultsAreOperands(op),
            PartKind.Elements => ValueTypeFits(op, name),
            PartKind.Typed => op.Results.Length == 1,
            PartKind.Slice => op.Attributes["start_indices"] is DenseArrayAttr { Kind: ElementKind.I64 } start
                && op.Attributes["limit_indices"] is DenseArrayAttr { Kind: ElementKind.I64 } limit
                && op.Attributes["strides"] is DenseArrayAttr { Kind: ElementKind.I64 } strides
                && start.Values.Length == limit.Values.Length && start.Values.Length == strides.Values.Length,
            PartKind.Conv => op.Attributes[name] is ConvDimensionNumbersAttr conv && IsRegular(conv),
            PartKind.Window => IsDimsOrAbsent("window_strides") && IsDimsOrAbsent("lhs_dilation") && IsDimsOrAbsent("rhs_dilation")
                && op.Attributes["window_reversal"] is DenseArrayAttr { Kind: ElementKind.I1 } or null && PaddingFits(op.Attributes["padding"]),
            PartKind.Precision => IsPrecision(op.Attributes["precision_config"]),
            PartKind.PrecisionAlgorithm => IsPrecision(op.Attributes["precision_config"]) && IsOrAbsent<DotAlgorithmAttr>("algorithm"),
            PartKind.DotDims => Is<DotDimensionNumbersAttr>("dot_dimension_numbers"),
            PartKind.ExponentMantissa => op.Attributes["exponent_bits"] is IntegerAttr { Value: >= 0 } && op.Attributes["mantissa_bits"] is IntegerAttr { Value: >= 0 },
            PartKind.SdyMesh => Is<SdyMeshAttr>(name),
            PartKind.SdySharding => Is<SdyShardingAttr>(name),
            PartKind.SdyAxisLists => Is<SdyListOfAxisRefListsAttr>(name),
            PartKind.SdyAxes => Is<SdyAxisRefListAttr>(name),
            PartKind.SdyParams => Is<SdyAllToAllParamListAttr>(name),
            PartKind.Reduction => op.Attributes[name] is IntegerAttr { Value: >= 0 and <= 2 } or null,
            PartKind.Direction => op.Attributes[name] is IntegerAttr { Value: >= 0 and <= 3 },
            _ => true,
        };
    }

    private static bool IsPrecision(Attribute? attribute) =>
        attribute is null || attribute is ArrayAttr array && array.Items.Span.ToArray().All(item => item is EnumAttr { Mnemonic: "precision", Dialect: "stablehlo" });

    private static bool PaddingFits(Attribute? attribute) =>
        attribute is null or DenseElementsAttr { Type: { Kind: ElementKind.I64, Rank: 2 } } && (attribute is null || ((DenseElementsAttr)attribute).Type.Shape[1] == 2 && ((DenseElementsAttr)attribute).Type.Shape[0] < 1000);

    private static bool ValueTypeFits(Operation op, string name)
    {
        IrType? type = ElementsType(op.Attributes[name]);
        return type is not null && (op.Results.Length == 1 ? type.Equals(op.Results[0].Type) : op.Operands.Length == 1 && type.Equals(op.Operands[0].Type));
    }

    private static IrType? ElementsType(Attribute? attribute) => attribute switch
    {
        DenseElementsAttr a => a.Type,
        DenseResourceAttr a => a.Type,
        DenseStringElementsAttr a => a.Type,
        _ => null,
    };

    private void PrintPart(Operation op, in SyntaxPart part, ref int operand)
    {
        Attribute? attribute = part.Name.Length > 0 ? op.Attributes[part.Name] : null;
        switch (part.Kind)
        {
            case PartKind.Operands:
                PrintOperands(op.Operands.Slice(operand, part.Count));
                operand += part.Count;
                break;
            case PartKind.VariadicOperands:
                PrintOperands(op.Operands[operand..]);
                break;
            case PartKind.VariadicOperandsComma:
                PrintOperands(op.Operands[operand..]);
                Out.Byte((byte)',');
                break;
            case PartKind.Types:
                PrintTypes(op, part.Types);
                break;
            case PartKind.Integer:
                Integer(((IntegerAttr)attribute!).Value, ((IntegerAttr)attribute).Type);
                break;
            case PartKind.Float:
                FloatText.Write(Out, ((FloatAttr)attribute!).Value, ElementKind.F64);
                break;
            case PartKind.Bool:
                Out.Bytes(((BoolAttr)attribute!).Value ? "true"u8 : "false"u8);
                break;
            case PartKind.String:
                Quoted(((StringAttr)attribute!).Value);
                break;
            case PartKind.Symbol:
                Symbol(((StringAttr)attribute!).Value);
                break;
            case PartKind.SymbolRef:
                Symbol(((SymbolRefAttr)attribute!).Root);
                break;
            case PartKind.Dims:
                Dims(((DenseArrayAttr)attribute!).Values);
                break;
            case PartKind.Enum:
                // MLIR's own printer puts two blanks here.
                Out.Byte((byte)' ');
                Out.Ascii(((EnumAttr)attribute!).Value);
                break;
            case PartKind.Elements or PartKind.Typed:
                Attribute(attribute!);
                break;
            case PartKind.Slice:
                PrintSliceRanges(op);
                break;
            case PartKind.Conv:
                ConvDimensions((ConvDimensionNumbersAttr)attribute!);
                break;
            case PartKind.Window:
                PrintWindow(op);
                break;
            case PartKind.DotDims:
                PrintDotDims(op.Attributes.Get<DotDimensionNumbersAttr>("dot_dimension_numbers")!);
                break;
            case PartKind.ExponentMantissa:
                Out.Byte((byte)'e');
                Out.Number(op.Attributes.Get<IntegerAttr>("exponent_bits")!.Value);
                Out.Byte((byte)'m');
                Out.Number(op.Attributes.Get<IntegerAttr>("mantissa_bits")!.Value);
                break;
            case PartKind.SdyMesh:
                Mesh((SdyMeshAttr)attribute!);
                break;
            case PartKind.SdySharding:
                Sharding((SdyShardingAttr)attribute!);
                break;
            case PartKind.SdyAxisLists:
                AxisLists((SdyListOfAxisRefListsAttr)attribute!);
                break;
            case PartKind.SdyAxes:
                AxisList(((SdyAxisRefListAttr)attribute!).Axes);
                break;
            case PartKind.SdyParams:
                AllToAllParams((SdyAllToAllParamListAttr)attribute!);
                break;
            case PartKind.Reduction:
                Out.Bytes(((IntegerAttr)attribute!).Value == 1 ? "max"u8 : "min"u8);
                break;
            case PartKind.Direction:
                Out.Ascii(Parser.SdyDirections[((IntegerAttr)attribute!).Value]);
                break;
        }
    }

    private void PrintOperandTypes(Operation op)
    {
        for (int i = 0; i < op.Operands.Length; i++)
        {
            Comma(i);
            Type(op.Operands[i].Type);
        }
    }

    private void PrintResultTypes(Operation op)
    {
        for (int i = 0; i < op.Results.Length; i++)
        {
            Comma(i);
            Type(op.Results[i].Type);
        }
    }

    private void PrintTypes(Operation op, TypeSyntax types)
    {
        switch (types)
        {
            case TypeSyntax.Same when !AllOperandsAre(op, op.Results[0].Type):
            case TypeSyntax.Select when op.Operands.Length != 3 || !op.Operands[1].Type.Equals(op.Results[0].Type) || !op.Operands[2].Type.Equals(op.Results[0].Type):
            case TypeSyntax.Complex when !IsComplexOfOperands(op):
            case TypeSyntax.Func:
                PrintFunctionalType(op);
                break;
            case TypeSyntax.Select:
                Type(op.Operands[0].Type);
                Out.Bytes(", "u8);
                Type(op.Results[0].Type);
                break;
            case TypeSyntax.Operand:
                Type(op.Operands[0].Type);
                break;
            case TypeSyntax.OperandList:
                PrintOperandTypes(op);
                break;
            case TypeSyntax.Arrow:
                PrintOperandTypes(op);
                Out.Bytes(" -> "u8);
                PrintResultTypes(op);
                break;
            case TypeSyntax.TopK:
                PrintOperandTypes(op);
                Out.Bytes(" -> ("u8);
                PrintResultTypes(op);
                Out.Byte((byte)')');
                break;
            case TypeSyntax.Cast:
                PrintOperandTypes(op);
                Out.Bytes(" to "u8);
                PrintResultTypes(op);
                break;
            case TypeSyntax.Dim:
                Type(op.Operands[0].Type);
                break;
            default:
                Type(op.Results[0].Type);
                break;
        }
    }

    private static bool IsComplexOfOperands(Operation op) =>
        op.Results[0].Type is TensorType result && result.Kind.IsComplex() && AllOperandsAre(op, result with { Element = ScalarType.Of(result.Kind.RealPart()) });

    private void PrintPrecision(Operation op)
    {
        if (op.Attributes["precision_config"] is ArrayAttr precision)
        {
            Out.Bytes(", precision = ["u8);
            for (int i = 0; i < precision.Items.Length; i++)
            {
                Comma(i);
                Out.Ascii(((EnumAttr)precision.Items[i]).Value);
            }
            Out.Byte((byte)']');
        }
        if (op.Attributes["algorithm"] is DotAlgorithmAttr algorithm)
        {
            Out.Bytes(", algorithm = "u8);
            DotAlgorithm(algorithm);
        }
    }

    private void PrintBarrier(Operation op, OpSyntax syntax)
    {
        PrintAttributes(op, syntax);
        if (op.Operands.Length == 0)
        {
            Out.Bytes("()"u8);
            return;
        }
        Out.Byte((byte)' ');
        PrintOperands(op.Operands);
        Out.Bytes(" : "u8);
        PrintOperandTypes(op);
    }

    private void PrintCompositeRegions(Operation op)
    {
        if (op.Regions.Length == 0)
        {
            return;
        }
        Out.Bytes(" ("u8);
        string outer = _defaultDialect;
        _defaultDialect = "";
        for (int i = 0; i < op.Regions.Length; i++)
        {
            Comma(i);
            PrintRegion(op.Regions[i], arguments: true);
        }
        _defaultDialect = outer;
        Out.Byte((byte)')');
    }

    private void PrintSliceRanges(Operation op)
    {
        ReadOnlySpan<long> starts = op.Attributes.Get<DenseArrayAttr>("start_indices")!.Values.Span;
        ReadOnlySpan<long> limits = op.Attributes.Get<DenseArrayAttr>("limit_indices")!.Values.Span;
        ReadOnlySpan<long> strides = op.Attributes.Get<DenseArrayAttr>("strides")!.Values.Span;
        Out.Byte((byte)'[');
        for (int i = 0; i < starts.Length; i++)
        {
            Comma(i);
            Out.Number(starts[i]);
            Out.Byte((byte)':');
            Out.Number(limits[i]);
            if (strides[i] != 1)
            {
                Out.Byte((byte)':');
                Out.Number(strides[i]);
            }
        }
        Out.Byte((byte)']');
    }

    private void PrintWindow(Operation op)
    {
        bool any = false;
        void Begin(ReadOnlySpan<byte> key)
        {
            Comma(any ? 1 : 0);
            any = true;
            Out.Bytes(key);
            Out.Bytes(" = ["u8);
        }
        void List(ReadOnlySpan<byte> key, string name)
        {
            if (op.Attributes[name] is DenseArrayAttr array)
            {
                Begin(key);
                DenseArrayItems(array);
                Out.Byte((byte)']');
            }
        }
        List("stride"u8, "window_strides");
        if (op.Attributes["padding"] is DenseElementsAttr padding)
        {
            Begin("pad"u8);
            ReadOnlySpan<long> values = Literal.FromDense(padding).As<long>();
            for (int i = 0; i + 1 < values.Length; i += 2)
            {
                Comma(i);
                Out.Byte((byte)'[');
                Out.Number(values[i]);
                Out.Bytes(", "u8);
                Out.Number(values[i + 1]);
                Out.Byte((byte)']');
            }
            Out.Byte((byte)']');
        }
        List("lhs_dilate"u8, "lhs_dilation");
        List("rhs_dilate"u8, "rhs_dilation");
        if (op.Attributes["window_reversal"] is DenseArrayAttr reversal)
        {
            Begin("reverse"u8);
            for (int i = 0; i < reversal.Values.Length; i++)
            {
                // MLIR prints these booleans as true and false and reads them as either.
                Comma(i);
                Out.Bytes(reversal.Values[i] != 0 ? "true"u8 : "false"u8);
            }
            Out.Byte((byte)']');
        }
    }

    private void PrintDotDims(DotDimensionNumbersAttr dot)
    {
        if (dot.LhsBatchingDimensions.Length > 0 || dot.RhsBatchingDimensions.Length > 0)
        {
            Out.Bytes("batching_dims = "u8);
            Dims(dot.LhsBatchingDimensions);
            Out.Bytes(" x "u8);
            Dims(dot.RhsBatchingDimensions);
            Out.Bytes(", "u8);
        }
        Out.Bytes("contracting_dims = "u8);
        Dims(dot.LhsContractingDimensions);
        Out.Bytes(" x "u8);
        Dims(dot.RhsContractingDimensions);
    }
}
