using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.Cpu.Loops;
using I1Xla.StableHlo.Ir;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>
/// Emits a loop kernel as one function <c>void(byte** buffers, long begin, long end)</c> (System V): the loops with
/// their counters on the stack, the pointers of the innermost loop in registers and stepped once a vector, and the body by
/// the target's <see cref="LoopBodyEmitter"/>. Reductions along lanes keep several accumulators, which are combined pairwise and then
/// folded across lanes by halves: a fixed order.
/// </summary>
internal sealed class LoopEmitter
{
    private static readonly AssemblerRegister64[] s_pointers = [rsi, rdi, r8, r9, r10, r11, r12, r13, rbp];

    // Lines of one row that are read together are fetched together, so bodies are emitted for several vectors unless they are long.
    private const int MostInstructionsOfSeveral = 48;

    // Lanes so far apart are streams of their own; what they read together is fetched ahead where the first-level cache holds it.
    private const int LeastFarBytes = 48, MostRunBytes = 32 << 10;

    private readonly LoopKernel _kernel;
    private readonly Assembler _a;
    private readonly LoopFrame _frame;
    private readonly ConstantPool _pool = new();
    private readonly LoopTarget _target;
    private readonly MemoryHints _hints;
    private bool _tooManyValues;

    private LoopEmitter(LoopKernel kernel, LoopTarget target, MemoryHints hints, Assembler assembler)
    {
        _kernel = kernel;
        _target = target;
        _hints = hints;
        _a = assembler;
        Wide = LoopSupport.IsWide(kernel);
        _frame = new LoopFrame(kernel, kernel.VectorIsOuter ? OuterVectors(kernel, target) : 1, target);
    }

    // Lanes are 64 bits wide in all of a kernel that has such values anywhere.
    private bool Wide { get; }

    private int Lanes => Wide ? _target.Lanes / 2 : _target.Lanes;

    /// <summary>Emits the kernel; null when it holds something without a form on the target, or so many values at once that the frame has no place for them.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="target">The instruction set.</param>
    /// <param name="hints">What goes past the caches, and what is fetched ahead.</param>
    /// <param name="pool">The address where <paramref name="constants"/> will lie, aligned to 64.</param>
    /// <param name="constants">The constants.</param>
    /// <param name="obstacle">Why there is no code.</param>
    public static byte[]? Emit(LoopKernel kernel, LoopTarget target, MemoryHints hints, nint pool, out int[] constants, out string? obstacle)
    {
        constants = [];
        obstacle = LoopSupport.Obstacle(kernel);
        if (obstacle is not null)
        {
            return null;
        }
        var emitter = new LoopEmitter(kernel, target, hints, new Assembler(64));
        emitter.Function(pool);
        if (emitter._tooManyValues)
        {
            obstacle = "more values at once than registers and the stack frame hold";
            return null;
        }
        using var stream = new MemoryStream();
        emitter._a.Assemble(new StreamCodeWriter(stream), 0);
        constants = emitter._pool.Data.ToArray();
        return stream.ToArray();
    }

    // Kept rows take all lanes of a unit at once: the longer the pieces of each row that are read, the better memory likes it.
    private static int OuterVectors(LoopKernel kernel, LoopTarget target)
    {
        int several = kernel.ScratchBytes > 0 ? LoopKernel.BlockLanes / target.Lanes : target.OuterVectors;
        return kernel.Stages.Max(s => s.Body.Length) <= MostInstructionsOfSeveral && kernel.Stages.Max(s => s.Body.Count(i => i.Op == LoopOpcode.Reduce)) * several <= target.Accumulators.Outer
            ? several
            : 1;
    }

    private void Function(nint pool)
    {
        Assembler a = _a;
        if (IntegerLoopEmitter.TryEmitFunction(a, _kernel))
        {
            return;
        }
        a.push(rbp);
        a.push(rbx);
        a.push(r12);
        a.push(r13);
        a.push(r14);
        a.push(r15);
        a.mov(rax, rsp);
        a.sub(rsp, _frame.Bytes + 64);
        a.and(rsp, -64);
        a.mov(__qword_ptr[rsp + (_frame.Caller)], rax);
        a.mov(r14, rdi);
        a.mov(r15, (long)pool);
        a.mov(__qword_ptr[rsp + _frame.Unit], rsi);
        a.mov(__qword_ptr[rsp + _frame.End], rdx);
        if (_kernel.Outer.Length == 0)
        {
            Stages(1, 0, masked: false);
        }
        else
        {
            OuterLoop();
        }
        if (_hints.Streamed.Contains(true))
        {
            a.sfence();
        }
        a.mov(rsp, __qword_ptr[rsp + (_frame.Caller)]);
        a.pop(r15);
        a.pop(r14);
        a.pop(r13);
        a.pop(r12);
        a.pop(rbx);
        a.pop(rbp);
        a.vzeroupper();
        a.ret();
    }

    private long OuterExtent(int i)
    {
        long e = _kernel.Extents[_kernel.Outer[i]];
        return _kernel.VectorIsOuter && i == _kernel.Outer.Length - 1 ? (e + LoopKernel.BlockLanes - 1) / LoopKernel.BlockLanes : e;
    }

    private AssemblerMemoryOperand Counter(int variable) => __qword_ptr[rsp + (_frame.Counters + variable * 8)];

    private void OuterLoop()
    {
        Assembler a = _a;
        int[] outer = _kernel.Outer;
        a.mov(rax, __qword_ptr[rsp + _frame.Unit]);
        for (int i = outer.Length - 1; i >= 0; i--)
        {
            if (i == 0)
            {
                a.mov(Counter(outer[i]), rax);
                break;
            }
            a.xor(edx, edx);
            a.mov(rcx, OuterExtent(i));
            a.div(rcx);
            a.mov(Counter(outer[i]), rdx);
        }
        Label loop = a.CreateLabel(), done = a.CreateLabel(), next = a.CreateLabel();
        a.Label(ref loop);
        a.mov(rax, __qword_ptr[rsp + _frame.Unit]);
        a.cmp(rax, __qword_ptr[rsp + _frame.End]);
        a.jge(done);
        if (_kernel.VectorIsOuter)
        {
            OuterVectorUnit();
        }
        else
        {
            Stages(1, 0, masked: false);
        }
        a.inc(__qword_ptr[rsp + _frame.Unit]);
        for (int i = outer.Length - 1; i >= 0; i--)
        {
            a.inc(Counter(outer[i]));
            if (i == 0)
            {
                break;
            }
            a.mov(rax, OuterExtent(i));
            a.cmp(Counter(outer[i]), rax);
            a.jl(next);
            a.mov(Counter(outer[i]), 0);
        }
        a.Label(ref next);
        a.nop();
        a.jmp(loop);
        a.Label(ref done);
        a.nop();
    }

    // A block of lanes along the last outer loop: several vectors at once as long as they are whole, what is left one vector after the other.
    private void OuterVectorUnit()
    {
        Assembler a = _a;
        int v = _kernel.Outer[^1], several = _frame.VectorsPerSlot;
        long extent = _kernel.Extents[v];
        a.mov(rax, Counter(v));
        a.shl(rax, 6);
        a.mov(__qword_ptr[rsp + _frame.Lane], rax);
        a.add(rax, LoopKernel.BlockLanes);
        a.mov(rcx, extent);
        a.cmp(rax, rcx);
        a.cmovg(rax, rcx);
        a.mov(__qword_ptr[rsp + _frame.LaneEnd], rax);
        long rest = extent;
        if (several > 1)
        {
            WholeVectors(several, v, ref rest);
        }
        if (several == 1 || !_target.MasksFreely)
        {
            WholeVectors(1, v, ref rest);
        }
        if (rest == 0)
        {
            return;
        }
        Label loop = a.CreateLabel(), done = a.CreateLabel();
        a.Label(ref loop);
        a.mov(rcx, __qword_ptr[rsp + _frame.LaneEnd]);
        a.sub(rcx, __qword_ptr[rsp + _frame.Lane]);
        a.jle(done);
        _target.Mask(a, _frame, _pool, Lanes);
        Stages(1, v, masked: true);
        a.add(__qword_ptr[rsp + _frame.Lane], Lanes);
        a.jmp(loop);
        a.Label(ref done);
        a.nop();
    }

    // As many vectors at a time while the block has them; rest is how many lanes a block may have left.
    private void WholeVectors(int vectors, int v, ref long rest)
    {
        Assembler a = _a;
        int step = vectors * Lanes;
        if (rest < step)
        {
            return;
        }
        Label loop = a.CreateLabel(), done = a.CreateLabel();
        a.Label(ref loop);
        a.mov(rax, __qword_ptr[rsp + _frame.LaneEnd]);
        a.sub(rax, __qword_ptr[rsp + _frame.Lane]);
        a.cmp(rax, step);
        a.jl(done);
        Stages(vectors, v, masked: false);
        a.add(__qword_ptr[rsp + _frame.Lane], step);
        a.jmp(loop);
        a.Label(ref done);
        a.nop();
        rest %= step;
    }

    private void Stages(int vectors, int outerVector, bool masked)
    {
        foreach (LoopStage stage in _kernel.Stages)
        {
            if (_kernel.IsRepeated(stage))
            {
                Repeat(stage);
                continue;
            }
            Stage(stage, vectors, outerVector, masked);
        }
    }

    private void Repeat(LoopStage stage)
    {
        Assembler a = _a;
        Label loop = a.CreateLabel(), done = a.CreateLabel();
        a.cmp(__dword_ptr[rsp + _frame.Slot(_kernel.Repeats!.Slot, 0)], 0);
        a.je(done);
        if (IntegerLoopEmitter.TryEmit(a, stage, _kernel.Accesses, _kernel.Repeats.Slot, _frame, Wide))
        {
            a.Label(ref done);
            return;
        }
        LoopBodyEmitter body = _target.Body(new LoopBodyContext(a, _kernel, stage, _frame, _pool, -1, Wide, s_pointers, _hints));
        Pointers(stage, body, -1, -1, 1, dynamicStart: false);
        body.HoldSlots(except: _kernel.Repeats.Slot);
        _target.MaskOne(a);
        a.Label(ref loop);
        body.Emit(1, masked: true);
        a.cmp(__dword_ptr[rsp + _frame.Slot(_kernel.Repeats.Slot, 0)], 0);
        a.jne(loop);
        body.StoreHeldSlots();
        a.Label(ref done);
        _tooManyValues |= body.TooManyValues;
    }

    private void Stage(LoopStage stage, int vectors, int outerVector, bool masked)
    {
        Assembler a = _a;
        bool lanesInside = !_kernel.VectorIsOuter;
        bool scalar = stage.Loops.Length == 0 && lanesInside;
        int reductions = stage.Body.Count(i => i.Op == LoopOpcode.Reduce);
        bool splits = _kernel.SplitsStage;
        long inner = stage.Loops.Length > 0 ? _kernel.Extents[stage.Loops[^1]] : 1;
        int vector = scalar ? -1 : lanesInside ? stage.Loops[^1] : outerVector;
        LoopBodyEmitter body = _target.Body(new LoopBodyContext(a, _kernel, stage, _frame, _pool, vector, Wide, s_pointers, _hints));
        int unroll = 1;
        if (lanesInside && !scalar)
        {
            int length = stage.Body.Length;
            int several = reductions > 0 ? (length <= 10 ? 4 : length <= 24 ? 2 : 1) : length <= _target.UnrolledBody ? 2 : 1;
            unroll = Math.Max(several, body.Together);
            while (unroll > 1 && (inner < (long)unroll * Lanes || reductions * unroll > _target.Accumulators.Inner))
            {
                unroll /= 2;
            }
        }
        int copies = lanesInside ? unroll : vectors;
        body.StartReductions(copies);
        for (int l = 0; l + 1 < stage.Loops.Length; l++)
        {
            if (splits && l == 0)
            {
                a.mov(rax, __qword_ptr[rsp + _frame.Unit]);
                a.mov(Counter(stage.Loops[0]), rax);
            }
            else
            {
                a.mov(Counter(stage.Loops[l]), 0);
            }
        }
        Nest(stage, 0, copies, vector, scalar, lanesInside, masked, splits, body);
        body.FinishReductions(copies, acrossLanes: lanesInside && !scalar);
        _tooManyValues |= body.TooManyValues;
    }

    private void Nest(LoopStage stage, int level, int copies, int vector, bool scalar, bool lanesInside, bool masked, bool splits, LoopBodyEmitter body)
    {
        Assembler a = _a;
        if (level + 1 < stage.Loops.Length)
        {
            int v = stage.Loops[level];
            a.mov(Counter(v), 0);
            if (splits && level == 0)
            {
                a.mov(rax, __qword_ptr[rsp + _frame.Unit]);
                a.mov(Counter(v), rax);
            }
            Label loop = a.CreateLabel();
            a.Label(ref loop);
            Nest(stage, level + 1, copies, vector, scalar, lanesInside, masked, splits, body);
            a.inc(Counter(v));
            if (splits && level == 0)
            {
                a.mov(rax, __qword_ptr[rsp + _frame.End]);
            }
            else
            {
                a.mov(rax, _kernel.Extents[v]);
            }
            a.cmp(Counter(v), rax);
            a.jl(loop);
            return;
        }
        if (stage.Loops.Length == 0)
        {
            Pointers(stage, body, -1, lanesInside ? -1 : vector, copies, dynamicStart: false);
            if (scalar)
            {
                _target.MaskOne(a);
                body.Emit(1, masked: true);
            }
            else
            {
                body.Emit(copies, masked);
            }
            return;
        }
        int innerVariable = stage.Loops[^1];
        long extent = _kernel.Extents[innerVariable];
        bool dynamic = splits && stage.Loops.Length == 1;
        if (!lanesInside)
        {
            // Lanes lie across an outer loop: this loop is plain.
            Pointers(stage, body, innerVariable, vector, copies, dynamicStart: false);
            if (RowTransposition.Of(_kernel, stage, _target, Lanes) is { } rows)
            {
                rows.Emit(a, _frame, s_pointers[0], s_pointers[1], copies, masked);
                return;
            }
            a.mov(rbx, extent);
            Label loop = a.CreateLabel();
            a.Label(ref loop);
            body.Emit(copies, masked);
            body.StepPointers(v => Elements(_kernel.Accesses[v], _kernel.Accesses[v].Coefficients[innerVariable], copies));
            a.dec(rbx);
            a.jnz(loop);
            return;
        }
        Pointers(stage, body, innerVariable, -1, copies, dynamic);
        if (dynamic)
        {
            a.mov(rbx, __qword_ptr[rsp + _frame.End]);
            a.sub(rbx, __qword_ptr[rsp + _frame.Unit]);
        }
        else
        {
            a.mov(rbx, extent);
        }
        // rbx counts the elements left.
        long rest = extent;
        foreach (int u in copies > 4 ? new[] { copies, 4, 1 } : copies > 1 ? [copies, 1] : [1])
        {
            long step = (long)u * Lanes;
            if (!dynamic && rest < step)
            {
                continue;
            }
            rest %= step;
            Label loop = a.CreateLabel(), end = a.CreateLabel();
            a.cmp(rbx, (int)step);
            a.jl(end);
            a.Label(ref loop);
            body.Emit(u, masked: false);
            body.StepPointers(v => _kernel.Accesses[v].Coefficients[innerVariable] * step);
            a.sub(rbx, (int)step);
            a.cmp(rbx, (int)step);
            a.jge(loop);
            a.Label(ref end);
            a.nop();
        }
        if (dynamic || extent % Lanes != 0)
        {
            Label end = a.CreateLabel();
            a.test(rbx, rbx);
            a.jle(end);
            a.mov(rcx, rbx);
            _target.Mask(a, _frame, _pool, Lanes);
            body.Emit(1, masked: true);
            a.Label(ref end);
            a.nop();
        }
    }

    // Kept rows are as wide as what one pass takes.
    private long Elements(LoopAccess access, long elements, int copies) =>
        access.Buffer == LoopAccess.KeptRow && _kernel.VectorIsOuter ? elements / LoopKernel.BlockLanes * copies * Lanes : elements;

    // Bytes that lanes read as they lie, one lane's after the other's: the processor does not see that many streams. 0 where lanes lie otherwise.
    private long RunOfLanes(LoopAccess access, int innerVariable, int outerVector, int copies)
    {
        if (access.IsIndex || access.Buffer == LoopAccess.KeptRow || innerVariable < 0 || outerVector < 0)
        {
            return 0;
        }
        long lane = access.Coefficients[outerVector], taken = access.Coefficients[innerVariable] * _kernel.Extents[innerVariable], bytes = lane * access.Kind.StorageBytes();
        return bytes >= LeastFarBytes && taken > 0 && 2 * taken >= lane && copies * Lanes * bytes <= MostRunBytes ? copies * Lanes * bytes : 0;
    }

    // Asks for all lines of the run behind the one at rax, in their order: the next lanes read them.
    private void FetchNextRun(long bytes)
    {
        Assembler a = _a;
        Label loop = a.CreateLabel();
        a.lea(rdx, __qword_ptr[rax + (int)bytes]);
        a.mov(ecx, (int)((bytes + CacheLine.Bytes - 1) / CacheLine.Bytes));
        a.Label(ref loop);
        a.prefetcht0(__byte_ptr[rdx]);
        a.add(rdx, CacheLine.Bytes);
        a.dec(ecx);
        a.jnz(loop);
    }

    // Where each access of the stage starts for the innermost loop.
    private void Pointers(LoopStage stage, LoopBodyEmitter body, int innerVariable, int outerVector, int copies, bool dynamicStart)
    {
        Assembler a = _a;
        foreach (int index in body.Accesses)
        {
            LoopAccess access = _kernel.Accesses[index];
            bool kept = access.Buffer == LoopAccess.KeptRow;
            int size = access.IsIndex ? 1 : access.Kind.StorageBytes();
            if (access.IsIndex)
            {
                a.mov(rax, access.Offset);
            }
            else
            {
                a.mov(rax, __qword_ptr[r14 + (kept ? _kernel.Buffers : access.Buffer) * 8]);
                AddConstant(Elements(access, access.Offset, copies) * size);
            }
            for (int v = 0; v < access.Coefficients.Length; v++)
            {
                long step = Elements(access, access.Coefficients[v], copies) * size;
                bool outer = Array.IndexOf(_kernel.Outer, v) >= 0;
                if (step == 0 || (kept && outer))
                {
                    continue;
                }
                if (v == innerVariable)
                {
                    if (dynamicStart)
                    {
                        a.mov(rcx, __qword_ptr[rsp + _frame.Unit]);
                        AddProduct(step);
                    }
                    continue;
                }
                if (!outer && Array.IndexOf(stage.Loops, v) < 0)
                {
                    continue;
                }
                if (v == outerVector && outer)
                {
                    a.mov(rcx, __qword_ptr[rsp + _frame.Lane]);
                }
                else
                {
                    a.mov(rcx, Counter(v));
                }
                AddProduct(step);
            }
            if (access.Row >= 0)
            {
                a.movsxd(rcx, __dword_ptr[rsp + _frame.Slot(access.Row, 0)]);
                AddProduct(size);
            }
            if (RunOfLanes(access, innerVariable, outerVector, copies) is > 0 and var bytes)
            {
                FetchNextRun(bytes);
            }
            body.SetPointer(index, rax);
        }

        void AddConstant(long bytes)
        {
            if (bytes == 0)
            {
                return;
            }
            if (bytes is >= int.MinValue and <= int.MaxValue)
            {
                a.add(rax, (int)bytes);
            }
            else
            {
                a.mov(rcx, bytes);
                a.add(rax, rcx);
            }
        }

        void AddProduct(long step)
        {
            if (step is >= int.MinValue and <= int.MaxValue)
            {
                a.imul(rcx, rcx, (int)step);
            }
            else
            {
                a.mov(rdx, step);
                a.imul(rcx, rdx);
            }
            a.add(rax, rcx);
        }
    }
}
