using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
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
        IReadOnlyList<Diagnostic> found;
        try
        {
            found = Verifier.Verify(MlirParser.ParseModule(text));
        }
        catch (ParseException e)
        {
            found = e.Diagnostics;
        }
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

    /// <summary>Programs that take more than one operation: constraint, text.</summary>
    private static readonly (string Constraint, string Text)[] s_programs =
    [
        ("composite (C3)", """
            func.func @main(%a: tensor<f32>) { %0 = "stablehlo.composite"(%a) <{name = "a.b", decomposition = @f}> : (tensor<f32>) -> tensor<f32> func.return }
            func.func private @f(%a: tensor<f64>) -> tensor<f32> { %0 = stablehlo.convert %a : (tensor<f64>) -> tensor<f32> func.return %0 : tensor<f32> }
            """),
        ("composite (C4)", """
            func.func @main(%a: tensor<f32>) { %0 = "stablehlo.composite"(%a) <{name = "a.b", decomposition = @f}> : (tensor<f32>) -> tensor<f64> func.return }
            func.func private @f(%a: tensor<f32>) -> tensor<f32> { func.return %a : tensor<f32> }
            """),
        ("async_start (C1)", Async("", "tensor<f32>", "%b", "tensor<f32>", "tensor<f32>")),
        ("async_start (C2)", Async("%c = stablehlo.negate %b : tensor<f32>", "tensor<f32>", "%c", "tensor<f32>", "tensor<f32>")),
        ("async_start (C3)", Async(Permute("tensor<2xf32>"), "tensor<2xf32>", "%c", "tensor<2xf32>", "tensor<2xf32>")),
        ("async_start (C4)", Async(Permute("tensor<f32>"), "tensor<f32>", "%c", "tensor<f32>", "tensor<f64>")),
    ];

    private static string Permute(string type) => $"%c = \"stablehlo.collective_permute\"(%b) <{{source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64>}}> : ({type}) -> {type}";

    private static string Async(string body, string argument, string returned, string type, string result) => $$"""
        func.func @main(%a: tensor<f32>) {
          %0 = "stablehlo.async_start"(%a) ({
          ^bb0(%b: {{argument}}):
            {{body}}
            stablehlo.return {{returned}} : {{type}}
          }) : (tensor<f32>) -> !stablehlo.future<{{result}}>
          func.return
        }
        """;

    [TestCaseSource(nameof(Programs))]
    public void ProgramIsRefused(string constraint, string text)
    {
        IReadOnlyList<Diagnostic> found = Verifier.Verify(MlirParser.ParseModule(text));
        Assert.That(found.Select(d => d.Constraint), Does.Contain(constraint), string.Join("\n", found.Select(d => d.ToString()).Append(text)));
    }

    private static IEnumerable<TestCaseData> Programs() => s_programs.Select(p => new TestCaseData(p.Constraint, p.Text).SetArgDisplayNames(p.Constraint));

    [Test]
    public void EveryConstraintOfEveryOpHasATest()
    {
        var tested = Rows().Select(r => r[..r.IndexOf('|')].Trim()).Concat(s_programs.Select(p => p.Constraint)).ToHashSet();
        IEnumerable<string> wanted = OpTable.All.SelectMany(op => op.Constraints.Except(op.UnverifiableConstraints).Select(c => $"{op.Name.Short} ({c})"));
        Assert.That(wanted.Except(tested), Is.Empty);
    }

    /// <summary>The text of a row's program; <paramref name="extra"/> are types of further arguments, which nothing uses.</summary>
    private static (string Constraint, string Text) Expand(string row, params string[] extra)
    {
        string[] parts = row.Split('|', StringSplitOptions.TrimEntries);
        string constraint = parts[0];
        string op = constraint[..constraint.IndexOf(' ')];
        string[] types = Arrow(parts[3]);
        List<string> operands = Types(types[0]);
        List<string> results = Types(types[1]);
        string attributes = parts[1].Replace("$PAIRS", "channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, source_target_pairs").Replace("$RG", "replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>");
        string regions = parts[2].Length == 0 ? "" : $" ({string.Join(", ", parts[2].Split(';').Select(Region))})";
        var text = new StringBuilder();
        // An operand "type = value" is a constant.
        string[][] values = [.. operands.Select(o => o.Split(" = ", 2))];
        operands = [.. values.Select(v => v.Length > 1 ? v[0] + ">" : v[0])];
        IEnumerable<string> arguments = operands.Select((t, i) => (t, i)).Where(o => values[o.i].Length == 1).Select(o => $"%a{o.i}: {o.t}");
        text.Append("func.func @main(").AppendJoin(", ", arguments.Concat(extra.Select((t, i) => $"%other{i}: {t}"))).Append(") {\n  ");
        for (int i = 0; i < operands.Count; i++)
        {
            if (values[i].Length > 1)
            {
                text.Append($"%a{i} = stablehlo.constant {values[i][1][..^1]} : {operands[i]}\n  ");
            }
        }
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
                depth += text[i] is '<' or '{' or '[' ? 1 : text[i] is '>' or '}' or ']' ? -1 : 0;
            }
        }
        return types;
    }
}
