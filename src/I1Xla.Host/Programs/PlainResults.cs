using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>
/// Results of types that the PJRT C API has no name for (6-bit floats) leave a plugin in a wider type that holds every value of theirs.
/// </summary>
internal static class PlainResults
{
    /// <summary>Makes <c>main</c> return wider values where it must.</summary>
    /// <returns>The types of the results as they were.</returns>
    public static TensorType[] Widen(ModuleOp module)
    {
        FuncOp main = module.FindFunction("main")!.Value;
        var types = main.Type.Results.Select(t => t as TensorType).ToArray();
        if (types.Any(t => t is null) || !types.Any(t => Wider(t!) is not null))
        {
            return types!;
        }
        Operation end = main.Body.Terminator!;
        var operations = new OperationList(main.Body.Operations.Where(op => op != end));
        Value[] results = end.Operands.ToArray();
        for (int i = 0; i < results.Length; i++)
        {
            if (Wider(types[i]!) is not { } wider)
            {
                continue;
            }
            var convert = new Operation("stablehlo.convert", [results[i]], [wider]);
            operations.Add(convert);
            results[i] = convert.Results[0];
        }
        operations.Add(new Operation(end.Name, results, []));
        main.Body.Replace(operations);
        main.Type = new FunctionType(main.Type.Inputs, results.Select(r => r.Type).ToValueArray());
        return types!;
    }

    /// <summary>Brings results back to the types they were asked in.</summary>
    public static IReadOnlyList<Literal> Restore(IReadOnlyList<Literal> results, TensorType[] types) =>
        [.. results.Select((r, i) => Wider(types[i]) is null ? r : Convert(r, types[i]))];

    private static TensorType? Wider(TensorType type) =>
        type.Kind is ElementKind.F6E2M3FN or ElementKind.F6E3M2FN ? new TensorType(ElementKind.F32, type.Shape) : null;

    private static Literal Convert(Literal value, TensorType type)
    {
        ModuleOp module = ModuleOp.Create();
        FuncOp main = FuncOp.Create("main", new FunctionType([value.Type], [type]));
        module.Body.Add(main.Op);
        var convert = new Operation("stablehlo.convert", [main.Body.Arguments[0]], [type]);
        main.Body.Add(convert);
        main.Body.Add(new Operation("func.return", [convert.Results[0]], []));
        return Interpreter.Run(module, "main", [value])[0];
    }
}
