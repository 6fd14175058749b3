using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using I1Xla.Cli.Commands;
using I1Xla.Data.Npy;
using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ops;
using I1Xla.Testing;

namespace I1Xla.Cli.Tests;

/// <summary>Commands as a script sees them: exit codes, JSON, one clear error.</summary>
[NonParallelizable]
public class CommandTests
{
    private const string Add = """
        func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
          %0 = stablehlo.add %a, %b : tensor<2xf32>
          %1 = stablehlo.add %a, %b : tensor<2xf32>
          return %0 : tensor<2xf32>
        }
        """;

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("i1xla-cli-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    public static IEnumerable<string> Leaves => AllLeaves(CommandTree.Build(), []).Select(path => string.Join(' ', path));

    [TestCaseSource(nameof(Leaves))]
    public async Task HelpDescribesEveryOptionAndEndsWithExamples(string command)
    {
        (int code, string output, _) = await CommandLine.Run([.. command.Split(' '), "--help"]);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Match("Examples:\n(  i1xla .*\n)*  i1xla " + command.Split(' ')[0]));
        Command leaf = command.Split(' ').Aggregate((Command)CommandTree.Build(), (c, name) => c.Subcommands.Single(s => s.Name == name));
        Assert.That(leaf.Options.Select(o => o.Description), Has.All.Not.Empty);
        Assert.That(leaf.Arguments.Select(a => a.Description), Has.All.Not.Empty);
    }

    [Test]
    public async Task RunComparesAndEndsWithOneOnADifference([Values("interpreter", "cpu")] string plugin)
    {
        string program = Write("add.mlir", Add), right = Path.Combine(_folder, "right.npz"), wrong = Path.Combine(_folder, "wrong.npz");
        Arrays(right, [1, 2], [3, 4], [4, 6]);
        Arrays(wrong, [1, 2], [3, 4], [4, 7]);
        (int code, string output, _) = await CommandLine.Run("run", program, "--in", right, "--expect", right, "--plugin", plugin, "--json");
        using JsonDocument good = JsonDocument.Parse(output);
        Assert.That((code, good.RootElement.GetProperty("passed").GetBoolean()), Is.EqualTo((0, true)));
        (code, output, _) = await CommandLine.Run("run", program, "--in", right, "--expect", wrong, "--plugin", plugin, "--json");
        using JsonDocument bad = JsonDocument.Parse(output);
        JsonElement comparison = bad.RootElement.GetProperty("comparisons")[0];
        Assert.That((code, bad.RootElement.GetProperty("passed").GetBoolean()), Is.EqualTo((1, false)));
        Assert.That((comparison.GetProperty("bad").GetInt32(), comparison.GetProperty("first_bad")[0].GetInt32(), comparison.GetProperty("max_absolute").GetDouble()), Is.EqualTo((1, 1, 1.0)));
    }

    [Test]
    public async Task OptRunsPassesAndWritesEitherForm()
    {
        string program = Write("add.mlir", Add), output = Path.Combine(_folder, "out.mlir");
        Assert.That((await CommandLine.Run("opt", program, "--passes", "cse,dce", "-o", output)).Code, Is.Zero);
        Assert.That(File.ReadAllText(output).Split("stablehlo.add"), Has.Length.EqualTo(2));
        Assert.That((await CommandLine.Run("opt", program, "--emit", "generic", "-o", output)).Code, Is.Zero);
        Assert.That(File.ReadAllText(output), Does.Contain("\"stablehlo.add\"(%arg0, %arg1)"));
        Assert.That((await CommandLine.Run("opt", program, "--emit", "artifact", "--target", "0.9.0", "-o", output)).Code, Is.Zero);
        Assert.That(PortableArtifact.TryGetVersion(File.ReadAllBytes(output), out StableHloVersion version) ? version : default, Is.EqualTo(StableHloVersion.Minimum));
        Assert.That((await CommandLine.Run("opt", output, "-o", Path.Combine(_folder, "back.mlir"))).Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Combine(_folder, "back.mlir")).Split("stablehlo.add"), Has.Length.EqualTo(3));
    }

    [TestCase("func.func @main( {", "add.mlir:1:18", "^")]
    [TestCase("func.func @main(%a: tensor<2xf32>) -> tensor<3xf32> {\n  %0 = \"stablehlo.add\"(%a, %a) : (tensor<2xf32>, tensor<2xf32>) -> tensor<3xf32>\n  return %0 : tensor<3xf32>\n}", "not valid", "add.mlir:2")]
    public async Task AWrongProgramIsOneClearError(string text, string what, string where)
    {
        (int code, _, string error) = await CommandLine.Run("opt", Write("add.mlir", text));
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("error: ").And.Contain(what).And.Contain(where).And.Not.Contain("   at I1Xla"));
    }

    [Test]
    public async Task OptReportsAsJson()
    {
        string add = Write("add.mlir", "func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> { %0 = stablehlo.add %a, %a : tensor<2xf32> %1 = stablehlo.add %a, %a : tensor<2xf32> return %1 : tensor<2xf32> }");
        (int code, string output, _) = await CommandLine.Run("opt", add, "--passes", "cse,dce", "--json");
        Assert.That(code, Is.Zero);
        System.Text.Json.JsonElement report = System.Text.Json.JsonDocument.Parse(output).RootElement;
        Assert.That(report.GetProperty("valid").GetBoolean(), Is.True);
        Assert.That(report.GetProperty("by_name").GetProperty("stablehlo.add").GetInt32(), Is.EqualTo(1));
        Assert.That(report.GetProperty("passes").GetArrayLength(), Is.EqualTo(2));
        Assert.That(report.GetProperty("program").GetString(), Does.Contain("stablehlo.add"));

        string bad = Write("bad.mlir", "func.func @main(%a: tensor<2xf32>) { %0 = stablehlo.add %a, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<3xf32> return }");
        (code, output, _) = await CommandLine.Run("opt", bad, "--json");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("diagnostics")[0].GetProperty("constraint").GetString(), Is.EqualTo("add (C1)"));
    }

    [TestCase("opt ABSENT", "There is no program")]
    [TestCase("opt ADD --passes fuse-everything", "there is no pass 'fuse-everything'")]
    [TestCase("opt ADD --emit artifact --target 9.0.0", "from 0.9.0 to")]
    [TestCase("opt DAMAGED", "at byte")]
    [TestCase("run ADD", "takes 2 arguments")]
    [TestCase("run ADD --in ARRAYS --plugin nonsense", "No PJRT plugin is called 'nonsense'")]
    [TestCase("run ADD --in ARRAYS --plugin ADD", "cannot be used as a PJRT plugin")]
    [TestCase("conform stablehlo FOLDER", "has none of the folders")]
    [TestCase("compile --topology v6e:2x2 --plugin cpu", "Give one program")]
    [TestCase("compile ADD --topology v6e --plugin cpu", "is no topology")]
    [TestCase("trace --config configs/quickstart.yaml --repeat 0", "once at least")]
    [TestCase("plugin install what/ever", "cannot be a plugin's name")]
    [TestCase("bench compare --against cpu --filter nonsense", "No program's name contains 'nonsense'")]
    [TestCase("bench compare --against cpu --programs FOLDER --filter x", "holds no *.mlir or *.mlir.bc programs")]
    [TestCase("bench compare --against ADD --filter matmul_f32_512", "cannot be used as a PJRT plugin")]
    [TestCase("job check --coordinator here --process 0 --processes 1", "give host:port")]
    public async Task MistakesAreOneClearError(string command, string what)
    {
        string arrays = Path.Combine(_folder, "in.npz");
        Arrays(arrays, [1, 2], [3, 4], [4, 6]);
        string add = Write("add.so", Add), damaged = Path.Combine(_folder, "damaged.bc");
        File.WriteAllBytes(damaged, [.. "ML"u8, 0xEF, .. "R"u8, 0xFF, 1, 2]);
        string[] args = [.. command.Split(' ').Select(w => w switch { "ADD" => add, "ARRAYS" => arrays, "FOLDER" => _folder, "DAMAGED" => damaged, "ABSENT" => Path.Combine(_folder, "absent.mlir"), _ => w })];
        (int code, _, string error) = await CommandLine.Run(args);
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error, Does.StartWith("error: ").And.Contain(what).And.Not.Contain("   at I1Xla"));
    }

    [Test]
    public async Task TraceReportsCountsAndWritesTheModule()
    {
        string module = Path.Combine(_folder, "step.mlir");
        (int code, string output, _) = await CommandLine.Run("trace", "--config", "configs/quickstart.yaml", "--topology", "v6e:2x2", "--repeat", "2", "--out", module, "--json", "fsdp_axis_size=2");
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement root = json.RootElement;
        Assert.That(code, Is.Zero);
        Assert.That(root.GetProperty("trace_seconds").GetArrayLength(), Is.EqualTo(2));
        Assert.That(root.GetProperty("module_bytes").GetInt64(), Is.EqualTo(new FileInfo(module).Length));
        Assert.That(root.GetProperty("parameters").GetInt64(), Is.GreaterThan(1_000_000));
        Assert.That(root.GetProperty("operations").GetInt32(), Is.GreaterThan(1_000));
        Assert.That(root.GetProperty("mesh").GetProperty("data").GetInt32(), Is.EqualTo(2));
        Assert.That((await CommandLine.Run("opt", module, "-o", Path.Combine(_folder, "again.mlir"))).Code, Is.Zero);
    }

    public static IEnumerable<string> Configurations =>
        Directory.GetFiles(Path.Combine(SharedAssets.RepositoryRoot, "configs"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    /// <summary>In a process of its own: the peak is that of a whole process, whose other tests hold more.</summary>
    [TestCaseSource(nameof(Configurations))]
    public async Task TracingAllocatesNoWeights(string config)
    {
        using Process process = CommandLine.Start("trace", "--config", $"configs/{config}.yaml", "--repeat", "2", "--json");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.GetProperty("parameters").GetInt64(), Is.GreaterThan(1_000_000));
        Assert.That(json.RootElement.GetProperty("peak_memory_bytes").GetInt64(), Is.InRange(1 << 20, 1 << 30));
    }

    [Test]
    public async Task BenchComparesProgramsOfAFolderInTurns()
    {
        Arrays(Path.Combine(_folder, "mine_add.npz"), [1, 2], [3, 4], [4, 6]);
        Write("mine_add.mlir", Add);
        Write("mine_step.mlir", "func.func @main(%a: tensor<8xf32> {tf.aliasing_output = 0 : i32}) -> tensor<8xf32> {\n  %0 = stablehlo.negate %a : tensor<8xf32>\n  return %0 : tensor<8xf32>\n}");
        (int code, string output, string error) = await CommandLine.Run("bench", "compare", "--against", "cpu", "--programs", _folder, "--filter", "mine_add", "--filter", "mine_step", "--seconds", "0.01", "--json");
        Assert.That(code, Is.Zero, error);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement[] programs = [.. json.RootElement.GetProperty("programs").EnumerateArray().Where(p => p.GetProperty("name").GetString() is "mine_add" or "mine_step")];
        Assert.That(programs, Has.Length.EqualTo(2));
        foreach (JsonElement program in programs)
        {
            Assert.That(program.GetProperty("agrees").GetBoolean(), Is.True);
            Assert.That(program.GetProperty("repeats").GetInt32(), Is.GreaterThanOrEqualTo(3));
            Assert.That(program.GetProperty("speedup").GetDouble(), Is.GreaterThan(0));
            Assert.That(program.GetProperty("compile_ratio").GetDouble(), Is.GreaterThan(0));
            Assert.That(program.GetProperty("seconds").GetDouble(), Is.GreaterThan(0));
            Assert.That(program.GetProperty("peak_bytes").GetInt64(), Is.EqualTo(program.GetProperty("other_peak_bytes").GetInt64()));
        }
        Assert.That(json.RootElement.GetProperty("geometric_mean_speedup").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public async Task BenchComparesRandomPrograms()
    {
        (int code, string output, string error) = await CommandLine.Run("bench", "compare", "--against", "cpu", "--random", "2", "--random-seed", "447", "--filter", "random_448", "--seconds", "0.01", "--json");
        Assert.That(code, Is.Zero, error);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement program = json.RootElement.GetProperty("programs").EnumerateArray().Single();
        Assert.That(program.GetProperty("name").GetString(), Is.EqualTo("random_448"));
        Assert.That(program.GetProperty("agrees").GetBoolean(), Is.True);
        Assert.That(program.GetProperty("speedup").GetDouble(), Is.GreaterThan(0));
        Assert.That((await CommandLine.Run("bench", "profile", "random_448", "--repeats", "1")).Output, Does.Contain("random_448: "));
        foreach (string[] wrong in new[] { new[] { "--random", "0" }, ["--random", "2", "--random-seed", "-1"], ["--random", "2", "--random-seed", "2147483647"] })
        {
            (int failed, _, string why) = await CommandLine.Run(["bench", "compare", "--against", "cpu", .. wrong]);
            Assert.That(failed, Is.EqualTo(2));
            Assert.That(why, Does.Contain($"{wrong[^2]} {wrong[^1]} is no"));
        }
    }

    [Test]
    public async Task BenchProfileTimesEveryStep()
    {
        (int code, string output, string error) = await CommandLine.Run("bench", "profile", Write("add.mlir", Add), "--repeats", "2", "--after", "fuse", "--json");
        Assert.That(code, Is.Zero, error);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That(json.RootElement.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("runs").GetInt32()), Is.EqualTo(new[] { 2 }));
        Assert.That(error, Does.Contain("FAdd"));
        Assert.That((await CommandLine.Run("bench", "profile", "nonsense")).Code, Is.EqualTo(2));
        Assert.That((await CommandLine.Run("bench", "profile", "rope", "--after", "nonsense")).Code, Is.EqualTo(2));
    }

    [Test]
    public async Task ProgramsAreTimedOnEachInstructionSet()
    {
        (int code, string output, string error) = await CommandLine.Run("bench", "isa", "--filter", "matmul_f32_batched_2048", "--isa", "portable", "--seconds", "0.01", "--json");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("matmul_f32_batched_2048x16x32x16").And.Contain("\"without_code\": 0").And.Contain("\"isa\": \"portable\"").IgnoreCase);
        Assert.That((await CommandLine.Run("bench", "isa", "--filter", "nonsense")).Code, Is.EqualTo(2));
    }

    [Test]
    public async Task TheBuiltInPluginIsListedLastAndDescribed()
    {
        (int code, string output, _) = await CommandLine.Run("plugin", "list", "--json");
        using JsonDocument list = JsonDocument.Parse(output);
        JsonElement last = list.RootElement.EnumerateArray().Last();
        Assert.That((code, last.GetProperty("name").GetString(), last.GetProperty("source").GetString()), Is.EqualTo((0, "cpu", "embedded")));
        (code, output, _) = await CommandLine.Run("plugin", "info", "cpu", "--json");
        using JsonDocument info = JsonDocument.Parse(output);
        Assert.That(code, Is.Zero);
        Assert.That(info.RootElement.GetProperty("devices").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task ConformanceCountsAndNamesFailures()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "suite", "interpret")).FullName;
        File.WriteAllText(Path.Combine(folder, "good.mlir"), Check("2.0"));
        File.WriteAllText(Path.Combine(folder, "wrong.mlir"), Check("3.0"));
        (int code, string output, _) = await CommandLine.Run("conform", "stablehlo", Path.Combine(_folder, "suite"));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("FAILED interpret/wrong.mlir").And.EndWith("1 passed, 1 failed, 0 skipped\n"));
        (code, output, _) = await CommandLine.Run("conform", "stablehlo", Path.Combine(_folder, "suite"), "--plugin", "cpu", "--json");
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.That((code, json.RootElement.GetProperty("passed").GetInt32(), json.RootElement.GetProperty("failed").GetInt32()), Is.EqualTo((1, 1, 1)), output);

        static string Check(string value) => $$"""
            // RUN: stablehlo-translate --interpret -split-input-file %s
            func.func @add() {
              %0 = stablehlo.constant dense<1.0> : tensor<2xf32>
              %1 = stablehlo.add %0, %0 : tensor<2xf32>
              check.expect_almost_eq_const %1, dense<{{value}}> : tensor<2xf32>
              func.return
            }
            """;
    }

    private static IEnumerable<string[]> AllLeaves(Command command, string[] path) =>
        command.Subcommands.Count == 0 ? [path] : command.Subcommands.SelectMany(c => AllLeaves(c, [.. path, c.Name]));

    private static void Arrays(string path, float[] a, float[] b, float[] sum) =>
        NpzWriter.Save(path, [new("in/0000", NpyArray.From<float>(a, a.Length)), new("in/0001", NpyArray.From<float>(b, b.Length)), new("out/0000", NpyArray.From<float>(sum, sum.Length))]);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
