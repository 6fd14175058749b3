using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>What the flags say after a comparison of two integers, in the instructions that act on it.</summary>
/// <param name="Move">A conditional move of 64 bits.</param>
/// <param name="Set">A byte that is 1 or 0.</param>
/// <param name="Jump">A conditional jump.</param>
internal sealed record IntegerCondition(Code Move, Code Set, Action<Assembler, Label> Jump)
{
    /// <summary>After a test of a register against itself.</summary>
    public static IntegerCondition NotZero { get; } = new(Code.Cmovne_r64_rm64, Code.Setne_rm8, (a, to) => a.jne(to));

    private static readonly IntegerCondition s_zero = new(Code.Cmove_r64_rm64, Code.Sete_rm8, (a, to) => a.je(to));

    // Less, less or equal, greater, greater or equal.
    private static readonly IntegerCondition[] s_signed =
    [
        new(Code.Cmovl_r64_rm64, Code.Setl_rm8, (a, to) => a.jl(to)), new(Code.Cmovle_r64_rm64, Code.Setle_rm8, (a, to) => a.jle(to)),
        new(Code.Cmovg_r64_rm64, Code.Setg_rm8, (a, to) => a.jg(to)), new(Code.Cmovge_r64_rm64, Code.Setge_rm8, (a, to) => a.jge(to)),
    ];

    private static readonly IntegerCondition[] s_unsigned =
    [
        new(Code.Cmovb_r64_rm64, Code.Setb_rm8, (a, to) => a.jb(to)), new(Code.Cmovbe_r64_rm64, Code.Setbe_rm8, (a, to) => a.jbe(to)),
        new(Code.Cmova_r64_rm64, Code.Seta_rm8, (a, to) => a.ja(to)), new(Code.Cmovae_r64_rm64, Code.Setae_rm8, (a, to) => a.jae(to)),
    ];

    /// <summary>That of a comparison.</summary>
    public static IntegerCondition Of(LoopInstruction comparison) => Of((LoopCondition)comparison.Index, comparison.Op == LoopOpcode.UCmp);

    /// <summary>That of two integers in order.</summary>
    public static IntegerCondition Of(LoopCondition condition, bool unsigned) => condition switch
    {
        LoopCondition.EQ => s_zero,
        LoopCondition.NE => NotZero,
        _ => (unsigned ? s_unsigned : s_signed)[condition - LoopCondition.LT],
    };
}
