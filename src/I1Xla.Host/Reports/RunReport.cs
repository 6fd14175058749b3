using I1Xla.Data.Images;

namespace I1Xla.Host.Reports;

/// <summary>A loss at a step.</summary>
public readonly record struct LossPoint(long Step, double Loss);

/// <summary>Pictures drawn at a step of training.</summary>
public sealed record PreviewSheet(long Step, RgbImage Sheet);

/// <summary>A picture of the final sheet, with its prompt and whether the classifier found what was asked for.</summary>
public sealed record JudgedPicture(string Prompt, RgbImage Picture, bool Matches, string Seen);

/// <summary>All that the report of a run shows; see <see cref="HtmlReport"/>.</summary>
public sealed class RunReport
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>Losses, by step.</summary>
    public required IReadOnlyList<LossPoint> Losses { get; init; }

    /// <summary>Sheets drawn while training went on.</summary>
    public required IReadOnlyList<PreviewSheet> Previews { get; init; }

    /// <summary>Prompts of the preview sheets, in the sheets' order.</summary>
    public required IReadOnlyList<string> PreviewPrompts { get; init; }

    /// <summary>The final pictures.</summary>
    public required IReadOnlyList<JudgedPicture> Pictures { get; init; }

    /// <summary>The honest score, as a sentence.</summary>
    public required string Score { get; init; }

    /// <summary>Facts of the run (times, throughput, sizes), name and value.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The configuration as it was used.</summary>
    public required string Configuration { get; init; }
}
