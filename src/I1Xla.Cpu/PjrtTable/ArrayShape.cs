using I1Xla.Pjrt;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>What buffers of one type, shape and layout have in common; those that a program makes share it.</summary>
internal sealed class ArrayShape
{
    private NativeBlock? _dimensions, _layout;

    /// <summary>A shape; without an order of dimensions, row-major.</summary>
    public ArrayShape(PjrtElementType type, long[] dimensions, int[]? minorToMajor = null)
    {
        Type = type;
        Dimensions = dimensions;
        int[] rowMajor = BufferObject.RowMajor(dimensions.Length);
        MinorToMajor = minorToMajor ?? rowMajor;
        IsRowMajor = MinorToMajor.AsSpan().SequenceEqual(rowMajor);
        ElementBytes = type.HostBytes();
        Bytes = type.HostBytes(dimensions);
    }

    public PjrtElementType Type { get; }

    public long[] Dimensions { get; }

    public int[] MinorToMajor { get; }

    public bool IsRowMajor { get; }

    public int ElementBytes { get; }

    public long Bytes { get; }

    /// <summary>The dimensions at an address that lives as long as the shape.</summary>
    public NativeBlock NativeDimensions => NativeBlock.Once(ref _dimensions, this, static s => NativeBlock.Of<long>(s.Dimensions));

    /// <summary>The order of dimensions at an address that lives as long as the shape.</summary>
    public NativeBlock NativeLayout => NativeBlock.Once(ref _layout, this, static s => NativeBlock.Of<long>([.. s.MinorToMajor.Select(d => (long)d)]));
}
