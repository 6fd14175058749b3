using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Attention;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Rewrites;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Where an operand's heads and matrices lie: the data pointer holds the offset in bytes.</summary>
internal readonly record struct AttentionOperand(MatrixOperand Matrix, long[] Offsets);

/// <summary>Brings operands of attention into the kernels' form.</summary>
internal static unsafe class AttentionLowering
{
    /// <summary>How an input lies in memory, as a view where each of the matrix's dimensions has one stride, and else in its own memory.</summary>
    public static OperandView View(HloNode node, int input)
    {
        var attention = (HloAttention)node.Payload!;
        OperandView view = OperandView.Of(node.Inputs[input]);
        int[] labels = attention.Inputs[input];
        bool isMatrix = Enumerable.Range(0, labels.Length).All(d => labels[d] < HloAttention.Query || view.Dimensions[d].Length <= 1);
        return isMatrix ? view : OperandView.Dense(node.Inputs[input]);
    }

    /// <summary>An operand whose rows and columns are the dimensions labelled so.</summary>
    public static AttentionOperand Operand(HloAttention attention, OperandView view, ElementKind kind, int[] labels, int row, int column)
    {
        var offsets = new long[attention.Heads];
        for (long head = 0; head < offsets.Length; head++)
        {
            long rest = head;
            for (int axis = attention.Batch.Length - 1; axis >= 0; axis--)
            {
                long at = rest % attention.Batch[axis];
                rest /= attention.Batch[axis];
                int d = Array.IndexOf(labels, axis);
                for (int f = d < 0 ? -1 : view.Dimensions[d].Length - 1; f >= 0; f--)
                {
                    (long extent, long stride) = view.Dimensions[d][f];
                    offsets[head] += at % extent * stride;
                    at /= extent;
                }
            }
        }
        long Stride(int label) => Array.IndexOf(labels, label) is >= 0 and int d && view.Dimensions[d] is [(_, long stride)] ? stride : 0;
        MatmulType type = kind switch { ElementKind.BF16 => MatmulType.BF16, ElementKind.F16 => MatmulType.F16, _ => MatmulType.F32 };
        return new AttentionOperand(new MatrixOperand((void*)(view.Offset * kind.StorageBytes()), type, Stride(row), Stride(column)), offsets);
    }

    /// <summary>A result in its own memory.</summary>
    public static AttentionOperand Result(HloAttention attention, HloNode result, int[] labels, int row, int column) =>
        Operand(attention, OperandView.Dense(result), result.Kind, labels, row, column);

    /// <summary>The forward problem of a node; offsets are in the data pointers.</summary>
    public static AttentionProblem Forward(HloNode node, OperandView[] views)
    {
        var attention = (HloAttention)node.Payload!;
        AttentionOperand Of(int i, int row, int column) => Operand(attention, views[i], node.Inputs[i].Kind, attention.Inputs[i], row, column);
        AttentionOperand q = Of(0, HloAttention.Query, HloAttention.Feature), k = Of(1, HloAttention.Key, HloAttention.Feature), v = Of(2, HloAttention.Key, HloAttention.ValueFeature);
        var problem = new AttentionProblem
        {
            QueryTokens = attention.Queries,
            KeyTokens = attention.Keys,
            HeadDim = (int)attention.Features,
            ValueDim = (int)attention.ValueFeatures,
            Q = q.Matrix,
            K = k.Matrix,
            V = v.Matrix,
            QOffsets = q.Offsets,
            KOffsets = k.Offsets,
            VOffsets = v.Offsets,
            Scale = attention.Scale,
            MaskedScore = attention.MaskedScore,
            MaskInverted = attention.MaskInverted,
        };
        int extra = node.Op == HloOp.Attention ? 3 : 6;
        if (attention.HasBias)
        {
            AttentionOperand bias = Of(extra++, HloAttention.Query, HloAttention.Key);
            (problem.Bias, problem.BiasOffsets) = (bias.Matrix, bias.Offsets);
        }
        if (attention.HasMask)
        {
            AttentionOperand mask = Of(extra, HloAttention.Query, HloAttention.Key);
            (problem.Mask, problem.MaskOffsets) = (mask.Matrix, mask.Offsets);
        }
        return problem;
    }

    /// <summary>Adds a slot's memory to an operand.</summary>
    public static void Place(ref MatrixOperand operand, byte** slots, int slot) => operand.Data = slots[slot] + (long)operand.Data;

    /// <summary>Places the operands, bias and mask; <paramref name="inputs"/> are the slots.</summary>
    public static void Place(ref AttentionProblem problem, HloAttention attention, byte** slots, int[] inputs, int extra)
    {
        Place(ref problem.Q, slots, inputs[0]);
        Place(ref problem.K, slots, inputs[1]);
        Place(ref problem.V, slots, inputs[2]);
        if (attention.HasBias) Place(ref problem.Bias, slots, inputs[extra++]);
        if (attention.HasMask) Place(ref problem.Mask, slots, inputs[extra]);
    }

    /// <summary>Multiply-adds times two of some of the products.</summary>
    public static double Flops(HloAttention a, int ofFeatures, int ofValueFeatures) =>
        2.0 * a.Heads * a.Queries * a.Keys * (ofFeatures * a.Features + ofValueFeatures * a.ValueFeatures);
}

/// <summary>Runs attention.</summary>
internal sealed unsafe class AttentionStep : Step
{
    private readonly HloAttention _attention;
    private readonly AttentionProblem _problem;
    private readonly int[] _inputs;
    private readonly int _output, _statistics;
    private readonly IsaLevel _isa;

    /// <param name="node">The node.</param>
    /// <param name="views">How its inputs lie.</param>
    /// <param name="results">Its results.</param>
    /// <param name="slot">Slots of nodes in memory.</param>
    /// <param name="isa">The instructions it may use.</param>
    public AttentionStep(HloNode node, OperandView[] views, HloNode[] results, Func<HloNode, int> slot, IsaLevel isa)
    {
        _isa = isa;
        _attention = (HloAttention)node.Payload!;
        _problem = AttentionLowering.Forward(node, views);
        AttentionOperand o = AttentionLowering.Result(_attention, results[0], _attention.Results[0], HloAttention.Query, HloAttention.ValueFeature);
        (_problem.O, _problem.OOffsets) = (o.Matrix, o.Offsets);
        _inputs = [.. views.Select(v => slot(v.Base))];
        (_output, _statistics) = (slot(results[0]), slot(results[1]));
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        AttentionProblem p = _problem;
        AttentionLowering.Place(ref p, _attention, slots, _inputs, 3);
        AttentionLowering.Place(ref p.O, slots, _output);
        p.Maximum = (float*)slots[_statistics];
        p.Sum = p.Maximum + _attention.Heads * _attention.Queries;
        AttentionKernel.Forward(p, context.Pool, _isa);
    }
}

/// <summary>Runs the gradient of attention.</summary>
internal sealed unsafe class AttentionGradientStep : Step
{
    private readonly HloAttention _attention;
    private readonly AttentionGradientProblem _problem;
    private readonly int[] _inputs;
    private readonly int[] _outputs = [-1, -1, -1];
    private readonly IsaLevel _isa;

    /// <param name="node">The node.</param>
    /// <param name="views">How its inputs lie.</param>
    /// <param name="results">Its results.</param>
    /// <param name="slot">Slots of nodes in memory.</param>
    /// <param name="isa">The instructions it may use.</param>
    public AttentionGradientStep(HloNode node, OperandView[] views, HloNode[] results, Func<HloNode, int> slot, IsaLevel isa)
    {
        _isa = isa;
        HloAttention a = _attention = (HloAttention)node.Payload!;
        _problem.Forward = AttentionLowering.Forward(node, views);
        AttentionOperand o = AttentionLowering.Operand(a, views[3], node.Inputs[3].Kind, a.Inputs[3], HloAttention.Query, HloAttention.ValueFeature);
        AttentionOperand gradient = AttentionLowering.Operand(a, views[5], node.Inputs[5].Kind, a.Inputs[5], HloAttention.Query, HloAttention.ValueFeature);
        (_problem.Forward.O, _problem.Forward.OOffsets) = (o.Matrix, o.Offsets);
        (_problem.GradientO, _problem.GradientOOffsets) = (gradient.Matrix, gradient.Offsets);
        _problem.MaskGradient = a.MaskGradient;
        for (int i = 0; i < a.Gradients.Length; i++)
        {
            int which = a.Gradients[i];
            AttentionOperand result = AttentionLowering.Result(
                a, results[i], a.Results[i], which == 0 ? HloAttention.Query : HloAttention.Key, which == 2 ? HloAttention.ValueFeature : HloAttention.Feature);
            _outputs[which] = slot(results[i]);
            switch (which)
            {
                case 0:
                    (_problem.GradientQ, _problem.GradientQOffsets, _problem.ScaleQ) = (result.Matrix, result.Offsets, a.GradientScales[i]);
                    break;
                case 1:
                    (_problem.GradientK, _problem.GradientKOffsets, _problem.ScaleK) = (result.Matrix, result.Offsets, a.GradientScales[i]);
                    break;
                default:
                    (_problem.GradientV, _problem.GradientVOffsets, _problem.ScaleV) = (result.Matrix, result.Offsets, a.GradientScales[i]);
                    break;
            }
        }
        _inputs = [.. views.Select(v => slot(v.Base))];
    }

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        AttentionGradientProblem p = _problem;
        AttentionLowering.Place(ref p.Forward, _attention, slots, _inputs, 6);
        AttentionLowering.Place(ref p.Forward.O, slots, _inputs[3]);
        AttentionLowering.Place(ref p.GradientO, slots, _inputs[5]);
        if (_outputs[0] >= 0) AttentionLowering.Place(ref p.GradientQ, slots, _outputs[0]);
        if (_outputs[1] >= 0) AttentionLowering.Place(ref p.GradientK, slots, _outputs[1]);
        if (_outputs[2] >= 0) AttentionLowering.Place(ref p.GradientV, slots, _outputs[2]);
        p.Forward.Maximum = (float*)slots[_inputs[4]];
        p.Forward.Sum = p.Forward.Maximum + _attention.Heads * _attention.Queries;
        AttentionGradientKernel.Run(p, context.Pool, _isa);
    }
}
