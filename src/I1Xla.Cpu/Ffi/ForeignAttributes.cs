using System.Text;
using I1Xla.Cpu.PjrtTable;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using IrAttribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.Cpu.Ffi;

/// <summary>A custom call's attributes as handlers read them; they live as long as this object.</summary>
internal sealed unsafe class ForeignAttributes
{
    private const int Array = 1, Dictionary = 2, Scalar = 3, String = 4;

    private readonly List<NativeBlock> _blocks = [];

    /// <summary>Lays a dictionary out.</summary>
    /// <exception cref="CpuUnsupportedException">An attribute is of a kind that the interface does not pass.</exception>
    public ForeignAttributes(DictionaryAttr attributes) => Native = Lay(attributes);

    /// <summary>The attributes.</summary>
    public FfiAttributes Native { get; }

    /// <summary>The number of an element type in <c>xla_data.proto</c>'s <c>PrimitiveType</c>.</summary>
    public static int DataType(ElementKind kind) => kind switch
    {
        ElementKind.I1 => 1,
        ElementKind.I2 => 26,
        ElementKind.I4 => 21,
        ElementKind.I8 => 2,
        ElementKind.I16 => 3,
        ElementKind.I32 => 4,
        ElementKind.I64 => 5,
        ElementKind.UI2 => 27,
        ElementKind.UI4 => 22,
        ElementKind.UI8 => 6,
        ElementKind.UI16 => 7,
        ElementKind.UI32 => 8,
        ElementKind.UI64 => 9,
        ElementKind.F16 => 10,
        ElementKind.F32 => 11,
        ElementKind.F64 => 12,
        ElementKind.BF16 => 16,
        ElementKind.Complex64 => 15,
        ElementKind.Complex128 => 18,
        ElementKind.F8E5M2 => 19,
        ElementKind.F8E4M3FN => 20,
        ElementKind.F8E4M3B11FNUZ => 23,
        ElementKind.F8E5M2FNUZ => 24,
        ElementKind.F8E4M3FNUZ => 25,
        ElementKind.F8E4M3 => 28,
        ElementKind.F8E3M4 => 29,
        ElementKind.F4E2M1FN => 32,
        ElementKind.F8E8M0FNU => 33,
        _ => throw new CpuUnsupportedException($"elements of type {kind} in a foreign function"),
    };

    private FfiAttributes Lay(DictionaryAttr attributes)
    {
        NamedAttribute[] entries = [.. attributes.Entries.OrderBy(e => e.Name, StringComparer.Ordinal)];
        var types = new int[entries.Length];
        nint[] names = new nint[entries.Length], values = new nint[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            names[i] = (nint)Keep<FfiByteSpan>([Span(entries[i].Name)]);
            (types[i], values[i]) = Value(entries[i].Name, entries[i].Value);
        }
        return new FfiAttributes { StructSize = (nuint)sizeof(FfiAttributes), Size = entries.Length, Types = Keep<int>(types), Names = (FfiByteSpan**)Keep<nint>(names), Values = (void**)Keep<nint>(values) };
    }

    private (int Type, nint Value) Value(string name, IrAttribute attribute)
    {
        switch (attribute)
        {
            case StringAttr text:
                return (String, (nint)Keep<FfiByteSpan>([Span(text.Value)]));
            case SymbolRefAttr symbol:
                return (String, (nint)Keep<FfiByteSpan>([Span(symbol.Root)]));
            case BoolAttr truth:
                return (Scalar, OfScalar(ElementKind.I1, truth.Value ? 1 : 0));
            case IntegerAttr { Type: ScalarType type } number:
                return (Scalar, OfScalar(type.Kind, number.Value));
            case FloatAttr number:
                byte[] bytes = new byte[8];
                FloatKind.Write(number.Type.Kind, [number.Value], bytes);
                return (Scalar, OfScalar(number.Type.Kind, BitConverter.ToInt64(bytes)));
            case DictionaryAttr dictionary:
                return (Dictionary, (nint)Keep<FfiAttributes>([Lay(dictionary)]));
            case DenseArrayAttr array:
                int size = array.Kind.StorageBytes();
                byte[] data = [.. array.Values.SelectMany(v => BitConverter.GetBytes(v)[..size])];
                return (Array, OfArray(array.Kind, array.Values.Length, data));
            case DenseElementsAttr { Type: var type } dense:
                byte[] one = dense.Data.ToArray();
                return (Array, OfArray(type.Kind, (int)type.Shape.ElementCount, dense.IsSplat ? [.. Enumerable.Repeat(one, (int)type.Shape.ElementCount).SelectMany(b => b)] : one));
            default:
                throw new CpuUnsupportedException($"the attribute {name} of a foreign function, of the kind {attribute.GetType().Name}");
        }
    }

    private nint OfScalar(ElementKind kind, long bits) => (nint)Keep<FfiScalar>([new FfiScalar { DataType = DataType(kind), Value = Keep<long>([bits]) }]);

    private nint OfArray(ElementKind kind, int count, byte[] data) => (nint)Keep<FfiArray>([new FfiArray { DataType = DataType(kind), Size = (nuint)count, Data = Keep<byte>(data) }]);

    private FfiByteSpan Span(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return new FfiByteSpan { Data = Keep<byte>(bytes), Length = (nuint)bytes.Length };
    }

    private T* Keep<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        NativeBlock block = NativeBlock.Of(values);
        _blocks.Add(block);
        return (T*)block.Data;
    }
}
