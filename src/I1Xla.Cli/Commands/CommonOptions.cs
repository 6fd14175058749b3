using System.CommandLine;
using I1Xla.Data;
using I1Xla.Graph;
using I1Xla.Host.Runtime;
using I1Xla.Pjrt;

namespace I1Xla.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write the result as JSON and show nothing else." };

    /// <summary><c>--plugin</c>.</summary>
    public static Option<string?> Plugin() => new("--plugin") { Description = $"The PJRT plugin, by name or path; the one that is built in ('{PluginOpener.Embedded}') when not given. 'i1xla plugin list' shows what there is." };

    /// <summary><c>--config</c>.</summary>
    public static Option<string> Config() => new("--config") { Description = "A YAML run configuration, such as configs/quickstart.yaml.", Required = true };

    /// <summary><c>--partitioner</c>.</summary>
    public static Option<ShardingStyle> Partitioner() => new("--partitioner") { Description = "How the step's shardings are written: for the Shardy partitioner, or for GSPMD.", DefaultValueFactory = _ => ShardingStyle.Shardy };

    /// <summary>Trailing <c>key=value</c> overrides.</summary>
    public static Argument<string[]> Overrides() => new("overrides") { Description = "key=value pairs that change the configuration, such as lr=1e-3 input.batch_size=64.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>A configuration file as given, or the one of that name that is installed with the program.</summary>
    public static string FindConfig(string path)
    {
        string installed = Path.Combine(AppContext.BaseDirectory, path);
        return !File.Exists(path) && !Path.IsPathRooted(path) && File.Exists(installed) ? installed : path;
    }

    /// <summary>Opens a plugin and a client.</summary>
    public static PjrtClient OpenClient(string? plugin) => PluginOpener.OpenClient(plugin);
}
