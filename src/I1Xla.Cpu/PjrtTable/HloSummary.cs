using Google.Protobuf;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Xla;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Partition;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>
/// The compiled program as an HLO module, for clients that read shardings, shapes and aliases from one: the signature, and opaque calls for the body,
/// since what runs is no HLO; of a partitioned program, those of one device, with its collectives. A short program has one for each operation that is not dead; a long one, or one whose arrays lie otherwise than row-major,
/// a single one.
/// </summary>
internal static class HloSummary
{
    private const string Target = "i1xla_compiled_program";
    private const int MostOperations = 256;
    private const int MostPartitionedOperations = 1 << 14;

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
        if (!AddOperations(program, entry, result))
        {
            var body = new HloInstructionProto { Name = "body", Opcode = "custom-call", Shape = result, CustomCallTarget = Target, CustomCallApiVersion = 4, Id = parameters.Length + 1 };
            body.OperandIds.Add(Enumerable.Range(1, parameters.Length).Select(i => (long)i));
            entry.Instructions.Add(body);
            entry.RootId = body.Id;
        }
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
            // Of an empty tuple XLA has one sharding.
            if (results.Length == 0) module.SpmdOutputSharding.TupleShardings.Add(new OpSharding { Type = OpSharding.Types.Type.Replicated });
        }
        var config = new HloModuleConfigProto { EntryComputationLayout = signature, ReplicaCount = program.Request.Replicas, NumPartitions = program.Request.Partitions };
        return new HloModuleProtoWithConfig { HloModule = module, Config = config }.ToByteArray();
    }

    // Each live operation of the entry function as a call of its name; false when the program is not written so.
    private static bool AddOperations(ProgramObject program, HloComputationProto entry, ShapeProto result)
    {
        // Of several devices' program, that of one; JAX asks for the summary of each, so a long one is not partitioned for it.
        var several = program.Compiled as PartitionedModule;
        if (several is { HasPerDevice: false } && program.Module.Functions.Sum(f => f.IsDeclaration ? 0 : f.Body.Operations.Count) > MostOperations) return false;
        ModuleOp? written = several is null ? program.Module : several.PerDevice;
        if (written is not { } module) return false;
        Block main = module.FindFunction("main")!.Value.Body;
        bool plain = main.Operations.Count <= (several is null ? MostOperations : MostPartitionedOperations)
            && program.ResultOrders.Concat(program.ParameterOrders).All(o => o is null)
            && main.Operations.All(o => o == main.Terminator || o.Results.ToArray().All(r => r.Type is TokenType or TensorType { Shape.IsStatic: true, IsQuantized: false }));
        if (!plain) return false;
        var made = new Dictionary<Value, long>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < main.Arguments.Count; i++) made[main.Arguments[i]] = i + 1;
        long id = main.Arguments.Count;
        foreach (Operation operation in Live(main))
        {
            ShapeProto[] shapes = [.. operation.Results.ToArray().Select(r => r.Type is TensorType t ? Shape(t, null) : new ShapeProto { ElementType = PrimitiveType.Token })];
            string? own = operation.Name.Full == "stablehlo.custom_call" ? operation.Attributes.Get<StringAttr>("call_target_name")?.Value : null;
            HloInstructionProto call = Add(operation.Name.Short, "custom-call", shapes.Length == 1 ? shapes[0] : Tuple(shapes), Used(operation));
            (call.CustomCallTarget, call.CustomCallApiVersion) = (own ?? operation.Name.Full, 4);
            for (int r = 0; r < shapes.Length; r++)
            {
                if (shapes.Length == 1) made[operation.Results[r]] = call.Id;
                else
                {
                    HloInstructionProto element = Add("get-tuple-element", "get-tuple-element", shapes[r], []);
                    element.OperandIds.Add(call.Id);
                    element.TupleIndex = r;
                    made[operation.Results[r]] = element.Id;
                }
            }
        }
        Value[] returned = main.Terminator!.Operands.ToArray();
        entry.RootId = returned.Length == 1 ? made[returned[0]] : Add("tuple", "tuple", result, returned).Id;
        return true;

        HloInstructionProto Add(string name, string opcode, ShapeProto shape, IEnumerable<Value> operands)
        {
            id++;
            var instruction = new HloInstructionProto { Name = $"{name}.{id}", Opcode = opcode, Shape = shape, Id = id };
            instruction.OperandIds.Add(operands.Select(o => made[o]));
            entry.Instructions.Add(instruction);
            return instruction;
        }
    }

    // What the results or effects depend on, in order.
    private static List<Operation> Live(Block block)
    {
        var wanted = new HashSet<Value>(block.Terminator!.Operands.ToArray(), ReferenceEqualityComparer.Instance);
        var live = new List<Operation>();
        foreach (Operation operation in Enumerable.Reverse(block.Operations))
        {
            if (operation == block.Terminator || (IsRemovable(operation) && !operation.Results.ToArray().Any(wanted.Contains))) continue;
            live.Add(operation);
            wanted.UnionWith(Used(operation));
        }
        live.Reverse();
        return live;
    }

    // A call does what its function does.
    private static bool IsRemovable(Operation operation) => operation.Name.Dialect == "func" || StableHlo.Passes.Effects.IsPure(operation);

    // Operands, and what the regions use from outside.
    private static HashSet<Value> Used(Operation operation)
    {
        var used = new HashSet<Value>(operation.Operands.ToArray(), ReferenceEqualityComparer.Instance);
        var inside = new HashSet<Value>(ReferenceEqualityComparer.Instance);
        foreach (Region region in operation.Regions)
        {
            foreach (Block block in region.Blocks) Visit(block);
        }
        used.ExceptWith(inside);
        return used;

        void Visit(Block block)
        {
            inside.UnionWith(block.Arguments);
            foreach (Operation inner in block.Operations)
            {
                used.UnionWith(inner.Operands.ToArray());
                inside.UnionWith(inner.Results.ToArray());
                foreach (Region region in inner.Regions)
                {
                    foreach (Block nested in region.Blocks) Visit(nested);
                }
            }
        }
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
        return shapes.Length == 1 ? shapes[0] : Tuple(shapes);
    }

    private static ShapeProto Tuple(ShapeProto[] shapes)
    {
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
