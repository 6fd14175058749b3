namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>When the QR algorithm takes an element under the diagonal for zero (Ahues and Tisseur 1997, as LAPACK's <c>hqr</c> does).</summary>
/// <param name="Epsilon">The distance of 1 from the next larger number of the type that is computed in.</param>
/// <param name="Tiny">The least normal number of that type.</param>
internal readonly record struct Deflation(double Epsilon, double Tiny)
{
    /// <summary>For elements of this type, or complex ones of two f64.</summary>
    public static Deflation Of<T>() => typeof(T) == typeof(float) ? new(1.1920928955078125e-7, 1.1754943508222875e-38) : new(2.220446049250313e-16, 2.2250738585072014e-308);

    /// <summary>What is too small to count in a matrix of order <paramref name="n"/>, whatever stands beside it.</summary>
    public double Threshold(int n) => Tiny * (n / Epsilon);

    /// <summary>Whether the size of the element below is small beside those of the block it belongs to: the one above, the last on the diagonal, and the gap between those two.</summary>
    public bool IsSmall(double below, double above, double corner, double gap, int n)
    {
        double large = Math.Max(below, above), small = Math.Min(below, above), most = Math.Max(corner, gap), least = Math.Min(corner, gap), sum = most + large;
        return small * (large / sum) <= Math.Max(Threshold(n), Epsilon * (least * (most / sum)));
    }
}
