using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>The plugin's own profiler, whose data is a serialized <c>tensorflow.profiler.XSpace</c>.</summary>
public sealed unsafe class ProfilerExtension
{
    private readonly PLUGIN_Profiler_Api* functions;
    private readonly PjrtApi api;

    private ProfilerExtension(PjrtApi api, PLUGIN_Profiler_Api* functions)
    {
        this.api = api;
        this.functions = functions;
    }

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static ProfilerExtension? TryFind(PjrtPlugin plugin)
    {
        var found = (PJRT_Profiler_Extension*)plugin.FindExtension(PjrtExtensionType.Profiler);
        return found is null || found->ProfilerApi is null ? null : new ProfilerExtension(plugin.Api, found->ProfilerApi);
    }

    /// <summary>Makes a profiler. <paramref name="options"/> is a serialized <c>tensorflow.ProfileOptions</c>, empty for the default.</summary>
    public PluginProfiler Create(ReadOnlySpan<byte> options = default)
    {
        fixed (byte* pointer = options)
        {
            var args = api.Sized<PLUGIN_Profiler_Create_Args>();
            args.Options = pointer;
            args.OptionsSize = (nuint)options.Length;
            Check(functions->Create(&args), "PLUGIN_Profiler_Create");
            return new PluginProfiler(this, api, args.Profiler);
        }
    }

    internal PLUGIN_Profiler_Api* Functions => functions;

    internal void Check(PLUGIN_Profiler_Error* error, string function)
    {
        if (error is null)
        {
            return;
        }
        var message = api.Sized<PLUGIN_Profiler_Error_Message_Args>();
        message.Error = error;
        functions->ErrorMessage(&message);
        string text = message.Message is null ? "" : Encoding.UTF8.GetString(message.Message, checked((int)message.MessageSize));
        var code = api.Sized<PLUGIN_Profiler_Error_GetCode_Args>();
        code.Error = error;
        functions->ErrorGetCode(&code);
        var destroy = api.Sized<PLUGIN_Profiler_Error_Destroy_Args>();
        destroy.Error = error;
        functions->ErrorDestroy(&destroy);
        throw PjrtException.Create((PjrtErrorCode)code.Code, text, function);
    }
}

/// <summary>A profiler session.</summary>
public sealed unsafe class PluginProfiler : PjrtHandle
{
    private readonly ProfilerExtension extension;

    internal PluginProfiler(ProfilerExtension extension, PjrtApi api, PLUGIN_Profiler* native)
        : base(api, (nint)native, PjrtObjectKind.ExtensionObject, null) => this.extension = extension;

    /// <summary>Starts recording.</summary>
    public void Start()
    {
        var args = Api.Sized<PLUGIN_Profiler_Start_Args>();
        args.Profiler = (PLUGIN_Profiler*)Native;
        extension.Check(extension.Functions->Start(&args), "PLUGIN_Profiler_Start");
        GC.KeepAlive(this);
    }

    /// <summary>Stops recording.</summary>
    public void Stop()
    {
        var args = Api.Sized<PLUGIN_Profiler_Stop_Args>();
        args.Profiler = (PLUGIN_Profiler*)Native;
        extension.Check(extension.Functions->Stop(&args), "PLUGIN_Profiler_Stop");
        GC.KeepAlive(this);
    }

    /// <summary>Takes what was recorded.</summary>
    public byte[] Collect()
    {
        var args = Api.Sized<PLUGIN_Profiler_CollectData_Args>();
        args.Profiler = (PLUGIN_Profiler*)Native;
        extension.Check(extension.Functions->CollectData(&args), "PLUGIN_Profiler_CollectData");
        var data = new byte[checked((int)args.BufferSizeInBytes)];
        fixed (byte* pointer = data)
        {
            args.Buffer = pointer;
            if (data.Length > 0)
            {
                extension.Check(extension.Functions->CollectData(&args), "PLUGIN_Profiler_CollectData");
            }
        }
        GC.KeepAlive(this);
        return data;
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PLUGIN_Profiler_Destroy_Args>();
        args.Profiler = (PLUGIN_Profiler*)handle;
        try
        {
            extension.Check(extension.Functions->Destroy(&args), "PLUGIN_Profiler_Destroy");
        }
        catch (PjrtException)
        {
            // Nothing can be done about a profiler that will not go.
        }
    }
}
