using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of ops whose shapes come from operands, of random numbers and of batch normalisation.</summary>
internal static class DynamicRules
{
    public static void VerifyDynamicBroadcastInDim(Operation op)
    {
        var view = new DynamicBroadcastInDimOp(op);
        TensorType operand = Tensor(view.Operand);
        TensorType result = Tensor(op.Results[0]);
        ReadOnlySpan<long> dims = view.BroadcastDimensions.Span;
        CompatibleElement(operand, result);
        if (dims.Length != operand.Rank)
        {
            throw Violation("C2", $"broadcast_dimensions size ({dims.Length}) does not match operand rank ({operand.Rank})");
        }
        if (result.Rank < operand.Rank)
        {
            throw Violation("C3", $"result rank ({result.Rank}) is less than operand rank ({operand.Rank})");
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
            if (operand.Shape[i] != 1 && !CompatibleDims(operand.Shape[i], result.Shape[(int)dims[i]]))
            {
                throw Violation("C5", $"size of operand dimension {i} ({operand.Shape[i]}) is not compatible with size of result dimension {dims[i]} ({result.Shape[(int)dims[i]]})");
            }
        }
        ShapeFits("C7", view.OutputDimensions, result);
        long[] hints = [.. view.KnownExpandingDimensions ?? default, .. view.KnownNonexpandingDimensions ?? default];
        if (!IsUnique(hints))
        {
            throw Violation("C8", "duplicate expansion hint for at least one operand dimension");
        }
        for (int i = 0; i < hints.Length; i++)
        {
            if (hints[i] < 0 || hints[i] >= operand.Rank)
            {
                throw Violation(i < (view.KnownExpandingDimensions?.Length ?? 0) ? "C9" : "C10", $"hint for expanding dimension {hints[i]} does not refer to a valid operand dimension");
            }
        }
        if (operand.Shape.IsStatic && TryConstant(view.OutputDimensions, out long[] shape))
        {
            for (int i = 0; i < dims.Length; i++)
            {
                long size = operand.Shape[i];
                if (dims[i] < shape.Length && size != 1 && size != shape[dims[i]])
                {
                    throw Violation("C5", $"size of operand dimension {i} ({size}) is not equal to 1 or value of shape at index {dims[i]} ({shape[dims[i]]})");
                }
            }
        }
        QuantizationRules.BroadcastAxis("C6", operand, result, dims);
    }

    public static void VerifyDynamicIota(Operation op)
    {
        var view = new DynamicIotaOp(op);
        if (view.IotaDimension >= Tensor(op.Results[0]).Rank)
        {
            throw Violation("C1", "iota dimension cannot go beyond the output rank.");
        }
        ShapeFits("C2", view.OutputShape, Tensor(op.Results[0]));
    }

    public static void VerifyDynamicPad(Operation op)
    {
        var view = new DynamicPadOp(op);
        TensorType operand = Tensor(view.Operand);
        TensorType result = Tensor(op.Results[0]);
        long size = Tensor(view.EdgePaddingLow).Shape[0];
        if (size != operand.Rank)
        {
            throw Violation("C2", $"padding operands size ({size}) must match operand rank ({operand.Rank})");
        }
        if (!TryConstant(view.InteriorPadding, out long[] interior))
        {
            return;
        }
        if (interior.Any(i => i < 0))
        {
            throw Violation("C3", $"interior_padding must be non-negative, but got {List(interior)}");
        }
        if (!operand.Shape.IsStatic || !result.Shape.IsStatic || !TryConstant(view.EdgePaddingLow, out long[] low) || !TryConstant(view.EdgePaddingHigh, out long[] high))
        {
            return;
        }
        for (int i = 0; i < operand.Rank; i++)
        {
            long want = unchecked(operand.Shape[i] + low[i] + (Math.Max(operand.Shape[i] - 1, 0) * interior[i]) + high[i]);
            if (result.Shape[i] != want)
            {
                throw Violation("C4", $"expected output dimension at index {i} to equal {want}, but got {result.Shape[i]}");
            }
        }
    }

    public static void VerifyDynamicReshape(Operation op)
    {
        var view = new DynamicReshapeOp(op);
        TensorType operand = Tensor(view.Operand);
        TensorType result = Tensor(op.Results[0]);
        CompatibleElement(operand, result);
        long count = operand.Shape.IsStatic ? QuantizationRules.Product(operand.Shape.Dims) : Shape.Dynamic;
        if (operand.Shape.IsStatic && result.Shape.IsStatic && QuantizationRules.Product(result.Shape.Dims) != count)
        {
            throw Violation("C2", $"number of output elements ({QuantizationRules.Product(result.Shape.Dims)}) doesn't match expected number of elements ({count})");
        }
        ShapeFits("C4", view.OutputShape, result);
        if (Tensor(view.OutputShape).Shape[0] != result.Rank)
        {
            throw Violation("C4", "result should have a rank equal to the number of elements in output_shape");
        }
        if (operand.Shape.IsStatic && TryConstant(view.OutputShape, out long[] shape) && QuantizationRules.Product(shape) != count)
        {
            throw Violation("C2", $"output_shape is incompatible with input type of operation: input has {count} elements, but output_shape has {QuantizationRules.Product(shape)}");
        }
        QuantizationRules.Reshape(operand, result);
    }

    public static void VerifyRealDynamicSlice(Operation op)
    {
        var view = new RealDynamicSliceOp(op);
        int rank = Tensor(view.Operand).Rank;
        foreach ((Value value, string name) in (ReadOnlySpan<(Value, string)>)[(view.StartIndices, "start_indices"), (view.LimitIndices, "limit_indices"), (view.Strides, "strides")])
        {
            long size = Tensor(value).Shape[0];
            if (size != Shape.Dynamic && size != rank)
            {
                throw Violation(null, $"has mismatched number of operand rank ({rank}) and {name} size ({size})");
            }
        }
    }

    public static IrType[] Rng(Operation op)
    {
        var view = new RngOp(op);
        if (view.RngDistribution == RngDistribution.NORMAL && (!Types.IsFloat(Tensor(view.A).Element) || !Types.IsFloat(Tensor(view.B).Element)))
        {
            throw Violation("C2", "mu and sigma must be floats");
        }
        ElementType element = Tensor(view.B).Element;
        if (TryConstant(view.Shape, out long[] shape))
        {
            return [new TensorType(element, new Shape(shape))];
        }
        long rank = Tensor(view.Shape).Shape[0];
        if (rank is < 0 or > 1024)
        {
            throw Violation("I3", $"shape has {rank} elements");
        }
        shape = new long[rank];
        shape.AsSpan().Fill(Shape.Dynamic);
        return [new TensorType(element, new Shape(shape))];
    }

    public static void VerifyRngBitGenerator(Operation op)
    {
        TensorType state = Tensor(op.Operands[0]);
        TensorType output = Tensor(op.Results[0]);
        if (!Types.CompatibleShapes(state, output))
        {
            throw Violation("C1", $"output state shape must be compatible with initial state shape. Got: {Q(state)} and {Q(output)}");
        }
        if (state is not { Rank: 1, Kind: ElementKind.UI64 } || state.Shape[0] == Shape.Dynamic)
        {
            return;
        }
        bool fits = new RngBitGeneratorOp(op).RngAlgorithm switch
        {
            RngAlgorithm.THREE_FRY => state.Shape[0] == 2,
            RngAlgorithm.PHILOX => state.Shape[0] is 2 or 3,
            _ => true,
        };
        if (!fits)
        {
            throw Violation("C2", $"initial state has {state.Shape[0]} elements, which the algorithm does not take");
        }
    }

    public static IrType[] BatchNormGrad(Operation op) =>
        BatchNorm(op, new BatchNormGradOp(op).FeatureIndex, [0, 4], [1, 2, 3], ["C4", "C4", "C4"], "C5", inference: false);

    public static IrType[] BatchNormInference(Operation op) =>
        BatchNorm(op, new BatchNormInferenceOp(op).FeatureIndex, [0], [1, 2, 3, 4], ["C3", "C4", "C5", "C6"], null, inference: true);

    public static IrType[] BatchNormTraining(Operation op) =>
        BatchNorm(op, new BatchNormTrainingOp(op).FeatureIndex, [0], [1, 2], ["C3", "C4"], null, inference: false);

    private static IrType[] BatchNorm(Operation op, long feature, int[] many, int[] single, string[] constraints, string? sizeConstraint, bool inference)
    {
        TensorType operand = Tensor(op.Operands[0]);
        foreach (int i in many)
        {
            if (!Types.CompatibleShapes(operand, op.Operands[i].Type))
            {
                throw Violation("C3", "expects multi-dimensional operands to have compatible shapes.");
            }
        }
        TensorType first = Tensor(op.Operands[single[0]]);
        for (int i = 1; i < single.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (!Types.CompatibleShapes(op.Operands[single[i]].Type, op.Operands[single[j]].Type))
                {
                    throw Violation(constraints[i], "expects single-dimensional operands to have compatible shapes.");
                }
            }
        }
        if (feature >= operand.Rank)
        {
            throw Violation("C1", $"expects featureIndex to be smaller than the rank of multi-dimensional operands; got featureIndex {feature}, and rank {operand.Rank}.");
        }
        long count = operand.Shape[(int)feature];
        if (!CompatibleDims(first.Shape[0], count))
        {
            throw Violation(sizeConstraint ?? constraints[0], $"expects the size of single-dimensional operands to be compatible with feature count, but the size of single-dimensional operands is {Size(first.Shape[0])} and the feature count is {Size(count)}.");
        }
        if (inference)
        {
            return [operand];
        }
        long[] bounds = Bounds.Of(operand).IsEmpty ? [] : [Bounds.Of(operand, (int)feature)];
        var perFeature = new TensorType(operand.Element, [count], bounds.Length == 0 ? null : Bounds.Encode(operand.Encoding, bounds));
        return [operand, perFeature, perFeature];
    }

    private static void CompatibleElement(TensorType operand, TensorType result)
    {
        if (!Types.AnyQuantized(operand, result) && !Types.CompatibleElements(operand, result))
        {
            throw Violation("C1", $"expects operand and result to have compatible element type. Got: {Q(operand)} and {Q(result)}");
        }
    }

    private static void ShapeFits(string constraint, Value shape, TensorType result)
    {
        if (shape.Type is TensorType { Rank: 1 } vector && vector.Shape[0] != Shape.Dynamic && vector.Shape[0] != result.Rank)
        {
            throw Violation(constraint, "result should have a rank equal to the number of elements in output_shape");
        }
        if (!TryConstant(shape, out long[] sizes))
        {
            return;
        }
        if (sizes.Any(s => s < 0) || !Types.Compatible(new TensorType(result.Element, Shape.Create(sizes)), result))
        {
            throw Violation(constraint, $"output shape [{List(sizes)}] is incompatible with return type of operation {Q(result)}");
        }
    }
}
