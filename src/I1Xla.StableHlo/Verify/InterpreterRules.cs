using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>The constraints of <c>interpreter.run_parallel</c>, the only operation of that dialect with rules of its own.</summary>
internal static class InterpreterRules
{
    public static readonly OpName RunParallel = "interpreter.run_parallel";

    public static void VerifyRunParallel(Operation op)
    {
        Attribute[][] programs = op.Attributes.Get<ArrayAttr>("programs") is { } grid ? grid.Items.Select(row => (row as ArrayAttr)?.Items.ToArray() ?? []).ToArray() : [];
        if (programs.Length == 0 || programs[0].Length == 0)
        {
            throw Checks.Violation(null, "`programs` attribute cannot be empty");
        }
        int inputs = 0, results = 0;
        foreach (Attribute[] row in programs)
        {
            if (row.Length != programs[0].Length)
            {
                throw Checks.Violation(null, $"Sizes of second dimension of `programs` should all match {programs[0].Length} but got {row.Length}");
            }
            foreach (Attribute program in row)
            {
                FunctionType type = Function(op, program).Type;
                inputs += type.Inputs.Length;
                results += type.Results.Length;
            }
        }
        if (op.Operands.Length != inputs)
        {
            throw Checks.Violation(null, $"Number of inputs ({op.Operands.Length}) should match the sum of the number of inputs of all programs ({inputs})");
        }
        if (op.Results.Length != results)
        {
            throw Checks.Violation(null, $"Number of results ({op.Results.Length}) should match the sum of the number of results of all programs ({results})");
        }
        if (op.Attributes.Get<ArrayAttr>("infeed") is { } infeed)
        {
            VerifyInfeed(op, infeed);
        }
    }

    private static void VerifyInfeed(Operation op, ArrayAttr infeed)
    {
        if (infeed.Items.Length == 0)
        {
            throw Checks.Violation(null, "infeed attribute is optional or should not be empty");
        }
        foreach (Attribute item in infeed.Items)
        {
            FuncOp function = Function(op, item);
            FunctionType type = function.Type;
            if (type.Results.Length != 1)
            {
                throw Checks.Violation(null, $"Function \"{function.Name}\" should return 1 tensor but returns {type.Results.Length}");
            }
            if (type.Results[0] is not (TensorType or UnrankedTensorType or MemRefType))
            {
                throw Checks.Violation(null, $"Function \"{function.Name}\" should return a tensor type, but instead returns {Checks.Q(type.Results[0])}");
            }
        }
    }

    private static FuncOp Function(Operation op, Attribute symbol)
    {
        string name = (symbol as SymbolRefAttr)?.Root ?? throw Checks.Violation(null, "programs and infeed are lists of functions");
        return Checks.LookupSymbol(op, name) is { } found && found.Name == FuncOp.OpName ? new FuncOp(found) : throw Checks.Violation(null, $"Function \"{name}\" not found");
    }
}
