using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace I1Xla.Cpu.Kernels.Fourier;

/// <summary>A register of numbers, whose width is that of the machine.</summary>
/// <typeparam name="TSelf">The register.</typeparam>
/// <typeparam name="T">The numbers.</typeparam>
internal interface ILanes<TSelf, T> : IAdditionOperators<TSelf, TSelf, TSelf>, ISubtractionOperators<TSelf, TSelf, TSelf>, IMultiplyOperators<TSelf, TSelf, TSelf>
    where T : unmanaged
    where TSelf : unmanaged, ILanes<TSelf, T>
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    /// <summary>A number in every lane.</summary>
    static abstract TSelf Create(T value);
}

/// <summary>A register of AVX2, or what .NET has in its place.</summary>
internal readonly struct Lanes256<T>(Vector256<T> lanes) : ILanes<Lanes256<T>, T> where T : unmanaged
{
    private readonly Vector256<T> _lanes = lanes;

    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Create(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator +(Lanes256<T> a, Lanes256<T> b) => new(a._lanes + b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> a, Lanes256<T> b) => new(a._lanes - b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator *(Lanes256<T> a, Lanes256<T> b) => new(a._lanes * b._lanes);
}

/// <summary>A register of AVX-512.</summary>
internal readonly struct Lanes512<T>(Vector512<T> lanes) : ILanes<Lanes512<T>, T> where T : unmanaged
{
    private readonly Vector512<T> _lanes = lanes;

    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Create(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator +(Lanes512<T> a, Lanes512<T> b) => new(a._lanes + b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> a, Lanes512<T> b) => new(a._lanes - b._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator *(Lanes512<T> a, Lanes512<T> b) => new(a._lanes * b._lanes);
}
