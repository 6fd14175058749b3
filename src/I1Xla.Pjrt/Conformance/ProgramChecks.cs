using I1Xla.Pjrt.Abi;
using I1Xla.Pjrt.Extensions;

namespace I1Xla.Pjrt.Conformance;

// What needs a program: compiling, running, describing; and topologies.
public sealed partial class PluginConformance
{
    private const string Add = """
        module @conformance_add {
          func.func public @main(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> (tensor<2x3xf32>) {
            %0 = stablehlo.add %a, %b : tensor<2x3xf32>
            return %0 : tensor<2x3xf32>
          }
        }
        """;

    private const string Donating = """
        module @conformance_donate {
          func.func public @main(%a: tensor<64xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<64xf32>) {
            %one = stablehlo.constant dense<1.0> : tensor<64xf32>
            %0 = stablehlo.add %a, %one : tensor<64xf32>
            return %0 : tensor<64xf32>
          }
        }
        """;

    private const string Sum = """
        module @conformance_sum attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 2 : i32} {
          func.func public @main(%a: tensor<2xf32>) -> (tensor<2xf32>) {
            %0 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}> ({
            ^bb0(%x: tensor<f32>, %y: tensor<f32>):
              %1 = stablehlo.add %x, %y : tensor<f32>
              stablehlo.return %1 : tensor<f32>
            }) : (tensor<2xf32>) -> tensor<2xf32>
            return %0 : tensor<2xf32>
          }
        }
        """;

    private const string Transfer = """
        module @conformance_transfer {
          func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
            %token = stablehlo.create_token : !stablehlo.token
            %sent = "stablehlo.send"(%x, %token) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 2>, is_host_transfer = true}> : (tensor<4xf32>, !stablehlo.token) -> !stablehlo.token
            %got:2 = "stablehlo.recv"(%sent) <{channel_handle = #stablehlo.channel_handle<handle = 2, type = 3>, is_host_transfer = true}> : (!stablehlo.token) -> (tensor<4xf32>, !stablehlo.token)
            return %got#0 : tensor<4xf32>
          }
        }
        """;

    private void Programs(PjrtClient client, PjrtDevice device)
    {
        PjrtLoadedExecutable? made = null;
        Try(PjrtFunction.Client_Compile, () =>
        {
            made = client.Compile(Add);
            Fails(() => client.Compile("this is no program"));
        });
        if (made is null)
        {
            return;
        }
        using PjrtLoadedExecutable add = made;
        Try(PjrtFunction.LoadedExecutable_AddressableDevices, () => True(add.Devices.Count == 1, "another number of devices"));
        Try(PjrtFunction.LoadedExecutable_Execute, () => Execute(client, add));
        Try(PjrtFunction.LoadedExecutable_GetDeviceAssignment, () => True(add.DeviceAssignment()[0, 0] == add.Devices[0].Id, "another device"));
        Try(PjrtFunction.LoadedExecutable_AddressableDeviceLogicalIds, () => True(add.LogicalDevices().SequenceEqual([(0, 0)]), "another logical device"));
        Try(PjrtFunction.LoadedExecutable_Fingerprint, () => True(add.Fingerprint().Length > 0, "an empty fingerprint"));
        Try(PjrtFunction.LoadedExecutable_IsDeleted, () => True(!add.IsDeleted, "a fresh program is deleted"));
        Try(PjrtFunction.LoadedExecutable_Delete, () =>
        {
            using PjrtLoadedExecutable doomed = client.Compile(Add);
            doomed.Delete();
            if (!doomed.IsDeleted)
            {
                // What the XLA CPU plugin does: nothing, and it does not claim to have done it.
                throw new PjrtNotSupportedException("the plugin takes the call and deletes nothing");
            }
        });
        Try(PjrtFunction.LoadedExecutable_Destroy, () => client.Compile(Add).Dispose());
        Try(PjrtFunction.LoadedExecutable_GetExecutable, () => add.GetExecutable().Dispose(), PjrtFunction.Executable_Destroy);
        Try(PjrtFunction.CopyToDeviceStream_AddChunk, () => HostTransfer(client), PjrtFunction.CopyToDeviceStream_TotalBytes, PjrtFunction.CopyToDeviceStream_GranuleSize,
            PjrtFunction.CopyToDeviceStream_CurrentBytes, PjrtFunction.CopyToDeviceStream_Destroy);
        using (PjrtExecutable executable = add.GetExecutable())
        {
            Describe(executable);
            Try(PjrtFunction.Executable_DeserializeAndLoad, () =>
            {
                using PjrtLoadedExecutable loaded = client.Deserialize(executable.Serialize());
                Execute(client, loaded);
                Fails(() => client.Deserialize([1, 2, 3]));
            });
        }
        Try(PjrtFunction.Compile, () =>
        {
            using PjrtTopology topology = client.Topology();
            using PjrtExecutable compiled = CompileFor(topology, client);
            Try(PjrtFunction.Client_Load, () =>
            {
                using PjrtLoadedExecutable loaded = client.Load(compiled);
                Execute(client, loaded);
            });
        });
        Replicas(client);
        TryExtension(PjrtExtensionType.FFI, () => True(FfiExtension.TryFind(plugin)!.RegisterType("i1xla_conformance_" + plugin.Name) != 0, "a type without a number"));
        TryExtension(PjrtExtensionType.Profiler, () =>
        {
            using PluginProfiler profiler = ProfilerExtension.TryFind(plugin)!.Create();
            profiler.Start();
            Execute(client, add);
            profiler.Stop();
            _ = profiler.Collect();
        });
        TryPhaseCompile();
    }

    private static PjrtExecutable CompileFor(PjrtTopology topology, PjrtClient client)
    {
        try
        {
            return topology.Compile(Add, client: client);
        }
        catch (PjrtNotFoundException e)
        {
            // A plugin that has no compiler apart from its clients says so with this code.
            throw new PjrtNotSupportedException(e.PluginMessage);
        }
    }

    private void TryPhaseCompile() => TryExtension(PjrtExtensionType.PhaseCompile, () =>
    {
        using PhaseCompiler compiler = PhaseCompileExtension.TryFind(plugin)!.CreateCompiler();
        _ = compiler.PhaseNames();
    });

    /// <summary>A program that sends to the host and receives what it sent.</summary>
    private static void HostTransfer(PjrtClient client)
    {
        PjrtLoadedExecutable program;
        try
        {
            program = client.Compile(Transfer);
        }
        catch (PjrtException e)
        {
            throw new PjrtNotSupportedException($"programs that speak with the host are refused: {e.PluginMessage}");
        }
        using (program)
        {
            using PjrtBuffer x = client.CreateBuffer<float>([1, 2, 3, 4], [4], program.Devices[0]);
            byte[] sent = [];
            bool wrong = false;
            var receive = new PjrtReceive(2, stream =>
            {
                using (stream)
                {
                    wrong |= stream.TotalBytes != 16 || stream.CurrentBytes != 0 || stream.GranuleBytes < 1 || sent.Length != 16;
                    stream.AddChunk(sent).Wait();
                    wrong |= stream.CurrentBytes != 16;
                }
            });
            var options = new PjrtExecuteOptions { Sends = [[new PjrtSend(1, (data, _, _) => sent = [.. sent, .. data])]], Receives = [[receive]] };
            using PjrtExecution execution = program.ExecuteAsync([[x]], options);
            try
            {
                execution.Wait();
            }
            catch (PjrtException e) when (sent.Length == 0)
            {
                throw new PjrtNotSupportedException($"programs that speak with the host do not run: {e.PluginMessage}");
            }
            True(!wrong && receive.Error is null, "a wrong size of a transfer");
            True(execution.Outputs[0][0].ToArray<float>().SequenceEqual([1, 2, 3, 4]), "other bytes than were given");
        }
    }

    private static void Execute(PjrtClient client, PjrtLoadedExecutable add)
    {
        using PjrtBuffer a = client.CreateBuffer<float>(Six, [2, 3], add.Devices[0]);
        using (PjrtBuffer sum = add.Execute(a, a)[0])
        {
            True(sum.ToArray<float>().SequenceEqual([2, 4, 6, 8, 10, 12]), "a wrong sum");
        }
        using (PjrtExecution execution = add.ExecuteAsync([[a, a]], new PjrtExecuteOptions { LaunchId = 1, NonDonatable = [0, 1] }))
        {
            execution.Completion.Wait();
            True(execution.Outputs[0][0].ToArray<float>().SequenceEqual([2, 4, 6, 8, 10, 12]), "a wrong sum");
        }
        Fails(() => add.Execute(a));
        using PjrtLoadedExecutable donating = client.Compile(Donating);
        using PjrtBuffer given = client.CreateBuffer(new float[64], [64], donating.Devices[0]);
        using (PjrtBuffer taken = donating.Execute(given)[0])
        {
            True(taken.ToArray<float>().All(v => v == 1), "a wrong sum");
            True(given.IsDeleted, "a donated input is still there");
        }
    }

    // Programs of several devices: no function of their own, so an entry of their own.
    private void Replicas(PjrtClient client)
    {
        (ConformanceOutcome outcome, string? detail) = client.AddressableDevices.Count < 2
            ? (ConformanceOutcome.Refused, "there is one device only")
            : Outcome(() =>
            {
                using PjrtLoadedExecutable sum = client.Compile(Sum, new PjrtCompileOptions { Replicas = 2 });
                using PjrtBuffer left = client.CreateBuffer<float>([1, 2], [2], sum.Devices[0]);
                using PjrtBuffer right = client.CreateBuffer<float>([10, 20], [2], sum.Devices[1]);
                using PjrtExecution both = sum.ExecuteAsync([[left], [right]]);
                both.Wait();
                True(both.Outputs.All(o => o[0].ToArray<float>().SequenceEqual([11, 22])), "a wrong sum over devices");
            });
        behaviours.Add(new ConformanceResult("all-reduce over two replicas", outcome, detail));
    }

    private void Describe(PjrtExecutable executable)
    {
        Try(PjrtFunction.Executable_Name, () => True(executable.Name.Length > 0, "an empty name"));
        Try(PjrtFunction.Executable_NumReplicas, () => True(executable.Replicas == 1, "another number of replicas"));
        Try(PjrtFunction.Executable_NumPartitions, () => True(executable.Partitions == 1, "another number of partitions"));
        Try(PjrtFunction.Executable_NumOutputs, () => True(executable.OutputCount == 1, "another number of outputs"));
        Try(PjrtFunction.Executable_SizeOfGeneratedCodeInBytes, () => True(executable.CodeBytes >= -1, "a negative size"));
        Try(PjrtFunction.Executable_GetCostAnalysis, () => _ = executable.CostAnalysis());
        Try(PjrtFunction.Executable_OutputMemoryKinds, () => True(executable.OutputMemoryKinds().Count == 1, "another number of outputs"));
        Try(PjrtFunction.Executable_ParameterMemoryKinds, () => True(executable.ParameterMemoryKinds().Count == 2, "another number of parameters"));
        Try(PjrtFunction.Executable_OptimizedProgram, () => True(executable.OptimizedProgram() is { Code.Length: > 0, Format.Length: > 0 }, "an empty program"));
        Try(PjrtFunction.Executable_Serialize, () => True(executable.Serialize().Length > 0, "no bytes"));
        Try(PjrtFunction.Executable_Fingerprint, () => True(executable.Fingerprint().Length > 0, "an empty fingerprint"));
        Try(PjrtFunction.Executable_OutputElementTypes, () => True(executable.Outputs()[0].Type == PjrtElementType.F32, "another element type"));
        Try(PjrtFunction.Executable_OutputDimensions, () => True(executable.Outputs()[0].Dimensions.SequenceEqual([2L, 3L]), "other dimensions"));
        Try(PjrtFunction.Executable_GetCompiledMemoryStats, () => True(executable.CompiledMemory() is { ArgumentBytes: >= 48, OutputBytes: >= 24 }, "sizes below those of the arguments and results"));
        Try(PjrtFunction.Executable_GetCompileOptions, () => True(executable.CompileOptions().Length > 0, "no options"));
        TryExtension(PjrtExtensionType.Shardings, () =>
        {
            ShardingsExtension shardings = ShardingsExtension.TryFind(plugin)!;
            _ = shardings.OfParameters(executable);
            _ = shardings.OfOutputs(executable);
        });
    }

    private void WithTopology(PjrtTopology topology, bool standalone)
    {
        Try(PjrtFunction.TopologyDescription_PlatformName, () =>
        {
            platform ??= topology.PlatformName;
            True(topology.PlatformName.Length > 0, "an empty name");
        });
        Try(PjrtFunction.TopologyDescription_PlatformVersion, () => True(topology.PlatformVersion.Length > 0, "an empty version"));
        Try(PjrtFunction.TopologyDescription_GetDeviceDescriptions, () => True(topology.Devices.Count > 0, "no devices"));
        Try(PjrtFunction.TopologyDescription_Attributes, () => _ = topology.Attributes);
        Try(PjrtFunction.TopologyDescription_Serialize, () => True(topology.Serialize().Length > 0, "no bytes"));
        Try(PjrtFunction.TopologyDescription_Fingerprint, () => True(topology.Fingerprint == topology.Fingerprint, "two fingerprints of one topology"));
        Try(PjrtFunction.TopologyDescription_GetMemorySpaceKindIds, () => _ = topology.MemoryKindIds);
        Try(PjrtFunction.TopologyDescription_MakeCanonicalShapeForMemorySpace, () => True(topology.CanonicalShape(topology.MemoryKindIds[0], PjrtElementType.F32, [2, 3]).Length > 0, "no bytes"));
        Try(PjrtFunction.TopologyDescription_Deserialize, () =>
        {
            PjrtTopology again;
            try
            {
                again = plugin.DeserializeTopology(topology.Serialize());
            }
            catch (PjrtException e) when (!standalone && e is not PjrtNotSupportedException)
            {
                throw new PjrtNotSupportedException(e.PluginMessage);
            }
            using (again)
            {
                True(again.Devices.Count == topology.Devices.Count, "another number of devices");
            }
        });
        DeviceDescription(topology.Devices[0]);
        if (standalone)
        {
            Try(PjrtFunction.Compile, () =>
            {
                using PjrtExecutable add = topology.Compile(Add);
                Describe(add);
                TryExtension(PjrtExtensionType.Layouts, () => True(LayoutsExtension.TryFind(plugin)!.Default(topology, PjrtElementType.F32, [2, 3]).StartsWith('{'), "a layout without braces"));
            });
            Try(PjrtFunction.Executable_Destroy, () => topology.Compile(Add).Dispose());
            TryPhaseCompile();
            Pass(PjrtFunction.TopologyDescription_Destroy);
        }
    }
}
