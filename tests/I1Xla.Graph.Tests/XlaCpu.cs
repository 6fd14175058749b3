using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
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
    public static Literal[] Run(TracedModule module, params Literal[] arguments) => Backends.On(s_client.Value, module, arguments);

    /// <summary>The plugin's name of an element kind.</summary>
    public static PjrtElementType TypeOf(ElementKind kind) => kind switch
    {
        ElementKind.I1 => PjrtElementType.Pred,
        ElementKind.I8 => PjrtElementType.S8,
        ElementKind.I16 => PjrtElementType.S16,
        ElementKind.I32 => PjrtElementType.S32,
        ElementKind.I64 => PjrtElementType.S64,
        ElementKind.UI8 => PjrtElementType.U8,
        ElementKind.UI16 => PjrtElementType.U16,
        ElementKind.UI64 => PjrtElementType.U64,
        ElementKind.F16 => PjrtElementType.F16,
        ElementKind.Complex128 => PjrtElementType.C128,
        ElementKind.UI32 => PjrtElementType.U32,
        ElementKind.F64 => PjrtElementType.F64,
        ElementKind.F32 => PjrtElementType.F32,
        ElementKind.BF16 => PjrtElementType.BF16,
        ElementKind.Complex64 => PjrtElementType.C64,
        _ => throw new NotSupportedException(kind.Name()),
    };
}
