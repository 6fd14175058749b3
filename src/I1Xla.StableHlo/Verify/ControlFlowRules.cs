using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types and constraints of if, case, while and composite.</summary>
internal static partial class ControlFlowRules
{
    public static IrType[] If(Operation op) => Branches(op, "C1", "C2", "C3");

    public static IrType[] Case(Operation op)
    {
        if (op.Regions.Length == 0)
        {
            throw Violation("C1", "expect at least one branch");
        }
        return Branches(op, "C2", "C3", "C4");
    }

    public static void VerifyWhile(Operation op)
    {
        var view = new WhileOp(op);
        IrType[] operands = ReductionRules.TypesOf(op.Operands);
        Block cond = view.Cond.Entry;
        Block body = view.Body.Entry;
        IrType[] condArguments = [.. cond.Arguments.Select(a => a.Type)];
        IrType[] bodyArguments = [.. body.Arguments.Select(a => a.Type)];
        if (!Types.Compatible(operands, condArguments))
        {
            throw Violation("C1", $"expect operands to be compatible with condition block arguments but got {Q(operands)} vs {Q(condArguments)}");
        }
        if (!Types.Compatible(operands, bodyArguments))
        {
            throw Violation("C2", $"expect operands to be compatible with body block arguments but got {Q(operands)} vs {Q(bodyArguments)}");
        }
        if (body.Terminator is not { } bodyEnd)
        {
            throw Violation("C2", "The while body-region expected to have a terminator");
        }
        IrType[] returned = ReductionRules.TypesOf(bodyEnd.Operands);
        if (!Types.Compatible(operands, returned))
        {
            throw Violation("C2", $"expect operands to be compatible with body block return types but got {Q(operands)} vs {Q(returned)}");
        }
        ReadOnlySpan<Value> predicate = cond.Terminator is { } condEnd ? condEnd.Operands : default;
        if (predicate.Length != 1)
        {
            throw Violation("C1", $"expect condition body returns a single value but got {predicate.Length}");
        }
        if (predicate[0].Type is not TensorType { Rank: 0 } scalar || !Types.IsBoolean(scalar.Element))
        {
            throw Violation("C1", $"expect condition block return a zero-ranked tensor of i1 but got {Q(predicate[0].Type)}");
        }
    }

    public static void VerifyName(Operation op)
    {
        if (!NamespacedName().IsMatch(new CompositeOp(op).Name))
        {
            throw Violation("C1", "name must be a valid namespaced op name, i.e. it must match the following regular expression: ^[a-zA-Z][a-zA-Z0-9_]*([.][a-zA-Z0-9_$]+)+$ e.g. \"my_namespace.my_op\"");
        }
    }

    public static void VerifyDecomposition(Operation op)
    {
        string symbol = new CompositeOp(op).Decomposition.Root;
        if (LookupSymbol(op, symbol) is not { } function || function.Name != FuncOp.OpName || function.Attributes["function_type"] is not TypeAttr { Type: FunctionType type })
        {
            throw Violation("C2", $"'{symbol}' does not reference a valid function");
        }
        Same("C3", "operand", ReductionRules.TypesOf(op.Operands), type.Inputs);
        var results = new IrType[op.Results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = op.Results[i].Type;
        }
        Same("C4", "result", results, type.Results);
    }

    private static void Same(string constraint, string what, IrType[] types, ValueArray<IrType> wanted)
    {
        if (types.Length != wanted.Length)
        {
            throw Violation(constraint, $"has {types.Length} {what}(s), but decomposition has {wanted.Length}");
        }
        for (int i = 0; i < types.Length; i++)
        {
            if (!types[i].Equals(wanted[i]))
            {
                throw Violation(constraint, $"{what} at index {i} has type {Q(types[i])}, but decomposition has type {Q(wanted[i])}");
            }
        }
    }

    private static IrType[] Branches(Operation op, string arguments, string same, string result)
    {
        int rank = Tensor(op.Operands[0]).Rank;
        if (rank != 0)
        {
            throw Violation("I1", $"operand should be rank 0 tensor but got rank {rank}");
        }
        foreach (Region region in op.Regions)
        {
            if (region.IsEmpty)
            {
                throw Violation(arguments, "expect non-empty region");
            }
        }
        IrType[][] returned = new IrType[op.Regions.Length][];
        for (int i = 0; i < returned.Length; i++)
        {
            Block block = op.Regions[i].Entry;
            if (block.Arguments.Count != 0)
            {
                throw Violation(arguments, $"branch {i} must have 0 arguments, but found {block.Arguments.Count}");
            }
            returned[i] = block.Terminator is { } end ? ReductionRules.TypesOf(end.Operands) : [];
            if (!Types.Compatible(returned[0], returned[i]))
            {
                throw Violation(same, $"branch 0 and branch {i} have mismatched return types: {Q(returned[0])} vs {Q(returned[i])}");
            }
        }
        var results = new IrType[returned[0].Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Bounds.LeastSpecific(result, [.. returned.Select(r => r[i])]);
        }
        return results;
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_]*([.][a-zA-Z0-9_$]+)+$")]
    private static partial Regex NamespacedName();
}
