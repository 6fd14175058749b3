using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>Moves finished tiles from scratch to where they belong.</summary>
internal static unsafe class TileStore
{
    /// <summary>Copies or adds the existing columns of a tile to C of the same type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Merge(byte* tile, long tileStride, byte* target, long stride, int rows, int columns, bool accumulate, MatmulType type)
    {
        int elementBytes = type == MatmulType.F64 ? 8 : 4;
        for (int row = 0; row < rows; row++)
        {
            byte* from = tile + row * tileStride * elementBytes, to = target + row * stride * elementBytes;
            if (!accumulate) new ReadOnlySpan<byte>(from, columns * elementBytes).CopyTo(new Span<byte>(to, columns * elementBytes));
            else if (type == MatmulType.F64)
            {
                for (int j = 0; j < columns; j++) ((double*)to)[j] += ((double*)from)[j];
            }
            else if (type == MatmulType.I32)
            {
                for (int j = 0; j < columns; j++) ((int*)to)[j] += ((int*)from)[j];
            }
            else
            {
                for (int j = 0; j < columns; j++) ((float*)to)[j] += ((float*)from)[j];
            }
        }
    }

    /// <summary>Stores a tile of f32 (or f64, or i32) as C's type with C's strides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert(byte* tile, long tileStride, int elementBytes, in MatrixOperand c, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            byte* from = tile + row * tileStride * elementBytes;
            byte* to = (byte*)c.Data + row * c.RowStride * c.ElementBytes;
            switch (c.Type)
            {
                case MatmulType.F64:
                    for (int j = 0; j < columns; j++) ((double*)to)[j * c.ColumnStride] = ((double*)from)[j];
                    break;
                case MatmulType.F32:
                    for (int j = 0; j < columns; j++) ((float*)to)[j * c.ColumnStride] = ((float*)from)[j];
                    break;
                case MatmulType.I32:
                    for (int j = 0; j < columns; j++) ((int*)to)[j * c.ColumnStride] = ((int*)from)[j];
                    break;
                case MatmulType.F16:
                    for (int j = 0; j < columns; j++) ((Half*)to)[j * c.ColumnStride] = (Half)((float*)from)[j];
                    break;
                default:
                    RowToBf16((float*)from, (ushort*)to, columns, c.ColumnStride);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RowToBf16(float* from, ushort* to, int columns, long stride)
    {
        int j = 0;
        if (stride == 1)
        {
            for (; j + 16 <= columns; j += 16)
            {
                RoundToBf16(from + j, to + j);
            }
        }
        for (; j < columns; j++) to[j * stride] = RoundToBf16(from[j]);
    }

    /// <summary>Rounds to the nearest bf16, ties to even, NaN to a quiet NaN.</summary>
    public static ushort RoundToBf16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>As the scalar form, sixteen elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RoundToBf16(float* from, ushort* to)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector256UInt16(RoundToBf16(Vector512.Load(from))).Store(to);
            return;
        }
        Vector256.Narrow(RoundToBf16(Vector256.Load(from)), RoundToBf16(Vector256.Load(from + 8))).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> RoundToBf16(Vector256<float> value)
    {
        Vector256<uint> bits = value.AsUInt32();
        Vector256<uint> rounded = (bits + Vector256.Create(0x7fffu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        Vector256<uint> quiet = (bits >> 16) | Vector256.Create(0x40u);
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, quiet);
    }

    /// <summary>As the scalar form, in the low halves of the lanes.</summary>
    public static Vector512<uint> RoundToBf16(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32();
        Vector512<uint> rounded = (bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        Vector512<uint> quiet = (bits >> 16) | Vector512.Create(0x40u);
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, quiet);
    }
}
