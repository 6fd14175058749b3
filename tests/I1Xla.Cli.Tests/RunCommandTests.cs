using System.Text.Json;
using I1Xla.Data.Npy;
using I1Xla.Testing;

namespace I1Xla.Cli.Tests;

/// <summary><c>i1xla run</c>: each option, and what is said of arguments that do not fit.</summary>
[NonParallelizable]
public class RunCommandTests
{
    private const string Add = """
        module MODULE {
          func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
            %0 = stablehlo.add %a, %b : tensor<2xf32>
            return %0 : tensor<2xf32>
          }
          func.func @negated(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
            %0 = call @main(%a, %b) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
            %1 = stablehlo.negate %0 : tensor<2xf32>
            return %1 : tensor<2xf32>
          }
        }
        """;

    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("i1xla-run-").FullName;
        File.WriteAllText(At("add.mlir"), Add.Replace("MODULE", "", StringComparison.Ordinal));
        File.WriteAllText(At("parts.mlir"), Add.Replace("MODULE", "attributes {mhlo.num_partitions = 4 : i32}", StringComparison.Ordinal));
        File.WriteAllText(At("replicas.mlir"), Add.Replace("MODULE", "attributes {mhlo.num_replicas = 2 : i32}", StringComparison.Ordinal));
        File.WriteAllText(At("wrong.mlir"), "func.func @main() {\n  %0 = stablehlo.addd %x\n}");
        Save("right.npz", ("in/0000", F(1, 2)), ("in/0001", F(3, 4)), ("out/0000", F(4, 6)));
        Save("wrong.npz", ("in/0000", F(1, 2)), ("in/0001", F(3, 4)), ("out/0000", F(4, 6.5f)));
        Save("negated.npz", ("in/0000", F(1, 2)), ("in/0001", F(3, 4)), ("out/0000", F(-4, -6)));
        Save("one.npz", ("in/0000", F(1, 2)));
        Save("gap.npz", ("in/0000", F(1, 2)), ("in/0002", F(1, 2)));
        Save("shape.npz", ("in/0000", F(1, 2)), ("in/0001", F(1, 2, 3)));
        Save("type.npz", ("in/0000", F(1, 2)), ("in/0001", NpyArray.From<int>([1, 2], 2)));
        Save("two.npz", ("in/0000", F(1, 2)), ("in/0001", F(3, 4)), ("out/0000", F(4, 6)), ("out/0001", F(4, 6)));
        File.WriteAllText(At("damaged.npz"), "no archive");
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("run absent.mlir", "absent.mlir")]
    [TestCase("run wrong.mlir", "wrong.mlir:2:8")]
    [TestCase("run add.mlir", "takes 2 arguments")]
    [TestCase("run add.mlir --in absent.npz", "absent.npz does not exist")]
    [TestCase("run add.mlir --in damaged.npz", "is not an .npz file")]
    [TestCase("run add.mlir --in one.npz", "holds 1 arrays in/NNNN, the program has 2 arguments")]
    [TestCase("run add.mlir --in gap.npz", "no array in/0001")]
    [TestCase("run add.mlir --in shape.npz", "in/0001 has the shape (3)")]
    [TestCase("run add.mlir --in type.npz", "in/0001 is of NumPy type <i4")]
    [TestCase("run add.mlir --in right.npz --expect one.npz", "holds 0 arrays out/NNNN, the program has 1 results")]
    [TestCase("run add.mlir --in right.npz --expect two.npz", "holds 2 arrays out/NNNN, the program has 1 results")]
    [TestCase("run add.mlir --in right.npz --function other", "has no function @other; it has @main, @negated")]
    [TestCase("run add.mlir --in right.npz --function negated --plugin cpu", "runs @main, not @negated")]
    [TestCase("run add.mlir --in right.npz --devices 0", "--devices 0 is too few")]
    [TestCase("run parts.mlir --in right.npz --devices 2", "written for 4 partitions")]
    [TestCase("run parts.mlir --in right.npz --devices 2 --plugin cpu", "written for 4 partitions")]
    [TestCase("run replicas.mlir --in right.npz --check", "is for 2 replicas")]
    [TestCase("run replicas.mlir --in right.npz --devices 1", "2 replicas (mhlo.num_replicas) of 1 partitions (mhlo.num_partitions); --devices 1 is too few")]
    public async Task Mistakes(string command, string what)
    {
        (int code, _, string error) = await Run(command);
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error, Does.Contain("error: ").And.Contain(what).And.Not.Contain("   at I1Xla"));
    }

    [Test]
    public async Task ADifferenceIsCodeOne([Values("interpreter", "cpu")] string plugin)
    {
        (int code, string output, _) = await Run($"run add.mlir --in right.npz --expect wrong.npz --plugin {plugin}");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("1 of 1 results differ."));
        (code, output, _) = await Run($"run add.mlir --in right.npz --expect right.npz --plugin {plugin}");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("1 results as expected."));
    }

    [Test]
    public async Task TheToleranceIsRelativeToTheLargestNumber()
    {
        Assert.That((await Run("run add.mlir --in right.npz --expect wrong.npz --tolerance 0.1")).Code, Is.Zero);
        Assert.That((await Run("run add.mlir --in right.npz --expect wrong.npz --tolerance 0.01")).Code, Is.EqualTo(1));
    }

    [Test]
    public async Task FunctionAndOutput()
    {
        Assert.That((await Run("run add.mlir --in right.npz --function negated --expect negated.npz --out results.npz")).Code, Is.Zero);
        using var npz = new NpzReader(At("results.npz"));
        Assert.That(npz.Keys, Is.EqualTo(new[] { "out/0000" }));
        Assert.That(npz.Read("out/0000").AsSpan<float>().ToArray(), Is.EqualTo(new float[] { -4, -6 }));
    }

    [Test]
    public async Task CheckedAndExplained()
    {
        Assert.That((await Run("run add.mlir --in right.npz --expect right.npz -O0")).Code, Is.Zero);
        (int code, string output, _) = await Run("run add.mlir --in right.npz --explain --json");
        Assert.That(code, Is.Zero);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.GetProperty("slow").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task ShardedProgramsRunOnDevicesAndWhole([Values("interpreter", "cpu")] string plugin, [Values("gspmd_matmul_tp", "shardy_matmul_tp")] string name)
    {
        string path = Path.Combine(SharedAssets.Golden("sharded"), name);
        (int code, string output, string error) = await CommandLine.Run("run", path + ".mlir", "--in", path + ".npz", "--expect", path + ".npz", "--devices", "8", "--plugin", plugin, "--json");
        Assert.That(code, Is.Zero, error);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.GetProperty("devices").GetInt32(), Is.EqualTo(plugin == "cpu" ? 8 : 1));
    }

    private static NpyArray F(params float[] values) => NpyArray.From<float>(values, values.Length);

    private string At(string name) => Path.Combine(_folder, name);

    private void Save(string name, params (string Key, NpyArray Array)[] arrays) => NpzWriter.Save(At(name), arrays.Select(a => KeyValuePair.Create(a.Key, a.Array)));

    /// <summary>Runs a command line in which every file name stands for one in the test's folder.</summary>
    private Task<(int Code, string Output, string Error)> Run(string command) =>
        CommandLine.Run([.. command.Split(' ').Select(w => w.EndsWith(".mlir", StringComparison.Ordinal) || w.EndsWith(".npz", StringComparison.Ordinal) ? At(w) : w)]);
}
