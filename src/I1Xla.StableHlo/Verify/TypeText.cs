using System.Globalization;
using System.Text;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Verify;

/// <summary>Types in diagnostics, spelled as MLIR spells them.</summary>
internal static class TypeText
{
    public static string Of(IrType type)
    {
        var o = new StringBuilder();
        Append(o, type);
        return o.ToString();
    }

    private static void Append(StringBuilder o, IrType type)
    {
        switch (type)
        {
            case ScalarType s: o.Append(s.Kind.Name()); break;
            case QuantizedType q: Quantized(o, q); break;
            case TensorType t:
                o.Append("tensor<");
                Dims(o, t.Shape);
                Append(o, t.Element);
                if (t.Encoding is TypeExtensionsAttr e)
                {
                    o.Append(", #stablehlo.bounds<").Append(Checks.Sizes(e.Bounds.Span)).Append('>');
                }
                else if (t.Encoding is not null)
                {
                    o.Append(", ").Append(t.Encoding.ToString());
                }
                o.Append('>');
                break;
            case UnrankedTensorType u: o.Append("tensor<*x"); Append(o, u.Element); o.Append('>'); break;
            case MemRefType m: o.Append("memref<"); Dims(o, m.Shape); Append(o, m.Element); o.Append('>'); break;
            case TupleType t: o.Append("tuple<"); List(o, t.Elements); o.Append('>'); break;
            case TokenType: o.Append("!stablehlo.token"); break;
            case FutureType f: o.Append("!stablehlo.future<"); List(o, f.Elements); o.Append('>'); break;
            case FunctionType f:
                o.Append('('); List(o, f.Inputs); o.Append(") -> ");
                bool bare = f.Results.Length == 1 && f.Results[0] is not FunctionType;
                o.Append(bare ? "" : "("); List(o, f.Results); o.Append(bare ? "" : ")");
                break;
            case NoneType: o.Append("none"); break;
            case OtherIntegerType i: o.Append(i.Signedness == 'i' ? "i" : i.Signedness + "i").Append(i.Width); break;
            case OpaqueType q: o.Append('!').Append(q.Dialect).Append(q.Body.StartsWith('<') ? "" : ".").Append(q.Body); break;
            default: o.Append(type); break;
        }
    }

    private static void List(StringBuilder o, ValueArray<IrType> types)
    {
        for (int i = 0; i < types.Length; i++)
        {
            o.Append(i > 0 ? ", " : "");
            Append(o, types[i]);
        }
    }

    private static void Dims(StringBuilder o, Shape shape)
    {
        foreach (long d in shape)
        {
            o.Append(Checks.Size(d)).Append('x');
        }
    }

    private static void Quantized(StringBuilder o, QuantizedType q)
    {
        bool signed = !q.Storage.IsUnsignedInteger();
        int bits = q.Storage.BitWidth();
        o.Append("!quant.uniform<").Append(signed ? "i" : "u").Append(bits);
        long min = signed ? -(1L << (bits - 1)) : 0;
        long max = signed ? (1L << (bits - 1)) - 1 : (1L << Math.Min(bits, 62)) - 1;
        if (q.StorageMin != min || q.StorageMax != max)
        {
            o.Append('<').Append(q.StorageMin).Append(':').Append(q.StorageMax).Append('>');
        }
        o.Append(':').Append(q.Expressed.Name());
        if (q.Axes.Length == 1)
        {
            o.Append(':').Append(q.Axes[0]);
        }
        o.Append(", ").Append(q.IsPerTensor ? "" : "{");
        for (int i = 0; i < q.Scales.Length; i++)
        {
            o.Append(i > 0 ? "," : "").Append(q.Scales[i].ToString("0.000000e+00", CultureInfo.InvariantCulture));
            if (q.ZeroPoints[i] != 0)
            {
                o.Append(':').Append(q.ZeroPoints[i]);
            }
        }
        o.Append(q.IsPerTensor ? ">" : "}>");
    }
}
