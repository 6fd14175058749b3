using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Host.Programs;
using Spectre.Console;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla run</c>.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "A StableHLO program: text, or a portable artifact." };
        var inputs = new Option<string?>("--in") { Description = "Arguments: an .npz file with in/0000, in/0001, … in order. Of a program of several replicas, those that differ between them have the replicas as first dimension." };
        var expected = new Option<string?>("--expect") { Description = "What to compare with: an .npz file with out/0000, …; a difference ends with code 1." };
        var output = new Option<string?>("--out") { Description = "Where to write the results as out/0000, …." };
        var function = new Option<string>("--function") { Description = "The function to run; plugins run main only.", DefaultValueFactory = _ => "main" };
        var plugin = new Option<string?>("--plugin") { Description = "'interpreter' (the default), or a PJRT plugin by name or path; 'cpu' is built in." };
        var devices = new Option<int?>("--devices") { Description = "Devices; as many as the program is partitioned for when not given." };
        var tolerance = new Option<double?>("--tolerance") { Description = "The largest difference allowed, relative to a result's largest magnitude; that of the coarsest float type in the program when not given. Integers must be equal." };
        var checkedRun = new Option<bool>("--check", "-O0") { Description = "One operation at a time on the CPU compiler; stops at the first NaN or index outside its tensor and names the operation and its source line." };
        var explain = new Option<bool>("--explain") { Description = "Says which operations the CPU compiler has no fast code for, and why." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("run", "Run a StableHLO program on given arguments, and compare what comes with what was expected.") { file, inputs, expected, output, function, plugin, devices, tolerance, checkedRun, explain, json };
        command.SetAction(parsed =>
        {
            ProgramFile program = ProgramFile.Load(parsed.GetValue(file)!);
            IReadOnlyList<string> slow = parsed.GetValue(explain) ? CpuInspection.Explain(program.Module, parsed.GetValue(function)!) : [];
            ProgramRunResult result = ProgramRun.Run(new ProgramRunRequest(program)
            {
                IsChecked = parsed.GetValue(checkedRun),
                Inputs = parsed.GetValue(inputs),
                Expected = parsed.GetValue(expected),
                Output = parsed.GetValue(output),
                Function = parsed.GetValue(function)!,
                Plugin = parsed.GetValue(plugin),
                Devices = parsed.GetValue(devices),
                Tolerance = parsed.GetValue(tolerance),
            });
            if (parsed.GetValue(json))
            {
                Json.Write(new
                {
                    result.Passed,
                    result.Device,
                    result.Devices,
                    result.CompileSeconds,
                    result.RunSeconds,
                    Results = result.Results.Select(r => r.Type.ToString()),
                    result.Comparisons,
                    Slow = slow,
                });
            }
            else
            {
                Show(result);
                if (parsed.GetValue(explain))
                {
                    OptCommand.ShowSlow(slow);
                }
            }
            return result.Passed ? 0 : 1;
        });
        return command.WithExamples(
            "i1xla run program.mlir --in program.npz --expect program.npz",
            "i1xla run program.mlir --in program.npz -O0",
            "i1xla run sharded.mlir --in sharded.npz --expect sharded.npz --plugin cpu --devices 8",
            "i1xla run program.mlir.bc --in arguments.npz --out results.npz --plugin /path/to/pjrt_plugin.so --json");
    }

    private static void Show(ProgramRunResult result)
    {
        if (result.Comparisons.Count == 0)
        {
            foreach ((int index, string type) in result.Results.Select((r, i) => (i, r.Type.ToString())))
            {
                Console.WriteLine($"out/{index:D4}  {type}");
            }
        }
        else
        {
            var table = new Table().AddColumns("result", "type", "max abs", "max rel", "mean abs", "bad", "first bad").Border(TableBorder.Simple);
            foreach (ResultComparison c in result.Comparisons)
            {
                table.AddRow(
                    $"out/{c.Index:D4}", Markup.Escape(c.Type), Number(c.MaxAbsolute), Number(c.MaxRelative), Number(c.MeanAbsolute),
                    c.Problem is null ? string.Create(CultureInfo.InvariantCulture, $"{c.Bad} of {c.Elements}") : "all",
                    Markup.Escape(c.Problem ?? (c.FirstBad is null ? "" : string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", c.FirstBad)}]: expected {c.Expected:g7}, got {c.Actual:g7}"))));
            }
            AnsiConsole.Write(table);
            int failed = result.Comparisons.Count(c => !c.Passed);
            Console.WriteLine(failed == 0 ? $"{result.Comparisons.Count} results as expected." : $"{failed} of {result.Comparisons.Count} results differ.");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Device}, {result.Devices} device{(result.Devices == 1 ? "" : "s")}: compiled in {result.CompileSeconds:0.00} s, ran in {result.RunSeconds:0.000} s."));
    }

    private static string Number(double value) => value.ToString("g3", CultureInfo.InvariantCulture);
}
