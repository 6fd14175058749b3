using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Vectors;

/// <summary>Eight f32 in a register of AVX2, or what .NET has in its place.</summary>
internal readonly unsafe struct Floats256(Vector256<float> lanes) : IFloats<Floats256>
{
    private readonly Vector256<float> _lanes = lanes;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => _lanes.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats256 x) => Vector256.Sum(x._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Load<TSource>(byte* from)
        where TSource : struct, ILaneSource => new(TSource.Load8(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 FusedMultiplyAdd(Floats256 a, Floats256 b, Floats256 c) => new(Vector256.FusedMultiplyAdd(a._lanes, b._lanes, c._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 MaxNative(Floats256 a, Floats256 b) => new(Vector256.MaxNative(a._lanes, b._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 WhereEqual(Floats256 a, Floats256 b, Floats256 onTrue, Floats256 onFalse) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a._lanes, b._lanes), onTrue._lanes, onFalse._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualsAll(Floats256 a, Floats256 b) => Vector256.EqualsAll(a._lanes, b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Exp(Floats256 value)
    {
        // The second operand wins when either is NaN. From -88.03 on n is -127, whose power of two has no bits.
        Vector256<float> held = Vector256.MinNative(Vector256.Create(88f), Vector256.MaxNative(Vector256.Create(-88.03f), value._lanes));
        // A number whose last bit counts one rounds the quotient, and has it in its low bits.
        Vector256<float> whole = Vector256.Create(12582912f), marked = Vector256.FusedMultiplyAdd(held, Vector256.Create(1.44269504088896341f), whole), n = marked - whole;
        Vector256<float> power = ((marked.AsInt32() << 23) + Vector256<float>.One.AsInt32()).AsSingle();
        return Exponential.OfRest(new Floats256(held), new Floats256(n)) * new Floats256(power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 operator +(Floats256 a, Floats256 b) => new(a._lanes + b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 operator -(Floats256 a, Floats256 b) => new(a._lanes - b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 operator *(Floats256 a, Floats256 b) => new(a._lanes * b._lanes);
}
