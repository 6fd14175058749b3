using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu;

/// <summary>What compiling found worth telling: which operations run in the interpreter, which loops have no machine code.</summary>
internal sealed class CompilationReport(Action<string, string>? onPass)
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Dump(string pass, Func<string> text) => onPass?.Invoke(pass, text());

    public void Interpreted(Operation op) => _lines.Add($"{op.Name} at {SourcePlace.Of(op.Location)}: runs in the reference interpreter");

    public void Loop(string name, string? obstacle)
    {
        if (obstacle is not null)
        {
            _lines.Add($"{name}: runs in the portable loop machine, without generated code: {obstacle}");
        }
    }

    public void WithoutTiles(string reason) => _lines.Add($"products of bf16 run without the tiles of AMX: {reason}");

    public void Whole(string reason) => _lines.Add($"the whole program runs in the reference interpreter: {reason}");
}

/// <summary>Source places as people read them.</summary>
internal static class SourcePlace
{
    /// <summary>file:line, or the name of the place, or "unknown".</summary>
    public static string Of(Location location) => location switch
    {
        FileLineLocation f => $"{f.File}:{f.Line}",
        NameLocation { Child: { } child, Name: var name } => Of(child) is var at && at == "unknown" ? name : at,
        NameLocation n => n.Name,
        CallSiteLocation c => Of(c.Callee),
        FusedLocation f when f.Locations.Length > 0 => Of(f.Locations[0]),
        _ => "unknown",
    };
}
