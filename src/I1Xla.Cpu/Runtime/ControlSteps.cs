using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A loop over buffers: the carried values live in the result's memory; the body writes a new value over the old one where
/// its plan allows, else beside it, and it is copied back.
/// </summary>
internal sealed unsafe class WhileStep(CpuProgram condition, CpuProgram body, int[] inputs, int[] results, long[] bytes, long arenaOffset) : Step
{
    private readonly int _conditionCalls = BoundProgram.Calls(condition), _bodyCalls = BoundProgram.Calls(body);
    private readonly int _conditionPointers = BoundProgram.Pointers(condition), _bodyPointers = BoundProgram.Pointers(body);

    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        int carried = results.Length;
        for (int i = 0; i < carried; i++)
        {
            CopyStep.Copy(context.Pool, slots[inputs[i]], slots[results[i]], bytes[i]);
        }
        byte* own = arena + arenaOffset;
        byte** parameters = stackalloc byte*[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            parameters[i] = slots[i < carried ? results[i] : inputs[i]];
        }
        // The arena holds the condition's temporaries, the body's, the condition's result and the fresh values that cannot go in place.
        byte* conditionArena = own;
        byte* bodyArena = conditionArena + condition.ArenaBytes;
        byte* fresh = bodyArena + body.ArenaBytes;
        byte* verdict = fresh;
        fresh += 64;
        byte** next = stackalloc byte*[Math.Max(1, carried)];
        for (int i = 0; i < carried; i++)
        {
            if (body.Donors[i] >= 0)
            {
                next[i] = parameters[i];
            }
            else
            {
                next[i] = fresh;
                fresh += (bytes[i] + 127) / 64 * 64;
            }
        }
        byte** test = stackalloc byte*[1];
        test[0] = verdict;
        byte** conditionSlots = condition.Bind(parameters, test, conditionArena);
        byte** bodySlots = body.Bind(parameters, next, bodyArena);
        byte** pointers = stackalloc byte*[_conditionPointers + _bodyPointers];
        var holds = new BoundProgram(condition, conditionSlots, conditionArena, stackalloc DirectCall[_conditionCalls], pointers);
        var round = new BoundProgram(body, bodySlots, bodyArena, stackalloc DirectCall[_bodyCalls], pointers + _conditionPointers);
        while (true)
        {
            holds.Run(context);
            if (*verdict == 0)
            {
                return;
            }
            round.Run(context);
            for (int i = 0; i < carried; i++)
            {
                CopyStep.Copy(context.Pool, next[i], parameters[i], bytes[i]);
            }
        }
    }

    /// <summary>Bytes of arena it needs.</summary>
    public static long ArenaBytes(CpuProgram condition, CpuProgram body, long[] bytes)
    {
        long total = condition.ArenaBytes + body.ArenaBytes + 64;
        for (int i = 0; i < bytes.Length; i++)
        {
            total += body.Donors[i] >= 0 ? 0 : (bytes[i] + 127) / 64 * 64;
        }
        return total;
    }
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
