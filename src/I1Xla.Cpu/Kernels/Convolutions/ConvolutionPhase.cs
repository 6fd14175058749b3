namespace I1Xla.Cpu.Kernels.Convolutions;

/// <summary>
/// A part of a convolution over a dilated base (a transposed convolution, the gradient of a strided one) without the zeros: with elements D apart, every
/// D-th output meets the same taps of the window, so that each of the D phases is a convolution with every D-th tap over the base as it is.
/// </summary>
/// <param name="Shape">The convolution, whose kernel and result are every <paramref name="Apart"/>-th tap and output.</param>
/// <param name="Dimension">Along which spatial dimension.</param>
/// <param name="Apart">D.</param>
/// <param name="FirstTap">The first tap in memory.</param>
/// <param name="FirstOutput">The first output.</param>
internal sealed record ConvolutionPhase(ConvolutionShape Shape, int Dimension, long Apart, long FirstTap, long FirstOutput)
{
    /// <summary>The phases along the first dimension that has such; none where no dimension has. They may have more along others, and no taps at all.</summary>
    public static IEnumerable<ConvolutionPhase> Of(ConvolutionShape shape)
    {
        int d = Array.FindIndex(shape.BaseDilation, b => b > 1);
        while (d >= 0 && (shape.Strides[d] != 1 || shape.WindowDilation[d] != 1)) d = Array.FindIndex(shape.BaseDilation, d + 1, b => b > 1);
        if (d < 0) yield break;
        long apart = shape.BaseDilation[d], places = shape.KernelSpatial[d];
        for (long r = 0; r < Math.Min(apart, shape.OutputSpatial[d]); r++)
        {
            (long first, long low) = Start(shape.PadLow[d], r, apart);
            long taps = Math.Max(places - first + apart - 1, 0) / apart;
            ConvolutionShape phase = shape with
            {
                BaseDilation = With(shape.BaseDilation, d, 1),
                PadLow = With(shape.PadLow, d, low),
                KernelSpatial = With(shape.KernelSpatial, d, taps),
                OutputSpatial = With(shape.OutputSpatial, d, (shape.OutputSpatial[d] - r + apart - 1) / apart),
            };
            long firstTap = taps == 0 ? 0 : shape.Reversal[d] ? places - 1 - first - (taps - 1) * apart : first;
            yield return new ConvolutionPhase(phase, d, apart, firstTap, r);
        }
    }

    /// <summary>The layout of every D-th element along the dimension.</summary>
    public ConvolutionLayout Apply(ConvolutionLayout layout) => layout with { Spatial = With(layout.Spatial, Dimension, layout.Spatial[Dimension] * Apart) };

    /// <summary>Of a phase: output r + D q meets tap first + D u at element q + u - low.</summary>
    public static (long First, long Low) Start(long padLow, long r, long apart)
    {
        long first = (((padLow - r) % apart) + apart) % apart;
        return (first, (padLow - r - first) / apart);
    }

    /// <summary>The values with another one in one place.</summary>
    public static long[] With(long[] values, int at, long value) => [.. values[..at], value, .. values[(at + 1)..]];
}
