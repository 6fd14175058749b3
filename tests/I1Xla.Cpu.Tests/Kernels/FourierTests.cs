using System.Numerics;
using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Kernels;

/// <summary>Fourier transforms against sums written out in f64, and against the interpreter.</summary>
public class FourierTests
{
    private static IEnumerable<int> Lengths() => [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 25, 27, 30, 31, 32, 35, 37, 41, 49, 60, 64, 74, 97, 100, 101, 121, 128, 210, 211, 256, 360, 1000, 1024];

    [Test]
    public void LinesAreSums([ValueSource(nameof(Lengths))] int length, [Values("f32", "f64")] string kind)
    {
        foreach (string type in new[] { "FFT", "IFFT", "RFFT", "IRFFT" })
        {
            // More lines than lanes, and not a whole number of times.
            Check(type, kind, [length < 100 ? 19 : 3], [], length, kind == "f32" ? 4e-6 : 4e-14);
        }
    }

    [TestCase(4097, "f32")]
    [TestCase(8192, "f32")]
    [TestCase(6000, "f64")]
    [TestCase(10007, "f64")]
    [TestCase(16384, "f32")]
    public void LongLinesAreSums(int length, string kind)
    {
        foreach (string type in new[] { "FFT", "IFFT", "RFFT", "IRFFT" })
        {
            Check(type, kind, [], [], length, kind == "f32" ? 8e-6 : 4e-13);
        }
        Check("FFT", kind, [7], [], length, kind == "f32" ? 8e-6 : 4e-13);
    }

    [TestCase("FFT", "3x6x10x7", "3x6x10x7", 2)]
    [TestCase("IFFT", "3x6x10x7", "3x6x10x7", 3)]
    [TestCase("FFT", "3x12x20", "3x12x20", 2)]
    [TestCase("IFFT", "3x13x20", "3x13x20", 2)]
    [TestCase("RFFT", "3x12x22", "3x12x12", 2)]
    [TestCase("IRFFT", "9x12x12", "9x12x22", 2)]
    [TestCase("RFFT", "5x6x10", "5x6x6", 2)]
    [TestCase("RFFT", "5x6x9", "5x6x5", 3)]
    [TestCase("IRFFT", "5x6x6", "5x6x10", 2)]
    [TestCase("IRFFT", "5x6x5", "5x6x9", 3)]
    public void SeveralDimensionsAgreeWithTheInterpreter(string type, string from, string to, int count)
    {
        foreach (string kind in new[] { "f32", "f64" })
        {
            string x = $"tensor<{from}x{(type == "RFFT" ? kind : $"complex<{kind}>")}>", y = $"tensor<{to}x{(type == "IRFFT" ? kind : $"complex<{kind}>")}>";
            string lengths = string.Join(", ", (type == "IRFFT" ? to : from).Split('x').TakeLast(count));
            ModuleOp module = MlirParser.ParseModule($"func.func @main(%x: {x}) -> {y} {{ %0 = stablehlo.fft %x, type = {type}, length = [{lengths}] : ({x}) -> {y} return %0 : {y} }}");
            Literal argument = Random((TensorType)module.FindFunction("main")!.Value.Type.Inputs[0]);
            double[] want = Numbers(Interpreter.Run(module, "main", [argument])[0]), got = Run(module, argument, CpuIsa.Detected);
            double scale = want.Max(Math.Abs);
            Assert.That(want.Zip(got, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(scale * (kind == "f32" ? 1e-6 : 1e-14)));
        }
    }

    private static void Check(string type, string kind, int[] before, int[] inner, int length, double tolerance)
    {
        int half = (length / 2) + 1;
        string Shape(int n) => string.Concat([.. before.Select(d => d + "x"), n + "x", .. inner.Select(d => d + "x")]);
        string x = type == "RFFT" ? $"tensor<{Shape(length)}{kind}>" : $"tensor<{Shape(type == "IRFFT" ? half : length)}complex<{kind}>>";
        string y = type == "IRFFT" ? $"tensor<{Shape(length)}{kind}>" : $"tensor<{Shape(type == "RFFT" ? half : length)}complex<{kind}>>";
        ModuleOp module = MlirParser.ParseModule($"func.func @main(%x: {x}) -> {y} {{ %0 = stablehlo.fft %x, type = {type}, length = [{length}] : ({x}) -> {y} return %0 : {y} }}");
        Literal argument = Random((TensorType)module.FindFunction("main")!.Value.Type.Inputs[0]);
        double[] got = Run(module, argument, CpuIsa.Detected), given = Numbers(argument);
        int lines = before.Length == 0 ? 1 : before[0], from = given.Length / lines, to = got.Length / lines;
        // A few lines, and of long ones a few elements. The sums, made one term after the other, have errors of their own.
        var random = new Random(3);
        double[] cos = new double[length], sin = new double[length];
        for (int i = 0; i < length; i++)
        {
            (sin[i], cos[i]) = Math.SinCos((type is "FFT" or "RFFT" ? -2 : 2) * Math.PI * i / length);
        }
        foreach (int line in new[] { 0, lines / 2, lines - 1 }.Distinct())
        {
            var elements = new Complex[length];
            for (int i = 0; i < length; i++)
            {
                elements[i] = type switch
                {
                    "RFFT" => given[(line * from) + i],
                    "IRFFT" when i >= half => Complex.Conjugate(new Complex(given[(line * from) + (2 * (length - i))], given[(line * from) + (2 * (length - i)) + 1])),
                    _ => new Complex(given[(line * from) + (2 * i)], given[(line * from) + (2 * i) + 1]),
                };
            }
            double norm = Math.Sqrt(elements.Sum(e => e.Magnitude * e.Magnitude)) / (type is "IFFT" or "IRFFT" ? length : 1);
            int results = type == "IRFFT" ? to : to / 2;
            foreach (int k in results <= 256 ? Enumerable.Range(0, results) : Enumerable.Range(0, 40).Select(i => i < 2 ? i * (results - 1) : random.Next(results)))
            {
                Complex sum = Complex.Zero;
                for (int i = 0; i < length; i++)
                {
                    int turn = (int)((long)i * k % length);
                    sum += elements[i] * new Complex(cos[turn], sin[turn]);
                }
                sum /= type is "IFFT" or "IRFFT" ? length : 1;
                Complex result = type == "IRFFT" ? got[(line * to) + k] : new Complex(got[(line * to) + (2 * k)], got[(line * to) + (2 * k) + 1]);
                double error = type == "IRFFT" ? Math.Abs(result.Real - sum.Real) : (result - sum).Magnitude;
                if (error > tolerance * norm)
                {
                    Assert.Fail($"{type} of {length} {kind}, line {line}, element {k}: {result}, not {sum}; the error is {error / norm} of the norm");
                }
            }
        }
    }

    private static double[] Run(ModuleOp module, Literal argument, IsaLevel isa)
    {
        using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Isa = isa });
        Assert.That(executable.Explain(), Is.Empty);
        using CpuBuffer result = executable.Execute([new CpuBuffer(argument)])[0];
        return Numbers(result.Span, ((TensorType)module.FindFunction("main")!.Value.Type.Results[0]).Kind);
    }

    private static Literal Random(TensorType type)
    {
        var literal = new Literal(type);
        var random = new Random(11);
        if (type.Kind.RealPart() == ElementKind.F32)
        {
            foreach (ref float v in MemoryMarshal.Cast<byte, float>(literal.Data.Span))
            {
                v = (float)(random.NextDouble() - 0.3);
            }
        }
        else
        {
            foreach (ref double v in MemoryMarshal.Cast<byte, double>(literal.Data.Span))
            {
                v = random.NextDouble() - 0.3;
            }
        }
        return literal;
    }

    private static double[] Numbers(Literal literal) => Numbers(literal.Data.Span, literal.Type.Kind);

    private static double[] Numbers(ReadOnlySpan<byte> data, ElementKind kind) => kind.RealPart() == ElementKind.F32
        ? [.. MemoryMarshal.Cast<byte, float>(data).ToArray().Select(v => (double)v)] : MemoryMarshal.Cast<byte, double>(data).ToArray();
}
