using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Passes.Chlo;

namespace I1Xla.StableHlo.Passes;

/// <summary>
/// Writes every CHLO op in StableHLO ops: implicit broadcasts become explicit, special functions become approximations of
/// their type's precision, <c>top_k</c> a sort, <c>scan</c> a loop, <c>ragged_dot</c> masked dots.
/// </summary>
/// <remarks>StableHLO, <c>transforms/Passes.td</c>, <c>chlo-legalize-to-stablehlo</c>; CHLO, <c>ChloOps.td</c>.</remarks>
public sealed class ChloLegalizePass : IModulePass
{
    private static readonly Dictionary<string, Func<Expr, Expr>> s_unary = new()
    {
        ["_asin_acos_kernel"] = ComplexFormulas.AsinAcosKernel,
        ["acos"] = x => x.Kind.IsComplex() ? ComplexFormulas.Acos(x) : RealFormulas.Acos(x),
        ["acosh"] = x => x.Kind.IsComplex() ? ComplexFormulas.Acosh(x) : RealFormulas.Acosh(x),
        ["asin"] = x => x.Kind.IsComplex() ? ComplexFormulas.Asin(x) : RealFormulas.Asin(x),
        ["asinh"] = x => x.Kind.IsComplex() ? ComplexFormulas.Asinh(x) : RealFormulas.Asinh(x),
        ["atan"] = x => x.Kind.IsComplex() ? ComplexFormulas.Atan(x) : RealFormulas.Atan(x),
        ["atanh"] = x => x.Kind.IsComplex() ? ComplexFormulas.Atanh(x) : RealFormulas.Atanh(x),
        ["bessel_i1e"] = RealFormulas.BesselI1e,
        ["conj"] = x => x.Kind.IsComplex() ? ComplexFormulas.Conjugate(x) : x,
        ["cosh"] = RealFormulas.Cosh,
        ["digamma"] = RealFormulas.Digamma,
        ["erf"] = RealFormulas.Erf,
        ["erf_inv"] = RealFormulas.ErfInv,
        ["erfc"] = RealFormulas.Erfc,
        ["is_inf"] = RealFormulas.IsInfinite,
        ["is_neg_inf"] = x => x.Equal(double.NegativeInfinity),
        ["is_pos_inf"] = x => x.Equal(double.PositiveInfinity),
        ["lgamma"] = RealFormulas.LogGamma,
        ["sinh"] = RealFormulas.Sinh,
        ["square"] = x => x.Kind.IsComplex() ? ComplexFormulas.Square(x) : x * x,
        ["tan"] = x => x.Wrap(x.Builder.Tan(x.Value)),
    };

    private static readonly Dictionary<string, Func<Expr, Expr, Expr>> s_binary = new()
    {
        ["mulhi"] = IntegerFormulas.MultiplyHigh,
        ["next_after"] = IntegerFormulas.NextAfter,
        ["polygamma"] = RealFormulas.Polygamma,
        ["zeta"] = RealFormulas.Zeta,
    };

    /// <inheritdoc/>
    public string Name => "chlo-legalize-to-stablehlo";

    /// <inheritdoc/>
    /// <exception cref="PassException">An operation has no form in StableHLO, or broadcasts shapes that are not known; run <c>refine-shapes</c> first.</exception>
    public void Run(ModuleOp module) => new Rewriter(Legalize).Run(module.Op);

    private static IReadOnlyList<Value>? Legalize(Operation op, Rewriter rewriter)
    {
        op = LegacyCustomCalls.ToOperation(op) ?? op;
        if (op.Name.Dialect != "chlo" || op.Name.Short is "return")
        {
            return null;
        }
        var scratch = new Block();
        var builder = new OpBuilder(scratch) { Location = op.Location };
        Value[] results;
        try
        {
            results = Expand(op, builder);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new PassException($"{op.Name} cannot be written in StableHLO: {e.Message}", op);
        }
        foreach (Operation made in scratch.Operations)
        {
            rewriter.Insert(made);
        }
        return results;
    }

    private static Value[] Expand(Operation op, OpBuilder builder)
    {
        string name = op.Name.Short;
        if (s_unary.TryGetValue(name, out Func<Expr, Expr>? unary))
        {
            return [Narrowed(op, new Expr(builder, op.Operands[0]), x => unary(x))];
        }
        if (s_binary.TryGetValue(name, out Func<Expr, Expr, Expr>? binary))
        {
            return [Binary(name, binary, new Expr(builder, op.Operands[0]), new Expr(builder, op.Operands[1]))];
        }
        if (name == "constant")
        {
            return [builder.Constant(op.Attributes["value"]!)];
        }
        if (name == "constant_like")
        {
            double number = op.Attributes["value"] switch
            {
                FloatAttr f => f.Value,
                IntegerAttr i => i.Value,
                BoolAttr b => b.Value ? 1 : 0,
                _ => throw new PassException("the value of constant_like is not a number", op),
            };
            return [new Expr(builder, op.Operands[0]).Like(number).Value];
        }
        if (name.StartsWith("broadcast_", StringComparison.Ordinal))
        {
            return [Broadcasts.Expand(op, builder, (target, a, b) => s_binary.TryGetValue(target, out Func<Expr, Expr, Expr>? f) ? Binary(target, f, new Expr(builder, a), new Expr(builder, b)) : null)];
        }
        return name switch
        {
            "top_k" => Structures.TopK(op, builder),
            "ragged_dot" => [Structures.RaggedDot(op, builder)],
            "scan" => Structures.Scan(op, builder),
            _ => throw new PassException($"{op.Name} has no form in StableHLO", op),
        };
    }

    private static Value Narrowed(Operation op, Expr x, Func<Expr, Expr> f)
    {
        bool direct = op.Name.Short is "square" or "conj" or "tan" or "is_inf" or "is_neg_inf" or "is_pos_inf";
        if (direct || !x.Kind.IsFloat() || x.Kind is ElementKind.F64 or ElementKind.F32)
        {
            return f(x).Value;
        }
        return f(x.To(ElementKind.F32)).To(x.Kind).Value;
    }

    private static Value Binary(string name, Func<Expr, Expr, Expr> f, Expr a, Expr b) =>
        name is "polygamma" or "zeta" && a.Kind is not (ElementKind.F32 or ElementKind.F64)
            ? f(a.To(ElementKind.F32), b.To(ElementKind.F32)).To(a.Kind).Value
            : f(a, b).Value;
}
