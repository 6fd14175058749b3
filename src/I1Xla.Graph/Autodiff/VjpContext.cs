using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>What a reverse rule sees: one operation, the cotangents of its results, and primal values where it emits.</summary>
internal sealed class VjpContext(Backward backward)
{
    /// <summary>The operation.</summary>
    public Operation Op { get; private set; } = null!;

    /// <summary>Its place in the list of operations being walked.</summary>
    public int Index { get; private set; }

    /// <summary>The walk.</summary>
    public Backward Backward => backward;

    /// <summary>The cotangent of the only (or first) result; null means zero.</summary>
    public Tensor? Ct => CtOf(0);

    /// <summary>Points the context at an operation.</summary>
    public void Set(Operation op, int index)
    {
        Op = op;
        Index = index;
    }

    /// <summary>The cotangent of a result; null means zero.</summary>
    public Tensor? CtOf(int result) => backward.Cotangent(Op.Results[result]);

    /// <summary>The cotangent of a result, zeros made where it is zero.</summary>
    public Tensor CtOrZero(int result) => CtOf(result) ?? Hlo.Zeros(Op.Results[result].TensorType);

    /// <summary>An operand's value, usable where the backward pass is emitted.</summary>
    public Tensor In(int operand) => backward.Primal(Op.Operands[operand]);

    /// <summary>A result's value, usable where the backward pass is emitted.</summary>
    public Tensor Out(int result) => backward.Primal(Op.Results[result]);

    /// <summary>The type of an operand.</summary>
    public TensorType TypeOf(int operand) => Op.Operands[operand].TensorType;

    /// <summary>Whether an operand's cotangent is wanted.</summary>
    public bool Needs(int operand) => backward.IsActive(Op.Operands[operand]);

    /// <summary>Adds to an operand's cotangent, when it is wanted.</summary>
    public void Give(int operand, Tensor? cotangent) => backward.Accumulate(Op.Operands[operand], cotangent);

    /// <summary>An integer array attribute.</summary>
    public ReadOnlySpan<long> Longs(string name) => Op.Attributes.Get<DenseArrayAttr>(name) is { } a ? a.Values.Span : [];

    /// <summary>The error for an operation that cannot be differentiated this way.</summary>
    public GraphException NoRule(string why) => backward.NoRule(Op, why);
}
