namespace I1Xla.Cpu.Loops;

/// <summary>Collects the instructions of one stage, each distinct one once.</summary>
internal sealed class LoopBody
{
    private readonly Dictionary<LoopInstruction, int> _known = [];

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
    public int Bitcast(Lane lane, int a) => Op(LoopOpcode.Bitcast, lane, a);

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
