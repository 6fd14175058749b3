using System.Runtime.InteropServices;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The embedded CPU plugin: a <c>PJRT_Api</c> table, for <c>PjrtPlugin.FromTable</c> in this process or for the native library to hand out.</summary>
public static unsafe class CpuPlugin
{
    /// <summary>The minor version of the C API that the table implements.</summary>
    public const int MinorVersion = 81;

    private static readonly Lazy<nint> s_api = new(Build);

    /// <summary>The address of the table; it lives as long as the process.</summary>
    public static nint GetApi() => s_api.Value;

    private static nint Build()
    {
        var api = (PJRT_Api*)NativeMemory.AllocZeroed((nuint)sizeof(PJRT_Api));
        int entries = 0;
        for (int f = 0; f < PjrtFunctions.Count; f++)
        {
            if (PjrtFunctions.Since((PjrtFunction)f) <= MinorVersion) entries = f + 1;
        }
        void** slots = (void**)&api->Error_Destroy;
        for (int i = 0; i < entries; i++) slots[i] = (delegate* unmanaged<void*, PJRT_Error*>)&Missing;
        api->StructSize = (nuint)((byte*)(slots + entries) - (byte*)api);
        api->PjrtApiVersion = new PJRT_Api_Version { StructSize = PJRT_Api_Version.SizeAt(MinorVersion), MajorVersion = 0, MinorVersion = MinorVersion };
        EventFunctions.Fill(api);
        ClientFunctions.Fill(api);
        DeviceFunctions.Fill(api);
        BufferFunctions.Fill(api);
        TransferFunctions.Fill(api);
        HostTransferFunctions.Fill(api);
        ProgramFunctions.Fill(api);
        api->ExtensionStart = Extensions();
        return (nint)api;
    }

    private static PJRT_Extension_Base* Extensions()
    {
        var memories = (PJRT_MemoryDescriptions_Extension*)NativeMemory.AllocZeroed((nuint)sizeof(PJRT_MemoryDescriptions_Extension));
        memories->Base = new PJRT_Extension_Base { StructSize = (nuint)sizeof(PJRT_MemoryDescriptions_Extension), Type = PjrtExtensionType.MemoryDescriptions };
        DeviceFunctions.Fill(memories);
        var layouts = (PJRT_Layouts_Extension*)NativeMemory.AllocZeroed((nuint)sizeof(PJRT_Layouts_Extension));
        layouts->Base = new PJRT_Extension_Base { StructSize = (nuint)sizeof(PJRT_Layouts_Extension), Type = PjrtExtensionType.Layouts, Next = &memories->Base };
        Layouts.Fill(layouts);
        var ffi = (PJRT_FFI_Extension*)NativeMemory.AllocZeroed((nuint)sizeof(PJRT_FFI_Extension));
        ffi->Base = new PJRT_Extension_Base { StructSize = (nuint)sizeof(PJRT_FFI_Extension), Type = PjrtExtensionType.FFI, Next = &layouts->Base };
        FfiFunctions.Fill(ffi);
        return &ffi->Base;
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* Missing(void* args) =>
        new PluginError(PjrtErrorCode.Unimplemented, "The embedded CPU plugin does not offer this function of the PJRT C API.").ToHandle();
}
