using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;

namespace I1Xla.StableHlo.Conformance;

/// <summary>
/// Takes the checks out of a function: what they compare becomes more results of the function, renamed to <c>main</c>, and the
/// checks themselves can be done on any backend's results.
/// </summary>
/// <remarks>The <c>check</c> dialect: StableHLO, <c>stablehlo/tests/CheckOps.td</c>.</remarks>
public sealed class CheckExtraction
{
    private readonly List<(Operation Check, int First, int Count)> _checks = [];

    private CheckExtraction(int original) => ResultCount = OriginalResultCount = original;

    /// <summary>Results before the values that checks compare.</summary>
    public int OriginalResultCount { get; }

    /// <summary>All results.</summary>
    public int ResultCount { get; private set; }

    /// <summary>Rewrites the module in place; calls are inlined first.</summary>
    /// <exception cref="PassException">The module cannot be inlined, or has no such function.</exception>
    public static CheckExtraction Extract(ModuleOp module, string function)
    {
        new InlinePass().Run(module);
        FuncOp f = module.FindFunction(function) ?? throw new PassException($"the module has no function @{function}");
        Operation end = f.Body.Terminator ?? throw new PassException($"@{function} has no terminator", f.Op);
        var extraction = new CheckExtraction(end.Operands.Length);
        var results = new List<Value>(end.Operands.ToArray());
        var kept = new OperationList();
        foreach (Operation op in f.Body.Operations)
        {
            if (op == end)
            {
                continue;
            }
            if (IsCheck(op))
            {
                extraction._checks.Add((op, results.Count, op.Operands.Length));
                results.AddRange(op.Operands.ToArray());
            }
            else
            {
                kept.Add(op);
            }
        }
        kept.Add(new Operation(end.Name, results.ToArray(), [], null, [], end.Location));
        f.Body.Replace(kept);
        f.Type = new FunctionType(f.Type.Inputs, results.Select(r => r.Type).ToValueArray());
        f.Op.Attributes.Remove("res_attrs");
        // A compiler runs the only public function, main.
        f.Op.Attributes.Set("sym_name", new StringAttr("main"));
        f.Op.Attributes.Remove("sym_visibility");
        foreach (FuncOp other in module.Functions.Where(o => o.Op != f.Op))
        {
            other.Op.Attributes.Set("sym_visibility", new StringAttr("private"));
        }
        new SymbolDcePass().Run(module);
        extraction.ResultCount = results.Count;
        return extraction;
    }

    /// <summary>Does the checks on the function's results.</summary>
    /// <exception cref="CheckFailedException">One did not hold.</exception>
    public void Verify(IReadOnlyList<Literal> results, InterpreterOptions options)
    {
        foreach ((Operation check, int first, int count) in _checks)
        {
            var interpreter = new Interpreter(ModuleOp.Create(), options);
            RuntimeValue[] operands = Enumerable.Range(first, count).Select(i => (RuntimeValue)new TensorValue(results[i])).ToArray();
            Interpreter.Execute(new OpContext(interpreter, check, operands, new Scope(null), null, 0));
        }
    }

    private static bool IsCheck(Operation op) =>
        // What a probe recorded is known only where the program ran.
        (op.Name.Dialect == "check" && op.Name.Short != "expect_serialized_eq")
        || (op.Name.Full == "stablehlo.custom_call" && op.Results.Length == 0 && (op.Attributes.Get<StringAttr>("call_target_name")?.Value.StartsWith("check.", StringComparison.Ordinal) ?? false));
}
