using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of traced functions.</summary>
public static partial class Autodiff
{
    /// <summary>The tensor as a constant for differentiation.</summary>
    public static Tensor StopGradient(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return x.IsNumber ? x : Hlo.One(HloOps.StopGradient, x.Type, x.IsWeak, x);
    }

    /// <summary>The tensor, with respect to which a derivative is an error that says why.</summary>
    internal static Tensor NoDerivative(Tensor x, string why) => Hlo.One(HloOps.NoDerivative, x.Type, x.IsWeak, x, new AttributeMap { { "why", new StringAttr(why) } });

    /// <summary>The tensor under a name that <see cref="CheckpointPolicy.SaveOnlyTheseNames"/> can speak of.</summary>
    public static Tensor CheckpointName(Tensor x, string name, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Hlo.One(HloOps.CheckpointName, x.Type, x.IsWeak, x, new AttributeMap { { "name", new StringAttr(name) } });
    }

    /// <summary>
    /// The results of a function and its pullback: from cotangents of the results (null for zero) to cotangents of the
    /// arguments (zeros where there is no dependence). Tensors the function holds from outside are constants, also when
    /// they are the arguments themselves.
    /// </summary>
    public static (Tensor[] Results, Func<Tensor?[], Tensor[]> Pullback) Vjp(Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> arguments, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        FunctionTracer f = Tracer.Current;
        BlockFrame frame = f.Frame;
        Tensor[] inputs = Aliased(arguments);
        int start = frame.Block.Operations.Count;
        Tensor[] results = function(inputs);
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Hlo.Materialize(results[i]);
        }
        int end = frame.Block.Operations.Count;
        return (results, cotangents =>
        {
            if (!ReferenceEquals(f.Frame, frame) || !ReferenceEquals(Tracer.Current, f))
            {
                throw Tracer.Error("vjp", "the pullback is called in another function or loop body than the function it belongs to");
            }
            var walk = new Backward(f.Module, frame.Block, v => f.Wrap(v));
            foreach (Tensor input in inputs)
            {
                walk.Want(f.Use(input, "vjp"));
            }
            walk.Activate(start, end);
            for (int i = 0; i < results.Length; i++)
            {
                if (cotangents[i] is { } ct)
                {
                    ct = ct.IsNumber ? Hlo.Number(ct, results[i].DType, results[i].Shape) : ct;
                    if (!ct.Type.Equals(results[i].Type))
                    {
                        throw Tracer.Error("vjp", $"cotangent {ct} for result {i}, which is {results[i]}");
                    }
                    walk.Accumulate(f.Use(results[i], "vjp"), ct);
                }
            }
            walk.Walk(start, end);
            return [.. inputs.Select(x => walk.Cotangent(f.Use(x, "vjp")) ?? Hlo.Zeros(x.Type))];
        }
        );
    }

    /// <summary>The value of a scalar function and its gradient with respect to each argument.</summary>
    /// <exception cref="GraphException">The function does not give a real scalar, or an operation has no rule.</exception>
    public static (Tensor Value, Tensor[] Gradients) ValueAndGrad(Func<Tensor[], Tensor> function, ReadOnlySpan<Tensor> arguments, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (Tensor[] results, Func<Tensor?[], Tensor[]> pullback) = Vjp(inputs => [function(inputs)], arguments, file, line);
        return (results[0], pullback([Seed(results[0])]));
    }

    /// <summary>The value and gradient of a scalar function that also gives other tensors.</summary>
    public static (Tensor Value, Tensor[] Aux, Tensor[] Gradients) ValueAndGradWithAux(Func<Tensor[], (Tensor Value, Tensor[] Aux)> function, ReadOnlySpan<Tensor> arguments, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (Tensor[] results, Func<Tensor?[], Tensor[]> pullback) = Vjp(inputs =>
        {
            (Tensor value, Tensor[] aux) = function(inputs);
            return [value, .. aux];
        }, arguments, file, line);
        var seeds = new Tensor?[results.Length];
        seeds[0] = Seed(results[0]);
        return (results[0], results[1..], pullback(seeds));
    }

    /// <summary>The value of a loss and its gradient with respect to each parameter.</summary>
    public static (Tensor Value, ParameterSet Gradients) ValueAndGrad(Func<ParameterSet, Tensor> loss, ParameterSet parameters, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (Tensor value, Tensor[] gradients) = ValueAndGrad(inputs => loss(parameters.With(inputs)), [.. parameters.Values], file, line);
        return (value, parameters.With(gradients));
    }

    /// <summary>The value of a loss that also gives other tensors, and its gradient with respect to each parameter.</summary>
    public static (Tensor Value, Tensor[] Aux, ParameterSet Gradients) ValueAndGradWithAux(Func<ParameterSet, (Tensor Value, Tensor[] Aux)> loss, ParameterSet parameters, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        (Tensor value, Tensor[] aux, Tensor[] gradients) = ValueAndGradWithAux(inputs => loss(parameters.With(inputs)), [.. parameters.Values], file, line);
        return (value, aux, parameters.With(gradients));
    }

    /// <summary>The gradient of a scalar function of one tensor.</summary>
    public static Tensor Grad(Func<Tensor, Tensor> function, Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ValueAndGrad(inputs => function(inputs[0]), [x], file, line).Gradients[0];
    }

    /// <summary>The gradients of a scalar function of several tensors.</summary>
    public static Tensor[] Grad(Func<Tensor[], Tensor> function, ReadOnlySpan<Tensor> arguments, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return ValueAndGrad(function, arguments, file, line).Gradients;
    }

    /// <summary>Forward mode: the results of a function and their derivatives along the given tangents of its arguments (null for zero).</summary>
    public static (Tensor[] Results, Tensor[] Tangents) Jvp(Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> arguments, ReadOnlySpan<Tensor?> tangents, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        FunctionTracer f = Tracer.Current;
        Tensor[] inputs = Aliased(arguments);
        Block block = f.Frame.Block;
        int start = block.Operations.Count;
        Tensor[] results = function(inputs);
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Hlo.Materialize(results[i]);
        }
        int end = block.Operations.Count;
        var walk = new Forward(f.Module, v => f.Wrap(v));
        for (int i = 0; i < inputs.Length; i++)
        {
            if (tangents[i] is { } tangent)
            {
                tangent = tangent.IsNumber ? Hlo.Number(tangent, inputs[i].DType, inputs[i].Shape) : tangent;
                if (!tangent.Type.Equals(inputs[i].Type))
                {
                    throw Tracer.Error("jvp", $"tangent {tangent} for argument {i}, which is {inputs[i]}");
                }
                walk.Set(f.Use(inputs[i], "jvp"), tangent);
            }
        }
        walk.Walk(block.Operations, start, end);
        return (results, [.. results.Select(r => walk.Tangent(f.Use(r, "jvp")) ?? Hlo.Zeros(r.Type))]);
    }

    /// <summary>
    /// Calls a function so that its backward pass computes again what the policy does not save
    /// (<c>jax.checkpoint</c>). Nothing but the inputs is saved when no policy is given.
    /// </summary>
    public static Tensor[] Checkpoint(Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> inputs, CheckpointPolicy? policy = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Functions.Call("checkpoint", function, "", inputs.ToArray(), null, (_, a) => function(a), policy ?? CheckpointPolicy.NothingSaveable, null);
    }

    /// <summary>
    /// Calls a function with a reverse derivative of its own (<c>jax.custom_vjp</c>): <paramref name="forward"/> gives the
    /// same results and residuals; <paramref name="backward"/> takes residuals and result cotangents and gives a cotangent
    /// for each input (null for zero). Forward mode uses the transpose of <paramref name="backward"/>, which is therefore
    /// taken to be linear in the cotangents (JAX has no forward mode here).
    /// </summary>
    public static Tensor[] CustomVjp(
        Func<Tensor[], Tensor[]> function, Func<Tensor[], (Tensor[] Results, Tensor[] Residuals)> forward, Func<Tensor[], Tensor[], Tensor?[]> backward,
        ReadOnlySpan<Tensor> inputs, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Functions.Call(Functions.NameOf(function), function, "custom_vjp", inputs.ToArray(), null, (_, a) => function(a), null, new CustomVjpRule(forward, backward));
    }

    /// <summary>
    /// Calls a function with a forward derivative of its own (<c>jax.custom_jvp</c>): <paramref name="rule"/> takes inputs and
    /// their tangents and gives the results and their tangents, linear in the tangents. Reverse mode uses its transpose.
    /// </summary>
    public static Tensor[] CustomJvp(
        Func<Tensor[], Tensor[]> function, Func<Tensor[], Tensor[], (Tensor[] Results, Tensor[] Tangents)> rule, ReadOnlySpan<Tensor> inputs, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Functions.Call(Functions.NameOf(function), function, "custom_jvp", inputs.ToArray(), null, (_, a) => function(a), null, new CustomJvpRule(function, rule));
    }

    /// <summary>
    /// The gradient of a function and, for each direction, the product of its Hessian with the direction: forward over
    /// reverse, one extra pass a direction.
    /// </summary>
    public static (Tensor[] Gradients, Tensor[] Products) HessianVectorProduct(Func<Tensor[], Tensor> function, ReadOnlySpan<Tensor> arguments, ReadOnlySpan<Tensor?> directions, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Jvp(a => Grad(function, a), arguments, directions, file, line);
    }

    private static Tensor[] Aliased(ReadOnlySpan<Tensor> arguments)
    {
        var inputs = new Tensor[arguments.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor x = Hlo.Materialize(arguments[i]);
            inputs[i] = Hlo.One(HloOps.Alias, x.Type, x.IsWeak, x);
        }
        return inputs;
    }

    private static Tensor Seed(Tensor value) => value.Rank == 0 && value.DType.IsFloat()
        ? Hlo.Ones(value.Type)
        : throw Tracer.Error("grad", $"the function gives {value}; a gradient needs a real scalar");
}
