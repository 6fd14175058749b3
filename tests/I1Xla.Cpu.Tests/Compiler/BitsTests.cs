using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Operations on the bits of elements, with those of the reference interpreter.</summary>
public class BitsTests
{
    // Kinds narrower than a byte are cut from and put together to others, by way of each other too.
    [TestCase("6xi64", "6x64xi1")]
    [TestCase("6x5xi32", "6x5x32xi1")]
    [TestCase("3x7xi32", "3x7x8xi4")]
    [TestCase("3x7xi32", "3x7x8xui4")]
    [TestCase("9xf64", "9x32xui2")]
    [TestCase("9xf32", "9x8xf4E2M1FN")]
    [TestCase("9xbf16", "9x16xi1")]
    [TestCase("9xi8", "9x2xi4")]
    [TestCase("9xi8", "9x4xi2")]
    [TestCase("i32", "32xi1")]
    public void ElementsAreCutAndPutTogetherAgain(string whole, string pieces) => Check($$"""
        func.func @main(%x: tensor<{{whole}}>) -> (tensor<{{pieces}}>, tensor<{{whole}}>) {
          %0 = stablehlo.bitcast_convert %x : (tensor<{{whole}}>) -> tensor<{{pieces}}>
          %1 = stablehlo.bitcast_convert %0 : (tensor<{{pieces}}>) -> tensor<{{whole}}>
          return %0, %1 : tensor<{{pieces}}>, tensor<{{whole}}>
        }
        """);

    [TestCase("f16")]
    [TestCase("f8E5M2")]
    [TestCase("f8E4M3FN")]
    public void FloatsMadeInTheProgramAreCut(string kind)
    {
        int bits = kind == "f16" ? 16 : 8;
        Check($$"""
            func.func @main(%x: tensor<40xf32>) -> (tensor<40x{{bits / 4}}xi4>, tensor<40x{{bits}}xi1>, tensor<40xf32>) {
              %0 = stablehlo.convert %x : (tensor<40xf32>) -> tensor<40x{{kind}}>
              %1 = stablehlo.bitcast_convert %0 : (tensor<40x{{kind}}>) -> tensor<40x{{bits / 4}}xi4>
              %2 = stablehlo.bitcast_convert %0 : (tensor<40x{{kind}}>) -> tensor<40x{{bits}}xi1>
              %3 = stablehlo.bitcast_convert %2 : (tensor<40x{{bits}}xi1>) -> tensor<40x{{kind}}>
              %4 = stablehlo.convert %3 : (tensor<40x{{kind}}>) -> tensor<40xf32>
              return %1, %2, %4 : tensor<40x{{bits / 4}}xi4>, tensor<40x{{bits}}xi1>, tensor<40xf32>
            }
            """);
    }

    [Test]
    public void PrecisionOfNarrowFloatsIsReduced(
        [Values("f8E5M2", "f8E4M3FN", "f8E4M3", "f8E3M4", "f8E4M3B11FNUZ", "f8E5M2FNUZ", "f8E8M0FNU", "f4E2M1FN", "f6E2M3FN", "f6E3M2FN")] string kind,
        [Values("e5m1", "e3m2", "e2m0", "e8m7", "e1m1")] string format)
    {
        int bits = kind[1] - '0';
        // Floats of 6 bits have no integers of theirs: their numbers, not all of their codes.
        string from = bits == 4 ? "ui4" : "ui8", make = bits == 6 ? "convert" : "bitcast_convert";
        // As f32, since the sign of a NaN means nothing.
        Check($$"""
            func.func @main() -> tensor<{{1 << bits}}xf32> {
              %0 = stablehlo.iota dim = 0 : tensor<{{1 << bits}}x{{from}}>
              %1 = stablehlo.{{make}} %0 : (tensor<{{1 << bits}}x{{from}}>) -> tensor<{{1 << bits}}x{{kind}}>
              %2 = stablehlo.reduce_precision %1, format = {{format}} : tensor<{{1 << bits}}x{{kind}}>
              %3 = stablehlo.convert %2 : (tensor<{{1 << bits}}x{{kind}}>) -> tensor<{{1 << bits}}xf32>
              return %3 : tensor<{{1 << bits}}xf32>
            }
            """, 1e-9);
    }
}
