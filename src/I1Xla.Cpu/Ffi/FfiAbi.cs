namespace I1Xla.Cpu.Ffi;

// The structs of XLA's foreign function interface (openxla/xla, xla/ffi/api/c_api.h, version 0.1 and later). Each begins with its size and a list of
// extensions, of which none is used.

/// <summary><c>XLA_FFI_Buffer</c>.</summary>
internal unsafe struct FfiBuffer
{
    public nuint StructSize;
    public void* Extension;
    public int DataType;
    public void* Data;
    public long Rank;
    public long* Dims;
}

/// <summary><c>XLA_FFI_Args</c> and <c>XLA_FFI_Rets</c>.</summary>
internal unsafe struct FfiArrays
{
    public nuint StructSize;
    public void* Extension;
    public long Size;
    public int* Types;
    public void** Values;
}

/// <summary><c>XLA_FFI_ByteSpan</c>.</summary>
internal unsafe struct FfiByteSpan
{
    public byte* Data;
    public nuint Length;
}

/// <summary><c>XLA_FFI_Scalar</c>.</summary>
internal unsafe struct FfiScalar
{
    public int DataType;
    public void* Value;
}

/// <summary><c>XLA_FFI_Array</c>.</summary>
internal unsafe struct FfiArray
{
    public int DataType;
    public nuint Size;
    public void* Data;
}

/// <summary><c>XLA_FFI_Attrs</c>, sorted by name.</summary>
internal unsafe struct FfiAttributes
{
    public nuint StructSize;
    public void* Extension;
    public long Size;
    public int* Types;
    public FfiByteSpan** Names;
    public void** Values;
}

/// <summary><c>XLA_FFI_CallFrame</c>.</summary>
internal unsafe struct FfiCallFrame
{
    /// <summary><c>XLA_FFI_ExecutionStage_EXECUTE</c>.</summary>
    public const int Execute = 3;

    public nuint StructSize;
    public void* Extension;
    public FfiTable* Api;
    public void* Context;
    public int Stage;
    public FfiArrays Arguments;
    public FfiArrays Results;
    public FfiAttributes Attributes;
    public void* Future;
}

/// <summary><c>XLA_FFI_Api</c>, with its version inside.</summary>
internal unsafe struct FfiTable
{
    public nuint StructSize;
    public void* Extension;
    public nuint VersionSize;
    public void* VersionExtension;
    public int Major;
    public int Minor;
    public void* Internal;
    public delegate* unmanaged<FfiErrorCreateArgs*, void*> ErrorCreate;
    public delegate* unmanaged<FfiErrorMessageArgs*, void> ErrorGetMessage;
    public delegate* unmanaged<FfiErrorArgs*, void> ErrorDestroy;
    public delegate* unmanaged<FfiRegisterArgs*, void*> HandlerRegister;
    public delegate* unmanaged<void*, void*> StreamGet;
    public delegate* unmanaged<FfiTypeArgs*, void*> TypeRegister;
    public delegate* unmanaged<FfiContextGetArgs*, void*> ContextGet;
    public delegate* unmanaged<void*, void*> StateSet;
    public delegate* unmanaged<void*, void*> StateGet;
    public delegate* unmanaged<FfiAllocateArgs*, void*> MemoryAllocate;
    public delegate* unmanaged<FfiFreeArgs*, void*> MemoryFree;
    public delegate* unmanaged<FfiScheduleArgs*, void*> PoolSchedule;
    public delegate* unmanaged<FfiThreadsArgs*, void*> PoolThreads;
    public delegate* unmanaged<FfiFutureArgs*, void*> FutureCreate;
    public delegate* unmanaged<FfiFutureArgs*, void*> FutureSetAvailable;
    public delegate* unmanaged<FfiFutureArgs*, void*> FutureSetError;
    public delegate* unmanaged<FfiNumberArgs*, void*> RunIdGet;
    public delegate* unmanaged<FfiNumberArgs*, void*> DeviceOrdinalGet;
}

/// <summary><c>XLA_FFI_Error_Create_Args</c>.</summary>
internal unsafe struct FfiErrorCreateArgs
{
    public nuint StructSize;
    public void* Extension;
    public byte* Message;
    public int Code;
}

/// <summary><c>XLA_FFI_Error_GetMessage_Args</c>.</summary>
internal unsafe struct FfiErrorMessageArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Error;
    public byte* Message;
}

/// <summary><c>XLA_FFI_Error_Destroy_Args</c>.</summary>
internal unsafe struct FfiErrorArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Error;
}

/// <summary><c>XLA_FFI_Handler_Register_Args</c>.</summary>
internal unsafe struct FfiRegisterArgs
{
    public nuint StructSize;
    public void* Extension;
    public FfiByteSpan Name;
    public FfiByteSpan Platform;
    public void* Instantiate;
    public void* Prepare;
    public void* Initialize;
    public void* Execute;
    public uint Traits;
}

/// <summary><c>XLA_FFI_TypeId_Register_Args</c>, since version 0.2 <c>XLA_FFI_Type_Register_Args</c>, which goes on.</summary>
internal unsafe struct FfiTypeArgs
{
    public nuint StructSize;
    public void* Extension;
    public FfiByteSpan Name;
    public long* TypeId;
}

/// <summary><c>XLA_FFI_ExecutionContext_Get_Args</c>.</summary>
internal unsafe struct FfiContextGetArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Context;
    public long* TypeId;
    public void* Data;
}

/// <summary><c>XLA_FFI_DeviceMemory_Allocate_Args</c>.</summary>
internal unsafe struct FfiAllocateArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Context;
    public nuint Size;
    public nuint Alignment;
    public void* Data;
}

/// <summary><c>XLA_FFI_DeviceMemory_Free_Args</c>.</summary>
internal unsafe struct FfiFreeArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Context;
    public nuint Size;
    public void* Data;
}

/// <summary><c>XLA_FFI_ThreadPool_Schedule_Args</c>.</summary>
internal unsafe struct FfiScheduleArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Context;
    public delegate* unmanaged<void*, void> Task;
    public void* Data;
}

/// <summary><c>XLA_FFI_ThreadPool_NumThreads_Args</c>.</summary>
internal unsafe struct FfiThreadsArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Context;
    public long* Threads;
}

/// <summary><c>XLA_FFI_Future_Create_Args</c>, <c>XLA_FFI_Future_SetAvailable_Args</c>, <c>XLA_FFI_Future_SetError_Args</c>; only the last has the error.</summary>
internal unsafe struct FfiFutureArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Future;
    public void* Error;
}

/// <summary><c>XLA_FFI_RunId_Get_Args</c>, and <c>XLA_FFI_DeviceOrdinal_Get_Args</c>, whose number has four bytes.</summary>
internal unsafe struct FfiNumberArgs
{
    public nuint StructSize;
    public void* Extension;
    public void* Context;
    public long Number;
}
