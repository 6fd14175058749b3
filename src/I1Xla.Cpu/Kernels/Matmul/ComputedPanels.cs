namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>Packs panels of a right operand that is computed: block by block into scratch memory that stays in the second-level cache.</summary>
internal static unsafe class ComputedPanels
{
    // Of a block with adjacent columns, so many bytes, in whole tiles of pairs.
    private const long BlockBytes = 64 << 10;
    private const long RowUnit = TilePacker.RowElements;

    [ThreadStatic]
    private static ScratchBuffer? t_block;

    /// <summary>As <see cref="MatmulPlan.PackB"/>.</summary>
    /// <param name="computed">The operand.</param>
    /// <param name="plan">The plan of the product.</param>
    /// <param name="b">Its type and strides.</param>
    /// <param name="batch">Which matrix.</param>
    /// <param name="pc">The first row: a multiple of the plan's block of k.</param>
    /// <param name="kc">Rows.</param>
    /// <param name="n0">The first column; where columns are adjacent a multiple of the operand's <see cref="MatmulPrologue.BlockColumns"/>.</param>
    /// <param name="n">Columns.</param>
    /// <param name="target">The panels.</param>
    public static void Pack(MatmulPrologue computed, MatmulPlan plan, in MatrixOperand b, long batch, long pc, long kc, long n0, long n, byte* target)
    {
        if (b.ColumnStride == 1) PackRows(computed, plan, b, batch, pc, kc, n0, n, target);
        else PackColumns(computed, plan, b, batch, pc, kc, n0, n, target);
    }

    private static void PackRows(MatmulPrologue computed, MatmulPlan plan, in MatrixOperand b, long batch, long pc, long kc, long n0, long n, byte* target)
    {
        long columns = computed.BlockColumns, panelRows = plan.RowsOf(kc);
        long rows = Math.Max(BlockBytes / (columns * b.ElementBytes) / RowUnit * RowUnit, RowUnit);
        MatrixOperand block = b with { Data = (t_block ??= new()).Ensure(rows * columns * b.ElementBytes) };
        for (long tile = 0; tile < n; tile += columns)
        {
            long wide = Math.Min(columns, n - tile);
            for (long k = 0; k < kc; k += rows)
            {
                int high = (int)Math.Min(rows, kc - k);
                computed.Compute(batch, pc + k, high, n0 + tile, wide, block.Data);
                for (long j = 0; j < wide; j += plan.Kernels.MaxColumns)
                {
                    (int width, int padded) = Panel(plan, wide - j);
                    plan.PackPanel(block.Advanced(j), 1, columns, width, padded, high, target + ((tile + j) * panelRows + plan.StepsOf(k) * padded) * plan.StepBytes);
                    if (k + high == kc) plan.FinishPanelOfB(target + (tile + j) * panelRows * plan.StepBytes, padded, kc);
                }
            }
        }
    }

    private static void PackColumns(MatmulPrologue computed, MatmulPlan plan, in MatrixOperand b, long batch, long pc, long kc, long n0, long n, byte* target)
    {
        long stride = computed.BlockColumns, panelRows = plan.RowsOf(kc);
        MatrixOperand block = b with { Data = (t_block ??= new()).Ensure(plan.Kernels.MaxColumns * stride * b.ElementBytes) };
        for (long j = 0; j < n; j += plan.Kernels.MaxColumns)
        {
            (int width, int padded) = Panel(plan, n - j);
            computed.Compute(batch, n0 + j, width, pc, kc, block.Data);
            byte* panel = target + j * panelRows * plan.StepBytes;
            plan.PackPanel(block, stride, 1, width, padded, kc, panel);
            plan.FinishPanelOfB(panel, padded, kc);
        }
    }

    private static (int Width, int Padded) Panel(MatmulPlan plan, long left)
    {
        int width = (int)Math.Min(plan.Kernels.MaxColumns, left), lanes = plan.Kernels.Lanes;
        return (width, (width + lanes - 1) / lanes * lanes);
    }
}
