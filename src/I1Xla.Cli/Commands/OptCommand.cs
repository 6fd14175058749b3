using System.CommandLine;
using I1Xla.Host;
using I1Xla.Host.Programs;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Passes;
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
        var command = new Command("opt", "Read a StableHLO program, check it, run passes over it, and write it in another form.") { file, passes, emit, target, output };
        command.SetAction(parsed =>
        {
            ModuleOp module = ProgramFile.Load(parsed.GetValue(file)!).Module;
            Verify(module, "");
            if (parsed.GetValue(passes) is { } names)
            {
                PassPipeline.Parse(names).Run(module);
                Verify(module, $" after {names}");
            }
            StableHloVersion? version = parsed.GetValue(target) is { } text ? ProgramOutput.ParseTarget(text) : null;
            ProgramOutput.Write(ProgramOutput.Emit(module, parsed.GetValue(emit), version), parsed.GetValue(output));
            return 0;
        });
        return command.WithExamples(
            "i1xla opt model.mlir --passes inline,canonicalize,cse,dce",
            "i1xla opt model.mlir --emit generic -o model.generic.mlir",
            "i1xla opt model.mlir --emit artifact --target 1.0.0 -o model.mlir.bc");
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
