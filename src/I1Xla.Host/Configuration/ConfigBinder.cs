using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace I1Xla.Host.Configuration;

/// <summary>
/// Fills typed settings from a <see cref="ConfigTree"/>. Keys are the property names in snake_case; a key that no property
/// has is an error naming the nearest one, a value of the wrong type is an error naming what was expected.
/// </summary>
public sealed class ConfigBinder(ConfigTree tree)
{
    /// <summary>Binds the whole tree.</summary>
    /// <exception cref="UserErrorException">An unknown key or a value of the wrong type.</exception>
    public T Bind<T>() where T : class, new() => (T)BindObject(typeof(T), tree.Root, "");

    /// <summary>The key under which a property is written.</summary>
    public static string KeyOf(PropertyInfo property)
    {
        var key = new StringBuilder();
        foreach (char c in property.Name)
        {
            if (char.IsUpper(c) && key.Length > 0)
            {
                key.Append('_');
            }
            key.Append(char.ToLowerInvariant(c));
        }
        return key.ToString();
    }

    private object BindObject(Type type, YamlMappingNode map, string path)
    {
        object target = Activator.CreateInstance(type)!;
        Dictionary<string, PropertyInfo> properties = type.GetProperties().Where(p => p.CanWrite).ToDictionary(KeyOf);
        foreach ((YamlNode keyNode, YamlNode valueNode) in map.Children)
        {
            string key = (keyNode as YamlScalarNode)?.Value ?? "";
            string full = path.Length == 0 ? key : $"{path}.{key}";
            if (!properties.TryGetValue(key, out PropertyInfo? property))
            {
                throw new UserErrorException($"{tree.Where(valueNode)}: unknown key '{full}'; {Nearest.Hint(key, properties.Keys)}");
            }
            bool nullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
            property.SetValue(target, Convert(property.PropertyType, valueNode, full, nullable));
        }
        return target;
    }

    private object? Convert(Type type, YamlNode node, string path, bool nullable)
    {
        Type inner = Nullable.GetUnderlyingType(type) ?? type;
        if (IsNull(node))
        {
            return nullable || Nullable.GetUnderlyingType(type) is not null ? null
                : throw Wrong(node, path, $"a value is needed ({Describe(inner)})");
        }
        if (typeof(IOneOrMany).IsAssignableFrom(inner))
        {
            Type element = inner.GetGenericArguments()[0];
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
            bool isList = node is YamlSequenceNode;
            IEnumerable<YamlNode> items = node is YamlSequenceNode sequence ? sequence.Children : [node];
            int index = 0;
            foreach (YamlNode item in items)
            {
                list.Add(Convert(element, item, isList ? $"{path}[{index++}]" : path, false));
            }
            return Activator.CreateInstance(inner, list, isList);
        }
        if (inner.IsGenericType && inner.GetGenericTypeDefinition() == typeof(List<>))
        {
            Type element = inner.GetGenericArguments()[0];
            if (node is not YamlSequenceNode sequence)
            {
                throw Wrong(node, path, $"expected a list of {Describe(element)}");
            }
            var list = (IList)Activator.CreateInstance(inner)!;
            int index = 0;
            foreach (YamlNode item in sequence.Children)
            {
                list.Add(Convert(element, item, $"{path}[{index++}]", Nullable.GetUnderlyingType(element) is not null));
            }
            return list;
        }
        if (inner.IsClass && inner != typeof(string))
        {
            return node is YamlMappingNode map ? BindObject(inner, map, path) : throw Wrong(node, path, "expected a mapping of keys to values");
        }
        if (node is not YamlScalarNode { Value: { } text })
        {
            throw Wrong(node, path, $"expected {Describe(inner)}");
        }
        return Scalar(inner, text) ?? throw Wrong(node, path, $"expected {Describe(inner)}, found '{text}'");
    }

    private static object? Scalar(Type type, string text)
    {
        string digits = text.Replace("_", "");
        if (type == typeof(string))
        {
            return text;
        }
        if (type == typeof(bool))
        {
            return text.ToLowerInvariant() switch { "true" or "yes" or "on" => true, "false" or "no" or "off" => false, _ => null };
        }
        if (type == typeof(double))
        {
            return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) ? d : null;
        }
        if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return null;
        }
        if (type == typeof(long))
        {
            return whole;
        }
        return type == typeof(int) && whole is >= int.MinValue and <= int.MaxValue ? (int)whole : null;
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain } s && (s.Value is null or "" or "~" || s.Value.Equals("null", StringComparison.OrdinalIgnoreCase) || s.Value == "None");

    private static string Describe(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(double) ? "a number"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(string) ? "text"
        : "a mapping";

    private UserErrorException Wrong(YamlNode node, string path, string what) => new($"{tree.Where(node)}: {path}: {what}.");
}
