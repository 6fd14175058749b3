using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;

namespace I1Xla.Graph;

/// <summary>Tracing of functions into modules, and functions inside functions.</summary>
public static class Jit
{
    /// <summary>Traces a function into a module whose <c>main</c> it becomes.</summary>
    /// <param name="name">Name of the module.</param>
    /// <param name="arguments">Names, kinds, shapes and shardings of the arguments.</param>
    /// <param name="function">The function: tensors in the order of the arguments, named results out.</param>
    /// <param name="options">Mesh and emission.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    /// <exception cref="GraphException">A mistake in the program; the message names operation, shapes and line.</exception>
    public static TracedModule Trace(
        string name, IReadOnlyList<ArgumentSpec> arguments, Func<Tensor[], IReadOnlyList<NamedResult>> function, TraceOptions? options = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        options ??= new TraceOptions();
        Tracer.At(file, line);
        var module = new ModuleTracer(name, options);
        var main = new FunctionTracer(module, null, "main", [.. arguments.Select(a => (IrType)a.Type)], isPrivate: false);
        module.Module.Body.Add(main.Function.Op);
        var results = new List<ResultSpec>();
        using (Tracer.Enter(main))
        {
            var inputs = new Tensor[arguments.Count];
            for (int i = 0; i < inputs.Length; i++)
            {
                BlockArgument argument = main.Function.Body.Arguments[i];
                argument.Location = new NameLocation(arguments[i].Name);
                inputs[i] = main.Wrap(argument);
            }
            IReadOnlyList<NamedResult> named = function(inputs);
            var values = new Value[named.Count];
            for (int i = 0; i < values.Length; i++)
            {
                Tensor value = Hlo.Materialize(named[i].Value);
                values[i] = main.Use(value, "return");
                results.Add(new ResultSpec(named[i].Name, value.Type, named[i].Sharding));
            }
            main.Return(values);
        }
        Finisher.Finish(module, main);
        if (options.DecomposeChlo)
        {
            new ChloLegalizePass().Run(module.Module);
        }
        Dictionary<int, int> donations = MainAttributes.Set(module, main.Function, arguments, results);
        return new TracedModule(module.Module, [.. arguments], results, donations);
    }

    /// <summary>Traces a function whose results are named <c>result0</c>, <c>result1</c>, ….</summary>
    public static TracedModule Trace(string name, IReadOnlyList<ArgumentSpec> arguments, Func<Tensor[], Tensor[]> function, TraceOptions? options = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Trace(name, arguments, inputs => [.. function(inputs).Select((t, i) => new NamedResult($"result{i}", t))], options, file, line);

    /// <summary>Traces a function of one result.</summary>
    public static TracedModule Trace(string name, IReadOnlyList<ArgumentSpec> arguments, Func<Tensor[], Tensor> function, TraceOptions? options = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Trace(name, arguments, inputs => [new NamedResult("result", function(inputs))], options, file, line);

    /// <summary>
    /// Calls a function as one of its own in the module: the first call with given shapes traces it, later ones only emit a
    /// call. Tensors the delegate holds from outside are passed along.
    /// </summary>
    public static Tensor[] Call(Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> inputs, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Functions.Call(name ?? Functions.NameOf(function), function, "", inputs.ToArray(), null, (_, a) => function(a), null, null);
    }

    /// <summary>Calls a function of one tensor as one of its own in the module.</summary>
    public static Tensor Call(Func<Tensor, Tensor> function, Tensor x, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Functions.Call(name ?? Functions.NameOf(function), function, "", [x], null, (_, a) => [function(a[0])], null, null)[0];
    }
}
