using System.Numerics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>What real and complex elements have in common.</summary>
internal static class Scalars
{
    /// <summary>The conjugate; a real number itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Conjugate<T>(T x) where T : struct, INumberBase<T> => x is Complex z ? (T)(object)Complex.Conjugate(z) : x;

    /// <summary>The real part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Real<T>(T x) where T : struct, INumberBase<T> => x is Complex z ? z.Real : double.CreateTruncating(x);

    /// <summary>The squared modulus.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Square<T>(T x) where T : struct, INumberBase<T> => x is Complex z ? (z.Real * z.Real) + (z.Imaginary * z.Imaginary) : Real(x) * Real(x);

    /// <summary>The modulus.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Modulus<T>(T x) where T : struct, INumberBase<T> => x is Complex z ? Complex.Abs(z) : Math.Abs(Real(x));

    /// <summary>A real number as an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(double x) where T : struct, INumberBase<T> => typeof(T) == typeof(Complex) ? (T)(object)new Complex(x, 0) : T.CreateTruncating(x);
}
