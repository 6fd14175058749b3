using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>What checkpointing saves, by the compilers' own accounts, and that it changes no numbers.</summary>
public class RematerialisationTests
{
    private const int Layers = 4;

    private static Tensor Layer(Scope scope, Tensor x)
    {
        Tensor up = scope.Param("up", [x.Shape[^1], 4 * x.Shape[^1]], Initializers.LecunNormal());
        Tensor down = scope.Param("down", [4 * x.Shape[^1], x.Shape[^1]], Initializers.LecunNormal());
        Tensor h = Autodiff.CheckpointName(Jnp.MatMul(x, up), "hidden");
        return x + Jnp.MatMul(Nn.Gelu(h) * Autodiff.CheckpointName(Nn.Sigmoid(h), "gate"), down);
    }

    private static TracedModule Train(CheckpointPolicy? policy, int width, int rows, int layers = Layers)
    {
        ArgumentSpec[] arguments =
        [
            new("x", ElementKind.F32, [rows, width]),
            .. Enumerable.Range(0, layers).SelectMany(i => new ArgumentSpec[] { new($"l{i}/up", ElementKind.F32, [width, 4 * width]), new($"l{i}/down", ElementKind.F32, [4 * width, width]) }),
        ];
        return Jit.Trace("train", arguments, a =>
        {
            var parameters = new ParameterSet(arguments.Skip(1).Select(p => p.Name), a.Skip(1));
            (Tensor loss, ParameterSet gradients) = Autodiff.ValueAndGrad(p =>
            {
                Tensor x = a[0];
                for (int i = 0; i < layers; i++)
                {
                    x = Scope.Bind(p).Child($"l{i}").Call(Layer, x, policy);
                }
                return Jnp.Mean(x * x);
            }, parameters);
            return [loss, .. gradients.Values];
        });
    }

    private static CheckpointPolicy?[] Policies =>
    [
        null, CheckpointPolicy.NothingSaveable, CheckpointPolicy.EverythingSaveable, CheckpointPolicy.DotsSaveable, CheckpointPolicy.DotsWithNoBatchDimsSaveable,
        CheckpointPolicy.SaveOnlyTheseNames("hidden"), CheckpointPolicy.SaveAnyNamesButThese("hidden"), CheckpointPolicy.OffloadTheseNames("hidden"),
        CheckpointPolicy.SaveAnythingExceptTheseNames("hidden"), CheckpointPolicy.SaveAndOffloadOnlyTheseNames(["gate"], ["hidden"]), CheckpointPolicy.OffloadDotsWithNoBatchDims,
        CheckpointPolicy.SaveFromBoth(CheckpointPolicy.SaveOnlyTheseNames("hidden"), CheckpointPolicy.DotsSaveable),
    ];

    [Test]
    public void PoliciesChangeNoNumbers()
    {
        var random = new Random(3);
        TracedModule plain = Train(null, 8, 4);
        Literal[] values = [.. plain.Arguments.Select(a => Literal.Create<float>(ElementKind.F32, a.Shape, [.. Enumerable.Range(0, (int)a.Shape.ElementCount).Select(_ => (float)(random.NextDouble() - 0.5))]))];
        Literal[] expected = Derivatives.Run(plain, values);
        Assert.Multiple(() =>
        {
            foreach (CheckpointPolicy? policy in Policies)
            {
                Literal[] results = Derivatives.Run(Train(policy, 8, 4), values);
                for (int i = 0; i < results.Length; i++)
                {
                    Assert.That(results[i].As<float>().ToArray(), Is.EqualTo(expected[i].As<float>().ToArray()).Within(1e-6f), $"{policy} result {i}");
                }
            }
        });
    }

    [Test]
    public void XlaCpuNeedsLessMemory()
    {
        using PjrtClient cpu = XlaCpu.NewClient(1);
        const int layers = 12;
        const long hidden = 1024L * 4 * 64 * 4;
        long Temporaries(CheckpointPolicy? policy)
        {
            using PjrtLoadedExecutable program = cpu.Compile(MlirPrinter.Print(Train(policy, 64, 1024, layers).Module));
            using PjrtExecutable executable = program.GetExecutable();
            return executable.CompiledMemory().TemporaryBytes;
        }
        (long all, long nothing) = (Temporaries(null), Temporaries(CheckpointPolicy.NothingSaveable));
        TestContext.Out.WriteLine($"XLA CPU temporaries: no checkpoint {all}, nothing saveable {nothing}");
        Assert.That(all - nothing, Is.GreaterThan(layers / 2 * hidden), "hidden activations are computed again");
        // One hidden activation a layer is kept by the dots and by its name; everything keeps what no policy keeps.
        long dots = Temporaries(CheckpointPolicy.DotsSaveable), named = Temporaries(CheckpointPolicy.SaveOnlyTheseNames("hidden"));
        long both = Temporaries(CheckpointPolicy.SaveOnlyTheseNames("hidden", "gate")), everything = Temporaries(CheckpointPolicy.EverythingSaveable), but = Temporaries(CheckpointPolicy.SaveAnythingExceptTheseNames("hidden"));
        TestContext.Out.WriteLine($"dots {dots}, hidden {named}, hidden and gate {both}, everything {everything}, everything but hidden {but}");
        Assert.Multiple(() =>
        {
            Assert.That(named - nothing, Is.GreaterThan(layers / 2 * hidden), "the named activation is kept");
            Assert.That(dots - nothing, Is.GreaterThan(layers / 2 * hidden), "the products are kept");
            Assert.That(both, Is.GreaterThanOrEqualTo(named), "XLA may still fuse the second, an elementwise function of the first, into its readers");
            Assert.That(everything, Is.EqualTo(all), "as without checkpointing");
            Assert.That(but, Is.LessThanOrEqualTo(all), "one activation less is kept");
        });
    }

    /// <summary>What is saved is what the policies say, and no more than the backward pass reads.</summary>
    [Test]
    public void PoliciesSaveWhatTheySay()
    {
        int Saved(CheckpointPolicy policy) => Train(policy, 8, 4, 1).Module.Functions.Single(f => f.Name.EndsWith("_fwd", StringComparison.Ordinal)).Type.Results.Length - 1;
        Assert.Multiple(() =>
        {
            Assert.That(Saved(CheckpointPolicy.NothingSaveable), Is.Zero);
            Assert.That(Saved(CheckpointPolicy.SaveOnlyTheseNames("hidden")), Is.EqualTo(1));
            Assert.That(Saved(CheckpointPolicy.SaveOnlyTheseNames("hidden", "gate")), Is.EqualTo(2));
            Assert.That(Saved(CheckpointPolicy.SaveAnyNamesButThese("hidden")), Is.EqualTo(1));
            Assert.That(Saved(CheckpointPolicy.SaveAndOffloadOnlyTheseNames(["hidden"], ["gate"])), Is.EqualTo(2));
            Assert.That(Saved(CheckpointPolicy.SaveOnlyTheseNames("nobody")), Is.Zero);
            Assert.That(Saved(CheckpointPolicy.DotsSaveable), Is.EqualTo(1), "the second product is not read by the backward pass");
            Assert.That(Saved(CheckpointPolicy.SaveAnythingExceptTheseNames("hidden")), Is.GreaterThan(2));
        });
        string text = MlirPrinter.Print(Train(CheckpointPolicy.SaveAndOffloadOnlyTheseNames(["gate"], ["hidden"]), 8, 4, 1).Module);
        Assert.That(System.Text.RegularExpressions.Regex.Matches(text, "pinned_host"), Has.Count.EqualTo(1));
        Assert.That(() => CheckpointPolicy.SaveAndOffloadOnlyTheseNames(["a"], ["a"]), Throws.TypeOf<GraphException>().With.Message.Contains("\"a\""));
    }

    [Test]
    public void LibtpuNeedsLessMemory()
    {
        const int layers = 3;
        PjrtCompiledMemory Compiled(CheckpointPolicy? policy) => OfflineCompiler.Compile(LibTpu.Plugin,
            new OfflineCompileRequest(MlirPrinter.Print(Train(policy, 512, 16384, layers).Module), "v6e:1x1")).Memory!;
        long hidden = 16384L * 4 * 512 * 4;
        PjrtCompiledMemory all = Compiled(null), nothing = Compiled(CheckpointPolicy.NothingSaveable);
        TestContext.Out.WriteLine($"libtpu temporaries: no checkpoint {all.TemporaryBytes}, nothing saveable {nothing.TemporaryBytes}; one hidden activation {hidden}");
        Assert.That(all.TemporaryBytes - nothing.TemporaryBytes, Is.GreaterThan(hidden), "hidden activations are computed again");
        if (Environment.GetEnvironmentVariable("I1XLA_LONG_TESTS") == "1")
        {
            PjrtCompiledMemory offloaded = Compiled(CheckpointPolicy.OffloadTheseNames("hidden"));
            TestContext.Out.WriteLine($"offloaded: {offloaded.TemporaryBytes} on the device and {offloaded.HostTemporaryBytes} on the host");
            Assert.That(offloaded.HostTemporaryBytes, Is.GreaterThanOrEqualTo(layers * hidden), "hidden activations wait on the host");
        }
    }
}
