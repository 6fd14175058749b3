using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of the ops that move, cut and join elements.</summary>
internal static class ShapeRules
{
    public static IrType[] Slice(Operation op)
    {
        var view = new SliceOp(op);
        TensorType operand = Tensor(view.Operand);
        ReadOnlySpan<long> start = view.StartIndices.Span;
        ReadOnlySpan<long> limit = view.LimitIndices.Span;
        ReadOnlySpan<long> strides = view.Strides.Span;
        if (start.Length != limit.Length || start.Length != strides.Length)
        {
            throw Violation("C2", "failed to verify that all of {start_indices, limit_indices, strides} have same size");
        }
        if (start.Length != operand.Rank)
        {
            throw Violation("C2", $"the number of elements in start_indices ({start.Length}) does not match the rank of the operand ({operand.Rank})");
        }
        long[] shape = new long[operand.Rank];
        for (int i = 0; i < shape.Length; i++)
        {
            if (start[i] < 0)
            {
                throw Violation("C3", $"negative start index {start[i]} in dimension {i}");
            }
            long size = operand.Shape[i];
            string what = "size";
            if (size == Shape.Dynamic)
            {
                size = Bounds.Of(operand, i);
                what = "bound";
            }
            if (size != Shape.Dynamic && limit[i] > size)
            {
                throw Violation("C3", $"limit index {limit[i]} is larger than dimension {what} {size} in dimension {i}");
            }
            if (start[i] > limit[i])
            {
                throw Violation("C3", $"start index {start[i]} is larger than limit index {limit[i]} in dimension {i}");
            }
            if (strides[i] <= 0)
            {
                throw Violation("C4", $"stride must be positive but got {strides[i]} in dimension {i}");
            }
            long extent = limit[i] - start[i];
            shape[i] = (extent / strides[i]) + (extent % strides[i] == 0 ? 0 : 1);
        }
        return [new TensorType(operand.Element, new Shape(shape), operand.Encoding is TypeExtensionsAttr ? null : operand.Encoding)];
    }

    public static IrType[] Pad(Operation op)
    {
        var view = new PadOp(op);
        TensorType operand = Tensor(view.Operand);
        ReadOnlySpan<long> low = view.EdgePaddingLow.Span;
        ReadOnlySpan<long> high = view.EdgePaddingHigh.Span;
        ReadOnlySpan<long> interior = view.InteriorPadding.Span;
        if (low.Length != high.Length || low.Length != interior.Length)
        {
            throw Violation("C2", "failed to verify that all of {edge_padding_low, edge_padding_high, interior_padding} have same size");
        }
        if (low.Length != operand.Rank)
        {
            throw Violation("C2", $"edge_padding_low length ({low.Length}) must match operand rank ({operand.Rank})");
        }
        long[] shape = new long[operand.Rank];
        long[] bounds = new long[Bounds.Of(operand).Length];
        bounds.AsSpan().Fill(Shape.Dynamic);
        for (int i = 0; i < shape.Length; i++)
        {
            if (interior[i] < 0)
            {
                throw Violation("C3", $"Interior padding cannot be negative: {interior[i]}");
            }
            shape[i] = Shape.Dynamic;
            bool isStatic = operand.Shape[i] != Shape.Dynamic;
            long size = isStatic ? operand.Shape[i] : Bounds.Of(operand, i);
            if (size == Shape.Dynamic)
            {
                continue;
            }
            long padded = unchecked(size + low[i] + high[i] + (Math.Max(size - 1, 0) * interior[i]));
            if (padded < 0)
            {
                throw Violation("C4", $"Padding result in negative {(isStatic ? "size" : "bound")} for dimension {i}");
            }
            (isStatic ? shape : bounds)[i] = padded;
        }
        return [new TensorType(operand.Element, new Shape(shape), Bounds.Encode(operand.Encoding, bounds))];
    }

    public static IrType[] Concatenate(Operation op)
    {
        if (op.Operands.Length == 0)
        {
            throw Violation("C3", "expected 1 or more operands, but found 0");
        }
        long dimension = new ConcatenateOp(op).Dimension;
        TensorType first = Tensor(op.Operands[0]);
        int rank = first.Rank;
        if (rank == 0)
        {
            throw Violation("C4", "rank-0 values cannot be concatenated");
        }
        if (dimension >= rank || dimension < 0)
        {
            throw Violation("C4", $"dimension {dimension} is out-of-bounds for input rank {rank}");
        }
        long[] sizes = new long[rank];
        long[] bounds = new long[rank];
        sizes.AsSpan().Fill(Shape.Dynamic);
        bounds.AsSpan().Fill(Shape.Dynamic);
        sizes[dimension] = 0;
        Ir.Attribute? encoding = null;
        for (int i = 0; i < op.Operands.Length; i++)
        {
            TensorType type = Tensor(op.Operands[i]);
            if (type.Rank != rank)
            {
                throw Violation("C2", $"operands (0) and ({i}) do not match rank");
            }
            for (int d = 0; d < rank; d++)
            {
                if (d != dimension && !CompatibleDims(first.Shape[d], type.Shape[d]))
                {
                    throw Violation("C2", $"shapes of operand (0) and ({i}) are not compatible at non-concat index {d}: ({List(first.Shape.Dims)}) != ({List(type.Shape.Dims)})");
                }
            }
        }
        bool any = false;
        foreach (Value operand in op.Operands)
        {
            TensorType type = Tensor(operand);
            encoding ??= type.Encoding;
            any |= !Bounds.Of(type).IsEmpty;
            for (int d = 0; d < rank; d++)
            {
                (sizes[d], bounds[d]) = d == dimension
                    ? Bounds.Concatenate(sizes[d], type.Shape[d], bounds[d], Bounds.Of(type, d))
                    : Bounds.MostSpecificDim("C2", d, sizes[d], type.Shape[d], bounds[d], Bounds.Of(type, d));
            }
        }
        return [new TensorType(first.Element, new Shape(sizes), Bounds.Encode(encoding, any ? bounds : default))];
    }

    public static IrType[] Transpose(Operation op)
    {
        TensorType operand = Tensor(op.Operands[0]);
        ReadOnlySpan<long> permutation = new TransposeOp(op).Permutation.Span;
        if (permutation.Length != operand.Rank)
        {
            throw Violation("C2", $"TransposeOp operand rank {operand.Rank} does not match permutation size {permutation.Length}");
        }
        long[] sorted = permutation.ToArray();
        Array.Sort(sorted);
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i] != i)
            {
                throw Violation("C2", $"attribute permutation must be a permutation of [{string.Join(", ", Enumerable.Range(0, sorted.Length))}] but got {List(permutation)}");
            }
        }
        long[] shape = new long[operand.Rank];
        long[] bounds = new long[Bounds.Of(operand).Length];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = operand.Shape[(int)permutation[i]];
            if (bounds.Length > 0)
            {
                bounds[i] = Bounds.Of(operand, (int)permutation[i]);
            }
        }
        ElementType element = operand.Element is QuantizedType { Axes.Length: 1, BlockSizes.Length: 0 } q && q.Axes[0] < permutation.Length
            ? q with { Axes = [permutation.IndexOf(q.Axes[0])] } : operand.Element;
        return [new TensorType(element, new Shape(shape), Bounds.Encode(operand.Encoding, bounds))];
    }

    public static void VerifyTranspose(Operation op)
    {
        IrType operand = op.Operands[0].Type;
        IrType result = op.Results[0].Type;
        QuantizationRules.SameScales("C1", operand, result);
        if (Types.ElementOrSelf(result) is QuantizedType { Axes.Length: 1 } r && Types.ElementOrSelf(operand) is QuantizedType { Axes.Length: 1 } q)
        {
            ReadOnlySpan<long> permutation = new TransposeOp(op).Permutation.Span;
            if (r.Axes[0] < permutation.Length && q.Axes[0] != permutation[r.Axes[0]])
            {
                throw Violation("C4", $"operand quantization_dimension {q.Axes[0]} is not same as permutation[{r.Axes[0]}] = {permutation[r.Axes[0]]}");
            }
        }
    }

    public static IrType[] Reverse(Operation op) => [op.Operands[0].Type];

    public static void VerifyReverse(Operation op)
    {
        ReadOnlySpan<long> dimensions = new ReverseOp(op).Dimensions.Span;
        if (!IsUnique(dimensions))
        {
            throw Violation("C2", $"dimensions should be unique. Got: {List(dimensions)}");
        }
        int rank = Tensor(op.Operands[0]).Rank;
        foreach (long d in dimensions)
        {
            if (d < 0)
            {
                throw Violation("C3", $"all dimensions should be non-negative. Got dimension: {d}.");
            }
            if (d >= rank)
            {
                throw Violation("C3", $"all dimensions should be between [0, {rank}). Got dimension: {d}.");
            }
        }
    }

    public static IrType[] Broadcast(Operation op)
    {
        TensorType operand = Tensor(op.Operands[0]);
        ReadOnlySpan<long> sizes = new BroadcastOp(op).BroadcastSizes.Span;
        foreach (long size in sizes)
        {
            if (size < 0)
            {
                throw Violation(null, $"Broadcast with negative dimension size {size}");
            }
        }
        return [new TensorType(operand.Element, new Shape([.. sizes, .. operand.Shape.Dims]))];
    }

    public static void VerifyBroadcastInDim(Operation op)
    {
        TensorType operand = Tensor(op.Operands[0]);
        TensorType result = Tensor(op.Results[0]);
        ReadOnlySpan<long> dims = new BroadcastInDimOp(op).BroadcastDimensions.Span;
        QuantizationRules.SameTensorScale("C1", operand, result);
        if (dims.Length != operand.Rank)
        {
            throw Violation("C2", $"broadcast_dimensions size ({dims.Length}) does not match operand rank ({operand.Rank})");
        }
        if (!IsUnique(dims))
        {
            throw Violation("C4", "broadcast_dimensions should not have duplicates");
        }
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] < 0 || dims[i] >= result.Rank)
            {
                throw Violation("C3", $"broadcast_dimensions contains invalid value {dims[i]} for result with rank {result.Rank}");
            }
            long size = operand.Shape[i];
            long to = result.Shape[(int)dims[i]];
            if (size != Shape.Dynamic && size != 1 && size != to)
            {
                throw Violation("C5", $"size of operand dimension {i} ({size}) is not equal to 1 or size of result dimension {dims[i]} ({to})");
            }
        }
        QuantizationRules.BroadcastAxis("C6", operand, result, dims);
    }

    public static void VerifyReshape(Operation op)
    {
        TensorType operand = Tensor(op.Operands[0]);
        TensorType result = Tensor(op.Results[0]);
        if (!operand.Shape.IsStatic || !result.Shape.IsStatic)
        {
            return;
        }
        if (QuantizationRules.Product(operand.Shape.Dims) != QuantizationRules.Product(result.Shape.Dims))
        {
            throw Violation("C2", $"number of output elements ({QuantizationRules.Product(result.Shape.Dims)}) doesn't match expected number of elements ({QuantizationRules.Product(operand.Shape.Dims)})");
        }
        QuantizationRules.Reshape(operand, result);
    }

    public static void VerifyIota(Operation op)
    {
        int rank = Tensor(op.Results[0]).Rank;
        if (rank == 0)
        {
            throw Violation("C1", "does not support scalars.");
        }
        if (new IotaOp(op).IotaDimension >= rank)
        {
            throw Violation("C1", "iota dimension cannot go beyond the output rank.");
        }
    }

    public static IrType[] DynamicSlice(Operation op)
    {
        var view = new DynamicSliceOp(op);
        TensorType operand = Tensor(view.Operand);
        ReadOnlySpan<long> sizes = view.SliceSizes.Span;
        ReadOnlySpan<Value> starts = view.StartIndices;
        if (starts.Length != sizes.Length)
        {
            throw Violation("C2", $"has mismatched number of slice sizes ({sizes.Length}) and number of start indices ({starts.Length})");
        }
        if (operand.Rank != starts.Length)
        {
            throw Violation("C2", $"has mismatched number of start indices ({starts.Length}) and the rank of operand ({operand.Rank})");
        }
        SameElementTypes("C3", starts);
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] < 0)
            {
                throw Violation("C4", $"has negative size index to dynamic slice: {sizes[i]}");
            }
            if (operand.Shape[i] != Shape.Dynamic && sizes[i] > operand.Shape[i])
            {
                throw Violation("C4", $"has slice size {sizes[i]} greater than dimension size {operand.Shape[i]} in dimension {i} of operand");
            }
        }
        return [new TensorType(operand.Element, Shape.Create(sizes))];
    }

    public static IrType[] DynamicUpdateSlice(Operation op)
    {
        var view = new DynamicUpdateSliceOp(op);
        TensorType operand = Tensor(view.Operand);
        TensorType update = Tensor(view.Update);
        ReadOnlySpan<Value> starts = view.StartIndices;
        if (update.Rank != operand.Rank)
        {
            throw Violation("C3", $"update rank does not match operand rank: {update.Rank} vs {operand.Rank}.");
        }
        if (starts.Length != operand.Rank)
        {
            throw Violation("C4", $"expects number of start_indices to match operand rank: {starts.Length} vs {operand.Rank}.");
        }
        SameElementTypes("C5", starts);
        for (int i = 0; i < operand.Rank; i++)
        {
            long size = update.Shape[i];
            if (size != Shape.Dynamic && operand.Shape[i] != Shape.Dynamic && size > operand.Shape[i])
            {
                throw Violation("C6", $"expects size at dimension {i} of update to be in range [0, {operand.Shape[i]}]. Got: {size}.");
            }
        }
        return [operand];
    }

    public static IrType[] GetDimensionSize(Operation op)
    {
        DimensionInBounds("C1", Tensor(op.Operands[0]), new GetDimensionSizeOp(op).Dimension);
        return [new TensorType(ElementKind.I32, [])];
    }

    public static IrType[] SetDimensionSize(Operation op)
    {
        var view = new SetDimensionSizeOp(op);
        TensorType operand = Tensor(view.Operand);
        if (Tensor(view.Size).Rank != 0)
        {
            throw Violation(null, "size operand should be of rank-0");
        }
        DimensionInBounds(null, operand, view.Dimension);
        int d = (int)view.Dimension;
        long[] shape = operand.Shape.ToArray();
        long[] bounds = new long[shape.Length];
        for (int i = 0; i < bounds.Length; i++)
        {
            bounds[i] = Bounds.Of(operand, i);
        }
        if (shape[d] != Shape.Dynamic)
        {
            bounds[d] = shape[d];
        }
        shape[d] = Shape.Dynamic;
        if (TryConstant(view.Size, out long[] size) && size is [var only] && only == bounds[d])
        {
            shape[d] = only;
            bounds[d] = Shape.Dynamic;
        }
        return [new TensorType(operand.Element, new Shape(shape), Bounds.Encode(null, bounds))];
    }

    public static IrType[] GetTupleElement(Operation op)
    {
        var tuple = (TupleType)op.Operands[0].Type;
        int index = new GetTupleElementOp(op).Index;
        return index < 0 || index >= tuple.Elements.Length
            ? throw Violation("C1", $"index {index} is out of bounds of operand with size {tuple.Elements.Length}")
            : [tuple.Elements[index]];
    }

    public static IrType[] Tuple(Operation op) => [new TupleType(new ValueArray<IrType>(ElementwiseRules.Operands(op)))];

    public static IrType[] Fft(Operation op)
    {
        var view = new FftOp(op);
        TensorType operand = Tensor(view.Operand);
        ReadOnlySpan<long> length = view.FftLength.Span;
        if (length.Length is < 1 or > 3)
        {
            throw Violation("C3", $"rank must be between 1 and 3, but got {length.Length}.");
        }
        ElementType element = operand.Element;
        ElementType result = element;
        if (view.FftType == FftType.RFFT)
        {
            result = element.StorageKind switch
            {
                ElementKind.F32 => ScalarType.Of(ElementKind.Complex64),
                ElementKind.F64 => ScalarType.Of(ElementKind.Complex128),
                _ => throw Violation("C2", $"RFFT requires f32 or f64 input type, but is given {Q(element)}."),
            };
        }
        else if (!Types.IsComplex(element))
        {
            throw Violation("C2", $"FFT/IFFT/IRFFT take a complex tensor as input, but is given {Q(operand)}.");
        }
        else if (view.FftType == FftType.IRFFT)
        {
            result = ElementwiseRules.RealPart(element);
        }
        if (operand.Rank < length.Length)
        {
            throw Violation("C1", $"operand rank must not be less than fft rank of {length.Length} for operand of type {Q(operand)}.");
        }
        long[] shape = operand.Shape.ToArray();
        ReadOnlySpan<long> back = operand.Shape.Dims[^length.Length..];
        long last = length[^1];
        if (view.FftType == FftType.RFFT)
        {
            for (int i = 0; i < back.Length; i++)
            {
                if (!CompatibleDims(back[i], length[i]))
                {
                    throw Violation("C4", $"RFFT requires innermost dimensions to be compatible with fft_length. Got: {List(operand.Shape.Dims)} but wanted {List(length)}.");
                }
            }
            if (last != 0)
            {
                shape[^1] = (last / 2) + 1;
            }
        }
        else if (view.FftType == FftType.IRFFT)
        {
            for (int i = 0; i < back.Length - 1; i++)
            {
                if (!CompatibleDims(back[i], length[i]))
                {
                    throw Violation("C4", $"IRFFT requires non-final dimensions to be compatible with fft_length. Got: {List(operand.Shape.Dims)} but wanted {List(length)}, and {back[i]} != {length[i]}.");
                }
            }
            if ((!CompatibleDims(back[^1], 0) || last != 0) && !CompatibleDims(back[^1], (last / 2) + 1))
            {
                throw Violation("C5", $"IRFFT requires innermost dimension to be compatible with fft_length[-1]/2+1. Got: {back[^1]} but fft_length is {List(length)}.");
            }
            shape[^1] = last;
        }
        long[] bounds = Bounds.Of(operand).ToArray();
        if (bounds.Length > 0 && view.FftType is FftType.RFFT or FftType.IRFFT)
        {
            bounds[^1] = Shape.Dynamic;
        }
        return [new TensorType(result, new Shape(shape), Bounds.Encode(operand.Encoding, bounds))];
    }

    public static IrType[] Cholesky(Operation op)
    {
        TensorType a = Tensor(op.Operands[0]);
        if (a.Rank < 2)
        {
            throw Violation("C2", $"argument 'a' must have rank >= 2, got shape {List(a.Shape.Dims)}.");
        }
        if (!CompatibleDims(a.Shape[a.Rank - 2], a.Shape[a.Rank - 1]))
        {
            throw Violation("C3", $"minor dimensions of 'a' must have equal size, got shape {List(a.Shape.Dims)}.");
        }
        return [a];
    }

    public static IrType[] TriangularSolve(Operation op)
    {
        var view = new TriangularSolveOp(op);
        TensorType a = Tensor(view.A);
        TensorType b = Tensor(view.B);
        if (a.Rank < 2)
        {
            throw Violation("C2", $"operand 'a' must have rank >= 2, but got {Q(a)}");
        }
        if (!CompatibleDims(a.Shape[a.Rank - 2], a.Shape[a.Rank - 1]))
        {
            throw Violation("C3", $"two minor dimensions of operand 'a' must be compatible, but got {Q(a)}");
        }
        if (a.Rank != b.Rank)
        {
            throw Violation("C2", $"operands must have equal rank, but got {Q(a)} and {Q(b)}");
        }
        if (!CompatibleDims(a.Shape[a.Rank - 1], b.Shape[b.Rank - (view.LeftSide ? 2 : 1)]))
        {
            throw Violation("C3", $"shared dimension of operands 'a' and 'b' must be compatible, but got {Q(a)} and {Q(b)}");
        }
        if (!Types.CompatibleShapes(a.Shape.Dims[..^2], b.Shape.Dims[..^2]))
        {
            throw Violation("C3", $"batch dimensions of the operands must be compatible, but got {Q(a)} and {Q(b)}");
        }
        if (view.TransposeA == Ops.Transpose.TRANSPOSE_INVALID)
        {
            throw Violation("I6", "Invalid transpose option value for triangular solve");
        }
        return [b];
    }

    private static void SameElementTypes(string constraint, ReadOnlySpan<Value> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (!Types.ElementOrSelf(values[i].Type).Equals(Types.ElementOrSelf(values[0].Type)))
            {
                throw Violation(constraint, "start indices must have same element type");
            }
        }
    }
}
