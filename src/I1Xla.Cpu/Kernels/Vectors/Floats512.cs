using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Vectors;

/// <summary>Sixteen f32 in a register of AVX-512.</summary>
internal readonly unsafe struct Floats512(Vector512<float> lanes) : IFloats<Floats512>
{
    private readonly Vector512<float> _lanes = lanes;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => _lanes.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats512 x) => Vector512.Sum(x._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Load<TSource>(byte* from)
        where TSource : struct, ILaneSource => new(TSource.Load16(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 FusedMultiplyAdd(Floats512 a, Floats512 b, Floats512 c) => new(Vector512.FusedMultiplyAdd(a._lanes, b._lanes, c._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 MaxNative(Floats512 a, Floats512 b) => new(Vector512.MaxNative(a._lanes, b._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 WhereEqual(Floats512 a, Floats512 b, Floats512 onTrue, Floats512 onFalse) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a._lanes, b._lanes), onTrue._lanes, onFalse._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualsAll(Floats512 a, Floats512 b) => Vector512.EqualsAll(a._lanes, b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Exp(Floats512 value)
    {
        // The second operand wins when either is NaN.
        Vector512<float> held = Vector512.MinNative(Vector512.Create(89f), Vector512.MaxNative(Vector512.Create(-104f), value._lanes));
        Vector512<float> n = Vector512.Round(held * 1.44269504088896341f);
        return new(Avx512F.Scale(Exponential.OfRest(new Floats512(held), new Floats512(n))._lanes, n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator +(Floats512 a, Floats512 b) => new(a._lanes + b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator -(Floats512 a, Floats512 b) => new(a._lanes - b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator *(Floats512 a, Floats512 b) => new(a._lanes * b._lanes);
}
