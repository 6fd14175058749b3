using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Derivatives of traced functions.</summary>
public static partial class Autodiff
{
    /// <summary>The tensor as a constant for differentiation.</summary>
    public static Tensor StopGradient(Tensor x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        return x.IsNumber ? x : Hlo.One(HloOps.StopGradient, x.Type, x.IsWeak, x);
    }

    /// <summary>The tensor under a name that <see cref="CheckpointPolicy.SaveOnlyTheseNames"/> can speak of.</summary>
    public static Tensor CheckpointName(Tensor x, string name, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Trace.At(file, line);
        return Hlo.One(HloOps.CheckpointName, x.Type, x.IsWeak, x, new AttributeMap { { "name", new StringAttr(name) } });
    }
}
