using I1Xla.Graph;
using I1Xla.Models;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>One dual-stream block of i1 at the XL and 3B widths with what stands around it, and a layer of a T5Gemma encoder.</summary>
internal static class TransformerPrograms
{
    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        Block("dit_xl_block", 2, 1152, 16, gradient: false),
        Block("dit_xl_block_gradient", 2, 1152, 16, gradient: true),
        Block("dit_xl_block_bf16", 2, 1152, 16, gradient: false, ElementKind.BF16),
        Block("dit_3b_block", 1, 2016, 28, gradient: false),
        Block("dit_3b_block_gradient", 1, 2016, 28, gradient: true),
        BenchmarkPrograms.Model("t5gemma_layer", [new("x", ElementKind.F32, [1, 256, T5GemmaLayer.Width])], (scope, x) => [T5GemmaLayer.Apply(scope, x[0])]),
    ];

    // 256 picture tokens and 256 text tokens.
    private static BenchmarkProgram Block(string name, int batch, int width, int heads, bool gradient, ElementKind compute = ElementKind.F32)
    {
        var model = new DiT(new DiTConfig
        {
            HiddenSize = width,
            NumHeads = heads,
            Depth = 1,
            UseLongSkip = false,
            UseQkNorm = true,
            ComputeType = compute,
            Text = [new TextFeatures(1024, 256)],
        });
        DiTConfig c = model.Config;
        ArgumentSpec[] inputs =
        [
            new("latents", ElementKind.F32, [batch, c.InChannels, c.InputSize, c.InputSize]),
            new("times", ElementKind.F32, [batch]),
            new("text", ElementKind.F32, [batch, 256, 1024]),
            new("mask", ElementKind.I32, [batch, 256]),
        ];
        return BenchmarkPrograms.Model(name, inputs, (scope, a) => [model.Apply(scope, a[0], a[1], [a[2]], a[3])], gradient);
    }
}

/// <summary>
/// An encoder layer of T5Gemma 2B (Gemma 2's block with bidirectional attention): norms before and after, grouped queries,
/// rotary positions, logits capped by a tanh, a gated GELU feed-forward.
/// </summary>
internal static class T5GemmaLayer
{
    public const int Width = 2304;
    private const int Heads = 8;
    private const int Groups = 4;
    private const int HeadDim = 256;
    private const int FeedForward = 9216;
    private const double LogitCap = 50;

    public static Tensor Apply(Scope scope, Tensor x)
    {
        Tensor h = Norm(scope, "pre_attention", x);
        long b = x.Shape[0], n = x.Shape[1];
        Tensor q = Rotate(Jnp.Reshape(Project(scope, "q", h, Heads * HeadDim), [b, n, Heads, HeadDim]));
        Tensor k = Rotate(Jnp.Reshape(Project(scope, "k", h, Groups * HeadDim), [b, n, Groups, HeadDim]));
        Tensor v = Jnp.Reshape(Project(scope, "v", h, Groups * HeadDim), [b, n, Groups, HeadDim]);
        Tensor grouped = Jnp.Reshape(q, [b, n, Groups, Heads / Groups, HeadDim]);
        Tensor logits = Jnp.Einsum("bqgrd,bkgd->bgrqk", grouped * Math.Pow(HeadDim, -0.5), k);
        Tensor weights = Nn.Softmax(LogitCap * Jnp.Tanh(logits / LogitCap), -1);
        Tensor mixed = Jnp.Reshape(Jnp.Einsum("bgrqk,bkgd->bqgrd", weights, v), [b, n, Heads * HeadDim]);
        x += Norm(scope, "post_attention", Project(scope, "o", mixed, Width));
        h = Norm(scope, "pre_feed_forward", x);
        h = Nn.Gelu(Project(scope, "gate", h, FeedForward), approximate: true) * Project(scope, "up", h, FeedForward);
        return x + Norm(scope, "post_feed_forward", Project(scope, "down", h, Width));
    }

    private static Tensor Project(Scope scope, string name, Tensor x, long features) =>
        Jnp.MatMul(x, scope.Param(name + "_kernel", [x.Shape[^1], features], Initializers.LecunNormal()));

    private static Tensor Norm(Scope scope, string name, Tensor x) => Nn.RmsNorm(x, 1 + scope.Param(name, [x.Shape[^1]], Initializers.Zeros));

    /// <summary>Rotary embedding of (b, n, heads, d): the halves of a head are the pairs.</summary>
    internal static Tensor Rotate(Tensor x)
    {
        long n = x.Shape[1], half = x.Shape[3] / 2;
        Tensor rate = Jnp.Exp(Jnp.Arange(half, ElementKind.F32) * (-Math.Log(10000) / half));
        Tensor angle = (Jnp.Arange(n, ElementKind.F32)[Slice.All, Slice.NewAxis] * rate)[Slice.All, Slice.NewAxis, Slice.All];
        Tensor cos = Jnp.Cos(angle), sin = Jnp.Sin(angle);
        Tensor a = x[Slice.Ellipsis, ..(int)half], b = x[Slice.Ellipsis, (int)half..];
        return Jnp.Concatenate([(a * cos) - (b * sin), (b * cos) + (a * sin)], -1);
    }
}
