using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Passes;

/// <summary>
/// Makes the types of a program of dynamic shapes static where they follow from the arguments' types: shapes computed from
/// known sizes are folded, dynamic operations on constant shapes become their static forms, and the types of all others are
/// inferred anew. Calls are inlined first.
/// </summary>
/// <remarks>StableHLO, <c>transforms/Passes.td</c>, <c>stablehlo-refine-arguments</c>, <c>stablehlo-canonicalize-dynamism</c>, <c>stablehlo-refine-shapes</c>; <c>docs/dynamism.md</c>.</remarks>
/// <param name="argumentTypes">Types of the main function's arguments, to put in place of the declared ones; null keeps those.</param>
public sealed class RefineShapesPass(IReadOnlyList<TensorType>? argumentTypes = null) : IModulePass
{
    private const long MaxFolded = 4096;

    /// <inheritdoc/>
    public string Name => "refine-shapes";

    /// <inheritdoc/>
    /// <exception cref="PassException">The argument types are not as many as the arguments or do not refine them, or a call cannot be inlined.</exception>
    public void Run(ModuleOp module)
    {
        new InlinePass().Run(module);
        if (argumentTypes is not null)
        {
            SetArguments(module.FindFunction("main") ?? module.Functions.FirstOrDefault(), argumentTypes);
        }
        new Rewriter((op, rewriter) => Refine(module, op, rewriter)).Run(module.Op);
        foreach (FuncOp f in module.Functions)
        {
            if (!f.IsDeclaration && f.Body.Terminator is { } end)
            {
                FuncOp function = f;
                function.Type = new FunctionType(f.Body.Arguments.Select(a => a.Type).ToValueArray(), end.Operands.ToArray().Select(v => v.Type).ToValueArray());
            }
        }
        DcePass.Run(module.Op);
    }

    private static void SetArguments(FuncOp function, IReadOnlyList<TensorType> types)
    {
        if (function.Op is null || function.Body.Arguments.Count != types.Count)
        {
            throw new PassException($"{types.Count} argument types were given for a function of {(function.Op is null ? 0 : function.Body.Arguments.Count)}");
        }
        for (int i = 0; i < types.Count; i++)
        {
            TensorType declared = function.Body.Arguments[i].TensorType;
            bool fits = declared.Element.Equals(types[i].Element) && declared.Rank == types[i].Rank;
            for (int d = 0; fits && d < declared.Rank; d++)
            {
                fits = declared.Shape[d] == Shape.Dynamic || declared.Shape[d] == types[i].Shape[d];
            }
            if (!fits)
            {
                throw new PassException($"argument {i} is declared as {declared}, which {types[i]} does not refine", function.Op);
            }
            function.Body.Arguments[i].Type = types[i];
        }
    }

    private static IReadOnlyList<Value>? Refine(ModuleOp module, Operation op, Rewriter rewriter)
    {
        if (op.Results.Length == 0)
        {
            return null;
        }
        if (op.Name.Full == "stablehlo.get_dimension_size" && op.Operands[0].Type is TensorType operand && op.Attributes.Get<IntegerAttr>("dimension") is { } d && operand.Shape[(int)d.Value] is var size && size != Shape.Dynamic)
        {
            return [ConstantFoldPass.Constant(op, rewriter, Literal.Create(ElementKind.I32, Shape.Scalar, (ReadOnlySpan<int>)[checked((int)size)]))];
        }
        if (ToStatic(op) is { } replacement)
        {
            op = rewriter.Insert(replacement);
            return op.Results.ToArray();
        }
        SetTypes(op);
        return ConstantFoldPass.TryFold(module, op, MaxFolded)?.Select(v => ConstantFoldPass.Constant(op, rewriter, v)).ToArray();
    }

    private static void SetTypes(Operation op)
    {
        bool isDynamic = false;
        foreach (OpResult result in op.Results)
        {
            isDynamic |= result.Type is TensorType { Shape.IsStatic: false };
        }
        if (!isDynamic)
        {
            return;
        }
        if (op.Name.Full is "stablehlo.convert" or "stablehlo.optimization_barrier" or "stablehlo.bitcast_convert" or "stablehlo.custom_call" && op.Operands.Length == op.Results.Length)
        {
            for (int i = 0; i < op.Results.Length; i++)
            {
                if (op.Results[i].Type is TensorType to && op.Operands[i].Type is TensorType from && from.Rank == to.Rank && (op.Name.Full != "stablehlo.custom_call" || op.Attributes.Get<StringAttr>("call_target_name")?.Value == "Sharding"))
                {
                    op.Results[i].Type = to with { Shape = from.Shape, Encoding = null };
                }
            }
            return;
        }
        if (op.Name.Full == "stablehlo.while")
        {
            // A loop keeps the types that it starts with when its body gives them back.
            for (int i = 0; i < op.Results.Length; i++)
            {
                op.Results[i].Type = op.Operands[i].Type;
                foreach (Region region in op.Regions)
                {
                    region.Entry.Arguments[i].Type = op.Operands[i].Type;
                }
            }
            return;
        }
        if (TypeInference.TryInfer(op, out IrType[] types, out _))
        {
            for (int i = 0; i < types.Length && i < op.Results.Length; i++)
            {
                if (types[i] is TensorType inferred && op.Results[i].Type is TensorType declared && inferred.Rank == declared.Rank)
                {
                    op.Results[i].Type = declared with { Shape = Meet(declared.Shape, inferred.Shape), Encoding = inferred.Shape.IsStatic ? null : declared.Encoding };
                }
            }
        }
    }

    private static Shape Meet(Shape a, Shape b)
    {
        long[] dims = new long[a.Rank];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = a[i] == Shape.Dynamic ? b[i] : a[i];
        }
        return new Shape(dims);
    }

    /// <summary>The static form of a dynamic operation whose shape operands are constants; null when there is none.</summary>
    private static Operation? ToStatic(Operation op)
    {
        ElementType? element = (op.Results[0].Type as TensorType)?.Element;
        if (element is null)
        {
            return null;
        }
        switch (op.Name.Full)
        {
            case "stablehlo.dynamic_reshape" when Constants(op, 1) is { } shape:
                return Make(op, "stablehlo.reshape", [op.Operands[0]], new TensorType(element, new Shape(shape)));
            case "stablehlo.dynamic_broadcast_in_dim" when Constants(op, 1) is { } shape && op.Operands[0].Type is TensorType { Shape.IsStatic: true }:
                return Make(op, "stablehlo.broadcast_in_dim", [op.Operands[0]], new TensorType(element, new Shape(shape)), ("broadcast_dimensions", op.Attributes["broadcast_dimensions"]!));
            case "stablehlo.dynamic_iota" when Constants(op, 0) is { } shape:
                return Make(op, "stablehlo.iota", [], new TensorType(element, new Shape(shape)), ("iota_dimension", op.Attributes["iota_dimension"]!));
            case "stablehlo.dynamic_pad" when Constants(op, 2) is { } low && Constants(op, 3) is { } high && Constants(op, 4) is { } interior:
                return Inferred(Make(op, "stablehlo.pad", [op.Operands[0], op.Operands[1]], op.Results[0].Type,
                    ("edge_padding_low", DenseArrayAttr.I64(low)), ("edge_padding_high", DenseArrayAttr.I64(high)), ("interior_padding", DenseArrayAttr.I64(interior))));
            case "stablehlo.real_dynamic_slice" when Constants(op, 1) is { } start && Constants(op, 2) is { } limit && Constants(op, 3) is { } step:
                return Inferred(Make(op, "stablehlo.slice", [op.Operands[0]], op.Results[0].Type,
                    ("start_indices", DenseArrayAttr.I64(start)), ("limit_indices", DenseArrayAttr.I64(limit)), ("strides", DenseArrayAttr.I64(step))));
            case "stablehlo.dynamic_gather" when Constants(op, 2) is { } sizes:
                return Inferred(Make(op, "stablehlo.gather", [op.Operands[0], op.Operands[1]], op.Results[0].Type,
                    [("slice_sizes", DenseArrayAttr.I64(sizes)), .. op.Attributes.Select(a => (a.Name, a.Value))]));
            default:
                return null;
        }
    }

    private static long[]? Constants(Operation op, int operand)
    {
        if (operand >= op.Operands.Length || ConstantFoldPass.ConstantValue(op.Operands[operand]) is not { } dense)
        {
            return null;
        }
        long[] values = new long[dense.Type.Shape.ElementCount];
        IntegerKind.Read(dense.Type.Kind, Literal.FromDense(dense).Data.Span, values);
        return values;
    }

    private static Operation Make(Operation like, string name, Value[] operands, IrType type, params (string Name, Ir.Attribute Value)[] attributes) =>
        new(name, operands, [type], new AttributeMap(attributes.Select(a => new NamedAttribute(a.Name, a.Value))), [], like.Location);

    private static Operation Inferred(Operation op)
    {
        SetTypes(op);
        return op;
    }
}
