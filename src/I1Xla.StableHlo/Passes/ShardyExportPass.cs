using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Passes;

/// <summary>
/// Writes what a module has of Shardy (the sdy dialect) in StableHLO, as XLA's round trip does (<c>xla-sdy-round-trip-export-pipeline</c>):
/// attributes as text in <c>mhlo.frontend_attributes</c>, constraints, result shardings and the borders of manual computations as
/// custom calls, the bodies of manual computations as functions. XLA reads this back; so does <see cref="ShardyImportPass"/>.
/// </summary>
/// <remarks>XLA, <c>xla/service/spmd/shardy</c>; Shardy, <c>docs/sdy_dialect.md</c>.</remarks>
public sealed class ShardyExportPass : IModulePass
{
    /// <inheritdoc/>
    public string Name => "shardy-export";

    /// <inheritdoc/>
    /// <exception cref="PassException">An operation of the sdy dialect has no form outside of it.</exception>
    public void Run(ModuleOp module)
    {
        var bodies = new List<FuncOp>();
        var rewriter = new Rewriter((op, r) => Export(op, r, bodies));
        foreach (FuncOp function in module.Functions.ToList())
        {
            rewriter.Run(function.Op);
            if (!function.IsDeclaration)
            {
                Signature(function);
            }
        }
        foreach (FuncOp body in bodies)
        {
            module.Body.Add(body.Op);
        }
        NamedAttribute[] meshes = [.. module.Body.Operations.Where(op => op.Name == ShardyRoundTrip.Mesh)
            .Select(op => new NamedAttribute(((StringAttr)op.Attributes["sym_name"]!).Value, op.Attributes["mesh"]!)).OrderBy(m => m.Name, StringComparer.Ordinal)];
        if (meshes.Length > 0)
        {
            ShardyRoundTrip.SetFrontend(module.Op.Attributes, ShardyRoundTrip.Meshes, new DictionaryAttr(new ValueArray<NamedAttribute>(meshes)));
            module.Body.Operations.RemoveAll(op => op.Name == ShardyRoundTrip.Mesh);
        }
    }

    /// <summary>Shardings of arguments move into their frontend attributes, those of results into a custom call before the return.</summary>
    private static void Signature(FuncOp function)
    {
        ShardyRoundTrip.EditEntries(function, "arg_attrs", (_, map) =>
        {
            if (map[ShardyRoundTrip.Sharding] is not { } sharding)
            {
                return false;
            }
            map.Remove(ShardyRoundTrip.Sharding);
            ShardyRoundTrip.SetFrontend(map, ShardyRoundTrip.ShardingText, sharding);
            return true;
        });
        Operation end = function.Body.Terminator!;
        ShardyRoundTrip.EditEntries(function, "res_attrs", (i, map) =>
        {
            if (i >= end.Operands.Length || map[ShardyRoundTrip.Sharding] is not SdyShardingAttr sharding)
            {
                return false;
            }
            map.Remove(ShardyRoundTrip.Sharding);
            Operation call = Call(end, "xla.sdy.FuncResultSharding", [end.Operands[i]], [end.Operands[i].Type], sideEffect: true, (ShardyRoundTrip.ShardingText, new SdyShardingPerValueAttr([sharding])));
            call.Parent = function.Body;
            function.Body.Operations.Insert(function.Body.Operations.Count - 1, call);
            end.SetOperand(i, call.Result);
            return true;
        });
    }

    private static IReadOnlyList<Value>? Export(Operation op, Rewriter rewriter, List<FuncOp> bodies)
    {
        switch (op.Name.Full)
        {
            case "sdy.sharding_constraint":
                var sharding = (SdyShardingAttr)op.Attributes["sharding"]!;
                return [.. rewriter.Insert(Call(op, "Sharding", op.Operands, [op.Result.Type], sideEffect: false, (ShardyRoundTrip.ShardingText, new SdyShardingPerValueAttr([sharding])))).Results];
            case "sdy.sharding_group":
                rewriter.Insert(Call(op, "xla.sdy.ShardingGroup", op.Operands, [], sideEffect: true, (ShardyRoundTrip.GroupId, op.Attributes["group_id"]!)));
                return [];
            case "sdy.propagation_barrier":
                Attribute direction = IntegerAttr.I64(((IntegerAttr)op.Attributes["allowed_direction"]!).Value);
                return [.. rewriter.Insert(Call(op, "xla.sdy.PropagationBarrier", op.Operands, [op.Result.Type], sideEffect: true, (ShardyRoundTrip.AllowedDirection, direction))).Results];
            case "sdy.constant":
                return [.. rewriter.Insert(new Operation("stablehlo.constant", [], [op.Result.Type], op.Attributes.Clone(), default, op.Location)).Results];
            case "sdy.manual_computation":
                return Manual(op, rewriter, bodies);
            case "sdy.return" or "sdy.mesh":
                return null;
        }
        if (op.Name.Dialect == "sdy")
        {
            throw new PassException($"{op.Name} has no form outside of Shardy", op);
        }
        if (op.HasAttributes)
        {
            Move(op, ShardyRoundTrip.Sharding, ShardyRoundTrip.ShardingText);
            Move(op, ShardyRoundTrip.Rule, ShardyRoundTrip.RuleText);
        }
        return null;
    }

    private static void Move(Operation op, string from, string to)
    {
        if (op.Attributes[from] is { } value)
        {
            op.Attributes.Remove(from);
            ShardyRoundTrip.SetFrontend(op.Attributes, to, value);
        }
    }

    private static List<Value> Manual(Operation op, Rewriter rewriter, List<FuncOp> bodies)
    {
        Block block = op.Regions[0].Entry;
        Operation end = block.Terminator!;
        var type = new FunctionType(block.Arguments.Select(a => a.Type).ToValueArray(), end.Operands.ToArray().Select(v => v.Type).ToValueArray());
        string name = bodies.Count == 0 ? ShardyRoundTrip.BodyName : $"{ShardyRoundTrip.BodyName}_{bodies.Count - 1}";
        FuncOp body = FuncOp.Create(name, type, isPrivate: true, op.Location);
        var map = new Dictionary<Value, Value>();
        for (int i = 0; i < block.Arguments.Count; i++)
        {
            map[block.Arguments[i]] = body.Body.Arguments[i];
        }
        foreach (Operation inner in block.Operations.SkipLast(1))
        {
            body.Body.Add(inner.Clone(map));
        }
        body.Body.Add(new Operation("func.return", [.. end.Operands.ToArray().Select(v => map.GetValueOrDefault(v, v))], [], null, default, end.Location));
        bodies.Add(body);

        Attribute axes = op.Attributes["manual_axes"]!;
        Value[] inputs = [.. op.Operands];
        if (inputs.Length > 0)
        {
            Operation local = rewriter.Insert(Call(op, ShardyRoundTrip.ToLocal, inputs, [.. type.Inputs], sideEffect: true,
                (ShardyRoundTrip.InShardings, op.Attributes["in_shardings"]!), (ShardyRoundTrip.ManualAxes, axes)));
            inputs = [.. local.Results];
        }
        var attributes = new AttributeMap { { "callee", new SymbolRefAttr(name) }, { ShardyRoundTrip.Frontend, ShardyRoundTrip.Texts(("inlineable", "false")) } };
        Operation call = rewriter.Insert(new Operation("func.call", inputs, [.. type.Results], attributes, default, op.Location));
        if (op.Results.Length == 0)
        {
            return [];
        }
        Operation global = rewriter.Insert(Call(op, ShardyRoundTrip.ToGlobal, [.. call.Results], [.. op.Results.ToArray().Select(r => r.Type)], sideEffect: true,
            (ShardyRoundTrip.ManualAxes, axes), (ShardyRoundTrip.OutShardings, op.Attributes["out_shardings"]!)));
        return [.. global.Results];
    }

    private static Operation Call(Operation at, string target, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> types, bool sideEffect, params (string Name, Attribute Value)[] frontend)
    {
        var attributes = new AttributeMap { { "call_target_name", new StringAttr(target) } };
        if (sideEffect)
        {
            attributes.Add("has_side_effect", new BoolAttr(true));
        }
        attributes.Add(ShardyRoundTrip.Frontend, ShardyRoundTrip.Texts([.. frontend.Select(f => (f.Name, MlirPrinter.ToText(f.Value)))]));
        return new Operation("stablehlo.custom_call", operands, types, attributes, default, at.Location);
    }
}
