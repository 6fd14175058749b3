using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Host;
using I1Xla.Host.Runtime;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Conformance;
using I1Xla.Pjrt.Plugins;
using Spectre.Console;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla plugin list|info|conform|install</c>.</summary>
internal static class PluginCommands
{
    /// <summary>The command.</summary>
    public static Command Build() => new("plugin", "Find, look into, check and install PJRT plugins.") { List(), Info(), Conform(), Install() };

    private static Command List()
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "The plugins that can be found, in the order in which a name is looked up.") { json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<PluginCandidate> all = PluginOpener.Finder.List();
            if (parsed.GetValue(json))
            {
                Json.Write(all.Select(c => new { c.Name, c.Source, c.Path, c.Detail, c.Problem }));
                return 0;
            }
            var table = new Table().AddColumns("name", "found by", "file", "").Border(TableBorder.Simple);
            foreach (PluginCandidate c in all)
            {
                table.AddRow(Markup.Escape(c.Name), SourceText(c.Source), Markup.Escape(c.Path ?? ""), Markup.Escape(c.Problem ?? c.Detail));
            }
            AnsiConsole.Write(table);
            return 0;
        });
        return command.WithExamples("i1xla plugin list", "i1xla plugin list --json");
    }

    private static Command Info()
    {
        Argument<string> plugin = Name();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("info", "What a plugin says of itself: versions, attributes, extensions, devices.") { plugin, json };
        command.SetAction(parsed =>
        {
            PjrtPlugin opened = PluginOpener.Open(parsed.GetValue(plugin));
            (string? platform, IReadOnlyList<string> devices, string? problem) = Devices(opened);
            if (parsed.GetValue(json))
            {
                Json.Write(new
                {
                    opened.Name,
                    opened.Path,
                    opened.ApiVersion,
                    Attributes = opened.Attributes.ToDictionary(a => a.Key, a => a.Value.ToString()),
                    Extensions = opened.Extensions.Keys.Select(e => e.ToString()),
                    Platform = platform,
                    Devices = devices,
                    NoClient = problem,
                });
                return 0;
            }
            Console.WriteLine(opened);
            foreach ((string name, PjrtValue value) in opened.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                Console.WriteLine($"  {name} = {value}");
            }
            Console.WriteLine($"extensions: {(opened.Extensions.Count == 0 ? "none" : string.Join(", ", opened.Extensions.Keys))}");
            Console.WriteLine(problem is null ? $"platform: {platform}, {devices.Count} device{(devices.Count == 1 ? "" : "s")}" : $"no devices here: {problem}");
            foreach (string device in devices)
            {
                Console.WriteLine($"  {device}");
            }
            return 0;
        });
        return command.WithExamples("i1xla plugin info cpu", "i1xla plugin info /path/to/libtpu.so --json");
    }

    private static Command Conform()
    {
        Argument<string> plugin = Name();
        var topology = new Option<string?>("--topology") { Description = "The topology to describe, for plugins without devices here." };
        var diff = new Option<string?>("--diff") { Description = "A report of another run (--json); tells which functions came out differently." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("conform", "Try every function of a plugin: passed, failed, absent and unsupported are told apart; ends with code 1 when one failed.") { plugin, topology, diff, json };
        command.SetAction(parsed => Display.Run(parsed.GetValue(json), display =>
        {
            PluginCandidate candidate = PluginOpener.Find(parsed.GetValue(plugin)!);
            var options = new ConformanceOptions { CreateOptions = candidate.CreateOptions, Topology = parsed.GetValue(topology) };
            ConformanceReport report = PluginConformance.Run(PluginOpener.Open(parsed.GetValue(plugin)), options);
            int code = report.Count(ConformanceOutcome.Failed) == 0 ? 0 : 1;
            if (parsed.GetValue(json))
            {
                Console.Out.Write(report.ToJson());
                return code;
            }
            Show(report);
            if (parsed.GetValue(diff) is { } other)
            {
                code = Math.Max(code, ShowDifference(report, ConformanceReport.FromJson(File.ReadAllText(other)), other));
            }
            return code;
        }));
        return command.WithExamples("i1xla plugin conform cpu", "i1xla plugin conform /path/to/plugin.so --json > before.json", "i1xla plugin conform /path/to/plugin.so --diff before.json");
    }

    private static Command Install()
    {
        var name = new Argument<string>("name") { Description = $"The plugin: {string.Join(", ", PluginPackage.Known.Select(p => p.Name))}, or any name with --wheel." };
        var wheel = new Option<string?>("--wheel") { Description = "A wheel, as a file or a URL, instead of the published one." };
        var index = new Option<string?>("--index") { Description = "A mirror of the package index; I1XLA_PLUGIN_INDEX when not given." };
        var version = new Option<string?>("--version-of") { Description = "A version instead of the pinned one." };
        var sha256 = new Option<string?>("--sha256") { Description = "The wheel's SHA-256, instead of the one that the index states." };
        var force = new Option<bool>("--force") { Description = "Install anew even when it is there." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("install", "Take a plugin out of its published wheel into the cache: pinned version, checked hash.") { name, wheel, index, version, sha256, force, json };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            var request = new PluginInstallRequest(parsed.GetValue(name)!)
            {
                Wheel = parsed.GetValue(wheel),
                Index = parsed.GetValue(index),
                Version = parsed.GetValue(version),
                Sha256 = parsed.GetValue(sha256),
                Force = parsed.GetValue(force),
            };
            InstalledPlugin installed;
            try
            {
                installed = new PluginInstaller().InstallAsync(request, new Progress(display), stop).GetAwaiter().GetResult();
            }
            catch (ArgumentException e)
            {
                throw new UserErrorException(e.Message, e);
            }
            if (parsed.GetValue(json))
            {
                Json.Write(installed);
            }
            else
            {
                Console.WriteLine($"{installed.Name} {installed.Version} is at {installed.Path}; use it with --plugin {installed.Name}.");
            }
            return 0;
        })));
        return command.WithExamples("i1xla plugin install tpu", "i1xla plugin install cpu --wheel xla_cpu_pjrt-0.0.1-py3-none-any.whl");
    }

    private static Argument<string> Name() => new("plugin") { Description = "A plugin's name or path; 'cpu' is built in." };

    private static (string? Platform, IReadOnlyList<string> Devices, string? Problem) Devices(PjrtPlugin plugin)
    {
        try
        {
            using PjrtClient client = plugin.CreateClient();
            return ($"{client.PlatformName} {client.PlatformVersion}".Trim(), [.. client.Devices.Select(d => $"{d.Description.Id}: {d.Description.Kind}")], null);
        }
        catch (PjrtException e)
        {
            return (null, [], e.Message);
        }
    }

    private static void Show(ConformanceReport report)
    {
        foreach (ConformanceResult r in report.Functions.Concat(report.Extensions).Where(r => r.Outcome != ConformanceOutcome.Passed))
        {
            Console.WriteLine($"{r.Outcome.ToString().ToLowerInvariant(),-12} {r.Name,-56} {r.Detail}".TrimEnd());
        }
        if (report.NoClient is { } why)
        {
            Console.WriteLine($"no client: {why}");
        }
        Console.WriteLine($"{report.Plugin} (PJRT C API {report.ApiVersion}): {string.Join(", ", Enum.GetValues<ConformanceOutcome>().Select(o => $"{report.Count(o)} {o.ToString().ToLowerInvariant()}"))}");
    }

    private static int ShowDifference(ConformanceReport report, ConformanceReport other, string file)
    {
        IReadOnlyList<(string Name, ConformanceOutcome? Here, ConformanceOutcome? There)> differences = report.Difference(other);
        foreach ((string name, ConformanceOutcome? here, ConformanceOutcome? there) in differences)
        {
            Console.WriteLine($"{name,-56} {there?.ToString().ToLowerInvariant() ?? "not there",-12} -> {here?.ToString().ToLowerInvariant() ?? "not there"}");
        }
        Console.WriteLine(differences.Count == 0 ? $"The same outcomes as in {file}." : $"{differences.Count} outcomes differ from {file}.");
        return differences.Count == 0 ? 0 : 1;
    }

    private static string SourceText(PluginSource source) => source switch
    {
        PluginSource.Path => "path",
        PluginSource.NamesAndLibraryPaths => "PJRT_NAMES_AND_LIBRARY_PATHS",
        PluginSource.TpuLibraryPath => "TPU_LIBRARY_PATH",
        PluginSource.PythonWheel => "Python wheel",
        PluginSource.Cache => "cache",
        _ => "built in",
    };

    private sealed class Progress(Display display) : IProgress<PluginInstallProgress>
    {
        private string _step = "";

        public void Report(PluginInstallProgress value)
        {
            if (value.TotalBytes is { } total)
            {
                display.Bar(value.Step, value.Bytes, total, string.Create(CultureInfo.InvariantCulture, $"{value.Bytes / 1e6:0} of {total / 1e6:0} MB"));
            }
            else if (value.Step != _step)
            {
                display.Phase(value.Step);
            }
            _step = value.Step;
        }
    }
}
