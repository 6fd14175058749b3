using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>Types.</summary>
internal partial class AttributePrinter
{
    private readonly Dictionary<object, byte[]> _typeTexts = new(ReferenceEqualityComparer.Instance);
    private IrType? _lastType;
    private byte[]? _lastTypeText;

    /// <summary>Prints a type.</summary>
    public void Type(IrType type)
    {
        if (type is TensorType tensor)
        {
            // The same few tensor types are printed again and again.
            if (!ReferenceEquals(type, _lastType))
            {
                if (!_typeTexts.TryGetValue(type, out byte[]? text))
                {
                    int start = Out.Length;
                    Tensor(tensor);
                    text = Out.Written[start..].ToArray();
                    _typeTexts.Add(type, text);
                    (_lastType, _lastTypeText) = (type, text);
                    return;
                }
                (_lastType, _lastTypeText) = (type, text);
            }
            Out.Bytes(_lastTypeText);
            return;
        }
        switch (type)
        {
            case ScalarType scalar:
                Out.Ascii(scalar.Kind.Name());
                break;
            case UnrankedTensorType unranked:
                Out.Bytes("tensor<*x"u8);
                Type(unranked.Element);
                Out.Byte((byte)'>');
                break;
            case MemRefType memref:
                Out.Bytes("memref<"u8);
                Shape(memref.Shape);
                Type(memref.Element);
                Out.Byte((byte)'>');
                break;
            case TupleType tuple:
                Out.Bytes("tuple<"u8);
                Types(tuple.Elements.Span);
                Out.Byte((byte)'>');
                break;
            case TokenType:
                Out.Bytes("!stablehlo.token"u8);
                break;
            case FutureType future:
                Out.Bytes("!stablehlo.future<"u8);
                Types(future.Elements.Span);
                Out.Byte((byte)'>');
                break;
            case FunctionType function:
                Function(function.Inputs.Span, function.Results.Span);
                break;
            case NoneType:
                Out.Bytes("none"u8);
                break;
            case OtherIntegerType integer:
                Out.Ascii(integer.Signedness switch { 's' => "si", 'u' => "ui", _ => "i" });
                Out.Number(integer.Width);
                break;
            case OtherComplexType complex:
                Out.Bytes("complex<"u8);
                Type(complex.Element);
                Out.Byte((byte)'>');
                break;
            case QuantizedType quantized:
                Quantized(quantized);
                break;
            case OpaqueType opaque:
                Opaque('!', opaque.Dialect, opaque.Body);
                break;
            case OpaqueElementType opaque:
                Opaque('!', opaque.Dialect, opaque.Body);
                break;
            default:
                throw new InvalidOperationException($"no text is defined for types of class {type.GetType().Name}");
        }
    }

    /// <summary>Types with commas between them.</summary>
    public void Types(ReadOnlySpan<IrType> types)
    {
        for (int i = 0; i < types.Length; i++)
        {
            Comma(i);
            Type(types[i]);
        }
    }

    /// <summary><c>(inputs) -> results</c>.</summary>
    public void Function(ReadOnlySpan<IrType> inputs, ReadOnlySpan<IrType> results)
    {
        Out.Byte((byte)'(');
        Types(inputs);
        Out.Bytes(") -> "u8);
        bool bare = results.Length == 1 && results[0] is not FunctionType;
        if (!bare)
        {
            Out.Byte((byte)'(');
        }
        Types(results);
        if (!bare)
        {
            Out.Byte((byte)')');
        }
    }

    private void Tensor(TensorType tensor)
    {
        Out.Bytes("tensor<"u8);
        Shape(tensor.Shape);
        Type(tensor.Element);
        if (tensor.Encoding is not null)
        {
            Out.Bytes(", "u8);
            Attribute(tensor.Encoding);
        }
        Out.Byte((byte)'>');
    }

    private void Shape(Shape shape)
    {
        foreach (long dim in shape.Dims)
        {
            if (dim == Ir.Shape.Dynamic)
            {
                Out.Byte((byte)'?');
            }
            else
            {
                Out.Number(dim);
            }
            Out.Byte((byte)'x');
        }
    }

    private void Quantized(QuantizedType type)
    {
        Out.Bytes("!quant.uniform<"u8);
        if (type.Storage.IsFloat())
        {
            Out.Ascii(type.Storage.Name());
        }
        else
        {
            Out.Ascii((type.Storage.IsUnsignedInteger(), type.ExplicitSign) switch { (true, true) => "ui", (true, false) => "u", (false, true) => "si", _ => "i" });
            Out.Number(type.Storage.BitWidth());
        }
        if ((type.StorageMin, type.StorageMax) != Parser.StorageRange(type.Storage))
        {
            Out.Byte((byte)'<');
            Out.Number(type.StorageMin);
            Out.Byte((byte)':');
            Out.Number(type.StorageMax);
            Out.Byte((byte)'>');
        }
        Out.Byte((byte)':');
        Out.Ascii(type.Expressed.Name());
        if (type.BlockSizes.Length > 0)
        {
            Out.Bytes(":{"u8);
            for (int i = 0; i < type.Axes.Length; i++)
            {
                Comma(i);
                Out.Number(type.Axes[i]);
                Out.Byte((byte)':');
                Out.Number(type.BlockSizes[i]);
            }
            Out.Byte((byte)'}');
        }
        else if (type.Axes.Length > 0)
        {
            Out.Byte((byte)':');
            Out.Number(type.Axes[0]);
        }
        Out.Bytes(", "u8);
        if (type.Axes.Length == 0)
        {
            Scale(type, 0);
        }
        else
        {
            Out.Byte((byte)'{');
            for (int i = 0; i < type.Scales.Length; i++)
            {
                if (i > 0)
                {
                    Out.Byte((byte)',');
                    if (type.BlockSizes.Length > 0)
                    {
                        Out.Byte((byte)' ');
                    }
                }
                Scale(type, i);
            }
            Out.Byte((byte)'}');
        }
        Out.Byte((byte)'>');
    }

    private void Scale(QuantizedType type, int i)
    {
        FloatText.Write(Out, type.Scales[i], ElementKind.F64);
        if (type.ZeroPoints[i] != 0)
        {
            Out.Byte((byte)':');
            Out.Number(type.ZeroPoints[i]);
        }
    }
}
