using System.Numerics;
using System.Runtime.CompilerServices;
using I1Xla.Cpu.Hlo;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Folds elements into others, one by one, with a monoid or by replacing.</summary>
internal static unsafe class ScalarCombine
{
    /// <summary>Whether the result does not depend on the order of the updates and how they are grouped.</summary>
    public static bool IsExact(HloOp op, ElementKind kind) => op != HloOp.Parameter && !kind.IsFloat();

    /// <summary>to[i·toStep] = op(to[i·toStep], from[i·fromStep]).</summary>
    public static void Apply(HloOp op, ElementKind kind, byte* to, byte* from, long count, long toStep, long fromStep) =>
        Run(op, kind, new Strided(to, from, count, toStep, fromStep));

    /// <summary>Runs <paramref name="body"/> for a monoid.</summary>
    public static void Run<TBody>(HloOp op, ElementKind kind, TBody body)
        where TBody : struct, IMonoidBody
    {
        switch (kind)
        {
            case ElementKind.F32: Number<float, TBody>(op, body); break;
            case ElementKind.F64: Number<double, TBody>(op, body); break;
            case ElementKind.F16: Number<Half, TBody>(op, body); break;
            case ElementKind.BF16: Bf16(op, body); break;
            case ElementKind.I8: Integer<sbyte, TBody>(op, body); break;
            case ElementKind.UI8: Integer<byte, TBody>(op, body); break;
            case ElementKind.I16: Integer<short, TBody>(op, body); break;
            case ElementKind.UI16: Integer<ushort, TBody>(op, body); break;
            case ElementKind.I32: Integer<int, TBody>(op, body); break;
            case ElementKind.UI32: Integer<uint, TBody>(op, body); break;
            case ElementKind.I64: Integer<long, TBody>(op, body); break;
            case ElementKind.UI64: Integer<ulong, TBody>(op, body); break;
            case ElementKind.I1: Boolean(op, body); break;
            default: throw new InvalidOperationException($"no scatter of {kind.Name()}");
        }
    }

    private static void Number<T, TBody>(HloOp op, TBody body)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TBody : struct, IMonoidBody
    {
        switch (op)
        {
            case HloOp.Parameter: body.Run<T, Replacement<T>>(); break;
            case HloOp.Add: body.Run<T, Sum<T>>(); break;
            case HloOp.Multiply: body.Run<T, Product<T>>(); break;
            case HloOp.Maximum: body.Run<T, Largest<T>>(); break;
            case HloOp.Minimum: body.Run<T, Smallest<T>>(); break;
            default: throw Unknown(op);
        }
    }

    private static void Integer<T, TBody>(HloOp op, TBody body)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        where TBody : struct, IMonoidBody
    {
        switch (op)
        {
            case HloOp.And: body.Run<T, BitsOfBoth<T>>(); break;
            case HloOp.Or: body.Run<T, BitsOfEither<T>>(); break;
            case HloOp.Xor: body.Run<T, BitsThatDiffer<T>>(); break;
            default: Number<T, TBody>(op, body); break;
        }
    }

    private static void Bf16<TBody>(HloOp op, TBody body)
        where TBody : struct, IMonoidBody
    {
        switch (op)
        {
            case HloOp.Parameter: body.Run<ushort, Replacement<ushort>>(); break;
            case HloOp.Add: body.Run<ushort, Rounded<Sum<float>>>(); break;
            case HloOp.Multiply: body.Run<ushort, Rounded<Product<float>>>(); break;
            case HloOp.Maximum: body.Run<ushort, Rounded<Largest<float>>>(); break;
            case HloOp.Minimum: body.Run<ushort, Rounded<Smallest<float>>>(); break;
            default: throw Unknown(op);
        }
    }

    private static void Boolean<TBody>(HloOp op, TBody body)
        where TBody : struct, IMonoidBody
    {
        switch (op)
        {
            case HloOp.Parameter: body.Run<byte, Truth<Replacement<byte>>>(); break;
            case HloOp.And or HloOp.Multiply or HloOp.Minimum: body.Run<byte, Truth<BitsOfBoth<byte>>>(); break;
            case HloOp.Or or HloOp.Add or HloOp.Maximum: body.Run<byte, Truth<BitsOfEither<byte>>>(); break;
            case HloOp.Xor: body.Run<byte, Truth<BitsThatDiffer<byte>>>(); break;
            default: throw Unknown(op);
        }
    }

    private static InvalidOperationException Unknown(HloOp op) => new($"no scatter by {op}");

    private readonly struct Strided(byte* to, byte* from, long count, long toStep, long fromStep) : IMonoidBody
    {
        public void Run<T, TMonoid>()
            where T : unmanaged
            where TMonoid : struct, IMonoid<T> => Fold<T, TMonoid>((T*)to, (T*)from, count, toStep, fromStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fold<T, TMonoid>(T* to, T* from, long count, long toStep, long fromStep)
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>
    {
        for (long i = 0; i < count; i++)
        {
            to[i * toStep] = TMonoid.Combine(to[i * toStep], from[i * fromStep]);
        }
    }
}
