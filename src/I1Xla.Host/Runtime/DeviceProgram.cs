using System.Diagnostics;
using I1Xla.Graph;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Runtime;

/// <summary>A traced module compiled on a client's first device, with its argument names for errors.</summary>
public sealed class DeviceProgram : IDisposable
{
    private readonly PjrtLoadedExecutable _executable;

    private DeviceProgram(TracedModule traced, PjrtLoadedExecutable executable, TimeSpan compileTime)
    {
        Traced = traced;
        _executable = executable;
        CompileTime = compileTime;
    }

    /// <summary>What was traced.</summary>
    public TracedModule Traced { get; }

    /// <summary>How long the plugin took.</summary>
    public TimeSpan CompileTime { get; }

    /// <summary>Prints a module and compiles it.</summary>
    public static DeviceProgram Compile(PjrtClient client, TracedModule traced)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(MlirPrinter.Print(traced.Module));
        var clock = Stopwatch.StartNew();
        PjrtLoadedExecutable executable = client.Compile(PjrtProgram.Mlir(text));
        return new DeviceProgram(traced, executable, clock.Elapsed);
    }

    /// <summary>Queues an execution; donated arguments have no value afterwards.</summary>
    public PjrtBuffer[] Execute(ReadOnlySpan<PjrtBuffer> inputs) => _executable.Execute(inputs);

    /// <summary>Bytes to a device buffer of an argument's kind and shape.</summary>
    public static PjrtBuffer Upload(PjrtClient client, ReadOnlySpan<byte> data, ElementKind kind, Shape shape) =>
        client.CreateBuffer(data, kind.ToPjrt(), shape.Dims);

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();
}
