using System.Runtime.InteropServices;

namespace I1Xla.StableHlo.Ir;

/// <summary>
/// A host tensor: a static type and its bytes, row-major, little-endian, <see cref="ElementKinds.StorageBytes"/> an element
/// (sub-byte kinds one byte each; a quantized tensor holds its storage integers).
/// </summary>
/// <remarks>Element order: StableHLO specification, section <c>Functions on values</c> (index_space); storage of sub-byte kinds is our own.</remarks>
public sealed class Literal
{
    /// <summary>Wraps bytes that the caller gives up.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not what the type needs.</exception>
    public Literal(TensorType type, Memory<byte> data)
    {
        if (data.Length != type.StorageBytes)
        {
            throw new ArgumentException($"a {type.Kind.Name()} tensor of shape {type.Shape} takes {type.StorageBytes} bytes, not {data.Length}", nameof(data));
        }
        Type = type;
        Data = data;
    }

    /// <summary>A tensor of zeros.</summary>
    /// <exception cref="InvalidOperationException">A dimension size of the type is dynamic.</exception>
    public Literal(TensorType type) : this(type, new byte[type.StorageBytes]) { }

    /// <summary>The type; its shape is static.</summary>
    public TensorType Type { get; }

    /// <summary>The shape.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The bytes, <see cref="TensorType.StorageBytes"/> of them.</summary>
    public Memory<byte> Data { get; }

    /// <summary>The elements as <typeparamref name="T"/>, whose size must be the element's.</summary>
    public Span<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Data.Span);

    /// <summary>A literal over a copy of typed elements.</summary>
    /// <exception cref="ArgumentException">There are not as many values as the shape has elements, or they are not of the kind's size.</exception>
    public static Literal Create<T>(ElementKind kind, Shape shape, ReadOnlySpan<T> values) where T : unmanaged =>
        new(new TensorType(kind, shape), MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The value of a dense attribute, splats spread out.</summary>
    /// <exception cref="InvalidOperationException">The attribute's type has a dynamic size.</exception>
    public static Literal FromDense(DenseElementsAttr dense)
    {
        var literal = new Literal(dense.Type);
        Span<byte> to = literal.Data.Span;
        ReadOnlySpan<byte> from = dense.Data.Span;
        if (!dense.IsSplat)
        {
            from.CopyTo(to);
        }
        else if (from.Length > 0)
        {
            for (int at = 0; at < to.Length; at += from.Length)
            {
                from.CopyTo(to[at..]);
            }
        }
        return literal;
    }

    /// <summary>This value as a dense attribute that shares its bytes; one element, or equal elements, become a splat.</summary>
    public DenseElementsAttr ToDense()
    {
        ReadOnlySpan<byte> bytes = Data.Span;
        int size = Type.Kind.StorageBytes();
        bool splat = bytes.Length >= size && bytes[size..].SequenceEqual(bytes[..^size]);
        return new DenseElementsAttr(Type, splat ? Data[..size] : Data, splat);
    }
}
