using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Graph.Tests;

/// <summary>Where a traced module can be run.</summary>
public enum Backend
{
    /// <summary>The reference interpreter.</summary>
    Interpreter,

    /// <summary>The embedded CPU plugin.</summary>
    Embedded,

    /// <summary>The XLA CPU plugin.</summary>
    XlaCpu,
}

/// <summary>Runs traced modules anywhere.</summary>
internal static class Backends
{
    private static readonly Lazy<PjrtClient> s_embedded = new(() => NewClient(Backend.Embedded, 1));

    /// <summary>A client of so many virtual devices of a plugin.</summary>
    public static PjrtClient NewClient(Backend backend, int devices) => backend == Backend.XlaCpu ? XlaCpu.NewClient(devices)
        : PjrtPlugin.FromTable(CpuPlugin.GetApi(), "cpu").CreateClient(new Dictionary<string, PjrtValue> { ["cpu_device_count"] = (long)devices });

    /// <summary>Runs a module.</summary>
    public static Literal[] Run(Backend backend, TracedModule module, params Literal[] arguments) => backend switch
    {
        Backend.Interpreter => Derivatives.Run(module, arguments),
        Backend.Embedded => On(s_embedded.Value, module, arguments),
        _ => XlaCpu.Run(module, arguments),
    };

    /// <summary>Compiles and runs a module on one device of a client.</summary>
    public static Literal[] On(PjrtClient client, TracedModule module, Literal[] arguments)
    {
        using PjrtLoadedExecutable program = client.Compile(MlirPrinter.Print(module.Module));
        PjrtBuffer[] inputs = [.. arguments.Select(a => client.CreateBuffer(a.Data.Span, XlaCpu.TypeOf(a.Type.Kind), a.Shape.Dims))];
        PjrtBuffer[] outputs = program.Execute(inputs);
        Literal[] results = [.. outputs.Select((b, i) => new Literal(module.Results[i].Type, b.ToBytes()))];
        Array.ForEach([.. inputs, .. outputs], b => b.Dispose());
        return results;
    }
}
