using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace I1Xla.Pjrt;

/// <summary>What bounds a program's speed.</summary>
public enum RooflineBound
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>Arithmetic.</summary>
    Compute,

    /// <summary>Memory traffic.</summary>
    Memory,
}

/// <summary>A request to compile a program for devices that need not be here.</summary>
/// <param name="Program">The program.</param>
/// <param name="Topology">The plugin's name of the topology, such as <c>v6e:8x16</c>.</param>
/// <param name="Options">Compile options; null: one replica and one partition.</param>
public sealed record OfflineCompileRequest(PjrtProgram Program, string Topology, PjrtCompileOptions? Options = null)
{
    /// <summary>Whether to keep the compiled executable's bytes in the report.</summary>
    public bool KeepExecutable { get; init; }

    /// <summary>Whether to keep the optimized program in the report.</summary>
    public bool KeepOptimizedProgram { get; init; }
}

/// <summary>The outcome of an offline compilation. All sizes and counts are for one chip.</summary>
public sealed record OfflineCompileReport
{
    /// <summary>The topology compiled for.</summary>
    public required string Topology { get; init; }

    /// <summary>The kind of device.</summary>
    public required string DeviceKind { get; init; }

    /// <summary>How many devices the topology has.</summary>
    public required int Devices { get; init; }

    /// <summary>Seconds the compiler took.</summary>
    public required double CompileSeconds { get; init; }

    /// <summary>Bytes of memory that one chip offers, as the plugin says; null when it does not.</summary>
    public long? CapacityBytes { get; init; }

    /// <summary>Whether the program fits.</summary>
    public bool Fits => OutOfMemory is null;

    /// <summary>What took the room, when the program does not fit.</summary>
    public HbmReport? OutOfMemory { get; init; }

    /// <summary>The program's name.</summary>
    public string? ProgramName { get; init; }

    /// <summary>What the program needs.</summary>
    public PjrtCompiledMemory? Memory { get; init; }

    /// <summary>Floating-point operations of one run, the compiler's count.</summary>
    public double? Flops { get; init; }

    /// <summary>Bytes moved to and from memory in one run, the compiler's count.</summary>
    public double? BytesAccessed { get; init; }

    /// <summary>The compiler's cycle estimates.</summary>
    public HloCycles? Cycles { get; init; }

    /// <summary>Seconds of one run by the cycle estimates, where the chip's clock is known.</summary>
    public double? EstimatedSeconds { get; init; }

    /// <summary>Operations for each byte moved.</summary>
    public double? ArithmeticIntensity => Flops is { } f && BytesAccessed is > 0 and { } b ? f / b : null;

    /// <summary>Share of the chip's peak that <see cref="EstimatedSeconds"/> comes to.</summary>
    public double? PeakShare { get; init; }

    /// <summary>What bounds the program, by the chip's public figures.</summary>
    public RooflineBound Bound { get; init; }

    /// <summary>The executable, when asked for.</summary>
    public byte[]? Executable { get; init; }

    /// <summary>The optimized program, when asked for.</summary>
    public PjrtProgram? OptimizedProgram { get; init; }

    /// <summary>The report for people, one fact a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line("topology", $"{Topology} ({Devices} x {DeviceKind})");
        Line("compiled in", $"{CompileSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        if (OutOfMemory is { } oom)
        {
            Line("does not fit", oom.ToString().TrimEnd());
            return text.ToString();
        }
        if (Memory is { } memory)
        {
            Line("arguments", Format.Bytes(memory.ArgumentBytes));
            Line("outputs", $"{Format.Bytes(memory.OutputBytes)} ({Format.Bytes(memory.AliasBytes)} in the room of donated arguments)");
            Line("temporaries", Format.Bytes(memory.TemporaryBytes));
            Line("code", Format.Bytes(memory.CodeBytes));
            Line("peak", Format.Bytes(memory.PeakEstimate) + (CapacityBytes is { } capacity ? $" of {Format.Bytes(capacity)}" : ""));
        }
        Number("FLOPs", Flops);
        Number("bytes accessed", BytesAccessed);
        Number("FLOPs per byte", ArithmeticIntensity);
        Number("estimated seconds", EstimatedSeconds);
        Number("share of peak", PeakShare);
        if (Bound != RooflineBound.Unknown)
        {
            Line("bound by", Bound.ToString().ToLowerInvariant());
        }
        if (Cycles is { UnknownLoops: > 0 } cycles)
        {
            Line("note", $"{cycles.UnknownLoops} loops of unknown length are counted once");
        }
        return text.ToString();

        void Number(string name, double? value)
        {
            if (value is { } v)
            {
                Line(name, v.ToString("0.####e+0", CultureInfo.InvariantCulture));
            }
        }

        void Line(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-18}{value}\n");
    }
}

/// <summary>Compiles programs for devices that are not here and tells what the compiler says of them.</summary>
public static class OfflineCompiler
{
    /// <summary>
    /// Compiles a program for a topology. A program that does not fit gives a report with <see cref="OfflineCompileReport.OutOfMemory"/>;
    /// any other error is thrown.
    /// </summary>
    public static OfflineCompileReport Compile(PjrtPlugin plugin, OfflineCompileRequest request, IProgress<string>? progress = null)
    {
        progress?.Report($"describing {request.Topology}");
        using PjrtTopology topology = plugin.CreateTopology(request.Topology);
        IReadOnlyList<PjrtDeviceDescription> devices = topology.Devices;
        long? capacity = topology.Attributes.TryGetValue("device_memory_bytes_limit", out PjrtValue limit) && limit.Type == PjrtNamedValueType.Int64 ? limit.AsInt64 : null;
        var report = new OfflineCompileReport
        {
            Topology = request.Topology,
            DeviceKind = devices[0].Kind,
            Devices = devices.Count,
            CompileSeconds = 0,
            CapacityBytes = capacity,
        };
        progress?.Report($"compiling for {devices.Count} x {devices[0].Kind}");
        PjrtCompileOptions options = request.Options ?? new PjrtCompileOptions();
        if (options.DeviceAssignment is null && options.Replicas * options.Partitions == devices.Count && options.Replicas == 1)
        {
            options = options with { DeviceAssignment = PjrtDeviceAssignment.Partitioned([.. devices.Select(d => d.Id)]) };
        }
        var clock = Stopwatch.StartNew();
        PjrtExecutable executable;
        try
        {
            executable = topology.Compile(request.Program, options);
        }
        catch (PjrtOutOfMemoryException e) when (e.Report is not null)
        {
            return report with { CompileSeconds = clock.Elapsed.TotalSeconds, OutOfMemory = e.Report, ProgramName = e.Report.Module };
        }
        using (executable)
        {
            double seconds = clock.Elapsed.TotalSeconds;
            progress?.Report("reading the compiler's estimates");
            return Describe(report with { CompileSeconds = seconds }, request, executable);
        }
    }

    private static OfflineCompileReport Describe(OfflineCompileReport report, OfflineCompileRequest request, PjrtExecutable executable)
    {
        IReadOnlyDictionary<string, PjrtValue> costs = executable.CostAnalysis();
        double? flops = Cost(costs, "flops");
        double? bytes = Cost(costs, "bytes accessed");
        PjrtProgram optimized = executable.OptimizedProgram();
        HloCycles? cycles = HloCycles.TryRead(optimized);
        TpuGeneration? chip = TpuGeneration.OfTopology(request.Topology);
        double? seconds = cycles is not null && chip is not null ? cycles.Total / chip.ClockHertz : null;
        return report with
        {
            ProgramName = executable.Name,
            Memory = executable.CompiledMemory(),
            Flops = flops,
            BytesAccessed = bytes,
            Cycles = cycles,
            EstimatedSeconds = seconds,
            PeakShare = seconds is > 0 && flops is { } f && chip is not null ? f / seconds / chip.PeakFlops : null,
            Bound = chip is null || flops is null || bytes is null ? RooflineBound.Unknown
                : flops / chip.PeakFlops >= bytes / chip.MemoryBandwidth ? RooflineBound.Compute : RooflineBound.Memory,
            Executable = request.KeepExecutable ? executable.Serialize() : null,
            OptimizedProgram = request.KeepOptimizedProgram ? optimized : null,
        };
    }

    private static double? Cost(IReadOnlyDictionary<string, PjrtValue> costs, string name) =>
        costs.TryGetValue(name, out PjrtValue value) && value.Type == PjrtNamedValueType.Float ? value.AsFloat : null;
}
