using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

/// <summary>Runs a model's forward pass on two backends and compares what every layer gives, so that the first bad one is named.</summary>
internal static class LayerReplay
{
    /// <summary>The table of the layers' errors, in the order of the model.</summary>
    /// <param name="config">The model.</param>
    /// <param name="specs">Its parameters.</param>
    /// <param name="arguments">Parameters, then inputs.</param>
    /// <param name="inputs">Names of the inputs: <c>in/x</c>, <c>in/t</c>, <c>in/mask</c>, captions; others are not used.</param>
    /// <param name="found">The backend in question.</param>
    /// <param name="reference">What it is measured against.</param>
    /// <param name="referenceArguments">Arguments of the reference, where they differ.</param>
    /// <param name="tolerance">Error against a layer's scale.</param>
    public static ErrorTable Compare(
        DiTConfig config, IReadOnlyList<ParameterSpec> specs, Literal[] arguments, string[] inputs, Backend found, Backend reference, Literal[]? referenceArguments = null, double tolerance = 2e-5)
    {
        TracedModule traced = Jit.Trace("layers", [.. arguments.Select((a, i) => new ArgumentSpec($"a{i}", a.Type.Kind, a.Shape))], t =>
        {
            var layers = new List<NamedResult>();
            var model = new DiT(config with { ScanBlocks = false }) { Observer = (name, value) => layers.Add(new NamedResult(name, value)) };
            Tensor Input(string name) => t[specs.Count + Array.IndexOf(inputs, name)];
            Tensor[] captions = [.. inputs.Where(i => i.StartsWith("in/caption", StringComparison.Ordinal)).Select(Input)];
            var parameters = new ParameterSet(specs.Select(s => s.Name), t[..specs.Count]);
            layers.Clear();
            model.Apply(Scope.Bind(parameters), Input("in/x"), Input("in/t"), captions, Input("in/mask"));
            return layers;
        });
        Literal[] a = found.Run(traced, arguments), b = reference.Run(traced, referenceArguments ?? arguments);
        var table = new ErrorTable();
        for (int i = 0; i < a.Length; i++)
        {
            table.OfScale(traced.Results[i].Name, a[i].As<float>(), b[i].As<float>(), tolerance);
        }
        return table;
    }
}
