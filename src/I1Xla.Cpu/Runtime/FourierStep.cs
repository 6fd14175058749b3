using System.Runtime.Intrinsics;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels.Fourier;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A Fourier transform along one dimension.</summary>
internal sealed unsafe class FourierStep : Step
{
    private readonly int _input, _output;
    private readonly long _outer;
    private readonly IFourierKernel _kernel;

    public FourierStep(HloNode node, int input, int output)
    {
        (_input, _output) = (input, output);
        var how = (HloFourier)node.Payload!;
        // Without the two parts of each element.
        long[] dims = how.Kind == FourierKind.RealForward ? node.Inputs[0].Dims : node.Inputs[0].Dims[..^1];
        _outer = HloBuilder.Product(dims.AsSpan(0, how.Dimension));
        int inner = checked((int)HloBuilder.Product(dims.AsSpan(how.Dimension + 1)));
        bool wide = Vector512.IsHardwareAccelerated;
        _kernel = node.Kind == ElementKind.F32
            ? wide ? new FourierKernel<float, Lanes512<float>>(how.Kind, how.Length, inner) : new FourierKernel<float, Lanes256<float>>(how.Kind, how.Length, inner)
            : wide ? new FourierKernel<double, Lanes512<double>>(how.Kind, how.Length, inner) : new FourierKernel<double, Lanes256<double>>(how.Kind, how.Length, inner);
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context) => _kernel.Run(slots[_input], slots[_output], _outer, context.Pool);
}
