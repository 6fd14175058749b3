using System.Diagnostics;
using I1Xla.Cpu;
using I1Xla.Host.Runtime;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>What to run and on what.</summary>
/// <param name="Program">The program.</param>
public sealed record ProgramRunRequest(ProgramFile Program)
{
    /// <summary>The function; a plugin runs <c>main</c> only.</summary>
    public string Function { get; init; } = "main";

    /// <summary><see cref="ProgramRun.Interpreter"/>, or a plugin's name or path; null is the interpreter.</summary>
    public string? Plugin { get; init; }

    /// <summary>Devices; null is what the module is written for.</summary>
    public int? Devices { get; init; }

    /// <summary>
    /// Runs one operation at a time on the embedded CPU compiler and stops at the first NaN and the first index outside its tensor, naming the
    /// operation and the source line.
    /// </summary>
    public bool IsChecked { get; init; }

    /// <summary>An <c>.npz</c> file with <c>in/0000</c>, …; null when the function takes nothing.</summary>
    public string? Inputs { get; init; }

    /// <summary>An <c>.npz</c> file with <c>out/0000</c>, … to compare with.</summary>
    public string? Expected { get; init; }

    /// <summary>Where to write the results as <c>out/0000</c>, ….</summary>
    public string? Output { get; init; }

    /// <summary>The largest difference relative to a result's scale; null: that of the coarsest float type the program computes in.</summary>
    public double? Tolerance { get; init; }
}

/// <summary>What came of a run.</summary>
/// <param name="Device">What it ran on.</param>
/// <param name="Devices">How many devices.</param>
/// <param name="CompileSeconds">Seconds to compile; 0 on the interpreter.</param>
/// <param name="RunSeconds">Seconds to run, transfers included.</param>
/// <param name="Results">The results.</param>
/// <param name="Comparisons">How they compare; empty when nothing was expected.</param>
public sealed record ProgramRunResult(
    string Device, int Devices, double CompileSeconds, double RunSeconds, IReadOnlyList<Literal> Results, IReadOnlyList<ResultComparison> Comparisons)
{
    /// <summary>Whether every result is as expected.</summary>
    public bool Passed => Comparisons.All(c => c.Passed);
}

/// <summary>Runs a program from a file with arguments from a file, on the interpreter or on a plugin, and compares the results.</summary>
public static class ProgramRun
{
    /// <summary>The name of the reference interpreter where a plugin is asked for.</summary>
    public const string Interpreter = "interpreter";

    /// <summary>Runs.</summary>
    /// <exception cref="UserErrorException">Arguments, function or devices do not fit.</exception>
    /// <exception cref="InterpreterException">The interpreter cannot run the program.</exception>
    /// <exception cref="PjrtException">The plugin cannot.</exception>
    public static ProgramRunResult Run(ProgramRunRequest request)
    {
        ModuleOp module = request.Program.Module;
        FuncOp function = module.FindFunction(request.Function)
            ?? throw new UserErrorException($"{request.Program.Path} has no function @{request.Function}; it has {string.Join(", ", module.Functions.Take(8).Select(f => "@" + f.Name))}.");
        (int replicas, int partitions) = ShardedRunner.GridOf(module);
        CheckDevices(request, replicas, partitions);
        IReadOnlyList<Literal>[] arguments = ReplicatedRun.Arguments(Arguments(request, function, replicas), function.Type.Inputs, replicas);
        ProgramRunResult result = request.IsChecked ? Checked(request, module, arguments[0])
            : request.Plugin is null or Interpreter ? Interpret(request, module, arguments) : OnPlugin(request, module, arguments);
        if (request.Output is { } output)
        {
            ProgramArrays.Write(output, "out", result.Results);
        }
        if (request.Expected is not { } file)
        {
            return result;
        }
        IReadOnlyList<Literal> expected = ProgramArrays.Read(file, "out", [.. result.Results.Select(r => r.Type)]);
        double own = ResultComparison.DefaultTolerance(module);
        return result with
        {
            Comparisons = [.. result.Results.Select((r, i) => ResultComparison.Of(i, r, expected[i], request.Tolerance ?? Math.Max(own, ResultComparison.DefaultTolerance(r.Type.Kind))))],
        };
    }

    private static void CheckDevices(ProgramRunRequest request, int replicas, int partitions)
    {
        if (replicas > 1 && request.IsChecked)
        {
            throw new UserErrorException($"{request.Program.Path} is for {replicas} replicas (mhlo.num_replicas); --check runs programs of one replica only.");
        }
        if (request.Devices is < 1)
        {
            throw new UserErrorException($"--devices {request.Devices} is too few: a program runs on one device at least.");
        }
        if (request.Devices < (long)partitions * replicas)
        {
            string copies = replicas == 1 ? "" : $"{replicas} replicas (mhlo.num_replicas) of ";
            throw new UserErrorException($"{request.Program.Path} is written for {copies}{partitions} partitions (mhlo.num_partitions); --devices {request.Devices} is too few.");
        }
    }

    private static IReadOnlyList<Literal> Arguments(ProgramRunRequest request, FuncOp function, int replicas)
    {
        IReadOnlyList<IrType> types = function.Type.Inputs;
        if (request.Inputs is { } file)
        {
            return ProgramArrays.Read(file, "in", types, replicas);
        }
        return types.Count == 0 ? [] : throw new UserErrorException($"@{request.Function} takes {types.Count} arguments: give them with --in FILE.npz, as in/0000, in/0001, ….");
    }

    private static ProgramRunResult Interpret(ProgramRunRequest request, ModuleOp module, IReadOnlyList<Literal>[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var options = new InterpreterOptions { Output = Console.Error };
        IReadOnlyList<Literal> results = arguments.Length == 1
            ? I1Xla.StableHlo.Interpretation.Interpreter.Run(module, request.Function, arguments[0], options)
            : ReplicatedRun.Stack(ReplicatedRun.Interpret(module, request.Function, arguments, options));
        return new ProgramRunResult("the reference interpreter", 1, 0, clock.Elapsed.TotalSeconds, results, []);
    }

    private static ProgramRunResult Checked(ProgramRunRequest request, ModuleOp module, IReadOnlyList<Literal> arguments)
    {
        var clock = Stopwatch.StartNew();
        using CpuExecutable executable = CpuInspection.CompileChecked(module, request.Function);
        double compile = clock.Elapsed.TotalSeconds;
        clock.Restart();
        IReadOnlyList<Literal> results = CpuInspection.Run(executable, arguments);
        return new ProgramRunResult("the CPU compiler, operation by operation", 1, compile, clock.Elapsed.TotalSeconds, results, []);
    }

    private static ProgramRunResult OnPlugin(ProgramRunRequest request, ModuleOp module, IReadOnlyList<Literal>[] arguments)
    {
        if (request.Function != "main")
        {
            throw new UserErrorException($"A plugin runs @main, not @{request.Function}; use --plugin {Interpreter} for other functions.");
        }
        int replicas = arguments.Length;
        int written = ShardedRunner.GridOf(module).Partitions;
        int partitions = replicas == 1 && written == 1 && module.Op.Attributes.Get<IntegerAttr>("mhlo.num_partitions") is null ? request.Devices ?? 1 : written;
        using PjrtClient client = PluginOpener.OpenClient(request.Plugin, request.Devices ?? partitions * replicas);
        var clock = Stopwatch.StartNew();
        using var runner = new ShardedRunner(client, request.Program.ToPjrt(), module, partitions, replicas);
        double compile = clock.Elapsed.TotalSeconds;
        clock.Restart();
        IReadOnlyList<Literal> results = replicas == 1 ? runner.Run(arguments[0]) : ReplicatedRun.Stack(runner.RunReplicas(arguments));
        return new ProgramRunResult($"{client.Devices[0].Description.Kind} through {client.Plugin}", partitions * replicas, compile, clock.Elapsed.TotalSeconds, results, []);
    }
}
