using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance;

/// <summary>Something that runs test programs.</summary>
/// <remarks>Checks are those of StableHLO, <c>stablehlo/tests/CheckOps.td</c>.</remarks>
public interface IConformanceBackend
{
    /// <summary>What reports call it.</summary>
    string Name { get; }

    /// <summary>Runs a function and its checks.</summary>
    /// <param name="module">The module, which belongs to the callee now.</param>
    /// <param name="function">The function's symbol name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="options">The tolerance of inexact checks, and where printed tensors go.</param>
    /// <returns>The function's tensors, tokens left out.</returns>
    /// <exception cref="CheckFailedException">A check did not hold.</exception>
    /// <exception cref="InterpreterException">The program did not run.</exception>
    IReadOnlyList<Literal> Run(ModuleOp module, string function, IReadOnlyList<Literal> arguments, InterpreterOptions options);
}

/// <summary>The reference interpreter.</summary>
/// <remarks>See <see cref="Interpreter"/>.</remarks>
public sealed class InterpreterBackend : IConformanceBackend
{
    /// <inheritdoc/>
    public string Name => "interpreter";

    /// <inheritdoc/>
    public IReadOnlyList<Literal> Run(ModuleOp module, string function, IReadOnlyList<Literal> arguments, InterpreterOptions options) =>
        new Interpreter(module, options).RunValues(function, arguments.Select(a => (RuntimeValue)new TensorValue(a)).ToArray())
            .OfType<TensorValue>().Select(t => t.Literal).ToArray();
}

/// <summary>
/// A compiler behind a delegate, such as a PJRT plugin: it is given a module whose <c>main</c> returns what the checks compare,
/// and the comparison is done here.
/// </summary>
/// <remarks>Checks are those of StableHLO, <c>stablehlo/tests/CheckOps.td</c>.</remarks>
/// <param name="name">What reports call it.</param>
/// <param name="compileAndRun">Runs a module's <c>main</c> on arguments.</param>
public sealed class CompiledBackend(string name, Func<ModuleOp, IReadOnlyList<Literal>, IReadOnlyList<Literal>> compileAndRun) : IConformanceBackend
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IReadOnlyList<Literal> Run(ModuleOp module, string function, IReadOnlyList<Literal> arguments, InterpreterOptions options)
    {
        CheckExtraction extraction = CheckExtraction.Extract(module, function);
        IReadOnlyList<Literal> results = compileAndRun(module, arguments);
        if (results.Count != extraction.ResultCount)
        {
            throw new InterpreterException(null, $"{name} gave {results.Count} results, the program has {extraction.ResultCount}");
        }
        extraction.Verify(results, options);
        return results.Take(extraction.OriginalResultCount).ToArray();
    }
}
