using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public sealed partial class Tensor
{
    /// <summary>Basic indexing with one entry: <c>x[0]</c>, <c>x[2..^1]</c>.</summary>
    public Tensor this[Slice a, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0] => Indexed([a], file, line);

    /// <summary>One element of the leading dimension, counted from either end.</summary>
    public Tensor this[int index, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0] => Indexed([index], file, line);

    /// <summary>Basic indexing with two entries.</summary>
    public Tensor this[Slice a, Slice b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0] => Indexed([a, b], file, line);

    /// <summary>Basic indexing with three entries.</summary>
    public Tensor this[Slice a, Slice b, Slice c, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0] => Indexed([a, b, c], file, line);

    /// <summary>Basic indexing with four entries.</summary>
    public Tensor this[Slice a, Slice b, Slice c, Slice d, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0] => Indexed([a, b, c, d], file, line);

    /// <summary>Basic indexing with five entries.</summary>
    public Tensor this[Slice a, Slice b, Slice c, Slice d, Slice e, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0] => Indexed([a, b, c, d, e], file, line);

    /// <summary>Elements at computed places of the leading dimension: <c>x[indices]</c>, as <see cref="Jnp.Take"/> with axis 0.</summary>
    public Tensor this[Tensor indices, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0] => Jnp.Take(this, indices, 0, file: file, line: line);

    private Tensor Indexed(ReadOnlySpan<Slice> entries, string file, int line)
    {
        Tracer.At(file, line);
        int named = 0;
        int ellipsis = -1;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Kind == Slice.SliceKind.Ellipsis)
            {
                ellipsis = ellipsis < 0 ? i : throw Tracer.Error("index", "... may stand once");
            }
            else if (entries[i].Kind != Slice.SliceKind.NewAxis)
            {
                named++;
            }
        }
        if (named > Rank)
        {
            throw Tracer.Error("index", $"{named} entries for a tensor of shape {Shape}");
        }
        long[] start = new long[Rank], limit = Shape.ToArray(), step = new long[Rank];
        Array.Fill(step, 1);
        var reversed = new List<long>();
        var result = new List<long>();
        int at = 0;
        void Whole(int count, List<long> dims)
        {
            for (; count > 0; count--)
            {
                dims.Add(Shape[at++]);
            }
        }
        for (int i = 0; i < entries.Length; i++)
        {
            Slice entry = entries[i];
            switch (entry.Kind)
            {
                case Slice.SliceKind.Ellipsis:
                    Whole(Rank - named, result);
                    break;
                case Slice.SliceKind.NewAxis:
                    result.Add(1);
                    break;
                case Slice.SliceKind.Index:
                    long place = Slice.At(entry.Range.Start, Shape[at]);
                    if (place < 0 || place >= Shape[at])
                    {
                        throw Tracer.Error("index", $"index {place} is out of range for dimension {at} of shape {Shape}");
                    }
                    (start[at], limit[at]) = (place, place + 1);
                    at++;
                    break;
                default:
                    long size = Shape[at];
                    long from = Math.Clamp(Slice.At(entry.Range.Start, size), 0, size), to = Math.Clamp(Slice.At(entry.Range.End, size), from, size);
                    long stride = Math.Abs(entry.Step);
                    if (stride == 0)
                    {
                        throw Tracer.Error("index", "a step of 0");
                    }
                    if (entry.Step < 0 && to > from)
                    {
                        // Keep the elements that walking down from the last one meets.
                        from += (to - 1 - from) % stride;
                        reversed.Add(at);
                    }
                    (start[at], limit[at], step[at]) = (from, to, stride);
                    result.Add((to - from + stride - 1) / stride);
                    at++;
                    break;
            }
        }
        if (ellipsis < 0)
        {
            Whole(Rank - at, result);
        }
        Tensor cut = Hlo.Reverse(Hlo.Slice(Hlo.Materialize(this), start, limit, step), [.. reversed]);
        return Hlo.Reshape(cut, new Shape([.. result]));
    }
}
