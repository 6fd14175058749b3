namespace I1Xla.Cpu.Loops;

/// <summary>Collects the instructions of one stage, each distinct one once.</summary>
internal sealed class LoopBody
{
    private readonly Dictionary<LoopInstruction, int> _known = [];
    private readonly HashSet<int> _contractible = [];

    public List<LoopInstruction> Instructions { get; } = [];

    public int Emit(LoopInstruction instruction)
    {
        if (_known.TryGetValue(instruction, out int at))
        {
            return at;
        }
        _known.Add(instruction, Instructions.Count);
        Instructions.Add(instruction);
        return Instructions.Count - 1;
    }

    public Lane LaneOf(int value) => Instructions[value] is var i && i.Op is LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp ? Lane.Pred : i.Lane;

    public int Op(LoopOpcode op, Lane lane, int a, int b = -1, int c = -1) => Emit(new LoopInstruction(op, lane, a, b, c));

    public int F32(float value) => Emit(new LoopInstruction(LoopOpcode.Const, Lane.F32, Bits: BitConverter.SingleToInt32Bits(value)));

    public int F64(double value) => Emit(new LoopInstruction(LoopOpcode.Const, Lane.F64, Bits: BitConverter.DoubleToInt64Bits(value)));

    public int Int(Lane lane, long value) => Emit(new LoopInstruction(LoopOpcode.Const, lane, Bits: lane == Lane.I32 ? (int)value : value));

    public int Pred(bool value) => Emit(new LoopInstruction(LoopOpcode.Const, Lane.Pred, Bits: value ? -1 : 0));

    public int Add(int a, int b) => Op(LoopOpcode.FAdd, LaneOf(a), a, b);
    public int Sub(int a, int b) => Op(LoopOpcode.FSub, LaneOf(a), a, b);
    public int Mul(int a, int b) => Op(LoopOpcode.FMul, LaneOf(a), a, b);
    public int Div(int a, int b) => Op(LoopOpcode.FDiv, LaneOf(a), a, b);
    public int Fma(int a, int b, int c) => Op(LoopOpcode.Fma, LaneOf(a), a, b, c);
    public int Neg(int a) => Op(LoopOpcode.FNeg, LaneOf(a), a);
    public int Abs(int a) => Op(LoopOpcode.FAbs, LaneOf(a), a);
    public int Compare(LoopCondition condition, int a, int b) => Emit(new LoopInstruction(LoopOpcode.FCmp, LaneOf(a), a, b, Index: (int)condition));
    public int CompareInt(LoopCondition condition, int a, int b) => Emit(new LoopInstruction(LoopOpcode.SCmp, LaneOf(a), a, b, Index: (int)condition));
    public int Select(int predicate, int onTrue, int onFalse) => Op(LoopOpcode.Select, LaneOf(onTrue), onTrue, onFalse, predicate);
    public int Lookup(int row, int at) => Op(LoopOpcode.Lookup, Lane.F32, at, Emit(new LoopInstruction(LoopOpcode.TableRow, Lane.F32, Index: row)));
    public int Bitcast(Lane lane, int a) => Op(LoopOpcode.Bitcast, lane, a);

    /// <summary>The same bits as a value of its own.</summary>
    public int Copy(int a)
    {
        Lane lane = LaneOf(a), integer = lane switch { Lane.F32 => Lane.I32, Lane.F64 => Lane.I64, _ => lane };
        int bits = lane == integer ? a : Bitcast(integer, a), copy = Op(LoopOpcode.Or, integer, bits, bits);
        return lane == integer ? copy : Bitcast(lane, copy);
    }

    /// <summary>Lets an f32 product and the sum it goes into be rounded once; the order inside this project's own functions stays as written, and so does f64.</summary>
    public int Contractible(int value)
    {
        if (LaneOf(value) == Lane.F32)
        {
            _contractible.Add(value);
        }
        return value;
    }

    /// <summary>
    /// The instructions, each sum with a product that nothing else uses made a fused multiply-add, the first operand's product
    /// before the second's. XLA's CPU backend compiles with the same contraction, so that its results are met to the bit.
    /// </summary>
    public LoopInstruction[] Finish()
    {
        int[] uses = new int[Instructions.Count];
        foreach (LoopInstruction i in Instructions)
        {
            foreach (int operand in (ReadOnlySpan<int>)[i.A, i.B, i.C])
            {
                if (operand >= 0) uses[operand]++;
            }
        }
        bool IsProduct(int at) => uses[at] == 1 && Instructions[at].Op == LoopOpcode.FMul && _contractible.Contains(at);
        int[] place = new int[uses.Length];
        bool[] gone = new bool[uses.Length];
        var finished = new LoopInstruction[uses.Length];
        for (int i = 0; i < uses.Length; i++)
        {
            LoopInstruction at = Instructions[i];
            if (at.Op == LoopOpcode.FAdd && _contractible.Contains(i) && (IsProduct(at.A) ? at.A : IsProduct(at.B) ? at.B : -1) is var product and >= 0)
            {
                gone[product] = true;
                at = at with { Op = LoopOpcode.Fma, A = Instructions[product].A, B = Instructions[product].B, C = product == at.A ? at.B : at.A };
            }
            finished[i] = at;
        }
        var kept = new List<LoopInstruction>(finished.Length);
        int Now(int operand) => operand >= 0 ? place[operand] : operand;
        for (int i = 0; i < finished.Length; i++)
        {
            place[i] = kept.Count;
            if (!gone[i])
            {
                LoopInstruction at = finished[i];
                kept.Add(at with { A = Now(at.A), B = Now(at.B), C = Now(at.C) });
            }
        }
        return [.. kept];
    }

    /// <summary>c[0]·x^(n-1) + … + c[n-1].</summary>
    public int Polynomial(int x, params ReadOnlySpan<float> c)
    {
        int p = F32(c[0]);
        foreach (float next in c[1..])
        {
            p = Fma(p, x, F32(next));
        }
        return p;
    }
}
