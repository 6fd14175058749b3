using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Removes every location, as MLIR's <c>-strip-debuginfo</c> does: what is left depends on the program alone.</summary>
/// <remarks>MLIR documentation, "Passes", <c>-strip-debuginfo</c>.</remarks>
public sealed class StripDebugInfoPass : IModulePass
{
    /// <inheritdoc/>
    public string Name => "strip-debuginfo";

    /// <inheritdoc/>
    public void Run(ModuleOp module) => module.Op.Walk(static op =>
    {
        op.Location = Location.Unknown;
        foreach (Region region in op.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                foreach (BlockArgument argument in block.Arguments)
                {
                    argument.Location = Location.Unknown;
                }
            }
        }
    });
}
