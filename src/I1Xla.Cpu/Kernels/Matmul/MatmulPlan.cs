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
    private const int ColumnsTogether = 256;

    private const int FewRows = 96, FewRowsBlock = 256, FewPanelsBlock = 128;

    private MatmulPlan(MicroOperation operation, IsaLevel isa, long k, bool flipsA = false)
    {
        Operation = operation;
        _flipsA = flipsA;
        Isa = isa;
        Kernels = MicroKernels.Get(operation, isa);
        StepBytes = operation == MicroOperation.F64 ? 8 : 4;
        int unit = IsTiled ? TilePacker.RowElements : 8;
        long most = (IsTiled ? TileBlockBytes : BlockBytes) / StepBytes * PerStep;
        long blocks = Math.Max((k + most - 1) / most, 1);
        // Equal blocks, each a whole number of unrolled steps or of tiles.
        KBlock = Math.Max(((k + blocks - 1) / blocks + unit - 1) / unit * unit, unit);
    }

    // Signed bytes of A are packed as unsigned ones, 128 more.
    private readonly bool _flipsA;

    /// <summary>The multiply-add.</summary>
    public MicroOperation Operation { get; }

    /// <summary>The instruction set.</summary>
    public IsaLevel Isa { get; }

    /// <summary>The micro-kernels.</summary>
    public MicroKernels Kernels { get; }

    /// <summary>Bytes of one packed element (of one pair of 16 bits, of four bytes).</summary>
    public int StepBytes { get; }

    // Elements along k in one step.
    private int PerStep => Operation switch { MicroOperation.F32 or MicroOperation.F64 => 1, MicroOperation.ByteQuads => 4, _ => 2 };

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
        if (a.Sums() != b.Sums() || a == MatmulType.I32 || b == MatmulType.I32) throw new ArgumentException($"Matmul operands are {a} and {b}; f64 multiplies only f64, integers of at most 16 bits only such.");
        if (a.IsInteger()) return OfIntegers(a, b, k, isa);
        bool pairs = a == MatmulType.BF16 && b == MatmulType.BF16 && !widenBf16 && isa >= IsaLevel.Avx512Bf16;
        MicroOperation ofBf16 = isa >= IsaLevel.Avx512Amx ? MicroOperation.Bf16Tiles : MicroOperation.Bf16Pairs;
        MicroOperation operation = a == MatmulType.F64 ? MicroOperation.F64 : pairs ? ofBf16 : MicroOperation.F32;
        return new MatmulPlan(operation, isa, k);
    }

    private static MatmulPlan OfIntegers(MatmulType a, MatmulType b, long k, IsaLevel isa)
    {
        // Processors with AVX512_BF16 have AVX512_VNNI.
        bool quads = isa >= IsaLevel.Avx512Bf16 && a is MatmulType.I8 or MatmulType.UI8 && b == MatmulType.I8;
        return new MatmulPlan(quads ? MicroOperation.ByteQuads : isa >= IsaLevel.Avx512Bf16 ? MicroOperation.WordDots : MicroOperation.WordPairs, isa, k, quads && a == MatmulType.I8);
    }

    /// <summary>Packed steps for <paramref name="k"/> elements; those of tiles are filled up with zeros.</summary>
    public long StepsOf(long k) => IsTiled ? (k + TilePacker.RowElements - 1) / TilePacker.RowElements * TilePacker.RowPairs : (k + PerStep - 1) / PerStep;

    /// <summary>Rows of a packed panel of B for <paramref name="k"/> elements: the steps and, behind those of bytes, what is added to the sums.</summary>
    public long RowsOf(long k) => StepsOf(k) + (Operation == MicroOperation.ByteQuads ? 1 : 0);

    /// <summary>Rows of packed panels before the block of k that starts at <paramref name="k"/>.</summary>
    public long RowsBefore(long k) => k / KBlock * RowsOf(KBlock);

    /// <summary>Packs columns <c>[n0, n0 + n)</c> of rows <c>[pc, pc + kc)</c> of B, panel after panel.</summary>
    public void PackB(in MatrixOperand b, long pc, long kc, long n0, long n, byte* target)
    {
        int lanes = Kernels.Lanes, most = Kernels.MaxColumns;
        long rows = RowsOf(kc);
        bool together = Operation == MicroOperation.ByteQuads && b.ColumnStride == 1;
        for (long j = 0; j < n && together; j += ColumnsTogether)
        {
            IntegerPanels.PackRows((byte*)b.Advanced(pc * b.RowStride + n0 + j).Data, b.RowStride, (int)Math.Min(ColumnsTogether, n - j), most, lanes, kc, (uint*)target + rows * j, rows);
        }
        for (long j = 0; j < n; j += most)
        {
            int width = (int)Math.Min(most, n - j);
            int padded = (width + lanes - 1) / lanes * lanes;
            byte* panel = target + rows * j * StepBytes;
            if (!together) PackPanel(b.Advanced(pc * b.RowStride + (n0 + j) * b.ColumnStride), b.ColumnStride, b.RowStride, width, padded, kc, panel);
            FinishPanelOfB(panel, padded, kc);
        }
    }

    /// <summary>Packs <paramref name="rows"/> rows of A from <paramref name="row"/> on, columns <c>[pc, pc + kc)</c>.</summary>
    public void PackA(in MatrixOperand a, long row, int rows, long pc, long kc, byte* target)
    {
        MatrixOperand first = a.Advanced(row * a.RowStride + pc * a.ColumnStride);
        if (IsTiled) TilePacker.PackRows((byte*)first.Data, a.RowStride * 2, a.ColumnStride * 2, rows, kc, target, Isa);
        else PackPanel(first, a.RowStride, a.ColumnStride, rows, rows, kc, target);
        if (_flipsA) IntegerPanels.FlipSigns(target, rows * StepsOf(kc));
    }

    /// <summary>Writes what comes behind the steps of a panel of B.</summary>
    public void FinishPanelOfB(byte* panel, int padded, long kc)
    {
        if (Operation == MicroOperation.ByteQuads) IntegerPanels.Balance(panel, padded, StepsOf(kc), _flipsA);
    }

    /// <summary>Packs the <paramref name="width"/> elements <paramref name="across"/> apart of <paramref name="k"/> steps <paramref name="along"/> apart, filled up with zeros to <paramref name="padded"/>.</summary>
    public void PackPanel(in MatrixOperand source, long across, long along, int width, int padded, long k, byte* target)
    {
        int bytes = source.ElementBytes;
        byte* data = (byte*)source.Data;
        if (Operation == MicroOperation.F64) PanelPacker.PackDouble(data, across * bytes, along * bytes, width, padded, k, (double*)target);
        else if (Operation == MicroOperation.F32) PanelPacker.PackSingle(data, source.Type, across * bytes, along * bytes, width, padded, k, (float*)target, Isa);
        else if (Operation == MicroOperation.ByteQuads) IntegerPanels.PackQuads(data, across, along, width, padded, k, (uint*)target, Isa);
        else if (source.Type is MatmulType.I8 or MatmulType.UI8) IntegerPanels.PackWords(data, source.Type == MatmulType.I8, across, along, width, padded, k, (float*)target, Isa);
        else
        {
            PanelPacker.PackPairs(data, across * bytes, along * bytes, width, padded, k, (float*)target, Isa);
            long written = (k + 1) / 2;
            new Span<uint>((uint*)target + written * padded, (int)(StepsOf(k) - written) * padded).Clear();
        }
    }
}
