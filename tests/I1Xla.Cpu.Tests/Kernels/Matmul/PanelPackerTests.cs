using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Tests.Kernels.Matmul;

public sealed unsafe class PanelPackerTests
{
    // What may be written behind a panel.
    private const int Slack = 16;

    private static IEnumerable<TestCaseData> Cases() =>
        from isa in new[] { IsaLevel.Portable, CpuIsa.Detected }.Distinct()
        from type in new[] { MatmulType.F32, MatmulType.BF16, MatmulType.F16 }
        from lies in new[] { true, false }
        select new TestCaseData(isa, type, lies);

    [TestCaseSource(nameof(Cases))]
    public void PanelsHoldTheElementsInTheOrderOfTheSteps(IsaLevel isa, MatmulType type, bool stepsLieTogether)
    {
        int bytes = type == MatmulType.F32 ? 4 : 2;
        foreach (int width in (int[])[1, 2, 5, 6, 8, 11, 14, 16, 17, 24, 32])
        {
            foreach (int steps in (int[])[1, 7, 8, 15, 16, 21, 40])
            {
                // Panels of A are as wide as they have rows, at most 16, and those of B whole vectors.
                foreach (int padded in (int[])[width <= 16 ? width : 32, (width + 15) / 16 * 16])
                {
                    Check(isa, type, width, padded, steps, stepsLieTogether ? (steps + 3L) * bytes : bytes, stepsLieTogether ? bytes : (width + 5L) * bytes);
                }
            }
        }
    }

    private static void Check(IsaLevel isa, MatmulType type, int width, int padded, int steps, long across, long along)
    {
        byte[] source = new byte[(width * across) + (steps * along) + 128];
        new Random(width + (100 * steps)).NextBytes(source);
        float[] target = new float[(padded * steps) + (2 * Slack)];
        target.AsSpan().Fill(12345);
        fixed (byte* from = source)
        {
            fixed (float* to = target) PanelPacker.PackSingle(from, type, across, along, width, padded, steps, to, isa);
            for (int k = 0; k < steps; k++)
            {
                for (int w = 0; w < padded; w++)
                {
                    float want = w < width ? Element(from + (w * across) + (k * along), type) : 0, got = target[(k * padded) + w];
                    Assert.That(float.IsNaN(want) ? float.IsNaN(got) : got == want, $"{width} of {padded} across, step {k} of {steps}, {w}: {got} for {want}");
                }
            }
        }
        Assert.That(target[^Slack..], Is.All.EqualTo(12345f), $"{width} of {padded} across, {steps} steps: written more than {Slack} elements behind");
    }

    private static float Element(byte* at, MatmulType type) => type switch
    {
        MatmulType.F32 => *(float*)at,
        MatmulType.BF16 => BitConverter.UInt32BitsToSingle((uint)*(ushort*)at << 16),
        _ => (float)*(Half*)at,
    };
}
