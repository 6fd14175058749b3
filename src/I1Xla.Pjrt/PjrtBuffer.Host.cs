using System.Buffers;
using System.Runtime.InteropServices;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt;

public sealed unsafe partial class PjrtBuffer
{
    /// <summary>Bytes that the array takes in host memory: elements below a byte take a byte each.</summary>
    public long HostBytes => ElementType.HostBytes(Dimensions);

    /// <summary>Copies the value to a new array, last dimension fastest; waits for it. <typeparamref name="T"/> must be as wide as an element.</summary>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        CheckWidth(sizeof(T));
        var result = new T[checked((int)(HostBytes / sizeof(T)))];
        CopyTo(MemoryMarshal.AsBytes(result.AsSpan()));
        return result;
    }

    /// <summary>Copies a scalar's value; waits for it.</summary>
    public T ToScalar<T>()
        where T : unmanaged
    {
        CheckWidth(sizeof(T));
        if (HostBytes != sizeof(T))
        {
            throw new InvalidOperationException($"{this} is not a scalar.");
        }
        T result = default;
        CopyTo(new Span<byte>(&result, sizeof(T)));
        return result;
    }

    /// <summary>Copies the value to new bytes, last dimension fastest; waits for it.</summary>
    public byte[] ToBytes()
    {
        var result = new byte[checked((int)HostBytes)];
        CopyTo(result);
        return result;
    }

    /// <summary>
    /// Copies the value into <paramref name="destination"/> and waits for it: <see cref="HostBytes"/> bytes, last dimension fastest,
    /// straight from the plugin; with another <paramref name="hostLayout"/> (an order of dimensions, or byte strides) through a
    /// temporary array.
    /// </summary>
    public void CopyTo(Span<byte> destination, PjrtLayout? hostLayout = null)
    {
        if (!HostLayout.IsRowMajor(hostLayout, Dimensions.Length))
        {
            Scatter(ToBytes(), destination, hostLayout!);
            return;
        }
        CheckDestination(destination.Length);
        fixed (byte* pointer = destination)
        {
            byte none;
            PjrtEvent.WaitAndDestroy(Api, StartCopy(destination.IsEmpty ? &none : pointer, (nuint)destination.Length));
        }
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Starts copying the value, last dimension fastest, into <paramref name="destination"/>, which stays pinned until the task
    /// ends. Cancelling the wait does not stop the copy.
    /// </summary>
    public Task CopyToAsync(Memory<byte> destination)
    {
        CheckDestination(destination.Length);
        MemoryHandle pin = destination.Pin();
        PJRT_Event* done;
        try
        {
            byte none;
            done = StartCopy(destination.IsEmpty ? &none : (byte*)pin.Pointer, (nuint)destination.Length);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
        return PjrtEvent.Then(Api, done, this, () => pin.Dispose());
    }

    /// <summary>Bytes that the plugin wants in the destination of a copy to the host, last dimension fastest.</summary>
    public long RequiredHostBytes()
    {
        using var layout = new PjrtLayout.Native(Api, PjrtLayout.RowMajor(Dimensions.Length));
        var args = Api.Sized<PJRT_Buffer_ToHostBuffer_Args>();
        args.Src = NativeBuffer;
        args.HostLayout = layout.Pointer;
        Api.Call(PjrtFunction.Buffer_ToHostBuffer, &args);
        PjrtEvent.DestroyNative(Api, args.Event);
        GC.KeepAlive(this);
        return checked((long)args.DstSize);
    }

    /// <summary>
    /// Starts copying <paramref name="destination"/>'s length of the device's own bytes (device layout, padding and all), from
    /// <paramref name="offset"/> on.
    /// </summary>
    public Task CopyRawToAsync(Memory<byte> destination, long offset = 0)
    {
        MemoryHandle pin = destination.Pin();
        var args = Api.Sized<PJRT_Buffer_CopyRawToHost_Args>();
        try
        {
            args.Buffer = NativeBuffer;
            args.Dst = pin.Pointer;
            args.Offset = offset;
            args.TransferSize = destination.Length;
            Api.Call(PjrtFunction.Buffer_CopyRawToHost, &args);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
        return PjrtEvent.Then(Api, args.Event, this, () => pin.Dispose());
    }

    private PJRT_Event* StartCopy(byte* destination, nuint size)
    {
        int rank = Dimensions.Length;
        long* minorToMajor = stackalloc long[Math.Max(1, rank)];
        for (int i = 0; i < rank; i++)
        {
            minorToMajor[i] = rank - 1 - i;
        }
        var rowMajor = Api.Sized<PJRT_Buffer_MemoryLayout>();
        rowMajor.Type = PjrtMemoryLayoutType.Tiled;
        rowMajor.Value.Tiled = Api.Sized<PJRT_Buffer_MemoryLayout_Tiled>();
        rowMajor.Value.Tiled.MinorToMajor = minorToMajor;
        rowMajor.Value.Tiled.MinorToMajorSize = (nuint)rank;
        var args = Api.Sized<PJRT_Buffer_ToHostBuffer_Args>();
        args.Src = NativeBuffer;
        args.HostLayout = &rowMajor;
        args.Dst = destination;
        args.DstSize = size;
        Api.Call(PjrtFunction.Buffer_ToHostBuffer, &args);
        return args.Event;
    }

    private void Scatter(byte[] value, Span<byte> destination, PjrtLayout layout)
    {
        int elementBytes = ElementType.HostBytes();
        long[] strides = HostLayout.Strides(layout, Dimensions, elementBytes);
        long needed = HostLayout.Extent(strides, Dimensions, elementBytes);
        if (destination.Length < needed)
        {
            throw new ArgumentException($"{this} takes {needed} bytes in the host layout {layout}, the destination has {destination.Length}.");
        }
        HostLayout.Scatter(value, destination, Dimensions, strides, elementBytes);
    }

    private void CheckDestination(long bytes)
    {
        if (bytes != HostBytes)
        {
            throw new ArgumentException($"{this} takes {HostBytes} bytes on the host, the destination has {bytes}.");
        }
    }

    private void CheckWidth(int size)
    {
        if (ElementType.HostBytes() != size)
        {
            throw new InvalidOperationException($"An element of {this} takes {ElementType.HostBytes()} bytes on the host, the .NET type {size}.");
        }
    }
}
