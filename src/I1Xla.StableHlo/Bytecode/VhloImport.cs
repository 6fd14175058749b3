using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Turns the attributes of a vhlo operation of any version into those of the operation it stands for. What VHLO spells out and StableHLO has as default is left out.</summary>
internal sealed class VhloImport
{
    private static readonly OpName s_funcReturn = "func.return";
    private static readonly OpName s_func = "vhlo.func_v1";
    private static readonly OpName s_return = "stablehlo.return";
    private readonly AttributeMap _source;
    private readonly AttributeMap _target = new();
    private readonly VhloOp _op;
    private readonly int _at;

    private VhloImport(VhloOp op, AttributeMap source, int at)
    {
        _op = op;
        _source = source;
        _at = at;
    }

    /// <summary>The name and attributes of the operation in StableHLO.</summary>
    public static (OpName Name, AttributeMap Attributes) Convert(VhloOp op, AttributeMap attributes, OpName? parent, int at)
    {
        var import = new VhloImport(op, attributes, at);
        if (op.Def is null)
        {
            import.Function();
        }
        else
        {
            import.Inherent(op.Def);
        }
        // What is left is discardable, or inherent under the same name.
        foreach (NamedAttribute entry in attributes.Entries)
        {
            import._target.Set(entry.Name, entry.Value);
        }
        bool ofFunction = op.Target == s_return && IsFunction(parent);
        return (ofFunction ? s_funcReturn : op.Target, import._target);
    }

    /// <summary>Whether a return within an operation of this name is that of a function.</summary>
    public static bool IsFunction(OpName? parent) => parent == s_func || parent == FuncOp.OpName;

    private BytecodeException Error(string message) => new($"{_op.Name}: {message}", _at);

    private void Function()
    {
        if (_op.Target == FuncOp.OpName)
        {
            Take<StringAttr>("sym_name");
            if (Required<TypeAttr>("function_type") is not { Type: FunctionType } type)
            {
                throw Error("'function_type' is no function type");
            }
            _target.Set("function_type", type);
            if (_source["sym_visibility"] is StringAttr { Value: "" })
            {
                _source.Remove("sym_visibility");
            }
            foreach (string key in (ReadOnlySpan<string>)["arg_attrs", "res_attrs"])
            {
                if (_source[key] is ArrayAttr { Items.Length: 0 })
                {
                    _source.Remove(key);
                }
                else if (_source[key] is { } list && (list is not ArrayAttr array || array.Items.Any(d => d is not DictionaryAttr)))
                {
                    throw Error($"'{key}' is no array of dictionaries");
                }
            }
            return;
        }
        _target.Set("callee", new SymbolRefAttr(Required<StringAttr>("callee").Value));
    }

    private T Required<T>(string name) where T : Attribute
    {
        Attribute? value = _source[name];
        _source.Remove(name);
        return value as T ?? throw Error(value is null ? $"'{name}' is missing" : $"'{name}' is not a {typeof(T).Name}");
    }

    private void Take<T>(string name) where T : Attribute => _target.Set(name, Required<T>(name));

    private long Long(string name) => Required<IntegerAttr>(name).Value;

    private ValueArray<long> Longs(string name, bool optional = false) =>
        optional && !_source.Contains(name) ? [] : Values(Required<DenseElementsAttr>(name), name, ElementKind.I64);

    private ValueArray<long> Values(DenseElementsAttr dense, string name, ElementKind kind)
    {
        if (dense.Type.Kind != kind || dense.Type.Element is not ScalarType || dense.Type.Rank != 1)
        {
            throw Error($"'{name}' is no array of {kind.Name()}");
        }
        if (dense.Type.Shape[0] > 1 << 20)
        {
            throw Error($"'{name}' has {dense.Type.Shape[0]} elements");
        }
        long[] values = new long[dense.Type.Shape[0]];
        ReadOnlySpan<byte> data = dense.Data.Span;
        for (int i = 0; i < values.Length; i++)
        {
            int k = dense.IsSplat ? 0 : i;
            values[i] = kind == ElementKind.I1 ? data[k] : BitConverter.ToInt64(data[(8 * k)..]);
        }
        return new ValueArray<long>(values);
    }

    private void Inherent(OpDef def)
    {
        // dynamic_conv_v1 had static padding besides the operand; it has no meaning.
        if (_op.Version.Name == "dynamic_conv_v1")
        {
            _source.Remove("padding");
        }
        if (_source["operand_layouts"] is ArrayAttr { Items.Length: 0 } && _source["result_layouts"] is ArrayAttr { Items.Length: 0 })
        {
            _source.Remove("operand_layouts");
            _source.Remove("result_layouts");
        }
        foreach (AttributeDef attribute in def.Attributes)
        {
            if (Exploded(attribute))
            {
                continue;
            }
            Attribute? value = _source[attribute.Name];
            _source.Remove(attribute.Name);
            if (value is null)
            {
                if (!attribute.Optional && attribute.Default is null)
                {
                    throw Error($"'{attribute.Name}' is missing");
                }
                continue;
            }
            if ((attribute.Optional || attribute.Default is not null) && IsDefault(attribute, value))
            {
                continue;
            }
            _target.Set(attribute.Name, attribute.Kind switch
            {
                AttributeKind.I64Array => Array(value, attribute.Name, ElementKind.I64),
                AttributeKind.BoolArray => Array(value, attribute.Name, ElementKind.I1),
                AttributeKind.Unit => value is BoolAttr ? UnitAttr.Instance : throw Error($"'{attribute.Name}' is no boolean"),
                AttributeKind.SymbolRef => value is StringAttr symbol ? new SymbolRefAttr(symbol.Value) : throw Error($"'{attribute.Name}' is no string"),
                AttributeKind.SymbolRefArray => value is ArrayAttr list
                    ? new ArrayAttr(list.Items.Select(i => (Attribute)new SymbolRefAttr((i as StringAttr ?? throw Error($"'{attribute.Name}' has what is no string")).Value)).ToValueArray())
                    : throw Error($"'{attribute.Name}' is no array"),
                _ => value,
            });
        }
    }

    private DenseArrayAttr Array(Attribute value, string name, ElementKind kind) =>
        value is DenseElementsAttr dense ? new DenseArrayAttr(kind, Values(dense, name, kind)) : throw Error($"'{name}' is no array of {kind.Name()}");

    /// <summary>Attributes that VHLO has in parts.</summary>
    private bool Exploded(AttributeDef attribute)
    {
        switch (attribute.Kind)
        {
            case AttributeKind.DotDimensionNumbers:
                _target.Set(attribute.Name, new DotDimensionNumbersAttr(
                    Longs("lhs_batching_dimensions"), Longs("rhs_batching_dimensions"), Longs("lhs_contracting_dimensions"), Longs("rhs_contracting_dimensions")));
                return true;
            case AttributeKind.DotAlgorithm:
                DotAlgorithm(attribute.Name);
                return true;
            case AttributeKind.GatherDimensionNumbers:
                _target.Set(attribute.Name, new GatherDimensionNumbersAttr(
                    Longs("offset_dims"), Longs("collapsed_slice_dims"), Longs("operand_batching_dims", true), Longs("start_indices_batching_dims", true),
                    Longs("start_index_map"), Long("index_vector_dim")));
                return true;
            case AttributeKind.ScatterDimensionNumbers:
                _target.Set(attribute.Name, new ScatterDimensionNumbersAttr(
                    Longs("update_window_dims"), Longs("inserted_window_dims"), Longs("input_batching_dims", true), Longs("scatter_indices_batching_dims", true),
                    Longs("scatter_dims_to_operand_dims"), Long("index_vector_dim")));
                return true;
            case AttributeKind.ConvDimensionNumbers:
                _target.Set(attribute.Name, new ConvDimensionNumbersAttr(
                    Long("input_batch_dimension"), Long("input_feature_dimension"), Longs("input_spatial_dimensions"),
                    Long("kernel_input_feature_dimension"), Long("kernel_output_feature_dimension"), Longs("kernel_spatial_dimensions"),
                    Long("output_batch_dimension"), Long("output_feature_dimension"), Longs("output_spatial_dimensions")));
                return true;
            case AttributeKind.ChannelHandle:
                if (!_source.Contains("channel_id"))
                {
                    return true;
                }
                long id = Long("channel_id");
                if (_op.Version.Attributes.Contains("channel_type"))
                {
                    _target.Set(attribute.Name, new ChannelHandleAttr(id, Long("channel_type")));
                }
                else if (id != 0)
                {
                    _target.Set(attribute.Name, new ChannelHandleAttr(id, 0));
                }
                return true;
            default:
                return false;
        }
    }

    private void DotAlgorithm(string name)
    {
        if (!_source.Contains("lhs_precision_type"))
        {
            return;
        }
        string[] keys =
            ["lhs_precision_type", "rhs_precision_type", "accumulation_type", "lhs_component_count", "rhs_component_count", "num_primitive_operations", "allow_imprecise_accumulation"];
        int absent = keys.Count(k => _source[k] is TypeAttr { Type: NoneType });
        if (absent == keys.Length)
        {
            foreach (string key in keys)
            {
                _source.Remove(key);
            }
            return;
        }
        if (absent > 0)
        {
            throw Error("a dot algorithm is there in part");
        }
        _target.Set(name, new DotAlgorithmAttr(
            Required<TypeAttr>(keys[0]).Type, Required<TypeAttr>(keys[1]).Type, Required<TypeAttr>(keys[2]).Type,
            Long(keys[3]), Long(keys[4]), Long(keys[5]), Required<BoolAttr>(keys[6]).Value));
    }

    private static bool IsDefault(AttributeDef attribute, Attribute value)
    {
        switch (value)
        {
            case BoolAttr flag:
                return !flag.Value;
            case StringAttr text:
                return text.Value.Length == 0;
            case DictionaryAttr dictionary:
                return dictionary.Entries.Length == 0;
            case IntegerAttr integer:
                return attribute.Default is { } d
                    && (attribute.Enum is { } e ? e.ValueOf(d) == integer.Value : long.TryParse(d, out long number) && number == integer.Value);
            case EnumAttr { Mnemonic: "comparison_type" } comparison:
                return comparison.Value == "NOTYPE";
            case ResultAccuracyAttr accuracy:
                return accuracy is { Atol: 0, Rtol: 0, Ulps: 0, Mode: "DEFAULT" };
            case ArrayAttr list:
                return attribute.Kind == AttributeKind.PrecisionConfig ? list.Items.All(p => p is EnumAttr { Value: "DEFAULT" })
                    : list.Items.Length == 0 && attribute.Name is not ("operand_layouts" or "result_layouts");
            case DenseElementsAttr dense:
                ReadOnlySpan<byte> data = dense.Data.Span;
                return attribute.Name switch
                {
                    "window_strides" or "lhs_dilation" or "rhs_dilation" or "base_dilations" or "window_dilations" => IsAll(dense, 1),
                    "padding" or "window_reversal" => IsAll(dense, 0),
                    "known_expanding_dimensions" or "known_nonexpanding_dimensions" or "source_target_pairs" => data.Length == 0,
                    _ => false,
                };
            default:
                return false;
        }
    }

    private static bool IsAll(DenseElementsAttr dense, byte value)
    {
        int size = dense.Type.Kind.StorageBytes();
        ReadOnlySpan<byte> data = dense.Data.Span;
        for (int i = 0; i < data.Length; i++)
        {
            if (data[i] != (i % size == 0 ? value : 0))
            {
                return false;
            }
        }
        return true;
    }
}
