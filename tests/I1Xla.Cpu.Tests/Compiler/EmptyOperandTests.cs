using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Compiler;

/// <summary>Operations on tensors without elements that give some: initial values, padding, zeros.</summary>
public class EmptyOperandTests
{
    [Test]
    public void ReductionsOfNothingAreTheirInitialValues() => Check("""
        func.func @main(%x: tensor<3x0xf32>, %i: tensor<3x0xi32>, %a: tensor<f32>, %b: tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>, tensor<4x3xf32>, tensor<3xf32>) {
          %0:2 = stablehlo.reduce(%x init: %a), (%i init: %b) across dimensions = [1] : (tensor<3x0xf32>, tensor<3x0xi32>, tensor<f32>, tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>)
            reducer(%p: tensor<f32>, %q: tensor<f32>) (%k: tensor<i32>, %l: tensor<i32>) {
              %v = stablehlo.add %p, %q : tensor<f32>
              %w = stablehlo.subtract %k, %l : tensor<i32>
              stablehlo.return %v, %w : tensor<f32>, tensor<i32>
            }
          %t = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x0xf32>) -> tensor<0x3xf32>
          %1 = "stablehlo.reduce_window"(%t, %a) <{window_dimensions = array<i64: 2, 1>, window_strides = array<i64: 1, 1>, padding = dense<[[3, 2], [0, 0]]> : tensor<2x2xi64>}> ({
          ^bb0(%p: tensor<f32>, %q: tensor<f32>):
            %v = stablehlo.add %p, %q : tensor<f32>
            stablehlo.return %v : tensor<f32>
          }) : (tensor<0x3xf32>, tensor<f32>) -> tensor<4x3xf32>
          %z = stablehlo.complex %x, %x : tensor<3x0xcomplex<f32>>
          %c = stablehlo.complex %a, %a : tensor<complex<f32>>
          %2 = stablehlo.reduce(%z init: %c) applies stablehlo.add across dimensions = [1] : (tensor<3x0xcomplex<f32>>, tensor<complex<f32>>) -> tensor<3xcomplex<f32>>
          %3 = stablehlo.imag %2 : (tensor<3xcomplex<f32>>) -> tensor<3xf32>
          return %0#0, %0#1, %1, %3 : tensor<3xf32>, tensor<3xi32>, tensor<4x3xf32>, tensor<3xf32>
        }
        """);

    [TestCase("f32")]
    [TestCase("f64")]
    [TestCase("i32")]
    public void ProductsAndConvolutionsOverNothingAreZero(string kind) => Check($$"""
        func.func @main(%x: tensor<3x0x{{kind}}>, %y: tensor<0x5x{{kind}}>, %a: tensor<2x6x6x0x{{kind}}>, %k: tensor<3x3x0x4x{{kind}}>) -> (tensor<3x5x{{kind}}>, tensor<2x4x4x4x{{kind}}>) {
          %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<3x0x{{kind}}>, tensor<0x5x{{kind}}>) -> tensor<3x5x{{kind}}>
          %1 = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1]}
            {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x6x6x0x{{kind}}>, tensor<3x3x0x4x{{kind}}>) -> tensor<2x4x4x4x{{kind}}>
          return %0, %1 : tensor<3x5x{{kind}}>, tensor<2x4x4x4x{{kind}}>
        }
        """);

    [Test]
    public void ComplexTensorsWithoutElementsAreMoved() => Check("""
        func.func @main(%x: tensor<0x2xf32>, %y: tensor<3x2xf32>, %i: tensor<i32>) -> (tensor<3x2xf32>, tensor<4x2xf32>, tensor<3x2xf32>, tensor<2x2xf32>) {
          %e = stablehlo.complex %x, %x : tensor<0x2xcomplex<f32>>
          %z = stablehlo.complex %y, %y : tensor<3x2xcomplex<f32>>
          %one = stablehlo.constant dense<(1.0, 2.0)> : tensor<complex<f32>>
          %0 = stablehlo.concatenate %e, %z, dim = 0 : (tensor<0x2xcomplex<f32>>, tensor<3x2xcomplex<f32>>) -> tensor<3x2xcomplex<f32>>
          %1 = stablehlo.pad %e, %one, low = [1, 0], high = [3, 0], interior = [0, 0] : (tensor<0x2xcomplex<f32>>, tensor<complex<f32>>) -> tensor<4x2xcomplex<f32>>
          %2 = stablehlo.dynamic_update_slice %z, %e, %i, %i : (tensor<3x2xcomplex<f32>>, tensor<0x2xcomplex<f32>>, tensor<i32>, tensor<i32>) -> tensor<3x2xcomplex<f32>>
          %3 = stablehlo.dot_general %e, %e, contracting_dims = [0] x [0] : (tensor<0x2xcomplex<f32>>, tensor<0x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
          %4 = stablehlo.imag %0 : (tensor<3x2xcomplex<f32>>) -> tensor<3x2xf32>
          %5 = stablehlo.imag %1 : (tensor<4x2xcomplex<f32>>) -> tensor<4x2xf32>
          %6 = stablehlo.real %2 : (tensor<3x2xcomplex<f32>>) -> tensor<3x2xf32>
          %7 = stablehlo.real %3 : (tensor<2x2xcomplex<f32>>) -> tensor<2x2xf32>
          return %4, %5, %6, %7 : tensor<3x2xf32>, tensor<4x2xf32>, tensor<3x2xf32>, tensor<2x2xf32>
        }
        """);
}
