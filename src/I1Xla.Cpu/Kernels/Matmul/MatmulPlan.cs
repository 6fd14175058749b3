namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>The choices of a matmul that depend only on types, k and the instruction set: the micro-kernels, and how k is cut into blocks.</summary>
internal sealed unsafe class MatmulPlan
{
    /// <summary>Bytes of one packed row of A in a block of k; tuned so that a column panel of B stays near the first-level cache.</summary>
    private const int BlockBytes = 2560;

    private MatmulPlan(MicroOperation operation, IsaLevel isa, long k)
    {
        Operation = operation;
        Isa = isa;
        Kernels = MicroKernels.Get(operation, isa);
        StepBytes = operation == MicroOperation.F64 ? 8 : 4;
        int perStep = operation == MicroOperation.Bf16Pairs ? 2 : 1;
        long most = BlockBytes / StepBytes * perStep;
        long blocks = Math.Max((k + most - 1) / most, 1);
        // Equal blocks, each a whole number of unrolled steps.
        KBlock = Math.Max((((k + blocks - 1) / blocks) + 7) / 8 * 8, 8);
    }

    /// <summary>The multiply-add.</summary>
    public MicroOperation Operation { get; }

    /// <summary>The instruction set.</summary>
    public IsaLevel Isa { get; }

    /// <summary>The micro-kernels.</summary>
    public MicroKernels Kernels { get; }

    /// <summary>Bytes of one packed element (of one pair, for bf16).</summary>
    public int StepBytes { get; }

    /// <summary>Length of every block of k but the last.</summary>
    public long KBlock { get; }

    public static MatmulPlan Create(MatmulType a, MatmulType b, long k, bool widenBf16, IsaLevel isa)
    {
        if ((a == MatmulType.F64) != (b == MatmulType.F64)) throw new ArgumentException($"Matmul operands are {a} and {b}; f64 multiplies only f64.");
        bool pairs = a == MatmulType.BF16 && b == MatmulType.BF16 && !widenBf16 && isa >= IsaLevel.Avx512Bf16;
        MicroOperation operation = a == MatmulType.F64 ? MicroOperation.F64 : pairs ? MicroOperation.Bf16Pairs : MicroOperation.F32;
        return new MatmulPlan(operation, isa, k);
    }

    /// <summary>Packed steps for <paramref name="k"/> elements.</summary>
    public long StepsOf(long k) => Operation == MicroOperation.Bf16Pairs ? (k + 1) / 2 : k;

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
    public void PackA(in MatrixOperand a, long row, int rows, long pc, long kc, byte* target) =>
        PackPanel(a.Advanced(row * a.RowStride + pc * a.ColumnStride), a.RowStride, a.ColumnStride, rows, rows, kc, target);

    private void PackPanel(in MatrixOperand source, long across, long along, int width, int padded, long k, byte* target)
    {
        int bytes = source.ElementBytes;
        byte* data = (byte*)source.Data;
        if (Operation == MicroOperation.F64) PanelPacker.PackDouble(data, across * bytes, along * bytes, width, padded, k, (double*)target);
        else if (Operation == MicroOperation.Bf16Pairs) PanelPacker.PackPairs(data, across * bytes, along * bytes, width, padded, k, (float*)target, Isa);
        else PanelPacker.PackSingle(data, source.Type, across * bytes, along * bytes, width, padded, k, (float*)target, Isa);
    }
}
