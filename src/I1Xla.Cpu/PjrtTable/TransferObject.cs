using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>Buffers that the host fills piece by piece; each is ready when its last piece is there.</summary>
internal sealed unsafe class TransferObject
{
    private readonly BufferObject[] _buffers;
    private readonly BufferStorage[] _storage;
    private readonly bool[] _isOver;
    private readonly Lock _lock = new();

    public TransferObject(MemoryObject memory, PJRT_ShapeSpec* shapes, nuint count, PJRT_Buffer_MemoryLayout** layouts, nuint layoutCount)
    {
        Memory = memory;
        _buffers = new BufferObject[count];
        _storage = new BufferStorage[count];
        _isOver = new bool[count];
        for (int i = 0; i < _buffers.Length; i++)
        {
            long[] dimensions = Texts.Longs(shapes[i].Dims, shapes[i].NumDims);
            PjrtElementType type = shapes[i].ElementType;
            int[] order = BufferObject.ReadLayout(layouts is not null && (nuint)i < layoutCount ? layouts[i] : null, dimensions, type.HostBytes());
            _storage[i] = new BufferStorage(type.HostBytes(dimensions));
            _buffers[i] = new BufferObject(new ArrayShape(type, dimensions, order), memory, _storage[i], new EventObject());
            // Pieces may come after the caller deleted the buffer.
            _storage[i].Hold();
        }
        Pointer = Handle.New(this);
    }

    public nint Pointer { get; }

    public MemoryObject Memory { get; }

    public int Count => _buffers.Length;

    /// <summary>A buffer; it belongs to the caller, who asks once for each.</summary>
    public BufferObject Buffer(int index) => _buffers[Checked(index)];

    public long Bytes(int index) => _storage[Checked(index)].Bytes;

    /// <summary>Copies a piece.</summary>
    public void Transfer(int index, void* data, long offset, long size, bool isLast)
    {
        lock (_lock)
        {
            BufferStorage storage = _storage[Checked(index)];
            if (_isOver[index]) throw PluginException.Precondition($"Buffer {index} has had its last transfer.");
            if (offset < 0 || size < 0 || offset + size > storage.Bytes) throw PluginException.Invalid($"Bytes {offset} to {offset + size} are not all inside buffer {index}'s {storage.Bytes}.");
            System.Buffer.MemoryCopy(data, storage.Data + offset, size, size);
            if (!isLast) return;
        }
        Finish(index, null);
    }

    /// <summary>Ends a buffer with an error, or well; only once.</summary>
    public void Finish(int index, PluginError? error)
    {
        lock (_lock)
        {
            if (_isOver[Checked(index)]) throw PluginException.Precondition($"Buffer {index} has had its last transfer.");
            _isOver[index] = true;
        }
        _buffers[index].Ready.Complete(error);
        _storage[index].Release();
    }

    /// <summary>Ends the manager; buffers that were never completed end with an error.</summary>
    public void Destroy()
    {
        for (int i = 0; i < Count; i++)
        {
            if (!_isOver[i]) Finish(i, new PluginError(PjrtErrorCode.Cancelled, "The transfer manager was destroyed before the buffer's last transfer."));
        }
        Handle.Free((void*)Pointer);
    }

    private int Checked(int index) => index >= 0 && index < _buffers.Length ? index : throw PluginException.Invalid($"There is no buffer {index}; the transfer manager has {_buffers.Length}.");
}
