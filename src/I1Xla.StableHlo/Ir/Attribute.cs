namespace I1Xla.StableHlo.Ir;

/// <summary>An attribute: a compile-time constant on an operation. Attributes compare by structure.</summary>
/// <remarks>MLIR language reference, section <c>Attributes</c>.</remarks>
public abstract record Attribute
{
    /// <summary>The attribute in MLIR's textual form, such as <c>dense&lt;1&gt; : tensor&lt;2xi64&gt;</c>.</summary>
    public sealed override string ToString() => Text.MlirPrinter.ToText(this);
}

/// <summary>An attribute with its key.</summary>
/// <remarks>MLIR language reference, section <c>Attributes</c>.</remarks>
public readonly record struct NamedAttribute(string Name, Attribute Value);

/// <summary><c>unit</c>: present or absent.</summary>
/// <remarks>MLIR builtin dialect, UnitAttr.</remarks>
public sealed record UnitAttr : Attribute
{
    /// <summary>The one instance.</summary>
    public static UnitAttr Instance { get; } = new();
}

/// <summary><c>true</c> or <c>false</c>.</summary>
/// <remarks>MLIR builtin dialect, IntegerAttr of i1.</remarks>
public sealed record BoolAttr(bool Value) : Attribute;

/// <summary>An integer of a type (<c>3 : i64</c>). <see cref="Value"/> holds the bits, sign-extended for signless and signed types, so a large ui64 is negative here.</summary>
/// <remarks>MLIR builtin dialect, IntegerAttr.</remarks>
public sealed record IntegerAttr(long Value, IrType Type) : Attribute
{
    /// <summary>An i64.</summary>
    public static IntegerAttr I64(long value) => new(value, ScalarType.I64);

    /// <summary>An i32.</summary>
    public static IntegerAttr I32(int value) => new(value, ScalarType.I32);
}

/// <summary>A float of a type (<c>1.0 : f32</c>), held as the double that is exactly it.</summary>
/// <remarks>MLIR builtin dialect, FloatAttr.</remarks>
public sealed record FloatAttr(double Value, ScalarType Type) : Attribute;

/// <summary>A string, seldom typed.</summary>
/// <remarks>MLIR builtin dialect, StringAttr.</remarks>
public sealed record StringAttr(string Value, IrType? Type = null) : Attribute;

/// <summary>A type as an attribute.</summary>
/// <remarks>MLIR builtin dialect, TypeAttr.</remarks>
public sealed record TypeAttr(IrType Type) : Attribute;

/// <summary><c>@root::@nested</c>.</summary>
/// <remarks>MLIR builtin dialect, SymbolRefAttr.</remarks>
public sealed record SymbolRefAttr(string Root, ValueArray<string> Nested = default) : Attribute;

/// <summary><c>[a, b, …]</c>.</summary>
/// <remarks>MLIR builtin dialect, ArrayAttr.</remarks>
public sealed record ArrayAttr(ValueArray<Attribute> Items) : Attribute
{
    /// <summary>The empty array.</summary>
    public static ArrayAttr Empty { get; } = new(ValueArray<Attribute>.Empty);
}

/// <summary><c>{a = …, b = …}</c>, sorted by key.</summary>
/// <remarks>MLIR builtin dialect, DictionaryAttr.</remarks>
public sealed record DictionaryAttr(ValueArray<NamedAttribute> Entries) : Attribute
{
    /// <summary>The empty dictionary.</summary>
    public static DictionaryAttr Empty { get; } = new(ValueArray<NamedAttribute>.Empty);

    /// <summary>Looks an entry up.</summary>
    public Attribute? Find(string name)
    {
        foreach (NamedAttribute entry in Entries)
        {
            if (entry.Name == name)
            {
                return entry.Value;
            }
        }
        return null;
    }
}

/// <summary><c>array&lt;i64: 1, 2&gt;</c>. Integers as values, booleans as 0/1, floats as the bits of their own width.</summary>
/// <remarks>MLIR builtin dialect, DenseArrayAttr.</remarks>
public sealed record DenseArrayAttr(ElementKind Kind, ValueArray<long> Values) : Attribute
{
    /// <summary>An i64 array.</summary>
    public static DenseArrayAttr I64(params ReadOnlySpan<long> values) => new(ElementKind.I64, ValueArray.Create(values));

    /// <summary>An i1 array.</summary>
    public static DenseArrayAttr I1(params ReadOnlySpan<bool> values)
    {
        long[] bits = new long[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = values[i] ? 1 : 0;
        }
        return new(ElementKind.I1, new ValueArray<long>(bits));
    }
}

/// <summary>
/// <c>dense&lt;…&gt; : tensor&lt;…&gt;</c>. <see cref="Data"/> is row-major little-endian, one element after the other at
/// <see cref="ElementKinds.StorageBytes"/> each (booleans one byte 0/1, i4 one sign-extended byte); when
/// <see cref="IsSplat"/> it holds exactly one element that stands for all. The memory may belong to a file that was read:
/// it is never written to.
/// </summary>
/// <remarks>MLIR builtin dialect, DenseIntOrFPElementsAttr.</remarks>
public sealed record DenseElementsAttr(TensorType Type, ReadOnlyMemory<byte> Data, bool IsSplat) : Attribute
{
    /// <inheritdoc/>
    public bool Equals(DenseElementsAttr? other) =>
        other is not null && IsSplat == other.IsSplat && Type.Equals(other.Type) && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Type);
        hash.Add(Data.Length);
        hash.AddBytes(Data.Span[..Math.Min(Data.Length, 256)]);
        return hash.ToHashCode();
    }
}

/// <summary>A dense attribute of strings.</summary>
/// <remarks>MLIR builtin dialect, DenseStringElementsAttr.</remarks>
public sealed record DenseStringElementsAttr(TensorType Type, ValueArray<string> Values) : Attribute;

/// <summary><c>dense_resource&lt;handle&gt;</c> with the blob that the resource section holds (alignment prefix removed); null when the blob is absent.</summary>
/// <remarks>MLIR builtin dialect, DenseResourceElementsAttr.</remarks>
public sealed record DenseResourceAttr(TensorType Type, string Handle, ReadOnlyMemory<byte>? Data) : Attribute
{
    /// <inheritdoc/>
    public bool Equals(DenseResourceAttr? other) =>
        other is not null && Handle == other.Handle && Type.Equals(other.Type)
        && (Data is null) == (other.Data is null) && (Data is null || Data.Value.Span.SequenceEqual(other.Data!.Value.Span));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Handle);
}

/// <summary>An enum attribute of a dialect: <c>#stablehlo&lt;comparison_direction LT&gt;</c> is ("stablehlo", "comparison_direction", "LT").</summary>
/// <remarks>StableHLO, <c>StablehloEnums.td</c>; CHLO, <c>ChloEnums.td</c>.</remarks>
public sealed record EnumAttr(string Dialect, string Mnemonic, string Value) : Attribute
{
    /// <summary>An enum of the stablehlo dialect.</summary>
    public static EnumAttr StableHlo(string mnemonic, string value) => new("stablehlo", mnemonic, value);
}

/// <summary>An attribute of a dialect this project does not model, kept as text: <c>#dialect.body</c> or <c>#dialect&lt;body&gt;</c> (Body then starts with '&lt;').</summary>
/// <remarks>MLIR language reference, section <c>Dialect Attribute Values</c>.</remarks>
public sealed record OpaqueAttr(string Dialect, string Body, IrType? Type = null) : Attribute;
