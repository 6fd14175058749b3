using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Operations that move elements.</summary>
public sealed partial class HloBuilder
{
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
        // Padded along some dimensions, then along others.
        if (Simplify && x.Op == HloOp.Pad && ReferenceEquals(x.Inputs[1], value)
            && low.Select((_, d) => (low[d] == 0 && high[d] == 0 && interior[d] == 0) || (x.A[d] == 0 && x.B[d] == 0 && x.C[d] == 0)).All(apart => apart))
        {
            return Pad(x.Inputs[0], value, Both(low, x.A), Both(high, x.B), Both(interior, x.C));
        }
        return Intern(new HloNode(_next, HloOp.Pad, x.Kind, dims, [x, value]) { A = low, B = high, C = interior });
    }

    private static long[] Both(long[] a, long[] b) => [.. a.Zip(b, (m, n) => m + n)];

    // Negative padding: elements that it cuts off go first; the spaces that it leaves before and after the others are padding.
    private HloNode Cut(HloNode x, HloNode value, long[] dims, long[] low, long[] high, long[] interior)
    {
        int rank = dims.Length;
        long[] start = [.. Enumerable.Range(0, rank).Select(d => Gone(low, d))], limit = [.. x.Dims.Select((n, d) => n - Gone(high, d))];
        if (dims.Any(d => d <= 0) || start.Zip(limit).Any(p => p.First >= p.Second))
        {
            // Nothing of the operand is left along some dimension.
            return Broadcast(value, dims, []);
        }
        HloNode rest = Slice(x, start, limit, [.. Enumerable.Repeat(1L, rank)]);
        return Pad(rest, value, [.. low.Select((l, d) => l + (Gone(low, d) * (interior[d] + 1)))], [.. high.Select((h, d) => h + (Gone(high, d) * (interior[d] + 1)))], interior);

        long Gone(long[] side, int d) => (Math.Max(0, -side[d]) + interior[d]) / (interior[d] + 1);
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
}
