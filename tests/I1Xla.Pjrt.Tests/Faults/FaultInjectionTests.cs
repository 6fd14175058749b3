using I1Xla.Pjrt.Abi;
using I1Xla.Pjrt.Faults;

namespace I1Xla.Pjrt.Tests.Injecting;

/// <summary>The runtime lives through a plugin that fails.</summary>
[NonParallelizable]
public class FaultInjectionTests
{
    private static IEnumerable<PjrtErrorCode> Codes => Enum.GetValues<PjrtErrorCode>().Where(c => c != PjrtErrorCode.Ok);

    [TestCaseSource(nameof(Codes))]
    public void EveryErrorCodeIsItsOwnException(PjrtErrorCode code)
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu);
        using PjrtClient client = injector.Plugin.CreateClient();
        injector.Arm(new PjrtFault(PjrtFunction.Client_Compile) { Code = code, Message = "on purpose" });
        PjrtException error = Assert.Catch<PjrtException>(() => client.Compile(Programs.Add))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(code));
            Assert.That(error.PluginMessage, Is.EqualTo("on purpose"));
            Assert.That(error.Function, Is.EqualTo("PJRT_Client_Compile"));
            Assert.That(error.GetType(), Is.Not.EqualTo(typeof(PjrtException)), "each code has a type of its own");
            Assert.That(InjectedError.Count, Is.Zero, "the native error was destroyed");
        });
        injector.Disarm();
        client.Compile(Programs.Add).Dispose();
    }

    [Test]
    public void EveryFunctionCanFailWithoutALeakOrACrash()
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu);
        IReadOnlyDictionary<PjrtObjectKind, long> before = LiveObjects.Settled();
        int failures = 0;
        for (int i = 0; i < PjrtFunctions.Count; i++)
        {
            var function = (PjrtFunction)i;
            if (function is PjrtFunction.Error_Destroy or PjrtFunction.Error_Message or PjrtFunction.Error_GetCode || PjrtFunctions.Name(function).EndsWith("_Destroy", StringComparison.Ordinal))
            {
                continue;
            }
            injector.Arm(new PjrtFault(function) { Code = PjrtErrorCode.Internal });
            try
            {
                Work(injector.Plugin);
            }
            catch (PjrtInternalException e)
            {
                failures++;
                Assert.That(e.Function, Is.EqualTo(PjrtFunctions.Name(function)));
            }
            injector.Disarm();
        }
        Assert.That(failures, Is.GreaterThan(20), "the work uses many functions");
        LiveObjects.AssertNoMoreThan(before);
        Assert.That(InjectedError.Count, Is.Zero);
        Work(injector.Plugin);
    }

    [Test]
    public void AnOlderPluginGetsItsOwnSizesAndHasNoNewerFunctions([Values(57, 60, 66, 71, 75, 78, 80)] int minor)
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu, minor);
        Assert.That(injector.Plugin.ApiVersion, Is.EqualTo($"0.{minor}"));
        using PjrtClient client = injector.Plugin.CreateClient();
        using PjrtBuffer buffer = client.CreateScalar(1f);
        Assert.That(buffer.ToScalar<float>(), Is.EqualTo(1f));
        Work(injector.Plugin);
        Action newer = minor < 77 ? () => client.CreateAlias(PjrtElementType.F32, [2]) : () => PjrtEvent.Create(client);
        var missing = Assert.Throws<PjrtNotSupportedException>(newer)!;
        Assert.That(missing.IsFunctionMissing, Is.True);
    }

    [Test]
    public void AVersionOutsideTheRangeIsRefused()
    {
        var error = Assert.Throws<PjrtNotSupportedException>(() => FaultInjector.Wrap(Plugins.Cpu, 30))!;
        Assert.That(error.Message, Does.Contain("0.30").And.Contain("0.57"));
    }

    [Test]
    public void AMissingFunctionIsNamed()
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu, null, PjrtFunction.Executable_Serialize);
        using PjrtClient client = injector.Plugin.CreateClient();
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        var error = Assert.Throws<PjrtNotSupportedException>(() => add.Serialize())!;
        Assert.That(error.IsFunctionMissing && error.Message.Contains("PJRT_Executable_Serialize"), Is.True, error.Message);
    }

    [Test]
    public void TheCacheDoesWithoutSerialization()
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu, null, PjrtFunction.Executable_Serialize);
        using PjrtClient client = injector.Plugin.CreateClient();
        string folder = Directory.CreateTempSubdirectory("i1xla-cache-").FullName;
        var cache = new PjrtCompileCache(folder);
        cache.Compile(client, Programs.Add).Dispose();
        Assert.That(cache.Statistics, Is.EqualTo(new PjrtCompileCacheStatistics(0, 1, 0, 1)));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void AnExecutableThatWillNotLoadIsCompiledAgain()
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu);
        using PjrtClient client = injector.Plugin.CreateClient();
        string folder = Directory.CreateTempSubdirectory("i1xla-cache-").FullName;
        var cache = new PjrtCompileCache(folder);
        cache.Compile(client, Programs.Add).Dispose();
        injector.Arm(new PjrtFault(PjrtFunction.Executable_DeserializeAndLoad) { Code = PjrtErrorCode.Internal });
        cache.Compile(client, Programs.Add).Dispose();
        Assert.That(cache.Statistics.Misses, Is.EqualTo(2));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void OutOfMemoryCarriesWhatIsKnown()
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu);
        using PjrtClient client = injector.Plugin.CreateClient();
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        injector.Arm(new PjrtFault(PjrtFunction.LoadedExecutable_Execute) { Code = PjrtErrorCode.ResourceExhausted, Message = "out of room" });
        var error = Assert.Throws<PjrtOutOfMemoryException>(() => add.Execute(a, a))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.ProgramMemory!.ArgumentBytes, Is.EqualTo(48));
            Assert.That(error.Message, Does.Contain("out of room").And.Contain("smaller batch").And.Contain("Program:"));
        });
    }

    [Test]
    public void ALostDeviceIsUnavailable()
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu);
        using PjrtClient client = injector.Plugin.CreateClient();
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        injector.LoseDevices();
        Assert.That(() => add.Execute(a, a), Throws.TypeOf<PjrtUnavailableException>());
        Assert.That(() => a.ToArray<float>(), Throws.TypeOf<PjrtUnavailableException>());
        injector.Disarm();
        Assert.That(a.ToArray<float>(), Has.Length.EqualTo(6));
    }

    [Test]
    public void AFaultStrikesWhenAndAsOftenAsItIsTold()
    {
        FaultInjector injector = FaultInjector.Wrap(Plugins.Cpu);
        using PjrtClient client = injector.Plugin.CreateClient();
        injector.Arm(new PjrtFault(PjrtFunction.Client_BufferFromHostBuffer) { Code = PjrtErrorCode.Aborted, After = 1, Times = 1, Delay = TimeSpan.FromMilliseconds(1) });
        using PjrtBuffer first = client.CreateScalar(1f);
        Assert.That(() => client.CreateScalar(2f), Throws.TypeOf<PjrtAbortedException>());
        using PjrtBuffer third = client.CreateScalar(3f);
        Assert.That(injector.Calls(PjrtFunction.Client_BufferFromHostBuffer), Is.EqualTo(3));
    }

    private static void Work(PjrtPlugin plugin)
    {
        _ = plugin.Attributes;
        using PjrtClient client = plugin.CreateClient();
        _ = client.PlatformName + client.PlatformVersion + client.ProcessIndex;
        _ = client.AddressableMemories;
        using PjrtLoadedExecutable add = client.Compile(Programs.Add);
        using (PjrtExecutable executable = add.GetExecutable())
        {
            _ = executable.Name;
            _ = executable.CompiledMemory();
            _ = executable.CostAnalysis();
            _ = executable.Outputs();
            _ = executable.OptimizedProgram();
        }
        using PjrtLoadedExecutable again = client.Deserialize(add.Serialize());
        using PjrtBuffer a = client.CreateBuffer<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using PjrtExecution execution = again.ExecuteAsync([[a, a]]);
        execution.Wait();
        using PjrtEvent ready = execution.Outputs[0][0].Ready();
        _ = ready.IsReady;
        ready.Completion.GetAwaiter().GetResult();
        _ = execution.Outputs[0][0].ToArray<float>();
        _ = execution.Outputs[0][0].Device.DefaultMemory;
        using PjrtBuffer view = add.Execute(a, a)[0];
        _ = view.IsDeleted | view.IsOnCpu;
        using PjrtTopology topology = client.Topology();
        _ = topology.PlatformName;
        _ = topology.Devices;
    }
}
