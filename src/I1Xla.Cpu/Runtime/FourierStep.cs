using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels.Fourier;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A Fourier transform along one dimension.</summary>
internal sealed unsafe class FourierStep : Step
{
    private readonly int _input, _output;
    private readonly long _outer;
    private readonly FourierKernel<float>? _single;
    private readonly FourierKernel<double>? _double;

    public FourierStep(HloNode node, int input, int output)
    {
        (_input, _output) = (input, output);
        var how = (HloFourier)node.Payload!;
        // Without the two parts of each element.
        long[] dims = how.Kind == FourierKind.RealForward ? node.Inputs[0].Dims : node.Inputs[0].Dims[..^1];
        _outer = HloBuilder.Product(dims.AsSpan(0, how.Dimension));
        int inner = checked((int)HloBuilder.Product(dims.AsSpan(how.Dimension + 1)));
        if (node.Kind == ElementKind.F32)
        {
            _single = new FourierKernel<float>(how.Kind, how.Length, inner);
        }
        else
        {
            _double = new FourierKernel<double>(how.Kind, how.Length, inner);
        }
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        _single?.Run((float*)slots[_input], (float*)slots[_output], _outer, context.Pool);
        _double?.Run((double*)slots[_input], (double*)slots[_output], _outer, context.Pool);
    }
}
