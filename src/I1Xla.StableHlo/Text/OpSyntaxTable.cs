using System.Collections.Frozen;
using System.Text;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>What a part of an operation's syntax is.</summary>
internal enum PartKind : byte
{
    Literal, Operands, VariadicOperands, VariadicOperandsComma, Attributes, OptionalBegin, OptionalEnd, Types,
    Integer, Float, Bool, String, Dims, Enum, Symbol, SymbolRef, Elements, Typed,
    Slice, Conv, Window, Precision, PrecisionAlgorithm, DotDims, ExponentMantissa, Regions, Barrier, OperandTypes,
    SdyMesh, SdySharding, SdyAxisLists, SdyAxes, SdyParams, Reduction, Direction,
}

/// <summary>How an operation's types are written.</summary>
internal enum TypeSyntax : byte
{
    /// <summary><c>(operands) -> results</c>.</summary>
    Func,
    /// <summary>One type when all operands and the result have it, else a function type.</summary>
    Same,
    /// <summary>The result's type; no operands.</summary>
    Result,
    /// <summary>The result's type, which is the operand's.</summary>
    ResultSame,
    /// <summary>The first operand's type, which is that of all; no result.</summary>
    Operand,
    /// <summary>All operands' types; no result.</summary>
    OperandList,
    /// <summary>The result's tuple type, whose elements are the operands' types.</summary>
    Tuple,
    /// <summary>The complex result's type, when the operands have its real type, else a function type.</summary>
    Complex,
    /// <summary>The predicate's and the result's type, or a function type.</summary>
    Select,
    /// <summary><c>operands -> results</c> without parentheses.</summary>
    Arrow,
    /// <summary><c>operand -> (values, indices)</c>.</summary>
    TopK,
    /// <summary><c>operands to results</c>.</summary>
    Cast,
    /// <summary>The tensor's type; the other operand and the result are <c>index</c>.</summary>
    Dim,
}

/// <summary>Operations whose syntax is written in code.</summary>
internal enum SpecialSyntax : byte
{
    None, Module, Func, Constant, Reduce, While, Scan, ManualComputation, NamedComputation,
}

/// <summary>A part of an operation's syntax.</summary>
internal readonly record struct SyntaxPart(PartKind Kind, byte[] Literal, string Name, string Enum, ElementKind Element, int Count, TypeSyntax Types);

/// <summary>How one operation is written.</summary>
internal sealed class OpSyntax
{
    public required OpName Name { get; init; }
    public required byte[] NameBytes { get; init; }
    public required string[] Inherent { get; init; }
    public required SyntaxPart[] Parts { get; init; }
    public required SpecialSyntax Special { get; init; }

    /// <summary>Attributes that <see cref="Parts"/> spell, so that the attribute dictionary leaves them out.</summary>
    public required string[] Spelled { get; init; }

    /// <summary>Whether there is a syntax besides the generic one.</summary>
    public bool IsPretty => Special != SpecialSyntax.None || Parts.Length > 0;

    /// <summary>Whether values from outside are invisible in its regions.</summary>
    public required bool IsIsolated { get; init; }

    /// <summary>The dialect that operations in its regions may leave out.</summary>
    public required string DefaultDialect { get; init; }
}

internal static partial class OpSyntaxTable
{
    private static readonly string[] s_isolated =
        ["builtin.module", "func.func", "stablehlo.async_start", "chlo.scan", "sdy.manual_computation", "sdy.named_computation"];

    private static readonly OpSyntax[] s_all = [.. Rows.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ParseRow)];
    private static readonly OpSyntax?[] s_byId = IndexById();

    /// <summary>By the bytes of the name; only read once it is built.</summary>
    public static Utf8Table<OpSyntax> ByName { get; } = IndexByName();

    /// <summary>Attributes whose default value is not printed, by operation and attribute name.</summary>
    private static readonly FrozenDictionary<(string, string), Attribute> s_defaults = new Dictionary<(string, string), Attribute>
    {
        [("stablehlo.custom_call", "has_side_effect")] = new BoolAttr(false),
        [("stablehlo.custom_call", "api_version")] = IntegerAttr.I32(1),
        [("stablehlo.custom_call", "called_computations")] = ArrayAttr.Empty,
        [("stablehlo.custom_call", "output_operand_aliases")] = ArrayAttr.Empty,
        [("stablehlo.composite", "composite_attributes")] = DictionaryAttr.Empty,
        [("stablehlo.composite", "version")] = IntegerAttr.I32(0),
        [("stablehlo.cholesky", "lower")] = new BoolAttr(false),
        [("chlo.top_k", "is_stable")] = new BoolAttr(true),
        [("check.expect_almost_eq_const", "tolerance")] = new FloatAttr(1e-4, ScalarType.F64),
        [("check.expect_almost_eq", "tolerance")] = new FloatAttr(1e-4, ScalarType.F64),
        [("check.expect_close", "min_ulp_difference")] = new IntegerAttr(0, ScalarType.Of(ElementKind.UI64)),
        [("check.expect_serialized_eq", "iteration")] = new IntegerAttr(0, ScalarType.Of(ElementKind.UI32)),
    }.ToFrozenDictionary();

    private static readonly ResultAccuracyAttr s_defaultAccuracy = new(0, 0, 0, "DEFAULT");

    /// <summary>The syntax of an operation; null when it is not known.</summary>
    public static OpSyntax? Find(OpName name) => (uint)name.Id < (uint)s_byId.Length ? s_byId[name.Id] : null;

    /// <summary>Whether an operation's own syntax leaves an attribute of this value out because it is the default.</summary>
    public static bool IsDefault(OpSyntax op, string attribute, Attribute value) =>
        value is ResultAccuracyAttr accuracy ? attribute == "result_accuracy" && accuracy == s_defaultAccuracy
        : s_defaults.TryGetValue((op.Name.Full, attribute), out Attribute? known) && known.Equals(value);

    private static OpSyntax?[] IndexById()
    {
        var table = new OpSyntax?[s_all.Max(op => op.Name.Id) + 1];
        foreach (OpSyntax op in s_all)
        {
            table[op.Name.Id] = op;
        }
        return table;
    }

    private static Utf8Table<OpSyntax> IndexByName()
    {
        var table = new Utf8Table<OpSyntax>();
        foreach (OpSyntax op in s_all)
        {
            table.Add(op.NameBytes, op);
        }
        return table;
    }

    private static OpSyntax ParseRow(string row)
    {
        string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
        string name = cells[0];
        SpecialSyntax special = cells[2].StartsWith('!') ? Enum.Parse<SpecialSyntax>(cells[2][1..].Replace("_", ""), ignoreCase: true) : SpecialSyntax.None;
        string[] words = special == SpecialSyntax.None ? cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        var parts = new List<SyntaxPart>();
        for (int i = 0; i < words.Length; i++)
        {
            parts.Add(ParsePart(words, i));
        }
        return new OpSyntax
        {
            Name = name,
            NameBytes = Encoding.ASCII.GetBytes(name),
            Inherent = cells[1].Split(',', StringSplitOptions.RemoveEmptyEntries),
            Parts = [.. parts],
            Special = special,
            Spelled = [.. SpelledBy(special, parts)],
            IsIsolated = s_isolated.Contains(name),
            DefaultDialect = name switch { "builtin.module" => "builtin", "func.func" => "func", _ => "" },
        };
    }

    private static IEnumerable<string> SpelledBy(SpecialSyntax special, List<SyntaxPart> parts)
    {
        string[] fixedNames = special switch
        {
            SpecialSyntax.Constant => ["value"],
            SpecialSyntax.Reduce => ["dimensions"],
            SpecialSyntax.Scan => ["dimension", "operandSegmentSizes", "resultSegmentSizes"],
            SpecialSyntax.Module => ["sym_name", "sym_visibility"],
            SpecialSyntax.Func => ["sym_name", "sym_visibility", "function_type", "arg_attrs", "res_attrs"],
            SpecialSyntax.ManualComputation => ["in_shardings", "out_shardings", "manual_axes"],
            SpecialSyntax.NamedComputation => ["name", "in_shardings", "out_shardings"],
            _ => [],
        };
        IEnumerable<string> spelled = parts.SelectMany(part => part.Kind switch
        {
            PartKind.Slice => ["start_indices", "limit_indices", "strides"],
            PartKind.Window => ["window_strides", "padding", "lhs_dilation", "rhs_dilation", "window_reversal"],
            PartKind.Precision => ["precision_config"],
            PartKind.PrecisionAlgorithm => ["precision_config", "algorithm"],
            PartKind.DotDims => ["dot_dimension_numbers"],
            PartKind.ExponentMantissa => ["exponent_bits", "mantissa_bits"],
            _ => part.Name.Length > 0 ? new[] { part.Name } : [],
        });
        return fixedNames.Concat(spelled);
    }

    private static SyntaxPart ParsePart(string[] words, int i)
    {
        string word = words[i];
        SyntaxPart Part(PartKind kind, string name = "", string @enum = "", ElementKind element = default, int count = 0, TypeSyntax types = default) =>
            new(kind, Encoding.ASCII.GetBytes(word), name, @enum, element, count, types);
        switch (word)
        {
            case "%*":
                return Part(PartKind.VariadicOperands);
            case "%*,":
                return Part(PartKind.VariadicOperandsComma);
            case "[[":
                return Part(PartKind.OptionalBegin);
            case "]]":
                return Part(PartKind.OptionalEnd);
            case "attrs":
                return Part(PartKind.Attributes);
            case "slice":
                return Part(PartKind.Slice);
            case "window" when i + 1 < words.Length && words[i + 1] == "}":
                return Part(PartKind.Window);
            case "precision":
                return Part(PartKind.Precision);
            case "precision_algorithm":
                return Part(PartKind.PrecisionAlgorithm);
            case "dot_dims":
                return Part(PartKind.DotDims);
            case "exponent_mantissa":
                return Part(PartKind.ExponentMantissa);
            case "regions":
                return Part(PartKind.Regions);
            case "barrier":
                return Part(PartKind.Barrier);
            case "operand_types":
                return Part(PartKind.OperandTypes);
        }
        if (word[0] == '%')
        {
            return Part(PartKind.Operands, count: word[1] - '0');
        }
        TypeSyntax? types = word switch
        {
            "func" => TypeSyntax.Func,
            "same" => TypeSyntax.Same,
            "result" => TypeSyntax.Result,
            "result_same" => TypeSyntax.ResultSame,
            "operand" => TypeSyntax.Operand,
            "operands" => TypeSyntax.OperandList,
            "tuple" => TypeSyntax.Tuple,
            "complex" => TypeSyntax.Complex,
            "select" => TypeSyntax.Select,
            "arrow" => TypeSyntax.Arrow,
            "top_k" => TypeSyntax.TopK,
            "cast" => TypeSyntax.Cast,
            "dim" when i == words.Length - 1 => TypeSyntax.Dim,
            _ => null,
        };
        if (types is { } syntax)
        {
            return Part(PartKind.Types, types: syntax);
        }
        string[] pieces = word.Split(':');
        if (pieces.Length == 1 || word == ":")
        {
            return Part(PartKind.Literal);
        }
        return pieces[0] switch
        {
            "i64" => Part(PartKind.Integer, pieces[1], element: ElementKind.I64),
            "i32" => Part(PartKind.Integer, pieces[1], element: ElementKind.I32),
            "ui64" => Part(PartKind.Integer, pieces[1], element: ElementKind.UI64),
            "ui32" => Part(PartKind.Integer, pieces[1], element: ElementKind.UI32),
            "f64" => Part(PartKind.Float, pieces[1], element: ElementKind.F64),
            "bool" => Part(PartKind.Bool, pieces[1]),
            "str" => Part(PartKind.String, pieces[1]),
            "dims" => Part(PartKind.Dims, pieces[1]),
            "enum" => Part(PartKind.Enum, pieces[2], pieces[1]),
            "symbol" => Part(PartKind.Symbol, pieces[1]),
            "symref" => Part(PartKind.SymbolRef, pieces[1]),
            "elements" => Part(PartKind.Elements, pieces[1]),
            "typed" => Part(PartKind.Typed, pieces[1]),
            "conv" => Part(PartKind.Conv, pieces[1]),
            "sdy_mesh" => Part(PartKind.SdyMesh, pieces[1]),
            "sdy_sharding" => Part(PartKind.SdySharding, pieces[1]),
            "sdy_axis_lists" => Part(PartKind.SdyAxisLists, pieces[1]),
            "sdy_axes" => Part(PartKind.SdyAxes, pieces[1]),
            "sdy_params" => Part(PartKind.SdyParams, pieces[1]),
            "reduction" => Part(PartKind.Reduction, pieces[1]),
            "direction" => Part(PartKind.Direction, pieces[1]),
            _ => throw new InvalidOperationException($"the syntax table has an unknown part '{word}'"),
        };
    }
}
