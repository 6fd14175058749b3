using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Loops;

/// <summary>Functions of f64, and those of f32 that are computed in f64, in units of the last place; special values; the same bits on every back end.</summary>
public class LoopDoubleMathTests
{
    private static readonly double[] s_ends = [0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1e-310, -1e-310, 1e-5, 0.25, 22, 709.7, -745, -708, 710, 1e300, -1e300, 1e-300, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.MaxValue, double.Epsilon];

    private static IEnumerable<TestCaseData> Functions()
    {
        yield return Case("exponential", Math.Exp, 2);
        yield return Case("exponential_minus_one", ElementaryFunctions.ExpM1, 4);
        yield return Case("log", Math.Log, 2);
        yield return Case("log_plus_one", ElementaryFunctions.Log1P, 4);
        yield return Case("logistic", x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)), 4);
        yield return Case("tanh", Math.Tanh, 4);
        yield return Case("cbrt", Math.Cbrt, 4);
        yield return Case("sine", ExactTrigonometry.Sine, 2);
        yield return Case("cosine", ExactTrigonometry.Cosine, 2);
        yield return Case("tan", ExactTrigonometry.Tangent, 4);

        static TestCaseData Case(string op, Func<double, double> exact, double bound) => new TestCaseData(op, exact, bound).SetArgDisplayNames(op);
    }

    [TestCaseSource(nameof(Functions))]
    public void FunctionsOfF64(string op, Func<double, double> exact, double bound)
    {
        var random = new Random(3);
        double[] x =
        [
            .. s_ends, .. s_ends.Select(Math.BitIncrement), .. s_ends.Select(Math.BitDecrement), .. NearQuarterTurns(random),
            .. Enumerable.Range(0, 30000).Select(_ => (random.NextDouble() - 0.5) * 4), .. Enumerable.Range(0, 20000).Select(_ => (random.NextDouble() - 0.5) * 1500),
            .. Enumerable.Range(0, 20000).Select(_ => 1 + ((random.NextDouble() - 0.5) * Math.Pow(2, -random.Next(50)))),
            .. Enumerable.Range(0, 20000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
        ];
        string t = $"tensor<{x.Length}xf64>";
        double[][] results = [.. ProgramCheck.Levels.Select(isa => Run<double>($"func.func @main(%x: {t}) -> {t} {{ %0 = stablehlo.{op} %x : {t} return %0 : {t} }}", isa, x))];
        for (int i = 0; i < x.Length; i++)
        {
            double want = exact(x[i]), got = results[0][i];
            bool same = want.Equals(got) || want == got;
            double ulp = Math.BitIncrement(Math.Abs(want)) - Math.Abs(want);
            if (!same && !(Math.Abs(got - want) <= bound * ulp) && !(double.IsInfinity(want) && Math.Abs(got) == double.MaxValue))
            {
                Assert.Fail($"{op} of {x[i]:R}: {got:R}, not {want:R}, {Math.Abs(got - want) / ulp} units");
            }
            Assert.That(results.All(r => r[i].Equals(got)), $"{op} of {x[i]:R} differs between back ends");
        }
    }

    // Multiples of π/2, of which little is left, up to the largest; the first two are the double that lies nearest to one, and its negative (Muller, "Elementary functions", 3rd edition, table 11.1).
    private static IEnumerable<double> NearQuarterTurns(Random random) =>
    [
        6381956970095103 * Math.Pow(2, 797), -6381956970095103 * Math.Pow(2, 797), 134217727.9, 134217728, 134217729,
        .. Enumerable.Range(1, 3000).SelectMany(n => Around(n * (Math.PI / 2))),
        .. Enumerable.Range(0, 3000).SelectMany(_ => Around(Math.Round(Math.Pow(2, random.NextDouble() * 52)) * (Math.PI / 2))),
        .. Enumerable.Range(27, 996).Select(e => Math.ScaleB(1 + random.NextDouble(), e)),
    ];

    private static double[] Around(double x) => [x, -x, Math.BitIncrement(x), Math.BitDecrement(x)];

    private static IEnumerable<TestCaseData> FunctionsOfTwo()
    {
        yield return Case("atan2", "f64", Math.Atan2, 4);
        yield return Case("power", "f64", Math.Pow, 2);
        yield return Case("remainder", "f64", (x, y) => x % y, 0);
        yield return Case("remainder", "f32", (x, y) => x % y, 0);

        static TestCaseData Case(string op, string kind, Func<double, double, double> exact, double bound) => new TestCaseData(op, kind, exact, bound).SetArgDisplayNames(op, kind);
    }

    [TestCaseSource(nameof(FunctionsOfTwo))]
    public void FunctionsOfTwoOperands(string op, string kind, Func<double, double, double> exact, double bound)
    {
        var random = new Random(3);
        double Any() => kind == "f64" ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
        double[] ends = [.. s_ends, 5, 7, -7, 4.5, 1e-40, 16777217, 9007199254740993, 4503599627370495.5, float.MaxValue, -float.Epsilon];
        (double X, double Y)[] pairs =
        [
            .. from x in ends from y in ends select (x, y),
            .. Enumerable.Range(0, 40000).Select(_ => (random.NextDouble() * 10, (random.NextDouble() - 0.5) * 600)),
            .. Enumerable.Range(0, 20000).Select(_ => (1 + ((random.NextDouble() - 0.5) * Math.Pow(2, -random.Next(45))), (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(50)))),
            .. Enumerable.Range(0, 20000).Select(_ => ((random.NextDouble() - 0.5) * 10, (random.NextDouble() - 0.5) * 10)),
            .. Enumerable.Range(0, 20000).Select(_ => ((double)random.Next(-30, 30), (double)random.Next(-20, 20))),
            .. Enumerable.Range(0, 20000).Select(_ => (Any(), Any())),
            .. Enumerable.Range(0, 10000).Select(_ => (Any(), (random.NextDouble() - 0.5) * 4)),
        ];
        if (kind == "f32")
        {
            pairs = [.. pairs.Select(p => ((double)(float)p.X, (double)(float)p.Y))];
        }
        string t = $"tensor<{pairs.Length}x{kind}>", text = $"func.func @main(%x: {t}, %y: {t}) -> {t} {{ %0 = stablehlo.{op} %x, %y : {t} return %0 : {t} }}";
        double[][] results =
        [
            .. ProgramCheck.Levels.Select(isa => kind == "f64" ? Run<double>(text, isa, [.. pairs.Select(p => p.X)], [.. pairs.Select(p => p.Y)])
                : [.. Run<float>(text, isa, [.. pairs.Select(p => (float)p.X)], [.. pairs.Select(p => (float)p.Y)]).Select(v => (double)v)]),
        ];
        for (int i = 0; i < pairs.Length; i++)
        {
            (double x, double y) = pairs[i];
            double want = exact(x, y), got = results[0][i], ulp = Math.BitIncrement(Math.Abs(want)) - Math.Abs(want);
            bool same = want.Equals(got) && (double.IsNaN(want) || double.IsNegative(want) == double.IsNegative(got));
            if (!same && !(Math.Abs(got - want) <= bound * ulp))
            {
                Assert.Fail($"{op} of {x:R} and {y:R}: {got:R}, not {want:R}, {Math.Abs(got - want) / ulp} units");
            }
            Assert.That(results.All(r => r[i].Equals(got)), $"{op} of {x:R} and {y:R} differs between back ends");
        }
    }

    [Test]
    public void PowersOfF32()
    {
        var random = new Random(3);
        float[] ends = [.. s_ends.Select(e => (float)e), 5, 7, 1e30f, -1e30f, 1e-40f, 88, 1.5f, -2.5f, 16777216, 16777217, -16777215];
        (float X, float Y)[] pairs =
        [
            .. from x in ends from y in ends select (x, y),
            .. Enumerable.Range(0, 40000).Select(_ => ((float)(random.NextDouble() * 10), (float)((random.NextDouble() - 0.5) * 60))),
            .. Enumerable.Range(0, 10000).Select(_ => ((float)random.Next(-30, 30), (float)random.Next(-6, 7))),
        ];
        string t = $"tensor<{pairs.Length}xf32>";
        foreach (IsaLevel isa in ProgramCheck.Levels)
        {
            float[] got = Run($"func.func @main(%x: {t}, %y: {t}) -> {t} {{ %0 = stablehlo.power %x, %y : {t} return %0 : {t} }}", isa, [.. pairs.Select(p => p.X)], [.. pairs.Select(p => p.Y)]);
            for (int i = 0; i < pairs.Length; i++)
            {
                float want = (float)Math.Pow(pairs[i].X, pairs[i].Y);
                // Whole powers may lie in the middle between two floats: then either may come.
                if (!want.Equals(got[i]) && MathF.BitIncrement(want) != got[i] && MathF.BitDecrement(want) != got[i])
                {
                    Assert.Fail($"{isa}: {pairs[i].X:R} to the power of {pairs[i].Y:R} is {want:R}, not {got[i]:R}");
                }
            }
            Assert.That(pairs.Where((p, i) => !((float)Math.Pow(p.X, p.Y)).Equals(got[i])).Count(), Is.LessThan(50), "nearly all are rounded to nearest");
        }
    }

    private static T[] Run<T>(string text, IsaLevel isa, params T[][] arguments) where T : unmanaged
    {
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions { Isa = isa });
        if (isa > IsaLevel.Portable)
        {
            Assert.That(executable.Explain(), Is.Empty);
        }
        CpuBuffer[] buffers = [.. arguments.Select(_ => new CpuBuffer(new TensorType(typeof(T) == typeof(float) ? ElementKind.F32 : ElementKind.F64, new Shape([arguments[0].Length]))))];
        for (int i = 0; i < buffers.Length; i++)
        {
            arguments[i].CopyTo(buffers[i].As<T>());
        }
        using CpuBuffer result = executable.Execute(buffers)[0];
        return result.As<T>().ToArray();
    }
}
