using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

public static partial class Nn
{
    /// <summary>max(x, 0); the derivative at 0 is 0.</summary>
    public static Tensor Relu(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        x = Hlo.Materialize(x);
        Tensor zero = Hlo.ZerosLike(x);
        return Hlo.Select(Hlo.Compare("LE", x, zero), zero, x);
    }

    /// <summary>min(max(x, 0), 6).</summary>
    public static Tensor Relu6(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Minimum(Jnp.Maximum(x, 0), 6.0);
    }

    /// <summary>x above 0, a fraction of it below.</summary>
    public static Tensor LeakyRelu(Tensor x, double negativeSlope = 0.01, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Where(x >= 0.0, x, negativeSlope * x);
    }

    /// <summary>x above 0, alpha * (exp(x) - 1) below.</summary>
    public static Tensor Elu(Tensor x, double alpha = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor below = x > 0.0;
        return Jnp.Where(below, x, alpha * Jnp.Expm1(Jnp.Where(below, 0.0, x)));
    }

    /// <summary>max(x, 0) + alpha * (exp(min(x, 0) / alpha) - 1).</summary>
    public static Tensor Celu(Tensor x, double alpha = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Maximum(x, 0.0) + alpha * Jnp.Expm1(Jnp.Minimum(x, 0.0) / alpha);
    }

    /// <summary>The scaled exponential linear unit of self-normalising networks.</summary>
    public static Tensor Selu(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return 1.0507009873554804934193349852946 * Elu(x, 1.6732632423543772848170429916717);
    }

    /// <summary>x limited to [-1, 1].</summary>
    public static Tensor HardTanh(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jnp.Where(x > 1.0, 1.0, Jnp.Where(x < -1.0, -1.0, x));
    }

    /// <summary>relu6(x + 3) / 6.</summary>
    public static Tensor HardSigmoid(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Relu6(x + 3.0) / 6.0;
    }

    /// <summary>x * hard_sigmoid(x).</summary>
    public static Tensor HardSilu(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x * HardSigmoid(x);
    }

    /// <summary>x / (|x| + 1).</summary>
    public static Tensor SoftSign(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x / (Jnp.Abs(x) + 1.0);
    }

    /// <summary>(x + sqrt(x² + b)) / 2.</summary>
    public static Tensor SquarePlus(Tensor x, double b = 4, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return (x + Jnp.Sqrt(Jnp.Square(x) + b)) / 2.0;
    }

    /// <summary>x * tanh(softplus(x)).</summary>
    public static Tensor Mish(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x * Jnp.Tanh(Softplus(x));
    }

    /// <summary>x * sigmoid(x); another name of <see cref="Silu"/>.</summary>
    public static Tensor Swish(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Silu(x);
    }

    /// <summary>The first half along a dimension times the sigmoid of the second.</summary>
    public static Tensor Glu(Tensor x, int axis = -1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor[] halves = Jnp.Split(x, 2, axis);
        return halves[0] * Sigmoid(halves[1]);
    }

    /// <summary>log(mean(exp(x))) along dimensions.</summary>
    public static Tensor LogMeanExp(Tensor x, Axes axes = default, bool keepDims = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        long count = 1;
        foreach (long d in axes.Resolve(x.Rank, "logmeanexp"))
        {
            count *= x.Shape[(int)d];
        }
        return LogSumExp(x, axes, keepDims) - Math.Log(count);
    }

    /// <summary>(x - mean) / sqrt(variance + epsilon) along dimensions.</summary>
    public static Tensor Standardize(Tensor x, Axes? axis = null, double epsilon = 1e-5, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Axes along = axis ?? -1;
        Tensor mean = Jnp.Mean(x, along, keepDims: true);
        // JAX: the mean of squares less the square of the mean.
        Tensor variance = Jnp.Mean(Jnp.Square(x), along, keepDims: true) - Jnp.Square(mean);
        return (x - mean) * Jnp.Rsqrt(variance + epsilon);
    }
}
