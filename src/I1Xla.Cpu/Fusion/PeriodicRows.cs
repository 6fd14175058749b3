using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Fusion;

/// <summary>
/// Elementwise loops along rows shorter than a vector (the colours of a picture), with operands that are the same for each row: several rows become one, and what repeats in them
/// is laid out once for each outer iteration, in kept rows.
/// </summary>
internal static class PeriodicRows
{
    /// <summary>Rows of so many elements fill no vector.</summary>
    public const int LeastLanes = 8;

    private const long MostRowsAtOnce = 128, LeastRowsAtOnce = 8;

    /// <summary>The kernel with longer rows; null where it is no such loop, or rows do not come in eights.</summary>
    /// <param name="kernel">A kernel of one stage without reductions, whose innermost loop is that along the rows.</param>
    public static LoopKernel? TryApply(LoopKernel kernel)
    {
        if (kernel is not { VectorIsOuter: false, Stages: [{ Loops: [int along] } stage] } || kernel.Extents[along] is < 2 or >= LeastLanes)
        {
            return null;
        }
        long length = kernel.Extents[along];
        int[] used = [.. stage.Body.Where(i => i.Op is LoopOpcode.Load or LoopOpcode.Store or LoopOpcode.Iota).Select(i => i.Index).Distinct()];
        int rows = Array.FindIndex(kernel.Outer, v => Array.TrueForAll(used, a => IsDense(kernel.Accesses[a], v) || kernel.Accesses[a].Coefficients[v] == 0));
        if (rows < 0 || Array.Exists(stage.Body, i => i.Op == LoopOpcode.Store && !IsDense(kernel.Accesses[i.Index], kernel.Outer[rows])))
        {
            return null;
        }
        int row = kernel.Outer[rows];
        long together = kernel.Extents[row] % 16 == 0 ? 16 : 8, groups = kernel.Extents[row] / together;
        long inside = Enumerable.Range(1, (int)Math.Min(groups, MostRowsAtOnce)).LastOrDefault(n => groups % n == 0);
        if (kernel.Extents[row] % together != 0 || inside < LeastRowsAtOnce)
        {
            return null;
        }

        int variables = kernel.Extents.Length, group = variables, element = variables + 1, again = variables + 2;
        long[] extents = [.. kernel.Extents, inside, together * length, together];
        extents[row] = groups / inside;
        var accesses = new List<LoopAccess>(kernel.Accesses.Select(a => a with { Coefficients = Split(a) }));
        var lay = new List<LoopInstruction>();
        LoopInstruction[] body = [.. stage.Body];
        long bytes = 0;
        for (int i = 0; i < body.Length; i++)
        {
            if (body[i].Op is not (LoopOpcode.Load or LoopOpcode.Iota) || IsDense(kernel.Accesses[body[i].Index], row))
            {
                continue;
            }
            Lane lane = body[i].Lane;
            ElementKind kind = LoopKernel.KindOf(lane);
            lay.Add(body[i]);
            lay.Add(new LoopInstruction(LoopOpcode.Store, lane, lay.Count - 1, Index: accesses.Count));
            body[i] = new LoopInstruction(LoopOpcode.Load, lane, Index: accesses.Count);
            accesses.Add(new LoopAccess(LoopAccess.KeptRow, kind, bytes / kind.StorageBytes(), [.. Enumerable.Range(0, extents.Length).Select(v => v == again ? length : v == along || v == element ? 1 : 0)]));
            bytes += ((together * length * kind.StorageBytes()) + 63) / 64 * 64;
        }
        return bytes == 0 ? null : new LoopKernel
        {
            Extents = extents,
            Outer = kernel.Outer,
            Stages = [new LoopStage([again, along], [.. lay]), new LoopStage([group, element], body)],
            Accesses = [.. accesses],
            Slots = kernel.Slots,
            Buffers = kernel.Buffers,
            ScratchBytes = bytes,
        };

        // Whether rows lie end to end, or everything is one element.
        bool IsDense(LoopAccess access, int v) => access.Coefficients[v] == length * access.Coefficients[along];

        long[] Split(LoopAccess access)
        {
            long[] c = [.. access.Coefficients, together * access.Coefficients[row], IsDense(access, row) ? access.Coefficients[along] : 0, 0];
            c[row] *= together * inside;
            return c;
        }
    }
}
