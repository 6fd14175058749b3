using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>A mistake is reported at the call that is wrong: the operation, the shapes or kinds, and the caller's file and line.</summary>
public class ErrorTests
{
    private static readonly Mesh s_mesh = Mesh.Of(("data", 2), ("model", 4));

    private static object[] Bad(string op, string says, Func<Tensor[], Tensor> program, [CallerLineNumber] int line = 0) => [op, says, (Func<Tensor[], Tensor[]>)(a => [program(a)]), line];

    private static object[] Bad(string op, string says, Func<Tensor[], Tensor[]> program, [CallerLineNumber] int line = 0) => [op, says, program, line];

    /// <summary>Arguments: x (2, 3), y (4), i integers (3), b booleans (2), m (3, 3), w (1, 4, 4, 2).</summary>
    private static object[][] s_cases => [
        Bad("add", "shapes (2, 3) and (4) do not broadcast", a => a[0] + a[1]),
        Bad("compare", "shapes (2, 3) and (4) do not broadcast", a => a[0] < a[1]),
        Bad("where", "do not broadcast", a => Jnp.Where(a[3], a[0], a[1])),
        Bad("reshape", "shape (2, 3) has 6 elements and shape (4) has 4", a => Jnp.Reshape(a[0], [4])),
        Bad("reshape", "cannot become", a => Jnp.Reshape(a[0], [4, -1])),
        Bad("transpose", "is not a permutation", a => Jnp.Transpose(a[0], [0, 0])),
        Bad("moveaxis", "dimension 5 is out of range", a => Jnp.MoveAxis(a[0], 5, 0)),
        Bad("broadcast_to", "shape (2, 3) does not broadcast to (3, 2)", a => Jnp.BroadcastTo(a[0], [3, 2])),
        Bad("squeeze", "dimension 0 of shape (2, 3) is 2, not 1", a => Jnp.Squeeze(a[0], 0)),
        Bad("concatenate", "do not join along dimension 0", a => Jnp.Concatenate([a[0], a[1]])),
        Bad("stack", "shapes (2, 3) and (4) differ", a => Jnp.Stack([a[0], a[1]])),
        Bad("split", "does not divide into 2 equal parts", a => Jnp.Split(a[0], 2, 1)),
        Bad("pad", "1 pairs of widths for a tensor of 2", a => Jnp.Pad(a[0], [(1, 1)])),
        Bad("pad", "are negative", a => Jnp.Pad(a[1], [(-1, 0)], PadMode.Reflect)),
        Bad("index", "index 7 is out of range for dimension 0", a => a[0][7]),
        Bad("index", "3 entries for a tensor of shape (2, 3)", a => a[0][0, 0, 0]),
        Bad("sum", "dimension 2 is out of range", a => Jnp.Sum(a[0], 2)),
        Bad("max", "is empty, so there is no max", a => Jnp.Max(a[0][..0])),
        Bad("argmax", "is empty", a => Jnp.ArgMax(a[0][..0], 0)),
        Bad("cumsum", "dimension 3 is out of range", a => Jnp.CumSum(a[0], 3)),
        Bad("sort", "dimension 2 is out of range", a => Jnp.Sort(a[0], 2)),
        Bad("sort", "the operands' shapes (2, 3), (4) differ", a => Lax.Sort([a[0], a[1]])),
        Bad("top_k", "k = 9 of shape (4)", a => Lax.TopK(a[1], 9).Values),
        Bad("quantile", "q = 2 is not in [0, 1]", a => Jnp.Quantile(a[0], 2)),
        Bad("matmul", "shapes (2, 3) and (4) do not fit: inner sizes 3 and 4", a => Jnp.MatMul(a[0], a[1])),
        Bad("dot", "inner sizes 3 and 4", a => Jnp.Dot(a[0], a[1])),
        Bad("tensordot", "shapes (2, 3) and (4) do not fit", a => Jnp.TensorDot(a[0], a[1], 1)),
        Bad("dot_general", "shapes (2, 3) and (4) do not fit", a => Lax.DotGeneral(a[0], a[1], [1], [0])),
        Bad("einsum", "'j' is 3 in one operand and 4 in another", a => Jnp.Einsum("ij,j->i", a[0], a[1])),
        Bad("einsum", "'i' is 2 and 3 in one operand", a => Jnp.Einsum("ii->i", a[0])),
        Bad("diagonal", "are the same", a => Jnp.Diagonal(a[0], 0, 1, 1)),
        Bad("conv", "has 2 channels, and kernel", a => Lax.Conv(a[5], Jnp.Zeros([2, 2, 3, 1]))),
        Bad("conv", "layout", a => Lax.Conv(a[5], Jnp.Zeros([2, 2, 2, 1]), layout: "NCHW")),
        Bad("max_pool", "a window of 1 and strides of 2", a => Nn.MaxPool(a[5], [2], [2, 2])),
        Bad("reduce", "initial value 0 is", a => Lax.Reduce(a[0], a[1], (x, y) => x + y)),
        Bad("reduce_window", "1 entries of window for 2 dimensions", a => Lax.ReduceWindow(a[0], 0.0, (x, y) => x + y, [2])),
        Bad("associative_scan", "the operation gives", a => Lax.AssociativeScan((x, y) => Jnp.Sum(x), a[0])),
        Bad("take", "indices are f32, not integers", a => Jnp.Take(a[0], a[1])),
        Bad("take_along_axis", "indices of shape (3)", a => Jnp.TakeAlongAxis(a[0], a[2], 1)),
        Bad("scatter_add", "do not broadcast", a => Jnp.ScatterAdd(a[0], a[2], a[1])),
        Bad("gather", "1 slice sizes for shape (2, 3)", a => Lax.Gather(a[0], a[2], new([], [0], [], [], [0], 1), [1])),
        Bad("dynamic_slice", "1 starts and 2 sizes for shape (2, 3)", a => Lax.DynamicSlice(a[0], [0], [1, 1])),
        Bad("dynamic_slice", "not an integer scalar", a => Lax.DynamicSlice(a[1], [a[1]], [1])),
        Bad("dynamic_update_slice", "1 starts and an update of shape (4)", a => Lax.DynamicUpdateSlice(a[0], a[1], [0])),
        Bad("resize", "cannot be resized", a => Jnp.Resize(a[0], [3], ResizeMethod.Nearest)),
        Bad("irfft", "", a => Signal.Irfft(a[1], 0)),
        Bad("rfft", "is complex", a => Signal.Rfft(Jnp.Complex(a[1], a[1]))),
        Bad("bitcast", "f32 and i16 differ in width", a => Jnp.Bitcast(a[0], ElementKind.I16)),
        Bad("bitwise_count", "is not of integers", a => Jnp.BitwiseCount(a[0])),
        Bad("promote", "f8E4M3FN and f8E5M2 have no implicit promotion", a => Jnp.Cast(a[0], ElementKind.F8E4M3FN) + Jnp.Cast(a[0], ElementKind.F8E5M2)),
        Bad("scan", "which does not lead with 2", a => Lax.Scan((c, x) => (c, [x[0]]), [], [a[0], a[1]]).Stacked),
        Bad("scan", "carry 0 starts as f32(4) and the body gives f32()", a => Lax.Scan((c, x) => ([Jnp.Sum(c[0])], []), [a[1]], [a[0]]).Carries),
        Bad("while_loop", "not a boolean scalar", a => Lax.WhileLoop(v => v[0], v => v, [a[1]])),
        Bad("cond", "the predicate has shape (2)", a => Lax.Cond(a[3], () => a[0], () => a[0])),
        Bad("cond", "the branches give different types", a => Lax.Cond(true, () => a[0], () => a[1])),
        Bad("switch", "an integer scalar and at least one branch", a => Lax.Switch(a[1], [() => [a[0]]])),
        Bad("grad", "a gradient needs a real scalar", a => Autodiff.Grad(x => x * 2.0, a[0])),
        Bad("jvp", "tangent f32(4) for argument 0", a => Autodiff.Jvp(x => x, [a[0]], [a[1]]).Results),
        Bad("custom_vjp", "gives f32() for input 0", a => Autodiff.Grad(x => Jnp.Sum(Autodiff.CustomVjp(v => v, v => (v, v), (r, c) => [Jnp.Sum(c[0])], [x])[0]), a[0])),
        Bad("custom_jvp", "gives the tangent f32() for result 0", a => Autodiff.Jvp(x => Autodiff.CustomJvp(v => v, (v, t) => (v, [Jnp.Sum(t[0])]), x), [a[0]], [1.0]).Tangents),
        Bad("parameter", "the model asks for k", a => Scope.Bind(new ParameterSet(["k"], [a[0]])).Param("k", [4], Initializers.Zeros)),
        Bad("uniform", "i32 is not a floating kind", a => JaxRandom.Uniform(JaxRandom.Key(0), [2], ElementKind.I32)),
        Bad("normal", "", a => JaxRandom.Normal(a[1], [2])),
        Bad("choice", "without replacement", a => JaxRandom.Choice(JaxRandom.Key(0), a[1], [9], false)),
        Bad("with_sharding_constraint", "has no axis \"rows\"", a => Lax.WithShardingConstraint(a[0], PartitionSpec.Of("rows"))),
        Bad("shard_map", "does not divide", a => Lax.ShardMap(s => s, [a[0]], [PartitionSpec.Of(null, "data")], [PartitionSpec.Of("data")])),
        Bad("psum", "has no axis \"rows\"", a => Lax.ShardMap(s => [Lax.PSum(s[0], "rows")], [a[0]], [PartitionSpec.Of("data")], [PartitionSpec.Of("data")])),
        Bad("psum_scatter", "tiled: true divides it", a => Lax.ShardMap(s => [Lax.PSumScatter(s[0], "model")], [a[0]], [PartitionSpec.Of("data")], [PartitionSpec.Of("data")])),
        Bad("group_norm", "do not divide into 3 groups", a => Nn.GroupNorm(a[5], 3, null, null)),
        Bad("truncated_normal", "are not scalars", a => JaxRandom.TruncatedNormal(JaxRandom.Key(0), a[1], 2, [4])),
        Bad("clamp", "the low limit is", a => Lax.Clamp(a[0], a[1], 2.0)),
        Bad("select", "between", a => Lax.Select(a[3], a[0], a[1])),
    ];

    private static IEnumerable<TestCaseData> Cases => s_cases.Select((c, i) => new TestCaseData(c).SetArgDisplayNames($"{c[0]} {i}"));

    [TestCaseSource(nameof(Cases))]
    public void TheMessageNamesOperationShapesAndLine(string op, string says, Func<Tensor[], Tensor[]> program, int line)
    {
        var error = Assert.Throws<GraphException>(() => Jit.Trace("bad",
            [new("x", ElementKind.F32, [2, 3]), new("y", ElementKind.F32, [4]), new("i", ElementKind.I32, [3]), new("b", ElementKind.I1, [2]), new("m", ElementKind.F32, [3, 3]), new("w", ElementKind.F32, [1, 4, 4, 2])],
            program, new TraceOptions { Mesh = s_mesh }));
        Assert.That(error!.Message, Does.Contain(says).And.Contain($"ErrorTests.cs:{line}"));
        Assert.That(error.Message, op == "normal" ? Does.StartWith("bits:") : Does.StartWith(op + ":"));
    }

    [Test]
    public void AMissingRuleNamesOperationShapesAndLine()
    {
        int line = 0;
        static int Here([CallerLineNumber] int line = 0) => line;
        var error = Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [8])], a =>
        {
            line = Here() + 1;
            return Autodiff.Grad(x => Jnp.Sum(Lax.ShardMap(s => [Lax.PMax(s[0], "data")], [x], [PartitionSpec.Of("data")], [PartitionSpec.Replicated])[0]), a[0]);
        }, new TraceOptions { Mesh = s_mesh }));
        Assert.That(error!.Message, Does.StartWith("gradient of stablehlo.all_reduce").And.Contain("by maximum has no derivative").And.Contain("(4)").And.Contain($"ErrorTests.cs:{line}"));
        error = Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [8])], a =>
        {
            line = Here() + 1;
            return Autodiff.Grad(x => Jnp.Sum(Special.Zeta(x, 2.0)), a[0]);
        }));
        Assert.That(error!.Message, Does.StartWith("gradient of chlo.zeta").And.Contain("(8)").And.Contain($"ErrorTests.cs:{line}"));
        error = Assert.Throws<GraphException>(() => Jit.Trace("bad", [new("x", ElementKind.F32, [])], a =>
        {
            line = Here() + 1;
            return Autodiff.Grad(x => Lax.WhileLoop(v => v[0] < 3.0, v => [v[0] * 2.0], [x])[0], a[0]);
        }));
        Assert.That(error!.Message, Does.StartWith("gradient of stablehlo.while").And.Contain("use Scan or ForiLoop").And.Contain($"ErrorTests.cs:{line}"));
    }
}
