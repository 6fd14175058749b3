using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>The raw bytes of dense attributes: as in memory, except that booleans are packed eight to a byte.</summary>
internal static class DenseData
{
    /// <summary>A dense attribute over bytes of a file, which are not copied unless they have to be unpacked.</summary>
    public static DenseElementsAttr Decode(TensorType type, ReadOnlyMemory<byte> data, int at)
    {
        if (!type.Shape.IsStatic)
        {
            throw new BytecodeException("dense elements of a dynamic shape", at);
        }
        long count = 1;
        foreach (long d in type.Shape)
        {
            if (d < 0 || (d > 0 && count > long.MaxValue / 16 / d))
            {
                throw new BytecodeException($"dense elements of the impossible shape {type.Shape}", at);
            }
            count *= d;
        }
        int size = type.Kind.StorageBytes();
        if (count == 0 && data.Length <= size)
        {
            // A value given once, for no element.
            return new DenseElementsAttr(type, ReadOnlyMemory<byte>.Empty, false);
        }
        if (type.Kind == ElementKind.I1 && type.Element is ScalarType)
        {
            return Booleans(type, data, count, at);
        }
        bool splat = data.Length == size && count > 0;
        if (!splat && data.Length != count * size)
        {
            throw new BytecodeException($"{data.Length} bytes are not {count} elements of {size} bytes", at);
        }
        data = SignExtended(type.Kind, data);
        if (!splat && IsUniform(data.Span, size))
        {
            splat = true;
            data = data[..size];
        }
        return new DenseElementsAttr(type, data, splat);
    }

    /// <summary>Whether all elements are the same, of one or more.</summary>
    private static bool IsUniform(ReadOnlySpan<byte> data, int size) => data.Length >= size && data[size..].SequenceEqual(data[..^size]);

    /// <summary>Integers of two and four bits are zero-extended in files, and sign-extended in memory.</summary>
    private static ReadOnlyMemory<byte> SignExtended(ElementKind kind, ReadOnlyMemory<byte> data)
    {
        int unused = kind switch { ElementKind.I2 => 6, ElementKind.I4 => 4, _ => 0 };
        if (unused == 0 || data.Span.IndexOfAnyInRange((byte)(128 >> unused), (byte)(255 >> unused)) < 0)
        {
            return data;
        }
        byte[] copy = data.ToArray();
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = (byte)((sbyte)(copy[i] << unused) >> unused);
        }
        return copy;
    }

    private static ReadOnlyMemory<byte> ZeroExtended(ElementKind kind, ReadOnlyMemory<byte> data)
    {
        byte mask = kind switch { ElementKind.I2 => 3, ElementKind.I4 => 15, _ => 255 };
        if (mask == 255 || data.Span.IndexOfAnyExceptInRange((byte)0, mask) < 0)
        {
            return data;
        }
        byte[] copy = data.ToArray();
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] &= mask;
        }
        return copy;
    }

    /// <summary>The bytes to write for a dense attribute.</summary>
    public static ReadOnlyMemory<byte> Encode(DenseElementsAttr dense)
    {
        int size = dense.Type.Kind.StorageBytes();
        long count = dense.Type.Shape.ElementCount;
        // MLIR keeps equal elements once, however they were given.
        bool splat = dense.IsSplat || IsUniform(dense.Data.Span, size);
        if (dense.Type.Kind != ElementKind.I1 || dense.Type.Element is not ScalarType)
        {
            return ZeroExtended(dense.Type.Kind, splat ? dense.Data[..size] : dense.Data);
        }
        ReadOnlySpan<byte> data = dense.Data.Span;
        // Also a single element: older readers and newer ones agree on 0xFF.
        if (splat && count > 0)
        {
            return new byte[] { data[0] != 0 ? (byte)0xFF : (byte)0 };
        }
        byte[] packed = new byte[(count + 7) / 8];
        for (int i = 0; i < count; i++)
        {
            packed[i / 8] |= (byte)((data[dense.IsSplat ? 0 : i] != 0 ? 1 : 0) << (i % 8));
        }
        return packed;
    }

    private static DenseElementsAttr Booleans(TensorType type, ReadOnlyMemory<byte> data, long count, int at)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        if (bytes.Length == 1 && count > 0 && (bytes[0] is 0xFF or 0 || count == 1))
        {
            return new DenseElementsAttr(type, new[] { (byte)(bytes[0] != 0 ? 1 : 0) }, true);
        }
        if (bytes.Length == (count + 7) / 8 && bytes.Length != count)
        {
            byte[] unpacked = new byte[count];
            for (int i = 0; i < count; i++)
            {
                unpacked[i] = (byte)((bytes[i / 8] >> (i % 8)) & 1);
            }
            return new DenseElementsAttr(type, unpacked, false);
        }
        if (bytes.Length != count || bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) >= 0)
        {
            throw new BytecodeException($"{bytes.Length} bytes are not {count} booleans", at);
        }
        return new DenseElementsAttr(type, data, false);
    }
}
