using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Where a slice lies in a dense tensor: the indices of its start are read from memory and clamped so that all of it is inside.</summary>
internal sealed unsafe class SliceStart
{
    private readonly SliceIndex[] _indices;

    /// <param name="whole">The tensor.</param>
    /// <param name="sizes">Sizes of the slice.</param>
    /// <param name="starts">The indices, scalars.</param>
    /// <param name="slots">Their slots.</param>
    public SliceStart(HloNode whole, long[] sizes, ReadOnlySpan<HloNode> starts, ReadOnlySpan<int> slots)
    {
        int element = whole.Kind.StorageBytes();
        Strides = FusionRoot.DenseStrides(whole.Dims);
        var indices = new List<SliceIndex>();
        for (int d = 0; d < sizes.Length; d++)
        {
            if (sizes[d] < whole.Dims[d])
            {
                indices.Add(new SliceIndex(slots[d], starts[d].Kind, whole.Dims[d] - sizes[d], Strides[d] * element));
            }
        }
        _indices = [.. indices];
        LiesInOnePiece = Step(whole.Dims, sizes) == 1;
    }

    /// <summary>The indices, only of dimensions along which the slice can move.</summary>
    public ReadOnlySpan<SliceIndex> Indices => _indices;

    /// <summary>Elements between neighbours of the tensor.</summary>
    public long[] Strides { get; }

    /// <summary>Whether the slice's elements lie one behind the other.</summary>
    public bool LiesInOnePiece { get; }

    /// <summary>Elements of a dense tensor between neighbours of a slice of it; null where they are not always as many.</summary>
    public static long? Step(long[] dims, long[] sizes)
    {
        long[] strides = FusionRoot.DenseStrides(dims);
        (long step, long next) = (0, 0);
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            if (sizes[d] == 1)
            {
                continue;
            }
            if (next > 0 && strides[d] != next)
            {
                return null;
            }
            step = step == 0 ? strides[d] : step;
            next = strides[d] * sizes[d];
        }
        return Math.Max(step, 1);
    }

    /// <summary>Bytes from the tensor's start to the slice's.</summary>
    public long Bytes(byte** slots)
    {
        long bytes = 0;
        foreach (SliceIndex index in _indices)
        {
            bytes += Math.Clamp(BoxCopy.Index(slots[index.Slot], index.Kind), 0, index.Most) * index.Stride;
        }
        return bytes;
    }
}
