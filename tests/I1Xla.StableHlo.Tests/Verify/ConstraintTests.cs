using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Verify;

/// <summary>
/// One operation for each constraint that breaks just that one. A row of the table is the constraint, attributes, regions and
/// types, with bars between. Operands are arguments of the function; a region "A, B -> C" takes A and B and returns a constant C.
/// </summary>
public partial class ConstraintTests
{
    private static readonly string[] s_floatUnary =
        ["cbrt", "ceil", "cosine", "exponential", "exponential_minus_one", "floor", "log", "log_plus_one", "logistic", "negate", "round_nearest_afz",
         "round_nearest_even", "rsqrt", "sign", "sine", "sqrt", "tan", "tanh", "abs", "is_finite"];

    private static readonly string[] s_integerUnary = ["count_leading_zeros", "not", "popcnt"];
    private static readonly string[] s_floatBinary = ["atan2", "divide", "maximum", "minimum", "multiply", "power", "remainder", "subtract"];
    private static readonly string[] s_integerBinary = ["and", "or", "xor", "shift_left", "shift_right_arithmetic", "shift_right_logical"];

    private static IEnumerable<string> Rows()
    {
        foreach (string op in s_floatUnary)
        {
            yield return $"{op} (C1) | | | 2xf32 -> {(op == "is_finite" ? "3xi1" : "3xf32")}";
            yield return $"{op} (I1) | | | {(op is "negate" ? "token" : "2xi1")} -> {(op is "negate" ? "token" : "2xi1")}";
        }
        foreach (string op in s_integerUnary)
        {
            yield return $"{op} (C1) | | | 2xi32 -> 3xi32";
            yield return $"{op} (I1) | | | 2xf32 -> 2xf32";
        }
        foreach (string op in s_floatBinary)
        {
            yield return $"{op} (C1) | | | 2xf32, 3xf32 -> 2xf32";
            yield return $"{op} (C1) | | | 2xf32, 2xf64 -> 2xf32";
            yield return $"{op} (I1) | | | token, token -> token";
        }
        foreach (string op in s_integerBinary)
        {
            yield return $"{op} (C1) | | | 2xi32, 3xi32 -> 2xi32";
            yield return $"{op} (I1) | | | 2xf32, 2xf32 -> 2xf32";
        }
        foreach (string line in Table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            yield return line;
        }
    }

    private static IEnumerable<TestCaseData> Cases() => Rows().Select((row, i) => new TestCaseData(row).SetArgDisplayNames($"{i} {row[..row.IndexOf('|')].Trim()}"));

    [TestCaseSource(nameof(Cases))]
    public void IsRefused(string row)
    {
        (string constraint, string text) = Expand(row);
        ModuleOp module = MlirParser.ParseModule(text);
        IReadOnlyList<Diagnostic> found = Verifier.Verify(module);
        Assert.That(found.Select(d => d.Constraint), Does.Contain(constraint), string.Join("\n", found.Select(d => d.ToString()).Append(text)));
        Assert.That(found.First(d => d.Constraint == constraint).Message, Does.EndWith($"[{constraint}]"));
    }

    [Test]
    public void EveryRowHasItsOwnConstraintOrReason()
    {
        var counted = Rows().Select(r => r[..r.IndexOf('|')].Trim()).Distinct().ToList();
        TestContext.Out.WriteLine($"{counted.Count} constraints, {Rows().Count()} rows");
        Assert.That(Rows().Count(), Is.EqualTo(Rows().Distinct().Count()));
    }

    private static (string Constraint, string Text) Expand(string row)
    {
        string[] parts = row.Split('|', StringSplitOptions.TrimEntries);
        string constraint = parts[0];
        string op = constraint[..constraint.IndexOf(' ')];
        string[] types = Arrow(parts[3]);
        List<string> operands = Types(types[0]);
        List<string> results = Types(types[1]);
        string attributes = parts[1].Replace("$RG", "replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>");
        string regions = parts[2].Length == 0 ? "" : $" ({string.Join(", ", parts[2].Split(';').Select(Region))})";
        var text = new StringBuilder();
        text.Append("func.func @main(").AppendJoin(", ", operands.Select((t, i) => $"%a{i}: {t}")).Append(") {\n  ");
        if (results.Count > 0)
        {
            text.Append($"%r:{results.Count} = ");
        }
        string dialect = op is "ragged_dot" ? "chlo" : "stablehlo";
        text.Append($"\"{dialect}.{op}\"(").AppendJoin(", ", operands.Select((_, i) => $"%a{i}")).Append(')')
            .Append(attributes.Length > 0 ? $" <{{{attributes}}}>" : "").Append(regions)
            .Append(" : (").AppendJoin(", ", operands).Append(") -> (").AppendJoin(", ", results).Append(")\n  func.return\n}\n");
        return (constraint, text.ToString());
    }

    private static string Region(string region)
    {
        string[] parts = Arrow(region);
        List<string> arguments = Types(parts[0]);
        List<string> results = Types(parts[1]);
        var text = new StringBuilder("{\n  ^bb0");
        if (arguments.Count > 0)
        {
            text.Append('(').AppendJoin(", ", arguments.Select((t, i) => $"%x{i}: {t}")).Append(')');
        }
        text.Append(":\n");
        for (int i = 0; i < results.Count; i++)
        {
            text.Append(results[i].StartsWith("tensor<", StringComparison.Ordinal)
                ? $"    %c{i} = \"stablehlo.constant\"() <{{value = dense<{Zero(results[i])}> : {results[i]}}}> : () -> {results[i]}\n"
                : $"    %c{i} = \"stablehlo.create_token\"() : () -> {results[i]}\n");
        }
        return text.Append("    \"stablehlo.return\"(").AppendJoin(", ", results.Select((_, i) => $"%c{i}")).Append(") : (").AppendJoin(", ", results).Append(") -> ()\n  }").ToString();
    }

    private static string Zero(string type) => type.Contains("xi1>") || type == "tensor<i1>" ? "false" : type.Contains('f') ? "0.0" : "0";

    /// <summary>The two sides of the last arrow that is not inside brackets.</summary>
    private static string[] Arrow(string text)
    {
        int at = text.LastIndexOf("->", StringComparison.Ordinal);
        return [text[..at].Trim(), text[(at + 2)..].Trim()];
    }

    private static List<string> Types(string text)
    {
        var types = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                string type = text[start..i].Trim();
                start = i + 1;
                if (type.Length > 0)
                {
                    types.Add(type == "token" ? "!stablehlo.token" : type.StartsWith("tuple<", StringComparison.Ordinal) || type.StartsWith("!stablehlo", StringComparison.Ordinal) ? type : $"tensor<{type}>");
                }
            }
            else
            {
                depth += text[i] is '<' or '{' ? 1 : text[i] is '>' or '}' ? -1 : 0;
            }
        }
        return types;
    }
}
