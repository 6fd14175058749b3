using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Tests.Interpretation;

public class InterpreterTests
{
    private static Literal[] Run(string text, params Literal[] arguments) => Interpreter.Run(MlirParser.ParseModule(text), "main", arguments);

    private static Literal F32(Shape shape, params ReadOnlySpan<float> values) => Literal.Create(ElementKind.F32, shape, values);

    private static Literal I32(Shape shape, params ReadOnlySpan<int> values) => Literal.Create(ElementKind.I32, shape, values);

    [Test]
    public void NarrowFloatsRoundAfterEachOperation()
    {
        // 1 + 2^-8 is 1 in bf16 each time, so the sum never leaves 1; in one rounding it would be 1 + 2^-7.
        Literal result = Run("""
            func.func @main() -> tensor<bf16> {
              %one = stablehlo.constant dense<1.0> : tensor<bf16>
              %small = stablehlo.constant dense<0.00390625> : tensor<bf16>
              %0 = stablehlo.add %one, %small : tensor<bf16>
              %1 = stablehlo.add %0, %small : tensor<bf16>
              return %1 : tensor<bf16>
            }
            """)[0];
        Assert.That(result.As<ushort>()[0], Is.EqualTo(0x3F80));
    }

    [Test]
    public void SumsOfTruthsAreTruths()
    {
        Literal x = Literal.Create<byte>(ElementKind.I1, new Shape(1, 1, 4), [1, 1, 0, 0]), w = Literal.Create<byte>(ElementKind.I1, new Shape(1, 1, 2), [1, 1]);
        Literal result = Run("""
            func.func @main(%x: tensor<1x1x4xi1>, %w: tensor<1x1x2xi1>) -> tensor<1x1x3xi1> {
              %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, f, 0]x[o, i, 0]->[b, f, 0], window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
                : (tensor<1x1x4xi1>, tensor<1x1x2xi1>) -> tensor<1x1x3xi1>
              return %0 : tensor<1x1x3xi1>
            }
            """, x, w)[0];
        Assert.That(result.As<byte>().ToArray(), Is.EqualTo(new byte[] { 1, 1, 0 }));
    }

    [Test]
    public void DynamicShapesComeFromValues()
    {
        Literal result = Run("""
            func.func @main(%x: tensor<?xf32>, %n: tensor<i32>) -> tensor<?x?xf32> {
              %d = stablehlo.get_dimension_size %x, dim = 0 : (tensor<?xf32>) -> tensor<i32>
              %a = stablehlo.reshape %n : (tensor<i32>) -> tensor<1xi32>
              %b = stablehlo.reshape %d : (tensor<i32>) -> tensor<1xi32>
              %s = stablehlo.concatenate %a, %b, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
              %0 = stablehlo.dynamic_broadcast_in_dim %x, %s, dims = [1] : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
              return %0 : tensor<?x?xf32>
            }
            """, F32([3], 1, 2, 3), I32([], 2))[0];
        Assert.That(result.Shape, Is.EqualTo(new Shape(2, 3)));
        Assert.That(result.As<float>().ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 1, 2, 3 }));
    }

    [Test]
    public void IntegerDivisionByZeroAndOverflowAreDefined()
    {
        Literal[] results = Run("""
            func.func @main(%x: tensor<3xi32>, %y: tensor<3xi32>) -> (tensor<3xi32>, tensor<3xi32>) {
              %0 = stablehlo.divide %x, %y : tensor<3xi32>
              %1 = stablehlo.remainder %x, %y : tensor<3xi32>
              return %0, %1 : tensor<3xi32>, tensor<3xi32>
            }
            """, I32([3], 7, int.MinValue, -7), I32([3], 0, -1, 2));
        Assert.That(results[0].As<int>().ToArray(), Is.EqualTo(new[] { -1, int.MinValue, -3 }));
        Assert.That(results[1].As<int>().ToArray(), Is.EqualTo(new[] { 7, 0, -1 }));
    }

    [Test]
    public void AFormatWithoutAMantissaHasNoNaN()
    {
        Literal[] results = Run("""
            func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
              %0 = stablehlo.reduce_precision %x, format = e5m0 : tensor<2xf32>
              %1 = stablehlo.reduce_precision %x, format = e5m2 : tensor<2xf32>
              return %0, %1 : tensor<2xf32>, tensor<2xf32>
            }
            """, F32([2], float.NaN, 5));
        Assert.That(results[0].As<float>().ToArray(), Is.EqualTo(new[] { float.PositiveInfinity, 4f }));
        Assert.That(results[1].As<float>().ToArray(), Is.EqualTo(new[] { float.NaN, 5f }));
    }

    [Test]
    public void EndlessLoopsReachTheStepLimit()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @main(%x: tensor<i32>) -> tensor<i32> {
              %0 = stablehlo.while(%a = %x) : tensor<i32>
               cond {
                %t = stablehlo.constant dense<true> : tensor<i1>
                stablehlo.return %t : tensor<i1>
              } do {
                stablehlo.return %a : tensor<i32>
              }
              return %0 : tensor<i32>
            }
            """);
        var options = new InterpreterOptions { MaxSteps = 1000 };
        Assert.That(() => Interpreter.Run(module, "main", [I32([], 1)], options), Throws.TypeOf<InterpreterException>().With.Message.Contains("1000 steps"));
    }

    [Test]
    public void HugeTensorsReachTheMemoryLimit()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @main() -> tensor<100000x100000xf32> {\n  %0 = stablehlo.iota dim = 0 : tensor<100000x100000xf32>\n  return %0 : tensor<100000x100000xf32>\n}");
        Assert.That(() => Interpreter.Run(module, "main", []), Throws.TypeOf<InterpreterException>().With.Message.Contains("iota").And.Message.Contains("bytes"));
    }

    [Test]
    public void RecursionReachesTheDepthLimit()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @main(%x: tensor<i32>) -> tensor<i32> {\n  %0 = call @main(%x) : (tensor<i32>) -> tensor<i32>\n  return %0 : tensor<i32>\n}");
        Assert.That(() => Interpreter.Run(module, "main", [I32([], 1)]), Throws.TypeOf<InterpreterException>().With.Message.Contains("deeper"));
    }

    [Test]
    public void ProcessesThatWaitForEachOtherFail()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @a(%token: !stablehlo.token) -> (tensor<i32>, !stablehlo.token) {
              %0:2 = "stablehlo.recv"(%token) {channel_handle = #stablehlo.channel_handle<handle = 1, type = 3>, is_host_transfer = true} : (!stablehlo.token) -> (tensor<i32>, !stablehlo.token)
              return %0#0, %0#1 : tensor<i32>, !stablehlo.token
            }
            func.func @main() -> tensor<i32> {
              %t = stablehlo.after_all : !stablehlo.token
              %0:4 = "interpreter.run_parallel"(%t, %t) {programs = [[@a], [@a]]} : (!stablehlo.token, !stablehlo.token) -> (tensor<i32>, !stablehlo.token, tensor<i32>, !stablehlo.token)
              return %0#0 : tensor<i32>
            }
            """);
        Assert.That(() => Interpreter.Run(module, "main", []), Throws.InstanceOf<InterpreterException>().With.Message.Contains("wait for each other"));
    }

    [Test]
    public void ErrorsNameTheOperationAndThePlace()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @main(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
              %0 = stablehlo.add %x, %y : tensor<?xf32>
              return %0 : tensor<?xf32>
            }
            """, "sum.mlir");
        Assert.That(() => Interpreter.Run(module, "main", [F32([2], 1, 2), F32([3], 1, 2, 3)]),
            Throws.TypeOf<InterpreterException>().With.Message.Contains("stablehlo.add at sum.mlir:2").And.Message.Contains("tensor<2xf32>"));
    }

    [Test]
    public void WrongArgumentsAreRefused()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n  return %x : tensor<2xf32>\n}");
        Assert.That(() => Interpreter.Run(module, "main", []), Throws.TypeOf<InterpreterException>().With.Message.Contains("takes 1 arguments"));
        Assert.That(() => Interpreter.Run(module, "main", [F32([3], 1, 2, 3)]), Throws.TypeOf<InterpreterException>().With.Message.Contains("argument 0"));
        Assert.That(() => Interpreter.Run(module, "other", []), Throws.TypeOf<InterpreterException>().With.Message.Contains("@other"));
    }

    [Test]
    public void PhiloxCountsBlocks()
    {
        Literal[] results = Run("""
            func.func @main(%s: tensor<3xui64>) -> (tensor<3xui64>, tensor<6xui32>) {
              %0, %1 = stablehlo.rng_bit_generator %s, algorithm = PHILOX : (tensor<3xui64>) -> (tensor<3xui64>, tensor<6xui32>)
              return %0, %1 : tensor<3xui64>, tensor<6xui32>
            }
            """, Literal.Create(ElementKind.UI64, [3], (ReadOnlySpan<ulong>)[0, ulong.MaxValue, 0]));
        Assert.That(results[0].As<ulong>().ToArray(), Is.EqualTo(new ulong[] { 0, 1, 1 }));
    }

    [Test]
    public void AsynchronousOpsAndSetDimensionSizeRun()
    {
        Literal[] results = Run("""
            func.func @main(%x: tensor<4xf32>, %n: tensor<i32>) -> (tensor<4xf32>, tensor<?xf32, #stablehlo.bounds<4>>) {
              %0 = "stablehlo.async_start"(%x) ({
              ^bb0(%a: tensor<4xf32>):
                %1 = stablehlo.negate %a : tensor<4xf32>
                stablehlo.return %1 : tensor<4xf32>
              }) : (tensor<4xf32>) -> !stablehlo.future<tensor<4xf32>>
              %2 = "stablehlo.async_done"(%0) : (!stablehlo.future<tensor<4xf32>>) -> tensor<4xf32>
              %3 = stablehlo.set_dimension_size %x, %n, dim = 0 : (tensor<4xf32>, tensor<i32>) -> tensor<?xf32, #stablehlo.bounds<4>>
              return %2, %3 : tensor<4xf32>, tensor<?xf32, #stablehlo.bounds<4>>
            }
            """, F32([4], 1, 2, 3, 4), I32([], 2));
        Assert.That(results[0].As<float>().ToArray(), Is.EqualTo(new float[] { -1, -2, -3, -4 }));
        Assert.That(results[1].As<float>().ToArray(), Is.EqualTo(new float[] { 1, 2 }));
    }

    [Test]
    public void CholeskyTimesItsTransposeIsTheMatrix()
    {
        Literal result = Run("""
            func.func @main(%a: tensor<3x3xf32>) -> tensor<3x3xf32> {
              %l = stablehlo.cholesky %a, lower = true : tensor<3x3xf32>
              %0 = stablehlo.dot_general %l, %l, contracting_dims = [1] x [1] : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
              return %0 : tensor<3x3xf32>
            }
            """, F32([3, 3], 4, 2, 1, 2, 5, 3, 1, 3, 6))[0];
        Assert.That(result.As<float>().ToArray(), Is.EqualTo(new float[] { 4, 2, 1, 2, 5, 3, 1, 3, 6 }).Within(1e-5));
    }
}
