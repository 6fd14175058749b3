using System.Globalization;
using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Benchmarks;

/// <summary>Parse and print rates of MLIR text: long lists of operations, number lists, hexadecimal constants, locations; or of the files given.</summary>
internal static class TextSuite
{
    /// <summary>Runs the suite; arguments are files to measure instead of the generated texts.</summary>
    public static void Run(string[] files)
    {
        if (files.Length > 0)
        {
            foreach (string file in files)
            {
                MeasureText(Path.GetFileName(file), File.ReadAllBytes(file), PrintOptions.Default);
            }
            return;
        }
        byte[] operations = Encoding.UTF8.GetBytes(Operations(60_000));
        MeasureText("operations", operations, PrintOptions.Default);
        byte[] generic = MlirPrinter.PrintUtf8(MlirParser.ParseModule(operations), new PrintOptions { Generic = true });
        MeasureText("operations, generic form", generic, new PrintOptions { Generic = true });
        byte[] located = MlirPrinter.PrintUtf8(MlirParser.ParseModule(operations), new PrintOptions { Locations = true });
        MeasureText("operations with locations", located, new PrintOptions { Locations = true });
        MeasureText("constants, float lists", Encoding.UTF8.GetBytes(Constants("f32", 4000, 90, r => r.NextSingle().ToString("R", CultureInfo.InvariantCulture) is var t && t.Contains('.') && !t.Contains('E') ? t : "0.5")), PrintOptions.Default);
        MeasureText("constants, integer lists", Encoding.UTF8.GetBytes(Constants("i32", 6000, 90, r => r.Next(-1_000_000, 1_000_000).ToString(CultureInfo.InvariantCulture))), PrintOptions.Default);
        MeasureText("constants, hexadecimal", Encoding.UTF8.GetBytes(HexConstants(20, 200_000)), PrintOptions.Default);
    }

    private static void MeasureText(string name, byte[] text, PrintOptions options)
    {
        ModuleOp module = MlirParser.ParseModule(text);
        Throughput.Measure($"parse {name}", text.Length, () => MlirParser.ParseModule(text));
        Throughput.Measure($"print {name}", MlirPrinter.PrintUtf8(module, options).Length, () => MlirPrinter.PrintUtf8(module, options));
    }

    /// <summary>A function of the mix of operations that a transformer's training step has.</summary>
    public static string Operations(int count)
    {
        var text = new StringBuilder("module @bench attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {\n  func.func public @main(%arg0: tensor<8x256x512xf32>, %arg1: tensor<512x512xf32>) -> tensor<8x256x512xf32> {\n    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>\n");
        string last = "%arg0";
        int n = 0;
        while (n < count)
        {
            text.Append($"    %{n} = stablehlo.dot_general {last}, %arg1, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<8x256x512xf32>, tensor<512x512xf32>) -> tensor<8x256x512xf32>\n");
            text.Append($"    %{n + 1} = stablehlo.add %{n}, {last} : tensor<8x256x512xf32>\n");
            text.Append($"    %{n + 2} = stablehlo.multiply %{n + 1}, %{n} : tensor<8x256x512xf32>\n");
            text.Append($"    %{n + 3} = stablehlo.reduce(%{n + 2} init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<8x256x512xf32>, tensor<f32>) -> tensor<8x256xf32>\n");
            text.Append($"    %{n + 4} = stablehlo.broadcast_in_dim %{n + 3}, dims = [0, 1] : (tensor<8x256xf32>) -> tensor<8x256x512xf32>\n");
            text.Append($"    %{n + 5} = stablehlo.rsqrt %{n + 4} : tensor<8x256x512xf32>\n");
            text.Append($"    %{n + 6} = stablehlo.reshape %{n + 5} : (tensor<8x256x512xf32>) -> tensor<2048x512xf32>\n");
            text.Append($"    %{n + 7} = stablehlo.transpose %{n + 6}, dims = [1, 0] : (tensor<2048x512xf32>) -> tensor<512x2048xf32>\n");
            text.Append($"    %{n + 8} = stablehlo.slice %{n + 7} [0:512, 0:1024:2] : (tensor<512x2048xf32>) -> tensor<512x512xf32>\n");
            text.Append($"    %{n + 9} = stablehlo.compare  LT, %{n + 8}, %arg1,  FLOAT : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xi1>\n");
            last = $"%{n + 5}";
            n += 10;
        }
        return text.Append($"    return {last} : tensor<8x256x512xf32>\n  }}\n}}\n").ToString();
    }

    private static string Constants(string element, int constants, int length, Func<Random, string> number)
    {
        var random = new Random(1);
        var text = new StringBuilder("func.func @main() {\n");
        for (int i = 0; i < constants; i++)
        {
            text.Append($"  %c{i} = stablehlo.constant dense<[{string.Join(", ", Enumerable.Range(0, length).Select(_ => number(random)))}]> : tensor<{length}x{element}>\n");
        }
        return text.Append("  return\n}\n").ToString();
    }

    private static string HexConstants(int constants, int bytes)
    {
        var random = new Random(1);
        var text = new StringBuilder("func.func @main() {\n");
        byte[] data = new byte[bytes];
        for (int i = 0; i < constants; i++)
        {
            random.NextBytes(data);
            text.Append($"  %c{i} = stablehlo.constant dense<\"0x{Convert.ToHexString(data)}\"> : tensor<{bytes / 4}xf32>\n");
        }
        return text.Append("  return\n}\n").ToString();
    }
}
