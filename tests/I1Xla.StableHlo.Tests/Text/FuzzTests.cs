using System.Diagnostics;
using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.StableHlo.Tests.Text;

/// <summary>Changed texts either parse, and then print to something that parses, or give a <see cref="ParseException"/>: never another exception, a hang, or memory out of proportion.</summary>
public class FuzzTests
{
    private static readonly string[] s_words =
        ["tensor<", ">", "dense<", "[", "]", "{", "}", "(", ")", "\"", "%0", "%arg0", "->", ":", ",", "=", "#loc", "loc(", "!stablehlo.token", "99999999999999999999", "-1", "0x", "x", "?", "*",
         "f32", "i1", "stablehlo.", "func.func", "^bb0", "// -----", "\n", "1.0e999", "@f", "array<i64: 1>", "unit", "#stablehlo<", "complex<f32>", "attributes", "{-#", "#-}", "\\", "\0", "é"];

    /// <summary>The number of changed texts: <c>I1XLA_FUZZ_COUNT</c> for a long run.</summary>
    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("I1XLA_FUZZ_COUNT"), out int count) ? count : 4000;

    [Test]
    public void ChangedTextsParseOrAreDiagnosed()
    {
        List<byte[]> seeds = Seeds();
        int parsed = 0;
        for (int i = 0; i < Count; i++)
        {
            var random = new Random(i);
            byte[] text = Mutate(seeds, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            try
            {
                ModuleOp module = MlirParser.ParseModule(text, "fuzz");
                parsed++;
                if (GC.GetAllocatedBytesForCurrentThread() - before > Bound(text))
                {
                    // Once more: the process-wide table of operation names may just have grown.
                    before = GC.GetAllocatedBytesForCurrentThread();
                    MlirParser.ParseModule(text, "fuzz");
                    Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(Bound(text)), $"seed {i}");
                }
                var form = new PrintOptions { Generic = i % 3 == 1, Locations = i % 3 == 2 };
                byte[] printed = MlirPrinter.PrintUtf8(module, form);
                byte[] again = MlirPrinter.PrintUtf8(MlirParser.ParseModule(printed, "printed"), form);
                Assert.That(again, Is.EqualTo(printed), $"seed {i}: {Encoding.UTF8.GetString(text)}");
            }
            catch (ParseException e)
            {
                Assert.That(e.Location.File, Is.EqualTo("fuzz"), $"seed {i}: what was printed does not parse: {e.Message}");
            }
            catch (Exception e) when (e is not AssertionException)
            {
                Assert.Fail($"seed {i}: {e}\n{Encoding.UTF8.GetString(text)}");
            }
            Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(10), $"seed {i}: this is a guard against hangs, not a measurement");
        }
        Assert.That(parsed, Is.GreaterThan(Count / 20), "many changes leave a valid text, or the parser refuses too much");
    }

    /// <summary>The bytes that parsing a text may allocate.</summary>
    private static long Bound(byte[] text) => 200_000 + 400L * text.Length;

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
