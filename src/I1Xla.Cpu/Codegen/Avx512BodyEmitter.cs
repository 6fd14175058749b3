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
internal sealed partial class Avx512BodyEmitter
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
}
