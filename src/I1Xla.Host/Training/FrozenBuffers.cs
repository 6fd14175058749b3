using System.Runtime.InteropServices;
using I1Xla.Graph;
using I1Xla.Host.Runtime;
using I1Xla.Models;
using I1Xla.Pjrt;

namespace I1Xla.Host.Training;

/// <summary>The frozen parts' parameters on the device, in the order of <see cref="FrozenParts.Parameters"/>.</summary>
public sealed class FrozenBuffers : IDisposable
{
    // Frozen tables are part of a run's meaning, not of its randomness: one seed for all runs.
    private const long Seed = 20_240_229;

    private FrozenBuffers(PjrtBuffer[] buffers) => Buffers = buffers;

    /// <summary>The buffers.</summary>
    public PjrtBuffer[] Buffers { get; }

    /// <summary>Makes them.</summary>
    public static FrozenBuffers Create(FrozenParts parts, PjrtClient client) => new(
    [
        .. parts.Parameters.Select(spec =>
        {
            byte[] bytes = new byte[spec.ElementCount * sizeof(float)];
            spec.Initializer.Fill(FlaxKeys.ParameterKey(HostRandom.Key(Seed), spec), spec.Shape, MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
            return DeviceProgram.Upload(client, bytes, spec.DType, spec.Shape);
        }),
    ]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PjrtBuffer buffer in Buffers)
        {
            buffer.Dispose();
        }
    }
}
