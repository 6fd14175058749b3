using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A scalar region as a loop over elements that were gathered into buffers.</summary>
internal static class RegionLoop
{
    /// <summary>The extent of a loop that runs over as many elements as it is asked for.</summary>
    public const long MostElements = 1L << 40;

    /// <summary>The loop; its buffers are those of the parameters, a step of one element apart, and of the captured values, which are one element each.</summary>
    /// <param name="parameters">What the region takes; scalar nodes.</param>
    /// <param name="captured">Scalar values from outside.</param>
    /// <param name="results">What it gives, of these.</param>
    /// <param name="firstResult">The buffer of the first result: 0 where results overwrite parameters, or one behind all others.</param>
    public static LoopKernel Make(HloNode[] parameters, HloNode[] captured, HloNode[] results, int firstResult)
    {
        var body = new LoopBody();
        var accesses = new List<LoopAccess>();
        var values = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        foreach (HloNode leaf in parameters.Concat(captured))
        {
            values[leaf] = body.Emit(new LoopInstruction(LoopOpcode.Load, LoopKernel.LaneOf(leaf.Kind), Index: Access(accesses.Count, leaf.Kind, values.Count < parameters.Length ? 1 : 0)));
        }
        int[] made = [.. results.Select(r => Lower(body, r, values))];
        for (int i = 0; i < made.Length; i++)
        {
            int at = firstResult + i < accesses.Count ? firstResult + i : Access(firstResult + i, results[i].Kind, 1);
            body.Emit(new LoopInstruction(LoopOpcode.Store, body.LaneOf(made[i]), made[i], Index: at));
        }
        return new LoopKernel
        {
            Extents = [MostElements],
            Outer = [],
            Stages = [new LoopStage([0], body.Finish())],
            Accesses = [.. accesses],
            Buffers = accesses.Count,
        };

        int Access(int buffer, ElementKind kind, long step)
        {
            accesses.Add(new LoopAccess(buffer, LoopKernel.MemoryKind(kind), 0, [step]));
            return accesses.Count - 1;
        }
    }

    /// <summary>Results of a region as instructions, of what its parameters are.</summary>
    public static int[] Lower(LoopBody body, HloNode[] parameters, HloNode[] results, int[] given)
    {
        var values = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        foreach ((int i, HloNode parameter) in parameters.Index())
        {
            values.Add(parameter, given[i]);
        }
        return [.. results.Select(r => Lower(body, r, values))];
    }

    /// <summary>A node of one element as an instruction, with all that it needs and <paramref name="values"/> does not have yet.</summary>
    public static int Lower(LoopBody body, HloNode node, Dictionary<HloNode, int> values)
    {
        if (!values.TryGetValue(node, out int value))
        {
            values[node] = value = Make(body, node, x => Lower(body, x, values));
        }
        return value;
    }

    /// <summary>A node of one element as an instruction, of what its operands are.</summary>
    public static int Make(LoopBody body, HloNode node, Func<HloNode, int> operand)
    {
        int[] x = [.. node.Inputs.Select(operand)];
        return node.Op == HloOp.Constant ? ElementwiseLowering.Constant(body, node.Kind, node.Constant!.Data.Span) : node.Op.IsView() ? x[0] : ElementwiseLowering.Lower(body, node, x);
    }
}
