using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Tests.Kernels.Tiles;

public sealed unsafe class TilePackerTests
{
    [Test]
    public void EveryElementLiesWhereItsTileIsAndTheRestIsZero()
    {
        var random = new Random(51);
        foreach (int rows in new[] { 1, 2, 15, 16, 17, 31, 32 })
        {
            foreach (int k in new[] { 1, 2, 31, 32, 33, 63, 65, 96 })
            {
                foreach ((int row, int step) in new[] { (k, 1), (k + 3, 1), (1, rows), (1, rows + 30), (2, 2 * rows + 1), (2 * k + 1, 2) })
                {
                    var source = new ushort[(rows - 1) * row + (k - 1) * step + 1];
                    for (int i = 0; i < source.Length; i++) source[i] = (ushort)random.Next(1, 0x10000);
                    int tiles = (k + 31) / 32, size = tiles * rows * 32;
                    var target = new ushort[size + 32];
                    Array.Fill(target, ushort.MaxValue);
                    fixed (ushort* from = source, to = target) TilePacker.PackRows((byte*)from, row * 2, step * 2, rows, k, (byte*)to, IsaLevel.Avx512Amx);
                    for (int at = 0; at < size; at++)
                    {
                        int i = at / 32 % rows, p = at / 32 / rows * 32 + at % 32;
                        int expected = p < k ? source[i * row + p * step] : 0;
                        if (target[at] != expected) Assert.Fail($"{rows} rows {row} apart of {k} elements {step} apart: [{i},{p}] is {target[at]}, expected {expected}");
                    }
                    Assert.That(target[size..], Is.All.EqualTo(ushort.MaxValue), "writes behind the packed rows");
                }
            }
        }
    }
}
