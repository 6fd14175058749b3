using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Packs rows of a bf16 matrix for tiles: for every 32 elements of k, 64 bytes of each row, <c>[k / 32][row][k % 32]</c>, so that a tile of 16 rows is one
/// piece of memory. What k lacks of the last 32 is zero. Columns of B need nothing of their own: <see cref="PanelPacker.PackPairs"/> writes their tiles.
/// </summary>
internal static unsafe class TilePacker
{
    /// <summary>Elements of k in a row of a tile.</summary>
    public const int RowElements = 32;

    /// <summary>Pairs of them.</summary>
    public const int RowPairs = RowElements / 2;

    /// <summary>Bytes of them.</summary>
    public const int RowBytes = RowElements * 2;

    /// <summary>Packs <paramref name="rows"/> rows of <paramref name="k"/> elements.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="acrossBytes">Bytes between rows.</param>
    /// <param name="alongBytes">Bytes between elements of a row.</param>
    /// <param name="rows">Rows, any number.</param>
    /// <param name="k">Elements of each row.</param>
    /// <param name="target">The packed rows.</param>
    /// <param name="isa">The instruction set to use; AVX-512 at least.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(byte* source, long acrossBytes, long alongBytes, int rows, long k, byte* target, IsaLevel isa)
    {
        if (alongBytes != 2)
        {
            PackAcross(source, acrossBytes, alongBytes, rows, k, target, isa);
            return;
        }
        long whole = k / RowElements;
        int rest = (int)(k % RowElements) * 2;
        for (long tile = 0; tile < whole; tile++)
        {
            byte* from = source + tile * RowBytes;
            for (int row = 0; row < rows; row++, from += acrossBytes, target += RowBytes) Vector512.Load(from).Store(target);
        }
        if (rest == 0) return;
        source += whole * RowBytes;
        for (int row = 0; row < rows; row++, source += acrossBytes, target += RowBytes)
        {
            Vector512<byte>.Zero.Store(target);
            new ReadOnlySpan<byte>(source, rest).CopyTo(new Span<byte>(target, rest));
        }
    }

    /// <summary>Clears the last, incomplete tiles of <paramref name="rows"/> packed rows.</summary>
    public static void ClearLast(int rows, long k, byte* target) => new Span<byte>(target + k / RowElements * rows * RowBytes, rows * RowBytes).Clear();

    // As pairs first, 16 rows at a time, then transposed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackAcross(byte* source, long acrossBytes, long alongBytes, int rows, long k, byte* target, IsaLevel isa)
    {
        const int Group = 16;
        // Packing of pairs writes up to 64 bytes behind them.
        uint* pairs = stackalloc uint[(RowPairs + 1) * Group];
        float* turned = stackalloc float[Group * RowPairs];
        for (long done = 0; done < k; done += RowElements, source += RowElements * alongBytes)
        {
            int length = (int)Math.Min(RowElements, k - done), written = (length + 1) / 2;
            for (int first = 0; first < rows; first += Group)
            {
                int count = Math.Min(Group, rows - first);
                PanelPacker.PackPairs(source + first * acrossBytes, acrossBytes, alongBytes, count, Group, length, (float*)pairs, isa);
                new Span<uint>(pairs + written * Group, (RowPairs - written) * Group).Clear();
                float* to = count == Group ? (float*)target : turned;
                Transpose16.Block<Lanes32>((byte*)pairs, Group * 4, RowPairs, to, RowPairs);
                if (count < Group) new ReadOnlySpan<byte>(turned, count * RowBytes).CopyTo(new Span<byte>(target, count * RowBytes));
                target += count * RowBytes;
            }
        }
    }
}
