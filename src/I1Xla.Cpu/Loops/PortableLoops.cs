using System.Numerics;
using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Loops;

/// <summary>
/// Runs loop kernels without generating code, a block of up to <see cref="Width"/> lanes at a time, one instruction over the
/// whole block after the other. It is the path on machines without AVX2, and for loops that the code generator lacks.
/// Reductions along lanes keep one partial result per lane of the block and combine them in order at the end.
/// </summary>
internal sealed unsafe class PortableLoops
{
    private const int Width = LoopKernel.BlockLanes;
    private const int Cell = Width * 8;

    private readonly LoopKernel _kernel;
    private readonly byte** _buffers;
    private readonly byte[] _storage;
    private readonly long[] _at;
    private readonly int _values;

    private PortableLoops(LoopKernel kernel, byte** buffers)
    {
        _kernel = kernel;
        _buffers = buffers;
        _values = kernel.Stages.Max(s => s.Body.Length);
        _storage = GC.AllocateUninitializedArray<byte>((_values + kernel.Slots) * Cell + 64, pinned: true);
        _at = new long[kernel.Extents.Length];
    }

    /// <summary>Runs the units from <paramref name="begin"/> to <paramref name="end"/>; see <see cref="LoopKernel.Units"/>.</summary>
    public static void Run(LoopKernel kernel, byte** buffers, long begin, long end) => new PortableLoops(kernel, buffers).Run(begin, end);

    private byte* Value(int i) => (byte*)Unsafe.AsPointer(ref _storage[0]) + (long)i * Cell;

    private byte* SlotAt(int i) => Value(_values + i);

    private void Run(long begin, long end)
    {
        int[] outer = _kernel.Outer;
        if (outer.Length == 0)
        {
            foreach (LoopStage stage in _kernel.Stages)
            {
                if (_kernel.IsRepeated(stage))
                {
                    while (*(int*)SlotAt(_kernel.Repeats!.Slot) != 0)
                    {
                        RunStage(stage, 0, 0, -1, 0, 0);
                    }
                    continue;
                }
                bool split = _kernel.SplitsStage;
                RunStage(stage, 0, split ? begin : 0, split ? end : -1, 0, 0);
            }
            return;
        }
        for (long unit = begin; unit < end; unit++)
        {
            long rest = unit;
            int lanes = 0;
            for (int i = outer.Length - 1; i >= 0; i--)
            {
                long e = _kernel.Extents[outer[i]];
                if (i == outer.Length - 1 && _kernel.VectorIsOuter)
                {
                    long blocks = (e + Width - 1) / Width;
                    _at[outer[i]] = rest % blocks * Width;
                    lanes = (int)Math.Min(Width, e - _at[outer[i]]);
                    rest /= blocks;
                }
                else
                {
                    _at[outer[i]] = rest % e;
                    rest /= e;
                }
            }
            foreach (LoopStage stage in _kernel.Stages)
            {
                RunStage(stage, 0, 0, -1, lanes, outer[^1]);
            }
        }
    }

    private void RunStage(LoopStage stage, int depth, long from, long to, int outerLanes, int outerVector)
    {
        bool reduces = depth == 0 && stage.Body.Any(i => i.Op == LoopOpcode.Reduce);
        if (reduces)
        {
            foreach (LoopInstruction i in stage.Body)
            {
                if (i.Op == LoopOpcode.Reduce)
                {
                    FillIdentity(SlotAt(i.Index), (LoopOpcode)i.Bits, i.Lane);
                }
            }
        }
        if (stage.Loops.Length == 0)
        {
            Body(stage.Body, outerLanes == 0 ? 1 : outerLanes, outerLanes == 0 ? -1 : outerVector);
        }
        else
        {
            int v = stage.Loops[depth];
            long end = to < 0 ? _kernel.Extents[v] : to;
            bool last = depth == stage.Loops.Length - 1;
            if (last && outerLanes == 0)
            {
                for (long i = from; i < end; i += Width)
                {
                    _at[v] = i;
                    Body(stage.Body, (int)Math.Min(Width, end - i), v);
                }
            }
            else
            {
                for (long i = from; i < end; i++)
                {
                    _at[v] = i;
                    if (last)
                    {
                        Body(stage.Body, outerLanes, outerVector);
                    }
                    else
                    {
                        RunStage(stage, depth + 1, 0, -1, outerLanes, outerVector);
                    }
                }
            }
            _at[v] = 0;
        }
        if (reduces && outerLanes == 0)
        {
            foreach (LoopInstruction i in stage.Body)
            {
                if (i.Op == LoopOpcode.Reduce)
                {
                    FoldLanes(SlotAt(i.Index), (LoopOpcode)i.Bits, i.Lane);
                }
            }
        }
    }

    private long Address(LoopAccess access)
    {
        long at = access.Offset + (access.Row >= 0 ? *(int*)SlotAt(access.Row) : 0);
        long[] c = access.Coefficients;
        for (int v = 0; v < c.Length; v++)
        {
            // Every outer iteration keeps its rows in the same place.
            at += access.Buffer == LoopAccess.KeptRow && Array.IndexOf(_kernel.Outer, v) >= 0 ? 0 : c[v] * _at[v];
        }
        return at;
    }

    private void Body(LoopInstruction[] body, int n, int vector)
    {
        for (int i = 0; i < body.Length; i++)
        {
            LoopInstruction ins = body[i];
            byte* d = Value(i);
            byte* a = ins.A >= 0 ? Value(ins.A) : null;
            byte* b = ins.B >= 0 ? Value(ins.B) : null;
            byte* c = ins.C >= 0 ? Value(ins.C) : null;
            switch (ins.Op)
            {
                case LoopOpcode.Load:
                    {
                        LoopAccess access = _kernel.Accesses[ins.Index];
                        LaneMemory.Load(Base(access), Address(access), vector < 0 ? 0 : access.Coefficients[vector], access.Kind, d, n);
                        break;
                    }
                case LoopOpcode.Store:
                    {
                        LoopAccess access = _kernel.Accesses[ins.Index];
                        LaneMemory.Store(Base(access), Address(access), vector < 0 ? 0 : access.Coefficients[vector], access.Kind, a, n);
                        break;
                    }
                case LoopOpcode.LoadAt:
                    {
                        LoopAccess access = _kernel.Accesses[ins.Index];
                        LaneMemory.Load(Base(access), Address(access) + *(int*)a, 0, access.Kind, d, n);
                        break;
                    }
                case LoopOpcode.StoreAt:
                    {
                        LoopAccess access = _kernel.Accesses[ins.Index];
                        LaneMemory.Store(Base(access), Address(access) + *(int*)b, 0, access.Kind, a, n);
                        break;
                    }
                case LoopOpcode.Iota:
                    {
                        LoopAccess access = _kernel.Accesses[ins.Index];
                        long at = Address(access), step = vector < 0 ? 0 : access.Coefficients[vector];
                        for (int l = 0; l < n; l++)
                        {
                            if (ins.Lane == Lane.I32)
                            {
                                ((int*)d)[l] = (int)(at + l * step);
                            }
                            else
                            {
                                ((long*)d)[l] = at + l * step;
                            }
                        }
                        break;
                    }
                case LoopOpcode.Const:
                    if (ins.Lane is Lane.F64 or Lane.I64)
                    {
                        new Span<long>(d, n).Fill(ins.Bits);
                    }
                    else
                    {
                        new Span<int>(d, n).Fill((int)ins.Bits);
                    }
                    break;
                case LoopOpcode.TableRow:
                    LoopTables.Row(ins.Index).CopyTo(new Span<float>(d, LoopTables.Entries));
                    break;
                case LoopOpcode.GetSlot:
                    Buffer.MemoryCopy(SlotAt(ins.Index), d, Cell, Cell);
                    break;
                case LoopOpcode.SetSlot:
                    if (vector < 0)
                    {
                        if (ins.Lane is Lane.F64 or Lane.I64)
                        {
                            new Span<long>(SlotAt(ins.Index), Width).Fill(*(long*)a);
                        }
                        else
                        {
                            new Span<int>(SlotAt(ins.Index), Width).Fill(*(int*)a);
                        }
                    }
                    else
                    {
                        Buffer.MemoryCopy(a, SlotAt(ins.Index), Cell, Cell);
                    }
                    break;
                case LoopOpcode.Reduce:
                    {
                        byte* slot = SlotAt(ins.Index);
                        var code = (LoopOpcode)ins.Bits;
                        if (code is LoopOpcode.FMax or LoopOpcode.FMin)
                        {
                            LaneArithmetic.NanMaxMin(code, ins.Lane, slot, a, n);
                        }
                        else
                        {
                            LaneArithmetic.Run(new LoopInstruction(code, ins.Lane), slot, slot, a, null, n);
                        }
                        break;
                    }
                default:
                    LaneArithmetic.Run(ins, d, a, b, c, n);
                    break;
            }
        }
    }

    private byte* Base(LoopAccess access) => _buffers[access.Buffer == LoopAccess.KeptRow ? _kernel.Buffers : access.Buffer];

    private static void FillIdentity(byte* slot, LoopOpcode op, Lane lane)
    {
        long bits = Identity(op, lane);
        if (lane is Lane.F64 or Lane.I64)
        {
            new Span<long>(slot, Width).Fill(bits);
        }
        else
        {
            new Span<int>(slot, Width).Fill((int)bits);
        }
    }

    /// <summary>The bits of the value that an operation leaves others unchanged by.</summary>
    public static long Identity(LoopOpcode op, Lane lane) => (op, lane) switch
    {
        (LoopOpcode.FMul, Lane.F32) => BitConverter.SingleToInt32Bits(1),
        (LoopOpcode.FMul, Lane.F64) => BitConverter.DoubleToInt64Bits(1),
        (LoopOpcode.FMax, Lane.F32) => BitConverter.SingleToInt32Bits(float.NegativeInfinity),
        (LoopOpcode.FMax, Lane.F64) => BitConverter.DoubleToInt64Bits(double.NegativeInfinity),
        (LoopOpcode.FMin, Lane.F32) => BitConverter.SingleToInt32Bits(float.PositiveInfinity),
        (LoopOpcode.FMin, Lane.F64) => BitConverter.DoubleToInt64Bits(double.PositiveInfinity),
        (LoopOpcode.IMul, _) => 1,
        (LoopOpcode.And, _) or (LoopOpcode.UMin, _) => -1,
        (LoopOpcode.SMax, Lane.I32) => int.MinValue,
        (LoopOpcode.SMax, _) => long.MinValue,
        (LoopOpcode.SMin, Lane.I32) => int.MaxValue,
        (LoopOpcode.SMin, _) => long.MaxValue,
        _ => 0,
    };

    private static void FoldLanes(byte* slot, LoopOpcode op, Lane lane)
    {
        int size = lane is Lane.F64 or Lane.I64 ? 8 : 4;
        for (int half = Width / 2; half >= 1; half /= 2)
        {
            if (op is LoopOpcode.FMax or LoopOpcode.FMin)
            {
                LaneArithmetic.NanMaxMin(op, lane, slot, slot + half * size, half);
            }
            else
            {
                LaneArithmetic.Run(new LoopInstruction(op, lane), slot, slot, slot + half * size, null, half);
            }
        }
        if (size == 8)
        {
            new Span<long>(slot, Width).Fill(*(long*)slot);
        }
        else
        {
            new Span<int>(slot, Width).Fill(*(int*)slot);
        }
    }
}
