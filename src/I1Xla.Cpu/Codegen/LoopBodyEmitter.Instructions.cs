using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Loop operations that differ between targets in the encoding alone.</summary>
internal abstract partial class LoopBodyEmitter
{
    // d = op(x, y) with y in a register or in memory.
    private void Binary(Code code, int value, int x, int y)
    {
        int rx = Use(x);
        if (InMemory(y, out MemoryOperand memory))
        {
            int d = Define(value);
            Emit(Instruction.Create(code, Vector(d), Vector(rx), memory));
        }
        else
        {
            int ry = Use(y);
            int d = Define(value);
            Add(code, d, rx, ry);
        }
    }

    private void Unary(Code code, int value, int x, int? imm = null)
    {
        bool inMemory = InMemory(x, out MemoryOperand memory);
        int rx = inMemory ? 0 : Use(x);
        int d = Define(value);
        Emit((inMemory, imm) switch
        {
            (true, null) => Instruction.Create(code, Vector(d), memory),
            (false, null) => Instruction.Create(code, Vector(d), Vector(rx)),
            (true, { } i) => Instruction.Create(code, Vector(d), memory, i),
            (false, { } i) => Instruction.Create(code, Vector(d), Vector(rx), i),
        });
    }

    private void WithConstant(LoopOpcode op, int x, long bits, bool wide = false)
    {
        int rx = Use(x);
        int d = Define(_at);
        Emit(Instruction.Create(Target.Binary(op, wide)!.Value, Vector(d), Vector(rx), wide ? LongConstant(bits) : Constant((int)bits)));
    }

    private void Instruct(LoopInstruction ins)
    {
        bool wide = Is64(ins.Lane);
        switch (ins.Op)
        {
            case LoopOpcode.Const or LoopOpcode.TableRow or LoopOpcode.GetSlot:
                return;
            case LoopOpcode.Load:
                if (!IsReadWhereUsed(_at))
                {
                    Load(ins.Index, Define(_at));
                }
                return;
            case LoopOpcode.Store:
                if (FirstOfPair(_at) is >= 0 and var first)
                {
                    StorePair(_body[first].Index, ins.Index, Use(_body[first].A), Use(ins.A));
                }
                else
                {
                    Store(ins.Index, Use(ins.A));
                }
                return;
            case LoopOpcode.LoadAt:
                LoadElement(ins);
                return;
            case LoopOpcode.StoreAt:
                StoreElement(_kernel.Accesses[ins.Index], ElementAt(ins.Index, Use(ins.B)), Use(ins.A));
                return;
            case LoopOpcode.SetSlot:
                SetSlot(ins.Index, Use(ins.A));
                return;
            case LoopOpcode.Reduce:
                Combine((LoopOpcode)ins.Bits, ins.Lane, Accumulator(_reductions.IndexOf(_at), _copy), Use(ins.A), _masked);
                return;
            case LoopOpcode.Iota:
                {
                    int d = Define(_at);
                    Pointer(ins.Index, out Register pointer);
                    BroadcastRegister(d, Wide ? pointer : pointer.GetInfo().FullRegister32);
                    long step = _vector < 0 ? 0 : _kernel.Accesses[ins.Index].Coefficients[_vector];
                    if (step != 0)
                    {
                        int ramp = Wide ? _pool.LongRamp(step * Lanes * _copy, step) : _pool.Ramp((int)(step * Lanes * _copy), (int)step);
                        Emit(Instruction.Create(Target.Binary(LoopOpcode.IAdd, Wide)!.Value, Vector(d), Vector(d), new MemoryOperand(Register.R15, ramp, 8)));
                    }
                    return;
                }
            case LoopOpcode.Fma:
                Fma(ins);
                return;
            case LoopOpcode.Select:
                Select(ins);
                return;
            case LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp:
                Compare(ins);
                return;
            case LoopOpcode.FNeg: WithConstant(LoopOpcode.Xor, ins.A, wide ? long.MinValue : int.MinValue, wide); return;
            case LoopOpcode.FAbs: WithConstant(LoopOpcode.And, ins.A, wide ? long.MaxValue : int.MaxValue, wide); return;
            case LoopOpcode.U32ToI64: WithConstant(LoopOpcode.And, ins.A, uint.MaxValue, wide: true); return;
            case LoopOpcode.PredToI32: WithConstant(LoopOpcode.And, ins.A, 1); return;
            case LoopOpcode.WrapU8: WithConstant(LoopOpcode.And, ins.A, 0xFF); return;
            case LoopOpcode.WrapU16: WithConstant(LoopOpcode.And, ins.A, 0xFFFF); return;
            case LoopOpcode.WrapI8 or LoopOpcode.WrapI16:
                {
                    int bits = ins.Op == LoopOpcode.WrapI8 ? 24 : 16;
                    int x = Use(ins.A), d = Define(_at);
                    Emit(Instruction.Create(Target.Shift.Left, Vector(d), Vector(x), bits));
                    Emit(Instruction.Create(Target.Shift.RightSigned, Vector(d), Vector(d), bits));
                    return;
                }
            case LoopOpcode.SDiv or LoopOpcode.UDiv or LoopOpcode.SRem or LoopOpcode.URem:
                Quotient(ins);
                return;
            case LoopOpcode.SMulHigh or LoopOpcode.UMulHigh:
                HighProduct(ins);
                return;
            case LoopOpcode.Popcnt:
                PopulationCount(ins);
                return;
            case LoopOpcode.FRem:
                Remainder(ins);
                return;
            default:
                {
                    if (Special(ins))
                    {
                        return;
                    }
                    if (Target.Unary(ins.Op, wide) is var (unary, immediate))
                    {
                        Unary(unary, _at, ins.A, immediate);
                        return;
                    }
                    Code code = Target.Binary(ins.Op, wide) ?? throw new InvalidOperationException($"no instruction for {ins.Op}");
                    bool commutes = ins.Op is LoopOpcode.FAdd or LoopOpcode.FMul or LoopOpcode.IAdd or LoopOpcode.IMul or LoopOpcode.And or LoopOpcode.Or or LoopOpcode.Xor;
                    bool swap = commutes && InMemory(ins.A, out _) && !InMemory(ins.B, out _);
                    Binary(code, _at, swap ? ins.B : ins.A, swap ? ins.A : ins.B);
                    return;
                }
        }
    }

    // The quotient, or what it leaves of the dividend. Dividing by zero leaves all of it, whatever the quotient.
    private void Quotient(LoopInstruction ins)
    {
        bool remainder = ins.Op is LoopOpcode.SRem or LoopOpcode.URem;
        int x = Use(ins.A), y = Use(ins.B), d = Define(_at);
        Divide(d, x, y, ins.Op is LoopOpcode.SDiv or LoopOpcode.SRem);
        if (remainder)
        {
            Add(Target.Binary(LoopOpcode.IMul)!.Value, d, d, y);
            Add(Target.Binary(LoopOpcode.ISub)!.Value, d, x, d);
        }
    }

    /// <summary>
    /// Whether every NaN that an f32 may be is quiet, with zeros in its lower half: that of bf16 elements, which arithmetic hands on, and what arithmetic makes itself.
    /// </summary>
    protected bool HasPlainNaN(int value)
    {
        _plain ??= new bool?[_body.Length];
        if (_plain[value] is not { } known)
        {
            // Elements as they lie may signal, also after what only chooses or changes signs.
            LoopInstruction i = _body[value];
            _plain[value] = known = i.Op switch
            {
                LoopOpcode.FNeg or LoopOpcode.FAbs or LoopOpcode.FMin or LoopOpcode.FMax => HasPlainNaN(i.A) && (i.B < 0 || HasPlainNaN(i.B)),
                >= LoopOpcode.FAdd and <= LoopOpcode.FScaleSum when i.Lane == Lane.F32 => Operand(i.A) && Operand(i.B) && Operand(i.C),
                LoopOpcode.Select when i.Lane == Lane.F32 => HasPlainNaN(i.A) && HasPlainNaN(i.B),
                LoopOpcode.Const => i.Lane == Lane.F32 && !float.IsNaN(BitConverter.Int32BitsToSingle((int)i.Bits)),
                LoopOpcode.RoundBf16 or LoopOpcode.I32ToF32 => true,
                _ => false,
            };
        }
        return known;
    }

    // A bf16 element, its sign perhaps changed, or what was computed from such.
    private bool Operand(int value)
    {
        if (value < 0 || HasPlainNaN(value))
        {
            return true;
        }
        LoopInstruction i = _body[value];
        return i.Op switch
        {
            LoopOpcode.Load => _kernel.Accesses[i.Index].Kind == ElementKind.BF16,
            LoopOpcode.Bitcast or LoopOpcode.FNeg or LoopOpcode.FAbs => Operand(i.A),
            LoopOpcode.Select or LoopOpcode.FMin or LoopOpcode.FMax => Operand(i.A) && Operand(i.B),
            LoopOpcode.And or LoopOpcode.Or or LoopOpcode.Xor when i.Lane == Lane.I32 => Operand(i.A) && _body[i.B] is { Op: LoopOpcode.Const, Bits: int.MinValue or int.MaxValue },
            _ => false,
        };
    }

    // Lane by lane, by the x87 unit's exact partial remainders.
    private void Remainder(LoopInstruction ins)
    {
        int under = _frame.Scratch, over = under + Target.VectorBytes;
        Emit(Instruction.Create(Target.MoveToMemory, Stack(over), Vector(Use(ins.A))));
        Emit(Instruction.Create(Target.MoveToMemory, Stack(under), Vector(Use(ins.B))));
        for (int lane = 0; lane < Lanes; lane++)
        {
            Label again = _a.CreateLabel();
            _a.fld(__qword_ptr[rsp + (under + (lane * 8))]);
            _a.fld(__qword_ptr[rsp + (over + (lane * 8))]);
            _a.Label(ref again);
            _a.fprem();
            _a.fnstsw(ax);
            _a.test(ah, 4);
            _a.jne(again);
            _a.fstp(__qword_ptr[rsp + (over + (lane * 8))]);
            _a.fstp(st0);
        }
        Emit(Instruction.Create(Target.Move, Vector(Define(_at)), Stack(over)));
    }

    private void Fma(LoopInstruction ins)
    {
        (Code fma132, Code fma213, Code fma231) = Target.FusedMultiplyAdd(Is64(ins.Lane));
        int a = Alias(ins.A), b = Alias(ins.B), c = Alias(ins.C);
        if (InMemory(a, out _) && !InMemory(b, out _))
        {
            (a, b) = (b, a);
        }
        int ra = Use(a);
        bool aDies = Dies(a) && a != b && a != c;
        bool cDies = RegisterOf(c) >= 0 && Dies(c) && c != a && c != b;
        if (!aDies && cDies)
        {
            // c = a·b + c.
            int rc = Use(c);
            Emit(InMemory(b, out MemoryOperand mb)
                ? Instruction.Create(fma231, Vector(rc), Vector(ra), mb)
                : Instruction.Create(fma231, Vector(rc), Vector(ra), Vector(Use(b))));
            RegisterOf(c) = -1;
            Own(_at, rc);
            return;
        }
        bool bInMemory = InMemory(b, out MemoryOperand memoryB);
        bool cInMemory = InMemory(c, out MemoryOperand memoryC);
        if (!aDies && bInMemory && cInMemory && b != c && _body[b] is { Op: LoopOpcode.Const } constant)
        {
            // d = the constant; d = d·a + [c].
            int r = Define(_at);
            LoadConstant(r, constant.Bits, Is64(constant.Lane));
            Emit(Instruction.Create(fma213, Vector(r), Vector(ra), memoryC));
            return;
        }
        int rb = bInMemory && !cInMemory ? -1 : Use(b);
        int rcc = cInMemory ? -1 : Use(c);
        int d;
        if (aDies)
        {
            d = ra;
            RegisterOf(a) = -1;
            Own(_at, d);
        }
        else
        {
            d = Define(_at);
            Emit(Instruction.Create(Target.Move, Vector(d), Vector(ra)));
        }
        if (rb < 0)
        {
            // d = d·[b] + c.
            Emit(Instruction.Create(fma132, Vector(d), Vector(rcc), memoryB));
        }
        else
        {
            Emit(cInMemory
                ? Instruction.Create(fma213, Vector(d), Vector(rb), memoryC)
                : Instruction.Create(fma213, Vector(d), Vector(rb), Vector(rcc)));
        }
    }

    /// <summary>The immediate of vcmpps and vcmppd for a comparison (Intel SDM volume 2, CMPPD); with a NaN only NE holds.</summary>
    protected static int FloatPredicate(LoopCondition condition) => condition switch
    {
        LoopCondition.EQ => 0,
        LoopCondition.LT => 1,
        LoopCondition.LE => 2,
        LoopCondition.NE => 4,
        LoopCondition.GE => 13,
        _ => 14,
    };
}
