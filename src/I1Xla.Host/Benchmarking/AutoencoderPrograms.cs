using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>
/// An autoencoder built like FLUX's at 256 px with a quarter of its channels: residual blocks of group norm, SiLU and 3×3
/// convolutions, strided convolutions down, nearest-neighbour upsampling, attention in the middle. Channels last.
/// </summary>
internal static class AutoencoderPrograms
{
    private const int Pixels = 256;
    private const int Groups = 32;
    private const int LatentChannels = 16;
    private static readonly int[] s_channels = [32, 64, 128, 128];

    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        BenchmarkPrograms.Model("vae_encode_256", [new("picture", ElementKind.F32, [1, Pixels, Pixels, 3])], (scope, a) => [Encode(scope, a[0])]),
        BenchmarkPrograms.Model("vae_decode_256", [new("latents", ElementKind.F32, [1, Pixels / 8, Pixels / 8, LatentChannels])], (scope, a) => [Decode(scope, a[0])]),
        Convolution("conv_3x3_256_c64", Pixels, 64, 64, 3, 1),
        Convolution("conv_3x3_64_c256_stride2", 64, 256, 256, 3, 2),
        Convolution("conv_1x1_128_c256", 128, 256, 256, 1, 1),
        BenchmarkPrograms.Function(
            "conv_3x3_nchw_128_c64", [new("x", ElementKind.F32, [1, 64, 128, 128]), new("kernel", ElementKind.F32, [64, 64, 3, 3])],
            a => [Lax.Conv(a[0], a[1], padding: Padding.Same, layout: "NCHW,OIHW->NCHW")]),
        BenchmarkPrograms.Function("conv_depthwise_7x7_c96", [new("x", ElementKind.F32, [2, 64, 64, 96]), new("kernel", ElementKind.F32, [7, 7, 1, 96])],
            a => [Lax.Conv(a[0], a[1], padding: Padding.Same, featureGroups: 96)]),
        BenchmarkPrograms.Function("groupnorm_silu", [new("x", ElementKind.F32, [1, Pixels, Pixels, 128]), new("scale", ElementKind.F32, [128]), new("bias", ElementKind.F32, [128])],
            a => [Nn.Silu(Nn.GroupNorm(a[0], Groups, a[1], a[2]))]),
        BenchmarkPrograms.Function("upsample_nearest", [new("x", ElementKind.F32, [1, 128, 128, 128])], a => [Upsample(a[0])]),
    ];

    private static BenchmarkProgram Convolution(string name, long size, long from, long to, long window, long stride) => BenchmarkPrograms.Function(
        name, [new("x", ElementKind.F32, [1, size, size, from]), new("kernel", ElementKind.F32, [window, window, from, to])],
        a => [Lax.Conv(a[0], a[1], [stride, stride], Padding.Same)]);

    private static Tensor Encode(Scope scope, Tensor x)
    {
        x = Conv(scope, "in", x, s_channels[0]);
        for (int level = 0; level < s_channels.Length; level++)
        {
            x = Residual(scope.Child($"down_{level}"), x, s_channels[level]);
            x = level == s_channels.Length - 1 ? x : Conv(scope, $"stride_{level}", x, s_channels[level], stride: 2);
        }
        x = Middle(scope.Child("middle"), x);
        return Conv(scope, "out", Nn.Silu(Norm(scope.Child("norm"), x)), 2 * LatentChannels);
    }

    private static Tensor Decode(Scope scope, Tensor x)
    {
        x = Middle(scope.Child("middle"), Conv(scope, "in", x, s_channels[^1]));
        for (int level = s_channels.Length - 1; level >= 0; level--)
        {
            x = Residual(scope.Child($"up_{level}"), x, s_channels[level]);
            x = level == 0 ? x : Conv(scope, $"widen_{level}", Upsample(x), s_channels[level]);
        }
        return Conv(scope, "out", Nn.Silu(Norm(scope.Child("norm"), x)), 3);
    }

    private static Tensor Residual(Scope scope, Tensor x, int channels)
    {
        Tensor h = Conv(scope, "conv1", Nn.Silu(Norm(scope.Child("norm1"), x)), channels);
        h = Conv(scope, "conv2", Nn.Silu(Norm(scope.Child("norm2"), h)), channels);
        return h + (x.Shape[^1] == channels ? x : Conv(scope, "skip", x, channels, window: 1));
    }

    private static Tensor Middle(Scope scope, Tensor x)
    {
        x = Residual(scope.Child("before"), x, (int)x.Shape[^1]);
        Tensor h = Norm(scope.Child("norm"), x);
        long c = x.Shape[^1], n = x.Shape[1] * x.Shape[2];
        Tensor[] qkv = [.. Jnp.Split(Conv(scope, "qkv", h, 3 * (int)c, window: 1), 3, -1).Select(t => Jnp.Reshape(t, [x.Shape[0], n, 1, c]))];
        Tensor mixed = Jnp.Reshape(AttentionPrograms.Attend(qkv[0], qkv[1], qkv[2], null), x.Shape);
        x += Conv(scope, "proj", mixed, (int)c, window: 1);
        return Residual(scope.Child("after"), x, (int)c);
    }

    private static Tensor Norm(Scope scope, Tensor x) =>
        Nn.GroupNorm(x, Groups, scope.Param("scale", [x.Shape[^1]], Initializers.Ones), scope.Param("bias", [x.Shape[^1]], Initializers.Zeros));

    private static Tensor Conv(Scope scope, string name, Tensor x, int channels, int stride = 1, int window = 3) =>
        Lax.Conv(x, scope.Param(name + "_kernel", [window, window, x.Shape[^1], channels], Initializers.LecunNormal()), [stride, stride], Padding.Same)
        + scope.Param(name + "_bias", [channels], Initializers.Zeros);

    private static Tensor Upsample(Tensor x) => Jnp.Resize(x, [x.Shape[0], 2 * x.Shape[1], 2 * x.Shape[2], x.Shape[3]], ResizeMethod.Nearest);
}
