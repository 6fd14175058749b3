using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Text;

/// <summary>What wrong texts say, and where.</summary>
public class DiagnosticTests
{
    [TestCase("func.func @f() -> !stablehlo.foobar", 1, 19, "unknown stablehlo type: foobar")]
    [TestCase("func.func @f(%a: tensor<2xf32>) {\n  %0 = stablehlo.abs %b : tensor<2xf32>\n  return\n}", 2, 22, "use of undeclared SSA value name '%b'")]
    [TestCase("func.func @f(%a: tensor<2xf32>) {\n  %0 = stablehlo.abs %a : tensor<3xf32>\n  return\n}", 2, 22, "use of value '%a' expects different type than prior uses: 'tensor<3xf32>' vs 'tensor<2xf32>'")]
    [TestCase("func.func @f(%a: tensor<2xf32>) {\n  %0 = stablehlo.transpose %a, dims = [1, [0]] : tensor<1xf64>\n}", 2, 43, "custom op 'stablehlo.transpose' expected integer value")]
    [TestCase("func.func @f() {\n  foo.bar\n}", 2, 3, "custom op 'foo.bar' is unknown")]
    [TestCase("func.func @f() {\n  return", 2, 9, "expected '}' to end a region")]
    [TestCase("\"a.b\"() {x = 99999999999999999999} : () -> ()", 1, 14, "integer constant out of range for attribute")]
    [TestCase("\"a.b\"() {x = 300 : i8} : () -> ()", 1, 14, "integer constant out of range for attribute")]
    [TestCase("\"a.b\"() {x = dense<[1, 2]> : tensor<3xi32>} : () -> ()", 1, 20, "inferred shape of elements literal ([2]) does not match type ([3])")]
    [TestCase("\"a.b\"() {x = dense<[[1], [2, 3]]> : tensor<2x1xi32>} : () -> ()", 1, 26, "tensor literal is invalid; ranks are not consistent between elements")]
    [TestCase("\"a.b\"() {x = dense<\"0x01\"> : tensor<2xi32>} : () -> ()", 1, 20, "elements hex data size is invalid for provided type: tensor<2xi32>")]
    [TestCase("\"a.b\"() {x = \"abc} : () -> ()", 1, 14, "expected '\"' in string literal")]
    [TestCase("\"a.b\"() {x = #q} : () -> ()", 1, 14, "undefined symbol alias id 'q'")]
    [TestCase("%0 = \"a.b\"() : () -> i32\n%0 = \"a.b\"() : () -> i32", 2, 1, "redefinition of SSA value '%0'")]
    [TestCase("%0:2 = \"a.b\"() : () -> i32", 1, 1, "operation defines 1 results but was provided 2 to bind")]
    [TestCase("\"a.b\"() {x = #stablehlo.dot<foo = [1]>} : () -> ()", 1, 29, "expected one of: `lhs_batching_dimensions`, `rhs_batching_dimensions`, `lhs_contracting_dimensions`, `rhs_contracting_dimensions`")]
    [TestCase("func.func @f(%a: tensor<99999999999999999999xf32>)", 1, 25, "dimension is too large")]
    public void MessageAndPlace(string text, int line, int column, string message)
    {
        ParseException error = Assert.Throws<ParseException>(() => MlirParser.ParseModule(text, "t.mlir"))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Diagnostic.Message, Is.EqualTo(message));
            Assert.That(error.Location, Is.EqualTo(new FileLineLocation("t.mlir", line, column)));
            Assert.That(error.Diagnostic.SourceLine, Is.EqualTo(text.Split('\n')[line - 1]));
        });
    }

    [Test]
    public void TheMessageShowsTheLineAndACaret()
    {
        ParseException error = Assert.Throws<ParseException>(() => MlirParser.ParseModule("func.func @f() {\n  %0 = stablehlo.iota dim 1 : tensor<2xf32>\n}", "t.mlir"))!;
        Assert.That(error.Message, Is.EqualTo("t.mlir:2:27: error: expected '='\n  %0 = stablehlo.iota dim 1 : tensor<2xf32>\n                          ^"));
    }

    [Test]
    public void BothErrorsOfAWrongEnum()
    {
        ParseException error = Assert.Throws<ParseException>(() => MlirParser.ParseModule("func.func @f(%a: tensor<2x2xi32>) {\n  %0 = stablehlo.dot %a, %a, precision = [NOT_AN_ENUM] : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi32>\n}"))!;
        Assert.That(error.Diagnostics.Select(d => d.Message), Is.EqualTo(new[]
        {
            "custom op 'stablehlo.dot' expected ::mlir::stablehlo::Precision to be one of: DEFAULT, HIGH, HIGHEST",
            "custom op 'stablehlo.dot' failed to parse StableHLO_PrecisionAttr parameter 'value' which is to be a `::mlir::stablehlo::Precision`",
        }));
    }

    [Test]
    public void DeepNestingIsDiagnosed()
    {
        foreach ((string open, string close) in new[] { ("[", "]"), ("{a = ", "}") })
        {
            string text = $"\"a.b\"() {{x = {string.Concat(Enumerable.Repeat(open, 100_000))}{string.Concat(Enumerable.Repeat(close, 100_000))}}} : () -> ()";
            Assert.That(Assert.Throws<ParseException>(() => MlirParser.ParseModule(text))!.Diagnostic.Message, Is.EqualTo("nested too deeply"));
        }
        Assert.Throws<ParseException>(() => MlirParser.ParseType(string.Concat(Enumerable.Repeat("tuple<", 100_000))));
        Assert.Throws<ParseException>(() => MlirParser.ParseType(string.Concat(Enumerable.Repeat("() -> (", 100_000))));
        Assert.Throws<ParseException>(() => MlirParser.ParseModule(string.Concat(Enumerable.Repeat("\"a.b\"() ({", 100_000))));
        Assert.Throws<ParseException>(() => MlirParser.ParseModule("#loc = loc(\"a\"(#loc))\n\"a.b\"() : () -> () loc(#loc)\n#x = loc(#x)"));
    }

    [Test]
    public void AliasesThatStandForTooMuchAreRefused()
    {
        foreach ((string sigil, string first, string format) in new[] { ("#", "1 : i64", "[{0}, {0}]"), ("!", "tensor<f32>", "tuple<{0}, {0}>"), ("#", "loc(\"a\")", "loc(fused[{0}, {0}])") })
        {
            var text = new System.Text.StringBuilder($"{sigil}a0 = {first}\n");
            for (int i = 1; i < 60; i++)
            {
                text.Append($"{sigil}a{i} = {string.Format(format, $"{sigil}a{i - 1}")}\n");
            }
            Assert.That(Assert.Throws<ParseException>(() => MlirParser.ParseModule(text.ToString()))!.Diagnostic.Message, Is.EqualTo("aliases stand for too much text"));
        }
    }

    [Test]
    public void ManyAttributesStayCheap()
    {
        string entries = string.Join(", ", Enumerable.Range(0, 200_000).Select(i => $"a{i}"));
        ModuleOp module = MlirParser.ParseModule($"\"a.b\"() {{{entries}}} : () -> ()");
        Assert.That(module.Body.Operations[0].Attributes.Count, Is.EqualTo(200_000));
        Assert.That(Assert.Throws<ParseException>(() => MlirParser.ParseModule($"\"a.b\"() {{{entries}, a77}} : () -> ()"))!.Diagnostic.Message, Is.EqualTo("duplicate key 'a77' in dictionary attribute"));
    }

    [Test]
    public void PartsOfASplitFileCountLinesFromTheStart()
    {
        IReadOnlyList<SplitPart> parts = MlirParser.ParseSplit("func.func private @a()\n\n// -----\n\nfunc.func @b(\n// -----\nfunc.func private @c()\n", "s.mlir");
        Assert.That(parts.Select(p => p.FirstLine), Is.EqualTo(new[] { 1, 4, 7 }));
        Assert.That(parts.Select(p => p.Module is not null), Is.EqualTo(new[] { true, false, true }));
        Assert.That(parts[1].Error!.Location.Line, Is.EqualTo(5));
        Assert.That(((FileLineLocation)parts[2].Module!.Value.Functions.First().Op.Location).Line, Is.EqualTo(7));
    }

    [Test]
    public void ParseErrorsOfTheVerifierTestsAreTheExpectedOnes()
    {
        foreach (string file in Directory.GetFiles(SharedAssets.Shared("conformance", "stablehlo", "verify"), "*.mlir").Order())
        {
            string[] lines = File.ReadAllLines(file);
            foreach (SplitPart part in MlirParser.ParseSplit(File.ReadAllBytes(file), file))
            {
                foreach (Diagnostic d in part.Error?.Diagnostics ?? [])
                {
                    int line = ((FileLineLocation)d.Location).Line;
                    bool expected = Enumerable.Range(1, 8).Where(n => line - n >= 1).Select(n => (Distance: n, Text: lines[line - n - 1]))
                        .Any(l => l.Text.Contains("expected-error") && (l.Text.Contains($"@+{l.Distance}") || l.Text.Contains("@below") && l.Distance == 1)
                            && l.Text.Contains("{{") && d.Message.Contains(l.Text[(l.Text.IndexOf("{{", StringComparison.Ordinal) + 2)..l.Text.LastIndexOf("}}", StringComparison.Ordinal)]));
                    Assert.That(expected, Is.True, d.ToString());
                }
            }
        }
    }
}
