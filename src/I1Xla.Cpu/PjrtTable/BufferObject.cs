using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>An array on a device: dense, its dimensions in the order of <see cref="MinorToMajor"/>, types below a byte one to a byte.</summary>
internal sealed unsafe class BufferObject
{
    private readonly Lock _lock = new();
    private Stack<BufferStorage>? _held;
    private BufferStorage? _storage;
    private int _external;

    public BufferObject(ArrayShape shape, MemoryObject memory, BufferStorage storage, EventObject ready)
    {
        Shape = shape;
        Memory = memory;
        _storage = storage;
        Ready = ready;
        Pointer = Handle.New(this);
    }

    public nint Pointer { get; }

    public ArrayShape Shape { get; }

    public PjrtElementType Type => Shape.Type;

    public long[] Dimensions => Shape.Dimensions;

    public int[] MinorToMajor => Shape.MinorToMajor;

    public bool IsRowMajor => Shape.IsRowMajor;

    public MemoryObject Memory { get; }

    public DeviceObject Device => Memory.Device;

    /// <summary>Happens when the contents are there.</summary>
    public EventObject Ready { get; }

    public int ElementBytes => Shape.ElementBytes;

    public long Bytes => Shape.Bytes;

    /// <summary>The last launch that was given this buffer to take over its memory; only compared with that launch's own number.</summary>
    public long DonatedTo { get; set; }

    public bool IsDeleted
    {
        get
        {
            lock (_lock) return _storage is null;
        }
    }

    /// <summary>Elements between neighbours along each dimension.</summary>
    public long[] Strides => StridesOf(Dimensions, MinorToMajor);

    /// <summary>Holds the memory for a use; the caller releases it.</summary>
    public BufferStorage Hold()
    {
        lock (_lock) return (_storage ?? throw Gone()).Hold();
    }

    /// <summary>The address; valid while the buffer is not deleted.</summary>
    public byte* Address()
    {
        lock (_lock) return (_storage ?? throw Gone()).Data;
    }

    /// <summary>Takes the memory out of the buffer, which counts as deleted from now on. Null when external references forbid it.</summary>
    public BufferStorage? TryDonate()
    {
        lock (_lock)
        {
            if (_storage is null) throw Gone();
            if (_external > 0) return null;
            BufferStorage storage = _storage;
            _storage = null;
            return storage;
        }
    }

    /// <summary>Puts back the memory that <see cref="TryDonate"/> took, for a launch that did not come about.</summary>
    public void Restore(BufferStorage storage)
    {
        lock (_lock) _storage = storage;
    }

    public void Delete()
    {
        BufferStorage? storage;
        lock (_lock)
        {
            storage = _storage;
            _storage = null;
        }
        storage?.Release();
    }

    public void AddExternalReference()
    {
        lock (_lock)
        {
            if (_storage is null) throw Gone();
            // The holder may go on reading after the buffer is deleted.
            _storage.Hold();
            (_held ??= []).Push(_storage);
            _external++;
        }
    }

    public void RemoveExternalReference()
    {
        BufferStorage storage;
        lock (_lock)
        {
            if (_external == 0) throw PluginException.Precondition("The buffer has no external references to give back.");
            _external--;
            storage = _held!.Pop();
        }
        storage.Release();
    }

    public static int[] RowMajor(int rank)
    {
        var order = new int[rank];
        for (int i = 0; i < rank; i++) order[i] = rank - 1 - i;
        return order;
    }

    public static long[] StridesOf(long[] dimensions, int[] minorToMajor)
    {
        var strides = new long[dimensions.Length];
        long stride = 1;
        foreach (int d in minorToMajor)
        {
            strides[d] = stride;
            stride *= dimensions[d];
        }
        return strides;
    }

    /// <summary>The order of dimensions in a layout of the C API; null pointer means row-major. Strides become an order if they are dense.</summary>
    public static int[] ReadLayout(PJRT_Buffer_MemoryLayout* layout, long[] dimensions, int elementBytes)
    {
        if (layout is null) return RowMajor(dimensions.Length);
        if (layout->Type == PjrtMemoryLayoutType.Strides)
        {
            long[] bytes = Texts.Longs(layout->Value.Strides.ByteStrides, layout->Value.Strides.NumByteStrides);
            int[] byStride = [.. Enumerable.Range(0, dimensions.Length).OrderBy(d => bytes[d]).ThenByDescending(d => d)];
            long[] dense = StridesOf(dimensions, byStride);
            for (int d = 0; d < dense.Length; d++)
            {
                if (dimensions[d] > 1 && dense[d] * elementBytes != bytes[d]) throw PluginException.Unimplemented("Layouts with gaps are not supported.");
            }
            return byStride;
        }
        ref PJRT_Buffer_MemoryLayout_Tiled tiled = ref layout->Value.Tiled;
        if (tiled.NumTiles != 0) throw PluginException.Unimplemented("Tiled layouts are not supported on CPU devices.");
        int[] order = [.. Texts.Longs(tiled.MinorToMajor, tiled.MinorToMajorSize).Select(d => checked((int)d))];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, dimensions.Length)))
            throw PluginException.Invalid($"The layout {{{string.Join(',', order)}}} does not order {dimensions.Length} dimensions.");
        return order;
    }

    /// <summary>Copies between two layouts of the same array, strides in elements of <paramref name="elementBytes"/>.</summary>
    public static void Copy(byte* from, long[] fromStrides, byte* to, long[] toStrides, long[] dimensions, int elementBytes) =>
        StridedCopy.Run(from, to, elementBytes, dimensions, fromStrides, toStrides);

    private static PluginException Gone() => PluginException.Invalid("The buffer has been deleted or donated.");
}
