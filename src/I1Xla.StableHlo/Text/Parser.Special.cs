using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Operations whose syntax is written in code.</summary>
internal sealed partial class Parser
{
    private static readonly OpName s_stableHloReturn = "stablehlo.return";

    private Operation ParseSpecial(OpSyntax syntax, int at) => syntax.Special switch
    {
        SpecialSyntax.Module => ParseModule(syntax, at),
        SpecialSyntax.Func => ParseFunc(syntax, at),
        SpecialSyntax.Constant => ParseConstant(syntax, at),
        SpecialSyntax.Reduce => ParseReduce(syntax, at),
        SpecialSyntax.While => ParseWhile(syntax, at),
        SpecialSyntax.Scan => ParseScan(syntax, at),
        SpecialSyntax.ManualComputation => ParseManualComputation(syntax, at),
        _ => ParseNamedComputation(syntax, at),
    };

    private Operation ParseModule(OpSyntax syntax, int at)
    {
        var attributes = new AttributeMap();
        ParseVisibility(attributes);
        if (Peek() == '@')
        {
            attributes.Set("sym_name", new StringAttr(TakeSymbol()));
        }
        ParseAttributesWithKeyword(attributes);
        var region = new Region();
        ParseRegion(region, "builtin", isolated: true);
        if (region.IsEmpty)
        {
            region.Add(new Block());
        }
        SortAttributes(ref attributes);
        return new Operation(syntax.Name, [], [], attributes, [region], ParseOptionalLocation() ?? LocationAt(at));
    }

    private void ParseVisibility(AttributeMap attributes)
    {
        ReadOnlySpan<byte> word = PeekIdentifier();
        if (word.SequenceEqual("private"u8) || word.SequenceEqual("public"u8) || word.SequenceEqual("nested"u8))
        {
            _pos += word.Length;
            attributes.Set("sym_visibility", new StringAttr(Intern(word)));
        }
    }

    private void ParseAttributesWithKeyword(AttributeMap attributes)
    {
        if (TryKeyword("attributes"u8))
        {
            ParseAttributesInto(attributes);
        }
    }

    /// <summary><c>func.func private @name(%a: t {…} loc(…), …) -> (t {…}) attributes {…} { … }</c>.</summary>
    private Operation ParseFunc(OpSyntax syntax, int at)
    {
        var attributes = new AttributeMap();
        ParseVisibility(attributes);
        attributes.Set("sym_name", new StringAttr(TakeSymbol()));
        var block = new Block();
        int nameStart = _uses.Count;
        var inputs = new List<IrType>();
        var inputAttributes = new List<Attribute>();
        ParseFunctionArguments(block, inputs, inputAttributes);
        var results = new List<IrType>();
        var resultAttributes = new List<Attribute>();
        if (TryTakeArrow())
        {
            ParseFunctionResults(results, resultAttributes);
        }
        attributes.Set("function_type", new TypeAttr(new FunctionType(new([.. inputs]), new([.. results]))));
        if (inputAttributes.Exists(a => ((DictionaryAttr)a).Entries.Length > 0))
        {
            attributes.Set("arg_attrs", new ArrayAttr(new([.. inputAttributes])));
        }
        if (resultAttributes.Exists(a => ((DictionaryAttr)a).Entries.Length > 0))
        {
            attributes.Set("res_attrs", new ArrayAttr(new([.. resultAttributes])));
        }
        int dictionaryAt = _pos;
        int before = attributes.Count;
        ParseAttributesWithKeyword(attributes);
        for (int i = before; i < attributes.Count; i++)
        {
            if (attributes.Entries[i].Name is "sym_name" or "function_type" or "arg_attrs" or "res_attrs")
            {
                throw OpError(dictionaryAt, $"'{attributes.Entries[i].Name}' is an inferred attribute and should not be specified in the explicit attribute dictionary");
            }
        }
        var region = new Region();
        Use[] names = [.. CollectionsMarshal.AsSpan(_uses)[nameStart..]];
        _uses.RemoveRange(nameStart, names.Length);
        if (Peek() == '{')
        {
            if (names.Length != inputs.Count)
            {
                throw Error(_pos, "a function with a body must name its arguments");
            }
            region.Add(block);
            int body = _pos;
            ParseRegion(region, "func", isolated: true, names);
            if (block.Operations.Count == 0 && region.Blocks.Count == 1)
            {
                throw OpError(body, "expected non-empty function body");
            }
        }
        SortAttributes(ref attributes);
        return new Operation(syntax.Name, [], [], attributes, [region], ParseOptionalLocation() ?? LocationAt(at));
    }

    private void ParseFunctionArguments(Block block, List<IrType> types, List<Attribute> attributes)
    {
        Take((byte)'(', "expected '('");
        if (TryTake((byte)')'))
        {
            return;
        }
        bool named = Peek() == '%';
        do
        {
            if (Peek() == '%' != named)
            {
                throw WrongToken(named ? "expected SSA identifier" : "expected type instead of SSA identifier");
            }
            int at = _pos;
            if (named)
            {
                _uses.Add(TakeUse());
                Take((byte)':');
            }
            IrType type = ParseType();
            types.Add(type);
            attributes.Add(Peek() == '{' ? ParseDictionary() : DictionaryAttr.Empty);
            Location? location = ParseOptionalLocation();
            if (named)
            {
                block.AddArgument(type, location ?? LocationAt(at));
            }
        }
        while (TryTake((byte)','));
        Take((byte)')');
    }

    private void ParseFunctionResults(List<IrType> types, List<Attribute> attributes)
    {
        if (!TryTake((byte)'('))
        {
            types.Add(ParseType());
            attributes.Add(DictionaryAttr.Empty);
            return;
        }
        if (TryTake((byte)')'))
        {
            return;
        }
        do
        {
            types.Add(ParseType());
            attributes.Add(Peek() == '{' ? ParseDictionary() : DictionaryAttr.Empty);
        }
        while (TryTake((byte)','));
        Take((byte)')');
    }

    /// <summary><c>{…} dense&lt;…&gt; : t</c>, or the generic form where the value's type is not the result's.</summary>
    private Operation ParseConstant(OpSyntax syntax, int at)
    {
        var attributes = new AttributeMap();
        int typeStart = _types.Count;
        if (TryTake((byte)'('))
        {
            Take((byte)')');
            if (TryTake((byte)'<'))
            {
                ParseAttributesInto(attributes);
                Take((byte)'>');
            }
            if (Peek() == '{')
            {
                ParseAttributesInto(attributes);
            }
            Take((byte)':');
            Take((byte)'(');
            Take((byte)')');
            TakeArrow();
            IrType result = ParseType();
            _types.Add(result);
        }
        else
        {
            if (Peek() == '{')
            {
                ParseAttributesInto(attributes);
            }
            Peek();
            int valueAt = _pos;
            Attribute value = ParseAttribute();
            IrType type = value switch
            {
                DenseElementsAttr a => a.Type,
                DenseResourceAttr a => a.Type,
                DenseStringElementsAttr a => a.Type,
                _ => throw OpError(valueAt, "invalid kind of attribute specified"),
            };
            attributes.Set("value", value);
            _types.Add(type);
        }
        SortAttributes(ref attributes);
        return MakeOperation(syntax.Name, _uses.Count, typeStart, at, attributes, [], null);
    }

    /// <summary>
    /// <c>(%a init: %b), … applies stablehlo.add across dimensions = [0] {…} : (…) -> …</c>, or instead of <c>applies</c>
    /// a <c>reducer(%x: t, %y: t) … { … }</c> at the end.
    /// </summary>
    private Operation ParseReduce(OpSyntax syntax, int at)
    {
        Peek();
        int operandsAt = _pos;
        int useStart = _uses.Count;
        var initial = new List<Use>();
        do
        {
            if (!TryTake((byte)'('))
            {
                break;
            }
            _uses.Add(TakeUse());
            TakeKeyword("init"u8);
            Take((byte)':');
            initial.Add(TakeUse());
            Take((byte)')');
        }
        while (TryTake((byte)','));
        _uses.AddRange(initial);
        OpName? inner = TryKeyword("applies"u8) ? ParseReducerName(operandsAt) : null;
        TakeKeyword("across"u8);
        TakeKeyword("dimensions"u8);
        Take((byte)'=');
        var attributes = new AttributeMap();
        ValueArray<long> dimensions = ParseDims();
        if (Peek() == '{')
        {
            ParseAttributesInto(attributes);
        }
        attributes.Set("dimensions", new DenseArrayAttr(ElementKind.I64, dimensions));
        Take((byte)':');
        int typeStart = _types.Count;
        Peek();
        int typeAt = _pos;
        if (_s[_pos] != '(')
        {
            ParseNonFunctionType();
            throw OpError(inner is null ? typeAt : operandsAt, inner is null ? "invalid kind of type specified" : "expected function type");
        }
        int inputs = ParseFunctionTypeParts();
        int operands = _uses.Count - useStart;
        var region = new Region();
        Location? location = null;
        if (inner is null)
        {
            TakeKeyword("reducer"u8);
            ParseReducer(region);
            if (inputs != operands)
            {
                throw CountMismatch(operands, inputs, operandsAt);
            }
        }
        else
        {
            location = ParseOptionalLocation();
            if (inputs == 0)
            {
                throw OpError(operandsAt, "input types missing in reduce-op function type");
            }
            if (inputs != operands)
            {
                throw CountMismatch(operands, inputs, operandsAt);
            }
            ElementType element = _types[typeStart] switch
            {
                TensorType t => t.Element,
                UnrankedTensorType t => t.Element,
                ElementType t => t,
                _ => throw OpError(typeAt, "expected tensors to reduce"),
            };
            location ??= LocationAt(operandsAt);
            region.Add(MakeReducer(inner, new TensorType(element, Shape.Scalar), location));
        }
        SortAttributes(ref attributes);
        return MakeOperation(syntax.Name, useStart, typeStart, at, attributes, [region], location);
    }

    private OpName ParseReducerName(int errorAt)
    {
        ReadOnlySpan<byte> word = PeekIdentifier();
        if (word.IsEmpty)
        {
            throw WrongToken("expected operation name");
        }
        _pos += word.Length;
        return OpSyntaxTable.ByName.TryGet(word, out OpSyntax reducer) && IsCommutative(reducer.Name) ? reducer.Name : throw OpError(
            errorAt, "expected the inner-op to be a commutative binary-op from the stablehlo dialect, with zero region, producing single result");
    }

    /// <summary>Whether an operation may stand after <c>applies</c>.</summary>
    internal static bool IsCommutative(OpName name) => name.Full is
        "stablehlo.add" or "stablehlo.maximum" or "stablehlo.minimum" or "stablehlo.multiply" or "stablehlo.and" or "stablehlo.or" or "stablehlo.xor";

    private static Block MakeReducer(OpName inner, TensorType type, Location location)
    {
        var block = new Block();
        BlockArgument left = block.AddArgument(type, location);
        BlockArgument right = block.AddArgument(type, location);
        Operation op = block.Add(new Operation(inner, [left, right], [type], null, [], location));
        block.Add(new Operation(s_stableHloReturn, [op.Result], [], null, [], location));
        return block;
    }

    private void ParseReducer(Region region)
    {
        var block = new Block();
        var names = new List<Use>();
        var later = new List<(Use Name, IrType Type, Location Location)>();
        (Use Name, IrType Type, Location Location) Argument()
        {
            Use name = TakeUse();
            Take((byte)':');
            IrType type = ParseType();
            return (name, type, ParseOptionalLocation() ?? LocationAt(name.Pos - 1));
        }
        while (TryTake((byte)'('))
        {
            (Use name, IrType type, Location location) = Argument();
            names.Add(name);
            block.AddArgument(type, location);
            Take((byte)',');
            later.Add(Argument());
            Take((byte)')');
        }
        foreach ((Use name, IrType type, Location location) in later)
        {
            names.Add(name);
            block.AddArgument(type, location);
        }
        region.Add(block);
        ParseRegion(region, "", isolated: false, CollectionsMarshal.AsSpan(names));
    }

    /// <summary><c>(%x = %a, …) : t, … attributes {…} cond { … } do { … }</c>.</summary>
    private Operation ParseWhile(OpSyntax syntax, int at)
    {
        Peek();
        int operandsAt = _pos;
        int useStart = _uses.Count;
        var names = new List<Use>();
        Take((byte)'(');
        while (!TryTake((byte)')'))
        {
            names.Add(TakeUse());
            Take((byte)'=');
            _uses.Add(TakeUse());
            if (TryTake((byte)')'))
            {
                break;
            }
            Take((byte)',');
        }
        int typeStart = _types.Count;
        if (names.Count > 0)
        {
            Take((byte)':');
            PushTypeList();
            CheckTypeCount(useStart, typeStart, operandsAt);
        }
        var attributes = new AttributeMap();
        ParseAttributesWithKeyword(attributes);
        SortAttributes(ref attributes);
        Region Body()
        {
            var block = new Block();
            for (int i = 0; i < names.Count; i++)
            {
                block.AddArgument(_types[typeStart + i], LocationAt(names[i].Pos - 1));
            }
            var region = new Region(block);
            ParseRegion(region, "", isolated: false, CollectionsMarshal.AsSpan(names));
            return region;
        }
        TakeKeyword("cond"u8);
        Region condition = Body();
        TakeKeyword("do"u8);
        Region body = Body();
        int count = names.Count;
        for (int i = 0; i < count; i++)
        {
            _types.Add(_types[typeStart + i]);
        }
        return MakeOperation(syntax.Name, useStart, typeStart, at, attributes, [condition, body], null);
    }

    /// <summary><c>(%a) inits (%b) dimension=0 attributes {…} { ^bb0(…): … } : (…) -> (…)</c>.</summary>
    private Operation ParseScan(OpSyntax syntax, int at)
    {
        Peek();
        int operandsAt = _pos;
        int useStart = _uses.Count;
        Take((byte)'(');
        TakeUses();
        Take((byte)')');
        int inputs = _uses.Count - useStart;
        TakeKeyword("inits"u8);
        Take((byte)'(');
        TakeUses();
        Take((byte)')');
        int carries = _uses.Count - useStart - inputs;
        TakeKeyword("dimension"u8);
        Take((byte)'=');
        long dimension = TakeInteger();
        var attributes = new AttributeMap();
        ParseAttributesWithKeyword(attributes);
        var region = new Region();
        ParseRegion(region, "", isolated: true);
        Take((byte)':');
        int typeStart = _types.Count;
        int types = ParseFunctionTypeParts();
        if (types != inputs + carries)
        {
            throw OpError(operandsAt, "operand types must match the number of inputs and inits");
        }
        int outputs = _types.Count - typeStart - types - carries;
        if (outputs < 0)
        {
            throw OpError(operandsAt, "not enough result types to cover the required carries");
        }
        attributes.Set("dimension", IntegerAttr.I64(dimension));
        attributes.Set("operandSegmentSizes", new DenseArrayAttr(ElementKind.I32, [inputs, carries]));
        attributes.Set("resultSegmentSizes", new DenseArrayAttr(ElementKind.I32, [outputs, carries]));
        SortAttributes(ref attributes);
        return MakeOperation(syntax.Name, useStart, typeStart, at, attributes, [region], null);
    }

    /// <summary><c>(%a) in_shardings=[…] out_shardings=[…] manual_axes={…} (%x: t) { … } {…} : (…) -> …</c>.</summary>
    private Operation ParseManualComputation(OpSyntax syntax, int at)
    {
        var attributes = new AttributeMap();
        int useStart = _uses.Count;
        Take((byte)'(');
        TakeUses();
        Take((byte)')');
        TakeKeyword("in_shardings"u8);
        Take((byte)'=');
        attributes.Set("in_shardings", ParseSdyShardingList());
        TakeKeyword("out_shardings"u8);
        Take((byte)'=');
        attributes.Set("out_shardings", ParseSdyShardingList());
        TakeKeyword("manual_axes"u8);
        Take((byte)'=');
        attributes.Set("manual_axes", ParseSdyManualAxes());
        return ParseSdyRegionAndTypes(syntax, at, useStart, attributes);
    }

    /// <summary><c>&lt;"name"&gt;(%a) in_shardings=[…] out_shardings=[…] (%x: t) { … } {…} : (…) -> …</c>.</summary>
    private Operation ParseNamedComputation(OpSyntax syntax, int at)
    {
        var attributes = new AttributeMap();
        Take((byte)'<');
        attributes.Set("name", new StringAttr(TakeString()));
        Take((byte)'>');
        int useStart = _uses.Count;
        Take((byte)'(');
        TakeUses();
        Take((byte)')');
        if (TryKeyword("in_shardings"u8))
        {
            Take((byte)'=');
            attributes.Set("in_shardings", ParseSdyShardingList());
        }
        if (TryKeyword("out_shardings"u8))
        {
            Take((byte)'=');
            attributes.Set("out_shardings", ParseSdyShardingList());
        }
        return ParseSdyRegionAndTypes(syntax, at, useStart, attributes);
    }

    private Operation ParseSdyRegionAndTypes(OpSyntax syntax, int at, int useStart, AttributeMap attributes)
    {
        var block = new Block();
        var names = new List<Use>();
        Take((byte)'(');
        if (!TryTake((byte)')'))
        {
            do
            {
                Use name = TakeUse();
                Take((byte)':');
                IrType type = ParseType();
                names.Add(name);
                block.AddArgument(type, ParseOptionalLocation() ?? LocationAt(name.Pos - 1));
            }
            while (TryTake((byte)','));
            Take((byte)')');
        }
        var region = new Region(block);
        ParseRegion(region, "", isolated: true, CollectionsMarshal.AsSpan(names));
        if (Peek() == '{')
        {
            ParseAttributesInto(attributes);
        }
        SortAttributes(ref attributes);
        Take((byte)':');
        int typeStart = _types.Count;
        ParseTypes(TypeSyntax.Func, useStart, typeStart, at);
        return MakeOperation(syntax.Name, useStart, typeStart, at, attributes, [region], null);
    }
}
