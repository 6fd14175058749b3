using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Encodings of the vhlo dialect, and the version that brought each.</summary>
internal sealed partial class NodeEncoder
{
    private EncodedNode VhloNode(VhloAttributeCode code, params ReadOnlySpan<Token> tokens) => _nodes.Intern(false, _vhloDialect, Token.VarInt((int)code), tokens);

    private EncodedNode VhloNode(VhloTypeCode code, params ReadOnlySpan<Token> tokens) => _nodes.Intern(true, _vhloDialect, Token.VarInt((int)code), tokens);

    private void Since(int major, int minor, object what)
    {
        var since = new StableHloVersion(major, minor, 0);
        if (_target < since)
        {
            throw Unsupported($"{what} is of version {since} and later");
        }
    }

    private EncodedNode VhloAttribute(Attribute attribute)
    {
        switch (attribute)
        {
            case EnumAttr value when VhloCodes.CodeOf(value) is { } code:
                if (code.Code == VhloAttributeCode.ResultAccuracyMode)
                {
                    Since(1, 9, value);
                }
                int number = code.Def.ValueOf(value.Value);
                return number >= 0 ? VhloNode(code.Code, Token.VarInt(number)) : throw Unsupported($"{value} is not one of its enum");
            case OutputOperandAliasAttr alias:
                return VhloNode(VhloAttributeCode.OutputOperandAlias,
                    [.. Longs(alias.OutputTupleIndices.Span), Token.Signed(alias.OperandIndex), .. Longs(alias.OperandTupleIndices.Span)]);
            case TypeExtensionsAttr bounds:
                return VhloNode(VhloAttributeCode.TypeExtensions, Longs(bounds.Bounds.Span));
            case ResultAccuracyAttr accuracy:
                Since(1, 9, accuracy);
                return VhloNode(VhloAttributeCode.ResultAccuracy,
                    Float(accuracy.Atol, ElementKind.F64), Float(accuracy.Rtol, ElementKind.F64), Token.Signed(accuracy.Ulps),
                    Token.Attribute(Vhlo(EnumAttr.StableHlo("result_accuracy_mode", accuracy.Mode))));
            case SubAxisInfoAttr sub:
                Since(1, 16, sub);
                return VhloNode(VhloAttributeCode.SubAxisInfo, Token.Signed(sub.PreSize), Token.Signed(sub.Size));
            case AxisRefAttr axis:
                Since(1, 16, axis);
                Token axisName = Token.Attribute(Vhlo(new StringAttr(axis.Name)));
                return axis.SubAxis is null ? VhloNode(VhloAttributeCode.AxisRef, axisName, Token.VarInt(0))
                    : VhloNode(VhloAttributeCode.AxisRef, axisName, Token.VarInt(1), Token.Attribute(Vhlo(axis.SubAxis)));
            case MeshAxisAttr axis:
                Since(1, 16, axis);
                return VhloNode(VhloAttributeCode.MeshAxis, Token.Attribute(Vhlo(new StringAttr(axis.Name))), Token.Signed(axis.Size));
            case MeshAttr mesh:
                Since(1, 16, mesh);
                return VhloNode(VhloAttributeCode.Mesh,
                    Token.Attribute(Vhlo(new ArrayAttr(mesh.Axes.Cast<Attribute>().ToValueArray()))),
                    Token.OptionalAttribute(mesh.DeviceIds is null ? null : Vhlo(mesh.DeviceIds)));
            case ReplicaGroupMeshAxesAttr groups:
                Since(1, 16, groups);
                return VhloNode(VhloAttributeCode.ReplicaGroupMeshAxes,
                    Token.Attribute(Vhlo(groups.Mesh is SymbolRefAttr meshName ? new StringAttr(meshName.Root) : groups.Mesh)), Token.Attribute(Vhlo(groups.Axes)));
            case ArrayAttr array:
                return VhloNode(VhloAttributeCode.Array, List(array.Items.Span, i => Token.Attribute(Vhlo(i))));
            case DenseElementsAttr dense:
                return VhloNode(VhloAttributeCode.Tensor, Token.Type(Vhlo(dense.Type)), _nodes.BlobToken(DenseData.Encode(dense)));
            case DenseArrayAttr { Kind: ElementKind.I64 or ElementKind.I1 } list:
                return Vhlo(new DenseElementsAttr(new TensorType(list.Kind, new Shape(list.Values.Length)), ArrayBytes(list), false));
            case DictionaryAttr dictionary:
                return VhloNode(VhloAttributeCode.Dictionary,
                    [Token.VarInt(dictionary.Entries.Length),
                     .. dictionary.Entries.OrderBy(e => e.Name, StringComparer.Ordinal)
                         .SelectMany(e => new[] { Token.Attribute(Vhlo(new StringAttr(e.Name))), Token.Attribute(Vhlo(e.Value)) })]);
            case FloatAttr value:
                return VhloNode(VhloAttributeCode.Float, Token.Type(Vhlo(value.Type)), Float(value.Value, value.Type.Kind));
            case BoolAttr flag:
                return VhloNode(VhloAttributeCode.Boolean, Token.VarInt(flag.Value ? 1 : 0));
            case IntegerAttr integer:
                return VhloNode(VhloAttributeCode.Integer, Token.Type(Vhlo(integer.Type)), Bits((ulong)integer.Value, Width(integer.Type)));
            case SymbolRefAttr { Nested.Length: 0 } symbol:
                return Vhlo(new StringAttr(symbol.Root));
            case StringAttr { Type: null or NoneType } text:
                return VhloNode(VhloAttributeCode.String, String(text.Value));
            case TypeAttr type:
                return VhloNode(VhloAttributeCode.Type, Token.Type(Vhlo(type.Type)));
            // What the vhlo dialect lacks stays as it is, as with the reference's "allow other dialects".
            case UnitAttr or DenseArrayAttr or DenseResourceAttr:
                return Builtin(attribute);
            default:
                return Other(attribute);
        }
    }

    private EncodedNode VhloType(IrType type)
    {
        switch (type)
        {
            case ScalarType scalar when scalar.Kind.IsComplex():
                return VhloNode(VhloTypeCode.Complex, Token.Type(Vhlo(ScalarType.Of(scalar.Kind.RealPart()))));
            case ScalarType scalar:
                (int code, StableHloVersion since) = VhloCodes.CodeOf(scalar.Kind);
                return _target >= since ? VhloNode((VhloTypeCode)code) : throw Unsupported($"{scalar} is of version {since} and later");
            case QuantizedType { BlockSizes.Length: 0 } quantized:
                return Quantized(quantized);
            case FunctionType function:
                return VhloNode(VhloTypeCode.Function, [.. VhloTypes(function.Inputs), .. VhloTypes(function.Results)]);
            case TensorType tensor:
                Token[] shape = [.. Longs(tensor.Shape.Dims), Token.Type(Vhlo(tensor.Element))];
                if (tensor.Encoding is null)
                {
                    return VhloNode(VhloTypeCode.RankedTensor, shape);
                }
                return tensor.Encoding is TypeExtensionsAttr
                    ? VhloNode(VhloTypeCode.RankedTensorWithEncoding, [Token.Attribute(Vhlo(tensor.Encoding)), .. shape])
                    : throw Unsupported($"the type {tensor} has an encoding that artifacts do not have");
            case UnrankedTensorType tensor:
                return VhloNode(VhloTypeCode.UnrankedTensor, Token.Type(Vhlo(tensor.Element)));
            case TokenType:
                return VhloNode(VhloTypeCode.Token);
            case FutureType future:
                Since(1, 15, future);
                return VhloNode(VhloTypeCode.Future, VhloTypes(future.Elements));
            case TupleType tuple:
                return VhloNode(VhloTypeCode.Tuple, VhloTypes(tuple.Elements));
            case NoneType:
                Since(1, 6, "the none type");
                return VhloNode(VhloTypeCode.None);
            case MemRefType buffer:
                Since(1, 13, buffer);
                return VhloNode(VhloTypeCode.RankedBuffer, [.. Longs(buffer.Shape.Dims), Token.Type(Vhlo(buffer.Element))]);
            case OpaqueType { Dialect: "shape", Body: "witness" }:
                return VhloNode(VhloTypeCode.Witness);
            default:
                throw Unsupported($"the type {type} has no place in artifacts");
        }
    }

    private Token[] VhloTypes(ValueArray<IrType> types) => List(types.Span, t => Token.Type(Vhlo(t)));

    private EncodedNode Quantized(QuantizedType type)
    {
        // Flag 1 says that the storage type is signed; the storage type itself mostly is signless, and so coded as signed.
        bool unsigned = type.Storage.IsUnsignedInteger();
        ElementKind storage = unsigned && !type.ExplicitSign ? type.Storage - ElementKind.UI2 + ElementKind.I2 : type.Storage;
        Token flags = Token.VarInt(unsigned ? 0 : 1);
        Token storageType = Token.Type(Vhlo(ScalarType.Of(storage)));
        Token expressed = Token.Type(Vhlo(ScalarType.Of(type.Expressed)));
        if (type.IsPerTensor)
        {
            return VhloNode(VhloTypeCode.UniformQuantized, flags, storageType, expressed,
                Float(type.Scales[0], ElementKind.F64), Token.Signed(type.ZeroPoints[0]), Token.Signed(type.StorageMin), Token.Signed(type.StorageMax));
        }
        Since(0, 18, type);
        return VhloNode(VhloTypeCode.UniformQuantizedPerAxis,
            [flags, storageType, expressed, Token.VarInt(type.Axes[0]), Token.Signed(type.StorageMin), Token.Signed(type.StorageMax),
             .. List(type.Scales.Span, s => Float(s, ElementKind.F64)), .. Longs(type.ZeroPoints.Span)]);
    }
}
