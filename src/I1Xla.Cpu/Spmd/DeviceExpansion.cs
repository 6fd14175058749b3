using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Spmd;

/// <summary>How the program of one device becomes that of all in one: whose argument and whose result each is, in order.</summary>
/// <param name="Classes">Which devices have the same values.</param>
/// <param name="Parameters">For each parameter of all, the parameter and the device.</param>
/// <param name="Roots">For each result of all, the result and the device.</param>
internal sealed record DeviceLayout(DeviceClasses Classes, (int Index, int Device)[] Parameters, (int Index, int Device)[] Roots)
{
    /// <summary>All arguments and results of device 0, then those of device 1, and so on; results that an earlier device has are left out.</summary>
    public static DeviceLayout OfAll(DeviceClasses classes, HloComputation computation) => new(
        classes,
        [.. Enumerable.Range(0, classes.Devices).SelectMany(d => computation.Parameters.Select((_, i) => (i, d)))],
        [.. Enumerable.Range(0, classes.Devices).SelectMany(d => computation.Roots.Select((root, i) => (Root: root, Index: i)).Where(r => classes.Of(r.Root)[d] == d).Select(r => (r.Index, d)))]);

    /// <summary>Each value once for each set of devices that have it, then the next value.</summary>
    public static (int Index, int Device)[] Once(int[][] classes) => [.. classes.SelectMany((c, i) => DeviceClasses.Firsts(c).Select(d => (i, d)))];

    /// <summary>Layouts for the computations of a loop or branch of all devices.</summary>
    public DeviceLayout[] Inside(HloNode control)
    {
        (int[][] inputs, int[][] results) = Classes.OfControl(control);
        (int, int)[] parameters = Once(inputs), roots = Once(results);
        // Device 0 says for all how long a loop runs.
        return [.. control.Computations.Select((_, i) => this with { Parameters = parameters, Roots = control.Op == HloOp.While && i == 0 ? [(0, 0)] : roots })];
    }
}

/// <summary>The devices of a program and which of them are given the same arguments.</summary>
/// <param name="Groups">The devices.</param>
/// <param name="First">For each argument the first device that has each device's.</param>
internal sealed record DeviceArguments(ProcessGroups Groups, int[][] First);

/// <summary>
/// Takes the planned steps of one device to those of all devices: fusion and code are made once, and each step runs once for each set of devices whose values
/// differ, on memory of their own. Collectives are loops that read the values of several devices.
/// </summary>
internal sealed class DeviceExpansion
{
    private readonly DeviceLayout _layout;
    private readonly DeviceClasses _classes;
    private readonly Dictionary<(HloNode, int), HloNode> _made = [];
    private readonly Dictionary<(HloNode, int), HloNode> _results = [];
    private readonly Dictionary<(HloNode, int), HloNode> _parameters = [];
    private readonly Dictionary<(HloNode, int Group, int Place), (FusedKernel Kernel, HloNode[] Leaves)[]> _kernels = [];
    private readonly Dictionary<OperandView, OperandView> _views = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PlannedStep, PlannedStep> _origin = new(ReferenceEqualityComparer.Instance);

    /// <summary>Expands a graph.</summary>
    /// <param name="layout">Whose values go in and come out.</param>
    /// <param name="computation">The graph of one device.</param>
    /// <param name="groups">Its steps in the groups that run at once.</param>
    public DeviceExpansion(DeviceLayout layout, HloComputation computation, List<PlannedStep[]> groups)
    {
        _layout = layout;
        _classes = layout.Classes;
        var parameters = new HloNode[layout.Parameters.Length];
        for (int p = 0; p < parameters.Length; p++)
        {
            HloNode given = computation.Parameters[layout.Parameters[p].Index];
            parameters[p] = new HloNode(p, HloOp.Parameter, given.Kind, given.Dims, []) { A = [p], Payload = given.Payload };
            _parameters[(given, layout.Parameters[p].Device)] = parameters[p];
        }
        // Operands first, so that no value is far from those that it needs.
        foreach (HloNode node in computation.Schedule())
        {
            if (node.Op != HloOp.Parameter)
            {
                foreach (int device in DeviceClasses.Firsts(_classes.Of(node)))
                {
                    Map(node, device);
                }
            }
        }
        Groups = [.. groups.SelectMany(Expand)];
        Computation = new HloComputation(parameters, [.. layout.Roots.Select(r => Map(computation.Roots[r.Index], r.Device))], []);
    }

    /// <summary>The graph of all devices, whose nodes are those that steps read and write.</summary>
    public HloComputation Computation { get; }

    /// <summary>The steps of all devices, in groups that run at once.</summary>
    public List<PlannedStep[]> Groups { get; }

    /// <summary>The step of one device that a step was made from.</summary>
    public PlannedStep OriginOf(PlannedStep step) => _origin[step];

    /// <summary>Donors of the results of all devices, given those of one.</summary>
    public int[] Donors(int[] donors)
    {
        var at = _layout.Parameters.Select((p, i) => (p, i)).ToDictionary(p => p.p, p => p.i);
        return [.. _layout.Roots.Select(r => donors[r.Index] >= 0 && at.TryGetValue((donors[r.Index], r.Device), out int donor) ? donor : -1)];
    }

    // Small steps run at once on all devices, others on one after the other.
    private IEnumerable<PlannedStep[]> Expand(PlannedStep[] group)
    {
        PlannedStep[] all = [.. group.SelectMany(ExpandStep)];
        return group.Length > 1 || StepGroups.IsSmall(group[0]) ? all.Length == 0 ? [] : [all] : all.Select(s => new[] { s });
    }

    private IEnumerable<PlannedStep> ExpandStep(PlannedStep step)
    {
        foreach (int device in DeviceClasses.Firsts(_classes.Of(step.Node)))
        {
            PlannedStep? made = step.Node.Op == HloOp.Collective ? Collective(step, device) : Copy(step, device);
            if (made is not null)
            {
                _origin[made] = step;
                yield return made;
            }
        }
    }

    private PlannedStep Copy(PlannedStep step, int device)
    {
        HloNode[] writes = _classes.Communicates(step.Node)
            ? [.. Map(step.Node, 0) is var control ? control.ResultTypes!.Select((t, i) => Result(control, i)) : []]
            : [.. step.Writes.Select(w => Map(w, device))];
        return new PlannedStep(
            Map(step.Node, device), [.. step.Kernels.Select(k => Copy(k, device))],
            _classes.Communicates(step.Node) ? [.. Map(step.Node, 0).Inputs.Select(FusionPlanner.Resolve).Distinct()] : [.. step.Reads.Select(r => FusionPlanner.Resolve(Map(r, device))).Distinct()],
            writes, [.. step.Views.Select(v => View(v, device))])
        {
            LeftPrologue = Copy(step.LeftPrologue, device),
            RightPrologue = Copy(step.RightPrologue, device),
            Epilogue = Copy(step.Epilogue, device),
        };
    }

    private FusedKernel Copy(FusedKernel kernel, int device) =>
        kernel with { Buffers = [.. kernel.Buffers.Select(b => Map(b, device))], Outputs = [.. kernel.Outputs.Select(o => Map(o, device))] };

    private ProductLoop? Copy(ProductLoop? loop, int device) =>
        loop is null ? null : loop with { Step = Copy(loop.Step, device), Matrix = Map(loop.Matrix, device), SumsIn = loop.SumsIn is { } sums ? Map(sums, device) : null };

    // Views of constants stay the same, so that what is made of them once serves all devices.
    private OperandView View(OperandView view, int device)
    {
        HloNode from = Map(view.Base, device);
        return ReferenceEquals(from, view.Base) ? view : view with { Base = from };
    }

    // The node of a device, or of the first with its value.
    private HloNode Map(HloNode node, int device)
    {
        int first = _classes.Of(node)[device];
        if (!_made.TryGetValue((node, first), out HloNode? made))
        {
            _made[(node, first)] = made = Make(node, first);
        }
        return made;
    }

    private HloNode Make(HloNode node, int device)
    {
        switch (node.Op)
        {
            case HloOp.Parameter:
                return _parameters[(node, device)];
            case HloOp.Constant:
                return node;
            case HloOp.Collective:
                return MakeCollective(node, device);
            case HloOp.While or HloOp.Case when _classes.Communicates(node):
                return MakeControl(node);
            case HloOp.GetResult when _classes.Communicates(node.Inputs[0]):
                (int, int)[] results = DeviceLayout.Once(_classes.OfControl(node.Inputs[0]).Results);
                return Result(Map(node.Inputs[0], 0), Array.IndexOf(results, ((int)node.A[0], device)));
        }
        HloNode[] inputs = Array.ConvertAll(node.Inputs, i => Map(i, device));
        return inputs.AsSpan().SequenceEqual(node.Inputs) ? node : With(node, inputs);
    }

    private static HloNode With(HloNode node, HloNode[] inputs) => new(node.Id, node.Op, node.Kind, node.Dims, inputs)
    {
        A = node.A,
        B = node.B,
        C = node.C,
        Payload = node.Payload,
        Computations = node.Computations,
        ResultTypes = node.ResultTypes,
        Source = node.Source,
    };

    private HloNode MakeControl(HloNode node)
    {
        (int[][] inputs, int[][] results) = _classes.OfControl(node);
        int fixedInputs = node.Op == HloOp.Case ? 1 : 0;
        (int Index, int)[] from = DeviceLayout.Once(results);
        return new HloNode(node.Id, node.Op, node.Kind, node.Dims,
            [.. node.Inputs.Take(fixedInputs).Select(i => Map(i, 0)), .. DeviceLayout.Once(inputs).Select(p => Map(node.Inputs[fixedInputs + p.Index], p.Device))])
        {
            A = node.Op == HloOp.While ? [from.Length] : node.A,
            Computations = node.Computations,
            ResultTypes = [.. from.Select(r => node.ResultTypes![r.Index])],
            Source = node.Source,
        };
    }

    private HloNode Result(HloNode control, int index)
    {
        if (!_results.TryGetValue((control, index), out HloNode? made))
        {
            _results[(control, index)] = made = control.ResultTypes![index] is TensorType t
                ? new HloNode(control.Id, HloOp.GetResult, t.Kind, t.Shape.ToArray(), [control]) { A = [index] }
                : new HloNode(control.Id, HloOp.GetResult, ElementKind.I1, [0], [control]) { A = [index], Payload = control.ResultTypes[index] };
        }
        return made;
    }

    private HloNode MakeCollective(HloNode node, int device)
    {
        var collective = (HloCollective)node.Payload!;
        switch (collective.Kind)
        {
            case CollectiveKind.PerDevice:
                return new HloNode(node.Id, HloOp.Constant, node.Kind, node.Dims, []) { Payload = new HloConstant(BitConverter.GetBytes(collective.Numbers[device]), true) };
            case CollectiveKind.Permute:
                return collective.Sources[device] < 0 ? Zero(node) : Map(node.Inputs[0], collective.Sources[device]);
        }
        return GroupOf(collective, device) switch
        {
            null => Zero(node),
            [_] => Map(node.Inputs[0], device),
            int[] group => With(node, [.. group.Select(d => Map(node.Inputs[0], d))]),
        };
    }

    private static int[]? GroupOf(HloCollective collective, int device) => Array.Find(collective.Groups, g => g.Contains(device));

    private static HloNode Zero(HloNode node) =>
        new(node.Id, HloOp.Constant, node.Kind, node.Dims, []) { Payload = new HloConstant(new byte[node.Kind.StorageBytes()], true) };

    // Null where a device gets what another has as it is.
    private PlannedStep? Collective(PlannedStep step, int device)
    {
        HloNode node = step.Node;
        var collective = (HloCollective)node.Payload!;
        if (GroupOf(collective, device) is not { Length: > 1 } group)
        {
            return null;
        }
        HloNode made = Map(node, device);
        int place = collective.Kind is CollectiveKind.ReduceScatter or CollectiveKind.AllToAll ? Array.IndexOf(group, device) : 0;
        if (!_kernels.TryGetValue((node, group.Length, place), out (FusedKernel Kernel, HloNode[] Leaves)[]? kernels))
        {
            _kernels[(node, group.Length, place)] = kernels = Kernels(node, collective, group.Length, place);
        }
        FusedKernel[] placed = [.. kernels.Select(k => k.Kernel with
        {
            Buffers = [.. k.Kernel.Buffers.Select(b => Array.IndexOf(k.Leaves, b) is >= 0 and int leaf ? made.Inputs[leaf] : made)],
            Outputs = [made],
        })];
        return new PlannedStep(made, placed, [.. made.Inputs.Select(FusionPlanner.Resolve).Distinct()], [made], []);
    }

    // Loops over the values of a group, which are parameters here.
    private static (FusedKernel, HloNode[])[] Kernels(HloNode node, HloCollective collective, int members, int place)
    {
        HloNode from = node.Inputs[0];
        HloNode[] leaves = [.. Enumerable.Range(0, members).Select(i => new HloNode(-1, HloOp.Parameter, from.Kind, from.Dims, []))];
        FusedKernel Build(FusionRoot root) =>
            new FusionBuilder(n => n.Op == HloOp.Parameter, _ => false, n => throw new InvalidOperationException($"{node.Op} cannot read {n}")).Build(root, [], []);
        HloNode Part(HloNode leaf, long dimension)
        {
            long[] dims = (long[])leaf.Dims.Clone(), start = new long[dims.Length];
            dims[dimension] /= members;
            start[dimension] = place * dims[dimension];
            long[] limit = [.. start.Zip(dims, (s, n) => s + n)], strides = new long[dims.Length];
            Array.Fill(strides, 1);
            return new HloNode(-1, HloOp.Slice, leaf.Kind, dims, [leaf]) { A = start, B = limit, C = strides };
        }
        if (collective.Kind is CollectiveKind.AllReduce or CollectiveKind.ReduceScatter)
        {
            HloNode[] parts = collective.Kind == CollectiveKind.AllReduce ? leaves : [.. leaves.Select(l => Part(l, collective.Dimension))];
            HloNode sum = parts[0];
            foreach (HloNode part in parts.AsSpan(1))
            {
                sum = new HloNode(-1, collective.Combine, node.Kind, node.Dims, [sum, part]);
            }
            return [(Build(FusionRoot.Dense(sum)), leaves)];
        }
        HloNode[] pieces = collective.Kind == CollectiveKind.AllGather ? leaves : [.. leaves.Select(l => Part(l, collective.Split))];
        long[] strides = FusionRoot.DenseStrides(node.Dims);
        long step = pieces[0].Dims[collective.Dimension] * strides[collective.Dimension];
        return [.. pieces.Select((p, i) => (Build(new FusionRoot(p, node, i * step, strides)), leaves))];
    }
}
