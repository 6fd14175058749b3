using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A loop over buffers. The carried values lie in the result's memory; the body writes a new value over the old one where its plan allows, else into a second place, and
/// the next round reads it there and writes to the first: such a loop has two sides.
/// </summary>
internal sealed unsafe class WhileStep(CpuProgram condition, CpuProgram body, int[] inputs, int[] results, long[] bytes, long arenaOffset, IsaLevel isa) : Step
{
    private readonly int _sides = Sides(body);
    private readonly RoundCode? _code = RoundCode.TryCreate(condition, body, Sides(body), isa);
    private readonly int _conditionCalls = BoundProgram.Calls(condition), _bodyCalls = BoundProgram.Calls(body);
    private readonly int _conditionPointers = BoundProgram.Pointers(condition), _bodyPointers = BoundProgram.Pointers(body);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        int carried = results.Length;
        for (int i = 0; i < carried; i++)
        {
            CopyStep.Copy(context.Pool, slots[inputs[i]], slots[results[i]], bytes[i]);
        }
        // The arena holds the condition's temporaries, the body's, the tables of the second side, the condition's result and the second places.
        byte* conditionArena = arena + arenaOffset;
        byte* bodyArena = conditionArena + condition.ArenaBytes;
        var conditionTable = (byte**)(bodyArena + body.ArenaBytes);
        var bodyTable = (byte**)((byte*)conditionTable + condition.TableBytes);
        byte* verdict = (byte*)bodyTable + body.TableBytes;
        byte* fresh = verdict + 64;
        byte** first = stackalloc byte*[inputs.Length];
        byte** second = stackalloc byte*[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            first[i] = second[i] = slots[i < carried ? results[i] : inputs[i]];
            if (i < carried && body.Donors[i] < 0)
            {
                second[i] = fresh;
                fresh += Extent(bytes[i]);
            }
        }
        byte** test = stackalloc byte*[1];
        test[0] = verdict;
        byte*** tables = stackalloc byte**[4];
        tables[0] = condition.Bind(first, test, conditionArena);
        tables[1] = body.Bind(first, second, bodyArena);
        if (_sides == 2)
        {
            tables[2] = condition.Bind(second, test, conditionArena, conditionTable);
            tables[3] = body.Bind(second, first, bodyArena, bodyTable);
        }
        int side = _code is null || context.CheckNaN ? Rounds(tables, conditionArena, bodyArena, context) : _code.Run(tables);
        for (int i = 0; side == 1 && i < carried; i++)
        {
            CopyStep.Copy(context.Pool, second[i], first[i], bytes[i]);
        }
    }

    // The side on which the condition does not hold.
    private int Rounds(byte*** tables, byte* conditionArena, byte* bodyArena, ExecutionContext context)
    {
        byte** pointers = stackalloc byte*[2 * (_conditionPointers + _bodyPointers)];
        Span<DirectCall> calls = stackalloc DirectCall[2 * (_conditionCalls + _bodyCalls)];
        Span<DirectCall> otherCalls = calls[(_conditionCalls + _bodyCalls)..];
        byte** otherPointers = pointers + _conditionPointers + _bodyPointers;
        var holds = new BoundProgram(condition, tables[0], conditionArena, calls[.._conditionCalls], pointers);
        var round = new BoundProgram(body, tables[1], bodyArena, calls.Slice(_conditionCalls, _bodyCalls), pointers + _conditionPointers);
        BoundProgram otherHolds = _sides == 1 ? holds : new BoundProgram(condition, tables[2], conditionArena, otherCalls[.._conditionCalls], otherPointers);
        BoundProgram otherRound = _sides == 1 ? round : new BoundProgram(body, tables[3], bodyArena, otherCalls.Slice(_conditionCalls, _bodyCalls), otherPointers + _conditionPointers);
        byte* verdict = tables[0][condition.ResultSlots[0]];
        while (true)
        {
            holds.Run(context);
            if (*verdict == 0)
            {
                return 0;
            }
            round.Run(context);
            otherHolds.Run(context);
            if (*verdict == 0)
            {
                return _sides - 1;
            }
            otherRound.Run(context);
        }
    }

    /// <summary>Bytes of arena it needs.</summary>
    public static long ArenaBytes(CpuProgram condition, CpuProgram body, long[] bytes)
    {
        long total = condition.ArenaBytes + body.ArenaBytes + condition.TableBytes + body.TableBytes + 64;
        for (int i = 0; i < bytes.Length; i++)
        {
            total += body.Donors[i] >= 0 ? 0 : Extent(bytes[i]);
        }
        return total;
    }

    private static int Sides(CpuProgram body) => body.Donors.Contains(-1) ? 2 : 1;

    // Vector loads may read past the end.
    private static long Extent(long bytes) => (bytes + 127) / 64 * 64;
}

/// <summary>Runs one of several programs.</summary>
internal sealed unsafe class CaseStep(CpuProgram[] branches, ElementKind indexKind, int[] inputs, int[] results, long arenaOffset) : Step
{
    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        byte* at = slots[inputs[0]];
        long index = indexKind == ElementKind.I1 ? (*at != 0 ? 0 : 1) : BoxCopy.Index(at, indexKind);
        CpuProgram branch = branches[index >= 0 && index < branches.Length ? index : branches.Length - 1];
        byte** parameters = stackalloc byte*[Math.Max(1, inputs.Length - 1)];
        for (int i = 1; i < inputs.Length; i++)
        {
            parameters[i - 1] = slots[inputs[i]];
        }
        byte** into = stackalloc byte*[Math.Max(1, results.Length)];
        for (int i = 0; i < results.Length; i++)
        {
            into[i] = slots[results[i]];
        }
        branch.Run(parameters, into, arena + arenaOffset, context);
    }
}
