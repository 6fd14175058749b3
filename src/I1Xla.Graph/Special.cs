using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Special functions, with the names of <c>jax.scipy.special</c>.</summary>
public static partial class Special
{
    private static readonly float[] s_central = [2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f, -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f];
    private static readonly float[] s_tail = [-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f, -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f];

    /// <summary>The error function.</summary>
    public static Tensor Erf(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.Erf, Jnp.ToInexact(Hlo.Materialize(x)));
    }

    /// <summary>
    /// The inverse of the error function. f32 is Giles' pair of polynomials in the order of operations of XLA's expansion
    /// (specification, A.1), so that random draws have JAX's bits; bf16 and f16 go through f32; f64 stays one operation.
    /// </summary>
    public static Tensor ErfInv(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        return Hlo.Unary(HloOps.ErfInv, x);
    }

    /// <summary>What <see cref="ErfInv"/> of kinds narrower than f64 becomes in a finished module.</summary>
    internal static Tensor ErfInvPolynomial(Tensor x)
    {
        if (x.DType != ElementKind.F32)
        {
            return Hlo.Convert(ErfInvPolynomial(Hlo.Convert(x, ElementKind.F32)), x.DType);
        }
        Tensor w = -Jnp.Log1p(x * -x);
        Tensor central = w < 5.0;
        Tensor z = Hlo.Select(central, w - 2.5, Jnp.Sqrt(w) - 3.0);
        Tensor p = Coefficient(central, 0, z);
        for (int i = 1; i < s_central.Length; i++)
        {
            p = Coefficient(central, i, z) + p * z;
        }
        Tensor infinite = x * double.PositiveInfinity;
        return Hlo.Select(Hlo.Compare("EQ", Hlo.Unary(HloOps.Abs, x), Hlo.Ones(x.Type)), infinite, p * x);
    }

    /// <summary>Host value of <see cref="ErfInv"/> given w = -log1p(-x²): the same polynomials in the same order, multiply-adds fused as XLA's CPU backend fuses them.</summary>
    internal static float ErfInvFromW(float x, float w)
    {
        bool central = w < 5f;
        float z = central ? w - 2.5f : MathF.Sqrt(w) - 3f;
        float[] c = central ? s_central : s_tail;
        float p = c[0];
        for (int i = 1; i < c.Length; i++)
        {
            p = MathF.FusedMultiplyAdd(p, z, c[i]);
        }
        return MathF.Abs(x) == 1f ? x * float.PositiveInfinity : p * x;
    }

    private static Tensor Coefficient(Tensor central, int i, Tensor like) =>
        Hlo.Select(central, Hlo.Splat((double)s_central[i], like.DType, like.Shape), Hlo.Splat((double)s_tail[i], like.DType, like.Shape));
}
