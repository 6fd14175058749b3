using System.Text.RegularExpressions;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>A value for parameters whose whole path matches a regular expression; null freezes, in a schedule.</summary>
public sealed record PatternValue(string Pattern, double? Value);

/// <summary>i1's optimizer chain (spec 4.5).</summary>
public sealed record OptimizerConfig
{
    /// <summary>Global-norm clip over parameters that are not frozen; none when null or 0.</summary>
    public double? GradientClipNorm { get; init; } = 1;

    /// <summary>Storage of Adam's first moment.</summary>
    public ElementKind MomentDType { get; init; } = ElementKind.BF16;

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Learning rate.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Learning-rate multipliers by path.</summary>
    public IReadOnlyList<PatternValue> LearningRateMultipliers { get; init; } = [];

    /// <summary>Decoupled weight decay; none when null or 0.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Weight-decay multipliers by path.</summary>
    public IReadOnlyList<PatternValue> WeightDecayMultipliers { get; init; } = [new(".*/kernel$", 1)];

    /// <summary>Constant schedules by path, first whole match wins, null freezes. Every parameter must be covered.</summary>
    public IReadOnlyList<PatternValue> Schedule { get; init; } = [new("pos_embed", null), new(".*", 1)];

    /// <summary>Warm-up and decay over the run; none in i1.</summary>
    public LearningRateCurve LearningRateCurve { get; init; } = new();

    /// <summary>Which entry of a list applies to each parameter: the first whose pattern matches the whole path, or -1.</summary>
    public static int[] Match(IReadOnlyList<PatternValue> entries, IReadOnlyList<string> names)
    {
        Regex[] patterns = [.. entries.Select(e => Compile(e.Pattern))];
        return [.. names.Select(name => Array.FindIndex(patterns, p => p.IsMatch(name)))];
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"'{pattern}' is not a regular expression: {e.Message}", e);
        }
    }
}
