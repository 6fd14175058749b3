using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Tests.Text;

/// <summary>Types, attributes, locations and operations, one small text each.</summary>
public class SyntaxTests
{
    [TestCase("tensor<2x?x3xf32>")]
    [TestCase("tensor<f8E4M3B11FNUZ>")]
    [TestCase("tensor<4xf4E2M1FN>")]
    [TestCase("tensor<4xcomplex<f64>>")]
    [TestCase("tensor<*xbf16>")]
    [TestCase("tensor<?x4xui2, #stablehlo.bounds<7, ?>>")]
    [TestCase("tuple<tensor<i1>, tuple<>, !stablehlo.token>")]
    [TestCase("!stablehlo.future<tensor<2xf32>, tensor<i64>>")]
    [TestCase("memref<2xf32>")]
    [TestCase("(tensor<f32>, i32) -> (index, none)")]
    [TestCase("() -> tensor<f32>")]
    [TestCase("(f32) -> (() -> f32)")]
    [TestCase("tensor<2x!quant.uniform<i8<-127:127>:f32, 5.000000e-01:3>>")]
    [TestCase("tensor<2x3x!quant.uniform<u8:f32:1, {5.000000e-01,2.9455460163317514E-5:7,1.000000e+00}>>")]
    [TestCase("!quant.uniform<i8:f32:{0:1, 1:2}, {1.000000e+00, 2.000000e+00:3}>")]
    [TestCase("si37")]
    [TestCase("complex<i32>")]
    [TestCase("!vhlo.tensor_v1<2x!vhlo.f32_v1>")]
    [TestCase("tensor<9999999999xf32>")]
    public void TypesPrintAsTheyAreRead(string text) => Assert.That(MlirParser.ParseType(text).ToString(), Is.EqualTo(text));

    [TestCase("1 : i64")]
    [TestCase("-128 : i8")]
    [TestCase("18446744073709551615 : ui64")]
    [TestCase("1.000000e+00 : f32")]
    [TestCase("0x7FC00001 : f32")]
    [TestCase("0.333333343 : f32")]
    [TestCase("9.99999997E-7 : f32")]
    [TestCase("\"a\\22b\\5C\\0A\\FF\\C3\\A9\"", "\"a\\22b\\\\\\0A\\FF\\C3\\A9\"")]
    [TestCase("[1, 2.5, \"x\", unit, @f::@g]", "[1, 2.500000e+00, \"x\", unit, @f::@g]")]
    [TestCase("{a, \"b c\" = 1 : i32, d.e = {}}", "{a, \"b c\" = 1 : i32, d.e = {}}")]
    [TestCase("{z = 1 : i64, a = true}", "{a = true, z = 1 : i64}")]
    [TestCase("array<i64: 1, -2>")]
    [TestCase("array<i1: true, false>")]
    [TestCase("array<f32: 1.500000e+00>")]
    [TestCase("array<i32>")]
    [TestCase("dense<[1, 1, 1]> : tensor<3xi64>", "dense<1> : tensor<3xi64>")]
    [TestCase("dense<[[1, 2], [3, 4]]> : tensor<2x2xui8>")]
    [TestCase("dense<[true, false]> : tensor<2xi1>")]
    [TestCase("dense<\"0x0102\"> : tensor<2xi8>", "dense<[1, 2]> : tensor<2xi8>")]
    [TestCase("dense<\"0x05\"> : tensor<8xi1>", "dense<[true, false, true, false, false, false, false, false]> : tensor<8xi1>")]
    [TestCase("dense<-1> : tensor<4xi4>")]
    [TestCase("dense<(1.0, 0xFF800000)> : tensor<2xcomplex<f32>>", "dense<(1.000000e+00,0xFF800000)> : tensor<2xcomplex<f32>>")]
    [TestCase("dense<> : tensor<0x3xf32>")]
    [TestCase("dense<0> : tensor<9999999999xi32>")]
    [TestCase("dense<0x7F80> : tensor<bf16>")]
    [TestCase("dense<[4.480000e+02, 0x7F]> : tensor<2xf8E4M3FN>")]
    [TestCase("#stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>")]
    [TestCase("#stablehlo.gather<offset_dims = [0], index_vector_dim = 1>")]
    [TestCase("#stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, f, 1, 0]>")]
    [TestCase("#stablehlo<precision HIGHEST>")]
    [TestCase("#chlo<comparison_direction LT>")]
    [TestCase("#stablehlo.channel_handle<handle = 1, type = 2>")]
    [TestCase("#stablehlo.result_accuracy<atol = 1.000000e-05, ulps = 2, mode = #stablehlo.result_accuracy_mode<TOLERANCE>>")]
    [TestCase("#stablehlo.replica_group_mesh_axes<mesh = @m, axes = [#stablehlo.axis_ref<name = \"x\", sub_axis_info = (2)4>]>")]
    [TestCase("#sdy.sharding<@mesh, [{\"x\", \"y\":(1)2}, {?}p1, {\"z\", ?}], replicated={\"a\"}, unreduced=max{\"b\"}>")]
    [TestCase("#sdy.sharding<mesh<[\"a\"=2], device_ids=[1, 0]>, []>")]
    [TestCase("#sdy.sharding_per_value<[<@m, [{}]>]>")]
    [TestCase("#sdy.op_sharding_rule<([i, k], [k, z_1j])->([i, jz_1]) {i=8, j=8, k=8} reduction={k}, custom>")]
    [TestCase("#foo.bar<x -> {\"a>\"}>")]
    [TestCase("#foo<\"bar\">")]
    [TestCase("loc(fused<\"m\">[\"a\", callsite(\"f\":1:2 at unknown)])")]
    [TestCase("loc(\"n\"(\"f.py\":3:4 to :9))")]
    [TestCase("loc(\"f.py\":3:4 to 5:6)")]
    [TestCase("affine_map<(d0, d1) -> (d1 + 1)>")]
    public void AttributesPrintInTheirOneForm(string text, string? printed = null) =>
        Assert.That(MlirParser.ParseAttribute(text).ToString(), Is.EqualTo(printed ?? text));

    [Test]
    public void StringsOfAnyBytesSurvive()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        string text = MlirString.Decode(bytes);
        Assert.That(MlirString.Encode(text), Is.EqualTo(bytes));
        Assert.That(MlirParser.ParseAttribute(new StringAttr(text).ToString()), Is.EqualTo(new StringAttr(text)));
    }

    [Test]
    public void PrettyAndGenericFormsAreTheSameOperation()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func @f(%a: tensor<4x4xf32>, %p: tensor<f32>) {
              %0 = stablehlo.pad %a, %p, low = [1, 0], high = [0, 1], interior = [0, 0] : (tensor<4x4xf32>, tensor<f32>) -> tensor<5x5xf32>
              %1 = "stablehlo.pad"(%a, %p) <{edge_padding_low = array<i64: 1, 0>, edge_padding_high = array<i64: 0, 1>}> {interior_padding = array<i64: 0, 0>} : (tensor<4x4xf32>, tensor<f32>) -> tensor<5x5xf32>
              return
            }
            """);
        Operation[] ops = [.. module.Functions.First().Body.Operations];
        Assert.That(ops[1].Attributes.Entries.ToArray(), Is.EqualTo(ops[0].Attributes.Entries.ToArray()));
        Assert.That(ops[0].Attributes.Entries.ToArray().Select(e => e.Name), Is.Ordered);
        Assert.That(ops[0].Result.Type, Is.SameAs(ops[1].Result.Type), "equal type texts share one object");
    }

    [Test]
    public void OperationsWithoutALocationGetTheirPlace()
    {
        ModuleOp module = MlirParser.ParseModule("\nfunc.func @f() {\n  %0 = \"a.b\"() ({\n    \"c.d\"() : () -> ()\n  }) : () -> i32\n  return\n}\n", "x.mlir");
        Operation op = module.Functions.First().Body.Operations[0];
        Assert.That(op.Location, Is.EqualTo(new FileLineLocation("x.mlir", 3, 8)));
        Assert.That(op.Regions[0].Entry.Operations[0].Location, Is.EqualTo(new FileLineLocation("x.mlir", 4, 5)));
        Assert.That(module.Functions.First().Body.Operations[1].Location, Is.EqualTo(new FileLineLocation("x.mlir", 6, 3)));
    }

    [Test]
    public void LocationAliasesMayComeLater()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @f() {\n  \"a.b\"() : () -> () loc(#loc2)\n  return\n}\n#loc1 = loc(\"f.py\":1:2)\n#loc2 = loc(\"outer\"(#loc1))\n");
        Assert.That(module.Functions.First().Body.Operations[0].Location, Is.EqualTo(new NameLocation("outer", new FileLineLocation("f.py", 1, 2))));
    }

    [Test]
    public void LocationsInsideOthersAreDefinedBeforeThem()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @f(%a: i32 loc(\"a\"(\"f.py\":1:1))) {\n  \"a.b\"() : () -> () loc(callsite(\"g\"(\"f.py\":1:2) at \"f.py\":3:4))\n  return loc(unknown)\n}\n");
        string printed = MlirPrinter.Print(module, new PrintOptions { Locations = true });
        // MLIR refuses an alias that is used before its definition anywhere but at the end of an operation.
        Assert.That(printed, Does.Contain("%arg0: i32 loc(\"a\"(\"f.py\":1:1))"));
        Assert.That(printed, Does.Contain("#loc = loc(\"f.py\":1:2)\n#loc1 = loc(\"g\"(#loc))\n#loc2 = loc(\"f.py\":3:4)\n#loc3 = loc(callsite(#loc1 at #loc2))\n"));
    }

    [Test]
    public void AliasesOfTypesAndAttributes()
    {
        ModuleOp module = MlirParser.ParseModule("!t = tensor<2xf32>\n#a = 7 : i32\nfunc.func @f(%x: !t) -> !t {\n  \"a.b\"() {v = #a} : () -> () // comment\n  return %x : !t\n}\n");
        FuncOp f = module.FindFunction("f")!.Value;
        Assert.That(f.Type.Results[0], Is.EqualTo(new TensorType(ElementKind.F32, [2])));
        Assert.That(f.Body.Operations[0].Attributes["v"], Is.EqualTo(IntegerAttr.I32(7)));
    }

    [Test]
    public void ResourcesStandAtTheEnd()
    {
        string text = """
            func.func @f() -> tensor<2xf32> {
              %0 = stablehlo.constant dense_resource<blob> : tensor<2xf32>
              return %0 : tensor<2xf32>
            }

            {-#
              dialect_resources: {
                builtin: {
                  blob: "0x040000000000803F00000040"
                }
              }
            #-}
            """;
        ModuleOp module = MlirParser.ParseModule(text);
        var resource = (DenseResourceAttr)module.Functions.First().Body.Operations[0].Attributes["value"]!;
        Assert.That(resource.Data!.Value.ToArray(), Is.EqualTo(Convert.FromHexString("0000803F00000040")));
        string printed = MlirPrinter.Print(module);
        Assert.That(printed, Does.Contain("blob: \"0x040000000000803F00000040\""));
        Assert.That(MlirPrinter.Print(MlirParser.ParseModule(printed)), Is.EqualTo(printed));
    }

    [Test]
    public void SeveralResultsAndNames()
    {
        ModuleOp module = MlirParser.ParseModule("""
            func.func private @g(i32) -> (i32, f32)
            func.func @"odd name"(%x: i32 {a.b = 1 : i32}) -> (i32 {c.d}) attributes {e.f = "g"} {
              %r:2 = call @g(%x) : (i32) -> (i32, f32)
              %s, %t = func.call @g(%r#0) : (i32) -> (i32, f32)
              return %s : i32
            }
            """);
        string printed = MlirPrinter.Print(module);
        Assert.That(printed, Is.EqualTo("""
            module {
              func.func private @g(i32) -> (i32, f32)
              func.func @"odd name"(%arg0: i32 {a.b = 1 : i32}) -> (i32 {c.d}) attributes {e.f = "g"} {
                %0:2 = call @g(%arg0) : (i32) -> (i32, f32)
                %1:2 = call @g(%0#0) : (i32) -> (i32, f32)
                return %1#0 : i32
              }
            }

            """));
    }

    [Test]
    public void ArraysOfMoreThanAHundredElementsPrintInHexadecimal()
    {
        var values = new int[101];
        values[100] = -1;
        string hundred = Literal.Create<int>(ElementKind.I32, [100], values.AsSpan(1)).ToDense().ToString();
        string more = Literal.Create<int>(ElementKind.I32, [101], values).ToDense().ToString();
        Assert.That(hundred, Does.StartWith("dense<[0, 0"));
        Assert.That(more, Does.StartWith("dense<\"0x0000").And.EndsWith("FFFFFFFF\"> : tensor<101xi32>"));
        Assert.That(MlirParser.ParseAttribute(more).ToString(), Is.EqualTo(more));
        string bits = new DenseElementsAttr(new TensorType(ElementKind.I1, [104]), new byte[103].Append((byte)1).ToArray(), false).ToString();
        Assert.That(bits, Is.EqualTo("dense<\"0x00000000000000000000000080\"> : tensor<104xi1>"));
        Assert.That(MlirParser.ParseAttribute(bits).ToString(), Is.EqualTo(bits));
    }

    [Test]
    public void EveryFloatOfASmallKindReadsBack()
    {
        ElementKind[] kinds = [ElementKind.F4E2M1FN, ElementKind.F6E2M3FN, ElementKind.F6E3M2FN, ElementKind.F8E3M4, ElementKind.F8E4M3, ElementKind.F8E4M3FN,
            ElementKind.F8E4M3FNUZ, ElementKind.F8E4M3B11FNUZ, ElementKind.F8E5M2, ElementKind.F8E5M2FNUZ, ElementKind.F8E8M0FNU];
        foreach (ElementKind kind in kinds)
        {
            byte[] all = [.. Enumerable.Range(0, 1 << kind.BitWidth()).Select(i => (byte)i)];
            var dense = new DenseElementsAttr(new TensorType(kind, [all.Length]), all, false);
            string text = MlirPrinter.Print(Holder(dense), new PrintOptions { HexThreshold = 1000 });
            var back = (DenseElementsAttr)MlirParser.ParseModule(text).Body.Operations[0].Attributes["v"]!;
            Assert.That(back.Data.ToArray(), Is.EqualTo(all), kind.Name());
        }
    }

    [Test]
    public void RandomFloatsReadBack()
    {
        var random = new Random(7);
        float[] singles = [.. Enumerable.Range(0, 20000).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(0, 1L << 32)))];
        double[] doubles = [.. Enumerable.Range(0, 20000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))];
        CheckReadsBack(Literal.Create<float>(ElementKind.F32, [singles.Length], singles));
        CheckReadsBack(Literal.Create<double>(ElementKind.F64, [doubles.Length], doubles));
    }

    private static void CheckReadsBack(Literal literal)
    {
        string text = MlirPrinter.Print(Holder(literal.ToDense()), new PrintOptions { HexThreshold = long.MaxValue });
        var back = (DenseElementsAttr)MlirParser.ParseModule(text).Body.Operations[0].Attributes["v"]!;
        Assert.That(back.Data.Span.SequenceEqual(literal.Data.Span));
    }

    private static ModuleOp Holder(I1Xla.StableHlo.Ir.Attribute attribute)
    {
        ModuleOp module = ModuleOp.Create();
        module.Body.Add(new Operation("test.hold", [], [], new AttributeMap { { "v", attribute } }));
        return module;
    }
}
