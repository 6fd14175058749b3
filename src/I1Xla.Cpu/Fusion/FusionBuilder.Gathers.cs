using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Fusion;

/// <summary>Rows that are looked up, read where they lie.</summary>
internal sealed partial class FusionBuilder
{
    // So many rows can be split among threads.
    private const long FewestRows = 16;

    private readonly Dictionary<IndexedNode, int> _rows = [];

    private int Gather(HloNode node, Affine[] index, Stage stage)
    {
        if (RowGather.Of(node) is not { } rows)
        {
            return FromMemory(node, index, stage);
        }
        Affine[] position = rows.Position(index);
        HashSet<int> used = Variables(position);
        if (_outer is null && AreRows(used, rows.Within(index)))
        {
            _outer = used;
            throw new SplitRequested(renumbers: false);
        }
        // Which row it is must be known before the stage.
        if (_outer is null || used.Overlaps(stage.Loops) || stage.Loops.Count == 0)
        {
            return FromMemory(node, index, stage);
        }
        _inlined.Add(node);
        HloNode operand = Strip(rows.Operand);
        if (!isBuffer(operand))
        {
            Keep(operand);
        }
        int access = Access(operand, operand.Kind, rows.Within(index), Row(node, rows, position));
        return stage.Body.Emit(new LoopInstruction(LoopOpcode.Load, LoopKernel.LaneOf(operand.Kind), Index: access));
    }

    // Lanes of a fold run along an outer loop, those of looked-up rows inside.
    private void RefuseRowsInFolds()
    {
        if (_rows.Count > 0 && _stages.Exists(s => s.Folds))
        {
            throw new BufferRequested(_rows.Keys.MinBy(k => k.Node.Id).Node);
        }
    }

    // Whether lanes can run along rows, and rows are enough to be outside.
    private bool AreRows(HashSet<int> used, Affine within)
    {
        int last = _rootVariables.FindLastIndex(v => _space.Extents[v] > 1);
        return last >= 0 && used.IsSubsetOf(_rootVariables) && !used.Contains(_rootVariables[last]) && Array.Exists(within.Terms, t => t == (_rootVariables[last], 1))
            && Product(used) >= FewestRows && Product(_rootVariables.Where(v => !used.Contains(v))) >= RowGather.LeastRow;
    }

    // The slot that says where a row starts, in elements: indices are held within the operand.
    private int Row(HloNode node, RowGather rows, Affine[] position)
    {
        var key = new IndexedNode(node, position);
        if (_rows.TryGetValue(key, out int slot))
        {
            return slot;
        }
        var stage = new Stage([]);
        LoopBody body = stage.Body;
        int sum = -1;
        for (int i = 0; i < rows.Starts.Length; i++)
        {
            (long most, long stride) = rows.Starts[i];
            (HloNode index, Affine[] where) = rows.Index(position, i);
            int at = Eval(index, where, stage), zero = body.Int(Lane.I32, 0);
            if (rows.Wrap != 0)
            {
                at = body.Select(body.CompareInt(LoopCondition.LT, at, zero), body.Op(LoopOpcode.IAdd, Lane.I32, at, body.Int(Lane.I32, rows.Wrap)), at);
            }
            at = body.Op(LoopOpcode.SMin, Lane.I32, body.Op(LoopOpcode.SMax, Lane.I32, at, zero), body.Int(Lane.I32, most));
            at = stride == 1 ? at : body.Op(LoopOpcode.IMul, Lane.I32, at, body.Int(Lane.I32, stride));
            sum = sum < 0 ? at : body.Op(LoopOpcode.IAdd, Lane.I32, sum, at);
        }
        slot = _slotCount++;
        body.Emit(new LoopInstruction(LoopOpcode.SetSlot, Lane.I32, sum, Index: slot));
        _rows.Add(key, slot);
        _stages.Add(new LoopStage([], body.Finish()));
        return slot;
    }
}
