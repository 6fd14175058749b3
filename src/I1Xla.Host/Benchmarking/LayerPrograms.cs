using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>What stands between the matrix products of a transformer: normalisations, gates, rotations, softmax.</summary>
internal static class LayerPrograms
{
    private static readonly ArgumentSpec s_x = new("x", ElementKind.F32, [8, 1024, 1152]);
    private static readonly ArgumentSpec s_scale = new("scale", ElementKind.F32, [1152]);

    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        BenchmarkPrograms.Function("rmsnorm_silu", [s_x, s_scale], a => [Nn.Silu(Nn.RmsNorm(a[0], a[1]))]),
        BenchmarkPrograms.Function("rmsnorm_gradient", [s_x, s_scale], a => Autodiff.Grad(x => BenchmarkPrograms.MeanSquare([Nn.RmsNorm(x[0], x[1])]), a)),
        BenchmarkPrograms.Function("layernorm_modulate", [s_x, new("shift", ElementKind.F32, [8, 1, 1152]), new("scale", ElementKind.F32, [8, 1, 1152])],
            a => [(Nn.LayerNorm(a[0], null, null) * (1 + a[2])) + a[1]]),
        BenchmarkPrograms.Function("layernorm_gradient", [s_x, s_scale, s_scale with { Name = "bias" }], a => Autodiff.Grad(x => BenchmarkPrograms.MeanSquare([Nn.LayerNorm(x[0], x[1], x[2])]), a)),
        BenchmarkPrograms.Function("swiglu", [new("x", ElementKind.F32, [4096, 6144])], a => [Gate(a[0])]),
        BenchmarkPrograms.Function("swiglu_gradient", [new("x", ElementKind.F32, [4096, 6144])], a => [Autodiff.Grad(x => BenchmarkPrograms.MeanSquare([Gate(x)]), a[0])]),
        BenchmarkPrograms.Function("swiglu_bf16", [new("x", ElementKind.BF16, [4096, 6144])], a => [Gate(a[0])]),
        BenchmarkPrograms.Function("rope", [new("x", ElementKind.F32, [4, 1024, 16, 72])], a => [T5GemmaLayer.Rotate(a[0])]),
        BenchmarkPrograms.Function("qknorm_rope_chain", [new("x", ElementKind.F32, [4, 1024, 16, 72]), new("scale", ElementKind.F32, [72])], a => [T5GemmaLayer.Rotate(Nn.RmsNorm(a[0], a[1]))]),
        BenchmarkPrograms.Function("norm_gate_residual_chain", [s_x, s_x with { Name = "y" }, s_scale, new("gate", ElementKind.F32, [8, 1, 1152])],
            a =>
            {
                Tensor x = a[0] + (a[3] * Nn.RmsNorm(a[1], a[2]));
                return [x, Nn.RmsNorm(x, a[2])];
            }),
        BenchmarkPrograms.Function("softmax_4096", [new("x", ElementKind.F32, [4096, 4096])], a => [Nn.Softmax(a[0], -1)]),
        BenchmarkPrograms.Function("softmax_columns_4096", [new("x", ElementKind.F32, [4096, 4096])], a => [Nn.Softmax(a[0], 0)]),
        BenchmarkPrograms.Function("gelu_exact", [new("x", ElementKind.F32, [8, 1024, 1024])], a => [Nn.Gelu(a[0], approximate: false)]),
    ];

    private static Tensor Gate(Tensor x)
    {
        Tensor[] halves = Jnp.Split(x, 2, -1);
        return Nn.Silu(halves[0]) * halves[1];
    }
}
