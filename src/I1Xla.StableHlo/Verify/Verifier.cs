using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;

namespace I1Xla.StableHlo.Verify;

/// <summary>
/// Checks a module: its structure (values are defined before they are used, blocks end in terminators, functions and calls
/// agree, symbols exist), its types, and every operation against the constraints of the StableHLO specification.
/// </summary>
/// <remarks>StableHLO specification, section <c>Constraints</c> of each op, and its sections <c>Programs</c>, <c>Functions</c>, <c>Types</c>.</remarks>
public sealed class Verifier
{
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<Value> _visible = [];
    private readonly HashSet<IrType> _knownTypes = [];
    private Dictionary<string, Operation> _symbols = [];

    private Verifier() { }

    /// <summary>Checks a module.</summary>
    /// <returns>What is wrong, in program order; empty for a valid module.</returns>
    public static IReadOnlyList<Diagnostic> Verify(ModuleOp module)
    {
        var verifier = new Verifier();
        verifier.Operation(module.Op);
        if (verifier._diagnostics.Count == 0)
        {
            module.Op.Walk(verifier.SymbolUses);
        }
        return verifier._diagnostics;
    }

    /// <summary>Checks one operation alone against its constraints, without looking into regions.</summary>
    /// <returns>The violation, or null.</returns>
    public static Diagnostic? Verify(Operation op) =>
        OpTable.Find(op.Name) is not { } def ? null : OpVerifier.Verify(def, op) ?? OpVerifier.VerifyInferred(def, op);

    private void SymbolUses(Operation op)
    {
        try
        {
            if (op.Name == InterpreterRules.RunParallel)
            {
                InterpreterRules.VerifyRunParallel(op);
                return;
            }
            RuleTable.Of(op.Name).Symbols?.Invoke(op);
        }
        catch (ConstraintException e)
        {
            _diagnostics.Add(OpVerifier.ToDiagnostic(op, e));
        }
    }

    private void Operation(Operation op)
    {
        foreach (Value operand in op.Operands)
        {
            if (!_visible.Contains(operand))
            {
                Error(op, $"operand #{op.Operands.IndexOf(operand)} does not dominate this use");
                break;
            }
        }
        foreach (OpResult result in op.Results)
        {
            Type(op, result.Type);
        }
        OpDef? def = OpTable.Find(op.Name);
        int before = _diagnostics.Count;
        if (def is not null)
        {
            if (OpVerifier.Verify(def, op) is { } violation)
            {
                // What the regions have to be follows from the operation: what they say of themselves would mislead.
                _diagnostics.Add(violation);
                return;
            }
        }
        else if (op.Name.Dialect is "stablehlo" or "chlo")
        {
            Error(op, $"unregistered operation '{op.Name}' found in dialect ('{op.Name.Dialect}') that does not allow unknown operations", prefix: false);
        }
        else
        {
            Builtin(op);
        }
        foreach (Region region in op.Regions)
        {
            Region(op, def, region);
        }
        if (def is not null && _diagnostics.Count == before && OpVerifier.VerifyInferred(def, op) is { } mismatch)
        {
            _diagnostics.Add(mismatch);
        }
    }

    private void Region(Operation op, OpDef? def, Region region)
    {
        bool isModule = op.Name == ModuleOp.OpName;
        bool isolated = isModule || op.Name == FuncOp.OpName || def?.Has(OpTraits.IsolatedFromAbove) == true;
        Dictionary<string, Operation> outerSymbols = _symbols;
        HashSet<Value>? hidden = isolated && _visible.Count > 0 ? [.. _visible] : null;
        if (hidden is not null)
        {
            _visible.Clear();
        }
        if (isModule)
        {
            _symbols = Symbols(region);
        }
        var scope = new List<Value>();
        bool graph = region.Blocks.Count > 1;
        if (graph)
        {
            foreach (Block block in region.Blocks)
            {
                foreach (Operation inner in block.Operations)
                {
                    scope.AddRange(inner.Results);
                }
            }
            _visible.UnionWith(scope);
        }
        foreach (Block block in region.Blocks)
        {
            foreach (BlockArgument argument in block.Arguments)
            {
                Type(op, argument.Type);
                _visible.Add(argument);
                scope.Add(argument);
            }
            Block(op, def, block, scope);
        }
        foreach (Value value in scope)
        {
            _visible.Remove(value);
        }
        if (hidden is not null)
        {
            _visible.UnionWith(hidden);
        }
        _symbols = outerSymbols;
    }

    private void Block(Operation op, OpDef? def, Block block, List<Value> scope)
    {
        for (int i = 0; i < block.Operations.Count; i++)
        {
            Operation inner = block.Operations[i];
            Operation(inner);
            if (IsTerminator(inner) && i != block.Operations.Count - 1)
            {
                Error(inner, "must be the last operation in the parent block");
            }
            foreach (OpResult result in inner.Results)
            {
                _visible.Add(result);
                scope.Add(result);
            }
        }
        if (op.Name == ModuleOp.OpName)
        {
            return;
        }
        if (block.Terminator is not { } last)
        {
            if (def is not null || op.Name == FuncOp.OpName)
            {
                Error(op, "empty block: expect at least a terminator", prefix: false);
            }
        }
        else if (def?.Regions.Length > 0 && op.Name != CompositeOp.OpName && last.Name != ReturnOp.OpName)
        {
            Error(op, $"expects regions to end with 'stablehlo.return', found '{last.Name}'");
        }
        else if (op.Name == FuncOp.OpName && !IsTerminator(last) && last.Name.Dialect is "stablehlo" or "chlo" or "func")
        {
            Error(last, "block with no terminator", prefix: false);
        }
    }

    private static bool IsTerminator(Operation op) => op.Name.Full is "func.return" or "sdy.return" || OpTable.Find(op.Name)?.Has(OpTraits.Terminator) == true;

    private Dictionary<string, Operation> Symbols(Region region)
    {
        var symbols = new Dictionary<string, Operation>();
        foreach (Block block in region.Blocks)
        {
            foreach (Operation op in block.Operations)
            {
                if (op.Attributes["sym_name"] is StringAttr name && !symbols.TryAdd(name.Value, op))
                {
                    Error(op, $"redefinition of symbol named '{name.Value}'", prefix: false);
                }
            }
        }
        return symbols;
    }

    private void Builtin(Operation op)
    {
        switch (op.Name.Full)
        {
            case "builtin.module":
                if (op.Regions.Length != 1 || op.Regions[0].Blocks.Count != 1)
                {
                    Error(op, "requires one region with one block");
                }
                break;
            case "func.func": Function(op); break;
            case "func.return": Return(op); break;
            case "func.call": Call(op); break;
            default:
                if (op.Name.Dialect == "sdy" && ShardyRules.Problem(op) is { } problem)
                {
                    Error(op, problem);
                }
                break;
        }
    }

    private void Function(Operation op)
    {
        if (op.Attributes["sym_name"] is not StringAttr)
        {
            Error(op, "requires attribute 'sym_name'");
            return;
        }
        if (op.Attributes["function_type"] is not TypeAttr { Type: FunctionType type })
        {
            Error(op, "requires attribute 'function_type'");
            return;
        }
        Type(op, type);
        ArgumentDictionaries(op, "arg_attrs", "argument", type.Inputs.Length);
        ArgumentDictionaries(op, "res_attrs", "result", type.Results.Length);
        if (op.Regions.Length != 1)
        {
            Error(op, "requires one region");
            return;
        }
        if (op.Regions[0].IsEmpty)
        {
            if (op.Attributes["sym_visibility"] is not StringAttr { Value: "private" or "nested" })
            {
                Error(op, "symbol declaration cannot have public visibility");
            }
            return;
        }
        IReadOnlyList<BlockArgument> arguments = op.Regions[0].Entry.Arguments;
        if (arguments.Count != type.Inputs.Length)
        {
            Error(op, $"entry block must have {type.Inputs.Length} arguments to match function signature");
            return;
        }
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].Type.Equals(type.Inputs[i]))
            {
                Error(op, $"type of entry block argument #{i}({Q(arguments[i].Type)}) must match the type of the corresponding argument in function signature({Q(type.Inputs[i])})");
            }
        }
    }

    private void ArgumentDictionaries(Operation op, string key, string what, int count)
    {
        if (op.Attributes[key] is { } value && (value is not ArrayAttr list || list.Items.Length != count || list.Items.Any(i => i is not DictionaryAttr)))
        {
            Error(op, $"expects {what} attribute array to have the same number of elements as the number of function {what}s, each a dictionary");
        }
    }

    private void Return(Operation op)
    {
        if (op.ParentOp is not { } function || function.Name != FuncOp.OpName || function.Attributes["function_type"] is not TypeAttr { Type: FunctionType type })
        {
            Error(op, "expects parent op 'func.func'");
            return;
        }
        string name = (function.Attributes["sym_name"] as StringAttr)?.Value ?? "";
        if (op.Operands.Length != type.Results.Length)
        {
            Error(op, $"has {op.Operands.Length} operands, but enclosing function (@{name}) returns {type.Results.Length}");
            return;
        }
        for (int i = 0; i < op.Operands.Length; i++)
        {
            if (!op.Operands[i].Type.Equals(type.Results[i]))
            {
                Error(op, $"type of return operand {i} ({Q(op.Operands[i].Type)}) doesn't match function result type ({Q(type.Results[i])}) in function @{name}");
            }
        }
    }

    private void Call(Operation op)
    {
        if (op.Attributes["callee"] is not SymbolRefAttr callee)
        {
            Error(op, "requires attribute 'callee'");
            return;
        }
        if (!_symbols.TryGetValue(callee.Root, out Operation? function) || function.Name != FuncOp.OpName || function.Attributes["function_type"] is not TypeAttr { Type: FunctionType type })
        {
            Error(op, $"'{callee.Root}' does not reference a valid function");
            return;
        }
        if (op.Operands.Length != type.Inputs.Length)
        {
            Error(op, "incorrect number of operands for callee");
            return;
        }
        for (int i = 0; i < op.Operands.Length; i++)
        {
            if (!op.Operands[i].Type.Equals(type.Inputs[i]))
            {
                Error(op, $"operand type mismatch: expected operand type {Q(type.Inputs[i])}, but provided {Q(op.Operands[i].Type)} for operand number {i}");
            }
        }
        if (op.Results.Length != type.Results.Length)
        {
            Error(op, "incorrect number of results for callee");
            return;
        }
        for (int i = 0; i < op.Results.Length; i++)
        {
            if (!op.Results[i].Type.Equals(type.Results[i]))
            {
                Error(op, $"result type mismatch at index {i}: expected {Q(type.Results[i])}, but provided {Q(op.Results[i].Type)}");
            }
        }
    }

    private void Type(Operation op, IrType type)
    {
        if (type is ScalarType || !_knownTypes.Add(type))
        {
            return;
        }
        try
        {
            TypeVerifier.Verify(type);
        }
        catch (ConstraintException e)
        {
            _knownTypes.Remove(type);
            _diagnostics.Add(new Diagnostic(DiagnosticSeverity.Error, op.Location, e.Constraint is null ? e.Message : $"{e.Message} [{e.Constraint}]", e.Constraint, op));
        }
    }

    private void Error(Operation op, string message, bool prefix = true) =>
        _diagnostics.Add(new Diagnostic(DiagnosticSeverity.Error, op.Location, prefix ? $"'{op.Name}' op {message}" : message, null, op));
}
