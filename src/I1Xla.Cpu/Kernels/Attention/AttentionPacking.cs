using System.Runtime.CompilerServices;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Kernels.Vectors;

namespace I1Xla.Cpu.Kernels.Attention;

/// <summary>Packed operands of the small products that attention is made of. A left operand is a run of panels, the larger ones first.</summary>
internal static unsafe class AttentionPacking
{
    /// <summary>The height of the panel at row <paramref name="at"/>: panels are of nearly equal size.</summary>
    public static int PanelHeight(MatmulPlan plan, int rows, int at)
    {
        int panels = (rows + plan.Kernels.MaxRows - 1) / plan.Kernels.MaxRows, small = rows / panels, larger = rows % panels;
        return at < larger * (small + 1) ? small + 1 : small;
    }

    /// <summary>Packs <paramref name="rows"/> rows from <paramref name="row"/> on, all <paramref name="k"/> columns, as one left operand.</summary>
    public static void PackLeft(MatmulPlan plan, in MatrixOperand matrix, long row, int rows, long k, byte* target)
    {
        long steps = plan.StepsOf(k);
        for (int at = 0; at < rows;)
        {
            int height = PanelHeight(plan, rows, at);
            plan.PackA(matrix, row + at, height, 0, k, target + at * steps * 4);
            at += height;
        }
    }

    /// <summary>Packs all rows in blocks of <paramref name="block"/>, each block a left operand of its own.</summary>
    public static void PackBlocks(MatmulPlan plan, in MatrixOperand matrix, long rows, int block, long k, byte* target)
    {
        for (long row = 0; row < rows; row += block) PackLeft(plan, matrix, row, (int)Math.Min(block, rows - row), k, target + row * plan.StepsOf(k) * 4);
    }

    /// <summary>
    /// Packs the transpose in blocks of <paramref name="block"/> rows: each is a left operand of <paramref name="columns"/> rows, with the block's
    /// rows along k. Blocks are <see cref="TransposedBytes"/> of a whole block apart.
    /// </summary>
    public static void PackTransposedBlocks(MatmulPlan plan, in MatrixOperand matrix, long rows, int block, int columns, byte* target)
    {
        for (long row = 0; row < rows; row += block)
            PackLeft(plan, matrix.Transposed with { Data = matrix.Advanced(row * matrix.RowStride).Data }, 0, columns, Math.Min(block, rows - row), target + row / block * TransposedBytes(plan, block, columns));
    }

    /// <summary>Bytes of one transposed block.</summary>
    public static long TransposedBytes(MatmulPlan plan, int block, int columns) => plan.StepsOf(block) * columns * 4;

    /// <summary>Packs <paramref name="count"/> rows, at most a widest tile, as one panel of a right operand: columns down, rows across, the missing ones zero.</summary>
    public static void PackRight(MatmulPlan plan, in MatrixOperand matrix, long row, int count, int columns, float* target)
    {
        int width = plan.Kernels.MaxColumns, lanes = plan.Kernels.Lanes;
        plan.PackB(matrix.Transposed with { Data = matrix.Advanced(row * matrix.RowStride).Data }, 0, columns, 0, count, (byte*)target);
        if (count <= width - lanes) Widen(target, plan.StepsOf(columns), (count + lanes - 1) / lanes * lanes, width);
    }

    /// <summary>Multiplies a packed left operand by one panel of a right operand; the result has rows of a full panel.</summary>
    public static void Multiply(MatmulPlan plan, byte* left, int rows, long steps, float* right, float* target, bool accumulate)
    {
        MicroKernels kernels = plan.Kernels;
        int width = kernels.MaxColumns;
        MicroKernelArgs args = default;
        args.B = right;
        args.Steps = (nint)steps;
        args.BStride = width * 4;
        args.CStride = width * 4;
        args.Accumulate = accumulate ? 1 : 0;
        args.Mask = ulong.MaxValue;
        for (int at = 0; at < rows;)
        {
            int height = PanelHeight(plan, rows, at);
            args.A = left + at * steps * 4;
            args.C = target + (long)at * width;
            kernels.Run(&args, height, kernels.MaxVectors, false);
            at += height;
        }
    }

    /// <summary>
    /// A rectangle of a bias or a mask in the order of a tile: <paramref name="steps"/> rows of <paramref name="padded"/>, of which
    /// <paramref name="width"/> exist. Strides are in bytes; where one is zero, the work is once for all rows, or a fill for each.
    /// </summary>
    public static void Spread(byte* source, MatmulType type, bool isMask, long acrossBytes, long alongBytes, int width, int padded, int steps, float* target, IsaLevel isa)
    {
        if (alongBytes == 0 && steps > 1)
        {
            Spread(source, type, isMask, acrossBytes, 4, width, padded, 1, target, isa);
            for (int row = 1; row < steps; row++) new ReadOnlySpan<float>(target, padded).CopyTo(new Span<float>(target + row * padded, padded));
        }
        else if (acrossBytes == 0)
        {
            for (int row = 0; row < steps; row++, source += alongBytes)
            {
                float value = isMask ? *source : type switch { MatmulType.F32 => Lanes32.Load(source), MatmulType.BF16 => LanesBf16.Load(source), _ => LanesF16.Load(source) };
                new Span<float>(target + row * padded, padded).Fill(value);
            }
        }
        else if (isMask) PanelPacker.PackBytes(source, acrossBytes, alongBytes, width, padded, steps, target, isa);
        else PanelPacker.PackSingle(source, type, acrossBytes, alongBytes, width, padded, steps, target, isa);
    }

    /// <summary>
    /// Stores the columns of a tile as rows, each times its factor: the first <paramref name="columns"/> of the <paramref name="width"/> columns become
    /// rows of <paramref name="rows"/> elements. <paramref name="room"/> holds <paramref name="width"/> rows of <see cref="Padded"/> elements.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreTransposed(float* tile, int width, int rows, int columns, float* factors, in MatrixOperand target, float* room, IsaLevel isa)
    {
        int stride = Padded(rows);
        if (isa >= IsaLevel.Avx2)
        {
            for (int d = 0; d < rows; d += 16)
            {
                for (int i = 0; i < columns; i += 16) Transpose16.Block<Lanes32>((byte*)(tile + d * width + i), width * 4, Math.Min(16, rows - d), room + i * stride + d, stride);
            }
        }
        else
        {
            for (int d = 0; d < rows; d++)
            {
                for (int i = 0; i < columns; i++) room[i * stride + d] = tile[d * width + i];
            }
        }
        for (int i = 0; i < columns; i++)
        {
            float* row = room + i * stride;
            FloatRow.Scale(row, stride, factors[i]);
            if (target.Type == MatmulType.F32 && target.ColumnStride == 1) new ReadOnlySpan<float>(row, rows).CopyTo(new Span<float>((float*)target.Data + i * target.RowStride, rows));
            else TileStore.Convert((byte*)row, stride, 4, target.Advanced(i * target.RowStride), 1, rows);
        }
    }

    /// <summary>A length in whole vectors.</summary>
    public static int Padded(int length) => (length + 15) / 16 * 16;

    // A panel packed with fewer vectors than a full one gets rows of full width.
    private static void Widen(float* panel, long rows, int from, int to)
    {
        for (long row = rows - 1; row >= 0; row--)
        {
            new ReadOnlySpan<float>(panel + row * from, from).CopyTo(new Span<float>(panel + row * to, from));
            new Span<float>(panel + row * to + from, to - from).Clear();
        }
    }
}
