namespace I1Xla.Pjrt.Tests;

public class OfflineCompileTests
{
    private static string Matmul(int n) => $$"""
        module @matmul {
          func.func public @main(%a: tensor<{{n}}x{{n}}xbf16>, %b: tensor<{{n}}x{{n}}xbf16>) -> (tensor<{{n}}x{{n}}xbf16>) {
            %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<{{n}}x{{n}}xbf16>, tensor<{{n}}x{{n}}xbf16>) -> tensor<{{n}}x{{n}}xbf16>
            return %0 : tensor<{{n}}x{{n}}xbf16>
          }
        }
        """;

    [Test]
    public void AMatmulIsReported()
    {
        OfflineCompileReport report = OfflineCompiler.Compile(Plugins.Tpu, new OfflineCompileRequest(Matmul(8192), "v6e:1x1") { KeepExecutable = true, KeepOptimizedProgram = true });
        Assert.Multiple(() =>
        {
            Assert.That(report.Fits, Is.True);
            Assert.That(report.Devices, Is.EqualTo(1));
            Assert.That(report.Flops, Is.EqualTo(2.0 * 8192 * 8192 * 8192).Within(1).Percent);
            Assert.That(report.Memory!.ArgumentBytes, Is.EqualTo(2L * 8192 * 8192 * 2));
            Assert.That(report.Memory.OutputBytes, Is.EqualTo(8192L * 8192 * 2));
            Assert.That(report.CapacityBytes, Is.EqualTo(33546042880));
            Assert.That(report.EstimatedSeconds, Is.InRange(1.2e-3, 3e-3));
            Assert.That(report.PeakShare, Is.InRange(0.5, 1.0));
            Assert.That(report.Bound, Is.EqualTo(RooflineBound.Compute));
            Assert.That(report.Cycles!.Instructions, Is.Not.Empty);
            Assert.That(report.Executable, Is.Not.Empty);
            Assert.That(report.OptimizedProgram!.Code, Is.Not.Empty);
            Assert.That(report.ToString(), Does.Contain("v6e:1x1").And.Contain("bound by          compute"));
        });
    }

    [Test]
    public void ALoopCountsAsOftenAsItRuns()
    {
        const string loop = """
            module @loop {
              func.func public @main(%a: tensor<1024x1024xbf16>) -> (tensor<1024x1024xbf16>) {
                %zero = stablehlo.constant dense<0> : tensor<i32>
                %one = stablehlo.constant dense<1> : tensor<i32>
                %n = stablehlo.constant dense<10> : tensor<i32>
                %r:2 = stablehlo.while(%i = %zero, %x = %a) : tensor<i32>, tensor<1024x1024xbf16>
                  cond {
                    %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
                    stablehlo.return %c : tensor<i1>
                  } do {
                    %j = stablehlo.add %i, %one : tensor<i32>
                    %y = stablehlo.dot_general %x, %a, contracting_dims = [1] x [0] : (tensor<1024x1024xbf16>, tensor<1024x1024xbf16>) -> tensor<1024x1024xbf16>
                    %z = stablehlo.tanh %y : tensor<1024x1024xbf16>
                    stablehlo.return %j, %z : tensor<i32>, tensor<1024x1024xbf16>
                  }
                return %r#1 : tensor<1024x1024xbf16>
              }
            }
            """;
        OfflineCompileReport report = OfflineCompiler.Compile(Plugins.Tpu, new OfflineCompileRequest(loop, "v6e:1x1"));
        HloCycleEstimate costliest = report.Cycles!.Instructions[0];
        Assert.That(costliest.Executions, Is.EqualTo(10), report.Cycles.UnknownLoops + " unknown loops");
        Assert.That(report.Cycles.Total, Is.GreaterThanOrEqualTo(costliest.Cycles));
    }

    [Test]
    public void FlagProfilesAreAccepted([Values("v6e:2x2", "v5e:2x2", "v5p:2x2x1", "v4:2x2x1")] string topology)
    {
        TpuGeneration chip = TpuGeneration.OfTopology(topology)!;
        OfflineCompileReport report = OfflineCompiler.Compile(Plugins.Tpu, new OfflineCompileRequest(Programs.Add, topology, new PjrtCompileOptions().With(chip.Flags)));
        Assert.That(report.Fits, Is.True);
    }

    [Test]
    public void AnUnknownFlagIsAnError()
    {
        var options = new PjrtCompileOptions { Flags = new Dictionary<string, PjrtFlag> { ["xla_no_such_flag_at_all"] = true } };
        Assert.That(() => OfflineCompiler.Compile(Plugins.Tpu, new OfflineCompileRequest(Programs.Add, "v6e:1x1", options)),
            Throws.InstanceOf<PjrtException>().With.Message.Contains("xla_no_such_flag_at_all"));
    }

    // The real compiler on a real excess: two arguments and two results of 16 GiB each on a chip of 31.24 GiB.
    [Test]
    public void AProgramThatIsTooBigGivesTheTable()
    {
        const string sum = """
            module @sum_of_wide_arrays {
              func.func public @main(%a: tensor<65536x65536xf32>, %b: tensor<65536x65536xf32>) -> (tensor<65536x65536xf32>, tensor<65536x65536xf32>) {
                %s = stablehlo.add %a, %b : tensor<65536x65536xf32>
                %t = stablehlo.transpose %s, dims = [1, 0] : (tensor<65536x65536xf32>) -> tensor<65536x65536xf32>
                return %s, %t : tensor<65536x65536xf32>, tensor<65536x65536xf32>
              }
            }
            """;
        OfflineCompileReport report = OfflineCompiler.Compile(Plugins.Tpu, new OfflineCompileRequest(sum, "v6e:1x1"));
        Assert.Multiple(() =>
        {
            Assert.That(report.Fits, Is.False);
            Assert.That(report.OutOfMemory!.UsedBytes, Is.EqualTo(64.0 * (1L << 30)).Within(1).Percent);
            Assert.That(report.OutOfMemory.CapacityBytes, Is.EqualTo(31.24 * (1L << 30)).Within(0.1).Percent);
            Assert.That(report.ProgramName, Is.EqualTo("sum_of_wide_arrays"));
            Assert.That(report.ToString(), Does.Contain("does not fit").And.Contain("needs 64.00 GiB of 31.24 GiB"));
        });
    }

    [Test]
    public void AShortOutOfMemoryReportIsRead()
    {
        const string message = "E1000: CompileTimeHbmOom: Ran out of memory on HBM, the total memory required for HLO temporaries (48.00G) exceeds available HBM (31.24G). HLO module: big.\nSee https://openxla.org/xla/errors/error_1000 for more details.";
        HbmReport report = HbmReport.TryParse(message)!;
        Assert.Multiple(() =>
        {
            Assert.That(report.UsedBytes, Is.EqualTo(48.0 * (1 << 30)));
            Assert.That(report.CapacityBytes, Is.EqualTo(31.24 * (1 << 30)));
            Assert.That(report.Module, Is.EqualTo("big"));
            Assert.That(report.Usage.Single().Category, Is.EqualTo("HLO temporaries"));
            Assert.That(report.ToString(), Does.Contain("needs 48.00 GiB of 31.24 GiB"));
            Assert.That(HbmReport.TryParse("something else"), Is.Null);
        });
    }

    [Test]
    public void ALongOutOfMemoryReportIsRead()
    {
        const string message = """
            E1000: CompileTimeHbmOom: Ran out of memory in memory space hbm. Used 40.50G of 31.25G hbm. Exceeded hbm capacity by 9.25G. HLO module: train. Memory usage report:

            Total hbm usage >= 41.00G:
                reserved        512.00M
                program          24.50G
                arguments        16.00G

            Output size 16.00G; shares 16.00G with arguments.

              Largest program allocations in hbm:

              1. Size: 12.00G
                 Operator: op_name="jit(train)/dot_general"
                 Shape: bf16[4096,1572864]{1,0:T(8,128)(2,1)}
                 Unpadded size: 12.00G
                 Allocation type: HLO temp
                 ==========================

              2. Size: 6.50G
                 Shape: f32[64]{0:T(256)}
                 Unpadded size: 256B
                 Allocation type: HLO temp
                 ==========================
            """;
        HbmReport report = HbmReport.TryParse(message)!;
        Assert.Multiple(() =>
        {
            Assert.That(report.ExceededBytes, Is.EqualTo(9.25 * (1 << 30)));
            Assert.That(report.Usage, Does.Contain(("program", 24.5 * (1 << 30))).And.Contain(("reserved", 512.0 * (1 << 20))));
            Assert.That(report.Largest, Has.Count.EqualTo(2));
            Assert.That(report.Largest[0].Operator, Does.Contain("dot_general"));
            Assert.That(report.Largest[1], Is.EqualTo(new HbmAllocation(6.5 * (1 << 30), null, "f32[64]{0:T(256)}", 256, "HLO temp")));
            Assert.That(report.Module, Is.EqualTo("train"));
        });
    }
}
