using Iced.Intel;

namespace I1Xla.Cpu.Tests.Kernels.Tiles;

/// <summary>What a processor would have raised, or what the interpreter does not know.</summary>
internal sealed class MachineFault(string message) : Exception(message);

/// <summary>
/// Interprets emitted x86-64 code on real memory: the few integer instructions that kernels on tiles contain, and AMX as the operation sections of the Intel
/// SDM (volume 2) and of its chapter 18 (volume 1) give it, with the faults. Written from the manual, not from the kernels: instructions come from the bytes.
/// </summary>
internal sealed unsafe class TileMachine
{
    private const ulong ReturnAddress = 0xC0DE_C0DE_C0DE_C0DE;
    private const int StackBytes = 256;
    private static readonly Register[] s_preserved = [Register.RBX, Register.RBP, Register.RSP, Register.R12, Register.R13, Register.R14, Register.R15];

    private readonly Dictionary<ulong, Instruction> _decoded = [];
    private readonly ulong[] _registers = new ulong[16];
    private readonly TileRegisters _tiles = new();
    private readonly ulong[] _stack = new ulong[StackBytes / 8];
    private bool _zero;

    /// <summary>The memory that code may touch, first byte, bytes and whether it may be written; null lets it touch all.</summary>
    public List<(nint Start, long Bytes, bool IsWritable)>? Memory { get; init; }

    /// <summary>Instructions after which a run counts as endless.</summary>
    public long MostInstructions { get; init; } = 100_000_000;

    /// <summary>Calls a System V function of one pointer.</summary>
    /// <exception cref="MachineFault">An instruction faults or is unknown, or the function breaks the calling convention.</exception>
    public void Call(nint code, void* argument)
    {
        for (int i = 0; i < 16; i++) _registers[i] = 0xBAD0_0000_0000_0000 | (uint)i;
        fixed (ulong* stack = _stack)
        {
            ulong top = (ulong)(stack + StackBytes / 8 - 1);
            *(ulong*)top = ReturnAddress;
            this[Register.RSP] = top;
            this[Register.RDI] = (ulong)argument;
            ulong[] before = [.. s_preserved.Select(r => this[r])];
            before[2] += 8;
            ulong at = (ulong)code;
            for (long count = 0; at != ReturnAddress; count++)
            {
                if (count == MostInstructions) throw new MachineFault("runs on and on");
                at = Step(Decode(at));
            }
            for (int i = 0; i < before.Length; i++)
            {
                if (this[s_preserved[i]] != before[i]) throw new MachineFault($"the function changes {s_preserved[i]}");
            }
            if (_tiles.IsConfigured) throw new MachineFault("the function leaves tiles configured");
        }
    }

    private ulong this[Register register]
    {
        get => register.GetSize() == 8 ? _registers[register.GetNumber()] : (uint)_registers[register.GetNumber()];
        set => _registers[register.GetNumber()] = register.GetSize() == 8 ? value : (uint)value;
    }

    private Instruction Decode(ulong address)
    {
        if (_decoded.TryGetValue(address, out Instruction found)) return found;
        var reader = new ByteArrayCodeReader(new ReadOnlySpan<byte>((void*)address, 15).ToArray());
        var decoder = Decoder.Create(64, reader, address);
        Instruction made = decoder.Decode();
        if (made.IsInvalid) throw new MachineFault($"no instruction at {address:x}");
        return _decoded[address] = made;
    }

    // Gives the address of the next instruction.
    private ulong Step(in Instruction i)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Mov: Write(i, Read(i, 1)); break;
            case Mnemonic.Lea: this[i.Op0Register] = Address(i); break;
            case Mnemonic.Add: Result(i, Read(i, 0) + Read(i, 1)); break;
            case Mnemonic.Sub: Result(i, Read(i, 0) - Read(i, 1)); break;
            case Mnemonic.Xor: Result(i, Read(i, 0) ^ Read(i, 1)); break;
            case Mnemonic.Shl: Result(i, Read(i, 0) << (int)(Read(i, 1) & (Bytes(i) == 8 ? 63u : 31u))); break;
            case Mnemonic.Inc: Result(i, Read(i, 0) + 1); break;
            case Mnemonic.Dec: Result(i, Read(i, 0) - 1); break;
            case Mnemonic.Cmp: Flags(i, Read(i, 0) - Read(i, 1)); break;
            case Mnemonic.Test: Flags(i, Read(i, 0) & Read(i, 1)); break;
            case Mnemonic.Je: return _zero ? i.NearBranchTarget : i.NextIP;
            case Mnemonic.Jne: return _zero ? i.NextIP : i.NearBranchTarget;
            case Mnemonic.Jmp when i.IsJmpShortOrNear: return i.NearBranchTarget;
            case Mnemonic.Ret:
                ulong target = *(ulong*)Checked(this[Register.RSP], 8, false);
                this[Register.RSP] += 8;
                return target;
            case Mnemonic.Ldtilecfg: _tiles.Configure((byte*)Checked(Address(i), 64, false)); break;
            case Mnemonic.Tilerelease: _tiles.Release(); break;
            case Mnemonic.Tilezero: _tiles.Zero(i.Op0Register.GetNumber()); break;
            case Mnemonic.Tileloadd: Move(i, i.Op0Register.GetNumber(), false); break;
            case Mnemonic.Tilestored: Move(i, i.Op1Register.GetNumber(), true); break;
            case Mnemonic.Tdpbf16ps: _tiles.MultiplyBf16(i.Op0Register.GetNumber(), i.Op1Register.GetNumber(), i.Op2Register.GetNumber()); break;
            default: throw new MachineFault($"the interpreter does not know {i}");
        }
        return i.NextIP;
    }

    // Rows lie the scaled index apart; the index is no part of the first row's address. Every row's bytes move alone.
    private void Move(in Instruction i, int tile, bool isStore)
    {
        (int rows, int rowBytes) = _tiles.Shape(tile);
        ulong stride = i.MemoryIndex == Register.None ? 0 : this[i.MemoryIndex] * (ulong)i.MemoryIndexScale;
        ulong first = this[i.MemoryBase] + i.MemoryDisplacement64;
        if (!isStore) _tiles.Zero(tile);
        for (int row = 0; row < rows; row++, first += stride)
        {
            var memory = new Span<byte>(Checked(first, rowBytes, isStore), rowBytes);
            Span<byte> bytes = _tiles.Row(tile, row)[..rowBytes];
            if (isStore) bytes.CopyTo(memory);
            else memory.CopyTo(bytes);
        }
    }

    private static int Bytes(in Instruction i) => i.Op0Kind == OpKind.Memory ? i.MemorySize.GetSize() : i.Op0Register.GetSize();

    private ulong Address(in Instruction i)
    {
        if (i.IsIPRelativeMemoryOperand) return i.IPRelativeMemoryAddress;
        ulong index = i.MemoryIndex == Register.None ? 0 : this[i.MemoryIndex] * (ulong)i.MemoryIndexScale;
        return (i.MemoryBase == Register.None ? 0 : this[i.MemoryBase]) + index + i.MemoryDisplacement64;
    }

    private ulong Read(in Instruction i, int operand)
    {
        OpKind kind = i.GetOpKind(operand);
        if (kind == OpKind.Register) return this[i.GetOpRegister(operand)];
        if (kind != OpKind.Memory) return i.GetImmediate(operand);
        void* at = Checked(Address(i), Bytes(i), false);
        return Bytes(i) == 8 ? *(ulong*)at : Bytes(i) == 4 ? *(uint*)at : throw new MachineFault($"the interpreter does not know {i}");
    }

    private void Write(in Instruction i, ulong value)
    {
        if (i.Op0Kind == OpKind.Register)
        {
            this[i.Op0Register] = value;
            return;
        }
        void* at = Checked(Address(i), Bytes(i), true);
        if (Bytes(i) == 8) *(ulong*)at = value;
        else *(uint*)at = (uint)value;
    }

    private void Result(in Instruction i, ulong value)
    {
        Flags(i, value);
        Write(i, value);
    }

    private void Flags(in Instruction i, ulong value) => _zero = Bytes(i) == 8 ? value == 0 : (uint)value == 0;

    private void* Checked(ulong address, long bytes, bool isWrite)
    {
        if (Memory is null) return (void*)address;
        fixed (ulong* stack = _stack)
        {
            if (address >= (ulong)stack && address + (ulong)bytes <= (ulong)stack + StackBytes) return (void*)address;
        }
        foreach ((nint start, long length, bool isWritable) in Memory)
        {
            if (address >= (ulong)start && address - (ulong)start <= (ulong)length && (long)(address - (ulong)start) + bytes <= length && (isWritable || !isWrite)) return (void*)address;
        }
        throw new MachineFault($"{(isWrite ? "writes" : "reads")} {bytes} bytes at {address:x}, outside its memory");
    }
}
