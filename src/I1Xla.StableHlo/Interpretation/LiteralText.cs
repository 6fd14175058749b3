using System.Numerics;
using System.Text;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Tensors as text, the way the StableHLO interpreter prints them: the type, then nested lists in braces.</summary>
/// <remarks>StableHLO, <c>stablehlo/reference/Tensor.cpp</c>.</remarks>
public static class LiteralText
{
    /// <summary>A tensor of rank 0 on one line, others one row a line.</summary>
    public static string Print(Literal literal)
    {
        var text = new StringBuilder();
        text.Append(MlirPrinter.ToText(literal.Type)).Append(" {");
        if (literal.Type.Rank == 0)
        {
            return text.Append(Element(literal, 0)).Append('}').ToString();
        }
        text.Append('\n');
        int position = 0;
        Nested(text, literal, 0, 1, ref position);
        return text.Append("\n}").ToString();
    }

    private static void Nested(StringBuilder text, Literal literal, int dimension, int depth, ref int position)
    {
        text.Append(' ', 2 * depth);
        long size = literal.Shape[dimension];
        bool isRow = dimension == literal.Type.Rank - 1 || size == 0;
        if (isRow)
        {
            text.Append('[');
            for (long i = 0; i < size; i++)
            {
                text.Append(i > 0 ? ", " : "").Append(Element(literal, position++));
            }
            text.Append(']');
            return;
        }
        text.Append("[\n");
        for (long i = 0; i < size; i++)
        {
            Nested(text, literal, dimension + 1, depth + 1, ref position);
            text.Append(i < size - 1 ? ",\n" : "\n");
        }
        text.Append(' ', 2 * depth).Append(']');
    }

    private static string Element(Literal literal, int index)
    {
        Literal one = ScalarRegions.Element(literal, index);
        ElementKind kind = literal.Type.Kind;
        if (kind.IsComplex())
        {
            Complex z = Elements.Complexes(one)[0];
            return $"[{Real(kind.RealPart(), z.Real)}, {Real(kind.RealPart(), z.Imaginary)}]";
        }
        return kind.IsFloat() ? Real(kind, Elements.Reals(one)[0]) : Elements.Describe(literal, index);
    }

    private static string Real(ElementKind kind, double value)
    {
        string text = MlirPrinter.ToText(new FloatAttr(value, ScalarType.Of(kind)));
        int colon = text.IndexOf(" :", StringComparison.Ordinal);
        return colon < 0 ? text : text[..colon];
    }
}
