using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Loops;
using Iced.Intel;

namespace I1Xla.Cpu.Codegen;

/// <summary>What <see cref="LoopEmitter"/> and <see cref="LoopBodyEmitter"/> have to know of an instruction set: its registers, and the instructions that differ in their encoding alone.</summary>
internal abstract class LoopTarget
{
    /// <summary>The target for a level; null where loops are not emitted.</summary>
    public static LoopTarget? For(IsaLevel isa) =>
        isa >= IsaLevel.Avx512 ? Avx512Target.Instance : isa >= IsaLevel.Avx2 ? Avx2Target.Instance : null;

    /// <summary>32-bit lanes of a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>Bytes of a vector.</summary>
    public int VectorBytes => Lanes * 4;

    /// <summary>The vector register 0; the others follow it.</summary>
    public abstract Register FirstRegister { get; }

    /// <summary>Number of vector registers.</summary>
    public abstract int Registers { get; }

    /// <summary>Vectors of the frame that hold values for which no register was left.</summary>
    public int Spills => 512;

    /// <summary>Vectors along an outer loop that one pass of the stages takes at once, where the bodies are small.</summary>
    public int OuterVectors => 4;

    /// <summary>The most registers that hold partial results when lanes run along an outer loop, and along the innermost.</summary>
    public abstract (int Outer, int Inner) Accumulators { get; }

    /// <summary>Up to which length a body without a reduction is emitted twice an iteration.</summary>
    public abstract int UnrolledBody { get; }

    /// <summary>
    /// From how many and up to how many instructions those of several vectors are emitted in turns, so that one goes on where another waits for its last result:
    /// for fewer the processor looks far enough ahead, and of more too much would go to the stack.
    /// </summary>
    public abstract (int Least, int Most) InTurns { get; }

    /// <summary>Up to how many values alive at once four vectors are emitted in turns, and not two: what then goes to the stack costs less than waiting.</summary>
    public abstract int MostAliveOfFour { get; }

    /// <summary>From how many roundings to bf16 on those four are eight: each rounding is four instructions one after the other, which wait longer than they work.</summary>
    public abstract int RoundingsOfEight { get; }

    /// <summary>Whether instructions under a mask cost what others do; else whole vectors have code of their own.</summary>
    public abstract bool MasksFreely { get; }

    /// <summary>Whether a memory operand may be one word for all lanes; else constants lie in memory as whole vectors.</summary>
    public abstract bool BroadcastsWords { get; }

    /// <summary>Register or memory to register, aligned.</summary>
    public abstract Code Move { get; }

    /// <summary>Register to memory, aligned.</summary>
    public abstract Code MoveToMemory { get; }

    /// <summary>A word in memory to all lanes, and a long word.</summary>
    public abstract (Code Word, Code Long) Broadcast { get; }

    /// <summary>Fused multiply-adds: d = d·y + x, d = x·d + y, d = x·y + d.</summary>
    /// <param name="wide">Of f64 instead of f32.</param>
    public abstract (Code Fma132, Code Fma213, Code Fma231) FusedMultiplyAdd(bool wide);

    /// <summary>Shifts of 32-bit lanes by an immediate.</summary>
    public abstract (Code Left, Code Right, Code RightSigned) Shift { get; }

    /// <summary>Products of the even lanes of 32 bits, in 64.</summary>
    public abstract (Code Signed, Code Unsigned) EvenProduct { get; }

    /// <summary>Of bytes: those of a quarter that others number, and sums. Sums of products of neighbours: of bytes in 16 bits, of 16 bits in 32. Sums of eight bytes' differences.</summary>
    public abstract (Code Shuffle, Code Add, Code Pairs, Code Fours, Code Eights) Bytes { get; }

    /// <summary>Sixteen bytes in memory into a part of a vector, and a part of it to memory; the first part has moves of its own.</summary>
    public abstract (Code Insert, Code Extract) Quarters { get; }

    /// <summary>Eight bytes in memory into the low half of sixteen, and into the high half beside those that are there; from both to memory.</summary>
    public abstract (Code LoadLow, Code LoadHigh, Code StoreLow, Code StoreHigh) Halves { get; }

    /// <summary>Elements of the low and of the high halves of two vectors' quarters in turns.</summary>
    /// <param name="size">Bytes of an element.</param>
    public abstract (Code Low, Code High) Interleave(int size);

    /// <summary>So many bytes of memory, 16 or more, to a register of their width.</summary>
    public abstract Code LoadBytes(int bytes);

    /// <summary>A register of so many bytes, 16 or more, to memory.</summary>
    public abstract Code StoreBytes(int bytes);

    /// <summary>The instruction d = op(x, y), y perhaps in memory; null where there is none.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="wide">On lanes of 64 bits instead of 32.</param>
    public abstract Code? Binary(LoopOpcode op, bool wide = false);

    /// <summary>The instruction d = op(x), x perhaps in memory; null where there is none.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="wide">With a result in lanes of 64 bits instead of 32.</param>
    public abstract (Code Code, int? Immediate)? Unary(LoopOpcode op, bool wide = false);

    /// <summary>Constants of 32 bits that the code of an instruction takes besides its operands.</summary>
    public virtual int[] Implied(LoopInstruction instruction) => [];

    /// <summary>Makes the mask of the first min(rcx, <paramref name="lanes"/>) lanes; changes rax, rcx and vector register 0.</summary>
    public abstract void Mask(Assembler a, LoopFrame frame, ConstantPool pool, int lanes);

    /// <summary>Moves the first lane, of 32 or 64 bits, to a register or to memory.</summary>
    public abstract (Code Word, Code Long) FirstLane { get; }

    /// <summary>Makes the mask of a stage that runs for one element.</summary>
    public abstract void MaskOne(Assembler a);

    /// <summary>The emitter of a stage's body.</summary>
    public abstract LoopBodyEmitter Body(in LoopBodyContext context);
}

/// <summary>Where the body of a stage is emitted.</summary>
/// <param name="Assembler">The function.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Frame">The stack frame.</param>
/// <param name="Pool">Constants.</param>
/// <param name="Vector">The variable along which lanes run; -1 for a stage of one element.</param>
/// <param name="Wide">Whether lanes have 64 bits. Values of 32 bits are the low halves of theirs then; what stands in the high halves does not matter.</param>
/// <param name="PointerRegisters">Registers for the pointers of accesses.</param>
/// <param name="Hints">What goes past the caches, and what is fetched ahead.</param>
internal readonly record struct LoopBodyContext(
    Assembler Assembler, LoopKernel Kernel, LoopStage Stage, LoopFrame Frame, ConstantPool Pool, int Vector, bool Wide, AssemblerRegister64[] PointerRegisters, MemoryHints Hints);
