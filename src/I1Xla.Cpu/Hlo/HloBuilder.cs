using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// Makes nodes: equal nodes are made once (common subexpressions cannot arise), and each is simplified as it is made, so
/// import, common subexpression elimination and algebraic simplification are one linear pass. Rules kept are exact:
/// they give the bits that the operations as written give (NaN payloads and the sign of zero included), except where a
/// rule says otherwise.
/// </summary>
public sealed partial class HloBuilder
{
    private const long MostWidened = 1 << 16;

    private readonly Dictionary<HloNode, HloNode> _nodes = new(NodeComparer.Instance);
    private int _next;

    /// <summary>The operation that new nodes come from.</summary>
    public Operation? Source { get; set; }

    /// <summary>Whether simplification is on; off, nodes come out as asked for (common subexpressions are still found).</summary>
    public bool Simplify { get; init; } = true;

    /// <summary>A parameter; never merged with another.</summary>
    public HloNode Parameter(TensorType type, int index) => Add(new HloNode(_next++, HloOp.Parameter, type.Kind, type.Shape.ToArray(), []) { A = [index], Payload = new object() });

    /// <summary>A parameter that carries something other than a tensor (a token).</summary>
    public HloNode OpaqueParameter(IrType type, int index) => Add(new HloNode(_next++, HloOp.Parameter, ElementKind.I1, [0], []) { A = [index], Payload = type });

    /// <summary>A constant; equal elements become a splat.</summary>
    public HloNode Constant(ElementKind kind, long[] dims, ReadOnlyMemory<byte> data, bool isSplat)
    {
        int size = kind.StorageBytes();
        ReadOnlySpan<byte> span = data.Span;
        if (!isSplat && span.Length >= size && (span.Length == size || span[size..].SequenceEqual(span[..^size])))
        {
            isSplat = true;
            data = data[..size].ToArray();
        }
        return Intern(new HloNode(_next, HloOp.Constant, kind, dims, []) { Payload = new HloConstant(data, isSplat) });
    }

    /// <summary>A constant with one value everywhere, given as a double.</summary>
    public HloNode Splat(ElementKind kind, long[] dims, double value) => Constant(kind, dims, ScalarFolding.FromDouble(kind, value), true);

    /// <summary>A constant with one value everywhere, given as an integer.</summary>
    public HloNode SplatInteger(ElementKind kind, long[] dims, long value) => Constant(kind, dims, ScalarFolding.FromLong(kind, value), true);

    /// <summary>Counts along a dimension.</summary>
    public HloNode Iota(ElementKind kind, long[] dims, long dimension)
    {
        if (Simplify && dims[dimension] == 1 && !kind.IsComplex())
        {
            return SplatInteger(kind, dims, 0);
        }
        if (Simplify && dims.Length > 1)
        {
            return Broadcast(Iota(kind, [dims[dimension]], 0), dims, [dimension]);
        }
        return Intern(new HloNode(_next, HloOp.Iota, kind, dims, []) { A = [dimension] });
    }

    /// <summary>A dot product; the result dimensions are batch, left free, right free.</summary>
    public HloNode Dot(HloNode x, HloNode y, HloDot numbers, ElementKind kind)
    {
        long[] left = HloDot.Free(x, numbers.LhsBatch, numbers.LhsContract), right = HloDot.Free(y, numbers.RhsBatch, numbers.RhsContract);
        long[] dims = [.. numbers.LhsBatch.Concat(left).Select(d => x.Dims[d]), .. right.Select(d => y.Dims[d])];
        return Intern(new HloNode(_next, HloOp.Dot, kind, dims, [x, y]) { Payload = numbers });
    }

    /// <summary>Any node as given.</summary>
    public HloNode Node(
        HloOp op, ElementKind kind, long[] dims, HloNode[] inputs, long[]? a = null, object? payload = null,
        HloComputation[]? computations = null, IrType[]? resultTypes = null, long[]? b = null)
    {
        var node = new HloNode(_next, op, kind, dims, inputs) { A = a ?? [], B = b ?? [], Payload = payload, Computations = computations ?? [], ResultTypes = resultTypes };
        return op is HloOp.Generic or HloOp.While or HloOp.Case or HloOp.Barrier ? Add(node) : Intern(node);
    }

    /// <summary>Result <paramref name="index"/> of a node with several.</summary>
    public HloNode GetResult(HloNode node, int index) => node.ResultTypes![index] is TensorType t
        ? Intern(new HloNode(_next, HloOp.GetResult, t.Kind, t.Shape.ToArray(), [node]) { A = [index] })
        : Intern(new HloNode(_next, HloOp.GetResult, ElementKind.I1, [0], [node]) { A = [index], Payload = node.ResultTypes[index] });

    internal static long Product(ReadOnlySpan<long> dims)
    {
        long n = 1;
        foreach (long d in dims)
        {
            n *= d;
        }
        return n;
    }

    // where[i]: the dimension of `to` that dimension i of `from` becomes; -1 for a unit dimension that goes away.
    private static bool OnlyUnitDims(long[] from, long[] to, out long[] where)
    {
        where = new long[from.Length];
        int j = 0;
        for (int i = 0; i < from.Length; i++)
        {
            if (from[i] == 1)
            {
                where[i] = -1;
                continue;
            }
            while (j < to.Length && to[j] == 1)
            {
                j++;
            }
            if (j == to.Length || to[j] != from[i])
            {
                return false;
            }
            where[i] = j++;
        }
        while (j < to.Length && to[j] == 1)
        {
            j++;
        }
        return j == to.Length;
    }

    private static HloNode? SinkBelowBroadcast(HloNode x) => x.Op == HloOp.Broadcast ? x.Inputs[0] : null;

    // op(broadcast a, broadcast b) is broadcast(op(a, b)) when both are broadcast alike or one is a splat: less work.
    private HloNode? TryBinaryBelowBroadcast(HloNode x, HloNode y, Func<HloNode, HloNode, HloNode> make)
    {
        if (x.Op == HloOp.Broadcast && y.Op == HloOp.Broadcast && x.A.AsSpan().SequenceEqual(y.A) && x.Inputs[0].Dims.AsSpan().SequenceEqual(y.Inputs[0].Dims))
        {
            return Broadcast(make(x.Inputs[0], y.Inputs[0]), x.Dims, x.A);
        }
        if (x.Op == HloOp.Broadcast && y.IsSplat)
        {
            return Broadcast(make(x.Inputs[0], Constant(y.Kind, x.Inputs[0].Dims, y.Constant!.Data, true)), x.Dims, x.A);
        }
        if (y.Op == HloOp.Broadcast && x.IsSplat)
        {
            return Broadcast(make(Constant(x.Kind, y.Inputs[0].Dims, x.Constant!.Data, true), y.Inputs[0]), y.Dims, y.A);
        }
        return null;
    }

    // The sum of two zero-padded tensors whose own parts lie side by side is their concatenation, padded (-0 may stay -0 where
    // the sum would give 0). Derivatives of slices add up like this.
    private HloNode? JoinPads(HloNode x, HloNode y)
    {
        if (!IsIdentity(HloOp.Add, x.Inputs[1]) || !IsIdentity(HloOp.Add, y.Inputs[1]) || !x.C.AsSpan().SequenceEqual(y.C))
        {
            return null;
        }
        int axis = -1;
        for (int d = 0; d < x.Dims.Length; d++)
        {
            if (x.A[d] < 0 || x.B[d] < 0 || y.A[d] < 0 || y.B[d] < 0)
            {
                return null;
            }
            if (x.A[d] == y.A[d] && x.B[d] == y.B[d])
            {
                continue;
            }
            if (axis >= 0)
            {
                return null;
            }
            axis = d;
        }
        if (axis < 0)
        {
            return null;
        }
        if (y.A[axis] < x.A[axis])
        {
            (x, y) = (y, x);
        }
        if (x.C.Any(c => c != 0))
        {
            return JoinTurns(x, y, axis);
        }
        if (x.A[axis] + x.Inputs[0].Dims[axis] != y.A[axis])
        {
            return null;
        }
        long[] high = (long[])x.B.Clone();
        high[axis] = y.B[axis];
        return Pad(Concatenate([x.Inputs[0], y.Inputs[0]], axis), x.Inputs[1], x.A, high, x.C);
    }

    // The same where the elements of one fill the gaps between those of the other along an axis, as in the steps of a cumulative sum.
    private HloNode? JoinTurns(HloNode x, HloNode y, int axis)
    {
        (HloNode even, HloNode odd) = (x.Inputs[0], y.Inputs[0]);
        long pairs = odd.Dims[axis], left = even.Dims[axis] - pairs;
        if (y.A[axis] != x.A[axis] + 1 || left is not (0 or 1) || pairs == 0 || x.C.Index().Any(c => c.Item != (c.Index == axis ? 1 : 0)))
        {
            return null;
        }
        long[] turn = [.. odd.Dims[..(axis + 1)], 1, .. odd.Dims[(axis + 1)..]], joined = (long[])odd.Dims.Clone(), high = (long[])x.B.Clone(), none = new long[joined.Length];
        joined[axis] = 2 * pairs;
        HloNode both = Reshape(Concatenate([Reshape(Part(0, pairs), turn), Reshape(odd, turn)], axis + 1), joined);
        if (left > 0)
        {
            both = Concatenate([both, Part(pairs, left)], axis);
        }
        high[axis] = x.Dims[axis] - x.A[axis] - both.Dims[axis];
        return Pad(both, x.Inputs[1], x.A, high, none);

        HloNode Part(long start, long count)
        {
            long[] starts = (long[])none.Clone(), ends = (long[])even.Dims.Clone();
            (starts[axis], ends[axis]) = (start, start + count);
            return Slice(even, starts, ends, [.. none.Select(_ => 1L)]);
        }
    }

    private static bool IsWidening(ElementKind from, ElementKind to) => (from, to) switch
    {
        (ElementKind.BF16 or ElementKind.F16, ElementKind.F32 or ElementKind.F64) => true,
        (ElementKind.F32, ElementKind.F64) => true,
        _ => from.IsInteger() && to.IsInteger() && to.BitWidth() > from.BitWidth() && (to.IsSignedInteger() || from.IsUnsignedInteger())
            && (from.IsUnsignedInteger() || to.IsSignedInteger()),
    };

    // Integer arithmetic modulo 2^64 whose low half alone is wanted is done modulo 2^32 (threefry counters are 64 bits wide).
    private HloNode? NarrowTo32(HloNode x, ElementKind to)
    {
        if (to is not (ElementKind.I32 or ElementKind.UI32) || x.Kind is not (ElementKind.I64 or ElementKind.UI64))
        {
            return null;
        }
        switch (x.Op)
        {
            case HloOp.Iota:
                return Iota(to, x.Dims, x.A[0]);
            case HloOp.Broadcast when NarrowTo32(x.Inputs[0], to) is { } inner:
                return Broadcast(inner, x.Dims, x.A);
            case HloOp.Reshape when NarrowTo32(x.Inputs[0], to) is { } inner:
                return Reshape(inner, x.Dims);
            case HloOp.Constant when x.IsSplat:
                return Constant(to, x.Dims, x.Constant!.Data[..4], true);
            case HloOp.Add or HloOp.Subtract or HloOp.Multiply or HloOp.And or HloOp.Or or HloOp.Xor
                when NarrowTo32(x.Inputs[0], to) is { } a && NarrowTo32(x.Inputs[1], to) is { } b:
                return Binary(x.Op, a, b);
            case HloOp.ShiftRightLogical
                when x.Inputs[1].IsSplat && ScalarFolding.ToDouble(x.Kind, x.Inputs[1].Constant!.Data.Span) is >= 32 && Bound(x.Inputs[0]) <= uint.MaxValue:
                return SplatInteger(to, x.Dims, 0);
            case HloOp.Convert when x.Inputs[0].Kind is ElementKind.I32 or ElementKind.UI32:
                return Unary(HloOp.Convert, x.Inputs[0], to);
            default:
                return null;
        }
    }

    // An upper bound of a non-negative integer node; infinity when unknown.
    private static double Bound(HloNode x) => x.Op switch
    {
        HloOp.Iota => Math.Max(0, x.Dims[x.A[0]] - 1),
        HloOp.Broadcast or HloOp.Reshape => Bound(x.Inputs[0]),
        HloOp.Constant when x.IsSplat && ScalarFolding.ToDouble(x.Kind, x.Constant!.Data.Span) is >= 0 and { } v => v,
        HloOp.Add => Bound(x.Inputs[0]) + Bound(x.Inputs[1]),
        HloOp.Multiply => Bound(x.Inputs[0]) * Bound(x.Inputs[1]),
        _ => double.PositiveInfinity,
    };

    private HloNode Intern(HloNode node)
    {
        if (_nodes.TryGetValue(node, out HloNode? known))
        {
            return known;
        }
        _nodes.Add(node, node);
        return Add(node);
    }

    private HloNode Add(HloNode node)
    {
        node.Id = _next++;
        node.Source ??= Source;
        return node;
    }

    private sealed class NodeComparer : IEqualityComparer<HloNode>
    {
        public static readonly NodeComparer Instance = new();

        public bool Equals(HloNode? x, HloNode? y)
        {
            if (x!.Op != y!.Op || x.Kind != y.Kind || x.Inputs.Length != y.Inputs.Length || !x.Dims.AsSpan().SequenceEqual(y.Dims)
                || !x.A.AsSpan().SequenceEqual(y.A) || !x.B.AsSpan().SequenceEqual(y.B) || !x.C.AsSpan().SequenceEqual(y.C))
            {
                return false;
            }
            for (int i = 0; i < x.Inputs.Length; i++)
            {
                if (!ReferenceEquals(x.Inputs[i], y.Inputs[i]))
                {
                    return false;
                }
            }
            return Equals(x.Payload, y.Payload);
        }

        public int GetHashCode(HloNode node)
        {
            var hash = new HashCode();
            hash.Add((int)node.Op * 64 + (int)node.Kind);
            foreach (long d in node.Dims)
            {
                hash.Add(d);
            }
            foreach (HloNode input in node.Inputs)
            {
                hash.Add(input.Id);
            }
            foreach (long a in node.A)
            {
                hash.Add(a);
            }
            if (node.Payload is HloConstant c)
            {
                hash.Add(c);
            }
            return hash.ToHashCode();
        }
    }
}
