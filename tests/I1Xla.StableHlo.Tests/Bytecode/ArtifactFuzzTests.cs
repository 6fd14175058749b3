using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Bytecode;

/// <summary>Damaged artifacts: each is read, or refused with one error. <c>I1XLA_FUZZ_ROUNDS</c> sets how many there are of each file.</summary>
public class ArtifactFuzzTests
{
    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("I1XLA_FUZZ_ROUNDS"), out int n) ? n : 40;

    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Compatibility))]
    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Golden))]
    public void DamagedArtifactsAreReadOrRefused(string path)
    {
        byte[] original = File.ReadAllBytes(path);
        if (original.Length > 1 << 20)
        {
            return;
        }
        int seed = Path.GetFileName(path).Sum(c => c);
        var random = new Random(seed);
        int read = 0;
        for (int round = 0; round < s_rounds; round++)
        {
            byte[] damaged = Damage(original, random);
            try
            {
                ModuleOp module = PortableArtifact.Read(damaged);
                read++;
                _ = Verifier.Verify(module);
            }
            catch (BytecodeException e)
            {
                Assert.That(e.Offset, Is.InRange(0, damaged.Length), e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"round {round} of seed {seed}: {e}");
            }
        }
        TestContext.Out.WriteLine($"{read} of {s_rounds} were read");
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        byte[] damaged = [.. original];
        switch (random.Next(8))
        {
            case 0:
                return damaged[..random.Next(damaged.Length)];
            case 1:
                int from = random.Next(damaged.Length);
                int to = random.Next(damaged.Length);
                int length = Math.Min(random.Next(64), damaged.Length - Math.Max(from, to));
                original.AsSpan(from, length).CopyTo(damaged.AsSpan(to));
                return damaged;
            default:
                int count = 1 + random.Next(3);
                for (int i = 0; i < count; i++)
                {
                    damaged[random.Next(damaged.Length)] = random.Next(3) switch
                    {
                        0 => (byte)random.Next(256),
                        1 => (byte)(random.Next(64) * 2 + 1),
                        _ => (byte)(random.Next(2) * 255),
                    };
                }
                return damaged;
        }
    }
}
