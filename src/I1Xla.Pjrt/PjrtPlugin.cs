using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>
/// A loaded PJRT plugin. It stays loaded for the life of the process (plugins do not support being unloaded), so it is not
/// disposable, and loading the same file twice gives the same object.
/// </summary>
public sealed unsafe class PjrtPlugin
{
    private static readonly ConcurrentDictionary<string, Lazy<PjrtPlugin>> Loaded = new();
    private readonly Lazy<IReadOnlyDictionary<string, PjrtValue>> attributes;

    private PjrtPlugin(PjrtApi api, string? path)
    {
        Api = api;
        Path = path;
        var initialize = api.Sized<PJRT_Plugin_Initialize_Args>();
        if (api.Has(PjrtFunction.Plugin_Initialize))
        {
            api.Call(PjrtFunction.Plugin_Initialize, &initialize);
        }
        attributes = new Lazy<IReadOnlyDictionary<string, PjrtValue>>(ReadAttributes);
        Extensions = ReadExtensions();
    }

    /// <summary>The plugin's functions.</summary>
    public PjrtApi Api { get; }

    /// <summary>What the plugin is called: its file's name, or the name it was given.</summary>
    public string Name => Api.Name;

    /// <summary>The file it was loaded from; null for a plugin in this process.</summary>
    public string? Path { get; }

    /// <summary>The version of the C API that it speaks, such as <c>0.81</c>.</summary>
    public string ApiVersion => $"{Api.Major}.{Api.Minor}";

    /// <summary>What the plugin tells of itself: <c>stablehlo_current_version</c>, <c>xla_version</c> and so on.</summary>
    public IReadOnlyDictionary<string, PjrtValue> Attributes => attributes.Value;

    /// <summary>The extensions that it offers, with the size of each table in bytes.</summary>
    public IReadOnlyDictionary<PjrtExtensionType, int> Extensions { get; }

    /// <summary>The newest StableHLO version that it reads, as (major, minor, patch); null when it does not say.</summary>
    public (int Major, int Minor, int Patch)? StableHloCurrent => StableHloVersion("stablehlo_current_version");

    /// <summary>The oldest StableHLO version that it reads; null when it does not say.</summary>
    public (int Major, int Minor, int Patch)? StableHloMinimum => StableHloVersion("stablehlo_minimum_version");

    /// <summary>
    /// Loads a plugin from a file. On a machine without a TPU, libtpu is told (through <c>TPU_SKIP_MDS_QUERY</c>) not to look for
    /// one on the network first.
    /// </summary>
    public static PjrtPlugin Load(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        return Loaded.GetOrAdd(full, static f => new Lazy<PjrtPlugin>(() => LoadFile(f))).Value;
    }

    /// <summary>
    /// Takes a function table that lives in this process (the embedded plugin, or a test's). The table must stay valid for the
    /// life of the process.
    /// </summary>
    public static PjrtPlugin FromTable(nint api, string name) => new(new PjrtApi((PJRT_Api*)api, name), null);

    /// <summary>Creates a client. Options are the plugin's own, such as <c>cpu_device_count</c> of the XLA CPU plugin.</summary>
    public PjrtClient CreateClient(IReadOnlyDictionary<string, PjrtValue>? options = null, IPjrtKeyValueStore? store = null)
    {
        using var named = new PjrtValue.NativeList(Api, options);
        var args = Api.Sized<PJRT_Client_Create_Args>();
        args.CreateOptions = named.First;
        args.NumOptions = named.Count;
        KeyValueCallbacks? callbacks = store is null ? null : new KeyValueCallbacks(store);
        if (callbacks is not null)
        {
            callbacks.Fill(&args, Api.Minor);
        }
        try
        {
            Api.Call(PjrtFunction.Client_Create, &args);
        }
        catch
        {
            callbacks?.Dispose();
            throw;
        }
        return new PjrtClient(this, args.Client, callbacks);
    }

    /// <summary>Describes devices that need not be here, such as <c>v6e:8x16</c>.</summary>
    public PjrtTopology CreateTopology(string name, IReadOnlyDictionary<string, PjrtValue>? options = null)
    {
        using var named = new PjrtValue.NativeList(Api, options);
        byte[] text = Encoding.UTF8.GetBytes(name);
        fixed (byte* pointer = text)
        {
            var args = Api.Sized<PJRT_TopologyDescription_Create_Args>();
            args.TopologyName = pointer;
            args.TopologyNameSize = (nuint)text.Length;
            args.CreateOptions = named.First;
            args.NumOptions = named.Count;
            Api.Call(PjrtFunction.TopologyDescription_Create, &args);
            return new PjrtTopology(Api, args.Topology, null, owned: true);
        }
    }

    /// <summary>Reads back what <see cref="PjrtTopology.Serialize"/> wrote (0.75 and later).</summary>
    public PjrtTopology DeserializeTopology(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            var args = Api.Sized<PJRT_TopologyDescription_Deserialize_Args>();
            args.SerializedTopology = pointer;
            args.SerializedTopologySize = (nuint)bytes.Length;
            Api.Call(PjrtFunction.TopologyDescription_Deserialize, &args);
            return new PjrtTopology(Api, args.Topology, null, owned: true);
        }
    }

    /// <summary>The table of an extension, or null when the plugin does not offer it.</summary>
    internal PJRT_Extension_Base* FindExtension(PjrtExtensionType type)
    {
        for (PJRT_Extension_Base* at = Api.Table->ExtensionStart; at is not null; at = at->Next)
        {
            if (at->Type == type)
            {
                return at;
            }
        }
        return null;
    }

    /// <summary>The plugin's name, version and file in one line.</summary>
    public override string ToString() => $"{Name} (PJRT C API {ApiVersion}{(Path is null ? "" : ", " + Path)})";

    private static PjrtPlugin LoadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no PJRT plugin at {path}.", path);
        }
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        if (name.StartsWith("libtpu", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("TPU_SKIP_MDS_QUERY") is null && !TpuHardware.IsPresent)
        {
            NativeEnvironment.Set("TPU_SKIP_MDS_QUERY", "1");
        }
        nint library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException($"{path} cannot be loaded as a shared library: {e.Message}", e);
        }
        if (!NativeLibrary.TryGetExport(library, "GetPjrtApi", out nint getApi))
        {
            throw new InvalidOperationException($"{path} is not a PJRT plugin: it has no function GetPjrtApi.");
        }
        return new PjrtPlugin(new PjrtApi(((delegate* unmanaged<PJRT_Api*>)getApi)(), name), path);
    }

    private Dictionary<PjrtExtensionType, int> ReadExtensions()
    {
        var found = new Dictionary<PjrtExtensionType, int>();
        for (PJRT_Extension_Base* at = Api.Table->ExtensionStart; at is not null; at = at->Next)
        {
            found.TryAdd(at->Type, checked((int)at->StructSize));
        }
        return found;
    }

    private IReadOnlyDictionary<string, PjrtValue> ReadAttributes()
    {
        var args = Api.Sized<PJRT_Plugin_Attributes_Args>();
        Api.Call(PjrtFunction.Plugin_Attributes, &args);
        return PjrtValue.Read(args.Attributes, args.NumAttributes);
    }

    private (int, int, int)? StableHloVersion(string name) =>
        Attributes.TryGetValue(name, out PjrtValue value) && value.Type == PjrtNamedValueType.Int64List && value.AsInt64List.Count == 3
            ? ((int)value.AsInt64List[0], (int)value.AsInt64List[1], (int)value.AsInt64List[2])
            : null;
}
