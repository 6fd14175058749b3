using Google.Protobuf;
using I1Xla.Cpu.Spmd;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Xla;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>
/// The compiled program as an HLO module, for clients that read shardings, shapes and aliases from one: the signature, with one opaque call for the
/// body, since what runs is no HLO.
/// </summary>
internal static class HloSummary
{
    private const string Target = "i1xla_compiled_program";

    /// <summary>The serialized <c>HloModuleProtoWithConfig</c>, the form that JAX reads (<c>hlo_with_config</c>).</summary>
    public static byte[] Serialize(ProgramObject program)
    {
        TensorType[] parameters = program.Compiled.Parameters, results = program.Compiled.Results;
        ShapeProto result = Result(program);
        var signature = new ProgramShapeProto { Result = result };
        var entry = new HloComputationProto { Name = "main", Id = 1 };
        for (int i = 0; i < parameters.Length; i++)
        {
            ShapeProto shape = Shape(parameters[i], program.ParameterOrders[i]);
            signature.Parameters.Add(shape);
            signature.ParameterNames.Add($"Arg_{i}");
            entry.Instructions.Add(new HloInstructionProto { Name = $"Arg_{i}", Opcode = "parameter", Shape = shape, ParameterNumber = i, Id = i + 1 });
        }
        var body = new HloInstructionProto { Name = "body", Opcode = "custom-call", Shape = result, CustomCallTarget = Target, CustomCallApiVersion = 4, Id = parameters.Length + 1 };
        body.OperandIds.Add(Enumerable.Range(1, parameters.Length).Select(i => (long)i));
        entry.Instructions.Add(body);
        entry.RootId = body.Id;
        entry.ProgramShape = signature;
        var module = new HloModuleProto
        {
            Name = program.Module.Name ?? "main",
            EntryComputationName = entry.Name,
            EntryComputationId = entry.Id,
            HostProgramShape = signature,
            InputOutputAlias = new HloInputOutputAliasProto(),
        };
        module.Computations.Add(entry);
        for (int i = 0; i < program.Aliases.Length; i++)
        {
            if (program.Aliases[i] is not >= 0) continue;
            var alias = new HloInputOutputAliasProto.Types.AliasEntryProto { ParameterNumber = i, Kind = HloInputOutputAliasProto.Types.Kind.MayAlias };
            if (results.Length != 1) alias.OutputShapeIndex.Add(program.Aliases[i]!.Value);
            module.InputOutputAlias.Entries.Add(alias);
        }
        if (program.Compiled is PartitionedModule { ParameterTilings: { } cutParameters, ResultTilings: { } cutResults })
        {
            module.SpmdParametersShardings.Add(cutParameters.Select(Sharding));
            module.SpmdOutputSharding = results.Length == 1 ? Sharding(cutResults[0]) : new OpSharding { Type = OpSharding.Types.Type.Tuple };
            if (results.Length != 1) module.SpmdOutputSharding.TupleShardings.Add(cutResults.Select(Sharding));
        }
        var config = new HloModuleConfigProto { EntryComputationLayout = signature, ReplicaCount = program.Request.Replicas, NumPartitions = program.Request.Partitions };
        return new HloModuleProtoWithConfig { HloModule = module, Config = config }.ToByteArray();
    }

    private static ShapeProto Shape(TensorType type, int[]? order)
    {
        var shape = new ShapeProto { ElementType = XlaTypes.ToXla(type.Kind.ToPjrt()), Layout = new LayoutProto() };
        shape.Dimensions.Add(type.Shape.ToArray());
        shape.IsDynamicDimension.Add(type.Shape.ToArray().Select(_ => false));
        shape.Layout.MinorToMajor.Add((order ?? BufferObject.RowMajor(type.Rank)).Select(d => (long)d));
        return shape;
    }

    // One result is itself, any other number a tuple.
    private static ShapeProto Result(ProgramObject program)
    {
        ShapeProto[] shapes = [.. program.Compiled.Results.Select((t, i) => Shape(t, program.ResultOrders[i]))];
        if (shapes.Length == 1) return shapes[0];
        var tuple = new ShapeProto { ElementType = PrimitiveType.Tuple };
        tuple.TupleShapes.Add(shapes);
        return tuple;
    }

    private static OpSharding Sharding(DeviceTiling tiling)
    {
        if (tiling.IsReplicated) return new OpSharding { Type = OpSharding.Types.Type.Replicated };
        var sharding = new OpSharding { Type = OpSharding.Types.Type.Other };
        long tiles = tiling.Tiles.Aggregate(1L, (x, y) => x * y);
        sharding.TileAssignmentDimensions.Add(tiling.Tiles);
        // Devices by tile; those that share one lie along a further dimension.
        int[] order = [.. Enumerable.Range(0, tiling.Devices).OrderBy(d => Position(tiling, d)).ThenBy(d => d)];
        if (tiling.Devices > tiles)
        {
            sharding.TileAssignmentDimensions.Add(tiling.Devices / tiles);
            sharding.ReplicateOnLastTileDim = true;
        }
        sharding.TileAssignmentDevices.Add(order.Select(d => (long)d));
        return sharding;
    }

    private static long Position(DeviceTiling tiling, int device)
    {
        long position = 0;
        for (int d = 0; d < tiling.Tiles.Count; d++) position = position * tiling.Tiles[d] + tiling.TileOf(device)[d];
        return position;
    }
}
