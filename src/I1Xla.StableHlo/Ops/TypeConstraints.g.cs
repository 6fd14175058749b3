// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
namespace I1Xla.StableHlo.Ops;

/// <summary>The element sets of the table (StableHLO specification, section <c>Types</c>).</summary>
public static class ElementSets
{
    /// <summary>4/6/8/16/32/64-bit float.</summary>
    public static readonly ElementSet Float = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F4E2M1FN | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F6E2M3FN | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F6E3M2FN | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E3M4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E4M3 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E4M3FN | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E4M3FNUZ | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E4M3B11FNUZ | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E5M2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E5M2FNUZ | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F8E8M0FNU | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F64 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.BF16, "4/6/8/16/32/64-bit float");
    /// <summary>32/64-bit float.</summary>
    public static readonly ElementSet Float32or64 = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.F64, "32/64-bit float");
    /// <summary>bool.</summary>
    public static readonly ElementSet Pred = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I1, "bool");
    /// <summary>2/4/8/16/32/64-bit signless integer.</summary>
    public static readonly ElementSet Sint = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I8 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I64, "2/4/8/16/32/64-bit signless integer");
    /// <summary>2/4/8/16/32/64-bit integer.</summary>
    public static readonly ElementSet Int = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I8 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I64 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI8 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI64, "2/4/8/16/32/64-bit integer");
    /// <summary>integer.</summary>
    public static readonly ElementSet Anyinteger = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I1 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I8 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I64 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI8 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI64, "integer");
    /// <summary>32-bit signless integer.</summary>
    public static readonly ElementSet I32 = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I32, "32-bit signless integer");
    /// <summary>32-bit unsigned integer.</summary>
    public static readonly ElementSet Ui32 = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI32, "32-bit unsigned integer");
    /// <summary>index.</summary>
    public static readonly ElementSet Index = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.Index, "index");
    /// <summary>index or 2/4/8/16/32/64-bit integer.</summary>
    public static readonly ElementSet Dimension = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.Index | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I8 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.I64 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI2 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI4 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI8 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI16 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI32 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.UI64, "index or 2/4/8/16/32/64-bit integer");
    /// <summary>complex type with 32/64-bit float elements.</summary>
    public static readonly ElementSet Complex = new(1UL << (int)I1Xla.StableHlo.Ir.ElementKind.Complex64 | 1UL << (int)I1Xla.StableHlo.Ir.ElementKind.Complex128, "complex type with 32/64-bit float elements");
    /// <summary>per-tensor integer quantized.</summary>
    public static readonly ElementSet Quantized = new(ElementSet.Quantized, "per-tensor integer quantized");
    /// <summary>per-axis integer quantized.</summary>
    public static readonly ElementSet Peraxis = new(ElementSet.PerAxisQuantized, "per-axis integer quantized");
}

/// <summary>The type constraints of the table (StableHLO specification, <c>Inputs</c> and <c>Outputs</c> of each op; names after <c>Base.td</c>).</summary>
public static class TypeConstraints
{
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint Tensor = new TensorConstraint("Tensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements or per-tensor integer quantized or per-axis integer quantized values; a quantized dimension has to fit the shape (quantized_type C12, C13).</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensor = new TensorConstraint("TensorOrPerAxisQuantizedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], CheckAxis: true);
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements values.</summary>
    public static readonly TypeConstraint NonQuantizedTensor = new TensorConstraint("NonQuantizedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex]);
    /// <summary>Ranked tensor of 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint IntTensor = new TensorConstraint("IntTensor", [ElementSets.Int]);
    /// <summary>Ranked tensor of integer or index values.</summary>
    public static readonly TypeConstraint IntegerOrIndexTensor = new TensorConstraint("IntegerOrIndexTensor", [ElementSets.Anyinteger, ElementSets.Index]);
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float values.</summary>
    public static readonly TypeConstraint FpTensor = new TensorConstraint("FpTensor", [ElementSets.Float]);
    /// <summary>Ranked tensor of 32/64-bit float values.</summary>
    public static readonly TypeConstraint Fp32Or64Tensor = new TensorConstraint("Fp32Or64Tensor", [ElementSets.Float32or64]);
    /// <summary>Ranked tensor of bool values.</summary>
    public static readonly TypeConstraint PredTensor = new TensorConstraint("PredTensor", [ElementSets.Pred]);
    /// <summary>Ranked tensor of bool or 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint PredOrIntTensor = new TensorConstraint("PredOrIntTensor", [ElementSets.Pred, ElementSets.Int]);
    /// <summary>Ranked tensor of complex type with 32/64-bit float elements values.</summary>
    public static readonly TypeConstraint ComplexTensor = new TensorConstraint("ComplexTensor", [ElementSets.Complex]);
    /// <summary>Ranked tensor of 2/4/8/16/32/64-bit integer or 4/6/8/16/32/64-bit float values.</summary>
    public static readonly TypeConstraint IntOrFpTensor = new TensorConstraint("IntOrFpTensor", [ElementSets.Int, ElementSets.Float]);
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float or complex type with 32/64-bit float elements values.</summary>
    public static readonly TypeConstraint FpOrComplexTensor = new TensorConstraint("FpOrComplexTensor", [ElementSets.Float, ElementSets.Complex]);
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint FpOrQuantizedIntTensor = new TensorConstraint("FpOrQuantizedIntTensor", [ElementSets.Float, ElementSets.Quantized]);
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float or complex type with 32/64-bit float elements or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint FpComplexOrQuantizedIntTensor = new TensorConstraint("FpComplexOrQuantizedIntTensor", [ElementSets.Float, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>Ranked tensor of 2/4/8/16/32/64-bit integer or 4/6/8/16/32/64-bit float or complex type with 32/64-bit float elements or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint IntFpOrComplexOrQuantizedIntTensor = new TensorConstraint("IntFpOrComplexOrQuantizedIntTensor", [ElementSets.Int, ElementSets.Float, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>Ranked tensor of 2/4/8/16/32/64-bit signless integer or 4/6/8/16/32/64-bit float or complex type with 32/64-bit float elements or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint SIntFpComplexOrQuantizedIntTensor = new TensorConstraint("SIntFpComplexOrQuantizedIntTensor", [ElementSets.Sint, ElementSets.Float, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>Ranked tensor of 2/4/8/16/32/64-bit signless integer or 4/6/8/16/32/64-bit float or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint SIntFpOrQuantizedIntTensor = new TensorConstraint("SIntFpOrQuantizedIntTensor", [ElementSets.Sint, ElementSets.Float, ElementSets.Quantized]);
    /// <summary>Ranked tensor of bool or 2/4/8/16/32/64-bit integer or 4/6/8/16/32/64-bit float values.</summary>
    public static readonly TypeConstraint PredIntOrFpTensor = new TensorConstraint("PredIntOrFpTensor", [ElementSets.Pred, ElementSets.Int, ElementSets.Float]);
    /// <summary>Ranked tensor of per-axis integer quantized values; a quantized dimension has to fit the shape (quantized_type C12, C13).</summary>
    public static readonly TypeConstraint PerAxisQuantizedIntTensor = new TensorConstraint("PerAxisQuantizedIntTensor", [ElementSets.Peraxis], CheckAxis: true);
    /// <summary>Ranked tensor of per-tensor integer quantized or per-axis integer quantized values; a quantized dimension has to fit the shape (quantized_type C12, C13).</summary>
    public static readonly TypeConstraint QuantizedIntOrPerAxisQuantizedIntTensor = new TensorConstraint("QuantizedIntOrPerAxisQuantizedIntTensor", [ElementSets.Quantized, ElementSets.Peraxis], CheckAxis: true);
    /// <summary>Ranked tensor of 4/6/8/16/32/64-bit float or per-tensor integer quantized or per-axis integer quantized values; a quantized dimension has to fit the shape (quantized_type C12, C13).</summary>
    public static readonly TypeConstraint FloatOrQuantizedIntOrPerAxisQuantizedIntTensor = new TensorConstraint("FloatOrQuantizedIntOrPerAxisQuantizedIntTensor", [ElementSets.Float, ElementSets.Quantized, ElementSets.Peraxis], CheckAxis: true);
    /// <summary>Ranked tensor of 32-bit signless integer values.</summary>
    public static readonly TypeConstraint I32RankedTensor = new TensorConstraint("I32RankedTensor", [ElementSets.I32]);
    /// <summary>Ranked tensor of 32-bit unsigned integer values.</summary>
    public static readonly TypeConstraint UI32RankedTensor = new TensorConstraint("UI32RankedTensor", [ElementSets.Ui32]);
    /// <summary>0D tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint ScalarTensor = new TensorConstraint("ScalarTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized], Rank: 0);
    /// <summary>0D tensor of 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint ScalarIntTensor = new TensorConstraint("ScalarIntTensor", [ElementSets.Int], Rank: 0);
    /// <summary>0D tensor of bool or 2/4/8/16/32/64-bit integer or 4/6/8/16/32/64-bit float values.</summary>
    public static readonly TypeConstraint ScalarPredIntOrFpTensor = new TensorConstraint("ScalarPredIntOrFpTensor", [ElementSets.Pred, ElementSets.Int, ElementSets.Float], Rank: 0);
    /// <summary>1D tensor of 4/6/8/16/32/64-bit float or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint Fp1DTensor = new TensorConstraint("Fp1DTensor", [ElementSets.Float, ElementSets.Quantized], Rank: 1);
    /// <summary>1D tensor of index or 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint DimensionTensor = new TensorConstraint("DimensionTensor", [ElementSets.Dimension], Rank: 1);
    /// <summary>Statically shaped 1-dimensional tensor of index or 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint StaticDimensionTensor = new TensorConstraint("StaticDimensionTensor", [ElementSets.Dimension], Static: true, Rank: 1, Prefix: "statically shaped 1-dimensional tensor");
    /// <summary>Statically shaped 1-dimensional integer tensor of 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint Static1DIntTensor = new TensorConstraint("Static1DIntTensor", [ElementSets.Int], Static: true, Rank: 1, Prefix: "statically shaped 1-dimensional integer tensor");
    /// <summary>Statically shaped 2-dimensional integer tensor of 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint Static2DIntTensor = new TensorConstraint("Static2DIntTensor", [ElementSets.Int], Static: true, Rank: 2, Prefix: "statically shaped 2-dimensional integer tensor");
    /// <summary>Statically shaped tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint StaticShapeTensor = new TensorConstraint("StaticShapeTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized], Static: true, Prefix: "statically shaped tensor");
    /// <summary>Statically shaped tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements or per-tensor integer quantized or per-axis integer quantized values; a quantized dimension has to fit the shape (quantized_type C12, C13).</summary>
    public static readonly TypeConstraint StaticShapeTensorOrPerAxisQuantizedTensor = new TensorConstraint("StaticShapeTensorOrPerAxisQuantizedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], Static: true, CheckAxis: true, Prefix: "statically shaped tensor");
    /// <summary>Statically shaped or single bounded dimension tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements or per-tensor integer quantized or per-axis integer quantized values; a quantized dimension has to fit the shape (quantized_type C12, C13).</summary>
    public static readonly TypeConstraint StaticShapeTensorPerAxisQuantizedTensorOrBoundedTensor = new TensorConstraint("StaticShapeTensorPerAxisQuantizedTensorOrBoundedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], Bounded: true, CheckAxis: true, Prefix: "statically shaped or single bounded dimension tensor");
    /// <summary>Statically shaped tensor of 2/4/8/16/32/64-bit integer or 4/6/8/16/32/64-bit float values.</summary>
    public static readonly TypeConstraint StaticShapeIntOrFpTensor = new TensorConstraint("StaticShapeIntOrFpTensor", [ElementSets.Int, ElementSets.Float], Static: true, Prefix: "statically shaped tensor");
    /// <summary>Statically shaped tensor of 2/4/8/16/32/64-bit integer or 4/6/8/16/32/64-bit float or complex type with 32/64-bit float elements or per-tensor integer quantized values.</summary>
    public static readonly TypeConstraint StaticShapeIntFpComplexOrQuantizedTensor = new TensorConstraint("StaticShapeIntFpComplexOrQuantizedTensor", [ElementSets.Int, ElementSets.Float, ElementSets.Complex, ElementSets.Quantized], Static: true, Prefix: "statically shaped tensor");
    /// <summary>Tensor of 4/6/8/16/32/64-bit float or bool or 2/4/8/16/32/64-bit integer or complex type with 32/64-bit float elements or per-tensor integer quantized or per-axis integer quantized values; a quantized dimension has to fit the shape (quantized_type C12, C13).</summary>
    public static readonly TypeConstraint AnyTensor = new TensorConstraint("AnyTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], AllowUnranked: true, CheckAxis: true);
    /// <summary>Tensor of bool values.</summary>
    public static readonly TypeConstraint AnyPredTensor = new TensorConstraint("AnyPredTensor", [ElementSets.Pred], AllowUnranked: true);
    /// <summary>Tensor of 4/6/8/16/32/64-bit float values.</summary>
    public static readonly TypeConstraint AnyFpTensor = new TensorConstraint("AnyFpTensor", [ElementSets.Float], AllowUnranked: true);
    /// <summary>Tensor of complex type with 32/64-bit float elements values.</summary>
    public static readonly TypeConstraint AnyComplexTensor = new TensorConstraint("AnyComplexTensor", [ElementSets.Complex], AllowUnranked: true);
    /// <summary>Tensor of 4/6/8/16/32/64-bit float or complex type with 32/64-bit float elements values.</summary>
    public static readonly TypeConstraint AnyFpOrComplexTensor = new TensorConstraint("AnyFpOrComplexTensor", [ElementSets.Float, ElementSets.Complex], AllowUnranked: true);
    /// <summary>Tensor of bool or 2/4/8/16/32/64-bit integer values.</summary>
    public static readonly TypeConstraint AnyPredOrIntTensor = new TensorConstraint("AnyPredOrIntTensor", [ElementSets.Pred, ElementSets.Int], AllowUnranked: true);
    /// <summary>token.</summary>
    public static readonly TypeConstraint Token = OtherConstraint.Token;
    /// <summary>future.</summary>
    public static readonly TypeConstraint Future = OtherConstraint.Future;
    /// <summary>tuple.</summary>
    public static readonly TypeConstraint Tuple = OtherConstraint.Tuple;
    /// <summary><see cref="Tensor"/> or token.</summary>
    public static readonly TypeConstraint TensorOrToken = new UnionConstraint("TensorOrToken", [Tensor, OtherConstraint.Token]);
    /// <summary><see cref="Tensor"/> or <see cref="PerAxisQuantizedIntTensor"/> or token.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrToken = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrToken", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token]);
    /// <summary><see cref="Tensor"/> or <see cref="PerAxisQuantizedIntTensor"/> or token or buffer.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrTokenOrBuffer = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrTokenOrBuffer", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token, OtherConstraint.Buffer]);
    /// <summary><see cref="Tensor"/> or <see cref="PerAxisQuantizedIntTensor"/> or token or tuple.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrTokenOrTuple = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrTokenOrTuple", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token, OtherConstraint.Tuple]);
    /// <summary><see cref="Tensor"/> or <see cref="PerAxisQuantizedIntTensor"/> or token or tuple or buffer.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrTokenOrTupleOrBuffer = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrTokenOrTupleOrBuffer", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token, OtherConstraint.Tuple, OtherConstraint.Buffer]);
    /// <summary><see cref="StaticShapeTensorOrPerAxisQuantizedTensor"/> or token.</summary>
    public static readonly TypeConstraint StaticShapeTensorOrPerAxisQuantizedTensorOrToken = new UnionConstraint("StaticShapeTensorOrPerAxisQuantizedTensorOrToken", [StaticShapeTensorOrPerAxisQuantizedTensor, OtherConstraint.Token]);
    /// <summary><see cref="AnyTensor"/> or buffer or token or tuple or future.</summary>
    public static readonly TypeConstraint CustomCallValue = new UnionConstraint("CustomCallValue", [AnyTensor, OtherConstraint.Buffer, OtherConstraint.Token, OtherConstraint.Tuple, OtherConstraint.Future]);
}
