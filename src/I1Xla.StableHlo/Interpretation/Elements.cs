using System.Numerics;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>The elements of a literal in the domain in which they are computed: reals as doubles, integers and booleans as longs, complex numbers as pairs of doubles.</summary>
internal static class Elements
{
    public static int Count(Literal literal) => checked((int)literal.Shape.ElementCount);

    public static double[] Reals(Literal literal)
    {
        double[] values = new double[Count(literal)];
        FloatKind.Read(literal.Type.Kind, literal.Data.Span, values);
        return values;
    }

    public static long[] Integers(Literal literal)
    {
        long[] values = new long[Count(literal)];
        IntegerKind.Read(literal.Type.Kind, literal.Data.Span, values);
        return values;
    }

    public static Complex[] Complexes(Literal literal)
    {
        Complex[] values = new Complex[Count(literal)];
        if (literal.Type.Kind == ElementKind.Complex128)
        {
            literal.As<Complex>().CopyTo(values);
            return values;
        }
        Span<float> parts = literal.As<float>();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new Complex(parts[2 * i], parts[(2 * i) + 1]);
        }
        return values;
    }

    public static void Write(Literal to, ReadOnlySpan<double> values) => FloatKind.Write(to.Type.Kind, values, to.Data.Span);

    public static void Write(Literal to, ReadOnlySpan<long> values) => IntegerKind.Write(to.Type.Kind, values, to.Data.Span);

    public static void Write(Literal to, ReadOnlySpan<Complex> values)
    {
        if (to.Type.Kind == ElementKind.Complex128)
        {
            values.CopyTo(to.As<Complex>());
            return;
        }
        Span<float> parts = to.As<float>();
        for (int i = 0; i < values.Length; i++)
        {
            parts[2 * i] = (float)values[i].Real;
            parts[(2 * i) + 1] = (float)values[i].Imaginary;
        }
    }

    /// <summary>The value of a tensor of one integer element.</summary>
    public static long Integer(Literal scalar)
    {
        Span<long> value = stackalloc long[1];
        IntegerKind.Read(scalar.Type.Kind, scalar.Data.Span, value);
        return value[0];
    }

    /// <summary>One element as text, for messages.</summary>
    public static string Describe(Literal literal, int index)
    {
        ElementKind kind = literal.Type.Kind;
        int size = kind.StorageBytes();
        ReadOnlySpan<byte> bytes = literal.Data.Span.Slice(index * size, size);
        if (kind.IsFloat())
        {
            Span<double> value = stackalloc double[1];
            FloatKind.Read(kind, bytes, value);
            return kind == ElementKind.F32 ? ((float)value[0]).ToString("R") : value[0].ToString("R");
        }
        if (kind == ElementKind.Complex64)
        {
            ReadOnlySpan<float> parts = MemoryMarshal.Cast<byte, float>(bytes);
            return $"({parts[0]:R}, {parts[1]:R})";
        }
        if (kind == ElementKind.Complex128)
        {
            ReadOnlySpan<double> parts = MemoryMarshal.Cast<byte, double>(bytes);
            return $"({parts[0]:R}, {parts[1]:R})";
        }
        Span<long> integer = stackalloc long[1];
        IntegerKind.Read(kind, bytes, integer);
        return kind.IsBoolean() ? (integer[0] != 0 ? "true" : "false") : kind == ElementKind.UI64 ? ((ulong)integer[0]).ToString() : integer[0].ToString();
    }

    /// <summary>The index of a row-major position, as text.</summary>
    public static string DescribeIndex(Shape shape, int position)
    {
        long[] index = new long[shape.Rank];
        for (int d = shape.Rank - 1; d >= 0; d--)
        {
            index[d] = position % shape[d];
            position = (int)(position / shape[d]);
        }
        return "[" + string.Join(", ", index) + "]";
    }
}
