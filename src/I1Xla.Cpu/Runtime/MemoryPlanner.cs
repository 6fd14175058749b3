using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// Gives every tensor of a planned graph its memory: parameters and results keep the caller's, temporaries share an arena by
/// lifetime (or lie in the memory of results that are not yet written), a result takes over a donated parameter where nothing
/// reads the old value afterwards, and a step writes in place over an operand that dies there and that it reads only where it writes.
/// Slices that lie in one piece in what nothing writes to, or in elements at a step that loops read, have no memory of their own.
/// </summary>
internal sealed class MemoryPlanner
{
    private readonly Dictionary<HloNode, int> _slots = new(ReferenceEqualityComparer.Instance);
    private readonly List<HloNode> _constants = [];
    private readonly HashSet<HloNode> _written = new(ReferenceEqualityComparer.Instance);
    private readonly List<(HloNode From, int Result)> _copies = [];
    private readonly Dictionary<HloNode, MemoryBlock> _blocks = new(ReferenceEqualityComparer.Instance);
    private readonly List<MemoryBlock> _temporaries = [];
    private readonly List<ResultMemory> _resultMemories = [];
    private readonly HashSet<HloNode> _within = new(ReferenceEqualityComparer.Instance);
    private readonly Func<HloNode, bool> _isKnown;
    private long? _arenaBytes;

    /// <summary>Plans.</summary>
    /// <param name="computation">The graph.</param>
    /// <param name="steps">Its steps in order.</param>
    /// <param name="donors">For each result the parameter whose memory it may take over, or -1.</param>
    /// <param name="extraArena">Bytes of arena that a step needs for itself while it runs.</param>
    /// <param name="times">When each step runs: steps of one time run at once. Increases.</param>
    /// <param name="isKnown">Whether a node that no step makes, and which is no constant of the graph, has a value all the same.</param>
    public MemoryPlanner(HloComputation computation, List<PlannedStep> steps, int[] donors, Func<PlannedStep, long> extraArena, int[] times, Func<HloNode, bool> isKnown)
    {
        _isKnown = isKnown;
        int end = times.Length == 0 ? 0 : times[^1] + 1;
        var writer = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        var lastReaders = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        var first = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        var last = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        for (int s = 0; s < steps.Count; s++)
        {
            foreach (HloNode write in steps[s].Writes)
            {
                first.TryAdd(write, times[s]);
                writer.TryAdd(write, s);
                _written.Add(write);
                last[write] = times[s];
            }
            foreach (HloNode read in steps[s].Reads)
            {
                lastReaders[read] = last.TryGetValue(read, out int before) && before == times[s] ? lastReaders.GetValueOrDefault(read) + 1 : 1;
                last[read] = times[s];
            }
        }
        foreach (HloNode p in computation.Parameters)
        {
            Slot(p);
        }
        ParameterSlots = computation.Parameters.Select(Slot).ToArray();

        // Results: who writes them, and where.
        int results = computation.Roots.Length;
        ResultSlots = new int[results];
        Donors = new int[results];
        Array.Fill(Donors, -1);
        var placed = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        HloNode[] roots = computation.Roots.Select(FusionPlanner.Resolve).ToArray();
        for (int j = 0; j < results; j++)
        {
            HloNode root = roots[j];
            int donor = donors[j];
            if (root.Op == HloOp.Parameter && donor >= 0 && ReferenceEquals(computation.Parameters[donor], root) && roots.Count(r => ReferenceEquals(r, root)) == 1)
            {
                Donors[j] = donor;
                ResultSlots[j] = Slot(root);
            }
            else if (root.Op == HloOp.Parameter || (root.Op == HloOp.Constant && !_written.Contains(root)) || !placed.Add(root))
            {
                last[root] = end;
                ResultSlots[j] = _slotCount++;
                _copies.Add((root, j));
            }
            else
            {
                ResultSlots[j] = Slot(root);
                last[root] = end;
            }
        }
        for (int j = 0; j < results; j++)
        {
            HloNode root = roots[j];
            if (donors[j] < 0 || Donors[j] >= 0 || !first.TryGetValue(root, out int made) || _copies.Exists(c => c.Result == j))
            {
                continue;
            }
            HloNode parameter = computation.Parameters[donors[j]];
            int read = last.GetValueOrDefault(parameter, -1);
            if (parameter.Bytes == root.Bytes && (read < made || (read == made && steps[writer[root]].Reads.Contains(parameter) && MayReplace(writer[root], parameter, root))))
            {
                Donors[j] = donors[j];
            }
        }

        // Temporaries.
        for (int s = 0; s < steps.Count; s++)
        {
            if (steps[s].Node is { Op: HloOp.DynamicSlice } slice && !placed.Contains(slice) && LiesWithin(slice))
            {
                _within.Add(slice);
                Slot(slice);
                continue;
            }
            foreach (HloNode write in steps[s].Writes)
            {
                if (placed.Contains(write) || _blocks.ContainsKey(write) || writer[write] != s)
                {
                    continue;
                }
                MemoryBlock? block = null;
                foreach (HloNode read in steps[s].Reads)
                {
                    if (_blocks.TryGetValue(read, out MemoryBlock? candidate) && candidate.Last == times[s] && candidate.Bytes >= write.Bytes
                        && ReferenceEquals(candidate.Nodes[^1], read) && MayReplace(s, read, write))
                    {
                        block = candidate;
                        break;
                    }
                }
                if (block is null)
                {
                    block = new MemoryBlock { First = times[s], Bytes = write.Bytes };
                    _temporaries.Add(block);
                }
                block.Last = Math.Max(last[write], times[s]);
                block.Nodes.Add(write);
                _blocks[write] = block;
                Slot(write);
            }
            if (extraArena(steps[s]) is > 0 and { } extra)
            {
                var own = new MemoryBlock { First = times[s], Last = times[s], Bytes = extra, ArenaOnly = true };
                _temporaries.Add(own);
                _extra[steps[s]] = own;
            }
        }
        foreach (PlannedStep step in steps)
        {
            foreach (HloNode read in step.Reads)
            {
                Slot(read);
            }
        }
        foreach ((HloNode from, _) in _copies)
        {
            Slot(from);
        }
        // A result's memory is free until the result is written, and what dies there may be written over.
        for (int j = 0; j < results; j++)
        {
            HloNode root = roots[j];
            int after = Donors[j] >= 0 ? last.GetValueOrDefault(computation.Parameters[Donors[j]], -1) : -1;
            int written = _copies.Exists(c => c.Result == j) || !first.TryGetValue(root, out int made) ? end : made;
            if (after < written && !ReferenceEquals(root, Donors[j] >= 0 ? computation.Parameters[Donors[j]] : null))
            {
                _resultMemories.Add(new ResultMemory(j, root, root.Bytes, after, written));
            }
            if (written == end)
            {
                continue;
            }
            foreach (HloNode read in steps[writer[root]].Reads)
            {
                if (_blocks.TryGetValue(read, out MemoryBlock? block) && block.Last == written && block.Into is null
                    && ReferenceEquals(block.Nodes[^1], read) && MayReplace(writer[root], read, root))
                {
                    block.Into = root;
                    break;
                }
            }
        }
        TableBytes = MemoryAssignment.Align(_slotCount * 8L);

        // Whether the memory that a slice is cut from is never written: a loop's value that stays the same, or a constant.
        bool LiesWithin(HloNode slice)
        {
            HloNode whole = FusionPlanner.Resolve(slice.Inputs[0]);
            return whole.Op is HloOp.Parameter or HloOp.Constant && !_written.Contains(whole)
                && Enumerable.Range(0, results).All(j => donors[j] < 0 || !ReferenceEquals(computation.Parameters[donors[j]], whole) || ReferenceEquals(roots[j], whole))
                && SliceStart.Step(slice.Inputs[0].Dims, slice.Dims) is { } step && (step == 1 || steps.All(s => !s.Reads.Contains(slice) || SteppedReads.Suit(s, slice)));
        }

        // Nothing that runs at the same time may read what is written over.
        bool MayReplace(int step, HloNode operand, HloNode result) => lastReaders.GetValueOrDefault(operand) == 1 && InPlace.IsAllowed(steps[step], operand, result);
    }

    private readonly Dictionary<PlannedStep, MemoryBlock> _extra = new(ReferenceEqualityComparer.Instance);
    private int _slotCount;

    /// <summary>Number of slots.</summary>
    public int SlotCount => _slotCount;

    /// <summary>Slot of each parameter.</summary>
    public int[] ParameterSlots { get; }

    /// <summary>Slot of each result.</summary>
    public int[] ResultSlots { get; }

    /// <summary>For each result the parameter whose memory it takes, or -1.</summary>
    public int[] Donors { get; }

    /// <summary>Constants in memory.</summary>
    public IEnumerable<(int Slot, HloNode Node)> Constants => _constants.Select(c => (_slots[c], c));

    /// <summary>Results that are copied at the end.</summary>
    public IEnumerable<(int From, int To, long Bytes)> Copies => _copies.Select(c => (_slots[c.From], ResultSlots[c.Result], c.From.Bytes));

    /// <summary>Temporaries: slot, the result in whose memory each lies or -1 for the arena, and the offset there.</summary>
    public IEnumerable<(int Slot, int Result, long Offset)> Temporaries
    {
        get
        {
            Assign();
            return _blocks.Select(p => (_slots[p.Key], p.Value.Result, p.Value.Offset + (p.Value.Result < 0 ? TableBytes : 0)));
        }
    }

    /// <summary>Whether a slice is where it is cut from; its step then finds out where that is.</summary>
    public bool IsWithin(HloNode slice) => _within.Contains(slice);

    /// <summary>Bytes of the pointer table at the start of the arena.</summary>
    public long TableBytes { get; }

    /// <summary>Bytes of the arena.</summary>
    public long ArenaBytes => Assign();

    /// <summary>The most bytes of temporaries that are in use at once; known before any has its place.</summary>
    public long LiveBytes => MemoryAssignment.LiveBytes(_temporaries);

    /// <summary>Where a step's own part of the arena starts.</summary>
    public long ExtraOffset(PlannedStep step)
    {
        Assign();
        return TableBytes + _extra[step].Offset;
    }

    // Places are found when they are first asked for: plans that are only compared need none.
    private long Assign() => _arenaBytes ??= TableBytes + MemoryAssignment.Assign(_temporaries, _resultMemories);

    /// <summary>The slot of a node's memory.</summary>
    public int Slot(HloNode node)
    {
        node = FusionPlanner.Resolve(node);
        if (!_slots.TryGetValue(node, out int slot))
        {
            slot = _slotCount++;
            _slots.Add(node, slot);
            if ((node.Op == HloOp.Constant || _isKnown(node)) && !_written.Contains(node))
            {
                _constants.Add(node);
            }
        }
        return slot;
    }
}

/// <summary>Whether a step may write a result over an operand.</summary>
internal static class InPlace
{
    /// <summary>Whether <paramref name="step"/> never reads an element of <paramref name="operand"/> after writing one of <paramref name="result"/> at the same place.</summary>
    public static bool IsAllowed(PlannedStep step, HloNode operand, HloNode result)
    {
        switch (step.Node.Op)
        {
            case HloOp.DynamicUpdateSlice or HloOp.Scatter:
                return ReferenceEquals(FusionPlanner.Resolve(step.Node.Inputs[0]), operand)
                    && step.Node.Inputs.Skip(1).All(i => !ReferenceEquals(FusionPlanner.Resolve(i), operand));
            case HloOp.Sort:
                // A line's keys are all read before anything of the line is written.
                return ReferenceEquals(FusionPlanner.Resolve(step.Node.Inputs[0]), operand) && step.Node.Inputs.Skip(1).All(i => !ReferenceEquals(FusionPlanner.Resolve(i), operand))
                    && operand.Bytes == result.Bytes && operand.Kind.StorageBytes() == result.Kind.StorageBytes() && ((HloSort)step.Node.Payload!).Limit == 0;
            case HloOp.ScatterWithBody:
                return ReferenceEquals(FusionPlanner.Resolve(step.Node.Inputs[result.Op == HloOp.GetResult ? result.A[0] : 0]), operand)
                    && step.Node.Inputs.Count(i => ReferenceEquals(FusionPlanner.Resolve(i), operand)) == 1;
            case HloOp.While:
                return result.Op == HloOp.GetResult && ReferenceEquals(FusionPlanner.Resolve(step.Node.Inputs[result.A[0]]), operand)
                    && step.Node.Inputs.Count(i => ReferenceEquals(FusionPlanner.Resolve(i), operand)) == 1;
        }
        if (step.Epilogue is { } epilogue)
        {
            // The product reads its operands to the end; where its sums lie in the result, that is written from the beginning.
            HloNode[] product = [.. step.Views.Select(v => FusionPlanner.Resolve(v.Base)), .. step.LeftPrologue?.Step.Reads ?? [], .. step.RightPrologue?.Step.Reads ?? []];
            return !ReferenceEquals(epilogue.SumsIn, result) && !product.Contains(operand) && IsAllowed(epilogue.Step, operand, result);
        }
        if (step.Kernels.Length != 1 || operand.Kind.StorageBytes() != result.Kind.StorageBytes())
        {
            return false;
        }
        FusedKernel fused = step.Kernels[0];
        LoopKernel kernel = fused.Kernel;
        LoopAccess? store = null;
        int storeStage = -1, storeAt = -1;
        for (int s = 0; s < kernel.Stages.Length; s++)
        {
            for (int at = 0; at < kernel.Stages[s].Body.Length; at++)
            {
                LoopInstruction i = kernel.Stages[s].Body[at];
                if (i.Op == LoopOpcode.Store && Touches(fused, i, result))
                {
                    if (store is not null)
                    {
                        return false;
                    }
                    store = kernel.Accesses[i.Index];
                    (storeStage, storeAt) = (s, at);
                }
            }
        }
        if (store is null)
        {
            return false;
        }
        for (int s = 0; s < kernel.Stages.Length; s++)
        {
            for (int at = 0; at < kernel.Stages[s].Body.Length; at++)
            {
                LoopInstruction i = kernel.Stages[s].Body[at];
                if (i.Op != LoopOpcode.Load || !Touches(fused, i, operand))
                {
                    continue;
                }
                LoopAccess load = kernel.Accesses[i.Index];
                bool same = load.Row < 0 && load.Offset == store.Offset && load.Coefficients.AsSpan().SequenceEqual(store.Coefficients);
                if (s > storeStage || (s == storeStage && (!same || at > storeAt)) || (s < storeStage && !SameRow(kernel, s, load, storeStage, store)))
                {
                    return false;
                }
            }
        }
        return true;
    }

    private static bool Touches(FusedKernel fused, LoopInstruction at, HloNode node) =>
        fused.Kernel.Accesses[at.Index].Buffer is >= 0 and int buffer && ReferenceEquals(FusionPlanner.Resolve(fused.Buffers[buffer]), node);

    // An earlier stage reads the row of this outer iteration and nothing else.
    private static bool SameRow(LoopKernel kernel, int loadStage, LoopAccess load, int storeStage, LoopAccess store)
    {
        if (load.Row >= 0 || load.Offset != store.Offset || kernel.Outer.Any(v => load.Coefficients[v] != store.Coefficients[v]))
        {
            return false;
        }
        var a = kernel.Stages[loadStage].Loops.Select(v => (kernel.Extents[v], load.Coefficients[v])).Order();
        var b = kernel.Stages[storeStage].Loops.Select(v => (kernel.Extents[v], store.Coefficients[v])).Order();
        return a.SequenceEqual(b);
    }
}
