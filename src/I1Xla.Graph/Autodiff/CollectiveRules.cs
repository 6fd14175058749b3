using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of sharding annotations and collectives.</summary>
internal static class CollectiveRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        // A constraint on a value is also one on its cotangent.
        Rules.Linear(HloOps.ShardingConstraint, c => c.Give(0, Again(c, HloOps.ShardingConstraint)), 0);
        Rules.Add(HloOps.CustomCall, c => c.Give(0,
            Target(c.Op) == "Sharding" ? Again(c, HloOps.CustomCall)
            : Target(c.Op) == "annotate_device_placement" ? c.Ct
            : throw c.NoRule($"the custom call of {Target(c.Op)} has no rule; wrap it with CustomVjp")),
            c => c.ApplyToTangents(Target(c.Op) is "Sharding" or "annotate_device_placement" ? [0] : throw c.NoRule($"the custom call of {Target(c.Op)} has no rule")));
        Rules.Add(HloOps.ShardMap, ShardMapVjp, ShardMapJvp);
        Rules.Add(HloOps.AllReduce, c =>
        {
            if (ReductionRules.CombinerOf(c.Op) != HloOps.Add)
            {
                throw c.NoRule(NoReduction(c.Op));
            }
            c.Give(0, Hlo.Many(HloOps.AllReduce, c.Ct!.Type, false, [c.Ct!], Collectives.WithNewChannel(c.Op.Attributes), [Hlo.Combiner(HloOps.Add, c.Ct!.DType)]));
        }, c => c.ApplyToTangents(ReductionRules.CombinerOf(c.Op) == HloOps.Add ? [0] : throw c.NoRule(NoReduction(c.Op))));
        Rules.Linear(HloOps.AllGather, c =>
        {
            AttributeMap attributes = Collectives.WithNewChannel(c.Op.Attributes);
            attributes.Set("scatter_dimension", attributes["all_gather_dim"]!);
            attributes.Remove("all_gather_dim");
            c.Give(0, Hlo.Many(HloOps.ReduceScatter, c.TypeOf(0), false, [c.Ct!], attributes, [Hlo.Combiner(HloOps.Add, c.Ct!.DType)]));
        }, 0);
        Rules.Linear(HloOps.ReduceScatter, c =>
        {
            AttributeMap attributes = Collectives.WithNewChannel(c.Op.Attributes);
            attributes.Set("all_gather_dim", attributes["scatter_dimension"]!);
            attributes.Remove("scatter_dimension");
            c.Give(0, Hlo.Many(HloOps.AllGather, c.TypeOf(0), false, [c.Ct!], attributes));
        }, 0);
        Rules.Linear(HloOps.AllToAll, c =>
        {
            AttributeMap attributes = Collectives.WithNewChannel(c.Op.Attributes);
            (Attribute split, Attribute concat) = (attributes["split_dimension"]!, attributes["concat_dimension"]!);
            attributes.Set("split_dimension", concat);
            attributes.Set("concat_dimension", split);
            c.Give(0, Hlo.Many(HloOps.AllToAll, c.TypeOf(0), false, [c.Ct!], attributes));
        }, 0);
        Rules.Linear(HloOps.CollectivePermute, c =>
        {
            long[] pairs = Literal.FromDense(c.Op.Attributes.Get<DenseElementsAttr>("source_target_pairs")!).As<long>().ToArray();
            for (int i = 0; i < pairs.Length; i += 2)
            {
                (pairs[i], pairs[i + 1]) = (pairs[i + 1], pairs[i]);
            }
            c.Give(0, Collectives.Permute(c.Ct!, pairs));
        }, 0);
    }

    private static string NoReduction(Operation op) =>
        $"a reduction over devices by {ReductionRules.CombinerOf(op)?.Short ?? "a computation"} has no derivative (nor has it in JAX); only sums have. Give it StopGradient of its operand, or all_gather the shards and reduce them";

    private static string? Target(Operation op) => op.Attributes.Get<StringAttr>("call_target_name")?.Value;

    private static Tensor Again(VjpContext c, OpName op) => Hlo.One(op, c.Ct!.Type, false, c.Ct!, c.Op.Attributes.Clone());

    /// <summary>
    /// A shard map from inputs and cotangents to input cotangents, computing the forward pass again. A result that does not
    /// name an axis is the same on every device along it, so each gets its share of the cotangent; an input that does not
    /// name an axis went to every device along it, so its cotangents are summed.
    /// </summary>
    private static void ShardMapVjp(VjpContext c)
    {
        Operation op = c.Op;
        ModuleTracer module = c.Backward.Module;
        Mesh mesh = Shardings.MeshOf(module, "shard_map", "");
        var specs = op.Attributes.Get<ShardMapSpecsAttr>("specs")!;
        Block body = op.Regions[0].Entry;
        int[] needed = [.. Enumerable.Range(0, op.Operands.Length).Where(c.Needs)];
        int[] given = [.. Enumerable.Range(0, op.Results.Length).Where(i => c.CtOf(i) is not null)];
        Tensor[] inputs = [.. Enumerable.Range(0, op.Operands.Length).Select(c.In), .. given.Select(i => c.CtOf(i)!)];
        FunctionTracer f = Tracer.Current;
        Tensor[] results = Lax.Mapped(shards =>
        {
            Block here = f.Frame.Block;
            var map = new Dictionary<Value, Value>();
            foreach (Value constant in Backward.Captures(op.Regions))
            {
                map[constant] = here.Add(constant.DefiningOp!.Clone([])).Result;
            }
            for (int i = 0; i < body.Arguments.Count; i++)
            {
                map[body.Arguments[i]] = shards[i].Value;
            }
            Finisher.Resolve(body, module);
            int start = here.Operations.Count;
            foreach (Operation inner in body.Operations.SkipLast(1))
            {
                here.Add(Collectives.Again(inner, map));
            }
            int end = here.Operations.Count;
            var walk = new Backward(module, here, v => f.Wrap(v));
            foreach (int i in needed)
            {
                walk.Want(shards[i].Value);
            }
            walk.Activate(start, end);
            for (int i = 0; i < given.Length; i++)
            {
                Value result = body.Terminator!.Operands[given[i]];
                long copies = 1;
                foreach (string axis in Unnamed(mesh, specs.Results[given[i]]))
                {
                    copies *= mesh.SizeOf(axis);
                }
                Tensor ct = shards[op.Operands.Length + i];
                walk.Accumulate(map.GetValueOrDefault(result, result), copies == 1 ? ct : Hlo.Binary(HloOps.Divide, ct, Hlo.Splat((double)copies, ct.DType, ct.Shape)));
            }
            walk.Walk(start, end);
            return [.. needed.Select(i => Collectives.AllReduce(
                walk.Cotangent(shards[i].Value) ?? Hlo.Zeros(shards[i].Type), HloOps.Add, mesh, Unnamed(mesh, specs.Inputs[i])))];
        }, inputs, [.. specs.Inputs, .. given.Select(i => specs.Results[i])], [.. needed.Select(i => specs.Inputs[i])]);
        for (int i = 0; i < needed.Length; i++)
        {
            c.Give(needed[i], results[i]);
        }
    }

    /// <summary>A shard map from inputs and tangents to result tangents: tangents lie as what they belong to.</summary>
    private static void ShardMapJvp(JvpContext c)
    {
        Operation op = c.Op;
        var specs = op.Attributes.Get<ShardMapSpecsAttr>("specs")!;
        Block body = op.Regions[0].Entry;
        int inputs = op.Operands.Length;
        int[] given = [.. Enumerable.Range(0, inputs).Where(i => c.Tangent(i) is not null)];
        int[] wanted = [.. Enumerable.Range(0, op.Results.Length).Where(i => op.Results[i].TensorType.Kind is var kind && (kind.IsFloat() || kind.IsComplex()))];
        FunctionTracer f = Tracer.Current;
        Tensor[] tangents = Lax.Mapped(shards =>
        {
            Block here = f.Frame.Block;
            var map = new Dictionary<Value, Value>();
            foreach (Value constant in Backward.Captures(op.Regions))
            {
                map[constant] = here.Add(constant.DefiningOp!.Clone([])).Result;
            }
            for (int i = 0; i < inputs; i++)
            {
                map[body.Arguments[i]] = shards[i].Value;
            }
            Finisher.Resolve(body, c.Module);
            int start = here.Operations.Count;
            foreach (Operation inner in body.Operations.SkipLast(1))
            {
                here.Add(Collectives.Again(inner, map));
            }
            var walk = new Forward(c.Module, v => f.Wrap(v));
            for (int i = 0; i < given.Length; i++)
            {
                walk.Set(shards[given[i]].Value, shards[inputs + i]);
            }
            walk.Walk(here.Operations, start, here.Operations.Count);
            return [.. wanted.Select(i => body.Terminator!.Operands[i]).Select(r => map.GetValueOrDefault(r, r)).Select(v => walk.Tangent(v) ?? Hlo.Zeros(v.TensorType))];
        }, [.. Enumerable.Range(0, inputs).Select(c.In), .. given.Select(i => c.Tangent(i)!)],
            [.. specs.Inputs, .. given.Select(i => specs.Inputs[i])], [.. wanted.Select(i => specs.Results[i])]);
        for (int i = 0; i < wanted.Length; i++)
        {
            c.GiveTo(wanted[i], tangents[i]);
        }
    }

    private static string[] Unnamed(Mesh mesh, PartitionSpec spec) =>
        [.. mesh.Axes.Select(a => a.Name).Where(name => !spec.Dimensions.Any(d => d.Contains(name)))];
}
