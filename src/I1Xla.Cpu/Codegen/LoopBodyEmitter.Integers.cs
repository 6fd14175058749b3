using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>Integer operations put together from products of 32 bits and sums of bytes.</summary>
internal abstract partial class LoopBodyEmitter
{
    private void HighProduct(LoopInstruction ins)
    {
        if (Is64(ins.Lane))
        {
            HighProductOfLongs(ins);
            return;
        }
        Code product = ins.Op == LoopOpcode.SMulHigh ? Target.EvenProduct.Signed : Target.EvenProduct.Unsigned;
        int x = Use(ins.A), y = Use(ins.B), t = Take(), d = Define(_at);
        if (Wide)
        {
            Add(product, d, x, y);
            UpperHalves(d, d);
            return;
        }
        // The odd lanes in the places of the even ones; a constant is the same in both.
        UpperHalves(t, x);
        if (_body[Alias(ins.B)].Op == LoopOpcode.Const)
        {
            Add(product, t, t, y);
        }
        else
        {
            UpperHalves(d, y);
            Add(product, t, t, d);
        }
        Add(product, d, x, y);
        UpperHalves(d, d);
        Interleave(d, d, t);
    }

    // Four products of halves: of each sum of two or three, what goes beyond 64 bits has been taken out before (Warren, "Hacker's Delight", section 8-2).
    private void HighProductOfLongs(LoopInstruction ins)
    {
        Code product = Target.EvenProduct.Unsigned, add = Target.Binary(LoopOpcode.IAdd, wide: true)!.Value;
        int x = Use(ins.A), y = Use(ins.B), xHigh = Take(), yHigh = Take(), t = Take(), d = Define(_at);
        UpperHalves(xHigh, x);
        UpperHalves(yHigh, y);
        Add(product, t, x, y);
        UpperHalves(t, t);
        Add(product, d, xHigh, y);
        Add(add, t, t, d);
        Add(product, d, xHigh, yHigh);
        Add(product, yHigh, x, yHigh);
        UpperHalves(xHigh, t);
        Add(add, d, d, xHigh);
        Emit(Instruction.Create(Target.Binary(LoopOpcode.And, wide: true)!.Value, Vector(t), Vector(t), LongConstant(uint.MaxValue)));
        Add(add, t, t, yHigh);
        UpperHalves(t, t);
        Add(add, d, d, t);
    }

    // d = the upper halves of lanes of 64 bits.
    private void UpperHalves(int d, int x) => Emit(Instruction.Create(Target.Binary(LoopOpcode.ShrL, wide: true)!.Value, Vector(d), Vector(x), LongConstant(32)));

    // Bits of each half of a byte, looked up, and sums of the bytes (Muła, Kurz and Lemire, "Faster population counts using AVX2 instructions", 2018, section 3).
    private void PopulationCount(LoopInstruction ins)
    {
        (Code shuffle, Code sum, Code pairs, Code fours, Code eights) = Target.Bytes;
        Code and = Target.Binary(LoopOpcode.And)!.Value;
        int x = Use(ins.A), counts = Take(), t = Take(), d = Define(_at);
        LoadRow(counts, TableRow(LoopTables.BitCounts));
        Emit(Instruction.Create(Target.Shift.Right, Vector(t), Vector(x), 4));
        Emit(Instruction.Create(and, Vector(t), Vector(t), Constant(0x0F0F0F0F)));
        Emit(Instruction.Create(and, Vector(d), Vector(x), Constant(0x0F0F0F0F)));
        Add(shuffle, t, counts, t);
        Add(shuffle, d, counts, d);
        Add(sum, d, d, t);
        if (Is64(ins.Lane))
        {
            Zero(t);
            Add(eights, d, d, t);
            return;
        }
        LoadConstant(t, 0x01010101);
        Add(pairs, d, d, t);
        LoadConstant(t, 0x00010001);
        Add(fours, d, d, t);
    }
}
