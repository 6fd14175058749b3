using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Jnp
{
    /// <summary>Logical exclusive or.</summary>
    public static Tensor LogicalXor(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Binary(HloOps.Xor, "logical_xor", ToBoolean(Hlo.Materialize(a)), ToBoolean(Hlo.Materialize(b)));
    }

    /// <summary>The number of ones in the binary form of the magnitude, as ui8.</summary>
    public static Tensor BitwiseCount(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Convert(Hlo.Unary(HloOps.PopulationCount, Integers("bitwise_count", Abs(x))), ElementKind.UI8);
    }

    /// <summary>Not of booleans or bits; another name of <see cref="BitwiseNot"/>.</summary>
    public static Tensor Invert(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return BitwiseNot(x);
    }

    /// <summary>Whether |a - b| is at most atol + rtol * |b|; infinities only when equal.</summary>
    public static Tensor IsClose(Tensor a, Tensor b, double rtol = 1e-5, double atol = 1e-8, bool equalNan = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (a, b) = Promote("isclose", a, b, inexact: true);
        Tensor near = Abs(a - b) <= atol + rtol * Abs(b);
        Tensor finite = Hlo.Binary(HloOps.And, IsFinite(a), IsFinite(b));
        Tensor close = Hlo.Binary(HloOps.Or, Hlo.Binary(HloOps.And, near, finite), Hlo.Compare("EQ", a, b));
        return equalNan ? Hlo.Binary(HloOps.Or, close, Hlo.Binary(HloOps.And, IsNan(a), IsNan(b))) : close;
    }

    /// <summary>Whether all elements are close, as <see cref="IsClose"/> has it.</summary>
    public static Tensor AllClose(Tensor a, Tensor b, double rtol = 1e-5, double atol = 1e-8, bool equalNan = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return All(IsClose(a, b, rtol, atol, equalNan));
    }

    /// <summary>Whether two tensors have the same shape and elements.</summary>
    public static Tensor ArrayEqual(Tensor a, Tensor b, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return a.Shape == b.Shape ? All(CompareOf("EQ", a, b)) : Hlo.Splat(0L, ElementKind.I1, Shape.Scalar);
    }

    /// <summary>For each element the choice whose condition is the first to hold; <paramref name="otherwise"/> (0 when not given) where none does.</summary>
    public static Tensor Select(ReadOnlySpan<Tensor> conditions, ReadOnlySpan<Tensor> choices, Tensor? otherwise = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        if (conditions.Length != choices.Length || choices.Length == 0)
        {
            throw Tracer.Error("select", $"{conditions.Length} conditions and {choices.Length} choices");
        }
        Tensor result = otherwise ?? 0;
        for (int i = conditions.Length - 1; i >= 0; i--)
        {
            result = Where(conditions[i], choices[i], result);
        }
        return result;
    }

    private static Tensor Integers(string op, Tensor x)
    {
        x = Hlo.Materialize(x);
        return x.DType.IsInteger() ? x : throw Tracer.Error(op, $"{x} is not of integers");
    }
}
