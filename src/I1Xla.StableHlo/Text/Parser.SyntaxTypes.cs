using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>How operations whose syntax is a row of <see cref="OpSyntaxTable"/> write their types.</summary>
internal sealed partial class Parser
{
    private void PushTypeList()
    {
        do
        {
            IrType type = ParseType();
            _types.Add(type);
        }
        while (TryTake((byte)','));
    }

    private void CheckTypeCount(int useStart, int typeStart, int at)
    {
        int operands = _uses.Count - useStart;
        int types = _types.Count - typeStart;
        if (operands != types)
        {
            throw CountMismatch(operands, types, at);
        }
    }

    private ParseException CountMismatch(int operands, int types, int at) =>
        OpError(at, $"number of operands and types do not match: got {operands} operands and {types} types");

    private void ParseTypes(TypeSyntax kind, int useStart, int typeStart, int operandsAt)
    {
        int operands = _uses.Count - useStart;
        Peek();
        int at = _pos;
        switch (kind)
        {
            case TypeSyntax.Func:
                {
                    if (_s[at] != '(')
                    {
                        ParseNonFunctionType();
                        throw Error(at, "expected function type");
                    }
                    int inputs = ParseFunctionTypeParts();
                    if (inputs != operands)
                    {
                        throw CountMismatch(operands, inputs, operandsAt);
                    }
                    break;
                }
            case TypeSyntax.Same:
                if (_s[at] == '(')
                {
                    PushFunctionType(operands, typeStart, at);
                    break;
                }
                IrType same = ParseNonFunctionType();
                for (int i = 0; i <= operands; i++)
                {
                    _types.Add(same);
                }
                break;
            case TypeSyntax.Result:
                _types.Add(ParseType());
                break;
            case TypeSyntax.ResultSame:
                IrType result = ParseType();
                _types.Add(result);
                _types.Add(result);
                break;
            case TypeSyntax.Operand:
                IrType operand = ParseType();
                for (int i = 0; i < operands; i++)
                {
                    _types.Add(operand);
                }
                break;
            case TypeSyntax.OperandList:
                PushTypeList();
                CheckTypeCount(useStart, typeStart, operandsAt);
                break;
            case TypeSyntax.Tuple:
                {
                    if (ParseType() is not TupleType tuple)
                    {
                        throw OpError(at, "expected tuple type");
                    }
                    _types.AddRange(tuple.Elements);
                    CheckTypeCount(useStart, typeStart, operandsAt);
                    _types.Add(tuple);
                    break;
                }
            case TypeSyntax.Complex:
                if (_s[at] == '(')
                {
                    PushFunctionType(operands, typeStart, at);
                    break;
                }
                IrType complex = ParseNonFunctionType();
                IrType real = complex switch
                {
                    TensorType { Element: ScalarType { Kind: ElementKind.Complex64 or ElementKind.Complex128 } } t => t with { Element = ScalarType.Of(t.Kind.RealPart()) },
                    TensorType { Element: OtherComplexType other } t => t with { Element = other.Element },
                    UnrankedTensorType { Element: ScalarType { Kind: ElementKind.Complex64 or ElementKind.Complex128 } } t => t with { Element = ScalarType.Of(t.Element.StorageKind.RealPart()) },
                    _ => throw OpError(at, "expected tensor with complex element type"),
                };
                _types.Add(real);
                _types.Add(real);
                _types.Add(complex);
                break;
            case TypeSyntax.Select:
                ParseSelectTypes(operands, typeStart, operandsAt, at);
                break;
            case TypeSyntax.Arrow:
                PushTypeList();
                CheckTypeCount(useStart, typeStart, operandsAt);
                TakeArrow();
                ParseResultTypes();
                break;
            case TypeSyntax.TopK:
                _types.Add(ParseType());
                TakeArrow();
                Take((byte)'(');
                ParseTypesUntilParen();
                break;
            case TypeSyntax.Cast:
                if (operands > 0)
                {
                    PushTypeList();
                }
                CheckTypeCount(useStart, typeStart, operandsAt);
                TakeKeyword("to"u8);
                PushTypeList();
                break;
            case TypeSyntax.Dim:
                _types.Add(ParseType());
                _types.Add(ScalarType.Index);
                _types.Add(ScalarType.Index);
                break;
        }
    }

    /// <summary>A function type where one type could stand: as many inputs as operands, and one result.</summary>
    private void PushFunctionType(int operands, int typeStart, int at)
    {
        int inputs = ParseFunctionTypeParts();
        if (inputs != operands)
        {
            throw OpError(at, $"{operands} operands present, but expected {inputs}");
        }
        if (_types.Count - typeStart - inputs != 1)
        {
            throw OpError(at, "expected single output");
        }
    }

    private void ParseSelectTypes(int operands, int typeStart, int operandsAt, int at)
    {
        if (operands != 3)
        {
            PushTypeList();
            throw CountMismatch(operands, 3, operandsAt);
        }
        if (_s[at] == '(')
        {
            PushFunctionType(operands, typeStart, at);
            return;
        }
        PushTypeList();
        if (_types.Count - typeStart != 2)
        {
            throw OpError(at, "expected functional type or list of two types");
        }
        _types.Add(_types[^1]);
        _types.Add(_types[^1]);
    }

    /// <summary><c>%a, %b : t, t</c> with results of the same types, or <c>()</c>.</summary>
    private void ParseBarrier(int useStart, int typeStart, int operandsAt)
    {
        if (Peek() != '%')
        {
            if (TryTake((byte)'('))
            {
                Take((byte)')');
            }
            return;
        }
        operandsAt = Math.Max(operandsAt, _pos);
        TakeUses();
        Take((byte)':');
        Peek();
        int at = _pos;
        try
        {
            PushTypeList();
        }
        catch (ParseException e)
        {
            throw new ParseException([.. e.Diagnostics, MakeDiagnostic(at, OpMessage("expected type list"))]);
        }
        CheckTypeCount(useStart, typeStart, operandsAt);
        int count = _types.Count - typeStart;
        for (int i = 0; i < count; i++)
        {
            _types.Add(_types[typeStart + i]);
        }
    }

    /// <summary>Types that the value attribute gives: of a constant's result, of a comparison's operand.</summary>
    private void TypesFromValue(OpSyntax syntax, AttributeMap attributes)
    {
        if (!syntax.Spelled.Contains("value"))
        {
            return;
        }
        bool arith = syntax.Name.Dialect == "arith";
        _types.Add(attributes["value"] switch
        {
            DenseElementsAttr a => a.Type,
            DenseResourceAttr a => a.Type,
            DenseStringElementsAttr a => a.Type,
            IntegerAttr a when arith => a.Type,
            FloatAttr a when arith => a.Type,
            BoolAttr when arith => ScalarType.I1,
            _ => throw OpError(_pos, "invalid kind of attribute specified"),
        });
    }
}
