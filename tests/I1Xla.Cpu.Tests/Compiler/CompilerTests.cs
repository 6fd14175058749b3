using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>The compiler against the reference interpreter, and what it promises besides results.</summary>
public class CompilerTests
{
    /// <summary>How many random programs to run: 150, or <c>I1XLA_RANDOM_PROGRAMS</c>.</summary>
    private static int ProgramCount => int.TryParse(Environment.GetEnvironmentVariable("I1XLA_RANDOM_PROGRAMS"), out int n) ? n : 150;

    /// <summary>Finalizers run for what a constructor left behind when it threw; an exception there would end the process.</summary>
    [Test]
    public void AProgramThatIsRefusedLeavesNothingForItsFinalizer()
    {
        Attempt();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Attempt() => Assert.That(
            () => CpuCompiler.Compile(I1Xla.StableHlo.Text.MlirParser.ParseModule("func.func @main(%t: !stablehlo.token, %x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }")),
            Throws.ArgumentException.With.Message.Contains("only tensors"));
    }

    [Test]
    public void RandomProgramsAgreeWithTheInterpreter()
    {
        foreach (int seed in Enumerable.Range(0, ProgramCount).Append(555).Append(988))
        {
            string text = new RandomPrograms(seed).Generate();
            ModuleOp module = MlirParser.ParseModule(text);
            FunctionType type = module.FindFunction("main")!.Value.Type;
            var random = new Random(seed);
            Literal[] arguments = type.Inputs.Select(t => Random((TensorType)t, random)).ToArray();
            Literal[] expected = Interpreter.Run(module, "main", arguments);
            foreach (CpuCompileOptions options in ProgramCheck.BackEnds)
            {
                using CpuExecutable executable = CpuCompiler.Compile(module, options);
                CpuBuffer[] results = executable.Execute(arguments.Select(a => new CpuBuffer(a)).ToArray());
                for (int i = 0; i < results.Length; i++)
                {
                    Assert.That(Distance(expected[i].As<float>(), results[i].ToArray<float>()), Is.LessThan(2e-4), $"seed {seed}, {options.Isa}, result {i}\n{text}");
                }
            }
        }
    }

    [Test]
    public void ResultsGoWhereTheCallerWants()
    {
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(
            "func.func @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) { %y = stablehlo.add %x, %x : tensor<3xf32> %z = stablehlo.negate %x : tensor<3xf32> return %y, %z : tensor<3xf32>, tensor<3xf32> }"));
        using var x = new CpuBuffer(Literal.Create<float>(ElementKind.F32, new Shape(3), [1, 2, 3]));
        CpuBuffer[] first = executable.Execute([x]);
        x.As<float>()[0] = 5;
        CpuBuffer[] second = executable.Execute([x], into: first);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(second[0].As<float>().ToArray(), Is.EqualTo(new float[] { 10, 4, 6 }));
        Assert.That(() => executable.Execute([x], into: [first[0]]), Throws.ArgumentException.With.Message.Contains("the results are"));
        Array.ForEach(first, b => b.Dispose());
    }

    [TestCase(64)]
    [TestCase(74)]
    public void EveryOtherBf16IsReadAndWrittenInMachineCode(int width)
    {
        // A rotation of neighbours, as in rotary embeddings; 37 pairs end under a mask.
        int half = width / 2;
        string text = $$"""
            module {
              func.func public @main(%x: tensor<50x{{width}}xbf16>, %c: tensor<50x{{half}}xbf16>) -> (tensor<50x{{width}}xbf16>, tensor<50x{{half}}xbf16>) {
                %e = stablehlo.slice %x [0:50, 0:{{width}}:2] : (tensor<50x{{width}}xbf16>) -> tensor<50x{{half}}xbf16>
                %o = stablehlo.slice %x [0:50, 1:{{width}}:2] : (tensor<50x{{width}}xbf16>) -> tensor<50x{{half}}xbf16>
                %a = stablehlo.multiply %e, %c : tensor<50x{{half}}xbf16>
                %b = stablehlo.multiply %o, %c : tensor<50x{{half}}xbf16>
                %p = stablehlo.subtract %a, %o : tensor<50x{{half}}xbf16>
                %q = stablehlo.add %b, %e : tensor<50x{{half}}xbf16>
                %p1 = stablehlo.reshape %p : (tensor<50x{{half}}xbf16>) -> tensor<50x{{half}}x1xbf16>
                %q1 = stablehlo.reshape %q : (tensor<50x{{half}}xbf16>) -> tensor<50x{{half}}x1xbf16>
                %z = stablehlo.concatenate %p1, %q1, dim = 2 : (tensor<50x{{half}}x1xbf16>, tensor<50x{{half}}x1xbf16>) -> tensor<50x{{half}}x2xbf16>
                %r = stablehlo.reshape %z : (tensor<50x{{half}}x2xbf16>) -> tensor<50x{{width}}xbf16>
                return %r, %a : tensor<50x{{width}}xbf16>, tensor<50x{{half}}xbf16>
              }
            }
            """;
        ProgramCheck.Check(text);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text));
        Assert.That(executable.Explain(), Is.Empty);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void StepsThatDoNotDependOnEachOtherRunAtOnce(int threads)
    {
        // Two chains over two streams, products of both, sums of both, and an argument that is read before it is written over.
        const string Text = """
            module {
              func.func public @main(%x: tensor<192x64xf32>, %y: tensor<160x64xf32>, %w: tensor<64x96xf32> {tf.aliasing_output = 4 : i32}) -> (tensor<64x96xf32>, tensor<64x96xf32>, tensor<96xf32>, tensor<96xf32>, tensor<64x96xf32>) {
                %zero = stablehlo.constant dense<0.0> : tensor<f32>
                %a = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<192x64xf32>, tensor<64x96xf32>) -> tensor<192x96xf32>
                %b = stablehlo.dot_general %y, %w, contracting_dims = [1] x [0] : (tensor<160x64xf32>, tensor<64x96xf32>) -> tensor<160x96xf32>
                %ta = stablehlo.tanh %a : tensor<192x96xf32>
                %tb = stablehlo.tanh %b : tensor<160x96xf32>
                %da = stablehlo.dot_general %x, %ta, contracting_dims = [0] x [0] : (tensor<192x64xf32>, tensor<192x96xf32>) -> tensor<64x96xf32>
                %db = stablehlo.dot_general %y, %tb, contracting_dims = [0] x [0] : (tensor<160x64xf32>, tensor<160x96xf32>) -> tensor<64x96xf32>
                %sa = stablehlo.reduce(%ta init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<192x96xf32>, tensor<f32>) -> tensor<96xf32>
                %sb = stablehlo.reduce(%tb init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<160x96xf32>, tensor<f32>) -> tensor<96xf32>
                %n = stablehlo.subtract %w, %da : tensor<64x96xf32>
                %m = stablehlo.subtract %n, %db : tensor<64x96xf32>
                return %da, %db, %sa, %sb, %m : tensor<64x96xf32>, tensor<64x96xf32>, tensor<96xf32>, tensor<96xf32>, tensor<64x96xf32>
              }
            }
            """;
        ModuleOp module = MlirParser.ParseModule(Text);
        using var pool = new WorkerPool(threads);
        using CpuExecutable executable = CpuCompiler.Compile(module, new CpuCompileOptions { Pool = pool }), plain = CpuCompiler.Compile(module, new CpuCompileOptions { Fuse = false, Pool = pool });
        Assert.That(executable.ResultAliases[4], Is.EqualTo(2));
        var random = new Random(3);
        Literal[] arguments = [.. executable.ParameterTypes.Select(t => Random(t, random))];
        Literal[] expected = Interpreter.Run(module, "main", arguments);
        for (int run = 0; run < 3; run++)
        {
            CpuBuffer[] results = executable.Execute([.. arguments.Select(a => new CpuBuffer(a))], statistics: true);
            for (int i = 0; i < results.Length; i++)
            {
                float[] want = expected[i].As<float>().ToArray();
                Assert.That(results[i].ToArray<float>(), Is.EqualTo(want).Within(1e-4 * (1 + want.Max(Math.Abs))), $"result {i}");
            }
        }
        Assert.That(executable.Statistics().Any(s => s.Name.Contains("at once")));
        Assert.That(executable.Statistics().Count, Is.LessThan(plain.Statistics().Count));
    }

    [Test]
    public void DonatedArgumentsAreOverwritten()
    {
        const string Text = """
            module {
              func.func public @main(%arg0: tensor<100xf32> {tf.aliasing_output = 0 : i32}, %arg1: tensor<100xf32>) -> tensor<100xf32> {
                %0 = stablehlo.add %arg0, %arg1 : tensor<100xf32>
                return %0 : tensor<100xf32>
              }
            }
            """;
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text));
        Assert.That(executable.ResultAliases, Is.EqualTo(new[] { 0 }));
        CpuBuffer state = Filled(2), step = Filled(3);
        CpuBuffer kept = executable.Execute([state, step], new HashSet<int> { 0 })[0];
        Assert.That(state.IsDeleted, Is.False);
        Assert.That(kept.ToArray<float>(), Is.All.EqualTo(5f));
        Assert.That(state.ToArray<float>(), Is.All.EqualTo(2f));
        CpuBuffer next = executable.Execute([state, step])[0];
        Assert.That(state.IsDeleted, Is.True);
        Assert.That(next.ToArray<float>(), Is.All.EqualTo(5f));
    }

    [Test]
    public void AdamWritesAllItsStateInOneLoopAndInPlace()
    {
        const string Text = """
            module {
              func.func public @main(%p: tensor<64x64xf32> {tf.aliasing_output = 0 : i32}, %m: tensor<64x64xbf16> {tf.aliasing_output = 1 : i32},
                  %v: tensor<64x64xf32> {tf.aliasing_output = 2 : i32}, %g: tensor<64x64xf32>) -> (tensor<64x64xf32>, tensor<64x64xbf16>, tensor<64x64xf32>) {
                %b1 = stablehlo.constant dense<0.9> : tensor<64x64xf32>
                %c1 = stablehlo.constant dense<0.1> : tensor<64x64xf32>
                %e = stablehlo.constant dense<1.0e-8> : tensor<64x64xf32>
                %mf = stablehlo.convert %m : (tensor<64x64xbf16>) -> tensor<64x64xf32>
                %m1 = stablehlo.multiply %mf, %b1 : tensor<64x64xf32>
                %g1 = stablehlo.multiply %g, %c1 : tensor<64x64xf32>
                %mn = stablehlo.add %m1, %g1 : tensor<64x64xf32>
                %mb = stablehlo.convert %mn : (tensor<64x64xf32>) -> tensor<64x64xbf16>
                %gg = stablehlo.multiply %g, %g : tensor<64x64xf32>
                %v1 = stablehlo.multiply %v, %b1 : tensor<64x64xf32>
                %v2 = stablehlo.multiply %gg, %c1 : tensor<64x64xf32>
                %vn = stablehlo.add %v1, %v2 : tensor<64x64xf32>
                %s = stablehlo.sqrt %vn : tensor<64x64xf32>
                %d = stablehlo.add %s, %e : tensor<64x64xf32>
                %u = stablehlo.divide %mn, %d : tensor<64x64xf32>
                %pn = stablehlo.subtract %p, %u : tensor<64x64xf32>
                return %pn, %mb, %vn : tensor<64x64xf32>, tensor<64x64xbf16>, tensor<64x64xf32>
              }
            }
            """;
        string fused = "";
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text), new CpuCompileOptions { OnPass = (pass, text) => fused += pass == "fuse" ? text : "" });
        Assert.That(executable.ResultAliases, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(fused.Split("kernel outer").Length - 1, Is.EqualTo(1), fused);
    }

    [Test]
    public void SoftmaxIsOneLoop()
    {
        const string Text = """
            module {
              func.func public @main(%x: tensor<64x256xf32>) -> tensor<64x256xf32> {
                %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
                %zero = stablehlo.constant dense<0.0> : tensor<f32>
                %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<64x256xf32>, tensor<f32>) -> tensor<64xf32>
                %mb = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<64xf32>) -> tensor<64x256xf32>
                %d = stablehlo.subtract %x, %mb : tensor<64x256xf32>
                %e = stablehlo.exponential %d : tensor<64x256xf32>
                %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<64x256xf32>, tensor<f32>) -> tensor<64xf32>
                %sb = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<64xf32>) -> tensor<64x256xf32>
                %y = stablehlo.divide %e, %sb : tensor<64x256xf32>
                return %y : tensor<64x256xf32>
              }
            }
            """;
        string fused = "";
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text), new CpuCompileOptions { OnPass = (pass, text) => fused += pass == "fuse" ? text : "" });
        Assert.That(fused.Split("kernel outer").Length - 1, Is.EqualTo(1), fused);
        using CpuBuffer y = executable.Execute([new CpuBuffer(Random(new TensorType(ElementKind.F32, [64, 256]), new Random(3)))])[0];
        for (int row = 0; row < 64; row++)
        {
            float sum = 0;
            foreach (float value in y.As<float>().Slice(row * 256, 256))
            {
                sum += value;
            }
            Assert.That(sum, Is.EqualTo(1).Within(1e-5));
        }
    }

    [Test]
    public void CheckedRunsNameTheOperationThatMadeANaN()
    {
        const string Text = """
            module {
              func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
                %a = stablehlo.abs %x : tensor<4xf32> loc("model.cs":10:1)
                %b = stablehlo.log %x : tensor<4xf32> loc("model.cs":11:1)
                %c = stablehlo.add %a, %b : tensor<4xf32> loc("model.cs":12:1)
                return %c : tensor<4xf32>
              }
            }
            """;
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Text), new CpuCompileOptions { Fuse = false, CheckNaN = true });
        CpuBuffer x = new(Literal.Create<float>(ElementKind.F32, [4], [1, 2, -3, 4]));
        CpuNaNException? error = Assert.Throws<CpuNaNException>(() => executable.Execute([x]));
        Assert.That(error!.Message, Does.Contain("stablehlo.log at model.cs:11").And.Contain("[2]"));
    }

    [Test]
    public void WrongArgumentsAreNamed()
    {
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule("module { func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> } }"));
        Assert.That(() => executable.Execute([Filled(1)]), Throws.ArgumentException.With.Message.Contains("argument 0 is f32(100); the program takes f32(4)"));
    }

    private static CpuBuffer Filled(float value)
    {
        var buffer = new CpuBuffer(new TensorType(ElementKind.F32, [100]));
        buffer.As<float>().Fill(value);
        return buffer;
    }

    private static Literal Random(TensorType type, Random random)
    {
        var literal = new Literal(type);
        foreach (ref float f in literal.As<float>())
        {
            f = random.NextSingle() * 2 - 1;
        }
        return literal;
    }

    private static double Distance(ReadOnlySpan<float> want, ReadOnlySpan<float> got)
    {
        double scale = 1e-3, worst = 0;
        foreach (float w in want)
        {
            scale = float.IsFinite(w) ? Math.Max(scale, Math.Abs(w)) : scale;
        }
        for (int i = 0; i < want.Length; i++)
        {
            bool same = want[i] == got[i] || (float.IsNaN(want[i]) && float.IsNaN(got[i]));
            double error = same ? 0 : Math.Abs((double)want[i] - got[i]) / scale;
            worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
        }
        return worst;
    }
}
