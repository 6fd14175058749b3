using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Convolutions;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Runs a convolution of f32 on the implicit matrix product.</summary>
internal sealed unsafe class ConvolutionStep : Step
{
    private readonly int[] _inputs;
    private readonly int _output;
    private readonly ConvolutionShape _shape;
    private readonly ConvolutionLayout _input, _kernel, _result;
    private readonly IsaLevel _isa;

    public ConvolutionStep(HloNode node, int[] inputs, int output, IsaLevel isa)
    {
        _isa = isa;
        _inputs = inputs;
        _output = output;
        var c = (HloConvolution)node.Payload!;
        ConvDimensionNumbersAttr n = c.Numbers;
        long[] x = node.Inputs[0].Dims, k = node.Inputs[1].Dims, y = node.Dims;
        _shape = new ConvolutionShape
        {
            Batch = x[n.InputBatchDimension],
            InputFeatures = x[n.InputFeatureDimension],
            OutputFeatures = y[n.OutputFeatureDimension],
            InputSpatial = Pick(x, n.InputSpatialDimensions),
            KernelSpatial = Pick(k, n.KernelSpatialDimensions),
            OutputSpatial = Pick(y, n.OutputSpatialDimensions),
            Strides = c.Strides.ToArray(),
            PadLow = c.PadLow.ToArray(),
            BaseDilation = c.LhsDilation.ToArray(),
            WindowDilation = c.RhsDilation.ToArray(),
            Reversal = c.Reversal.ToArray(),
            FeatureGroups = c.FeatureGroups,
            BatchGroups = c.BatchGroups,
        };
        _input = Layout(x, n.InputBatchDimension, n.InputFeatureDimension, n.InputSpatialDimensions);
        _kernel = Layout(k, n.KernelInputFeatureDimension, n.KernelOutputFeatureDimension, n.KernelSpatialDimensions);
        _result = Layout(y, n.OutputBatchDimension, n.OutputFeatureDimension, n.OutputSpatialDimensions);
    }

    /// <summary>Multiply-adds times two, without the zeros of a dilated base.</summary>
    public static double FlopsOf(HloNode node)
    {
        var c = (HloConvolution)node.Payload!;
        double window = c.Numbers.KernelSpatialDimensions.Aggregate(1.0, (p, d) => p * node.Inputs[1].Dims[d]) / c.LhsDilation.Aggregate(1.0, (p, d) => p * d);
        return 2 * node.Count * window * node.Inputs[1].Dims[c.Numbers.KernelInputFeatureDimension];
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        if (_shape.MultiplyAdds <= DirectConvolution.MostMultiplyAdds)
        {
            DirectConvolution.Run(_shape, (float*)slots[_inputs[0]], _input, (float*)slots[_inputs[1]], _kernel, (float*)slots[_output], _result);
            return;
        }
        ConvolutionKernel.Run(_shape, slots[_inputs[0]], _input, slots[_inputs[1]], _kernel, slots[_output], _result, context.Pool, _isa);
    }

    private static long[] Pick(long[] dims, ValueArray<long> which) => which.Select(d => dims[d]).ToArray();

    private static ConvolutionLayout Layout(long[] dims, long outer, long feature, ValueArray<long> spatial)
    {
        long[] strides = FusionRoot.DenseStrides(dims);
        return new ConvolutionLayout(MatmulType.F32, strides[outer], strides[feature], Pick(strides, spatial));
    }
}
