using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>Constraints of custom_call: layouts, aliases, the configuration, and the targets that make and pin buffers.</summary>
internal static class CustomCallRules
{
    public static void VerifyCustomCall(Operation op)
    {
        var view = new CustomCallOp(op);
        IrType[] results = ResultTypes(op);
        Layouts(op, view, results);
        Aliases(op, view, results);
        if (view.BackendConfig is { } config)
        {
            bool typed = view.ApiVersion == CustomCallApiVersion.API_VERSION_TYPED_FFI;
            if (typed && config is not DictionaryAttr)
            {
                throw Violation("I4", $"backend_config for api_version {view.ApiVersion} must be a dictionary attribute.");
            }
            if (!typed && config is not StringAttr)
            {
                throw Violation("I4", $"backend_config for api_version {view.ApiVersion} must be a string attribute.");
            }
        }
        switch (view.CallTargetName)
        {
            case "CreateBuffer":
                Require(op.Operands.Length == 0, "CreateBuffer custom_call shouldn't have any inputs");
                Require(results.Length == 1, "CreateBuffer custom_call should have one result");
                Require(results[0] is MemRefType, "CreateBuffer custom_call should have a memref result");
                break;
            case "Pin":
                Require(op.Operands.Length == 1, "Pin custom_call should have one input");
                Require(op.Operands[0].Type is TensorType or UnrankedTensorType, "Pin custom_call should have a tensor input");
                Require(results.Length == 1, "Pin custom_call should have one output");
                Require(results[0] is MemRefType, "Pin custom_call should have a memref output");
                Require(SameShapeAndElement(op.Operands[0].Type, results[0]), "Pin custom_call should have compatible input and output types");
                break;
            case "Unpin":
                Require(op.Operands.Length == 1, "Unpin custom_call should have one input");
                Require(op.Operands[0].Type is MemRefType, "Unpin custom_call should have a memref input");
                Require(results.Length == 1, "Unpin custom_call should have one output");
                Require(results[0] is TensorType or UnrankedTensorType, "Unpin custom_call should have a tensor output");
                Require(SameShapeAndElement(op.Operands[0].Type, results[0]), "Unpin custom_call should have compatible input and output types");
                break;
            default:
                Buffers(op, view, results);
                break;
        }
    }

    private static IrType[] ResultTypes(Operation op)
    {
        var types = new IrType[op.Results.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = op.Results[i].Type;
        }
        return types;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw Violation(null, message);
        }
    }

    private static bool SameShapeAndElement(IrType a, IrType b) => Types.CompatibleShapes(a, b) && Types.ElementOrSelf(a).Equals(Types.ElementOrSelf(b));

    private static void Layouts(Operation op, CustomCallOp view, IrType[] results)
    {
        if (view.OperandLayouts is null && view.ResultLayouts is null)
        {
            return;
        }
        if (view.OperandLayouts is not { } operandLayouts || view.ResultLayouts is not { } resultLayouts)
        {
            throw Violation(null, "Layout attributes should be specified for either both operands and results or none.");
        }
        Layouts(ReductionRules.TypesOf(op.Operands), operandLayouts, "operand");
        Layouts(results is [TupleType tuple] ? tuple.Elements.ToArray() : results, resultLayouts, "result");
    }

    private static void Layouts(IrType[] types, ArrayAttr layouts, string name)
    {
        if (types.Length != layouts.Items.Length)
        {
            throw Violation(null, $"Number of {name}s must match the number of {name} layouts, {types.Length} != {layouts.Items.Length}");
        }
        for (int i = 0; i < types.Length; i++)
        {
            long[] layout = layouts.Items[i] is DenseElementsAttr dense ? Integers(dense) : [];
            switch (types[i])
            {
                case TupleType:
                    throw Violation(null, "Tuple types are not fully supported with layout constraints yet");
                case UnrankedTensorType:
                    break;
                case TensorType or MemRefType:
                    int rank = Types.ShapeOf(types[i])!.Value.Rank;
                    long[] sorted = [.. layout.Order()];
                    if (!sorted.AsSpan().SequenceEqual([.. Enumerable.Range(0, rank).Select(d => (long)d)]))
                    {
                        throw Violation(null, $"incorrect layout {layouts.Items[i]} for type {Q(types[i])}, layout must be a permutation of [0, {rank})");
                    }
                    break;
                default:
                    if (layout.Length != 0)
                    {
                        throw Violation(null, $"Only tensor types can have non-empty layout: {name} #{i} of type {Q(types[i])} has layout {layouts.Items[i]}");
                    }
                    break;
            }
        }
    }

    private static void Aliases(Operation op, CustomCallOp view, IrType[] results)
    {
        foreach (Attribute item in view.OutputOperandAliases.Items)
        {
            var alias = (OutputOperandAliasAttr)item;
            if (alias.OperandIndex < 0 || alias.OperandIndex >= op.Operands.Length)
            {
                throw Violation(null, $"expects operandIndex in the output_operand_alias attribute to be in range [0, {op.Operands.Length}); got: {alias.OperandIndex}.");
            }
            IrType operand = Part(op.Operands[(int)alias.OperandIndex].Type, alias.OperandTupleIndices, "operand_tuple_indices");
            IrType output = Part(results.Length == 1 ? results[0] : new TupleType(new ValueArray<IrType>(results)), alias.OutputTupleIndices, "output_tuple_indices");
            if (!operand.Equals(output))
            {
                throw Violation(null, $"shapes mismatch in the output_operand_alias attribute: operand part has type {Q(operand)} and output part has type {Q(output)}");
            }
        }
    }

    private static IrType Part(IrType type, ValueArray<long> indices, string name)
    {
        foreach (long i in indices)
        {
            if (type is not TupleType tuple || i < 0 || i >= tuple.Elements.Length)
            {
                throw Violation(null, $"{name} in the output_operand_alias attribute out of bounds");
            }
            type = tuple.Elements[(int)i];
        }
        return type;
    }

    /// <summary>Every buffer result is the alias of exactly one buffer operand, and no buffer operand of two.</summary>
    private static void Buffers(Operation op, CustomCallOp view, IrType[] results)
    {
        var outputs = new HashSet<string>();
        var operands = new HashSet<string>();
        foreach (OutputOperandAliasAttr alias in view.OutputOperandAliases.Items.Cast<OutputOperandAliasAttr>())
        {
            if (Part(op.Operands[(int)alias.OperandIndex].Type, alias.OperandTupleIndices, "operand_tuple_indices") is not MemRefType)
            {
                continue;
            }
            string output = $"[{List(alias.OutputTupleIndices.Span)}]";
            string operand = $"{alias.OperandIndex}[{List(alias.OperandTupleIndices.Span)}]";
            Require(outputs.Add(output), $"buffer output {output} is used in output_operand_alias more than once");
            Require(operands.Add(operand), $"buffer operand {operand} is used in output_operand_alias more than once");
        }
        Leaves(results.Length == 1 ? results[0] : new TupleType(new ValueArray<IrType>(results)), [], outputs);
    }

    private static void Leaves(IrType type, List<long> path, HashSet<string> outputs)
    {
        if (type is TupleType tuple)
        {
            for (int i = 0; i < tuple.Elements.Length; i++)
            {
                Leaves(tuple.Elements[i], [.. path, i], outputs);
            }
        }
        else if (type is MemRefType)
        {
            string output = $"[{string.Join(", ", path)}]";
            Require(outputs.Contains(output), $"buffer output {output} is not used in output_operand_alias");
        }
    }
}
