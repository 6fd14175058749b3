using I1Xla.Pjrt;
using I1Xla.Pjrt.Xla;
using I1Xla.StableHlo.Partition;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>What a caller's <c>CompileOptionsProto</c> asks for.</summary>
internal sealed class CompileRequest
{
    /// <summary>The compile option that says how annotated programs run: <c>partition</c> (the default), each device a program of its own shapes, or <c>whole</c>.</summary>
    public const string SpmdOption = "i1xla_cpu_spmd";

    /// <summary>The environment variable that says it where the options do not.</summary>
    public const string SpmdVariable = "I1XLA_CPU_SPMD";

    /// <summary>Reads the serialized options; empty bytes mean defaults.</summary>
    public static CompileRequest Parse(byte[] bytes)
    {
        CompileOptionsProto proto;
        try
        {
            proto = CompileOptionsProto.Parser.ParseFrom(bytes);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException e)
        {
            throw PluginException.Invalid($"The compile options are no CompileOptionsProto: {e.Message}");
        }
        ExecutableBuildOptionsProto build = proto.ExecutableBuildOptions ?? new ExecutableBuildOptionsProto();
        return new CompileRequest
        {
            Serialized = bytes,
            Replicas = (int)Math.Max(build.NumReplicas, 1),
            Partitions = (int)Math.Max(build.NumPartitions, 1),
            DeviceOrdinal = bytes.Length == 0 ? -1 : (int)build.DeviceOrdinal,
            UseSpmd = build.UseSpmdPartitioning,
            IsPartitioned = ReadSpmd(proto),
            Freedom = new SpmdFreedom([.. build.AllowSpmdShardingPropagationToParameters], [.. build.AllowSpmdShardingPropagationToOutput]),
            IsPortable = proto.CompilePortableExecutable,
            Assignment = build.DeviceAssignment is { ReplicaCount: > 0 } assignment ? PjrtDeviceAssignment.Parse(Google.Protobuf.MessageExtensions.ToByteArray(assignment)) : null,
        };
    }

    public required byte[] Serialized { get; init; }

    public required int Replicas { get; init; }

    public required int Partitions { get; init; }

    public required int DeviceOrdinal { get; init; }

    /// <summary>Whether the program has whole shapes and is cut by its annotations; otherwise it is written for one process of many.</summary>
    public required bool UseSpmd { get; init; }

    /// <summary>Whether an annotated program is partitioned into one for each device; otherwise whole arrays are computed once for all.</summary>
    public required bool IsPartitioned { get; init; }

    /// <summary>Of which arguments and results the partitioner may choose how they lie.</summary>
    public required SpmdFreedom Freedom { get; init; }

    public required bool IsPortable { get; init; }

    public required PjrtDeviceAssignment? Assignment { get; init; }

    /// <summary>Which device runs which replica and partition.</summary>
    public PjrtDeviceAssignment DeviceAssignment(int deviceCount)
    {
        if (Assignment is { } given)
        {
            if (given.Replicas != Replicas || given.Partitions != Partitions)
                throw PluginException.Invalid($"The device assignment is for {given.Replicas} × {given.Partitions} devices, the options say {Replicas} × {Partitions}.");
            return given;
        }
        if (Replicas * Partitions > deviceCount)
            throw PluginException.Invalid($"The program wants {Replicas} replicas × {Partitions} partitions, the client has {deviceCount} devices (client option {ClientObject.DeviceCountOption}).");
        var devices = new int[Replicas, Partitions];
        for (int r = 0; r < Replicas; r++)
        {
            for (int p = 0; p < Partitions; p++) devices[r, p] = Replicas * Partitions == 1 && DeviceOrdinal > 0 ? DeviceOrdinal : (r * Partitions) + p;
        }
        return new PjrtDeviceAssignment(devices);
    }

    private static bool ReadSpmd(CompileOptionsProto proto)
    {
        string? mode = proto.EnvOptionOverrides.TryGetValue(SpmdOption, out OptionOverrideProto? given) ? given.StringField : Environment.GetEnvironmentVariable(SpmdVariable);
        return mode switch
        {
            null or "" or "partition" => true,
            "whole" => false,
            _ => throw PluginException.Invalid($"{SpmdOption} ({SpmdVariable}) is \"{mode}\"; it is partition or whole."),
        };
    }
}
