using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Builds the loop that computes a root and everything inlined into it. The root's elements are asked for at the loop
/// variables; each operand is then asked for at an index that follows from the operation, down to buffers. A reduction
/// whose index depends on outer variables alone becomes a stage of its own that runs once per outer iteration (a row of a
/// softmax), and hands its result on in a slot.
/// </summary>
/// <param name="isBuffer">Whether a node is read from memory rather than computed here.</param>
/// <param name="extraStore">Nodes that, when computed once per element here, are stored to their buffers too.</param>
/// <param name="keep">Told of each node that cannot be computed here after all and is read from memory.</param>
internal sealed partial class FusionBuilder(Func<HloNode, bool> isBuffer, Func<HloNode, bool> extraStore, Action<HloNode> keep)
{
    private const long MaxRowBytes = 512 * 1024;
    private const long MaxStripBytes = 2 << 20;
    private const int FewestStrips = 16;
    private const int MaxInstructions = 3000;

    // Reduced dimensions are numbered apart from the dimensions of the result.
    private const int ReducedDimension = 1000;

    private readonly VariableSpace _space = new();
    private readonly HashSet<HloNode> _inlined = new(ReferenceEqualityComparer.Instance);
    private readonly List<LoopAccess> _accesses = [];
    private readonly Dictionary<(int, Affine, StableHlo.Ir.ElementKind, int), int> _accessIndex = [];
    private readonly List<HloNode> _buffers = [];
    private readonly Dictionary<HloNode, int> _bufferIndex = new(ReferenceEqualityComparer.Instance);
    private readonly List<HloNode> _outputs = [];
    private readonly List<LoopStage> _stages = [];
    private readonly Dictionary<IndexedNode, int> _slots = [];
    private readonly HashSet<HloNode> _stored = new(ReferenceEqualityComparer.Instance);
    private HashSet<int>? _outer;
    private bool _outerFromReduce;
    private List<int> _rootVariables = [];
    private int _slotCount;
    private HloNode? _root;
    private int _emitted;

    private sealed class Stage(IEnumerable<int> loops)
    {
        public List<int> Loops { get; } = [.. loops];
        public LoopBody Body { get; } = new();
        public Dictionary<IndexedNode, int> Values { get; } = [];
    }

    /// <summary>Builds the kernel of a root, of others of its shape into their own buffers, and of further pieces of the root's target.</summary>
    /// <exception cref="BufferRequested">A node met on the way must be in memory first.</exception>
    public FusedKernel Build(FusionRoot root, IReadOnlyList<HloNode> others, IReadOnlyList<FusionRoot> pieces)
    {
        for (int attempt = 0; attempt < 64; attempt++)
        {
            try
            {
                return Attempt(root, others, pieces);
            }
            catch (SplitRequested request)
            {
                // Variables got other numbers: what is outside is found anew.
                if (request.Renumbers)
                {
                    _outer = null;
                    _outerFromReduce = false;
                }
            }
        }
        throw new BufferRequested(root.Node.Inputs[0]);
    }

    private FusedKernel Attempt(FusionRoot root, IReadOnlyList<HloNode> others, IReadOnlyList<FusionRoot> pieces)
    {
        _space.Restart();
        _inlined.Clear();
        _accesses.Clear();
        _accessIndex.Clear();
        _buffers.Clear();
        _bufferIndex.Clear();
        _outputs.Clear();
        _stages.Clear();
        _slots.Clear();
        _rows.Clear();
        _folds.Clear();
        _stored.Clear();
        _slotCount = 0;
        _emitted = 0;
        _rootVariables = [];
        HloNode node = root.Node;
        _root = root.Target;
        var index = new Affine[node.Dims.Length];
        for (int d = 0; d < index.Length; d++)
        {
            index[d] = _space.Dimension(node, d, node.Dims[d], _rootVariables);
        }
        // A root that is a reduction keeps its result dimensions outside; otherwise only what reductions inside depend on.
        HashSet<int>? known = _outer;
        bool rootReduces = Strip(node).Op.IsReduction();
        if (known is null && rootReduces)
        {
            known = [.. _rootVariables];
            _outer = known;
            _outerFromReduce = true;
        }
        var main = new Stage(_rootVariables.Where(v => known is null || !known.Contains(v)));
        int value = Eval(node, index, main);
        _outputs.Add(root.Target);
        Store(main, root.Target, node.Kind, Address(root, index), value);
        foreach (FusionRoot piece in pieces)
        {
            Store(main, piece.Target, piece.Node.Kind, Address(piece, index), Eval(piece.Node, index, main));
        }
        foreach (HloNode other in others)
        {
            int also = Eval(other, index, main);
            if (!_stored.Contains(other))
            {
                _outputs.Add(other);
                Store(main, other, other.Kind, Linear(other.Dims, index), also);
            }
        }
        if (!SameSet(known, _outer))
        {
            throw new SplitRequested(renumbers: false);
        }
        _stages.Add(new LoopStage(main.Loops.ToArray(), main.Body.Finish()));
        RefuseRowsInFolds();
        LoopKernel kernel = LoopShaping.Shape(
            _space.Extents.ToArray(), known is null ? [] : _rootVariables.Where(known.Contains).ToArray(), _stages, _accesses, _slotCount, _buffers.Count);
        return new FusedKernel(kernel, _buffers.ToArray(), _outputs.ToArray(), [.. _inlined]);
    }

    private static Affine Address(FusionRoot root, Affine[] index)
    {
        Affine address = new(root.Offset, []);
        for (int d = 0; d < index.Length; d++)
        {
            address = address.Plus(index[d].Times(root.Strides[d]));
        }
        return address;
    }

    private static HloNode Strip(HloNode node)
    {
        while (node.Op == HloOp.Reshape)
        {
            node = node.Inputs[0];
        }
        return node;
    }

    private static bool SameSet(HashSet<int>? a, HashSet<int>? b) => a is null ? b is null : b is not null && a.SetEquals(b);

    private void Store(Stage stage, HloNode target, StableHlo.Ir.ElementKind kind, Affine address, int value)
    {
        int access = Access(target, kind, address);
        stage.Body.Emit(new LoopInstruction(LoopOpcode.Store, stage.Body.LaneOf(value), value, Index: access));
        _stored.Add(target);
    }

    private int Access(HloNode? buffer, StableHlo.Ir.ElementKind kind, Affine address, int row = -1)
    {
        int number = -1;
        if (buffer is not null && !_bufferIndex.TryGetValue(buffer, out number))
        {
            number = _buffers.Count;
            _buffers.Add(buffer);
            _bufferIndex.Add(buffer, number);
        }
        if (_accessIndex.TryGetValue((number, address, kind, row), out int known))
        {
            return known;
        }
        long[] coefficients = new long[_space.Extents.Count];
        foreach ((int v, long c) in address.Terms)
        {
            coefficients[v] = c;
        }
        _accesses.Add(new LoopAccess(number, LoopKernel.MemoryKind(kind), address.Offset, coefficients) { Row = row });
        _accessIndex.Add((number, address, kind, row), _accesses.Count - 1);
        return _accesses.Count - 1;
    }

    private int Eval(HloNode node, Affine[] index, Stage stage)
    {
        var key = new IndexedNode(node, index);
        if (stage.Values.TryGetValue(key, out int known))
        {
            return known;
        }
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        int value = Compute(node, index, stage);
        stage.Values[key] = value;
        return value;
    }

    private int Compute(HloNode node, Affine[] index, Stage stage)
    {
        if (node.IsSplat)
        {
            return ElementwiseLowering.Constant(stage.Body, LoopKernel.MemoryKind(node.Kind), node.Constant!.Data.Span);
        }
        if (isBuffer(node))
        {
            return Load(node, index, stage);
        }
        switch (node.Op)
        {
            case HloOp.Iota:
                {
                    int access = Access(null, StableHlo.Ir.ElementKind.I64, index[node.A[0]]);
                    _inlined.Add(node);
                    Lane lane = LoopKernel.LaneOf(node.Kind);
                    return lane == Lane.I32 && node.Kind is StableHlo.Ir.ElementKind.I32 or StableHlo.Ir.ElementKind.UI32
                        ? stage.Body.Emit(new LoopInstruction(LoopOpcode.Iota, Lane.I32, Index: access))
                        : node.Kind is StableHlo.Ir.ElementKind.F32 or StableHlo.Ir.ElementKind.BF16 or StableHlo.Ir.ElementKind.F16
                            ? ElementwiseLowering.Round(
                                stage.Body,
                                stage.Body.Op(LoopOpcode.I32ToF32, Lane.F32, stage.Body.Emit(new LoopInstruction(LoopOpcode.Iota, Lane.I32, Index: access))), node.Kind)
                            : ElementwiseLowering.FromIndex(stage.Body, stage.Body.Emit(new LoopInstruction(LoopOpcode.Iota, Lane.I64, Index: access)), node.Kind);
                }
            case HloOp.Broadcast:
                _inlined.Add(node);
                return Eval(node.Inputs[0], Array.ConvertAll(node.A, a => index[a]), stage);
            case HloOp.Transpose:
                {
                    _inlined.Add(node);
                    var inner = new Affine[index.Length];
                    for (int i = 0; i < inner.Length; i++)
                    {
                        inner[node.A[i]] = index[i];
                    }
                    return Eval(node.Inputs[0], inner, stage);
                }
            case HloOp.Slice:
                {
                    _inlined.Add(node);
                    var inner = new Affine[index.Length];
                    for (int i = 0; i < inner.Length; i++)
                    {
                        inner[i] = index[i].Times(node.C[i]).Plus(node.A[i]);
                    }
                    return Eval(node.Inputs[0], inner, stage);
                }
            case HloOp.Reverse:
                {
                    _inlined.Add(node);
                    var inner = (Affine[])index.Clone();
                    foreach (long d in node.A)
                    {
                        inner[d] = index[d].Times(-1).Plus(node.Dims[d] - 1);
                    }
                    return Eval(node.Inputs[0], inner, stage);
                }
            case HloOp.Reshape:
                {
                    HloNode from = node.Inputs[0];
                    if (isBuffer(from))
                    {
                        return LoadLinear(from, node.Dims, index, stage);
                    }
                    if (_space.Reshape(from.Dims, node.Dims, index) is not { } inner)
                    {
                        Keep(from);
                        return LoadLinear(from, node.Dims, index, stage);
                    }
                    _inlined.Add(node);
                    return Eval(from, inner, stage);
                }
            case HloOp.Reduce:
                return Reduce(node, index, stage);
            case HloOp.Gather:
                return Gather(node, index, stage);
            case HloOp.Fold:
                return Fold(node, index, stage);
            default:
                return Elementwise(node, index, stage);
        }
    }

    private int FromMemory(HloNode node, Affine[] index, Stage stage)
    {
        Keep(node);
        return Load(node, index, stage);
    }

    // The root itself must be computed here, and what was inlined before cannot be taken back: then construction starts over.
    private void Keep(HloNode node)
    {
        if (node.IsSplat)
        {
            return;
        }
        if (ReferenceEquals(node, _root) || _inlined.Contains(node))
        {
            throw new BufferRequested(node);
        }
        keep(node);
    }

    private int Load(HloNode node, Affine[] index, Stage stage) => LoadLinear(node, node.Dims, index, stage);

    private int LoadLinear(HloNode buffer, long[] dims, Affine[] index, Stage stage)
    {
        Affine address = Affine.Zero;
        long stride = 1;
        for (int d = dims.Length - 1; d >= 0; d--)
        {
            if (dims[d] != 1)
            {
                address = address.Plus(index[d].Times(stride));
            }
            stride *= dims[d];
        }
        return stage.Body.Emit(new LoopInstruction(LoopOpcode.Load, LoopKernel.LaneOf(buffer.Kind), Index: Access(buffer, buffer.Kind, address)));
    }

    private int Elementwise(HloNode node, Affine[] index, Stage stage)
    {
        if (!node.Op.IsElementwise())
        {
            return FromMemory(node, index, stage);
        }
        if (stage.Loops.Count > 0)
        {
            HashSet<int> used = Variables(index);
            // What depends on some root variables only, and is dear, is computed once for each of their values.
            if (_outer is null && node.Op.IsExpensive() && used.Count > 0 && used.Count < _rootVariables.Count && used.IsSubsetOf(_rootVariables)
                && Product(_rootVariables.Where(v => !used.Contains(v))) >= 32)
            {
                _outer = used;
                throw new SplitRequested(renumbers: false);
            }
            if (_outer is not null && !used.Overlaps(stage.Loops))
            {
                return stage.Body.Emit(new LoopInstruction(LoopOpcode.GetSlot, LoopKernel.LaneOf(node.Kind), Index: Slot(node, index)));
            }
        }
        if (_emitted++ > MaxInstructions)
        {
            return FromMemory(node, index, stage);
        }
        _inlined.Add(node);
        Span<int> operands = stackalloc int[node.Inputs.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = Eval(node.Inputs[i], index, stage);
        }
        int value = ElementwiseLowering.Lower(stage.Body, node, operands);
        if (extraStore(node) && !_stored.Contains(node) && CoversOnce(node, index, stage))
        {
            _outputs.Add(node);
            Store(stage, node, node.Kind, Linear(node.Dims, index), value);
        }
        return value;
    }

    // A value that is the same for the whole stage, computed before it.
    private int Slot(HloNode node, Affine[] index)
    {
        var key = new IndexedNode(node, index);
        if (_slots.TryGetValue(key, out int slot))
        {
            return slot;
        }
        var stage = new Stage([]);
        int value = Eval(node, index, stage);
        slot = _slotCount++;
        stage.Body.Emit(new LoopInstruction(LoopOpcode.SetSlot, stage.Body.LaneOf(value), value, Index: slot));
        _slots.Add(key, slot);
        _stages.Add(new LoopStage([], stage.Body.Finish()));
        return slot;
    }

    private int Reduce(HloNode node, Affine[] index, Stage stage)
    {
        HloNode operand = node.Inputs[0];
        HashSet<int> used = Variables(index);
        long reduced = node.A.Aggregate(1L, (n, d) => n * operand.Dims[d]);
        if (!used.IsSubsetOf(_rootVariables))
        {
            return FromMemory(node, index, stage);
        }
        if (_outer is null || (!_outerFromReduce && !_outer.SetEquals(used)))
        {
            // Worth it when rows are many and each stays in cache, and reduced dimensions are the inner ones; or where columns that are needed again are many and a strip
            // of them stays in cache.
            bool inner = node.A[0] == operand.Dims.Length - node.A.Length;
            long outer = Product(used), bytes = operand.Kind.StorageBytes();
            bool strips = used.Count < _rootVariables.Count && node.A[^1] != operand.Dims.Length - 1 && operand.Dims[^1] >= LoopKernel.BlockLanes && outer >= FewestStrips * LoopKernel.BlockLanes
                && reduced * LoopKernel.BlockLanes * bytes <= MaxStripBytes;
            if (!(inner || strips) || (outer < 8 && operand.Count > 4096) || reduced * bytes > MaxRowBytes || operand.Kind == StableHlo.Ir.ElementKind.I1)
            {
                return FromMemory(node, index, stage);
            }
            _outer = used;
            _outerFromReduce = true;
            throw new SplitRequested(renumbers: false);
        }
        if (!_outer.SetEquals(used))
        {
            return FromMemory(node, index, stage);
        }
        var key = new IndexedNode(node, index);
        if (!_slots.TryGetValue(key, out int slot))
        {
            _inlined.Add(node);
            var loops = new List<int>();
            var inner = new Affine[operand.Dims.Length];
            int at = 0;
            for (int d = 0; d < inner.Length; d++)
            {
                inner[d] = Array.IndexOf(node.A, d) >= 0 ? _space.Dimension(node, ReducedDimension + d, operand.Dims[d], loops) : index[at++];
            }
            var body = new Stage(loops);
            int value = Eval(operand, inner, body);
            var monoid = (HloOp)node.Payload!;
            LoopOpcode code = ElementwiseLowering.Monoid(monoid, node.Kind);
            int raw = _slotCount++;
            body.Body.Emit(new LoopInstruction(LoopOpcode.Reduce, LoopKernel.LaneOf(node.Kind), value, Index: raw, Bits: (long)code));
            _stages.Add(new LoopStage(loops.ToArray(), body.Body.Finish()));
            // Round once, add the initial value, store if wanted: once per outer iteration.
            var after = new Stage([]);
            int result = after.Body.Emit(new LoopInstruction(LoopOpcode.GetSlot, LoopKernel.LaneOf(node.Kind), Index: raw));
            if (!HloBuilder.IsIdentity(monoid, node.Inputs[1]))
            {
                result = ElementwiseLowering.Combine(after.Body, monoid, node.Kind, result, Eval(node.Inputs[1], [], after));
            }
            else
            {
                result = ElementwiseLowering.Normalize(after.Body, result, node.Kind);
            }
            bool isRaw = after.Body.Instructions[result].Op == LoopOpcode.GetSlot;
            slot = isRaw ? raw : _slotCount++;
            if (!isRaw)
            {
                after.Body.Emit(new LoopInstruction(LoopOpcode.SetSlot, LoopKernel.LaneOf(node.Kind), result, Index: slot));
            }
            if (extraStore(node) && !_stored.Contains(node) && CoversOnce(node, index, after))
            {
                _outputs.Add(node);
                Store(after, node, node.Kind, Linear(node.Dims, index), result);
            }
            if (after.Body.Instructions.Exists(i => i.Op is LoopOpcode.SetSlot or LoopOpcode.Store))
            {
                _stages.Add(new LoopStage([], after.Body.Finish()));
            }
            _slots.Add(key, slot);
        }
        return stage.Body.Emit(new LoopInstruction(LoopOpcode.GetSlot, LoopKernel.LaneOf(node.Kind), Index: slot));
    }

    // Whether running the stage visits each element of the node exactly once.
    private bool CoversOnce(HloNode node, Affine[] index, Stage stage)
    {
        var seen = new HashSet<int>();
        for (int d = 0; d < index.Length; d++)
        {
            if (index[d].Offset != 0)
            {
                return false;
            }
            long stride = node.Dims[d];
            foreach ((int v, long c) in index[d].Terms.OrderByDescending(t => t.Coefficient))
            {
                if (!seen.Add(v) || c <= 0 || stride != c * _space.Extents[v])
                {
                    return false;
                }
                stride = c;
            }
            if (stride != 1)
            {
                return false;
            }
        }
        int expected = stage.Loops.Count + (_outer?.Count ?? 0);
        return seen.Count == expected;
    }

    private static Affine Linear(long[] dims, Affine[] index)
    {
        Affine address = Affine.Zero;
        long stride = 1;
        for (int d = dims.Length - 1; d >= 0; d--)
        {
            if (dims[d] != 1)
            {
                address = address.Plus(index[d].Times(stride));
            }
            stride *= dims[d];
        }
        return address;
    }

    private long Product(IEnumerable<int> variables) => variables.Aggregate(1L, (n, v) => n * _space.Extents[v]);

    private static HashSet<int> Variables(Affine[] index)
    {
        var used = new HashSet<int>();
        foreach (Affine a in index)
        {
            foreach ((int v, _) in a.Terms)
            {
                used.Add(v);
            }
        }
        return used;
    }
}
