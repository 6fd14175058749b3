using System.CommandLine;
using System.Diagnostics;
using I1Xla.Cli.Terminal;
using I1Xla.Host;
using I1Xla.Host.Programs;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;
using I1Xla.StableHlo.Verify;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla opt</c>.</summary>
internal static class OptCommand
{
    private const int MaxErrors = 20;

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "A StableHLO program: text, or a portable artifact." };
        var passes = new Option<string?>("--passes") { Description = $"Passes to run, divided by commas: {string.Join(", ", PassPipeline.Names)}." };
        var emit = new Option<ProgramForm>("--emit") { Description = "How to write the result.", DefaultValueFactory = _ => ProgramForm.Text };
        var target = new Option<string?>("--target") { Description = "With --emit artifact: the oldest StableHLO version that must read it, such as 1.13.0; the current one when not given." };
        var output = new Option<string?>("--out", "-o") { Description = "The file to write; standard output when not given." };
        var cpuAfter = new Option<string?>("--cpu-after") { Description = $"Writes what the embedded CPU compiler has made of the program after one of its passes: {string.Join(", ", CpuInspection.Passes)}." };
        var explain = new Option<bool>("--explain") { Description = "Says which operations the CPU compiler has no fast code for, and why, instead of writing the program." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("opt", "Read a StableHLO program, check it, run passes over it, and write it in another form.") { file, passes, emit, target, output, cpuAfter, explain, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(cpuAfter) is not null || parsed.GetValue(explain))
            {
                return Inspect(parsed.GetValue(file)!, parsed.GetValue(passes), parsed.GetValue(cpuAfter), parsed.GetValue(output), parsed.GetValue(json));
            }
            StableHloVersion? version = parsed.GetValue(target) is { } text ? ProgramOutput.ParseTarget(text) : null;
            if (parsed.GetValue(json))
            {
                return Report(parsed.GetValue(file)!, parsed.GetValue(passes), parsed.GetValue(emit), version, parsed.GetValue(output));
            }
            ModuleOp module = ProgramFile.Load(parsed.GetValue(file)!).Module;
            Verify(module, "");
            if (parsed.GetValue(passes) is { } names)
            {
                PassPipeline.Parse(names).Run(module);
                Verify(module, $" after {names}");
            }
            ProgramOutput.Write(ProgramOutput.Emit(module, parsed.GetValue(emit), version), parsed.GetValue(output));
            return 0;
        });
        return command.WithExamples(
            "i1xla opt model.mlir --passes inline,canonicalize,cse,dce",
            "i1xla opt model.mlir --passes cse --json",
            "i1xla opt sharded.mlir --passes spmd-partition,canonicalize,cse,dce",
            "i1xla opt model.mlir --cpu-after fuse",
            "i1xla opt model.mlir --explain",
            "i1xla opt model.mlir --emit generic -o model.generic.mlir",
            "i1xla opt model.mlir --emit artifact --target 1.0.0 -o model.mlir.bc");
    }

    /// <summary>Prints what runs slowly.</summary>
    public static void ShowSlow(IReadOnlyList<string> lines)
    {
        Console.WriteLine(lines.Count == 0 ? "Everything has fast code." : $"Without fast code ({lines.Count}):");
        foreach (string line in lines)
        {
            Console.WriteLine("  " + line);
        }
    }

    // What the embedded CPU compiler makes of the program.
    private static int Inspect(string path, string? passes, string? cpuAfter, string? output, bool json)
    {
        ModuleOp module = ProgramFile.Load(path).Module;
        Verify(module, "");
        if (passes is not null)
        {
            PassPipeline.Parse(passes).Run(module);
        }
        if (cpuAfter is not null)
        {
            ProgramOutput.Write(System.Text.Encoding.UTF8.GetBytes(CpuInspection.AfterPass(module, cpuAfter) + "\n"), output);
            return 0;
        }
        IReadOnlyList<string> slow = CpuInspection.Explain(module);
        if (json)
        {
            Json.Write(new { File = path, Slow = slow });
        }
        else
        {
            ShowSlow(slow);
        }
        return 0;
    }

    /// <summary>Does the same and prints what there was to see: the operations, what each pass left, what is wrong. A text goes into the report unless it is written to a file; code 1 for a program that is not valid.</summary>
    private static int Report(string path, string? passes, ProgramForm form, StableHloVersion? target, string? output)
    {
        ModuleOp module;
        try
        {
            module = ProgramFile.Load(path).Module;
        }
        catch (ParseException e)
        {
            Json.Write(new { File = path, Valid = false, Diagnostics = e.Diagnostics.Select(Show) });
            return 1;
        }
        IReadOnlyList<Diagnostic> diagnostics = Verifier.Verify(module);
        var steps = new List<object>();
        if (!diagnostics.Any(IsError) && passes is not null)
        {
            foreach (IModulePass pass in PassPipeline.Parse(passes).Passes)
            {
                var watch = Stopwatch.StartNew();
                pass.Run(module);
                steps.Add(new { pass.Name, Seconds = watch.Elapsed.TotalSeconds, Operations = Count(module).Values.Sum() });
            }
            diagnostics = Verifier.Verify(module);
        }
        bool valid = !diagnostics.Any(IsError);
        byte[]? bytes = valid ? ProgramOutput.Emit(module, form, target) : null;
        if (bytes is not null && output is not null)
        {
            ProgramOutput.Write(bytes, output);
        }
        Dictionary<string, int> counts = Count(module);
        Json.Write(new
        {
            File = path,
            Valid = valid,
            Diagnostics = diagnostics.Select(Show),
            Passes = steps,
            Functions = module.Functions.Count(),
            Operations = counts.Values.Sum(),
            ByName = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).ToDictionary(c => c.Key, c => c.Value),
            Form = form,
            Bytes = bytes?.Length,
            Out = output,
            Program = bytes is not null && output is null && form != ProgramForm.Artifact ? System.Text.Encoding.UTF8.GetString(bytes) : null,
        });
        return valid ? 0 : 1;
    }

    private static bool IsError(Diagnostic d) => d.Severity == DiagnosticSeverity.Error;

    private static object Show(Diagnostic d) => new
    {
        d.Severity,
        d.Message,
        d.Constraint,
        (d.Location as FileLineLocation)?.File,
        (d.Location as FileLineLocation)?.Line,
        (d.Location as FileLineLocation)?.Column,
    };

    private static Dictionary<string, int> Count(ModuleOp module)
    {
        var counts = new Dictionary<string, int>();
        module.Op.Walk(op => counts[op.Name.Full] = counts.GetValueOrDefault(op.Name.Full) + 1);
        return counts;
    }

    private static void Verify(ModuleOp module, string when)
    {
        IReadOnlyList<Diagnostic> diagnostics = [.. Verifier.Verify(module).Where(d => d.Severity == DiagnosticSeverity.Error)];
        if (diagnostics.Count > 0)
        {
            string more = diagnostics.Count > MaxErrors ? $"\n… and {diagnostics.Count - MaxErrors} more" : "";
            throw new UserErrorException($"the program is not valid{when}:\n{string.Join('\n', diagnostics.Take(MaxErrors))}{more}");
        }
    }
}
