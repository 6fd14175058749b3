using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Passes;

/// <summary>The names that XLA's round trip of Shardy uses (openxla/xla, <c>service/spmd/shardy/constants.h</c>), and frontend attributes, which hold text.</summary>
internal static class ShardyRoundTrip
{
    public const string Frontend = "mhlo.frontend_attributes";
    public const string Sharding = "sdy.sharding", ShardingText = "xla.sdy.sharding";
    public const string Rule = "sdy.sharding_rule", RuleText = "xla.sdy.sharding_rule";
    public const string Meshes = "xla.sdy.meshes", GroupId = "xla.sdy.sharding_group_id", AllowedDirection = "xla.sdy.allowed_direction";
    public const string InShardings = "xla.sdy.in_shardings", OutShardings = "xla.sdy.out_shardings", ManualAxes = "xla.sdy.manual_axes";
    public const string ToLocal = "xla.sdy.GlobalToLocalShape", ToGlobal = "xla.sdy.LocalToGlobalShape", BodyName = "xla.sdy.manual_computation_body";

    public static readonly OpName Mesh = "sdy.mesh";

    /// <summary>A dictionary of texts, in order of their names.</summary>
    public static DictionaryAttr Texts(params (string Name, string Text)[] entries) =>
        new(entries.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => new NamedAttribute(e.Name, new StringAttr(e.Text))).ToValueArray());

    /// <summary>Adds an attribute, as text, to the frontend attributes.</summary>
    public static void SetFrontend(AttributeMap attributes, string name, Attribute value)
    {
        NamedAttribute[] others = attributes[Frontend] is DictionaryAttr known ? [.. known.Entries.Where(e => e.Name != name)] : [];
        attributes[Frontend] = new DictionaryAttr(others.Append(new NamedAttribute(name, new StringAttr(MlirPrinter.ToText(value)))).OrderBy(e => e.Name, StringComparer.Ordinal).ToValueArray());
    }

    /// <summary>Takes an attribute out of the frontend attributes, parsed; null when it is not there.</summary>
    /// <exception cref="PassException">The text is no such attribute.</exception>
    public static T? TakeFrontend<T>(AttributeMap attributes, string name, Operation at) where T : Attribute
    {
        if (attributes[Frontend] is not DictionaryAttr frontend || frontend.Entries.FirstOrDefault(e => e.Name == name) is not { Value: StringAttr text })
        {
            return null;
        }
        NamedAttribute[] others = [.. frontend.Entries.Where(e => e.Name != name)];
        attributes[Frontend] = others.Length == 0 ? null : new DictionaryAttr(new ValueArray<NamedAttribute>(others));
        try
        {
            // Older writers put a backslash before each quote.
            return MlirParser.ParseAttribute(text.Value.Replace("\\\"", "\"")) as T ?? throw new PassException($"{name} is no {typeof(T).Name}", at);
        }
        catch (ParseException e)
        {
            throw new PassException($"{name} cannot be read: {e.Diagnostic.Message}", at);
        }
    }

    /// <summary>Changes the attributes of arguments or results, all in one go.</summary>
    /// <param name="function">The function.</param>
    /// <param name="key"><c>arg_attrs</c> or <c>res_attrs</c>.</param>
    /// <param name="edit">Changes the attributes of one that has any, and says whether it did.</param>
    public static void EditEntries(FuncOp function, string key, Func<int, AttributeMap, bool> edit)
    {
        if (function.Op.Attributes[key] is not ArrayAttr list)
        {
            return;
        }
        Attribute[] entries = [.. list.Items];
        bool changed = false;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i] is not DictionaryAttr { Entries.Length: > 0 } before)
            {
                continue;
            }
            var map = new AttributeMap(before.Entries);
            if (edit(i, map))
            {
                entries[i] = new DictionaryAttr(map.OrderBy(e => e.Name, StringComparer.Ordinal).ToValueArray());
                changed = true;
            }
        }
        if (changed)
        {
            function.Op.Attributes[key] = entries.All(e => e is DictionaryAttr { Entries.Length: 0 }) ? null : new ArrayAttr(new ValueArray<Attribute>(entries));
        }
    }
}
