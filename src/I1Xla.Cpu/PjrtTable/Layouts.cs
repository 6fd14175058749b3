using System.Collections.Concurrent;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The extension for layouts: a layout is its order of dimensions, serialized as XLA prints it, such as <c>{1,0}</c>.</summary>
internal static unsafe class Layouts
{
    private sealed class LayoutObject(int[] minorToMajor)
    {
        public NativeBlock Text { get; } = NativeBlock.Text($"{{{string.Join(',', minorToMajor)}}}");
    }

    private static PJRT_Layouts_MemoryLayout* New(int[] minorToMajor) => (PJRT_Layouts_MemoryLayout*)Handle.New(new LayoutObject(minorToMajor));

    /// <summary>Fills the extension's table.</summary>
    public static void Fill(PJRT_Layouts_Extension* e)
    {
        e->PJRT_Layouts_MemoryLayout_Destroy = &Destroy;
        e->PJRT_Layouts_MemoryLayout_Serialize = &Serialize;
        e->PJRT_Layouts_PJRT_Client_GetDefaultLayout = &ClientDefault;
        e->PJRT_Layouts_PJRT_Buffer_MemoryLayout = &OfBuffer;
        e->PJRT_Layouts_PJRT_Topology_GetDefaultLayout = &TopologyDefault;
        e->PJRT_Layouts_PJRT_Executable_GetOutputLayouts = &OfOutputs;
        e->PJRT_Layouts_PJRT_Executable_GetParameterLayouts = &OfParameters;
    }

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* Destroy(PJRT_Layouts_MemoryLayout_Destroy_Args* args) => Guard.Run(args, static a => Handle.Free(a->Layout));

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* Serialize(PJRT_Layouts_MemoryLayout_Serialize_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Handle.Get<LayoutObject>(a->Layout).Text;
        a->SerializedBytes = text.Data;
        a->SerializedBytesSize = text.Length;
        a->SerializedLayout = (PJRT_Layouts_SerializedLayout*)Handle.New(text);
        a->SerializedLayoutDeleter = &DeleteSerialized;
    });

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static void DeleteSerialized(PJRT_Layouts_SerializedLayout* layout) => Handle.Free(layout);

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* ClientDefault(PJRT_Layouts_PJRT_Client_GetDefaultLayout_Args* args) =>
        Guard.Run(args, static a => a->Layout = New(BufferObject.RowMajor((int)a->NumDims)));

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* TopologyDefault(PJRT_Layouts_PJRT_Topology_GetDefaultLayout_Args* args) =>
        Guard.Run(args, static a => a->Layout = New(BufferObject.RowMajor((int)a->NumDims)));

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* OfBuffer(PJRT_Layouts_PJRT_Buffer_MemoryLayout_Args* args) =>
        Guard.Run(args, static a => a->Layout = New(Handle.Get<BufferObject>(a->Buffer).MinorToMajor));

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* OfOutputs(PJRT_Layouts_PJRT_Executable_GetOutputLayouts_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Handle.Get<ProgramObject>(a->Executable);
        a->NumOutputs = (nuint)program.Compiled.Results.Length;
        a->Layouts = (PJRT_Layouts_MemoryLayout**)program.OutputLayouts.Data;
    });

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static PJRT_Error* OfParameters(PJRT_Layouts_PJRT_Executable_GetParameterLayouts_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Handle.Get<ProgramObject>(a->Executable);
        a->NumParameters = (nuint)program.Compiled.Parameters.Length;
        a->Layouts = (PJRT_Layouts_MemoryLayout**)program.ParameterLayouts.Data;
    });

    /// <summary>The layouts of arguments or results. The plugin owns them: there is one of each kind, which lives as long as the process.</summary>
    public static NativeBlock List(StableHlo.Ir.TensorType[] types, int[]?[] orders) => NativeBlock.Of<nint>([.. types.Select((t, i) =>
    {
        int[] order = orders[i] ?? BufferObject.RowMajor(t.Rank);
        return s_shared.GetOrAdd(string.Join(',', order), static (_, o) => (nint)New(o), order);
    })]);

    private static readonly ConcurrentDictionary<string, nint> s_shared = new();
}
