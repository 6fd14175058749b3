using System.Numerics;

namespace I1Xla.StableHlo.Numerics;

/// <summary>A complex number of two f32 whose sums and products round each step to f32.</summary>
/// <remarks>StableHLO specification, section <c>Types</c> (complex&lt;f32&gt;), <c>add</c>, <c>multiply</c>.</remarks>
public readonly record struct ComplexSingle(float Real, float Imaginary)
    : IAdditionOperators<ComplexSingle, ComplexSingle, ComplexSingle>, IMultiplyOperators<ComplexSingle, ComplexSingle, ComplexSingle>
{
    /// <summary>The sum.</summary>
    public static ComplexSingle operator +(ComplexSingle a, ComplexSingle b) => new(a.Real + b.Real, a.Imaginary + b.Imaginary);

    /// <summary>The product, as two differences and sums of rounded products.</summary>
    public static ComplexSingle operator *(ComplexSingle a, ComplexSingle b) =>
        new((a.Real * b.Real) - (a.Imaginary * b.Imaginary), (a.Real * b.Imaginary) + (a.Imaginary * b.Real));

    /// <summary>Converts all to double precision.</summary>
    public static Complex[] Widen(ComplexSingle[] values) => Array.ConvertAll(values, v => new Complex(v.Real, v.Imaginary));
}
