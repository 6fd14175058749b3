namespace I1Xla.Data.Torch;

/// <summary>A tensor of a PyTorch file: a strided view of one of the file's storages.</summary>
/// <param name="Descr">Element type as NumPy writes it; bfloat16 is <c>&lt;V2</c>.</param>
/// <param name="Storage">Key of the storage, the name of a member under <c>data/</c>.</param>
/// <param name="StorageCount">Elements of the storage.</param>
/// <param name="Offset">First element, in elements from the storage's begin.</param>
/// <param name="Shape">Axis lengths.</param>
/// <param name="Strides">Elements between neighbours along each axis; 0 repeats one element.</param>
public sealed record TorchTensor(string Descr, string Storage, long StorageCount, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long d in Shape)
            {
                count = checked(count * d);
            }
            return count;
        }
    }

    /// <summary>Bytes an element.</summary>
    public int ElementSize => Descr[^1] - '0';

    /// <summary>PyTorch's name of the element type.</summary>
    public string TypeName => TorchTypes.NameOf(Descr);

    /// <summary>Whether the elements lie one after another in C order.</summary>
    public bool IsContiguous
    {
        get
        {
            long step = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != step)
                {
                    return Count == 0;
                }
                step *= Shape[i];
            }
            return true;
        }
    }

    /// <summary>Type and shape as PyTorch writes them, such as <c>float32[16, 4]</c>.</summary>
    public override string ToString() => $"{TypeName}[{string.Join(", ", Shape)}]";

    /// <summary>Checks that the view lies inside its storage.</summary>
    /// <exception cref="FormatException">It does not.</exception>
    internal TorchTensor Validate()
    {
        if (Shape.Length != Strides.Length || Shape.Length > 64 || Offset < 0 || StorageCount < 0 || Shape.Any(d => d < 0) || Strides.Any(s => s < 0))
        {
            throw new FormatException($"a tensor of shape ({string.Join(", ", Shape)}) with strides ({string.Join(", ", Strides)}) at {Offset} is none");
        }
        try
        {
            long last = Offset;
            for (int i = 0; i < Shape.Length; i++)
            {
                last = checked(last + ((Math.Max(Shape[i], 1) - 1) * Strides[i]));
            }
            _ = checked(Count * ElementSize);
            if (Count > 0 && last >= StorageCount)
            {
                throw new FormatException($"a tensor reaches to element {last} of storage '{Storage}', which has {StorageCount}");
            }
        }
        catch (OverflowException e)
        {
            throw new FormatException($"a tensor of shape ({string.Join(", ", Shape)}) is too large", e);
        }
        return this;
    }
}

/// <summary>PyTorch's element types and typed storages by NumPy type.</summary>
internal static class TorchTypes
{
    private static readonly (string Storage, string Name, string Descr)[] s_types =
    [
        ("FloatStorage", "float32", "<f4"), ("BFloat16Storage", "bfloat16", "<V2"), ("HalfStorage", "float16", "<f2"), ("DoubleStorage", "float64", "<f8"),
        ("LongStorage", "int64", "<i8"), ("IntStorage", "int32", "<i4"), ("ShortStorage", "int16", "<i2"), ("CharStorage", "int8", "|i1"),
        ("ByteStorage", "uint8", "|u1"), ("BoolStorage", "bool", "|b1"),
    ];

    /// <summary>NumPy's type of a storage class; null when it is none that can be read.</summary>
    public static string? OfStorage(string storage) => Array.Find(s_types, t => t.Storage == storage).Descr;

    /// <summary>The storage class of a NumPy type; null when PyTorch has none.</summary>
    public static string? StorageOf(string descr) => Array.Find(s_types, t => t.Descr == descr).Storage;

    /// <summary>Whether a name is an element type, such as <c>float32</c>.</summary>
    public static bool IsName(string name) => Array.Exists(s_types, t => t.Name == name);

    /// <summary>PyTorch's name of a NumPy type.</summary>
    public static string NameOf(string descr) => Array.Find(s_types, t => t.Descr == descr).Name ?? descr;
}
