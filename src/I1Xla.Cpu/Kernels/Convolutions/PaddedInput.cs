using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>
/// The input of a convolution as [batch, spatial..., features]: as it lies, if its features are adjacent and few windows reach into padding (those are
/// unfolded as they are packed); else a copy with padding and base dilation in place.
/// </summary>
internal sealed unsafe class PaddedInput
{
    /// <summary>What unfolding an element of a window costs, of copying one of the input; and how many elements a tap's first costs.</summary>
    private const double UnfoldCost = 2, TapCost = 32;

    private readonly ConvolutionShape _shape;
    private readonly ConvolutionLayout _layout;
    private readonly long[] _sizes;

    public PaddedInput(ConvolutionShape shape, ConvolutionLayout layout)
    {
        _shape = shape;
        _layout = layout;
        ElementBytes = layout.ElementBytes;
        int rank = shape.InputSpatial.Length;
        _sizes = new long[rank];
        bool adjacent = layout.Feature == 1 || shape.InputFeatures == 1;
        double inner = 1, all = 1, window = shape.InputFeatures + TapCost * shape.FeatureGroups, elements = shape.InputFeatures;
        for (int d = 0; d < rank; d++)
        {
            long stride = shape.Strides[d], low = shape.PadLow[d], reach = (shape.KernelSpatial[d] - 1) * shape.WindowDilation[d];
            // What the windows reach, from the first to the last.
            _sizes[d] = (shape.OutputSpatial[d] - 1) * stride + reach + 1;
            adjacent &= shape.BaseDilation[d] == 1;
            long first = Math.Max(low + stride - 1, 0) / stride, last = shape.InputSpatial[d] - 1 - reach + low;
            inner *= last < 0 ? 0 : Math.Max(Math.Min(last / stride + 1, shape.OutputSpatial[d]) - first, 0);
            all *= shape.OutputSpatial[d];
            window *= shape.KernelSpatial[d];
            elements *= shape.InputSpatial[d];
        }
        IsInput = adjacent && UnfoldCost * (all - inner) * window <= elements;
        IsInside = !IsInput || inner == all;
        if (IsInput)
        {
            (Outer, Spatial) = (layout.Outer, layout.Spatial);
            for (int d = 0; d < rank; d++) Start -= shape.PadLow[d] * layout.Spatial[d];
            return;
        }
        long[] strides = ConvolutionKernel.Dense([shape.Batch, .. _sizes, shape.InputFeatures]);
        (Outer, Spatial) = (strides[0], strides[1..^1]);
        Bytes = shape.Batch * strides[0] * ElementBytes;
    }

    /// <summary>Whether the input is used as it lies, from element <see cref="Start"/>.</summary>
    public bool IsInput { get; }

    /// <summary>Whether every window lies in memory, and none in padding.</summary>
    public bool IsInside { get; }

    /// <summary>Where the first window starts, when <see cref="IsInput"/>; in padding that is no element.</summary>
    public long Start { get; }

    /// <summary>Elements from one image to the next.</summary>
    public long Outer { get; }

    /// <summary>Elements between spatial neighbours.</summary>
    public long[] Spatial { get; }

    /// <summary>Size of the copy.</summary>
    public long Bytes { get; }

    /// <summary>Bytes of an element.</summary>
    public int ElementBytes { get; }

    /// <summary>Writes the padded copy.</summary>
    public void Fill(byte* input, byte* target, WorkerPool pool, IsaLevel isa)
    {
        pool.ParallelFor((Bytes + 4095) / 4096, 64, new Clear(target, Bytes));
        int rank = _sizes.Length;
        var sizes = new long[rank + 2];
        var from = new long[rank + 2];
        var to = new long[rank + 2];
        (sizes[0], from[0], to[0]) = (_shape.Batch, _layout.Outer, Outer);
        (sizes[^1], from[^1], to[^1]) = (_shape.InputFeatures, _layout.Feature, 1);
        long source = 0, destination = 0;
        for (int d = 0; d < rank; d++)
        {
            long dilation = _shape.BaseDilation[d], low = _shape.PadLow[d];
            // Input element i lands at low + i · dilation; keep those inside [0, size).
            long first = low >= 0 ? 0 : (-low + dilation - 1) / dilation;
            long last = Math.Min(_shape.InputSpatial[d] - 1, _sizes[d] - 1 - low >= 0 ? (_sizes[d] - 1 - low) / dilation : -1);
            (sizes[d + 1], from[d + 1], to[d + 1]) = (Math.Max(0, last - first + 1), _layout.Spatial[d], Spatial[d] * dilation);
            source += first * _layout.Spatial[d];
            destination += (low + first * dilation) * Spatial[d];
        }
        StridedCopy.Run(input + source * ElementBytes, target + destination * ElementBytes, ElementBytes, sizes, from, to, pool, isa);
    }

    private readonly struct Clear(byte* target, long bytes) : IParallelBody
    {
        public void Run(long begin, long end) => System.Runtime.InteropServices.NativeMemory.Clear(target + begin * 4096, (nuint)(Math.Min(end * 4096, bytes) - begin * 4096));
    }
}
