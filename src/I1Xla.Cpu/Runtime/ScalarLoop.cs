using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A while over single numbers, and single elements of arrays, as one loop, which keeps the numbers that it carries in registers from one iteration to the next.</summary>
internal static class ScalarLoop
{
    // Of condition and body together, so that what is alive at once fits the frame.
    private const int MostNodes = 1024;

    /// <summary>
    /// The loop: its buffers are those of the inputs, then of the results; arrays that it carries are taken from their results, where they have to be before. Null where the
    /// condition or the body holds more than <see cref="ScalarArrays"/> makes instructions of.
    /// </summary>
    /// <param name="loop">The while.</param>
    public static LoopKernel? TryMake(HloNode loop)
    {
        (HloComputation condition, HloComputation step) = (loop.Computations[0], loop.Computations[1]);
        if (!ScalarArrays.Holds(condition) || !ScalarArrays.Holds(step) || condition.Schedule().Count + step.Schedule().Count > MostNodes)
        {
            return null;
        }
        int inputs = loop.Inputs.Length, carried = step.Roots.Length, holds = inputs;
        LoopAccess[] accesses = [.. loop.Inputs.Concat(step.Roots).Select((node, i) => new LoopAccess(i, node.Kind, 0, []))];
        int[] place = [.. loop.Inputs.Select((node, i) => i < carried && ScalarArrays.IsArray(node) ? inputs + i : i)];
        var first = new LoopBody();
        int[] given = [.. loop.Inputs.Select((node, i) => ScalarArrays.IsArray(node) ? place[i] : first.Emit(new LoopInstruction(LoopOpcode.Load, LoopKernel.LaneOf(node.Kind), Index: i)))];
        Set(first, given, new ScalarArrays(first, condition, given, versions: 0).Lower(condition.Roots[0]));

        var again = new LoopBody();
        int[] old = [.. loop.Inputs.Select((node, i) => ScalarArrays.IsArray(node) ? place[i] : Get(again, node, i))];
        var round = new ScalarArrays(again, step, old, versions: 0);
        int[] made = [.. step.Roots.Select((root, i) => round.Lower(root) is >= 0 and var value ? value : place[i])];
        if (round.Failed)
        {
            return null;
        }
        // Slots are set one after the other: a value that only goes to another place is read before.
        int[] next = [.. made.Select((value, i) => !ScalarArrays.IsArray(loop.Inputs[i]) && value != old[i] && Numbers(old).Contains(value) ? again.Copy(value) : value)];
        int holdsAgain = new ScalarArrays(again, condition, [.. next, .. old[carried..]], versions: step.Schedule().Count).Lower(condition.Roots[0]);
        Set(again, [.. next.Select((value, i) => value == old[i] ? -1 : value)], holdsAgain);

        var last = new LoopBody();
        foreach (int i in Enumerable.Range(0, carried).Where(i => !ScalarArrays.IsArray(loop.Inputs[i])))
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

        IEnumerable<int> Numbers(int[] values) => values.Where((_, i) => !ScalarArrays.IsArray(loop.Inputs[i]));

        void Set(LoopBody body, int[] values, int verdict)
        {
            foreach ((int slot, int value) in values.Append(verdict).Index())
            {
                if (value >= 0 && (slot == values.Length || !ScalarArrays.IsArray(loop.Inputs[slot])))
                {
                    body.Emit(new LoopInstruction(LoopOpcode.SetSlot, body.LaneOf(value), value, Index: slot < values.Length ? slot : holds));
                }
            }
        }
    }

    private static int Get(LoopBody body, HloNode node, int slot) => body.Emit(new LoopInstruction(LoopOpcode.GetSlot, LoopKernel.LaneOf(node.Kind), Index: slot));
}
