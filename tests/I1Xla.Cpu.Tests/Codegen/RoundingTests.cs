using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Codegen;

/// <summary>Rounding to bf16 in loops, for every bf16 there is: the same bits on every instruction set, and NaN where NaN goes in.</summary>
public sealed class RoundingTests
{
    private const string Program = """
        func.func @main(%x: tensor<65536xbf16>) -> (tensor<65536xbf16>, tensor<65536xbf16>, tensor<65536xbf16>, tensor<65536xbf16>) {
          %one = stablehlo.constant dense<1.0> : tensor<65536xbf16>
          %n = stablehlo.negate %x : tensor<65536xbf16>
          %a = stablehlo.add %n, %one : tensor<65536xbf16>
          %l = stablehlo.logistic %x : tensor<65536xbf16>
          %s = stablehlo.multiply %x, %l : tensor<65536xbf16>
          %w = stablehlo.convert %x : (tensor<65536xbf16>) -> tensor<65536xf32>
          %three = stablehlo.constant dense<0.3333> : tensor<65536xf32>
          %f = stablehlo.multiply %w, %three : tensor<65536xf32>
          %c = stablehlo.convert %f : (tensor<65536xf32>) -> tensor<65536xbf16>
          %m = stablehlo.maximum %n, %a : tensor<65536xbf16>
          %q = stablehlo.divide %m, %x : tensor<65536xbf16>
          return %a, %s, %c, %q : tensor<65536xbf16>, tensor<65536xbf16>, tensor<65536xbf16>, tensor<65536xbf16>
        }
        """;

    [Test]
    public void EveryNumberAndEveryNaN()
    {
        ushort[][] portable = Run(IsaLevel.Portable);
        foreach (IsaLevel isa in ProgramCheck.Levels)
        {
            ushort[][] results = Run(isa);
            for (int r = 0; r < results.Length; r++)
            {
                for (int i = 0; i < 65536; i++)
                {
                    if (IsNaN((ushort)i))
                    {
                        Assert.That(IsNaN(results[r][i]), $"{isa}: result {r} of {i:x4} is {results[r][i]:x4}");
                    }
                    else if (!IsNaN(portable[r][i]) || !IsNaN(results[r][i]))
                    {
                        Assert.That(results[r][i], Is.EqualTo(portable[r][i]), $"{isa}: result {r} of {i:x4}");
                    }
                }
            }
        }
    }

    /// <summary>Many roundings, of which the code takes as many vectors in turns as it can, and then what is left: rows of any length, and one run of elements.</summary>
    [Test]
    public void AnyNumberOfElements([Values(1, 16, 63, 64, 100, 127, 128, 129, 191, 192, 208, 255, 256, 320, 333)] int elements) => ProgramCheck.Check($$"""
        func.func @main(%x: tensor<3x{{elements}}xbf16>, %y: tensor<{{elements}}xbf16>) -> (tensor<3x{{elements}}xbf16>, tensor<{{elements}}xbf16>) {
          %b = stablehlo.broadcast_in_dim %y, dims = [1] : (tensor<{{elements}}xbf16>) -> tensor<3x{{elements}}xbf16>
          %s = stablehlo.multiply %x, %x : tensor<3x{{elements}}xbf16>
          %t = stablehlo.add %s, %b : tensor<3x{{elements}}xbf16>
          %u = stablehlo.multiply %t, %x : tensor<3x{{elements}}xbf16>
          %v = stablehlo.subtract %u, %b : tensor<3x{{elements}}xbf16>
          %w = stablehlo.multiply %v, %s : tensor<3x{{elements}}xbf16>
          %p = stablehlo.multiply %y, %y : tensor<{{elements}}xbf16>
          %q = stablehlo.subtract %p, %y : tensor<{{elements}}xbf16>
          %r = stablehlo.multiply %q, %p : tensor<{{elements}}xbf16>
          %z = stablehlo.add %r, %y : tensor<{{elements}}xbf16>
          return %w, %z : tensor<3x{{elements}}xbf16>, tensor<{{elements}}xbf16>
        }
        """);

    private static bool IsNaN(ushort bits) => (bits & 0x7FFF) > 0x7F80;

    private static ushort[][] Run(IsaLevel isa)
    {
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(Program), new CpuCompileOptions { Isa = isa });
        using var x = new CpuBuffer(executable.ParameterTypes[0]);
        for (int i = 0; i < 65536; i++)
        {
            x.As<ushort>()[i] = (ushort)i;
        }
        return [.. executable.Execute([x]).Select(b => b.ToArray<ushort>())];
    }
}
