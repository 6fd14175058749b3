namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Products on tiles against those of the AVX-512 kernels, on one thread, before tiles are used for the first time in a process. The elements are small
/// integers, whose sums are exact in any order.
/// </summary>
internal static unsafe class TileCheck
{
    private static readonly (int M, int N, int K, bool Turned, bool Accumulate)[] s_products =
    [
        (1, 1, 1, false, false), (16, 16, 32, false, true), (32, 32, 64, false, false), (17, 33, 65, true, false), (70, 50, 1100, false, true), (33, 7, 30, true, true),
    ];

    /// <summary>What is wrong; null when all products agree.</summary>
    public static string? Run()
    {
        foreach ((int m, int n, int k, bool turned, bool accumulate) in s_products)
        {
            ushort[] a = Integers(m * k, 1), b = Integers(k * n, 2);
            float[] onTiles = new float[m * n], onVectors = new float[m * n];
            for (int i = 0; i < m * n; i++) onTiles[i] = onVectors[i] = i % 19;
            Multiply(a, b, onTiles, m, n, k, turned, accumulate, IsaLevel.Avx512Amx);
            Multiply(a, b, onVectors, m, n, k, turned, accumulate, IsaLevel.Avx512Bf16);
            if (!onTiles.AsSpan().SequenceEqual(onVectors)) return $"their product of {m} × {k} and {k} × {n} differs from that of AVX-512";
        }
        return null;
    }

    private static void Multiply(ushort[] a, ushort[] b, float[] c, int m, int n, int k, bool turned, bool accumulate, IsaLevel isa)
    {
        fixed (ushort* pa = a, pb = b)
        fixed (float* pc = c)
        {
            var problem = new MatmulProblem
            {
                M = m,
                N = n,
                K = k,
                A = turned ? new(pa, MatmulType.BF16, 1, m) : new(pa, MatmulType.BF16, k),
                B = turned ? new(pb, MatmulType.BF16, 1, k) : new(pb, MatmulType.BF16, n),
                C = new(pc, MatmulType.F32, n),
                Accumulate = accumulate,
            };
            new BlockedMatmul(problem, MatmulPlan.Create(MatmulType.BF16, MatmulType.BF16, k, false, isa)).Run(0, 0, m, 0, n);
        }
    }

    // From -8 to 8: exact in bf16.
    private static ushort[] Integers(int count, uint seed)
    {
        var values = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            seed = seed * 1664525 + 1013904223;
            values[i] = TileStore.RoundToBf16((int)(seed >> 16) % 17 - 8);
        }
        return values;
    }
}
