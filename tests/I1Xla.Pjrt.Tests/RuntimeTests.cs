namespace I1Xla.Pjrt.Tests;

/// <summary>Client, buffers, programs and events on the XLA CPU plugin.</summary>
public class RuntimeTests
{
    private PjrtClient client = null!;

    [SetUp]
    public void Open() => client = Plugins.CpuClient();

    [TearDown]
    public void Close() => client.Dispose();

    [Test]
    public void ThePluginTellsWhatItIs()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Plugins.Cpu.ApiVersion, Is.EqualTo("0.81"));
            Assert.That(Plugins.Cpu.StableHloCurrent, Is.EqualTo((1, 13, 3)));
            Assert.That(Plugins.Cpu.StableHloMinimum, Is.EqualTo((0, 9, 0)));
            Assert.That(Plugins.Cpu.Extensions.Keys, Is.EquivalentTo(new[] { PjrtExtensionType.Layouts, PjrtExtensionType.FFI, PjrtExtensionType.MemoryDescriptions, PjrtExtensionType.PhaseCompile }));
            Assert.That(client.PlatformName, Is.EqualTo("cpu"));
            Assert.That(client.PlatformVersion, Is.Not.Empty);
            Assert.That(client.ProcessIndex, Is.Zero);
        });
    }

    [Test]
    public void AProgramRuns()
    {
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using PjrtBuffer b = client.CreateBuffer<float>([10, 20, 30, 40, 50, 60], [2, 3]);
        PjrtBuffer[] outputs = add.Execute(a, b);
        using PjrtBuffer sum = outputs.Single();
        Assert.Multiple(() =>
        {
            Assert.That(sum.ToArray<float>(), Is.EqualTo(new float[] { 11, 22, 33, 44, 55, 66 }));
            Assert.That(sum.ElementType, Is.EqualTo(PjrtElementType.F32));
            Assert.That(sum.Dimensions.ToArray(), Is.EqualTo(new long[] { 2, 3 }));
            Assert.That(sum.OnDeviceBytes, Is.EqualTo(24));
            Assert.That(sum.ToString(), Is.EqualTo("F32[2,3]"));
            Assert.That(sum.Device.Id, Is.Zero);
        });
    }

    [Test]
    public async Task AnExecutionCanBeAwaited()
    {
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using PjrtExecution execution = add.ExecuteAsync([[a, a]]);
        await execution.Completion;
        await execution.Outputs[0][0].Ready();
        var destination = new byte[24];
        await execution.Outputs[0][0].CopyToAsync(destination);
        Assert.That(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(destination).ToArray(), Is.EqualTo(new float[] { 2, 4, 6, 8, 10, 12 }));
    }

    [Test]
    public void ADonatedInputIsGoneAndANonDonatableOneIsNot()
    {
        using PjrtLoadedExecutable increment = client.Compile(Programs.DonatedIncrement);
        float[] values = [.. Enumerable.Range(0, 1024).Select(i => (float)i)];
        using PjrtBuffer kept = client.CreateBuffer<float>(values, [1024]);
        using PjrtExecution first = increment.ExecuteAsync([[kept]], new PjrtExecuteOptions { NonDonatable = [0] });
        first.Wait();
        Assert.That(kept.IsDeleted, Is.False);
        Assert.That(kept.ToArray<float>(), Is.EqualTo(values));

        PjrtBuffer[] outputs = increment.Execute(kept);
        using PjrtBuffer output = outputs[0];
        Assert.That(output.ToArray<float>()[10], Is.EqualTo(11f));
        Assert.That(kept.IsDeleted, Is.True);
        Assert.That(() => kept.ToArray<float>(), Throws.InstanceOf<PjrtException>());
    }

    [Test]
    public void FourReplicasAddUp()
    {
        using PjrtClient four = Plugins.CpuClient(4);
        using PjrtLoadedExecutable program = four.Compile(Programs.AllReduce, new PjrtCompileOptions { Replicas = 4 });
        PjrtBuffer[][] inputs = [.. program.Devices.Select((d, i) => new[] { four.CreateBuffer<float>([i, 10 * i], [2], d) })];
        using PjrtExecution execution = program.ExecuteAsync(inputs);
        execution.Wait();
        Assert.Multiple(() =>
        {
            Assert.That(execution.Outputs, Has.Count.EqualTo(4));
            foreach (IReadOnlyList<PjrtBuffer> outputs in execution.Outputs)
            {
                Assert.That(outputs[0].ToArray<float>(), Is.EqualTo(new float[] { 6, 60 }));
            }
            Assert.That(program.DeviceAssignment().Replicas, Is.EqualTo(4));
        });
        foreach (PjrtBuffer buffer in inputs.SelectMany(i => i))
        {
            buffer.Dispose();
        }
    }

    [Test]
    public void ABadProgramIsATypedErrorWithThePluginsWords()
    {
        var error = Assert.Throws<PjrtUnknownException>(() => client.Compile("module { this is not MLIR }"))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(PjrtErrorCode.Unknown), "what the XLA CPU plugin says of a program it cannot parse");
            Assert.That(error.Function, Is.EqualTo("PJRT_Client_Compile"));
            Assert.That(error.PluginMessage, Does.Contain("custom op 'this' is unknown"));
        });
    }

    [Test]
    public void AMissingFunctionIsNamed()
    {
        using PjrtBuffer buffer = client.CreateScalar(1f);
        var error = Assert.Throws<PjrtNotSupportedException>(() => buffer.Bitcast(PjrtElementType.S32, []))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.IsFunctionMissing, Is.True);
            Assert.That(error.Message, Does.Contain("PJRT_Buffer_Bitcast").And.Contain("0.98").And.Contain("0.81"));
        });
    }

    [Test]
    public void ADisposedObjectSaysSo()
    {
        PjrtBuffer buffer = client.CreateScalar(1f);
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(() => buffer.IsOnCpu, Throws.TypeOf<PjrtDisposedException>().With.Property("ObjectName").EqualTo("PjrtBuffer"));
    }

    [Test]
    public void ObjectsOutliveTheirClientUntilTheyAreDisposed()
    {
        PjrtClient other = Plugins.CpuClient();
        PjrtBuffer buffer = other.CreateScalar(42f);
        long clients = PjrtLiveObjects.Count(PjrtObjectKind.Client);
        other.Dispose();
        Assert.That(PjrtLiveObjects.Count(PjrtObjectKind.Client), Is.EqualTo(clients), "the native client lives on for the buffer");
        Assert.That(buffer.ToScalar<float>(), Is.EqualTo(42f));
        Assert.That(() => other.CreateScalar(1f), Throws.TypeOf<PjrtDisposedException>());
        buffer.Dispose();
        Assert.That(PjrtLiveObjects.Count(PjrtObjectKind.Client), Is.EqualTo(clients - 1));
    }

    [Test]
    public void WrongSizesAreCaughtBeforeThePlugin()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => client.CreateBuffer<float>([1, 2, 3], [2, 2]), Throws.ArgumentException.With.Message.Contains("16 bytes"));
            using PjrtBuffer buffer = client.CreateBuffer<float>([1, 2], [2]);
            Assert.That(() => buffer.ToArray<double>(), Throws.InvalidOperationException);
            Assert.That(() => buffer.CopyTo(new byte[4]), Throws.ArgumentException.With.Message.Contains("8 bytes"));
            Assert.That(() => new PjrtCompileOptions { Replicas = 0 }.ToBytes(), Throws.ArgumentException);
        });
    }

    [Test]
    public void NothingIsLeaked()
    {
        IReadOnlyDictionary<PjrtObjectKind, long> before = LiveObjects.Settled();
        using (PjrtClient other = Plugins.CpuClient(2))
        using (PjrtLoadedExecutable add = other.Compile(Programs.Add))
        {
            for (int i = 0; i < 10; i++)
            {
                using PjrtBuffer a = other.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
                foreach (PjrtBuffer output in add.Execute(a, a))
                {
                    output.ToArray<float>();
                    output.Dispose();
                }
            }
            using PjrtTopology topology = other.Topology();
            using PjrtExecutable executable = add.GetExecutable();
        }
        LiveObjects.AssertNoMoreThan(before);
    }

    [Test]
    public void AnExecutableTellsAboutItself()
    {
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        using PjrtExecutable executable = add.GetExecutable();
        PjrtProgram optimized = executable.OptimizedProgram();
        Assert.Multiple(() =>
        {
            Assert.That(executable.Name, Does.Contain("add"));
            Assert.That(executable.OutputCount, Is.EqualTo(1));
            Assert.That((executable.Replicas, executable.Partitions), Is.EqualTo((1, 1)));
            Assert.That(executable.Outputs()[0].Dimensions, Is.EqualTo(new long[] { 2, 3 }));
            Assert.That(executable.Outputs()[0].Type, Is.EqualTo(PjrtElementType.F32));
            Assert.That(executable.CompiledMemory().ArgumentBytes, Is.EqualTo(48));
            Assert.That(executable.CostAnalysis()["flops"].AsFloat, Is.EqualTo(6));
            Assert.That(executable.Fingerprint(), Is.Not.Empty);
            Assert.That(optimized.Code, Is.Not.Empty);
            Assert.That(optimized.Format, Is.EqualTo("hlo").Or.EqualTo("hlo_with_config").Or.EqualTo("mlir"));
        });
    }

    [Test]
    public void ASerializedExecutableRuns()
    {
        byte[] serialized;
        using (PjrtLoadedExecutable add = client.Compile(Programs.Add))
        {
            serialized = add.Serialize();
        }
        using PjrtClient other = Plugins.CpuClient();
        using PjrtLoadedExecutable loaded = other.Deserialize(serialized);
        using PjrtBuffer a = other.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using PjrtBuffer output = loaded.Execute(a, a)[0];
        Assert.That(output.ToArray<float>(), Is.EqualTo(new float[] { 2, 4, 6, 8, 10, 12 }));
    }
}
