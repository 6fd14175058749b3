using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>
/// Quantized tensors (specification, "Quantized element types"): <c>uniform_quantize</c> and <c>uniform_dequantize</c>, and
/// operations on quantized tensors as dequantize, compute, quantize.
/// </summary>
internal static class Quantized
{
    public static void Register(Registrar add)
    {
        add("stablehlo.uniform_quantize", c => OpContext.One(Quantize(c, Expressed(c, c.Tensor(0)), (QuantizedType)c.ResultType().Element)), Quantization.Structural);
        add("stablehlo.uniform_dequantize", c => OpContext.One(Expressed(c, c.Tensor(0))), Quantization.Structural);
    }

    /// <summary>Runs an evaluator of plain tensors, going through the expressed types when any type is quantized.</summary>
    public static RuntimeValue[] Evaluate(OpContext c, Evaluator evaluator)
    {
        if (!c.Operands.Any(IsQuantized) && !AnyQuantizedResult(c.Op))
        {
            return evaluator(c);
        }
        RuntimeValue[] operands = c.Operands.Select(v => v is TensorValue t ? new TensorValue(Expressed(c, t.Literal)) : v).ToArray();
        var types = new IrType[c.Op.Results.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = c.Op.Results[i].Type is TensorType { Element: QuantizedType q } t ? new TensorType(q.Expressed, t.Shape) : c.Op.Results[i].Type;
        }
        // The same operation over expressed types; operations that compute on elements have no regions.
        var plain = new Operation(c.Op.Name, c.Op.Operands, types, c.Op.Attributes, [], c.Op.Location);
        RuntimeValue[] results = evaluator(new OpContext(c.Interpreter, plain, operands, c.Scope, c.Process, c.Depth));
        for (int i = 0; i < results.Length; i++)
        {
            if (c.Op.Results[i].Type is TensorType { Element: QuantizedType q } && results[i] is TensorValue { Literal: var literal })
            {
                results[i] = new TensorValue(Quantize(c, literal, q));
            }
        }
        return results;
    }

    /// <summary>(q - zero point) · scale, in the expressed type; tensors that are not quantized pass.</summary>
    public static Literal Expressed(OpContext c, Literal x)
    {
        if (x.Type.Element is not QuantizedType q)
        {
            return x;
        }
        long[] stored = Elements.Integers(x);
        double[] values = new double[stored.Length];
        var channels = new Channels(q, x.Shape);
        for (int i = 0; i < values.Length; i++)
        {
            int channel = channels.Of(i);
            values[i] = FloatKind.Round(q.Expressed, stored[i] - q.ZeroPoints[channel]) * FloatKind.Round(q.Expressed, q.Scales[channel]);
        }
        Literal result = c.Make(ScalarType.Of(q.Expressed), x.Shape);
        Elements.Write(result, values);
        return result;
    }

    /// <summary>x / scale, rounded to the nearest even, plus the zero point, clamped to the storage range.</summary>
    public static Literal Quantize(OpContext c, Literal x, QuantizedType q)
    {
        double[] values = x.Type.Kind.IsFloat() ? Elements.Reals(x) : Contractions.AsReal(x);
        long[] stored = new long[values.Length];
        var channels = new Channels(q, x.Shape);
        for (int i = 0; i < values.Length; i++)
        {
            int channel = channels.Of(i);
            double scaled = FloatKind.Round(q.Expressed, values[i] / FloatKind.Round(q.Expressed, q.Scales[channel]));
            double rounded = double.IsNaN(scaled) ? 0 : Math.Round(scaled, MidpointRounding.ToEven) + q.ZeroPoints[channel];
            stored[i] = (long)Math.Clamp(rounded, q.StorageMin, q.StorageMax);
        }
        Literal result = c.Make(q, x.Shape);
        Elements.Write(result, stored);
        return result;
    }

    private static bool IsQuantized(RuntimeValue value) => value is TensorValue { Literal.Type.Element: QuantizedType };

    private static bool AnyQuantizedResult(Operation op)
    {
        foreach (OpResult result in op.Results)
        {
            if (result.Type is TensorType { Element: QuantizedType })
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Which scale serves each row-major position: per tensor, per axis or per block.</summary>
    private sealed class Channels
    {
        private readonly (long Stride, long Size, long Block, long Step)[] _axes;

        public Channels(QuantizedType q, Shape shape)
        {
            long[] strides = shape.Strides();
            _axes = new (long, long, long, long)[q.Axes.Length];
            long step = 1;
            for (int i = _axes.Length - 1; i >= 0; i--)
            {
                int axis = q.Axes[i];
                long block = i < q.BlockSizes.Length ? Math.Max(1, q.BlockSizes[i]) : 1;
                _axes[i] = (strides[axis], shape[axis], block, step);
                step *= (shape[axis] + block - 1) / block;
            }
        }

        public int Of(int position)
        {
            long channel = 0;
            foreach ((long stride, long size, long block, long step) in _axes)
            {
                channel += position / stride % size / block * step;
            }
            return (int)channel;
        }
    }
}
