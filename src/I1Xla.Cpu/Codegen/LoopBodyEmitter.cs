using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>
/// Emits the body of a stage for one vector, or for several in turns. Registers are given out in one pass over the instructions: a value takes a free
/// register and gives it back after its last use; when none is free, the value used furthest in the future goes to the stack.
/// Constants and slots are memory operands.
/// </summary>
internal abstract partial class LoopBodyEmitter
{
    // From so many vectors in turns on, a register for a constant that all of them use costs less than an operand in memory for each.
    private const int LeastSharing = 4;

    private readonly Assembler _a;
    private readonly LoopKernel _kernel;
    private readonly LoopInstruction[] _body;
    private readonly Dictionary<int, int> _implied;
    private readonly LoopFrame _frame;
    private readonly ConstantPool _pool;
    private readonly int _vector;
    private readonly AssemblerRegister64[] _pointerRegisters;
    private readonly MemoryHints _hints;
    private readonly int[] _alias;
    private readonly bool[] _live;
    private readonly bool[] _lazyCompare;
    private readonly bool[] _readAgain;
    private readonly int[] _pairs;
    private bool?[]? _plain;
    private readonly List<int>[] _uses;
    private readonly Dictionary<int, int> _pointer = [];
    private readonly List<int> _reductions = [];
    private int[] _held = [];
    private int _available;
    private int _accumulators;

    // Register state while emitting: of the values of one vector, then of those that are emitted in turns with it.
    private readonly int[] _register;
    private readonly int[] _spill;
    private readonly int[] _owner;
    private readonly bool[] _pinned;
    private int _at;
    private int _copy;
    private int _states;
    private bool _isLast;
    private bool _masked;
    private int _spillsUsed;

    protected LoopBodyEmitter(LoopTarget target, in LoopBodyContext context)
    {
        Target = target;
        (_a, _kernel, LoopStage stage, _frame, _pool, _vector, bool wide, _pointerRegisters, _hints) = context;
        Wide = wide;
        // Constants that instructions bring themselves stand behind the others.
        int[] implied = [.. stage.Body.SelectMany(i => target.Implied(i)).Distinct()];
        _body = [.. stage.Body, .. implied.Select(bits => new LoopInstruction(LoopOpcode.Const, Lane.F32, Bits: bits))];
        _implied = implied.Index().ToDictionary(c => c.Item, c => stage.Body.Length + c.Index);
        _available = target.Registers;
        _owner = new int[target.Registers];
        _pinned = new bool[target.Registers];
        int n = _body.Length;
        _alias = new int[n];
        _live = new bool[n];
        _lazyCompare = new bool[n];
        _uses = new List<int>[n];
        for (int i = 0; i < n; i++)
        {
            // A 64-bit integer's low half is where the narrowed one lies.
            _alias[i] = _body[i].Op is LoopOpcode.Bitcast or LoopOpcode.I64ToI32 ? _alias[_body[i].A] : i;
            _uses[i] = [];
        }
        // The first store of a pair is made with the second.
        _pairs = wide ? [] : StorePairs.Of(_kernel, _body, _vector);
        for (int i = n - 1; i >= 0; i--)
        {
            _live[i] |= _body[i].Op is LoopOpcode.Store or LoopOpcode.StoreAt or LoopOpcode.SetSlot or LoopOpcode.Reduce && Array.IndexOf(_pairs, i) < 0;
            if (_live[i])
            {
                foreach (int x in Operands(i))
                {
                    _live[x] = true;
                }
            }
        }
        for (int i = 0; i < n; i++)
        {
            _lazyCompare[i] = IsCompare(_body[i].Op);
        }
        for (int i = 0; i < n; i++)
        {
            if (_live[i] && _alias[i] == i)
            {
                LoopInstruction ins = _body[i];
                foreach (int x in Operands(i))
                {
                    // A comparison that only selects is made where it is used.
                    if (_lazyCompare[x] && !(ins.Op == LoopOpcode.Select && x == Alias(ins.C) && x != Alias(ins.A) && x != Alias(ins.B)))
                    {
                        _lazyCompare[x] = false;
                    }
                }
            }
        }
        for (int i = 0; i < n; i++)
        {
            if (_live[i] && _alias[i] == i && !_lazyCompare[i])
            {
                foreach (int x in Operands(i))
                {
                    if (_lazyCompare[x])
                    {
                        _uses[Alias(_body[x].A)].Add(i);
                        _uses[Alias(_body[x].B)].Add(i);
                    }
                    else
                    {
                        _uses[x].Add(i);
                    }
                }
            }
        }
        var accesses = new List<int>();
        for (int i = 0; i < n; i++)
        {
            if (_live[i] && _body[i].Op is LoopOpcode.Load or LoopOpcode.Store or LoopOpcode.Iota or LoopOpcode.LoadAt or LoopOpcode.StoreAt && !_pointer.ContainsKey(_body[i].Index))
            {
                _pointer.Add(_body[i].Index, accesses.Count);
                accesses.Add(_body[i].Index);
            }
            if (_body[i].Op == LoopOpcode.Reduce)
            {
                _reductions.Add(i);
            }
        }
        Accesses = accesses;
        _readAgain = [.. Enumerable.Range(0, n).Select(LiesAsVector)];
        Together = VectorsInTurns();
        _register = new int[Together * n];
        _spill = new int[Together * n];
    }

    /// <summary>Whether more values were alive at once than the registers and the frame hold; what was emitted is of no use then.</summary>
    public bool TooManyValues { get; private set; }

    /// <summary>The accesses that need a pointer.</summary>
    public List<int> Accesses { get; }

    /// <summary>How many vectors are emitted in turns, instruction by instruction, where there are as many.</summary>
    public int Together { get; }

    /// <summary>Stores an access's pointer.</summary>
    public void SetPointer(int access, AssemblerRegister64 from)
    {
        int p = _pointer[access];
        if (p < _pointerRegisters.Length)
        {
            _a.mov(_pointerRegisters[p], from);
        }
        else
        {
            _a.mov(__qword_ptr[rsp + (_frame.Pointers + p * 8)], from);
        }
    }

    /// <summary>Moves every pointer by a number of its elements.</summary>
    public void StepPointers(Func<int, long> elements)
    {
        foreach (int access in Accesses)
        {
            LoopAccess x = _kernel.Accesses[access];
            long bytes = elements(access) * (x.IsIndex ? 1 : x.Kind.StorageBytes());
            if (bytes == 0)
            {
                continue;
            }
            int p = _pointer[access];
            bool small = bytes is >= int.MinValue and <= int.MaxValue;
            if (!small)
            {
                _a.mov(rax, bytes);
            }
            if (p < _pointerRegisters.Length)
            {
                if (small)
                {
                    _a.add(_pointerRegisters[p], (int)bytes);
                }
                else
                {
                    _a.add(_pointerRegisters[p], rax);
                }
            }
            else if (small)
            {
                _a.add(__qword_ptr[rsp + (_frame.Pointers + p * 8)], (int)bytes);
            }
            else
            {
                _a.add(__qword_ptr[rsp + (_frame.Pointers + p * 8)], rax);
            }
        }
    }

    /// <summary>Sets the accumulators to the identities.</summary>
    public void StartReductions(int copies)
    {
        _accumulators = copies;
        _available = Target.Registers - _reductions.Count * copies;
        for (int r = 0; r < _reductions.Count; r++)
        {
            LoopInstruction i = _body[_reductions[r]];
            long identity = PortableLoops.Identity((LoopOpcode)i.Bits, i.Lane);
            for (int c = 0; c < copies; c++)
            {
                if (identity == 0)
                {
                    Zero(Accumulator(r, c));
                }
                else
                {
                    LoadConstant(Accumulator(r, c), identity, Is64(i.Lane));
                }
            }
        }
    }

    /// <summary>Brings the accumulators together and stores the slots.</summary>
    public void FinishReductions(int copies, bool acrossLanes)
    {
        for (int r = 0; r < _reductions.Count; r++)
        {
            LoopInstruction i = _body[_reductions[r]];
            var op = (LoopOpcode)i.Bits;
            if (!acrossLanes && _kernel.VectorIsOuter)
            {
                for (int c = 0; c < copies; c++)
                {
                    StoreSlot(i.Index, c, Accumulator(r, c));
                }
                continue;
            }
            for (int half = copies / 2; half >= 1; half /= 2)
            {
                for (int c = 0; c < half; c++)
                {
                    FreeAllBut(0);
                    Combine(op, i.Lane, Accumulator(r, c), Accumulator(r, c + half), masked: false);
                }
            }
            int acc = Accumulator(r, 0);
            for (int apart = Lanes / 2; apart >= 1; apart /= 2)
            {
                FreeAllBut(0);
                Swap(0, acc, Wide ? 2 * apart : apart);
                Combine(op, i.Lane, acc, 0, masked: false);
            }
            StoreSlot(i.Index, 0, acc);
        }
    }

    /// <summary>Brings as many of the stage's slots as there is room for into registers, where they stay until <see cref="StoreHeldSlots"/>.</summary>
    /// <param name="except">The slot that stays in memory.</param>
    public void HoldSlots(int except)
    {
        _held = [.. _body.Where((i, at) => _live[at] && i.Op is LoopOpcode.SetSlot or LoopOpcode.GetSlot && i.Index != except)
            .GroupBy(i => i.Index).OrderByDescending(uses => uses.Count()).Select(uses => uses.Key).Take(Target.Accumulators.Outer)];
        _available = Target.Registers - _held.Length;
        for (int h = 0; h < _held.Length; h++)
        {
            Emit(Instruction.Create(Target.Move, Vector(Held(h)), Stack(_frame.Slot(_held[h], 0))));
        }
    }

    /// <summary>Stores the slots that were held.</summary>
    public void StoreHeldSlots()
    {
        for (int h = 0; h < _held.Length; h++)
        {
            Emit(Instruction.Create(Target.MoveToMemory, Stack(_frame.Slot(_held[h], 0)), Vector(Held(h))));
        }
    }

    private int Held(int place) => Target.Registers - 1 - place;

    private bool IsHeld(int value) => _body[value].Op == LoopOpcode.GetSlot && Array.IndexOf(_held, _body[value].Index) >= 0;

    private void FreeAllBut(int register)
    {
        Array.Fill(_owner, -1);
        Array.Clear(_pinned);
        _pinned[register] = true;
    }

    /// <summary>Emits the body for neighbouring vectors.</summary>
    /// <param name="copies">How many.</param>
    /// <param name="masked">Whether only the lanes of the target's mask count.</param>
    public void Emit(int copies, bool masked)
    {
        _masked = masked;
        for (int first = 0; first < copies; first += Together)
        {
            InTurns(first, Math.Min(Together, copies - first));
        }
    }

    private void InTurns(int first, int vectors)
    {
        _spillsUsed = 0;
        Array.Fill(_register, -1);
        Array.Fill(_spill, -1);
        Array.Fill(_owner, -1);
        for (int i = 0; _held.Length > 0 && i < _body.Length; i++)
        {
            if (IsHeld(i))
            {
                _register[i] = Held(Array.IndexOf(_held, _body[i].Index));
            }
        }
        for (_at = 0; _at < _body.Length; _at++)
        {
            if (!_live[_at] || _alias[_at] != _at || _lazyCompare[_at])
            {
                continue;
            }
            if (vectors >= LeastSharing)
            {
                ReadOnce(vectors);
            }
            for (int v = 0; v < vectors; v++)
            {
                _copy = first + v;
                _states = v * _body.Length;
                _isLast = v == vectors - 1;
                Instruct();
            }
        }
    }

    // Bodies that need few registers four or eight in turns, all but the shortest and the longest others two.
    private int VectorsInTurns()
    {
        int instructions = Live(i => _body[i].Op != LoopOpcode.Const);
        if (instructions < Target.InTurns.Least || _body.Length > Target.InTurns.Most)
        {
            return 1;
        }
        return MostAlive() > Target.MostAliveOfFour ? 2 : Live(i => _body[i].Op == LoopOpcode.RoundBf16) >= Target.RoundingsOfEight ? 8 : 4;

        int Live(Func<int, bool> counts) => Enumerable.Range(0, _body.Length).Count(i => _live[i] && _alias[i] == i && counts(i));
    }

    // How many values that come out of instructions, and do not lie in memory, are needed at the same time.
    private int MostAlive()
    {
        int most = 0, alive = 0;
        var last = new int[_body.Length];
        for (int i = 0; i < _body.Length; i++)
        {
            if (_live[i] && _alias[i] == i && !_lazyCompare[i] && _uses[i].Count > 0 && _body[i].Op is not (LoopOpcode.Const or LoopOpcode.TableRow or LoopOpcode.GetSlot) && !_readAgain[i])
            {
                most = Math.Max(most, ++alive);
                last[_uses[i][^1]]++;
            }
            alive -= last[i];
        }
        return most;
    }

    private void Instruct()
    {
        Array.Clear(_pinned);
        Instruct(_body[_at]);
        foreach (int x in Operands(_at))
        {
            Release(x);
            if (_lazyCompare[x])
            {
                Release(Alias(_body[x].A));
                Release(Alias(_body[x].B));
            }
        }
    }

    protected static bool Is64(Lane lane) => lane is Lane.F64 or Lane.I64;

    private static bool IsCompare(LoopOpcode op) => op is LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp;

    protected LoopTarget Target { get; }

    /// <summary>Whether lanes have 64 bits, values of 32 in their low halves.</summary>
    protected bool Wide { get; }

    protected int Lanes => Wide ? Target.Lanes / 2 : Target.Lanes;

    protected Assembler Assembler => _a;

    protected LoopFrame Frame => _frame;

    protected ConstantPool Pool => _pool;

    /// <summary>The instruction in hand.</summary>
    protected int At => _at;

    /// <summary>Which of several neighbouring vectors is emitted.</summary>
    protected int Copy => _copy;

    /// <summary>Whether only some lanes count.</summary>
    protected bool Masked => _masked;

    /// <summary>Whether lanes are those of one element.</summary>
    protected bool IsScalar => _vector < 0;

    protected LoopInstruction BodyOf(int value) => _body[value];

    /// <summary>Whether a comparison is made where it is used.</summary>
    protected bool IsLazy(int value) => _lazyCompare[value];

    protected int Alias(int x) => _alias[x];

    private IEnumerable<int> Operands(int i)
    {
        LoopInstruction ins = _body[i];
        if (ins.A >= 0)
        {
            yield return Alias(ins.A);
        }
        if (ins.B >= 0)
        {
            yield return Alias(ins.B);
        }
        if (ins.C >= 0)
        {
            yield return Alias(ins.C);
        }
        if (FirstOfPair(i) is >= 0 and var first)
        {
            yield return Alias(_body[first].A);
        }
        foreach (int bits in Target.Implied(ins))
        {
            yield return _implied[bits];
        }
    }

    // The store that is made with another; -1 for none.
    private int FirstOfPair(int store) => store < _pairs.Length ? _pairs[store] : -1;

    private int Accumulator(int reduction, int copy) => Target.Registers - 1 - (reduction * _accumulators + copy);

    private void SetSlot(int slot, int register)
    {
        if (Array.IndexOf(_held, slot) is var place and >= 0)
        {
            Emit(Instruction.Create(Target.Move, Vector(Held(place)), Vector(register)));
        }
        else
        {
            StoreSlot(slot, _copy, register);
        }
    }

    private void StoreSlot(int slot, int copy, int register) =>
        Emit(Instruction.Create(Target.MoveToMemory, Stack(_frame.Slot(slot, _frame.VectorsPerSlot > 1 ? copy : 0)), Vector(register)));

    private MemoryOperand Slot(int slot) => Stack(_frame.Slot(slot, _frame.VectorsPerSlot > 1 ? _copy : 0));

    private MemoryOperand Spilled(int value) => Stack(_frame.Spills + _spill[value] * Target.VectorBytes);

    protected Register Vector(int r) => Target.FirstRegister + r;

    protected void Emit(Instruction instruction) => _a.AddInstruction(ref instruction);

    protected void Add(Code code, int d, int x, int y) => Emit(Instruction.Create(code, Vector(d), Vector(x), Vector(y)));

    /// <summary>d = op(x, a constant that <see cref="LoopTarget.Implied"/> names).</summary>
    protected void AddImplied(Code code, int d, int x, int bits)
    {
        int value = _implied[bits];
        Emit(InMemory(value, out MemoryOperand memory) ? Instruction.Create(code, Vector(d), Vector(x), memory) : Instruction.Create(code, Vector(d), Vector(x), Vector(Use(value))));
    }

    /// <summary>A word of the constants.</summary>
    protected MemoryOperand Word(int bits, bool broadcast) => new(Register.R15, Register.None, 1, _pool.Word(bits), 8, broadcast, Register.None);

    /// <summary>A row of <see cref="LoopTables"/>.</summary>
    private MemoryOperand TableRow(int row) => new(Register.R15, _pool.TableRow(row), 8);

    /// <summary>A constant for all lanes, as an operand.</summary>
    protected MemoryOperand Constant(int bits) => Target.BroadcastsWords ? Word(bits, broadcast: true) : new MemoryOperand(Register.R15, _pool.Splat(bits), 8);

    /// <summary>A constant of 64 bits for all lanes, as an operand.</summary>
    protected MemoryOperand LongConstant(long bits) => Target.BroadcastsWords
        ? new(Register.R15, Register.None, 1, _pool.Long(bits), 8, true, Register.None)
        : new MemoryOperand(Register.R15, _pool.LongSplat(bits), 8);

    /// <summary>Loads a row into each quarter.</summary>
    protected abstract void LoadRow(int d, MemoryOperand row);

    protected void LoadConstant(int d, long bits, bool wide = false)
    {
        if (!Target.BroadcastsWords)
        {
            Emit(Instruction.Create(Target.Move, Vector(d), wide ? LongConstant(bits) : Constant((int)bits)));
        }
        else if (wide)
        {
            Emit(Instruction.Create(Target.Broadcast.Long, Vector(d), new MemoryOperand(Register.R15, _pool.Long(bits), 8)));
        }
        else
        {
            Emit(Instruction.Create(Target.Broadcast.Word, Vector(d), Word((int)bits, broadcast: false)));
        }
    }

    protected static MemoryOperand Stack(int offset) => new(Register.RSP, offset, 8);

    /// <summary>All lanes 0.</summary>
    protected void Zero(int d) => Add(Target.Binary(LoopOpcode.Xor)!.Value, d, d, d);

    /// <summary>An instruction that needs more than its like in the tables of the target; false where those have it.</summary>
    protected abstract bool Special(LoopInstruction ins);

    /// <summary>d = x / y of 32-bit integers, toward zero, in another register than both; all ones where y is zero.</summary>
    protected abstract void Divide(int d, int x, int y, bool signed);

    /// <summary>d = the even lanes of 32 bits of one, with zeros beside them, and the odd lanes of another.</summary>
    protected abstract void Interleave(int d, int even, int odd);

    /// <summary>A comparison's predicate in all bits of each lane.</summary>
    protected abstract void Compare(LoopInstruction ins);

    /// <summary>A where C holds, else B; C may be a comparison that is made here.</summary>
    protected abstract void Select(LoopInstruction ins);

    /// <summary>acc = op(acc, x), in the lanes that exist when masked; NaN stays NaN in maxima and minima.</summary>
    protected abstract void Combine(LoopOpcode op, Lane lane, int acc, int x, bool masked);

    /// <summary>d = x with lanes of 32 bits so far apart in each other's places.</summary>
    protected abstract void Swap(int d, int x, int apart);

    /// <summary>A general register of 32 or 64 bits to all lanes of its width.</summary>
    protected abstract void BroadcastRegister(int d, Register from);

    /// <summary>The f16 in the low half of a general register to all lanes, as f32.</summary>
    protected abstract void BroadcastHalf(int d, Register from);

    /// <summary>Reads lanes at a step other than 0.</summary>
    protected abstract void LoadLanes(LoopAccess access, Register pointer, long step, int d);

    /// <summary>Writes lanes, past the caches if <paramref name="streamed"/>.</summary>
    protected abstract void StoreLanes(LoopAccess access, Register pointer, long step, int x, bool streamed);

    /// <summary>Writes lanes of 32 bits, or of bf16, of two values in turns (<see cref="StorePairs"/>); the access is that of the second.</summary>
    protected abstract void StorePair(LoopAccess access, Register pointer, int first, int second, bool streamed);
}
