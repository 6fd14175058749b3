using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// An immutable handle to a value of the function being traced: its element kind, its shape, and the IR value. A C# number
/// converts to a tensor that is <em>weak</em>: it takes the element kind of what it meets, as Python numbers do in JAX.
/// Operators follow NumPy: broadcasting, and JAX's type promotion.
/// </summary>
public sealed partial class Tensor
{
    private readonly Value? _value;
    private readonly object? _number;

    internal Tensor(Value value, BlockFrame frame, FunctionTracer function, bool weak)
    {
        _value = value;
        Frame = frame;
        Function = function;
        Type = (TensorType)value.Type;
        IsWeak = weak;
    }

    private Tensor(object number, ElementKind kind)
    {
        _number = number;
        Type = new TensorType(kind, Shape.Scalar);
        IsWeak = true;
    }

    /// <summary>Element kind and shape.</summary>
    public TensorType Type { get; }

    /// <summary>Element kind.</summary>
    public ElementKind DType => Type.Kind;

    /// <summary>Dimension sizes.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The number of dimensions.</summary>
    public int Rank => Type.Shape.Rank;

    /// <summary>The number of elements.</summary>
    public long Size => Type.Shape.ElementCount;

    /// <summary>Whether the element kind came from a C# number and yields to others in promotion.</summary>
    public bool IsWeak { get; }

    /// <summary>The IR value in the function being traced; a plain number becomes a constant.</summary>
    public Value Value => (_value is null ? Hlo.Materialize(this) : this)._value!;

    /// <summary>The number behind a tensor that is still a plain number; null for a traced value.</summary>
    internal object? Number => _number;

    /// <summary>Whether this is a plain number not yet in any function.</summary>
    internal bool IsNumber => _value is null;

    internal Value? ValueOrNull => _value;

    internal BlockFrame? Frame { get; }

    internal FunctionTracer? Function { get; }

    /// <summary>A weak f32 number.</summary>
    public static implicit operator Tensor(double value) => new(value, ElementKind.F32);

    /// <summary>A weak i32 number.</summary>
    public static implicit operator Tensor(int value) => new((long)value, ElementKind.I32);

    /// <summary>A weak integer number, i32 when nothing else decides.</summary>
    public static implicit operator Tensor(long value) => new(value, ElementKind.I32);

    /// <summary>A boolean.</summary>
    public static implicit operator Tensor(bool value) => new(value, ElementKind.I1);

    /// <summary>A weak complex number.</summary>
    public static implicit operator Tensor(Complex value) => new(value, ElementKind.Complex64);

    /// <summary>Elementwise sum.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Jnp.Binary(HloOps.Add, "add", left, right);

    /// <summary>Elementwise difference.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Jnp.Binary(HloOps.Subtract, "subtract", left, right);

    /// <summary>Elementwise product.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Jnp.Binary(HloOps.Multiply, "multiply", left, right);

    /// <summary>Elementwise true division: integers are converted to f32 first, as <c>jax.numpy.divide</c>.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Jnp.TrueDivide(left, right);

    /// <summary>Elementwise remainder with the sign of the divisor, as <c>numpy.remainder</c>.</summary>
    public static Tensor operator %(Tensor left, Tensor right) => Jnp.RemainderOf(left, right);

    /// <summary>Elementwise negation.</summary>
    public static Tensor operator -(Tensor x) => Hlo.Unary(HloOps.Negate, Hlo.Materialize(x));

    /// <summary>Elementwise less-than, giving booleans.</summary>
    public static Tensor operator <(Tensor left, Tensor right) => Jnp.CompareOf("LT", left, right);

    /// <summary>Elementwise greater-than, giving booleans.</summary>
    public static Tensor operator >(Tensor left, Tensor right) => Jnp.CompareOf("GT", left, right);

    /// <summary>Elementwise at-most, giving booleans.</summary>
    public static Tensor operator <=(Tensor left, Tensor right) => Jnp.CompareOf("LE", left, right);

    /// <summary>Elementwise at-least, giving booleans.</summary>
    public static Tensor operator >=(Tensor left, Tensor right) => Jnp.CompareOf("GE", left, right);

    /// <summary>Elementwise and of booleans or bits.</summary>
    public static Tensor operator &(Tensor left, Tensor right) => Jnp.Binary(HloOps.And, "bitwise_and", left, right);

    /// <summary>Elementwise or of booleans or bits.</summary>
    public static Tensor operator |(Tensor left, Tensor right) => Jnp.Binary(HloOps.Or, "bitwise_or", left, right);

    /// <summary>Elementwise exclusive or of booleans or bits.</summary>
    public static Tensor operator ^(Tensor left, Tensor right) => Jnp.Binary(HloOps.Xor, "bitwise_xor", left, right);

    /// <summary>Elementwise not of booleans or bits.</summary>
    public static Tensor operator ~(Tensor x) => Hlo.Unary(HloOps.Not, Hlo.Materialize(x));

    /// <inheritdoc/>
    public override string ToString() => $"{DType.Name()}{Shape}";
}
