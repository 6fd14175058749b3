namespace I1Xla.StableHlo.Ir;

/// <summary>A type of the IR. Types compare by structure.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>; MLIR language reference, section <c>Type System</c>.</remarks>
public abstract record IrType
{
    /// <summary>The type in MLIR's textual form, such as <c>tensor&lt;2x3xf32&gt;</c>.</summary>
    public sealed override string ToString() => Text.MlirPrinter.ToText(this);
}

/// <summary>What a tensor may hold: a <see cref="ScalarType"/> or a <see cref="QuantizedType"/>.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, element types.</remarks>
public abstract record ElementType : IrType
{
    /// <summary>The kind in which one element is stored: the scalar kind itself, or the storage kind of a quantized type.</summary>
    public abstract ElementKind StorageKind { get; }
}

/// <summary>A scalar element type; one shared instance per kind.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, element types; MLIR builtin dialect, IntegerType, FloatType, ComplexType, IndexType.</remarks>
public sealed record ScalarType : ElementType
{
    private static readonly ScalarType[] s_all = Enumerable.Range(0, ElementKinds.Count).Select(i => new ScalarType((ElementKind)i)).ToArray();

    private ScalarType(ElementKind kind) => Kind = kind;

    /// <summary>Which scalar this is.</summary>
    public ElementKind Kind { get; }

    /// <inheritdoc/>
    public override ElementKind StorageKind => Kind;

    /// <summary>The shared instance of a kind.</summary>
    public static ScalarType Of(ElementKind kind) => s_all[(int)kind];

    /// <summary>i1.</summary>
    public static ScalarType I1 => Of(ElementKind.I1);
    /// <summary>i32.</summary>
    public static ScalarType I32 => Of(ElementKind.I32);
    /// <summary>i64.</summary>
    public static ScalarType I64 => Of(ElementKind.I64);
    /// <summary>f32.</summary>
    public static ScalarType F32 => Of(ElementKind.F32);
    /// <summary>f64.</summary>
    public static ScalarType F64 => Of(ElementKind.F64);
    /// <summary>bf16.</summary>
    public static ScalarType BF16 => Of(ElementKind.BF16);
    /// <summary>index.</summary>
    public static ScalarType Index => Of(ElementKind.Index);
}

/// <summary>
/// A uniform quantized element type (specification, "Quantized element types"; MLIR <c>!quant.uniform</c>): per tensor
/// when <see cref="Axes"/> is empty (one scale, one zero point), per axis with one axis, sub-channel (blockwise) with
/// block sizes. Scales and zero points are flattened row-major in the order of the axes.
/// </summary>
/// <param name="Storage">The integer (or float) kind that is stored.</param>
/// <param name="Expressed">The real kind that is meant.</param>
/// <param name="StorageMin">Smallest stored value.</param>
/// <param name="StorageMax">Largest stored value.</param>
/// <param name="Scales">Scales.</param>
/// <param name="ZeroPoints">Zero points, as many as scales.</param>
/// <param name="Axes">Quantized dimensions; empty for per tensor.</param>
/// <param name="BlockSizes">Block sizes of a sub-channel type; empty otherwise.</param>
public sealed record QuantizedType(
    ElementKind Storage, ElementKind Expressed, long StorageMin, long StorageMax,
    ValueArray<double> Scales, ValueArray<long> ZeroPoints, ValueArray<int> Axes, ValueArray<long> BlockSizes) : ElementType
{
    /// <summary>
    /// Whether the storage type is MLIR's <c>si8</c> or <c>ui8</c> instead of a signless <c>i8</c> that is read with or without a sign.
    /// StableHLO has no types with signed storage (quantized_type C2).
    /// </summary>
    public bool ExplicitSign { get; init; }

    /// <inheritdoc/>
    public override ElementKind StorageKind => Storage;

    /// <summary>Whether one scale serves the whole tensor.</summary>
    public bool IsPerTensor => Axes.Length == 0;
}

/// <summary>A ranked tensor.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, tensor types; MLIR builtin dialect, RankedTensorType.</remarks>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimension sizes.</param>
/// <param name="Encoding">Encoding attribute, such as <see cref="TypeExtensionsAttr"/> with the bounds of dynamic dimensions; null when absent.</param>
public sealed record TensorType(ElementType Element, Shape Shape, Attribute? Encoding = null) : IrType
{
    /// <summary>A tensor of a scalar kind.</summary>
    public TensorType(ElementKind kind, Shape shape) : this(ScalarType.Of(kind), shape) { }

    /// <summary>The kind in which elements are stored.</summary>
    public ElementKind Kind => Element.StorageKind;

    /// <summary>The number of dimensions.</summary>
    public int Rank => Shape.Rank;

    /// <summary>Whether the element type is quantized.</summary>
    public bool IsQuantized => Element is QuantizedType;

    /// <summary>Bytes of a static tensor in a <see cref="Literal"/>.</summary>
    /// <exception cref="InvalidOperationException">A dimension size is dynamic.</exception>
    public long StorageBytes => Shape.ElementCount * Kind.StorageBytes();
}

/// <summary>A tensor of unknown rank (<c>tensor&lt;*xf32&gt;</c>).</summary>
/// <remarks>MLIR builtin dialect, UnrankedTensorType; CHLO takes it, StableHLO does not.</remarks>
public sealed record UnrankedTensorType(ElementType Element) : IrType;

/// <summary>A buffer (<c>memref</c>), as StableHLO's buffer types are spelled.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, buffer types; MLIR builtin dialect, MemRefType.</remarks>
public sealed record MemRefType(ElementType Element, Shape Shape) : IrType;

/// <summary>A tuple of types.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, tuple types.</remarks>
public sealed record TupleType(ValueArray<IrType> Elements) : IrType;

/// <summary>The ordering token of side-effecting ops (<c>!stablehlo.token</c>).</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, token types.</remarks>
public sealed record TokenType : IrType
{
    /// <summary>The one instance.</summary>
    public static TokenType Instance { get; } = new();
}

/// <summary>The result of an asynchronous op (<c>!stablehlo.future&lt;…&gt;</c>).</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, future types.</remarks>
public sealed record FutureType(ValueArray<IrType> Elements) : IrType;

/// <summary>A function type <c>(inputs) -> results</c>.</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, function types.</remarks>
public sealed record FunctionType(ValueArray<IrType> Inputs, ValueArray<IrType> Results) : IrType;

/// <summary>The <c>none</c> type.</summary>
/// <remarks>MLIR builtin dialect, NoneType.</remarks>
public sealed record NoneType : IrType;

/// <summary>An integer type whose width or signedness no <see cref="ElementKind"/> has (such as <c>i37</c> or <c>si32</c>).</summary>
/// <remarks>MLIR builtin dialect, IntegerType.</remarks>
/// <param name="Width">Bits.</param>
/// <param name="Signedness">'i' signless, 's' signed, 'u' unsigned.</param>
public sealed record OtherIntegerType(int Width, char Signedness) : ElementType
{
    /// <summary>The next kind that is wide enough (64 bits at most).</summary>
    public override ElementKind StorageKind => (Width, Signedness == 'u') switch
    {
        ( <= 8, false) => ElementKind.I8,
        ( <= 16, false) => ElementKind.I16,
        ( <= 32, false) => ElementKind.I32,
        (_, false) => ElementKind.I64,
        ( <= 8, true) => ElementKind.UI8,
        ( <= 16, true) => ElementKind.UI16,
        ( <= 32, true) => ElementKind.UI32,
        (_, true) => ElementKind.UI64,
    };
}

/// <summary><c>complex&lt;T&gt;</c> of an element that StableHLO's complex types do not have, such as <c>complex&lt;i32&gt;</c>.</summary>
/// <remarks>MLIR builtin dialect, ComplexType.</remarks>
public sealed record OtherComplexType(ElementType Element) : ElementType
{
    /// <inheritdoc/>
    public override ElementKind StorageKind => Element.StorageKind;
}

/// <summary>The element type of a tensor whose elements another dialect defines, kept as text (<c>!dialect.body</c>). Such a tensor has no storage here.</summary>
/// <remarks>MLIR language reference, section <c>Dialect Types</c>.</remarks>
public sealed record OpaqueElementType(string Dialect, string Body) : ElementType
{
    /// <inheritdoc/>
    public override ElementKind StorageKind => ElementKind.I8;
}

/// <summary>A type of a dialect this project does not model, kept as text: <c>!dialect.body</c>.</summary>
/// <remarks>MLIR language reference, section <c>Dialect Types</c>.</remarks>
public sealed record OpaqueType(string Dialect, string Body) : IrType;
