using System.Text.RegularExpressions;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>Loops with values of 64 bits, beside narrower ones: every back end gives the bits of the interpreter, at the ends of the ranges too.</summary>
public class WideLoopTests
{
    private const int Rows = 5, Columns = 37;

    private static readonly string s_shape = $"{Rows}x{Columns}x";

    private static IEnumerable<TestCaseData> NamedBodies() => Named(Bodies());

    private static IEnumerable<TestCaseData> NamedReductions() => Named(Reductions());

    private static IEnumerable<TestCaseData> NamedMovements() => Named(Movements());

    private static IEnumerable<TestCaseData> Named(IEnumerable<string> bodies) =>
        bodies.Select(b => new TestCaseData(b).SetArgDisplayNames(b[..b.IndexOf(' ', b.IndexOf(':'))]));

    private static IEnumerable<string> Bodies()
    {
        foreach (string type in new[] { "f64", "i64", "ui64" })
        {
            string[] operations = type == "f64"
                ? ["add", "subtract", "multiply", "divide", "remainder", "maximum", "minimum"]
                : ["add", "subtract", "multiply", "maximum", "minimum", "and", "or", "xor", "shift_left", "shift_right_logical", "shift_right_arithmetic", "divide", "remainder"];
            foreach (string operation in operations)
            {
                yield return $"{operation}:{type} %r = stablehlo.{operation} %x, %y : T";
            }
            foreach (string operation in type == "f64" ? ["negate", "abs", "sqrt", "floor", "ceil", "round_nearest_even", "round_nearest_afz", "sign"] : type == "i64" ? ["negate", "abs", "not", "sign", "popcnt", "count_leading_zeros"] : (string[])["not", "popcnt", "count_leading_zeros"])
            {
                yield return $"{operation}:{type} %r = stablehlo.{operation} %x : T";
            }
            foreach (string direction in new[] { "EQ", "NE", "LT", "LE", "GT", "GE" })
            {
                // The comparison chooses values of 64 bits, and of 32; one of 32 bits chooses values of 64.
                yield return $"compare {direction}:{type} %c = stablehlo.compare {direction}, %x, %y : (T, T) -> tensor<SHAPEi1> %r = stablehlo.select %c, %x, %y : (tensor<SHAPEi1>, T, T) -> T";
                yield return $"compare {direction} for words:{type} %c = stablehlo.compare {direction}, %x, %y : (T, T) -> tensor<SHAPEi1> %s = stablehlo.select %c, %w, %v : (tensor<SHAPEi1>, tensor<SHAPEi32>, tensor<SHAPEi32>) -> tensor<SHAPEi32> %r = stablehlo.convert %s : (tensor<SHAPEi32>) -> T";
                yield return $"compare {direction} of words:{type} %c = stablehlo.compare {direction}, %w, %v : (tensor<SHAPEi32>, tensor<SHAPEi32>) -> tensor<SHAPEi1> %r = stablehlo.select %c, %x, %y : (tensor<SHAPEi1>, T, T) -> T";
            }
            foreach (string other in new[] { "f64", "f32", "bf16", "f16", "i64", "ui64", "i32", "ui32", "i16", "ui16", "i8", "ui8", "i1" })
            {
                // What is out of a narrow integer's range is not defined.
                bool narrow = type == "f64" && other is "i32" or "ui32" or "i16" or "ui16" or "i8" or "ui8" or "i64" or "ui64";
                string source = narrow ? "%b" : "%x";
                string before = narrow ? "%a = stablehlo.constant dense<-100.0> : T %z = stablehlo.constant dense<100.0> : T %b = stablehlo.clamp %a, %x, %z : T " : "";
                if (narrow && other.StartsWith('u')) before = before.Replace("-100.0", "0.0", StringComparison.Ordinal);
                yield return $"to {other} and back:{type} {before}%c = stablehlo.convert {source} : (T) -> tensor<SHAPE{other}> %r = stablehlo.convert %c : (tensor<SHAPE{other}>) -> T";
            }
        }
    }

    private static IEnumerable<string> Words()
    {
        foreach (string type in new[] { "i32", "ui32", "i8", "ui8" })
        {
            foreach (string operation in new[] { "divide", "remainder", "popcnt", "count_leading_zeros" })
            {
                string result = operation is "divide" or "remainder" ? $"stablehlo.{operation} %x, %y : T" : $"stablehlo.{operation} %x : T";
                yield return $"{operation}:{type} %r = {result}";
                yield return $"{operation} among longs:{type} %q = {result} %c = stablehlo.convert %q : (T) -> tensor<SHAPEi64> %d = stablehlo.add %c, %c : tensor<SHAPEi64> %r = stablehlo.convert %d : (tensor<SHAPEi64>) -> T";
            }
        }
    }

    private static IEnumerable<TestCaseData> NamedWords() => Named(Words());

    [TestCaseSource(nameof(NamedWords))]
    public void DivisionsAndCountsOfBitsAgree(string body)
    {
        (string type, string text) = Split(body);
        Compare(type, "T", text, exact: true);
    }

    [TestCaseSource(nameof(NamedBodies))]
    public void ElementwiseAgrees(string body)
    {
        (string type, string text) = Split(body);
        Compare(type, "T", text, exact: true);
    }

    private static IEnumerable<string> Reductions() =>
        from type in new[] { "f64", "i64", "ui64" }
        from operation in type == "f64" ? ["add", "maximum", "minimum"] : (string[])["add", "multiply", "maximum", "minimum", "and", "or", "xor"]
        from dimensions in new[] { "0", "1", "0, 1" }
        select $"{operation} over {dimensions}:{type} {operation}";

    [TestCaseSource(nameof(NamedReductions))]
    public void ReductionsAgree(string reduction)
    {
        (string type, string operation) = Split(reduction);
        string dimensions = reduction[(reduction.IndexOf("over ", StringComparison.Ordinal) + 5)..reduction.IndexOf(':')];
        string zero = (operation, type) switch
        {
            ("maximum", "f64") => "0xFFF0000000000000",
            ("minimum", "f64") => "0x7FF0000000000000",
            (_, "f64") => "0.0",
            ("minimum", "i64") => "9223372036854775807",
            ("maximum", "i64") => "-9223372036854775808",
            ("minimum" or "and", "ui64") => "18446744073709551615",
            ("and", _) => "-1",
            ("multiply", _) => "1",
            _ => "0",
        };
        string result = dimensions switch { "0" => $"tensor<{Columns}x{type}>", "1" => $"tensor<{Rows}x{type}>", _ => $"tensor<{type}>" };
        Compare(type, result,
            $"%zero = stablehlo.constant dense<{zero}> : tensor<{type}> %r = stablehlo.reduce(%x init: %zero) applies stablehlo.{operation} across dimensions = [{dimensions}] : (T, tensor<{type}>) -> {result}",
            exact: type != "f64" || operation != "add");
    }

    private static IEnumerable<string> Movements()
    {
        foreach (string type in new[] { "f64", "i64" })
        {
            yield return $"every other:{type} tensor<{Rows}x19x{type}> %a = stablehlo.slice %x [0:{Rows}, 0:{Columns}:2] : (T) -> tensor<{Rows}x19x{type}> %r = stablehlo.negate %a : tensor<{Rows}x19x{type}>";
            yield return $"every third:{type} tensor<{Rows}x12x{type}> %a = stablehlo.slice %x [0:{Rows}, 1:{Columns}:3] : (T) -> tensor<{Rows}x12x{type}> %r = stablehlo.negate %a : tensor<{Rows}x12x{type}>";
            yield return $"every other word:{type} tensor<{Rows}x19x{type}> %a = stablehlo.slice %w [0:{Rows}, 0:{Columns}:2] : (tensor<SHAPEi32>) -> tensor<{Rows}x19xi32> %b = stablehlo.convert %a : (tensor<{Rows}x19xi32>) -> tensor<{Rows}x19x{type}> %r = stablehlo.negate %b : tensor<{Rows}x19x{type}>";
            yield return $"every other word, odd ones:{type} tensor<{Rows}x18x{type}> %a = stablehlo.slice %w [0:{Rows}, 1:{Columns}:2] : (tensor<SHAPEi32>) -> tensor<{Rows}x18xi32> %b = stablehlo.convert %a : (tensor<{Rows}x18xi32>) -> tensor<{Rows}x18x{type}> %r = stablehlo.negate %b : tensor<{Rows}x18x{type}>";
            yield return $"words among others:{type} tensor<{Rows}x{2 * Columns}xi32> %z = stablehlo.constant dense<7> : tensor<i32> %c = stablehlo.compare LT, %x, %y : (T, T) -> tensor<SHAPEi1> %s = stablehlo.select %c, %w, %v : (tensor<SHAPEi1>, tensor<SHAPEi32>, tensor<SHAPEi32>) -> tensor<SHAPEi32> %r = stablehlo.pad %s, %z, low = [0, 1], high = [0, 0], interior = [0, 1] : (tensor<SHAPEi32>, tensor<i32>) -> tensor<{Rows}x{2 * Columns}xi32>";
            yield return $"transposed sum:{type} tensor<{Columns}x{Rows}x{type}> %a = stablehlo.add %x, %y : T %r = stablehlo.transpose %a, dims = [1, 0] : (T) -> tensor<{Columns}x{Rows}x{type}>";
            yield return $"reversed:{type} T %a = stablehlo.reverse %x, dims = [1] : T %r = stablehlo.negate %a : T";
            yield return $"counted:{type} T %i = stablehlo.iota dim = 1 : tensor<SHAPEi64> %j = stablehlo.iota dim = 0 : tensor<SHAPEi32> %k = stablehlo.convert %j : (tensor<SHAPEi32>) -> tensor<SHAPEi64> %s = stablehlo.multiply %i, %k : tensor<SHAPEi64> %c = stablehlo.convert %s : (tensor<SHAPEi64>) -> T %r = stablehlo.add %c, %x : T";
            yield return $"rows spread:{type} T %a = stablehlo.slice %x [0:{Rows}, 3:4] : (T) -> tensor<{Rows}x1x{type}> %b = stablehlo.reshape %a : (tensor<{Rows}x1x{type}>) -> tensor<{Rows}x{type}> %c = stablehlo.broadcast_in_dim %b, dims = [0] : (tensor<{Rows}x{type}>) -> T %r = stablehlo.add %c, %y : T";
        }
    }

    [TestCaseSource(nameof(NamedMovements))]
    public void MovementsAgree(string movement)
    {
        (string type, string rest) = Split(movement);
        int space = rest.IndexOf(' ');
        Compare(type, rest[..space], rest[(space + 1)..], exact: true);
    }

    private static (string Type, string Text) Split(string body)
    {
        int colon = body.IndexOf(':'), space = body.IndexOf(' ', colon);
        return (body[(colon + 1)..space], body[(space + 1)..]);
    }

    private static void Compare(string type, string result, string body, bool exact)
    {
        string text = Regex.Replace($$"""
            func.func @main(%x: T, %y: T, %w: tensor<SHAPEi32>, %v: tensor<SHAPEi32>) -> {{result}} {
              {{body}}
              return %r : {{result}}
            }
            """, @"\bT\b", $"tensor<SHAPE{type}>").Replace("SHAPE", s_shape);
        ModuleOp module = MlirParser.ParseModule(text);
        var random = new Random(11);
        Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select(t => Make((TensorType)t, random))];
        Literal expected = Interpreter.Run(module, "main", arguments)[0];
        foreach (CpuCompileOptions options in ProgramCheck.BackEnds)
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, options);
            using CpuBuffer got = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))])[0];
            if (options.Isa > IsaLevel.Portable)
            {
                Assert.That(executable.Explain(), Is.Empty);
            }
            if (expected.Type.Kind == ElementKind.F64)
            {
                double[] want = expected.As<double>().ToArray();
                Assert.That(got.As<double>().ToArray(), exact ? Is.EqualTo(want) : Is.EqualTo(want).Within(1e-12).Percent, options.Isa.ToString());
            }
            else
            {
                Assert.That(got.Span.ToArray(), Is.EqualTo(expected.Data.ToArray()), options.Isa.ToString());
            }
        }
    }

    private static Literal Make(TensorType type, Random random)
    {
        var literal = new Literal(type);
        long[] ends = [0, 1, -1, 63, 64, 65, long.MinValue, long.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 53, (1L << 53) + 1, (1L << 62) + (1L << 38) + 1];
        double[] doubles = [0, -0.0, 0.5, -0.5, 1.5, 2.5, 1e-310, 1e300, -1e19, 1e10, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        for (int i = 0; i < type.Shape.ElementCount; i++)
        {
            bool end = random.Next(3) == 0;
            switch (type.Kind)
            {
                case ElementKind.F64: literal.As<double>()[i] = end ? doubles[random.Next(doubles.Length)] : (random.NextDouble() - 0.5) * 100; break;
                case ElementKind.I32: literal.As<int>()[i] = end ? random.Next(-3, 3) : random.Next(int.MinValue, int.MaxValue) >> random.Next(32); break;
                case ElementKind.UI32: literal.As<uint>()[i] = end ? (uint)random.Next(-3, 3) : (uint)random.Next() * 2 >> random.Next(32); break;
                case ElementKind.I8 or ElementKind.UI8: literal.Data.Span[i] = (byte)(end ? random.Next(-3, 3) : random.Next()); break;
                default: literal.As<long>()[i] = end ? ends[random.Next(ends.Length)] : random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64); break;
            }
        }
        return literal;
    }
}
