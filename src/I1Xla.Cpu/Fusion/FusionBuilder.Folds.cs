using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.Cpu.Runtime;

namespace I1Xla.Cpu.Fusion;

/// <summary>Folds: slots hold what is folded so far, lanes run along an outer loop, and a stage takes the elements of each lane in their order.</summary>
internal sealed partial class FusionBuilder
{
    // Where the slots of each fold start.
    private readonly List<(HloNode Node, Affine[] Index, int Slot)> _folds = [];

    private int Fold(HloNode node, Affine[] index, Stage stage)
    {
        HashSet<int> used = Variables(index);
        if (used.Count < _rootVariables.Count || !used.IsSubsetOf(_rootVariables) || (_outer is not null && !_outer.SetEquals(used)))
        {
            return FromMemory(node, index, stage);
        }
        if (_outer is null)
        {
            _outer = used;
            _outerFromReduce = true;
            throw new SplitRequested(renumbers: false);
        }
        int known = _folds.FindIndex(f => ReferenceEquals(f.Node.Payload, node.Payload) && f.Node.Inputs.SequenceEqual(node.Inputs, ReferenceEqualityComparer.Instance) && f.Index.AsSpan().SequenceEqual(index));
        int slot = known >= 0 ? _folds[known].Slot : FoldStages(node, index);
        int result = slot + (int)node.A[1];
        _inlined.Add(node);
        if (extraStore(node) && !_stored.Contains(node))
        {
            var after = new Stage([]);
            if (CoversOnce(node, index, after))
            {
                _outputs.Add(node);
                Store(after, node, node.Kind, Linear(node.Dims, index), GetSlot(after, node, result));
                _stages.Add(new LoopStage([], after.Body.Finish()));
            }
        }
        return GetSlot(stage, node, result);
    }

    private static int GetSlot(Stage stage, HloNode node, int slot) => stage.Body.Emit(new LoopInstruction(LoopOpcode.GetSlot, LoopKernel.LaneOf(node.Kind), Index: slot));

    // The first elements, then the body for each of the others; the first slot.
    private int FoldStages(HloNode node, Affine[] index)
    {
        var fold = (HloFold)node.Payload!;
        int d = (int)node.A[0];
        var loops = new List<int>();
        Affine along = _space.Dimension(node.Inputs[0], ReducedDimension + d, node.Inputs[0].Dims[d] - 1, loops);
        var start = new Stage([]);
        int[] firsts = Elements(start, Affine.Zero);
        var again = new Stage(loops);
        int[] elements = Elements(again, along.Plus(1));
        int slot = _slotCount;
        _slotCount += firsts.Length;
        _folds.Add((node, index, slot));
        Set(start, firsts);
        int[] sofar = [.. node.Inputs.Select((x, i) => GetSlot(again, x, slot + i))];
        int[] made = RegionLoop.Lower(again.Body, fold.Parameters, fold.Results, [.. sofar, .. elements]);
        // Slots are set one after the other: what only goes from one to another is read before.
        Set(again, [.. made.Select((value, i) => value == sofar[i] ? -1 : Array.IndexOf(sofar, value) >= 0 ? again.Body.Copy(value) : value)]);
        return slot;

        int[] Elements(Stage stage, Affine at) => [.. node.Inputs.Select(x => Eval(x, [.. index[..d], at, .. index[d..]], stage))];

        void Set(Stage stage, int[] values)
        {
            foreach ((int i, int value) in values.Index().Where(v => v.Item >= 0))
            {
                stage.Body.Emit(new LoopInstruction(LoopOpcode.SetSlot, stage.Body.LaneOf(value), value, Index: slot + i));
            }
            _stages.Add(new LoopStage([.. stage.Loops], stage.Body.Finish()));
        }
    }
}
