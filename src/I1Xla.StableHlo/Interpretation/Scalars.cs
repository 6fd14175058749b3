using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Tensors that repeat one number.</summary>
internal static class Scalars
{
    /// <summary>A number of any element type.</summary>
    public static Literal Splat(OpContext c, ElementType element, Shape shape, double value)
    {
        Literal scalar = c.Make(element, Shape.Scalar);
        ElementKind kind = element.StorageKind;
        if (kind.IsFloat())
        {
            Elements.Write(scalar, (ReadOnlySpan<double>)[value]);
        }
        else if (kind.IsComplex())
        {
            Elements.Write(scalar, (ReadOnlySpan<Complex>)[new Complex(value, 0)]);
        }
        else
        {
            Elements.Write(scalar, (ReadOnlySpan<long>)[(long)value]);
        }
        return Repeat(c, scalar, shape);
    }

    /// <summary>The number that an attribute holds.</summary>
    public static Literal Splat(OpContext c, ElementType element, Shape shape, Ir.Attribute value) => value switch
    {
        FloatAttr f => Splat(c, element, shape, f.Value),
        IntegerAttr i => Splat(c, element, shape, i.Value),
        BoolAttr b => Splat(c, element, shape, b.Value ? 1 : 0),
        DenseElementsAttr { IsSplat: true } or DenseElementsAttr { Type.Rank: 0 } => Repeat(c, Literal.FromDense(((DenseElementsAttr)value) with { Type = new TensorType(element, Shape.Scalar), IsSplat = true }), shape),
        _ => throw c.Error("the value is not a number"),
    };

    /// <summary>A one-element tensor repeated over a shape.</summary>
    public static Literal Repeat(OpContext c, Literal scalar, Shape shape)
    {
        Literal result = c.Make(scalar.Type.Element, shape);
        Strided.Fill(result, scalar.Data.Span);
        return result;
    }
}
