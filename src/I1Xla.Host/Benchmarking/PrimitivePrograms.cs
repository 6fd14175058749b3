using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>Random numbers, reductions, rearrangements, lookups, sorting, integers and colours.</summary>
internal static class PrimitivePrograms
{
    private const ElementKind F32 = ElementKind.F32;

    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        Rng("threefry_normal_16m", key => JaxRandom.Normal(key, [16 << 20])),
        Rng("threefry_uniform_16m", key => JaxRandom.Uniform(key, [16 << 20])),
        One("reduce_rows", [4096, 4096], x => Jnp.Sum(x, 1)),
        One("reduce_columns", [4096, 4096], x => Jnp.Sum(x, 0)),
        One("reduce_all", [4096, 4096], x => Jnp.Sum(x)),
        One("reduce_middle", [64, 512, 512], x => Jnp.Mean(x, 1)),
        One("variance_rows", [4096, 4096], x => Jnp.Var(x, 1)),
        One("argmax_rows", [4096, 4096], x => Jnp.ArgMax(x, 1)),
        One("cumsum_rows", [4096, 1024], x => Jnp.CumSum(x, 1)),
        One("maxpool_2x2", [8, 256, 256, 32], x => Nn.MaxPool(x, [2, 2], [2, 2])),
        One("transpose_4096", [4096, 4096], x => Jnp.Transpose(x)),
        One("transpose_heads", [8, 1024, 16, 72], x => Jnp.Transpose(x, [0, 2, 1, 3])),
        One("transpose_nchw_to_nhwc", [8, 128, 128, 128], x => Jnp.Transpose(x, [0, 2, 3, 1])),
        One("transpose_reduce", [64, 512, 512], x => Jnp.Sum(Jnp.Transpose(x, [2, 1, 0]), 0)),
        One("patchify", [8, 256, 256, 16], x => Jnp.Reshape(Jnp.Transpose(Jnp.Reshape(x, [8, 128, 2, 128, 2, 16]), [0, 1, 3, 2, 4, 5]), [8, 128 * 128, 64])),
        Two("concatenate_tokens", [8, 1024, 1152], [8, 512, 1152], (x, y) => Jnp.Concatenate([x, y], 1)),
        Two("concatenate_features", [4096, 1152], [4096, 1152], (x, y) => Jnp.Concatenate([x, y], -1)),
        One("pad_spatial", [8, 128, 128, 64], x => Jnp.Pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])),
        Indexed("gather_rows", [65536, 256], [65536], 65536, (x, i) => Jnp.Take(x, i, 0, GatherScatterMode.PromiseInBounds)),
        Indexed("gather_columns", [4096, 2048], [512], 2048, (x, i) => Jnp.Take(x, i, 1, GatherScatterMode.PromiseInBounds)),
        Indexed("embedding_lookup_gradient", [32768, 256], [32768], 32768, (x, i) => Autodiff.Grad(t => BenchmarkPrograms.MeanSquare([Jnp.Take(t, i, 0, GatherScatterMode.PromiseInBounds)]), x)),
        Indexed("scatter_add_rows", [65536, 128], [65536], 65536, (x, i) => Jnp.ScatterAdd(x, i, Jnp.Ones([65536, 128]))),
        Indexed("take_along_rows", [2048, 4096], [2048, 4096], 4096, (x, i) => Jnp.TakeAlongAxis(x, i, 1, GatherScatterMode.PromiseInBounds)),
        One("sort_rows", [512, 8192], x => Jnp.Sort(x, -1)),
        One("argsort_rows", [256, 8192], x => Jnp.ArgSort(x)),
        One("sort_1m", [1 << 20], x => Jnp.Sort(x, 0)),
        One("topk_rows", [512, 16384], x => Lax.TopK(x, 64).Values),
        One("exp_tanh_sin_log", [4096, 1024], x => Jnp.Exp(-Jnp.Square(x)) + (Jnp.Tanh(x) * Jnp.Sin(x)) + Jnp.Log1p(Jnp.Abs(x))),
        BenchmarkPrograms.Function("histogram_4m", [new("i", ElementKind.I32, [4 << 20])], a => [Jnp.BinCount(a[0], 256)], _ => ArgumentRange.Uniform(0, 256)),
        Indexed("segment_sum_rows", [1 << 18, 64], [1 << 18], 256, (x, i) => Jnp.ScatterAdd(Jnp.Zeros([256, 64]), i, x)),
        BenchmarkPrograms.Function("remainder_of_hash", [new("x", ElementKind.UI32, [16 << 20])], a => [Hash(a[0]) % 1000]),
        BenchmarkPrograms.Function("count_to_3m", [new("seed", ElementKind.I32, [])], a => Lax.ForiLoop(0, 3 << 20, (_, x) => [(x[0] * 1103515245) + 12345], a)),
        BenchmarkPrograms.Function("normalize_colours", [new("x", ElementKind.UI8, [64, 256, 256, 3]), new("mean", F32, [3]), new("scale", F32, [3])], a => [(Jnp.Cast(a[0], F32) - a[1]) * a[2]]),
        Two("inner_product_32m", [32 << 20], [32 << 20], (x, y) => Jnp.Dot(x, y)),
        Two("add_stream_64m", [64, 1024, 1024], [64, 1024, 1024], (x, y) => x + y),
    ];

    private static Tensor Hash(Tensor x)
    {
        x = (x ^ Jnp.RightShiftLogical(x, 16)) * 0x7FEB352D;
        return x ^ Jnp.RightShiftLogical(x, 15);
    }

    private static BenchmarkProgram One(string name, Shape shape, Func<Tensor, Tensor> function) =>
        BenchmarkPrograms.Function(name, [new("x", F32, shape)], a => [function(a[0])]);

    private static BenchmarkProgram Two(string name, Shape left, Shape right, Func<Tensor, Tensor, Tensor> function) =>
        BenchmarkPrograms.Function(name, [new("x", F32, left), new("y", F32, right)], a => [function(a[0], a[1])]);

    private static BenchmarkProgram Indexed(string name, Shape shape, Shape indices, int rows, Func<Tensor, Tensor, Tensor> function) =>
        BenchmarkPrograms.Function(name, [new("x", F32, shape), new("i", ElementKind.I32, indices)], a => [function(a[0], a[1])], argument => argument.Name == "i" ? ArgumentRange.Uniform(0, rows) : null);

    private static BenchmarkProgram Rng(string name, Func<Tensor, Tensor> function) =>
        BenchmarkPrograms.Function(name, [new("key", ElementKind.UI32, [2])], a => [function(a[0])], _ => ArgumentRange.Uniform(0, uint.MaxValue));
}
