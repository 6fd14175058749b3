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
        if (type.Kind == ElementKind.I1 && type.Element is ScalarType)
        {
            return Booleans(type, data, count, at);
        }
        if (data.Length == size && count > 0)
        {
            return new DenseElementsAttr(type, data, true);
        }
        return data.Length == count * size ? new DenseElementsAttr(type, data, false)
            : throw new BytecodeException($"{data.Length} bytes are not {count} elements of {size} bytes", at);
    }

    /// <summary>The bytes to write for a dense attribute.</summary>
    public static ReadOnlyMemory<byte> Encode(DenseElementsAttr dense)
    {
        if (dense.Type.Kind != ElementKind.I1 || dense.Type.Element is not ScalarType)
        {
            return dense.Data;
        }
        long count = dense.Type.Shape.ElementCount;
        ReadOnlySpan<byte> data = dense.Data.Span;
        if (dense.IsSplat && count > 1)
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
