using System.Runtime.InteropServices;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

/// <summary>What a program receives from the host, filled chunk by chunk.</summary>
public sealed unsafe class PjrtCopyStream : PjrtHandle
{
    internal PjrtCopyStream(PjrtApi api, PJRT_CopyToDeviceStream* native)
        : base(api, (nint)native, PjrtObjectKind.CopyStream, null)
    {
    }

    /// <summary>Bytes of the whole transfer.</summary>
    public long TotalBytes
    {
        get
        {
            var args = Api.Sized<PJRT_CopyToDeviceStream_TotalBytes_Args>();
            args.Stream = NativeStream;
            Api.Call(PjrtFunction.CopyToDeviceStream_TotalBytes, &args);
            GC.KeepAlive(this);
            return args.TotalBytes;
        }
    }

    /// <summary>Every chunk but the last must be a multiple of this many bytes.</summary>
    public long GranuleBytes
    {
        get
        {
            var args = Api.Sized<PJRT_CopyToDeviceStream_GranuleSize_Args>();
            args.Stream = NativeStream;
            Api.Call(PjrtFunction.CopyToDeviceStream_GranuleSize, &args);
            GC.KeepAlive(this);
            return args.GranuleSizeInBytes;
        }
    }

    /// <summary>Bytes given so far.</summary>
    public long CurrentBytes
    {
        get
        {
            var args = Api.Sized<PJRT_CopyToDeviceStream_CurrentBytes_Args>();
            args.Stream = NativeStream;
            Api.Call(PjrtFunction.CopyToDeviceStream_CurrentBytes, &args);
            GC.KeepAlive(this);
            return args.CurrentBytes;
        }
    }

    private PJRT_CopyToDeviceStream* NativeStream => (PJRT_CopyToDeviceStream*)Native;

    /// <summary>Gives the next bytes; they are copied at once. The task ends when they are on the device.</summary>
    public Task AddChunk(ReadOnlySpan<byte> data)
    {
        void* copy = NativeMemory.Alloc((nuint)Math.Max(1, data.Length));
        data.CopyTo(new Span<byte>(copy, data.Length));
        var chunk = new PJRT_Chunk { Data = copy, Size = (nuint)data.Length, Deleter = &Free };
        var args = Api.Sized<PJRT_CopyToDeviceStream_AddChunk_Args>();
        args.Stream = NativeStream;
        args.Chunk = &chunk;
        Api.Call(PjrtFunction.CopyToDeviceStream_AddChunk, &args);
        return PjrtEvent.Then(Api, args.TransferComplete, this, static () => { });
    }

    private protected override void Destroy(nint handle)
    {
        var args = Api.Sized<PJRT_CopyToDeviceStream_Destroy_Args>();
        args.Stream = (PJRT_CopyToDeviceStream*)handle;
        Api.CallQuietly(PjrtFunction.CopyToDeviceStream_Destroy, &args);
    }

    [UnmanagedCallersOnly]
    private static void Free(void* data, void* argument) => NativeMemory.Free(data);
}
