using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Lax
{
    /// <summary>
    /// Reduces tensors of one shape together over dimensions by a computation on scalars: it takes the running values and then
    /// one element of each operand. It must be associative; it is differentiable when it is elementwise.
    /// </summary>
    public static Tensor[] Reduce(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> inits, Func<Tensor[], Tensor[]> computation, Axes dimensions = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] xs = Operands("reduce", operands), starts = Starts("reduce", xs, inits);
        long[] dims = dimensions.Resolve(xs[0].Rank, "reduce");
        return Hlo.Reduce(xs, starts, dims, Checked("reduce", computation, xs));
    }

    /// <summary>Reduces a tensor over dimensions by a computation of two scalars.</summary>
    public static Tensor Reduce(Tensor operand, Tensor init, Func<Tensor, Tensor, Tensor> computation, Axes dimensions = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Reduce([operand], [init], a => [computation(a[0], a[1])], dimensions)[0];
    }

    /// <summary>
    /// Reduces each window of tensors of one shape together by a computation on scalars: it takes the running values and then one
    /// element of each operand. Sizes, strides and dilations have an entry for every dimension; padding holds the initial values.
    /// </summary>
    public static Tensor[] ReduceWindow(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> inits, Func<Tensor[], Tensor[]> computation, ReadOnlySpan<long> window, ReadOnlySpan<long> strides = default, Padding? padding = null, ReadOnlySpan<long> baseDilation = default, ReadOnlySpan<long> windowDilation = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] xs = Operands("reduce_window", operands), starts = Starts("reduce_window", xs, inits);
        int rank = xs[0].Rank;
        long[] size = Entries(window, rank, "window"), stride = Entries(strides, rank, "strides"), between = Entries(baseDilation, rank, "baseDilation"), apart = Entries(windowDilation, rank, "windowDilation");
        long[] sizes = new long[rank], windows = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            (sizes[i], windows[i]) = (Hlo.Dilate(xs[0].Shape[i], between[i]), Hlo.Dilate(size[i], apart[i]));
        }
        long[] pad = (padding ?? Padding.Valid).Resolve(sizes, windows, stride, "reduce_window");
        var config = new WindowConfig(new ValueArray<long>(size), new ValueArray<long>(stride), new ValueArray<long>(between), new ValueArray<long>(apart), new ValueArray<long>(pad));
        return Hlo.ReduceWindow(xs, starts, config, Checked("reduce_window", computation, xs));
    }

    /// <summary>Reduces each window of a tensor by a computation of two scalars.</summary>
    public static Tensor ReduceWindow(Tensor operand, Tensor init, Func<Tensor, Tensor, Tensor> computation, ReadOnlySpan<long> window, ReadOnlySpan<long> strides = default, Padding? padding = null, ReadOnlySpan<long> baseDilation = default, ReadOnlySpan<long> windowDilation = default, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ReduceWindow([operand], [init], a => [computation(a[0], a[1])], window, strides, padding, baseDilation, windowDilation)[0];
    }

    /// <summary>
    /// Sorts tensors of one shape together along a dimension, stable, in the rising order of the first <paramref name="keys"/> of
    /// them: the first decides, equal elements of it the second, and so on. NaN stands last and both zeros are equal.
    /// </summary>
    public static Tensor[] Sort(ReadOnlySpan<Tensor> operands, int dimension = -1, int keys = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] xs = Operands("sort", operands);
        int at = Axes.Normalize(dimension, xs[0].Rank, "sort");
        if (keys < 1 || keys > xs.Length)
        {
            throw Tracer.Error("sort", $"{keys} keys among {xs.Length} tensors");
        }
        return Hlo.Sort(xs, at, a =>
        {
            Tensor before = Jnp.Before(a[2 * (keys - 1)], a[2 * (keys - 1) + 1]);
            for (int k = keys - 2; k >= 0; k--)
            {
                (Tensor left, Tensor right) = (a[2 * k], a[2 * k + 1]);
                Tensor first = Jnp.Before(left, right);
                before = Hlo.Binary(HloOps.Or, first, Hlo.Binary(HloOps.And, Hlo.Unary(HloOps.Not, Jnp.Before(right, left)), before));
            }
            return before;
        });
    }

    /// <summary>Running sum along a dimension, from its start or its end.</summary>
    public static Tensor CumSum(Tensor x, int axis = 0, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Cumulative.Run(HloOps.Add, 0, x, Axes.Normalize(axis, x.Rank, "cumsum"), reverse);
    }

    /// <summary>Running product along a dimension, from its start or its end.</summary>
    public static Tensor CumProd(Tensor x, int axis = 0, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Cumulative.Run(HloOps.Multiply, 1, x, Axes.Normalize(axis, x.Rank, "cumprod"), reverse);
    }

    /// <summary>Running maximum along a dimension, from its start or its end.</summary>
    public static Tensor CumMax(Tensor x, int axis = 0, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Cumulative.Run(HloOps.Maximum, Scalars.Lowest(x.DType), x, Axes.Normalize(axis, x.Rank, "cummax"), reverse);
    }

    /// <summary>Running minimum along a dimension, from its start or its end.</summary>
    public static Tensor CumMin(Tensor x, int axis = 0, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Cumulative.Run(HloOps.Minimum, Scalars.Highest(x.DType), x, Axes.Normalize(axis, x.Rank, "cummin"), reverse);
    }

    /// <summary>Running log(sum(exp(x))) along a dimension, from its start or its end.</summary>
    public static Tensor CumLogSumExp(Tensor x, int axis = 0, bool reverse = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        return Cumulative.Run((a, b) => Jnp.LogAddExp(a, b), Hlo.Splat(double.NegativeInfinity, x.DType, Shape.Scalar), x, Axes.Normalize(axis, x.Rank, "cumlogsumexp"), reverse);
    }

    /// <summary>
    /// Running results of an associative operation along a dimension, computed as a tree in about 2 log2(n) steps
    /// (<c>lax.associative_scan</c>). <paramref name="combine"/> takes slices of the elements, the earlier ones first, and gives their combination.
    /// </summary>
    public static Tensor[] AssociativeScan(Func<Tensor[], Tensor[], Tensor[]> combine, ReadOnlySpan<Tensor> elements, bool reverse = false, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] xs = [.. elements.ToArray().Select(Hlo.Materialize)];
        if (xs.Length == 0)
        {
            throw Tracer.Error("associative_scan", "there are no elements");
        }
        int[] at = [.. xs.Select(x => Axes.Normalize(axis, x.Rank, "associative_scan"))];
        if (xs.Select((x, i) => x.Shape[at[i]]).Distinct().Count() > 1)
        {
            throw Tracer.Error("associative_scan", $"the elements' shapes {string.Join(", ", xs.Select(x => x.Shape))} differ in size along dimension {axis}");
        }
        Tensor[] Ordered(Tensor[] values) => reverse ? [.. values.Select((x, i) => Hlo.Reverse(x, [at[i]]))] : values;
        return Ordered(Tree(Ordered(xs), at, (a, b) =>
        {
            Tensor[] combined = reverse ? combine(b, a) : combine(a, b);
            for (int i = 0; i < xs.Length; i++)
            {
                if (combined.Length != xs.Length || !combined[i].Type.Equals(a[i].Type))
                {
                    throw Tracer.Error("associative_scan", $"the operation gives {string.Join(", ", combined.Select(c => c.ToString()))} for {string.Join(", ", a.Select(c => c.ToString()))}");
                }
            }
            return combined;
        }));
    }

    /// <summary>Running results of an associative operation of two tensors along a dimension.</summary>
    public static Tensor AssociativeScan(Func<Tensor, Tensor, Tensor> combine, Tensor x, bool reverse = false, int axis = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return AssociativeScan((a, b) => [combine(a[0], b[0])], [x], reverse, axis)[0];
    }

    /// <summary>Pairs are combined, the half-length problem is solved, and the places between are filled in.</summary>
    private static Tensor[] Tree(Tensor[] xs, int[] at, Func<Tensor[], Tensor[], Tensor[]> combine)
    {
        long n = xs[0].Shape[at[0]];
        if (n < 2)
        {
            return xs;
        }
        Tensor[] Part(Tensor[] values, long start, long limit, long stride) => [.. values.Select((x, i) => Hlo.SliceDim(x, at[i], start, limit, stride))];
        Tensor[] pairs = combine(Part(xs, 0, n - n % 2, 2), Part(xs, 1, n, 2));
        Tensor[] odd = Tree(pairs, at, combine);
        long count = odd[0].Shape[at[0]], rest = (n - 1) / 2;
        Tensor[] even = rest == 0 ? [] : combine(Part(odd, 0, rest, 1), Part(xs, 2, n, 2));
        var result = new Tensor[xs.Length];
        for (int i = 0; i < result.Length; i++)
        {
            // Even places: the first element, then the new ones; odd places between them.
            Tensor first = Hlo.SliceDim(xs[i], at[i], 0, 1);
            Tensor evens = rest == 0 ? first : Hlo.Concatenate([first, even[i]], at[i]);
            Tensor spreadEven = Hlo.PadDim(evens, at[i], 0, n % 2 == 0 ? 1 : 0, 1), spreadOdd = Hlo.PadDim(odd[i], at[i], 1, n - 2 * count, 1);
            result[i] = spreadEven.DType.IsBoolean() ? Hlo.Binary(HloOps.Or, spreadEven, spreadOdd) : Hlo.Binary(HloOps.Add, spreadEven, spreadOdd);
        }
        return result;
    }

    private static Tensor[] Operands(string op, ReadOnlySpan<Tensor> operands)
    {
        if (operands.Length == 0)
        {
            throw Tracer.Error(op, "there are no operands");
        }
        Tensor[] xs = [.. operands.ToArray().Select(Hlo.Materialize)];
        return xs.All(x => x.Shape == xs[0].Shape) ? xs : throw Tracer.Error(op, $"the operands' shapes {string.Join(", ", xs.Select(x => x.Shape))} differ");
    }

    private static Tensor[] Starts(string op, Tensor[] xs, ReadOnlySpan<Tensor> inits)
    {
        if (inits.Length != xs.Length)
        {
            throw Tracer.Error(op, $"{xs.Length} operands and {inits.Length} initial values");
        }
        var starts = new Tensor[xs.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = inits[i].IsNumber ? Hlo.Number(inits[i], xs[i].DType, Shape.Scalar) : inits[i];
            if (starts[i].Rank != 0 || starts[i].DType != xs[i].DType)
            {
                throw Tracer.Error(op, $"initial value {i} is {starts[i]} for the operand {xs[i]}");
            }
        }
        return starts;
    }

    /// <summary>The computation, with what it gives checked.</summary>
    private static Func<Tensor[], Tensor[]> Checked(string op, Func<Tensor[], Tensor[]> computation, Tensor[] xs) => a =>
    {
        Tensor[] given = computation(a);
        for (int i = 0; i < given.Length; i++)
        {
            given[i] = given[i].IsNumber ? Hlo.Number(given[i], a[i].DType, Shape.Scalar) : given[i];
        }
        return given.Length == xs.Length && given.Select(g => g.Type).SequenceEqual(a.Take(given.Length).Select(x => x.Type)) ? given
            : throw Tracer.Error(op, $"the computation gives {string.Join(", ", given.Select(g => g.ToString()))} for {string.Join(", ", a.Take(xs.Length).Select(x => x.ToString()))}");
    };

    private static long[] Entries(ReadOnlySpan<long> given, int rank, string what) => given.Length == 0 && what != "window" ? [.. Enumerable.Repeat(1L, rank)]
        : given.Length == rank ? given.ToArray() : throw Tracer.Error("reduce_window", $"{given.Length} entries of {what} for {rank} dimensions");
}
