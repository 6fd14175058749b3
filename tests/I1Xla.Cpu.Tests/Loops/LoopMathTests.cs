using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Loops;

/// <summary>
/// Functions of f32 against f64, in units of the last place of the correct result. Every 4,099th float is tried, and every one when
/// <c>I1XLA_FULL_SWEEP</c> is 1 (minutes a function).
/// </summary>
public class LoopMathTests
{
    private const int Block = 1 << 20;

    private static bool IsFull => Environment.GetEnvironmentVariable("I1XLA_FULL_SWEEP") == "1";

    private static IEnumerable<TestCaseData> Functions() =>
        from isa in ProgramCheck.Levels
        from function in Exact()
        select new TestCaseData([isa, .. function.Arguments]).SetArgDisplayNames(isa.ToString(), (string)function.Arguments[0]!);

    private static IEnumerable<TestCaseData> Exact()
    {
        yield return Case("stablehlo.exponential", Math.Exp, 2);
        yield return Case("stablehlo.exponential_minus_one", x => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Abs(x) < 0.5 ? 2 * Math.Sinh(x / 2) * Math.Exp(x / 2) : Math.Exp(x) - 1, 2);
        yield return Case("stablehlo.log", Math.Log, 2);
        yield return Case("stablehlo.log_plus_one", x => Math.Abs(x) < 1e-5 ? x - (x * x / 2) : Log1P(x), 2.53);
        yield return Case("stablehlo.tanh", Math.Tanh, 2);
        yield return Case("stablehlo.cbrt", Math.Cbrt, 0.501);
        yield return Case("stablehlo.sine", Math.Sin, 2);
        yield return Case("stablehlo.cosine", Math.Cos, 2);
        yield return Case("stablehlo.tan", Math.Tan, 4);
        yield return Case("stablehlo.logistic", x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)), 4);
        yield return Case("chlo.erf", x => Math.Abs(x) < 1e-5 ? 2 / Math.Sqrt(Math.PI) * x : SpecialFunctions.Erf(x), 2);

        static TestCaseData Case(string op, Func<double, double> exact, double bound) => new(op, exact, bound);
    }

    [TestCaseSource(nameof(Functions))]
    public void IsWithinItsBound(IsaLevel isa, string op, Func<double, double> exact, double bound)
    {
        string text = $$"""
            func.func @main(%x: tensor<{{Block}}xf32>) -> tensor<{{Block}}xf32> {
              %0 = "{{op}}"(%x) : (tensor<{{Block}}xf32>) -> tensor<{{Block}}xf32>
              return %0 : tensor<{{Block}}xf32>
            }
            """;
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions { Isa = isa });
        Assert.That(executable.Explain(), isa > IsaLevel.Portable ? Is.Empty : Has.Count.EqualTo(1));
        using var x = new CpuBuffer(new TensorType(ElementKind.F32, new Shape([Block])));
        (double worst, float at) = (0, 0);
        uint step = IsFull ? 1u : 4099u;
        for (ulong next = 0; next < 1UL << 32;)
        {
            Span<float> values = x.As<float>();
            int count = 0;
            for (; count < Block && next < 1UL << 32; next += step)
            {
                values[count++] = BitConverter.UInt32BitsToSingle((uint)next);
            }
            values[count..].Fill(1);
            using CpuBuffer y = executable.Execute([x])[0];
            for (int i = 0; i < count; i++)
            {
                double distance = Ulps(y.As<float>()[i], exact(values[i]));
                if (distance > worst)
                {
                    (worst, at) = (distance, values[i]);
                }
            }
        }
        Assert.That(worst, Is.LessThanOrEqualTo(bound), $"{op} of {at:R} in {isa}");
        TestContext.Out.WriteLine($"{op}: {worst:F3} at {at:R}");
    }

    [Test]
    public void AllBackEndsGiveTheSameBits()
    {
        float[] x = [.. Enumerable.Range(0, 1 << 18).Select(i => BitConverter.Int32BitsToSingle(i * 16381))];
        foreach (string op in Exact().Select(f => (string)f.Arguments[0]!))
        {
            float[][] results = [.. ProgramCheck.Levels.Select(isa => Apply(isa, op, x))];
            foreach (float[] other in results[1..])
            {
                int differs = Enumerable.Range(0, x.Length).FirstOrDefault(i => !(float.IsNaN(other[i]) && float.IsNaN(results[0][i])) && BitConverter.SingleToInt32Bits(other[i]) != BitConverter.SingleToInt32Bits(results[0][i]), -1);
                Assert.That(differs, Is.EqualTo(-1), differs < 0 ? "" : $"{op} of {x[differs]:R}: {results[0][differs]:R} and {other[differs]:R}");
            }
        }
    }

    [TestCaseSource(typeof(ProgramCheck), nameof(ProgramCheck.Levels))]
    public void SpecialValues(IsaLevel isa)
    {
        float[] x = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        Assert.That(Apply(isa, "stablehlo.exponential", x), Is.EqualTo(new[] { 1f, 1, float.PositiveInfinity, 0, float.NaN }));
        // The last finite result, the first infinite one, a subnormal one, the least one.
        Assert.That(
            Apply(isa, "stablehlo.exponential", [88.72283f, 88.72284f, -100, -103.5f, -104]), Is.EqualTo(new[] { 3.40279852e38f, float.PositiveInfinity, 3.783505853677006e-44f, 1.401298464324817e-45f, 0 }));
        Assert.That(Apply(isa, "stablehlo.tanh", x), Is.EqualTo(new[] { 0f, -0f, 1, -1, float.NaN }));
        Assert.That(Apply(isa, "stablehlo.tanh", x).Select(float.IsNegative).Take(2), Is.EqualTo(new[] { false, true }));
        Assert.That(Apply(isa, "stablehlo.cbrt", x), Is.EqualTo(new[] { 0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN }));
        Assert.That(Apply(isa, "stablehlo.cbrt", x).Select(float.IsNegative).Take(2), Is.EqualTo(new[] { false, true }));
        Assert.That(Apply(isa, "stablehlo.cbrt", [8, -27, 64e-42f, float.Epsilon]), Is.EqualTo(new[] { 2, -3, MathF.Cbrt(64e-42f), MathF.Cbrt(float.Epsilon) }));
        Assert.That(Apply(isa, "chlo.erf", x), Is.EqualTo(new[] { 0f, -0f, 1, -1, float.NaN }));
        Assert.That(Apply(isa, "stablehlo.sine", x), Is.EqualTo(new[] { 0f, -0f, float.NaN, float.NaN, float.NaN }));
        Assert.That(Apply(isa, "stablehlo.cosine", x), Is.EqualTo(new[] { 1f, 1, float.NaN, float.NaN, float.NaN }));
        Assert.That(Apply(isa, "stablehlo.logistic", x), Is.EqualTo(new[] { 0.5f, 0.5f, 1, 0, float.NaN }));
        Assert.That(Apply(isa, "stablehlo.sine", x).Select(float.IsNegative).Take(2), Is.EqualTo(new[] { false, true }));
    }

    private static float[] Apply(IsaLevel isa, string op, float[] x)
    {
        string type = $"tensor<{x.Length}xf32>";
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule($"func.func @main(%x: {type}) -> {type} {{ %0 = \"{op}\"(%x) : ({type}) -> {type} return %0 : {type} }}"), new CpuCompileOptions { Isa = isa });
        using var buffer = new CpuBuffer(new TensorType(ElementKind.F32, new Shape([x.Length])));
        x.CopyTo(buffer.As<float>());
        using CpuBuffer result = executable.Execute([buffer])[0];
        return result.As<float>().ToArray();
    }

    private static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 0 || double.IsInfinity(u) || double.IsNaN(u) ? Math.Log(u) : Math.Log(u) + ((x - (u - 1)) / u);
    }

    private static double Ulps(float got, double want)
    {
        float nearest = (float)want;
        if (float.IsNaN(nearest) || float.IsNaN(got))
        {
            return float.IsNaN(nearest) && float.IsNaN(got) ? 0 : double.PositiveInfinity;
        }
        if (float.IsInfinity(nearest) || float.IsInfinity(got))
        {
            return got == nearest ? 0 : float.IsInfinity(nearest) && got == MathF.CopySign(float.MaxValue, nearest) ? 1 : double.PositiveInfinity;
        }
        int exponent = Math.Abs(want) < 1.1754943508222875e-38 ? -126 : Math.ILogB(want);
        return Math.Abs(got - want) / Math.ScaleB(1, exponent - 23);
    }
}
