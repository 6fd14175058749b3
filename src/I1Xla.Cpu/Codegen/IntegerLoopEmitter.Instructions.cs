using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>The instructions.</summary>
internal sealed partial class IntegerLoopEmitter
{
    private void Make(LoopInstruction i)
    {
        bool isLong = i.Lane == Lane.I64;
        switch (i.Op)
        {
            case LoopOpcode.Load or LoopOpcode.LoadAt: LoadElement(i); break;
            case LoopOpcode.IAdd: Binary(i, Code.Add_r32_rm32, Code.Add_r64_rm64, Code.Add_rm32_imm32, Code.Add_rm64_imm32, commutes: true); break;
            case LoopOpcode.ISub: Binary(i, Code.Sub_r32_rm32, Code.Sub_r64_rm64, Code.Sub_rm32_imm32, Code.Sub_rm64_imm32, commutes: false); break;
            case LoopOpcode.And: Binary(i, Code.And_r32_rm32, Code.And_r64_rm64, Code.And_rm32_imm32, Code.And_rm64_imm32, commutes: true); break;
            case LoopOpcode.Or: Binary(i, Code.Or_r32_rm32, Code.Or_r64_rm64, Code.Or_rm32_imm32, Code.Or_rm64_imm32, commutes: true); break;
            case LoopOpcode.Xor: Binary(i, Code.Xor_r32_rm32, Code.Xor_r64_rm64, Code.Xor_rm32_imm32, Code.Xor_rm64_imm32, commutes: true); break;
            case LoopOpcode.IMul: Product(i); break;
            case LoopOpcode.Shl: Shift(i, Code.Shl_rm32_imm8, Code.Shl_rm64_imm8, Code.Shl_rm32_CL, Code.Shl_rm64_CL); break;
            case LoopOpcode.ShrL: Shift(i, Code.Shr_rm32_imm8, Code.Shr_rm64_imm8, Code.Shr_rm32_CL, Code.Shr_rm64_CL); break;
            case LoopOpcode.ShrA: Shift(i, Code.Sar_rm32_imm8, Code.Sar_rm64_imm8, Code.Sar_rm32_CL, Code.Sar_rm64_CL); break;
            case LoopOpcode.SMin: Extreme(i, LoopCondition.GT, unsigned: false); break;
            case LoopOpcode.SMax: Extreme(i, LoopCondition.LT, unsigned: false); break;
            case LoopOpcode.UMin: Extreme(i, LoopCondition.GT, unsigned: true); break;
            case LoopOpcode.UMax: Extreme(i, LoopCondition.LT, unsigned: true); break;
            case LoopOpcode.SDiv or LoopOpcode.UDiv or LoopOpcode.SRem or LoopOpcode.URem: Quotient(i); break;
            case LoopOpcode.SMulHigh or LoopOpcode.UMulHigh: HighProduct(i); break;
            case LoopOpcode.Popcnt: Unary(i.A, isLong, Code.Popcnt_r32_rm32, Code.Popcnt_r64_rm64); break;
            case LoopOpcode.Clz: Unary(i.A, isLong, Code.Lzcnt_r32_rm32, Code.Lzcnt_r64_rm64); break;
            case LoopOpcode.SCmp or LoopOpcode.UCmp: Comparison(i); break;
            case LoopOpcode.Select: Select(i); break;
            case LoopOpcode.Bitcast: Copy(i.A); break;
            case LoopOpcode.WrapI8: Wrap(i.A, Code.Movsx_r32_rm8, Register.AL); break;
            case LoopOpcode.WrapU8: Wrap(i.A, Code.Movzx_r32_rm8, Register.AL); break;
            case LoopOpcode.WrapI16: Wrap(i.A, Code.Movsx_r32_rm16, Register.AX); break;
            case LoopOpcode.WrapU16: Wrap(i.A, Code.Movzx_r32_rm16, Register.AX); break;
            case LoopOpcode.PredToI32: Emit(false, Code.And_rm32_imm32, default, Copy(i.A), 1); break;
            case LoopOpcode.I32ToPred:
                Load(Register.RAX, i.A);
                Mask(Register.RAX, Fresh());
                break;
            case LoopOpcode.I32ToI64:
                _code.Add(Instruction.Create(Code.Movsxd_r64_rm32, Fresh(), Where(i.A, Register.RAX).GetFullRegister32()));
                break;
            case LoopOpcode.U32ToI64 or LoopOpcode.I64ToI32: Unary(i.A, false, Code.Mov_r32_rm32, default); break;
            default: throw new InvalidOperationException($"no integer instruction {i.Op}");
        }
    }

    // What is not zero leaves a borrow, which makes all ones.
    private void Mask(Register x, Register d)
    {
        _code.Add(Instruction.Create(Code.Neg_rm32, x.GetFullRegister32()));
        Emit(false, Code.Sbb_r32_rm32, default, d, d);
    }

    private void Unary(int x, bool isLong, Code code, Code longCode)
    {
        Register from = Where(x, Register.RAX);
        Emit(isLong, code, longCode, Fresh(), from);
    }

    private void Wrap(int x, Code code, Register low)
    {
        Load(Register.RAX, x);
        _code.Add(Instruction.Create(code, Fresh().GetFullRegister32(), low));
    }

    private void Binary(LoopInstruction i, Code code, Code longCode, Code immediate, Code longImmediate, bool commutes)
    {
        (int x, int y) = commutes && (_body[i.A].Op == LoopOpcode.Const || (_last[i.B] == _at && _last[i.A] != _at && IsOwn(i.B))) ? (i.B, i.A) : (i.A, i.B);
        bool isLong = i.Lane == Lane.I64;
        if (IsImmediate(y, out int value))
        {
            Emit(isLong, immediate, longImmediate, Copy(x), value);
            return;
        }
        Register other = Where(y, Register.RAX), d = Copy(x);
        Emit(isLong, code, longCode, d, other);
    }

    private void Product(LoopInstruction i)
    {
        (int x, int y) = _body[i.A].Op == LoopOpcode.Const ? (i.B, i.A) : (i.A, i.B);
        bool isLong = i.Lane == Lane.I64;
        if (!IsImmediate(y, out int value))
        {
            Binary(i, Code.Imul_r32_rm32, Code.Imul_r64_rm64, default, default, commutes: true);
            return;
        }
        Register from = Where(x, Register.RAX), d = Fresh();
        _code.Add(isLong
            ? Instruction.Create(Code.Imul_r64_rm64_imm32, d, from, value)
            : Instruction.Create(Code.Imul_r32_rm32_imm32, d.GetFullRegister32(), from.GetFullRegister32(), value));
    }

    // The processor counts modulo the width.
    private void Shift(LoopInstruction i, Code immediate, Code longImmediate, Code code, Code longCode)
    {
        bool isLong = i.Lane == Lane.I64, signed = i.Op == LoopOpcode.ShrA;
        int width = isLong ? 64 : 32;
        if (_body[i.B].Op == LoopOpcode.Const)
        {
            ulong count = isLong ? (ulong)_body[i.B].Bits : (uint)_body[i.B].Bits;
            Register shifted = Copy(i.A);
            if (count < (ulong)width || signed)
            {
                Emit(isLong, immediate, longImmediate, shifted, (int)Math.Min(count, (ulong)width - 1));
            }
            else
            {
                Emit(false, Code.Xor_r32_rm32, default, shifted, shifted);
            }
            return;
        }
        Load(Register.RCX, i.B);
        Register d = Copy(i.A);
        _code.Add(Instruction.Create(Code.Mov_r32_imm32, Register.EAX, signed ? width - 1 : 0));
        Emit(isLong, Code.Cmp_rm32_imm32, Code.Cmp_rm64_imm32, Register.RCX, width);
        if (signed)
        {
            Emit(true, default, Code.Cmovae_r64_rm64, Register.RCX, Register.RAX);
        }
        _code.Add(Instruction.Create(isLong ? longCode : code, isLong ? d : d.GetFullRegister32(), Register.CL));
        if (!signed)
        {
            Emit(isLong, Code.Cmp_rm32_imm32, Code.Cmp_rm64_imm32, Register.RCX, width);
            Emit(true, default, Code.Cmovae_r64_rm64, d, Register.RAX);
        }
    }

    private void Extreme(LoopInstruction i, LoopCondition takesOther, bool unsigned)
    {
        bool isLong = i.Lane == Lane.I64;
        Register other = Where(i.B, Register.RAX), d = Copy(i.A);
        Emit(isLong, Code.Cmp_r32_rm32, Code.Cmp_r64_rm64, d, other);
        Emit(true, default, IntegerCondition.Of(takesOther, unsigned).Move, d, other);
    }

    // Of 32 bits, divided in 64: nothing overflows. A divisor of zero is taken for one.
    private void Quotient(LoopInstruction i)
    {
        bool signed = i.Op is LoopOpcode.SDiv or LoopOpcode.SRem, remainder = i.Op is LoopOpcode.SRem or LoopOpcode.URem;
        if (_body[i.B] is { Op: LoopOpcode.Const, Bits: 0 })
        {
            StartWithZeroDivisor();
            return;
        }
        Register x = Where(i.A, Register.RAX), y = Where(i.B, Register.RCX), d = StartWithZeroDivisor();
        Extend(signed, x, Register.RAX);
        Extend(signed, y, Register.RCX);
        _code.Add(Instruction.Create(Code.Mov_r32_imm32, Register.EDX, 1));
        Emit(true, default, Code.Test_rm64_r64, Register.RCX, Register.RCX);
        Emit(true, default, Code.Cmove_r64_rm64, Register.RCX, Register.RDX);
        if (signed)
        {
            _code.Add(Instruction.Create(Code.Cqo));
        }
        else
        {
            Emit(false, Code.Xor_r32_rm32, default, Register.RDX, Register.RDX);
        }
        _code.Add(Instruction.Create(signed ? Code.Idiv_rm64 : Code.Div_rm64, Register.RCX));
        Emit(false, Code.Test_rm32_r32, default, y, y);
        Emit(true, default, Code.Cmovne_r64_rm64, d, remainder ? Register.RDX : Register.RAX);

        Register StartWithZeroDivisor()
        {
            Register register = Fresh();
            if (remainder)
            {
                Load(register, i.A);
            }
            else
            {
                _code.Add(Instruction.Create(Code.Mov_r32_imm32, register.GetFullRegister32(), -1));
            }
            return register;
        }
    }

    private void HighProduct(LoopInstruction i)
    {
        Register x = Where(i.A, Register.RAX), y = Where(i.B, Register.RDX), d = Fresh();
        if (i.Lane == Lane.I64)
        {
            Emit(true, default, Code.Mov_r64_rm64, Register.RAX, x);
            _code.Add(Instruction.Create(Code.Mul_rm64, y));
            Emit(true, default, Code.Mov_r64_rm64, d, Register.RDX);
            return;
        }
        Extend(i.Op == LoopOpcode.SMulHigh, x, Register.RAX);
        Extend(i.Op == LoopOpcode.SMulHigh, y, Register.RDX);
        Emit(true, default, Code.Imul_r64_rm64, Register.RAX, Register.RDX);
        Emit(true, default, Code.Shr_rm64_imm8, Register.RAX, 32);
        Emit(false, Code.Mov_r32_rm32, default, d, Register.RAX);
    }

    // A number of 32 bits in 64.
    private void Extend(bool signed, Register from, Register to) =>
        _code.Add(signed ? Instruction.Create(Code.Movsxd_r64_rm32, to, from.GetFullRegister32()) : Instruction.Create(Code.Mov_r32_rm32, to.GetFullRegister32(), from.GetFullRegister32()));

    private void Comparison(LoopInstruction i)
    {
        Flags(i);
        _code.Add(Instruction.Create(Code.Mov_r32_imm32, Register.EAX, 0));
        _code.Add(Instruction.Create(IntegerCondition.Of(i).Set, Register.AL));
        _code.Add(Instruction.Create(Code.Neg_rm32, Register.EAX));
        Emit(false, Code.Mov_r32_rm32, default, Fresh(), Register.RAX);
    }

    private void Select(LoopInstruction i)
    {
        // The flags first: moves leave them, and the register of what is compared may become the result's.
        IntegerCondition holds = Flags(i.C);
        Register onTrue = Where(i.A, Register.RDX), d = Copy(i.B);
        Emit(true, default, holds.Move, d, onTrue);
    }

    // Sets the flags by a predicate, and says when it holds.
    private IntegerCondition Flags(int predicate)
    {
        if (_lazy[predicate])
        {
            Flags(_body[predicate]);
            return IntegerCondition.Of(_body[predicate]);
        }
        Register p = Where(predicate, Register.RAX);
        Emit(false, Code.Test_rm32_r32, default, p, p);
        return IntegerCondition.NotZero;
    }

    private void Flags(LoopInstruction comparison)
    {
        bool isLong = comparison.Lane == Lane.I64;
        Register x = Where(comparison.A, Register.RAX);
        if (IsImmediate(comparison.B, out int value))
        {
            Emit(isLong, Code.Cmp_rm32_imm32, Code.Cmp_rm64_imm32, x, value);
        }
        else
        {
            Emit(isLong, Code.Cmp_r32_rm32, Code.Cmp_r64_rm64, x, Where(comparison.B, Register.RCX));
        }
    }
}
