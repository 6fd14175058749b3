using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Verify;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Operations whose syntax is a row of <see cref="OpSyntaxTable"/>.</summary>
internal sealed partial class Parser
{
    private AttributeMap? _spareMap;

    private Operation ParseBySyntax(OpSyntax syntax, int at)
    {
        int useStart = _uses.Count;
        int typeStart = _types.Count;
        Peek();
        int operandsAt = _pos;
        AttributeMap? attributes = _spareMap ?? new AttributeMap();
        _spareMap = null;
        Region[] regions = [];
        SyntaxPart[] parts = syntax.Parts;
        bool typed = false;
        for (int i = 0; i < parts.Length; i++)
        {
            ref readonly SyntaxPart part = ref parts[i];
            switch (part.Kind)
            {
                case PartKind.Literal:
                    TakeLiteral(part.Literal);
                    break;
                case PartKind.Operands:
                    for (int n = 0; n < part.Count; n++)
                    {
                        if (n > 0)
                        {
                            Take((byte)',');
                        }
                        _uses.Add(TakeUse());
                    }
                    break;
                case PartKind.VariadicOperands:
                    TakeUses();
                    break;
                case PartKind.VariadicOperandsComma:
                    while (Peek() == '%')
                    {
                        _uses.Add(TakeUse());
                        Take((byte)',');
                    }
                    break;
                case PartKind.Attributes:
                    if (Peek() == '{')
                    {
                        int dictionaryAt = _pos;
                        ParseAttributesInto(attributes);
                        CheckInherent(syntax, attributes, dictionaryAt);
                    }
                    break;
                case PartKind.OptionalBegin:
                    i = ParseOptionalStart(parts, i);
                    break;
                case PartKind.OptionalEnd:
                    break;
                case PartKind.Types:
                    ParseTypes(part.Types, useStart, typeStart, operandsAt);
                    typed = true;
                    break;
                case PartKind.OperandTypes:
                    if (_uses.Count > useStart)
                    {
                        Take((byte)':');
                        PushTypeList();
                        CheckTypeCount(useStart, typeStart, operandsAt);
                    }
                    typed = true;
                    break;
                case PartKind.Barrier:
                    if (Peek() == '{')
                    {
                        ParseAttributesInto(attributes);
                    }
                    ParseBarrier(useStart, typeStart, operandsAt);
                    typed = true;
                    break;
                case PartKind.Regions:
                    regions = ParseOptionalRegions();
                    break;
                default:
                    ParseAttributePart(part, attributes);
                    break;
            }
        }
        if (!typed)
        {
            TypesFromValue(syntax, attributes);
        }
        if (attributes.Count == 0)
        {
            _spareMap = attributes;
            attributes = null;
        }
        else
        {
            SortAttributes(ref attributes);
        }
        return MakeOperation(syntax.Name, useStart, typeStart, at, attributes, regions, null);
    }

    /// <summary>Inherent attributes that an attribute dictionary spells are checked where it stands, as MLIR does.</summary>
    private void CheckInherent(OpSyntax syntax, AttributeMap attributes, int at)
    {
        if (OpTable.Find(syntax.Name) is not { } def)
        {
            return;
        }
        foreach (NamedAttribute entry in attributes.Entries)
        {
            if (!syntax.Spelled.Contains(entry.Name) && def.FindAttribute(entry.Name) is { } attribute && OpVerifier.AttributeViolation(attribute, entry.Value) is { } violation)
            {
                Diagnostic diagnostic = OpVerifier.ToDiagnostic(syntax.Name, LocationAt(at), violation);
                throw new ParseException(MakeDiagnostic(at, diagnostic.Message) with { Constraint = diagnostic.Constraint });
            }
        }
    }

    /// <summary>At <c>[[</c>: whether what is optional comes next. Returns the index to go on from.</summary>
    private int ParseOptionalStart(SyntaxPart[] parts, int begin)
    {
        SyntaxPart lead = parts[begin + 1];
        bool present = lead.Literal is [(byte)','] ? Peek() == ',' : TryPeekKeyword(lead.Literal);
        if (present)
        {
            return begin;
        }
        int end = begin;
        while (parts[end].Kind != PartKind.OptionalEnd)
        {
            end++;
        }
        return end;
    }

    private bool TryPeekKeyword(ReadOnlySpan<byte> literal) => PeekIdentifier().SequenceEqual(literal.TrimEnd((byte)'='));

    private void TakeLiteral(byte[] literal)
    {
        if (Is(literal[0], IdentifierStart))
        {
            if (literal[^1] == '=')
            {
                TakeKeyword(literal.AsSpan(0, literal.Length - 1));
                Take((byte)'=');
                return;
            }
            TakeKeyword(literal);
            return;
        }
        Take(literal[0]);
    }

    private Region[] ParseOptionalRegions()
    {
        if (!TryTake((byte)'('))
        {
            return [];
        }
        var regions = new List<Region>();
        do
        {
            var region = new Region();
            ParseRegion(region, "", isolated: false);
            regions.Add(region);
        }
        while (TryTake((byte)','));
        Take((byte)')');
        return [.. regions];
    }
}
