using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Plugins;

namespace I1Xla.Host.Runtime;

/// <summary>
/// Opens the plugin that a command line names: a path, or a name looked up in <c>PJRT_NAMES_AND_LIBRARY_PATHS</c>,
/// <c>TPU_LIBRARY_PATH</c>, Python environments and this project's cache, and last the CPU plugin inside this program.
/// </summary>
public static class PluginOpener
{
    /// <summary>The name of the CPU plugin that is part of this program.</summary>
    public const string Embedded = "cpu";

    /// <summary>The client option that sets how many virtual devices a CPU plugin has.</summary>
    public const string DeviceCountOption = "cpu_device_count";

    private static readonly Lazy<PjrtPlugin> s_embedded = new(() => PjrtPlugin.FromTable(CpuPlugin.GetApi(), Embedded));

    /// <summary>The finder with the embedded plugin.</summary>
    public static PluginFinder Finder { get; } = new(new PluginSearchOptions
    {
        Embedded = new Dictionary<string, Func<PjrtPlugin>> { [Embedded] = OpenEmbedded },
    });

    /// <summary>Opens a plugin by name or path; the embedded one when nothing is named.</summary>
    /// <exception cref="UserErrorException">The file is missing or is no plugin.</exception>
    public static PjrtPlugin Open(string? nameOrPath) => nameOrPath is null ? OpenEmbedded() : Load(Find(nameOrPath));

    /// <summary>Opens a plugin and makes a client of it.</summary>
    /// <param name="nameOrPath">Name or path; the embedded plugin when nothing is named.</param>
    /// <param name="devices">Devices that are needed: virtual ones on a CPU plugin, real ones elsewhere; null for what there is.</param>
    /// <param name="store">The key-value store of a job of several processes.</param>
    /// <exception cref="UserErrorException">The plugin cannot be used here, or has too few devices.</exception>
    public static PjrtClient OpenClient(string? nameOrPath, int? devices = null, IPjrtKeyValueStore? store = null)
    {
        PluginCandidate? candidate = nameOrPath is null ? null : Find(nameOrPath);
        PjrtPlugin plugin = candidate is null ? OpenEmbedded() : Load(candidate);
        var options = new Dictionary<string, PjrtValue>(candidate?.CreateOptions ?? new Dictionary<string, PjrtValue>());
        if (devices is > 1 && plugin.Name.Contains("cpu", StringComparison.OrdinalIgnoreCase))
        {
            options[DeviceCountOption] = devices.Value;
        }
        PjrtClient client;
        try
        {
            client = plugin.CreateClient(options, store);
        }
        catch (PjrtException e)
        {
            throw new UserErrorException($"{plugin} has no devices to use here: {e.Message}", e);
        }
        if (devices is { } wanted && client.AddressableDevices.Count < wanted)
        {
            int count = client.AddressableDevices.Count;
            client.Dispose();
            throw new UserErrorException($"{plugin} has {count} devices here, {wanted} were asked for.");
        }
        return client;
    }

    /// <summary>Finds a plugin by name or path.</summary>
    /// <exception cref="UserErrorException">There is none, or the one of that name cannot be used.</exception>
    public static PluginCandidate Find(string nameOrPath)
    {
        try
        {
            return Finder.Find(nameOrPath);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidOperationException)
        {
            throw new UserErrorException($"{e.Message} The built-in CPU plugin is '{Embedded}'.", e);
        }
    }

    private static PjrtPlugin OpenEmbedded() => s_embedded.Value;

    private static PjrtPlugin Load(PluginCandidate candidate)
    {
        try
        {
            return Finder.Open(candidate);
        }
        catch (Exception e) when (e is PjrtException or DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or InvalidOperationException)
        {
            string advice = e.Message.Contains("multi-process lockfile", StringComparison.Ordinal)
                ? "Another process has libtpu loaded: wait for it to end or, where no TPU is driven (compiling offline, describing the plugin), set ALLOW_MULTIPLE_LIBTPU_LOAD=1."
                : $"Give a shared library that exports GetPjrtApi, or '{Embedded}' for the built-in one.";
            throw new UserErrorException($"{candidate.Path ?? candidate.Name} cannot be used as a PJRT plugin: {e.Message} {advice}", e);
        }
    }
}
