using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Verify;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Attributes of the stablehlo and chlo dialects.</summary>
internal sealed partial class Parser
{
    /// <summary>The attributes of an enum's cases, in order, each made once.</summary>
    private static readonly Dictionary<(string Dialect, string Mnemonic), EnumAttr[]> s_enumAttributes =
        EnumDefs.All.Where(e => e.Dialect == "stablehlo")
        .SelectMany(e => new[] { "stablehlo", "chlo", "mhlo" }.Select(d => (Key: (d, e.Mnemonic), Value: e.Cases.Select(c => new EnumAttr(d, e.Mnemonic, c.Name)).ToArray())))
        .ToDictionary(e => e.Key, e => e.Value);

    private delegate void FieldReader(int field);

    private static EnumDef? FindEnum(string mnemonic) => Array.Find(EnumDefs.All, e => e.Dialect == "stablehlo" && e.Mnemonic == mnemonic);

    private Attribute ParseHloAttribute(int start, string dialect, bool inBrackets)
    {
        string mnemonic;
        if (inBrackets)
        {
            // #stablehlo<mnemonic …>
            Take((byte)'<');
            mnemonic = Intern(TakeIdentifier());
        }
        else
        {
            int from = start + 1 + dialect.Length + 1;
            mnemonic = Intern(_s.AsSpan(from, _pos - from));
        }
        Attribute attribute = ParseHloAttributeBody(start, dialect, mnemonic);
        if (inBrackets)
        {
            Take((byte)'>');
        }
        return attribute;
    }

    private Attribute ParseHloAttributeBody(int start, string dialect, string mnemonic)
    {
        if (FindEnum(mnemonic) is not null)
        {
            bool brackets = TryTake((byte)'<');
            EnumAttr value = ParseEnumCase(dialect, mnemonic);
            if (brackets)
            {
                Take((byte)'>');
            }
            return value;
        }
        switch (mnemonic)
        {
            case "dot":
                return ParseDotDimensionNumbers();
            case "ragged_dot":
                return ParseRaggedDotDimensionNumbers();
            case "gather":
                return ParseGatherDimensionNumbers();
            case "scatter":
                return ParseScatterDimensionNumbers();
            case "conv":
                return ParseConvAttribute();
            case "dot_algorithm":
                return ParseDotAlgorithm();
            case "channel_handle":
                {
                    long handle = 0, type = 0;
                    Take((byte)'<');
                    ParseStructInOrder(["handle", "type"], i => _ = i == 0 ? handle = TakeInteger() : type = TakeInteger());
                    return new ChannelHandleAttr(handle, type);
                }
            case "output_operand_alias":
                {
                    ValueArray<long> output = default, operand = default;
                    long index = 0;
                    Take((byte)'<');
                    ParseStructInOrder(["output_tuple_indices", "operand_index", "operand_tuple_indices"], i =>
                    {
                        switch (i)
                        {
                            case 0:
                                output = ParseDims();
                                break;
                            case 1:
                                index = TakeInteger();
                                break;
                            default:
                                operand = ParseDims();
                                break;
                        }
                    });
                    return new OutputOperandAliasAttr(output, index, operand);
                }
            case "bounds":
                return new TypeExtensionsAttr(ParseDims(dynamic: true, (byte)'<', (byte)'>'));
            case "type_extensions":
                {
                    Take((byte)'<');
                    TakeKeyword("bounds"u8);
                    Take((byte)'=');
                    ValueArray<long> bounds = ParseDims(dynamic: true);
                    Take((byte)'>');
                    return new TypeExtensionsAttr(bounds);
                }
            case "result_accuracy":
                return ParseResultAccuracy();
            case "axis_ref":
                return ParseAxisRef();
            case "sub_axis_info":
                return ParseSubAxis();
            case "mesh_axis":
                return ParseMeshAxis();
            case "mesh":
                return ParseMesh();
            case "replica_group_mesh_axes":
                {
                    Attribute? mesh = null;
                    ArrayAttr axes = ArrayAttr.Empty;
                    Take((byte)'<');
                    ParseStructInOrder(["mesh", "axes"], i =>
                    {
                        if (i == 0)
                        {
                            mesh = ParseAttribute();
                        }
                        else
                        {
                            Peek();
                            int at = _pos;
                            axes = ParseAttribute() as ArrayAttr ?? throw Error(at, "expected an array of axes");
                        }
                    });
                    return new ReplicaGroupMeshAxesAttr(mesh!, axes);
                }
        }
        throw Error(start, dialect == "stablehlo" ? "unknown StableHLO attribute" : $"unknown {dialect} attribute");
    }

    private EnumAttr ParseEnumCase(string dialect, string mnemonic)
    {
        Peek();
        int at = _pos;
        ReadOnlySpan<byte> word = PeekIdentifier();
        foreach (EnumAttr value in s_enumAttributes[(dialect, mnemonic)])
        {
            if (word.Length == value.Value.Length && System.Text.Ascii.Equals(word, value.Value))
            {
                _pos += word.Length;
                return value;
            }
        }
        EnumDef info = FindEnum(mnemonic)!;
        string cpp = $"::mlir::{dialect}::{info.Name}";
        string message = word.IsEmpty ? "expected valid keyword" : $"expected {cpp} to be one of: {string.Join(", ", info.Cases.Select(c => c.Name))}";
        string failed = $"failed to parse {(dialect == "chlo" ? "CHLO" : "StableHLO")}_{info.Name}Attr parameter 'value' which is to be a `{cpp}`";
        throw new ParseException(MakeDiagnostic(at, OpMessage(message)), MakeDiagnostic(at, OpMessage(failed)));
    }

    /// <summary>Fields in any order, each at most once, up to <c>&gt;</c>; as StableHLO's parseStruct.</summary>
    private void ParseStruct(string[] names, string failure, FieldReader read)
    {
        uint seen = 0;
        while (!TryTake((byte)'>'))
        {
            int at = _pos;
            ReadOnlySpan<byte> word = PeekIdentifier();
            int field = -1;
            for (int i = 0; i < names.Length; i++)
            {
                if (word.Length == names[i].Length && System.Text.Ascii.Equals(word, names[i]))
                {
                    field = i;
                    break;
                }
            }
            if (field < 0)
            {
                throw StructError($"expected one of: {string.Join(", ", names.Select(n => $"`{n}`"))}", failure);
            }
            _pos += word.Length;
            if ((seen >> field & 1) != 0)
            {
                throw StructError($"duplicated `{names[field]}` entry", failure);
            }
            seen |= 1u << field;
            Take((byte)'=');
            read(field);
            if (!TryTake((byte)','))
            {
                if (!TryTake((byte)'>'))
                {
                    // A missing token is reported where the line before ends, the attribute where the next token is.
                    int missing = TokenErrorPosition();
                    throw new ParseException(MakeDiagnostic(missing, "expected '>'"), MakeDiagnostic(_pos, OpMessage($"failed parsing {failure} attribute")));
                }
                return;
            }
        }
    }

    private ParseException StructError(string message, string failure)
    {
        Peek();
        return new ParseException(MakeDiagnostic(_pos, OpMessage(message)), MakeDiagnostic(_pos, OpMessage($"failed parsing {failure} attribute")));
    }

    /// <summary>Fields of MLIR's <c>struct(params)</c>: all of them, in any order, up to <c>&gt;</c>.</summary>
    private void ParseStructInOrder(string[] names, FieldReader read)
    {
        uint seen = 0;
        for (int n = 0; n < names.Length; n++)
        {
            if (n > 0)
            {
                Take((byte)',');
            }
            Peek();
            int at = _pos;
            string word = Intern(TakeIdentifier("expected a parameter name in struct"));
            int field = Array.IndexOf(names, word);
            if (field < 0 || (seen >> field & 1) != 0)
            {
                throw OpError(at, $"duplicate or unknown struct parameter name: {word}");
            }
            seen |= 1u << field;
            Take((byte)'=');
            read(field);
        }
        Take((byte)'>');
    }

    private DotDimensionNumbersAttr ParseDotDimensionNumbers()
    {
        var dims = new ValueArray<long>[4];
        Take((byte)'<');
        ParseStruct(
            ["lhs_batching_dimensions", "rhs_batching_dimensions", "lhs_contracting_dimensions", "rhs_contracting_dimensions"],
            "dot dimension numbers", i => dims[i] = ParseDims());
        return new DotDimensionNumbersAttr(dims[0], dims[1], dims[2], dims[3]);
    }

    private RaggedDotDimensionNumbersAttr ParseRaggedDotDimensionNumbers()
    {
        var dims = new ValueArray<long>[6];
        Take((byte)'<');
        ParseStruct(
            ["lhs_batching_dimensions", "rhs_batching_dimensions", "lhs_contracting_dimensions", "rhs_contracting_dimensions", "lhs_ragged_dimensions", "rhs_group_dimensions"],
            "ragged dot dimension numbers", i => dims[i] = ParseDims());
        return new RaggedDotDimensionNumbersAttr(dims[0], dims[1], dims[2], dims[3], dims[4], dims[5]);
    }

    private GatherDimensionNumbersAttr ParseGatherDimensionNumbers()
    {
        var dims = new ValueArray<long>[5];
        long vector = 0;
        Take((byte)'<');
        ParseStruct(
            ["offset_dims", "collapsed_slice_dims", "operand_batching_dims", "start_indices_batching_dims", "start_index_map", "index_vector_dim"],
            "gather dimension numbers", i =>
            {
                if (i == 5)
                {
                    vector = TakeInteger();
                }
                else
                {
                    dims[i] = ParseDims();
                }
            });
        return new GatherDimensionNumbersAttr(dims[0], dims[1], dims[2], dims[3], dims[4], vector);
    }

    private ScatterDimensionNumbersAttr ParseScatterDimensionNumbers()
    {
        var dims = new ValueArray<long>[5];
        long vector = 0;
        Take((byte)'<');
        ParseStruct(
            ["update_window_dims", "inserted_window_dims", "input_batching_dims", "scatter_indices_batching_dims", "scatter_dims_to_operand_dims", "index_vector_dim"],
            "scatter dimension numbers", i =>
            {
                if (i == 5)
                {
                    vector = TakeInteger();
                }
                else
                {
                    dims[i] = ParseDims();
                }
            });
        return new ScatterDimensionNumbersAttr(dims[0], dims[1], dims[2], dims[3], dims[4], vector);
    }

    private DotAlgorithmAttr ParseDotAlgorithm()
    {
        Peek();
        int at = _pos;
        Take((byte)'<');
        IrType Type(ReadOnlySpan<byte> name)
        {
            TakeKeyword(name);
            Take((byte)'=');
            IrType type = ParseType();
            Take((byte)',');
            return type;
        }
        long Count(ReadOnlySpan<byte> name)
        {
            TakeKeyword(name);
            Take((byte)'=');
            long count = TakeInteger();
            Take((byte)',');
            return count;
        }
        IrType lhs = Type("lhs_precision_type"u8);
        IrType rhs = Type("rhs_precision_type"u8);
        IrType accumulation = Type("accumulation_type"u8);
        long lhsCount = Count("lhs_component_count"u8);
        long rhsCount = Count("rhs_component_count"u8);
        long operations = Count("num_primitive_operations"u8);
        TakeKeyword("allow_imprecise_accumulation"u8);
        Take((byte)'=');
        bool imprecise = TakeBool();
        Take((byte)'>');
        var algorithm = new DotAlgorithmAttr(lhs, rhs, accumulation, lhsCount, rhsCount, operations, imprecise);
        return DotRules.Problem(algorithm) is { } problem
            ? throw new ParseException(MakeDiagnostic(at, problem.Message) with { Constraint = problem.Constraint }) : algorithm;
    }

    private bool TakeBool()
    {
        if (TryKeyword("true"u8))
        {
            return true;
        }
        if (TryKeyword("false"u8))
        {
            return false;
        }
        throw OpError(_pos, "expected 'true' or 'false'");
    }

    private ResultAccuracyAttr ParseResultAccuracy()
    {
        Take((byte)'<');
        double Tolerance(ReadOnlySpan<byte> name)
        {
            if (!TryKeyword(name))
            {
                return 0;
            }
            Take((byte)'=');
            Peek();
            if (!TryTakeFloat(out double value))
            {
                throw OpError(_pos, "expected floating point literal");
            }
            Take((byte)',');
            return value;
        }
        double atol = Tolerance("atol"u8);
        double rtol = Tolerance("rtol"u8);
        long ulps = 0;
        if (TryKeyword("ulps"u8))
        {
            Take((byte)'=');
            ulps = TakeInteger();
            Take((byte)',');
        }
        TakeKeyword("mode"u8);
        Take((byte)'=');
        Peek();
        int modeAt = _pos;
        if (ParseAttribute() is not EnumAttr { Mnemonic: "result_accuracy_mode" } mode)
        {
            throw OpError(modeAt, "invalid kind of attribute specified");
        }
        Take((byte)'>');
        Peek();
        if (atol < 0 || rtol < 0 || ulps < 0)
        {
            throw OpError(_pos, "Negative tolerance");
        }
        if (mode.Value != "TOLERANCE" && (atol != 0 || rtol != 0 || ulps != 0))
        {
            throw OpError(_pos, $"Invalid tolerances for ResultAccuracyAttr with mode {mode.Value}, must be all zero.");
        }
        return new ResultAccuracyAttr(atol, rtol, ulps, mode.Value);
    }

    private AxisRefAttr ParseAxisRef()
    {
        Take((byte)'<');
        TakeKeyword("name"u8);
        Take((byte)'=');
        string name = TakeString();
        SubAxisInfoAttr? sub = null;
        if (TryTake((byte)','))
        {
            TakeKeyword("sub_axis_info"u8);
            Take((byte)'=');
            sub = ParseSubAxis();
        }
        Take((byte)'>');
        return new AxisRefAttr(name, sub);
    }

    private SubAxisInfoAttr ParseSubAxis()
    {
        Take((byte)'(');
        long pre = TakeInteger();
        Take((byte)')');
        return new SubAxisInfoAttr(pre, TakeInteger());
    }

    private MeshAxisAttr ParseMeshAxis()
    {
        string name = "";
        long size = 0;
        Take((byte)'<');
        ParseStructInOrder(["name", "size"], i => _ = i == 0 ? (object)(name = TakeString()) : size = TakeInteger());
        return new MeshAxisAttr(name, size);
    }

    private MeshAttr ParseMesh()
    {
        Take((byte)'<');
        TakeKeyword("axes"u8);
        Take((byte)'=');
        Take((byte)'[');
        var axes = new List<MeshAxisAttr>();
        if (!TryTake((byte)']'))
        {
            do
            {
                Peek();
                int at = _pos;
                if (_s[at] == '<')
                {
                    axes.Add(ParseMeshAxis());
                }
                else
                {
                    axes.Add(ParseAttribute() as MeshAxisAttr ?? throw OpError(at, "expected a mesh axis"));
                }
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        DenseElementsAttr? ids = null;
        if (TryTake((byte)','))
        {
            TakeKeyword("device_ids"u8);
            Take((byte)'=');
            Peek();
            int at = _pos;
            ids = ParseAttribute() as DenseElementsAttr ?? throw OpError(at, "expected a dense attribute of device ids");
        }
        Take((byte)'>');
        return new MeshAttr(new ValueArray<MeshAxisAttr>([.. axes]), ids);
    }

    /// <summary><c>#stablehlo.conv&lt;[b, 0, f]x[0, i, o]->[b, 0, f]&gt;</c>, or the raw form, which can also spell what is invalid.</summary>
    private ConvDimensionNumbersAttr ParseConvAttribute()
    {
        Take((byte)'<');
        if (!TryKeyword("raw"u8))
        {
            ConvDimensionNumbersAttr dims = ParseConvDimensions();
            Take((byte)'>');
            return dims;
        }
        long[] numbers = new long[9];
        var spatial = new ValueArray<long>[9];
        ParseStruct(
            ["input_batch_dimension", "input_feature_dimension", "input_spatial_dimensions", "kernel_input_feature_dimension",
             "kernel_output_feature_dimension", "kernel_spatial_dimensions", "output_batch_dimension", "output_feature_dimension", "output_spatial_dimensions"],
            "dot dimension numbers", i =>
            {
                if (i % 3 == 2)
                {
                    spatial[i] = ParseDims();
                }
                else
                {
                    numbers[i] = TakeInteger();
                }
            });
        return new ConvDimensionNumbersAttr(numbers[0], numbers[1], spatial[2], numbers[3], numbers[4], spatial[5], numbers[6], numbers[7], spatial[8]);
    }

    private ConvDimensionNumbersAttr ParseConvDimensions()
    {
        (long batch, long feature, ValueArray<long> input) = ParseConvList('b', 'f');
        TakeKeyword("x"u8);
        (long inFeature, long outFeature, ValueArray<long> kernel) = ParseConvList('i', 'o');
        TakeArrow();
        (long outBatch, long outputFeature, ValueArray<long> output) = ParseConvList('b', 'f');
        return new ConvDimensionNumbersAttr(batch, feature, input, inFeature, outFeature, kernel, outBatch, outputFeature, output);
    }

    private (long First, long Second, ValueArray<long> Spatial) ParseConvList(char first, char second)
    {
        Take((byte)'[');
        long firstAt = -1, secondAt = -1;
        var spatial = new Dictionary<long, long>();
        long max = -1;
        long index = 0;
        do
        {
            Peek();
            int at = _pos;
            if (TryTakeInteger(out long dim))
            {
                if (dim < 0)
                {
                    throw OpError(at, $"Unexpected dimension {dim}");
                }
                if (!spatial.TryAdd(dim, index))
                {
                    throw OpError(at, $"Duplicate entries for spatial dimension {dim}");
                }
                max = Math.Max(max, dim);
            }
            else
            {
                string word = Intern(TakeIdentifier());
                bool firstOpen = firstAt < 0, secondOpen = secondAt < 0;
                if (word.Length != 1 || !firstOpen && !secondOpen)
                {
                    throw OpError(at, $"Unexpected keyword {word}");
                }
                if (word[0] == first && firstOpen)
                {
                    firstAt = index;
                }
                else if (word[0] == second && secondOpen)
                {
                    secondAt = index;
                }
                else
                {
                    throw OpError(at, $"Unexpected dimension {word}, expecting {Missing(firstOpen, secondOpen)}");
                }
            }
            index++;
        }
        while (TryTake((byte)','));
        string Missing(bool a, bool b) => a && b ? $"{first}, {second}" : a ? $"{first}" : $"{second}";
        Peek();
        if (firstAt < 0 || secondAt < 0)
        {
            throw OpError(_pos, $"Expected dimensions {Missing(firstAt < 0, secondAt < 0)} not specified");
        }
        Take((byte)']');
        if (max + 1 != spatial.Count)
        {
            var missing = new List<long>();
            for (long dim = 0; dim <= max && missing.Count < 10; dim++)
            {
                if (!spatial.ContainsKey(dim))
                {
                    missing.Add(dim);
                }
            }
            throw OpError(_pos, $"Expected spatial dimensions {string.Join(", ", missing)} not specified");
        }
        long[] places = new long[max + 1];
        foreach ((long dim, long place) in spatial)
        {
            places[dim] = place;
        }
        return (firstAt, secondAt, new ValueArray<long>(places));
    }
}
