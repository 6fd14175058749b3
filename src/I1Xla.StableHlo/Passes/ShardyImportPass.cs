using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Passes;

/// <summary>Undoes <see cref="ShardyExportPass"/>: what XLA's round trip keeps of Shardy in StableHLO becomes attributes and operations of the sdy dialect again.</summary>
/// <remarks>XLA, <c>xla/service/spmd/shardy</c>; Shardy, <c>docs/sdy_dialect.md</c>.</remarks>
public sealed class ShardyImportPass : IModulePass
{
    /// <inheritdoc/>
    public string Name => "shardy-import";

    /// <summary>Whether a module has something to undo.</summary>
    public static bool Applies(ModuleOp module) =>
        module.Op.HasAttributes && module.Op.Attributes[ShardyRoundTrip.Frontend] is DictionaryAttr frontend && frontend.Entries.Any(e => e.Name == ShardyRoundTrip.Meshes);

    /// <inheritdoc/>
    /// <exception cref="PassException">What stands for Shardy is damaged.</exception>
    public void Run(ModuleOp module)
    {
        if (module.Op.HasAttributes && ShardyRoundTrip.TakeFrontend<DictionaryAttr>(module.Op.Attributes, ShardyRoundTrip.Meshes, module.Op) is { } meshes)
        {
            for (int i = 0; i < meshes.Entries.Length; i++)
            {
                var attributes = new AttributeMap { { "sym_name", new StringAttr(meshes.Entries[i].Name) }, { "mesh", meshes.Entries[i].Value } };
                module.Body.Operations.Insert(i, new Operation(ShardyRoundTrip.Mesh, [], [], attributes, default, module.Op.Location) { Parent = module.Body });
            }
        }
        Dictionary<string, FuncOp> bodies = module.Functions.Where(f => f.Name.StartsWith(ShardyRoundTrip.BodyName, StringComparison.Ordinal)).ToDictionary(f => f.Name);
        foreach (FuncOp function in module.Functions.Where(f => !bodies.ContainsKey(f.Name)).ToList())
        {
            Arguments(function);
            new Import(bodies, function).Run();
        }
        module.Body.Operations.RemoveAll(op => op.Name == FuncOp.OpName && bodies.ContainsKey(new FuncOp(op).Name));
    }

    private static void Arguments(FuncOp function)
    {
        ShardyRoundTrip.EditEntries(function, "arg_attrs", (_, map) =>
        {
            if (ShardyRoundTrip.TakeFrontend<SdyShardingAttr>(map, ShardyRoundTrip.ShardingText, function.Op) is not { } sharding)
            {
                return false;
            }
            map.Set(ShardyRoundTrip.Sharding, sharding);
            return true;
        });
    }

    /// <summary>The operations of one function, with the manual computations that it calls.</summary>
    private sealed class Import(Dictionary<string, FuncOp> bodies, FuncOp function)
    {
        private readonly Dictionary<Value, Operation> _locals = [];
        private readonly Dictionary<Value, SdyShardingAttr> _resultShardings = [];

        public void Run()
        {
            var rewriter = new Rewriter(Rewrite);
            rewriter.Run(function.Op);
            if (function.IsDeclaration)
            {
                return;
            }
            Operation end = function.Body.Terminator!;
            for (int i = 0; i < end.Operands.Length; i++)
            {
                if (_resultShardings.TryGetValue(end.Operands[i], out SdyShardingAttr? sharding))
                {
                    function.SetResultAttribute(i, ShardyRoundTrip.Sharding, sharding);
                    end.SetOperand(i, rewriter.Now(end.Operands[i].DefiningOp!.Operands[0]));
                }
            }
            // Those calls were there for the results' sake alone.
            function.Body.Operations.RemoveAll(op => op.Results.Length == 1 && _resultShardings.ContainsKey(op.Results[0]));
        }

        private IReadOnlyList<Value>? Rewrite(Operation op, Rewriter rewriter)
        {
            if (op.Name.Full == "func.call" && op.Attributes["callee"] is SymbolRefAttr callee && bodies.TryGetValue(callee.Root, out FuncOp body))
            {
                return op.Results.Length == 0 ? Manual(op, body, null, rewriter) : [.. op.Results];
            }
            if (op.Name.Full == "stablehlo.custom_call" && op.Attributes["call_target_name"] is StringAttr target)
            {
                switch (target.Value)
                {
                    case "xla.sdy.FuncResultSharding" when PerValue(op) is { Shardings.Length: 1 } result:
                        _resultShardings[op.Result] = result.Shardings[0];
                        return null;
                    case "Sharding" when PerValue(op) is { Shardings.Length: 1 } constraint:
                        return Made(rewriter, op, "sdy.sharding_constraint", "sharding", constraint.Shardings[0]);
                    case "xla.sdy.ShardingGroup":
                        return Made(rewriter, op, "sdy.sharding_group", "group_id", Required<IntegerAttr>(op, ShardyRoundTrip.GroupId));
                    case "xla.sdy.PropagationBarrier":
                        return Made(rewriter, op, "sdy.propagation_barrier", "allowed_direction", IntegerAttr.I32((int)Required<IntegerAttr>(op, ShardyRoundTrip.AllowedDirection).Value));
                    case ShardyRoundTrip.ToLocal:
                        foreach (OpResult result in op.Results)
                        {
                            _locals[result] = op;
                        }
                        return [.. op.Results];
                    case ShardyRoundTrip.ToGlobal when op.Operands[0].DefiningOp is { } call && call.Attributes["callee"] is SymbolRefAttr name && bodies.TryGetValue(name.Root, out FuncOp called):
                        return Manual(call, called, op, rewriter);
                }
            }
            if (op.HasAttributes)
            {
                Restore<SdyShardingPerValueAttr>(op, ShardyRoundTrip.ShardingText, ShardyRoundTrip.Sharding);
                Restore<SdyOpShardingRuleAttr>(op, ShardyRoundTrip.RuleText, ShardyRoundTrip.Rule);
            }
            return null;
        }

        private static SdyShardingPerValueAttr? PerValue(Operation op) => ShardyRoundTrip.TakeFrontend<SdyShardingPerValueAttr>(op.Attributes, ShardyRoundTrip.ShardingText, op);

        private static T Required<T>(Operation op, string name) where T : Attribute =>
            ShardyRoundTrip.TakeFrontend<T>(op.Attributes, name, op) ?? throw new PassException($"{op.Attributes["call_target_name"]} has no {name}", op);

        private static void Restore<T>(Operation op, string from, string to) where T : Attribute
        {
            if (ShardyRoundTrip.TakeFrontend<T>(op.Attributes, from, op) is { } value)
            {
                op.Attributes.Set(to, value);
            }
        }

        private static List<Value> Made(Rewriter rewriter, Operation op, string name, string attribute, Attribute value) =>
            [.. rewriter.Insert(new Operation(name, op.Operands, [.. op.Results.ToArray().Select(r => r.Type)], new AttributeMap { { attribute, value } }, default, op.Location)).Results];

        private List<Value> Manual(Operation call, FuncOp body, Operation? global, Rewriter rewriter)
        {
            Operation? local = call.Operands.Length > 0 ? _locals.GetValueOrDefault(call.Operands[0]) : null;
            if (call.Operands.Length > 0 && local is null)
            {
                throw new PassException($"@{body.Name} is called with what is no local value", call);
            }
            new Import(bodies, body).Run();
            SdyShardingPerValueAttr Shardings(Operation? op, string name) => op is null ? new SdyShardingPerValueAttr([]) : Required<SdyShardingPerValueAttr>(op, name);
            var attributes = new AttributeMap
            {
                { "in_shardings", Shardings(local, ShardyRoundTrip.InShardings) },
                { "out_shardings", Shardings(global, ShardyRoundTrip.OutShardings) },
                { "manual_axes", (local ?? global) is { } either ? Required<SdyManualAxesAttr>(either, ShardyRoundTrip.ManualAxes) : new SdyManualAxesAttr([]) },
            };
            Region region = body.Op.Regions[0].Clone([]);
            Block block = region.Entry;
            Operation end = block.Terminator!;
            block.Operations[^1] = new Operation("sdy.return", end.Operands, [], null, default, end.Location) { Parent = block };
            Operation manual = rewriter.Insert(new Operation("sdy.manual_computation", local is null ? [] : local.Operands,
                global is null ? [] : [.. global.Results.ToArray().Select(r => r.Type)], attributes, [region], call.Location));
            return [.. manual.Results];
        }
    }
}
