using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>Memory layouts of buffers and programs in XLA's own text form, such as <c>{1,0:T(8,128)}</c>.</summary>
public sealed unsafe class LayoutsExtension
{
    private readonly ExtensionTable table;

    private LayoutsExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static LayoutsExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.Layouts) is { } found ? new LayoutsExtension(found) : null;

    /// <summary>The layout that a buffer has.</summary>
    public string OfBuffer(PjrtBuffer buffer)
    {
        var args = table.Api.Sized<PJRT_Layouts_PJRT_Buffer_MemoryLayout_Args>();
        args.Buffer = buffer.NativeBuffer;
        table.Call(3, "PJRT_Layouts_PJRT_Buffer_MemoryLayout", &args);
        GC.KeepAlive(buffer);
        return Take(args.Layout);
    }

    /// <summary>The layout that a client gives to an array by default.</summary>
    public string Default(PjrtClient client, PjrtElementType type, ReadOnlySpan<long> dimensions)
    {
        fixed (long* dims = dimensions)
        {
            var args = table.Api.Sized<PJRT_Layouts_PJRT_Client_GetDefaultLayout_Args>();
            args.Client = client.NativeClient;
            args.Type = type;
            args.Dims = dims;
            args.NumDims = (nuint)dimensions.Length;
            table.Call(2, "PJRT_Layouts_PJRT_Client_GetDefaultLayout", &args);
            GC.KeepAlive(client);
            return Take(args.Layout);
        }
    }

    /// <summary>The layout that a topology's devices give to an array by default.</summary>
    public string Default(PjrtTopology topology, PjrtElementType type, ReadOnlySpan<long> dimensions)
    {
        fixed (long* dims = dimensions)
        {
            var args = table.Api.Sized<PJRT_Layouts_PJRT_Topology_GetDefaultLayout_Args>();
            args.TopologyDescription = topology.NativeTopology;
            args.Type = type;
            args.Dims = dims;
            args.NumDims = (nuint)dimensions.Length;
            table.Call(4, "PJRT_Layouts_PJRT_Topology_GetDefaultLayout", &args);
            GC.KeepAlive(topology);
            return Take(args.Layout);
        }
    }

    /// <summary>The layouts of a program's outputs (0.81 and later).</summary>
    public IReadOnlyList<string> OfOutputs(PjrtExecutable executable)
    {
        var args = table.Api.Sized<PJRT_Layouts_PJRT_Executable_GetOutputLayouts_Args>();
        args.Executable = executable.NativeExecutable;
        table.Call(5, "PJRT_Layouts_PJRT_Executable_GetOutputLayouts", &args);
        var result = new string[checked((int)args.NumOutputs)];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Text(args.Layouts[i]);
        }
        GC.KeepAlive(executable);
        return result;
    }

    /// <summary>The layouts of a program's parameters (0.93 and later).</summary>
    public IReadOnlyList<string> OfParameters(PjrtExecutable executable)
    {
        var args = table.Api.Sized<PJRT_Layouts_PJRT_Executable_GetParameterLayouts_Args>();
        args.Executable = executable.NativeExecutable;
        table.Call(6, "PJRT_Layouts_PJRT_Executable_GetParameterLayouts", &args);
        var result = new string[checked((int)args.NumParameters)];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Text(args.Layouts[i]);
        }
        GC.KeepAlive(executable);
        return result;
    }

    private string Take(PJRT_Layouts_MemoryLayout* layout)
    {
        try
        {
            return Text(layout);
        }
        finally
        {
            var destroy = table.Api.Sized<PJRT_Layouts_MemoryLayout_Destroy_Args>();
            destroy.Layout = layout;
            table.CallQuietly(0, &destroy);
        }
    }

    private string Text(PJRT_Layouts_MemoryLayout* layout)
    {
        var args = table.Api.Sized<PJRT_Layouts_MemoryLayout_Serialize_Args>();
        args.Layout = layout;
        table.Call(1, "PJRT_Layouts_MemoryLayout_Serialize", &args);
        string text = Encoding.UTF8.GetString(args.SerializedBytes, checked((int)args.SerializedBytesSize));
        if (args.SerializedLayoutDeleter is not null)
        {
            args.SerializedLayoutDeleter(args.SerializedLayout);
        }
        return text;
    }
}
