using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Attention;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Kernels.Vectors;
using I1Xla.Cpu.Tests.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Attention;

public sealed unsafe class AttentionKernelTests
{
    private static readonly WorkerPool s_pool = new(3);

    private static IEnumerable<IsaLevel> Levels => CpuIsa.Available;

    [TestCaseSource(nameof(Levels))]
    public void ForwardMatchesSoftmaxOfTheScores(IsaLevel isa)
    {
        var random = new Random(11);
        foreach ((int heads, int queries, int keys, int dim, int valueDim) in new[] { (1, 1, 1, 1, 1), (3, 20, 33, 8, 8), (2, 70, 300, 72, 72), (2, 150, 513, 16, 5), (5, 33, 40, 64, 40) })
        {
            foreach (MatmulType type in new[] { MatmulType.F32, MatmulType.BF16, MatmulType.F16 })
            {
                for (int bias = 0; bias < 3; bias++) Compare(random, isa, heads, queries, keys, dim, valueDim, type, bias);
            }
        }
    }

    [Test]
    public void ExponentialsAreWithinTwoUlp()
    {
        ExponentialsAreWithinTwoUlp<Floats256>();
        if (Avx512F.IsSupported) ExponentialsAreWithinTwoUlp<Floats512>();
    }

    private static void ExponentialsAreWithinTwoUlp<T>() where T : unmanaged, IFloats<T>
    {
        double worst = 0;
        for (long bits = 0; bits < 1L << 32; bits += 4099)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsNaN(x) || x > 88) continue;
            float got = Exp(x);
            double exact = Math.Exp(x);
            if (exact < 1.2e-38) Assert.That(got, Is.LessThan(1.3e-38f), $"{x}");
            else worst = Math.Max(worst, Math.Abs(got - exact) / (MathF.BitIncrement((float)exact) - (float)exact));
        }
        Assert.That(worst, Is.LessThan(2));
        Assert.That(Exp(float.NaN), Is.NaN);
        Assert.That(Exp(float.NegativeInfinity), Is.Zero);

        static float Exp(float x)
        {
            float* lanes = stackalloc float[T.Count];
            T.Exp(T.Create(x)).Store(lanes);
            return lanes[T.Count - 1];
        }
    }

    internal static void Compare(Random random, IsaLevel isa, int heads, int queries, int keys, int dim, int valueDim, MatmulType type, int bias)
    {
        using var q = new TestMatrix(random, type, queries, dim, random.Next(5), heads, 1);
        using var k = new TestMatrix(random, type, keys, dim, random.Next(5), heads, 1);
        using var v = new TestMatrix(random, type, keys, valueDim, random.Next(5), heads, 1);
        using var o = new TestMatrix(random, MatmulType.F32, queries, valueDim, random.Next(5), heads, 1);
        using var b = new TestMatrix(random, MatmulType.F32, bias == 1 ? 1 : queries, keys, 0, heads, 1);
        using TestMatrix before = o.Clone();
        MatrixOperand added = b.Operand;
        if (bias == 1) added.RowStride = 0;
        // A masked key, and a bias that keeps scores apart.
        if (bias > 0) ((float*)added.Data)[keys / 2] = float.NegativeInfinity;
        var most = new float[heads * queries];
        var sums = new float[heads * queries];
        fixed (float* maximum = most, pointer = sums)
        {
            var problem = new AttentionProblem
            {
                QueryTokens = queries,
                KeyTokens = keys,
                HeadDim = dim,
                ValueDim = valueDim,
                Q = q.Operand,
                K = k.Operand,
                V = v.Operand,
                O = o.Operand,
                Bias = bias > 0 ? added : default,
                BiasOffsets = bias > 0 ? b.Offsets : null,
                Scale = 3 / MathF.Sqrt(dim),
                Maximum = maximum,
                Sum = pointer,
                QOffsets = q.Offsets,
                KOffsets = k.Offsets,
                VOffsets = v.Offsets,
                OOffsets = o.Offsets,
            };
            AttentionKernel.Forward(problem, s_pool, isa);
            if (keys == 1 && bias > 0) return;
            double tolerance = type == MatmulType.BF16 && isa >= IsaLevel.Avx512Bf16 ? 6e-3 : 3e-5;
            var score = new double[keys];
            for (int h = 0; h < heads; h++)
            {
                for (int i = 0; i < queries; i++)
                {
                    double largest = double.NegativeInfinity, sum = 0;
                    for (int j = 0; j < keys; j++)
                    {
                        score[j] = 0;
                        for (int d = 0; d < dim; d++) score[j] += q[h, 0, i, d] * k[h, 0, j, d];
                        score[j] = score[j] * problem.Scale + (bias > 0 ? ((float*)added.Data)[h * added.OuterStride + i * added.RowStride + j * added.ColumnStride] : 0);
                        largest = Math.Max(largest, score[j]);
                    }
                    for (int j = 0; j < keys; j++) sum += score[j] = Math.Exp(score[j] - largest);
                    string where = $"{isa} {type} heads {heads} queries {queries} keys {keys} dim {dim} bias {bias} [{h},{i}]";
                    Assert.That(most[h * queries + i] + Math.Log(sums[h * queries + i]), Is.EqualTo(largest + Math.Log(sum)).Within(1e-4), where);
                    for (int d = 0; d < valueDim; d++)
                    {
                        double expected = 0;
                        for (int j = 0; j < keys; j++) expected += score[j] / sum * v[h, 0, j, d];
                        if (!(Math.Abs(o[h, 0, i, d] - expected) <= tolerance)) Assert.Fail($"{where} {d}: {o[h, 0, i, d]} for {expected}");
                    }
                }
            }
        }
        Assert.That(o.PaddingUntouched(before));
    }
}
