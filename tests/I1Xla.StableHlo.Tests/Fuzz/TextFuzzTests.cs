using System.Text;
using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Fuzz;

/// <summary>
/// Changed texts are diagnosed, or parse; what parses is verified and printed, and when it is valid what was printed parses to
/// the same, and it can be written as an artifact or that is refused with one error.
/// </summary>
[Category("fuzz")]
public class TextFuzzTests
{
    private static readonly string[] s_words =
        ["tensor<", ">", "dense<", "[", "]", "{", "}", "(", ")", "\"", "%0", "%arg0", "->", ":", ",", "=", "#loc", "loc(", "!stablehlo.token", "99999999999999999999", "-1", "0x", "x", "?", "*",
         "f32", "i1", "stablehlo.", "func.func", "^bb0", "// -----", "\n", "1.0e999", "@f", "array<i64: 1>", "unit", "#stablehlo<", "complex<f32>", "attributes", "{-#", "#-}", "\\", "\0", "é"];

    [Test]
    public void ChangedTextsParseOrAreDiagnosed()
    {
        List<byte[]> seeds = Seeds();
        int parsed = 0, valid = 0;
        for (int i = FuzzRun.FirstSeed; i < FuzzRun.FirstSeed + FuzzRun.Count; i++)
        {
            byte[] text = Mutate(seeds, new Random(i));
            string What() => Encoding.UTF8.GetString(text);
            ModuleOp? read = null;
            FuzzRun.Guard(i, text.Length, What, () =>
            {
                try
                {
                    read = MlirParser.ParseModule(text, "fuzz");
                }
                catch (ParseException e)
                {
                    Assert.That(e.Location.File, Is.EqualTo("fuzz"));
                }
            });
            if (read is not { } module)
            {
                continue;
            }
            parsed++;
            bool right = false;
            FuzzRun.Guard(i, text.Length, What, () => right = Verifier.Verify(module).All(d => d.Severity != DiagnosticSeverity.Error));
            var form = new PrintOptions { Generic = i % 3 == 1 || !right, Locations = i % 3 == 2 };
            byte[] printed = [];
            FuzzRun.Guard(i, text.Length, What, () => printed = MlirPrinter.PrintUtf8(module, form));
            FuzzRun.Guard(i, printed.Length, What, () =>
            {
                byte[] again = MlirPrinter.PrintUtf8(MlirParser.ParseModule(printed, "printed"), form);
                Assert.That(again, Is.EqualTo(printed), $"seed {i}: {What()}");
            });
            if (right)
            {
                valid++;
                FuzzRun.Guard(i, printed.Length, What, () =>
                {
                    try
                    {
                        _ = PortableArtifact.Read(PortableArtifact.Write(module, StableHloVersion.Current));
                    }
                    catch (PortableArtifactException)
                    {
                    }
                });
            }
        }
        TestContext.Out.WriteLine($"{FuzzRun.Count} texts: {parsed} parsed, {valid} of them valid");
        Assert.That(parsed, Is.GreaterThan(FuzzRun.Count / 20), "many changes leave a valid text, or the parser refuses too much");
    }

    private static List<byte[]> Seeds()
    {
        var seeds = new List<byte[]>();
        foreach (string folder in new[] { "verify", "interpret" })
        {
            foreach (string file in Directory.GetFiles(SharedAssets.Shared("conformance", "stablehlo", folder), "*.mlir").Order())
            {
                seeds.AddRange(MlirParser.ParseSplit(File.ReadAllBytes(file), file).Where(p => p.Text.Length is > 0 and < 4000).Select(p => p.Text.ToArray()));
            }
        }
        foreach (string folder in new[] { "sharded", "programs" })
        {
            seeds.AddRange(Directory.GetFiles(SharedAssets.Golden(folder), "*.mlir").Order().Select(File.ReadAllBytes).Where(text => text.Length < 6000));
        }
        return seeds;
    }

    private static byte[] Mutate(List<byte[]> seeds, Random random)
    {
        var text = new List<byte>(seeds[random.Next(seeds.Count)]);
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes && text.Count > 0; i++)
        {
            int at = random.Next(text.Count);
            int length = Math.Min(text.Count - at, 1 + random.Next(random.Next(2) == 0 ? 3 : 40));
            switch (random.Next(7))
            {
                case 0:
                    text[at] = (byte)random.Next(256);
                    break;
                case 1:
                    text.RemoveRange(at, length);
                    break;
                case 2:
                    text.InsertRange(at, text.GetRange(at, length));
                    break;
                case 3:
                    text.InsertRange(at, Encoding.UTF8.GetBytes(s_words[random.Next(s_words.Length)]));
                    break;
                case 4:
                    byte[] other = seeds[random.Next(seeds.Count)];
                    int from = random.Next(other.Length);
                    text.InsertRange(at, other[from..Math.Min(other.Length, from + length)]);
                    break;
                case 5:
                    text.RemoveRange(at, text.Count - at);
                    break;
                default:
                    // A number becomes another.
                    int digit = text.FindIndex(at, c => c is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        text[digit] = (byte)('0' + random.Next(10));
                    }
                    break;
            }
        }
        return [.. text];
    }
}
