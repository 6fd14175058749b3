using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu;

/// <summary>What compiling found worth telling: which operations run in the interpreter, which loops have no machine code.</summary>
/// <param name="onPass">Takes the program after each pass.</param>
/// <param name="withoutTiles">What keeps products of bf16 from the processor's tiles; null for nothing.</param>
internal sealed class CompilationReport(Action<string, string>? onPass, string? withoutTiles)
{
    private readonly List<string> _lines = [];
    private bool _saysTiles;

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

    /// <summary>The program has one; said once.</summary>
    public void ProductOfBf16()
    {
        if (withoutTiles is not null && !_saysTiles)
        {
            _lines.Add($"products of bf16 run without the tiles of AMX: {withoutTiles}");
            _saysTiles = true;
        }
    }

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
