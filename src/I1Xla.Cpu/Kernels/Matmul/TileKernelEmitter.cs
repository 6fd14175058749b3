using I1Xla.Cpu.Kernels.Emit;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// Emits the inner loop of bf16 products on the tiles of AMX: up to 2 × 2 tiles of C (16 rows by 16 columns of f32) stay in tile registers along k; each
/// step loads up to two tiles of A and two of B, 32 elements of k, and multiplies them all (Intel 64 and IA-32 Architectures Optimization Reference Manual,
/// chapter 20). One call configures the tiles, runs panel after panel of rows against the same columns of B, and releases the tiles.
/// </summary>
/// <remarks>
/// The order of sums is that of tdpbf16ps: for every 32 elements of k, those at even places are summed by fused multiply-adds in order, those at odd places
/// likewise, each from zero; the two sums are added, and their sum to C. Every rounding is to nearest even; denormals count and come out as zero.
/// Adding starts from the C in memory.
/// </remarks>
/// <param name="rowTiles">Tiles of rows, 1 or 2.</param>
/// <param name="columnTiles">Tiles of columns, 1 or 2.</param>
internal sealed class TileKernelEmitter(int rowTiles, int columnTiles)
{
    private static readonly AssemblerRegisterTMM[] s_tiles = [tmm0, tmm1, tmm2, tmm3, tmm4, tmm5, tmm6, tmm7];

    /// <summary>The number of a tile of C.</summary>
    public static int C(int row, int column) => row * 2 + column;

    /// <summary>The number of a tile of A.</summary>
    public static int A(int row) => 4 + row;

    /// <summary>The number of a tile of B.</summary>
    public static int B(int column) => 6 + column;

    /// <summary>Assembles the kernel: a System V function of one pointer to <see cref="TileKernelArgs"/>.</summary>
    public ExecutableMemory Emit() => VectorRegisters.Assemble(Body);

    private void Body(Assembler c)
    {
        Label panel = c.CreateLabel(), clear = c.CreateLabel(), ready = c.CreateLabel(), step = c.CreateLabel(), store = c.CreateLabel();
        c.ldtilecfg(__[rdi + 128]);
        c.mov(rax, __qword_ptr[rdi]);
        c.mov(rdx, __qword_ptr[rdi + 16]);
        c.mov(r8, __qword_ptr[rdi + 32]);
        c.mov(r9, __qword_ptr[rdi + 40]);
        c.mov(r10d, TilePacker.RowBytes);
        c.Label(ref panel);
        c.mov(rsi, __qword_ptr[rdi + 8]);
        c.mov(rcx, __qword_ptr[rdi + 24]);
        if (rowTiles == 2)
        {
            c.mov(r11, r9);
            c.shl(r11, 4);
            c.add(r11, rdx);
        }
        c.cmp(__qword_ptr[rdi + 80], 0);
        c.je(clear);
        ForC((row, column) => c.tileloadd(s_tiles[C(row, column)], TargetOf(row, column)));
        c.jmp(ready);
        c.Label(ref clear);
        ForC((row, column) => c.tilezero(s_tiles[C(row, column)]));
        c.Label(ref ready);
        c.test(rcx, rcx);
        c.je(store);
        c.Label(ref step);
        for (int row = 0; row < rowTiles; row++)
        {
            c.tileloadd(s_tiles[A(row)], __[rax + r10 + row * TileKernels.TileRows * TilePacker.RowBytes]);
            for (int column = 0; column < columnTiles; column++)
            {
                if (row == 0) c.tileloadd(s_tiles[B(column)], __[rsi + r8 + column * 64]);
                c.tdpbf16ps(s_tiles[C(row, column)], s_tiles[A(row)], s_tiles[B(column)]);
            }
        }
        c.add(rax, __qword_ptr[rdi + 48]);
        c.add(rsi, __qword_ptr[rdi + 56]);
        c.dec(rcx);
        c.jne(step);
        c.Label(ref store);
        ForC((row, column) => c.tilestored(TargetOf(row, column), s_tiles[C(row, column)]));
        c.add(rdx, __qword_ptr[rdi + 64]);
        c.dec(__qword_ptr[rdi + 72]);
        c.jne(panel);
        c.tilerelease();
        c.ret();
    }

    private static AssemblerMemoryOperand TargetOf(int row, int column) => __[(row == 0 ? rdx : r11) + r9 + column * 64];

    private void ForC(Action<int, int> action)
    {
        for (int row = 0; row < rowTiles; row++)
        {
            for (int column = 0; column < columnTiles; column++) action(row, column);
        }
    }
}
