using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace I1Xla.Pjrt;

/// <summary>One allocation of an out-of-memory report.</summary>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="Operator">The operation that made it, where the report names one.</param>
/// <param name="Shape">Its shape as the compiler prints it.</param>
/// <param name="UnpaddedBytes">Size without the padding of the chip's tiles, where the report says.</param>
/// <param name="AllocationType">Kind of allocation, such as <c>HLO temp</c>.</param>
public sealed record HbmAllocation(double Bytes, string? Operator, string? Shape, double? UnpaddedBytes, string? AllocationType);

/// <summary>
/// The TPU compiler's report of a program that does not fit (error E1000, <c>CompileTimeHbmOom</c>), taken apart: how much was
/// needed, how much there is, the shares of the program, its arguments and so on, and the largest allocations.
/// </summary>
public sealed partial record HbmReport
{
    /// <summary>Bytes needed on one chip.</summary>
    public required double UsedBytes { get; init; }

    /// <summary>Bytes that one chip offers.</summary>
    public required double CapacityBytes { get; init; }

    /// <summary>The program's name, where the report gives it.</summary>
    public string? Module { get; init; }

    /// <summary>Bytes over the capacity.</summary>
    public double ExceededBytes => UsedBytes - CapacityBytes;

    /// <summary>The shares by category (<c>reserved</c>, <c>program</c>, <c>arguments</c>, ...), in the report's order and words.</summary>
    public required IReadOnlyList<(string Category, double Bytes)> Usage { get; init; }

    /// <summary>The largest allocations, largest first as reported.</summary>
    public required IReadOnlyList<HbmAllocation> Largest { get; init; }

    /// <summary>Reads a report out of an error message; null when the message is not one.</summary>
    public static HbmReport? TryParse(string message)
    {
        Match used = UsedPattern().Match(message);
        Match brief = BriefPattern().Match(message);
        string? module = ModulePattern().Match(message) is { Success: true } m ? m.Groups[1].Value : null;
        if (!used.Success)
        {
            return brief.Success
                ? new HbmReport
                {
                    UsedBytes = Bytes(brief.Groups[2].Value),
                    CapacityBytes = Bytes(brief.Groups[3].Value),
                    Module = module,
                    Usage = [(brief.Groups[1].Value, Bytes(brief.Groups[2].Value))],
                    Largest = [],
                }
                : null;
        }
        var usage = new List<(string, double)>();
        var largest = new List<HbmAllocation>();
        HbmAllocation? current = null;
        foreach (string raw in message.Split('\n'))
        {
            string line = raw.Trim();
            if (SizePattern().Match(line) is { Success: true } size)
            {
                Keep();
                current = new HbmAllocation(Bytes(size.Groups[1].Value), null, null, null, null);
            }
            else if (current is not null && Field(line, "Operator:") is { } op)
            {
                current = current with { Operator = op };
            }
            else if (current is not null && Field(line, "Shape:") is { } shape)
            {
                current = current with { Shape = shape };
            }
            else if (current is not null && Field(line, "Unpadded size:") is { } unpadded)
            {
                current = current with { UnpaddedBytes = Bytes(unpadded) };
            }
            else if (current is not null && Field(line, "Allocation type:") is { } type)
            {
                current = current with { AllocationType = type };
            }
            else if (current is null && CategoryPattern().Match(line) is { Success: true } category)
            {
                usage.Add((category.Groups[1].Value.Trim(), Bytes(category.Groups[2].Value)));
            }
        }
        Keep();
        return new HbmReport { UsedBytes = Bytes(used.Groups[1].Value), CapacityBytes = Bytes(used.Groups[2].Value), Module = module, Usage = usage, Largest = largest };

        void Keep()
        {
            if (current is not null)
            {
                largest.Add(current);
            }
        }
    }

    /// <summary>The report as a table for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"needs {Format.Bytes(UsedBytes)} of {Format.Bytes(CapacityBytes)}: {Format.Bytes(ExceededBytes)} too much{(Module is null ? "" : $" (program {Module})")}\n");
        foreach ((string category, double bytes) in Usage)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Format.Bytes(bytes),12}  {category}\n");
        }
        if (Largest.Count > 0)
        {
            text.Append("largest allocations:\n");
            foreach (HbmAllocation allocation in Largest)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {Format.Bytes(allocation.Bytes),12}  {allocation.Shape ?? "?"}  {allocation.Operator ?? allocation.AllocationType ?? ""}\n");
            }
        }
        return text.ToString();
    }

    private static string? Field(string line, string name) => line.StartsWith(name, StringComparison.Ordinal) ? line[name.Length..].Trim() : null;

    // The compiler writes 1.5G, 512.00M, 12.5K, 37B (powers of 1024).
    private static double Bytes(string text)
    {
        text = text.Trim().TrimEnd('.');
        double scale = 1;
        text = text.Replace("iB", "", StringComparison.Ordinal);
        if (text.Length > 0 && "BKMGTP".IndexOf(text[^1], StringComparison.Ordinal) is >= 0 and int power)
        {
            scale = Math.Pow(1024, power);
            text = text[..^1];
        }
        return double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value * scale : 0;
    }

    // The short form, given when the program could not fit however it was scheduled.
    [GeneratedRegex(@"total memory required for (.+?) \(([\d.]+ ?[KMGTP]?i?B?)\) exceeds available HBM \(([\d.]+ ?[KMGTP]?i?B?)\)")]
    private static partial Regex BriefPattern();

    [GeneratedRegex(@"HLO module: ([^\s]+?)\.?(?:\s|$)")]
    private static partial Regex ModulePattern();

    [GeneratedRegex(@"[Uu]sed ([\d.]+ ?[KMGTP]?i?B?) of ([\d.]+ ?[KMGTP]?i?B?) hbm")]
    private static partial Regex UsedPattern();

    [GeneratedRegex(@"^(?:\d+\.\s*)?Size: ([\d.]+ ?[KMGTP]?i?B?)")]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^([A-Za-z][A-Za-z /_-]*?)\s{1,}([\d.]+ ?[KMGTP]?i?B?)(?:\s|$)")]
    private static partial Regex CategoryPattern();
}
