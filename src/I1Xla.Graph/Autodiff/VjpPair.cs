using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>A function's derivative of its own.</summary>
/// <param name="Forward">Inputs to results and residuals.</param>
/// <param name="Backward">Residuals and result cotangents to input cotangents, one for each input.</param>
internal sealed record CustomVjpRule(
    Func<Tensor[], (Tensor[] Results, Tensor[] Residuals)> Forward, Func<Tensor[], Tensor[], Tensor?[]> Backward);

/// <summary>What a backward function receives: an operand of the forward call, or one of its results.</summary>
internal readonly record struct Residual(int Operand, int Result)
{
    /// <summary>An operand of the forward call.</summary>
    public static Residual FromOperand(int index) => new(index, -1);

    /// <summary>A result of the forward call.</summary>
    public static Residual FromResult(int index) => new(-1, index);
}

/// <summary>The forward-with-residuals and backward functions made from one function for one set of needed derivatives.</summary>
internal sealed class VjpPair
{
    /// <summary>Results of the function, then residuals.</summary>
    public required FunctionRecord Forward { get; init; }

    /// <summary>Takes the cotangents of the results that have one, then the residuals.</summary>
    public required FunctionRecord Backward { get; init; }

    /// <summary>What the backward function gets after the cotangents.</summary>
    public required IReadOnlyList<Residual> Residuals { get; init; }

    /// <summary>Which result of the backward function is each operand's cotangent; -1 for none.</summary>
    public required IReadOnlyList<int> ResultOfOperand { get; init; }
}

/// <summary>A call that was exchanged for its forward-with-residuals, so that another pullback can use the same residuals.</summary>
internal sealed record ExchangedCall(string Key, int OriginalResults, VjpPair Pair);
