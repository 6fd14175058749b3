using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;
using I1Xla.Testing;

namespace I1Xla.Graph.Tests;

/// <summary>Runs traced modules on the XLA CPU plugin.</summary>
internal static class XlaCpu
{
    private static readonly Lazy<PjrtPlugin> s_plugin = new(() => PjrtPlugin.Load(SharedAssets.Plugin("libpjrt_cpu")));
    private static readonly Lazy<PjrtClient> s_client = new(() => NewClient(1));

    /// <summary>A client of so many virtual devices.</summary>
    public static PjrtClient NewClient(int devices) => s_plugin.Value.CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = (long)devices });

    /// <summary>Compiles and runs a module on one device.</summary>
    public static Literal[] Run(TracedModule module, params Literal[] arguments)
    {
        PjrtClient client = s_client.Value;
        using PjrtLoadedExecutable program = client.Compile(MlirPrinter.Print(module.Module));
        PjrtBuffer[] inputs = [.. arguments.Select(a => client.CreateBuffer(a.Data.Span, TypeOf(a.Type.Kind), a.Shape.Dims))];
        PjrtBuffer[] outputs = program.Execute(inputs);
        Literal[] results = [.. outputs.Select((b, i) => new Literal(module.Results[i].Type, b.ToBytes()))];
        Array.ForEach([.. inputs, .. outputs], b => b.Dispose());
        return results;
    }

    /// <summary>The plugin's name of an element kind.</summary>
    public static PjrtElementType TypeOf(ElementKind kind) => kind switch
    {
        ElementKind.I1 => PjrtElementType.Pred,
        ElementKind.I32 => PjrtElementType.S32,
        ElementKind.I64 => PjrtElementType.S64,
        ElementKind.UI32 => PjrtElementType.U32,
        ElementKind.F64 => PjrtElementType.F64,
        ElementKind.F32 => PjrtElementType.F32,
        ElementKind.BF16 => PjrtElementType.BF16,
        ElementKind.Complex64 => PjrtElementType.C64,
        _ => throw new NotSupportedException(kind.Name()),
    };
}
