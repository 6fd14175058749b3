using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Spmd;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>One thing to run: fused loops, or a node with a kernel of its own.</summary>
/// <param name="Node">The node it computes (the root of the loops).</param>
/// <param name="Kernels">The loops; empty for a node with its own kernel.</param>
/// <param name="Reads">Nodes in memory that it reads.</param>
/// <param name="Writes">Nodes whose memory it writes.</param>
/// <param name="Views">For a dot, how its operands lie in memory.</param>
internal sealed record PlannedStep(HloNode Node, FusedKernel[] Kernels, HloNode[] Reads, HloNode[] Writes, OperandView[] Views)
{
    /// <summary>For a product, the loop that makes its left operand block by block as it is packed.</summary>
    public ProductLoop? LeftPrologue { get; init; }

    /// <summary>The same of its right operand.</summary>
    public ProductLoop? RightPrologue { get; init; }

    /// <summary>For a product, the loop that takes its tiles as they are finished.</summary>
    public ProductLoop? Epilogue { get; init; }
}

/// <summary>
/// Cuts a graph into steps, from the results back to the parameters: each node that something needs in memory becomes the
/// root of a fused loop that takes in as much of its operands' computation as <see cref="InlinePolicy"/> and
/// <see cref="FusionBuilder"/> allow.
/// </summary>
internal sealed class FusionPlanner
{
    private const int MaxSiblings = 6;
    private const int MaxSiblingSearch = 64;
    private const int MostPieces = 4;
    private const long MostSplatBytes = 1 << 20;

    private readonly List<HloNode> _order;
    private readonly Dictionary<HloNode, int> _position = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, List<HloNode>> _users = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<HloNode> _requested = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<HloNode> _produced = new(ReferenceEqualityComparer.Instance);
    private readonly InlinePolicy _policy;
    private readonly DeviceClasses? _classes;
    private readonly List<PlannedStep> _steps = [];

    private FusionPlanner(HloComputation computation, bool fuse, DeviceClasses? classes)
    {
        _classes = classes;
        _order = computation.Schedule();
        for (int i = 0; i < _order.Count; i++)
        {
            _position[_order[i]] = i;
            _users[_order[i]] = [];
            foreach (HloNode input in _order[i].Inputs)
            {
                _users[input].Add(_order[i]);
            }
        }
        var roots = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        foreach (HloNode root in computation.Roots)
        {
            roots.Add(root);
            Request(root);
        }
        foreach (HloNode effect in computation.Effects)
        {
            _requested.Add(effect);
        }
        _policy = new InlinePolicy(_order, _users, roots, fuse, IsSame);
    }

    /// <summary>Plans a graph; the steps are in the order to run them.</summary>
    /// <param name="computation">The graph.</param>
    /// <param name="fuse">Whether to fuse at all.</param>
    /// <param name="classes">For the program of one device of many, which devices have the same values: a step writes values of one class.</param>
    public static List<PlannedStep> Plan(HloComputation computation, bool fuse, DeviceClasses? classes = null)
    {
        var planner = new FusionPlanner(computation, fuse, classes);
        planner.Run();
        planner._steps.Reverse();
        return planner._steps;
    }

    /// <summary>The node whose memory holds a node's value: reshapes and barriers share their operand's.</summary>
    public static HloNode Resolve(HloNode node)
    {
        while (true)
        {
            if (node.Op == HloOp.Reshape)
            {
                node = node.Inputs[0];
            }
            else if (node.Op == HloOp.GetResult && node.Inputs[0].Op == HloOp.Barrier)
            {
                node = node.Inputs[0].Inputs[node.A[0]];
            }
            else
            {
                return node;
            }
        }
    }

    private bool IsSame(HloNode a, HloNode b) => DeviceClasses.AreAlike(_classes, a, b);

    private void Request(HloNode node)
    {
        node = Resolve(node);
        _requested.Add(node);
        if (node.Op == HloOp.GetResult)
        {
            _requested.Add(node.Inputs[0]);
        }
    }

    private void Run()
    {
        for (int i = _order.Count - 1; i >= 0; i--)
        {
            HloNode node = _order[i];
            if (!_requested.Contains(node) || _produced.Contains(node))
            {
                continue;
            }
            switch (node.Op)
            {
                case HloOp.Parameter or HloOp.GetResult or HloOp.Barrier:
                    break;
                case HloOp.Constant when node.IsSplat && node.Bytes > MostSplatBytes:
                    // One number everywhere is written when it is needed, rather than kept.
                    Emit(node, [Fuse(FusionRoot.Dense(node) with { Node = Fill(node.Kind, node.Dims, Scalar(node)) })]);
                    break;
                case HloOp.Constant:
                    break;
                case HloOp.Concatenate:
                    Pieces(node);
                    break;
                case HloOp.Pad:
                    Pad(node);
                    break;
                case HloOp.Dot:
                    Dot(node);
                    break;
                case HloOp.Attention or HloOp.AttentionGradient:
                    Attention(node);
                    break;
                default:
                    if (InlinePolicy.IsFusible(node))
                    {
                        Emit(node, [Fuse(FusionRoot.Dense(node))]);
                    }
                    else
                    {
                        HloNode[] inputs = [.. node.Inputs.Where((_, i) => !MakesInput(node, i))];
                        foreach (HloNode input in inputs)
                        {
                            Request(input);
                        }
                        IEnumerable<HloNode> writes = node.ResultTypes is null ? [node] : AllResults(node);
                        _steps.Add(new PlannedStep(node, [], inputs.Select(Resolve).ToArray(), writes.ToArray(), []));
                    }
                    break;
            }
        }
    }

    /// <summary>Whether a node's step makes what it reads there by itself, so that it needs no memory.</summary>
    public static bool MakesInput(HloNode node, int input) =>
        (node.Op == HloOp.Sort && Runtime.SortStep.CountsAlong(node, input)) || (input == 0 && Runtime.ScatterStep.FillsOperand(node)) || (input == 2 && Runtime.ScatterStep.RepeatsUpdate(node));

    // Control flow writes all its results, wanted or not.
    private IEnumerable<HloNode> AllResults(HloNode node)
    {
        var known = _users[node].Where(u => u.Op == HloOp.GetResult).ToDictionary(u => (int)u.A[0]);
        for (int i = 0; i < node.ResultTypes!.Length; i++)
        {
            if (known.TryGetValue(i, out HloNode? result))
            {
                yield return result;
            }
            else if (node.ResultTypes[i] is TensorType t)
            {
                yield return new HloNode(node.Id, HloOp.GetResult, t.Kind, t.Shape.ToArray(), [node]) { A = [i] };
            }
        }
    }

    private void Emit(HloNode node, FusedKernel[] kernels)
    {
        var reads = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        var writes = new HashSet<HloNode>(ReferenceEqualityComparer.Instance) { node };
        foreach (FusedKernel kernel in kernels)
        {
            writes.UnionWith(kernel.Outputs);
            reads.UnionWith(kernel.Buffers.Select(Resolve));
        }
        reads.ExceptWith(writes);
        _produced.UnionWith(writes);
        foreach (HloNode read in reads)
        {
            Request(read);
        }
        _steps.Add(new PlannedStep(node, kernels, reads.ToArray(), writes.ToArray(), []));
    }

    // Each operand of a concatenation is computed straight into its part of the result.
    private void Pieces(HloNode node)
    {
        // Those that take turns in one place together.
        var pieces = new List<List<FusionRoot>>();
        long[] strides = FusionRoot.DenseStrides(node.Dims);
        Collect(node, 0, strides, Turns(node));
        // Pieces of one shape that are computed share work, and those that take turns share lines or lie side by side: one loop for all of them.
        List<FusionRoot> all = [.. pieces.SelectMany(p => p)];
        Emit(node, all.Count <= MostPieces && AreAlike(all) && all.TrueForAll(p => IsComputed(p.Node)) ? Together(all)
            : [.. pieces.SelectMany(p => p.Count <= MostPieces && AreAlike(p) ? Together(p) : p.Select(Fuse))]);

        // Also the operands of those that are concatenations themselves, for this one alone; those whose pieces take turns also of finer dimensions.
        void Collect(HloNode concatenation, long offset, long[] strides, List<FusionRoot>? turns)
        {
            int axis = (int)concatenation.A[0];
            foreach (HloNode piece in concatenation.Inputs)
            {
                HloNode inner = piece.Op == HloOp.Reshape ? piece.Inputs[0] : piece;
                bool alone = _users[piece].Count == 1 && _users[inner].Count == 1 && concatenation.Inputs.Count(i => ReferenceEquals(i, piece)) == 1 && !_requested.Contains(inner);
                if (inner.Op == HloOp.Concatenate && alone && (ReferenceEquals(inner, piece) || TakesTurns(inner)) && FusionRoot.Refine(piece.Dims, strides, inner.Dims) is { } finer)
                {
                    Collect(inner, offset, finer, turns ?? Turns(inner));
                }
                else if (piece.Count > 0)
                {
                    var root = new FusionRoot(piece, node, offset, strides);
                    if (turns is null)
                    {
                        pieces.Add([root]);
                    }
                    turns?.Add(root);
                }
                offset += piece.Dims[axis] * strides[axis];
            }
        }

        // The list of a concatenation's pieces that take turns; null where they do not.
        List<FusionRoot>? Turns(HloNode concatenation)
        {
            if (!TakesTurns(concatenation))
            {
                return null;
            }
            pieces.Add([]);
            return pieces[^1];
        }

        // Pieces of one slice each, of rows or of single elements.
        static bool TakesTurns(HloNode concatenation)
        {
            int axis = (int)concatenation.A[0];
            bool single = concatenation.Dims.Skip(axis + 1).All(n => n == 1);
            return Array.TrueForAll(concatenation.Inputs, p => p.Dims[axis] == 1 && (single || (axis > 0 && InOrder(p))));
        }

        static bool AreAlike(List<FusionRoot> roots) => roots.TrueForAll(r => r.Node.Dims.AsSpan().SequenceEqual(roots[0].Node.Dims));

        // Copies of what lies otherwise have kernels of their own.
        static bool InOrder(HloNode piece)
        {
            while (piece.Op.IsView() && piece.Op != HloOp.Transpose)
            {
                piece = piece.Inputs[0];
            }
            return piece.Op != HloOp.Transpose;
        }

        static bool IsComputed(HloNode piece)
        {
            while (piece.Op.IsView())
            {
                piece = piece.Inputs[0];
            }
            return piece.Op.IsElementwise();
        }
    }

    // Loops over one shape as one, where that is possible.
    private FusedKernel[] Together(List<FusionRoot> roots)
    {
        if (roots.Count < 2)
        {
            return [.. roots.Select(Fuse)];
        }
        try
        {
            return [Fuse(roots[0], [], roots[1..])];
        }
        catch (SiblingRefused)
        {
            return [.. roots.Select(Fuse)];
        }
    }

    private void Pad(HloNode node)
    {
        HloNode operand = node.Inputs[0], value = node.Inputs[1];
        int rank = node.Dims.Length;
        if (operand.Count == 0 || Enumerable.Range(0, rank).Any(d => node.A[d] < 0 || node.B[d] < 0))
        {
            // Negative padding cuts; the loop nest of the general case handles it.
            Request(operand);
            Request(value);
            _steps.Add(new PlannedStep(node, [], [Resolve(operand), Resolve(value)], [node], []));
            return;
        }
        Emit(node, [.. PaddingBlocks.Of(node).SelectMany(Together)]);
    }

    /// <summary>A tensor of one number that has no place in the graph.</summary>
    internal static HloNode Fill(ElementKind kind, long[] dims, HloNode value) => new(-1, HloOp.Broadcast, kind, dims, [value]) { A = [] };

    private static HloNode Scalar(HloNode splat) => new(-1, HloOp.Constant, splat.Kind, [], []) { Payload = splat.Payload };

    private void Dot(HloNode node)
    {
        OperandView[] views = [OperandView.OfNarrow(node.Inputs[0]), OperandView.OfNarrow(node.Inputs[1])];
        HloNode dot = node;
        if (Runtime.DotLowering.Lower(node, views[0], views[1]) is null)
        {
            // Perhaps it is enough to have one operand, or both, in memory as they are.
            OperandView[] dense = [OperandView.Dense(node.Inputs[0]), OperandView.Dense(node.Inputs[1])];
            OperandView[][] choices = [[dense[0], views[1]], [views[0], dense[1]], dense];
            views = Array.Find(choices, c => Runtime.DotLowering.Lower(node, c[0], c[1]) is not null) ?? views;
        }
        if (Runtime.DotLowering.Lower(node, views[0], views[1]) is null)
        {
            // Some operand is no matrix as it lies: copy both to batch, free, contracted order.
            var numbers = (HloDot)node.Payload!;
            HloNode x = Arrange(node, 0, numbers.LhsBatch, numbers.LhsContract), y = Arrange(node, 1, numbers.RhsBatch, numbers.RhsContract);
            var plain = new HloDot(Counting(0, numbers.LhsBatch.Length), Counting(0, numbers.RhsBatch.Length),
                Counting(x.Dims.Length - numbers.LhsContract.Length, numbers.LhsContract.Length),
                Counting(y.Dims.Length - numbers.RhsContract.Length, numbers.RhsContract.Length));
            dot = new HloNode(node.Id, HloOp.Dot, node.Kind, node.Dims, [x, y]) { Payload = plain, Source = node.Source };
            views = [OperandView.Dense(x), OperandView.Dense(y)];
            _steps.Add(new PlannedStep(dot, [], [x, y], [node], views));
            foreach (HloNode copy in new[] { x, y })
            {
                _position[copy] = _position[node];
                _users[copy] = [dot];
                if (copy.Count > 0)
                {
                    Emit(copy, [Fuse(FusionRoot.Dense(copy))]);
                }
            }
            return;
        }
        Request(views[0].Base);
        Request(views[1].Base);
        _steps.Add(new PlannedStep(node, [], [Resolve(views[0].Base), Resolve(views[1].Base)], [node], views));
    }

    // Operands are read as they lie.
    private void Attention(HloNode node)
    {
        OperandView[] views = [.. Enumerable.Range(0, node.Inputs.Length).Select(i => Runtime.AttentionLowering.View(node, i))];
        foreach (OperandView view in views)
        {
            Request(view.Base);
        }
        _steps.Add(new PlannedStep(node, [], views.Select(v => Resolve(v.Base)).ToArray(), AllResults(node).ToArray(), views));
    }

    private static ValueArray<long> Counting(int from, int count) => new(Enumerable.Range(from, count).Select(i => (long)i).ToArray());

    private static HloNode Arrange(HloNode dot, int side, ValueArray<long> batch, ValueArray<long> contract)
    {
        HloNode x = dot.Inputs[side];
        long[] order = [.. batch, .. HloDot.Free(x, batch, contract), .. contract];
        return new HloNode(dot.Id, HloOp.Transpose, x.Kind, order.Select(d => x.Dims[d]).ToArray(), [x]) { A = order, Source = dot.Source };
    }

    private FusedKernel Fuse(FusionRoot root)
    {
        FusedKernel kernel = Fuse(root, []);
        if (!ReferenceEquals(root.Node, root.Target) || !InlinePolicy.IsFusible(root.Node))
        {
            return kernel;
        }
        // Others of this shape that share operands and can wait are computed in the same loop.
        List<HloNode> others = Siblings(kernel, root.Node);
        if (others.Count == 0)
        {
            return kernel;
        }
        try
        {
            return Fuse(root, others);
        }
        catch (SiblingRefused)
        {
            return kernel;
        }
    }

    private List<HloNode> Siblings(FusedKernel kernel, HloNode root)
    {
        int at = _position[root];
        var known = new Dictionary<HloNode, bool>(ReferenceEqualityComparer.Instance);
        var found = new List<HloNode>();
        var seen = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        // All results of a fold are there at once.
        foreach (HloNode fold in kernel.Inlined.Where(n => n.Op == HloOp.Fold).OrderBy(n => n.Id))
        {
            found.AddRange(_users[fold.Inputs[0]].Where(u => u.Op == HloOp.Fold && ReferenceEquals(u.Payload, fold.Payload) && MayJoin(u) && _requested.Contains(u) && CanWait(u)));
        }
        var queue = new Queue<HloNode>(kernel.Buffers.Concat(kernel.Inlined.OrderBy(n => n.Id)).Where(n => n.Count == root.Count));
        // From shared values on through work of this shape, to the results it ends in.
        for (int steps = 0; steps < MaxSiblingSearch && found.Count < MaxSiblings && queue.TryDequeue(out HloNode? source); steps++)
        {
            if (!_users.TryGetValue(source, out List<HloNode>? users))
            {
                continue;
            }
            foreach (HloNode user in users)
            {
                if (!user.Op.IsElementwise() || !MayJoin(user))
                {
                    continue;
                }
                if (!_requested.Contains(user))
                {
                    queue.Enqueue(user);
                }
                else if (found.Count < MaxSiblings && CanWait(user))
                {
                    found.Add(user);
                }
            }
        }
        return found;

        bool MayJoin(HloNode node) => node.Dims.AsSpan().SequenceEqual(root.Dims) && _position[node] < at && IsSame(node, root) && seen.Add(node);

        bool CanWait(HloNode node) => !_produced.Contains(node) && !kernel.Outputs.Contains(node) && StaysInside(node, kernel, root, at, known);
    }

    private FusedKernel Fuse(FusionRoot root, List<HloNode> others, List<FusionRoot>? pieces = null)
    {
        int at = _position[root.Target];
        var refused = new HashSet<HloNode>(ReferenceEqualityComparer.Instance);
        while (true)
        {
            FusedKernel kernel;
            try
            {
                var builder = new FusionBuilder(
                    n => (!ReferenceEquals(n, root.Target) && !others.Contains(n) && _policy.IsBuffer(n)) || refused.Contains(n) || _produced.Contains(n),
                    // Of the several loops of one step, none may read what a later one makes.
                    n => ReferenceEquals(root.Node, root.Target) && _policy.IsShared(n) && _requested.Contains(n) && IsSame(n, root.Target),
                    _policy.Force);
                kernel = builder.Build(root, others, pieces ?? []);
            }
            catch (BufferRequested request)
            {
                if (others.Count > 0 || pieces is not null)
                {
                    throw new SiblingRefused();
                }
                if (ReferenceEquals(request.Node, root.Target) || _policy.IsBuffer(request.Node))
                {
                    throw new InvalidOperationException($"fusion of {root.Node} cannot read {request.Node} from memory");
                }
                _policy.Force(request.Node);
                continue;
            }
            int before = refused.Count;
            var known = new Dictionary<HloNode, bool>(ReferenceEqualityComparer.Instance);
            foreach (HloNode node in kernel.Inlined)
            {
                if (!ReferenceEquals(node, root.Target) && _policy.IsShared(node) && !others.Contains(node)
                    && ((_requested.Contains(node) && !kernel.Outputs.Contains(node)) || !StaysInside(node, kernel, root.Target, at, known)))
                {
                    refused.Add(node);
                }
            }
            if (refused.Count == before)
            {
                return kernel;
            }
        }
    }

    // Whether every use of a node is inside this kernel or after it. A user that is computed inside, but has a loop of its own
    // before this one as well, reads the node too early.
    private bool StaysInside(HloNode node, FusedKernel kernel, HloNode root, int at, Dictionary<HloNode, bool> known)
    {
        if (known.TryGetValue(node, out bool stays))
        {
            return stays;
        }
        stays = true;
        foreach (HloNode user in _users[node])
        {
            if (ReferenceEquals(user, root) || _position[user] > at || kernel.Outputs.Contains(user))
            {
                continue;
            }
            // A view that has no memory is nothing by itself: what reads it counts.
            bool isNothing = user.Op.IsView() && !kernel.Inlined.Contains(user);
            if (!(kernel.Inlined.Contains(user) || isNothing) || _requested.Contains(user) || !StaysInside(user, kernel, root, at, known))
            {
                stays = false;
                break;
            }
        }
        known.Add(node, stays);
        return stays;
    }
}

/// <summary>Control flow of planning: another root does not fit into this loop.</summary>
internal sealed class SiblingRefused : Exception;
