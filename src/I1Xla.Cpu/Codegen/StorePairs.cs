using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Codegen;

/// <summary>Stores of a stage whose elements lie in turns (the two halves of complex numbers, pairs that were rotated): both are stored at once, as vectors without gaps.</summary>
internal static class StorePairs
{
    /// <summary>For each instruction the store before it whose elements lie one before its own; -1 for none.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="body">Instructions of a stage.</param>
    /// <param name="vector">The variable along which lanes run; negative for none.</param>
    public static int[] Of(LoopKernel kernel, LoopInstruction[] body, int vector)
    {
        int[] first = new int[body.Length];
        Array.Fill(first, -1);
        for (int i = 1; i < body.Length && vector >= 0; i++)
        {
            if (body[i].Op != LoopOpcode.Store || kernel.Accesses[body[i].Index] is not { Kind: var kind } second || !(kind.StorageBytes() == 4 || kind == ElementKind.BF16) || second.Coefficients[vector] != 2)
            {
                continue;
            }
            int other = Array.FindLastIndex(body, i - 1, b => b.Op == LoopOpcode.Store || (b.Op == LoopOpcode.Load && kernel.Accesses[b.Index].Buffer == second.Buffer));
            if (other >= 0 && body[other].Op == LoopOpcode.Store && first[other] < 0 && IsBefore(kernel.Accesses[body[other].Index], second))
            {
                first[i] = other;
            }
        }
        return first;
    }

    private static bool IsBefore(LoopAccess a, LoopAccess b) =>
        a.Buffer == b.Buffer && a.Kind == b.Kind && a.Offset + 1 == b.Offset && a.Coefficients.AsSpan().SequenceEqual(b.Coefficients);
}
