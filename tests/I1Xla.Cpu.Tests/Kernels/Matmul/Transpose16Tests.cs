using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Tests.Kernels.Matmul;

public sealed unsafe class Transpose16Tests
{
    [TestCase(16)]
    [TestCase(11)]
    [TestCase(8)]
    [TestCase(6)]
    [TestCase(1)]
    public void HalvesOfAvx2GiveTheSameAsAWholeBlock(int rows)
    {
        if (!Avx2.IsSupported) Assert.Ignore("The processor has no AVX2.");
        Check<Lanes32>(rows);
        Check<LanesBf16>(rows);
        Check<LanesF16>(rows);
        Check<LanesByte>(rows);
    }

    private static void Check<TSource>(int rows)
        where TSource : struct, ILaneSource
    {
        const int RowElements = 20;
        byte* source = stackalloc byte[16 * RowElements * 4];
        new Random(rows).NextBytes(new Span<byte>(source, 16 * RowElements * 4));
        int stride = rows, rowBytes = RowElements * TSource.ElementBytes;
        float[] target = new float[16 * 16 + 16];
        fixed (float* to = target) Transpose16.InHalves<TSource>(source, rowBytes, rows, to, stride);
        Compare<TSource>(source, rowBytes, rows, target);
        if (rows > 8) return;
        float[] octets = new float[16 * 16 + 16];
        fixed (float* to = octets)
        {
            Transpose16.Octet<TSource>(source, rowBytes, rows, to, stride);
            Transpose16.Octet<TSource>(source + 8 * TSource.ElementBytes, rowBytes, rows, to + 8 * stride, stride);
        }
        Compare<TSource>(source, rowBytes, rows, octets);
    }

    private static void Compare<TSource>(byte* source, int rowBytes, int rows, float[] target)
        where TSource : struct, ILaneSource
    {
        for (int column = 0; column < 16; column++)
        {
            for (int row = 0; row < rows; row++)
            {
                float want = TSource.Load(source + row * rowBytes + column * TSource.ElementBytes), got = target[column * rows + row];
                Assert.That(float.IsNaN(want) ? float.IsNaN(got) : got == want, $"{typeof(TSource).Name} {row}, {column}: {got} for {want}");
            }
        }
    }
}
