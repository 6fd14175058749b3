using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>A program whose derivatives are checked.</summary>
/// <param name="Name">Name.</param>
/// <param name="F">From tensors to tensors.</param>
/// <param name="Shapes">Shapes of the arguments.</param>
/// <param name="Low">Smallest argument.</param>
/// <param name="High">Largest argument.</param>
/// <param name="Bf16">Whether it has a bf16 form.</param>
internal sealed record DerivativeCase(string Name, Func<Tensor[], Tensor[]> F, Shape[] Shapes, double Low = -2, double High = 2, bool Bf16 = true)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The programs: between them they hold every operation with a derivative, with broadcast, single and no elements.</summary>
internal static partial class DerivativeCases
{
    private static readonly (string Name, Func<Tensor, Tensor> F, double Low, double High)[] s_unary =
    [
        ("exp", x => Jnp.Exp(x), -2, 2), ("expm1", x => Jnp.Expm1(x), -2, 2), ("log", x => Jnp.Log(x), 0.3, 3), ("log1p", x => Jnp.Log1p(x), -0.5, 2),
        ("sqrt", x => Jnp.Sqrt(x), 0.3, 3), ("rsqrt", x => Jnp.Rsqrt(x), 0.3, 3), ("cbrt", x => Jnp.Cbrt(x), 0.3, 3), ("sin", x => Jnp.Sin(x), -3, 3),
        ("cos", x => Jnp.Cos(x), -3, 3), ("tan", x => Jnp.Tan(x), -1, 1), ("tanh", x => Jnp.Tanh(x), -2, 2), ("sigmoid", x => Nn.Sigmoid(x), -2, 2),
        ("erf", x => Special.Erf(x), -2, 2), ("erf_inv", x => Special.ErfInv(x), -0.9, 0.9), ("abs", x => Jnp.Abs(x), 0.2, 2), ("negative", x => -x, -2, 2),
        ("floor", x => x * Jnp.Floor(x), 0.1, 0.9), ("sign", x => x * Jnp.Sign(x), 0.1, 0.9), ("square", x => Jnp.Square(x), -2, 2), ("cube", x => Jnp.Power(x, 3), -2, 2),
        ("inverse_square", x => Jnp.Power(x, -2), 0.5, 2), ("gelu", x => Nn.Gelu(x), -2, 2), ("gelu_exact", x => Nn.Gelu(x, false), -2, 2), ("silu", x => Nn.Silu(x), -2, 2),
        ("softplus", x => Nn.Softplus(x), 0.1, 2), ("softmax", x => Nn.Softmax(x), -2, 2), ("log_softmax", x => Nn.LogSoftmax(x), -2, 2),
        ("logsumexp", x => Nn.LogSumExp(x, 0), -2, 2), ("reciprocal", x => Jnp.Reciprocal(x), 0.5, 2), ("clip", x => Jnp.Clip(x, -3.0, 3.0) * x, -2, 2),
        ("sinh", x => Jnp.Sinh(x), -2, 2), ("cosh", x => Jnp.Cosh(x), -2, 2), ("arcsin", x => Jnp.Arcsin(x), -0.8, 0.8), ("arccos", x => Jnp.Arccos(x), -0.8, 0.8),
        ("arctan", x => Jnp.Arctan(x), -3, 3), ("arcsinh", x => Jnp.Arcsinh(x), -3, 3), ("arccosh", x => Jnp.Arccosh(x), 1.3, 3), ("arctanh", x => Jnp.Arctanh(x), -0.8, 0.8),
        ("erfc", x => Special.Erfc(x), -2, 2), ("lgamma", x => Special.GammaLn(x), 0.6, 4), ("gamma", x => Special.Gamma(x), 0.6, 3), ("digamma", x => Special.Digamma(x), 0.6, 4),
        ("polygamma", x => Special.Polygamma(2, x), 0.8, 4), ("zeta", x => Special.Zeta(2.5, x), 0.8, 4), ("i0e", x => Special.I0e(x), 0.5, 12), ("i1e", x => Special.I1e(x), 0.5, 4),
        ("i0", x => Special.I0(x), 0.2, 3), ("logit", x => Special.Logit(x), 0.2, 0.8), ("entr", x => Special.Entr(x), 0.2, 2), ("ndtr", x => Special.Ndtr(x), -3, 3),
        ("log_ndtr", x => Special.LogNdtr(x), -3, 3), ("log_ndtr_tail", x => Special.LogNdtr(x), -24, -21), ("exp2", x => Jnp.Exp2(x), -2, 2), ("log2", x => Jnp.Log2(x), 0.3, 3),
        ("sinc", x => Jnp.Sinc(x), -2, 2), ("round", x => x * Jnp.Round(x), 0.6, 1.4), ("ceil", x => x * Jnp.Ceil(x), 0.1, 0.9), ("trunc", x => x * Jnp.Trunc(x), 1.1, 1.9),
        ("nextafter", x => x * Jnp.NextAfter(Jnp.Floor(x), 9.0), 1.1, 1.9), ("reduce_precision", x => Jnp.ReducePrecision(x, 11, 52), -2, 2), ("relu", x => Nn.Relu(x), 0.1, 2), ("elu", x => Nn.Elu(x), -2, 2),
        ("selu", x => Nn.Selu(x), -2, 2), ("celu", x => Nn.Celu(x), -2, 2), ("mish", x => Nn.Mish(x), -2, 2), ("soft_sign", x => Nn.SoftSign(x), 0.1, 2), ("log_sigmoid", x => Nn.LogSigmoid(x), 0.1, 2),
        ("square_plus", x => Nn.SquarePlus(x), -2, 2), ("floor_divide", x => x * Jnp.FloorDivide(x, 3.0), 3.2, 5.8), ("custom_jvp", x => Autodiff.CustomJvp(CubeFunction, CubeRule, [x])[0], -2, 2),
        ("custom_vjp", x => Autodiff.CustomVjp(CubeFunction, a => (CubeFunction(a), a), (r, c) => [3.0 * r[0] * r[0] * c[0]], [x])[0], -2, 2), ("checkpoint_name", x => Autodiff.CheckpointName(Jnp.Sin(x), "s"), -2, 2),
        ("barrier", x => Lax.OptimizationBarrier([Jnp.Sin(x)])[0] * x, -2, 2), ("convert", x => Jnp.Cast(Jnp.Cast(x, ElementKind.Complex128) * Jnp.Cast(x, ElementKind.Complex128), x.DType), -2, 2),
        ("lax_clamp", x => Lax.Clamp(-0.5, x, 0.5) * x, -2, 2), ("complex_abs", x => Jnp.Abs(Jnp.Complex(x, x * x)), 0.3, 2), ("round_away", x => x * Hlo.Unary(HloOps.RoundNearestAfz, x), 0.6, 1.4),
    ];

    private static readonly (string Name, Func<Tensor, Tensor, Tensor> F, double Low, double High)[] s_binary =
    [
        ("add", (a, b) => a + b, -2, 2), ("subtract", (a, b) => a - b, -2, 2), ("multiply", (a, b) => a * b, -2, 2), ("divide", (a, b) => a / b, 0.5, 2),
        ("power", (a, b) => Jnp.Power(a, b), 0.5, 2), ("arctan2", (a, b) => Jnp.Arctan2(a, b), 0.3, 2), ("maximum", (a, b) => Jnp.Maximum(a, b), -2, 2),
        ("minimum", (a, b) => Jnp.Minimum(a, b), -2, 2), ("remainder", (a, b) => Jnp.Remainder(a * 7, b), 1.5, 2), ("where", (a, b) => Jnp.Where(a > b, a * a, b), -2, 2),
        ("hypot", (a, b) => Jnp.Hypot(a, b), 0.5, 2), ("logaddexp", (a, b) => Jnp.LogAddExp(a, b), -2, 2), ("xlogy", (a, b) => Special.XLogY(a, b), 0.5, 2), ("xlog1py", (a, b) => Special.XLog1pY(a, b), 0.5, 2),
        ("rel_entr", (a, b) => Special.RelEntr(a, b), 0.5, 2), ("kl_div", (a, b) => Special.KlDiv(a, b), 0.5, 2), ("betaln", (a, b) => Special.BetaLn(a, b), 0.6, 2), ("fmax", (a, b) => Jnp.FMax(a, b), -2, 2),
        ("fmod", (a, b) => Jnp.FMod(a * 7, b), 1.5, 2), ("copysign", (a, b) => Jnp.Where(Jnp.SignBit(b), -a, a) * b, 0.5, 2), ("clamp", (a, b) => Jnp.Clip(a, -0.5, 0.5) * b, -2, 2),
    ];

    /// <summary>Elementwise programs of one argument, each over three shapes.</summary>
    public static IEnumerable<DerivativeCase> Unary => s_unary.SelectMany(c => new Shape[] { [3, 4], [1], [2, 0] }.Select(s => new DerivativeCase($"{c.Name}_{s}", a => [c.F(a[0])], [s], c.Low, c.High, c.Name is not ("complex_abs" or "convert"))));

    /// <summary>Elementwise programs of two arguments, each over six pairs of shapes that broadcast.</summary>
    public static IEnumerable<DerivativeCase> Binary => s_binary.SelectMany(c => new (Shape, Shape)[] { ([3, 4], [3, 4]), ([3, 1], [4]), ([], [2, 3]), ([1, 4], [3, 1]), ([0, 4], [1, 4]), ([1], [1]) }
        .Select(s => new DerivativeCase($"{c.Name}_{s.Item1}_{s.Item2}", a => [c.F(a[0], a[1])], [s.Item1, s.Item2], c.Low, c.High)));

    /// <summary>All of them.</summary>
    public static IEnumerable<DerivativeCase> All => [.. Unary, .. Binary, .. Structural];
}
