using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu;

/// <summary>
/// A tensor in memory that the collector does not move: dense, row-major, <see cref="ElementKinds.StorageBytes"/> an element,
/// aligned to 64 bytes with at least 64 readable bytes after the end when this class allocated it.
/// </summary>
public sealed unsafe class CpuBuffer : IDisposable
{
    private readonly Action? _release;
    private byte* _data;

    /// <summary>Allocates; the contents are undefined.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory.</exception>
    public CpuBuffer(TensorType type)
    {
        Type = type;
        Length = type.StorageBytes;
        _data = (byte*)LargeMemory.Allocate((nuint)(Length + 64 + 63) / 64 * 64);
    }

    /// <summary>Wraps memory of the caller's, which must stay until <paramref name="release"/> is called.</summary>
    public CpuBuffer(TensorType type, void* data, Action? release)
    {
        Type = type;
        Length = type.StorageBytes;
        _data = (byte*)data;
        _release = release ?? (static () => { });
    }

    /// <summary>Copies a literal.</summary>
    public CpuBuffer(Literal literal) : this(literal.Type) => literal.Data.Span.CopyTo(Span);

    /// <summary>Frees the memory if nobody did.</summary>
    ~CpuBuffer() => Free();

    /// <summary>The type.</summary>
    public TensorType Type { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was freed or donated.</exception>
    public byte* Data => _data is not null ? _data : throw new ObjectDisposedException(nameof(CpuBuffer), "the buffer was freed or donated to an execution");

    /// <summary>Whether the memory is gone: disposed of, or donated.</summary>
    public bool IsDeleted => _data is null;

    /// <summary>The bytes; at most 2 GiB. The buffer must be held (<c>using</c>) as long as they are: without anything that needs it later, the collector may free it at once.</summary>
    public Span<byte> Span => new(Data, checked((int)Length));

    /// <summary>The elements as <typeparamref name="T"/>; the buffer must be held as long as they are, as for <see cref="Span"/>.</summary>
    public Span<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Span);

    /// <summary>Copies to a literal.</summary>
    public Literal ToLiteral()
    {
        var literal = new Literal(Type);
        Span.CopyTo(literal.Data.Span);
        GC.KeepAlive(this);
        return literal;
    }

    /// <summary>Copies the elements.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        T[] elements = As<T>().ToArray();
        GC.KeepAlive(this);
        return elements;
    }

    /// <summary>Hands the memory to a new buffer of a type of the same size and leaves this one deleted (donation).</summary>
    internal CpuBuffer Donate(TensorType type)
    {
        byte* data = Data;
        _data = null;
        GC.SuppressFinalize(this);
        return new CpuBuffer(type, data, _release ?? (() => LargeMemory.Free(data)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_data is null)
        {
            return;
        }
        if (_release is null)
        {
            LargeMemory.Free(_data);
        }
        else
        {
            _release();
        }
        _data = null;
    }
}
