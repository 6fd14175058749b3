using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Matmul;

public sealed unsafe class MatmulKernelTests
{
    private static readonly WorkerPool s_pool = new(2);

    private static IEnumerable<IsaLevel> Levels => CpuIsa.Available;

    [TestCaseSource(nameof(Levels))]
    public void RandomProblemsMatchAPlainLoop(IsaLevel isa)
    {
        var random = new Random(7);
        int[] sizes = [1, 2, 3, 5, 7, 8, 13, 14, 15, 16, 17, 29, 31, 32, 33, 64, 72, 100, 130];
        for (int round = 0; round < 160; round++)
        {
            int m = sizes[random.Next(sizes.Length)], n = sizes[random.Next(sizes.Length)], k = sizes[random.Next(sizes.Length)];
            if (round % 40 == 0) k = 1500 + random.Next(1500);
            if (round % 50 == 7) k = 0;
            var type = (MatmulType)random.Next(4);
            MatmulType b = type == MatmulType.F64 ? type : random.Next(3) == 0 ? (MatmulType)random.Next(3) : type;
            MatmulType c = type == MatmulType.F64 ? type : (MatmulType)random.Next(3);
            Compare(new Case(m, n, k, type, b, c, random.Next(4), random.Next(4), random.Next(5), random.Next(1, 3), random.Next(1, 3), random.Next(3) == 0, random.Next(3) == 0, random.Next(4) == 0), isa, random, s_pool);
        }
    }

    [TestCaseSource(nameof(Levels))]
    public void LargeProblemsSplitOverThreads(IsaLevel isa)
    {
        var random = new Random(8);
        using var five = new WorkerPool(5);
        foreach ((int m, int n, int k) in new[] { (300, 400, 700), (31, 1000, 513), (1000, 33, 513), (257, 129, 1), (3, 1033, 700), (5, 1031, 1300), (13, 517, 900), (90, 515, 600), (131, 1057, 17), (120, 2100, 32) })
        {
            Compare(new Case(m, n, k, MatmulType.F32, MatmulType.F32, MatmulType.F32, 0, 1, 0, 1, 1, false, false, false), isa, random, s_pool);
            Compare(new Case(m, n, k, MatmulType.BF16, MatmulType.BF16, MatmulType.BF16, 1, 0, 0, 1, 1, false, true, false), isa, random, five);
        }
    }

    [Test]
    public void TheSplitDoesNotChangeTheBits([ValueSource(nameof(Levels))] IsaLevel isa, [Values(2, 13, 90, 200)] int m)
    {
        var random = new Random(9);
        const int N = 301, K = 1300;
        float[] a = Values(random, m * K), b = Values(random, K * N);
        var results = new List<float[]>();
        foreach (int threads in new[] { 1, 2, 7 })
        {
            using var pool = new WorkerPool(threads);
            var c = new float[m * N];
            fixed (float* pa = a, pb = b, pc = c)
            {
                var problem = new MatmulProblem { M = m, N = N, K = K, A = new(pa, MatmulType.F32, K), B = new(pb, MatmulType.F32, N), C = new(pc, MatmulType.F32, N) };
                MatmulKernel.Run(problem, pool, isa);
            }
            results.Add(c);
        }
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[2], Is.EqualTo(results[0]));
    }

    [TestCaseSource(nameof(Levels))]
    public void PackingWithinTheProductDoesNotChangeTheBits(IsaLevel isa)
    {
        var random = new Random(10);
        foreach ((int m, int n, int k) in new[] { (29, 32, 17), (43, 65, 64), (100, 127, 1301), (400, 96, 31), (70, 1057, 17) })
        {
            float[] a = Values(random, m * k), b = Values(random, k * n), within = new float[m * n], before = new float[m * n];
            fixed (float* pa = a, pb = b, pw = within, pc = before)
            {
                var problem = new MatmulProblem { M = m, N = n, K = k, A = new(pa, MatmulType.F32, k), B = new(pb, MatmulType.F32, n), C = new(pw, MatmulType.F32, n) };
                MatmulKernel.Run(problem, s_pool, isa);
                using PackedMatrix packed = PackedMatrix.Pack(problem.B, k, n, MatmulType.F32, false, isa);
                MatmulKernel.Run(problem with { PackedB = packed, C = new(pc, MatmulType.F32, n) }, s_pool, isa);
            }
            Assert.That(within, Is.EqualTo(before), $"{m} × {n} × {k}");
        }
    }

    [Test]
    public void MistakesAreNamed()
    {
        float* data = stackalloc float[4];
        var problem = new MatmulProblem { M = 1, N = 1, K = 1, A = new(data, MatmulType.F64, 1), B = new(data, MatmulType.F32, 1), C = new(data, MatmulType.F64, 1) };
        Assert.That(Assert.Throws<ArgumentException>(() => MatmulKernel.Run(problem))!.Message, Does.Contain("F64").And.Contain("F32"));
        problem = problem with { A = new(data, MatmulType.F32, 1), C = new(data, MatmulType.BF16, 1), Accumulate = true };
        Assert.That(Assert.Throws<ArgumentException>(() => MatmulKernel.Run(problem))!.Message, Does.Contain("f32"));
        // A packed right operand keeps the problem from being turned around.
        using PackedMatrix packed = PackedMatrix.Pack(new(data, MatmulType.F32, 1), 1, 2, MatmulType.F32);
        problem = problem with { M = 2, N = 2, C = new(data, MatmulType.F32, 1, 2), PackedB = packed };
        Assert.That(Assert.Throws<ArgumentException>(() => MatmulKernel.Run(problem))!.Message, Does.Contain("adjacent columns"));
    }

    internal sealed record Case(int M, int N, int K, MatmulType A, MatmulType B, MatmulType C, int ALayout, int BLayout, int CLayout, int Outer, int Inner, bool Accumulate, bool Epilogue, bool Packed);

    internal static void Compare(Case given, IsaLevel isa, Random random, WorkerPool pool)
    {
        Case t = given;
        // Adding needs a result of the accumulator's type with adjacent rows or columns; epilogues with it, adjacent columns.
        bool accumulate = t.Accumulate && t.C is MatmulType.F32 or MatmulType.F64 && t.Accumulate && (t.CLayout == 0 || (t.CLayout == 1 && !t.Epilogue && !(t.Packed && t.Outer == 1 && t.Inner == 1)));
        // In place where C could hold the sums, in scratch memory elsewhere; tiles of 64 columns, or all.
        bool inPlace = accumulate || (t.C is MatmulType.F32 or MatmulType.F64 && t.CLayout is 0 or 2 && t.M % 2 == 0);
        bool packed = t.Packed && t.Outer == 1 && t.Inner == 1;
        using var a = new TestMatrix(random, t.A, t.M, t.K, t.ALayout, t.Outer, t.Inner);
        using var b = new TestMatrix(random, t.B, t.K, t.N, t.BLayout, t.Outer, t.Inner);
        using var c = new TestMatrix(random, t.C, t.M, t.N, t.CLayout, t.Outer, t.Inner);
        using var before = c.Clone();
        using PackedMatrix? packedB = packed ? PackedMatrix.Pack(b.Operand, t.K, t.N, t.A, false, isa) : null;
        var problem = new MatmulProblem
        {
            M = t.M,
            N = t.N,
            K = t.K,
            OuterBatch = t.Outer,
            InnerBatch = t.Inner,
            A = a.Operand,
            B = b.Operand,
            C = c.Operand,
            Accumulate = accumulate,
            PackedB = packedB,
            Epilogue = t.Epilogue ? new TwicePlusPosition(c.Operand, t.Inner, inPlace, t.N <= 40 ? t.N : 64) : null,
        };
        MatmulKernel.Run(problem, pool, isa);
        double tolerance = t.A == MatmulType.F64 ? 1e-13 : 2e-6;
        double store = t.C switch { MatmulType.BF16 => 1.0 / 256, MatmulType.F16 => 1.0 / 2048, _ => 0 };
        for (int outer = 0; outer < t.Outer; outer++)
        {
            for (int inner = 0; inner < t.Inner; inner++)
            {
                for (int i = 0; i < t.M; i++)
                {
                    for (int j = 0; j < t.N; j++)
                    {
                        double sum = accumulate ? before[outer, inner, i, j] : 0, size = Math.Abs(sum);
                        for (int k = 0; k < t.K; k++)
                        {
                            double product = a[outer, inner, i, k] * b[outer, inner, k, j];
                            sum += product;
                            size += Math.Abs(product);
                        }
                        if (t.Epilogue) sum = 2 * sum + i + 10.0 * j + 100.0 * (outer * t.Inner + inner);
                        double got = c[outer, inner, i, j];
                        double allowed = (2 * size + 1) * tolerance + Math.Abs(sum) * (store + 1e-6);
                        if (t.A == MatmulType.F64) allowed = (2 * size + 1) * tolerance + Math.Abs(sum) * 1e-15;
                        if (!(Math.Abs(got - sum) <= allowed)) Assert.Fail($"{t} {isa}: [{outer},{inner},{i},{j}] is {got}, expected {sum} ± {allowed}");
                    }
                }
            }
        }
        Assert.That(c.PaddingUntouched(before), $"{t} {isa}: wrote outside the result");
    }

    private static float[] Values(Random random, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(random.NextDouble() * 2 - 1);
        return values;
    }

    private sealed unsafe class TwicePlusPosition(MatrixOperand c, int innerBatch, bool inPlace, int tileColumns) : MatmulEpilogue
    {
        public override bool InPlace => inPlace;

        public override long TileColumns => tileColumns;

        public override void Apply(in MatmulTile tile)
        {
            if (tile.Column % tileColumns != 0 || tile.Columns > tileColumns) throw new InvalidOperationException($"a tile of {tile.Columns} columns at {tile.Column}");
            (long outer, long inner) = Math.DivRem(tile.Batch, innerBatch);
            MatrixOperand matrix = c.Advanced(outer * c.OuterStride + inner * c.InnerStride);
            for (int i = 0; i < tile.Rows; i++)
            {
                for (int j = 0; j < tile.Columns; j++)
                {
                    long at = i * tile.Stride + j, row = tile.Row + i, column = tile.Column + j;
                    double value = 2 * (tile.IsF64 ? tile.DataF64[at] : tile.Data[at]) + row + 10.0 * column + 100.0 * tile.Batch;
                    void* to = matrix.Advanced(row * matrix.RowStride + column * matrix.ColumnStride).Data;
                    switch (c.Type)
                    {
                        case MatmulType.F64: *(double*)to = value; break;
                        case MatmulType.F32: *(float*)to = (float)value; break;
                        case MatmulType.F16: *(Half*)to = (Half)value; break;
                        default: *(ushort*)to = TileStore.RoundToBf16((float)value); break;
                    }
                }
            }
        }
    }
}

/// <summary>A batch of matrices in one of several layouts, with its last element at the end of its memory.</summary>
internal sealed unsafe class TestMatrix : IDisposable
{
    private readonly byte[] _bytes;
    private GCHandle _pin;
    private readonly HashSet<long> _used = [];
    private readonly MatmulType _type;
    private readonly int _rows, _columns, _outer, _inner;

    public TestMatrix(Random random, MatmulType type, int rows, int columns, int layout, int outer, int inner)
    {
        (_type, _rows, _columns, _outer, _inner) = (type, rows, columns, outer, inner);
        // 0: rows; 1: columns; 2: padded rows; 3: padded columns; 4: gaps both ways.
        (long row, long column) = layout switch { 0 => (columns, 1L), 1 => (1L, rows), 2 => (columns + 5L, 1L), 3 => (1L, rows + 3L), _ => (2L * columns + 1, 2L) };
        row = Math.Max(row, 1);
        column = Math.Max(column, 1);
        long size = Math.Max(rows - 1, 0) * row + Math.Max(columns - 1, 0) * column + 1;
        Operand = new MatrixOperand(null, type, row, column) { InnerStride = size + 3, OuterStride = inner * (size + 3) + 7 };
        long total = (outer - 1) * Operand.OuterStride + (inner - 1) * Operand.InnerStride + size;
        int bytes = type == MatmulType.F64 ? 8 : type == MatmulType.F32 ? 4 : 2;
        _bytes = GC.AllocateUninitializedArray<byte>((int)total * bytes, pinned: false);
        _pin = GCHandle.Alloc(_bytes, GCHandleType.Pinned);
        Operand = Operand with { Data = (void*)_pin.AddrOfPinnedObject() };
        for (long i = 0; i < total; i++) Write(i, random.NextDouble() * 2 - 1);
        for (int o = 0; o < outer; o++)
        {
            for (int n = 0; n < inner; n++)
            {
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++) _used.Add(Offset(o, n, i, j));
                }
            }
        }
    }

    /// <summary>Where each matrix of the outer batch starts, in elements.</summary>
    public long[] Offsets => [.. Enumerable.Range(0, _outer).Select(o => o * Operand.OuterStride)];

    private TestMatrix(TestMatrix other)
    {
        (_type, _rows, _columns, _outer, _inner, _used) = (other._type, other._rows, other._columns, other._outer, other._inner, other._used);
        _bytes = (byte[])other._bytes.Clone();
        _pin = GCHandle.Alloc(_bytes, GCHandleType.Pinned);
        Operand = other.Operand with { Data = (void*)_pin.AddrOfPinnedObject() };
    }

    public MatrixOperand Operand { get; }

    public double this[int outer, int inner, int i, int j] => Read(Offset(outer, inner, i, j));

    public TestMatrix Clone() => new(this);

    public bool PaddingUntouched(TestMatrix before)
    {
        int bytes = _type == MatmulType.F64 ? 8 : _type == MatmulType.F32 ? 4 : 2;
        for (long i = 0; i < _bytes.Length / bytes; i++)
        {
            if (!_used.Contains(i) && Read(i) != before.Read(i)) return false;
        }
        return true;
    }

    public void Dispose() => _pin.Free();

    private long Offset(int outer, int inner, int i, int j) => outer * Operand.OuterStride + inner * Operand.InnerStride + i * Operand.RowStride + j * Operand.ColumnStride;

    private double Read(long i) => _type switch
    {
        MatmulType.F64 => ((double*)Operand.Data)[i],
        MatmulType.F32 => ((float*)Operand.Data)[i],
        MatmulType.F16 => (double)((Half*)Operand.Data)[i],
        _ => BitConverter.UInt32BitsToSingle((uint)((ushort*)Operand.Data)[i] << 16),
    };

    private void Write(long i, double value)
    {
        switch (_type)
        {
            case MatmulType.F64: ((double*)Operand.Data)[i] = value; break;
            case MatmulType.F32: ((float*)Operand.Data)[i] = (float)value; break;
            case MatmulType.F16: ((Half*)Operand.Data)[i] = (Half)value; break;
            default: ((ushort*)Operand.Data)[i] = TileStore.RoundToBf16((float)value); break;
        }
    }
}
