using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>Prints the operations whose syntax is written in code.</summary>
internal sealed partial class Printer
{
    private bool TrySpecial(Operation op, OpSyntax syntax) => syntax.Special switch
    {
        SpecialSyntax.Module => PrintModule(op, syntax),
        SpecialSyntax.Func => PrintFunc(op, syntax),
        SpecialSyntax.Constant => PrintConstant(op, syntax),
        SpecialSyntax.Reduce => PrintReduce(op, syntax),
        SpecialSyntax.While => PrintWhile(op, syntax),
        SpecialSyntax.Scan => PrintScan(op, syntax),
        _ => PrintSdyComputation(op, syntax),
    };

    private void PrintRegionOf(OpSyntax syntax, Region region, bool arguments)
    {
        string outer = _defaultDialect;
        _defaultDialect = syntax.DefaultDialect;
        PrintRegion(region, arguments);
        _defaultDialect = outer;
    }

    private bool PrintModule(Operation op, OpSyntax syntax)
    {
        if (op.Regions.Length != 1 || op.Operands.Length > 0 || op.Results.Length > 0 || op.Regions[0].Blocks.Count > 1)
        {
            return false;
        }
        PrintName(syntax);
        PrintVisibility(op);
        if (op.Attributes["sym_name"] is StringAttr name)
        {
            Out.Byte((byte)' ');
            Symbol(name.Value);
        }
        PrintAttributes(op, syntax, " attributes");
        Out.Byte((byte)' ');
        PrintRegionOf(syntax, op.Regions[0], arguments: false);
        return true;
    }

    private void PrintVisibility(Operation op)
    {
        if (op.Attributes["sym_visibility"] is StringAttr visibility)
        {
            Out.Byte((byte)' ');
            Out.Ascii(visibility.Value);
        }
    }

    private bool PrintFunc(Operation op, OpSyntax syntax)
    {
        if (op.Regions.Length != 1 || op.Operands.Length > 0 || op.Results.Length > 0
            || op.Attributes["sym_name"] is not StringAttr name || op.Attributes["function_type"] is not TypeAttr { Type: FunctionType type }
            || op.Attributes["sym_visibility"] is not (null or StringAttr { Value: "private" or "public" or "nested" }))
        {
            return false;
        }
        Region body = op.Regions[0];
        if (!body.IsEmpty && (body.Entry.Arguments.Count != type.Inputs.Length || body.Entry.Operations.Count == 0))
        {
            return false;
        }
        for (int i = 0; !body.IsEmpty && i < type.Inputs.Length; i++)
        {
            if (!body.Entry.Arguments[i].Type.Equals(type.Inputs[i]))
            {
                return false;
            }
        }
        var func = new FuncOp(op);
        PrintName(syntax);
        PrintVisibility(op);
        Out.Byte((byte)' ');
        Symbol(name.Value);
        Out.Byte((byte)'(');
        for (int i = 0; i < type.Inputs.Length; i++)
        {
            Comma(i);
            DictionaryAttr attributes = func.ArgAttributes(i);
            if (!body.IsEmpty)
            {
                PrintArgument(body.Entry.Arguments[i], attributes);
                continue;
            }
            PrintTypeAndAttributes(type.Inputs[i], attributes);
        }
        Out.Byte((byte)')');
        if (type.Results.Length > 0)
        {
            Out.Bytes(" -> "u8);
            bool parens = type.Results.Length > 1 || type.Results[0] is FunctionType || func.ResultAttributes(0).Entries.Length > 0;
            if (parens)
            {
                Out.Byte((byte)'(');
            }
            for (int i = 0; i < type.Results.Length; i++)
            {
                Comma(i);
                PrintTypeAndAttributes(type.Results[i], func.ResultAttributes(i));
            }
            if (parens)
            {
                Out.Byte((byte)')');
            }
        }
        PrintAttributes(op, syntax, " attributes");
        if (!body.IsEmpty)
        {
            Out.Byte((byte)' ');
            PrintRegionOf(syntax, body, arguments: false);
        }
        return true;
    }

    private void PrintTypeAndAttributes(IrType type, DictionaryAttr attributes)
    {
        Type(type);
        if (attributes.Entries.Length > 0)
        {
            Out.Byte((byte)' ');
            Dictionary(attributes.Entries.Span);
        }
    }

    private bool PrintConstant(Operation op, OpSyntax syntax)
    {
        if (op.Results.Length != 1 || op.Operands.Length > 0 || op.Regions.Length > 0 || ElementsType(op.Attributes["value"]) is not { } type)
        {
            return false;
        }
        PrintName(syntax);
        if (!type.Equals(op.Results[0].Type))
        {
            PrintGenericRest(op, syntax);
            return true;
        }
        PrintAttributes(op, syntax);
        Out.Byte((byte)' ');
        Attribute(op.Attributes["value"]!);
        return true;
    }

    private bool PrintReduce(Operation op, OpSyntax syntax)
    {
        int pairs = op.Operands.Length / 2;
        if (op.Attributes["dimensions"] is not DenseArrayAttr { Kind: ElementKind.I64 } dimensions || op.Operands.Length != pairs * 2 || pairs == 0
            || op.Regions.Length != 1 || op.Regions[0].Blocks.Count != 1)
        {
            return false;
        }
        Block body = op.Regions[0].Entry;
        Operation? inner = CompactReducer(op, body);
        if (inner is null && (body.Arguments.Count != op.Operands.Length || body.Operations.Count == 0))
        {
            return false;
        }
        PrintName(syntax);
        for (int i = 0; i < pairs; i++)
        {
            Comma(i);
            Out.Byte((byte)'(');
            _names.Print(Out, op.Operands[i]);
            Out.Bytes(" init: "u8);
            _names.Print(Out, op.Operands[i + pairs]);
            Out.Byte((byte)')');
        }
        if (inner is not null)
        {
            Out.Bytes(" applies "u8);
            Out.Ascii(inner.Name.Full);
        }
        Out.Bytes(" across dimensions = "u8);
        Dims(dimensions.Values);
        PrintAttributes(op, syntax);
        Out.Bytes(" : "u8);
        PrintFunctionalType(op);
        if (inner is not null)
        {
            return true;
        }
        Newline();
        Out.Bytes(" reducer"u8);
        for (int i = 0; i < pairs; i++)
        {
            Out.Byte((byte)'(');
            PrintArgument(body.Arguments[i]);
            Out.Bytes(", "u8);
            PrintArgument(body.Arguments[i + pairs]);
            Out.Bytes(") "u8);
        }
        Out.Byte((byte)' ');
        PrintRegionOf(syntax, op.Regions[0], arguments: false);
        return true;
    }

    /// <summary>The one commutative operation that a reducer applies to its arguments and returns; null when it is anything else.</summary>
    private static Operation? CompactReducer(Operation op, Block body)
    {
        if (body.Operations.Count != 2 || body.Arguments.Count != 2)
        {
            return null;
        }
        Operation inner = body.Operations[0];
        Operation last = body.Operations[1];
        ElementType? element = op.Operands[0].Type switch
        {
            TensorType t => t.Element,
            UnrankedTensorType t => t.Element,
            _ => null,
        };
        if (element is null || !Parser.IsCommutative(inner.Name) || inner.Operands.Length != 2 || inner.Results.Length != 1 || inner.HasAttributes
            || last.Name.Full != "stablehlo.return" || last.HasAttributes)
        {
            return null;
        }
        var type = new TensorType(element, Shape.Scalar);
        bool fits = inner.Operands[0] == body.Arguments[0] && inner.Operands[1] == body.Arguments[1]
            && body.Arguments[0].Type.Equals(type) && body.Arguments[1].Type.Equals(type) && inner.Results[0].Type.Equals(type)
            && last.Operands.Length == 1 && last.Operands[0] == inner.Results[0];
        return fits ? inner : null;
    }

    private bool PrintWhile(Operation op, OpSyntax syntax)
    {
        if (op.Regions.Length != 2 || op.Regions[0].Blocks.Count != 1 || op.Regions[1].Blocks.Count != 1 || op.Results.Length != op.Operands.Length)
        {
            return false;
        }
        foreach (Region region in op.Regions)
        {
            if (region.Entry.Arguments.Count != op.Operands.Length || region.Entry.Operations.Count == 0)
            {
                return false;
            }
            for (int i = 0; i < op.Operands.Length; i++)
            {
                if (!region.Entry.Arguments[i].Type.Equals(op.Operands[i].Type) || !op.Results[i].Type.Equals(op.Operands[i].Type))
                {
                    return false;
                }
            }
        }
        PrintName(syntax);
        Out.Byte((byte)'(');
        for (int i = 0; i < op.Operands.Length; i++)
        {
            Comma(i);
            _names.Print(Out, op.Regions[1].Entry.Arguments[i]);
            Out.Bytes(" = "u8);
            _names.Print(Out, op.Operands[i]);
        }
        Out.Byte((byte)')');
        if (op.Operands.Length > 0)
        {
            Out.Bytes(" : "u8);
            PrintOperandTypes(op);
        }
        PrintAttributes(op, syntax, " attributes");
        Newline();
        Out.Bytes("cond "u8);
        PrintRegionOf(syntax, op.Regions[0], arguments: false);
        Out.Bytes(" do "u8);
        PrintRegionOf(syntax, op.Regions[1], arguments: false);
        return true;
    }

    private bool PrintScan(Operation op, OpSyntax syntax)
    {
        if (op.Regions.Length != 1 || op.Attributes["dimension"] is not IntegerAttr { Type: ScalarType { Kind: ElementKind.I64 } } dimension
            || op.Attributes["operandSegmentSizes"] is not DenseArrayAttr { Kind: ElementKind.I32, Values.Length: 2 } segments
            || op.Attributes["resultSegmentSizes"] is not DenseArrayAttr { Kind: ElementKind.I32, Values.Length: 2 } results
            || segments.Values[0] < 0 || segments.Values[1] < 0 || segments.Values[0] + segments.Values[1] != op.Operands.Length
            || results.Values[1] != segments.Values[1] || results.Values[0] + results.Values[1] != op.Results.Length)
        {
            return false;
        }
        int inputs = (int)segments.Values[0];
        PrintName(syntax);
        Out.Byte((byte)'(');
        PrintOperands(op.Operands[..inputs]);
        Out.Bytes(") inits ("u8);
        PrintOperands(op.Operands[inputs..]);
        Out.Bytes(") dimension="u8);
        Out.Number(dimension.Value);
        PrintAttributes(op, syntax, " attributes");
        Out.Byte((byte)' ');
        PrintRegionOf(syntax, op.Regions[0], arguments: true);
        Out.Bytes(" : "u8);
        PrintFunctionalType(op);
        return true;
    }

    private bool PrintSdyComputation(Operation op, OpSyntax syntax)
    {
        bool manual = syntax.Special == SpecialSyntax.ManualComputation;
        if (op.Regions.Length != 1 || op.Regions[0].Blocks.Count != 1 || op.Regions[0].Entry.Operations.Count == 0
            || op.Attributes["in_shardings"] is not (null or SdyShardingPerValueAttr) || op.Attributes["out_shardings"] is not (null or SdyShardingPerValueAttr)
            || manual && (op.Attributes["manual_axes"] is not SdyManualAxesAttr || op.Attributes["in_shardings"] is null || op.Attributes["out_shardings"] is null)
            || !manual && op.Attributes["name"] is not StringAttr { Type: null })
        {
            return false;
        }
        PrintName(syntax);
        if (!manual)
        {
            Out.Byte((byte)'<');
            Quoted(op.Attributes.Get<StringAttr>("name")!.Value);
            Out.Byte((byte)'>');
        }
        Out.Byte((byte)'(');
        PrintOperands(op.Operands);
        Out.Byte((byte)')');
        if (op.Attributes["in_shardings"] is SdyShardingPerValueAttr inputs)
        {
            Out.Bytes(" in_shardings="u8);
            ShardingList(inputs);
        }
        if (op.Attributes["out_shardings"] is SdyShardingPerValueAttr outputs)
        {
            Out.Bytes(" out_shardings="u8);
            ShardingList(outputs);
        }
        if (manual)
        {
            Out.Bytes(" manual_axes="u8);
            ManualAxes(op.Attributes.Get<SdyManualAxesAttr>("manual_axes")!);
        }
        Out.Bytes(" ("u8);
        Block body = op.Regions[0].Entry;
        for (int i = 0; i < body.Arguments.Count; i++)
        {
            Comma(i);
            PrintArgument(body.Arguments[i]);
        }
        Out.Bytes(") "u8);
        PrintRegionOf(syntax, op.Regions[0], arguments: false);
        PrintAttributes(op, syntax);
        Out.Bytes(" : "u8);
        PrintFunctionalType(op);
        return true;
    }
}
