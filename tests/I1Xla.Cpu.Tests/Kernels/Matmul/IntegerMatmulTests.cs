using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Matmul;

/// <summary>Products of integers have every bit of the sums modulo 2³².</summary>
public sealed unsafe class IntegerMatmulTests
{
    private static readonly WorkerPool s_pool = new(3);
    private static readonly MatmulType[] s_operands = [MatmulType.I8, MatmulType.UI8, MatmulType.I16];

    private static IEnumerable<IsaLevel> Levels => CpuIsa.Available;

    [Test]
    public void ProductsAreExact([ValueSource(nameof(Levels))] IsaLevel isa, [ValueSource(nameof(s_operands))] MatmulType left, [ValueSource(nameof(s_operands))] MatmulType right)
    {
        var random = new Random(21);
        int[] sizes = [1, 2, 3, 4, 5, 7, 8, 13, 15, 16, 17, 31, 32, 33, 63, 65, 100, 300];
        for (int round = 0; round < 60; round++)
        {
            int m = Pick(), n = Pick(), k = round == 7 ? 0 : round % 15 == 3 ? 2000 + random.Next(4000) : Pick();
            Check(new Case(m, n, k, left, right, random.Next(4), random.Next(4), random.Next(3), random.Next(1, 4), random.Next(3) == 0, random.Next(3) == 0, round % 4 == 1), isa, random);
        }

        int Pick() => sizes[random.Next(sizes.Length)];
    }

    [Test]
    public void MistakesAreNamed()
    {
        int x = 0;
        var problem = new MatmulProblem { M = 1, N = 1, K = 1, A = new(&x, MatmulType.I8, 1), B = new(&x, MatmulType.F32, 1), C = new(&x, MatmulType.I32, 1) };
        Assert.That(Assert.Throws<ArgumentException>(() => MatmulKernel.Run(problem))!.Message, Does.Contain("I8").And.Contain("F32"));
        problem = problem with { B = new(&x, MatmulType.I8, 1), C = new(&x, MatmulType.F32, 1) };
        Assert.That(Assert.Throws<ArgumentException>(() => MatmulKernel.Run(problem))!.Message, Does.Contain("I8").And.Contain("F32"));
        problem = problem with { C = new(&x, MatmulType.I16, 1) };
        Assert.That(Assert.Throws<ArgumentException>(() => MatmulKernel.Run(problem))!.Message, Does.Contain("I16"));
        problem = problem with { A = new(&x, MatmulType.I32, 1), C = new(&x, MatmulType.I32, 1) };
        Assert.That(Assert.Throws<ArgumentException>(() => MatmulKernel.Run(problem))!.Message, Does.Contain("I32"));
    }

    private sealed record Case(int M, int N, int K, MatmulType A, MatmulType B, int ALayout, int BLayout, int CLayout, int Batch, bool Accumulate, bool Packed, bool Extreme);

    private static void Check(Case t, IsaLevel isa, Random random)
    {
        bool packed = t.Packed && t.Batch == 1;
        Operand a = new(t.A, t.M, t.K, t.ALayout, t.Batch), b = new(t.B, t.K, t.N, t.BLayout, t.Batch), c = new(MatmulType.I32, t.M, t.N, t.CLayout, t.Batch);
        foreach (Operand operand in new[] { a, b, c }) operand.Fill(random, t.Extreme);
        byte[] before = [.. c.Bytes];
        fixed (byte* pa = a.Bytes, pb = b.Bytes, pc = c.Bytes)
        {
            using PackedMatrix? packedB = packed ? PackedMatrix.Pack(b.At(pb), t.K, t.N, t.A, false, isa) : null;
            var problem = new MatmulProblem { M = t.M, N = t.N, K = t.K, OuterBatch = t.Batch, A = a.At(pa), B = b.At(pb), C = c.At(pc), Accumulate = t.Accumulate && (t.CLayout == 0 || (t.CLayout == 1 && !packed)), PackedB = packedB };
            MatmulKernel.Run(problem, s_pool, isa);
            // What is not part of the result keeps its bytes.
            byte[] wanted = [.. before];
            fixed (byte* pw = wanted)
            {
                for (int batch = 0; batch < t.Batch; batch++)
                {
                    for (int i = 0; i < t.M; i++)
                    {
                        for (int j = 0; j < t.N; j++)
                        {
                            int* sum = (int*)c.Address(pw, batch, i, j);
                            if (!problem.Accumulate) *sum = 0;
                            for (int k = 0; k < t.K; k++) *sum = unchecked(*sum + a.Read(pa, batch, i, k) * b.Read(pb, batch, k, j));
                        }
                    }
                }
            }
            Assert.That(c.Bytes.AsSpan().CommonPrefixLength(wanted), Is.EqualTo(wanted.Length), $"{t} {isa}");
        }
    }

    // A batch of matrices. 0: rows; 1: columns; 2: gaps both ways; 3: padded rows.
    private sealed class Operand
    {
        private readonly MatmulType _type;
        private readonly int _size;
        private readonly long _row, _column, _matrix;

        public Operand(MatmulType type, int rows, int columns, int layout, int batch)
        {
            (_type, _size) = (type, type == MatmulType.I32 ? 4 : type == MatmulType.I16 ? 2 : 1);
            (_row, _column) = layout switch { 0 => (columns, 1L), 1 => (1L, rows), 2 => (3L * columns + 1, 3L), _ => (columns + 5L, 1L) };
            _matrix = Math.Max(rows - 1, 0) * _row + Math.Max(columns - 1, 0) * _column + 3;
            Bytes = new byte[batch * _matrix * _size];
        }

        public byte[] Bytes { get; }

        public void Fill(Random random, bool extreme)
        {
            random.NextBytes(Bytes);
            // The numbers of the largest magnitude, of which sums of pairs could saturate.
            for (int i = 0; extreme && i < Bytes.Length; i += _size)
            {
                Bytes.AsSpan(i, _size).Clear();
                Bytes[i + _size - 1] = _type == MatmulType.UI8 ? (byte)255 : (byte)128;
            }
        }

        public MatrixOperand At(byte* data) => new(data, _type, _row, _column) { OuterStride = _matrix };

        public byte* Address(byte* data, int matrix, int i, int j) => data + (matrix * _matrix + i * _row + j * _column) * _size;

        public int Read(byte* data, int matrix, int i, int j)
        {
            byte* at = Address(data, matrix, i, j);
            return _type switch { MatmulType.I8 => *(sbyte*)at, MatmulType.UI8 => *at, MatmulType.I16 => *(short*)at, _ => *(int*)at };
        }
    }
}
