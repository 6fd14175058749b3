using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>Every operation with a derivative rule stands in a program whose derivatives are checked.</summary>
public class RuleTableTests
{
    /// <summary>Rules between devices: their programs need several, and are checked there.</summary>
    internal static readonly OpName[] Sharded =
    [
        HloOps.ShardMap, HloOps.ShardingConstraint, HloOps.CustomCall, HloOps.AllReduce, HloOps.AllGather, HloOps.ReduceScatter, HloOps.AllToAll, HloOps.CollectivePermute,
    ];

    /// <summary>Operations that have no dimensions of their own, or none that may be empty.</summary>
    private static readonly OpName[] s_noEmpty = [HloOps.While, HloOps.Saved, HloOps.SelectAndScatter];

    [Test]
    public void EveryRuleIsCheckedAgainstDifferences()
    {
        var seen = new Dictionary<OpName, (bool Empty, bool One, bool More)>();
        foreach (DerivativeCase c in DerivativeCases.All)
        {
            Jit.Trace(c.Name, [.. c.Shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F64, s))], a =>
            {
                FunctionTracer f = Tracer.Current;
                Tensor[] results = c.F(a);
                Collect(f.Frame.Block, f.Module, seen, []);
                return results;
            });
        }
        foreach (DerivativeCase c in DerivativeCases.All.Where(c => c.Name.StartsWith("checkpoint", StringComparison.Ordinal)))
        {
            // Saved values stand in backward functions only.
            Jit.Trace(c.Name, [.. c.Shapes.Select((s, i) => new ArgumentSpec($"x{i}", ElementKind.F64, s))], a =>
            {
                FunctionTracer f = Tracer.Current;
                Tensor[] results = Autodiff.Grad(b => Jnp.Sum(c.F(b)[0]), a);
                Collect(f.Frame.Block, f.Module, seen, []);
                return results;
            });
        }
        // Forward mode through a while loop is checked by StructuralDerivativeTests.WhileLoopHasAForwardDerivative.
        string[] missing = [.. Rules.All.Where(op => op != HloOps.While && !Sharded.Contains(op) && !seen.ContainsKey(op)).Select(op => op.Full)];
        string[] noEmpty = [.. Rules.All.Where(op => !s_noEmpty.Contains(op) && !Sharded.Contains(op) && seen.TryGetValue(op, out var s) && !s.Empty).Select(op => op.Full)];
        string[] noOne = [.. Rules.All.Where(op => !s_noEmpty.Contains(op) && !Sharded.Contains(op) && seen.TryGetValue(op, out var s) && !s.One).Select(op => op.Full)];
        string[] noMore = [.. Rules.All.Where(op => seen.TryGetValue(op, out var s) && !s.More).Select(op => op.Full)];
        Assert.Multiple(() =>
        {
            Assert.That(missing, Is.Empty, "rules without a check");
            Assert.That(noEmpty, Is.Empty, "rules without a check over an empty dimension");
            Assert.That(noOne, Is.Empty, "rules without a check over a dimension of size 1");
            Assert.That(noMore, Is.Empty, "rules without a check over larger dimensions");
            Assert.That(Rules.All.Count(), Is.GreaterThan(80));
        });
    }

    [Test]
    public void EveryRuleHasBothModes() => Assert.That(Rules.All.Where(op => Rules.Vjp(op) is null || Rules.Jvp(op) is null), Is.Empty);

    private static void Collect(Block block, ModuleTracer module, Dictionary<OpName, (bool Empty, bool One, bool More)> seen, HashSet<string> functions)
    {
        foreach (Operation op in block.Operations)
        {
            TensorType[] types = [.. op.Operands.ToArray().Select(v => v.Type).Concat(op.Results.ToArray().Select(r => r.Type)).OfType<TensorType>()];
            (bool empty, bool one, bool more) = seen.GetValueOrDefault(op.Name);
            seen[op.Name] = (empty || types.Any(t => t.Shape.ElementCount == 0), one || types.Any(t => t.Shape.Dims.Contains(1)), more || types.Any(t => t.Shape.ElementCount > 1));
            foreach (Region region in op.Regions)
            {
                Collect(region.Entry, module, seen, functions);
            }
            if (op.Name == HloOps.Call && op.Attributes.Get<SymbolRefAttr>("callee")!.Root is var callee && functions.Add(callee))
            {
                Collect(module.Functions[callee].Tracer.Function.Body, module, seen, functions);
            }
        }
    }
}
