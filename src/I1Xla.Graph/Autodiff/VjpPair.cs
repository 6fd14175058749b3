using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>A function's derivative of its own.</summary>
internal abstract record CustomRule
{
    /// <summary>Inputs to results and residuals.</summary>
    public abstract (Tensor[] Results, Tensor[] Residuals) Forward(Tensor[] inputs);

    /// <summary>Residuals and result cotangents to input cotangents, one for each input.</summary>
    public abstract Tensor?[] Backward(Tensor[] residuals, Tensor[] cotangents);

    /// <summary>Inputs and their tangents to the results' tangents.</summary>
    public abstract Tensor[] Push(Tensor[] inputs, Tensor[] tangents);
}

/// <summary>A reverse derivative given; the forward one is its transpose, as it is linear in the cotangents.</summary>
internal sealed record CustomVjpRule(
    Func<Tensor[], (Tensor[] Results, Tensor[] Residuals)> OnForward, Func<Tensor[], Tensor[], Tensor?[]> OnBackward) : CustomRule
{
    /// <inheritdoc/>
    public override (Tensor[] Results, Tensor[] Residuals) Forward(Tensor[] inputs) => OnForward(inputs);

    /// <inheritdoc/>
    public override Tensor?[] Backward(Tensor[] residuals, Tensor[] cotangents) => OnBackward(residuals, cotangents);

    /// <inheritdoc/>
    public override Tensor[] Push(Tensor[] inputs, Tensor[] tangents)
    {
        (Tensor[] results, Tensor[] residuals) = OnForward(inputs);
        var there = new List<Tensor>();
        (_, Func<Tensor?[], Tensor[]> transpose) = Autodiff.Vjp(cts =>
        {
            Tensor?[] given = OnBackward(residuals, cts);
            var gradients = new List<Tensor>();
            for (int i = 0; i < given.Length; i++)
            {
                if (given[i] is { } gradient)
                {
                    gradients.Add(gradient);
                    there.Add(tangents[i]);
                }
            }
            return [.. gradients];
        }, [.. results.Select(r => Hlo.Zeros(Hlo.Materialize(r).Type))]);
        return transpose([.. there]);
    }
}

/// <summary>A forward derivative given; the reverse one is its transpose, as it is linear in the tangents.</summary>
internal sealed record CustomJvpRule(
    Func<Tensor[], Tensor[]> Function, Func<Tensor[], Tensor[], (Tensor[] Results, Tensor[] Tangents)> Rule) : CustomRule
{
    /// <inheritdoc/>
    public override (Tensor[] Results, Tensor[] Residuals) Forward(Tensor[] inputs) =>
        // The same call again, so that derivatives of any order take the rule.
        (Functions.Call(Functions.NameOf(Function), Function, "custom_jvp", [.. inputs], null, (_, a) => Function(a), null, this), inputs);

    /// <inheritdoc/>
    public override Tensor?[] Backward(Tensor[] residuals, Tensor[] cotangents)
    {
        (_, Func<Tensor?[], Tensor[]> transpose) = Autodiff.Vjp(tangents => Rule(residuals, tangents).Tangents, [.. residuals.Select(r => Hlo.Zeros(r.Type))]);
        return [.. transpose(cotangents).Select((g, i) => residuals[i].DType.IsFloat() || residuals[i].DType.IsComplex() ? g : null)];
    }

    /// <inheritdoc/>
    public override Tensor[] Push(Tensor[] inputs, Tensor[] tangents) => Rule(inputs, tangents).Tangents;
}

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
