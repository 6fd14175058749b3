using System.Globalization;
using System.Text;
using I1Xla.StableHlo.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Loops over single numbers are one loop of machine code.</summary>
public class ScalarLoopTests
{
    private static readonly string[] s_kinds = ["f32", "i32", "bf16", "ui8", "i1", "f16", "i16", "f64", "i64", "ui32"];

    /// <summary>Each number becomes a function of others of its type, goes to another's place, or stays: fewer numbers than registers, and more; lanes of 32 bits, and of 64.</summary>
    [Test]
    public void NumbersMayChangePlaces([Range(0, 23)] int seed)
    {
        var random = new Random(seed);
        int values = 3 + (seed * 7 % 29);
        string[] kinds = seed % 2 == 0 ? s_kinds[..7] : s_kinds;
        string[] kind = [.. Enumerable.Range(0, values).Select(i => kinds[i % Math.Min(kinds.Length, 1 + (seed % 10))])];
        string Type(int i) => $"tensor<{(i % 5 == 4 ? "1x" : "")}{kind[i]}>";
        int Other(int i) => random.GetItems([.. Enumerable.Range(0, values).Where(j => Type(j) == Type(i))], 1)[0];
        string carried = string.Join(", ", Enumerable.Range(0, values).Select(Type));
        var text = new StringBuilder($"func.func @main({string.Join(", ", kind.Select((_, i) => $"%x{i}: {Type(i)}"))}, {string.Join(", ", kind.Select((_, i) => $"%r{i}: {Type(i)}"))}) -> (tensor<i32>, {carried}) {{\n");
        text.Append("%zero = stablehlo.constant dense<0> : tensor<i32>\n%one = stablehlo.constant dense<1> : tensor<i32>\n%end = stablehlo.constant dense<37> : tensor<i32>\n");
        text.Append(CultureInfo.InvariantCulture, $"%0:{values + 1} = stablehlo.while(%i = %zero, {string.Join(", ", kind.Select((_, i) => $"%c{i} = %x{i}"))}) : tensor<i32>, {carried}\n");
        text.Append("cond {\n%more = stablehlo.compare LT, %i, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>\nstablehlo.return %more : tensor<i1>\n} do {\n");
        var next = new string[values];
        for (int i = 0; i < values; i++)
        {
            next[i] = random.Next(6) == 0 ? $"%c{i}" : $"%c{Other(i)}";
            if (random.Next(3) > 0)
            {
                // Products with what lies between -5 and 5 may grow; a minimum and a maximum keep them there.
                string product = kind[i] == "i1" ? "xor" : "multiply";
                text.Append(CultureInfo.InvariantCulture, $"%p{i} = stablehlo.{product} {next[i]}, %r{i} : {Type(i)}\n%n{i} = stablehlo.add %p{i}, %{random.GetItems(["c", "r"], 1)[0]}{Other(i)} : {Type(i)}\n%s{i} = stablehlo.maximum %n{i}, %r{Other(i)} : {Type(i)}\n%m{i} = stablehlo.minimum %s{i}, %x{i} : {Type(i)}\n");
                next[i] = $"%m{i}";
            }
        }
        text.Append($"%j = stablehlo.add %i, %one : tensor<i32>\nstablehlo.return %j, {string.Join(", ", next)} : tensor<i32>, {carried}\n}}\n");
        text.Append($"return %0#0, {string.Join(", ", kind.Select((_, i) => $"%0#{i + 1}"))} : tensor<i32>, {carried}\n}}");
        CheckOneLoop(text.ToString());
    }

    /// <summary>Newton's method ends by its numbers; a flag that is carried may be the condition, from the start.</summary>
    [TestCase("stablehlo.compare GT, %change, %least : (tensor<f32>, tensor<f32>) -> tensor<i1>")]
    [TestCase("stablehlo.not %done : tensor<i1>")]
    [TestCase("stablehlo.and %given, %going : tensor<i1>")]
    public void TheConditionIsAnything(string condition) => CheckOneLoop($$"""
        func.func @main(%x: tensor<f32>, %y: tensor<f64>, %given: tensor<i1>) -> (tensor<f32>, tensor<f64>, tensor<i1>, tensor<i64>) {
          %start = stablehlo.constant dense<5.0> : tensor<f32>
          %least = stablehlo.constant dense<1.0e-3> : tensor<f32>
          %half = stablehlo.constant dense<0.5> : tensor<f32>
          %false = stablehlo.constant dense<false> : tensor<i1>
          %true = stablehlo.constant dense<true> : tensor<i1>
          %zero = stablehlo.constant dense<0> : tensor<i64>
          %one = stablehlo.constant dense<1> : tensor<i64>
          %most = stablehlo.constant dense<50> : tensor<i64>
          %square = stablehlo.multiply %x, %x : tensor<f32>
          %0:6 = stablehlo.while(%r = %start, %change = %start, %done = %false, %n = %zero, %z = %y, %going = %true) : tensor<f32>, tensor<f32>, tensor<i1>, tensor<i64>, tensor<f64>, tensor<i1>
          cond {
            %more = {{condition}}
            stablehlo.return %more : tensor<i1>
          } do {
            %q = stablehlo.divide %square, %r : tensor<f32>
            %s = stablehlo.add %q, %r : tensor<f32>
            %t = stablehlo.multiply %s, %half : tensor<f32>
            %d = stablehlo.subtract %t, %r : tensor<f32>
            %a = stablehlo.abs %d : tensor<f32>
            %m = stablehlo.add %n, %one : tensor<i64>
            %small = stablehlo.compare LE, %a, %least : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %last = stablehlo.compare GE, %m, %most : (tensor<i64>, tensor<i64>) -> tensor<i1>
            %stop = stablehlo.or %small, %last : tensor<i1>
            %go = stablehlo.not %stop : tensor<i1>
            %f = stablehlo.convert %t : (tensor<f32>) -> tensor<f64>
            %w = stablehlo.add %z, %f : tensor<f64>
            stablehlo.return %t, %a, %stop, %m, %w, %go : tensor<f32>, tensor<f32>, tensor<i1>, tensor<i64>, tensor<f64>, tensor<i1>
          }
          return %0#0, %0#4, %0#2, %0#3 : tensor<f32>, tensor<f64>, tensor<i1>, tensor<i64>
        }
        """);

    /// <summary>A loop that carries more than single numbers is none of these.</summary>
    [Test]
    public void RowsAreNoNumbers()
    {
        const string program = """
            func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
              %zero = stablehlo.constant dense<0> : tensor<i32>
              %end = stablehlo.constant dense<90> : tensor<i32>
              %one = stablehlo.constant dense<1> : tensor<i32>
              %0:2 = stablehlo.while(%i = %zero, %c = %x) : tensor<i32>, tensor<3xf32>
              cond {
                %more = stablehlo.compare LT, %i, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>
                stablehlo.return %more : tensor<i1>
              } do {
                %j = stablehlo.add %i, %one : tensor<i32>
                %s = stablehlo.sine %c : tensor<3xf32>
                stablehlo.return %j, %s : tensor<i32>, tensor<3xf32>
              }
              return %0#1 : tensor<3xf32>
            }
            """;
        Check(program);
        Assert.That(Steps(program), Has.Some.Contains("Sine"));
    }

    private static void CheckOneLoop(string program)
    {
        Check(program);
        Assert.That(Steps(program), Has.None.Contains("Compare").And.None.Contains("Minimum").And.Some.StartsWith("While"));
    }
}
