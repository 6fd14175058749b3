using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A while over single numbers as one loop, which keeps what it carries in registers from one iteration to the next.</summary>
internal static class ScalarLoop
{
    // Of condition and body together, so that what is alive at once fits the frame.
    private const int MostNodes = 1024;

    /// <summary>
    /// The loop: its buffers are those of the inputs, then of the results. Null where a value is no single number, or the condition or the body holds more than
    /// elementwise operations.
    /// </summary>
    /// <param name="loop">The while.</param>
    public static LoopKernel? TryMake(HloNode loop)
    {
        (HloComputation condition, HloComputation step) = (loop.Computations[0], loop.Computations[1]);
        if (!IsElementwise(condition) || !IsElementwise(step) || condition.Schedule().Count + step.Schedule().Count > MostNodes)
        {
            return null;
        }
        int inputs = loop.Inputs.Length, carried = step.Roots.Length, holds = inputs;
        LoopAccess[] accesses = [.. loop.Inputs.Concat(step.Roots).Select((node, i) => new LoopAccess(i, node.Kind, 0, []))];
        var first = new LoopBody();
        int[] given = [.. loop.Inputs.Select((node, i) => first.Emit(new LoopInstruction(LoopOpcode.Load, LoopKernel.LaneOf(node.Kind), Index: i)))];
        Set(first, given, RegionLoop.Lower(first, condition.Parameters, condition.Roots, given)[0]);

        var again = new LoopBody();
        int[] old = [.. loop.Inputs.Select((node, i) => Get(again, node, i))];
        int[] made = RegionLoop.Lower(again, step.Parameters, step.Roots, old);
        // Slots are set one after the other: a value that only goes to another place is read before.
        int[] next = [.. made.Select((value, i) => value != old[i] && Array.IndexOf(old, value) >= 0 ? again.Copy(value) : value)];
        Set(again, [.. next.Select((value, i) => value == old[i] ? -1 : value)], RegionLoop.Lower(again, condition.Parameters, condition.Roots, [.. next, .. old[carried..]])[0]);

        var last = new LoopBody();
        for (int i = 0; i < carried; i++)
        {
            int value = Get(last, loop.Inputs[i], i);
            last.Emit(new LoopInstruction(LoopOpcode.Store, last.LaneOf(value), value, Index: inputs + i));
        }
        return new LoopKernel
        {
            Extents = [],
            Outer = [],
            Stages = [new LoopStage([], first.Finish()), new LoopStage([], again.Finish()), new LoopStage([], last.Finish())],
            Accesses = accesses,
            Slots = inputs + 1,
            Buffers = accesses.Length,
            Repeats = new LoopRepetition(1, holds),
        };

        void Set(LoopBody body, int[] values, int verdict)
        {
            foreach ((int slot, int value) in values.Append(verdict).Index())
            {
                if (value >= 0)
                {
                    body.Emit(new LoopInstruction(LoopOpcode.SetSlot, body.LaneOf(value), value, Index: slot < values.Length ? slot : holds));
                }
            }
        }
    }

    private static int Get(LoopBody body, HloNode node, int slot) => body.Emit(new LoopInstruction(LoopOpcode.GetSlot, LoopKernel.LaneOf(node.Kind), Index: slot));

    private static bool IsElementwise(HloComputation computation) =>
        computation.Effects.Length == 0 && computation.Parameters.Concat(computation.Roots).Concat(computation.Schedule()).All(node =>
            node.Count == 1 && (node.Op is HloOp.Parameter or HloOp.Constant || node.Op.IsElementwise() || node.Op.IsView())
            && !node.Kind.IsComplex() && LoopKernel.MemoryKind(node.Kind) == node.Kind);
}
