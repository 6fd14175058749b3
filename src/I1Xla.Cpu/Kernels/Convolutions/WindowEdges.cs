using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>Which taps of a convolution's windows meet the input, where it is read as it lies; the others meet padding. Rows are places of the result: image, then spatial dimensions.</summary>
/// <param name="shape">The convolution, without base dilation.</param>
/// <param name="joined">Whether a segment holds all taps of the last dimension, which are neighbours, instead of one.</param>
/// <param name="features">Elements of a tap.</param>
internal sealed class WindowEdges(ConvolutionShape shape, bool joined, long features) : RowEdges
{
    public override bool IsInside(ReadOnlySpan<long> position)
    {
        for (int d = 0; d < shape.InputSpatial.Length; d++)
        {
            long start = Start(position, d);
            if (start < 0 || start + (shape.KernelSpatial[d] - 1) * shape.WindowDilation[d] >= shape.InputSpatial[d]) return false;
        }
        return true;
    }

    public override (long First, long Past) Inside(ReadOnlySpan<long> position, long segment)
    {
        (long first, long past) = (0, features);
        int last = shape.InputSpatial.Length - 1;
        for (int d = last; d >= 0; d--)
        {
            long start = Start(position, d), size = shape.InputSpatial[d];
            if (d == last && joined)
            {
                (first, past) = (Math.Max(-start, 0) * features, Math.Min(size - start, shape.KernelSpatial[d]) * features);
                continue;
            }
            (segment, long tap) = Math.DivRem(segment, shape.KernelSpatial[d]);
            start += tap * shape.WindowDilation[d];
            if (start < 0 || start >= size) return (0, 0);
        }
        return (first, past);
    }

    private long Start(ReadOnlySpan<long> position, int d) => position[d + 1] * shape.Strides[d] - shape.PadLow[d];
}
