using System.Numerics;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// The typed builder: one method per StableHLO operation, operands already of the right kinds and shapes. Public
/// operations and derivative rules are written with it.
/// </summary>
internal static partial class Hlo
{
    private static FunctionTracer F => Tracer.Current;

    /// <summary>A unary operation whose result has its operand's type.</summary>
    public static Tensor Unary(OpName op, Tensor x) => One(op, x.Type, x.IsWeak, x);

    /// <summary>A unary operation with a result of another element kind.</summary>
    public static Tensor Unary(OpName op, Tensor x, ElementKind kind) => One(op, new TensorType(kind, x.Shape), x.IsWeak, x);

    /// <summary>A binary operation on equal types.</summary>
    public static Tensor Binary(OpName op, Tensor a, Tensor b)
    {
        if (!ReferenceEquals(a.Type, b.Type) && !a.Type.Equals(b.Type))
        {
            throw Tracer.Error(op.Short, $"operands {a} and {b} differ in type");
        }
        return One(op, a.Type, a.IsWeak && b.IsWeak, a, b);
    }

    /// <summary>An operation with one result.</summary>
    public static Tensor One(OpName op, TensorType type, bool weak, Tensor a, AttributeMap? attributes = null)
    {
        FunctionTracer f = F;
        return f.Wrap(f.Emit(op, [f.Use(a, op.Short)], [type], attributes).Result, weak);
    }

    /// <summary>An operation with one result.</summary>
    public static Tensor One(OpName op, TensorType type, bool weak, Tensor a, Tensor b, AttributeMap? attributes = null)
    {
        FunctionTracer f = F;
        return f.Wrap(f.Emit(op, [f.Use(a, op.Short), f.Use(b, op.Short)], [type], attributes).Result, weak);
    }

    /// <summary>An operation with one result.</summary>
    public static Tensor Many(OpName op, TensorType type, bool weak, ReadOnlySpan<Tensor> operands, AttributeMap? attributes = null, ReadOnlySpan<Region> regions = default)
    {
        FunctionTracer f = F;
        return f.Wrap(f.Emit(op, Use(f, op, operands), [type], attributes, regions).Result, weak);
    }

    /// <summary>An operation with several results.</summary>
    public static Tensor[] Several(OpName op, ReadOnlySpan<IrType> types, ReadOnlySpan<Tensor> operands, AttributeMap? attributes = null, ReadOnlySpan<Region> regions = default)
    {
        FunctionTracer f = F;
        Operation made = f.Emit(op, Use(f, op, operands), types, attributes, regions);
        var results = new Tensor[made.Results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = f.Wrap(made.Results[i]);
        }
        return results;
    }

    /// <summary>Builds a region by running <paramref name="body"/> on its arguments; what it gives is what the terminator returns.</summary>
    public static Region Region(ReadOnlySpan<IrType> arguments, Func<Tensor[], Tensor[]> body, OpName? terminator = null)
    {
        FunctionTracer f = F;
        var block = new Block(arguments);
        FileLineLocation? line = Tracer.Line;
        f.Push(block);
        try
        {
            var inputs = new Tensor[arguments.Length];
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = f.Wrap(block.Arguments[i]);
            }
            Tensor[] results = body(inputs);
            Tracer.Line = line;
            OpName end = terminator ?? HloOps.Return;
            f.Emit(end, Use(f, end, results), []);
        }
        finally
        {
            f.Pop();
        }
        return new Region(block);
    }

    /// <summary>A region of one binary operation on scalars, as reductions take.</summary>
    public static Region Combiner(OpName op, ElementKind kind)
    {
        var scalar = new TensorType(kind, Shape.Scalar);
        var block = new Block(scalar, scalar);
        Location location = F.LocationOf(op);
        Operation combine = block.Add(new Operation(op, [block.Arguments[0], block.Arguments[1]], [scalar], null, default, location));
        block.Add(new Operation(HloOps.Return, [combine.Result], [], null, default, location));
        return new Region(block);
    }

    /// <summary>The tensor itself, or the constant of a plain number in its default kind.</summary>
    public static Tensor Materialize(Tensor x) => x.IsNumber ? Number(x, x.DType, Shape.Scalar, x.IsWeak) : x;

    /// <summary>A plain number as a splat constant.</summary>
    public static Tensor Number(Tensor number, ElementKind kind, Shape shape, bool weak = false) => number.Number switch
    {
        double v => kind.IsComplex() ? Splat(new Complex(v, 0), kind, shape, weak) : kind.IsFloat() ? Splat(v, kind, shape, weak) : Splat((long)v, kind, shape, weak),
        long v => kind.IsComplex() ? Splat(new Complex(v, 0), kind, shape, weak) : kind.IsFloat() ? Splat((double)v, kind, shape, weak) : Splat(v, kind, shape, weak),
        bool v => kind.IsComplex() ? Splat(v ? Complex.One : 0, kind, shape, weak) : kind.IsFloat() ? Splat(v ? 1.0 : 0.0, kind, shape, weak) : Splat(v ? 1L : 0L, kind, shape, weak),
        Complex v => Splat(v, kind, shape, weak),
        _ => throw new InvalidOperationException("not a plain number"),
    };

    /// <summary>A splat of a real number; an integer kind takes its whole part.</summary>
    public static Tensor Splat(double value, ElementKind kind, Shape shape, bool weak = false)
    {
        if (kind.IsComplex())
        {
            return Splat(new Complex(value, 0), kind, shape, weak);
        }
        return kind.IsFloat() ? SplatBits(Scalars.Encode(value, kind), 0, kind, shape, weak) : Splat((long)value, kind, shape, weak);
    }

    /// <summary>A splat of an integer.</summary>
    public static Tensor Splat(long value, ElementKind kind, Shape shape, bool weak = false) =>
        kind.IsFloat() || kind.IsComplex() ? Splat((double)value, kind, shape, weak) : SplatBits(value, 0, kind, shape, weak);

    /// <summary>A splat of a complex number.</summary>
    public static Tensor Splat(Complex value, ElementKind kind, Shape shape, bool weak = false) => kind switch
    {
        ElementKind.Complex64 => SplatBits(BitConverter.SingleToUInt32Bits((float)value.Real) | (long)BitConverter.SingleToUInt32Bits((float)value.Imaginary) << 32, 0, kind, shape, weak),
        ElementKind.Complex128 => SplatBits(BitConverter.DoubleToInt64Bits(value.Real), BitConverter.DoubleToInt64Bits(value.Imaginary), kind, shape, weak),
        _ => throw Tracer.Error("constant", $"a complex number cannot be a {kind.Name()}"),
    };

    /// <summary>Zeros of a type.</summary>
    public static Tensor Zeros(TensorType type) => SplatBits(0, 0, type.Kind, type.Shape, false);

    /// <summary>Zeros like a tensor.</summary>
    public static Tensor ZerosLike(Tensor x) => Zeros(x.Type);

    /// <summary>Ones of a type.</summary>
    public static Tensor Ones(TensorType type) => Splat(1.0, type.Kind, type.Shape);

    /// <summary>A splat given as the element's bits.</summary>
    public static Tensor SplatBits(long bits, long bits2, ElementKind kind, Shape shape, bool weak)
    {
        FunctionTracer f = F;
        var key = new BlockFrame.ConstantKey(kind, bits, bits2, shape);
        if (f.Frame.Constants.TryGetValue(key, out Tensor? known))
        {
            return known.IsWeak == weak ? known : f.Wrap(known.ValueOrNull!, weak);
        }
        int size = kind.StorageBytes();
        byte[] data = new byte[size];
        MemoryMarshal.AsBytes([bits, bits2])[..size].CopyTo(data);
        var type = new TensorType(kind, shape);
        Tensor made = Dense(new DenseElementsAttr(type, data, true), weak);
        f.Frame.Constants.Add(key, made);
        return made;
    }

    /// <summary>A constant of a dense attribute.</summary>
    public static Tensor Dense(DenseElementsAttr value, bool weak = false)
    {
        FunctionTracer f = F;
        var attributes = new AttributeMap { { "value", value } };
        return f.Wrap(f.Emit(HloOps.Constant, [], [value.Type], attributes).Result, weak);
    }

    /// <summary>The values of tensors as operands in the open block.</summary>
    public static Value[] Use(FunctionTracer f, OpName op, ReadOnlySpan<Tensor> operands)
    {
        var values = new Value[operands.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = f.Use(Materialize(operands[i]), op.Short);
        }
        return values;
    }
}
