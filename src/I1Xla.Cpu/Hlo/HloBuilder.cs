using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// Makes nodes: equal nodes are made once (common subexpressions cannot arise), and each is simplified as it is made, so
/// import, common subexpression elimination and algebraic simplification are one linear pass. Rules kept are exact:
/// they give the bits that the operations as written give (NaN payloads and the sign of zero included), except where a
/// rule says otherwise.
/// </summary>
public sealed class HloBuilder
{
    private const long MostGrouped = 16;
    private const long MostWidened = 1 << 16;
    private const long MinStagedElements = 1 << 16;
    private const long MinStagedRows = 32;
    private const long MinStagedLanes = 512;

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

    /// <summary>An elementwise operation of one operand.</summary>
    public HloNode Unary(HloOp op, HloNode x, ElementKind? kind = null, long[]? a = null)
    {
        ElementKind k = kind ?? x.Kind;
        if (Simplify)
        {
            if (op == HloOp.Convert)
            {
                if (x.Kind == k)
                {
                    return x;
                }
                // A widening conversion undone: exact.
                if (x.Op == HloOp.Convert && x.Inputs[0].Kind == k && IsWidening(k, x.Kind))
                {
                    return x.Inputs[0];
                }
                if (NarrowTo32(x, k) is { } narrow)
                {
                    return narrow;
                }
            }
            if (op == HloOp.Bitcast && x.Kind == k)
            {
                return x;
            }
            if (op is HloOp.Negate or HloOp.Not && x.Op == op)
            {
                return x.Inputs[0];
            }
            if (x.IsSplat && ScalarFolding.Unary(op, x.Constant!.Data.Span, x.Kind, k) is { } folded)
            {
                return Constant(k, x.Dims, folded, true);
            }
            if (SinkBelowBroadcast(x) is { } source)
            {
                return Broadcast(Unary(op, source, kind, a), x.Dims, x.A);
            }
        }
        return Intern(new HloNode(_next, op, k, x.Dims, [x]) { A = a ?? [] });
    }

    /// <summary>An elementwise operation of two operands of one shape.</summary>
    public HloNode Binary(HloOp op, HloNode x, HloNode y)
    {
        if (Simplify)
        {
            if (x.IsSplat && y.IsSplat && ScalarFolding.Binary(op, x.Constant!.Data.Span, y.Constant!.Data.Span, x.Kind) is { } folded)
            {
                return Constant(x.Kind, x.Dims, folded, true);
            }
            bool isFloat = x.Kind.IsFloat();
            if (op is HloOp.Add or HloOp.Multiply or HloOp.And or HloOp.Or or HloOp.Xor && x.Op == HloOp.Constant && y.Op != HloOp.Constant)
            {
                (x, y) = (y, x);
            }
            if (y.IsSplat && ScalarFolding.ToDouble(y.Kind, y.Constant!.Data.Span) is { } c)
            {
                switch (op)
                {
                    case HloOp.Multiply when c == 1:
                    case HloOp.Divide when c == 1:
                    case HloOp.Subtract when c == 0 && !double.IsNegative(c):
                    case HloOp.Add when c == 0 && (!isFloat || double.IsNegative(c)):
                    case HloOp.Or or HloOp.Xor or HloOp.ShiftLeft or HloOp.ShiftRightArithmetic or HloOp.ShiftRightLogical when c == 0:
                        return x;
                    case HloOp.Multiply or HloOp.And when c == 0 && !isFloat && !x.Kind.IsComplex():
                        return y;
                    // Dividing by a power of two is multiplying by its inverse, exactly.
                    case HloOp.Divide when x.Kind is ElementKind.F32 or ElementKind.F64 && double.IsNormal(c) && double.Abs(double.Log2(double.Abs(c))) < 100 && double.IsPow2(double.Abs(c)):
                        return Binary(HloOp.Multiply, x, Splat(y.Kind, y.Dims, 1 / c));
                    case HloOp.Power when isFloat && c == 2:
                        return Binary(HloOp.Multiply, x, x);
                    case HloOp.Power when isFloat && c == 3:
                        return Binary(HloOp.Multiply, Binary(HloOp.Multiply, x, x), x);
                    case HloOp.Power when isFloat && c == 1:
                        return x;
                    case HloOp.Power when isFloat && c == -1:
                        return Binary(HloOp.Divide, Splat(x.Kind, x.Dims, 1), x);
                    case HloOp.Power when isFloat && c == 0:
                        return Splat(x.Kind, x.Dims, 1);
                    case HloOp.Maximum when isFloat && double.IsNegativeInfinity(c):
                    case HloOp.Minimum when isFloat && double.IsPositiveInfinity(c):
                        return x;
                    case HloOp.And or HloOp.Or when x.Kind == ElementKind.I1:
                        return (op == HloOp.And) == (c != 0) ? x : y;
                }
            }
            if (x.IsSplat && op == HloOp.Maximum && isFloat && double.IsNegativeInfinity(ScalarFolding.ToDouble(x.Kind, x.Constant!.Data.Span) ?? 0))
            {
                return y;
            }
            if (op == HloOp.Add && x.Op == HloOp.Pad && y.Op == HloOp.Pad && JoinPads(x, y) is { } joined)
            {
                return joined;
            }
            if (ReferenceEquals(x, y) && op is HloOp.And or HloOp.Or or HloOp.Maximum or HloOp.Minimum)
            {
                return x;
            }
            if (TryBinaryBelowBroadcast(x, y, (a, b) => Binary(op, a, b)) is { } sunk)
            {
                return sunk;
            }
        }
        return Intern(new HloNode(_next, op, x.Kind, x.Dims, [x, y]));
    }

    /// <summary>A comparison; the result is i1.</summary>
    public HloNode Compare(HloCompare how, HloNode x, HloNode y)
    {
        if (Simplify)
        {
            if (x.IsSplat && y.IsSplat && ScalarFolding.Compare(how, x.Constant!.Data.Span, y.Constant!.Data.Span, x.Kind) is { } folded)
            {
                return SplatInteger(ElementKind.I1, x.Dims, folded ? 1 : 0);
            }
            if (TryBinaryBelowBroadcast(x, y, (a, b) => Compare(how, a, b)) is { } sunk)
            {
                return sunk;
            }
        }
        return Intern(new HloNode(_next, HloOp.Compare, ElementKind.I1, x.Dims, [x, y]) { Payload = how });
    }

    /// <summary>Select; the predicate may be a scalar.</summary>
    public HloNode Select(HloNode predicate, HloNode onTrue, HloNode onFalse)
    {
        if (Simplify && ReferenceEquals(onTrue, onFalse))
        {
            return onTrue;
        }
        if (predicate.IsSplat)
        {
            return predicate.Constant!.Data.Span[0] != 0 ? onTrue : onFalse;
        }
        if (predicate.Dims.Length == 0 && onTrue.Dims.Length > 0)
        {
            predicate = Broadcast(predicate, onTrue.Dims, []);
        }
        return Intern(new HloNode(_next, HloOp.Select, onTrue.Kind, onTrue.Dims, [predicate, onTrue, onFalse]));
    }

    /// <summary>Clamp; the bounds may be scalars.</summary>
    public HloNode Clamp(HloNode low, HloNode x, HloNode high)
    {
        if (low.Dims.Length == 0 && x.Dims.Length > 0)
        {
            low = Broadcast(low, x.Dims, []);
        }
        if (high.Dims.Length == 0 && x.Dims.Length > 0)
        {
            high = Broadcast(high, x.Dims, []);
        }
        return Intern(new HloNode(_next, HloOp.Clamp, x.Kind, x.Dims, [low, x, high]));
    }

    /// <summary>Broadcast with StableHLO's rule: operand dimension i becomes <paramref name="map"/>[i], and a size of 1 may grow.</summary>
    public HloNode Broadcast(HloNode x, long[] dims, ReadOnlySpan<long> map)
    {
        if (x.Count == 1 && x.Dims.Length > 0)
        {
            x = Reshape(x, []);
            map = [];
        }
        // Drop operand dimensions of size 1, so that what remains maps strictly.
        var keptDims = new List<long>();
        var keptMap = new List<long>();
        bool sorted = true;
        for (int i = 0; i < x.Dims.Length; i++)
        {
            if (x.Dims[i] != 1)
            {
                sorted &= keptMap.Count == 0 || keptMap[^1] < map[i];
                keptDims.Add(x.Dims[i]);
                keptMap.Add(map[i]);
            }
        }
        if (keptDims.Count != x.Dims.Length)
        {
            x = Reshape(x, keptDims.ToArray());
        }
        if (!sorted)
        {
            long[] order = Enumerable.Range(0, keptMap.Count).OrderBy(i => keptMap[i]).Select(i => (long)i).ToArray();
            x = Transpose(x, order);
            keptMap.Sort();
        }
        if (x.Count == Product(dims))
        {
            return Reshape(x, dims);
        }
        if (x.IsSplat)
        {
            return Constant(x.Kind, dims, x.Constant!.Data, true);
        }
        if (x.Op == HloOp.Broadcast && !IsWidened(x))
        {
            return Broadcast(x.Inputs[0], dims, x.A.Select(i => keptMap[(int)i]).ToArray());
        }
        // One value for each group of a few neighbours: a small row with each value repeated lets whole rows be lanes.
        int rank = dims.Length;
        if (Simplify && rank >= 2 && keptMap.Count > 0 && keptMap[^1] == rank - 2 && dims[^1] is > 1 and < MostGrouped
            && x.Count * dims[^1] <= MostWidened && Product(dims) >= 64 * x.Count * dims[^1])
        {
            HloNode wide = Intern(new HloNode(_next, HloOp.Broadcast, x.Kind, [.. x.Dims, dims[^1]], [x]) { A = Enumerable.Range(0, x.Dims.Length).Select(i => (long)i).ToArray() });
            return Intern(new HloNode(_next, HloOp.Broadcast, x.Kind, dims, [wide]) { A = [.. keptMap, rank - 1] });
        }
        return Intern(new HloNode(_next, HloOp.Broadcast, x.Kind, dims, [x]) { A = keptMap.ToArray() });
    }

    /// <summary>Whether a broadcast repeats each value a few times along a new last dimension; its result is worth keeping in memory.</summary>
    public static bool IsWidened(HloNode node) =>
        node.Op == HloOp.Broadcast && node.Dims.Length >= 2 && node.Dims[^1] is > 1 and < MostGrouped && node.Count <= MostWidened
        && node.A.Length == node.Dims.Length - 1 && node.A[^1] == node.Dims.Length - 2;

    /// <summary>Reshape.</summary>
    public HloNode Reshape(HloNode x, long[] dims)
    {
        if (x.Dims.AsSpan().SequenceEqual(dims))
        {
            return x;
        }
        if (x.Op == HloOp.Reshape)
        {
            return Reshape(x.Inputs[0], dims);
        }
        if (x.Op == HloOp.Constant)
        {
            return Constant(x.Kind, dims, x.Constant!.Data, x.IsSplat);
        }
        // A reshape that only adds or drops dimensions of size 1 around a broadcast is a broadcast.
        if (x.Op == HloOp.Broadcast && OnlyUnitDims(x.Dims, dims, out long[] where))
        {
            long[] map = x.A.Select(i => where[i]).ToArray();
            if (map.All(m => m >= 0))
            {
                return Broadcast(x.Inputs[0], dims, map);
            }
        }
        return Intern(new HloNode(_next, HloOp.Reshape, x.Kind, dims, [x]));
    }

    /// <summary>Transpose: result dimension i is operand dimension <paramref name="permutation"/>[i].</summary>
    public HloNode Transpose(HloNode x, long[] permutation)
    {
        long[] dims = permutation.Select(p => x.Dims[p]).ToArray();
        bool moves = false;
        long last = -1;
        foreach (long p in permutation)
        {
            if (x.Dims[p] != 1)
            {
                moves |= p < last;
                last = p;
            }
        }
        if (!moves)
        {
            return Reshape(x, dims);
        }
        if (x.IsSplat)
        {
            return Constant(x.Kind, dims, x.Constant!.Data, true);
        }
        if (x.Op == HloOp.Transpose)
        {
            return Transpose(x.Inputs[0], permutation.Select(p => x.A[p]).ToArray());
        }
        if (x.Op == HloOp.Broadcast)
        {
            long[] inverse = new long[permutation.Length];
            for (int i = 0; i < permutation.Length; i++)
            {
                inverse[permutation[i]] = i;
            }
            return Broadcast(x.Inputs[0], dims, x.A.Select(a => inverse[a]).ToArray());
        }
        return Intern(new HloNode(_next, HloOp.Transpose, x.Kind, dims, [x]) { A = permutation });
    }

    /// <summary>Slice.</summary>
    public HloNode Slice(HloNode x, long[] start, long[] limit, long[] stride)
    {
        long[] dims = new long[start.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = Math.Max(0, (limit[i] - start[i] + stride[i] - 1) / stride[i]);
        }
        if (dims.AsSpan().SequenceEqual(x.Dims))
        {
            return x;
        }
        if (x.IsSplat)
        {
            return Constant(x.Kind, dims, x.Constant!.Data, true);
        }
        if (Simplify && x.Op == HloOp.Slice)
        {
            long[] s = new long[dims.Length], l = new long[dims.Length], t = new long[dims.Length];
            for (int i = 0; i < dims.Length; i++)
            {
                s[i] = x.A[i] + start[i] * x.C[i];
                t[i] = stride[i] * x.C[i];
                l[i] = dims[i] == 0 ? s[i] : s[i] + (dims[i] - 1) * t[i] + 1;
            }
            return Slice(x.Inputs[0], s, l, t);
        }
        if (Simplify && x.Op == HloOp.Broadcast)
        {
            // Slice the operand where the dimension is the operand's, and broadcast to the smaller shape.
            HloNode source = x.Inputs[0];
            int rank = source.Dims.Length;
            long[] s = new long[rank], l = new long[rank], t = new long[rank];
            for (int i = 0; i < rank; i++)
            {
                int d = (int)x.A[i];
                (s[i], l[i], t[i]) = (start[d], limit[d], stride[d]);
            }
            return Broadcast(Slice(source, s, l, t), dims, x.A);
        }
        if (Simplify && x.Op == HloOp.Concatenate)
        {
            int axis = (int)x.A[0];
            long at = 0;
            foreach (HloNode piece in x.Inputs)
            {
                long end = at + piece.Dims[axis];
                if (start[axis] >= at && limit[axis] <= end && dims[axis] > 0)
                {
                    long[] s = (long[])start.Clone(), l = (long[])limit.Clone();
                    s[axis] -= at;
                    l[axis] -= at;
                    return Slice(piece, s, l, stride);
                }
                at = end;
            }
        }
        return Intern(new HloNode(_next, HloOp.Slice, x.Kind, dims, [x]) { A = start, B = limit, C = stride });
    }

    /// <summary>Reverse.</summary>
    public HloNode Reverse(HloNode x, long[] dimensions)
    {
        long[] real = dimensions.Where(d => x.Dims[d] > 1).Order().ToArray();
        return real.Length == 0 || x.IsSplat ? x : Intern(new HloNode(_next, HloOp.Reverse, x.Kind, x.Dims, [x]) { A = real });
    }

    /// <summary>Pad.</summary>
    public HloNode Pad(HloNode x, HloNode value, long[] low, long[] high, long[] interior)
    {
        long[] dims = new long[low.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = low[i] + high[i] + x.Dims[i] + Math.Max(0, x.Dims[i] - 1) * interior[i];
        }
        if (low.All(v => v == 0) && high.All(v => v == 0) && interior.Zip(x.Dims).All(p => p.First == 0 || p.Second <= 1))
        {
            return x;
        }
        if (low.Any(v => v < 0) || high.Any(v => v < 0))
        {
            return Cut(x, value, dims, low, high, interior);
        }
        return Intern(new HloNode(_next, HloOp.Pad, x.Kind, dims, [x, value]) { A = low, B = high, C = interior });
    }

    // Negative padding: spread first where elements are spread, cut what goes, then pad what is left.
    private HloNode Cut(HloNode x, HloNode value, long[] dims, long[] low, long[] high, long[] interior)
    {
        if (dims.Any(d => d <= 0))
        {
            return Broadcast(value, dims, []);
        }
        long[] none = new long[dims.Length];
        x = Pad(x, value, none, none, interior);
        long[] start = low.Zip(x.Dims, (l, d) => Math.Min(d, Math.Max(0, -l))).ToArray();
        long[] limit = high.Select((h, i) => Math.Max(start[i], x.Dims[i] - Math.Max(0, -h))).ToArray();
        long[] first = low.Select(l => Math.Max(0, l)).ToArray(), last = high.Select(h => Math.Max(0, h)).ToArray();
        if (Enumerable.Range(0, dims.Length).Any(i => limit[i] - start[i] + first[i] + last[i] != dims[i] || limit[i] == start[i]))
        {
            // Nothing of the operand is left along some dimension.
            return Broadcast(value, dims, []);
        }
        return Pad(Slice(x, start, limit, Enumerable.Repeat(1L, dims.Length).ToArray()), value, first, last, none);
    }

    /// <summary>Concatenate.</summary>
    public HloNode Concatenate(HloNode[] pieces, long dimension)
    {
        pieces = pieces.Length > 1 ? pieces.Where(p => p.Dims[dimension] > 0).DefaultIfEmpty(pieces[0]).ToArray() : pieces;
        if (pieces.Length == 1)
        {
            return pieces[0];
        }
        long[] dims = (long[])pieces[0].Dims.Clone();
        dims[dimension] = pieces.Sum(p => p.Dims[dimension]);
        if (pieces.All(p => p.IsSplat && p.Constant!.Equals(pieces[0].Constant)))
        {
            return Constant(pieces[0].Kind, dims, pieces[0].Constant!.Data, true);
        }
        return Intern(new HloNode(_next, HloOp.Concatenate, pieces[0].Kind, dims, pieces) { A = [dimension] });
    }

    /// <summary>A reduction by a monoid; with <paramref name="init"/> its identity or any other start value.</summary>
    public HloNode Reduce(HloNode x, HloNode init, long[] dimensions, HloOp monoid)
    {
        long[] sorted = dimensions.Order().ToArray();
        long[] dims = Enumerable.Range(0, x.Dims.Length).Where(d => Array.IndexOf(sorted, d) < 0).Select(d => x.Dims[d]).ToArray();
        if (Simplify && sorted.All(d => x.Dims[d] == 1))
        {
            HloNode reshaped = Reshape(x, dims);
            return IsIdentity(monoid, init) ? reshaped : Binary(monoid, Broadcast(init, dims, []), reshaped);
        }
        if (Simplify && x.Op == HloOp.Transpose)
        {
            // What is left of the operand's dimensions, in their own order, and then in the order wanted.
            HloNode source = x.Inputs[0];
            long[] inside = sorted.Select(d => x.A[d]).ToArray();
            long[] kept = Enumerable.Range(0, x.Dims.Length).Select(d => (long)d).Where(d => Array.IndexOf(inside, d) < 0).ToArray();
            long[] order = Enumerable.Range(0, x.Dims.Length).Where(d => Array.IndexOf(sorted, d) < 0).Select(d => (long)Array.IndexOf(kept, x.A[d])).ToArray();
            return Transpose(Reduce(source, init, inside, monoid), order);
        }
        if (Simplify && Staged(x, init, sorted, monoid) is { } staged)
        {
            return staged;
        }
        return Intern(new HloNode(_next, HloOp.Reduce, x.Kind, dims, [x, init]) { A = sorted, Payload = monoid });
    }

    // A reduction in two stages where one would run badly: across a short innermost dimension, or down long columns.
    private HloNode? Staged(HloNode x, HloNode init, long[] reduced, HloOp monoid)
    {
        int rank = x.Dims.Length;
        if (x.Count < MinStagedElements || !IsIdentity(monoid, init) || x.Kind is not (ElementKind.F32 or ElementKind.I32 or ElementKind.F64))
        {
            return null;
        }
        bool last = reduced[^1] == rank - 1;
        if (last)
        {
            // Groups of a few neighbours, and other dimensions as well: the others first, with whole rows as lanes.
            bool grouped = reduced.Length > 1 && x.Dims[^1] < MostGrouped && Array.IndexOf(reduced, rank - 2L) < 0 && x.Dims[^2] > 1;
            return grouped ? Reduce(Reduce(x, init, reduced[..^1], monoid), init, [rank - reduced.Length], monoid) : null;
        }
        // Down few columns: parts of a few dozen rows run in parallel.
        long lanes = 1, rows = 1;
        int d = rank - 1;
        while (Array.IndexOf(reduced, (long)d) < 0)
        {
            lanes *= x.Dims[d--];
        }
        rows = x.Dims[d];
        if (rows < 2 * MinStagedRows || lanes >= MinStagedLanes)
        {
            return null;
        }
        long part = 0;
        for (long q = MinStagedRows; q <= 4 * MinStagedRows && part == 0; q++)
        {
            part = rows % q == 0 ? q : 0;
        }
        if (part == 0)
        {
            return null;
        }
        long[] split = [.. x.Dims[..d], rows / part, part, .. x.Dims[(d + 1)..]];
        HloNode parts = Intern(new HloNode(_next, HloOp.Reduce, x.Kind, [.. x.Dims[..d], rows / part, .. x.Dims[(d + 1)..]], [Reshape(x, split), init]) { A = [d + 1], Payload = monoid });
        return Reduce(parts, init, reduced, monoid);
    }

    /// <summary>A dot product; the result dimensions are batch, left free, right free.</summary>
    public HloNode Dot(HloNode x, HloNode y, HloDot numbers, ElementKind kind)
    {
        var dims = new List<long>();
        foreach (long d in numbers.LhsBatch)
        {
            dims.Add(x.Dims[d]);
        }
        for (int d = 0; d < x.Dims.Length; d++)
        {
            if (!numbers.LhsBatch.Contains(d) && !numbers.LhsContract.Contains(d))
            {
                dims.Add(x.Dims[d]);
            }
        }
        for (int d = 0; d < y.Dims.Length; d++)
        {
            if (!numbers.RhsBatch.Contains(d) && !numbers.RhsContract.Contains(d))
            {
                dims.Add(y.Dims[d]);
            }
        }
        return Intern(new HloNode(_next, HloOp.Dot, kind, dims.ToArray(), [x, y]) { Payload = numbers });
    }

    /// <summary>Any node as given.</summary>
    public HloNode Node(
        HloOp op, ElementKind kind, long[] dims, HloNode[] inputs, long[]? a = null, object? payload = null,
        HloComputation[]? computations = null, IrType[]? resultTypes = null)
    {
        var node = new HloNode(_next, op, kind, dims, inputs) { A = a ?? [], Payload = payload, Computations = computations ?? [], ResultTypes = resultTypes };
        return op is HloOp.Generic or HloOp.While or HloOp.Case or HloOp.Barrier ? Add(node) : Intern(node);
    }

    /// <summary>Result <paramref name="index"/> of a node with several.</summary>
    public HloNode GetResult(HloNode node, int index) => node.ResultTypes![index] is TensorType t
        ? Intern(new HloNode(_next, HloOp.GetResult, t.Kind, t.Shape.ToArray(), [node]) { A = [index] })
        : Intern(new HloNode(_next, HloOp.GetResult, ElementKind.I1, [0], [node]) { A = [index], Payload = node.ResultTypes[index] });

    /// <summary>Whether a value is the identity of a monoid, so that a reduction need not add it.</summary>
    public static bool IsIdentity(HloOp monoid, HloNode init)
    {
        if (!init.IsSplat || ScalarFolding.ToDouble(init.Kind, init.Constant!.Data.Span) is not { } v)
        {
            return false;
        }
        return monoid switch
        {
            HloOp.Add or HloOp.Or or HloOp.Xor => v == 0,
            HloOp.Multiply => v == 1,
            HloOp.Maximum => init.Kind.IsFloat() && double.IsNegativeInfinity(v),
            HloOp.Minimum => init.Kind.IsFloat() && double.IsPositiveInfinity(v),
            HloOp.And => init.Kind == ElementKind.I1 && v == 1,
            _ => false,
        };
    }

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
        if (!IsIdentity(HloOp.Add, x.Inputs[1]) || !IsIdentity(HloOp.Add, y.Inputs[1]) || x.C.Any(c => c != 0) || y.C.Any(c => c != 0))
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
        if (x.A[axis] + x.Inputs[0].Dims[axis] != y.A[axis])
        {
            return null;
        }
        long[] high = (long[])x.B.Clone();
        high[axis] = y.B[axis];
        return Pad(Concatenate([x.Inputs[0], y.Inputs[0]], axis), x.Inputs[1], x.A, high, x.C);
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
