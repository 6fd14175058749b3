using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>
/// The programs that CPU plugins are compared on: what diffusion transformers, their autoencoders and text encoders are made of,
/// alone and together, in sizes that take 5 ms to 5 s.
/// </summary>
public static class BenchmarkPrograms
{
    /// <summary>All programs, cheap to list: a module is made when its program's turn comes.</summary>
    public static IReadOnlyList<BenchmarkProgram> All { get; } =
    [
        .. MatmulPrograms.All,
        .. AttentionPrograms.All,
        .. TransformerPrograms.All,
        .. TrainingPrograms.All,
        .. LayerPrograms.All,
        .. AutoencoderPrograms.All,
        .. PrimitivePrograms.All,
    ];

    /// <summary>A program of one function of tensors.</summary>
    internal static BenchmarkProgram Function(string name, ArgumentSpec[] arguments, Func<Tensor[], Tensor[]> function, Func<ArgumentSpec, ArgumentRange?>? range = null) =>
        BenchmarkProgram.Traced(name, () => Jit.Trace(name, arguments, function), range);

    /// <summary>A program of a model with parameters: its results, or with <paramref name="gradient"/> the gradients of their mean square with respect to parameters and floating inputs.</summary>
    internal static BenchmarkProgram Model(string name, ArgumentSpec[] inputs, Func<Scope, Tensor[], Tensor[]> model, bool gradient = false) =>
        BenchmarkProgram.Traced(name, () =>
        {
            IReadOnlyList<ParameterSpec> specs = Parameters.Discover(scope => model(scope, [.. inputs.Select(i => Jnp.Zeros(i.Shape, i.DType))]));
            ArgumentSpec[] arguments = [.. specs.Select(p => new ArgumentSpec(p.Name, p.DType, p.Shape)), .. inputs];
            return Jit.Trace(name, arguments, a => gradient ? Gradients(a) : Apply(a));

            Tensor[] Apply(Tensor[] a) => model(Scope.Bind(new ParameterSet(specs.Select(p => p.Name), a[..specs.Count])), a[specs.Count..]);

            Tensor[] Gradients(Tensor[] a)
            {
                int[] wanted = [.. a.Select((t, i) => (t, i)).Where(p => p.t.DType.IsFloat()).Select(p => p.i)];
                return Autodiff.Grad(
                    moved =>
                    {
                        var all = (Tensor[])a.Clone();
                        for (int i = 0; i < wanted.Length; i++)
                        {
                            all[wanted[i]] = moved[i];
                        }
                        return MeanSquare(Apply(all));
                    },
                    [.. wanted.Select(i => a[i])]);
            }
        }, argument => argument.Name.EndsWith("kernel", StringComparison.Ordinal) ? ArgumentRange.Normal(1 / Math.Sqrt(FanIn(argument.Shape))) : null);

    /// <summary>The mean square of several tensors, summed in f32.</summary>
    internal static Tensor MeanSquare(IReadOnlyList<Tensor> values) =>
        values.Select(v => Jnp.Mean(Jnp.Square(Jnp.Cast(v, ElementKind.F32)))).Aggregate((a, b) => a + b);

    private static double FanIn(Shape shape) => (double)shape.ElementCount / shape[^1];
}
