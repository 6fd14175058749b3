using System.Globalization;
using System.Text;
using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Loops whose body hands values around: small steps that run at once may not write over what one of them reads.</summary>
public class LoopStateTests
{
    /// <summary>Each value becomes a function of another, or is handed on unchanged to another's place.</summary>
    [Test]
    public void CarriedValuesMayChangePlaces([Range(0, 11)] int seed)
    {
        var random = new Random(seed);
        int values = 5 + (seed % 4);
        int[] from = [.. Enumerable.Range(0, values)];
        random.Shuffle(from);
        const string scalar = "tensor<f32>", row = "tensor<3xf32>";
        string carried = string.Join(", ", Enumerable.Repeat(scalar, values));
        var text = new StringBuilder($"func.func @main({string.Join(", ", from.Select((_, i) => $"%x{i}: {scalar}"))}, {string.Join(", ", from.Select((_, i) => $"%r{i}: {row}"))}, %limit: tensor<i32>) -> (tensor<i32>, {carried}) {{\n");
        text.Append("%zero = stablehlo.constant dense<0> : tensor<i32>\n%none = stablehlo.constant dense<0.0> : tensor<f32>\n");
        text.Append("%three = stablehlo.constant dense<3> : tensor<i32>\n%few = stablehlo.remainder %limit, %three : tensor<i32>\n%most = stablehlo.abs %few : tensor<i32>\n");
        text.Append(CultureInfo.InvariantCulture, $"%0:{values + 1} = stablehlo.while(%i = %zero, {string.Join(", ", from.Select((_, i) => $"%c{i} = %x{i}"))}) : tensor<i32>, {carried}\n");
        text.Append("cond {\n%more = stablehlo.compare LE, %i, %most : (tensor<i32>, tensor<i32>) -> tensor<i1>\nstablehlo.return %more : tensor<i1>\n} do {\n");
        var next = new string[values];
        for (int i = 0; i < values; i++)
        {
            next[i] = $"%c{from[i]}";
            if (random.Next(3) > 0)
            {
                text.Append($"%n{i} = stablehlo.sine %c{from[i]} : {scalar}\n%s{i} = stablehlo.reduce(%r{i} init: %none) applies stablehlo.add across dimensions = [0] : ({row}, {scalar}) -> {scalar}\n%m{i} = stablehlo.multiply %n{i}, %s{i} : {scalar}\n");
                next[i] = $"%m{i}";
            }
        }
        text.Append($"%one = stablehlo.constant dense<1> : tensor<i32>\n%j = stablehlo.add %i, %one : tensor<i32>\nstablehlo.return %j, {string.Join(", ", next)} : tensor<i32>, {carried}\n}}\n");
        text.Append($"return %0#0, {string.Join(", ", from.Select((_, i) => $"%0#{i + 1}"))} : tensor<i32>, {carried}\n}}");
        Check(text.ToString());
    }
}
