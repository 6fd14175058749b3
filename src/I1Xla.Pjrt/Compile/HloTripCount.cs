using I1Xla.Pjrt.Xla;

namespace I1Xla.Pjrt;

/// <summary>
/// How often a counted loop of an optimized program runs: a counter that starts at a constant, grows by a constant, and is
/// compared with a constant. That is what <c>scan</c> and <c>fori_loop</c> become.
/// </summary>
internal sealed class HloTripCount
{
    private readonly Dictionary<long, Dictionary<long, HloInstructionProto>> instructions;
    private readonly Dictionary<long, HloComputationProto> computations;

    public HloTripCount(HloModuleProto module)
    {
        computations = module.Computations.ToDictionary(c => c.Id);
        instructions = module.Computations.ToDictionary(c => c.Id, c => c.Instructions.ToDictionary(i => i.Id));
    }

    /// <summary>The trip count of a <c>while</c> in <paramref name="caller"/>, or null when it is not of the counted kind.</summary>
    public long? TryFind(HloComputationProto caller, HloInstructionProto loop)
    {
        // XLA lists the body first, then the condition.
        if (loop.CalledComputationIds.Count != 2 || loop.OperandIds.Count != 1)
        {
            return null;
        }
        HloComputationProto body = computations[loop.CalledComputationIds[0]];
        HloComputationProto condition = computations[loop.CalledComputationIds[1]];
        HloInstructionProto compare = Find(condition, condition.RootId);
        if (compare.Opcode != "compare" || compare.OperandIds.Count != 2)
        {
            return null;
        }
        HloInstructionProto left = Find(condition, compare.OperandIds[0]);
        HloInstructionProto right = Find(condition, compare.OperandIds[1]);
        string direction = compare.ComparisonDirection;
        if (left.Opcode == "constant")
        {
            (left, right) = (right, left);
            direction = direction switch { "GT" => "LT", "GE" => "LE", _ => direction };
        }
        if (left.Opcode != "get-tuple-element" || Constant(right) is not { } limit)
        {
            return null;
        }
        int index = (int)left.TupleIndex;
        if (Start(caller, loop, index) is not { } start || Step(body, index) is not { } step || step <= 0)
        {
            return null;
        }
        long span = direction switch
        {
            "LT" or "NE" => limit - start,
            "LE" => limit - start + 1,
            _ => -1,
        };
        return span < 0 ? null : (span + step - 1) / step;
    }

    private long? Start(HloComputationProto caller, HloInstructionProto loop, int index)
    {
        HloInstructionProto tuple = Find(caller, loop.OperandIds[0]);
        return tuple.Opcode == "tuple" && index < tuple.OperandIds.Count ? Constant(Find(caller, tuple.OperandIds[index])) : null;
    }

    private long? Step(HloComputationProto body, int index)
    {
        HloInstructionProto tuple = Find(body, body.RootId);
        if (tuple.Opcode != "tuple" || index >= tuple.OperandIds.Count)
        {
            return null;
        }
        HloInstructionProto add = Find(body, tuple.OperandIds[index]);
        if (add.Opcode != "add" || add.OperandIds.Count != 2)
        {
            return null;
        }
        HloInstructionProto left = Find(body, add.OperandIds[0]);
        HloInstructionProto right = Find(body, add.OperandIds[1]);
        if (left.Opcode == "constant")
        {
            (left, right) = (right, left);
        }
        return left.Opcode == "get-tuple-element" && left.TupleIndex == index ? Constant(right) : null;
    }

    // The instruction itself, behind any copies.
    private HloInstructionProto Find(HloComputationProto computation, long id)
    {
        HloInstructionProto instruction = instructions[computation.Id][id];
        while (instruction.Opcode is "copy" or "copy-done" or "copy-start" && instruction.OperandIds.Count > 0)
        {
            instruction = instructions[computation.Id][instruction.OperandIds[0]];
        }
        return instruction;
    }

    private static long? Constant(HloInstructionProto instruction)
    {
        if (instruction.Opcode != "constant" || instruction.Literal is not { } literal)
        {
            return null;
        }
        return literal switch
        {
            { S32S.Count: 1 } => literal.S32S[0],
            { S64S.Count: 1 } => literal.S64S[0],
            { U32S.Count: 1 } => literal.U32S[0],
            { U64S.Count: 1 } => checked((long)literal.U64S[0]),
            _ => null,
        };
    }
}
