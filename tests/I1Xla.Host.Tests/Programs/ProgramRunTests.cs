using I1Xla.Data.Npy;
using I1Xla.Host.Programs;
using I1Xla.StableHlo.Ir;
using I1Xla.Testing;

namespace I1Xla.Host.Tests.Programs;

public class ProgramRunTests
{
    private string _folder = "";

    public static IEnumerable<string> Programs => Names("programs");

    public static IEnumerable<string> Sharded => Names("sharded");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("i1xla-run-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test, Category("golden")]
    public void GoldenProgramsComeOutRight([ValueSource(nameof(Programs))] string name, [Values(".mlir", ".mlir.bc")] string extension, [Values("interpreter", "cpu")] string plugin)
    {
        string arrays = SharedAssets.Golden("programs", name + ".npz");
        ProgramRunResult result = ProgramRun.Run(new ProgramRunRequest(ProgramFile.Load(SharedAssets.Golden("programs", name + extension))) { Inputs = arrays, Expected = arrays, Plugin = plugin });
        Assert.That(result.Comparisons, Is.Not.Empty);
        Assert.That(result.Comparisons.Where(c => !c.Passed), Is.Empty);
    }

    [Test, Category("golden")]
    public void ShardedProgramsComeOutRightOnEightDevices([ValueSource(nameof(Sharded))] string name)
    {
        string arrays = SharedAssets.Golden("sharded", name + ".npz");
        ProgramRunResult result = ProgramRun.Run(new ProgramRunRequest(ProgramFile.Load(SharedAssets.Golden("sharded", name + ".mlir")))
        {
            Inputs = arrays,
            Expected = arrays,
            Plugin = SharedAssets.Plugin("libpjrt_cpu"),
            Devices = 8,
        });
        Assert.That(result.Devices, Is.EqualTo(8));
        Assert.That(result.Comparisons, Is.Not.Empty);
        Assert.That(result.Comparisons.Where(c => !c.Passed), Is.Empty);
    }

    [Test]
    public void ResultsAreWrittenAndReadBack()
    {
        string output = Path.Combine(_folder, "out.npz");
        ProgramRun.Run(new ProgramRunRequest(Program("""
            func.func @main() -> (tensor<2xbf16>, tensor<i1>, tensor<3xui8>, tensor<complex<f32>>) {
              %0 = stablehlo.constant dense<[1.5, -2.0]> : tensor<2xbf16>
              %1 = stablehlo.constant dense<true> : tensor<i1>
              %2 = stablehlo.constant dense<[1, 2, 255]> : tensor<3xui8>
              %3 = stablehlo.constant dense<(1.0, -1.0)> : tensor<complex<f32>>
              return %0, %1, %2, %3 : tensor<2xbf16>, tensor<i1>, tensor<3xui8>, tensor<complex<f32>>
            }
            """))
        { Output = output });
        using var npz = new NpzReader(output);
        Assert.That(npz.Keys, Is.EqualTo(new[] { "out/0000", "out/0001", "out/0002", "out/0003" }));
        Assert.That(npz.Read("out/0000").Descr, Is.EqualTo("<V2"));
        Assert.That(npz.Read("out/0000").ToFloat32(), Is.EqualTo(new[] { 1.5f, -2f }));
        Assert.That(npz.Keys.Select(k => npz.Read(k).Descr), Is.EqualTo(new[] { "<V2", "|b1", "|u1", "<c8" }));
    }

    [Test]
    public void ADifferenceIsToldWithItsPlace()
    {
        string expected = Path.Combine(_folder, "expected.npz");
        NpzWriter.Save(expected, [new("out/0000", NpyArray.From<float>([1, 2, 3, 4.5f], 2, 2))]);
        ProgramRunResult result = ProgramRun.Run(new ProgramRunRequest(Program("""
            func.func @main() -> tensor<2x2xf32> {
              %0 = stablehlo.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
              return %0 : tensor<2x2xf32>
            }
            """))
        { Expected = expected });
        ResultComparison c = result.Comparisons.Single();
        Assert.Multiple(() =>
        {
            Assert.That(result.Passed, Is.False);
            Assert.That(c.Bad, Is.EqualTo(1));
            Assert.That(c.FirstBad, Is.EqualTo(new long[] { 1, 1 }));
            Assert.That(c.MaxAbsolute, Is.EqualTo(0.5));
            Assert.That(c.MaxRelative, Is.EqualTo(0.5 / 4.5).Within(1e-12));
            Assert.That(c.MeanAbsolute, Is.EqualTo(0.125));
            Assert.That((c.Expected, c.Actual), Is.EqualTo(((double?)4.5, (double?)4)));
        });
    }

    [Test]
    public void NotANumberIsEqualToItselfOnly()
    {
        Literal Of(params float[] values) => Literal.Create<float>(ElementKind.F32, new Shape(values.Length), values);
        Assert.Multiple(() =>
        {
            Assert.That(ResultComparison.Of(0, Of(float.NaN, 1), Of(float.NaN, 1), 1e-4).Passed);
            Assert.That(ResultComparison.Of(0, Of(float.NaN, 1), Of(2, 1), 1e-4).Passed, Is.False);
            Assert.That(ResultComparison.Of(0, Of(2, 1), Of(float.NaN, 1), 1e-4).Passed, Is.False);
            Assert.That(ResultComparison.Of(0, Of(float.PositiveInfinity), Of(float.PositiveInfinity), 1e-4).Passed);
            Assert.That(ResultComparison.Of(0, Of(float.NegativeInfinity), Of(float.PositiveInfinity), 1e-4).Passed, Is.False);
            Assert.That(ResultComparison.Of(0, Of(1), Of(1, 1), 1e-4).Problem, Does.Contain("tensor<2xf32>"));
        });
    }

    [Test]
    public void ArgumentsThatDoNotFitAreNamed()
    {
        ProgramFile program = Program("""
            func.func @main(%a: tensor<2xf32>, %b: tensor<bf16>) -> tensor<2xf32> {
              return %a : tensor<2xf32>
            }
            """);
        string Error(params (string Key, NpyArray Array)[] arrays)
        {
            string file = Path.Combine(_folder, "in.npz");
            NpzWriter.Save(file, arrays.Select(a => KeyValuePair.Create(a.Key, a.Array)));
            return Assert.Throws<UserErrorException>(() => ProgramRun.Run(new ProgramRunRequest(program) { Inputs = file }))!.Message;
        }
        NpyArray two = NpyArray.From<float>([1, 2], 2), one = NpyArray.FromBFloat16([0x3F80]);
        Assert.Multiple(() =>
        {
            Assert.That(Error(("in/0000", two)), Does.Contain("holds 1 arrays in/NNNN, the program has 2 arguments"));
            Assert.That(Error(("in/0000", two), ("in/0002", one)), Does.Contain("no array in/0001"));
            Assert.That(Error(("in/0000", two), ("in/0001", two)), Does.Contain("in/0001 is of NumPy type <f4"));
            Assert.That(Error(("in/0000", NpyArray.From<float>([1, 2, 3], 3)), ("in/0001", one)), Does.Contain("in/0000 has the shape (3)"));
            Assert.That(() => ProgramRun.Run(new ProgramRunRequest(program)), Throws.TypeOf<UserErrorException>().With.Message.Contains("takes 2 arguments"));
            Assert.That(() => ProgramRun.Run(new ProgramRunRequest(program) { Function = "other" }), Throws.TypeOf<UserErrorException>().With.Message.Contains("it has @main"));
        });
    }

    [Test]
    public void ReplicasHaveArgumentsOfTheirOwnAndMeetInCollectives([Values("interpreter", "cpu", "libpjrt_cpu")] string plugin)
    {
        string arrays = Path.Combine(_folder, "replicas.npz");
        // The first argument differs between replicas, the second is the same for all.
        NpzWriter.Save(arrays, [
            new("in/0000", NpyArray.From<float>([1, 2, 10, 20, 100, 200, 1000, 2000], 4, 2)), new("in/0001", NpyArray.From<float>([0.5f, 0.25f], 2)),
            new("out/0000", NpyArray.From<float>([.. Enumerable.Repeat(new[] { 1113f, 2223f }, 4).SelectMany(v => v)], 4, 2)),
            new("out/0001", NpyArray.From<uint>([0, 1, 2, 3], 4)),
        ]);
        ProgramRunResult result = ProgramRun.Run(new ProgramRunRequest(Program("""
            module attributes {mhlo.num_replicas = 4 : i32, mhlo.num_partitions = 1 : i32} {
              func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>) -> (tensor<2xf32>, tensor<ui32>) {
                %0 = stablehlo.add %a, %b : tensor<2xf32>
                %1 = "stablehlo.all_reduce"(%0) <{replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>}> ({
                ^bb0(%x: tensor<f32>, %y: tensor<f32>):
                  %3 = stablehlo.add %x, %y : tensor<f32>
                  stablehlo.return %3 : tensor<f32>
                }) : (tensor<2xf32>) -> tensor<2xf32>
                %2 = stablehlo.replica_id : tensor<ui32>
                return %1, %2 : tensor<2xf32>, tensor<ui32>
              }
            }
            """))
        { Inputs = arrays, Expected = arrays, Plugin = plugin == "libpjrt_cpu" ? SharedAssets.Plugin(plugin) : plugin });
        Assert.That(result.Comparisons.Select(c => (c.Problem, c.Bad)), Is.EqualTo(new[] { ((string?)null, 0L), (null, 0L) }));
        Assert.That(result.Devices, Is.EqualTo(plugin == "interpreter" ? 1 : 4));
    }

    [Test]
    public void ReplicasArePartitioned([Values("interpreter", "libpjrt_cpu")] string plugin)
    {
        string arrays = Path.Combine(_folder, "grid.npz");
        NpzWriter.Save(arrays, [
            new("in/0000", NpyArray.From<float>([1, 2, 3, 4, 10, 20, 30, 40], 2, 4)), new("out/0000", NpyArray.From<float>([11, 22, 33, 44, 11, 22, 33, 44], 2, 4)),
        ]);
        ProgramRunResult result = ProgramRun.Run(new ProgramRunRequest(Program("""
            module attributes {mhlo.num_replicas = 2 : i32, mhlo.num_partitions = 2 : i32} {
              func.func @main(%a: tensor<4xf32> {mhlo.sharding = "{devices=[2]<=[2]}"}) -> (tensor<4xf32> {mhlo.sharding = "{devices=[2]<=[2]}"}) {
                %0 = "stablehlo.all_reduce"(%a) <{replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>}> ({
                ^bb0(%x: tensor<f32>, %y: tensor<f32>):
                  %1 = stablehlo.add %x, %y : tensor<f32>
                  stablehlo.return %1 : tensor<f32>
                }) : (tensor<4xf32>) -> tensor<4xf32>
                return %0 : tensor<4xf32>
              }
            }
            """))
        { Inputs = arrays, Expected = arrays, Plugin = plugin == "libpjrt_cpu" ? SharedAssets.Plugin(plugin) : plugin });
        Assert.That(result.Comparisons.Select(c => (c.Problem, c.Bad)), Is.EqualTo(new[] { ((string?)null, 0L) }));
    }

    private static IEnumerable<string> Names(string folder)
    {
        string path = Path.Combine(SharedAssets.GoldenDirectory, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.mlir").Select(f => Path.GetFileNameWithoutExtension(f)!).Order() : ["absent"];
    }

    private ProgramFile Program(string text)
    {
        string path = Path.Combine(_folder, "program.mlir");
        File.WriteAllText(path, text);
        return ProgramFile.Load(path);
    }
}
