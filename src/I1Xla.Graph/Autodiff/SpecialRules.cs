using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of special, hyperbolic and inverse functions.</summary>
internal static class SpecialRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
        Rules.Unary(HloOps.Erfc, (g, x, y) => g * (-2 / Math.Sqrt(Math.PI)) * Hlo.Unary(HloOps.Exponential, -(x * x)));
        Rules.Unary(HloOps.LogGamma, (g, x, y) => g * Hlo.Unary(HloOps.Digamma, x));
        Rules.Unary(HloOps.Digamma, (g, x, y) => g * Hlo.Binary(HloOps.Polygamma, One(x), x));
        Rules.Add(HloOps.Polygamma, c =>
        {
            if (c.Needs(0))
            {
                throw c.NoRule("there is no derivative with respect to the order");
            }
            c.Give(1, c.Ct! * Next(c.In(0), c.In(1)));
        }, c =>
        {
            if (c.Tangent(0) is not null)
            {
                throw c.NoRule("there is no derivative with respect to the order");
            }
            c.Give(c.Tangent(1)! * Next(c.In(0), c.In(1)));
        });
        Rules.Add(HloOps.Zeta, c =>
        {
            if (c.Needs(0))
            {
                throw c.NoRule("there is no derivative with respect to the exponent");
            }
            c.Give(1, c.Ct! * Shifted(c.In(0), c.In(1)));
        }, c =>
        {
            if (c.Tangent(0) is not null)
            {
                throw c.NoRule("there is no derivative with respect to the exponent");
            }
            c.Give(c.Tangent(1)! * Shifted(c.In(0), c.In(1)));
        });
        Rules.Unary(HloOps.BesselI1e, (g, x, y) =>
        {
            // I0e(x) - y (sign(x) + 1/x); at 0 the limit is a half.
            Tensor zero = Hlo.Compare("EQ", x, Hlo.ZerosLike(x));
            Tensor safe = Hlo.Select(zero, One(x), x);
            Tensor slope = Special.I0e(safe) - y * (Hlo.Unary(HloOps.Sign, safe) + One(x) / safe);
            return g * Hlo.Select(zero, Hlo.Splat(0.5, x.DType, x.Shape), slope);
        });
        Rules.Unary(HloOps.Sinh, (g, x, y) => g * Hlo.Unary(HloOps.Cosh, x));
        Rules.Unary(HloOps.Cosh, (g, x, y) => g * Hlo.Unary(HloOps.Sinh, x));
        Rules.Unary(HloOps.Asin, (g, x, y) => g * Hlo.Unary(HloOps.Rsqrt, One(x) - x * x));
        Rules.Unary(HloOps.Acos, (g, x, y) => -(g * Hlo.Unary(HloOps.Rsqrt, One(x) - x * x)));
        Rules.Unary(HloOps.Atan, (g, x, y) => g / (One(x) + x * x));
        Rules.Unary(HloOps.Asinh, (g, x, y) => g * Hlo.Unary(HloOps.Rsqrt, x * x + One(x)));
        Rules.Unary(HloOps.Acosh, (g, x, y) => g * Hlo.Unary(HloOps.Rsqrt, (x - One(x)) * (x + One(x))));
        Rules.Unary(HloOps.Atanh, (g, x, y) => g / (One(x) - x * x));
        Rules.Flat(HloOps.NextAfter);
    }

    private static Tensor Next(Tensor order, Tensor x) => Hlo.Binary(HloOps.Polygamma, order + One(order), x);

    private static Tensor Shifted(Tensor s, Tensor q) => -(s * Hlo.Binary(HloOps.Zeta, s + One(s), q));

    private static Tensor One(Tensor like) => Hlo.Ones(like.Type);
}
