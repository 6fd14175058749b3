using System.Numerics;
using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.Cpu.Loops;

/// <summary>Loop instructions over blocks of lanes, with <see cref="Vector{T}"/> where that has the operation.</summary>
internal static unsafe class LaneArithmetic
{
    private interface IBinary<T>
    {
        static abstract T Apply(T a, T b);
        static abstract Vector<T> Apply(Vector<T> a, Vector<T> b);
    }

    private readonly struct AddOp<T> : IBinary<T> where T : unmanaged, INumber<T>
    {
        public static T Apply(T a, T b) => unchecked(a + b);
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => a + b;
    }

    private readonly struct SubOp<T> : IBinary<T> where T : unmanaged, INumber<T>
    {
        public static T Apply(T a, T b) => unchecked(a - b);
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => a - b;
    }

    private readonly struct MulOp<T> : IBinary<T> where T : unmanaged, INumber<T>
    {
        public static T Apply(T a, T b) => unchecked(a * b);
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => a * b;
    }

    private readonly struct DivOp<T> : IBinary<T> where T : unmanaged, INumber<T>
    {
        public static T Apply(T a, T b) => a / b;
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => a / b;
    }

    private readonly struct AndOp<T> : IBinary<T> where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T a, T b) => a & b;
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => a & b;
    }

    private readonly struct OrOp<T> : IBinary<T> where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T a, T b) => a | b;
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => a | b;
    }

    private readonly struct XorOp<T> : IBinary<T> where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T a, T b) => a ^ b;
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => a ^ b;
    }

    // The second operand when either is NaN, as minps and maxps have it.
    private readonly struct MaxOp<T> : IBinary<T> where T : unmanaged, INumber<T>
    {
        public static T Apply(T a, T b) => a > b ? a : b;
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => Vector.ConditionalSelect(Vector.GreaterThan(a, b), a, b);
    }

    private readonly struct MinOp<T> : IBinary<T> where T : unmanaged, INumber<T>
    {
        public static T Apply(T a, T b) => a < b ? a : b;
        public static Vector<T> Apply(Vector<T> a, Vector<T> b) => Vector.ConditionalSelect(Vector.LessThan(a, b), a, b);
    }

    /// <summary>acc = max or min of acc and x, NaN when either is.</summary>
    public static void NanMaxMin(LoopOpcode op, Lane lane, byte* acc, byte* x, int n)
    {
        if (lane == Lane.F32)
        {
            NanMaxMin(op, (float*)acc, (float*)x, n);
        }
        else
        {
            NanMaxMin(op, (double*)acc, (double*)x, n);
        }
    }

    private static void NanMaxMin<T>(LoopOpcode op, T* acc, T* x, int n) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < n; i++)
        {
            T a = acc[i], b = x[i];
            acc[i] = T.IsNaN(a) ? a : T.IsNaN(b) ? b : op == LoopOpcode.FMax ? (b > a ? b : a) : (b < a ? b : a);
        }
    }

    /// <summary>Runs one instruction over n lanes.</summary>
    public static void Run(in LoopInstruction i, byte* d, byte* a, byte* b, byte* c, int n)
    {
        switch (i.Lane)
        {
            case Lane.F32 when i.Op is >= LoopOpcode.FAdd and <= LoopOpcode.FScaleSum or LoopOpcode.FCmp:
                Float(i, d, (float*)a, (float*)b, (float*)c, n);
                return;
            case Lane.F64 when i.Op is >= LoopOpcode.FAdd and <= LoopOpcode.FScale or LoopOpcode.FCmp:
                Float(i, d, (double*)a, (double*)b, (double*)c, n);
                return;
            case Lane.I32 or Lane.Pred when i.Op is >= LoopOpcode.IAdd and <= LoopOpcode.Clz or LoopOpcode.SCmp or LoopOpcode.UCmp:
                Integer<int, uint>(i, d, (int*)a, (int*)b, n);
                return;
            case Lane.I64 when i.Op is >= LoopOpcode.IAdd and <= LoopOpcode.Clz or LoopOpcode.SCmp or LoopOpcode.UCmp:
                Integer<long, ulong>(i, d, (long*)a, (long*)b, n);
                return;
        }
        switch (i.Op)
        {
            case LoopOpcode.Select:
                if (i.Lane is Lane.F64 or Lane.I64)
                {
                    for (int k = 0; k < n; k++)
                    {
                        ((long*)d)[k] = ((int*)c)[k] != 0 ? ((long*)a)[k] : ((long*)b)[k];
                    }
                }
                else
                {
                    for (int k = 0; k < n; k++)
                    {
                        ((int*)d)[k] = ((int*)c)[k] != 0 ? ((int*)a)[k] : ((int*)b)[k];
                    }
                }
                break;
            case LoopOpcode.Bitcast:
                Buffer.MemoryCopy(a, d, n * 8, n * (i.Lane is Lane.F64 or Lane.I64 ? 8 : 4));
                break;
            case LoopOpcode.Lookup:
                for (int k = 0; k < n; k++)
                {
                    ((float*)d)[k] = ((float*)b)[((int*)a)[k] & (LoopTables.Entries - 1)];
                }
                break;
            case LoopOpcode.RoundBf16:
                for (int k = 0; k < n; k++)
                {
                    ((int*)d)[k] = ScalarFolding.RoundToBf16(((float*)a)[k]) << 16;
                }
                break;
            case LoopOpcode.RoundF16:
                Map<float, float>(d, a, n, static x => (float)(Half)x);
                break;
            case LoopOpcode.F32ToI32:
                Map<float, int>(d, a, n, static x => x is >= -2147483648f and < 2147483648f ? (int)x : int.MinValue);
                break;
            case LoopOpcode.I32ToF32: Map<int, float>(d, a, n, static x => x); break;
            case LoopOpcode.U32ToF32: Map<uint, float>(d, a, n, static x => x); break;
            case LoopOpcode.WrapI8: Map<int, int>(d, a, n, static x => (sbyte)x); break;
            case LoopOpcode.WrapU8: Map<int, int>(d, a, n, static x => (byte)x); break;
            case LoopOpcode.WrapI16: Map<int, int>(d, a, n, static x => (short)x); break;
            case LoopOpcode.WrapU16: Map<int, int>(d, a, n, static x => (ushort)x); break;
            case LoopOpcode.PredToI32: Map<int, int>(d, a, n, static x => x & 1); break;
            case LoopOpcode.I32ToPred: Map<int, int>(d, a, n, static x => x != 0 ? -1 : 0); break;
            case LoopOpcode.F32ToF64: Map<float, double>(d, a, n, static x => x); break;
            case LoopOpcode.F64ToF32: Map<double, float>(d, a, n, static x => (float)x); break;
            case LoopOpcode.I32ToI64: Map<int, long>(d, a, n, static x => x); break;
            case LoopOpcode.U32ToI64: Map<uint, long>(d, a, n, static x => x); break;
            case LoopOpcode.I64ToI32: Map<long, int>(d, a, n, static x => (int)x); break;
            case LoopOpcode.I64ToF64: Map<long, double>(d, a, n, static x => x); break;
            case LoopOpcode.U64ToF64: Map<ulong, double>(d, a, n, static x => x); break;
            case LoopOpcode.I64ToF32: Map<long, float>(d, a, n, static x => x); break;
            case LoopOpcode.U64ToF32: Map<ulong, float>(d, a, n, static x => x); break;
            case LoopOpcode.F64ToI64:
                Map<double, long>(d, a, n, static x => double.IsNaN(x) ? 0 : x >= 9.2233720368547758e18 ? long.MaxValue : x <= -9.2233720368547758e18 ? long.MinValue : (long)x);
                break;
            case LoopOpcode.F64ToU64:
                Map<double, ulong>(d, a, n, static x => !(x > 0) ? 0 : x >= 1.8446744073709552e19 ? ulong.MaxValue : (ulong)x);
                break;
            case LoopOpcode.FRem:
                for (int k = 0; k < n; k++)
                {
                    ((double*)d)[k] = ((double*)a)[k] % ((double*)b)[k];
                }
                break;
            default:
                throw new InvalidOperationException($"no lane operation {i.Op}.{i.Lane}");
        }
    }

    private static void Map<TFrom, TTo>(byte* d, byte* a, int n, Func<TFrom, TTo> f) where TFrom : unmanaged where TTo : unmanaged
    {
        for (int k = 0; k < n; k++)
        {
            ((TTo*)d)[k] = f(((TFrom*)a)[k]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply<T, TOp>(byte* d, T* a, T* b, int n) where T : unmanaged where TOp : struct, IBinary<T>
    {
        int k = 0;
        for (; k + Vector<T>.Count <= n; k += Vector<T>.Count)
        {
            TOp.Apply(Unsafe.ReadUnaligned<Vector<T>>(a + k), Unsafe.ReadUnaligned<Vector<T>>(b + k)).CopyTo(new Span<T>((T*)d + k, Vector<T>.Count));
        }
        for (; k < n; k++)
        {
            ((T*)d)[k] = TOp.Apply(a[k], b[k]);
        }
    }

    private static void Float<T>(in LoopInstruction i, byte* d, T* a, T* b, T* c, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var r = (T*)d;
        switch (i.Op)
        {
            case LoopOpcode.FAdd: Apply<T, AddOp<T>>(d, a, b, n); break;
            case LoopOpcode.FSub: Apply<T, SubOp<T>>(d, a, b, n); break;
            case LoopOpcode.FMul: Apply<T, MulOp<T>>(d, a, b, n); break;
            case LoopOpcode.FDiv: Apply<T, DivOp<T>>(d, a, b, n); break;
            case LoopOpcode.FMax: Apply<T, MaxOp<T>>(d, a, b, n); break;
            case LoopOpcode.FMin: Apply<T, MinOp<T>>(d, a, b, n); break;
            case LoopOpcode.Fma:
                for (int k = 0; k < n; k++)
                {
                    r[k] = T.FusedMultiplyAdd(a[k], b[k], c[k]);
                }
                break;
            case LoopOpcode.FSqrt: Each(r, a, n, static x => T.Sqrt(x)); break;
            case LoopOpcode.FNeg: Each(r, a, n, static x => -x); break;
            case LoopOpcode.FAbs: Each(r, a, n, static x => T.Abs(x)); break;
            case LoopOpcode.FFloor: Each(r, a, n, static x => T.Floor(x)); break;
            case LoopOpcode.FCeil: Each(r, a, n, static x => T.Ceiling(x)); break;
            case LoopOpcode.FRoundEven: Each(r, a, n, static x => T.Round(x, MidpointRounding.ToEven)); break;
            case LoopOpcode.FTrunc: Each(r, a, n, static x => T.Truncate(x)); break;
            case LoopOpcode.FScale:
                for (int k = 0; k < n; k++)
                {
                    r[k] = T.IsNaN(b[k]) ? b[k] : T.ScaleB(a[k], int.CreateSaturating(b[k]));
                }
                break;
            case LoopOpcode.FScaleSum:
                {
                    T marker = T.CreateChecked(LoopInstruction.Marker(i.Bits));
                    for (int k = 0; k < n; k++)
                    {
                        r[k] = T.IsNaN(b[k]) ? b[k] : T.ScaleB(a[k] + T.One, int.CreateSaturating(b[k] - marker));
                    }
                    break;
                }
            case LoopOpcode.FCmp:
                {
                    var p = (int*)d;
                    var condition = (LoopCondition)i.Index;
                    for (int k = 0; k < n; k++)
                    {
                        T x = a[k], y = b[k];
                        bool holds = condition switch
                        {
                            LoopCondition.EQ => x == y,
                            LoopCondition.NE => x != y,
                            LoopCondition.LT => x < y,
                            LoopCondition.LE => x <= y,
                            LoopCondition.GT => x > y,
                            _ => x >= y,
                        };
                        p[k] = holds ? -1 : 0;
                    }
                    break;
                }
            default:
                throw new InvalidOperationException($"no float operation {i.Op}");
        }
    }

    private static void Each<T>(T* r, T* a, int n, Func<T, T> f) where T : unmanaged
    {
        for (int k = 0; k < n; k++)
        {
            r[k] = f(a[k]);
        }
    }

    private static void Integer<T, TU>(in LoopInstruction i, byte* d, T* a, T* b, int n)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> where TU : unmanaged, IBinaryInteger<TU>
    {
        var r = (T*)d;
        var u = (TU*)d;
        var ua = (TU*)a;
        var ub = (TU*)b;
        int width = sizeof(T) * 8;
        switch (i.Op)
        {
            case LoopOpcode.IAdd: Apply<T, AddOp<T>>(d, a, b, n); break;
            case LoopOpcode.ISub: Apply<T, SubOp<T>>(d, a, b, n); break;
            case LoopOpcode.IMul: Apply<T, MulOp<T>>(d, a, b, n); break;
            case LoopOpcode.And: Apply<T, AndOp<T>>(d, a, b, n); break;
            case LoopOpcode.Or: Apply<T, OrOp<T>>(d, a, b, n); break;
            case LoopOpcode.Xor: Apply<T, XorOp<T>>(d, a, b, n); break;
            case LoopOpcode.SMax: Apply<T, MaxOp<T>>(d, a, b, n); break;
            case LoopOpcode.SMin: Apply<T, MinOp<T>>(d, a, b, n); break;
            case LoopOpcode.UMax: Apply<TU, MaxOp<TU>>(d, ua, ub, n); break;
            case LoopOpcode.UMin: Apply<TU, MinOp<TU>>(d, ua, ub, n); break;
            case LoopOpcode.Shl:
                for (int k = 0; k < n; k++)
                {
                    u[k] = ulong.CreateTruncating(ub[k]) < (ulong)width ? ua[k] << int.CreateTruncating(ub[k]) : TU.Zero;
                }
                break;
            case LoopOpcode.ShrL:
                for (int k = 0; k < n; k++)
                {
                    u[k] = ulong.CreateTruncating(ub[k]) < (ulong)width ? ua[k] >> int.CreateTruncating(ub[k]) : TU.Zero;
                }
                break;
            case LoopOpcode.ShrA:
                for (int k = 0; k < n; k++)
                {
                    r[k] = a[k] >> (int)Math.Min(ulong.CreateTruncating(ub[k]), (ulong)width - 1);
                }
                break;
            case LoopOpcode.SDiv:
                for (int k = 0; k < n; k++)
                {
                    r[k] = T.IsZero(b[k]) ? -T.One : b[k] == -T.One ? unchecked(-a[k]) : a[k] / b[k];
                }
                break;
            case LoopOpcode.UDiv:
                for (int k = 0; k < n; k++)
                {
                    u[k] = TU.IsZero(ub[k]) ? TU.AllBitsSet : ua[k] / ub[k];
                }
                break;
            case LoopOpcode.SRem:
                for (int k = 0; k < n; k++)
                {
                    r[k] = T.IsZero(b[k]) ? a[k] : b[k] == -T.One ? T.Zero : a[k] % b[k];
                }
                break;
            case LoopOpcode.URem:
                for (int k = 0; k < n; k++)
                {
                    u[k] = TU.IsZero(ub[k]) ? ua[k] : ua[k] % ub[k];
                }
                break;
            case LoopOpcode.SMulHigh:
                for (int k = 0; k < n; k++)
                {
                    r[k] = T.CreateTruncating((Int128.CreateTruncating(a[k]) * Int128.CreateTruncating(b[k])) >> width);
                }
                break;
            case LoopOpcode.UMulHigh:
                for (int k = 0; k < n; k++)
                {
                    u[k] = TU.CreateTruncating((UInt128.CreateTruncating(ua[k]) * UInt128.CreateTruncating(ub[k])) >> width);
                }
                break;
            case LoopOpcode.Popcnt:
                for (int k = 0; k < n; k++)
                {
                    u[k] = TU.PopCount(ua[k]);
                }
                break;
            case LoopOpcode.Clz:
                for (int k = 0; k < n; k++)
                {
                    u[k] = TU.LeadingZeroCount(ua[k]);
                }
                break;
            case LoopOpcode.SCmp or LoopOpcode.UCmp:
                {
                    var p = (int*)d;
                    var condition = (LoopCondition)i.Index;
                    bool unsigned = i.Op == LoopOpcode.UCmp;
                    for (int k = 0; k < n; k++)
                    {
                        int order = unsigned ? ua[k].CompareTo(ub[k]) : a[k].CompareTo(b[k]);
                        bool holds = condition switch
                        {
                            LoopCondition.EQ => order == 0,
                            LoopCondition.NE => order != 0,
                            LoopCondition.LT => order < 0,
                            LoopCondition.LE => order <= 0,
                            LoopCondition.GT => order > 0,
                            _ => order >= 0,
                        };
                        p[k] = holds ? -1 : 0;
                    }
                    break;
                }
            default:
                throw new InvalidOperationException($"no integer operation {i.Op}");
        }
    }
}
