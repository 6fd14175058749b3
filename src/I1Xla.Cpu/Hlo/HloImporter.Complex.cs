using I1Xla.Cpu.Kernels.Fourier;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>
/// Complex numbers as pairs of real ones. In memory they lie as StableHLO has them, real part before imaginary, so that a complex tensor is a node of
/// floats with one more dimension, of two, at its end; what computes with it works on the two parts apart, which are put together again only where
/// something needs the whole.
/// </summary>
public sealed partial class HloImporter
{
    private const long MostWrittenTerms = 8, MostWrittenProducts = 1 << 16;

    // Values that were made of parts, and parts of those that lie in memory.
    private readonly Dictionary<HloNode, (HloNode Re, HloNode Im)> _parts = new(ReferenceEqualityComparer.Instance), _read = new(ReferenceEqualityComparer.Instance);

    /// <summary>The type a value has in the graph: complex tensors are of floats with a last dimension of two.</summary>
    private static IrType Held(IrType type) => type is TensorType { Kind: var kind } t && kind.IsComplex()
        ? new TensorType(kind.RealPart(), new Shape([.. t.Shape.ToArray(), 2])) : type;

    private static bool IsComplex(Value value) => value.Type is TensorType { Kind: var kind } && kind.IsComplex();

    private static bool IsComplex(Operation op) => op.Operands.ToArray().Any(IsComplex) || op.Results.ToArray().Any(IsComplex);

    /// <summary>The two parts of a complex value.</summary>
    private (HloNode Re, HloNode Im) Parts(HloNode x)
    {
        if (!_parts.TryGetValue(x, out (HloNode, HloNode) parts) && !_read.TryGetValue(x, out parts))
        {
            int last = x.Dims.Length - 1;
            _read[x] = parts = (Part(0), Part(1));

            HloNode Part(long which) => builder.Reshape(Along(x, last, which, 1, 1), x.Dims[..last]);
        }
        return parts;
    }

    /// <summary>A complex value of its parts.</summary>
    private HloNode Join(HloNode re, HloNode im)
    {
        long[] pair = [.. re.Dims, 1];
        HloNode joined = builder.Concatenate([builder.Reshape(re, pair), builder.Reshape(im, pair)], re.Dims.Length);
        _parts[joined] = (re, im);
        return joined;
    }

    // A movement of elements: of the parts where they are known, else of the whole.
    private HloNode Move(HloNode x, Func<HloNode, bool, HloNode> move)
    {
        return _parts.TryGetValue(x, out (HloNode Re, HloNode Im) parts) ? Join(move(parts.Re, false), move(parts.Im, false)) : move(x, true);
    }

    private HloNode ComplexConstant(ElementKind kind, long[] dims, HloNode given)
    {
        // As a constant of pairs, and of the parts of them.
        ElementKind part = kind.RealPart();
        int size = part.StorageBytes();
        ReadOnlySpan<byte> data = given.Constant!.Data.Span;
        int count = data.Length / (2 * size);
        byte[] re = new byte[count * size], im = new byte[count * size];
        for (int i = 0; i < count; i++)
        {
            data.Slice(2 * i * size, size).CopyTo(re.AsSpan(i * size));
            data.Slice((2 * i * size) + size, size).CopyTo(im.AsSpan(i * size));
        }
        bool splat = given.IsSplat;
        HloNode whole = splat
            ? builder.Broadcast(builder.Constant(part, [2], given.Constant.Data, false), [.. dims, 2], [dims.Length])
            : builder.Constant(part, [.. dims, 2], given.Constant.Data, false);
        _parts[whole] = (builder.Constant(part, dims, re, splat), builder.Constant(part, dims, im, splat));
        return whole;
    }

    // An operation with complex operands or results; null for those that are left to the interpreter.
    private HloNode[]? Complex(Operation op, HloNode[] x, Dictionary<Value, HloNode> map)
    {
        var type = op.Results.Length > 0 ? op.Results[0].Type as TensorType : null;
        ElementKind kind = type?.Kind ?? ElementKind.I1;
        long[] dims = type?.Shape.ToArray() ?? [];
        bool empty = dims.Contains(0) || x.Any(n => n.Count == 0);
        string name = op.Name.Short;
        switch (name)
        {
            case "while":
                return While(op, x, map);
            case "if" or "case":
                return Case(op, x, map);
            case "optimization_barrier" or "composite" or "custom_call" or "all_reduce" or "all_gather" or "reduce_scatter" or "all_to_all" or "collective_permute" or "collective_broadcast":
                return Plain(op, x, map);
            case "constant":
                return [ComplexConstant(kind, dims, Constant(op, kind, dims))];
        }
        if (empty)
        {
            return Empty(op, x, map, dims);
        }
        switch (name)
        {
            case "complex":
                return [Join(x[0], x[1])];
            case "real":
                return [Parts(x[0]).Re];
            case "imag":
                return [Parts(x[0]).Im];
            case "convert" when kind.IsComplex():
                {
                    ElementKind part = kind.RealPart();
                    if (!IsComplex(op.Operands[0]))
                    {
                        return IsHeld(x[0].Kind) ? [Join(To(x[0], part), builder.Splat(part, x[0].Dims, 0))] : null;
                    }
                    (HloNode re, HloNode im) = Parts(x[0]);
                    return [Join(To(re, part), To(im, part))];
                }
            case "convert":
                return IsHeld(kind) ? [To(Parts(x[0]).Re, kind)] : null;
            case "iota":
                return [Join(builder.Iota(kind.RealPart(), dims, Integer(op, "iota_dimension")), builder.Splat(kind.RealPart(), dims, 0))];
            case "compare":
                return [ComplexCompare(Enum(op, "comparison_direction"), Parts(x[0]), Parts(x[1]))];
            case "select":
                {
                    ((HloNode aRe, HloNode aIm), (HloNode bRe, HloNode bIm)) = (Parts(x[1]), Parts(x[2]));
                    return [Join(builder.Select(x[0], aRe, bRe), builder.Select(x[0], aIm, bIm))];
                }
            case "reduce" when x.Length == 2 && Monoid(op.Regions[0]) == HloOp.Add:
                {
                    ((HloNode re, HloNode im), (HloNode startRe, HloNode startIm)) = (Parts(x[0]), Parts(x[1]));
                    long[] reduced = Longs(op, "dimensions");
                    return [Join(builder.Reduce(re, startRe, reduced, HloOp.Add), builder.Reduce(im, startIm, reduced, HloOp.Add))];
                }
            case "reduce":
                return Whole(op, ReduceByBody(op, Flat(op, x), map));
            case "reduce_window":
                return Whole(op, ReduceWindow(op, Flat(op, x), map));
            case "sort":
                return Whole(op, Sort(op, Flat(op, x), map));
            case "map":
                return Whole(op, Lift(op.Regions[0].Entry, Flat(op, x), dims, map));
            case "dot_general":
                {
                    var d = op.Attributes.Get<DotDimensionNumbersAttr>("dot_dimension_numbers")!;
                    return ComplexDot(op, x, new HloDot(d.LhsBatchingDimensions, d.RhsBatchingDimensions, d.LhsContractingDimensions, d.RhsContractingDimensions));
                }
            case "dot":
                return ComplexDot(op, x, new HloDot([], [], [x[0].Dims.Length - 2], [0]));
            case "convolution":
                return ComplexConvolution(op, x, dims);
            case "fft":
                return Fourier(x[0], Enum(op, "fft_type"), Longs(op, "fft_length"));
        }
        return ComplexMovement(op, x, kind, dims) ?? (name == "scatter" ? ScatterWithBody(op, x, map) : ComplexArithmetic(op, x, kind));
    }

    // Operations on tensors without elements; null also for results without any, which need no computing.
    private HloNode[]? Empty(Operation op, HloNode[] x, Dictionary<Value, HloNode> map, long[] dims)
    {
        bool results = !dims.Contains(0);
        switch (op.Name.Short)
        {
            case "reduce" when results:
                return [.. x[(x.Length / 2)..].Select((initial, i) => IsComplex(op.Results[i]) ? Spread(initial, dims, []) : builder.Broadcast(initial, dims, []))];
            case "reduce_window" when results:
                return Whole(op, ReduceWindow(op, Flat(op, x), map));
            case "pad" when results:
                return [Spread(x[1], dims, [])];
            case "concatenate" when results:
                {
                    HloNode[] parts = [.. x.Where(p => p.Count > 0)];
                    return parts.Length == 1 ? parts : ComplexMovement(op, parts, ((TensorType)op.Results[0].Type).Kind, dims);
                }
            case "dot" or "dot_general" or "convolution" when results && IsComplex(op.Results[0]):
                {
                    HloNode zero = builder.Splat(((TensorType)op.Results[0].Type).Kind.RealPart(), dims, 0);
                    return [Join(zero, zero)];
                }
            case "dynamic_update_slice" when results:
                return [x[0]];
            case "scatter" when results:
                return x[..op.Results.Length];
            default:
                return null;
        }
    }

    private HloNode[]? ComplexMovement(Operation op, HloNode[] x, ElementKind kind, long[] dims)
    {
        int rank = dims.Length;
        long[] held = [.. dims, 2];
        ElementKind part = kind.RealPart();
        switch (op.Name.Short)
        {
            case "broadcast_in_dim":
                return [Spread(x[0], dims, Longs(op, "broadcast_dimensions"))];
            case "broadcast":
                {
                    int added = Longs(op, "broadcast_sizes").Length;
                    return [Spread(x[0], dims, [.. Enumerable.Range(added, rank - added).Select(i => (long)i)])];
                }
            case "reshape":
                return [Move(x[0], (v, whole) => builder.Reshape(v, whole ? held : dims))];
            case "transpose":
                {
                    long[] order = Longs(op, "permutation");
                    return [Move(x[0], (v, whole) => builder.Transpose(v, whole ? [.. order, rank] : order))];
                }
            case "slice":
                {
                    long[] start = Longs(op, "start_indices"), limit = Longs(op, "limit_indices"), stride = Longs(op, "strides");
                    return [Move(x[0], (v, whole) => whole ? builder.Slice(v, [.. start, 0], [.. limit, 2], [.. stride, 1]) : builder.Slice(v, start, limit, stride))];
                }
            case "reverse":
                {
                    long[] backwards = Longs(op, "dimensions");
                    return [Move(x[0], (v, _) => builder.Reverse(v, backwards))];
                }
            case "pad":
                {
                    ((HloNode re, HloNode im), (HloNode valueRe, HloNode valueIm)) = (Parts(x[0]), Parts(x[1]));
                    long[] low = Longs(op, "edge_padding_low"), high = Longs(op, "edge_padding_high"), interior = Longs(op, "interior_padding");
                    return [Join(builder.Pad(re, valueRe, low, high, interior), builder.Pad(im, valueIm, low, high, interior))];
                }
            case "concatenate":
                {
                    long dimension = Integer(op, "dimension");
                    if (!x.Any(_parts.ContainsKey))
                    {
                        return [builder.Concatenate(x, dimension)];
                    }
                    return [Join(builder.Concatenate([.. x.Select(p => Parts(p).Re)], dimension), builder.Concatenate([.. x.Select(p => Parts(p).Im)], dimension))];
                }
            case "dynamic_slice":
                return [builder.Node(HloOp.DynamicSlice, part, held, [.. x, NoOffset(x, 1)])];
            case "dynamic_update_slice":
                return [builder.Node(HloOp.DynamicUpdateSlice, part, held, [.. x, NoOffset(x, 2)])];
            case "gather":
                {
                    var n = op.Attributes.Get<GatherDimensionNumbersAttr>("dimension_numbers")!;
                    return [builder.Node(HloOp.Gather, part, held, x, [.. Longs(op, "slice_sizes"), 2], n with { OffsetDims = new([.. n.OffsetDims, rank]) })];
                }
            case "scatter" when x.Length == 3 && ScatterCombine(op.Regions[0]) is { } combine and (HloOp.Parameter or HloOp.Add):
                {
                    var n = op.Attributes.Get<ScatterDimensionNumbersAttr>("scatter_dimension_numbers")!;
                    return [builder.Node(HloOp.Scatter, part, held, x, payload: new HloScatter(combine, n with { UpdateWindowDims = new([.. n.UpdateWindowDims, x[2].Dims.Length - 1]) }))];
                }
            default:
                return null;
        }

        HloNode NoOffset(HloNode[] operands, int first) => builder.SplatInteger(operands.Length > first ? operands[first].Kind : ElementKind.I32, [], 0);
    }

    private HloNode Spread(HloNode x, long[] dims, long[] map)
    {
        if (_parts.TryGetValue(x, out (HloNode Re, HloNode Im) parts))
        {
            return Join(builder.Broadcast(parts.Re, dims, map), builder.Broadcast(parts.Im, dims, map));
        }
        return builder.Broadcast(x, [.. dims, 2], [.. map, dims.Length]);
    }

    private HloNode ComplexCompare(string direction, (HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b)
    {
        return direction switch
        {
            "EQ" => builder.Binary(HloOp.And, Compare("EQ", a.Re, b.Re), Compare("EQ", a.Im, b.Im)),
            "NE" => builder.Binary(HloOp.Or, Compare("NE", a.Re, b.Re), Compare("NE", a.Im, b.Im)),
            // By the real part, and by the imaginary one where those are equal.
            _ => builder.Binary(HloOp.Or, Compare(direction[..1] + "T", a.Re, b.Re), builder.Binary(HloOp.And, Compare("EQ", a.Re, b.Re), Compare(direction, a.Im, b.Im))),
        };
    }

    // One product of real matrices: rows as they lie, pairs and all, with a matrix that has (re, im) and (-im, re) for each element.
    private HloNode[]? ComplexDot(Operation op, HloNode[] x, HloDot numbers)
    {
        if (!op.Operands.ToArray().All(IsComplex) || !IsComplex(op.Results[0]) || x[0].Kind != x[1].Kind || ((TensorType)op.Results[0].Type).Kind.RealPart() != x[0].Kind)
        {
            return null;
        }
        (HloNode re, HloNode im) = Parts(x[1]);
        int rank = re.Dims.Length;
        long terms = numbers.RhsContract.Aggregate(1L, (n, d) => n * re.Dims[d]);
        if (terms <= MostWrittenTerms && terms * ((TensorType)op.Results[0].Type).Shape.ElementCount <= MostWrittenProducts)
        {
            return [WrittenDot(Parts(x[0]), (re, im), numbers, terms)];
        }
        long[] row = [.. re.Dims, 1, 2];
        HloNode pairs = builder.Concatenate(
            [builder.Reshape(Join(re, im), row), builder.Reshape(Join(builder.Unary(HloOp.Negate, im), re), row)], rank);
        return
        [
            builder.Dot(x[0], pairs, numbers with
            {
                LhsContract = new([.. numbers.LhsContract, x[0].Dims.Length - 1]),
                RhsContract = new([.. numbers.RhsContract, rank]),
            }, x[0].Kind),
        ];
    }

    // Few terms, one after the other, every product rounded by itself: the parts of such sums often cancel, and then each rounding shows. Products of f32 are
    // made in f64 and rounded, so that no sum takes them in before.
    private HloNode WrittenDot((HloNode Re, HloNode Im) a, (HloNode Re, HloNode Im) b, HloDot numbers, long terms)
    {
        ElementKind part = a.Re.Kind;
        (a, b) = (Wide(a), Wide(b));
        ((HloNode aRe, HloNode bRe, int free), (HloNode aIm, HloNode bIm, _)) = (Aligned(a.Re, b.Re, numbers), Aligned(a.Im, b.Im, numbers));
        HloNode Times(HloNode x, HloNode y) => To(builder.Binary(HloOp.Multiply, x, y), part);
        (HloNode Re, HloNode Im)? sum = null;
        for (long t = 0; t < terms; t++)
        {
            ((HloNode p, HloNode q), (HloNode r, HloNode s)) = ((Term(aRe), Term(aIm)), (Term(bRe), Term(bIm)));
            HloNode re = builder.Binary(HloOp.Subtract, Times(p, r), Times(q, s)), im = builder.Binary(HloOp.Add, Times(p, s), Times(q, r));
            sum = sum is not { } before ? (re, im) : (builder.Binary(HloOp.Add, before.Re, re), builder.Binary(HloOp.Add, before.Im, im));

            HloNode Term(HloNode x) => builder.Reshape(Along(builder.Reshape(x, [.. x.Dims[..free], terms]), free, t, 1, 1), x.Dims[..free]);
        }
        return Join(sum!.Value.Re, sum.Value.Im);
    }

    // One dimension after the other: of real lines, those that become complex first, those that become real last.
    private HloNode[]? Fourier(HloNode x, string type, long[] lengths)
    {
        if (x.Kind is not (ElementKind.F32 or ElementKind.F64))
        {
            return null;
        }
        int rank = type == "RFFT" ? x.Dims.Length : x.Dims.Length - 1, first = rank - lengths.Length;
        FourierKind each = type is "FFT" or "RFFT" ? FourierKind.Forward : FourierKind.Inverse;
        if (type == "RFFT")
        {
            x = Along(x, FourierKind.RealForward, rank - 1, [.. x.Dims[..^1], (lengths[^1] / 2) + 1, 2]);
        }
        for (int d = rank - (type is "RFFT" or "IRFFT" ? 2 : 1); d >= first; d--)
        {
            x = Along(x, each, d, x.Dims);
        }
        return type == "IRFFT" ? [Along(x, FourierKind.RealInverse, rank - 1, [.. x.Dims[..^2], lengths[^1]])] : [x];

        HloNode Along(HloNode from, FourierKind kind, int dimension, long[] dims) =>
            builder.Node(HloOp.Fourier, from.Kind, dims, [from], payload: new HloFourier(kind, dimension, (int)lengths[dimension - first]));
    }
}
