using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests;

/// <summary>The real plugins that the tests run against, each loaded once.</summary>
internal static class Plugins
{
    private static readonly Lazy<PjrtPlugin> CpuPlugin = new(() => PjrtPlugin.Load(SharedAssets.Plugin("libpjrt_cpu")));
    private static readonly Lazy<PjrtPlugin> EmbeddedPlugin = new(() => PjrtPlugin.FromTable(I1Xla.Cpu.PjrtTable.CpuPlugin.GetApi(), "cpu"));
    private static readonly Lazy<PjrtPlugin> TpuPlugin = new(LoadTpu);

    public static PjrtPlugin Cpu => CpuPlugin.Value;

    public static PjrtPlugin Tpu => TpuPlugin.Value;

    /// <summary>The CPU plugin of this project.</summary>
    public static PjrtPlugin Embedded => EmbeddedPlugin.Value;

    public static PjrtClient CpuClient(int devices = 1) => Client(Cpu, devices);

    public static PjrtClient Client(PjrtPlugin plugin, int devices = 1) => plugin.CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = (long)devices });

    private static PjrtPlugin LoadTpu()
    {
        // Other test runs on this machine may have libtpu loaded too; it complains about worker names on standard error.
        NativeEnvironment.Set("ALLOW_MULTIPLE_LIBTPU_LOAD", "1");
        NativeEnvironment.Set("TPU_STDERR_LOG_LEVEL", "3");
        NativeEnvironment.Set("TPU_MIN_LOG_LEVEL", "3");
        return PjrtPlugin.Load(SharedAssets.Plugin("libtpu"));
    }
}

/// <summary>Small programs.</summary>
internal static class Programs
{
    public const string Add = """
        module @add {
          func.func public @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> (tensor<2x3xf32>) {
            %0 = stablehlo.add %a, %b : tensor<2x3xf32>
            return %0 : tensor<2x3xf32>
          }
        }
        """;

    public const string DonatedIncrement = """
        module @increment {
          func.func public @main(%a: tensor<1024xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<1024xf32>) {
            %one = stablehlo.constant dense<1.0> : tensor<1024xf32>
            %0 = stablehlo.add %a, %one : tensor<1024xf32>
            return %0 : tensor<1024xf32>
          }
        }
        """;

    public const string Empty = """
        module @empty {
          func.func public @main(%a: tensor<f32>) -> (tensor<f32>) {
            return %a : tensor<f32>
          }
        }
        """;

    public const string AllReduce = """
        module @all_reduce attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 4 : i32} {
          func.func public @main(%a: tensor<2xf32>) -> (tensor<2xf32>) {
            %0 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>}> ({
            ^bb0(%x: tensor<f32>, %y: tensor<f32>):
              %1 = stablehlo.add %x, %y : tensor<f32>
              stablehlo.return %1 : tensor<f32>
            }) : (tensor<2xf32>) -> tensor<2xf32>
            return %0 : tensor<2xf32>
          }
        }
        """;
}
