using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>
/// Programs of several replicas (<c>mhlo.num_replicas</c>; StableHLO specification, "Process grid"): each replica runs the whole program with
/// arguments of its own, and they meet in collectives. In a file an argument that is the same for all has the program's shape, and one that
/// is not has the replicas as its first dimension; results always have.
/// </summary>
internal static class ReplicatedRun
{
    /// <summary>Cuts what a file holds into the arguments of each replica.</summary>
    /// <param name="given">An array for each argument: of the declared shape, or with the replicas in front.</param>
    /// <param name="types">The declared types.</param>
    /// <param name="replicas">How many replicas.</param>
    public static IReadOnlyList<Literal>[] Arguments(IReadOnlyList<Literal> given, IReadOnlyList<IrType> types, int replicas) =>
        [.. Enumerable.Range(0, replicas).Select(r => (IReadOnlyList<Literal>)[.. given.Select((g, i) => IsStacked(g, types[i]) ? Part(g, r, replicas) : g)])];

    /// <summary>The results of the replicas, put together with the replicas in front.</summary>
    /// <exception cref="UserErrorException">A result has another shape on another replica.</exception>
    public static IReadOnlyList<Literal> Stack(IReadOnlyList<IReadOnlyList<Literal>> results)
    {
        var stacked = new Literal[results[0].Count];
        for (int i = 0; i < stacked.Length; i++)
        {
            TensorType type = results[0][i].Type;
            if (results.FirstOrDefault(r => !r[i].Shape.Equals(type.Shape)) is { } other)
            {
                throw new UserErrorException($"Result {i} has the shape {type.Shape} on one replica and {other[i].Shape} on another; they cannot be given as one array.");
            }
            stacked[i] = new Literal(type with { Shape = new Shape([results.Count, .. type.Shape]) });
            int bytes = results[0][i].Data.Length;
            for (int r = 0; r < results.Count; r++)
            {
                results[r][i].Data.CopyTo(stacked[i].Data[(r * bytes)..]);
            }
        }
        return stacked;
    }

    /// <summary>Runs the replicas on the reference interpreter, as processes of one <c>interpreter.run_parallel</c>.</summary>
    /// <returns>The results of each replica.</returns>
    public static IReadOnlyList<Literal>[] Interpret(ModuleOp module, string function, IReadOnlyList<Literal>[] arguments, InterpreterOptions options)
    {
        var copy = new ModuleOp(module.Op.Clone([]));
        FunctionType one = copy.FindFunction(function)!.Value.Type;
        string name = function + "_replicas";
        while (copy.FindFunction(name) is not null)
        {
            name += "_";
        }
        FuncOp all = FuncOp.Create(name, new FunctionType(Repeated(one.Inputs), Repeated(one.Results)));
        var row = new ArrayAttr([new SymbolRefAttr(function)]);
        var programs = new ArrayAttr(Enumerable.Repeat<StableHlo.Ir.Attribute>(row, arguments.Length).ToValueArray());
        Operation run = all.Body.Add(new Operation("interpreter.run_parallel", [.. all.Body.Arguments], Repeated(one.Results).Span, new AttributeMap { { "programs", programs } }));
        all.Body.Add(new Operation("func.return", [.. run.Results], []));
        copy.Body.Add(all.Op);
        Literal[] results = Interpreter.Run(copy, name, [.. arguments.SelectMany(a => a)], options);
        int each = one.Results.Length;
        return [.. Enumerable.Range(0, arguments.Length).Select(r => results[(r * each)..((r + 1) * each)])];

        ValueArray<IrType> Repeated(ValueArray<IrType> types) => Enumerable.Repeat(types, arguments.Length).SelectMany(t => t).ToValueArray();
    }

    private static bool IsStacked(Literal given, IrType type) => type is TensorType tensor && given.Shape.Rank == tensor.Rank + 1;

    private static Literal Part(Literal whole, int index, int count)
    {
        int bytes = whole.Data.Length / count;
        return new Literal(whole.Type with { Shape = new Shape(whole.Shape.Dims[1..].ToArray()) }, whole.Data.Slice(index * bytes, bytes).ToArray());
    }
}
