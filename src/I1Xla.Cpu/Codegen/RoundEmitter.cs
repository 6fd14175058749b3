using I1Xla.Cpu.Kernels.Emit;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>
/// Emits steps that are machine code, or little more than copies, one behind the other as a function <c>long(byte** cells)</c> (System V). All memory that it touches is
/// looked up in cells, which the caller has filled: each program has one for each of its slots that is used, and each call of a loop has its buffers' side by side.
/// </summary>
internal sealed class RoundEmitter
{
    /// <summary>The slot of a cell that holds the address of the thread's kept rows.</summary>
    public const int KeptRows = -1;

    /// <summary>The most bytes that are copied here: more are work for several threads.</summary>
    public const long MostCopied = 1 << 16;

    // Up to so many bytes each vector has a copy of its own.
    private const long MostInRow = 512;
    private const int Vector = 32;

    private readonly Assembler _a = new(64);
    private readonly List<(int Program, int Slot)> _cells = [];
    private readonly Dictionary<(int Program, int Slot), int> _own = [];
    private readonly HashSet<(int Program, int Slot)> _moved = [];
    private int _program;

    /// <summary>For each cell whose it is: the number of a program, and one of its slots or <see cref="KeptRows"/>.</summary>
    public (int Program, int Slot)[] Cells => [.. _cells];

    /// <summary>Bytes of kept rows that the loops need.</summary>
    public long ScratchBytes { get; private set; }

    /// <summary>A place to jump to.</summary>
    public Label Label() => _a.CreateLabel();

    /// <summary>Begins the function.</summary>
    public void Begin()
    {
        _a.push(rbx);
        _a.mov(rbx, rdi);
    }

    /// <summary>Here is a place.</summary>
    public void Mark(ref Label label) => _a.Label(ref label);

    /// <summary>Goes on elsewhere.</summary>
    public void Jump(Label label) => _a.jmp(label);

    /// <summary>Ends the function with a number.</summary>
    public void End(int result)
    {
        _a.mov(eax, result);
        _a.pop(rbx);
        _a.vzeroupper();
        _a.ret();
    }

    /// <summary>The code.</summary>
    public ExecutableMemory Assemble()
    {
        using var stream = new MemoryStream();
        _a.Assemble(new StreamCodeWriter(stream), 0);
        return new ExecutableMemory(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>What follows belongs to another program.</summary>
    public void Enter(int program) => _program = program;

    /// <summary>Goes on elsewhere where a predicate in memory does not hold.</summary>
    public void JumpUnless(int slot, Label label)
    {
        _a.mov(rax, Own(slot));
        _a.cmp(__byte_ptr[rax], 0);
        _a.je(label);
    }

    /// <summary>Calls a loop for all of its units.</summary>
    /// <param name="function"><c>void(byte** buffers, long begin, long end)</c>.</param>
    /// <param name="slots">Its buffers.</param>
    /// <param name="units">Where it ends.</param>
    /// <param name="scratchBytes">Bytes of kept rows, whose address stands behind the buffers.</param>
    public void Call(nint function, int[] slots, long units, long scratchBytes)
    {
        int first = _cells.Count;
        _cells.AddRange(slots.Select(s => (_program, s)));
        if (scratchBytes > 0)
        {
            _cells.Add((_program, KeptRows));
            ScratchBytes = Math.Max(ScratchBytes, scratchBytes);
        }
        foreach ((int i, int slot) in slots.Index())
        {
            if (_moved.Contains((_program, slot)))
            {
                _a.mov(rax, Own(slot));
                _a.mov(Cell(first + i), rax);
            }
        }
        _a.lea(rdi, Cell(first));
        _a.xor(esi, esi);
        _a.mov(rdx, units);
        _a.mov(rax, function);
        _a.call(rax);
    }

    /// <summary>Points a slot at a part of another's memory.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="whole">The other.</param>
    /// <param name="indices">Where the part starts.</param>
    /// <returns>Whether that can be emitted; if not, the code is of no use.</returns>
    public bool Point(int slot, int whole, ReadOnlySpan<SliceIndex> indices)
    {
        if (!Start(whole, indices))
        {
            return false;
        }
        _a.mov(Own(slot), rax);
        _moved.Add((_program, slot));
        return true;
    }

    /// <summary>Copies a part of a slot's memory to a part of another's; without indices a part starts where the memory does.</summary>
    /// <inheritdoc cref="Point"/>
    public bool CopyPart(int from, ReadOnlySpan<SliceIndex> fromIndices, int to, ReadOnlySpan<SliceIndex> toIndices, long bytes)
    {
        if (bytes > MostCopied || !Start(from, fromIndices))
        {
            return false;
        }
        _a.mov(rsi, rax);
        if (!Start(to, toIndices))
        {
            return false;
        }
        _a.mov(rdi, rax);
        Copy(bytes);
        return true;
    }

    /// <summary>Copies a slot's memory to another's, unless both are the same.</summary>
    /// <inheritdoc cref="Point"/>
    public bool CopyAll(int from, int to, long bytes)
    {
        if (bytes > MostCopied)
        {
            return false;
        }
        Label same = _a.CreateLabel();
        _a.mov(rsi, Own(from));
        _a.mov(rdi, Own(to));
        _a.cmp(rsi, rdi);
        _a.je(same);
        Copy(bytes);
        _a.Label(ref same);
        _a.nop();
        return true;
    }

    // Leaves in rax where a part starts; changes rcx and rdx.
    private bool Start(int whole, ReadOnlySpan<SliceIndex> indices)
    {
        _a.mov(rax, Own(whole));
        foreach (SliceIndex index in indices)
        {
            _a.mov(rcx, Own(index.Slot));
            switch (index.Kind)
            {
                case ElementKind.I32: _a.movsxd(rcx, __dword_ptr[rcx]); break;
                case ElementKind.UI32: _a.mov(ecx, __dword_ptr[rcx]); break;
                case ElementKind.I64: _a.mov(rcx, __qword_ptr[rcx]); break;
                default: return false;
            }
            _a.xor(edx, edx);
            _a.test(rcx, rcx);
            _a.cmovs(rcx, rdx);
            _a.mov(rdx, index.Most);
            _a.cmp(rcx, rdx);
            _a.cmovg(rcx, rdx);
            _a.mov(rdx, index.Stride);
            _a.imul(rcx, rdx);
            _a.add(rax, rcx);
        }
        return true;
    }

    // From rsi to rdi, which do not overlap. The last vector may lie partly over the one before.
    private void Copy(long bytes)
    {
        if (bytes >= Vector)
        {
            long at = 0;
            if (bytes > MostInRow)
            {
                const int step = 4 * Vector;
                Label again = _a.CreateLabel();
                _a.mov(rcx, bytes / step);
                _a.Label(ref again);
                for (int i = 0; i < step; i += Vector)
                {
                    Move(i);
                }
                _a.add(rsi, step);
                _a.add(rdi, step);
                _a.dec(rcx);
                _a.jne(again);
                bytes %= step;
            }
            for (; at + Vector <= bytes; at += Vector)
            {
                Move(at);
            }
            if (at < bytes)
            {
                Move(bytes - Vector);
            }
            return;
        }
        foreach (int size in (int[])[16, 8, 4, 2, 1])
        {
            if (bytes >= size)
            {
                Part(size, 0);
                if (bytes > size)
                {
                    Part(size, bytes - size);
                }
                return;
            }
        }

        void Move(long at)
        {
            _a.vmovdqu(ymm0, __ymmword_ptr[rsi + at]);
            _a.vmovdqu(__ymmword_ptr[rdi + at], ymm0);
        }
    }

    private void Part(int size, long at)
    {
        switch (size)
        {
            case 16:
                _a.vmovdqu(xmm0, __xmmword_ptr[rsi + at]);
                _a.vmovdqu(__xmmword_ptr[rdi + at], xmm0);
                break;
            case 8:
                _a.mov(rax, __qword_ptr[rsi + at]);
                _a.mov(__qword_ptr[rdi + at], rax);
                break;
            case 4:
                _a.mov(eax, __dword_ptr[rsi + at]);
                _a.mov(__dword_ptr[rdi + at], eax);
                break;
            case 2:
                _a.mov(ax, __word_ptr[rsi + at]);
                _a.mov(__word_ptr[rdi + at], ax);
                break;
            default:
                _a.mov(al, __byte_ptr[rsi + at]);
                _a.mov(__byte_ptr[rdi + at], al);
                break;
        }
    }

    // The cell of a slot of the program, apart from those of calls.
    private AssemblerMemoryOperand Own(int slot)
    {
        if (!_own.TryGetValue((_program, slot), out int cell))
        {
            cell = _cells.Count;
            _cells.Add((_program, slot));
            _own.Add((_program, slot), cell);
        }
        return Cell(cell);
    }

    private static AssemblerMemoryOperand Cell(int cell) => __qword_ptr[rbx + (8 * cell)];
}

/// <summary>One index of where a slice starts: the slot that holds it and its kind, the most that it may be, and the bytes that it moves the slice by.</summary>
internal readonly record struct SliceIndex(int Slot, ElementKind Kind, long Most, long Stride);
