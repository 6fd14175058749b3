using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// Forward values as a backward function sees them: constants and cheap spreadings are made again, everything else becomes
/// an argument, once. Marker operations are not looked through: a stopped gradient must stay stopped in a second derivative.
/// </summary>
internal sealed class ResidualValues(ModuleTracer module, FunctionTracer backward, Action<Value> onResidual)
{
    private readonly Dictionary<Value, Tensor> _known = [];

    /// <summary>A forward value in the backward function.</summary>
    public Tensor Primal(Value value)
    {
        value = module.Resolve(value);
        if (_known.TryGetValue(value, out Tensor? known))
        {
            return known;
        }
        if (value is OpResult { Owner: var op } && Markers.IsCheap(op))
        {
            var operands = new Value[op.Operands.Length];
            for (int i = 0; i < operands.Length; i++)
            {
                operands[i] = backward.Use(Primal(op.Operands[i]), "residual");
            }
            Tensor again = backward.Wrap(backward.Emit(op.Name, operands, [value.Type], op.Attributes.Clone()).Result);
            if (backward.Frame.Parent is null)
            {
                _known.Add(value, again);
            }
            return again;
        }
        var argument = new Tensor(backward.Function.Body.AddArgument(value.Type), ParameterSources.Entry(backward), backward, false);
        _known.Add(value, argument);
        onResidual(value);
        return argument;
    }
}

/// <summary>Operations that are not worth saving, and operations that stand for another value.</summary>
internal static class Markers
{
    /// <summary>Whether making the result again costs less than keeping it: constants, iotas, spreadings, reshapes, widenings of narrow floats.</summary>
    public static bool IsCheap(Operation op) =>
        op.Name == HloOps.Constant || op.Name == HloOps.Iota || op.Name == HloOps.BroadcastInDim || op.Name == HloOps.Reshape
        || (op.Name == HloOps.Convert && op.Operands[0].TensorType.Kind.BitWidth() < op.Result.TensorType.Kind.BitWidth());

    /// <summary>The value behind replacements and marker operations.</summary>
    public static Value Through(Value value, ModuleTracer module)
    {
        while (true)
        {
            value = module.Resolve(value);
            if (value is not OpResult { Owner: var op })
            {
                return value;
            }
            if (op.Name == HloOps.Alias || op.Name == HloOps.StopGradient || op.Name == HloOps.NoDerivative || op.Name == HloOps.CheckpointName)
            {
                value = op.Operands[0];
            }
            else if (op.Name == HloOps.Saved)
            {
                value = op.Operands[1];
            }
            else
            {
                return value;
            }
        }
    }
}
