// Generated from ops.table by tools/I1Xla.Generate (dotnet run --project tools/I1Xla.Generate -- ops). Do not edit.
#nullable enable
namespace I1Xla.StableHlo.Ops;

/// <summary>The element sets of the table.</summary>
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

/// <summary>The type constraints of the table.</summary>
public static class TypeConstraints
{
    /// <summary>Tensor.</summary>
    public static readonly TypeConstraint Tensor = new TensorConstraint("Tensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>TensorOrPerAxisQuantizedTensor.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensor = new TensorConstraint("TensorOrPerAxisQuantizedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], CheckAxis: true);
    /// <summary>NonQuantizedTensor.</summary>
    public static readonly TypeConstraint NonQuantizedTensor = new TensorConstraint("NonQuantizedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex]);
    /// <summary>IntTensor.</summary>
    public static readonly TypeConstraint IntTensor = new TensorConstraint("IntTensor", [ElementSets.Int]);
    /// <summary>IntegerOrIndexTensor.</summary>
    public static readonly TypeConstraint IntegerOrIndexTensor = new TensorConstraint("IntegerOrIndexTensor", [ElementSets.Anyinteger, ElementSets.Index]);
    /// <summary>FpTensor.</summary>
    public static readonly TypeConstraint FpTensor = new TensorConstraint("FpTensor", [ElementSets.Float]);
    /// <summary>Fp32Or64Tensor.</summary>
    public static readonly TypeConstraint Fp32Or64Tensor = new TensorConstraint("Fp32Or64Tensor", [ElementSets.Float32or64]);
    /// <summary>PredTensor.</summary>
    public static readonly TypeConstraint PredTensor = new TensorConstraint("PredTensor", [ElementSets.Pred]);
    /// <summary>PredOrIntTensor.</summary>
    public static readonly TypeConstraint PredOrIntTensor = new TensorConstraint("PredOrIntTensor", [ElementSets.Pred, ElementSets.Int]);
    /// <summary>ComplexTensor.</summary>
    public static readonly TypeConstraint ComplexTensor = new TensorConstraint("ComplexTensor", [ElementSets.Complex]);
    /// <summary>IntOrFpTensor.</summary>
    public static readonly TypeConstraint IntOrFpTensor = new TensorConstraint("IntOrFpTensor", [ElementSets.Int, ElementSets.Float]);
    /// <summary>FpOrComplexTensor.</summary>
    public static readonly TypeConstraint FpOrComplexTensor = new TensorConstraint("FpOrComplexTensor", [ElementSets.Float, ElementSets.Complex]);
    /// <summary>FpOrQuantizedIntTensor.</summary>
    public static readonly TypeConstraint FpOrQuantizedIntTensor = new TensorConstraint("FpOrQuantizedIntTensor", [ElementSets.Float, ElementSets.Quantized]);
    /// <summary>FpComplexOrQuantizedIntTensor.</summary>
    public static readonly TypeConstraint FpComplexOrQuantizedIntTensor = new TensorConstraint("FpComplexOrQuantizedIntTensor", [ElementSets.Float, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>IntFpOrComplexOrQuantizedIntTensor.</summary>
    public static readonly TypeConstraint IntFpOrComplexOrQuantizedIntTensor = new TensorConstraint("IntFpOrComplexOrQuantizedIntTensor", [ElementSets.Int, ElementSets.Float, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>SIntFpComplexOrQuantizedIntTensor.</summary>
    public static readonly TypeConstraint SIntFpComplexOrQuantizedIntTensor = new TensorConstraint("SIntFpComplexOrQuantizedIntTensor", [ElementSets.Sint, ElementSets.Float, ElementSets.Complex, ElementSets.Quantized]);
    /// <summary>SIntFpOrQuantizedIntTensor.</summary>
    public static readonly TypeConstraint SIntFpOrQuantizedIntTensor = new TensorConstraint("SIntFpOrQuantizedIntTensor", [ElementSets.Sint, ElementSets.Float, ElementSets.Quantized]);
    /// <summary>PredIntOrFpTensor.</summary>
    public static readonly TypeConstraint PredIntOrFpTensor = new TensorConstraint("PredIntOrFpTensor", [ElementSets.Pred, ElementSets.Int, ElementSets.Float]);
    /// <summary>PerAxisQuantizedIntTensor.</summary>
    public static readonly TypeConstraint PerAxisQuantizedIntTensor = new TensorConstraint("PerAxisQuantizedIntTensor", [ElementSets.Peraxis], CheckAxis: true);
    /// <summary>QuantizedIntOrPerAxisQuantizedIntTensor.</summary>
    public static readonly TypeConstraint QuantizedIntOrPerAxisQuantizedIntTensor = new TensorConstraint("QuantizedIntOrPerAxisQuantizedIntTensor", [ElementSets.Quantized, ElementSets.Peraxis], CheckAxis: true);
    /// <summary>FloatOrQuantizedIntOrPerAxisQuantizedIntTensor.</summary>
    public static readonly TypeConstraint FloatOrQuantizedIntOrPerAxisQuantizedIntTensor = new TensorConstraint("FloatOrQuantizedIntOrPerAxisQuantizedIntTensor", [ElementSets.Float, ElementSets.Quantized, ElementSets.Peraxis], CheckAxis: true);
    /// <summary>I32RankedTensor.</summary>
    public static readonly TypeConstraint I32RankedTensor = new TensorConstraint("I32RankedTensor", [ElementSets.I32]);
    /// <summary>UI32RankedTensor.</summary>
    public static readonly TypeConstraint UI32RankedTensor = new TensorConstraint("UI32RankedTensor", [ElementSets.Ui32]);
    /// <summary>ScalarTensor.</summary>
    public static readonly TypeConstraint ScalarTensor = new TensorConstraint("ScalarTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized], Rank: 0);
    /// <summary>ScalarIntTensor.</summary>
    public static readonly TypeConstraint ScalarIntTensor = new TensorConstraint("ScalarIntTensor", [ElementSets.Int], Rank: 0);
    /// <summary>ScalarPredIntOrFpTensor.</summary>
    public static readonly TypeConstraint ScalarPredIntOrFpTensor = new TensorConstraint("ScalarPredIntOrFpTensor", [ElementSets.Pred, ElementSets.Int, ElementSets.Float], Rank: 0);
    /// <summary>Fp1DTensor.</summary>
    public static readonly TypeConstraint Fp1DTensor = new TensorConstraint("Fp1DTensor", [ElementSets.Float, ElementSets.Quantized], Rank: 1);
    /// <summary>DimensionTensor.</summary>
    public static readonly TypeConstraint DimensionTensor = new TensorConstraint("DimensionTensor", [ElementSets.Dimension], Rank: 1);
    /// <summary>StaticDimensionTensor.</summary>
    public static readonly TypeConstraint StaticDimensionTensor = new TensorConstraint("StaticDimensionTensor", [ElementSets.Dimension], Static: true, Rank: 1, Prefix: "statically shaped 1-dimensional tensor");
    /// <summary>Static1DIntTensor.</summary>
    public static readonly TypeConstraint Static1DIntTensor = new TensorConstraint("Static1DIntTensor", [ElementSets.Int], Static: true, Rank: 1, Prefix: "statically shaped 1-dimensional integer tensor");
    /// <summary>Static2DIntTensor.</summary>
    public static readonly TypeConstraint Static2DIntTensor = new TensorConstraint("Static2DIntTensor", [ElementSets.Int], Static: true, Rank: 2, Prefix: "statically shaped 2-dimensional integer tensor");
    /// <summary>StaticShapeTensor.</summary>
    public static readonly TypeConstraint StaticShapeTensor = new TensorConstraint("StaticShapeTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized], Static: true, Prefix: "statically shaped tensor");
    /// <summary>StaticShapeTensorOrPerAxisQuantizedTensor.</summary>
    public static readonly TypeConstraint StaticShapeTensorOrPerAxisQuantizedTensor = new TensorConstraint("StaticShapeTensorOrPerAxisQuantizedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], Static: true, CheckAxis: true, Prefix: "statically shaped tensor");
    /// <summary>StaticShapeTensorPerAxisQuantizedTensorOrBoundedTensor.</summary>
    public static readonly TypeConstraint StaticShapeTensorPerAxisQuantizedTensorOrBoundedTensor = new TensorConstraint("StaticShapeTensorPerAxisQuantizedTensorOrBoundedTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], Bounded: true, CheckAxis: true, Prefix: "statically shaped or single bounded dimension tensor");
    /// <summary>StaticShapeIntOrFpTensor.</summary>
    public static readonly TypeConstraint StaticShapeIntOrFpTensor = new TensorConstraint("StaticShapeIntOrFpTensor", [ElementSets.Int, ElementSets.Float], Static: true, Prefix: "statically shaped tensor");
    /// <summary>StaticShapeIntFpComplexOrQuantizedTensor.</summary>
    public static readonly TypeConstraint StaticShapeIntFpComplexOrQuantizedTensor = new TensorConstraint("StaticShapeIntFpComplexOrQuantizedTensor", [ElementSets.Int, ElementSets.Float, ElementSets.Complex, ElementSets.Quantized], Static: true, Prefix: "statically shaped tensor");
    /// <summary>AnyTensor.</summary>
    public static readonly TypeConstraint AnyTensor = new TensorConstraint("AnyTensor", [ElementSets.Float, ElementSets.Pred, ElementSets.Int, ElementSets.Complex, ElementSets.Quantized, ElementSets.Peraxis], AllowUnranked: true, CheckAxis: true);
    /// <summary>AnyPredTensor.</summary>
    public static readonly TypeConstraint AnyPredTensor = new TensorConstraint("AnyPredTensor", [ElementSets.Pred], AllowUnranked: true);
    /// <summary>AnyFpTensor.</summary>
    public static readonly TypeConstraint AnyFpTensor = new TensorConstraint("AnyFpTensor", [ElementSets.Float], AllowUnranked: true);
    /// <summary>AnyComplexTensor.</summary>
    public static readonly TypeConstraint AnyComplexTensor = new TensorConstraint("AnyComplexTensor", [ElementSets.Complex], AllowUnranked: true);
    /// <summary>AnyFpOrComplexTensor.</summary>
    public static readonly TypeConstraint AnyFpOrComplexTensor = new TensorConstraint("AnyFpOrComplexTensor", [ElementSets.Float, ElementSets.Complex], AllowUnranked: true);
    /// <summary>AnyPredOrIntTensor.</summary>
    public static readonly TypeConstraint AnyPredOrIntTensor = new TensorConstraint("AnyPredOrIntTensor", [ElementSets.Pred, ElementSets.Int], AllowUnranked: true);
    /// <summary>Token.</summary>
    public static readonly TypeConstraint Token = OtherConstraint.Token;
    /// <summary>Future.</summary>
    public static readonly TypeConstraint Future = OtherConstraint.Future;
    /// <summary>Tuple.</summary>
    public static readonly TypeConstraint Tuple = OtherConstraint.Tuple;
    /// <summary>TensorOrToken.</summary>
    public static readonly TypeConstraint TensorOrToken = new UnionConstraint("TensorOrToken", [Tensor, OtherConstraint.Token]);
    /// <summary>TensorOrPerAxisQuantizedTensorOrToken.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrToken = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrToken", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token]);
    /// <summary>TensorOrPerAxisQuantizedTensorOrTokenOrBuffer.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrTokenOrBuffer = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrTokenOrBuffer", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token, OtherConstraint.Buffer]);
    /// <summary>TensorOrPerAxisQuantizedTensorOrTokenOrTuple.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrTokenOrTuple = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrTokenOrTuple", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token, OtherConstraint.Tuple]);
    /// <summary>TensorOrPerAxisQuantizedTensorOrTokenOrTupleOrBuffer.</summary>
    public static readonly TypeConstraint TensorOrPerAxisQuantizedTensorOrTokenOrTupleOrBuffer = new UnionConstraint("TensorOrPerAxisQuantizedTensorOrTokenOrTupleOrBuffer", [Tensor, PerAxisQuantizedIntTensor, OtherConstraint.Token, OtherConstraint.Tuple, OtherConstraint.Buffer]);
    /// <summary>StaticShapeTensorOrPerAxisQuantizedTensorOrToken.</summary>
    public static readonly TypeConstraint StaticShapeTensorOrPerAxisQuantizedTensorOrToken = new UnionConstraint("StaticShapeTensorOrPerAxisQuantizedTensorOrToken", [StaticShapeTensorOrPerAxisQuantizedTensor, OtherConstraint.Token]);
    /// <summary>CustomCallValue.</summary>
    public static readonly TypeConstraint CustomCallValue = new UnionConstraint("CustomCallValue", [AnyTensor, OtherConstraint.Buffer, OtherConstraint.Token, OtherConstraint.Tuple, OtherConstraint.Future]);
}
