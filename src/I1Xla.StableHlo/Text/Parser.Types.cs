using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Types.</summary>
internal sealed partial class Parser
{
    private readonly Utf8Table<IrType> _tensorTypes = new();
    private readonly Dictionary<string, (IrType Type, long Size)> _typeAliases = [];
    private readonly List<IrType> _types = [];

    private IrType ParseType()
    {
        if (Peek() == '(')
        {
            return ParseFunctionType();
        }
        return ParseNonFunctionType();
    }

    private FunctionType ParseFunctionType()
    {
        int start = _types.Count;
        int inputs = ParseFunctionTypeParts();
        ValueArray<IrType> Slice(int from, int to) => new([.. CollectionsMarshal.AsSpan(_types)[from..to]]);
        var type = new FunctionType(Slice(start, start + inputs), Slice(start + inputs, _types.Count));
        _types.RemoveRange(start, _types.Count - start);
        return type;
    }

    /// <summary>Pushes the inputs, then the results, on the type stack; returns the number of inputs.</summary>
    private int ParseFunctionTypeParts()
    {
        Enter();
        int start = _types.Count;
        Take((byte)'(');
        ParseTypesUntilParen();
        int inputs = _types.Count - start;
        TakeArrow("expected '->' in function type");
        ParseResultTypes();
        _depth--;
        return inputs;
    }

    /// <summary>A type, or types in parentheses, pushed on the type stack. A function type is a result only in parentheses.</summary>
    private void ParseResultTypes()
    {
        if (!TryTake((byte)'('))
        {
            _types.Add(ParseNonFunctionType());
            return;
        }
        ParseTypesUntilParen();
    }

    private void ParseTypesUntilParen()
    {
        if (TryTake((byte)')'))
        {
            return;
        }
        do
        {
            IrType type = ParseType();
            _types.Add(type);
        }
        while (TryTake((byte)','));
        Take((byte)')');
    }

    private IrType ParseNonFunctionType()
    {
        byte c = Peek();
        if (c == 't' && _s.AsSpan(_pos).StartsWith("tensor<"u8))
        {
            return ParseTensorCached();
        }
        if (c == '!')
        {
            return ParseDialectType();
        }
        int start = _pos;
        ReadOnlySpan<byte> name = PeekIdentifier();
        if (name.IsEmpty)
        {
            throw WrongToken("expected non-function type");
        }
        _pos += name.Length;
        if (ScalarOf(name) is { } scalar)
        {
            return scalar;
        }
        Enter();
        IrType? type = null;
        if (name.SequenceEqual("complex"u8))
        {
            type = ParseComplexType();
        }
        else if (name.SequenceEqual("tuple"u8))
        {
            Take((byte)'<');
            type = new TupleType(ParseTypesUntilGreater());
        }
        else if (name.SequenceEqual("memref"u8))
        {
            Take((byte)'<');
            ParseShape(start, out long[] dims, out bool unranked);
            if (unranked)
            {
                throw Error(start, "unranked memrefs are not supported");
            }
            ElementType element = ParseElementType("invalid memref element type");
            Take((byte)'>');
            type = new MemRefType(element, new Shape(dims));
        }
        else if (name.SequenceEqual("none"u8))
        {
            type = new NoneType();
        }
        else if (name.SequenceEqual("tensor"u8))
        {
            type = ParseTensor(start);
        }
        _depth--;
        if (type is null)
        {
            _pos = start;
            throw WrongToken("expected non-function type");
        }
        return type;
    }

    /// <summary>i32, f8E4M3FN, index, …; null for any other name.</summary>
    private IrType? ScalarOf(ReadOnlySpan<byte> name)
    {
        switch (name)
        {
            case [(byte)'f', (byte)'3', (byte)'2']:
                return ScalarType.F32;
            case [(byte)'i', (byte)'3', (byte)'2']:
                return ScalarType.I32;
            case [(byte)'i', (byte)'6', (byte)'4']:
                return ScalarType.I64;
            case [(byte)'i', (byte)'1']:
                return ScalarType.I1;
        }
        if (name[0] is (byte)'f' or (byte)'b' or (byte)'t' || name.SequenceEqual("index"u8))
        {
            return ElementKinds.TryParse(Intern(name), out ElementKind kind) ? ScalarType.Of(kind) : null;
        }
        char signedness = name switch
        {
            [(byte)'i', ..] => 'i',
            [(byte)'s', (byte)'i', ..] => 's',
            [(byte)'u', (byte)'i', ..] => 'u',
            _ => ' ',
        };
        ReadOnlySpan<byte> digits = signedness == ' ' ? default : name[(signedness == 'i' ? 1 : 2)..];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return null;
        }
        if (ElementKinds.TryParse(Intern(name), out ElementKind integer))
        {
            return ScalarType.Of(integer);
        }
        int width = digits.Length > 8 ? int.MaxValue : int.Parse(digits);
        if (width > (1 << 24) - 1)
        {
            throw Error(_pos - name.Length, "integer bitwidth is limited to 16777215 bits");
        }
        return new OtherIntegerType(width, signedness);
    }

    private ElementType ParseComplexType()
    {
        Take((byte)'<');
        int at = _pos;
        IrType element = ParseType();
        Take((byte)'>', "expected '>' in complex type");
        return element switch
        {
            ScalarType { Kind: ElementKind.F32 } => ScalarType.Of(ElementKind.Complex64),
            ScalarType { Kind: ElementKind.F64 } => ScalarType.Of(ElementKind.Complex128),
            ScalarType { Kind: not (ElementKind.Complex64 or ElementKind.Complex128 or ElementKind.Index) } scalar => new OtherComplexType(scalar),
            OtherIntegerType integer => new OtherComplexType(integer),
            _ => throw Error(at, $"invalid element type for complex: '{element}'"),
        };
    }

    private ValueArray<IrType> ParseTypesUntilGreater()
    {
        int start = _types.Count;
        if (!TryTake((byte)'>'))
        {
            do
            {
                IrType type = ParseType();
                _types.Add(type);
            }
            while (TryTake((byte)','));
            Take((byte)'>');
        }
        ValueArray<IrType> list = new([.. CollectionsMarshal.AsSpan(_types)[start..]]);
        _types.RemoveRange(start, _types.Count - start);
        return list;
    }

    /// <summary>A tensor type whose very text has been seen before is the same object.</summary>
    private IrType ParseTensorCached()
    {
        int start = _pos;
        int p = start + 7;
        int depth = 1;
        while (p - start < 96)
        {
            byte b = _s[p++];
            if (b == '<')
            {
                depth++;
            }
            else if (b == '>')
            {
                if (--depth == 0)
                {
                    break;
                }
            }
            else if (!Is(b, IdentifierPart) && b != '?')
            {
                depth = 99;
                break;
            }
        }
        ReadOnlySpan<byte> key = _s.AsSpan(start, p - start);
        if (depth == 0 && _tensorTypes.TryGet(key, out IrType known))
        {
            _pos = p;
            return known;
        }
        _pos = start + 6;
        Enter();
        IrType type = ParseTensor(start);
        _depth--;
        if (depth == 0 && _pos == p)
        {
            _tensorTypes.Add(key, type);
        }
        return type;
    }

    private IrType ParseTensor(int start)
    {
        Take((byte)'<');
        ParseShape(start, out long[] dims, out bool unranked);
        ElementType element = ParseElementType("invalid tensor element type");
        Attribute? encoding = null;
        if (TryTake((byte)','))
        {
            int at = _pos;
            encoding = ParseAttribute();
            if (unranked)
            {
                throw Error(at, "cannot apply encoding to unranked tensor");
            }
            if (encoding is TypeExtensionsAttr bounds)
            {
                CheckBounds(at, bounds, dims);
            }
        }
        Take((byte)'>');
        return unranked ? new UnrankedTensorType(element) : new TensorType(element, new Shape(dims), encoding);
    }

    private void CheckBounds(int at, TypeExtensionsAttr encoding, long[] dims)
    {
        if (encoding.Bounds.Length != dims.Length)
        {
            throw Error(at, $"Bounds length is {encoding.Bounds.Length}, expected to be equal to rank({dims.Length}) of the tensor");
        }
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] != Shape.Dynamic && encoding.Bounds[i] != Shape.Dynamic)
            {
                throw Error(at, $"Static dimension {i} cannot have a bound, use ShapedType::kDynamic to indicate a missing bound");
            }
        }
    }

    /// <summary>Dimensions up to the element type: <c>2x?x</c>, or <c>*x</c>.</summary>
    private void ParseShape(int start, out long[] dims, out bool unranked)
    {
        unranked = false;
        if (TryTake((byte)'*'))
        {
            unranked = true;
            dims = [];
            TakeDimensionX();
            return;
        }
        Span<long> few = stackalloc long[8];
        List<long>? many = null;
        int count = 0;
        while (true)
        {
            long dim;
            byte c = Peek();
            if (c == '?')
            {
                _pos++;
                dim = Shape.Dynamic;
            }
            else if (Is(c, DigitClass))
            {
                int at = _pos;
                ulong value = 0;
                while (Is(_s[_pos], DigitClass))
                {
                    value = value * 10 + (uint)(_s[_pos++] - '0');
                    if (value > long.MaxValue / 16)
                    {
                        throw Error(at, "dimension is too large");
                    }
                }
                dim = (long)value;
            }
            else
            {
                break;
            }
            TakeDimensionX();
            if (count < few.Length)
            {
                few[count] = dim;
            }
            else
            {
                many ??= [.. few];
                many.Add(dim);
            }
            count++;
        }
        dims = many is null ? few[..count].ToArray() : [.. many];
    }

    private void TakeDimensionX()
    {
        if (Peek() != 'x')
        {
            throw WrongToken("expected 'x' in dimension list");
        }
        _pos++;
    }

    private ElementType ParseElementType(string orElse)
    {
        Peek();
        int at = _pos;
        IrType type = ParseNonFunctionType();
        return type switch
        {
            ElementType element => element,
            OpaqueType opaque => new OpaqueElementType(opaque.Dialect, opaque.Body),
            _ => throw Error(at, $"{orElse}: '{type}'"),
        };
    }

    /// <summary><c>!alias</c> or <c>!dialect.name&lt;…&gt;</c> or <c>!dialect&lt;…&gt;</c>.</summary>
    private IrType ParseDialectType()
    {
        int start = _pos++;
        ReadOnlySpan<byte> name = TakeSuffix("expected type identifier after '!'");
        int dot = name.IndexOf((byte)'.');
        if (dot < 0 && _s[_pos] != '<')
        {
            string alias = Intern(name);
            if (!_typeAliases.TryGetValue(alias, out (IrType Type, long Size) aliased))
            {
                throw Error(start, $"undefined symbol alias id '{alias}'");
            }
            Expand(start, aliased.Size);
            return aliased.Type;
        }
        if (dot == 0)
        {
            throw Error(start, "expected a dialect name after '!'");
        }
        Enter();
        IrType type;
        if (name.SequenceEqual("stablehlo.token"u8))
        {
            type = TokenType.Instance;
        }
        else if (name.SequenceEqual("stablehlo.future"u8))
        {
            type = ParseFutureType();
        }
        else if (name.StartsWith("stablehlo."u8))
        {
            throw Error(start, $"unknown stablehlo type: {Intern(name["stablehlo.".Length..])}");
        }
        else if (name.SequenceEqual("quant.uniform"u8))
        {
            type = ParseUniformQuantized();
        }
        else
        {
            string dialect = Intern(dot < 0 ? name : name[..dot]);
            int bodyStart = dot < 0 ? _pos : start + 1 + dot + 1;
            type = new OpaqueType(dialect, TakeOpaqueBody(bodyStart));
        }
        _depth--;
        return type;
    }

    private FutureType ParseFutureType()
    {
        Take((byte)'<');
        int start = _types.Count;
        do
        {
            int at = _pos;
            IrType type = ParseType();
            if (type is not TensorType)
            {
                throw Error(at, $"future element type must be a ranked tensor, but got '{type}'");
            }
            _types.Add(type);
        }
        while (TryTake((byte)','));
        Take((byte)'>');
        var future = new FutureType(new ValueArray<IrType>([.. CollectionsMarshal.AsSpan(_types)[start..]]));
        _types.RemoveRange(start, _types.Count - start);
        return future;
    }

    /// <summary>The text of a dialect's own syntax from <paramref name="start"/> to the end of the bracketed run at the cursor, if there is one.</summary>
    private string TakeOpaqueBody(int start)
    {
        if (_s[_pos] == '<')
        {
            int close = SkipBalanced(_pos);
            if (close < 0)
            {
                throw Error(_pos, "unbalanced '<' character in pretty dialect name");
            }
            _pos = close;
        }
        return Intern(_s.AsSpan(start, _pos - start));
    }
}
