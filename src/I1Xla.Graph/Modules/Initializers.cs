using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>How a parameter starts: a name, and the values for a key and a shape, computed on the host in f32 as Flax computes them.</summary>
/// <param name="Name">For listings, such as <c>lecun_normal</c>.</param>
/// <param name="Fill">Writes the values, row-major.</param>
public sealed record Initializer(string Name, Action<HostRandom, Shape, Span<float>> Fill)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Flax's initialisers (<c>jax.nn.initializers</c>).</summary>
public static class Initializers
{
    /// <summary>Zeros.</summary>
    public static Initializer Zeros { get; } = new("zeros", static (_, _, values) => values.Clear());

    /// <summary>Ones.</summary>
    public static Initializer Ones { get; } = new("ones", static (_, _, values) => values.Fill(1));

    /// <summary>One value everywhere.</summary>
    public static Initializer Constant(float value) => new($"constant({value})", (_, _, values) => values.Fill(value));

    /// <summary>Given values, row-major, as many as the parameter has (position tables).</summary>
    public static Initializer Values(ReadOnlyMemory<float> table, string name = "values") => new(name, (_, _, values) => table.Span.CopyTo(values));

    /// <summary>Normal with mean 0.</summary>
    public static Initializer Normal(double standardDeviation) => new($"normal({standardDeviation})", (key, _, values) =>
    {
        key.Normal(values);
        Scale(values, (float)standardDeviation);
    });

    /// <summary>Truncated normal on two standard deviations, variance 1 / fan_in after truncation.</summary>
    public static Initializer LecunNormal() => new("lecun_normal", static (key, shape, values) =>
    {
        // JAX takes the variance as an f32 and divides by the standard deviation of the truncated unit normal.
        float deviation = MathF.Sqrt((float)(1.0 / Fans(shape).In)) / 0.87962566103423978f;
        key.TruncatedNormal(-2, 2, values);
        Scale(values, deviation);
    });

    /// <summary>Uniform on ±sqrt(6 / (fan_in + fan_out)).</summary>
    public static Initializer XavierUniform() => new("xavier_uniform", static (key, shape, values) =>
    {
        (double fanIn, double fanOut) = Fans(shape);
        float variance = (float)(1.0 / ((fanIn + fanOut) / 2));
        key.Uniform(-1, 1, values);
        Scale(values, MathF.Sqrt(3 * variance));
    });

    /// <summary>Input and output connections of a kernel: the last two dimensions, times the size of the others (a convolution's window).</summary>
    public static (double In, double Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
        {
            throw new GraphException($"an initialiser by fan-in needs at least two dimensions, found shape {shape}");
        }
        double window = 1;
        for (int i = 0; i < shape.Rank - 2; i++)
        {
            window *= shape[i];
        }
        return (shape[^2] * window, shape[^1] * window);
    }

    private static void Scale(Span<float> values, float by)
    {
        foreach (ref float v in values)
        {
            v *= by;
        }
    }
}
