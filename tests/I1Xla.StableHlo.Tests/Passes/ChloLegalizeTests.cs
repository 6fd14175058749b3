using System.Globalization;
using System.Numerics;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Passes;

/// <summary>What CHLO's operations become has the values of the reference interpreter's own functions, which are tested against series and known values.</summary>
public class ChloLegalizeTests
{
    private static readonly double[] s_reals =
    [
        -40, -7.5, -2.5, -1.5, -1, -0.7, -0.3, -1e-6, -0.0, 0, 1e-30, 1e-5, 0.2, 0.5, 0.99, 1, 1.7, 3, 8.1, 20, 90, 1e10, double.NegativeInfinity, double.PositiveInfinity, double.NaN,
    ];

    private static readonly double[] s_parts = [double.NegativeInfinity, -1e30, -3, -1, -0.5, -1e-30, -0.0, 0, 1e-30, 0.7, 1, 2.5, 1e30, double.PositiveInfinity];

    private static readonly string[] s_unary =
        ["acos", "acosh", "asin", "asinh", "atan", "atanh", "bessel_i1e", "conj", "cosh", "digamma", "erf", "erf_inv", "erfc", "lgamma", "sinh", "square", "tan", "is_inf", "is_pos_inf", "is_neg_inf"];

    [Test]
    public void RealFunctions([ValueSource(nameof(s_unary))] string op, [Values(ElementKind.F16, ElementKind.BF16, ElementKind.F32, ElementKind.F64)] ElementKind kind)
    {
        string type = $"tensor<{s_reals.Length}x{kind.Name()}>", result = op.StartsWith("is_", StringComparison.Ordinal) ? $"tensor<{s_reals.Length}xi1>" : type;
        Literal x = Reals(kind, s_reals);
        Same($"func.func @main(%x: {type}) -> {result} {{ %0 = chlo.{op} %x : {type} -> {result} return %0 : {result} }}", [x]);
    }

    [Test]
    public void ComplexInverseFunctions([Values("acos", "acosh", "asin", "asinh", "atan", "atanh", "conj", "square")] string op, [Values] bool wide)
    {
        Complex[] values = [.. s_parts.SelectMany(re => s_parts.Select(im => new Complex(re, im)))];
        string type = $"tensor<{values.Length}xcomplex<{(wide ? "f64" : "f32")}>>";
        Same($"func.func @main(%z: {type}) -> {type} {{ %0 = chlo.{op} %z : {type} -> {type} return %0 : {type} }}", [Numbers(values, wide)]);
    }

    /// <summary>Values on both sides of the cuts, next to branch points and near the largest number: log(2 + √3), log(3) / 2, log(2√2 · 1e300), half the log of 2e200, and first-order limits.</summary>
    [TestCase("asin", 2, 0.0, 1.5707963267948966, 1.3169578969248167)]
    [TestCase("asin", 2, -0.0, 1.5707963267948966, -1.3169578969248167)]
    [TestCase("acos", -2, 0.0, 3.141592653589793, -1.3169578969248167)]
    [TestCase("acos", -2, -0.0, 3.141592653589793, 1.3169578969248167)]
    [TestCase("acosh", -2, 0.0, 1.3169578969248167, 3.141592653589793)]
    [TestCase("acosh", -2, -0.0, 1.3169578969248167, -3.141592653589793)]
    [TestCase("asinh", 0.0, 2, 1.3169578969248167, 1.5707963267948966)]
    [TestCase("asinh", -0.0, 2, -1.3169578969248167, 1.5707963267948966)]
    [TestCase("atanh", 2, 0.0, 0.5493061443340549, 1.5707963267948966)]
    [TestCase("atanh", 2, -0.0, 0.5493061443340549, -1.5707963267948966)]
    [TestCase("atan", 0.0, 2, 1.5707963267948966, 0.5493061443340549)]
    [TestCase("atan", -0.0, 2, -1.5707963267948966, 0.5493061443340549)]
    [TestCase("asin", 1e300, 1e300, 0.7853981633974483, 691.8152486690536)]
    [TestCase("acosh", 1e300, -1e300, 691.8152486690536, -0.7853981633974483)]
    [TestCase("atanh", 1e300, 1e300, 5e-301, 1.5707963267948966)]
    [TestCase("atanh", 1, 1e-200, 230.60508288968455, 0.7853981633974483)]
    [TestCase("asin", 1, 1e-200, 1.5707963267948966, 1e-100)]
    [TestCase("acos", 1e-200, 1e-200, 1.5707963267948966, -1e-200)]
    public void ComplexValues(string op, double re, double im, double expectedRe, double expectedIm)
    {
        ModuleOp module = MlirParser.ParseModule($"func.func @main(%z: tensor<1xcomplex<f64>>) -> tensor<1xcomplex<f64>> {{ %0 = chlo.{op} %z : tensor<1xcomplex<f64>> -> tensor<1xcomplex<f64>> return %0 : tensor<1xcomplex<f64>> }}");
        new ChloLegalizePass().Run(module);
        Complex actual = Interpreter.Run(module, "main", [Numbers([new Complex(re, im)], wide: true)])[0].As<Complex>()[0];
        Assert.That(actual.Real, Is.EqualTo(expectedRe).Within(1e-14).Percent.Or.EqualTo(expectedRe).Within(4).Ulps);
        Assert.That(actual.Imaginary, Is.EqualTo(expectedIm).Within(1e-14).Percent.Or.EqualTo(expectedIm).Within(4).Ulps);
    }

    [Test]
    public void TheKernelGivesTheInverseSine()
    {
        Complex[] values = [new(0.3, 0.4), new(-2, 1), new(5, -7), new(-0.5, -1e-3)];
        ModuleOp module = MlirParser.ParseModule("func.func @main(%z: tensor<4xcomplex<f64>>) -> tensor<4xcomplex<f64>> { %0 = chlo._asin_acos_kernel %z : tensor<4xcomplex<f64>> -> tensor<4xcomplex<f64>> return %0 : tensor<4xcomplex<f64>> }");
        new ChloLegalizePass().Run(module);
        Complex[] kernel = Interpreter.Run(module, "main", [Numbers(values, wide: true)])[0].As<Complex>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            Complex expected = ComplexFunctions.Asin(values[i]);
            Assert.That(Math.Atan2(values[i].Real, kernel[i].Real), Is.EqualTo(expected.Real).Within(1e-14));
            Assert.That(Math.CopySign(kernel[i].Imaginary, values[i].Imaginary), Is.EqualTo(expected.Imaginary).Within(1e-14));
        }
    }

    [Test]
    public void FunctionsOfTwo([Values("zeta", "polygamma", "next_after")] string op, [Values(ElementKind.BF16, ElementKind.F32, ElementKind.F64)] ElementKind kind)
    {
        double[] a = [1, 1.5, 2, 3, 4, 5.5, 2, 1.5, 7, 0, 3, 2], b = [2, 0.5, 1, 2.5, 0.25, 7, -1.5, 3, 40, 1, -2, 1e6];
        string type = $"tensor<{a.Length}x{kind.Name()}>";
        Same($"func.func @main(%a: {type}, %b: {type}) -> {type} {{ %0 = chlo.{op} %a, %b : {type}, {type} -> {type} return %0 : {type} }}", [Reals(kind, a), Reals(kind, b)]);
    }

    [Test]
    public void UpperHalvesOfProducts([Values(ElementKind.I8, ElementKind.UI16, ElementKind.I32, ElementKind.UI32, ElementKind.I64, ElementKind.UI64)] ElementKind kind)
    {
        long[] a = [0, 1, -1, long.MinValue, long.MaxValue, 0x1234567890ABCDEF, -987654321987, 3], b = [5, -1, -1, long.MinValue, long.MaxValue, -0x7EDCBA0987654321, 123456789123, long.MaxValue];
        string type = $"tensor<8x{kind.Name()}>";
        Same($"func.func @main(%a: {type}, %b: {type}) -> {type} {{ %0 = chlo.mulhi %a, %b : {type}, {type} -> {type} return %0 : {type} }}", [Integers(kind, a), Integers(kind, b)]);
    }

    private static readonly string[] s_broadcasts =
    [
        "add", "atan2", "divide", "maximum", "minimum", "multiply", "power", "remainder", "subtract", "next_after", "zeta", "polygamma",
        "and", "or", "xor", "shift_left", "shift_right_arithmetic", "shift_right_logical",
    ];

    [Test]
    public void ImplicitBroadcasts([ValueSource(nameof(s_broadcasts))] string op)
    {
        bool integers = op is "and" or "or" or "xor" || op.StartsWith("shift", StringComparison.Ordinal);
        string kind = integers ? "i32" : "f32";
        Literal a = integers ? Integers(ElementKind.I32, [3, -5, 1 << 20]) : Reals(ElementKind.F32, [1.5, 2, 3]);
        Literal b = integers ? Integers(ElementKind.I32, [1, 2, 3, 4, 5, 6], 2, 3) : Reals(ElementKind.F32, [1, 2, 3, 0.5, 7, 4], 2, 3);
        Same($$"""
            func.func @main(%a: tensor<3x{{kind}}>, %b: tensor<2x3x{{kind}}>) -> (tensor<2x3x{{kind}}>, tensor<3x2x3x{{kind}}>) {
              %0 = chlo.broadcast_{{op}} %a, %b : (tensor<3x{{kind}}>, tensor<2x3x{{kind}}>) -> tensor<2x3x{{kind}}>
              %1 = stablehlo.reshape %a : (tensor<3x{{kind}}>) -> tensor<3x1x1x{{kind}}>
              %2 = chlo.broadcast_{{op}} %1, %b {broadcast_dimensions = array<i64: 1, 2>} : (tensor<3x1x1x{{kind}}>, tensor<2x3x{{kind}}>) -> tensor<3x2x3x{{kind}}>
              return %0, %2 : tensor<2x3x{{kind}}>, tensor<3x2x3x{{kind}}>
            }
            """, [a, b]);
    }

    [Test]
    public void Structures() => Same("""
        func.func @main(%x: tensor<2x5xf32>, %y: tensor<5xf32>, %p: tensor<2x1xi1>, %sizes: tensor<2xi32>, %rhs: tensor<2x5x3xf32>) -> (tensor<2x5xi1>, tensor<2x5xcomplex<f32>>, tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x3xf32>, tensor<2x3xi32>, tensor<2x3xf32>) {
          %0 = chlo.broadcast_compare %x, %y {comparison_direction = #chlo<comparison_direction LT>} : (tensor<2x5xf32>, tensor<5xf32>) -> tensor<2x5xi1>
          %1 = chlo.broadcast_complex %x, %y : (tensor<2x5xf32>, tensor<5xf32>) -> tensor<2x5xcomplex<f32>>
          %2 = chlo.broadcast_select %p, %x, %y : (tensor<2x1xi1>, tensor<2x5xf32>, tensor<5xf32>) -> tensor<2x5xf32>
          %3 = "chlo.constant_like"(%x) {value = 2.5 : f32} : (tensor<2x5xf32>) -> tensor<2x5xf32>
          %values, %indices = chlo.top_k(%x, k = 3) : tensor<2x5xf32> -> (tensor<2x3xf32>, tensor<2x3xi32>)
          %4 = "chlo.ragged_dot"(%x, %rhs, %sizes) {
            ragged_dot_dimension_numbers = #chlo.ragged_dot<lhs_batching_dimensions = [], rhs_batching_dimensions = [], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1], lhs_ragged_dimensions = [0], rhs_group_dimensions = [0]>,
            precision_config = [#chlo<precision DEFAULT>, #chlo<precision DEFAULT>]
          } : (tensor<2x5xf32>, tensor<2x5x3xf32>, tensor<2xi32>) -> tensor<2x3xf32>
          return %0, %1, %2, %3, %values, %indices, %4 : tensor<2x5xi1>, tensor<2x5xcomplex<f32>>, tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x3xf32>, tensor<2x3xi32>, tensor<2x3xf32>
        }
        """,
        [
            Reals(ElementKind.F32, [1, 9, 3, 9, 5, -1, double.NaN, 0, 2, 1], 2, 5), Reals(ElementKind.F32, [4, 4, 4, -1, 5]), Literal.Create(ElementKind.I1, [2, 1], (ReadOnlySpan<byte>)[1, 0]),
            Integers(ElementKind.I32, [1, 1]), Reals(ElementKind.F32, [.. Enumerable.Range(0, 30).Select(i => (double)((i * 7) % 11))], 2, 5, 3),
        ]);

    /// <summary>Runs a program as it is and without CHLO, and compares.</summary>
    private static void Same(string text, Literal[] arguments)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        Literal[] expected = Interpreter.Run(module, "main", arguments);
        new ChloLegalizePass().Run(module);
        Assert.That(Verifier.Verify(module), Is.Empty);
        Assert.That(MlirPrinter.Print(module), Does.Not.Contain("chlo"));
        Literal[] actual = Interpreter.Run(module, "main", arguments);
        for (int i = 0; i < expected.Length; i++)
        {
            ElementKind kind = expected[i].Type.Kind;
            double[] want = Elements(expected[i]), have = Elements(actual[i]);
            double tolerance = kind switch { ElementKind.F64 or ElementKind.Complex128 => 1e-12, ElementKind.F32 or ElementKind.Complex64 => 1e-5, ElementKind.F16 => 2e-3, ElementKind.BF16 => 1e-2, _ => 0 };
            for (int k = 0; k < want.Length; k++)
            {
                bool same = want[k].Equals(have[k]) || want[k] == have[k] || Math.Abs(want[k] - have[k]) <= tolerance * (Math.Abs(want[k]) + 0.2);
                Assert.That(same, Is.True, string.Create(CultureInfo.InvariantCulture, $"result {i}, number {k} is {have[k]:g9}, expected {want[k]:g9}"));
            }
        }
    }

    private static double[] Elements(Literal x)
    {
        ElementKind kind = x.Type.Kind;
        double[] values = new double[x.Shape.ElementCount * (kind.IsComplex() ? 2 : 1)];
        if (kind.IsFloat() || kind.IsComplex())
        {
            FloatKind.Read(kind == ElementKind.Complex64 ? ElementKind.F32 : kind == ElementKind.Complex128 ? ElementKind.F64 : kind, x.Data.Span, values);
        }
        else
        {
            long[] numbers = new long[values.Length];
            IntegerKind.Read(kind, x.Data.Span, numbers);
            values = [.. numbers.Select(n => (double)n)];
        }
        return values;
    }

    private static Literal Reals(ElementKind kind, double[] values, params long[] shape)
    {
        var literal = new Literal(new TensorType(kind, new Shape(shape.Length == 0 ? [values.Length] : shape)));
        FloatKind.Write(kind, values, literal.Data.Span);
        return literal;
    }

    private static Literal Integers(ElementKind kind, long[] values, params long[] shape)
    {
        var literal = new Literal(new TensorType(kind, new Shape(shape.Length == 0 ? [values.Length] : shape)));
        IntegerKind.Write(kind, [.. values.Select(v => IntegerKind.Wrap(kind, v))], literal.Data.Span);
        return literal;
    }

    private static Literal Numbers(Complex[] values, bool wide)
    {
        double[] parts = [.. values.SelectMany(z => (double[])[z.Real, z.Imaginary])];
        var literal = new Literal(new TensorType(wide ? ElementKind.Complex128 : ElementKind.Complex64, new Shape(values.Length)));
        FloatKind.Write(wide ? ElementKind.F64 : ElementKind.F32, parts, literal.Data.Span);
        return literal;
    }
}
