using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Passes by name, run one after the other.</summary>
/// <remarks>MLIR documentation, "Pass Infrastructure", textual pass pipelines.</remarks>
public sealed class PassPipeline(IReadOnlyList<IModulePass> passes) : IModulePass
{
    private static readonly Dictionary<string, Func<IModulePass>> s_known = new(StringComparer.Ordinal)
    {
        ["inline"] = () => new InlinePass(),
        ["symbol-dce"] = () => new SymbolDcePass(),
        ["dce"] = () => new DcePass(),
        ["cse"] = () => new CsePass(),
        ["constant-fold"] = () => new ConstantFoldPass(),
        ["canonicalize"] = () => new CanonicalizePass(),
        ["chlo-legalize-to-stablehlo"] = () => new ChloLegalizePass(),
        ["refine-shapes"] = () => new RefineShapesPass(),
        ["shardy-export"] = () => new ShardyExportPass(),
        ["shardy-import"] = () => new ShardyImportPass(),
        ["spmd-partition"] = () => new SpmdPartitionPass(),
        ["strip-debuginfo"] = () => new StripDebugInfoPass(),
    };

    /// <summary>The names that <see cref="Parse"/> takes.</summary>
    public static IEnumerable<string> Names => s_known.Keys;

    /// <summary>The passes, in order.</summary>
    public IReadOnlyList<IModulePass> Passes { get; } = passes;

    /// <inheritdoc/>
    public string Name => string.Join(",", Passes.Select(p => p.Name));

    /// <summary>Makes a pipeline from names divided by commas.</summary>
    /// <exception cref="PassException">A name is not known.</exception>
    public static PassPipeline Parse(string names) => new(names
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(name => s_known.TryGetValue(name, out Func<IModulePass>? make) ? make() : throw new PassException($"there is no pass '{name}'; the passes are {string.Join(", ", s_known.Keys)}"))
        .ToArray());

    /// <inheritdoc/>
    public void Run(ModuleOp module)
    {
        foreach (IModulePass pass in Passes)
        {
            pass.Run(module);
        }
    }
}
