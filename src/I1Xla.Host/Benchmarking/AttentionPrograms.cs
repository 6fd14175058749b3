using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>Attention of 16 heads of 72, as i1 has it: queries, keys and values (batch, tokens, heads, dimension), softmax in f32.</summary>
internal static class AttentionPrograms
{
    private const int Heads = 16;
    private const int HeadDim = 72;

    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        Attention("attention_256", 4, 256), Attention("attention_1280", 1, 1280), Attention("attention_4352", 1, 4352),
        Attention("attention_256_masked", 4, 256, masked: true), Attention("attention_1280_masked", 1, 1280, masked: true), Attention("attention_4352_masked", 1, 4352, masked: true),
        Attention("attention_256_gradient", 4, 256, gradient: true), Attention("attention_1280_gradient", 1, 1280, gradient: true),
        Attention("attention_4352_gradient", 1, 4352, gradient: true), Attention("attention_1280_masked_gradient", 1, 1280, masked: true, gradient: true),
        Attention("attention_1280_bf16", 1, 1280, kind: ElementKind.BF16),
    ];

    private static BenchmarkProgram Attention(string name, long batch, long tokens, bool masked = false, bool gradient = false, ElementKind kind = ElementKind.F32)
    {
        Shape shape = [batch, tokens, Heads, HeadDim];
        ArgumentSpec[] arguments = [new("q", kind, shape), new("k", kind, shape), new("v", kind, shape), .. masked ? new[] { new ArgumentSpec("mask", ElementKind.I1, [batch, tokens]) } : []];
        return BenchmarkPrograms.Function(name, arguments, a =>
        {
            Tensor? mask = masked ? a[3] : null;
            return gradient
                ? Autodiff.Grad(x => BenchmarkPrograms.MeanSquare([Attend(x[0], x[1], x[2], mask)]), a[..3])
                : [Attend(a[0], a[1], a[2], mask)];
        });
    }

    /// <summary>softmax(q·kᵀ/√d) · v; masked keys get the smallest finite logit.</summary>
    internal static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        Tensor logits = Jnp.Cast(Jnp.Einsum("bqhd,bkhd->bhqk", q * Math.Pow(q.Shape[3], -0.5), k, preferredType: ElementKind.F32), ElementKind.F32);
        if (mask is not null)
        {
            logits = Jnp.Where(mask[Slice.All, Slice.NewAxis, Slice.NewAxis, Slice.All], logits, float.MinValue);
        }
        return Jnp.Einsum("bhqk,bkhd->bqhd", Jnp.Cast(Nn.Softmax(logits, -1), q.DType), v);
    }
}
