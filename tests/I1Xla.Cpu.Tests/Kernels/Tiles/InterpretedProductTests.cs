using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.Cpu.Tests.Kernels.Attention;
using I1Xla.Cpu.Tests.Kernels.Convolutions;
using I1Xla.Cpu.Tests.Kernels.Matmul;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.Tests.Kernels.Tiles;

/// <summary>
/// Whole products at <see cref="IsaLevel.Avx512Amx"/>, from packing to the converted result, with interpreted kernels; no hardware is tested here. Where there are
/// tiles, the tests of the products themselves run on them, because they run on all of <see cref="CpuIsa.Available"/>.
/// </summary>
public sealed unsafe class InterpretedProductTests
{
    [TestCaseSource(typeof(InterpretedTiles), nameof(InterpretedTiles.Levels))]
    public void RandomProblemsMatchAPlainLoop(IsaLevel isa) => AtLeast(100, () => new MatmulKernelTests().RandomProblemsMatchAPlainLoop(isa));

    [TestCaseSource(typeof(InterpretedTiles), nameof(InterpretedTiles.Levels))]
    public void LargeProblemsSplitOverThreads(IsaLevel isa) => AtLeast(100, () => new MatmulKernelTests().LargeProblemsSplitOverThreads(isa));

    [TestCaseSource(typeof(InterpretedTiles), nameof(InterpretedTiles.Levels))]
    public void RandomConvolutionsMatchTheDefinition(IsaLevel isa) => AtLeast(20, () => new ConvolutionKernelTests().RandomConvolutionsMatchTheDefinition(isa));

    [TestCaseSource(typeof(InterpretedTiles), nameof(InterpretedTiles.Levels))]
    public void AttentionStaysOnVectors(IsaLevel isa)
    {
        using var tiles = new InterpretedTiles();
        AttentionKernelTests.Compare(new Random(1), isa, 2, 70, 100, 40, 40, MatmulType.BF16, 0);
        AttentionGradientKernelTests.Compare(new Random(1), isa, 2, 70, 100, 40, 40, MatmulType.BF16, 0);
        Assert.That(tiles.Calls, Is.Zero);
    }

    private static IEnumerable<object[]> Shapes()
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (17, 33, 65), (100, 100, 1000), (16, 32, 32), (33, 16, 513), (64, 70, 1600), (5, 31, 2) })
        {
            foreach (MatmulType type in new[] { MatmulType.F32, MatmulType.BF16, MatmulType.F16 })
            {
                foreach (IsaLevel isa in InterpretedTiles.Levels) yield return [isa, m, n, k, type];
            }
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void EveryLayoutEpilogueAndPackedOperand(IsaLevel isa, int m, int n, int k, MatmulType result)
    {
        var random = new Random(m + n + k);
        using var pool = new WorkerPool(2);
        AtLeast(1, () =>
        {
            bool isLarge = (long)m * n * k > 1_000_000;
            foreach (int layout in isLarge ? [0, 1, 3, 6] : Enumerable.Range(0, 8).ToArray())
            {
                int outer = layout == 5 ? 3 : 1;
                MatmulKernelTests.Compare(
                    new(m, n, k, MatmulType.BF16, MatmulType.BF16, result, layout % 5, (layout + 2) % 5, layout % 2 == 0 ? 0 : 2, outer, outer, layout % 3 == 0, layout % 2 == 1, layout is 1 or 6),
                    isa, random, pool);
            }
        });
    }

    [TestCaseSource(typeof(InterpretedTiles), nameof(InterpretedTiles.Levels))]
    public void TheSplitDoesNotChangeTheBits(IsaLevel isa)
    {
        var random = new Random(12);
        const int M = 150, N = 130, K = 700;
        var results = new List<float[]>();
        ushort[] a = [.. Enumerable.Range(0, M * K).Select(_ => TileStore.RoundToBf16(random.NextSingle() - 0.5f))], b = [.. Enumerable.Range(0, K * N).Select(_ => TileStore.RoundToBf16(random.NextSingle() - 0.5f))];
        AtLeast(3, () =>
        {
            foreach (int threads in new[] { 1, 2, 7 })
            {
                using var pool = new WorkerPool(threads);
                var c = new float[M * N];
                fixed (ushort* pa = a, pb = b)
                fixed (float* pc = c)
                    MatmulKernel.Run(new MatmulProblem { M = M, N = N, K = K, A = new(pa, MatmulType.BF16, K), B = new(pb, MatmulType.BF16, N), C = new(pc, MatmulType.F32, N) }, pool, isa);
                results.Add(c);
            }
        });
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[2], Is.EqualTo(results[0]));
    }

    // That products run on tiles at all.
    private static void AtLeast(int calls, Action action)
    {
        using var tiles = new InterpretedTiles();
        action();
        Assert.That(tiles.Calls, Is.AtLeast(calls));
    }
}
