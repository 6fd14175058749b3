using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.CustomCalls;

/// <summary>JAX's call for a sparse matrix times a dense one.</summary>
public sealed class SparseProductTests
{
    // [[1, 0, 2], [0, 0, 0], [0, 3, 0]], and two elements behind the end.
    [TestCase("f32", "i32")]
    [TestCase("f64", "i64")]
    [TestCase("i32", "i32")]
    [TestCase("i8", "i64")]
    [TestCase("complex<f32>", "i32")]
    [TestCase("complex<f64>", "i32")]
    public void RowsTimesColumns(string element, string index)
    {
        string One(int v) => element.StartsWith('c') ? $"({v}.0, 0.0)" : element.StartsWith('f') ? $"{v}.0" : $"{v}";
        string Values(params int[] v) => $"dense<[{string.Join(", ", v.Select(One))}]> : tensor<{v.Length}x{element}>";
        string Rows(params int[][] v) => $"dense<[{string.Join(", ", v.Select(r => $"[{string.Join(", ", r.Select(One))}]"))}]> : tensor<{v.Length}x{v[0].Length}x{element}>";
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule($$"""
            func.func @main() -> (tensor<3x2x{{element}}>, tensor<3x{{element}}>, tensor<3x2x{{element}}>, tensor<3x{{element}}>) {
              %data = stablehlo.constant {{Values(1, 2, 3, 50, 60)}}
              %begins = stablehlo.constant dense<[0, 2, 2, 3]> : tensor<4x{{index}}>
              %columns = stablehlo.constant dense<[0, 2, 1, 0, 7]> : tensor<5x{{index}}>
              %matrix = stablehlo.constant {{Rows([1, 2], [3, 4], [5, 6])}}
              %vector = stablehlo.constant {{Values(1, 10, 30)}}
              %0 = stablehlo.custom_call @cpu_csr_sparse_dense_ffi(%data, %begins, %columns, %matrix) {api_version = 4 : i32} : (tensor<5x{{element}}>, tensor<4x{{index}}>, tensor<5x{{index}}>, tensor<3x2x{{element}}>) -> tensor<3x2x{{element}}>
              %1 = stablehlo.custom_call @cpu_csr_sparse_dense_ffi(%data, %begins, %columns, %vector) {api_version = 4 : i32} : (tensor<5x{{element}}>, tensor<4x{{index}}>, tensor<5x{{index}}>, tensor<3x{{element}}>) -> tensor<3x{{element}}>
              %2 = stablehlo.constant {{Rows([11, 14], [0, 0], [9, 12])}}
              %3 = stablehlo.constant {{Values(61, 0, 30)}}
              return %0, %1, %2, %3 : tensor<3x2x{{element}}>, tensor<3x{{element}}>, tensor<3x2x{{element}}>, tensor<3x{{element}}>
            }
            """));
        Literal[] made = [.. executable.Execute([]).Select(b => b.ToLiteral())];
        Assert.That(made[0].Data.ToArray(), Is.EqualTo(made[2].Data.ToArray()));
        Assert.That(made[1].Data.ToArray(), Is.EqualTo(made[3].Data.ToArray()));
    }
}
