using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Drops operations without effects whose results nothing uses.</summary>
/// <remarks>After MLIR's <c>isOpTriviallyDead</c> (<c>mlir/Interfaces/SideEffectInterfaces.h</c>).</remarks>
public sealed class DcePass : IModulePass
{
    /// <inheritdoc/>
    public string Name => "dce";

    /// <inheritdoc/>
    public void Run(ModuleOp module) => Run(module.Op);

    /// <summary>Cleans everything inside an operation.</summary>
    public static void Run(Operation root)
    {
        var uses = new Dictionary<Value, int>();
        root.Walk(op => Count(op, uses, 1));
        Sweep(root, uses);
    }

    // Backwards: users come after what they use, so by the time an operation is reached all its dead users are gone.
    private static void Sweep(Operation root, Dictionary<Value, int> uses)
    {
        foreach (Region region in root.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                var kept = new OperationList();
                for (int i = block.Operations.Count - 1; i >= 0; i--)
                {
                    Operation op = block.Operations[i];
                    if (op != block.Terminator && IsUnused(op, uses) && Effects.IsPure(op))
                    {
                        op.Walk(inner => Count(inner, uses, -1));
                        continue;
                    }
                    Sweep(op, uses);
                    kept.Add(op);
                }
                if (kept.Count < block.Operations.Count)
                {
                    kept.Reverse();
                    block.Replace(kept);
                }
            }
        }
    }

    private static bool IsUnused(Operation op, Dictionary<Value, int> uses)
    {
        foreach (OpResult result in op.Results)
        {
            if (uses.GetValueOrDefault(result) > 0)
            {
                return false;
            }
        }
        return true;
    }

    private static void Count(Operation op, Dictionary<Value, int> uses, int by)
    {
        foreach (Value operand in op.Operands)
        {
            uses[operand] = uses.GetValueOrDefault(operand) + by;
        }
    }
}
