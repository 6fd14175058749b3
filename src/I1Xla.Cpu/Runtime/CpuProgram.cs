using System.Diagnostics;

namespace I1Xla.Cpu.Runtime;

/// <summary>
/// A compiled graph. Every tensor has a slot in a table of pointers, which is built at the start of the arena when the program
/// starts: parameters and results from the caller, constants, and temporaries at planned offsets of the arena.
/// </summary>
internal sealed unsafe class CpuProgram
{
    /// <summary>The steps in order.</summary>
    public required Step[] Steps { get; init; }

    /// <summary>Number of slots.</summary>
    public required int SlotCount { get; init; }

    /// <summary>Slot of each parameter.</summary>
    public required int[] ParameterSlots { get; init; }

    /// <summary>Slot of each result; the caller gives its memory, which for a donated parameter is the parameter's.</summary>
    public required int[] ResultSlots { get; init; }

    /// <summary>For each result the parameter whose memory it takes over, or -1.</summary>
    public required int[] Donors { get; init; }

    /// <summary>Bytes of each result.</summary>
    public required long[] ResultBytes { get; init; }

    /// <summary>Temporaries: slot, the result in whose memory each lies or -1 for the arena, and the offset there.</summary>
    public required (int Slot, int Result, long Offset)[] Temporaries { get; init; }

    /// <summary>Constants: slot and memory.</summary>
    public required (int Slot, nint Data)[] Constants { get; init; }

    /// <summary>Bytes of the pointer table at the start of the arena.</summary>
    public required long TableBytes { get; init; }

    /// <summary>Bytes of arena needed, the table included.</summary>
    public required long ArenaBytes { get; init; }

    /// <summary>Runs.</summary>
    /// <param name="parameters">Memory of each parameter.</param>
    /// <param name="results">Memory for each result.</param>
    /// <param name="arena">At least <see cref="ArenaBytes"/>, aligned to 64.</param>
    /// <param name="context">Threads.</param>
    /// <param name="statistics">Whether to time each step.</param>
    public void Run(byte** parameters, byte** results, byte* arena, ExecutionContext context, bool statistics = false)
    {
        byte** slots = Bind(parameters, results, arena);
        RunSteps(slots, arena, context, statistics);
    }

    /// <summary>Whether two slots are of the same memory: one lies over the other in place.</summary>
    public bool AreSame(int slot, int other) => Place(slot) == Place(other);

    // The result in whose memory a slot lies and the offset there, or the arena's; slots that are neither have places of their own.
    private (int Memory, long Offset) Place(int slot)
    {
        int result = Array.IndexOf(ResultSlots, slot), parameter = Array.IndexOf(ParameterSlots, slot);
        result = result < 0 && parameter >= 0 ? Array.IndexOf(Donors, parameter) : result;
        int temporary = Array.FindIndex(Temporaries, t => t.Slot == slot);
        return result >= 0 ? (result, 0) : temporary >= 0 ? (Temporaries[temporary].Result, Temporaries[temporary].Offset) : (-2 - slot, 0);
    }

    /// <summary>Fills the table at the start of the arena.</summary>
    public byte** Bind(byte** parameters, byte** results, byte* arena) => Bind(parameters, results, arena, (byte**)arena);

    /// <summary>Fills a table.</summary>
    public byte** Bind(byte** parameters, byte** results, byte* arena, byte** slots)
    {
        for (int i = 0; i < ParameterSlots.Length; i++)
        {
            slots[ParameterSlots[i]] = parameters[i];
        }
        foreach ((int slot, nint data) in Constants)
        {
            slots[slot] = (byte*)data;
        }
        for (int i = 0; i < ResultSlots.Length; i++)
        {
            if (results[i] is not null)
            {
                slots[ResultSlots[i]] = results[i];
            }
        }
        foreach ((int slot, int result, long offset) in Temporaries)
        {
            slots[slot] = (result < 0 ? arena : slots[ResultSlots[result]]) + offset;
        }
        return slots;
    }

    /// <summary>Runs the steps on a filled table.</summary>
    public void RunSteps(byte** slots, byte* arena, ExecutionContext context, bool statistics = false)
    {
        if (context.CheckNaN)
        {
            foreach (Step step in Steps)
            {
                step.Run(slots, arena, context);
                NaNCheck.Check(step, slots);
            }
            return;
        }
        if (!statistics)
        {
            foreach (Step step in Steps)
            {
                step.Run(slots, arena, context);
            }
            return;
        }
        foreach (Step step in Steps)
        {
            long from = Stopwatch.GetTimestamp();
            step.Run(slots, arena, context);
            long ticks = Stopwatch.GetTimestamp() - from;
            step.Ticks += ticks;
            step.LeastTicks = Math.Min(step.LeastTicks, ticks);
            step.Runs++;
        }
    }
}
