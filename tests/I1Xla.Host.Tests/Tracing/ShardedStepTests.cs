using I1Xla.Cpu.PjrtTable;
using I1Xla.Graph;
using I1Xla.Host.Configuration;
using I1Xla.Host.Programs;
using I1Xla.Host.Runs;
using I1Xla.Host.Runtime;
using I1Xla.Host.Tracing;
using I1Xla.Models;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;
using I1Xla.Testing;

namespace I1Xla.Host.Tests.Tracing;

/// <summary>A training step over several devices gives the numbers of the step on one, whatever the mesh and however shardings are written.</summary>
public class ShardedStepTests
{
    // 20 = 4·5 and 2/3 of 40 = 26 leave every mesh below with kernels that some factor does not divide.
    private const string Step = """
        total_steps: 1
        image_size: 8
        vae_type: identity
        text_encoder_type: T5-small
        text_encoder_precision: f32
        token_len: 4
        model_dims: {depth: 1, hidden_size: 20, num_heads: 2, mlp_ratio: 2.0}
        patch_size: 4
        model_kwargs: {text_encoder_adapter_type: mlp, use_adaln: false, use_long_skip: false}
        input: {batch_size: 24}
        lr: 0.001
        """;

    private static readonly Lazy<PjrtClient> s_xla = new(() => PjrtPlugin.Load(SharedAssets.Plugin("libpjrt_cpu")).CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 8 }));
    private static readonly Lazy<PjrtClient> s_own = new(() => PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = 8L }));
    private static readonly Lazy<IReadOnlyList<Literal>> s_whole = new(() => Run(1, 1, 1, ShardingStyle.Shardy));

    private static RunConfig Config(int fsdp, int model) =>
        new ConfigBinder(ConfigTree.Parse(Step, "step.yaml", [$"fsdp_axis_size={fsdp}", $"tensor_parallel_size={model}"])).Bind<RunConfig>();

    // With a mode, on the embedded plugin.
    private static IReadOnlyList<Literal> Run(int devices, int fsdp, int model, ShardingStyle style, string? mode = null)
    {
        (TrainStep _, TracedModule traced) = TrainStepTracer.Trace(RunPlan.Resolve(Config(fsdp, model)), devices, style);
        Dictionary<string, PjrtFlag>? flags = mode is null ? null : new() { ["i1xla_cpu_spmd"] = mode };
        using var runner = new ShardedRunner((mode is null ? s_xla : s_own).Value, PjrtProgram.Mlir(ProgramOutput.Emit(traced.Module, ProgramForm.Text)), traced.Module, devices, flags: flags);
        var random = new Random(3);
        return runner.Run([.. traced.Arguments.Select(a => Argument(a, random))]);
    }

    // Small random weights and inputs, zero moments and counts.
    private static Literal Argument(ArgumentSpec spec, Random random)
    {
        var literal = new Literal(new TensorType(spec.DType, spec.Shape));
        if (spec.DType == ElementKind.UI32)
        {
            literal.As<uint>()[1] = 7;
        }
        else if (spec.DType == ElementKind.F32 && !spec.Name.StartsWith("opt/", StringComparison.Ordinal))
        {
            bool mask = spec.Name.Contains("mask", StringComparison.Ordinal);
            foreach (ref float v in literal.As<float>())
            {
                v = mask ? random.Next(2) : (float)((random.NextDouble() - 0.5) / 2);
            }
        }
        return literal;
    }

    [TestCase(4, 4, 1, ShardingStyle.Shardy)]
    [TestCase(8, 2, 2, ShardingStyle.Gspmd)]
    [TestCase(6, 6, 1, ShardingStyle.Shardy)]
    [TestCase(6, 6, 1, ShardingStyle.Gspmd)]
    [TestCase(8, 8, 1, ShardingStyle.Shardy)]
    [TestCase(8, 8, 1, ShardingStyle.Gspmd)]
    [TestCase(4, 1, 1, ShardingStyle.Shardy, "partition")]
    [TestCase(4, 4, 1, ShardingStyle.Gspmd, "partition")]
    [TestCase(8, 2, 2, ShardingStyle.Shardy, "partition")]
    [TestCase(6, 6, 1, ShardingStyle.Shardy, "partition")]
    [TestCase(6, 6, 1, ShardingStyle.Gspmd, "whole")]
    public void AShardedStepGivesTheNumbersOfAWholeOne(int devices, int fsdp, int model, ShardingStyle style, string? mode = null)
    {
        IReadOnlyList<Literal> whole = s_whole.Value, sharded = Run(devices, fsdp, model, style, mode);
        TracedModule traced = TrainStepTracer.Trace(RunPlan.Resolve(Config(fsdp, model)), devices, style).Traced;
        Assert.That(sharded, Has.Count.EqualTo(whole.Count));
        for (int i = 0; i < whole.Count; i++)
        {
            string name = traced.Results[i].Name;
            if (whole[i].Type.Kind != ElementKind.F32)
            {
                // Counts and keys are exact; bf16 moments may round the other way.
                if (whole[i].Type.Kind != ElementKind.BF16)
                {
                    Assert.That(sharded[i].Data.ToArray(), Is.EqualTo(whole[i].Data.ToArray()), name);
                }
                continue;
            }
            float[] a = whole[i].As<float>().ToArray(), b = sharded[i].As<float>().ToArray();
            double scale = a.Max(v => Math.Abs(v)), worst = a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
            // The first Adam step divides a gradient by its own size: where that is rounding, the update is too, at most 2·lr.
            Assert.That(worst, Is.LessThanOrEqualTo(name.StartsWith("params", StringComparison.Ordinal) ? 2.1e-3 : 1e-4 * Math.Max(scale, 1e-6)), $"{name}: {worst:g3} of {scale:g3}");
        }
        int metrics = Enumerable.Range(0, whole.Count).Single(i => traced.Results[i].Name == "metrics");
        Assert.That(sharded[metrics].As<float>().ToArray(), Is.EqualTo(whole[metrics].As<float>().ToArray()).Within(0.01).Percent);
    }

    [TestCase(1, 1, false)]
    [TestCase(4, 1, true)]
    [TestCase(2, 2, true)]
    public void OneDevicesStepSendsWhatItsLayoutNeeds(int fsdp, int model, bool gathers)
    {
        ModuleOp module = TrainStepTracer.Trace(RunPlan.Resolve(Config(fsdp, model)), 4, ShardingStyle.Shardy).Traced.Module;
        var counts = new Dictionary<string, int>();
        SpmdPartitioner.Run(module, "main", 1, 4).Op.Walk(op => counts[op.Name.Short] = counts.GetValueOrDefault(op.Name.Short) + 1);
        Assert.That(counts["all_reduce"], Is.GreaterThan(10), "gradients are summed over the batch");
        Assert.That(counts.GetValueOrDefault("all_gather") > 0, Is.EqualTo(gathers), "parameters that every device has need not be gathered, nor activations");
        Assert.That(counts.GetValueOrDefault("reduce_scatter") > 0, Is.EqualTo(gathers), "gradients are cut as the parameters are");
    }

    [TestCase(8, 1, "P('model', 'fsdp')", 2016, 6048)]
    [TestCase(4, 4, "P(('model', 'fsdp'), None)", 2016, 6048)]
    [TestCase(64, 1, "P(('model', 'fsdp_5'), ('fsdp_0', 'fsdp_1', 'fsdp_2', 'fsdp_3', 'fsdp_4'))", 2016, 6048)]
    [TestCase(64, 1, "P('model', ('fsdp_0', 'fsdp_1', 'fsdp_2', 'fsdp_3', 'fsdp_4', 'fsdp_5'))", 2016, 10752)]
    [TestCase(5, 1, "P('model', None)", 2016, 6048)]
    [TestCase(6, 1, "P('model', 'fsdp')", 2016, 6048)]
    public void EachKernelIsCutAsFarAsItsAxesDivide(int fsdp, int model, string expected, params int[] shape)
    {
        ShardingRules rules = ShardingRules.For(1, fsdp, model, [new Shape(2016, 2016), new Shape([.. shape.Select(d => (long)d)])]);
        Assert.That(rules.Parameter(new Shape([.. shape.Select(d => (long)d)]))!.ToString(), Is.EqualTo(expected));
        Assert.That(rules.Mesh!.DeviceCount, Is.EqualTo(fsdp * model));
        Assert.That(rules.Parameter(new Shape(2016))!.ToString(), Is.EqualTo("P()"));
    }
}
