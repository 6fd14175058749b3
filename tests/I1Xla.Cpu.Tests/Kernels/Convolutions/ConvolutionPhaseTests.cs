using I1Xla.Cpu.Kernels.Convolutions;

namespace I1Xla.Cpu.Tests.Kernels.Convolutions;

/// <summary>How convolutions over a dilated base are divided.</summary>
public sealed class ConvolutionPhaseTests
{
    // Dilation and kernel of two dimensions, and how many convolutions with taps are left.
    [TestCase(2, 2, 5, 4, 4)]
    [TestCase(3, 2, 3, 3, 6)]
    [TestCase(3, 1, 2, 5, 2)] // Of three phases, two have taps.
    [TestCase(1, 2, 6, 1, 1)]
    public void EveryTapIsInOnePhaseOfADimension(long dilation, long otherDilation, long taps, long otherTaps, int convolutions)
    {
        ConvolutionShape shape = Shape([dilation, otherDilation], [taps, otherTaps], [1, 1], [1, 1]);
        ConvolutionShape[] leaves = [.. Leaves(shape)];
        Assert.Multiple(() =>
        {
            Assert.That(leaves.Count(l => !l.KernelSpatial.Contains(0)), Is.EqualTo(convolutions));
            Assert.That(leaves.SelectMany(l => l.BaseDilation), Is.All.EqualTo(1));
            Assert.That(leaves.Sum(l => ConvolutionKernel.Product(l.KernelSpatial)), Is.EqualTo(taps * otherTaps));
            Assert.That(leaves.Sum(l => ConvolutionKernel.Product(l.OutputSpatial)), Is.EqualTo(ConvolutionKernel.Product(shape.OutputSpatial)));
        });
    }

    [Test]
    public void StepsAndSpacedTapsHaveNoPhases()
    {
        Assert.That(ConvolutionPhase.Of(Shape([2, 2], [3, 3], [2, 1], [1, 2])), Is.Empty);
        Assert.That(ConvolutionPhase.Of(Shape([2, 2], [3, 3], [2, 1], [1, 1])).Select(p => p.Dimension), Is.EqualTo([1, 1]));
    }

    private static IEnumerable<ConvolutionShape> Leaves(ConvolutionShape shape)
    {
        ConvolutionPhase[] phases = [.. ConvolutionPhase.Of(shape)];
        return phases.Length == 0 ? [shape] : phases.SelectMany(p => Leaves(p.Shape));
    }

    private static ConvolutionShape Shape(long[] dilation, long[] kernel, long[] strides, long[] window) => new()
    {
        Batch = 1,
        InputFeatures = 3,
        OutputFeatures = 5,
        InputSpatial = [9, 10],
        KernelSpatial = kernel,
        OutputSpatial = [17, 19],
        Strides = strides,
        PadLow = [1, 2],
        BaseDilation = dilation,
        WindowDilation = window,
        Reversal = [false, true],
    };
}
