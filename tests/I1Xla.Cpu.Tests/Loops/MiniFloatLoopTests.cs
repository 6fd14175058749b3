using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Loops;

/// <summary>Floats of at most 8 bits, integers of 2 and 4: every back end gives the interpreter's bits, and nothing runs in the interpreter.</summary>
public class MiniFloatLoopTests
{
    private static IEnumerable<ElementKind> Kinds => Enum.GetValues<ElementKind>().Where(MiniFloat.Is);

    [TestCaseSource(nameof(Kinds))]
    public void EveryCodeIsItsValue(ElementKind kind)
    {
        var codes = new Literal(new TensorType(kind, new Shape([1 << Math.Min(8, kind.BitWidth())])));
        for (int i = 0; i < codes.Data.Length; i++)
        {
            codes.Data.Span[i] = (byte)i;
        }
        foreach (string to in new[] { "f32", "bf16", "f16", "f64", "i1", "i32", "i64", "ui8" })
        {
            Compare($"func.func @main(%x: tensor<{codes.Data.Length}x{kind.Name()}>) -> tensor<{codes.Data.Length}x{to}> {{ %0 = stablehlo.convert %x : (tensor<{codes.Data.Length}x{kind.Name()}>) -> tensor<{codes.Data.Length}x{to}> return %0 : tensor<{codes.Data.Length}x{to}> }}", [codes]);
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void NumbersAreRoundedAsTheInterpreterDoes(ElementKind kind)
    {
        float[] numbers = Numbers(kind);
        var x = new Literal(new TensorType(ElementKind.F32, new Shape([numbers.Length])));
        numbers.CopyTo(x.As<float>());
        Compare(Conversion("f32", kind, numbers.Length), [x]);
        // What lies next to a tie in f64 alone.
        var wide = new Literal(new TensorType(ElementKind.F64, new Shape([3 * numbers.Length])));
        for (int i = 0; i < numbers.Length; i++)
        {
            double v = numbers[i];
            (wide.As<double>()[3 * i], wide.As<double>()[(3 * i) + 1], wide.As<double>()[(3 * i) + 2]) = (v, Math.BitDecrement(v), Math.BitIncrement(v));
        }
        Compare(Conversion("f64", kind, 3 * numbers.Length), [wide]);
    }

    [TestCaseSource(nameof(Kinds))]
    public void EveryHalfAndEveryInteger(ElementKind kind)
    {
        foreach (ElementKind from in new[] { ElementKind.BF16, ElementKind.F16, ElementKind.I16, ElementKind.UI16 })
        {
            var x = new Literal(new TensorType(from, new Shape([1 << 16])));
            for (int i = 0; i < 1 << 16; i++)
            {
                x.As<ushort>()[i] = (ushort)i;
            }
            Compare(Conversion(from.Name(), kind, 1 << 16), [x]);
        }
    }

    private static IEnumerable<string> Programs()
    {
        foreach (string type in new[] { "f8E4M3FN", "f8E5M2", "f8E4M3FNUZ", "f8E3M4", "f6E3M2FN" })
        {
            string t = $"tensor<7x33x{type}>", half = $"tensor<7x17x{type}>", turned = $"tensor<33x7x{type}>", one = $"tensor<{type}>", row = $"tensor<7x{type}>";
            yield return $"func.func @main(%x: {t}, %y: {t}) -> ({t}, {t}, {t}, {t}, {t}) {{ %0 = stablehlo.add %x, %y : {t} %1 = stablehlo.multiply %0, %y : {t} %2 = stablehlo.divide %x, %y : {t} %3 = stablehlo.negate %x : {t} %4 = stablehlo.maximum %x, %y : {t} return %0, %1, %2, %3, %4 : {t}, {t}, {t}, {t}, {t} }}";
            yield return $"func.func @main(%x: {t}) -> ({turned}, {half}, tensor<7x33xui8>) {{ %0 = stablehlo.transpose %x, dims = [1, 0] : ({t}) -> {turned} %1 = stablehlo.slice %x [0:7, 0:33:2] : ({t}) -> {half} {(type[1] == '8' ? $"%2 = stablehlo.bitcast_convert %x : ({t}) -> tensor<7x33xui8>" : $"%2 = stablehlo.convert %x : ({t}) -> tensor<7x33xui8>")} return %0, %1, %2 : {turned}, {half}, tensor<7x33xui8> }}";
            yield return $"func.func @main(%x: {t}, %y: {t}) -> {t} {{ %0 = stablehlo.compare LT, %x, %y : ({t}, {t}) -> tensor<7x33xi1> %1 = stablehlo.select %0, %x, %y : tensor<7x33xi1>, {t} return %1 : {t} }}";
            yield return $"func.func @main(%x: {t}) -> {row} {{ %z = stablehlo.constant dense<0.0> : {one} %0 = stablehlo.reduce(%x init: %z) applies stablehlo.maximum across dimensions = [1] : ({t}, {one}) -> {row} return %0 : {row} }}";
        }
        foreach (string op in new[] { "add", "subtract", "multiply", "divide", "maximum", "minimum", "power" })
        {
            yield return $"func.func @main(%x: tensor<7x33xf8E8M0FNU>, %y: tensor<7x33xf8E8M0FNU>) -> tensor<7x33xf8E8M0FNU> {{ %0 = stablehlo.{op} %x, %y : tensor<7x33xf8E8M0FNU> return %0 : tensor<7x33xf8E8M0FNU> }}";
        }
        foreach (string op in new[] { "sqrt", "exponential", "log", "abs", "rsqrt" })
        {
            yield return $"func.func @main(%x: tensor<7x33xf8E8M0FNU>) -> tensor<7x33xf8E8M0FNU> {{ %0 = stablehlo.{op} %x : tensor<7x33xf8E8M0FNU> return %0 : tensor<7x33xf8E8M0FNU> }}";
        }
        foreach (string type in new[] { "i4", "ui4", "i2", "ui2" })
        {
            string t = $"tensor<7x33x{type}>";
            foreach (string op in new[] { "add", "subtract", "multiply", "divide", "remainder", "maximum", "minimum", "and", "or", "xor", "shift_left", "shift_right_logical", "shift_right_arithmetic", "power" })
            {
                yield return $"func.func @main(%x: {t}, %y: {t}) -> {t} {{ %0 = stablehlo.{op} %x, %y : {t} return %0 : {t} }}";
            }
            foreach (string op in new[] { "negate", "not", "popcnt", "count_leading_zeros", "sign" })
            {
                yield return $"func.func @main(%x: {t}) -> {t} {{ %0 = stablehlo.{op} %x : {t} return %0 : {t} }}";
            }
            foreach (string other in new[] { "i32", "ui8", "f32", "bf16", "f64", "i64", "i1" })
            {
                string o = $"tensor<7x33x{other}>";
                yield return $"func.func @main(%x: {t}, %y: {o}) -> ({o}, {t}) {{ %0 = stablehlo.convert %x : ({t}) -> {o} %1 = stablehlo.convert %y : ({o}) -> {t} return %0, %1 : {o}, {t} }}";
            }
            yield return $"func.func @main(%x: {t}) -> tensor<7x{type}> {{ %z = stablehlo.constant dense<0> : tensor<{type}> %0 = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [1] : ({t}, tensor<{type}>) -> tensor<7x{type}> return %0 : tensor<7x{type}> }}";
        }
        yield return "func.func @main(%x: tensor<7x32xui8>) -> tensor<7x8xui32> { %0 = stablehlo.reshape %x : (tensor<7x32xui8>) -> tensor<7x8x4xui8> %1 = stablehlo.bitcast_convert %0 : (tensor<7x8x4xui8>) -> tensor<7x8xui32> return %1 : tensor<7x8xui32> }";
        yield return "func.func @main(%x: tensor<7x32xui16>) -> tensor<7x32xf16> { %0 = stablehlo.bitcast_convert %x : (tensor<7x32xui16>) -> tensor<7x32xf16> return %0 : tensor<7x32xf16> }";
        foreach ((string type, int exponent, int mantissa) in new[] { ("f32", 5, 10), ("f32", 4, 3), ("f32", 8, 0), ("f32", 8, 10), ("f32", 3, 23), ("bf16", 5, 2), ("bf16", 4, 7), ("f16", 5, 7), ("f16", 5, 0), ("f16", 4, 10), ("f16", 3, 5), ("f16", 8, 3), ("f64", 8, 23), ("f64", 5, 10), ("f64", 11, 0) })
        {
            string t = $"tensor<7x33x{type}>";
            yield return $"func.func @main(%x: {t}) -> {t} {{ %0 = stablehlo.reduce_precision %x, format = e{exponent}m{mantissa} : {t} return %0 : {t} }}";
        }
    }

    [TestCaseSource(nameof(Programs))]
    public void ProgramsAgree(string text)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        var random = new Random(3);
        Compare(text, [.. module.FindFunction("main")!.Value.Type.Inputs.Select(t => Any((TensorType)t, random))]);
    }

    [Test]
    public void ProductsAreSummedInF32()
    {
        foreach ((string left, string right, string result) in new[] { ("f8E4M3FN", "f8E4M3FN", "f32"), ("f8E5M2", "f8E4M3FN", "bf16"), ("bf16", "f8E4M3FN", "f32"), ("f32", "f8E5M2", "f32"), ("f8E8M0FNU", "f32", "f32") })
        {
            string a = $"tensor<9x64x{left}>", b = $"tensor<64x21x{right}>", c = $"tensor<9x21x{result}>";
            string text = $"func.func @main(%x: {a}, %y: {b}) -> {c} {{ %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : ({a}, {b}) -> {c} return %0 : {c} }}";
            ModuleOp module = MlirParser.ParseModule(text);
            var random = new Random(3);
            // Whole numbers from -4 to 4: every sum is exact.
            Literal[] arguments = [.. module.FindFunction("main")!.Value.Type.Inputs.Select(t => Small((TensorType)t, random))];
            Compare(text, arguments);
        }
    }

    private static string Conversion(string from, ElementKind to, int count) =>
        $"func.func @main(%x: tensor<{count}x{from}>) -> tensor<{count}x{to.Name()}> {{ %0 = stablehlo.convert %x : (tensor<{count}x{from}>) -> tensor<{count}x{to.Name()}> return %0 : tensor<{count}x{to.Name()}> }}";

    // Every value of the format, every tie between neighbours, and their neighbours among the floats; powers of two, and random bits.
    private static float[] Numbers(ElementKind kind)
    {
        MiniFloat format = MiniFloat.Of(kind);
        double[] values = [.. Enumerable.Range(0, 1 << kind.BitWidth()).Select(c => format.Decode((byte)c)).Where(double.IsFinite).Distinct().Order()];
        IEnumerable<double> ends = values.Concat(values.Zip(values.Skip(1), (a, b) => (a + b) / 2)).Concat(values.Select(v => v * 1.5)).Concat([format.MaxValue * 2, format.MaxValue * (1 + Math.Pow(2, -1 - format.MantissaBits))]);
        var random = new Random(5);
        return
        [
            .. ends.SelectMany(v => new[] { (float)v, MathF.BitIncrement((float)v), MathF.BitDecrement((float)v), -(float)v }),
            .. Enumerable.Range(-149, 277).SelectMany(e => new[] { MathF.ScaleB(1, e), -MathF.ScaleB(1.5f, e), MathF.ScaleB(1.75f, e) }),
            0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -float.NaN, float.MaxValue, float.Epsilon,
            .. Enumerable.Range(0, 20000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))),
        ];
    }

    private static Literal Any(TensorType type, Random random)
    {
        var literal = new Literal(type);
        random.NextBytes(literal.Data.Span);
        if (type.Kind.IsInteger() || type.Kind == ElementKind.I1)
        {
            // As the interpreter keeps them.
            if (type.Kind.StorageBytes() == 1)
            {
                foreach (ref byte b in literal.Data.Span)
                {
                    b = (byte)IntegerKind.Wrap(type.Kind, (sbyte)b);
                }
            }
            return literal;
        }
        if (MiniFloat.Is(type.Kind))
        {
            foreach (ref byte b in literal.Data.Span)
            {
                b &= (byte)((1 << type.Kind.BitWidth()) - 1);
            }
        }
        else if (type.Kind == ElementKind.F64)
        {
            foreach (ref double v in literal.As<double>())
            {
                v = (double)(float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-140, 140)));
            }
        }
        return literal;
    }

    private static Literal Small(TensorType type, Random random)
    {
        var literal = new Literal(type);
        double[] values = [.. Enumerable.Range(0, (int)type.Shape.ElementCount).Select(_ => type.Kind == ElementKind.F8E8M0FNU ? Math.Pow(2, random.Next(4)) : random.Next(-4, 5))];
        FloatKind.Write(type.Kind, values, literal.Data.Span);
        return literal;
    }

    private static void Compare(string text, Literal[] arguments)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        Literal[] expected = Interpreter.Run(module, "main", arguments);
        foreach (IsaLevel isa in ProgramCheck.Levels)
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Isa = isa });
            Assert.That(executable.Explain().Where(l => l.Contains("interpreter")), Is.Empty);
            CpuBuffer[] results = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))]);
            for (int r = 0; r < expected.Length; r++)
            {
                ElementKind kind = expected[r].Type.Kind;
                if (kind.IsFloat())
                {
                    double[] want = new double[expected[r].Shape.ElementCount], got = new double[want.Length];
                    FloatKind.Read(kind, expected[r].Data.Span, want);
                    FloatKind.Read(kind, results[r].Span, got);
                    int differs = Enumerable.Range(0, want.Length).FirstOrDefault(i => !want[i].Equals(got[i]) || double.IsNegative(want[i]) != double.IsNegative(got[i]) && !double.IsNaN(want[i]), -1);
                    Assert.That(differs, Is.EqualTo(-1), differs < 0 ? "" : $"{isa}, result {r}, {kind.Name()}: element {differs} is {got[differs]:R}, not {want[differs]:R}; the first argument there is {Argument(arguments[0], differs)}");
                }
                if (!kind.IsFloat() || (MiniFloat.Is(kind) && text.Contains("convert", StringComparison.Ordinal)))
                {
                    Assert.That(results[r].Span.ToArray(), Is.EqualTo(expected[r].Data.ToArray()), $"{isa}, result {r}");
                }
            }
        }

        static string Argument(Literal x, int i)
        {
            int size = x.Type.Kind.StorageBytes();
            return (i + 1) * size <= x.Data.Length ? Convert.ToHexString(x.Data.Span.Slice(i * size, size)) : "";
        }
    }
}
