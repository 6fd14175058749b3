using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Products and convolutions of the types that have no kernel of their own, by way of those that have.</summary>
public sealed partial class HloImporter
{
    /// <summary>A dot product; null for types that are left to the interpreter.</summary>
    private HloNode? Dot(HloNode x, HloNode y, HloDot numbers, ElementKind kind)
    {
        // Every product is exact in the wider type, as the sums are kept.
        bool floats = IsLoopFloat(x.Kind) && IsLoopFloat(y.Kind) && IsLoopFloat(kind);
        ElementKind wide = x.Kind == ElementKind.F64 || y.Kind == ElementKind.F64 || kind == ElementKind.F64 ? ElementKind.F64 : ElementKind.F32;
        if (builder.Simplify && floats && IsOfVectors(x, y, numbers))
        {
            return To(SumOfProducts(To(x, wide), To(y, wide), numbers), kind);
        }
        if (IsDotKind(x.Kind, y.Kind, kind))
        {
            return builder.Dot(x, y, numbers, kind);
        }
        if (IsInBf16(x.Kind) && IsInBf16(y.Kind) && IsNarrow(kind))
        {
            // Elements of 8 bits are exact in bf16, whose products are summed in f32.
            return To(builder.Dot(To(x, ElementKind.BF16), To(y, ElementKind.BF16), numbers, ElementKind.F32), kind);
        }
        if (floats)
        {
            return To(builder.Dot(To(x, wide), To(y, wide), numbers, wide), kind);
        }
        if (IsLoopInteger(kind) && IsOfSmallIntegers(x, y, numbers, kind))
        {
            return To(builder.Dot(OfBytes(x), OfBytes(y), numbers, ElementKind.I32), kind);
        }
        return IsLoopInteger(x.Kind) && IsLoopInteger(y.Kind) && IsLoopInteger(kind) ? SumOfProducts(To(x, kind), To(y, kind), numbers) : null;
    }

    /// <summary>A convolution, in f32 where no operand is wider; null for types that are left to the interpreter.</summary>
    private HloNode? Convolution(Operation op, HloNode x, HloNode kernel, ElementKind kind, long[] dims)
    {
        bool floats = IsLoopFloat(x.Kind) && IsLoopFloat(kernel.Kind) && IsLoopFloat(kind), integers = IsLoopInteger(x.Kind) && IsLoopInteger(kernel.Kind) && IsLoopInteger(kind);
        if (!floats && !integers)
        {
            return null;
        }
        ElementKind inside = integers ? kind : IsNarrow(x.Kind) && IsNarrow(kernel.Kind) && IsNarrow(kind) ? ElementKind.F32 : ElementKind.F64;
        return Convolution(op, [To(x, inside), To(kernel, inside)], inside, dims) is { } made ? To(made, kind) : null;
    }

    /// <summary>A complex one is four of its parts.</summary>
    private HloNode[]? ComplexConvolution(Operation op, HloNode[] x, long[] dims)
    {
        if (!op.Operands.ToArray().All(IsComplex) || !IsComplex(op.Results[0]) || x[0].Kind != x[1].Kind)
        {
            return null;
        }
        ((HloNode aRe, HloNode aIm), (HloNode bRe, HloNode bIm)) = (Parts(x[0]), Parts(x[1]));
        HloNode? Of(HloNode a, HloNode b) => Convolution(op, a, b, a.Kind, dims);
        return Of(aRe, bRe) is { } rr && Of(aIm, bIm) is { } ii && Of(aRe, bIm) is { } ri && Of(aIm, bRe) is { } ir
            ? [Join(builder.Binary(HloOp.Subtract, rr, ii), builder.Binary(HloOp.Add, ri, ir))] : null;
    }

    private HloNode? Convolution(Operation op, HloNode[] x, ElementKind kind, long[] dims)
    {
        var numbers = op.Attributes.Get<ConvDimensionNumbersAttr>("dimension_numbers")!;
        int spatial = numbers.InputSpatialDimensions.Length;
        long[] ones = Enumerable.Repeat(1L, spatial).ToArray();
        long[] padding = op.Attributes.Contains("padding") ? Longs(op, "padding") : new long[2 * spatial];
        long[] reversal = op.Attributes.Contains("window_reversal") ? Longs(op, "window_reversal") : new long[spatial];
        var convolution = new HloConvolution(
            numbers, new(Or("window_strides", ones)),
            padding.Where((_, i) => i % 2 == 0).ToValueArray(), padding.Where((_, i) => i % 2 == 1).ToValueArray(),
            new(Or("lhs_dilation", ones)), new(Or("rhs_dilation", ones)), reversal.Select(r => r != 0).ToValueArray(),
            Integer(op, "feature_group_count"), Integer(op, "batch_group_count"));
        return Convolution(convolution, x[0], x[1], kind, dims);

        long[] Or(string name, long[] otherwise) => op.Attributes.Contains(name) ? Longs(op, name) : otherwise;
    }

    private HloNode? Convolution(HloConvolution c, HloNode x, HloNode kernel, ElementKind kind, long[] dims) =>
        Pointwise(c, x, kernel, kind, dims)
            ?? (kind == ElementKind.F32 ? builder.Node(HloOp.Convolution, kind, dims, [x, kernel], payload: c) : Phases(c, x, kernel, kind, dims) ?? WindowProduct(c, x, kernel, kind, dims));

    // Windows of one element, features innermost: a product with the features.
    private HloNode? Pointwise(HloConvolution c, HloNode x, HloNode kernel, ElementKind kind, long[] dims)
    {
        ConvDimensionNumbersAttr n = c.Numbers;
        int last = dims.Length - 1;
        bool plain = n.KernelSpatialDimensions.All(d => kernel.Dims[d] == 1) && c.Strides.All(s => s == 1) && c.LhsDilation.All(s => s == 1)
            && c.PadLow.Concat(c.PadHigh).All(p => p == 0) && c is { FeatureGroups: 1, BatchGroups: 1 };
        bool inOrder = n.InputFeatureDimension == last && n.OutputFeatureDimension == last && n.InputBatchDimension == n.OutputBatchDimension
            && n.InputSpatialDimensions.SequenceEqual(n.OutputSpatialDimensions);
        if (!plain || !inOrder)
        {
            return null;
        }
        bool inputFirst = n.KernelInputFeatureDimension < n.KernelOutputFeatureDimension;
        HloNode features = builder.Reshape(kernel, inputFirst ? [x.Dims[last], dims[last]] : [dims[last], x.Dims[last]]);
        return Dot(x, features, new HloDot([], [], [last], [inputFirst ? 0 : 1]), kind);
    }

    // Integers of at most 16 bits, in matrices that are worth packing, whose sums modulo 2³² say what the result is.
    private static bool IsOfSmallIntegers(HloNode x, HloNode y, HloDot numbers, ElementKind kind)
    {
        const long LeastContracted = 16, LeastSide = 3;
        long contracted = numbers.LhsContract.Aggregate(1L, (n, d) => n * x.Dims[d]), batch = numbers.LhsBatch.Aggregate(1L, (n, d) => n * x.Dims[d]);
        long Side(HloNode operand) => HloBuilder.Product(operand.Dims) / Math.Max(1, contracted * batch);
        // The largest magnitude; 0 for other kinds.
        static long Most(ElementKind kind) => kind is ElementKind.I2 or ElementKind.I4 or ElementKind.I8 or ElementKind.I16 ? 1L << (kind.BitWidth() - 1)
            : kind is ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8 ? (1L << kind.BitWidth()) - 1 : 0;
        return Most(x.Kind) * Most(y.Kind) is > 0 and var most && contracted >= LeastContracted && Side(x) >= LeastSide && Side(y) >= LeastSide
            && (kind.BitWidth() <= 32 || contracted <= int.MaxValue / most);
    }

    // Integers of less than a byte, each in one.
    private HloNode OfBytes(HloNode x) => x.Kind.BitWidth() >= 8 ? x : To(x, ElementKind.I8);

    // Inner products of vectors that lie alike in both operands: a reduction reads them once, in as many parts as there are threads.
    private static bool IsOfVectors(HloNode x, HloNode y, HloDot numbers)
    {
        return Side(x, [.. numbers.LhsBatch, .. numbers.LhsContract]) && Side(y, [.. numbers.RhsBatch, .. numbers.RhsContract]);

        static bool Side(HloNode operand, long[] named) => named.SequenceEqual(named.Order()) && Enumerable.Range(0, operand.Dims.Length).All(d => operand.Dims[d] == 1 || named.Contains(d));
    }

    // One loop nest, products inside.
    private HloNode SumOfProducts(HloNode x, HloNode y, HloDot numbers)
    {
        (HloNode left, HloNode right, int free) = Aligned(x, y, numbers);
        HloNode product = builder.Binary(HloOp.Multiply, left, right);
        if (product.Dims.Length == free)
        {
            return product;
        }
        long[] last = [.. Enumerable.Range(free, product.Dims.Length - free).Select(d => (long)d)];
        return builder.Reduce(product, builder.Splat(x.Kind, [], 0), last, HloOp.Add);
    }

    // Both operands of a product spread over the dimensions of the result and, behind those, the contracted ones.
    private (HloNode X, HloNode Y, int Free) Aligned(HloNode x, HloNode y, HloDot numbers)
    {
        int batch = numbers.LhsBatch.Length, contract = numbers.LhsContract.Length;
        int left = x.Dims.Length - batch - contract, right = y.Dims.Length - batch - contract;
        var dims = new long[batch + left + right + contract];
        long[] xMap = Map(x, numbers.LhsBatch, numbers.LhsContract, batch), yMap = Map(y, numbers.RhsBatch, numbers.RhsContract, batch + left);
        return (builder.Broadcast(x, dims, xMap), builder.Broadcast(y, dims, yMap), batch + left + right);

        long[] Map(HloNode operand, ValueArray<long> batchDims, ValueArray<long> contractDims, int free)
        {
            var map = new long[operand.Dims.Length];
            for (int d = 0; d < map.Length; d++)
            {
                int asBatch = Array.IndexOf(batchDims.ToArray(), d), asContract = Array.IndexOf(contractDims.ToArray(), d);
                map[d] = asBatch >= 0 ? asBatch : asContract >= 0 ? batch + left + right + asContract : free++;
                dims[map[d]] = operand.Dims[d];
            }
            return map;
        }
    }

    private HloNode To(HloNode x, ElementKind kind) => x.Kind == kind ? x : builder.Unary(HloOp.Convert, x, kind);

    private static bool IsNarrow(ElementKind kind) => kind is ElementKind.F32 or ElementKind.BF16 or ElementKind.F16 || IsMiniature(kind);

    private static bool IsInBf16(ElementKind kind) => kind == ElementKind.BF16 || IsMiniature(kind);

    private static bool IsLoopFloat(ElementKind kind) => IsNarrow(kind) || kind is ElementKind.F64 or ElementKind.F8E8M0FNU;

    private static bool IsLoopInteger(ElementKind kind) => IsComputable(kind) && kind.IsInteger();
}
