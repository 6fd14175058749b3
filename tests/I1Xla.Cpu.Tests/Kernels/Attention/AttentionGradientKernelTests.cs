using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Attention;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Tests.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Attention;

/// <summary>The gradient kernel, and the masks of both, against sums in double precision.</summary>
public sealed unsafe class AttentionGradientKernelTests
{
    private static readonly WorkerPool s_pool = new(3);

    private static IEnumerable<IsaLevel> Levels => CpuIsa.Available;

    [TestCaseSource(nameof(Levels))]
    public void GradientsMatchThoseOfTheFormula(IsaLevel isa)
    {
        var random = new Random(12);
        foreach ((int heads, int queries, int keys, int dim, int valueDim) in new[] { (1, 1, 2, 1, 1), (3, 20, 33, 8, 8), (2, 70, 300, 72, 72), (9, 260, 143, 16, 5), (5, 33, 40, 64, 40), (1, 300, 300, 33, 32) })
        {
            foreach (MatmulType type in new[] { MatmulType.F32, MatmulType.BF16, MatmulType.F16 })
            {
                for (int mask = 0; mask < 4; mask++) Compare(random, isa, heads, queries, keys, dim, valueDim, type, mask);
            }
        }
    }

    // Masks: none, by key, by query and key, inverted with a whole row masked.
    internal static void Compare(Random random, IsaLevel isa, int heads, int queries, int keys, int dim, int valueDim, MatmulType type, int kind)
    {
        using var q = new TestMatrix(random, type, queries, dim, random.Next(5), heads, 1);
        using var k = new TestMatrix(random, type, keys, dim, random.Next(5), heads, 1);
        using var v = new TestMatrix(random, type, keys, valueDim, random.Next(5), heads, 1);
        using var o = new TestMatrix(random, MatmulType.F32, queries, valueDim, random.Next(5), heads, 1);
        using var g = new TestMatrix(random, type, queries, valueDim, random.Next(5), heads, 1);
        using var dq = new TestMatrix(random, MatmulType.F32, queries, dim, random.Next(5), heads, 1);
        using var dk = new TestMatrix(random, MatmulType.F32, keys, dim, random.Next(5), heads, 1);
        using var dv = new TestMatrix(random, MatmulType.F32, keys, valueDim, random.Next(5), heads, 1);
        TestMatrix[] written = [o, dq, dk, dv];
        TestMatrix[] before = [.. written.Select(m => m.Clone())];
        var maximum = new float[heads * queries];
        var sum = new float[heads * queries];
        var mask = new byte[(kind == 1 ? 1 : queries) * keys];
        for (int i = 0; i < mask.Length; i++) mask[i] = (byte)(random.Next(3) == 0 ? 0 : 1);
        for (int i = 0; i < mask.Length; i += keys) mask[i] = 1;
        if (kind == 3)
        {
            mask.AsSpan(0, keys).Clear();
            for (int i = 0; i < mask.Length; i++) mask[i] ^= 1;
        }
        fixed (float* mostPointer = maximum, sumPointer = sum)
        fixed (byte* maskPointer = mask)
        {
            var forward = new AttentionProblem
            {
                QueryTokens = queries,
                KeyTokens = keys,
                HeadDim = dim,
                ValueDim = valueDim,
                Q = q.Operand,
                K = k.Operand,
                V = v.Operand,
                O = o.Operand,
                Scale = 3 / MathF.Sqrt(dim),
                Maximum = mostPointer,
                Sum = sumPointer,
                QOffsets = q.Offsets,
                KOffsets = k.Offsets,
                VOffsets = v.Offsets,
                OOffsets = o.Offsets,
                Mask = kind == 0 ? default : new MatrixOperand(maskPointer, MatmulType.F32, kind == 1 ? 0 : keys),
                MaskedScore = float.MinValue,
                MaskInverted = kind == 3,
            };
            AttentionKernel.Forward(forward, s_pool, isa);
            var problem = new AttentionGradientProblem
            {
                Forward = forward,
                GradientO = g.Operand,
                GradientOOffsets = g.Offsets,
                MaskGradient = true,
                ScaleQ = 0.5f,
                ScaleK = 0.25f,
                ScaleV = 2,
                GradientQ = dq.Operand,
                GradientK = dk.Operand,
                GradientV = dv.Operand,
                GradientQOffsets = dq.Offsets,
                GradientKOffsets = dk.Offsets,
                GradientVOffsets = dv.Offsets,
            };
            AttentionGradientKernel.Run(problem, s_pool, isa);
        }
        double tolerance = type == MatmulType.BF16 && isa >= IsaLevel.Avx512Bf16 ? 8e-3 : 2e-5;
        string where = $"{isa} {type} heads {heads} queries {queries} keys {keys} dim {dim} {valueDim} mask {kind}";
        for (int h = 0; h < heads; h++)
        {
            var p = new double[queries, keys];
            var ds = new double[queries, keys];
            for (int i = 0; i < queries; i++)
            {
                double largest = double.NegativeInfinity, total = 0, delta = 0;
                bool Kept(int j) => kind == 0 || (mask[(kind == 1 ? 0 : i * keys) + j] != 0) != (kind == 3);
                for (int j = 0; j < keys; j++)
                {
                    for (int d = 0; d < dim; d++) p[i, j] += q[h, 0, i, d] * k[h, 0, j, d] * (3 / Math.Sqrt(dim));
                    if (!Kept(j)) p[i, j] = float.MinValue;
                    largest = Math.Max(largest, p[i, j]);
                }
                for (int j = 0; j < keys; j++) total += p[i, j] = Math.Exp(p[i, j] - largest);
                for (int j = 0; j < keys; j++)
                {
                    p[i, j] /= total;
                    for (int d = 0; d < valueDim; d++) ds[i, j] += g[h, 0, i, d] * v[h, 0, j, d];
                    delta += p[i, j] * ds[i, j];
                }
                for (int j = 0; j < keys; j++) ds[i, j] = Kept(j) ? p[i, j] * (ds[i, j] - delta) : 0;
            }
            Check($"{where} head {h} dQ", dq, h, queries, dim, tolerance, (i, d) => Sum(keys, j => 0.5 * ds[i, j] * k[h, 0, j, d]));
            Check($"{where} head {h} dK", dk, h, keys, dim, tolerance, (j, d) => Sum(queries, i => 0.25 * ds[i, j] * q[h, 0, i, d]));
            Check($"{where} head {h} dV", dv, h, keys, valueDim, tolerance, (j, d) => Sum(queries, i => 2 * p[i, j] * g[h, 0, i, d]));
        }
        for (int i = 0; i < written.Length; i++)
        {
            Assert.That(written[i].PaddingUntouched(before[i]), where);
            before[i].Dispose();
        }
    }

    private static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += term(i);
        return sum;
    }

    // The distance is measured against the largest element.
    private static void Check(string what, TestMatrix got, int head, int rows, int columns, double tolerance, Func<int, int, double> expected)
    {
        double scale = 1, worst = 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double e = expected(i, j);
                scale = Math.Max(scale, Math.Abs(e));
                worst = Math.Max(worst, double.IsNaN(got[head, 0, i, j]) ? double.PositiveInfinity : Math.Abs(got[head, 0, i, j] - e));
            }
        }
        Assert.That(worst / scale, Is.LessThan(tolerance), what);
    }
}
