using System.Buffers.Binary;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Text;

/// <summary>The elements of dense attributes.</summary>
internal partial class AttributePrinter
{
    /// <summary>What stands between <c>dense&lt;</c> and <c>&gt;</c>.</summary>
    protected void DenseElements(DenseElementsAttr dense)
    {
        ReadOnlySpan<byte> data = dense.Data.Span;
        ElementKind kind = dense.Type.Kind;
        if (data.IsEmpty)
        {
            return;
        }
        if (dense.IsSplat)
        {
            Element(data, kind);
            return;
        }
        int size = kind.StorageBytes();
        if (data.Length / size > Options.HexThreshold && kind != ElementKind.TF32)
        {
            Hex(data, kind);
            return;
        }
        ReadOnlySpan<long> dims = dense.Type.Shape.Dims;
        int position = 0;
        Nested(dims, data, kind, size, ref position);
    }

    private void Nested(ReadOnlySpan<long> dims, ReadOnlySpan<byte> data, ElementKind kind, int size, ref int position)
    {
        if (dims.IsEmpty)
        {
            Element(data[position..], kind);
            position += size;
            return;
        }
        Out.Byte((byte)'[');
        for (long i = 0; i < dims[0]; i++)
        {
            if (i > 0)
            {
                Out.Bytes(", "u8);
            }
            Nested(dims[1..], data, kind, size, ref position);
        }
        Out.Byte((byte)']');
    }

    private void Element(ReadOnlySpan<byte> data, ElementKind kind)
    {
        switch (kind)
        {
            case ElementKind.I1:
                Out.Bytes(data[0] != 0 ? "true"u8 : "false"u8);
                break;
            case ElementKind.I2 or ElementKind.I4 or ElementKind.I8:
                Out.Number((long)(sbyte)data[0]);
                break;
            case ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8:
                Out.Number((long)data[0]);
                break;
            case ElementKind.I16:
                Out.Number((long)BinaryPrimitives.ReadInt16LittleEndian(data));
                break;
            case ElementKind.UI16:
                Out.Number((long)BinaryPrimitives.ReadUInt16LittleEndian(data));
                break;
            case ElementKind.I32:
                Out.Number((long)BinaryPrimitives.ReadInt32LittleEndian(data));
                break;
            case ElementKind.UI32:
                Out.Number((long)BinaryPrimitives.ReadUInt32LittleEndian(data));
                break;
            case ElementKind.I64 or ElementKind.Index:
                Out.Number(BinaryPrimitives.ReadInt64LittleEndian(data));
                break;
            case ElementKind.UI64:
                Out.Number(BinaryPrimitives.ReadUInt64LittleEndian(data));
                break;
            case ElementKind.Complex64 or ElementKind.Complex128:
                ElementKind part = kind.RealPart();
                Out.Byte((byte)'(');
                Element(data, part);
                Out.Byte((byte)',');
                Element(data[part.StorageBytes()..], part);
                Out.Byte((byte)')');
                break;
            default:
                FloatElement(data, kind);
                break;
        }
    }

    private void FloatElement(ReadOnlySpan<byte> data, ElementKind kind)
    {
        ulong bits = kind.StorageBytes() switch
        {
            1 => data[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(data),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(data),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(data),
        };
        double value = kind == ElementKind.TF32 ? BitConverter.UInt32BitsToSingle((uint)bits) : FloatKind.FromBits(kind, bits);
        if (!double.IsFinite(value) && kind != ElementKind.TF32)
        {
            // The bits themselves, so that a NaN keeps its payload.
            FloatText.WriteBits(Out, bits, kind);
            return;
        }
        FloatText.Write(Out, value, kind);
    }

    private void Hex(ReadOnlySpan<byte> data, ElementKind kind)
    {
        Out.Bytes("\"0x"u8);
        int width = kind.BitWidth();
        if (kind == ElementKind.I1)
        {
            for (int i = 0; i < data.Length; i += 8)
            {
                int packed = 0;
                for (int bit = 0; bit < 8 && i + bit < data.Length; bit++)
                {
                    packed |= data[i + bit] << bit;
                }
                HexBytes([(byte)packed]);
            }
        }
        else if (width < 8)
        {
            foreach (byte b in data)
            {
                HexBytes([(byte)(b & (1 << width) - 1)]);
            }
        }
        else
        {
            HexBytes(data);
        }
        Out.Byte((byte)'"');
    }

    /// <summary>Bytes as hexadecimal digits.</summary>
    protected void HexBytes(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> chunk = data[..Math.Min(data.Length, 1 << 16)];
            Convert.TryToHexString(chunk, Out.Room(chunk.Length * 2), out int written);
            Out.Advance(written);
            data = data[chunk.Length..];
        }
    }

    private void StringElements(DenseStringElementsAttr strings)
    {
        Out.Bytes("dense<"u8);
        int position = 0;
        if (strings.Values.Length == 1 && strings.Type.Shape.Rank > 0)
        {
            Quoted(strings.Values[0]);
        }
        else if (strings.Values.Length > 0)
        {
            Strings(strings.Type.Shape.Dims, ref position);
        }
        Out.Bytes("> : "u8);
        Type(strings.Type);

        void Strings(ReadOnlySpan<long> dims, ref int position)
        {
            if (dims.IsEmpty)
            {
                Quoted(strings.Values[position++]);
                return;
            }
            Out.Byte((byte)'[');
            for (long i = 0; i < dims[0]; i++)
            {
                Comma((int)Math.Min(i, 1));
                Strings(dims[1..], ref position);
            }
            Out.Byte((byte)']');
        }
    }
}
