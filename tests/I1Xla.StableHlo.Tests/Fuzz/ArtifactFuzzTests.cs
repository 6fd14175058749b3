using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Tests.Bytecode;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.StableHlo.Tests.Fuzz;

/// <summary>Damaged artifacts are read, or refused with one error; what is read is verified and printed, and when it is valid it is written again.</summary>
[Category("fuzz")]
public class ArtifactFuzzTests
{
    private const int LargestSeed = 1 << 17;

    [Test]
    public void DamagedArtifactsAreReadOrRefused()
    {
        byte[][] seeds = [.. ArtifactFiles.Compatibility().Concat(ArtifactFiles.Golden()).Select(File.ReadAllBytes).Where(f => f.Length < LargestSeed), ArtifactFiles.WithShardy];
        int read = 0, valid = 0;
        for (int i = FuzzRun.FirstSeed; i < FuzzRun.FirstSeed + FuzzRun.Count; i++)
        {
            var random = new Random(i);
            byte[] damaged = Damage(seeds[i % seeds.Length], random);
            string What() => Convert.ToBase64String(damaged);
            ModuleOp? module = null;
            FuzzRun.Guard(i, damaged.Length, What, () =>
            {
                try
                {
                    module = PortableArtifact.Read(damaged);
                }
                catch (BytecodeException e)
                {
                    Assert.That(e.Offset, Is.InRange(0, damaged.Length), e.Message);
                }
            });
            if (module is not { } whole)
            {
                continue;
            }
            read++;
            bool right = false;
            FuzzRun.Guard(i, damaged.Length, What, () => right = Verifier.Verify(whole).All(d => d.Severity != DiagnosticSeverity.Error));
            if (i % 8 == 0)
            {
                FuzzRun.Guard(i, damaged.Length, What, () => MlirPrinter.PrintUtf8(whole));
            }
            if (right)
            {
                valid++;
                FuzzRun.Guard(i, damaged.Length, What, () =>
                {
                    try
                    {
                        _ = PortableArtifact.Write(whole, StableHloVersion.Current);
                    }
                    catch (PortableArtifactException)
                    {
                    }
                });
            }
        }
        TestContext.Out.WriteLine($"{FuzzRun.Count} artifacts: {read} read, {valid} of them valid");
        Assert.That(read, Is.GreaterThan(FuzzRun.Count / 50), "much damage leaves an artifact that can be read, or the reader refuses too much");
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
