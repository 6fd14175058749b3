using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Runtime;

/// <summary>Reductions down columns fold the elements of each in memory order, to the bit.</summary>
public sealed class ColumnReduceStepTests
{
    [TestCase("add", 13, 1003)]
    [TestCase("add", 2, 256)]
    [TestCase("add", 12, 256)]
    [TestCase("multiply", 19, 530)]
    [TestCase("multiply", 7, 530)]
    public void ColumnsAreFoldedInMemoryOrder(string fold, int rows, int columns)
    {
        ModuleOp module = MlirParser.ParseModule($$"""
            func.func @main(%x: tensor<3x{{rows}}x{{columns}}xf32>) -> tensor<3x{{columns}}xf32> {
              %i = stablehlo.constant dense<{{(fold == "add" ? "0.0" : "1.0")}}> : tensor<f32>
              %s = stablehlo.reduce(%x init: %i) applies stablehlo.{{fold}} across dimensions = [1] : (tensor<3x{{rows}}x{{columns}}xf32>, tensor<f32>) -> tensor<3x{{columns}}xf32>
              return %s : tensor<3x{{columns}}xf32>
            }
            """);
        var random = new Random(5);
        float[] x = [.. Enumerable.Range(0, 3 * rows * columns).Select(_ => (float)(random.NextDouble() * 4 - 2))];
        float[] expected = new float[3 * columns];
        for (int b = 0; b < 3; b++)
        {
            for (int c = 0; c < columns; c++)
            {
                float value = fold == "add" ? 0 : 1;
                for (int r = 0; r < rows; r++)
                {
                    float next = x[((b * rows) + r) * columns + c];
                    value = fold == "add" ? value + next : value * next;
                }
                expected[(b * columns) + c] = value;
            }
        }
        foreach (CpuCompileOptions options in ProgramCheck.BackEnds)
        {
            using CpuExecutable executable = CpuCompiler.Compile(module, options);
            using var argument = new CpuBuffer(executable.ParameterTypes[0]);
            x.CopyTo(argument.As<float>());
            using CpuBuffer result = executable.Execute([argument])[0];
            Assert.That(result.As<float>().ToArray(), Is.EqualTo(expected), options.Isa.ToString());
        }
    }
}
