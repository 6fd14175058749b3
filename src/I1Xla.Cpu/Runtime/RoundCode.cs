using I1Xla.Cpu.Codegen;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.Cpu.Loops;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A loop over buffers as one function, which tests the condition and calls the loops of the body until it no longer holds. Rounds are emitted for both sides of
/// <see cref="WhileStep"/> in turns where it has two.
/// </summary>
internal sealed unsafe class RoundCode
{
    private const int MostSteps = 256, MostCells = 1024;

    private readonly ExecutableMemory _code;
    private readonly (int Program, int Slot)[] _cells;
    private readonly long _scratchBytes;

    private RoundCode(RoundEmitter emitter)
    {
        _code = emitter.Assemble();
        _cells = emitter.Cells;
        _scratchBytes = emitter.ScratchBytes;
    }

    /// <summary>The function; null where a step is more than machine code for one thread, and copies of a few bytes.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="body">The body.</param>
    /// <param name="sides">How many sides there are.</param>
    /// <param name="isa">The instructions it may use.</param>
    public static RoundCode? TryCreate(CpuProgram condition, CpuProgram body, int sides, IsaLevel isa)
    {
        if (isa < IsaLevel.Avx2 || condition.Steps.Length + body.Steps.Length > MostSteps)
        {
            return null;
        }
        var emitter = new RoundEmitter();
        emitter.Begin();
        var again = emitter.Label();
        var ends = new Iced.Intel.Label[sides];
        emitter.Mark(ref again);
        for (int side = 0; side < sides; side++)
        {
            ends[side] = emitter.Label();
            emitter.Enter(2 * side);
            if (!Array.TrueForAll(condition.Steps, s => s.TryEmit(emitter, condition)))
            {
                return null;
            }
            emitter.JumpUnless(condition.ResultSlots[0], ends[side]);
            emitter.Enter(2 * side + 1);
            if (!Array.TrueForAll(body.Steps, s => s.TryEmit(emitter, body)))
            {
                return null;
            }
        }
        emitter.Jump(again);
        for (int side = 0; side < sides; side++)
        {
            emitter.Mark(ref ends[side]);
            emitter.End(side);
        }
        return emitter.Cells.Length <= MostCells ? new RoundCode(emitter) : null;
    }

    /// <summary>Runs all rounds, and returns the side on which the condition did not hold.</summary>
    /// <param name="tables">For each side the tables of condition and body.</param>
    public int Run(byte*** tables)
    {
        byte** cells = stackalloc byte*[_cells.Length];
        byte* rows = _scratchBytes > 0 ? LoopCode.Rows(_scratchBytes) : null;
        for (int i = 0; i < _cells.Length; i++)
        {
            (int program, int slot) = _cells[i];
            cells[i] = slot == RoundEmitter.KeptRows ? rows : tables[program][slot];
        }
        var side = (int)((delegate* unmanaged<byte**, long>)_code.Address)(cells);
        GC.KeepAlive(this);
        return side;
    }
}
