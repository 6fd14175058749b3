using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Brings a module into the dialects that artifacts hold: StableHLO and functions.</summary>
internal static class ArtifactLegalization
{
    /// <summary>The module itself when there is nothing to do, else a changed copy.</summary>
    /// <exception cref="PortableArtifactException">An operation has no form that artifacts hold.</exception>
    public static ModuleOp Prepare(ModuleOp module)
    {
        bool chlo = false, shardy = false;
        module.Op.Walk(op =>
        {
            chlo |= op.Name.Dialect == "chlo";
            shardy |= op.Name.Dialect == "sdy";
        });
        if (!chlo && !shardy)
        {
            return module;
        }
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
}
