using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Functions of neural networks, with the names and formulas of <c>jax.nn</c>.</summary>
public static partial class Nn
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Tensor Sigmoid(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.Unary(HloOps.Logistic, Jnp.ToInexact(Hlo.Materialize(x)));
    }

    /// <summary>x * sigmoid(x).</summary>
    public static Tensor Silu(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        return Hlo.Binary(HloOps.Multiply, x, Hlo.Unary(HloOps.Logistic, x));
    }

    /// <summary>Gaussian error linear unit: the tanh approximation, or exactly with the error function.</summary>
    public static Tensor Gelu(Tensor x, bool approximate = true, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        if (approximate)
        {
            double c = (float)Math.Sqrt(2 / Math.PI);
            Tensor cdf = 0.5 * (1.0 + Jnp.Tanh(c * (x + 0.044715 * Jnp.Power(x, 3))));
            return x * cdf;
        }
        // JAX: x * erfc(-x * sqrt 0.5) / 2 = x * (1 + erf(x * sqrt 0.5)) / 2.
        return 0.5 * x * (1.0 + Special.Erf(x * (double)(float)Math.Sqrt(0.5)));
    }

    /// <summary>log(1 + exp(x)), computed without overflow.</summary>
    public static Tensor Softplus(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        return Jnp.Maximum(x, 0) + Jnp.Log1p(Jnp.Exp(-Jnp.Abs(x)));
    }

    /// <summary>log(sigmoid(x)).</summary>
    public static Tensor LogSigmoid(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return -Softplus(-x);
    }

    /// <summary>exp(x) over its sum along <paramref name="axis"/>, the maximum taken off first; the maximum has no derivative.</summary>
    public static Tensor Softmax(Tensor x, Axes? axis = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Axes along = axis ?? -1;
        Tensor shifted = x - Autodiff.StopGradient(Jnp.Largest(x, along));
        Tensor exp = Jnp.Exp(shifted);
        return exp / Jnp.Sum(exp, along, keepDims: true);
    }

    /// <summary>log(softmax(x)), computed stably.</summary>
    public static Tensor LogSoftmax(Tensor x, Axes? axis = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Axes along = axis ?? -1;
        Tensor shifted = x - Autodiff.StopGradient(Jnp.Largest(x, along));
        return shifted - Jnp.Log(Jnp.Sum(Jnp.Exp(shifted), along, keepDims: true));
    }

    /// <summary>log(sum(exp(x))) along dimensions, the maximum taken off first (0 where it is infinite).</summary>
    public static Tensor LogSumExp(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Jnp.ToInexact(Hlo.Materialize(x));
        Tensor max = Autodiff.StopGradient(Jnp.Largest(x, axes));
        max = Jnp.Where(Jnp.IsFinite(max), max, 0.0);
        Tensor result = Jnp.Log(Jnp.Sum(Jnp.Exp(x - max), axes, keepDims: true)) + max;
        return keepDims ? result : Hlo.Squeeze(result, [.. axes.Resolve(x.Rank, "logsumexp").Select(a => (int)a)]);
    }

    /// <summary>Ones at the indices along a new last dimension; indices out of range give a row of zeros.</summary>
    public static Tensor OneHot(Tensor indices, long classes, ElementKind kind = ElementKind.F32, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Shape shape = [.. indices.Shape.Dims, classes];
        Tensor wide = Hlo.BroadcastTo(Jnp.ExpandDims(indices, -1), shape);
        return Hlo.Convert(Hlo.Compare("EQ", wide, Hlo.Iota(indices.DType, shape, shape.Rank - 1)), kind);
    }

    /// <summary>
    /// x / sqrt(mean(x^2) + epsilon) * scale over the last dimension, computed in f32 and returned in x's kind (the model
    /// specification, 1.2).
    /// </summary>
    public static Tensor RmsNorm(Tensor x, Tensor scale, double epsilon = 1e-6, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor wide = Wide(x);
        Tensor normalized = wide * Jnp.Rsqrt(Jnp.Mean(wide * wide, -1, keepDims: true) + epsilon);
        return Jnp.CastTo(normalized * scale, x.DType);
    }

    /// <summary>(x - mean) / sqrt(variance + epsilon) * scale + bias over the last dimension, in f32, variance in two passes; returned in x's kind.</summary>
    public static Tensor LayerNorm(Tensor x, Tensor? scale, Tensor? bias, double epsilon = 1e-6, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor wide = Wide(x);
        Tensor centered = wide - Jnp.Mean(wide, -1, keepDims: true);
        Tensor result = centered * Jnp.Rsqrt(Jnp.Mean(centered * centered, -1, keepDims: true) + epsilon);
        result = scale is null ? result : result * scale;
        result = bias is null ? result : result + bias;
        return Jnp.CastTo(result, x.DType);
    }

    /// <summary>Normalisation over groups of channels (last dimension) and all positions between batch and channels, in f32.</summary>
    public static Tensor GroupNorm(Tensor x, int groups, Tensor? scale, Tensor? bias, double epsilon = 1e-6, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long channels = x.Shape[x.Rank - 1];
        if (channels % groups != 0)
        {
            throw Tracer.Error("group_norm", $"{channels} channels of shape {x.Shape} do not divide into {groups} groups");
        }
        Tensor wide = Jnp.Reshape(Wide(x), [x.Shape[0], -1, groups, channels / groups]);
        Tensor centered = wide - Jnp.Mean(wide, [1, 3], keepDims: true);
        Tensor result = centered * Jnp.Rsqrt(Jnp.Mean(centered * centered, [1, 3], keepDims: true) + epsilon);
        result = Jnp.Reshape(result, x.Shape);
        result = scale is null ? result : result * scale;
        result = bias is null ? result : result + bias;
        return Jnp.CastTo(result, x.DType);
    }

    /// <summary>f32, or what is wider.</summary>
    private static Tensor Wide(Tensor x) => x.DType is ElementKind.F64 ? x : Jnp.CastTo(x, ElementKind.F32);
}
