using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Partition;

/// <summary>What is known before propagation: annotations, values that are parts already, and how values of regions belong together.</summary>
public sealed partial class SpmdPartitioner
{
    // Annotated results, and values between SPMDFullToShardShape and SPMDShardToFullShape.
    private void Collect(Block block)
    {
        foreach (Operation op in block.Operations)
        {
            if (Target(op) == "SPMDFullToShardShape")
            {
                _manual.Add(op.Results[0]);
                _propagation.Fix(op.Results[0]);
                continue;
            }
            if (Target(op) != "SPMDShardToFullShape" && UsesManual(op))
            {
                foreach (OpResult result in op.Results)
                {
                    _manual.Add(result);
                    _propagation.Fix(result);
                }
                continue;
            }
            if (op.Name.Full == "stablehlo.constant" || IsWhole(op))
            {
                // Constants are cut at each use for nothing.
                foreach (OpResult result in op.Results)
                {
                    _propagation.Fix(result);
                }
            }
            else if (_annotations.Of(op) is { } annotation)
            {
                _propagation.Set(op.Results[0], annotation.Sharding, annotation.Closed);
            }
            if (op.Name.Full == "sdy.manual_computation")
            {
                CollectManual(op);
            }
            if (IsControlFlow(op) || op.Name.Full == "sdy.manual_computation")
            {
                foreach (Region region in op.Regions)
                {
                    Collect(region.Entry);
                }
            }
        }
    }

    private void CollectManual(Operation op)
    {
        SdyManualAxesAttr axes = op.Attributes.Get<SdyManualAxesAttr>("manual_axes") ?? new SdyManualAxesAttr([]);
        var inputs = (SdyShardingPerValueAttr)op.Attributes["in_shardings"]!;
        for (int i = 0; i < op.Operands.Length; i++)
        {
            (_, TensorSharding free) = _annotations.Split(inputs.Shardings[i], axes, op.Operands[i].TensorType.Shape);
            _propagation.Set(op.Regions[0].Entry.Arguments[i], free, [.. inputs.Shardings[i].Dimensions.Select(d => d.IsClosed)]);
        }
        var outputs = (SdyShardingPerValueAttr)op.Attributes["out_shardings"]!;
        for (int i = 0; i < op.Results.Length; i++)
        {
            (TensorSharding manual, TensorSharding free) = _annotations.Split(outputs.Shardings[i], axes, op.Results[i].TensorType.Shape);
            _propagation.Set(op.Results[i], Join(manual, free), [.. Enumerable.Repeat(true, manual.Rank)]);
        }
    }

    // Which values carry shardings to each other.
    private void Connect(Block block)
    {
        foreach (Operation op in block.Operations)
        {
            switch (op.Name.Full)
            {
                case "stablehlo.while" when !UsesManual(op):
                    Block condition = op.Regions[0].Entry, body = op.Regions[1].Entry;
                    for (int i = 0; i < op.Operands.Length; i++)
                    {
                        _propagation.Share(condition.Arguments[i], op.Results[i]);
                        _propagation.Share(body.Arguments[i], op.Results[i]);
                        Link(op.Operands[i], op.Results[i]);
                        Link(body.Terminator!.Operands[i], op.Results[i]);
                    }
                    Connect(condition);
                    Connect(body);
                    continue;
                case "stablehlo.if" or "stablehlo.case" when !UsesManual(op):
                    foreach (Region region in op.Regions)
                    {
                        for (int i = 0; i < op.Results.Length; i++)
                        {
                            Link(region.Entry.Terminator!.Operands[i], op.Results[i]);
                        }
                        Connect(region.Entry);
                    }
                    continue;
                case "sdy.manual_computation":
                    Connect(op.Regions[0].Entry);
                    continue;
            }
            if (!UsesManual(op) && !op.Results.ToArray().Any(_manual.Contains) && !IsWhole(op) && ShardingRules.Find(op) is { } rule && rule.Factors.Count > 0)
            {
                _propagation.Add(op, rule);
            }
        }
    }

    private void Link(Value left, Value right) => _propagation.Link(_propagation.StateOf(left), _propagation.StateOf(right));

    // Annotated as what every device, or one alone, computes.
    private static bool IsWhole(Operation op) => op.Name.Full is "stablehlo.rng" or "stablehlo.rng_bit_generator" or "stablehlo.partition_id" or "stablehlo.replica_id";

    private static bool IsControlFlow(Operation op) => op.Name.Full is "stablehlo.while" or "stablehlo.if" or "stablehlo.case";

    private static string? Target(Operation op) =>
        op.Name.Full == "stablehlo.custom_call" && op.HasAttributes ? op.Attributes.Get<StringAttr>("call_target_name")?.Value : null;

    private bool UsesManual(Operation op)
    {
        bool uses = false;
        if (_manual.Count > 0)
        {
            op.Walk(inner =>
            {
                foreach (Value operand in inner.Operands)
                {
                    uses |= _manual.Contains(operand);
                }
            });
        }
        return uses;
    }

    // Manual axes lie outside of the free ones in every dimension.
    private static TensorSharding Join(TensorSharding manual, TensorSharding free)
    {
        for (int d = 0; d < manual.Rank; d++)
        {
            manual = manual.With(d, [.. manual[d], .. free[d]]);
        }
        return manual;
    }
}
