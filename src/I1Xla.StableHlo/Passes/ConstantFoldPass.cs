using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Computes operations on constants with the interpreter, where the result is small.</summary>
/// <remarks>After StableHLO, <c>transforms/optimization/Passes.td</c>, <c>stablehlo-aggressive-folder</c>.</remarks>
/// <param name="maxElements">The largest result, in elements, that becomes a constant.</param>
public sealed class ConstantFoldPass(long maxElements = 4096) : IModulePass
{
    private static readonly OpName s_constant = "stablehlo.constant";
    private static readonly InterpreterOptions s_limits = new() { MaxSteps = 10_000_000, MaxTensorBytes = 1 << 26 };

    /// <inheritdoc/>
    public string Name => "constant-fold";

    /// <inheritdoc/>
    public void Run(ModuleOp module) =>
        new Rewriter((op, rewriter) => TryFold(module, op, maxElements) is { } values ? values.Select(v => Constant(op, rewriter, v)).ToArray() : null).Run(module.Op);

    /// <summary>The results of an operation whose operands are all constants; null when it cannot or should not be computed.</summary>
    public static Literal[]? TryFold(ModuleOp module, Operation op, long maxElements)
    {
        if (op.Name == s_constant || op.Results.Length == 0 || !Effects.IsComputable(op))
        {
            return null;
        }
        // A constant is static: in the place of a dynamic value it would change the types of returns and calls. Shapes are refined first.
        foreach (OpResult result in op.Results)
        {
            if (result.Type is not TensorType { IsQuantized: false } type || !type.Shape.IsStatic || type.Shape.ElementCount > maxElements)
            {
                return null;
            }
        }
        var operands = new RuntimeValue[op.Operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            if (ConstantValue(op.Operands[i]) is not { } dense || dense.Type.Shape.ElementCount > 64 * maxElements)
            {
                return null;
            }
            operands[i] = new TensorValue(Literal.FromDense(dense));
        }
        if (!IsClosed(op))
        {
            return null;
        }
        try
        {
            var interpreter = new Interpreter(module, s_limits);
            RuntimeValue[] values = Interpreter.Execute(new OpContext(interpreter, op, operands, new Scope(null), null, 0));
            var literals = new Literal[values.Length];
            for (int i = 0; i < literals.Length; i++)
            {
                literals[i] = values[i] is TensorValue t ? t.Literal : throw new InterpreterException(op, "not a tensor");
                if (literals[i].Shape.ElementCount > maxElements)
                {
                    return null;
                }
            }
            return literals;
        }
        catch (InterpreterException)
        {
            // Not computable here: it stays for whoever runs the program.
            return null;
        }
    }

    /// <summary>The constant that a value is; null when it is none.</summary>
    public static DenseElementsAttr? ConstantValue(Value value) =>
        value.DefiningOp is { } op && op.Name == s_constant && op.Attributes["value"] is DenseElementsAttr { Type.IsQuantized: false } dense && value.Type is TensorType { IsQuantized: false } ? dense : null;

    internal static Value Constant(Operation like, Rewriter rewriter, Literal value)
    {
        // An op may be declared with a dynamic type; the constant has the type of its value.
        var attributes = new AttributeMap { { "value", value.ToDense() } };
        return rewriter.Insert(new Operation(s_constant, [], [value.Type], attributes, [], like.Location)).Result;
    }

    /// <summary>Whether regions use nothing from outside.</summary>
    private static bool IsClosed(Operation op)
    {
        if (op.Regions.Length == 0)
        {
            return true;
        }
        bool closed = true;
        var inside = new HashSet<Value>();
        op.Walk(inner =>
        {
            if (inner != op)
            {
                foreach (Value operand in inner.Operands)
                {
                    closed &= inside.Contains(operand);
                }
                foreach (OpResult result in inner.Results)
                {
                    inside.Add(result);
                }
            }
            foreach (Region region in inner.Regions)
            {
                foreach (Block block in region.Blocks)
                {
                    inside.UnionWith(block.Arguments);
                }
            }
        });
        return closed;
    }
}
