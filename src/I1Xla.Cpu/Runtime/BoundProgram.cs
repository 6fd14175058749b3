namespace I1Xla.Cpu.Runtime;

/// <summary>A step as one call of machine code whose buffers have been looked up.</summary>
/// <param name="Function"><c>void(byte** buffers, long begin, long end)</c>; null for a step that is more than that.</param>
/// <param name="Buffers">Its buffers.</param>
/// <param name="Units">Where it ends.</param>
/// <param name="IsBrief">Whether it takes so little time that the garbage collector may wait for it.</param>
internal readonly unsafe record struct DirectCall(nint Function, nint Buffers, long Units, bool IsBrief);

/// <summary>
/// The steps of a program on a filled table, for loops, which run them again and again on the same memory: small steps in machine code are called with the buffers
/// that they were found to have at first.
/// </summary>
internal readonly unsafe ref struct BoundProgram
{
    private const int MostPointers = 2048, MostSteps = 512;

    private readonly CpuProgram _program;
    private readonly byte** _slots;
    private readonly byte* _arena;
    private readonly Span<DirectCall> _calls;

    /// <summary>Looks the buffers up.</summary>
    /// <param name="program">The program.</param>
    /// <param name="slots">Its table.</param>
    /// <param name="arena">Its memory.</param>
    /// <param name="calls">Room for <see cref="Calls"/>.</param>
    /// <param name="pointers">Room for <see cref="Pointers"/>.</param>
    public BoundProgram(CpuProgram program, byte** slots, byte* arena, Span<DirectCall> calls, byte** pointers)
    {
        _program = program;
        _slots = slots;
        _arena = arena;
        _calls = calls;
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = program.Steps[i].Bind(slots, pointers);
            pointers += program.Steps[i].DirectPointers;
        }
    }

    /// <summary>How many calls to keep for a program: one for each step, none where those would take too much of the stack.</summary>
    public static int Calls(CpuProgram program) => program.Steps.Length <= MostSteps && Sum(program) <= MostPointers ? program.Steps.Length : 0;

    /// <summary>How many pointers to keep for a program.</summary>
    public static int Pointers(CpuProgram program) => Calls(program) > 0 ? Sum(program) : 0;

    private static int Sum(CpuProgram program) => program.Steps.Sum(s => s.DirectPointers);

    /// <summary>Runs the steps.</summary>
    public void Run(ExecutionContext context)
    {
        if (context.CheckNaN || _calls.IsEmpty)
        {
            _program.RunSteps(_slots, _arena, context);
            return;
        }
        Step[] steps = _program.Steps;
        for (int i = 0; i < steps.Length; i++)
        {
            ref readonly DirectCall call = ref _calls[i];
            if (call.Function == 0)
            {
                steps[i].Run(_slots, _arena, context);
            }
            else if (call.IsBrief)
            {
                ((delegate* unmanaged[SuppressGCTransition]<nint, long, long, void>)call.Function)(call.Buffers, 0, call.Units);
            }
            else
            {
                ((delegate* unmanaged<nint, long, long, void>)call.Function)(call.Buffers, 0, call.Units);
            }
        }
    }
}
