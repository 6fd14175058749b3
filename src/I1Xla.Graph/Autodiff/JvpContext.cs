using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>What a forward rule sees: one operation, the tangents of its operands, and primal values.</summary>
internal sealed class JvpContext(Forward forward)
{
    /// <summary>The operation.</summary>
    public Operation Op { get; set; } = null!;

    /// <summary>The walk.</summary>
    public Forward Forward => forward;

    /// <summary>The module.</summary>
    public ModuleTracer Module => forward.Module;

    /// <summary>The tangent of an operand; null means zero.</summary>
    public Tensor? Tangent(int operand) => forward.Tangent(Op.Operands[operand]);

    /// <summary>The tangent of an operand, zeros made where it is zero.</summary>
    public Tensor TangentOrZero(int operand) => Tangent(operand) ?? Hlo.Zeros(Op.Operands[operand].TensorType);

    /// <summary>An operand's value.</summary>
    public Tensor In(int operand) => forward.Primal(Op.Operands[operand]);

    /// <summary>A result's value.</summary>
    public Tensor Out(int result) => forward.Primal(Op.Results[result]);

    /// <summary>A value.</summary>
    public Tensor Primal(Value value) => forward.Primal(value);

    /// <summary>Sets the tangent of the only result.</summary>
    public void Give(Tensor tangent) => GiveTo(0, tangent);

    /// <summary>Sets the tangent of a result.</summary>
    public void GiveTo(int result, Tensor tangent) => forward.Set(Op.Results[result], tangent);

    /// <summary>Applies the operation with some operands exchanged for their tangents (zeros where there is none).</summary>
    public Tensor[] Apply(ReadOnlySpan<int> exchanged)
    {
        FunctionTracer f = Tracer.Current;
        var map = new Dictionary<Value, Value>();
        foreach (Value captured in Backward.Captures(Op.Regions))
        {
            map[captured] = f.Use(forward.Primal(captured), Op.Name.Short);
        }
        var operands = new Value[Op.Operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = f.Use(exchanged.Contains(i) ? TangentOrZero(i) : In(i), Op.Name.Short);
        }
        var types = new IrType[Op.Results.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = Op.Results[i].Type;
        }
        var regions = new Region[Op.Regions.Length];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = Op.Regions[i].Clone(map);
        }
        AttributeMap attributes = Op.Attributes["channel_handle"] is null ? Op.Attributes.Clone() : Collectives.WithNewChannel(Op.Attributes);
        Operation made = f.Emit(Op.Name, operands, types, attributes, regions);
        return [.. made.Results.ToArray().Select(r => f.Wrap(r))];
    }

    /// <summary>For an operation jointly linear in some operands: applies it to their tangents.</summary>
    public void ApplyToTangents(params int[] operands)
    {
        Tensor[] results = Apply(operands);
        for (int i = 0; i < results.Length; i++)
        {
            GiveTo(i, results[i]);
        }
    }

    /// <summary>The error for an operation that cannot be differentiated this way.</summary>
    public GraphException NoRule(string why) =>
        new($"forward derivative of {Op.Name.Full}: {why}; operands {string.Join(", ", Op.Operands.ToArray().Select(v => v.Type is TensorType t ? $"{t.Kind.Name()}{t.Shape}" : "?"))}, at {Backward.Describe(Op.Location)}");
}
