namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>One thread's part of a matmul: a rectangle of one matrix of C, in blocks that fit the caches.</summary>
internal unsafe ref struct BlockedMatmul
{
    private const long BBlockBytes = 4 << 20;

    /// <summary>With so few steps a tile is mostly stores: rows of C are written along memory, a few at a time, from columns of B that stay in the second-level cache.</summary>
    private const long ShortSteps = 32, ShortRows = 48, ShortRowBytes = 4096, ShortBBytes = 192 << 10;

    [ThreadStatic]
    private static ScratchBuffer? t_a, t_b, t_tile, t_sums, t_computed;

    private readonly MatmulProblem _problem;
    private readonly MatmulPlan _plan;
    private readonly MicroKernels _kernels;
    private readonly MatmulEpilogue? _epilogue;
    private readonly bool _direct;
    private readonly MatmulType _sumType;
    private readonly int _cBytes;
    private long _batch;
    private MatrixOperand _a, _b, _c;

    public BlockedMatmul(in MatmulProblem problem, MatmulPlan plan)
    {
        _problem = problem;
        _plan = plan;
        _kernels = plan.Kernels;
        _sumType = problem.A.Type.Sums();
        _epilogue = problem.Epilogue;
        _direct = problem.C.Type == _sumType && problem.C.ColumnStride == 1 && _epilogue is not { InPlace: false };
        _cBytes = plan.StepBytes;
    }

    /// <summary>Computes rows <c>[m0, m1)</c> and columns <c>[n0, n1)</c> of matrix <paramref name="batch"/>; n0 is a multiple of the widest tile, and of the epilogue's.</summary>
    public void Run(long batch, long m0, long m1, long n0, long n1)
    {
        if (m0 >= m1 || n0 >= n1) return;
        _batch = batch;
        _a = _problem.AOf(batch);
        _b = _problem.BOf(batch);
        _c = _problem.COf(batch);
        bool rowsOfB = _plan.ReadsRowsOfB(_problem);
        long k = _problem.K, kBlock = _plan.KBlock;
        long stepsPerBlock = _plan.StepsOf(Math.Min(k, kBlock));
        int columns = _kernels.MaxColumns;
        long nBlock = ColumnBlock(_plan, k);
        long mBlock = Math.Max(_plan.ABlockBytes / Math.Max(stepsPerBlock * _plan.StepBytes, 1) / _kernels.MaxRows * _kernels.MaxRows, _kernels.MaxRows);
        bool isShort = _direct && _epilogue is null && _plan.StepsOf(k) <= ShortSteps && _problem.N * _cBytes >= ShortRowBytes;
        if (isShort) mBlock = Math.Max(ShortRows / _kernels.MaxRows, 1) * _kernels.MaxRows;
        mBlock = Even(m1 - m0, mBlock);
        bool unpackedB = rowsOfB && _epilogue is null && m1 - m0 <= _kernels.MaxRows && _kernels.WideVectors((int)(m1 - m0)) > _kernels.MaxVectors;
        int tileColumns = unpackedB ? _kernels.WideVectors((int)(m1 - m0)) * _kernels.Lanes : columns;
        bool needsSums = !_direct && (k > kBlock || _epilogue is not null);
        // Sums of all rows wait for the blocks of k to come.
        long sumRows = k > kBlock ? m1 - m0 : Math.Min(mBlock, m1 - m0);
        long unit = _epilogue is null ? columns : Math.Min(_epilogue.TileColumns, _problem.N);
        if (needsSums) nBlock = Math.Min(nBlock, (2 << 20) / sumRows);
        if (isShort) nBlock = Math.Min(nBlock, ShortBBytes / Math.Max(stepsPerBlock * _plan.StepBytes, 1));
        long block = _problem.ComputedB is { } right && _b.ColumnStride == 1 ? Math.Max(unit, right.BlockColumns) : unit;
        nBlock = Math.Max(nBlock / block * block, block);
        long packedRows = Math.Min(mBlock, m1 - m0);
        byte* aPack = (byte*)(t_a ??= new()).Ensure(packedRows * stepsPerBlock * _plan.StepBytes);
        byte* bPack = null;
        if (_problem.PackedB is null && !unpackedB) bPack = (byte*)(t_b ??= new()).Ensure((Math.Min(nBlock, n1 - n0) + columns) * _plan.RowsOf(Math.Min(k, kBlock)) * _plan.StepBytes);
        // The first tile of whole panels packs them; it reads them anyway.
        bool packsWithin = bPack is not null && rowsOfB;
        // Panels that no other block of rows reads are packed in one place, which stays in the cache.
        bool packsOnce = packsWithin && m1 - m0 <= mBlock;
        for (long jc = n0; jc < n1; jc += nBlock)
        {
            long nc = Math.Min(nBlock, n1 - jc);
            // Behind one another, tiles of an epilogue's width.
            long sumColumns = _epilogue is null ? nc : unit;
            byte* sums = needsSums ? (byte*)(t_sums ??= new()).Ensure(sumRows * (nc + unit) * _cBytes) : null;
            long pc = 0;
            do
            {
                long kc = Math.Min(kBlock, k - pc);
                bool first = pc == 0, last = pc + kc >= k;
                long packed = packsWithin ? nc / columns * columns : 0, panelRows = _plan.RowsOf(kc);
                if (_problem.ComputedB is { } computed) ComputedPanels.Pack(computed, _plan, _b, batch, pc, kc, jc, nc, bPack);
                else if (bPack is not null) _plan.PackB(_b, pc, kc, jc + packed, nc - packed, bPack + panelRows * packed * _plan.StepBytes);
                for (long ic = m0; ic < m1; ic += mBlock)
                {
                    long mc = Math.Min(mBlock, m1 - ic);
                    PackA(ic, mc, pc, kc, aPack);
                    for (long j = 0; j < nc; j += tileColumns)
                    {
                        int width = (int)Math.Min(tileColumns, nc - j);
                        int vectors = (width + _kernels.Lanes - 1) / _kernels.Lanes;
                        MicroKernelArgs args = default;
                        args.Steps = (nint)_plan.StepsOf(kc);
                        if (unpackedB)
                        {
                            args.B = (byte*)_b.Data + (pc * _b.RowStride + jc + j) * 4;
                            args.BStride = (nint)(_b.RowStride * 4);
                        }
                        else
                        {
                            args.B = bPack is not null ? bPack + panelRows * j * _plan.StepBytes : _problem.PackedB!.Panel(pc, kc, jc + j);
                            args.BStride = vectors * _kernels.Lanes * _plan.StepBytes;
                        }
                        if (ic == m0 && j < packed)
                        {
                            args.Packed = packsOnce ? bPack : args.B;
                            args.B = (byte*)_b.Data + (pc * _b.RowStride + jc + j) * 4;
                            args.BStride = (nint)(_b.RowStride * 4);
                        }
                        byte* next = null;
                        if (!unpackedB && (ic > m0 || packed == 0))
                        {
                            // What the next strip reads: the next panel, or the first one for the next block of rows.
                            long to = j + tileColumns < nc ? j + tileColumns : ic + mBlock < m1 ? 0 : nc;
                            if (to < nc) next = bPack is not null ? bPack + panelRows * to * _plan.StepBytes : _problem.PackedB!.Panel(pc, kc, jc + to);
                        }
                        long tile = j / sumColumns * sumColumns;
                        byte* tileSums = sums is null ? null : sums + (tile * sumRows + (k > kBlock ? ic - m0 : 0) * sumColumns) * _cBytes;
                        Strip(ref args, aPack, ic, mc, jc + j, width, vectors, first, last && _epilogue is null, tileSums is null ? null : tileSums + (j - tile) * _cBytes, sumColumns, next);
                        if (last && _epilogue is not null && (j + tileColumns >= nc || (j + tileColumns) % unit == 0)) Finish(tileSums, ic, (int)mc, jc, j / unit * unit, nc, unit);
                    }
                }
                pc += kc;
            }
            while (pc < k);
        }
    }

    /// <summary>How many blocks <paramref name="n"/> columns of B are packed in, for each of which A is packed anew.</summary>
    public static long ColumnBlocks(MatmulPlan plan, long k, long n) => (n + ColumnBlock(plan, k) - 1) / ColumnBlock(plan, k);

    private static long ColumnBlock(MatmulPlan plan, long k)
    {
        long bytes = Math.Max(plan.StepsOf(Math.Min(k, plan.KBlock)) * plan.StepBytes, 1);
        int columns = plan.Kernels.MaxColumns;
        return Math.Max(BBlockBytes / bytes / columns * columns, columns);
    }

    private readonly void Finish(byte* sums, long row, int rows, long block, long at, long columns, long unit)
    {
        long column = block + at;
        int width = (int)Math.Min(unit, columns - at);
        bool f64 = _sumType == MatmulType.F64;
        MatmulTile tile = _direct
            ? new MatmulTile((byte*)_c.Data + (row * _c.RowStride + column) * _cBytes, f64, _c.RowStride, _batch, row, column, rows, width)
            : new MatmulTile(sums, f64, unit, _batch, row, column, rows, width);
        _epilogue!.Apply(tile);
    }

    // As few blocks as the limit allows, of nearly equal size, in whole tiles.
    private readonly long Even(long total, long limit)
    {
        long blocks = (total + limit - 1) / limit;
        long size = (total + blocks - 1) / blocks;
        return Math.Max((size + _kernels.MaxRows - 1) / _kernels.MaxRows * _kernels.MaxRows, 1);
    }

    private readonly void PackA(long ic, long mc, long pc, long kc, byte* target)
    {
        long steps = _plan.StepsOf(kc);
        (long panels, long small, long larger) = Panels(mc);
        long row = 0;
        for (long p = 0; p < panels; p++)
        {
            int rows = (int)Math.Min(p < larger ? small + _kernels.RowUnit : small, mc - row);
            byte* panel = target + row * steps * _plan.StepBytes;
            if (_problem.ComputedA is { } computed)
            {
                MatrixOperand block = _a with { Data = (t_computed ??= new()).Ensure(rows * computed.BlockColumns * _a.ElementBytes), RowStride = computed.BlockColumns, ColumnStride = 1 };
                computed.Compute(_batch, ic + row, rows, pc, kc, block.Data);
                _plan.PackA(block, 0, rows, 0, kc, panel);
            }
            else if (_problem.GatheredA is { } gathered) gathered.Pack((byte*)_a.Data, _a.Type, ic + row, rows, pc, kc, (float*)panel, _plan.Operation, _plan.Isa);
            else _plan.PackA(_a, ic + row, rows, pc, kc, panel);
            row += rows;
        }
    }

    // mc rows as panels of two neighbouring sizes, the larger ones first.
    private readonly (long Count, long Small, long Larger) Panels(long mc)
    {
        long panels = (mc + _kernels.MaxRows - 1) / _kernels.MaxRows, units = (mc + _kernels.RowUnit - 1) / _kernels.RowUnit;
        return (panels, units / panels * _kernels.RowUnit, units % panels);
    }

    private readonly void Strip(ref MicroKernelArgs args, byte* aPack, long ic, long mc, long column, int width, int vectors, bool first, bool last, byte* sums, long sumStride, byte* next)
    {
        bool masked = width % _kernels.Lanes != 0;
        bool scratch = !_direct && sums is null;
        bool partial = masked && !_kernels.HasMasks;
        int paddedWidth = vectors * _kernels.Lanes;
        byte* tile = scratch || partial ? (byte*)(t_tile ??= new()).Ensure(mc * paddedWidth * _cBytes) : null;
        byte* target = scratch ? tile : sums is not null ? sums : (byte*)_c.Data + (ic * _c.RowStride + column) * _cBytes;
        long stride = scratch ? paddedWidth : sums is not null ? sumStride : _c.RowStride;
        bool accumulate = !first || (_problem.Accumulate && _direct);
        args.Mask = masked ? (1UL << (width % _kernels.Lanes)) - 1 : ulong.MaxValue;
        bool throughTile = partial && !scratch;
        (args.CStride, args.Accumulate) = throughTile ? (paddedWidth * _cBytes, 0) : ((nint)stride * _cBytes, accumulate ? 1 : 0);
        (long panels, long small, long larger) = Panels(mc);
        long row = 0, fetched = 0, panelBytes = args.Steps * paddedWidth * _plan.StepBytes, part = args.FetchedBytes(paddedWidth * _plan.StepBytes);
        fixed (MicroKernelArgs* pinned = &args)
        {
            if (_plan.IsTiled)
            {
                pinned->A = aPack;
                pinned->C = target;
                TileKernels.Run(pinned, mc, width);
                panels = 0;
            }
            for (long p = 0; p < panels; p++)
            {
                int rows = (int)Math.Min(p < larger ? small + _kernels.RowUnit : small, mc - row);
                pinned->A = aPack + row * pinned->Steps * _plan.StepBytes;
                pinned->C = throughTile ? tile : target + row * stride * _cBytes;
                if (pinned->Packed is null && next is not null)
                {
                    pinned->Next = fetched < panelBytes ? next + fetched : null;
                    fetched += part;
                }
                _kernels.Run(pinned, rows, vectors, masked && _kernels.HasMasks);
                if (pinned->Packed is not null)
                {
                    pinned->B = pinned->Packed;
                    pinned->BStride = paddedWidth * _plan.StepBytes;
                    pinned->Packed = null;
                }
                if (throughTile) TileStore.Merge(tile, paddedWidth, target + row * stride * _cBytes, stride, rows, width, accumulate, _sumType);
                row += rows;
            }
        }
        if (last && !_direct) TileStore.Convert(target, stride, _cBytes, _c.Advanced(ic * _c.RowStride + column * _c.ColumnStride), (int)mc, width);
    }
}
