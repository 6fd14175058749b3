using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A computation of single numbers that also reads and writes single elements of arrays, as instructions. An update writes over the array, so every element that is read of
/// an array before an update is read before it is made.
/// </summary>
internal sealed class ScalarArrays
{
    private readonly LoopBody _body;
    private readonly Dictionary<HloNode, int> _values;
    private readonly Dictionary<HloNode, (int Access, int Version)> _arrays = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<HloNode, HloNode> _readers;
    private readonly HashSet<HloNode> _started = new(ReferenceEqualityComparer.Instance), _overwritten = new(ReferenceEqualityComparer.Instance);

    /// <param name="body">Where the instructions go.</param>
    /// <param name="computation">The computation.</param>
    /// <param name="given">For each parameter its value, or the access of an array.</param>
    /// <param name="versions">How often the arrays have been written before.</param>
    public ScalarArrays(LoopBody body, HloComputation computation, int[] given, int versions)
    {
        _body = body;
        _values = new Dictionary<HloNode, int>(ReferenceEqualityComparer.Instance);
        _readers = computation.Schedule().Where(IsElementOf).ToLookup(n => FusionPlanner.Resolve(n.Inputs[0]));
        foreach ((int i, HloNode parameter) in computation.Parameters.Index())
        {
            if (IsArray(parameter))
            {
                _arrays.Add(parameter, (given[i], versions));
            }
            else
            {
                _values.Add(parameter, given[i]);
            }
        }
    }

    /// <summary>Whether an element of an array was to be read after it is written over.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether a node has elements in memory: all but single numbers.</summary>
    public static bool IsArray(HloNode node) => node.Dims.Length > 0 && node.Count is > 1 and <= int.MaxValue;

    /// <summary>
    /// Whether a computation holds nothing but operations on single numbers, and on single elements of arrays that it is given: they are read, or written on the way from
    /// a parameter to the result in its place.
    /// </summary>
    public static bool Holds(HloComputation computation)
    {
        List<HloNode> order = computation.Schedule();
        return computation.Effects.Length == 0
            && computation.Parameters.All(p => IsMovable(p) && (p.Count == 1 || IsArray(p)))
            && order.TrueForAll(n => IsMovable(n) && (n.Op == HloOp.Parameter || IsElementOf(n) || IsUpdate(n) || IsView(n) || IsNumber(n)))
            && computation.Roots.Index().All(r => !IsArray(r.Item) || ReferenceEquals(Origin(r.Item), computation.Parameters[r.Index]))
            && order.Count(IsUpdate) == computation.Roots.Where(IsArray).Sum(Updates);
    }

    /// <summary>The value of a single number, or -1 for an array, whose updates are made.</summary>
    public int Lower(HloNode node)
    {
        if (IsArray(node))
        {
            Update(FusionPlanner.Resolve(node));
            return -1;
        }
        if (_values.TryGetValue(node, out int value))
        {
            return value;
        }
        value = IsElementOf(node) ? Element(node) : node.Op switch
        {
            HloOp.DynamicSlice or HloOp.DynamicUpdateSlice => Lower(node.Inputs[node.Op == HloOp.DynamicSlice ? 0 : 1]),
            _ => RegionLoop.Make(_body, node, Lower),
        };
        return _values[node] = value;
    }

    private int Element(HloNode slice)
    {
        HloNode array = FusionPlanner.Resolve(slice.Inputs[0]);
        (int access, int version) = Update(array);
        int index = Index(slice, slice.Inputs[0], 1);
        // What its index needs may have written over it.
        Failed |= _overwritten.Contains(array);
        return _body.Emit(new LoopInstruction(LoopOpcode.LoadAt, LoopKernel.LaneOf(slice.Kind), index, Index: access, Bits: version));
    }

    // Makes an array, which is a parameter or an update of one that is made.
    private (int Access, int Version) Update(HloNode array)
    {
        if (_arrays.TryGetValue(array, out (int Access, int Version) known))
        {
            return known;
        }
        HloNode before = FusionPlanner.Resolve(array.Inputs[0]);
        (int access, int version) = Update(before);
        if (!_started.Add(array))
        {
            // Something that has to be read before needs it.
            Failed = true;
            return (access, version + 1);
        }
        int value = Lower(array.Inputs[1]), index = Index(array, array, 2);
        foreach (HloNode reader in _readers[before])
        {
            Lower(reader);
        }
        _overwritten.Add(before);
        _body.Emit(new LoopInstruction(LoopOpcode.StoreAt, LoopKernel.LaneOf(array.Kind), value, index, Index: access, Bits: version + 1));
        return _arrays[array] = (access, version + 1);
    }

    // Which element it is, clamped as of a slice.
    private int Index(HloNode node, HloNode array, int first)
    {
        int sum = _body.Int(Lane.I32, 0);
        long stride = array.Count;
        for (int d = 0; d < array.Dims.Length; d++)
        {
            stride /= array.Dims[d];
            if (array.Dims[d] > 1)
            {
                HloNode start = node.Inputs[first + d];
                int at = Lower(start), least = _body.Int(_body.LaneOf(at), 0), most = _body.Int(_body.LaneOf(at), array.Dims[d] - 1);
                Lane lane = _body.LaneOf(at);
                at = start.Kind.IsUnsignedInteger() ? _body.Op(LoopOpcode.UMin, lane, at, most) : _body.Op(LoopOpcode.SMin, lane, _body.Op(LoopOpcode.SMax, lane, at, least), most);
                at = lane == Lane.I64 ? _body.Op(LoopOpcode.I64ToI32, Lane.I32, at) : at;
                at = stride == 1 ? at : _body.Op(LoopOpcode.IMul, Lane.I32, at, _body.Int(Lane.I32, stride));
                sum = _body.Instructions[sum].Op == LoopOpcode.Const ? at : _body.Op(LoopOpcode.IAdd, Lane.I32, sum, at);
            }
        }
        return sum;
    }

    private static bool IsMovable(HloNode node) => node.ResultTypes is null && !node.Kind.IsComplex() && LoopKernel.MemoryKind(node.Kind) == node.Kind;

    private static bool IsNumber(HloNode node) => node.Count == 1 && !IsElementOf(node) && !IsUpdate(node)
        && (node.Op is HloOp.Constant or HloOp.DynamicSlice or HloOp.DynamicUpdateSlice || node.Op.IsElementwise() || node.Op.IsView()) && !node.Inputs.Any(IsArray);

    private static bool IsElementOf(HloNode node) => node.Op == HloOp.DynamicSlice && node.Count == 1 && IsArray(node.Inputs[0]) && Origin(node.Inputs[0]) is not null;

    private static bool IsUpdate(HloNode node) => node.Op == HloOp.DynamicUpdateSlice && IsArray(node) && node.Inputs[1].Count == 1 && Origin(node.Inputs[0]) is not null;

    private static bool IsView(HloNode node) => node.Op == HloOp.Reshape && IsArray(node) && Origin(node) is not null;

    private static int Updates(HloNode array)
    {
        int count = 0;
        for (array = FusionPlanner.Resolve(array); array.Op == HloOp.DynamicUpdateSlice; array = FusionPlanner.Resolve(array.Inputs[0]))
        {
            count++;
        }
        return count;
    }

    // The parameter that is written over to make an array; null where it is made otherwise.
    private static HloNode? Origin(HloNode node)
    {
        while (true)
        {
            node = FusionPlanner.Resolve(node);
            if (node.Op == HloOp.Parameter)
            {
                return node;
            }
            if (node.Op != HloOp.DynamicUpdateSlice || node.Inputs[1].Count != 1)
            {
                return null;
            }
            node = node.Inputs[0];
        }
    }
}
