using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Hlo;

/// <summary>Reductions, in stages where one would run badly.</summary>
public sealed partial class HloBuilder
{
    private const long MostGrouped = 16;
    private const long MinStagedElements = 1 << 16;
    private const long MinStagedRows = 32;
    private const long MinStagedLanes = 512;
    private const long MinStagedResults = 8;
    private const long Parts = 256;
    private const long LeastInPart = 1 << 14;

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
        if (Simplify && monoid is HloOp.And or HloOp.Or or HloOp.Maximum or HloOp.Minimum && sorted.All(d => x.Dims[d] > 0) && AnyOf(x, sorted, dims) is { } any)
        {
            return Binary(monoid, Broadcast(init, dims, []), any);
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

    // Elements for all that lie along some dimensions, where those are the same; null where they are not known to be.
    private HloNode? AnyOf(HloNode x, long[] along, long[] dims)
    {
        if (x.IsSplat)
        {
            return Constant(x.Kind, dims, x.Constant!.Data, true);
        }
        bool same = x.Op == HloOp.Broadcast && !along.Any(d => x.A.Contains(d));
        return same ? Broadcast(x.Inputs[0], dims, [.. x.A.Select(d => d - along.Count(gone => gone < d))]) : null;
    }

    // A reduction in two stages where one would run badly: across a short innermost dimension, down long columns, or to a few results.
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
            return grouped ? Reduce(Reduce(x, init, reduced[..^1], monoid), init, [rank - reduced.Length], monoid) : InParts(x, init, reduced, monoid);
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

    // To fewer results than make work for the threads: in parts, of the operand behind a reshape where its dimensions do not matter.
    private HloNode? InParts(HloNode x, HloNode init, long[] reduced, HloOp monoid)
    {
        while (x.Op == HloOp.Reshape && reduced.Length == x.Dims.Length)
        {
            x = x.Inputs[0];
            reduced = [.. Enumerable.Range(0, x.Dims.Length).Select(d => (long)d)];
        }
        long each = reduced.Aggregate(1L, (n, d) => n * x.Dims[d]), results = x.Count / each;
        long least = Math.Min((Parts + results - 1) / results, each / LeastInPart), most = 4 * each / LeastInPart;
        if (results >= MinStagedResults || least < 2)
        {
            return null;
        }
        foreach (long d in reduced)
        {
            for (long parts = least; parts <= Math.Min(x.Dims[d], most); parts++)
            {
                if (x.Dims[d] % parts == 0)
                {
                    HloNode split = Reshape(x, [.. x.Dims[..(int)d], parts, x.Dims[d] / parts, .. x.Dims[((int)d + 1)..]]);
                    HloNode partial = Reduce(split, init, [.. reduced.Select(r => r < d ? r : r + 1)], monoid);
                    return Reduce(partial, init, [d - Array.IndexOf(reduced, d)], monoid);
                }
            }
        }
        return null;
    }

    /// <summary>Whether a value is the identity of a monoid, so that a reduction need not add it.</summary>
    public static bool IsIdentity(HloOp monoid, HloNode init)
    {
        if (!init.IsSplat || ScalarFolding.ToDouble(init.Kind, init.Constant!.Data.Span) is not { } v)
        {
            return false;
        }
        bool isSmall = init.Kind.IsInteger() && init.Kind.BitWidth() <= 32;
        return monoid switch
        {
            HloOp.Add or HloOp.Or or HloOp.Xor => v == 0,
            HloOp.Multiply => v == 1,
            HloOp.Maximum => init.Kind.IsFloat() ? double.IsNegativeInfinity(v) : isSmall && v == IntegerKind.MinValue(init.Kind),
            HloOp.Minimum => init.Kind.IsFloat() ? double.IsPositiveInfinity(v) : isSmall && v == IntegerKind.MaxValue(init.Kind),
            HloOp.And => init.Kind == ElementKind.I1 && v == 1,
            _ => false,
        };
    }
}
