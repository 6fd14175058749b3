using System.Buffers.Binary;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Hlo;

/// <summary>Arithmetic on single elements at compile time, for the kinds models use; what it does not know, it leaves to run time.</summary>
internal static class ScalarFolding
{
    /// <summary>One element as a double, or null for complex kinds, and integers that a double cannot hold.</summary>
    public static double? ToDouble(ElementKind kind, ReadOnlySpan<byte> data) => kind switch
    {
        ElementKind.F32 or ElementKind.TF32 => BinaryPrimitives.ReadSingleLittleEndian(data),
        ElementKind.F64 => BinaryPrimitives.ReadDoubleLittleEndian(data),
        ElementKind.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(data) << 16),
        ElementKind.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(data),
        _ when MiniFloat.Is(kind) => MiniFloat.Of(kind).Decode(data[0]),
        _ => ToLong(kind, data) is { } v && (double)v < 9e15 && v > -9e15 ? v : null,
    };

    /// <summary>One integer or boolean element as a signed or (up to 63 bits) unsigned number; null for other kinds.</summary>
    public static long? ToLong(ElementKind kind, ReadOnlySpan<byte> data) => kind switch
    {
        ElementKind.I1 => data[0] != 0 ? 1 : 0,
        ElementKind.I2 or ElementKind.I4 or ElementKind.I8 => (sbyte)data[0],
        ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8 => data[0],
        ElementKind.I16 => BinaryPrimitives.ReadInt16LittleEndian(data),
        ElementKind.UI16 => BinaryPrimitives.ReadUInt16LittleEndian(data),
        ElementKind.I32 => BinaryPrimitives.ReadInt32LittleEndian(data),
        ElementKind.UI32 => BinaryPrimitives.ReadUInt32LittleEndian(data),
        ElementKind.I64 or ElementKind.Index => BinaryPrimitives.ReadInt64LittleEndian(data),
        ElementKind.UI64 => BinaryPrimitives.ReadUInt64LittleEndian(data) is var u and <= long.MaxValue ? (long)u : null,
        _ => null,
    };

    /// <summary>The bytes of a float or integer element nearest to a double.</summary>
    public static byte[] FromDouble(ElementKind kind, double value)
    {
        switch (kind)
        {
            case ElementKind.F32 or ElementKind.TF32: return BitConverter.GetBytes((float)value);
            case ElementKind.F64: return BitConverter.GetBytes(value);
            case ElementKind.F16: return BitConverter.GetBytes((Half)value);
            case ElementKind.BF16: return BitConverter.GetBytes(RoundToBf16((float)value));
            default: return MiniFloat.Is(kind) ? [MiniFloat.Of(kind).Encode(value)] : kind.IsFloat() || kind.IsComplex() ? throw new CpuUnsupportedException($"a constant of {kind.Name()} made at compile time") : FromLong(kind, (long)value);
        }
    }

    /// <summary>The bytes of an integer, truncated; floats take the nearest value.</summary>
    public static byte[] FromLong(ElementKind kind, long value)
    {
        if (kind.IsFloat())
        {
            return FromDouble(kind, value);
        }
        if (kind == ElementKind.I1)
        {
            return [(byte)(value != 0 ? 1 : 0)];
        }
        return BitConverter.GetBytes(IntegerKind.Wrap(kind, value))[..kind.StorageBytes()];
    }

    /// <summary>f32 to bf16, to nearest even, NaN kept quiet.</summary>
    public static ushort RoundToBf16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>An elementwise operation of one operand; null when unknown.</summary>
    public static byte[]? Unary(HloOp op, ReadOnlySpan<byte> x, ElementKind from, ElementKind to)
    {
        if (op == HloOp.Convert && ToLong(from, x) is { } whole && (to.IsInteger() || to == ElementKind.I1))
        {
            return FromLong(to, whole);
        }
        if (op == HloOp.Convert && IsFoldableFloat(to) && ToDouble(from, x) is { } number)
        {
            return FromDouble(to, number);
        }
        if (from != to || ToDouble(from, x) is not { } v)
        {
            return null;
        }
        if (from is ElementKind.F32 or ElementKind.F64)
        {
            double? r = op switch
            {
                HloOp.Negate => -v,
                HloOp.Abs => Math.Abs(v),
                HloOp.Sqrt => Math.Sqrt(v),
                HloOp.Exp => Math.Exp(v),
                HloOp.Log => Math.Log(v),
                HloOp.Floor => Math.Floor(v),
                HloOp.Ceil => Math.Ceiling(v),
                _ => null,
            };
            return r is { } result ? FromDouble(to, result) : null;
        }
        if (ToLong(from, x) is { } i)
        {
            return op switch
            {
                HloOp.Negate => FromLong(to, unchecked(-i)),
                HloOp.Not => from == ElementKind.I1 ? FromLong(to, 1 - i) : FromLong(to, ~i),
                _ => null,
            };
        }
        return null;
    }

    /// <summary>An elementwise operation of two operands; null when unknown.</summary>
    public static byte[]? Binary(HloOp op, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ElementKind kind)
    {
        if (kind == ElementKind.F32)
        {
            float a = MemoryMarshal.Read<float>(x), b = MemoryMarshal.Read<float>(y);
            float? r = op switch
            {
                HloOp.Add => a + b,
                HloOp.Subtract => a - b,
                HloOp.Multiply => a * b,
                HloOp.Divide => a / b,
                _ => null,
            };
            return r is { } result ? BitConverter.GetBytes(result) : null;
        }
        if (kind.IsInteger() && ToLong(kind, x) is { } i && ToLong(kind, y) is { } j)
        {
            long? r = op switch
            {
                HloOp.Add => unchecked(i + j),
                HloOp.Subtract => unchecked(i - j),
                HloOp.Multiply => unchecked(i * j),
                HloOp.And => i & j,
                HloOp.Or => i | j,
                HloOp.Xor => i ^ j,
                HloOp.Maximum => Math.Max(i, j),
                HloOp.Minimum => Math.Min(i, j),
                HloOp.Divide when j > 0 => i / j,
                HloOp.Remainder when j > 0 => i % j,
                _ => null,
            };
            return r is { } result ? FromLong(kind, result) : null;
        }
        return null;
    }

    /// <summary>A comparison; null when unknown.</summary>
    public static bool? Compare(HloCompare how, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ElementKind kind)
    {
        if (how.TotalOrder || ToDouble(kind, x) is not { } a || ToDouble(kind, y) is not { } b)
        {
            return null;
        }
        return how.Direction switch { "EQ" => a == b, "NE" => a != b, "LT" => a < b, "LE" => a <= b, "GT" => a > b, "GE" => a >= b, _ => null };
    }

    private static bool IsFoldableFloat(ElementKind kind) => kind is ElementKind.F32 or ElementKind.F64 or ElementKind.BF16 or ElementKind.F16 || MiniFloat.Is(kind);
}
