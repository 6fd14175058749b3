using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Limits and hooks of a run. The limits make any program end: they are what fuzzing and constant folding rely on.</summary>
/// <remarks><c>interpreter.print</c> and <c>interpreter.probe</c>: StableHLO, <c>stablehlo/reference/InterpreterOps.td</c>. The limits are our own.</remarks>
public sealed record InterpreterOptions
{
    /// <summary>The most work a run may do: one for each operation executed and one for each element that an operation touches.</summary>
    public long MaxSteps { get; init; } = long.MaxValue;

    /// <summary>The largest tensor, in bytes, that may come into being.</summary>
    public long MaxTensorBytes { get; init; } = 1L << 31;

    /// <summary>The deepest nesting of calls and regions.</summary>
    public int MaxDepth { get; init; } = 400;

    /// <summary>Where <c>interpreter.print</c> writes; null discards.</summary>
    public TextWriter? Output { get; init; }

    /// <summary>A handler of custom calls that the interpreter does not know, by target name: operands to results.</summary>
    public IReadOnlyDictionary<string, Func<Operation, IReadOnlyList<Literal>, IReadOnlyList<Literal>>>? CustomCalls { get; init; }

    /// <summary>
    /// When positive, the inexact checks also accept an element whose error is at most this many roundings of the expected
    /// tensor's largest magnitude: for expectations that another implementation computed with roundings of its own.
    /// </summary>
    public double CheckSlack { get; init; }

    /// <summary>
    /// Whether <c>scatter</c> drops a window of which any element lies outside, as XLA does (and gradients of JAX rely on); otherwise it drops
    /// those elements alone, as the specification says.
    /// </summary>
    public bool ScatterDropsWholeWindows { get; init; }

    /// <summary>Seed of the <c>rng</c> op, whose values the specification leaves open: a run is a function of it.</summary>
    public ulong RngSeed { get; init; }
}
