using I1Xla.Cpu.Runtime;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A program bound to the devices of a client.</summary>
internal sealed unsafe class LoadedProgramObject
{
    private volatile bool _deleted;

    public LoadedProgramObject(ClientObject client, ProgramObject program)
    {
        Client = client;
        Program = program;
        Assignment = program.Request.DeviceAssignment(client.Devices.Length);
        var devices = new List<DeviceObject>();
        for (int r = 0; r < Assignment.Replicas; r++)
        {
            for (int p = 0; p < Assignment.Partitions; p++) devices.Add(client.Device(Assignment[r, p]));
        }
        Devices = [.. devices];
        DevicePointers = NativeBlock.Of<nint>([.. devices.Select(d => d.Pointer)]);
        Pointer = Handle.New(this);
    }

    public ClientObject Client { get; }

    public ProgramObject Program { get; }

    public PjrtDeviceAssignment Assignment { get; }

    public DeviceObject[] Devices { get; }

    public NativeBlock DevicePointers { get; }

    public nint Pointer { get; }

    public bool IsDeleted => _deleted;

    public void Delete() => _deleted = true;

    /// <summary>
    /// Launches on the given devices (all of them, or one for a portable program) and returns at once: results are ready, and the events returned
    /// happen, when the run is over. A program that is small, or took less than 2 ms when it last ran, is run before this returns if its arguments are there.
    /// </summary>
    /// <param name="arguments">Buffers of each device.</param>
    /// <param name="device">The one device, or null for all.</param>
    /// <param name="keep">Parameters that must not be donated.</param>
    /// <param name="hostTransfers">The host on the other side of the program's channels.</param>
    public (BufferObject[][] Results, EventObject Done) Launch(BufferObject[][] arguments, DeviceObject? device, long[] keep, HostTransfers? hostTransfers)
    {
        if (_deleted) throw PluginException.Precondition("The executable has been deleted.");
        DeviceObject[] devices = device is null ? Devices : [device];
        if (arguments.Length != devices.Length) throw PluginException.Invalid($"The program runs on {devices.Length} devices; arguments came for {arguments.Length}.");
        var launch = new ProgramLaunch(Program, arguments, devices, keep, hostTransfers);
        DeviceObject queue = devices.Length == 1 ? devices[0] : Client.Collective;
        if (Program.IsShort && !Program.TalksToHost && queue.IsIdle && launch.CanStart) launch.Run();
        else if (HostCalls.IsAny) Task.Factory.StartNew(launch.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        else queue.Enqueue(launch.Run);
        return (launch.Results, launch.Done);
    }
}
