using System.Text.RegularExpressions;
using I1Xla.Cpu.Kernels;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Complex numbers in compiled loops, on every back end, against the interpreter.</summary>
public class ComplexTests
{
    // T is the tensor type, R that of its parts, Z a scalar, Y that of its parts.
    private static readonly string[] s_bodies =
    [
        "add T %r = stablehlo.add %x, %y : T",
        "subtract T %r = stablehlo.subtract %x, %y : T",
        "multiply T %r = stablehlo.multiply %x, %y : T",
        "divide T %r = stablehlo.divide %x, %y : T",
        "negate T %r = stablehlo.negate %x : T",
        "exponential T %r = stablehlo.exponential %x : T",
        "abs R %r = stablehlo.abs %x : (T) -> R",
        "real R %r = stablehlo.real %x : (T) -> R",
        "imag R %r = stablehlo.imag %x : (T) -> R",
        "conjugate T %a = stablehlo.real %x : (T) -> R %b = stablehlo.imag %x : (T) -> R %c = stablehlo.negate %b : R %r = stablehlo.complex %a, %c : T",
        "fused T %a = stablehlo.multiply %x, %y : T %b = stablehlo.add %a, %x : T %c = stablehlo.multiply %b, %y : T %d = stablehlo.real %c : (T) -> R %e = stablehlo.abs %b : (T) -> R %r = stablehlo.complex %d, %e : T",
        "equal tensor<6x34xi1> %r = stablehlo.compare EQ, %x, %y : (T, T) -> tensor<6x34xi1>",
        "differ tensor<6x34xi1> %r = stablehlo.compare NE, %x, %y : (T, T) -> tensor<6x34xi1>",
        "select T %c = stablehlo.compare EQ, %x, %y : (T, T) -> tensor<6x34xi1> %a = stablehlo.multiply %x, %x : T %r = stablehlo.select %c, %x, %a : tensor<6x34xi1>, T",
        "transpose tensor<34x6xC> %r = stablehlo.transpose %x, dims = [1, 0] : (T) -> tensor<34x6xC>",
        "computed,transposed tensor<34x6xC> %a = stablehlo.multiply %x, %y : T %r = stablehlo.transpose %a, dims = [1, 0] : (T) -> tensor<34x6xC>",
        "broadcast tensor<3x6x34xC> %r = stablehlo.broadcast_in_dim %x, dims = [1, 2] : (T) -> tensor<3x6x34xC>",
        "reshape tensor<12x17xC> %a = stablehlo.add %x, %y : T %b = stablehlo.reshape %a : (T) -> tensor<12x17xC> %c = stablehlo.reshape %x : (T) -> tensor<12x17xC> %r = stablehlo.add %b, %c : tensor<12x17xC>",
        "slice tensor<6x17xC> %r = stablehlo.slice %x [0:6, 0:34:2] : (T) -> tensor<6x17xC>",
        "reverse T %a = stablehlo.reverse %x, dims = [1] : T %r = stablehlo.add %a, %y : T",
        "concatenate tensor<12x34xC> %a = stablehlo.add %x, %y : T %r = stablehlo.concatenate %a, %y, dim = 0 : (T, T) -> tensor<12x34xC>",
        "concatenated as they are tensor<12x34xC> %r = stablehlo.concatenate %x, %y, dim = 0 : (T, T) -> tensor<12x34xC>",
        "pad tensor<9x36xC> %z = stablehlo.constant dense<(1.5,-2.5)> : Z %r = stablehlo.pad %x, %z, low = [1, 2], high = [2, 0], interior = [0, 0] : (T, Z) -> tensor<9x36xC>",
        "constants T %z = stablehlo.constant dense<(1.5,-2.5)> : T %a = stablehlo.multiply %x, %z : T %o = stablehlo.constant dense<(1.0,1.0)> : T %r = stablehlo.add %a, %o : T",
        "constant rows T %z = stablehlo.constant dense<[(1.0,2.0),(3.0,4.0),(5.0,6.0),(7.0,8.0),(9.0,10.0),(11.0,12.0)]> : tensor<6xC> %b = stablehlo.broadcast_in_dim %z, dims = [0] : (tensor<6xC>) -> T %r = stablehlo.multiply %x, %b : T",
        "sum tensor<6xC> %z = stablehlo.constant dense<(1.5,-2.5)> : Z %r = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [1] : (T, Z) -> tensor<6xC>",
        "sum of columns tensor<34xC> %z = stablehlo.constant dense<(0.0,0.0)> : Z %a = stablehlo.multiply %x, %y : T %r = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] : (T, Z) -> tensor<34xC>",
        "product tensor<6x6xC> %r = stablehlo.dot_general %x, %y, contracting_dims = [1] x [1] : (T, T) -> tensor<6x6xC>",
        "batched product tensor<34xC> %r = stablehlo.dot_general %x, %y, batching_dims = [1] x [1], contracting_dims = [0] x [0] : (T, T) -> tensor<34xC>",
        "product of sums tensor<34x34xC> %a = stablehlo.add %x, %y : T %r = stablehlo.dot_general %a, %y, contracting_dims = [0] x [0] : (T, T) -> tensor<34x34xC>",
        "dynamic slice tensor<2x34xC> %i = stablehlo.constant dense<3> : tensor<i32> %j = stablehlo.constant dense<0> : tensor<i32> %r = stablehlo.dynamic_slice %x, %i, %j, sizes = [2, 34] : (T, tensor<i32>, tensor<i32>) -> tensor<2x34xC>",
        "dynamic update T %i = stablehlo.constant dense<3> : tensor<i32> %j = stablehlo.constant dense<1> : tensor<i32> %s = stablehlo.slice %y [0:2, 0:33] : (T) -> tensor<2x33xC> %r = stablehlo.dynamic_update_slice %x, %s, %i, %j : (T, tensor<2x33xC>, tensor<i32>, tensor<i32>) -> T",
        "gather tensor<3x34xC> %i = stablehlo.constant dense<[[4], [0], [4]]> : tensor<3x1xi32> %r = \"stablehlo.gather\"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 34>}> : (T, tensor<3x1xi32>) -> tensor<3x34xC>",
        "scatter T %i = stablehlo.constant dense<[[4], [0], [4]]> : tensor<3x1xi32> %s = stablehlo.slice %y [0:3, 0:34] : (T) -> tensor<3x34xC> %r = \"stablehlo.scatter\"(%x, %i, %s) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%p: Z, %q: Z): %t = stablehlo.add %p, %q : Z stablehlo.return %t : Z }) : (T, tensor<3x1xi32>, tensor<3x34xC>) -> T",
        "to real R %a = stablehlo.add %x, %y : T %r = stablehlo.convert %a : (T) -> R",
        "of real T %a = stablehlo.real %x : (T) -> R %r = stablehlo.convert %a : (R) -> T",
        "log T %r = stablehlo.log %x : T",
        "sqrt T %r = stablehlo.sqrt %x : T",
        "rsqrt T %r = stablehlo.rsqrt %x : T",
        "cbrt T %r = stablehlo.cbrt %x : T",
        "sign T %r = stablehlo.sign %x : T",
        "sine T %r = stablehlo.sine %x : T",
        "cosine T %r = stablehlo.cosine %x : T",
        "tan T %r = stablehlo.tan %x : T",
        "tanh T %r = stablehlo.tanh %x : T",
        "exponential_minus_one T %r = stablehlo.exponential_minus_one %x : T",
        "log_plus_one T %r = stablehlo.log_plus_one %x : T",
        "logistic T %r = stablehlo.logistic %x : T",
        "power T %r = stablehlo.power %x, %y : T",
        "atan2 T %r = stablehlo.atan2 %x, %y : T",
        "maximum T %r = stablehlo.maximum %x, %y : T",
        "minimum T %r = stablehlo.minimum %x, %y : T",
        "product of elements tensor<6xC> %z = stablehlo.constant dense<(0.5,-0.25)> : Z %r = stablehlo.reduce(%x init: %z) applies stablehlo.multiply across dimensions = [1] : (T, Z) -> tensor<6xC>",
        "largest tensor<34xC> %z = stablehlo.constant dense<(0.5,-0.25)> : Z %r = stablehlo.reduce(%x init: %z) applies stablehlo.maximum across dimensions = [0] : (T, Z) -> tensor<34xC>",
        "windows tensor<6x32xC> %z = stablehlo.constant dense<(0.0,0.0)> : Z %r = \"stablehlo.reduce_window\"(%x, %z) <{window_dimensions = array<i64: 1, 3>}> ({ ^bb0(%p: Z, %q: Z): %c = stablehlo.add %p, %q : Z stablehlo.return %c : Z }) : (T, Z) -> tensor<6x32xC>",
        "sums so far T %z = stablehlo.constant dense<(0.0,0.0)> : Z %r = \"stablehlo.reduce_window\"(%x, %z) <{window_dimensions = array<i64: 1, 34>, padding = dense<[[0, 0], [33, 0]]> : tensor<2x2xi64>}> ({ ^bb0(%p: Z, %q: Z): %c = stablehlo.add %p, %q : Z stablehlo.return %c : Z }) : (T, Z) -> T",
        "sorted T %r = \"stablehlo.sort\"(%x) <{dimension = 1 : i64, is_stable = true}> ({ ^bb0(%p: Z, %q: Z): %a = stablehlo.real %p : (Z) -> Y %b = stablehlo.real %q : (Z) -> Y %c = stablehlo.imag %p : (Z) -> Y %d = stablehlo.imag %q : (Z) -> Y %l = stablehlo.compare LT, %a, %b, TOTALORDER : (Y, Y) -> tensor<i1> %e = stablehlo.compare EQ, %a, %b, TOTALORDER : (Y, Y) -> tensor<i1> %m = stablehlo.compare LT, %c, %d, TOTALORDER : (Y, Y) -> tensor<i1> %n = stablehlo.and %e, %m : tensor<i1> %o = stablehlo.or %l, %n : tensor<i1> stablehlo.return %o : tensor<i1> }) : (T) -> T",
        "mapped T %r = \"stablehlo.map\"(%x, %y) <{dimensions = array<i64: 0, 1>}> ({ ^bb0(%p: Z, %q: Z): %a = stablehlo.multiply %p, %q : Z stablehlo.return %a : Z }) : (T, T) -> T",
        "scatter of products T %i = stablehlo.constant dense<[[4], [0], [4]]> : tensor<3x1xi32> %s = stablehlo.slice %y [0:3, 0:34] : (T) -> tensor<3x34xC> %r = \"stablehlo.scatter\"(%x, %i, %s) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%p: Z, %q: Z): %t = stablehlo.multiply %p, %q : Z stablehlo.return %t : Z }) : (T, tensor<3x1xi32>, tensor<3x34xC>) -> T",
        "counted T %a = stablehlo.iota dim = 1 : T %r = stablehlo.multiply %a, %x : T",
    ];

    private static IEnumerable<TestCaseData> Bodies() =>
        from kind in new[] { "f32", "f64" }
        from body in s_bodies
        let type = Regex.Match(body, @" (T|R|tensor<[^>]*>) %")
        select new TestCaseData(kind, type.Groups[1].Value, body[(type.Index + type.Groups[1].Length + 2)..]).SetArgDisplayNames(kind, body[..type.Index]);

    [TestCaseSource(nameof(Bodies))]
    public void Agrees(string kind, string type, string body)
    {
        string text = Text(kind, $"func.func @main(%x: T, %y: T) -> {type} {{ {body} return %r : {type} }}");
        ModuleOp module = MlirParser.ParseModule(text);
        var random = new Random(5);
        Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select(t => Make((TensorType)t, () => random.Next(4) == 0 ? random.Next(-2, 3) : (random.NextDouble() - 0.5) * 6))];
        // Some are equal.
        arguments[0].Data.Span[..256].CopyTo(arguments[1].Data.Span);
        Check(module, arguments, kind == "f32" ? 2e-6 : 1e-14);
    }

    [Test]
    public void SpecialValues(
        [Values("divide", "abs", "exponential", "log", "sqrt", "rsqrt", "sign", "sine", "cosine", "tan", "tanh", "exponential_minus_one", "log_plus_one", "logistic", "maximum", "minimum")] string operation,
        [Values("f32", "f64")] string kind)
    {
        double[] ends = [0, -0.0, 1, -1, 0.5, -3, double.PositiveInfinity, double.NegativeInfinity, double.NaN, kind == "f32" ? 1e30 : 1e200, kind == "f32" ? 1e-30 : 1e-200, kind == "f32" ? 90 : 710];
        bool two = operation is "divide" or "maximum" or "minimum";
        string form = operation switch { _ when two => $"%r = stablehlo.{operation} %x, %y : T", "abs" => "%r = stablehlo.abs %x : (T) -> R", _ => $"%r = stablehlo.{operation} %x : T" };
        string type = operation == "abs" ? "R" : "T";
        int count = ends.Length * ends.Length * (two ? ends.Length * ends.Length : 1);
        string text = Text(kind, $"func.func @main(%x: T, %y: T) -> {type} {{ {form} return %r : {type} }}").Replace("6x34x", $"{count}x", StringComparison.Ordinal);
        ModuleOp module = MlirParser.ParseModule(text);
        int at = 0;
        // Every pair of ends, and of those every pair.
        int n = ends.Length;
        Literal x = Make((TensorType)module.FindFunction("main")!.Value.Type.Inputs[0], () => at++ is var i && i % 2 == 0 ? ends[i / 2 % n] : ends[i / 2 / n % n]);
        at = 0;
        Literal y = Make((TensorType)module.FindFunction("main")!.Value.Type.Inputs[0], () => at++ is var i && i % 2 == 0 ? ends[i / 2 / (n * n) % n] : ends[i / 2 / (n * n * n) % n]);
        Check(module, [x, y], kind == "f32" ? 4e-6 : 1e-14);
    }

    [Test]
    public void LoopsAndBranchesCarryThem()
    {
        const string Program = """
            func.func @main(%x: tensor<5x34xcomplex<f32>>, %n: tensor<i32>) -> tensor<5x34xcomplex<f32>> {
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %one = stablehlo.constant dense<1> : tensor<i32>
              %c = stablehlo.constant dense<(0.5,0.25)> : tensor<5x34xcomplex<f32>>
              %r:2 = stablehlo.while(%i = %zero, %z = %x) : tensor<i32>, tensor<5x34xcomplex<f32>>
                cond {
                  %p = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
                  stablehlo.return %p : tensor<i1>
                } do {
                  %j = stablehlo.add %i, %one : tensor<i32>
                  %a = stablehlo.multiply %z, %c : tensor<5x34xcomplex<f32>>
                  %b = stablehlo.add %a, %x : tensor<5x34xcomplex<f32>>
                  stablehlo.return %j, %b : tensor<i32>, tensor<5x34xcomplex<f32>>
                }
              %p = stablehlo.compare LT, %zero, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
              %s = "stablehlo.if"(%p) ({
                %a = stablehlo.add %r#1, %x : tensor<5x34xcomplex<f32>>
                stablehlo.return %a : tensor<5x34xcomplex<f32>>
              }, {
                stablehlo.return %x : tensor<5x34xcomplex<f32>>
              }) : (tensor<i1>) -> tensor<5x34xcomplex<f32>>
              return %s : tensor<5x34xcomplex<f32>>
            }
            """;
        ModuleOp module = MlirParser.ParseModule(Program);
        var random = new Random(5);
        Literal x = Make((TensorType)module.FindFunction("main")!.Value.Type.Inputs[0], () => random.NextDouble());
        var n = new Literal(new TensorType(ElementKind.I32, Shape.Scalar));
        n.As<int>()[0] = 4;
        Check(module, [x, n], 1e-5);
    }

    private static string Text(string kind, string text)
    {
        string complex = $"complex<{kind}>";
        text = Regex.Replace(text, @"\bT\b", "tensor<6x34xC>");
        text = Regex.Replace(text, @"\bR\b", $"tensor<6x34x{kind}>");
        text = Regex.Replace(text, @"\bZ\b", "tensor<C>");
        text = Regex.Replace(text, @"\bY\b", $"tensor<{kind}>");
        return Regex.Replace(text, @"(?<=x|<)C>", complex + ">");
    }

    private static Literal Make(TensorType type, Func<double> next)
    {
        var literal = new Literal(type);
        int count = literal.Data.Length / type.Kind.RealPart().StorageBytes();
        for (int i = 0; i < count; i++)
        {
            if (type.Kind.RealPart() == ElementKind.F32)
            {
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(literal.Data.Span)[i] = (float)next();
            }
            else
            {
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(literal.Data.Span)[i] = next();
            }
        }
        return literal;
    }

    private static double[] Numbers(ReadOnlySpan<byte> data, ElementKind kind) => kind.RealPart() switch
    {
        ElementKind.F32 => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(data).ToArray().Select(v => (double)v)],
        ElementKind.F64 => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(data).ToArray(),
        _ => [.. data.ToArray().Select(v => (double)v)],
    };

    private static void Check(ModuleOp module, Literal[] arguments, double tolerance)
    {
        Literal expected = Interpreter.Run(module, "main", arguments)[0];
        foreach (CpuCompileOptions options in ProgramCheck.BackEnds.Append(new CpuCompileOptions { Fuse = false }))
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, options);
            Assert.That(executable.Explain().Where(l => l.Contains("interpreter") || (options is { Fuse: true, Isa: > IsaLevel.Portable } && !l.Contains("stride", StringComparison.Ordinal))), Is.Empty);
            using CpuBuffer result = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))])[0];
            double[] want = Numbers(expected.Data.Span, expected.Type.Kind), got = Numbers(result.Span, expected.Type.Kind);
            int step = expected.Type.Kind.IsComplex() ? 2 : 1;
            for (int i = 0; i < want.Length; i++)
            {
                // An error of either part is measured by the modulus.
                double size = step == 1 ? Math.Abs(want[i]) : Math.Max(Math.Abs(want[i]), Math.Abs(want[i ^ 1]));
                bool same = want[i].Equals(got[i]) || want[i] == got[i] || Math.Abs(want[i] - got[i]) <= tolerance * (double.IsFinite(size) ? Math.Max(size, step == 1 ? 0 : 1e-30) : Math.Abs(want[i]));
                if (same)
                {
                    continue;
                }
                Assert.Fail($"{options.Isa}, element {i / step}, part {i % step}: {got[i]:R}, the interpreter {want[i]:R}; of {string.Join(" and ", arguments.Where(a => a.Data.Length == arguments[0].Data.Length).Select(a => Numbers(a.Data.Span, a.Type.Kind)).Select(v => 2 * (i / step) + 1 < v.Length ? $"({v[2 * (i / step)]:R}, {v[(2 * (i / step)) + 1]:R})" : ""))}");
            }
        }
    }
}
