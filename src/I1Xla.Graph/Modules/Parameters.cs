namespace I1Xla.Graph;

/// <summary>Finding out which parameters a model has, by tracing it.</summary>
public static class Parameters
{
    /// <summary>
    /// The parameters a model asks for, in order of creation. The model is traced in a module that is thrown away; nothing
    /// of a parameter's size is allocated. Make dummy inputs inside with <see cref="Jnp.Zeros"/>.
    /// </summary>
    public static IReadOnlyList<ParameterSpec> Discover(Action<Scope> model, Policy? policy = null)
    {
        var module = new ModuleTracer("discover", new TraceOptions());
        var function = new FunctionTracer(module, null, "discover", [], false);
        var source = new DiscoverySource();
        using (Tracer.Enter(function))
        {
            model(new Scope(source, "", policy ?? Policy.Float32));
        }
        return source.Specs;
    }
}
