using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>Registers: given out as values are made, taken back after their last use; the value needed last goes to the stack when none is free.</summary>
internal abstract partial class LoopBodyEmitter
{
    private void Release(int x)
    {
        if (RegisterOf(x) >= 0 && NextUse(x, _at) == int.MaxValue)
        {
            _owner[RegisterOf(x)] = -1;
            RegisterOf(x) = -1;
        }
    }

    // The register that has the value of the copy in hand; -1 when none has.
    private ref int RegisterOf(int x) => ref _register[_states + x];

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
            if (next > furthest)
            {
                furthest = next;
                victim = r;
            }
        }
        int value = _owner[victim];
        if (_body[value % _body.Length].Op is not (LoopOpcode.Const or LoopOpcode.GetSlot) && _spill[value] < 0 && !CanReadAgain(value % _body.Length))
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
        else if (CanReadAgain(x))
        {
            Load(ins.Index, r);
        }
        else
        {
            Emit(Instruction.Create(Target.Move, Vector(r), ins.Op == LoopOpcode.GetSlot ? Slot(ins.Index) : Spilled(_states + x)));
        }
        RegisterOf(x) = r;
        _owner[r] = _states + x;
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
