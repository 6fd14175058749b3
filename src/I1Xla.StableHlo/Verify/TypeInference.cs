using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Verify;

/// <summary>Result types from operands, attributes and regions (StableHLO specification, the constraints on results of each op).</summary>
/// <remarks>StableHLO, <c>docs/type_inference.md</c>.</remarks>
public static class TypeInference
{
    /// <summary>Whether the result types of an op follow from its operands, attributes and regions.</summary>
    public static bool CanInfer(OpName name) => OpTable.Find(name)?.Has(OpTraits.InferType) == true;

    /// <summary>Infers the result types of an operation, whatever results it has now.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="types">The types; empty on failure.</param>
    /// <param name="error">What is wrong with the operation; null on success.</param>
    /// <returns>Whether the types follow.</returns>
    public static bool TryInfer(Operation op, out IrType[] types, out Diagnostic? error)
    {
        types = [];
        error = null;
        if (!CanInfer(op.Name))
        {
            error = new Diagnostic(DiagnosticSeverity.Error, op.Location, $"the result types of '{op.Name}' do not follow from its operands", null, op);
            return false;
        }
        try
        {
            types = OpVerifier.Infer(OpTable.Get(op.Name), op);
            return true;
        }
        catch (ConstraintException e)
        {
            error = OpVerifier.ToDiagnostic(op, e);
            return false;
        }
    }

    /// <summary>Appends an operation with inferred result types.</summary>
    /// <exception cref="ArgumentException">The operation would violate a constraint; the message names it.</exception>
    public static Operation Create(
        OpBuilder builder, OpName name, ReadOnlySpan<Value> operands, AttributeMap attributes, ReadOnlySpan<Region> regions = default)
    {
        var probe = new Operation(name, operands, [], attributes, regions, builder.Location);
        if (!TryInfer(probe, out IrType[] types, out Diagnostic? error))
        {
            throw new ArgumentException(error!.Message);
        }
        OpDef def = OpTable.Get(name);
        if (def.Has(OpTraits.AttrSizedResultSegments))
        {
            int last = def.OperandRange(probe, def.Operands.Length - 1).Length;
            attributes.Set("resultSegmentSizes", new DenseArrayAttr(ElementKind.I32, [types.Length - last, last]));
        }
        return builder.Create(name, operands, types, attributes, regions);
    }
}
