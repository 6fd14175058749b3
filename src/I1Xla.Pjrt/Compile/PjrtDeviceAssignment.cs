using Google.Protobuf;
using I1Xla.Pjrt.Xla;

namespace I1Xla.Pjrt;

/// <summary>Which device runs which replica of which partition.</summary>
public sealed class PjrtDeviceAssignment
{
    private readonly int[,] devices;

    /// <summary>An assignment from device numbers indexed by replica, then partition.</summary>
    public PjrtDeviceAssignment(int[,] devices) => this.devices = (int[,])devices.Clone();

    /// <summary>How many replicas.</summary>
    public int Replicas => devices.GetLength(0);

    /// <summary>How many partitions.</summary>
    public int Partitions => devices.GetLength(1);

    /// <summary>The device of a replica and partition.</summary>
    public int this[int replica, int partition] => devices[replica, partition];

    /// <summary>One replica over the given devices in order.</summary>
    public static PjrtDeviceAssignment Partitioned(IReadOnlyList<int> devices)
    {
        var matrix = new int[1, devices.Count];
        for (int i = 0; i < devices.Count; i++)
        {
            matrix[0, i] = devices[i];
        }
        return new PjrtDeviceAssignment(matrix);
    }

    /// <summary>Reads a serialized <c>xla.DeviceAssignmentProto</c>.</summary>
    public static PjrtDeviceAssignment Parse(ReadOnlySpan<byte> bytes)
    {
        DeviceAssignmentProto proto = DeviceAssignmentProto.Parser.ParseFrom(bytes);
        var matrix = new int[proto.ReplicaCount, proto.ComputationCount];
        for (int p = 0; p < proto.ComputationCount; p++)
        {
            for (int r = 0; r < proto.ReplicaCount; r++)
            {
                matrix[r, p] = checked((int)proto.ComputationDevices[p].ReplicaDeviceIds[r]);
            }
        }
        return new PjrtDeviceAssignment(matrix);
    }

    /// <summary>The assignment as a serialized <c>xla.DeviceAssignmentProto</c>.</summary>
    public byte[] ToBytes() => ToProto().ToByteArray();

    /// <summary>The devices, replica by replica.</summary>
    public override string ToString() => "[" + string.Join(" ", Enumerable.Range(0, Replicas).Select(r => "[" + string.Join(',', Enumerable.Range(0, Partitions).Select(p => devices[r, p])) + "]")) + "]";

    internal DeviceAssignmentProto ToProto()
    {
        var proto = new DeviceAssignmentProto { ReplicaCount = Replicas, ComputationCount = Partitions };
        for (int p = 0; p < Partitions; p++)
        {
            var row = new DeviceAssignmentProto.Types.ComputationDevice();
            row.ReplicaDeviceIds.Add(Enumerable.Range(0, Replicas).Select(r => (long)devices[r, p]));
            proto.ComputationDevices.Add(row);
        }
        return proto;
    }
}
