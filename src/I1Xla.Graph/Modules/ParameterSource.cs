using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Where a scope's parameters come from.</summary>
internal abstract class ParameterSource
{
    private readonly Dictionary<string, int> _created = [];

    /// <summary>The tensor of a parameter named from this source's root.</summary>
    public abstract Tensor Get(ParameterSpec spec);

    /// <summary>The creation index of the next parameter of a scope.</summary>
    public int NextIndex(string scopePath) => _created[scopePath] = _created.GetValueOrDefault(scopePath) + 1;
}

/// <summary>Discovery: every parameter becomes an argument of the function being traced, and is noted.</summary>
internal sealed class DiscoverySource : ParameterSource
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <summary>The parameters, in order of creation.</summary>
    public List<ParameterSpec> Specs { get; } = [];

    /// <inheritdoc/>
    public override Tensor Get(ParameterSpec spec)
    {
        if (_tensors.TryGetValue(spec.Name, out Tensor? known))
        {
            ParameterSources.CheckFits(spec, known);
            return known;
        }
        FunctionTracer f = Tracer.Current;
        var root = new Tensor(f.Function.Body.AddArgument(new TensorType(spec.DType, spec.Shape)), ParameterSources.Entry(f), f, false);
        _tensors.Add(spec.Name, root);
        Specs.Add(spec);
        return root;
    }
}

/// <summary>Parameters bound to tensors.</summary>
internal sealed class BoundSource(ParameterSet parameters) : ParameterSource
{
    /// <inheritdoc/>
    public override Tensor Get(ParameterSpec spec)
    {
        if (!parameters.TryGet(spec.Name, out Tensor? value))
        {
            throw Tracer.Error("parameter", $"the model asks for {spec.Name} {spec.DType.Name()}{spec.Shape}, which is not among the {parameters.Count} bound parameters");
        }
        ParameterSources.CheckFits(spec, value);
        return value;
    }
}

/// <summary>Parameters of a function being traced: each becomes an argument after its inputs.</summary>
internal sealed class FunctionSource(FunctionRecord record) : ParameterSource
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <inheritdoc/>
    public override Tensor Get(ParameterSpec spec)
    {
        if (!_tensors.TryGetValue(spec.Name, out Tensor? tensor))
        {
            FunctionTracer f = record.Tracer;
            BlockArgument argument = f.Function.Body.AddArgument(new TensorType(spec.DType, spec.Shape), new NameLocation(spec.Name, Tracer.Site));
            argument.NameHint = spec.Name.Replace('/', '_');
            tensor = new Tensor(argument, ParameterSources.Entry(f), f, false);
            _tensors.Add(spec.Name, tensor);
            record.Extras.Add(new ExtraArgument(spec, null));
        }
        ParameterSources.CheckFits(spec, tensor);
        return tensor;
    }
}

internal static class ParameterSources
{
    /// <summary>The frame of a function's entry block.</summary>
    public static BlockFrame Entry(FunctionTracer f)
    {
        BlockFrame frame = f.Frame;
        while (frame.Parent is not null)
        {
            frame = frame.Parent;
        }
        return frame;
    }

    public static void CheckFits(ParameterSpec spec, Tensor value)
    {
        if (value.Shape != spec.Shape || value.DType != spec.DType)
        {
            throw Tracer.Error("parameter", $"the model asks for {spec.Name} as {spec.DType.Name()}{spec.Shape}, but it is bound to {value}");
        }
    }
}
