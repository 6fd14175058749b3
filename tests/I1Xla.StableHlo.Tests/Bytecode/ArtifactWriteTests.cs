using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Tests.Bytecode;

public class ArtifactWriteTests
{
    /// <summary>An artifact whose use lists tell how a program that is not known came to its operations: its text does not have that.</summary>
    private const string OtherUseLists = "vhlo_emit_version_api.1_1_0.mlir.bc";

    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Compatibility))]
    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Golden))]
    public void WritesBackByteForByte(string path)
    {
        byte[] original = File.ReadAllBytes(path);
        Assert.That(PortableArtifact.TryGetVersion(original, out StableHloVersion version), Is.True);
        ModuleOp module = PortableArtifact.Read(original);
        SameBytes(original, PortableArtifact.Write(module, version));
    }

    [TestCaseSource(typeof(ArtifactFiles), nameof(ArtifactFiles.Compatibility))]
    public void WritesTheTextByteForByte(string path)
    {
        if (Path.GetFileName(path) == OtherUseLists)
        {
            return;
        }
        byte[] original = File.ReadAllBytes(path);
        Assert.That(PortableArtifact.TryGetVersion(original, out StableHloVersion version), Is.True);
        ModuleOp module = MlirParser.ParseFile(ArtifactFiles.TextOf(path));
        new I1Xla.StableHlo.Passes.StripDebugInfoPass().Run(module);
        SameBytes(original, PortableArtifact.Write(module, version));
    }

    private static StableHloVersion[] Versions() =>
        [.. Enumerable.Range(9, 12).Select(minor => new StableHloVersion(0, minor, 0)), .. Enumerable.Range(0, StableHloVersion.Current.Minor + 1).Select(minor => new StableHloVersion(1, minor, 0))];

    [TestCaseSource(nameof(Versions))]
    public void EveryFunctionComesBackFromEveryVersionThatHasIt(StableHloVersion target)
    {
        int written = 0, refused = 0;
        foreach (string path in ArtifactFiles.Compatibility().Where(f => f.Contains("1_20_0")).Take(1))
        {
            foreach (FuncOp function in PortableArtifact.Read(File.ReadAllBytes(path)).Functions.ToList())
            {
                ModuleOp module = ModuleOp.Create();
                module.Body.Add(function.Op.Clone([]));
                byte[] bytes;
                try
                {
                    bytes = PortableArtifact.Write(module, target);
                }
                catch (PortableArtifactException e)
                {
                    Assert.That(e.Message, Does.StartWith($"failed to convert VHLO to v{target}: "));
                    refused++;
                    continue;
                }
                written++;
                Assert.That(MlirPrinter.Print(PortableArtifact.Read(bytes)), Is.EqualTo(MlirPrinter.Print(module)), path);
            }
        }
        TestContext.Out.WriteLine($"{target}: {written} written, {refused} refused");
        Assert.That(refused == 0, Is.EqualTo(target == StableHloVersion.Current));
    }

    /// <summary>Programs that a version cannot express: the smallest version that can, and the program.</summary>
    private static readonly (string Since, string Text)[] s_programs =
    [
        ("0.10.0", "func.func @f(%a: tensor<f8E4M3FNUZ>) { func.return }"),
        ("0.11.0", "func.func @f(%a: tensor<f8E4M3B11FNUZ>) { func.return }"),
        ("0.16.0", "func.func @f(%a: tensor<4xf32>) { %0 = \"stablehlo.collective_broadcast\"(%a) <{replica_groups = dense<0> : tensor<1x1xi64>}> : (tensor<4xf32>) -> tensor<4xf32> func.return }"),
        ("0.17.0", "func.func @f(%a: tensor<4xf32>, %b: tensor<f32>) { %0 = \"stablehlo.reduce\"(%a, %b) <{dimensions = array<i64: 0>}> ({ ^bb0(%x: tensor<f64>, %y: tensor<f64>): stablehlo.return %x : tensor<f64> }) : (tensor<4xf32>, tensor<f32>) -> tensor<f64> func.return }"),
        ("0.18.0", "func.func @f(%a: tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) { func.return }"),
        ("0.19.0", "func.func @f(%a: tensor<f32>) { %0 = stablehlo.composite \"foo.bar\" %a {decomposition = @g} : (tensor<f32>) -> tensor<f32> func.return } func.func @g(%a: tensor<f32>) -> tensor<f32> { func.return %a : tensor<f32> }"),
        ("1.1.0", "func.func @f(%a: tensor<2x4x9xi32>, %i: tensor<2x1x5x2xi32>) { %0 = \"stablehlo.gather\"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [3], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [2, 1], index_vector_dim = 3>, slice_sizes = array<i64: 1, 1, 8>}> : (tensor<2x4x9xi32>, tensor<2x1x5x2xi32>) -> tensor<2x1x5x8xi32> func.return }"),
        ("1.2.0", "func.func @f(%a: tensor<i2>) { func.return }"),
        ("1.3.0", "func.func @f(%a: tensor<f32>) { %0 = \"stablehlo.custom_call\"(%a) <{api_version = 4 : i32, backend_config = {k = 1 : i32}, call_target_name = \"foo\"}> : (tensor<f32>) -> tensor<f32> func.return }"),
        ("1.4.0", "func.func @f(%a: tensor<f32>) { %0 = stablehlo.tan %a : tensor<f32> func.return }"),
        ("1.5.0", "func.func @f(%a: tensor<8xf32>, %b: tensor<4xf32>) { %0:2 = \"stablehlo.all_to_all\"(%a, %b) <{split_dimension = 0 : i64, concat_dimension = 0 : i64, split_count = 1 : i64, replica_groups = dense<0> : tensor<1x1xi64>}> : (tensor<8xf32>, tensor<4xf32>) -> (tensor<8xf32>, tensor<4xf32>) func.return }"),
        ("1.6.0", "func.func @f(%a: tensor<2x2xf32>) { %0 = stablehlo.dot_general %a, %a, contracting_dims = [1] x [0], algorithm = <lhs_precision_type = tf32, rhs_precision_type = tf32, accumulation_type = f32, lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 1, allow_imprecise_accumulation = false> : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32> func.return }"),
        ("1.7.0", "func.func @f(%a: tensor<f8E3M4>) { func.return }"),
        ("1.8.0", "func.func @f(%a: tensor<f4E2M1FN>) { func.return }"),
        ("1.9.0", "func.func @f(%a: tensor<f32>) { %0 = \"stablehlo.exponential\"(%a) <{result_accuracy = #stablehlo.result_accuracy<ulps = 10, mode = #stablehlo.result_accuracy_mode<TOLERANCE>>}> : (tensor<f32>) -> tensor<f32> func.return }"),
        ("1.10.0", "func.func @f(%a: tensor<f32>) { %0 = \"stablehlo.cosine\"(%a) <{result_accuracy = #stablehlo.result_accuracy<ulps = 10, mode = #stablehlo.result_accuracy_mode<TOLERANCE>>}> : (tensor<f32>) -> tensor<f32> func.return }"),
        ("1.12.0", "func.func @f(%a: tensor<3xi32>, %t: !stablehlo.token) { %0 = \"stablehlo.send\"(%a, %t) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64>}> : (tensor<3xi32>, !stablehlo.token) -> !stablehlo.token func.return }"),
        ("1.15.0", "func.func @f(%a: !stablehlo.future<tensor<f32>>) { func.return }"),
    ];

    private static IEnumerable<TestCaseData> Programs() => s_programs.Select(p => new TestCaseData(p.Since, p.Text).SetArgDisplayNames(p.Since));

    [TestCaseSource(nameof(Programs))]
    public void AVersionBeforeRefuses(string sinceText, string text)
    {
        _ = StableHloVersion.TryParse(sinceText, out StableHloVersion since);
        ModuleOp module = MlirParser.ParseModule(text);
        foreach (StableHloVersion target in Versions())
        {
            if (target < since)
            {
                PortableArtifactException e = Assert.Throws<PortableArtifactException>(() => PortableArtifact.Write(module, target), target.ToString())!;
                Assert.That(e.Message, Does.StartWith($"failed to convert VHLO to v{target}: "));
            }
            else
            {
                ModuleOp read = PortableArtifact.Read(PortableArtifact.Write(module, target));
                Assert.That(MlirPrinter.Print(read), Is.EqualTo(MlirPrinter.Print(module)), target.ToString());
            }
        }
    }

    private static IEnumerable<string> Downgrades() =>
        Environment.GetEnvironmentVariable("I1XLA_STABLEHLO_TESTS") is { Length: > 0 } tests ? Directory.GetFiles(Path.Combine(tests, "vhlo"), "vhlo_to_version_downgrade*.*_*_*.mlir").Order() : [];

    [TestCaseSource(nameof(Downgrades))]
    public void TheReferencesDowngrades(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        Assert.That(StableHloVersion.TryParse(name[(name.IndexOf('.') + 1)..].Replace('_', '.'), out StableHloVersion target), Is.True);
        byte[] text = File.ReadAllBytes(path);
        bool all = name.Contains("invalid") && text.AsSpan().IndexOf("expected-error"u8) < 0;
        foreach (SplitPart part in MlirParser.ParseSplit(text))
        {
            Assert.That(part.Module, Is.Not.Null, part.Error?.Message);
            if (all || part.Text.Span.IndexOf("expected-error"u8) >= 0)
            {
                Assert.Throws<PortableArtifactException>(() => PortableArtifact.Write(part.Module!.Value, target), $"line {part.FirstLine}");
            }
            else
            {
                Assert.DoesNotThrow(() => PortableArtifact.Write(part.Module!.Value, target), $"line {part.FirstLine}");
            }
        }
    }

    [TestCase("100.10.10", "target version 100.10.10 is greater than current version")]
    [TestCase("0.0.0", "target version 0.0.0 is less than minimum supported")]
    public void UnknownVersionsAreRefused(string text, string message)
    {
        Assert.That(StableHloVersion.TryParse(text, out StableHloVersion target), Is.True);
        Assert.That(() => PortableArtifact.Write(ModuleOp.Create(), target), Throws.TypeOf<PortableArtifactException>().With.Message.StartWith(message));
    }

    [Test]
    public void ConstantsAreNotCopied()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        byte[] data = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        ModuleOp module = MlirParser.ParseModule("func.func @f() { %0 = stablehlo.constant dense<1.0> : tensor<1000xf32> func.return }");
        Operation constant = module.FindFunction("f")!.Value.Body.Operations[0];
        constant.Attributes.Set("value", new DenseElementsAttr(new TensorType(ElementKind.F32, new Shape(1000)), data, false));
        byte[] artifact = PortableArtifact.Write(module, StableHloVersion.Current);
        var read = (DenseElementsAttr)PortableArtifact.Read(artifact).FindFunction("f")!.Value.Body.Operations[0].Attributes["value"]!;
        Assert.That(read.Data.Span.SequenceEqual(data), Is.True);
        Assert.That(read.Data.Span.Overlaps(artifact), Is.True);
    }

    [Test]
    public void ResourcesAndOtherDialectsAttributesComeBack()
    {
        ModuleOp module = MlirParser.ParseModule("""
            module @m attributes {mhlo.num_partitions = 2 : i32, mhlo.frontend_attributes = {xla.sdy.meshes = "{mesh = #sdy.mesh<[\22x\22=2]>}"}} {
              func.func public @main(%arg0: tensor<4xf32> {mhlo.sharding = "{replicated}", sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>, tf.aliasing_output = 0 : i32, jax.unit}) -> (tensor<4xf32> {jax.result_info = "r"}) {
                %0 = stablehlo.constant dense_resource<blob> : tensor<4xf32>
                %1 = stablehlo.add %0, %arg0 {mhlo.frontend_attributes = {a = "b", c = "d"}, k = array<i32: 1, -2>} : tensor<4xf32>
                return %1 : tensor<4xf32>
              }
            }
            {-#
              dialect_resources: {
                builtin: {
                  blob: "0x04000000000000000000803F0000004000004040"
                }
              }
            #-}
            """);
        ModuleOp read = PortableArtifact.Read(PortableArtifact.Write(module, StableHloVersion.Current));
        Assert.That(MlirPrinter.Print(read), Is.EqualTo(MlirPrinter.Print(module)));
    }

    private static void SameBytes(byte[] expected, byte[] actual)
    {
        int same = expected.AsSpan().CommonPrefixLength(actual);
        if (same == expected.Length && same == actual.Length)
        {
            return;
        }
        Assert.Fail($"{expected.Length} bytes expected, {actual.Length} written, the first {same} agree; then {Hex(expected, same)} expected, {Hex(actual, same)} written");
    }

    private static string Hex(byte[] bytes, int at) => Convert.ToHexString(bytes.AsSpan(at, Math.Min(16, bytes.Length - at)));

    private static IEnumerable<string> Sharded() => Directory.GetFiles(I1Xla.Testing.SharedAssets.Golden("sharded"), "shardy_*.mlir").Order();

    [TestCaseSource(nameof(Sharded))]
    public void ShardyComesThroughArtifacts(string path)
    {
        ModuleOp module = MlirParser.ParseFile(path);
        foreach (Operation mesh in module.Body.Operations.Where(op => op.Name.Full == "sdy.mesh"))
        {
            // What JAX notes beside the mesh says it again.
            mesh.Attributes.Remove("stablehlo.mesh");
        }
        // An artifact spells the default precision out, so it cannot tell whether the text does.
        module.Op.Walk(op =>
        {
            if (op.Attributes["precision_config"] is ArrayAttr list && list.Items.All(p => p is EnumAttr { Value: "DEFAULT" }))
            {
                op.Attributes.Remove("precision_config");
            }
            // Nor does it say of collectives what kind of channel they use.
            if (op.Attributes["channel_handle"] is ChannelHandleAttr channel)
            {
                op.Attributes.Set("channel_handle", new ChannelHandleAttr(channel.Handle, 0));
            }
        });
        byte[] artifact = PortableArtifact.Write(module, new StableHloVersion(1, 8, 0));
        ModuleOp read = PortableArtifact.Read(artifact);
        Assert.That(I1Xla.StableHlo.Verify.Verifier.Verify(read).Select(d => d.Message), Is.Empty);
        Assert.That(MlirPrinter.Print(read), Does.Contain("xla.sdy.meshes").And.Not.Contain("sdy.mesh @"));
        new I1Xla.StableHlo.Passes.ShardyImportPass().Run(read);
        ArtifactReadTests.Compare(MlirPrinter.Print(module), MlirPrinter.Print(read));
    }

    [TestCase("module attributes {k = 1 : i3232} { }")]
    [TestCase("func.func @f() { %0 = stablehlo.constant {k = 1 : i65} dense<1.0> : tensor<f32> return }")]
    public void WideIntegersAreRefused(string text) =>
        Assert.That(() => PortableArtifact.Write(MlirParser.ParseModule(text), StableHloVersion.Current), Throws.TypeOf<PortableArtifactException>());

    [Test]
    public void AModuleIsWrittenTheSameWayTwice()
    {
        // The first time leaves ordinals in the values; those of a part that moved to another module are out of date there.
        ModuleOp first = MlirParser.ParseModule("func.func @f(%a: tensor<f32>) -> tensor<f32> { %0 = stablehlo.add %a, %a : tensor<f32> return %0 : tensor<f32> }");
        ModuleOp both = MlirParser.ParseModule("func.func @e(%a: tensor<i1>, %b: tensor<i1>) -> tensor<i1> { %0 = stablehlo.and %a, %b : tensor<i1> return %0 : tensor<i1> }");
        byte[] once = PortableArtifact.Write(first, StableHloVersion.Current);
        Assert.That(PortableArtifact.Write(first, StableHloVersion.Current), Is.EqualTo(once));
        _ = PortableArtifact.Write(both, StableHloVersion.Current);
        both.Body.Add(first.Functions.Single().Op);
        ModuleOp read = PortableArtifact.Read(PortableArtifact.Write(both, StableHloVersion.Current));
        Assert.That(MlirPrinter.Print(read), Is.EqualTo(MlirPrinter.Print(both)));
    }

    [Test]
    public void OperationsOfAnArtifactChangeTheirAttributesAlone()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @f(%a: tensor<2x3xf32>) { %0 = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32> %1 = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32> return }");
        OperationList read = PortableArtifact.Read(PortableArtifact.Write(module, StableHloVersion.Current)).FindFunction("f")!.Value.Body.Operations;
        Operation copy = read[1].Clone([]);
        read[0].Attributes.Set("permutation", DenseArrayAttr.I64(0, 1));
        read[0].Attributes.Set("extra", UnitAttr.Instance);
        read[1].Attributes.Remove("permutation");
        Assert.Multiple(() =>
        {
            Assert.That(read[0].Attributes["permutation"], Is.EqualTo(DenseArrayAttr.I64(0, 1)));
            Assert.That(read[1].HasAttributes, Is.False);
            Assert.That(copy.Attributes["permutation"], Is.EqualTo(DenseArrayAttr.I64(1, 0)));
            Assert.That(copy.Attributes.Contains("extra"), Is.False);
        });
    }

    [Test]
    public void ChloIsWrittenAsStableHlo()
    {
        ModuleOp module = MlirParser.ParseModule("func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> { %0 = chlo.erf %a : tensor<2xf32> -> tensor<2xf32> return %0 : tensor<2xf32> }");
        string text = MlirPrinter.Print(PortableArtifact.Read(PortableArtifact.Write(module, StableHloVersion.Current)));
        Assert.That(text, Does.Contain("stablehlo.multiply").And.Not.Contain("chlo."));
        Assert.That(MlirPrinter.Print(module), Does.Contain("chlo.erf"), "the module itself is left alone");
    }
}
