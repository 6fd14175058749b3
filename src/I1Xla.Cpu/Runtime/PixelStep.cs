using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>A loop that only moves elements, of small blocks of which each is made of one in the operand (<see cref="PixelShuffle"/>).</summary>
internal sealed unsafe class PixelStep : LineMoveStep
{
    private const long LeastLine = 16, MostBlockBytes = 32, MostApartBytes = 64;

    private readonly PixelShuffle _shuffle;

    private PixelStep(in ElementMove move, int along, int[] inner, PixelShuffle shuffle)
        : base(move, along, inner) => _shuffle = shuffle;

    /// <summary>A step for a kernel that is such a move; null when it is not.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="slots">Slot of each of its buffers.</param>
    /// <param name="name">Name of the step.</param>
    /// <param name="bytes">Bytes it moves.</param>
    /// <param name="isa">The instructions it may use.</param>
    public static PixelStep? TryCreate(LoopKernel kernel, int[] slots, string name, long bytes, IsaLevel isa)
    {
        if (isa < IsaLevel.Avx2 || ElementMove.Of(kernel, slots) is not { } move)
        {
            return null;
        }
        // What lies together in the result, from the innermost variable on, as long as it is short.
        int element = move.From.Kind.StorageBytes(), along = -1;
        long[] map = [0];
        var inner = new List<int>();
        foreach (int v in move.Variables.OrderBy(v => move.To.Coefficients[v]))
        {
            long extent = kernel.Extents[v], step = move.From.Coefficients[v];
            if (move.To.Coefficients[v] != map.Length)
            {
                return null;
            }
            if (map.Length * extent * element > MostBlockBytes)
            {
                along = v;
                break;
            }
            map = [.. Enumerable.Range(0, (int)extent).SelectMany(i => map.Select(at => (i * step) + at))];
            inner.Add(v);
        }
        if (along < 0 || map.Length == 1 || kernel.Extents[along] < LeastLine || Math.Abs(move.From.Coefficients[along]) * element > MostApartBytes
            || (move.From.Coefficients[along] == map.Length && map.Index().All(m => m.Item == m.Index)))
        {
            return null;
        }
        return PixelShuffle.TryCreate(element, map, move.From.Coefficients[along]) is { } shuffle ? new PixelStep(move, along, [.. inner], shuffle) { Name = name, Bytes = bytes } : null;
    }

    protected override void Line(byte* from, byte* to, long count) => _shuffle.Run(from, to, count);
}
