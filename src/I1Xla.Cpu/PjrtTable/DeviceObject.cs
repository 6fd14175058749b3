using System.Collections.Concurrent;
using I1Xla.Cpu.Threading;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A device's description; a topology has one for each device, with or without a client.</summary>
internal sealed class DescriptionObject
{
    public DescriptionObject(int id)
    {
        Id = id;
        Pointer = Handle.New(this);
        DebugString = NativeBlock.Text($"TFRT_CPU_{id}");
        ToStringText = NativeBlock.Text($"CpuDevice(id={id})");
    }

    public static NativeBlock Kind { get; } = NativeBlock.Text("cpu");

    public int Id { get; }

    public nint Pointer { get; }

    public NativeBlock DebugString { get; }

    public NativeBlock ToStringText { get; }
}

/// <summary>A memory space of a device.</summary>
internal sealed class MemoryObject
{
    public MemoryObject(DeviceObject device, MemoryKind kind, int id)
    {
        Device = device;
        Kind = kind;
        Id = id;
        Pointer = Handle.New(this);
        KindText = NativeBlock.Text(kind.Name);
        DebugString = NativeBlock.Text($"{kind.DebugName}(id={id}, process_index=0, client=cpu)");
        ToStringText = NativeBlock.Text($"{kind.ShortName}_{id}");
        Devices = NativeBlock.Of<nint>([device.Pointer]);
    }

    public DeviceObject Device { get; }

    public MemoryKind Kind { get; }

    public int Id { get; }

    public nint Pointer { get; }

    public NativeBlock KindText { get; }

    public NativeBlock DebugString { get; }

    public NativeBlock ToStringText { get; }

    public NativeBlock Devices { get; }
}

/// <summary>A virtual device: memory spaces and a thread that runs what is launched on it, in order.</summary>
internal sealed class DeviceObject
{
    private readonly BlockingCollection<Action> _queue = [];
    private Thread? _thread;
    private int _pending;

    public DeviceObject(ClientObject client, DescriptionObject description)
    {
        Client = client;
        Description = description;
        Pointer = Handle.New(this);
        Memories = [.. MemoryKind.All.Select((kind, i) => new MemoryObject(this, kind, (description.Id * MemoryKind.All.Length) + i))];
        MemoryPointers = NativeBlock.Of<nint>([.. Memories.Select(m => m.Pointer)]);
    }

    public ClientObject Client { get; }

    public DescriptionObject Description { get; }

    public int Id => Description.Id;

    public nint Pointer { get; }

    public MemoryObject[] Memories { get; }

    public NativeBlock MemoryPointers { get; }

    /// <summary>Runs <paramref name="work"/> on the device's thread, after all that was enqueued before.</summary>
    public void Enqueue(Action work)
    {
        Interlocked.Increment(ref _pending);
        _queue.Add(work);
        WorkerPool.Shared.Rouse();
        if (Volatile.Read(ref _thread) is not null) return;
        lock (_queue)
        {
            if (_thread is not null) return;
            _thread = new Thread(Loop, 16 << 20) { IsBackground = true, Name = $"i1xla-cpu-device-{Id}" };
            _thread.Start();
        }
    }

    /// <summary>Whether nothing is running or waiting to run.</summary>
    public bool IsIdle => Volatile.Read(ref _pending) == 0;

    /// <summary>Lets the thread end when its queue is empty.</summary>
    public void Close() => _queue.CompleteAdding();

    private void Loop()
    {
        foreach (Action work in _queue.GetConsumingEnumerable())
        {
            work();
            Interlocked.Decrement(ref _pending);
        }
    }
}
