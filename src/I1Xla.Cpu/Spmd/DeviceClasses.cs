using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Spmd;

/// <summary>
/// Which devices have the same value of each node of the program that all of them run: a class gives for each device the first one with its value. What several
/// devices would compute alike needs computing once: replicated parameters and their update, what a collective gives to all of a group.
/// </summary>
internal sealed class DeviceClasses
{
    private readonly Dictionary<HloNode, int[]> _of = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, (int[][] Inputs, int[][] Results)> _control = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<HloNode, bool> _communicates = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int[]> _known = [];

    /// <summary>Classes of the nodes of a program.</summary>
    /// <param name="devices">How many devices.</param>
    /// <param name="computation">The program of each.</param>
    /// <param name="parameters">For each parameter the first device that has each device's argument.</param>
    public DeviceClasses(int devices, HloComputation computation, int[][] parameters)
    {
        Devices = devices;
        Uniform = Class(_ => 0);
        Distinct = Class(d => d);
        Analyze(computation, [.. parameters.Select(p => Class(d => p[d]))]);
    }

    /// <summary>How many devices.</summary>
    public int Devices { get; }

    /// <summary>One value on all devices.</summary>
    public int[] Uniform { get; }

    /// <summary>Values that may all differ.</summary>
    public int[] Distinct { get; }

    /// <summary>For each device the first one with its value; equal classes are one array.</summary>
    public int[] Of(HloNode node)
    {
        if (!_of.TryGetValue(node, out int[]? known))
        {
            _of[node] = known = Find(node);
        }
        return known;
    }

    /// <summary>Whether the same sets of devices have the values of both nodes; always so in a program of one device, which has no classes.</summary>
    public static bool AreAlike(DeviceClasses? classes, HloNode a, HloNode b) => classes is null || ReferenceEquals(classes.Of(a), classes.Of(b));

    /// <summary>The first device of each set with one value, in order.</summary>
    public static IEnumerable<int> Firsts(int[] devices) => Enumerable.Range(0, devices.Length).Where(d => devices[d] == d);

    /// <summary>Whether a loop or branch speaks between devices inside, so that all devices run it together.</summary>
    public bool Communicates(HloNode node)
    {
        if (node.Computations.Length == 0)
        {
            return false;
        }
        if (!_communicates.TryGetValue(node, out bool known))
        {
            _communicates[node] = known = node.Computations.Any(c => c.Schedule().Exists(n => n.Op == HloOp.Collective || Communicates(n)));
        }
        return known;
    }

    /// <summary>Classes of what goes into a loop or branch of all devices (for a branch behind its index), and of its results.</summary>
    public (int[][] Inputs, int[][] Results) OfControl(HloNode node)
    {
        Of(node);
        return _control[node];
    }

    private void Analyze(HloComputation computation, int[][] parameters)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            _of[computation.Parameters[i]] = parameters[i];
        }
        foreach (HloNode node in computation.Schedule())
        {
            if (node.Op != HloOp.Parameter)
            {
                _of[node] = Find(node);
            }
        }
    }

    private int[] Find(HloNode node)
    {
        switch (node.Op)
        {
            case HloOp.Collective:
                return OfCollective((HloCollective)node.Payload!, node.Inputs);
            case HloOp.While when Communicates(node):
                Loop(node);
                return Uniform;
            case HloOp.Case when Communicates(node):
                Branch(node);
                return Uniform;
            case HloOp.GetResult when node.Inputs[0].Op == HloOp.Barrier:
                return Of(node.Inputs[0].Inputs[node.A[0]]);
            case HloOp.GetResult when Communicates(node.Inputs[0]):
                return OfControl(node.Inputs[0]).Results[node.A[0]];
            default:
                return Join(node.Inputs.Select(Of));
        }
    }

    private int[] OfCollective(HloCollective collective, HloNode[] inputs)
    {
        if (collective.Kind == CollectiveKind.PerDevice)
        {
            return Class(d => collective.Numbers[d]);
        }
        int[] given = Of(inputs[0]);
        if (collective.Kind == CollectiveKind.Permute)
        {
            return Class(d => collective.Sources[d] < 0 ? -1 : given[collective.Sources[d]]);
        }
        // What a device gets depends on what its group has, and where each gets a part of its own, on its place there.
        bool parts = collective.Kind is CollectiveKind.ReduceScatter or CollectiveKind.AllToAll;
        string[] keys = new string[Devices];
        Array.Fill(keys, "");
        foreach (int[] group in collective.Groups)
        {
            string all = string.Join(',', group.Select(d => given[d]));
            for (int g = 0; g < group.Length; g++)
            {
                keys[group[g]] = parts ? $"{g}:{all}" : all;
            }
        }
        return Class(d => keys[d]);
    }

    // What is carried differs where it does at first or after any number of rounds.
    private void Loop(HloNode loop)
    {
        int carried = (int)loop.A[0];
        int[][] inputs = [.. loop.Inputs.Select(Of)];
        bool changes;
        do
        {
            changes = false;
            foreach (HloComputation computation in loop.Computations)
            {
                Analyze(computation, inputs);
            }
            for (int i = 0; i < carried; i++)
            {
                int[] next = Join([inputs[i], Of(loop.Computations[1].Roots[i])]);
                changes |= !ReferenceEquals(next, inputs[i]);
                inputs[i] = next;
            }
        }
        while (changes);
        _control[loop] = (inputs, inputs[..carried]);
    }

    private void Branch(HloNode branch)
    {
        int[][] inputs = [.. branch.Inputs.Skip(1).Select(Of)];
        foreach (HloComputation computation in branch.Computations)
        {
            Analyze(computation, inputs);
        }
        _control[branch] = (inputs, [.. branch.ResultTypes!.Select((_, i) => Join(branch.Computations.Select(c => Of(c.Roots[i]))))]);
    }

    private int[] Join(IEnumerable<int[]> classes)
    {
        int[] joined = Uniform;
        foreach (int[] other in classes)
        {
            if (!ReferenceEquals(joined, other) && !ReferenceEquals(other, Uniform))
            {
                int[] before = joined;
                joined = ReferenceEquals(before, Uniform) ? other : Class(d => (before[d], other[d]));
            }
        }
        return joined;
    }

    // Devices with equal keys are one set.
    private int[] Class<T>(Func<int, T> key)
        where T : notnull
    {
        var first = new Dictionary<T, int>();
        int[] found = new int[Devices];
        for (int d = 0; d < Devices; d++)
        {
            first.TryAdd(key(d), d);
            found[d] = first[key(d)];
        }
        string name = string.Join(',', found);
        return _known.TryGetValue(name, out int[]? known) ? known : _known[name] = found;
    }
}
