using System.Globalization;
using System.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Loops over single numbers that read and write single elements of arrays.</summary>
public class ScalarArrayTests
{
    private static readonly string[] s_kinds = ["i32", "f32", "ui8", "i16", "i1", "bf16", "i8", "f16", "ui32", "f64", "i64"];

    // How often a loop runs is not known before, so that it is not unrolled.
    private const string Rounds = "%given = stablehlo.abs %rounds : tensor<i32>\n%two = stablehlo.constant dense<2> : tensor<i32>\n%odd = stablehlo.remainder %given, %two : tensor<i32>\n";

    /// <summary>Elements of several arrays, carried and not, at places inside and outside of them that depend on what was read, before and after others are written.</summary>
    [Test]
    public void AnyOrderOfReadsAndWrites([Range(0, 79)] int seed) => Check(Program(seed, out _));

    /// <summary>Where every element of an array is read before it is written over, and no more than numbers are needed, nothing is left but the loop.</summary>
    [Test]
    public void AreOneLoop()
    {
        int loops = 0;
        for (int seed = 0; seed < 80; seed++)
        {
            string[] steps = Steps(Program(seed, out bool readsOld));
            bool isOne = !Array.Exists(steps, s => s.StartsWith("Dynamic", StringComparison.Ordinal) || s.StartsWith("Compare", StringComparison.Ordinal));
            Assert.That(isOne || readsOld, Is.True, $"seed {seed}: {string.Join("; ", steps)}");
            loops += isOne ? 1 : 0;
        }
        Assert.That(loops, Is.InRange(40, 79));
    }

    /// <summary>A histogram: counts at places that are read.</summary>
    [TestCase("i32", "ui8")]
    [TestCase("i64", "i64")]
    [TestCase("i16", "i32")]
    public void Histogram(string count, string place) => Check($$"""
        func.func @main(%h: tensor<9x{{count}}>, %p: tensor<50x{{place}}>, %rounds: tensor<i32>) -> tensor<9x{{count}}> {
          {{Rounds}}%least = stablehlo.constant dense<49> : tensor<i32>
          %end = stablehlo.add %least, %odd : tensor<i32>
          %zero = stablehlo.constant dense<0> : tensor<i32>
          %0:2 = stablehlo.while(%i = %zero, %c = %h) : tensor<i32>, tensor<9x{{count}}>
          cond {
            %more = stablehlo.compare LT, %i, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>
            stablehlo.return %more : tensor<i1>
          } do {
            %one = stablehlo.constant dense<1> : tensor<1x{{count}}>
            %next = stablehlo.constant dense<1> : tensor<i32>
            %1 = stablehlo.dynamic_slice %p, %i, sizes = [1] : (tensor<50x{{place}}>, tensor<i32>) -> tensor<1x{{place}}>
            %2 = stablehlo.reshape %1 : (tensor<1x{{place}}>) -> tensor<{{place}}>
            %3 = stablehlo.dynamic_slice %c, %2, sizes = [1] : (tensor<9x{{count}}>, tensor<{{place}}>) -> tensor<1x{{count}}>
            %4 = stablehlo.add %3, %one : tensor<1x{{count}}>
            %5 = stablehlo.dynamic_update_slice %c, %4, %2 : (tensor<9x{{count}}>, tensor<1x{{count}}>, tensor<{{place}}>) -> tensor<9x{{count}}>
            %j = stablehlo.add %i, %next : tensor<i32>
            stablehlo.return %j, %5 : tensor<i32>, tensor<9x{{count}}>
          }
          return %0#1 : tensor<9x{{count}}>
        }
        """);

    /// <summary>The loop ends where an element says so.</summary>
    [Test]
    public void ConditionsReadElements() => Check("""
        func.func @main(%x: tensor<4x5xi32>) -> (tensor<i32>, tensor<4x5xi32>) {
          %zero = stablehlo.constant dense<0> : tensor<i32>
          %most = stablehlo.constant dense<30> : tensor<4x5xi32>
          %y = stablehlo.minimum %x, %most : tensor<4x5xi32>
          %0:2 = stablehlo.while(%i = %zero, %c = %y) : tensor<i32>, tensor<4x5xi32>
          cond {
            %two = stablehlo.constant dense<2> : tensor<i32>
            %end = stablehlo.constant dense<40> : tensor<i32>
            %e = stablehlo.dynamic_slice %c, %two, %two, sizes = [1, 1] : (tensor<4x5xi32>, tensor<i32>, tensor<i32>) -> tensor<1x1xi32>
            %n = stablehlo.reshape %e : (tensor<1x1xi32>) -> tensor<i32>
            %more = stablehlo.compare LT, %n, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>
            stablehlo.return %more : tensor<i1>
          } do {
            %two = stablehlo.constant dense<2> : tensor<i32>
            %three = stablehlo.constant dense<3> : tensor<1x1xi32>
            %e = stablehlo.dynamic_slice %c, %two, %two, sizes = [1, 1] : (tensor<4x5xi32>, tensor<i32>, tensor<i32>) -> tensor<1x1xi32>
            %s = stablehlo.add %e, %three : tensor<1x1xi32>
            %u = stablehlo.dynamic_update_slice %c, %s, %two, %two : (tensor<4x5xi32>, tensor<1x1xi32>, tensor<i32>, tensor<i32>) -> tensor<4x5xi32>
            %j = stablehlo.add %i, %two : tensor<i32>
            stablehlo.return %j, %u : tensor<i32>, tensor<4x5xi32>
          }
          return %0#0, %0#1 : tensor<i32>, tensor<4x5xi32>
        }
        """);

    // Of each array there is one line of versions; a seed in four also reads old ones. Values stay small enough for every kind, and exact.
    private static string Program(int seed, out bool readsOld)
    {
        var random = new Random(seed);
        readsOld = seed % 4 == 3;
        int arrays = 1 + (seed % 3), carried = 1 + random.Next(arrays);
        string[] kinds = [.. Enumerable.Range(0, arrays).Select(_ => random.GetItems(seed % 2 == 0 ? s_kinds[..9] : s_kinds, 1)[0])];
        long[][] dims = [.. Enumerable.Range(0, arrays).Select(_ => random.Next(2) == 0 ? new long[] { 7 } : [3, 4])];
        string[] types = [.. Enumerable.Range(0, arrays).Select(a => $"tensor<{string.Join('x', dims[a])}x{kinds[a]}>")];
        string all = string.Join(", ", types[..carried]);
        var text = new StringBuilder($"func.func @main({string.Join(", ", types.Select((t, a) => $"%x{a}: {t}"))}, %rounds: tensor<i32>) -> (tensor<i32>, {all}) {{\n{Rounds}%first = stablehlo.constant dense<-2> : tensor<i32>\n%least = stablehlo.constant dense<11> : tensor<i32>\n%end = stablehlo.add %least, %odd : tensor<i32>\n");
        text.Append(CultureInfo.InvariantCulture, $"%0:{carried + 2} = stablehlo.while(%i = %first, %n = %first, {string.Join(", ", Enumerable.Range(0, carried).Select(a => $"%c{a} = %x{a}"))}) : tensor<i32>, tensor<i32>, {all}\n");
        text.Append("cond {\n%more = stablehlo.compare LT, %i, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>\nstablehlo.return %more : tensor<i1>\n} do {\n%one = stablehlo.constant dense<1> : tensor<i32>\n%few = stablehlo.constant dense<5> : tensor<i32>\n");
        var numbers = new List<string> { "%i", "%n", "%one" };
        List<string>[] versions = [.. Enumerable.Range(0, arrays).Select(a => new List<string> { a < carried ? $"%c{a}" : $"%x{a}" })];
        int made = 0;
        for (int step = 0; step < 4 + (seed % 7); step++)
        {
            int a = random.Next(arrays);
            string kind = kinds[a], one = $"tensor<{string.Join('x', dims[a].Select(_ => 1))}x{kind}>";
            string[] at = [.. dims[a].Select(_ => numbers[random.Next(numbers.Count)])];
            string indices = string.Join(", ", at), indexTypes = string.Join(", ", at.Select(_ => "tensor<i32>"));
            if (random.Next(2) == 0 || a >= carried)
            {
                string array = readsOld ? versions[a][random.Next(versions[a].Count)] : versions[a][^1];
                text.Append($"%e{made} = stablehlo.dynamic_slice {array}, {indices}, sizes = [{string.Join(", ", dims[a].Select(_ => 1))}] : ({types[a]}, {indexTypes}) -> {one}\n%f{made} = stablehlo.reshape %e{made} : ({one}) -> tensor<{kind}>\n%g{made} = stablehlo.convert %f{made} : (tensor<{kind}>) -> tensor<i32>\n%h{made} = stablehlo.remainder %g{made}, %few : tensor<i32>\n");
                numbers.Add($"%h{made}");
            }
            else
            {
                text.Append($"%e{made} = stablehlo.add {numbers[random.Next(numbers.Count)]}, {numbers[random.Next(numbers.Count)]} : tensor<i32>\n%f{made} = stablehlo.remainder %e{made}, %few : tensor<i32>\n%g{made} = stablehlo.abs %f{made} : tensor<i32>\n%h{made} = stablehlo.convert %g{made} : (tensor<i32>) -> tensor<{kind}>\n%k{made} = stablehlo.reshape %h{made} : (tensor<{kind}>) -> {one}\n%u{made} = stablehlo.dynamic_update_slice {versions[a][^1]}, %k{made}, {indices} : ({types[a]}, {one}, {indexTypes}) -> {types[a]}\n");
                versions[a].Add($"%u{made}");
            }
            made++;
        }
        text.Append($"%j = stablehlo.add %i, %one : tensor<i32>\nstablehlo.return %j, {numbers[^1]}, {string.Join(", ", versions[..carried].Select(v => v[^1]))} : tensor<i32>, tensor<i32>, {all}\n}}\n");
        text.Append($"return %0#1, {string.Join(", ", Enumerable.Range(0, carried).Select(a => $"%0#{a + 2}"))} : tensor<i32>, {all}\n}}");
        return text.ToString();
    }
}
