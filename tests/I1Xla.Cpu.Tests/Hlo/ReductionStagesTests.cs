using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Hlo;

/// <summary>Reductions to a few results go in parts, for all threads, and the parts are reduced again.</summary>
public sealed class ReductionStagesTests
{
    [TestCase("262144", "", "0", 2)]
    [TestCase("4x300x250", "4", "1, 2", 2)]
    [TestCase("300x4x250", "4", "0, 2", 2)]
    [TestCase("3x7x20000", "7", "0, 2", 2)]
    [TestCase("131101", "", "0", 1)] // A prime number.
    [TestCase("8x32768", "8", "1", 1)] // Results enough.
    [TestCase("30000", "", "0", 1)] // Elements too few.
    public void FewResultsAreReducedInParts(string from, string to, string dimensions, int reductions)
    {
        foreach (string type in (string[])["f32", "i32"])
        {
            string program = Sum($"{from}x{type}", to.Length > 0 ? $"{to}x{type}" : type, type, dimensions);
            string fused = "";
            CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => fused = pass == "fuse" ? text : fused }).Dispose();
            Assert.That(fused.Split("by ").Length - 1, Is.EqualTo(reductions), fused);
            ProgramCheck.Check(program);
        }
    }

    [Test]
    public void PartsFollowTheDimensionsOfWhatIsReshaped()
    {
        // Rows of 1002 could not be told apart by parts of the 501,000 elements in a line.
        string program = """
            func.func @main(%x: tensor<500x1002xf32>, %y: tensor<1002xf32>) -> tensor<f32> {
              %zero = stablehlo.constant dense<0.0> : tensor<f32>
              %b = stablehlo.broadcast_in_dim %y, dims = [1] : (tensor<1002xf32>) -> tensor<500x1002xf32>
              %p = stablehlo.multiply %x, %b : tensor<500x1002xf32>
              %r = stablehlo.reshape %p : (tensor<500x1002xf32>) -> tensor<501000xf32>
              %s = stablehlo.reduce(%r init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<501000xf32>, tensor<f32>) -> tensor<f32>
              return %s : tensor<f32>
            }
            """;
        string fused = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => fused = pass == "fuse" ? text : fused }).Dispose();
        Assert.That(fused, Does.Contain("outer=[v0<50]"));
        Assert.That(fused, Does.Not.Contain("501000"));
        ProgramCheck.Check(program);
    }

    [Test]
    public void TheLargestOfEqualElementsIsEachOfThem([Values("maximum", "minimum")] string monoid, [Values("5x7", "0x7")] string dims, [Values] bool splat)
    {
        string program = $$"""
            func.func @main(%x: tensor<7xf32>, %i: tensor<f32>) -> tensor<7xf32> {
              %b = {{(splat ? $"stablehlo.constant dense<3.0> : tensor<{dims}xf32>" : $"stablehlo.broadcast_in_dim %x, dims = [1] : (tensor<7xf32>) -> tensor<{dims}xf32>")}}
              %m = stablehlo.reduce(%b init: %i) applies stablehlo.{{monoid}} across dimensions = [0] : (tensor<{{dims}}xf32>, tensor<f32>) -> tensor<7xf32>
              %r = stablehlo.add %m, %x : tensor<7xf32>
              return %r : tensor<7xf32>
            }
            """;
        string imported = "";
        CpuCompiler.Compile(MlirParser.ParseModule(program), new CpuCompileOptions { OnPass = (pass, text) => imported = pass == "import" ? text : imported }).Dispose();
        if (dims == "5x7")
        {
            Assert.That(imported, Does.Not.Contain("Reduce("));
        }
        ProgramCheck.Check(program);
    }

    private static string Sum(string from, string to, string type, string dimensions) => $$"""
        func.func @main(%x: tensor<{{from}}>) -> tensor<{{to}}> {
          %zero = stablehlo.constant dense<0> : tensor<{{type}}>
          %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [{{dimensions}}] : (tensor<{{from}}>, tensor<{{type}}>) -> tensor<{{to}}>
          return %s : tensor<{{to}}>
        }
        """.Replace("dense<0> : tensor<f32>", "dense<0.0> : tensor<f32>");
}
