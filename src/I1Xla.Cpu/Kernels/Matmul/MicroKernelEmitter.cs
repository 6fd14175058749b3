using I1Xla.Cpu.Kernels.Emit;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>What one multiply-add of a micro-kernel does.</summary>
internal enum MicroOperation
{
    /// <summary>f32 fused multiply-add.</summary>
    F32,

    /// <summary>f64 fused multiply-add.</summary>
    F64,

    /// <summary>Two bf16 products added to an f32 (vdpbf16ps: round to nearest even, denormals flushed, no exceptions).</summary>
    Bf16Pairs,

    /// <summary>Products of bf16 tiles added to tiles of f32 (tdpbf16ps, with the same roundings in another order; see <see cref="TileKernelEmitter"/>).</summary>
    Bf16Tiles,

    /// <summary>Two products of 16-bit integers added to an i32, modulo 2³², in two instructions (vpmaddwd, vpaddd).</summary>
    WordPairs,

    /// <summary>The same in one (vpdpwssd).</summary>
    WordDots,

    /// <summary>Four products of an unsigned byte of A and a signed one of B added to an i32, modulo 2³² (vpdpbusd); the last row of B is added to the sums as it is.</summary>
    ByteQuads,
}

/// <summary>
/// Emits the register-blocked inner loop of the matmul: <c>rows</c> by <c>vectors</c> accumulators stay in registers over the contracted
/// dimension; each step loads <c>vectors</c> vectors of B and broadcasts <c>rows</c> elements of A (Goto and van de Geijn, "Anatomy of
/// high-performance matrix multiplication"; Van Zee and van de Geijn, "BLIS").
/// </summary>
/// <param name="operation">The multiply-add.</param>
/// <param name="rows">Rows of the tile.</param>
/// <param name="vectors">Vectors of columns.</param>
/// <param name="masked">Whether the last vector is cut by a mask.</param>
/// <param name="wide">Whether vectors have 64 bytes, not 32.</param>
/// <param name="rowBytes">Bytes between rows of an A that is read where it lies; 0 for a packed one.</param>
/// <param name="stepBytes">Bytes between such an A's elements along k; 0 where they are adjacent.</param>
/// <param name="packs">Whether B is also stored to <see cref="MicroKernelArgs.Packed"/> while it is in registers: it is packed for the tiles to come.</param>
/// <param name="fetches">Whether a part of <see cref="MicroKernelArgs.Next"/> is fetched; not with <paramref name="packs"/>.</param>
internal sealed class MicroKernelEmitter(MicroOperation operation, int rows, int vectors, bool masked, bool wide, nint rowBytes = 0, nint stepBytes = 0, bool packs = false, bool fetches = false)
{
    /// <summary>Steps from one jump of the loop to the next.</summary>
    public const int Unroll = 4;

    private const int StepsAfterFetch = 32;

    private int ElementBytes => operation == MicroOperation.F64 ? 8 : 4;
    private int StepBytes => stepBytes > 0 ? (int)stepBytes : rowBytes > 0 ? ElementBytes : rows * ElementBytes;
    private int VectorBytes => wide ? 64 : 32;

    /// <summary>Assembles the kernel: a System V function of one pointer to <see cref="MicroKernelArgs"/>.</summary>
    public ExecutableMemory Emit() => VectorRegisters.Assemble(Body);

    // AVX2 has no masks but vectors.
    private const int MaskRegister = 15;

    private int Accumulator(int row, int vector) => row * vectors + vector;

    private int BRegister(int vector) => rows * vectors + vector;

    private int ARegister(int row)
    {
        int first = rows * vectors + vectors;
        return first + row % Math.Min(Registers - (operation == MicroOperation.WordPairs ? 1 : 0) - first, 4);
    }

    // What holds no mask; the last one takes products that are added by an instruction of their own.
    private int Registers => wide ? 32 : masked ? MaskRegister : 16;

    private bool IsInteger => operation is MicroOperation.WordPairs or MicroOperation.WordDots or MicroOperation.ByteQuads;

    private void Body(Assembler c)
    {
        Label main = c.CreateLabel(), last = c.CreateLabel(), tail = c.CreateLabel(), tailLoop = c.CreateLabel(), done = c.CreateLabel(), overwrite = c.CreateLabel();
        c.mov(rax, __qword_ptr[rdi]);
        c.mov(rsi, __qword_ptr[rdi + 8]);
        c.mov(rdx, __qword_ptr[rdi + 16]);
        c.mov(rcx, __qword_ptr[rdi + 24]);
        c.mov(r8, __qword_ptr[rdi + 32]);
        c.mov(r9, __qword_ptr[rdi + 40]);
        if (packs)
        {
            c.push(rbx);
            c.push(rbp);
            c.mov(rbx, __qword_ptr[rdi + 64]);
            c.mov(rbp, r8);
            c.shl(rbp, 4);
        }
        if (fetches)
        {
            c.push(rbx);
            c.mov(rbx, __qword_ptr[rdi + 72]);
        }
        Label laneBits = c.CreateLabel();
        if (masked) LoadMask(c, laneBits);
        for (int i = 0; i < rows * vectors; i++) Zero(c, i);
        // r10 counts unrolled steps; r11 keeps those after C is fetched.
        c.mov(r10, rcx);
        c.shr(r10, 2);
        c.mov(r11d, StepsAfterFetch / Unroll);
        c.cmp(r10, r11);
        c.cmovb(r11, r10);
        c.sub(r10, r11);
        c.jz(last);
        c.Label(ref main);
        for (int u = 0; u < Unroll; u++) Step(c, u);
        if (fetches) FetchNext(c);
        c.add(rax, Unroll * StepBytes);
        c.dec(r10);
        c.jnz(main);
        c.test(r11, r11);
        c.jz(tail);
        c.Label(ref last);
        FetchTile(c);
        c.mov(r10, r11);
        c.xor(r11d, r11d);
        c.test(r10, r10);
        c.jnz(main);
        c.Label(ref tail);
        c.and(rcx, Unroll - 1);
        c.jz(done);
        c.Label(ref tailLoop);
        Step(c, 0);
        c.add(rax, StepBytes);
        c.dec(rcx);
        c.jnz(tailLoop);
        c.Label(ref done);
        if (operation == MicroOperation.ByteQuads) AddBalance(c);
        c.cmp(__qword_ptr[rdi + 56], 0);
        c.je(overwrite);
        Store(c, true);
        Return(c);
        c.Label(ref overwrite);
        Store(c, false);
        Return(c);
        if (!masked || wide) return;
        c.Label(ref laneBits);
        for (int lane = 0; lane < VectorBytes / ElementBytes; lane++)
        {
            if (operation == MicroOperation.F64) c.dq(1L << lane);
            else c.dd(1 << lane);
        }
    }

    // B stands behind its last step.
    private void AddBalance(Assembler c)
    {
        for (int v = 0; v < vectors; v++) LoadB(c, BRegister(v), v);
        for (int i = 0; i < rows * vectors; i++) c.vpaddd(VectorRegisters.Zmm[i], VectorRegisters.Zmm[i], VectorRegisters.Zmm[BRegister(i % vectors)]);
    }

    private void Return(Assembler c)
    {
        c.vzeroupper();
        if (packs)
        {
            c.pop(rbp);
            c.pop(rbx);
        }
        if (fetches) c.pop(rbx);
        c.ret();
    }

    // Late, since the panels would push the lines out of the first-level cache again.
    private void FetchTile(Assembler c)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int v = 0; v < vectors; v += 64 / VectorBytes) c.prefetchw(__byte_ptr[rdx + v * VectorBytes]);
            // A tile that starts inside a line ends in another; a whole one fetches for its neighbour.
            c.prefetchw(__byte_ptr[rdx + vectors * VectorBytes + 63]);
            if (row + 1 < rows) c.add(rdx, r9);
        }
        c.mov(rdx, __qword_ptr[rdi + 16]);
    }

    // The mask's bits, in k1 or each in all bits of its lane.
    private void LoadMask(Assembler c, Label laneBits)
    {
        AssemblerRegisterYMM mask = VectorRegisters.Ymm[MaskRegister];
        if (wide)
        {
            c.kmovq(k1, __qword_ptr[rdi + 48]);
        }
        else if (operation == MicroOperation.F64)
        {
            c.vpbroadcastq(mask, __qword_ptr[rdi + 48]);
            c.vpand(mask, mask, __ymmword_ptr[laneBits]);
            c.vpcmpeqq(mask, mask, __ymmword_ptr[laneBits]);
        }
        else
        {
            c.vpbroadcastd(mask, __dword_ptr[rdi + 48]);
            c.vpand(mask, mask, __ymmword_ptr[laneBits]);
            c.vpcmpeqd(mask, mask, __ymmword_ptr[laneBits]);
        }
    }

    private void Step(Assembler c, int unrolled)
    {
        for (int v = 0; v < vectors; v++)
        {
            LoadB(c, BRegister(v), v);
        }
        if (packs) FetchB(c, rsi + rbp);
        else if (vectors > 2) FetchB(c, rsi + r8 * 8);
        c.add(rsi, r8);
        if (packs) StorePacked(c);
        for (int row = 0; row < rows; row++)
        {
            Broadcast(c, ARegister(row), unrolled * StepBytes + (rowBytes > 0 ? (int)(row * rowBytes) : row * ElementBytes));
            for (int v = 0; v < vectors; v++) MultiplyAdd(c, Accumulator(row, v), BRegister(v), ARegister(row));
        }
    }

    // B is read where it lies, row by row, and each row may be on another page: the hardware does not look that far ahead.
    private void FetchB(Assembler c, AssemblerMemoryOperand row)
    {
        for (int v = 0; v < vectors; v += 64 / VectorBytes) c.prefetcht0(row + v * VectorBytes);
        c.prefetcht0(row + (vectors * VectorBytes - 1));
    }

    /// <summary>Lines of <see cref="MicroKernelArgs.Next"/> that are fetched every <see cref="Unroll"/> steps: those of one row of B.</summary>
    public static int FetchedLines(long rowBytes) => (int)Math.Max(rowBytes / 64, 1);

    private void FetchNext(Assembler c)
    {
        int lines = FetchedLines(vectors * VectorBytes);
        for (int line = 0; line < lines; line++) c.prefetcht1(__byte_ptr[rbx + line * 64]);
        c.add(rbx, lines * 64);
    }

    private void StorePacked(Assembler c)
    {
        for (int v = 0; v < vectors; v++)
        {
            if (wide) c.vmovups(__[rbx + v * VectorBytes], VectorRegisters.Zmm[BRegister(v)]);
            else c.vmovups(__[rbx + v * VectorBytes], VectorRegisters.Ymm[BRegister(v)]);
        }
        c.add(rbx, vectors * VectorBytes);
    }

    private void Zero(Assembler c, int register)
    {
        if (wide) c.vpxord(VectorRegisters.Zmm[register], VectorRegisters.Zmm[register], VectorRegisters.Zmm[register]);
        else c.vxorps(VectorRegisters.Ymm[register], VectorRegisters.Ymm[register], VectorRegisters.Ymm[register]);
    }

    private void MoveMasked(Assembler c, AssemblerRegisterYMM to, AssemblerMemoryOperand source)
    {
        if (operation == MicroOperation.F64) c.vmaskmovpd(to, VectorRegisters.Ymm[MaskRegister], source);
        else c.vmaskmovps(to, VectorRegisters.Ymm[MaskRegister], source);
    }

    private bool IsMasked(int vector) => masked && vector == vectors - 1;

    private void LoadB(Assembler c, int register, int vector)
    {
        AssemblerMemoryOperand source = __[rsi + vector * VectorBytes];
        if (!wide && IsMasked(vector)) MoveMasked(c, VectorRegisters.Ymm[register], source);
        else if (!wide) c.vmovups(VectorRegisters.Ymm[register], source);
        else if (!IsMasked(vector)) c.vmovups(VectorRegisters.Zmm[register], source);
        else if (operation == MicroOperation.F64) c.vmovupd(VectorRegisters.Zmm[register].k1.z, source);
        else c.vmovups(VectorRegisters.Zmm[register].k1.z, source);
    }

    private void Broadcast(Assembler c, int register, int offset)
    {
        if (operation == MicroOperation.F64)
        {
            if (wide) c.vbroadcastsd(VectorRegisters.Zmm[register], __qword_ptr[rax + offset]);
            else c.vbroadcastsd(VectorRegisters.Ymm[register], __qword_ptr[rax + offset]);
        }
        else if (wide) c.vbroadcastss(VectorRegisters.Zmm[register], __dword_ptr[rax + offset]);
        else c.vbroadcastss(VectorRegisters.Ymm[register], __dword_ptr[rax + offset]);
    }

    private void MultiplyAdd(Assembler c, int sum, int b, int a)
    {
        if (operation == MicroOperation.Bf16Pairs) c.vdpbf16ps(VectorRegisters.Zmm[sum], VectorRegisters.Zmm[b], VectorRegisters.Zmm[a]);
        else if (operation == MicroOperation.WordDots) c.vpdpwssd(VectorRegisters.Zmm[sum], VectorRegisters.Zmm[b], VectorRegisters.Zmm[a]);
        else if (operation == MicroOperation.ByteQuads) c.vpdpbusd(VectorRegisters.Zmm[sum], VectorRegisters.Zmm[a], VectorRegisters.Zmm[b]);
        else if (operation == MicroOperation.WordPairs) MultiplyWords(c, sum, b, a);
        else if (operation == MicroOperation.F64)
        {
            if (wide) c.vfmadd231pd(VectorRegisters.Zmm[sum], VectorRegisters.Zmm[b], VectorRegisters.Zmm[a]);
            else c.vfmadd231pd(VectorRegisters.Ymm[sum], VectorRegisters.Ymm[b], VectorRegisters.Ymm[a]);
        }
        else if (wide) c.vfmadd231ps(VectorRegisters.Zmm[sum], VectorRegisters.Zmm[b], VectorRegisters.Zmm[a]);
        else c.vfmadd231ps(VectorRegisters.Ymm[sum], VectorRegisters.Ymm[b], VectorRegisters.Ymm[a]);
    }

    private void MultiplyWords(Assembler c, int sum, int b, int a)
    {
        if (wide)
        {
            AssemblerRegisterZMM z = VectorRegisters.Zmm[Registers - 1];
            c.vpmaddwd(z, VectorRegisters.Zmm[b], VectorRegisters.Zmm[a]);
            c.vpaddd(VectorRegisters.Zmm[sum], VectorRegisters.Zmm[sum], z);
            return;
        }
        AssemblerRegisterYMM y = VectorRegisters.Ymm[Registers - 1];
        c.vpmaddwd(y, VectorRegisters.Ymm[b], VectorRegisters.Ymm[a]);
        c.vpaddd(VectorRegisters.Ymm[sum], VectorRegisters.Ymm[sum], y);
    }

    private void Store(Assembler c, bool accumulate)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int v = 0; v < vectors; v++) StoreVector(c, Accumulator(row, v), v, accumulate);
            if (row + 1 < rows) c.add(rdx, r9);
        }
    }

    private void StoreVector(Assembler c, int register, int vector, bool accumulate)
    {
        AssemblerMemoryOperand target = __[rdx + vector * VectorBytes];
        bool pd = operation == MicroOperation.F64;
        if (!wide)
        {
            AssemblerRegisterYMM y = VectorRegisters.Ymm[register];
            if (IsMasked(vector))
            {
                AssemblerRegisterYMM before = VectorRegisters.Ymm[BRegister(0)], mask = VectorRegisters.Ymm[MaskRegister];
                if (accumulate)
                {
                    MoveMasked(c, before, target);
                    if (pd) c.vaddpd(y, y, before);
                    else if (IsInteger) c.vpaddd(y, y, before);
                    else c.vaddps(y, y, before);
                }
                if (pd) c.vmaskmovpd(target, mask, y);
                else c.vmaskmovps(target, mask, y);
                return;
            }
            if (accumulate && pd) c.vaddpd(y, y, target);
            else if (accumulate && IsInteger) c.vpaddd(y, y, target);
            else if (accumulate) c.vaddps(y, y, target);
            c.vmovups(target, y);
            return;
        }
        AssemblerRegisterZMM z = VectorRegisters.Zmm[register];
        if (!IsMasked(vector))
        {
            if (accumulate && pd) c.vaddpd(z, z, target);
            else if (accumulate && IsInteger) c.vpaddd(z, z, target);
            else if (accumulate) c.vaddps(z, z, target);
            c.vmovups(target, z);
        }
        else if (pd)
        {
            if (accumulate) c.vaddpd(z.k1, z, target);
            c.vmovupd(target.k1, z);
        }
        else
        {
            if (accumulate && IsInteger) c.vpaddd(z.k1, z, target);
            else if (accumulate) c.vaddps(z.k1, z, target);
            c.vmovups(target.k1, z);
        }
    }
}
