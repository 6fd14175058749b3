using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// Before a dynamic slice, gather or scatter of a checked run: an index whose window does not lie inside the tensor stops the run, though StableHLO
/// defines what happens then (slices are moved inside, updates left out), since in a model it is nearly always a mistake.
/// </summary>
internal sealed unsafe class BoundsCheckStep(HloNode node, int[] inputs) : Step
{
    /// <summary>Whether a node takes indices.</summary>
    public static bool Applies(HloNode node) => node.Op is HloOp.DynamicSlice or HloOp.DynamicUpdateSlice or HloOp.Gather || (node.Op is HloOp.Scatter or HloOp.ScatterWithBody && node.A.Length == 0);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        switch (node.Op)
        {
            case HloOp.DynamicSlice:
                Starts(slots, 1, node.Dims);
                break;
            case HloOp.DynamicUpdateSlice:
                Starts(slots, 2, node.Inputs[1].Dims);
                break;
            case HloOp.Gather:
                {
                    var numbers = (GatherDimensionNumbersAttr)node.Payload!;
                    Vectors(slots, 1, numbers.IndexVectorDim, numbers.StartIndexMap, d => node.A[d]);
                    break;
                }
            default:
                {
                    (int operands, ScatterDimensionNumbersAttr numbers) = node.Payload is HloScatterBody body ? (body.Operands, body.Numbers) : (1, ((HloScatter)node.Payload!).Numbers);
                    int[] window = [.. Enumerable.Range(0, node.Inputs[0].Dims.Length).Where(d => !numbers.InsertedWindowDims.Contains(d) && !numbers.InputBatchingDims.Contains(d))];
                    Vectors(slots, operands, numbers.IndexVectorDim, numbers.ScatterDimsToOperandDims,
                        d => Array.IndexOf(window, (int)d) is var at && at >= 0 ? node.Inputs[operands + 1].Dims[numbers.UpdateWindowDims[at]] : 1);
                    break;
                }
        }
    }

    private void Starts(byte** slots, int first, long[] sizes)
    {
        for (int d = 0; d < sizes.Length; d++)
        {
            HloNode start = node.Inputs[first + d];
            Check(BoxCopy.Index(slots[inputs[first + d]], start.Kind), d, sizes[d]);
        }
    }

    private void Vectors(byte** slots, int input, long vectorDim, ValueArray<long> map, Func<long, long> size)
    {
        HloNode tensor = node.Inputs[input];
        byte* indices = slots[inputs[input]];
        long[] strides = FusionRoot.DenseStrides(tensor.Dims);
        long step = vectorDim < tensor.Dims.Length ? strides[vectorDim] : 0, length = vectorDim < tensor.Dims.Length ? tensor.Dims[vectorDim] : 1;
        int bytes = tensor.Kind.StorageBytes();
        for (long i = 0; i < tensor.Count; i++)
        {
            long component = step == 0 ? 0 : i / step % length;
            Check(BoxCopy.Index(indices + i * bytes, tensor.Kind), (int)map[(int)component], size(map[(int)component]));
        }
    }

    private void Check(long index, int dimension, long size)
    {
        long most = node.Inputs[0].Dims[dimension] - size;
        if (index >= 0 && index <= most)
        {
            return;
        }
        string what = node.Source is { } op ? $"{op.Name} at {SourcePlace.Of(op.Location)}" : node.Op.ToString();
        throw new CpuBoundsException($"{what} was given index {index} for dimension {dimension} of its {node.Inputs[0].Type} operand; with a window of {size} it must be from 0 to {most}");
    }
}
