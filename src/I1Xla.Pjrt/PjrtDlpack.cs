using System.Runtime.InteropServices;

namespace I1Xla.Pjrt;

/// <summary>
/// Exchange of arrays with other libraries without a copy, through DLPack's <c>DLManagedTensor</c> (dlpack.h, version 0.8 and
/// compatible).
/// </summary>
public static unsafe class PjrtDlpack
{
    private const int Cpu = 1;

    /// <summary>
    /// Gives a buffer out as a <c>DLManagedTensor*</c>. The receiver calls its deleter when done; until then the buffer's memory stays
    /// where it is, whatever happens to the buffer object. Only for memory that the host can read (other devices' numbers are the plugin's own).
    /// </summary>
    public static nint Export(PjrtBuffer buffer)
    {
        if (!buffer.IsOnCpu)
        {
            throw new PjrtNotSupportedException($"{buffer} is not in memory that the host can read; copy it there first.");
        }
        DataType type = ToDlpack(buffer.ElementType);
        buffer.WaitReady();
        PjrtBufferReference reference = buffer.Hold();
        ReadOnlySpan<long> dimensions = buffer.Dimensions;
        var managed = (ManagedTensor*)NativeMemory.AllocZeroed((nuint)(sizeof(ManagedTensor) + (8 * dimensions.Length)));
        var shape = (long*)(managed + 1);
        dimensions.CopyTo(new Span<long>(shape, dimensions.Length));
        managed->Tensor.Data = (void*)reference.Pointer;
        managed->Tensor.DeviceType = Cpu;
        managed->Tensor.Dimensions = dimensions.Length;
        managed->Tensor.Type = type;
        managed->Tensor.Shape = shape;
        managed->Context = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(reference));
        managed->Deleter = &DeleteExported;
        return (nint)managed;
    }

    /// <summary>
    /// Takes a <c>DLManagedTensor*</c> over as a buffer on the client's first device. The tensor belongs to the buffer from then on: its deleter is
    /// called when the buffer no longer needs the memory. It must lie in host memory, dense, in any order of dimensions.
    /// </summary>
    public static PjrtBuffer Import(PjrtClient client, nint managedTensor)
    {
        var managed = (ManagedTensor*)managedTensor;
        ref Tensor tensor = ref managed->Tensor;
        if (tensor.DeviceType != Cpu)
        {
            throw new PjrtNotSupportedException($"The DLPack tensor is on a device of type {tensor.DeviceType}; only host memory (type 1) can be taken over.");
        }
        PjrtElementType type = FromDlpack(tensor.Type);
        var dimensions = new ReadOnlySpan<long>(tensor.Shape, tensor.Dimensions);
        PjrtLayout layout = Layout(dimensions, tensor.Strides);
        return client.CreateView((nint)tensor.Data + (nint)tensor.ByteOffset, type, dimensions, () => Release(managedTensor), layout: layout);
    }

    private static void Release(nint managedTensor)
    {
        var managed = (ManagedTensor*)managedTensor;
        if (managed->Deleter is not null)
        {
            managed->Deleter(managed);
        }
    }

    // DLPack counts strides in elements; null is dense with the last dimension fastest.
    private static PjrtLayout Layout(ReadOnlySpan<long> dimensions, long* strides)
    {
        int rank = dimensions.Length;
        if (strides is null)
        {
            return PjrtLayout.RowMajor(rank);
        }
        long[] order = [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        long[] steps = new ReadOnlySpan<long>(strides, rank).ToArray();
        // Of equal strides (dimensions of size 1) the later dimension is the faster one.
        Array.Sort(order, (a, b) => steps[a] != steps[b] ? steps[a].CompareTo(steps[b]) : b.CompareTo(a));
        long expected = 1;
        foreach (long dimension in order)
        {
            long size = dimensions[(int)dimension];
            if (size != 1 && steps[dimension] != expected)
            {
                throw new PjrtNotSupportedException($"The DLPack tensor of shape [{string.Join(',', dimensions.ToArray())}] and strides [{string.Join(',', steps)}] is not dense; make it contiguous first.");
            }
            expected *= size;
        }
        return PjrtLayout.Tiled(order);
    }

    private static DataType ToDlpack(PjrtElementType type) => type switch
    {
        PjrtElementType.Pred => new DataType(6, 8),
        PjrtElementType.S8 or PjrtElementType.S16 or PjrtElementType.S32 or PjrtElementType.S64 => new DataType(0, type.Bits()),
        PjrtElementType.U8 or PjrtElementType.U16 or PjrtElementType.U32 or PjrtElementType.U64 => new DataType(1, type.Bits()),
        PjrtElementType.F16 or PjrtElementType.F32 or PjrtElementType.F64 => new DataType(2, type.Bits()),
        PjrtElementType.BF16 => new DataType(4, 16),
        PjrtElementType.C64 or PjrtElementType.C128 => new DataType(5, type.Bits()),
        _ => throw new PjrtNotSupportedException($"DLPack has no type for {type}."),
    };

    private static PjrtElementType FromDlpack(DataType type)
    {
        foreach (PjrtElementType candidate in new[]
        {
            PjrtElementType.Pred, PjrtElementType.S8, PjrtElementType.S16, PjrtElementType.S32, PjrtElementType.S64, PjrtElementType.U8, PjrtElementType.U16,
            PjrtElementType.U32, PjrtElementType.U64, PjrtElementType.F16, PjrtElementType.F32, PjrtElementType.F64, PjrtElementType.BF16, PjrtElementType.C64, PjrtElementType.C128,
        })
        {
            if (ToDlpack(candidate) == type)
            {
                return candidate;
            }
        }
        throw new PjrtNotSupportedException($"The DLPack type (code {type.Code}, {type.Bits} bits, {type.Lanes} lanes) has no element type here.");
    }

    [UnmanagedCallersOnly]
    private static void DeleteExported(ManagedTensor* managed)
    {
        GCHandle handle = GCHandle.FromIntPtr((nint)managed->Context);
        ((PjrtBufferReference)handle.Target!).Dispose();
        handle.Free();
        NativeMemory.Free(managed);
    }

    private readonly record struct DataType(byte Code, byte Bits, ushort Lanes)
    {
        public DataType(int code, int bits)
            : this((byte)code, (byte)bits, 1)
        {
        }
    }

    private struct Tensor
    {
        public void* Data;
        public int DeviceType;
        public int DeviceId;
        public int Dimensions;
        public DataType Type;
        public long* Shape;
        public long* Strides;
        public ulong ByteOffset;
    }

    private struct ManagedTensor
    {
        public Tensor Tensor;
        public void* Context;
        public delegate* unmanaged<ManagedTensor*, void> Deleter;
    }
}
