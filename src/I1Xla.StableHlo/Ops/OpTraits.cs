namespace I1Xla.StableHlo.Ops;

/// <summary>What holds of every instance of an operation (the traits of <c>StablehloOps.td</c>; in the specification they are numbered constraints, see <see cref="OpDef.ConstraintOf"/>).</summary>
[Flags]
public enum OpTraits : long
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Operands of a binary op may be swapped.</summary>
    Commutative = 1L << 0,
    /// <summary>No side effect, and safe to execute speculatively.</summary>
    Pure = 1L << 1,
    /// <summary>No side effect; whether it is safe to speculate depends on its shapes.</summary>
    NoMemoryEffect = 1L << 2,
    /// <summary>Its side effects are those of the operations in its regions.</summary>
    RecursiveMemoryEffects = 1L << 3,
    /// <summary>It reads or writes something outside the program.</summary>
    SideEffects = 1L << 4,
    /// <summary>Element by element.</summary>
    Elementwise = 1L << 5,
    /// <summary>Ends a block.</summary>
    Terminator = 1L << 6,
    /// <summary>Its result is an attribute.</summary>
    ConstantLike = 1L << 7,
    /// <summary>Each region is one block.</summary>
    SingleBlock = 1L << 8,
    /// <summary>Regions may not use values from outside.</summary>
    IsolatedFromAbove = 1L << 9,
    /// <summary>Result types follow from operands, attributes and regions.</summary>
    InferType = 1L << 10,
    /// <summary>All shapes are compatible.</summary>
    SameOperandsAndResultShape = 1L << 11,
    /// <summary>All element types are equal.</summary>
    SameOperandsAndResultElementType = 1L << 12,
    /// <summary>All operand element types are equal.</summary>
    SameOperandsElementType = 1L << 13,
    /// <summary>All types are compatible, quantization parameters aside.</summary>
    CompatibleOperandsAndResultType = 1L << 14,
    /// <summary>All element types are compatible, quantization parameters aside.</summary>
    CompatibleOperandsAndResultElementType = 1L << 15,
    /// <summary>All operand element types are compatible, quantization parameters aside.</summary>
    CompatibleOperandsElementType = 1L << 16,
    /// <summary>Operand i and result i have equal types.</summary>
    PairwiseSameOperandAndResultType = 1L << 17,
    /// <summary>Operand i and result i have equal element types.</summary>
    PairwiseSameOperandAndResultElementType = 1L << 18,
    /// <summary>Variadic operand groups are equally long.</summary>
    SameVariadicOperandSize = 1L << 19,
    /// <summary>Lengths of operand groups are in <c>operandSegmentSizes</c>.</summary>
    AttrSizedOperandSegments = 1L << 20,
    /// <summary>Lengths of result groups are in <c>resultSegmentSizes</c>.</summary>
    AttrSizedResultSegments = 1L << 21,
    /// <summary>CHLO: operands broadcast.</summary>
    Broadcasting = 1L << 22,
    /// <summary>Element by element after broadcasting.</summary>
    BroadcastingElementwise = 1L << 23,
}
