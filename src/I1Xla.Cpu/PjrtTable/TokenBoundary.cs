using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>
/// Tokens that an entry function takes and returns, as JAX's ordered effects make it (the dispatch of one program waits for the last), become arrays of no
/// elements: what a caller passes and gets for them, JAX among them, is a <c>pred[0]</c>.
/// </summary>
internal static class TokenBoundary
{
    private static readonly TensorType s_nothing = new(ElementKind.I1, new Shape(0));

    /// <summary>Rewrites the function in place.</summary>
    public static void Run(FuncOp main)
    {
        if (main.IsDeclaration || !main.Type.Inputs.Concat(main.Type.Results).Any(t => t is TokenType)) return;
        Block body = main.Body;
        var made = new List<Operation>();
        var tokens = new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance);
        foreach (BlockArgument argument in body.Arguments)
        {
            if (argument.Type is not TokenType token) continue;
            var create = new Operation("stablehlo.create_token", [], [token]);
            made.Add(create);
            tokens[argument] = create.Results[0];
            argument.Type = s_nothing;
        }
        main.Op.Walk(op =>
        {
            for (int i = 0; i < op.Operands.Length; i++)
            {
                if (tokens.TryGetValue(op.Operands[i], out Value? token)) op.SetOperand(i, token);
            }
        });
        Operation last = body.Terminator!;
        var nothing = new Operation("stablehlo.constant", [], [s_nothing], new AttributeMap { { "value", new DenseElementsAttr(s_nothing, ReadOnlyMemory<byte>.Empty, false) } });
        for (int i = 0; i < last.Operands.Length; i++)
        {
            if (last.Operands[i].Type is TokenType) last.SetOperand(i, nothing.Results[0]);
        }
        body.Replace([.. made, nothing, .. body.Operations]);
        main.Op.Attributes.Set("function_type", new TypeAttr(new FunctionType(Without(main.Type.Inputs), Without(main.Type.Results))));
    }

    private static ValueArray<IrType> Without(ValueArray<IrType> types) => new([.. types.Select(t => t is TokenType ? s_nothing : t)]);
}
