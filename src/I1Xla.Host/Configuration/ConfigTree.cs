using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace I1Xla.Host.Configuration;

/// <summary>
/// A run configuration as written: a YAML tree that remembers where each value came from. <c>extends: other.yaml</c>
/// (relative to the file) takes another file as the base; mappings merge, everything else replaces.
/// <c>key.sub=value</c> overrides are applied last; their values are YAML.
/// </summary>
public sealed class ConfigTree
{
    private const string ExtendsKey = "extends";
    private readonly Dictionary<YamlNode, string> _origins = new(ReferenceEqualityComparer.Instance);

    private ConfigTree() { }

    /// <summary>The merged tree.</summary>
    public YamlMappingNode Root { get; private set; } = [];

    /// <summary>Reads a file, what it extends, and overrides.</summary>
    /// <exception cref="UserErrorException">A file is missing, is not YAML, or an override is malformed.</exception>
    public static ConfigTree Load(string path, IEnumerable<string>? overrides = null)
    {
        var tree = new ConfigTree();
        tree.Root = tree.ReadFile(path, []);
        foreach (string text in overrides ?? [])
        {
            tree.Override(text);
        }
        return tree;
    }

    /// <summary>Reads YAML text; <paramref name="name"/> stands for the file in messages.</summary>
    public static ConfigTree Parse(string yaml, string name = "configuration", IEnumerable<string>? overrides = null)
    {
        var tree = new ConfigTree();
        tree.Root = tree.ReadText(yaml, name);
        foreach (string text in overrides ?? [])
        {
            tree.Override(text);
        }
        return tree;
    }

    /// <summary>Where a node was written: <c>file:line</c>, or the override's text.</summary>
    public string Where(YamlNode node) => _origins.TryGetValue(node, out string? origin) ? origin : "configuration";

    private YamlMappingNode ReadFile(string path, HashSet<string> chain)
    {
        string full = Path.GetFullPath(path);
        if (!chain.Add(full))
        {
            throw new UserErrorException($"{path}: '{ExtendsKey}' comes back to the file itself ({string.Join(" -> ", chain.Select(Path.GetFileName))}). Remove one of them.");
        }
        string text;
        try
        {
            text = File.ReadAllText(full);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            string folder = Path.GetDirectoryName(full) ?? ".";
            string[] others = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.yaml").Select(f => Path.GetFileName(f)).ToArray() : [];
            string hint = others.Length == 0 ? "Give the path of a YAML file, such as configs/quickstart.yaml."
                : $"In {folder}: {Nearest.Hint(Path.GetFileName(path), others)}";
            throw new UserErrorException($"There is no configuration file {path}. {hint}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"Cannot read the configuration {path}: {e.Message}", e);
        }
        YamlMappingNode root = ReadText(text, path);
        if (!root.Children.Remove(new YamlScalarNode(ExtendsKey), out YamlNode? extends))
        {
            return root;
        }
        string parent = (extends as YamlScalarNode)?.Value ?? throw new UserErrorException($"{Where(extends)}: '{ExtendsKey}' takes the path of one file.");
        YamlMappingNode merged = ReadFile(Path.Combine(Path.GetDirectoryName(full)!, parent), chain);
        Merge(merged, root);
        return merged;
    }

    private YamlMappingNode ReadText(string text, string name)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new UserErrorException($"{name}:{e.Start.Line}:{e.Start.Column}: not valid YAML: {e.InnerException?.Message ?? e.Message}", e);
        }
        if (stream.Documents.Count == 0)
        {
            return [];
        }
        if (stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw new UserErrorException($"{name}: a configuration is a mapping of keys to values.");
        }
        Remember(root, node => $"{name}:{node.Start.Line}");
        return root;
    }

    private void Override(string text)
    {
        int equals = text.IndexOf('=');
        if (equals <= 0)
        {
            throw new UserErrorException($"'{text}' is not an override: write key=value, such as lr=1e-4 or model_kwargs.use_adaln=true.");
        }
        string[] keys = text[..equals].Split('.');
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text[(equals + 1)..]));
        }
        catch (YamlException e)
        {
            throw new UserErrorException($"'{text}': the value is not valid YAML: {e.InnerException?.Message ?? e.Message}", e);
        }
        YamlNode value = stream.Documents.Count == 0 ? new YamlScalarNode("") { Style = ScalarStyle.DoubleQuoted } : stream.Documents[0].RootNode;
        Remember(value, _ => $"override '{text}'");
        YamlMappingNode at = Root;
        foreach (string key in keys[..^1])
        {
            if (!at.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? next) || next is not YamlMappingNode map)
            {
                map = [];
                _origins[map] = $"override '{text}'";
                at.Children[new YamlScalarNode(key)] = map;
            }
            at = map;
        }
        at.Children[new YamlScalarNode(keys[^1])] = value;
    }

    private static void Merge(YamlMappingNode target, YamlMappingNode source)
    {
        foreach ((YamlNode key, YamlNode value) in source.Children)
        {
            if (value is YamlMappingNode from && target.Children.TryGetValue(key, out YamlNode? present) && present is YamlMappingNode into)
            {
                Merge(into, from);
            }
            else
            {
                target.Children[key] = value;
            }
        }
    }

    private void Remember(YamlNode node, Func<YamlNode, string> origin)
    {
        foreach (YamlNode each in node.AllNodes)
        {
            _origins[each] = origin(each);
        }
    }
}
