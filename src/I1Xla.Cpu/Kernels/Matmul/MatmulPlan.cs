namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>The choices of a matmul that depend only on types, k and the instruction set: the micro-kernels, and how k is cut into blocks.</summary>
internal sealed unsafe class MatmulPlan
{
    /// <summary>Bytes of one packed row of A in a block of k: tiles of C are written anew for each block, and a column panel of B is read from the second-level cache fast enough.</summary>
    private const int BlockBytes = 4096;

    /// <summary>The same for tiles: 32 columns of B take 32 of the 48 KiB that the first-level caches of processors with AMX have.</summary>
    private const int TileBlockBytes = 1024;

    /// <summary>
    /// With up to so many rows of A an element of B is used so few times that reading it counts: blocks of k are short, which reads few pages of B at a time and
    /// keeps the sums in the cache; shorter still where the rows are two panels or fewer.
    /// </summary>
    private const int FewRows = 96, FewRowsBlock = 256, FewPanelsBlock = 128;

    private MatmulPlan(MicroOperation operation, IsaLevel isa, long k)
    {
        Operation = operation;
        Isa = isa;
        Kernels = MicroKernels.Get(operation, isa);
        StepBytes = operation == MicroOperation.F64 ? 8 : 4;
        int perStep = operation is MicroOperation.Bf16Pairs or MicroOperation.Bf16Tiles ? 2 : 1, unit = IsTiled ? TilePacker.RowElements : 8;
        long most = (IsTiled ? TileBlockBytes : BlockBytes) / StepBytes * perStep;
        long blocks = Math.Max((k + most - 1) / most, 1);
        // Equal blocks, each a whole number of unrolled steps or of tiles.
        KBlock = Math.Max(((k + blocks - 1) / blocks + unit - 1) / unit * unit, unit);
    }

    /// <summary>The multiply-add.</summary>
    public MicroOperation Operation { get; }

    /// <summary>The instruction set.</summary>
    public IsaLevel Isa { get; }

    /// <summary>The micro-kernels.</summary>
    public MicroKernels Kernels { get; }

    /// <summary>Bytes of one packed element (of one pair, for bf16).</summary>
    public int StepBytes { get; }

    /// <summary>Whether the product runs on tiles, strip by strip through <see cref="TileKernels"/>.</summary>
    public bool IsTiled => Operation == MicroOperation.Bf16Tiles;

    /// <summary>Bytes of packed A that are kept for all columns of B: a part of the second-level cache, of which processors with AMX have 2 MiB.</summary>
    public long ABlockBytes => IsTiled ? 1 << 20 : 384 << 10;

    /// <summary>Length of every block of k but the last.</summary>
    public long KBlock { get; private set; }

    /// <summary>The plan of a problem whose B is not packed.</summary>
    public static MatmulPlan Create(in MatmulProblem p, IsaLevel isa)
    {
        MatmulPlan plan = Create(p.A.Type, p.B.Type, p.K, p.WidenBf16, isa);
        if (p.M <= FewRows && plan.ReadsRowsOfB(p)) plan.KBlock = Math.Min(plan.KBlock, p.M <= 2 * plan.Kernels.MaxRows ? FewPanelsBlock : FewRowsBlock);
        return plan;
    }

    /// <summary>Whether the kernels can read B where it lies: its columns are adjacent, and its elements are not widened.</summary>
    public bool ReadsRowsOfB(in MatmulProblem p) => p.PackedB is null && p.ComputedB is null && Kernels.IsEmitted && Operation == MicroOperation.F32 && p.B.Type == MatmulType.F32 && p.B.ColumnStride == 1 && p.B.RowStride > 0;

    public static MatmulPlan Create(MatmulType a, MatmulType b, long k, bool widenBf16, IsaLevel isa)
    {
        if ((a == MatmulType.F64) != (b == MatmulType.F64)) throw new ArgumentException($"Matmul operands are {a} and {b}; f64 multiplies only f64.");
        bool pairs = a == MatmulType.BF16 && b == MatmulType.BF16 && !widenBf16 && isa >= IsaLevel.Avx512Bf16;
        MicroOperation ofBf16 = isa >= IsaLevel.Avx512Amx ? MicroOperation.Bf16Tiles : MicroOperation.Bf16Pairs;
        MicroOperation operation = a == MatmulType.F64 ? MicroOperation.F64 : pairs ? ofBf16 : MicroOperation.F32;
        return new MatmulPlan(operation, isa, k);
    }

    /// <summary>Packed steps for <paramref name="k"/> elements; those of tiles are filled up with zeros.</summary>
    public long StepsOf(long k) => Operation switch
    {
        MicroOperation.Bf16Pairs => (k + 1) / 2,
        MicroOperation.Bf16Tiles => (k + TilePacker.RowElements - 1) / TilePacker.RowElements * TilePacker.RowPairs,
        _ => k,
    };

    /// <summary>Packs columns <c>[n0, n0 + n)</c> of rows <c>[pc, pc + kc)</c> of B, panel after panel.</summary>
    public void PackB(in MatrixOperand b, long pc, long kc, long n0, long n, byte* target)
    {
        int lanes = Kernels.Lanes, most = Kernels.MaxColumns;
        long steps = StepsOf(kc);
        for (long j = 0; j < n; j += most)
        {
            int width = (int)Math.Min(most, n - j);
            int padded = (width + lanes - 1) / lanes * lanes;
            PackPanel(b.Advanced(pc * b.RowStride + (n0 + j) * b.ColumnStride), b.ColumnStride, b.RowStride, width, padded, kc, target + steps * j * StepBytes);
        }
    }

    /// <summary>Packs <paramref name="rows"/> rows of A from <paramref name="row"/> on, columns <c>[pc, pc + kc)</c>.</summary>
    public void PackA(in MatrixOperand a, long row, int rows, long pc, long kc, byte* target)
    {
        MatrixOperand first = a.Advanced(row * a.RowStride + pc * a.ColumnStride);
        if (IsTiled) TilePacker.PackRows((byte*)first.Data, a.RowStride * 2, a.ColumnStride * 2, rows, kc, target, Isa);
        else PackPanel(first, a.RowStride, a.ColumnStride, rows, rows, kc, target);
    }

    /// <summary>Packs the <paramref name="width"/> elements <paramref name="across"/> apart of <paramref name="k"/> steps <paramref name="along"/> apart, filled up with zeros to <paramref name="padded"/>.</summary>
    public void PackPanel(in MatrixOperand source, long across, long along, int width, int padded, long k, byte* target)
    {
        int bytes = source.ElementBytes;
        byte* data = (byte*)source.Data;
        if (Operation == MicroOperation.F64) PanelPacker.PackDouble(data, across * bytes, along * bytes, width, padded, k, (double*)target);
        else if (Operation == MicroOperation.F32) PanelPacker.PackSingle(data, source.Type, across * bytes, along * bytes, width, padded, k, (float*)target, Isa);
        else
        {
            PanelPacker.PackPairs(data, across * bytes, along * bytes, width, padded, k, (float*)target, Isa);
            long written = (k + 1) / 2;
            new Span<uint>((uint*)target + written * padded, (int)(StepsOf(k) - written) * padded).Clear();
        }
    }
}
