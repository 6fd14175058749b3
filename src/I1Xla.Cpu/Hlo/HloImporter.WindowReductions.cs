using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// Reductions over windows, as combinations of slices. Padding, and what a base dilation puts between elements, are not made where few loops can do without:
/// windows that meet them at the same offsets are made together, and take the initial value there.
/// </summary>
public sealed partial class HloImporter
{
    private const long MostDirectWindow = 9;
    private const long MostFoldedWindow = 8;

    // Fewer elements of the result in each run, more runs of single columns, or more loops in all take longer than it takes to pad.
    private const long LeastInRun = 8;
    private const long LeastRow = 16;
    private const long MostColumns = 3;
    private const long MostPieces = 32;

    // Fewer windows beside those that meet padding are not worth loops of their own.
    private const long LeastUnpadded = 16;

    /// <summary>
    /// A reduction over windows. Small windows combine one slice for each place of the window, with any body; larger ones, whose body is
    /// taken to be associative, go dimension by dimension from the innermost, long ones by doubling.
    /// </summary>
    private HloNode[]? ReduceWindow(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        if (!x.All(v => IsHeld(v.Kind)) || ((TensorType)op.Results[0].Type).Shape.ElementCount == 0)
        {
            return null;
        }
        int n = x.Length / 2, rank = x[0].Dims.Length;
        HloNode[] starts = x[n..];
        long[] padding = op.Attributes.Contains("padding") ? Longs(op, "padding") : new long[2 * rank];
        var windows = new Windows(
            Longs(op, "window_dimensions"), Or("window_strides"), Or("window_dilations"), Or("base_dilations"), [.. padding.Where((_, i) => i % 2 == 0)], [.. padding.Where((_, i) => i % 2 == 1)]);
        Block body = op.Regions[0].Entry;
        if (windows.Sizes.Aggregate(1L, (p, w) => p * w) <= MostDirectWindow)
        {
            return DirectWindows(x[..n], starts, windows, body, map);
        }
        HloNode[]? folded = [.. x[..n].Zip(starts, (v, start) => Padded(v, start, windows))];
        long[] result = windows.Places(x[0].Dims);
        for (int d = rank - 1; d >= 0 && folded is not null; d--)
        {
            folded = WindowsAlong(folded, d, windows.Sizes[d], windows.Gaps[d], windows.Strides[d], result[d], (a, b) => Lift(body, [.. a, .. b], a[0].Dims, map));
        }
        return folded is null ? null : Lift(body, [.. starts.Select(i => builder.Broadcast(i, result, [])), .. folded], result, map);

        long[] Or(string name) => op.Attributes.Contains(name) ? Longs(op, name) : [.. Enumerable.Repeat(1L, rank)];
    }

    private static bool Next(long[] at, long[] bounds)
    {
        for (int d = at.Length - 1; d >= 0; d--)
        {
            if (++at[d] < bounds[d])
            {
                return true;
            }
            at[d] = 0;
        }
        return false;
    }

    // An operand with the padding and the spaces of its windows; without elements it is all padding.
    private HloNode Padded(HloNode x, HloNode start, Windows windows) => x.Count == 0
        ? builder.Broadcast(start, [.. x.Dims.Select((e, d) => windows.Padded(d, e))], [])
        : builder.Pad(x, start, windows.Low, windows.High, [.. windows.Spread.Select(s => s - 1)]);

    // Windows over each dimension, of an operand whose elements lie some places apart, with padding on both sides.
    private sealed record Windows(long[] Sizes, long[] Strides, long[] Gaps, long[] Spread, long[] Low, long[] High)
    {
        public long Padded(int d, long extent) => Math.Max(0, ((extent - 1) * Spread[d]) + 1) + Low[d] + High[d];

        public long[] Places(long[] extents) => [.. extents.Select((extent, d) => Padded(d, extent) - Reach(d, 1) is >= 0 and var rest ? (rest / Strides[d]) + 1 : 0)];

        // Places that so many windows cover.
        private long Reach(int d, long windows) => ((windows - 1) * Strides[d]) + ((Sizes[d] - 1) * Gaps[d]) + 1;

        /// <summary>Some of the windows along one dimension, with exactly the padding that they meet (negative where they leave elements out), and no padding along the others.</summary>
        public Windows Alone(int d, long extent, long from, long to)
        {
            long[] ones = [.. Sizes.Select(_ => 1L)], low = new long[Sizes.Length], high = new long[Sizes.Length];
            (ones[d], low[d]) = (Spread[d], Low[d] - (from * Strides[d]));
            var alone = this with { Spread = ones, Low = low, High = high };
            high[d] = Reach(d, to - from) - alone.Padded(d, extent);
            return alone;
        }

        /// <summary>Windows along a dimension that is padded already.</summary>
        public Run OfPadded(int d, long places) => new(places, Strides[d], [.. Counted(0, (int)Sizes[d]).Select(k => (long?)(k * Gaps[d]))]);

        /// <summary>All windows along a dimension, in parts that meet padding at the same offsets.</summary>
        public List<Part> Parts(int d, long extent, long places)
        {
            // Windows so far from each other lie the same way between the elements.
            long turns = Spread[d] / (long)BigInteger.GreatestCommonDivisor(Spread[d], Strides[d]), step = Strides[d] * turns / Spread[d];
            var ends = new SortedSet<long> { places };
            for (long k = 0; k < Sizes[d]; k++)
            {
                long at = (k * Gaps[d]) - Low[d];
                if (turns > 1 || at % Spread[d] == 0)
                {
                    ends.Add(Math.Clamp((Strides[d] - Spread[d] - at) / Strides[d], 0, places));
                    ends.Add(Math.Clamp(((extent * Spread[d]) - at + Strides[d] - 1) / Strides[d], 0, places));
                }
            }
            var parts = new List<Part>();
            long from = 0;
            foreach (long end in ends)
            {
                while (from < end)
                {
                    long together = end - from >= 2 * turns ? turns : 1, each = together < turns ? 1 : (end - from) / turns;
                    long first = from;
                    parts.Add(new Part(from, from + (together * each), [.. Counted(0, (int)together).Select(r => new Run(each, step, Elements(d, extent, first + r)))]));
                    from = parts[^1].To;
                }
            }
            return parts;
        }

        // The elements that a window finds at its offsets; null where that is padding or between elements.
        private long?[] Elements(int d, long extent, long place) => [.. Counted(0, (int)Sizes[d]).Select(k =>
            (place * Strides[d]) + (k * Gaps[d]) - Low[d] is >= 0 and var at && at % Spread[d] == 0 && at / Spread[d] < extent ? at / Spread[d] : (long?)null)];
    }

    // Windows that find elements at the same offsets: those of the first window, from each of which the next window's are some steps on.
    private sealed record Run(long Places, long Step, long?[] Elements);

    // Neighbouring windows: one run, or several that take turns; null where the operand is to be padded for them.
    private sealed record Part(long From, long To, Run[]? Turns);

    // From the initial value on, element by element: right for any body.
    private HloNode[]? DirectWindows(HloNode[] source, HloNode[] starts, Windows windows, Block body, Dictionary<Value, HloNode> map)
    {
        long[] extents = source[0].Dims, places = windows.Places(extents);
        int rank = places.Length;
        var parts = new List<Part>[rank];
        long inner = 1, count = 1;
        for (int d = rank - 1; d >= 0; d--)
        {
            parts[d] = WorthWhile(windows.Parts(d, extents[d], places[d]), places[d], inner, MostPieces / count);
            inner *= places[d];
            count *= parts[d].Sum(p => p.Turns?.Length ?? 1);
        }
        return Pieces(0, source, new Run[rank]);

        // The result where the runs of the first dimensions are chosen.
        HloNode[]? Pieces(int d, HloNode[] x, Run[] chosen)
        {
            if (d == rank)
            {
                return FoldWindows(x, starts, chosen, body, map);
            }
            var pieces = new List<HloNode[]>();
            foreach (Part part in parts[d])
            {
                HloNode[] padded = part.Turns is null ? [.. x.Zip(starts, (v, start) => Padded(v, start, windows.Alone(d, extents[d], part.From, part.To)))] : x;
                var turns = new List<HloNode[]>();
                foreach (Run run in part.Turns ?? [windows.OfPadded(d, part.To - part.From)])
                {
                    chosen[d] = run;
                    if (Pieces(d + 1, padded, chosen) is not { } piece)
                    {
                        return null;
                    }
                    turns.Add(piece);
                }
                pieces.Add([.. Enumerable.Range(0, x.Length).Select(i => InTurns([.. turns.Select(p => p[i])], d))]);
            }
            return [.. Enumerable.Range(0, x.Length).Select(i => builder.Concatenate([.. pieces.Select(p => p[i])], d))];
        }
    }

    // Parts as they are, or fewer where loops over them would take longer than it takes to pad.
    private static List<Part> WorthWhile(List<Part> parts, long places, long inner, long most)
    {
        int runs = parts.Sum(p => p.Turns!.Length);
        bool taken = runs == 1 || (runs <= most && inner * places >= LeastInRun * runs && (inner >= LeastRow || (runs <= MostColumns && parts.TrueForAll(p => p.Turns is [_]))));
        if (taken)
        {
            return parts;
        }
        // Most windows may still meet no padding.
        Part longest = parts.MaxBy(p => p.To - p.From)!;
        return longest.Turns is [_] && (places - longest.To + longest.From) * 4 <= longest.To - longest.From && longest.To - longest.From >= LeastUnpadded && most >= 3
            ? [.. new Part[] { new(0, longest.From, null), longest, new(longest.To, places, null) }.Where(p => p.To > p.From)]
            : [new Part(0, places, null)];
    }

    // The first slices of all pieces along a dimension, then the second ones.
    private HloNode InTurns(HloNode[] pieces, int d)
    {
        if (pieces.Length == 1)
        {
            return pieces[0];
        }
        long[] dims = pieces[0].Dims, apart = [.. dims[..(d + 1)], 1, .. dims[(d + 1)..]], joined = [.. dims];
        joined[d] *= pieces.Length;
        bool repeat = Array.TrueForAll(pieces, p => ReferenceEquals(p, pieces[0]));
        long[] side = [.. dims[..(d + 1)], pieces.Length, .. dims[(d + 1)..]];
        HloNode turns = repeat ? builder.Broadcast(pieces[0], side, [.. Counted(0, dims.Length).Select(i => i > d ? i + 1 : i)]) : builder.Concatenate([.. pieces.Select(p => builder.Reshape(p, apart))], d + 1);
        return builder.Reshape(turns, joined);
    }

    // Windows of one run along each dimension: an offset has elements in all of them, or in none.
    private HloNode[]? FoldWindows(HloNode[] source, HloNode[] starts, Run[] runs, Block body, Dictionary<Value, HloNode> map)
    {
        long[] places = [.. runs.Select(r => r.Places)], steps = [.. runs.Select(r => r.Step)], sizes = [.. runs.Select(r => (long)r.Elements.Length)], at = new long[runs.Length];
        HloNode[] initial = [.. starts.Select(i => builder.Broadcast(i, places, []))];
        HloNode[]? values = initial;
        do
        {
            long?[] first = [.. runs.Zip(at, (r, k) => r.Elements[k])];
            HloNode[] met = initial;
            if (first.All(f => f.HasValue))
            {
                long[] from = [.. first.Select(f => f!.Value)], limit = [.. from.Select((f, d) => f + ((places[d] - 1) * steps[d]) + 1)];
                met = [.. source.Select(v => builder.Slice(v, from, limit, steps))];
            }
            values = Lift(body, [.. values, .. met], places, map);
        }
        while (values is not null && Next(at, sizes));
        return values;
    }

    private HloNode[]? WindowsAlong(HloNode[] values, int d, long window, long gap, long stride, long places, Func<HloNode[], HloNode[], HloNode[]?> combine)
    {
        long reach = ((places - 1) * stride) + 1;
        HloNode[] At(HloNode[] v, long start) => [.. v.Select(x => Along(x, d, start, places, stride))];
        if (window <= MostFoldedWindow)
        {
            HloNode[]? folded = At(values, 0);
            for (long k = 1; k < window && folded is not null; k++)
            {
                folded = combine(folded, At(values, k * gap));
            }
            return folded;
        }
        // doubled holds windows of 2^i elements; result those of the low bits of the window met so far, which end last.
        HloNode[]? doubled = values, result = null;
        long covered = window;
        for (long size = 1; ; size *= 2)
        {
            if ((window & size) != 0)
            {
                covered -= size;
                HloNode[] part = At(doubled, covered * gap);
                result = result is null ? part : combine(part, result);
            }
            if (covered == 0 || result is null && size > window)
            {
                return result;
            }
            long shorter = Math.Min(doubled[0].Dims[d] - (size * gap), reach + (window * gap));
            if (shorter <= 0)
            {
                return null;
            }
            HloNode[] first = [.. doubled.Select(x => Along(x, d, 0, shorter, 1))], second = [.. doubled.Select(x => Along(x, d, size * gap, shorter, 1))];
            doubled = combine(first, second);
            if (doubled is null)
            {
                return null;
            }
        }
    }
}
