using System.Runtime.InteropServices;
using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A box of elements copied between two dense tensors: sizes, and where it lies in each.</summary>
internal static unsafe class BoxCopy
{
    /// <summary>Reads a scalar index of any integer kind.</summary>
    public static long Index(byte* at, ElementKind kind) => kind switch
    {
        ElementKind.I2 or ElementKind.I4 or ElementKind.I8 => *(sbyte*)at,
        ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8 => *at,
        ElementKind.I16 => *(short*)at,
        ElementKind.UI16 => *(ushort*)at,
        ElementKind.I32 => *(int*)at,
        ElementKind.UI32 => *(uint*)at,
        ElementKind.UI64 => (long)Math.Min(*(ulong*)at, long.MaxValue),
        _ => *(long*)at,
    };

    /// <summary>Copies.</summary>
    public static void Copy(byte* from, long[] fromStrides, byte* to, long[] toStrides, long[] sizes, int element)
    {
        // Trailing dimensions that are contiguous in both are one run.
        int inner = sizes.Length;
        long run = element;
        while (inner > 0 && fromStrides[inner - 1] * element == run && toStrides[inner - 1] * element == run)
        {
            run *= sizes[--inner];
        }
        long[] at = new long[inner];
        long count = 1;
        for (int d = 0; d < inner; d++)
        {
            count *= sizes[d];
        }
        for (long i = 0; i < count; i++)
        {
            NativeMemory.Copy(from, to, (nuint)run);
            for (int d = inner - 1; d >= 0; d--)
            {
                from += fromStrides[d] * element;
                to += toStrides[d] * element;
                if (++at[d] < sizes[d])
                {
                    break;
                }
                from -= fromStrides[d] * element * sizes[d];
                to -= toStrides[d] * element * sizes[d];
                at[d] = 0;
            }
        }
    }
}

/// <summary>dynamic_slice of what nothing writes to: the slice is read where it lies (<see cref="MemoryPlanner.IsWithin"/>).</summary>
internal sealed unsafe class SliceWithinStep(HloNode node, int[] inputs, int output) : Step
{
    private readonly SliceStart _start = new(node.Inputs[0], node.Dims, node.Inputs.AsSpan(1), inputs.AsSpan(1));

    public override bool TryEmit(RoundEmitter round, CpuProgram program) => round.Point(output, inputs[0], _start.Indices);

    public override void Run(byte** slots, byte* arena, ExecutionContext context) => slots[output] = slots[inputs[0]] + _start.Bytes(slots);
}

/// <summary>dynamic_slice: starts are clamped so that the slice is inside.</summary>
internal sealed unsafe class DynamicSliceStep(HloNode node, int[] inputs, int output) : Step
{
    private readonly SliceStart _start = new(node.Inputs[0], node.Dims, node.Inputs.AsSpan(1), inputs.AsSpan(1));
    private readonly long[] _to = FusionRoot.DenseStrides(node.Dims);

    public override bool TryEmit(RoundEmitter round, CpuProgram program) => _start.LiesInOnePiece && round.CopyPart(inputs[0], _start.Indices, output, [], node.Bytes);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* from = slots[inputs[0]] + _start.Bytes(slots);
        if (_start.LiesInOnePiece)
        {
            CopyStep.Copy(context.Pool, from, slots[output], node.Bytes);
        }
        else if (node.Count > 0)
        {
            StridedCopy.Run(from, slots[output], node.Kind.StorageBytes(), node.Dims, _start.Strides, _to, context.Pool);
        }
    }
}

/// <summary>dynamic_update_slice: the operand is copied unless the result lies over it.</summary>
internal sealed unsafe class DynamicUpdateSliceStep(HloNode node, int[] inputs, int output) : Step
{
    private readonly HloNode _update = node.Inputs[1];
    private readonly SliceStart _start = new(node, node.Inputs[1].Dims, node.Inputs.AsSpan(2), inputs.AsSpan(2));
    private readonly long[] _from = FusionRoot.DenseStrides(node.Inputs[1].Dims);

    public override bool TryEmit(RoundEmitter round, CpuProgram program) => _start.LiesInOnePiece
        && (program.AreSame(inputs[0], output) || round.CopyAll(inputs[0], output, node.Bytes)) && round.CopyPart(inputs[1], [], output, _start.Indices, _update.Bytes);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        CopyStep.Copy(context.Pool, slots[inputs[0]], slots[output], node.Bytes);
        byte* to = slots[output] + _start.Bytes(slots);
        if (_start.LiesInOnePiece)
        {
            CopyStep.Copy(context.Pool, slots[inputs[1]], to, _update.Bytes);
        }
        else if (_update.Count > 0)
        {
            StridedCopy.Run(slots[inputs[1]], to, node.Kind.StorageBytes(), _update.Dims, _from, _start.Strides, context.Pool);
        }
    }
}
