using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Branches, loops, calls, tuples, tokens, asynchronous wrappers and custom calls.</summary>
internal static class ControlFlow
{
    public static void Register(Registrar add)
    {
        void Add(string name, Evaluator f) => add(name, f, Quantization.Structural);
        Add("func.call", c => c.Interpreter.Call(c.Interpreter.Function(c.Op, Callee(c, "callee")), c.Operands, c.Process, c.Depth));
        Add("stablehlo.composite", c => c.Interpreter.Call(c.Interpreter.Function(c.Op, Callee(c, "decomposition")), c.Operands, c.Process, c.Depth));
        Add("stablehlo.if", c => c.Run(c.Tensor(0).Data.Span[0] != 0 ? 0 : 1));
        Add("stablehlo.case", Case);
        Add("stablehlo.while", While);
        Add("stablehlo.optimization_barrier", c => c.Operands);
        Add("sdy.sharding_constraint", c => c.Operands);
        Add("stablehlo.tuple", c => [new TupleValue(new ValueArray<RuntimeValue>(c.Operands))]);
        Add("stablehlo.get_tuple_element", GetTupleElement);
        Add("stablehlo.after_all", _ => [TokenValue.Instance]);
        Add("stablehlo.create_token", _ => [TokenValue.Instance]);
        Add("stablehlo.async_start", c => [new FutureValue(new ValueArray<RuntimeValue>(c.Run(0, c.Operands)))]);
        Add("stablehlo.async_done", c => c.Operands[0] is FutureValue f ? f.Elements.ToArray() : throw c.Error("the operand is not a future"));
        Add("stablehlo.custom_call", CustomCall);
    }

    private static string Callee(OpContext c, string name) => c.Attribute<SymbolRefAttr>(name).Root;

    private static RuntimeValue[] Case(OpContext c)
    {
        long index = Elements.Integer(c.Tensor(0));
        int last = c.Op.Regions.Length - 1;
        return c.Run(index < 0 || index > last ? last : (int)index);
    }

    private static RuntimeValue[] While(OpContext c)
    {
        RuntimeValue[] state = c.Operands;
        while (true)
        {
            RuntimeValue[] condition = c.Run(0, state);
            if (condition is not [TensorValue { Literal: { Type: { Kind: ElementKind.I1, Rank: 0 } } flag }])
            {
                throw c.Error("the condition did not give one scalar of i1");
            }
            if (flag.Data.Span[0] == 0)
            {
                return state;
            }
            c.Charge(1);
            state = c.Run(1, state);
        }
    }

    private static RuntimeValue[] GetTupleElement(OpContext c)
    {
        long index = c.Int("index");
        return c.Operands[0] is TupleValue t && index >= 0 && index < t.Elements.Length ? [t.Elements[(int)index]] : throw c.Error($"the operand has no element {index}");
    }

    /// <summary>Whether a custom call's target has a meaning here without a handler of the caller's.</summary>
    public static bool KnowsCustomCall(string target) =>
        target is "check.expect_eq" or "check.expect_almost_eq" or "check.expect_close" or "check.eq" || IsAnnotation(target) || LegacyCustomCalls.IsKnown(target);

    private static bool IsAnnotation(string target) => target is
        "Sharding" or "SPMDFullToShardShape" or "SPMDShardToFullShape" or "annotate_device_placement" or "MoveToDevice" or "MoveToHost" or "LayoutConstraint"
        or "xla.sdy.FuncResultSharding" or "xla.sdy.PropagationBarrier" or DeadCodeSink;

    // What JAX's dce_sink becomes: keeps a value alive and does nothing with it.
    private const string DeadCodeSink = "dce_sink";

    private static RuntimeValue[] CustomCall(OpContext c)
    {
        string target = c.Text("call_target_name") ?? throw c.Error("attribute call_target_name is missing");
        switch (target)
        {
            case "check.expect_eq":
                Checks.ExpectEqual(c, c.Tensor(0), c.Tensor(1));
                return [];
            case "check.expect_almost_eq":
                Checks.ExpectAlmostEqual(c, c.Tensor(0), c.Tensor(1), Checks.CustomCallTolerance);
                return [];
            case "check.expect_close":
                Checks.ExpectClose(c, c.Tensor(0), c.Tensor(1), 0, Checks.DefaultUlps);
                return [];
            case "check.eq":
                return OpContext.One(Scalars.Splat(c, ScalarType.I1, Shape.Scalar, Checks.AreEqual(c.Tensor(0), c.Tensor(1)) ? 1 : 0));
            case var annotation when IsAnnotation(annotation):
                // One device holds all: annotations are identities.
                return c.Op.Results.Length == 0 ? [] : c.Operands;
        }
        if (LegacyCustomCalls.ToOperation(c.Op) is { } plain)
        {
            return Interpreter.Execute(new OpContext(c.Interpreter, plain, c.Operands, c.Scope, c.Process, c.Depth));
        }
        if (c.Interpreter.Options.CustomCalls is { } known && known.TryGetValue(target, out var handler))
        {
            return OpContext.Many(handler(c.Op, c.Tensors()));
        }
        throw c.Error($"the custom call @{target} is not known; give a handler in InterpreterOptions.CustomCalls");
    }
}
