using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Loads and stores: pointers, and elements that all lanes share.</summary>
internal abstract partial class LoopBodyEmitter
{
    // The register that holds an access's pointer; rax when it had to be fetched.
    private void Pointer(int access, out Register register)
    {
        int p = _pointer[access];
        if (p < _pointerRegisters.Length)
        {
            register = _pointerRegisters[p];
            return;
        }
        _a.mov(rax, __qword_ptr[rsp + (_frame.Pointers + p * 8)]);
        register = Register.RAX;
    }

    /// <summary>Whether a value goes to bf16 elements alone, which take the upper halves of its lanes.</summary>
    protected bool IsOnlyStored(int value) => !Wide && _uses[value].TrueForAll(use => _body[use] is { Op: LoopOpcode.Store } store && _kernel.Accesses[store.Index].Kind == ElementKind.BF16);

    // Whether a loaded value may be read from its place again, as an operand: a whole vector as it lies, which nothing has been stored over before its last use.
    private bool CanReadAgain(int value) => !_masked && _readAgain[value];

    // Whether it is read nowhere else than there.
    private bool IsReadWhereUsed(int value) => CanReadAgain(value) && _uses[value].Count == 1 && _hints.Ahead[_body[value].Index] == 0;

    private bool LiesAsVector(int value)
    {
        LoopInstruction load = _body[value];
        if (load.Op != LoopOpcode.Load || Target.MasksFreely || Wide || _vector < 0 || !_live[value])
        {
            return false;
        }
        LoopAccess access = _kernel.Accesses[load.Index];
        int store = Array.FindIndex(_body, i => i.Op == LoopOpcode.Store);
        return access.Kind.StorageBytes() == 4 && access.Coefficients[_vector] == 1 && _pointer[load.Index] < _pointerRegisters.Length
            && (store < 0 || _uses[value].TrueForAll(use => use < store));
    }

    // The vector of the copy in hand.
    private MemoryOperand Element(int index) => new(_pointerRegisters[_pointer[index]], (long)Lanes * _copy * 4, 8);

    private void Load(int index, int d)
    {
        LoopAccess access = _kernel.Accesses[index];
        long step = _vector < 0 ? 0 : access.Coefficients[_vector];
        Pointer(index, out Register pointer);
        if (step == 0)
        {
            Broadcast(access.Kind, d, new MemoryOperand(pointer));
        }
        else
        {
            LoadLanes(access, pointer, step, d);
            if (_hints.Ahead[index] is not 0 and long ahead)
            {
                Emit(Instruction.Create(Code.Prefetcht1_m8, new MemoryOperand(pointer, ahead + (step * Lanes * _copy * access.Kind.StorageBytes()), 8)));
            }
        }
    }

    private void Store(int index, int x)
    {
        LoopAccess access = _kernel.Accesses[index];
        Pointer(index, out Register pointer);
        if (IsScalar)
        {
            StoreElement(access, new MemoryOperand(pointer), x);
            return;
        }
        StoreLanes(access, pointer, access.Coefficients[_vector], x, _hints.Streamed[index] && !_masked);
    }

    private void StorePair(int first, int second, int x, int y)
    {
        Pointer(second, out Register pointer);
        StorePair(_kernel.Accesses[second], pointer, x, y, _hints.Streamed[first] && !_masked);
    }

    private void Broadcast(ElementKind kind, int d, MemoryOperand at)
    {
        switch (kind)
        {
            case ElementKind.BF16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                _a.shl(eax, 16);
                break;
            case ElementKind.F16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                BroadcastHalf(d, Register.EAX);
                return;
            case ElementKind.I16:
                Emit(Instruction.Create(Code.Movsx_r32_rm16, Register.EAX, at));
                break;
            case ElementKind.UI16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                break;
            case ElementKind.I8:
                Emit(Instruction.Create(Code.Movsx_r32_rm8, Register.EAX, at));
                break;
            case ElementKind.UI8:
                Emit(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, at));
                break;
            case ElementKind.I1:
                Emit(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, at));
                _a.neg(eax);
                break;
            default:
                Emit(Instruction.Create(kind.StorageBytes() == 8 ? Target.Broadcast.Long : Target.Broadcast.Word, Vector(d), at));
                return;
        }
        BroadcastRegister(d, Register.EAX);
    }
}
