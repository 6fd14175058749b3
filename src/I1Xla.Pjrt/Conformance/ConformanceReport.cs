using System.Text.Json;
using System.Text.Json.Serialization;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Conformance;

/// <summary>What came of trying one function of a plugin.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConformanceOutcome>))]
public enum ConformanceOutcome
{
    /// <summary>It did what the header says.</summary>
    Passed,

    /// <summary>It did something else.</summary>
    Failed,

    /// <summary>The plugin's table does not have it.</summary>
    Absent,

    /// <summary>It is there and says that it is not implemented, or cannot work here (no device).</summary>
    Refused,
}

/// <summary>The outcome for one function.</summary>
/// <param name="Name">The function's name in C.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">Why, when it did not pass.</param>
public sealed record ConformanceResult(string Name, ConformanceOutcome Outcome, string? Detail = null);

/// <summary>The outcome for a whole plugin. Holds no times or addresses, so two runs can be compared line by line.</summary>
public sealed record ConformanceReport
{
    /// <summary>The plugin's name.</summary>
    public required string Plugin { get; init; }

    /// <summary>Its version of the C API.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>How many functions its table has room for.</summary>
    public required int TableEntries { get; init; }

    /// <summary>The platform, where there was a client or a topology.</summary>
    public string? Platform { get; init; }

    /// <summary>Why there was no client, when there was none.</summary>
    public string? NoClient { get; init; }

    /// <summary>Every function of the main table, in its order.</summary>
    public required IReadOnlyList<ConformanceResult> Functions { get; init; }

    /// <summary>Every extension offered, by name; those wrapped here were tried.</summary>
    public required IReadOnlyList<ConformanceResult> Extensions { get; init; }

    /// <summary>What takes several functions together, by name.</summary>
    public IReadOnlyList<ConformanceResult> Behaviours { get; init; } = [];

    private IEnumerable<ConformanceResult> All => Functions.Concat(Extensions).Concat(Behaviours);

    /// <summary>How many functions, extensions and behaviours had an outcome.</summary>
    public int Count(ConformanceOutcome outcome) => All.Count(r => r.Outcome == outcome);

    /// <summary>The report as JSON, one line for each function.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ConformanceJson.Default.ConformanceReport).ReplaceLineEndings("\n") + "\n";

    /// <summary>Reads a report back.</summary>
    public static ConformanceReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, ConformanceJson.Default.ConformanceReport) ?? throw new FormatException("The report is empty.");

    /// <summary>The functions and extensions whose outcome differs between two reports; a null outcome: not in that report.</summary>
    public IReadOnlyList<(string Name, ConformanceOutcome? Here, ConformanceOutcome? There)> Difference(ConformanceReport other)
    {
        Dictionary<string, ConformanceOutcome> here = All.ToDictionary(r => r.Name, r => r.Outcome);
        Dictionary<string, ConformanceOutcome> there = other.All.ToDictionary(r => r.Name, r => r.Outcome);
        return [.. here.Keys.Union(there.Keys).Select(n => (n,
            here.TryGetValue(n, out ConformanceOutcome a) ? a : (ConformanceOutcome?)null,
            there.TryGetValue(n, out ConformanceOutcome b) ? b : (ConformanceOutcome?)null)).Where(d => d.Item2 != d.Item3)];
    }

    /// <summary>A Markdown table of every function against several plugins.</summary>
    public static string ToMarkdown(IReadOnlyList<ConformanceReport> reports)
    {
        var text = new System.Text.StringBuilder();
        text.Append("| function | since | " + string.Join(" | ", reports.Select(r => $"{r.Plugin} {r.ApiVersion}")) + " |\n");
        text.Append("|---|---|" + string.Concat(reports.Select(_ => "---|")) + "\n");
        for (int i = 0; i < PjrtFunctions.Count; i++)
        {
            int since = PjrtFunctions.Since((PjrtFunction)i);
            text.Append($"| {PjrtFunctions.Name((PjrtFunction)i)[5..]} | {(since == 0 ? "" : $"0.{since}")} | {string.Join(" | ", reports.Select(r => Word(r.Functions[i])))} |\n");
        }
        foreach (string name in reports.SelectMany(r => r.Extensions).Select(e => e.Name).Distinct().Order(StringComparer.Ordinal))
        {
            text.Append($"| extension {name} | | {string.Join(" | ", reports.Select(r => r.Extensions.FirstOrDefault(e => e.Name == name) is { } e ? Word(e) : "absent"))} |\n");
        }
        foreach (string name in reports.SelectMany(r => r.Behaviours).Select(b => b.Name).Distinct())
        {
            text.Append($"| {name} | | {string.Join(" | ", reports.Select(r => r.Behaviours.FirstOrDefault(b => b.Name == name) is { } b ? Word(b) : "refused"))} |\n");
        }
        return text.ToString();
    }

    private static string Word(ConformanceResult result) => result.Outcome switch
    {
        ConformanceOutcome.Passed => "works",
        ConformanceOutcome.Absent => "absent",
        ConformanceOutcome.Refused => "refused",
        _ => "FAILED",
    };
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConformanceReport))]
internal sealed partial class ConformanceJson : JsonSerializerContext;
