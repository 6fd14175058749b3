using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>Matrix products: large, odd, skinny, batched and transposed.</summary>
internal static class MatmulPrograms
{
    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        Square(512), Square(1024), Square(2048),
        Plain("matmul_f32_odd_1013x769x1531", ElementKind.F32, 1013, 769, 1531),
        Plain("matmul_f32_skinny_8x4096x4096", ElementKind.F32, 8, 4096, 4096),
        Plain("matmul_f32_tall_16384x64x256", ElementKind.F32, 16384, 64, 256),
        Plain("matmul_bf16_1024", ElementKind.BF16, 1024, 1024, 1024),
        Plain("matmul_bf16_2048", ElementKind.BF16, 2048, 2048, 2048),
        Plain("matmul_bf16_odd_1013x769x1531", ElementKind.BF16, 1013, 769, 1531),
        Einsum("matmul_f32_batched_512x64x64x64", "bij,bjk->bik", [512, 64, 64], [512, 64, 64]),
        Einsum("matmul_f32_batched_2048x16x32x16", "bij,bjk->bik", [2048, 16, 32], [2048, 32, 16]),
        Einsum("matmul_f32_transposed_left_1024", "ji,jk->ik", [1024, 1024], [1024, 1024]),
        Einsum("matmul_f32_transposed_right_1024", "ij,kj->ik", [1024, 1024], [1024, 1024]),
        Einsum("matmul_f32_transposed_both_1024", "ji,kj->ik", [1024, 1024], [1024, 1024]),
        Einsum("matmul_f32_heads_2x512x16x72", "bqhd,bkhd->bhqk", [2, 512, 16, 72], [2, 512, 16, 72]),
        BenchmarkPrograms.Function(
            "matmul_f32_bias_gelu_1024", [new("x", ElementKind.F32, [1024, 1024]), new("w", ElementKind.F32, [1024, 4096]), new("b", ElementKind.F32, [4096])],
            a => [Nn.Gelu(Jnp.MatMul(a[0], a[1]) + a[2])]),
    ];

    private static BenchmarkProgram Square(long n) => Plain($"matmul_f32_{n}", ElementKind.F32, n, n, n);

    private static BenchmarkProgram Plain(string name, ElementKind kind, long m, long k, long n) => BenchmarkPrograms.Function(
        name, [new("a", kind, [m, k]), new("b", kind, [k, n])], a => [Jnp.MatMul(a[0], a[1])]);

    private static BenchmarkProgram Einsum(string name, string equation, Shape left, Shape right) => BenchmarkPrograms.Function(
        name, [new("a", ElementKind.F32, left), new("b", ElementKind.F32, right)], a => [Jnp.Einsum(equation, a[0], a[1])]);
}
