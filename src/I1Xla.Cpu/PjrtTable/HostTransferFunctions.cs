using System.Runtime.InteropServices;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The table's functions on the streams that receive callbacks fill.</summary>
internal static unsafe class HostTransferFunctions
{
    public static void Fill(PJRT_Api* api)
    {
        api->CopyToDeviceStream_Destroy = &Destroy;
        api->CopyToDeviceStream_AddChunk = &AddChunk;
        api->CopyToDeviceStream_TotalBytes = &TotalBytes;
        api->CopyToDeviceStream_GranuleSize = &GranuleSize;
        api->CopyToDeviceStream_CurrentBytes = &CurrentBytes;
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* Destroy(PJRT_CopyToDeviceStream_Destroy_Args* args) => Guard.Run(args, static a => (Handle.Free(a->Stream) as CopyStreamObject)?.Destroy());

    [UnmanagedCallersOnly]
    private static PJRT_Error* AddChunk(PJRT_CopyToDeviceStream_AddChunk_Args* args) => Guard.Run(args, static a =>
    {
        if (a->Chunk is null) throw PluginException.Invalid("No chunk was passed.");
        PluginError? error = null;
        try
        {
            Handle.Get<CopyStreamObject>(a->Stream).Add(a->Chunk->Data, checked((long)a->Chunk->Size));
        }
        catch (PluginException e)
        {
            error = PluginError.From(e);
        }
        finally
        {
            if (a->Chunk->Deleter is not null) a->Chunk->Deleter(a->Chunk->Data, a->Chunk->DeleterArg);
        }
        a->TransferComplete = (PJRT_Event*)Handle.New(EventObject.Completed(error));
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* TotalBytes(PJRT_CopyToDeviceStream_TotalBytes_Args* args) => Guard.Run(args, static a => a->TotalBytes = Handle.Get<CopyStreamObject>(a->Stream).Total);

    [UnmanagedCallersOnly]
    private static PJRT_Error* GranuleSize(PJRT_CopyToDeviceStream_GranuleSize_Args* args) => Guard.Run(args, static a =>
    {
        Handle.Get<CopyStreamObject>(a->Stream);
        a->GranuleSizeInBytes = 1;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* CurrentBytes(PJRT_CopyToDeviceStream_CurrentBytes_Args* args) => Guard.Run(args, static a => a->CurrentBytes = Handle.Get<CopyStreamObject>(a->Stream).Current);
}
