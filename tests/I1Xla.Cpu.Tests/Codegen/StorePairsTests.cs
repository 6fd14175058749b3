using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>Results whose elements come in turns from several values: halves of complex numbers, pairs that were rotated.</summary>
public class StorePairsTests
{
    // Whole vectors, ends of rows, and rows shorter than a vector; the large one starts rows at lines, which go past the caches.
    [Test]
    public void ElementsInTurns(
        [Values("f32", "i32", "ui32", "bf16", "f16", "i8", "i1", "f64", "i64")] string type, [Values("5x3", "7x36", "4x64", "1x1023", "300")] string shape, [Values(2, 3, 4)] int values, [Values] bool computed)
    {
        string x = $"tensor<{shape}x{type}>", one = $"tensor<{shape}x1x{type}>", all = $"tensor<{shape}x{values}x{type}>";
        int rank = shape.Split('x').Length;
        string given = string.Join(", ", Enumerable.Range(0, values).Select(i => $"%x{i}: {x}"));
        string made = string.Join("\n", Enumerable.Range(0, values).Select(i =>
            (computed && i > 0 ? $"%y{i} = stablehlo.{(type == "i1" ? "xor" : "add")} %x{i}, %x{i - 1} : {x}\n%z{i}" : $"%z{i}") + $" = stablehlo.reshape {(computed && i > 0 ? $"%y{i}" : $"%x{i}")} : ({x}) -> {one}"));
        Check($$"""
            func.func @main({{given}}) -> {{all}} {
              {{made}}
              %0 = stablehlo.concatenate {{string.Join(", ", Enumerable.Range(0, values).Select(i => $"%z{i}"))}}, dim = {{rank}} : ({{string.Join(", ", Enumerable.Repeat(one, values))}}) -> {{all}}
              return %0 : {{all}}
            }
            """);
    }

    // Neighbours are read and written at once, in the memory of the operand where it is given.
    [Test]
    public void RotatedPairs([Values("f32", "bf16")] string type, [Values("3x40", "2x16x36")] string rows, [Values] bool donated)
    {
        int[] dims = [.. rows.Split('x').Select(int.Parse)];
        string head = rows[..rows.LastIndexOf('x')], half = $"tensor<{head}x{dims[^1]}x1x{type}>", x = $"tensor<{head}x{dims[^1]}x2x{type}>", wide = half.Replace(type, "f32", StringComparison.Ordinal);
        string Slice(string name, int at) => $"%{name} = stablehlo.slice %x [{string.Join(", ", dims.Select(d => $"0:{d}"))}, {at}:{at + 1}] : ({x}) -> {half}";
        Check($$"""
            func.func @main(%x: {{x}} {{(donated ? "{tf.aliasing_output = 0 : i32}" : "")}}, %c: {{wide}}, %s: {{wide}}) -> {{x}} {
              {{Slice("a", 0)}}
              {{Slice("b", 1)}}
              %wa = stablehlo.convert %a : ({{half}}) -> {{wide}}
              %wb = stablehlo.convert %b : ({{half}}) -> {{wide}}
              %0 = stablehlo.multiply %wa, %c : {{wide}}
              %1 = stablehlo.multiply %wb, %s : {{wide}}
              %2 = stablehlo.subtract %0, %1 : {{wide}}
              %3 = stablehlo.multiply %wb, %c : {{wide}}
              %4 = stablehlo.multiply %wa, %s : {{wide}}
              %5 = stablehlo.add %3, %4 : {{wide}}
              %6 = stablehlo.convert %2 : ({{wide}}) -> {{half}}
              %7 = stablehlo.convert %5 : ({{wide}}) -> {{half}}
              %8 = stablehlo.concatenate %6, %7, dim = {{dims.Length}} : ({{half}}, {{half}}) -> {{x}}
              return %8 : {{x}}
            }
            """);
    }
}
