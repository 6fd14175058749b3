using System.Numerics;
using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Folds a run of elements into another, one by one, with a monoid or by replacing.</summary>
internal static unsafe class ScalarCombine
{
    /// <summary>to[i·toStep] = op(to[i·toStep], from[i·fromStep]).</summary>
    public static void Apply(HloOp op, ElementKind kind, byte* to, byte* from, long count, long toStep, long fromStep)
    {
        switch (kind)
        {
            case ElementKind.F32: Run((float*)to, (float*)from, op, count, toStep, fromStep); break;
            case ElementKind.F64: Run((double*)to, (double*)from, op, count, toStep, fromStep); break;
            case ElementKind.F16: Run((Half*)to, (Half*)from, op, count, toStep, fromStep); break;
            case ElementKind.I8: Run((sbyte*)to, (sbyte*)from, op, count, toStep, fromStep); break;
            case ElementKind.UI8: Run(to, from, op, count, toStep, fromStep); break;
            case ElementKind.I16: Run((short*)to, (short*)from, op, count, toStep, fromStep); break;
            case ElementKind.UI16: Run((ushort*)to, (ushort*)from, op, count, toStep, fromStep); break;
            case ElementKind.I32: Run((int*)to, (int*)from, op, count, toStep, fromStep); break;
            case ElementKind.UI32: Run((uint*)to, (uint*)from, op, count, toStep, fromStep); break;
            case ElementKind.I64: Run((long*)to, (long*)from, op, count, toStep, fromStep); break;
            case ElementKind.UI64: Run((ulong*)to, (ulong*)from, op, count, toStep, fromStep); break;
            case ElementKind.I1:
                for (long i = 0; i < count; i++)
                {
                    bool a = to[i * toStep] != 0, b = from[i * fromStep] != 0;
                    to[i * toStep] = (byte)(op switch { HloOp.Parameter => b, HloOp.And or HloOp.Multiply or HloOp.Minimum => a & b, HloOp.Xor => a ^ b, _ => a | b } ? 1 : 0);
                }
                break;
            case ElementKind.BF16:
                for (long i = 0; i < count; i++)
                {
                    float a = BitConverter.Int32BitsToSingle(((ushort*)to)[i * toStep] << 16);
                    float b = BitConverter.Int32BitsToSingle(((ushort*)from)[i * fromStep] << 16);
                    ((ushort*)to)[i * toStep] = ScalarFolding.RoundToBf16(Number(op, a, b));
                }
                break;
            default:
                throw new InvalidOperationException($"no scatter of {kind.Name()}");
        }
    }

    /// <summary>to[toPlaces[i]] = op(to[toPlaces[i]], from[fromPlaces[i]]), one after the other.</summary>
    public static void ApplyAt(HloOp op, ElementKind kind, byte* to, long* toPlaces, byte* from, long* fromPlaces, int count)
    {
        switch (kind)
        {
            case ElementKind.F32: RunAt((float*)to, toPlaces, (float*)from, fromPlaces, op, count); break;
            case ElementKind.F64: RunAt((double*)to, toPlaces, (double*)from, fromPlaces, op, count); break;
            case ElementKind.I32: RunAt((int*)to, toPlaces, (int*)from, fromPlaces, op, count); break;
            case ElementKind.UI32: RunAt((uint*)to, toPlaces, (uint*)from, fromPlaces, op, count); break;
            case ElementKind.I64: RunAt((long*)to, toPlaces, (long*)from, fromPlaces, op, count); break;
            case ElementKind.UI64: RunAt((ulong*)to, toPlaces, (ulong*)from, fromPlaces, op, count); break;
            default:
                int size = kind.StorageBytes();
                for (int i = 0; i < count; i++)
                {
                    Apply(op, kind, to + (toPlaces[i] * size), from + (fromPlaces[i] * size), 1, 1, 1);
                }
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunAt<T>(T* to, long* toPlaces, T* from, long* fromPlaces, HloOp op, int count) where T : unmanaged, INumber<T>
    {
        switch (op)
        {
            case HloOp.Add:
                for (int i = 0; i < count; i++)
                {
                    to[toPlaces[i]] = unchecked(to[toPlaces[i]] + from[fromPlaces[i]]);
                }
                break;
            case HloOp.Parameter:
                for (int i = 0; i < count; i++)
                {
                    to[toPlaces[i]] = from[fromPlaces[i]];
                }
                break;
            default:
                for (int i = 0; i < count; i++)
                {
                    to[toPlaces[i]] = Number(op, to[toPlaces[i]], from[fromPlaces[i]]);
                }
                break;
        }
    }

    private static void Run<T>(T* to, T* from, HloOp op, long count, long toStep, long fromStep) where T : unmanaged, INumber<T>
    {
        if (op == HloOp.Add)
        {
            for (long i = 0; i < count; i++)
            {
                to[i * toStep] = unchecked(to[i * toStep] + from[i * fromStep]);
            }
            return;
        }
        for (long i = 0; i < count; i++)
        {
            to[i * toStep] = Number(op, to[i * toStep], from[i * fromStep]);
        }
    }

    private static T Number<T>(HloOp op, T a, T b) where T : unmanaged, INumber<T> => op switch
    {
        HloOp.Parameter => b,
        HloOp.Add => unchecked(a + b),
        HloOp.Multiply => unchecked(a * b),
        HloOp.Maximum => T.Max(a, b),
        HloOp.Minimum => T.Min(a, b),
        HloOp.And => T.CreateTruncating(ulong.CreateTruncating(a) & ulong.CreateTruncating(b)),
        HloOp.Or => T.CreateTruncating(ulong.CreateTruncating(a) | ulong.CreateTruncating(b)),
        HloOp.Xor => T.CreateTruncating(ulong.CreateTruncating(a) ^ ulong.CreateTruncating(b)),
        _ => throw new InvalidOperationException($"no scatter by {op}"),
    };
}
