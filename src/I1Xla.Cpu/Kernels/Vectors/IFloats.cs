using System.Numerics;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Kernels.Vectors;

/// <summary>
/// A register of f32 lanes. Kernels take it as a type argument and are compiled once for each width that the machine has in hardware
/// (<see cref="Floats512"/>, <see cref="Floats256"/>): <see cref="System.Runtime.Intrinsics.Vector512{T}"/> alone is put together from calls where it has not.
/// Lengths are multiples of 16, a whole number of registers of either width.
/// </summary>
/// <typeparam name="T">The register.</typeparam>
internal unsafe interface IFloats<T> : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
    where T : unmanaged, IFloats<T>
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    /// <summary>A number in every lane.</summary>
    static abstract T Create(float value);

    /// <summary>Reads lanes from memory, aligned or not.</summary>
    static abstract T Load(float* from);

    /// <summary>Writes the lanes to memory.</summary>
    void Store(float* to);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract T FusedMultiplyAdd(T a, T b, T c);

    /// <summary>The larger of two lanes; the second when either is NaN.</summary>
    static abstract T MaxNative(T a, T b);

    /// <summary><paramref name="onTrue"/> where a equals b, else <paramref name="onFalse"/>.</summary>
    static abstract T WhereEqual(T a, T b, T onTrue, T onFalse);

    /// <summary>The sum of the lanes.</summary>
    static abstract float Sum(T x);

    /// <summary>Reads lanes from adjacent elements, widened.</summary>
    static abstract T Load<TSource>(byte* from)
        where TSource : struct, ILaneSource;

    /// <summary>Whether all lanes are equal.</summary>
    static abstract bool EqualsAll(T a, T b);

    /// <summary>
    /// e^x within 2 units in the last place, for x up to 88: Cody and Waite reduction by ln 2, then the polynomial that S. Moshier's Cephes library publishes for
    /// single precision. NaN stays NaN. Without AVX-512, results below the smallest normal number are zero.
    /// </summary>
    static abstract T Exp(T x);
}
