using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>A rule of reverse mode: reads the cotangents of an operation's results and gives those of its operands.</summary>
internal delegate void VjpRule(VjpContext context);

/// <summary>A rule of forward mode: reads the tangents of an operation's operands and gives those of its results.</summary>
internal delegate void JvpRule(JvpContext context);

/// <summary>The product of a cotangent or tangent <paramref name="g"/> with an elementwise derivative at x, where the result is y.</summary>
internal delegate Tensor UnaryDerivative(Tensor g, Tensor x, Tensor y);

/// <summary>The product of a cotangent or tangent <paramref name="g"/> with a partial derivative at (a, b), where the result is y.</summary>
internal delegate Tensor BinaryDerivative(Tensor g, Tensor a, Tensor b, Tensor y);

/// <summary>The derivative rules, one per operation name, in arrays indexed by <see cref="OpName.Id"/>.</summary>
internal static class Rules
{
    private static VjpRule?[] s_vjp = [];
    private static JvpRule?[] s_jvp = [];
    private static readonly List<OpName> s_names = [];

    static Rules()
    {
        ElementwiseRules.Register();
        ShapeRules.Register();
        ContractionRules.Register();
        ReductionRules.Register();
        IndexingRules.Register();
        ScatterRules.Register();
        WindowRules.Register();
        SpecialRules.Register();
        ControlRules.Register();
        CollectiveRules.Register();
    }

    /// <summary>The reverse rule of an operation; null when there is none.</summary>
    public static VjpRule? Vjp(OpName op) => op.Id < s_vjp.Length ? s_vjp[op.Id] : null;

    /// <summary>The forward rule of an operation; null when there is none.</summary>
    public static JvpRule? Jvp(OpName op) => op.Id < s_jvp.Length ? s_jvp[op.Id] : null;

    /// <summary>Every operation that has a rule.</summary>
    public static IEnumerable<OpName> All => s_names;

    /// <summary>Sets the rules of an operation.</summary>
    public static void Add(OpName op, VjpRule? vjp, JvpRule? jvp)
    {
        if (op.Id >= s_vjp.Length)
        {
            Array.Resize(ref s_vjp, op.Id + 64);
            Array.Resize(ref s_jvp, op.Id + 64);
        }
        s_names.Add(op);
        s_vjp[op.Id] = vjp;
        s_jvp[op.Id] = jvp;
    }

    /// <summary>An elementwise function of one operand.</summary>
    public static void Unary(OpName op, UnaryDerivative derivative) =>
        Add(op, c => c.Give(0, derivative(c.Ct!, c.In(0), c.Out(0))), c => c.Give(derivative(c.Tangent(0)!, c.In(0), c.Out(0))));

    /// <summary>An elementwise function of two operands.</summary>
    public static void Binary(OpName op, BinaryDerivative left, BinaryDerivative right) => Add(op, c =>
    {
        if (c.Needs(0))
        {
            c.Give(0, left(c.Ct!, c.In(0), c.In(1), c.Out(0)));
        }
        if (c.Needs(1))
        {
            c.Give(1, right(c.Ct!, c.In(0), c.In(1), c.Out(0)));
        }
    }, c =>
    {
        Tensor? sum = c.Tangent(0) is { } a ? left(a, c.In(0), c.In(1), c.Out(0)) : null;
        if (c.Tangent(1) is { } b)
        {
            Tensor part = right(b, c.In(0), c.In(1), c.Out(0));
            sum = sum is null ? part : Hlo.Binary(HloOps.Add, sum, part);
        }
        c.Give(sum!);
    });

    /// <summary>An operation that is jointly linear in some operands; forward mode applies it to their tangents.</summary>
    public static void Linear(OpName op, VjpRule vjp, params int[] operands) => Add(op, vjp, c => c.ApplyToTangents(operands));

    /// <summary>An operation that is linear in every operand jointly, however many there are.</summary>
    public static void LinearInAll(OpName op, VjpRule vjp) => Add(op, vjp, c => c.ApplyToTangents([.. Enumerable.Range(0, c.Op.Operands.Length)]));

    /// <summary>An operation that is linear in each of two operands.</summary>
    public static void Bilinear(OpName op, VjpRule vjp) => Add(op, vjp, c =>
    {
        Tensor? sum = null;
        for (int i = 0; i < 2; i++)
        {
            if (c.Tangent(i) is not null)
            {
                Tensor part = c.Apply([i])[0];
                sum = sum is null ? part : Hlo.Binary(HloOps.Add, sum, part);
            }
        }
        c.Give(sum!);
    });

    /// <summary>An operation whose derivative is zero everywhere it has one.</summary>
    public static void Flat(params OpName[] operations)
    {
        foreach (OpName op in operations)
        {
            Add(op, static _ => { }, static _ => { });
        }
    }
}
