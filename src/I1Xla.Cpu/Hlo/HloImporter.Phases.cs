using I1Xla.Cpu.Kernels.Convolutions;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// Convolutions over a dilated base (transposed convolutions, gradients of strided ones) without its zeros: with elements D apart, every D-th output meets the same
/// places of the window, so that each of the D phases is a convolution with every D-th place over the base as it is. The kernel of f32 does so by itself.
/// </summary>
public sealed partial class HloImporter
{
    // What is smaller costs less than putting the phases together.
    private const double LeastPhasedWork = 1e5;

    /// <summary>The phases of one dilated dimension, interleaved; null where there is none.</summary>
    private HloNode? Phases(HloConvolution c, HloNode x, HloNode kernel, ElementKind kind, long[] dims)
    {
        ConvDimensionNumbersAttr n = c.Numbers;
        int d = Enumerable.Range(0, c.LhsDilation.Length).FirstOrDefault(i => c.LhsDilation[i] > 1 && c.Strides[i] == 1 && c.RhsDilation[i] == 1 && !c.Reversal[i], -1);
        double work = (double)HloBuilder.Product(dims) * HloBuilder.Product(kernel.Dims) / Math.Max(1, kernel.Dims[n.KernelOutputFeatureDimension]);
        if (d < 0 || !builder.Simplify || work < LeastPhasedWork)
        {
            return null;
        }
        int output = (int)n.OutputSpatialDimensions[d], window = (int)n.KernelSpatialDimensions[d];
        long apart = c.LhsDilation[d], places = kernel.Dims[window], input = x.Dims[n.InputSpatialDimensions[d]];
        long each = (dims[output] + apart - 1) / apart;
        long[] phase = ConvolutionPhase.With(dims, output, each), between = [.. phase[..(output + 1)], 1, .. phase[(output + 1)..]];
        var phases = new HloNode[apart];
        for (long r = 0; r < apart; r++)
        {
            (long first, long low) = ConvolutionPhase.Start(c.PadLow[d], r, apart);
            if (first >= places)
            {
                phases[r] = builder.Constant(kind, between, new byte[kind.StorageBytes()], true);
                continue;
            }
            HloNode part = Along(kernel, window, first, (places - first + apart - 1) / apart, apart);
            HloConvolution plain = c with
            {
                LhsDilation = ConvolutionPhase.With([.. c.LhsDilation], d, 1).ToValueArray(),
                PadLow = ConvolutionPhase.With([.. c.PadLow], d, low).ToValueArray(),
                PadHigh = ConvolutionPhase.With([.. c.PadHigh], d, each + part.Dims[window] - 1 - input - low).ToValueArray(),
            };
            if (Convolution(plain, x, part, kind, phase) is not { } made)
            {
                return null;
            }
            phases[r] = builder.Reshape(made, between);
        }
        return Along(builder.Reshape(builder.Concatenate(phases, output + 1), ConvolutionPhase.With(dims, output, each * apart)), output, 0, dims[output], 1);
    }
}
