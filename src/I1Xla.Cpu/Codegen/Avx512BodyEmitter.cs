using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>
/// Emits the body of a stage for one vector. Registers are given out in one pass over the instructions: a value takes a free
/// register and gives it back after its last use; when none is free, the value used furthest in the future goes to the stack.
/// Constants and slots are memory operands.
/// </summary>
internal sealed class Avx512BodyEmitter
{
    private const int VectorRegisters = 32;

    private readonly Assembler _a;
    private readonly LoopKernel _kernel;
    private readonly LoopInstruction[] _body;
    private readonly LoopFrame _frame;
    private readonly ConstantPool _pool;
    private readonly int _vector;
    private readonly AssemblerRegister64[] _pointerRegisters;
    private readonly int[] _alias;
    private readonly bool[] _live;
    private readonly bool[] _lazyCompare;
    private readonly List<int>[] _uses;
    private readonly Dictionary<int, int> _pointer = [];
    private readonly List<int> _reductions = [];
    private int _available = VectorRegisters;
    private int _accumulators;

    // Register state while emitting one copy of the body.
    private readonly int[] _register;
    private readonly int[] _spill;
    private readonly int[] _owner = new int[VectorRegisters];
    private readonly bool[] _pinned = new bool[VectorRegisters];
    private int _at;
    private int _copy;
    private bool _masked;
    private int _spillsUsed;

    public Avx512BodyEmitter(Assembler a, LoopKernel kernel, LoopStage stage, LoopFrame frame, ConstantPool pool, int vector, AssemblerRegister64[] pointerRegisters)
    {
        _a = a;
        _kernel = kernel;
        _body = stage.Body;
        _frame = frame;
        _pool = pool;
        _vector = vector;
        _pointerRegisters = pointerRegisters;
        int n = _body.Length;
        _alias = new int[n];
        _live = new bool[n];
        _lazyCompare = new bool[n];
        _uses = new List<int>[n];
        _register = new int[n];
        _spill = new int[n];
        for (int i = 0; i < n; i++)
        {
            _alias[i] = _body[i].Op == LoopOpcode.Bitcast ? _alias[_body[i].A] : i;
            _uses[i] = [];
        }
        for (int i = n - 1; i >= 0; i--)
        {
            _live[i] |= _body[i].Op is LoopOpcode.Store or LoopOpcode.SetSlot or LoopOpcode.Reduce;
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
            if (_live[i] && _body[i].Op is LoopOpcode.Load or LoopOpcode.Store or LoopOpcode.Iota && !_pointer.ContainsKey(_body[i].Index))
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
    }

    /// <summary>The accesses that need a pointer.</summary>
    public List<int> Accesses { get; }

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
            long bytes = elements(access) * (x.Buffer < 0 ? 1 : x.Kind.StorageBytes());
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
        _available = VectorRegisters - _reductions.Count * copies;
        for (int r = 0; r < _reductions.Count; r++)
        {
            LoopInstruction i = _body[_reductions[r]];
            int identity = (int)PortableLoops.Identity((LoopOpcode)i.Bits, i.Lane);
            for (int c = 0; c < copies; c++)
            {
                if (identity == 0)
                {
                    Add(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, Accumulator(r, c), Accumulator(r, c), Accumulator(r, c));
                }
                else
                {
                    Emit(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Zmm(Accumulator(r, c)), Word(identity, broadcast: false)));
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
                    Combine(op, i.Lane, Accumulator(r, c), Accumulator(r, c + half), masked: false);
                }
            }
            int acc = Accumulator(r, 0);
            foreach ((Code code, byte imm) in s_folds)
            {
                Instruction shuffle = code == Code.EVEX_Vshuff32x4_zmm_k1z_zmm_zmmm512b32_imm8
                    ? Instruction.Create(code, Zmm(0), Zmm(acc), Zmm(acc), imm)
                    : Instruction.Create(code, Zmm(0), Zmm(acc), imm);
                Emit(shuffle);
                Combine(op, i.Lane, acc, 0, masked: false);
            }
            StoreSlot(i.Index, 0, acc);
        }
    }

    /// <summary>Emits the body.</summary>
    /// <param name="copy">Which of several neighbouring vectors.</param>
    /// <param name="masked">Whether only the lanes of k7 count.</param>
    public void Emit(int copy, bool masked)
    {
        _copy = copy;
        _masked = masked;
        _spillsUsed = 0;
        Array.Fill(_register, -1);
        Array.Fill(_spill, -1);
        Array.Fill(_owner, -1);
        for (_at = 0; _at < _body.Length; _at++)
        {
            if (!_live[_at] || _alias[_at] != _at || _lazyCompare[_at])
            {
                continue;
            }
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
    }

    private static readonly (Code, byte)[] s_folds =
    [
        (Code.EVEX_Vshuff32x4_zmm_k1z_zmm_zmmm512b32_imm8, 0x4E),
        (Code.EVEX_Vshuff32x4_zmm_k1z_zmm_zmmm512b32_imm8, 0xB1),
        (Code.EVEX_Vpermilps_zmm_k1z_zmmm512b32_imm8, 0x4E),
        (Code.EVEX_Vpermilps_zmm_k1z_zmmm512b32_imm8, 0xB1),
    ];

    private static bool IsCompare(LoopOpcode op) => op is LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp;

    private int Alias(int x) => _alias[x];

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
    }

    private int Accumulator(int reduction, int copy) => VectorRegisters - 1 - (reduction * _accumulators + copy);

    private static Register Zmm(int r) => Register.ZMM0 + r;

    private static Register Ymm(int r) => Register.YMM0 + r;

    private static Register Xmm(int r) => Register.XMM0 + r;

    private void Emit(Instruction instruction) => _a.AddInstruction(ref instruction);

    private void Add(Code code, int d, int x, int y) => Emit(Instruction.Create(code, Zmm(d), Zmm(x), Zmm(y)));

    private MemoryOperand Word(int bits, bool broadcast) => new(Register.R15, Register.None, 1, _pool.Word(bits), 8, broadcast, Register.None);

    private static MemoryOperand Stack(int offset) => new(Register.RSP, offset, 8);

    private MemoryOperand Slot(int slot) => Stack(_frame.Slot(slot, _frame.VectorsPerSlot > 1 ? _copy : 0));

    private void StoreSlot(int slot, int copy, int register) =>
        Emit(Instruction.Create(Code.EVEX_Vmovaps_zmmm512_k1z_zmm, Stack(_frame.Slot(slot, _frame.VectorsPerSlot > 1 ? copy : 0)), Zmm(register)));

    private void Release(int x)
    {
        if (_register[x] >= 0 && NextUse(x, _at) == int.MaxValue)
        {
            _owner[_register[x]] = -1;
            _register[x] = -1;
        }
    }

    private int NextUse(int x, int after)
    {
        foreach (int use in _uses[x])
        {
            if (use > after)
            {
                return use;
            }
        }
        return int.MaxValue;
    }

    // A register that nothing needs at this instruction.
    private int Take()
    {
        for (int r = 0; r < _available; r++)
        {
            if (_owner[r] < 0 && !_pinned[r])
            {
                _pinned[r] = true;
                return r;
            }
        }
        int victim = -1, furthest = -1;
        for (int r = 0; r < _available; r++)
        {
            if (_pinned[r])
            {
                continue;
            }
            int next = NextUse(_owner[r], _at - 1);
            if (next > furthest)
            {
                furthest = next;
                victim = r;
            }
        }
        int value = _owner[victim];
        if (_body[value].Op is not (LoopOpcode.Const or LoopOpcode.GetSlot) && _spill[value] < 0)
        {
            _spill[value] = _spillsUsed++;
            if (_spillsUsed > 64)
            {
                throw new CpuUnsupportedException("a loop body with so many values at once");
            }
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmmm512_k1z_zmm, Stack(_frame.Spills + _spill[value] * 64), Zmm(victim)));
        }
        _register[value] = -1;
        _owner[victim] = -1;
        _pinned[victim] = true;
        return victim;
    }

    private int Define(int value)
    {
        int r = Take();
        Own(value, r);
        return r;
    }

    private void Own(int value, int r)
    {
        _register[value] = r;
        _owner[r] = value;
        _pinned[r] = true;
        if (_uses[value].Count == 0)
        {
            _owner[r] = -1;
            _register[value] = -1;
        }
    }

    // The value in a register.
    private int Use(int x)
    {
        x = Alias(x);
        int r = _register[x];
        if (r >= 0)
        {
            _pinned[r] = true;
            return r;
        }
        r = Take();
        LoopInstruction ins = _body[x];
        if (ins.Op == LoopOpcode.Const)
        {
            Emit(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Zmm(r), Word((int)ins.Bits, broadcast: false)));
        }
        else
        {
            MemoryOperand from = ins.Op == LoopOpcode.GetSlot ? Slot(ins.Index) : Stack(_frame.Spills + _spill[x] * 64);
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(r), from));
        }
        _register[x] = r;
        _owner[r] = x;
        return r;
    }

    private bool InMemory(int x, out MemoryOperand memory)
    {
        x = Alias(x);
        memory = default;
        if (_register[x] >= 0)
        {
            return false;
        }
        LoopInstruction ins = _body[x];
        memory = ins.Op switch
        {
            LoopOpcode.Const => Word((int)ins.Bits, broadcast: true),
            LoopOpcode.GetSlot => Slot(ins.Index),
            _ => Stack(_frame.Spills + _spill[x] * 64),
        };
        return true;
    }

    // d = op(x, y) with y in a register or in memory.
    private void Binary(Code code, int value, int x, int y)
    {
        int rx = Use(x);
        if (InMemory(y, out MemoryOperand memory))
        {
            int d = Define(value);
            Emit(Instruction.Create(code, Zmm(d), Zmm(rx), memory));
        }
        else
        {
            int ry = Use(y);
            int d = Define(value);
            Add(code, d, rx, ry);
        }
    }

    private void Unary(Code code, int value, int x, int? imm = null)
    {
        bool inMemory = InMemory(x, out MemoryOperand memory);
        int rx = inMemory ? 0 : Use(x);
        int d = Define(value);
        Emit((inMemory, imm) switch
        {
            (true, null) => Instruction.Create(code, Zmm(d), memory),
            (false, null) => Instruction.Create(code, Zmm(d), Zmm(rx)),
            (true, { } i) => Instruction.Create(code, Zmm(d), memory, i),
            (false, { } i) => Instruction.Create(code, Zmm(d), Zmm(rx), i),
        });
    }

    private void WithConstant(Code code, int value, int x, int bits)
    {
        int rx = Use(x);
        int d = Define(value);
        Emit(Instruction.Create(code, Zmm(d), Zmm(rx), Word(bits, broadcast: true)));
    }

    private void CompareInto(Register mask, int compare)
    {
        LoopInstruction ins = _body[compare];
        var condition = (LoopCondition)ins.Index;
        (Code code, int imm) = ins.Op switch
        {
            LoopOpcode.FCmp => (Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, condition switch
            {
                LoopCondition.EQ => 0, LoopCondition.LT => 1, LoopCondition.LE => 2, LoopCondition.NE => 4, LoopCondition.GE => 13, _ => 14,
            }),
            var op => (op == LoopOpcode.SCmp ? Code.EVEX_Vpcmpd_kr_k1_zmm_zmmm512b32_imm8 : Code.EVEX_Vpcmpud_kr_k1_zmm_zmmm512b32_imm8, condition switch
            {
                LoopCondition.EQ => 0, LoopCondition.LT => 1, LoopCondition.LE => 2, LoopCondition.NE => 4, LoopCondition.GE => 5, _ => 6,
            }),
        };
        int rx = Use(ins.A);
        Emit(InMemory(ins.B, out MemoryOperand memory)
            ? Instruction.Create(code, mask, Zmm(rx), memory, imm)
            : Instruction.Create(code, mask, Zmm(rx), Zmm(Use(ins.B)), imm));
    }

    private void Instruct(LoopInstruction ins)
    {
        switch (ins.Op)
        {
            case LoopOpcode.Const or LoopOpcode.GetSlot:
                return;
            case LoopOpcode.Load:
                Load(ins.Index, Define(_at));
                return;
            case LoopOpcode.Store:
                Store(ins.Index, Use(ins.A));
                return;
            case LoopOpcode.SetSlot:
                StoreSlot(ins.Index, _copy, Use(ins.A));
                return;
            case LoopOpcode.Reduce:
                Combine((LoopOpcode)ins.Bits, ins.Lane, Accumulator(_reductions.IndexOf(_at), _copy), Use(ins.A), _masked);
                return;
            case LoopOpcode.Iota:
                {
                    int d = Define(_at);
                    Pointer(ins.Index, out Register pointer);
                    Register low = pointer.GetInfo().FullRegister32;
                    Emit(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_r32, Zmm(d), low));
                    long step = _vector < 0 ? 0 : _kernel.Accesses[ins.Index].Coefficients[_vector];
                    if (step != 0)
                    {
                        Emit(Instruction.Create(
                            Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(d), new MemoryOperand(Register.R15, _pool.Ramp((int)(step * 16 * _copy), (int)step), 8)));
                    }
                    return;
                }
            case LoopOpcode.Fma:
                Fma(ins);
                return;
            case LoopOpcode.Select:
                Select(ins);
                return;
            case LoopOpcode.FCmp or LoopOpcode.SCmp or LoopOpcode.UCmp:
                CompareInto(Register.K1, _at);
                Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(Define(_at)), Register.K1));
                return;
            case LoopOpcode.I32ToPred:
                {
                    int x = Use(ins.A);
                    Emit(Instruction.Create(Code.EVEX_Vptestmd_kr_k1_zmm_zmmm512b32, Register.K1, Zmm(x), Zmm(x)));
                    Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(Define(_at)), Register.K1));
                    return;
                }
            case LoopOpcode.FNeg: WithConstant(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, _at, ins.A, int.MinValue); return;
            case LoopOpcode.FAbs: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, int.MaxValue); return;
            case LoopOpcode.PredToI32: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, 1); return;
            case LoopOpcode.WrapU8: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, 0xFF); return;
            case LoopOpcode.WrapU16: WithConstant(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, _at, ins.A, 0xFFFF); return;
            case LoopOpcode.WrapI8 or LoopOpcode.WrapI16:
                {
                    int bits = ins.Op == LoopOpcode.WrapI8 ? 24 : 16;
                    int x = Use(ins.A), d = Define(_at);
                    Emit(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(x), bits));
                    Emit(Instruction.Create(Code.EVEX_Vpsrad_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(d), bits));
                    return;
                }
            case LoopOpcode.FSqrt: Unary(Code.EVEX_Vsqrtps_zmm_k1z_zmmm512b32_er, _at, ins.A); return;
            case LoopOpcode.FRoundEven: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 8); return;
            case LoopOpcode.FFloor: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 9); return;
            case LoopOpcode.FCeil: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 10); return;
            case LoopOpcode.FTrunc: Unary(Code.EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae, _at, ins.A, 11); return;
            case LoopOpcode.Clz: Unary(Code.EVEX_Vplzcntd_zmm_k1z_zmmm512b32, _at, ins.A); return;
            case LoopOpcode.F32ToI32: Unary(Code.EVEX_Vcvttps2dq_zmm_k1z_zmmm512b32_sae, _at, ins.A); return;
            case LoopOpcode.I32ToF32: Unary(Code.EVEX_Vcvtdq2ps_zmm_k1z_zmmm512b32_er, _at, ins.A); return;
            case LoopOpcode.U32ToF32: Unary(Code.EVEX_Vcvtudq2ps_zmm_k1z_zmmm512b32_er, _at, ins.A); return;
            case LoopOpcode.RoundBf16: RoundBf16(ins); return;
            case LoopOpcode.RoundF16:
                {
                    int x = Use(ins.A), d = Define(_at);
                    Emit(Instruction.Create(Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae, Ymm(d), Zmm(x), 0));
                    Emit(Instruction.Create(Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, Zmm(d), Ymm(d)));
                    return;
                }
            default:
                {
                    Code code = BinaryCode(ins.Op);
                    bool commutes = ins.Op is LoopOpcode.FAdd or LoopOpcode.FMul or LoopOpcode.IAdd or LoopOpcode.IMul or LoopOpcode.And or LoopOpcode.Or or LoopOpcode.Xor;
                    bool swap = commutes && InMemory(ins.A, out _) && !InMemory(ins.B, out _);
                    Binary(code, _at, swap ? ins.B : ins.A, swap ? ins.A : ins.B);
                    return;
                }
        }
    }

    private static Code BinaryCode(LoopOpcode op) => op switch
    {
        LoopOpcode.FAdd => Code.EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FSub => Code.EVEX_Vsubps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FMul => Code.EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FDiv => Code.EVEX_Vdivps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.FMin => Code.EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae,
        LoopOpcode.FMax => Code.EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae,
        LoopOpcode.FScale => Code.EVEX_Vscalefps_zmm_k1z_zmm_zmmm512b32_er,
        LoopOpcode.IAdd => Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.ISub => Code.EVEX_Vpsubd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.IMul => Code.EVEX_Vpmulld_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.And => Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.Or => Code.EVEX_Vpord_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.Xor => Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.Shl => Code.EVEX_Vpsllvd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.ShrL => Code.EVEX_Vpsrlvd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.ShrA => Code.EVEX_Vpsravd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.SMin => Code.EVEX_Vpminsd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.SMax => Code.EVEX_Vpmaxsd_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.UMin => Code.EVEX_Vpminud_zmm_k1z_zmm_zmmm512b32,
        LoopOpcode.UMax => Code.EVEX_Vpmaxud_zmm_k1z_zmm_zmmm512b32,
        _ => throw new InvalidOperationException($"no AVX-512 form of {op}"),
    };

    private void Combine(LoopOpcode op, Lane lane, int acc, int x, bool masked)
    {
        Instruction i;
        if (op is LoopOpcode.FMax or LoopOpcode.FMin)
        {
            // The second source wins when either is NaN: a NaN in the accumulator stays, one in x is put in by hand.
            i = Instruction.Create(BinaryCode(op), Zmm(acc), Zmm(x), Zmm(acc));
            Emit(Mask(i, masked));
            Instruction unordered = Instruction.Create(Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, Register.K1, Zmm(x), Zmm(x), 3);
            Emit(Mask(unordered, masked));
            Instruction move = Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(acc), Zmm(x));
            move.OpMask = Register.K1;
            Emit(move);
            return;
        }
        i = Instruction.Create(BinaryCode(op), Zmm(acc), Zmm(acc), Zmm(x));
        Emit(Mask(i, masked));
    }

    private static Instruction Mask(Instruction i, bool masked)
    {
        if (masked)
        {
            i.OpMask = Register.K7;
        }
        return i;
    }

    private void Fma(LoopInstruction ins)
    {
        int a = Alias(ins.A), b = Alias(ins.B), c = Alias(ins.C);
        if (InMemory(a, out _) && !InMemory(b, out _))
        {
            (a, b) = (b, a);
        }
        int ra = Use(a);
        bool aDies = NextUse(a, _at) == int.MaxValue && a != b && a != c;
        bool cDies = _register[c] >= 0 && NextUse(c, _at) == int.MaxValue && c != a && c != b;
        if (!aDies && cDies)
        {
            // c = a·b + c.
            int rc = Use(c);
            Emit(InMemory(b, out MemoryOperand mb)
                ? Instruction.Create(Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(rc), Zmm(ra), mb)
                : Instruction.Create(Code.EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(rc), Zmm(ra), Zmm(Use(b))));
            _register[c] = -1;
            Own(_at, rc);
            return;
        }
        bool bInMemory = InMemory(b, out MemoryOperand memoryB);
        bool cInMemory = InMemory(c, out MemoryOperand memoryC);
        int rb = bInMemory && !cInMemory ? -1 : Use(b);
        int rcc = cInMemory ? -1 : Use(c);
        int d;
        if (aDies)
        {
            d = ra;
            _register[a] = -1;
            Own(_at, d);
        }
        else
        {
            d = Define(_at);
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(d), Zmm(ra)));
        }
        if (rb < 0)
        {
            // d = d·[b] + c.
            Emit(Instruction.Create(Code.EVEX_Vfmadd132ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(d), Zmm(rcc), memoryB));
        }
        else
        {
            Emit(cInMemory
                ? Instruction.Create(Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(d), Zmm(rb), memoryC)
                : Instruction.Create(Code.EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er, Zmm(d), Zmm(rb), Zmm(rcc)));
        }
    }

    private void Select(LoopInstruction ins)
    {
        int c = Alias(ins.C);
        if (_lazyCompare[c])
        {
            CompareInto(Register.K1, c);
        }
        else
        {
            Emit(Instruction.Create(Code.EVEX_Vpmovd2m_kr_zmm, Register.K1, Zmm(Use(c))));
        }
        int onFalse = Use(ins.B);
        bool inMemory = InMemory(ins.A, out MemoryOperand memory);
        int onTrue = inMemory ? 0 : Use(ins.A);
        int d = Define(_at);
        Instruction i = inMemory
            ? Instruction.Create(Code.EVEX_Vpblendmd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(onFalse), memory)
            : Instruction.Create(Code.EVEX_Vpblendmd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(onFalse), Zmm(onTrue));
        i.OpMask = Register.K1;
        Emit(i);
    }

    // x + 0x7FFF + (bit 16 of x), low half cleared; NaN keeps its upper half, made quiet.
    private void RoundBf16(LoopInstruction ins)
    {
        int x = Use(ins.A);
        int t = Take(), d = Define(_at);
        Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(t), Zmm(x), 16));
        Emit(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(t), Word(1, broadcast: true)));
        Add(Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, t, t, x);
        Emit(Instruction.Create(Code.EVEX_Vpaddd_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(t), Word(0x7FFF, broadcast: true)));
        Emit(Instruction.Create(Code.EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae, Register.K1, Zmm(x), Zmm(x), 3));
        Instruction quiet = Instruction.Create(Code.EVEX_Vpord_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(x), Word(0x400000, broadcast: true));
        quiet.OpMask = Register.K1;
        Emit(quiet);
        Emit(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(d), Zmm(t), Word(unchecked((int)0xFFFF0000), broadcast: true)));
    }

    // The register that holds an access's pointer; rax when it had to be fetched.
    private void Pointer(int access, out Register register)
    {
        int p = _pointer[access];
        if (p < _pointerRegisters.Length)
        {
            register = _pointerRegisters[p];
            return;
        }
        _a.mov(rax, __qword_ptr[rsp + (_frame.Pointers + p * 8)]);
        register = Register.RAX;
    }

    private void Load(int index, int d)
    {
        LoopAccess access = _kernel.Accesses[index];
        int size = access.Kind.StorageBytes();
        long step = _vector < 0 ? 0 : access.Coefficients[_vector];
        Pointer(index, out Register pointer);
        if (step == 0)
        {
            Broadcast(access.Kind, d, new MemoryOperand(pointer));
            return;
        }
        var at = new MemoryOperand(pointer, step * 16 * _copy * size, 8);
        if (step == 2 && !_masked)
        {
            // Every other element: two vectors, and a permutation that keeps the even places.
            int even = Take(), upper = Take();
            Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(even), new MemoryOperand(Register.R15, _pool.Ramp(0, 2), 8)));
            _a.mov(edx, 0x7FFF);
            _a.kmovw(k3, edx);
            Instruction second = Instruction.Create(Code.EVEX_Vmovups_zmm_k1z_zmmm512, Zmm(upper), new MemoryOperand(pointer, 32L * _copy * size + 64, 8));
            second.OpMask = Register.K3;
            second.ZeroingMasking = true;
            Emit(Instruction.Create(Code.EVEX_Vmovups_zmm_k1z_zmmm512, Zmm(d), new MemoryOperand(pointer, 32L * _copy * size, 8)));
            Emit(second);
            Add(Code.EVEX_Vpermt2ps_zmm_k1z_zmm_zmmm512b32, d, even, upper);
            return;
        }
        if (step != 1)
        {
            // Lanes at a stride: a gather, with the lanes' byte offsets.
            int offsets = Take();
            Emit(Instruction.Create(
                Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, _pool.Ramp(0, (int)(step * size)), 8)));
            Add(Code.EVEX_Vpxord_zmm_k1z_zmm_zmmm512b32, d, d, d);
            GatherMask();
            Instruction gather = Instruction.Create(Code.EVEX_Vgatherdps_zmm_k1_vm32z, Zmm(d), new MemoryOperand(pointer, Zmm(offsets), 1, step * 16 * _copy * size, 8));
            gather.OpMask = Register.K2;
            Emit(gather);
            return;
        }
        (Code code, bool shift) = access.Kind switch
        {
            ElementKind.BF16 => (Code.EVEX_Vpmovzxwd_zmm_k1z_ymmm256, true),
            ElementKind.F16 => (Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, false),
            ElementKind.I16 => (Code.EVEX_Vpmovsxwd_zmm_k1z_ymmm256, false),
            ElementKind.UI16 => (Code.EVEX_Vpmovzxwd_zmm_k1z_ymmm256, false),
            ElementKind.I8 => (Code.EVEX_Vpmovsxbd_zmm_k1z_xmmm128, false),
            ElementKind.UI8 or ElementKind.I1 => (Code.EVEX_Vpmovzxbd_zmm_k1z_xmmm128, false),
            _ => (Code.EVEX_Vmovups_zmm_k1z_zmmm512, false),
        };
        Instruction load = Instruction.Create(code, Zmm(d), at);
        if (_masked)
        {
            load.OpMask = Register.K7;
            load.ZeroingMasking = true;
        }
        Emit(load);
        if (shift)
        {
            Emit(Instruction.Create(Code.EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8, Zmm(d), Zmm(d), 16));
        }
        else if (access.Kind == ElementKind.I1)
        {
            Emit(Instruction.Create(Code.EVEX_Vptestmd_kr_k1_zmm_zmmm512b32, Register.K1, Zmm(d), Zmm(d)));
            Emit(Instruction.Create(Code.EVEX_Vpmovm2d_zmm_kr, Zmm(d), Register.K1));
        }
    }

    private void Broadcast(ElementKind kind, int d, MemoryOperand at)
    {
        switch (kind)
        {
            case ElementKind.BF16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                _a.shl(eax, 16);
                break;
            case ElementKind.F16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                Emit(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_r32, Zmm(d), Register.EAX));
                Emit(Instruction.Create(Code.EVEX_Vcvtph2ps_zmm_k1z_ymmm256_sae, Zmm(d), Ymm(d)));
                Emit(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Zmm(d), Xmm(d)));
                return;
            case ElementKind.I16:
                Emit(Instruction.Create(Code.Movsx_r32_rm16, Register.EAX, at));
                break;
            case ElementKind.UI16:
                Emit(Instruction.Create(Code.Movzx_r32_rm16, Register.EAX, at));
                break;
            case ElementKind.I8:
                Emit(Instruction.Create(Code.Movsx_r32_rm8, Register.EAX, at));
                break;
            case ElementKind.UI8:
                Emit(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, at));
                break;
            case ElementKind.I1:
                Emit(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, at));
                _a.neg(eax);
                break;
            default:
                Emit(Instruction.Create(Code.EVEX_Vbroadcastss_zmm_k1z_xmmm32, Zmm(d), at));
                return;
        }
        Emit(Instruction.Create(Code.EVEX_Vpbroadcastd_zmm_k1z_r32, Zmm(d), Register.EAX));
    }

    private void GatherMask()
    {
        if (_masked)
        {
            _a.kmovw(k2, k7);
        }
        else
        {
            _a.kxnorw(k2, k2, k2);
        }
    }

    private void Store(int index, int x)
    {
        LoopAccess access = _kernel.Accesses[index];
        int size = access.Kind.StorageBytes();
        long step = _vector < 0 ? 1 : access.Coefficients[_vector];
        Pointer(index, out Register pointer);
        if (step == 2 && !_masked)
        {
            // Every other element: each value twice, and stores that write the even places.
            int spread = Take();
            _a.mov(edx, 0x5555);
            _a.kmovw(k3, edx);
            for (int half = 0; half < 2; half++)
            {
                Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(spread), new MemoryOperand(Register.R15, _pool.Pairs(8 * half), 8)));
                Add(Code.EVEX_Vpermps_zmm_k1z_zmm_zmmm512b32, spread, spread, x);
                Instruction store = Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, new MemoryOperand(pointer, 32L * _copy * size + 64 * half, 8), Zmm(spread));
                store.OpMask = Register.K3;
                Emit(store);
            }
            return;
        }
        if (step != 1)
        {
            int offsets = Take();
            Emit(Instruction.Create(
                Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(offsets), new MemoryOperand(Register.R15, _pool.Ramp(0, (int)(step * size)), 8)));
            GatherMask();
            Instruction scatter = Instruction.Create(Code.EVEX_Vscatterdps_vm32z_k1_zmm, new MemoryOperand(pointer, Zmm(offsets), 1, step * 16 * _copy * size, 8), Zmm(x));
            scatter.OpMask = Register.K2;
            Emit(scatter);
            return;
        }
        var at = new MemoryOperand(pointer, 16L * _copy * size, 8);
        switch (access.Kind)
        {
            case ElementKind.BF16:
                {
                    int t = Take();
                    Emit(Instruction.Create(Code.EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8, Zmm(t), Zmm(x), 16));
                    Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdw_ymmm256_k1z_zmm, at, Zmm(t)), _masked));
                    break;
                }
            case ElementKind.F16:
                Emit(Mask(Instruction.Create(Code.EVEX_Vcvtps2ph_ymmm256_k1z_zmm_imm8_sae, at, Zmm(x), 0), _masked));
                break;
            case ElementKind.I16 or ElementKind.UI16:
                Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdw_ymmm256_k1z_zmm, at, Zmm(x)), _masked));
                break;
            case ElementKind.I8 or ElementKind.UI8:
                Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdb_xmmm128_k1z_zmm, at, Zmm(x)), _masked));
                break;
            case ElementKind.I1:
                {
                    int t = Take();
                    Emit(Instruction.Create(Code.EVEX_Vpandd_zmm_k1z_zmm_zmmm512b32, Zmm(t), Zmm(x), Word(1, broadcast: true)));
                    Emit(Mask(Instruction.Create(Code.EVEX_Vpmovdb_xmmm128_k1z_zmm, at, Zmm(t)), _masked));
                    break;
                }
            default:
                Emit(Mask(Instruction.Create(Code.EVEX_Vmovups_zmmm512_k1z_zmm, at, Zmm(x)), _masked));
                break;
        }
    }
}
