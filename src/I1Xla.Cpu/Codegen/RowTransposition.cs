using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>
/// A stage that moves rows, of which each lane has one, to kept rows or back (<see cref="Fusion.ShortRows"/>): 16 bytes of each row at a time are transposed in registers.
/// A register's quarters hold pieces of rows that are as many apart as a piece has elements; interleaving halves of the registers with each other, again and again, makes them columns.
/// </summary>
internal sealed class RowTransposition
{
    private const int PieceBytes = 16, HalfBytes = PieceBytes / 2;

    private readonly LoopTarget _target;
    private readonly int _lanes;
    private readonly int _size;
    private readonly long _rowBytes;
    private readonly long _columns;
    private readonly bool _toRows;

    private RowTransposition(LoopTarget target, int lanes, LoopAccess rows, int vector, long columns, bool toRows) =>
        (_target, _lanes, _size, _rowBytes, _columns, _toRows) = (target, lanes, rows.Kind.StorageBytes(), rows.Coefficients[vector] * rows.Kind.StorageBytes(), columns, toRows);

    // Elements of a piece: so many registers hold all lanes' pieces.
    private int Piece => PieceBytes / _size;

    // Whether a row is one piece, whose halves, of 8 bytes each, are its beginning and its end.
    private bool InHalves => _columns < Piece;

    /// <summary>The transposition that a stage is; null where it does something else, or rows are shorter than half a piece.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="target">The instruction set.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    public static RowTransposition? Of(LoopKernel kernel, LoopStage stage, LoopTarget target, int lanes)
    {
        if (!kernel.VectorIsOuter || stage is not { Loops: [.., int along], Body: [{ Op: LoopOpcode.Load } load, { Op: LoopOpcode.Store, A: 0 } store] })
        {
            return null;
        }
        LoopAccess from = kernel.Accesses[load.Index], to = kernel.Accesses[store.Index];
        bool toRows = from.Buffer == LoopAccess.KeptRow;
        (LoopAccess rows, LoopAccess kept) = toRows ? (to, from) : (from, to);
        int vector = kernel.Outer[^1], piece = PieceBytes / rows.Kind.StorageBytes();
        return rows.Kind == kept.Kind && rows.Buffer >= 0 && rows.Coefficients[along] == 1 && kernel.Extents[along] >= piece / 2 && piece <= lanes
            && kept.Buffer == LoopAccess.KeptRow && kept.Coefficients[along] == LoopKernel.BlockLanes && kept.Coefficients[vector] == 1
            ? new RowTransposition(target, lanes, rows, vector, kernel.Extents[along], toRows)
            : null;
    }

    /// <summary>Emits the innermost loop, for neighbouring vectors; changes rax, rbx, rcx and rdx.</summary>
    /// <param name="a">The function.</param>
    /// <param name="frame">The stack frame.</param>
    /// <param name="loaded">The register with the address of what is read.</param>
    /// <param name="stored">The register with the address of what is written.</param>
    /// <param name="vectors">How many vectors.</param>
    /// <param name="masked">Whether only the lanes up to the end of the unit exist.</param>
    public void Emit(Assembler a, LoopFrame frame, AssemblerRegister64 loaded, AssemblerRegister64 stored, int vectors, bool masked)
    {
        (AssemblerRegister64 rows, AssemblerRegister64 kept) = _toRows ? (stored, loaded) : (loaded, stored);
        int column = vectors * _lanes * _size;
        (long pieces, long rest) = InHalves ? (1, 0) : Math.DivRem(_columns, Piece);
        if (masked)
        {
            a.mov(rcx, __qword_ptr[rsp + frame.LaneEnd]);
            a.sub(rcx, __qword_ptr[rsp + frame.Lane]);
        }
        for (int v = 0; v < vectors; v++)
        {
            long row = v * _lanes * _rowBytes, block = (long)v * _lanes * _size;
            Label loop = a.CreateLabel();
            a.mov(rax, rows);
            a.mov(rdx, kept);
            a.mov(ebx, (int)pieces);
            a.Label(ref loop);
            Pieces(a, row, block, column, masked);
            a.add(rax, PieceBytes);
            a.add(rdx, Piece * column);
            a.dec(ebx);
            a.jnz(loop);
            if (rest > 0)
            {
                // The last piece ends with the row: some of its elements are moved twice.
                Pieces(a, row - ((Piece - rest) * _size), block - ((Piece - rest) * column), column, masked);
            }
        }
    }

    // One piece of each lane's row, from rax on, and as many columns, from rdx on.
    private void Pieces(Assembler a, long row, long block, int column, bool masked)
    {
        int vectorBytes = _lanes * _size;
        if (_toRows)
        {
            for (int c = 0; c < Piece; c++)
            {
                Add(a, Instruction.Create(_target.LoadBytes(vectorBytes), Part(c, vectorBytes), Column(c)));
            }
            int first = Transpose(a);
            EachRow(a, masked, (lane, register, quarter) => StorePiece(a, row + (lane * _rowBytes), first + register, quarter, free: Piece - first));
        }
        else
        {
            EachRow(a, masked, (lane, register, quarter) => LoadPiece(a, row + (lane * _rowBytes), register, quarter, free: Piece));
            int first = Transpose(a);
            for (int c = 0; c < Piece; c++)
            {
                Add(a, Instruction.Create(_target.StoreBytes(vectorBytes), Column(c), Part(first + c, vectorBytes)));
            }
        }

        MemoryOperand Column(int c) => new(Register.RDX, block + ((InHalves && c >= Piece / 2 ? _columns - Piece + c : c) * column), 8);
    }

    private void LoadPiece(Assembler a, long at, int register, int quarter, int free)
    {
        var piece = new MemoryOperand(Register.RAX, at, 8);
        if (InHalves)
        {
            Register halves = Part(quarter == 0 ? register : free, PieceBytes);
            Add(a, Instruction.Create(_target.Halves.LoadLow, halves, piece));
            Add(a, Instruction.Create(_target.Halves.LoadHigh, halves, halves, EndOfRow(at)));
            if (quarter > 0)
            {
                Add(a, Instruction.Create(_target.Quarters.Insert, Vector(register), Vector(register), halves, quarter));
            }
        }
        else
        {
            Add(a, quarter == 0
                ? Instruction.Create(_target.LoadBytes(PieceBytes), Part(register, PieceBytes), piece)
                : Instruction.Create(_target.Quarters.Insert, Vector(register), Vector(register), piece, quarter));
        }
    }

    private void StorePiece(Assembler a, long at, int register, int quarter, int free)
    {
        var piece = new MemoryOperand(Register.RAX, at, 8);
        if (InHalves)
        {
            Register halves = Part(quarter == 0 ? register : free, PieceBytes);
            if (quarter > 0)
            {
                Add(a, Instruction.Create(_target.Quarters.Extract, halves, Vector(register), quarter));
            }
            Add(a, Instruction.Create(_target.Halves.StoreLow, piece, halves));
            Add(a, Instruction.Create(_target.Halves.StoreHigh, EndOfRow(at), halves));
        }
        else
        {
            Add(a, quarter == 0
                ? Instruction.Create(_target.StoreBytes(PieceBytes), piece, Part(register, PieceBytes))
                : Instruction.Create(_target.Quarters.Extract, piece, Vector(register), quarter));
        }
    }

    private MemoryOperand EndOfRow(long at) => new(Register.RAX, at + (_columns * _size) - HalfBytes, 8);

    // The rows that exist, in their order.
    private void EachRow(Assembler a, bool masked, Action<int, int, int> emit)
    {
        Label end = a.CreateLabel();
        for (int lane = 0; lane < _lanes; lane++)
        {
            if (masked && lane > 0)
            {
                a.cmp(rcx, lane);
                a.jle(end);
            }
            emit(lane, lane % Piece, lane / Piece);
        }
        a.Label(ref end);
        a.nop();
    }

    // Transposes the quarters of the first registers, as many as a piece has elements, with as many more; which of the two the result is in.
    private int Transpose(Assembler a)
    {
        (Code low, Code high) = _target.Interleave(_size);
        int from = 0, to = Piece;
        for (int width = 1; width < Piece; width *= 2)
        {
            for (int i = 0; i < Piece / 2; i++)
            {
                Register x = Vector(from + i), y = Vector(from + i + (Piece / 2));
                Add(a, Instruction.Create(low, Vector(to + (2 * i)), x, y));
                Add(a, Instruction.Create(high, Vector(to + (2 * i) + 1), x, y));
            }
            (from, to) = (to, from);
        }
        return from;
    }

    private Register Vector(int register) => _target.FirstRegister + register;

    // The low bytes of a vector register.
    private static Register Part(int register, int bytes) => (bytes switch { 64 => Register.ZMM0, 32 => Register.YMM0, _ => Register.XMM0 }) + register;

    private static void Add(Assembler a, Instruction instruction) => a.AddInstruction(ref instruction);
}
