using I1Xla.Host.Runtime;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Conformance;
using I1Xla.StableHlo.Conformance.RandomPrograms;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>Runs the public StableHLO tests under a folder on the interpreter or on a plugin.</summary>
public static class ConformanceRun
{
    /// <summary>Runs every case.</summary>
    /// <param name="directory">A folder that has some of <c>testdata/</c>, <c>interpret/</c>, <c>vhlo/</c> and <c>verify/</c>.</param>
    /// <param name="plugin"><see cref="ProgramRun.Interpreter"/>, or a plugin's name or path; null is the interpreter.</param>
    /// <param name="progress">Told of each case as it ends.</param>
    /// <param name="stop">Ends the run between two cases.</param>
    /// <exception cref="UserErrorException">The folder has none of these.</exception>
    public static IReadOnlyList<ConformanceResult> Run(string directory, string? plugin, IProgress<ConformanceResult>? progress = null, CancellationToken stop = default)
    {
        if (plugin is null or ProgramRun.Interpreter)
        {
            return Collect(new ConformanceSuite(new InterpreterBackend(), new ArtifactCodec()), directory, progress, stop);
        }
        using PjrtClient client = PluginOpener.OpenClient(plugin);
        var backend = new CompiledBackend(client.Plugin.Name, (module, arguments) =>
        {
            TensorType[] asked = PlainResults.Widen(module);
            using var runner = new ShardedRunner(client, ProgramOutput.ForPlugin(module, client.Plugin), module, 1);
            return PlainResults.Restore(runner.Run(arguments), asked);
        });
        return Collect(new ConformanceSuite(backend, new ArtifactCodec()), directory, progress, stop);
    }

    /// <summary>
    /// Runs random programs on a plugin and on the reference interpreter. Odd and large shapes on the plugin of this program: each program on 2, 3 and 5 threads.
    /// </summary>
    /// <param name="seed">The first seed; each program has its own.</param>
    /// <param name="count">How many programs.</param>
    /// <param name="shapes">How large their tensors are.</param>
    /// <param name="plugin">A plugin's name or path.</param>
    /// <param name="failed">Told of each program on which they differ.</param>
    /// <param name="progress">Told how many programs are done.</param>
    /// <param name="stop">Ends the run between two programs.</param>
    /// <returns>How many agreed, and how many did not.</returns>
    public static (int Passed, int Failed) RunRandom(int seed, int count, RandomShapes shapes, string plugin, Action<string> failed, Action<int>? progress = null, CancellationToken stop = default)
    {
        if (plugin == PluginOpener.Embedded && shapes != RandomShapes.Small)
        {
            using var threaded = new ThreadedRuns(shapes);
            return RunRandom(seed, count, shapes, threaded.All, failed, progress, stop);
        }
        using PjrtClient client = PluginOpener.OpenClient(plugin);
        return RunRandom(seed, count, shapes, [("", OnPlugin)], failed, progress, stop);

        IReadOnlyList<Literal> OnPlugin(ModuleOp module, IReadOnlyList<Literal> arguments)
        {
            using var runner = new ShardedRunner(client, ProgramOutput.ForPlugin(module, client.Plugin), module, 1);
            return runner.Run(arguments);
        }
    }

    private static (int Passed, int Failed) RunRandom(
        int seed, int count, RandomShapes shapes, IReadOnlyList<(string, Func<ModuleOp, IReadOnlyList<Literal>, IReadOnlyList<Literal>>)> runs, Action<string> failed, Action<int>? progress, CancellationToken stop)
    {
        int bad = 0;
        for (int i = 0; i < count; i++)
        {
            stop.ThrowIfCancellationRequested();
            if (RandomComparison.Run(seed + i, shapes, runs) is { } problem)
            {
                bad++;
                failed(problem);
            }
            progress?.Invoke(i + 1);
        }
        return (count - bad, bad);
    }

    private static List<ConformanceResult> Collect(ConformanceSuite suite, string directory, IProgress<ConformanceResult>? progress, CancellationToken stop)
    {
        var results = new List<ConformanceResult>();
        try
        {
            foreach (ConformanceResult result in suite.Run(directory))
            {
                stop.ThrowIfCancellationRequested();
                results.Add(result);
                progress?.Report(result);
            }
        }
        catch (DirectoryNotFoundException e)
        {
            throw new UserErrorException($"{e.Message}; give the folder of the StableHLO tests.", e);
        }
        return results;
    }
}
