using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Matmul;

/// <summary>A few rows times a large matrix: every kind of operand and result, and sums in the order of k to the bit.</summary>
public sealed unsafe class FewRowsMatmulTests
{
    [Test]
    public void RandomProblemsMatchAPlainLoop([Values(1, 2, 3, 4, 5, 6, 7, 8)] int m)
    {
        using var pool = new WorkerPool(3);
        var random = new Random(m);
        for (int round = 0; round < 24; round++)
        {
            int n = random.Next(32, 400), k = random.Next(130, 300);
            MatmulType b = m <= 2 && round % 3 == 0 ? MatmulType.F16 : MatmulType.BF16;
            var problem = new MatmulKernelTests.Case(m, n, k, (MatmulType)random.Next(3), b, (MatmulType)random.Next(3), random.Next(5), round % 2 * 2, random.Next(5), random.Next(1, 3), random.Next(1, 3), round % 4 == 0, round % 3 == 0, false);
            MatmulKernelTests.Compare(problem, CpuIsa.Current, random, pool);
        }
        MatmulKernelTests.Compare(new MatmulKernelTests.Case(m, 1029, 1027, MatmulType.F32, MatmulType.F32, MatmulType.F32, 0, 0, 0, 1, 1, true, false, false), CpuIsa.Current, random, pool);
        MatmulKernelTests.Compare(new MatmulKernelTests.Case(m, 260, 511, MatmulType.F32, MatmulType.F32, MatmulType.BF16, 1, 2, 4, 4, 2, false, true, false), CpuIsa.Current, random, pool);
    }

    [TestCase(1, 1100, 1001)]
    [TestCase(3, 1031, 1029)]
    [TestCase(8, 1057, 1000)]
    public void EachSumTakesItsProductsInOrderAndOneRounding(int m, int n, int k)
    {
        var random = new Random(5);
        float[] a = [.. Enumerable.Range(0, m * k).Select(_ => random.NextSingle() - 0.5f)], b = [.. Enumerable.Range(0, k * n).Select(_ => random.NextSingle() - 0.5f)], expected = new float[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int s = 0; s < k; s++)
            {
                for (int j = 0; j < n; j++) expected[i * n + j] = MathF.FusedMultiplyAdd(a[i * k + s], b[s * n + j], expected[i * n + j]);
            }
        }
        foreach (int threads in (int[])[1, 3])
        {
            using var pool = new WorkerPool(threads);
            float[] whole = new float[m * n], pieces = new float[m * n];
            fixed (float* pa = a, pb = b, pw = whole, pp = pieces)
            {
                var problem = new MatmulProblem { M = m, N = n, K = k, A = new(pa, MatmulType.F32, k), B = new(pb, MatmulType.F32, n), C = new(pw, MatmulType.F32, n) };
                Assert.That(FewRowsMatmul.Handles(problem));
                MatmulKernel.Run(problem, pool, CpuIsa.Current);
                problem.C.Data = pp;
                int count = MatmulKernel.Pieces(problem, threads, CpuIsa.Current);
                for (int piece = 0; piece < count; piece++) MatmulKernel.RunPiece(problem, threads, piece, count, CpuIsa.Current);
            }
            Assert.That(whole, Is.EqualTo(expected));
            Assert.That(pieces, Is.EqualTo(expected));
        }
    }

    [TestCase("f32", 1100, 1000)]
    [TestCase("bf16", 96, 200)]
    public void OperandsAndResultsThatAreComputedRunWithinTheProduct(string type, int n, int k) => ProgramCheck.Check($$"""
        func.func @main(%a: tensor<5x{{k}}x{{type}}>, %b: tensor<{{k}}x{{n}}x{{type}}>, %c: tensor<{{n}}xf32>) -> tensor<5x{{n}}xf32> {
          %s = stablehlo.tanh %a : tensor<5x{{k}}x{{type}}>
          %p = stablehlo.dot_general %s, %b, contracting_dims = [1] x [0] : (tensor<5x{{k}}x{{type}}>, tensor<{{k}}x{{n}}x{{type}}>) -> tensor<5x{{n}}xf32>
          %d = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<{{n}}xf32>) -> tensor<5x{{n}}xf32>
          %r = stablehlo.add %p, %d : tensor<5x{{n}}xf32>
          return %r : tensor<5x{{n}}xf32>
        }
        """, 1e-2);
}
