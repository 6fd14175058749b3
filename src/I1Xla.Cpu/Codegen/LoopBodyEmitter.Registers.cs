using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>Registers: given out as values are made, taken back after their last use; the value needed last goes to the stack when none is free.</summary>
internal abstract partial class LoopBodyEmitter
{
    private void Release(int x)
    {
        if (RegisterOf(x) >= 0 && Dies(x))
        {
            _owner[RegisterOf(x)] = -1;
            RegisterOf(x) = -1;
        }
    }

    // The register that has the value of the copy in hand; -1 when none has.
    private ref int RegisterOf(int x) => ref _register[State(x)];

    private int State(int x) => IsShared(x) ? x : _states + x;

    // Whether neighbouring vectors have a value in common, which lies in memory.
    private bool IsShared(int x) => _body[x].Op is LoopOpcode.Const or LoopOpcode.TableRow || (_body[x].Op == LoopOpcode.GetSlot && _frame.VectorsPerSlot == 1);

    // Whether nothing needs a value after the instruction in hand.
    private bool Dies(int x) => !IsHeld(x) && NextUse(x, _at) == int.MaxValue && (_isLast || !IsShared(x));

    // Operands that the vectors in turns have in common come into a register, if one is free for it: two of them are loaded a cycle, and each is an instruction's operand.
    private void ReadOnce(int vectors)
    {
        Array.Clear(_pinned);
        _states = 0;
        bool inPlace = Operands(_at).Any(x => !IsShared(x) && NextUse(x, _at) == int.MaxValue);
        int free = -Temporaries - (inPlace ? 0 : vectors);
        for (int r = 0; r < _available; r++)
        {
            free += _owner[r] < 0 || (IsShared(_owner[r] % _body.Length) && NextUse(_owner[r] % _body.Length, _at - 1) > _at) ? 1 : 0;
        }
        foreach (int x in Operands(_at).Concat(Operands(_at).Where(x => _lazyCompare[x]).SelectMany(Operands)))
        {
            if (IsShared(x) && RegisterOf(x) < 0 && free-- > 0)
            {
                Use(x);
            }
        }
    }

    private int NextUse(int x, int after)
    {
        foreach (int use in _uses[x])
        {
            if (use > after)
            {
                return use;
            }
        }
        return int.MaxValue;
    }

    // What the code of one instruction takes besides its result.
    private const int Temporaries = 2;

    // A register that nothing needs at this instruction.
    protected int Take()
    {
        for (int r = 0; r < _available; r++)
        {
            if (_owner[r] < 0 && !_pinned[r])
            {
                _pinned[r] = true;
                return r;
            }
        }
        int victim = -1, furthest = -1;
        for (int r = 0; r < _available; r++)
        {
            if (_pinned[r])
            {
                continue;
            }
            int next = NextUse(_owner[r] % _body.Length, _at - 1);
            if (IsShared(_owner[r] % _body.Length) && next > _at)
            {
                // Costs nothing to give up.
                next = int.MaxValue;
            }
            if (next > furthest)
            {
                furthest = next;
                victim = r;
            }
        }
        int value = _owner[victim];
        if (_body[value % _body.Length].Op is not (LoopOpcode.Const or LoopOpcode.TableRow or LoopOpcode.GetSlot) && _spill[value] < 0 && !CanReadAgain(value % _body.Length))
        {
            TooManyValues |= _spillsUsed == Target.Spills;
            _spill[value] = TooManyValues ? 0 : _spillsUsed++;
            Emit(Instruction.Create(Target.MoveToMemory, Spilled(value), Vector(victim)));
        }
        _register[value] = -1;
        _owner[victim] = -1;
        _pinned[victim] = true;
        return victim;
    }

    protected int Define(int value)
    {
        int r = Take();
        Own(value, r);
        return r;
    }

    protected void Own(int value, int r)
    {
        _pinned[r] = true;
        bool used = _uses[value].Count > 0;
        RegisterOf(value) = used ? r : -1;
        _owner[r] = used ? _states + value : -1;
    }

    // The value in a register.
    protected int Use(int x)
    {
        x = Alias(x);
        int r = RegisterOf(x);
        if (r >= 0)
        {
            _pinned[r] = true;
            return r;
        }
        r = Take();
        LoopInstruction ins = _body[x];
        if (ins.Op == LoopOpcode.Const)
        {
            LoadConstant(r, ins.Bits, Is64(ins.Lane));
        }
        else if (ins.Op == LoopOpcode.TableRow)
        {
            LoadRow(r, TableRow(ins.Index));
        }
        else if (CanReadAgain(x))
        {
            Load(ins.Index, r);
        }
        else
        {
            Emit(Instruction.Create(Target.Move, Vector(r), ins.Op == LoopOpcode.GetSlot ? Slot(ins.Index) : Spilled(_states + x)));
        }
        RegisterOf(x) = r;
        _owner[r] = State(x);
        return r;
    }

    protected bool InMemory(int x, out MemoryOperand memory)
    {
        x = Alias(x);
        memory = default;
        if (RegisterOf(x) >= 0)
        {
            return false;
        }
        LoopInstruction ins = _body[x];
        memory = ins.Op switch
        {
            LoopOpcode.Const => Is64(ins.Lane) ? LongConstant(ins.Bits) : Constant((int)ins.Bits),
            LoopOpcode.GetSlot => Slot(ins.Index),
            LoopOpcode.Load when CanReadAgain(x) => Element(ins.Index),
            _ => Spilled(_states + x),
        };
        return true;
    }
}
