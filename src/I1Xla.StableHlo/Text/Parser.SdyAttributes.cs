using System.Globalization;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>Attributes of Shardy (the sdy dialect).</summary>
internal sealed partial class Parser
{
    private Attribute ParseSdyAttribute(int start, bool inBrackets)
    {
        string mnemonic;
        if (inBrackets)
        {
            // #sdy<mnemonic…>: attributes whose own text starts with another bracket.
            Take((byte)'<');
            mnemonic = Intern(TakeIdentifier());
        }
        else
        {
            int from = start + "#sdy.".Length;
            mnemonic = Intern(_s.AsSpan(from, _pos - from));
        }
        Attribute attribute = mnemonic switch
        {
            "mesh" => ParseSdyMesh(),
            "sharding" => ParseSdySharding(),
            "sharding_per_value" => ParseSdyPerValue(),
            "manual_axes" => ParseSdyManualAxes(),
            "axis_ref_list" => ParseSdyAxisList(),
            "list_of_axis_ref_lists" => ParseSdyListOfAxisLists(),
            "all_to_all_param_list" => ParseSdyAllToAllParams(),
            "op_sharding_rule" => ParseSdyShardingRule(),
            "axis_ref" => ParseSdyAxisRef(),
            "mesh_axis" => ParseSdyMeshAxis(),
            "dimension_sharding" => ParseSdyDimension(),
            _ => throw Error(start, $"unknown attribute `{mnemonic}` in dialect `sdy`"),
        };
        if (inBrackets)
        {
            Take((byte)'>');
        }
        return attribute;
    }

    private SdyMeshAxis ParseSdyMeshAxis()
    {
        string name = TakeString();
        Take((byte)'=');
        return new SdyMeshAxis(name, TakeInteger());
    }

    private SdyMeshAttr ParseSdyMesh()
    {
        Take((byte)'<');
        Take((byte)'[');
        var axes = new List<SdyMeshAxis>();
        if (!TryTake((byte)']'))
        {
            do
            {
                axes.Add(ParseSdyMeshAxis());
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        ValueArray<long> ids = default;
        if (TryTake((byte)','))
        {
            TakeKeyword("device_ids"u8);
            Take((byte)'=');
            ids = ParseDims();
        }
        Take((byte)'>');
        return new SdyMeshAttr(new ValueArray<SdyMeshAxis>([.. axes]), ids);
    }

    private SdyAxisRef ParseSdyAxisRef()
    {
        string name = TakeString();
        if (!TryTake((byte)':'))
        {
            return new SdyAxisRef(name);
        }
        Take((byte)'(');
        long pre = TakeInteger();
        Take((byte)')');
        return new SdyAxisRef(name, pre, TakeInteger());
    }

    /// <summary><c>{"x", "y"}</c>.</summary>
    private ValueArray<SdyAxisRef> ParseSdyAxes()
    {
        Take((byte)'{');
        if (TryTake((byte)'}'))
        {
            return default;
        }
        var axes = new List<SdyAxisRef>();
        do
        {
            axes.Add(ParseSdyAxisRef());
        }
        while (TryTake((byte)','));
        Take((byte)'}');
        return new ValueArray<SdyAxisRef>([.. axes]);
    }

    private SdyDimensionSharding ParseSdyDimension()
    {
        Take((byte)'{');
        var axes = new List<SdyAxisRef>();
        bool closed = true;
        while (!TryTake((byte)'}'))
        {
            if (axes.Count > 0)
            {
                Take((byte)',');
            }
            if (TryTake((byte)'?'))
            {
                closed = false;
                Take((byte)'}');
                break;
            }
            axes.Add(ParseSdyAxisRef());
        }
        long? priority = null;
        ReadOnlySpan<byte> word = PeekIdentifier();
        if (!word.IsEmpty)
        {
            string text = Intern(word);
            _pos += word.Length;
            if (word.Length < 2 || word[0] != 'p' || word[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                throw OpError(_pos, $"expecting priority in format 'p<number>', got: {text}");
            }
            if (word[1] == '0' && word.Length > 2)
            {
                throw OpError(_pos, $"priorities with leading zeros are not allowed, got: {text}");
            }
            priority = long.TryParse(word[1..], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? number : throw OpError(_pos, $"expecting integer priority, got: {text}");
        }
        return new SdyDimensionSharding(new ValueArray<SdyAxisRef>([.. axes]), closed, priority);
    }

    /// <summary><c>&lt;@mesh, [{"x"}, {}], replicated={…}, unreduced={…}&gt;</c>.</summary>
    private SdyShardingAttr ParseSdySharding()
    {
        Take((byte)'<');
        Attribute mesh = TryKeyword("mesh"u8) ? ParseSdyMesh() : new SymbolRefAttr(TakeSymbol());
        Take((byte)',');
        Take((byte)'[');
        var dims = new List<SdyDimensionSharding>();
        if (!TryTake((byte)']'))
        {
            do
            {
                dims.Add(ParseSdyDimension());
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        ValueArray<SdyAxisRef> replicated = default, unreduced = default;
        SdyReduction reduction = SdyReduction.Sum;
        while (TryTake((byte)','))
        {
            if (replicated.Length == 0 && TryKeyword("replicated"u8))
            {
                Take((byte)'=');
                replicated = ParseSdyAxes();
            }
            else if (unreduced.Length == 0 && TryKeyword("unreduced"u8))
            {
                if (TryTake((byte)'='))
                {
                    reduction = TryKeyword("max"u8) ? SdyReduction.Max : TryKeyword("min"u8) ? SdyReduction.Min : SdyReduction.Sum;
                    _ = reduction == SdyReduction.Sum && TryKeyword("sum"u8);
                }
                unreduced = ParseSdyAxes();
            }
            else
            {
                throw OpError(_pos, "failed to parse Sdy_TensorSharding, expected valid named axis list after comma");
            }
        }
        Take((byte)'>');
        return new SdyShardingAttr(mesh, new ValueArray<SdyDimensionSharding>([.. dims]), replicated, unreduced, reduction);
    }

    private SdyShardingPerValueAttr ParseSdyPerValue()
    {
        Take((byte)'<');
        SdyShardingPerValueAttr shardings = ParseSdyShardingList();
        Take((byte)'>');
        return shardings;
    }

    /// <summary><c>[&lt;…&gt;, …]</c>.</summary>
    private SdyShardingPerValueAttr ParseSdyShardingList()
    {
        Take((byte)'[');
        var shardings = new List<SdyShardingAttr>();
        if (!TryTake((byte)']'))
        {
            do
            {
                shardings.Add(ParseSdySharding());
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        return new SdyShardingPerValueAttr(new ValueArray<SdyShardingAttr>([.. shardings]));
    }

    private SdyManualAxesAttr ParseSdyManualAxes()
    {
        Take((byte)'{');
        var axes = new List<string>();
        if (!TryTake((byte)'}'))
        {
            do
            {
                axes.Add(TakeString());
            }
            while (TryTake((byte)','));
            Take((byte)'}');
        }
        return new SdyManualAxesAttr(new ValueArray<string>([.. axes]));
    }

    private SdyAxisRefListAttr ParseSdyAxisList() => new(ParseSdyAxes());

    private SdyListOfAxisRefListsAttr ParseSdyListOfAxisLists()
    {
        Take((byte)'[');
        var lists = new List<SdyAxisRefListAttr>();
        if (!TryTake((byte)']'))
        {
            do
            {
                lists.Add(ParseSdyAxisList());
            }
            while (TryTake((byte)','));
            Take((byte)']');
        }
        return new SdyListOfAxisRefListsAttr(new ValueArray<SdyAxisRefListAttr>([.. lists]));
    }

    private SdyAllToAllParamListAttr ParseSdyAllToAllParams()
    {
        Take((byte)'[');
        var items = new List<SdyAllToAllParam>();
        do
        {
            ValueArray<SdyAxisRef> axes = ParseSdyAxes();
            Take((byte)':');
            long source = TakeInteger();
            TakeArrow();
            items.Add(new SdyAllToAllParam(axes, source, TakeInteger()));
        }
        while (TryTake((byte)','));
        Take((byte)']');
        return new SdyAllToAllParamListAttr(new ValueArray<SdyAllToAllParam>([.. items]));
    }

    /// <summary><c>&lt;([i, k], [k, j])->([i, j]) {i=8, j=8, k=8} reduction={k}, custom&gt;</c>.</summary>
    private SdyOpShardingRuleAttr ParseSdyShardingRule()
    {
        Take((byte)'<');
        ValueArray<ValueArray<ValueArray<long>>> operands = ParseSdyMappings();
        TakeArrow();
        ValueArray<ValueArray<ValueArray<long>>> results = ParseSdyMappings();
        ValueArray<long> sizes = default;
        if (TryTake((byte)'{'))
        {
            int start = _numbers.Count;
            do
            {
                Peek();
                int at = _pos;
                int expected = _numbers.Count - start;
                ValueArray<long> factor = ParseSdyFactors(TakeIdentifier());
                if (factor.Length != 1 || factor[0] != expected)
                {
                    throw OpError(at, "expecting factor indices to be ordered like an iota ([0,1,2,...], e.g. {i=#, j=#, ...})");
                }
                Take((byte)'=');
                long size = TakeInteger();
                _numbers.Add(size);
            }
            while (TryTake((byte)','));
            Take((byte)'}');
            sizes = PopNumbers(start);
        }
        ValueArray<long> reduction = ParseSdyNamedFactors("reduction"u8);
        ValueArray<long> replication = ParseSdyNamedFactors("need_replication"u8);
        ValueArray<long> permutation = ParseSdyNamedFactors("permutation"u8);
        ValueArray<long> blocked = ParseSdyNamedFactors("blocked_propagation"u8);
        bool custom = TryTake((byte)',');
        if (custom)
        {
            TakeKeyword("custom"u8);
        }
        Take((byte)'>');
        return new SdyOpShardingRuleAttr(sizes, operands, results, reduction, replication, permutation, blocked, custom);
    }

    private ValueArray<long> ParseSdyNamedFactors(ReadOnlySpan<byte> name)
    {
        if (!TryKeyword(name))
        {
            return default;
        }
        Take((byte)'=');
        Take((byte)'{');
        var factors = new List<long>();
        if (!TryTake((byte)'}'))
        {
            do
            {
                factors.AddRange(ParseSdyFactors(TakeIdentifier()));
            }
            while (TryTake((byte)','));
            Take((byte)'}');
        }
        return new ValueArray<long>([.. factors]);
    }

    private ValueArray<ValueArray<ValueArray<long>>> ParseSdyMappings()
    {
        Take((byte)'(');
        var tensors = new List<ValueArray<ValueArray<long>>>();
        if (!TryTake((byte)')'))
        {
            do
            {
                Take((byte)'[');
                var dims = new List<ValueArray<long>>();
                if (!TryTake((byte)']'))
                {
                    do
                    {
                        ReadOnlySpan<byte> word = PeekIdentifier();
                        _pos += word.Length;
                        dims.Add(ParseSdyFactors(word));
                    }
                    while (TryTake((byte)','));
                    Take((byte)']');
                }
                tensors.Add(new ValueArray<ValueArray<long>>([.. dims]));
            }
            while (TryTake((byte)','));
            Take((byte)')');
        }
        return new ValueArray<ValueArray<ValueArray<long>>>([.. tensors]);
    }

    /// <summary>Factor symbols written together: i to z are 0 to 17, z_1 is 18 and so on.</summary>
    private ValueArray<long> ParseSdyFactors(ReadOnlySpan<byte> word)
    {
        var factors = new List<long>();
        while (!word.IsEmpty)
        {
            if (word is [(byte)'z', (byte)'_', ..])
            {
                int digits = word[2..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
                digits = digits < 0 ? word.Length - 2 : digits;
                if (digits == 0 || word[2] == '0' || !long.TryParse(word.Slice(2, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > long.MaxValue - 32)
                {
                    throw OpError(_pos, "expecting integer after 'z_'");
                }
                factors.Add(17 + number);
                word = word[(2 + digits)..];
                continue;
            }
            if (word[0] is < (byte)'i' or > (byte)'z')
            {
                throw OpError(_pos, $"expecting symbol from 'i' to 'z'. Received: '{(char)word[0]}'");
            }
            factors.Add(word[0] - 'i');
            word = word[1..];
        }
        return new ValueArray<long>([.. factors]);
    }
}
