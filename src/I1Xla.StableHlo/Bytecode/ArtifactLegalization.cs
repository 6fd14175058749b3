using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Brings a module into the dialects that artifacts hold: StableHLO and functions.</summary>
internal static class ArtifactLegalization
{
    /// <summary>Whether a module has operations that artifacts do not hold as they are, and that have a form which they hold.</summary>
    public static bool IsNeeded(ModuleOp module)
    {
        (bool chlo, bool shardy) = Dialects(module);
        return chlo || shardy;
    }

    /// <summary>A copy of a module in the dialects that artifacts hold.</summary>
    /// <exception cref="PortableArtifactException">An operation has no form that artifacts hold.</exception>
    public static ModuleOp Legalized(ModuleOp module)
    {
        (bool chlo, bool shardy) = Dialects(module);
        var copy = new ModuleOp(module.Op.Clone([]));
        try
        {
            if (chlo)
            {
                new ChloLegalizePass().Run(copy);
            }
            if (shardy)
            {
                new ShardyExportPass().Run(copy);
            }
        }
        catch (PassException e)
        {
            throw new PortableArtifactException(e.Message, e.Operation?.Location ?? Location.Unknown);
        }
        return copy;
    }

    private static (bool Chlo, bool Shardy) Dialects(ModuleOp module)
    {
        bool chlo = false, shardy = false;
        module.Op.Walk(op =>
        {
            chlo |= op.Name.Dialect == "chlo";
            shardy |= op.Name.Dialect == "sdy";
        });
        return (chlo, shardy);
    }
}
