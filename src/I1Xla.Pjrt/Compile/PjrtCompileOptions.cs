using Google.Protobuf;
using I1Xla.Pjrt.Xla;

namespace I1Xla.Pjrt;

/// <summary>How hard the compiler tries; <see cref="Default"/> leaves it to the plugin.</summary>
public enum PjrtEffort
{
    /// <summary>The plugin's own default.</summary>
    Default,

    /// <summary>As little as possible.</summary>
    O0,

    /// <summary>A little.</summary>
    O1,

    /// <summary>The usual for production.</summary>
    O2,

    /// <summary>Costly and experimental work too.</summary>
    O3,
}

/// <summary>
/// Options of a compilation, written as XLA's <c>CompileOptionsProto</c>. Equal options give equal bytes, so the bytes can be
/// part of a cache key.
/// </summary>
public sealed record PjrtCompileOptions
{
    /// <summary>Copies of the program that run side by side on different data.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Devices that each copy is partitioned over.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Which device runs which replica and partition; null lets the plugin choose.</summary>
    public PjrtDeviceAssignment? DeviceAssignment { get; init; }

    /// <summary>Whether the compiler partitions the program by its sharding annotations; null: yes when there is more than one partition.</summary>
    public bool? UseSpmdPartitioning { get; init; }

    /// <summary>Whether shardings are Shardy's (<c>sdy</c>) rather than GSPMD's (<c>mhlo.sharding</c>).</summary>
    public bool UseShardyPartitioner { get; init; }

    /// <summary>For each parameter (or one for all): whether the compiler may choose its sharding.</summary>
    public IReadOnlyList<bool> AllowShardingPropagationToParameters { get; init; } = [];

    /// <summary>For each output (or one for all): whether the compiler may choose its sharding.</summary>
    public IReadOnlyList<bool> AllowShardingPropagationToOutput { get; init; } = [];

    /// <summary>The layouts the caller will bring the arguments in; empty leaves the compiler's default.</summary>
    public IReadOnlyList<PjrtArgumentLayout> ArgumentLayouts { get; init; } = [];

    /// <summary>Whether all arguments come as one tuple.</summary>
    public bool ParameterIsTupledArguments { get; init; }

    /// <summary>Compile for any device of the client: the device is chosen at each execution.</summary>
    public bool CompilePortableExecutable { get; init; }

    /// <summary>Overrides of compiler flags for this one compilation, such as <c>xla_tpu_scoped_vmem_limit_kib</c>.</summary>
    public IReadOnlyDictionary<string, PjrtFlag> Flags { get; init; } = new Dictionary<string, PjrtFlag>();

    /// <summary>How hard to try for speed of execution.</summary>
    public PjrtEffort OptimizationLevel { get; init; }

    /// <summary>How hard to try to make the program fit into memory.</summary>
    public PjrtEffort MemoryFittingLevel { get; init; }

    /// <summary>How hard to try for speed of execution, from -1 (compile fast) over 0 (the default) to 1; finer than <see cref="OptimizationLevel"/>.</summary>
    public float OptimizationEffort { get; init; }

    /// <summary>How hard to try to make the program fit into memory, from -1 to 1.</summary>
    public float MemoryFittingEffort { get; init; }

    /// <summary>The device's memory size to assume, in bytes; 0 leaves it to the plugin.</summary>
    public long DeviceMemoryBytes { get; init; }

    /// <summary>A profile for feedback-directed optimisation, empty for none.</summary>
    public ReadOnlyMemory<byte> FeedbackProfile { get; init; }

    /// <summary>The device for a program that was given none, -1 for no preference.</summary>
    public int DeviceOrdinal { get; init; } = -1;

    /// <summary>Options for a program partitioned over <paramref name="partitions"/> devices.</summary>
    public static PjrtCompileOptions Partitioned(int partitions, bool shardy = false) => new() { Partitions = partitions, UseShardyPartitioner = shardy };

    /// <summary>The options with the flags of a profile added (the options' own flags win).</summary>
    public PjrtCompileOptions With(IReadOnlyDictionary<string, PjrtFlag> profile)
    {
        var all = new Dictionary<string, PjrtFlag>(profile);
        foreach ((string name, PjrtFlag value) in Flags)
        {
            all[name] = value;
        }
        return this with { Flags = all };
    }

    /// <summary>The options as XLA's message.</summary>
    public CompileOptionsProto ToProto()
    {
        if (Replicas < 1 || Partitions < 1)
        {
            throw new ArgumentException($"A program runs with at least one replica and one partition; got {Replicas} and {Partitions}.");
        }
        if (DeviceAssignment is { } assigned && (assigned.Replicas != Replicas || assigned.Partitions != Partitions))
        {
            throw new ArgumentException($"The device assignment is for {assigned.Replicas} replicas x {assigned.Partitions} partitions, the options say {Replicas} x {Partitions}.");
        }
        var build = new ExecutableBuildOptionsProto
        {
            DeviceOrdinal = DeviceOrdinal,
            NumReplicas = Replicas,
            NumPartitions = Partitions,
            UseSpmdPartitioning = UseSpmdPartitioning ?? Partitions > 1,
            UseShardyPartitioner = UseShardyPartitioner,
            OptimizationLevel = Effort(OptimizationLevel),
            MemoryFittingLevel = Effort(MemoryFittingLevel),
            ExecTimeOptimizationEffort = Within(OptimizationEffort),
            MemoryFittingEffort = Within(MemoryFittingEffort),
            DeviceMemorySize = DeviceMemoryBytes,
            FdoProfile = ByteString.CopyFrom(FeedbackProfile.Span),
        };
        if (DeviceAssignment is { } assignment)
        {
            build.DeviceAssignment = assignment.ToProto();
        }
        build.AllowSpmdShardingPropagationToParameters.Add(AllowShardingPropagationToParameters);
        build.AllowSpmdShardingPropagationToOutput.Add(AllowShardingPropagationToOutput);
        var proto = new CompileOptionsProto
        {
            ExecutableBuildOptions = build,
            ParameterIsTupledArguments = ParameterIsTupledArguments,
            CompilePortableExecutable = CompilePortableExecutable,
        };
        proto.ArgumentLayouts.Add(ArgumentLayouts.Select(l => l.ToProto()));
        foreach ((string name, PjrtFlag flag) in Flags.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            proto.EnvOptionOverrides.Add(name, flag.ToProto());
        }
        return proto;
    }

    /// <summary>The options as bytes, the same for equal options.</summary>
    public byte[] ToBytes() => ToProto().ToByteArray();

    private static float Within(float effort) =>
        effort is >= -1 and <= 1 ? effort : throw new ArgumentException($"An effort lies between -1 and 1; got {effort}.");

    private static ExecutionOptions.Types.EffortLevel Effort(PjrtEffort effort) => effort switch
    {
        PjrtEffort.O0 => ExecutionOptions.Types.EffortLevel.EffortO0,
        PjrtEffort.O1 => ExecutionOptions.Types.EffortLevel.EffortO1,
        PjrtEffort.O2 => ExecutionOptions.Types.EffortLevel.EffortO2,
        PjrtEffort.O3 => ExecutionOptions.Types.EffortLevel.EffortO3,
        _ => ExecutionOptions.Types.EffortLevel.EffortUnknown,
    };
}

/// <summary>The shape and layout of one argument as the caller will bring it.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Dimensions">Dimensions.</param>
/// <param name="Layout">A tiled layout (an order of dimensions).</param>
public sealed record PjrtArgumentLayout(PjrtElementType Type, IReadOnlyList<long> Dimensions, PjrtLayout Layout)
{
    internal ShapeProto ToProto()
    {
        var layout = new LayoutProto();
        layout.MinorToMajor.Add(Layout.MinorToMajor);
        foreach (IReadOnlyList<long> tile in Layout.Tiles)
        {
            var t = new TileProto();
            t.Dimensions.Add(tile);
            layout.Tiles.Add(t);
        }
        var shape = new ShapeProto { ElementType = XlaTypes.ToXla(Type), Layout = layout };
        shape.Dimensions.Add(Dimensions);
        shape.IsDynamicDimension.Add(Dimensions.Select(_ => false));
        return shape;
    }
}

/// <summary>The value of a compiler flag: a string, a boolean, an integer or a floating-point number.</summary>
public readonly record struct PjrtFlag
{
    private readonly object value;

    private PjrtFlag(object value) => this.value = value;

    /// <summary>A string flag.</summary>
    public static implicit operator PjrtFlag(string value) => new(value);

    /// <summary>A boolean flag.</summary>
    public static implicit operator PjrtFlag(bool value) => new(value);

    /// <summary>An integer flag.</summary>
    public static implicit operator PjrtFlag(long value) => new(value);

    /// <summary>A floating-point flag.</summary>
    public static implicit operator PjrtFlag(double value) => new(value);

    /// <summary>The value as text.</summary>
    public override string ToString() => value is bool b ? (b ? "true" : "false") : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";

    internal OptionOverrideProto ToProto() => value switch
    {
        bool b => new OptionOverrideProto { BoolField = b },
        long l => new OptionOverrideProto { IntField = l },
        double d => new OptionOverrideProto { DoubleField = d },
        string s => new OptionOverrideProto { StringField = s },
        _ => throw new InvalidOperationException("A flag without a value."),
    };
}
