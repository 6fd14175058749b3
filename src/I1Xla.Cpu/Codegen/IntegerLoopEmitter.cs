using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>
/// Emits a stage of single integers in general registers. A loop of them waits for its own last results, and there a sum takes one cycle and a product three, less than in
/// vector registers. Slots have registers for the whole loop; a comparison that only choices or the loop's end take is made where they take it.
/// </summary>
internal sealed partial class IntegerLoopEmitter
{
    // rax, rcx and rdx are for what single instructions need besides; r14 and r15 belong to the function.
    private static readonly Register[] s_registers =
        [Register.RBX, Register.RSI, Register.RDI, Register.R8, Register.R9, Register.R10, Register.R11, Register.R12, Register.R13, Register.RBP];

    private readonly LoopInstruction[] _body;
    private readonly LoopAccess[] _accesses;
    private readonly int _verdictSlot;
    private readonly Register _buffers;
    private readonly List<Instruction> _code = [];
    private readonly Dictionary<int, Register> _slots = [];
    private readonly HashSet<Register> _taken = [];
    private readonly Stack<Register> _free;
    private readonly Register[] _register;
    private readonly int[] _last;
    private readonly bool[] _lazy;
    private readonly int _verdict;
    private bool _tooMany;
    private int _at;

    private IntegerLoopEmitter(LoopStage stage, LoopAccess[] accesses, int verdictSlot, Register[] registers, Register buffers)
    {
        (_body, _accesses, _verdictSlot, _buffers) = (stage.Body, accesses, verdictSlot, buffers);
        _free = new Stack<Register>(registers.Reverse());
        _register = new Register[_body.Length];
        _last = new int[_body.Length];
        _lazy = new bool[_body.Length];
        _verdict = verdictSlot < 0 ? -1 : _body[Array.FindIndex(_body, i => i.Op == LoopOpcode.SetSlot && i.Index == verdictSlot)].A;
        FindLastUses();
    }

    /// <summary>Emits the loop, which runs once and then again as long as its slot is set; false, and nothing emitted, where it holds more than integers, or more at once than registers.</summary>
    /// <param name="a">The function.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="accesses">The kernel's accesses.</param>
    /// <param name="verdictSlot">The slot.</param>
    /// <param name="frame">Where the slots lie.</param>
    /// <param name="wide">Whether slots have 64 bits.</param>
    public static bool TryEmit(Assembler a, LoopStage stage, LoopAccess[] accesses, int verdictSlot, LoopFrame frame, bool wide)
    {
        if (!stage.Body.All(i => Has(stage.Body, i) || IsElement(i, accesses)))
        {
            return false;
        }
        var emitter = new IntegerLoopEmitter(stage, accesses, verdictSlot, s_registers, Register.R14);
        if (!emitter.Body())
        {
            return false;
        }
        foreach ((int slot, Register home) in emitter._slots)
        {
            a.AddInstruction(wide ? Instruction.Create(Code.Mov_r64_rm64, home, Memory(slot)) : Instruction.Create(Code.Mov_r32_rm32, home.GetFullRegister32(), Memory(slot)));
        }
        Label loop = a.CreateLabel();
        a.Label(ref loop);
        IntegerCondition again = emitter.Flags(emitter._verdict);
        foreach (Instruction instruction in emitter._code)
        {
            a.AddInstruction(instruction);
        }
        again.Jump(a, loop);
        foreach ((int slot, Register home) in emitter._slots)
        {
            if (wide && stage.Body.Any(i => i.Index == slot && i is { Op: LoopOpcode.SetSlot, Lane: Lane.Pred }))
            {
                a.AddInstruction(Instruction.Create(Code.Movsxd_r64_rm32, home, home.GetFullRegister32()));
            }
            a.AddInstruction(wide ? Instruction.Create(Code.Mov_rm64_r64, Memory(slot), home) : Instruction.Create(Code.Mov_rm32_r32, Memory(slot), home.GetFullRegister32()));
        }
        return true;

        MemoryOperand Memory(int slot) => new(Register.RSP, frame.Slot(slot, 0), 8);
    }

    private static bool Has(LoopInstruction[] body, LoopInstruction i) => i.Lane is Lane.I32 or Lane.I64 or Lane.Pred && i.Op switch
    {
        LoopOpcode.Const or LoopOpcode.GetSlot or LoopOpcode.SetSlot or LoopOpcode.Select => true,
        >= LoopOpcode.IAdd and <= LoopOpcode.UMax => true,
        >= LoopOpcode.SDiv and <= LoopOpcode.URem or LoopOpcode.SMulHigh => i.Lane == Lane.I32,
        LoopOpcode.UMulHigh or LoopOpcode.SCmp or LoopOpcode.UCmp => true,
        LoopOpcode.Popcnt => Popcnt.X64.IsSupported,
        LoopOpcode.Clz => Lzcnt.X64.IsSupported,
        >= LoopOpcode.WrapI8 and <= LoopOpcode.I32ToPred or LoopOpcode.I32ToI64 or LoopOpcode.U32ToI64 or LoopOpcode.I64ToI32 => true,
        LoopOpcode.Bitcast => body[i.A].Lane is Lane.I32 or Lane.I64,
        _ => false,
    };

    // Where each value is used last: -1 for those that nothing needs, the body's length for what the loop's end looks at.
    private void FindLastUses()
    {
        Array.Fill(_last, -1);
        for (int i = 0; i < _body.Length; i++)
        {
            _lazy[i] = _body[i].Op is LoopOpcode.SCmp or LoopOpcode.UCmp;
        }
        for (int i = 0; i < _body.Length; i++)
        {
            LoopInstruction ins = _body[i];
            foreach (int x in Operands(ins))
            {
                _lazy[x] &= ins.Op == LoopOpcode.SetSlot ? ins.Index == _verdictSlot : ins.Op == LoopOpcode.Select && x != ins.A && x != ins.B;
            }
        }
        for (int i = _body.Length - 1; i >= 0; i--)
        {
            LoopInstruction ins = _body[i];
            int use = ins.Op != LoopOpcode.SetSlot ? _lazy[i] ? _last[i] : i : ins.Index == _verdictSlot ? _body.Length : i;
            if (IsEffect(ins) || _last[i] >= 0)
            {
                foreach (int x in Operands(ins))
                {
                    _last[x] = Math.Max(_last[x], use);
                }
            }
        }
    }

    private static bool IsEffect(LoopInstruction i) => i.Op is LoopOpcode.SetSlot or LoopOpcode.Store or LoopOpcode.StoreAt;

    private static IEnumerable<int> Operands(LoopInstruction i) => new[] { i.A, i.B, i.C }.Where(x => x >= 0);

    private bool Body()
    {
        foreach (LoopInstruction i in _body)
        {
            if (i.Op is LoopOpcode.GetSlot or LoopOpcode.SetSlot && i.Index != _verdictSlot && !_slots.ContainsKey(i.Index))
            {
                _slots.Add(i.Index, Take());
            }
        }
        for (_at = 0; _at < _body.Length && !_tooMany; _at++)
        {
            LoopInstruction i = _body[_at];
            if (i.Op == LoopOpcode.SetSlot)
            {
                _tooMany |= !Set(i);
            }
            else if (i.Op == LoopOpcode.GetSlot)
            {
                _tooMany |= i.Index == _verdictSlot;
                _register[_at] = _slots.GetValueOrDefault(i.Index);
            }
            else if (i.Op is LoopOpcode.Store or LoopOpcode.StoreAt)
            {
                Store(i);
            }
            else if (i.Op != LoopOpcode.Const && _last[_at] >= 0 && !_lazy[_at])
            {
                Make(i);
            }
            for (int x = 0; x <= _at; x++)
            {
                if (_last[x] == _at && IsOwn(x))
                {
                    _free.Push(_register[x]);
                    _register[x] = Register.None;
                }
            }
        }
        return !_tooMany;
    }

    // Whoever reads the slot's old value afterwards would get the new one.
    private bool Set(LoopInstruction i)
    {
        if (i.Index == _verdictSlot)
        {
            return true;
        }
        Load(_slots[i.Index], i.A);
        return !Enumerable.Range(0, _at).Any(x => _last[x] > _at && _body[x].Op == LoopOpcode.GetSlot && _body[x].Index == i.Index);
    }

    // Whether a value has a register that is nothing else's.
    private bool IsOwn(int x) => _register[x] != Register.None && _body[x].Op != LoopOpcode.GetSlot;

    private Register Take()
    {
        if (_free.TryPop(out Register register))
        {
            _taken.Add(register);
            return register;
        }
        _tooMany = true;
        return s_registers[0];
    }

    private bool IsLong(int x) => _body[x].Lane == Lane.I64 && _body[x].Op is not (LoopOpcode.SCmp or LoopOpcode.UCmp);

    // A value where it lies; a constant in the register for it.
    private Register Where(int x, Register constant)
    {
        if (_body[x].Op != LoopOpcode.Const)
        {
            return _register[x];
        }
        Load(constant, x);
        return constant;
    }

    // A register for the result of the instruction in hand that holds its operand: the operand's own where nothing needs that any more.
    private Register Copy(int x)
    {
        Register d;
        if (_last[x] == _at && IsOwn(x))
        {
            d = _register[x];
            _register[x] = Register.None;
        }
        else
        {
            Load(d = Take(), x);
        }
        return _register[_at] = d;
    }

    private Register Fresh() => _register[_at] = Take();

    private void Load(Register d, int x)
    {
        if (_body[x].Op != LoopOpcode.Const)
        {
            Emit(IsLong(x), Code.Mov_r32_rm32, Code.Mov_r64_rm64, d, _register[x]);
        }
        else if (IsLong(x))
        {
            _code.Add(Instruction.Create(Code.Mov_r64_imm64, d, _body[x].Bits));
        }
        else
        {
            _code.Add(Instruction.Create(Code.Mov_r32_imm32, d.GetFullRegister32(), (int)_body[x].Bits));
        }
    }

    private bool IsImmediate(int x, out int value)
    {
        value = (int)_body[x].Bits;
        return _body[x].Op == LoopOpcode.Const && (!IsLong(x) || value == _body[x].Bits);
    }

    private void Emit(bool isLong, Code code, Code longCode, Register d, Register x) =>
        _code.Add(isLong ? Instruction.Create(longCode, d, x) : Instruction.Create(code, d.GetFullRegister32(), x.GetFullRegister32()));

    private void Emit(bool isLong, Code code, Code longCode, Register d, int immediate) =>
        _code.Add(isLong ? Instruction.Create(longCode, d, immediate) : Instruction.Create(code, d.GetFullRegister32(), immediate));
}
