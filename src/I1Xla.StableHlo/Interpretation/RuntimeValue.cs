using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>What an SSA value is while a program runs.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, value types.</remarks>
public abstract record RuntimeValue;

/// <summary>A tensor.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, tensor types.</remarks>
public sealed record TensorValue(Literal Literal) : RuntimeValue;

/// <summary>A tuple.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, tuple types.</remarks>
public sealed record TupleValue(ValueArray<RuntimeValue> Elements) : RuntimeValue;

/// <summary>A token.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, token types.</remarks>
public sealed record TokenValue : RuntimeValue
{
    /// <summary>The one token: order is the order of execution.</summary>
    public static TokenValue Instance { get; } = new();
}

/// <summary>What an asynchronous op has computed already.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, future types.</remarks>
public sealed record FutureValue(ValueArray<RuntimeValue> Elements) : RuntimeValue;
