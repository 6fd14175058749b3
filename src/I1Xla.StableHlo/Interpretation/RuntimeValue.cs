using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>What an SSA value is while a program runs.</summary>
public abstract record RuntimeValue;

/// <summary>A tensor.</summary>
public sealed record TensorValue(Literal Literal) : RuntimeValue;

/// <summary>A tuple.</summary>
public sealed record TupleValue(ValueArray<RuntimeValue> Elements) : RuntimeValue;

/// <summary>A token.</summary>
public sealed record TokenValue : RuntimeValue
{
    /// <summary>The one token: order is the order of execution.</summary>
    public static TokenValue Instance { get; } = new();
}

/// <summary>What an asynchronous op has computed already.</summary>
public sealed record FutureValue(ValueArray<RuntimeValue> Elements) : RuntimeValue;
