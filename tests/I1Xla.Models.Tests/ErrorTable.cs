using System.Globalization;
using System.Text;

namespace I1Xla.Models.Tests;

/// <summary>Collects comparisons of named arrays, in the order of the model, and prints a table when one is out of tolerance.</summary>
internal sealed class ErrorTable
{
    private readonly List<(string Name, double Max, double Mean, double P99, double Scale, double Limit, bool Bad)> _rows = [];

    /// <summary>Whether a row is out of tolerance.</summary>
    public bool Failed => _rows.Any(r => r.Bad);

    /// <summary>Compares elementwise against the largest magnitude that was expected.</summary>
    public void OfScale(string name, ReadOnlySpan<float> found, ReadOnlySpan<float> expected, double tolerance)
    {
        double scale = 0;
        foreach (float v in expected)
        {
            scale = Math.Max(scale, Math.Abs(v));
        }
        Add(name, found, expected, scale, tolerance * Math.Max(scale, 1e-30), useNorm: false);
    }

    /// <summary>Compares the norm of the difference against the norm of what was expected.</summary>
    public void OfNorm(string name, ReadOnlySpan<float> found, ReadOnlySpan<float> expected, double tolerance, double smallest = 1e-30) =>
        Add(name, found, expected, Norm(expected), tolerance * Math.Max(Norm(expected), smallest), useNorm: true);

    /// <summary>Compares two numbers relatively.</summary>
    public void Number(string name, double found, double expected, double tolerance) =>
        _rows.Add((name, Math.Abs(found - expected), 0, 0, Math.Abs(expected), tolerance * Math.Abs(expected), !(Math.Abs(found - expected) <= tolerance * Math.Abs(expected))));

    /// <summary>The rows that are out of tolerance, the first bad one named.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var bad = _rows.Where(r => r.Bad).ToList();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bad.Count} of {_rows.Count} arrays are out of tolerance; the first is {(bad.Count > 0 ? bad[0].Name : "none")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"array",-56} {"max",11} {"mean",11} {"p99",11} {"scale",11} {"allowed",11}");
        foreach (var r in bad.Take(30))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{r.Name,-56} {r.Max,11:e3} {r.Mean,11:e3} {r.P99,11:e3} {r.Scale,11:e3} {r.Limit,11:e3}");
        }
        return text.ToString();
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float v in values)
        {
            sum += (double)v * v;
        }
        return Math.Sqrt(sum);
    }

    private void Add(string name, ReadOnlySpan<float> found, ReadOnlySpan<float> expected, double scale, double limit, bool useNorm)
    {
        if (found.Length != expected.Length)
        {
            _rows.Add((name + $" ({found.Length} values, {expected.Length} expected)", double.NaN, 0, 0, scale, limit, true));
            return;
        }
        double[] errors = new double[found.Length];
        double squares = 0;
        for (int i = 0; i < errors.Length; i++)
        {
            errors[i] = Math.Abs((double)found[i] - expected[i]);
            squares += errors[i] * errors[i];
        }
        Array.Sort(errors);
        double max = errors.Length == 0 ? 0 : errors.Any(double.IsNaN) ? double.NaN : errors[^1];
        double measure = double.IsNaN(max) ? max : useNorm ? Math.Sqrt(squares) : max;
        _rows.Add((name, max, errors.Length == 0 ? 0 : errors.Average(), errors.Length == 0 ? 0 : errors[(int)(0.99 * (errors.Length - 1))], scale, limit, !(measure <= limit)));
    }
}
