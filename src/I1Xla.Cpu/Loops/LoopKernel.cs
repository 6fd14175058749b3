using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Loops;

/// <summary>How a lane of a vector register is read. Narrow integers live in <see cref="I32"/> lanes, sign- or zero-extended; bf16 and f16 in <see cref="F32"/> lanes, rounded after every operation.</summary>
public enum Lane : byte
{
    /// <summary>f32, and bf16 and f16 widened.</summary>
    F32,
    /// <summary>f64.</summary>
    F64,
    /// <summary>Integers of up to 32 bits.</summary>
    I32,
    /// <summary>Integers of 64 bits.</summary>
    I64,
    /// <summary>Booleans: all ones or all zeros.</summary>
    Pred,
}

/// <summary>An instruction of a loop body. Those with F or I serve both widths of their lane; S and U say signed and unsigned.</summary>
public enum LoopOpcode : byte
{
    /// <summary>Reads access <see cref="LoopInstruction.Index"/>, converted to the lane.</summary>
    Load,
    /// <summary>The constant <see cref="LoopInstruction.Bits"/>.</summary>
    Const,
    /// <summary>Row <see cref="LoopInstruction.Index"/> of <see cref="LoopTables"/>, which <see cref="Lookup"/> reads.</summary>
    TableRow,
    /// <summary>The affine value of access <see cref="LoopInstruction.Index"/> (which has no buffer) as an integer.</summary>
    Iota,
    /// <summary>Slot <see cref="LoopInstruction.Index"/>, set by an earlier stage, or an earlier iteration of this one.</summary>
    GetSlot,
    FAdd, FSub, FMul, FDiv,
    /// <summary>The hardware's minimum: the second operand when either is NaN.</summary>
    FMin,
    /// <summary>The hardware's maximum: the second operand when either is NaN.</summary>
    FMax,
    /// <summary>A·B + C with one rounding.</summary>
    Fma,
    FSqrt, FNeg, FAbs, FFloor, FCeil, FRoundEven, FTrunc,
    /// <summary>
    /// A · 2^B for a whole B; overflow, underflow and subnormal results as in exact arithmetic, for B from -250 to 250 and A · 2^(B/2) in the normal range
    /// (where there is no such instruction, it is two products).
    /// </summary>
    FScale,
    /// <summary>
    /// (A + 1) · 2^n of f32, for A within 1/2 of 0 and n from -150 to 129, or to 60 where <see cref="LoopInstruction.Bits"/> is <see cref="LoopInstruction.ScalesDown"/>: the sum is rounded,
    /// then the product. B is n + <see cref="LoopInstruction.Marker"/>, so that its last bits are those of n and a bias.
    /// </summary>
    FScaleSum,
    IAdd, ISub, IMul, And, Or, Xor,
    /// <summary>Shifts; counts of the width or more give 0, or the sign.</summary>
    Shl, ShrL, ShrA,
    SMin, SMax, UMin, UMax,
    /// <summary>Division; by zero gives -1 (remainder: the dividend), as XLA does.</summary>
    SDiv, UDiv, SRem, URem,
    /// <summary>The high half of the product, which has twice the bits; signed of 32 bits alone.</summary>
    SMulHigh, UMulHigh,
    Popcnt, Clz,
    /// <summary>Comparisons with condition <see cref="LoopInstruction.Index"/> (a <see cref="LoopCondition"/>); the lane is the operands'.</summary>
    FCmp, SCmp, UCmp,
    /// <summary>A where the predicate C holds, else B.</summary>
    Select,
    /// <summary>The same bits in another lane of the same width.</summary>
    Bitcast,
    /// <summary>The number that the row B has at the low two bits of A.</summary>
    Lookup,
    /// <summary>f32 to i32 toward zero; out of range gives the smallest integer.</summary>
    F32ToI32,
    I32ToF32, U32ToF32,
    /// <summary>To the precision of bf16 and back.</summary>
    RoundBf16,
    /// <summary>To the precision of f16 and back.</summary>
    RoundF16,
    /// <summary>Keeps the low 8 or 16 bits, sign- or zero-extended.</summary>
    WrapI8, WrapU8, WrapI16, WrapU16,
    /// <summary>Predicate to 0 or 1 in an i32 lane, and back (non-zero).</summary>
    PredToI32, I32ToPred,
    F32ToF64, F64ToF32, I32ToI64, U32ToI64, I64ToI32, I64ToF64, U64ToF64, I64ToF32, U64ToF32,
    /// <summary>f64 to an integer toward zero, saturating, NaN to 0.</summary>
    F64ToI64, F64ToU64,
    /// <summary>The exact remainder of two f64, with the sign of the dividend.</summary>
    FRem,
    /// <summary>Writes A to access <see cref="LoopInstruction.Index"/>, converted from the lane.</summary>
    Store,
    /// <summary>As <see cref="Load"/>, of the element A (an i32, not negative) further on; of one element alone. <see cref="LoopInstruction.Bits"/> counts the stores before it.</summary>
    LoadAt,
    /// <summary>Writes A to the element B (an i32, not negative) behind that of access <see cref="LoopInstruction.Index"/>; of one element alone. <see cref="LoopInstruction.Bits"/> counts the stores up to it.</summary>
    StoreAt,
    /// <summary>Sets slot <see cref="LoopInstruction.Index"/> to A.</summary>
    SetSlot,
    /// <summary>Folds A into slot <see cref="LoopInstruction.Index"/> over the stage's loops; <see cref="LoopInstruction.Bits"/> is the opcode that combines, with the identity that it implies.</summary>
    Reduce,
}

/// <summary>A condition; unordered operands make only <see cref="NE"/> true.</summary>
public enum LoopCondition
{
    EQ, NE, LT, LE, GT, GE,
}

/// <summary>One instruction; A, B, C are the numbers of earlier instructions of the same stage, -1 when unused.</summary>
/// <param name="Op">What it does.</param>
/// <param name="Lane">The lane of its result (of its operands, for comparisons, stores and reductions).</param>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand.</param>
/// <param name="C">Third operand.</param>
/// <param name="Index">An access, a slot, a row of a table, a condition or a function.</param>
/// <param name="Bits">Constant bits.</param>
public readonly record struct LoopInstruction(LoopOpcode Op, Lane Lane, int A = -1, int B = -1, int C = -1, int Index = 0, long Bits = 0)
{
    /// <summary>See <see cref="LoopOpcode.FScaleSum"/>.</summary>
    public const long ScalesDown = 1;

    // What the last bits of a marked number are the exponent of: 2^(n + 64) where it scales down, else 2^n in two halves.
    private const int DownBias = 127 + 64, HalvesBias = 2 * 127;

    /// <summary>What is added to the exponent of <see cref="LoopOpcode.FScaleSum"/>: a number whose last bit counts one, which rounds what it is added to, and a bias.</summary>
    public static float Marker(long bits) => 12582912 + (bits == ScalesDown ? DownBias : HalvesBias);
}

/// <summary>An element address, affine in the loop variables: buffer + (Offset + Σ Coefficients[v]·v) elements. Without a buffer (-1) it is just that number.</summary>
/// <param name="Buffer">Which buffer argument.</param>
/// <param name="Kind">Element kind in memory.</param>
/// <param name="Offset">Elements from the start.</param>
/// <param name="Coefficients">Elements per step of each variable of the kernel.</param>
public sealed record LoopAccess(int Buffer, ElementKind Kind, long Offset, long[] Coefficients)
{
    /// <summary>
    /// The buffer number of the thread's kept rows (<see cref="LoopKernel.ScratchBytes"/>), whose address stands behind those of the buffers. Every outer iteration uses the same
    /// memory. Where lanes run along an outer loop, rows are <see cref="LoopKernel.BlockLanes"/> elements wide; code that takes fewer lanes at once lays them as close as it does.
    /// </summary>
    public const int KeptRow = -2;

    /// <summary>
    /// A slot that an earlier stage sets to an i32, which counts elements too (where a row that is looked up starts); -1 where the address is affine alone. Lanes of such a kernel run
    /// inside the outer loops.
    /// </summary>
    public int Row { get; init; } = -1;

    /// <summary>Whether this is the number alone.</summary>
    public bool IsIndex => Buffer == -1;
}

/// <summary>A loop nest inside the outer loops: its variables from outside in, and the body.</summary>
/// <param name="Loops">Variables; empty for code that runs once per outer iteration.</param>
/// <param name="Body">The instructions.</param>
public sealed record LoopStage(int[] Loops, LoopInstruction[] Body)
{
    /// <summary>Whether slots are handed from one iteration to the next, in their order: lanes can only run along an outer loop.</summary>
    public bool Folds => Loops.Length > 0 && Body.Any(i => i.Op == LoopOpcode.SetSlot);
}

/// <summary>A stage of one element that runs again and again while a slot, a predicate that it and the stage before set, holds.</summary>
/// <param name="Stage">Which stage.</param>
/// <param name="Slot">Which slot.</param>
public sealed record LoopRepetition(int Stage, int Slot);

/// <summary>
/// A fused loop: outer loops that may run in parallel, and inside them stages one after the other that hand each other
/// values through slots (one value per outer iteration) and kept rows. The vector dimension is the last loop of each
/// stage, or, when <see cref="VectorIsOuter"/>, the last outer loop for all stages.
/// </summary>
public sealed class LoopKernel
{
    /// <summary>Extents of all variables.</summary>
    public required long[] Extents { get; init; }

    /// <summary>The outer loops.</summary>
    public required int[] Outer { get; init; }

    /// <summary>Whether lanes run along the last outer loop.</summary>
    public bool VectorIsOuter { get; init; }

    /// <summary>The stages.</summary>
    public required LoopStage[] Stages { get; init; }

    /// <summary>The accesses.</summary>
    public required LoopAccess[] Accesses { get; init; }

    /// <summary>Number of slots.</summary>
    public int Slots { get; init; }

    /// <summary>The stage that is repeated; null where each runs once.</summary>
    public LoopRepetition? Repeats { get; init; }

    /// <summary>Number of buffer arguments.</summary>
    public int Buffers { get; init; }

    /// <summary>Bytes that a thread needs to keep values of one outer iteration from one stage for another; 0 when there are none.</summary>
    public long ScratchBytes { get; init; }

    /// <summary>The same loop with other accesses.</summary>
    public LoopKernel With(LoopAccess[] accesses) => new()
    {
        Extents = Extents,
        Outer = Outer,
        VectorIsOuter = VectorIsOuter,
        Stages = Stages,
        Accesses = accesses,
        Slots = Slots,
        Repeats = Repeats,
        Buffers = Buffers,
        ScratchBytes = ScratchBytes,
    };

    /// <summary>
    /// Number of units that may be split among threads: outer iterations (blocks of <see cref="BlockLanes"/> along the last
    /// when lanes run outside); with no outer loop, iterations of the first loop of the only stage; 1 when nothing can be split.
    /// </summary>
    public long Units
    {
        get
        {
            if (Outer.Length == 0)
            {
                return SplitsStage ? Extents[Stages[0].Loops[0]] : 1;
            }
            long n = 1;
            for (int i = 0; i < Outer.Length; i++)
            {
                long e = Extents[Outer[i]];
                n *= VectorIsOuter && i == Outer.Length - 1 ? (e + BlockLanes - 1) / BlockLanes : e;
            }
            return n;
        }
    }

    /// <summary>Whether the range of units is that of the first loop of the only stage.</summary>
    public bool SplitsStage => Outer.Length == 0 && Stages.Length == 1 && Stages[0].Loops.Length > 0 && Stages[0].Body.All(i => i.Op != LoopOpcode.Reduce);

    /// <summary>Whether a stage is the one that <see cref="Repeats"/> names.</summary>
    public bool IsRepeated(LoopStage stage) => Repeats is { } repeats && ReferenceEquals(Stages[repeats.Stage], stage);

    /// <summary>Elements of the last outer loop in one unit when lanes run outside.</summary>
    public const int BlockLanes = 64;

    /// <summary>A rough count of element operations, for splitting work.</summary>
    public double Work
    {
        get
        {
            double outer = 1;
            foreach (int v in Outer)
            {
                outer *= Extents[v];
            }
            double sum = 0;
            foreach (LoopStage stage in Stages)
            {
                double n = stage.Body.Length + 2;
                foreach (int v in stage.Loops)
                {
                    n *= Extents[v];
                }
                sum += n;
            }
            return outer * sum;
        }
    }

    /// <summary>The kind that loops move a kind as: itself when they compute with it, else integers of its size.</summary>
    /// <exception cref="CpuUnsupportedException">No lane is that wide.</exception>
    public static ElementKind MemoryKind(ElementKind kind) => kind switch
    {
        ElementKind.I1 or ElementKind.I8 or ElementKind.I16 or ElementKind.I32 or ElementKind.I64
            or ElementKind.UI8 or ElementKind.UI16 or ElementKind.UI32 or ElementKind.UI64
            or ElementKind.BF16 or ElementKind.F16 or ElementKind.F32 or ElementKind.F64 => kind,
        ElementKind.I2 or ElementKind.I4 => ElementKind.I8,
        _ => kind.StorageBytes() switch
        {
            1 => ElementKind.UI8,
            2 => ElementKind.UI16,
            4 => ElementKind.UI32,
            8 => ElementKind.UI64,
            _ => throw new CpuUnsupportedException($"moving {kind.Name()}"),
        },
    };

    /// <summary>The lane of an element kind.</summary>
    public static Lane LaneOf(ElementKind kind) => MemoryKind(kind) switch
    {
        ElementKind.F32 or ElementKind.BF16 or ElementKind.F16 => Lane.F32,
        ElementKind.F64 => Lane.F64,
        ElementKind.I1 => Lane.Pred,
        ElementKind.I64 or ElementKind.UI64 => Lane.I64,
        _ => Lane.I32,
    };

    /// <summary>The kind in which values of a lane are kept as they are.</summary>
    public static ElementKind KindOf(Lane lane) => lane switch
    {
        Lane.F32 => ElementKind.F32,
        Lane.F64 => ElementKind.F64,
        Lane.I32 => ElementKind.I32,
        Lane.I64 => ElementKind.I64,
        _ => ElementKind.I1,
    };

    /// <summary>Text for dumps.</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder();
        text.Append($"kernel outer=[{string.Join(", ", Outer.Select(v => $"v{v}<{Extents[v]}"))}]{(VectorIsOuter ? " lanes outside" : "")}\n");
        foreach (LoopStage stage in Stages)
        {
            text.Append($"  stage [{string.Join(", ", stage.Loops.Select(v => $"v{v}<{Extents[v]}"))}]{(IsRepeated(stage) ? $" while slot{Repeats!.Slot}" : "")}\n");
            for (int i = 0; i < stage.Body.Length; i++)
            {
                LoopInstruction ins = stage.Body[i];
                text.Append($"    %{i} = {ins.Op}.{ins.Lane}");
                foreach (int operand in new[] { ins.A, ins.B, ins.C })
                {
                    if (operand >= 0)
                    {
                        text.Append($" %{operand}");
                    }
                }
                if (ins.Op is LoopOpcode.Load or LoopOpcode.Store or LoopOpcode.Iota or LoopOpcode.LoadAt or LoopOpcode.StoreAt)
                {
                    LoopAccess a = Accesses[ins.Index];
                    text.Append($" {(a.Buffer == LoopAccess.KeptRow ? "kept" : $"buf{a.Buffer}")}:{a.Kind.Name()}[{a.Offset}");
                    for (int v = 0; v < a.Coefficients.Length; v++)
                    {
                        if (a.Coefficients[v] != 0)
                        {
                            text.Append($" + {a.Coefficients[v]}*v{v}");
                        }
                    }
                    text.Append(a.Row >= 0 ? $" + slot{a.Row}]" : "]");
                }
                else if (ins.Op is LoopOpcode.GetSlot or LoopOpcode.SetSlot or LoopOpcode.Reduce)
                {
                    text.Append($" slot{ins.Index}");
                    if (ins.Op == LoopOpcode.Reduce)
                    {
                        text.Append($" by {(LoopOpcode)ins.Bits}");
                    }
                }
                else if (ins.Op == LoopOpcode.Const)
                {
                    text.Append(ins.Lane == Lane.F32 ? $" {BitConverter.Int32BitsToSingle((int)ins.Bits)}" : $" {ins.Bits}");
                }
                else if (ins is { Op: LoopOpcode.FScaleSum, Bits: LoopInstruction.ScalesDown })
                {
                    text.Append(" down");
                }
                else if (ins.Op == LoopOpcode.TableRow)
                {
                    text.Append($" {ins.Index}");
                }
                else if (ins.Op is LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp)
                {
                    text.Append($" {(LoopCondition)ins.Index}");
                }
                text.Append('\n');
            }
        }
        return text.ToString();
    }
}
