using I1Xla.Graph;
using I1Xla.Host.Checkpoints;
using I1Xla.Host.Runtime;
using I1Xla.Pjrt;

namespace I1Xla.Host.Generation;

/// <summary>The weights of a checkpoint on the device, read by name.</summary>
public sealed class CheckpointWeights : IDisposable
{
    private CheckpointWeights(PjrtBuffer[] buffers) => Buffers = buffers;

    /// <summary>The weights, in the order that was asked for.</summary>
    public PjrtBuffer[] Buffers { get; }

    /// <summary>Reads the averaged weights (<c>params_ema</c>), or the plain ones.</summary>
    /// <exception cref="UserErrorException">The file is damaged or of another model.</exception>
    public static CheckpointWeights Load(string path, IReadOnlyList<ParameterSpec> parameters, PjrtClient client, bool averaged = true)
    {
        string group = averaged ? "params_ema/" : "params/";
        Dictionary<string, ReadOnlyMemory<byte>> members = CheckpointLoader.Load(path, [.. parameters.Select(p => new CheckpointSpec(group + p.Name, "<f4", p.Shape.ToArray()))]);
        return new CheckpointWeights([.. parameters.Select(p => DeviceProgram.Upload(client, members[group + p.Name].Span, p.DType, p.Shape))]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PjrtBuffer buffer in Buffers)
        {
            buffer.Dispose();
        }
    }
}
