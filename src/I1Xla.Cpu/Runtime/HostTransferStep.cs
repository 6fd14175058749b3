using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>The host on the other side of a program's channels and foreign calls. Calls return when the transfer is over.</summary>
internal unsafe interface IHostTransfers
{
    /// <summary>Gives the host what a device sends.</summary>
    void Send(int device, long channel, byte* data, long bytes);

    /// <summary>Fills memory with what the host gives a device.</summary>
    void Receive(int device, long channel, byte* into, long bytes);

    /// <summary>The data for foreign functions of the type of a number; 0 when there is none.</summary>
    nint UserData(long type);

    /// <summary>The data for foreign functions when it is of one type only; else 0.</summary>
    nint OnlyUserData { get; }
}

/// <summary>A <c>stablehlo.send</c> to or <c>stablehlo.recv</c> from the host: its arrays, one after the other, in one transfer.</summary>
internal sealed unsafe class HostTransferStep : Step
{
    /// <summary>The attribute that says which device's transfer it is, where a program holds those of several.</summary>
    internal const string DeviceAttribute = "i1xla.device";

    private readonly bool _sends;
    private readonly int _device;
    private readonly long _channel;
    private readonly (int Slot, long Bytes)[] _arrays;
    private readonly long _total;

    public HostTransferStep(Operation source, int[] inputs, (int Slot, int Result)[] outputs)
    {
        if (!IsHostTransfer(source))
        {
            throw new CpuUnsupportedException($"{source.Name} between devices");
        }
        _sends = source.Name.Short == "send";
        _device = (int)(source.Attributes.Get<IntegerAttr>(DeviceAttribute)?.Value ?? 0);
        _channel = source.Attributes.Get<ChannelHandleAttr>("channel_handle")?.Handle ?? 0;
        var arrays = new List<(int, long)>();
        int count = _sends ? source.Operands.Length : source.Results.Length;
        for (int i = 0; i < count; i++)
        {
            if ((_sends ? source.Operands[i].Type : source.Results[i].Type) is TensorType type)
            {
                arrays.Add((_sends ? inputs[i] : Array.Find(outputs, o => o.Result == i).Slot, type.StorageBytes));
            }
        }
        _arrays = [.. arrays];
        _total = _arrays.Sum(a => a.Bytes);
    }

    /// <summary>Whether an operation speaks with the host.</summary>
    public static bool IsHostTransfer(Operation op) => op.Attributes.Get<BoolAttr>("is_host_transfer") is { Value: true };

    /// <inheritdoc/>
    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        int device = context.Device + _device;
        IHostTransfers host = context.HostTransfers ?? throw new InvalidOperationException($"The program {(_sends ? "sends to" : "receives from")} the host on channel {_channel}, and it was run without a host to speak with.");
        if (_arrays.Length == 1)
        {
            Transfer(host, device, slots[_arrays[0].Slot], _total);
            return;
        }
        byte[] together = new byte[_total];
        fixed (byte* data = together)
        {
            long at = 0;
            foreach ((int slot, long bytes) in _sends ? _arrays : [])
            {
                Buffer.MemoryCopy(slots[slot], data + at, bytes, bytes);
                at += bytes;
            }
            Transfer(host, device, data, _total);
            foreach ((int slot, long bytes) in _sends ? [] : _arrays)
            {
                Buffer.MemoryCopy(data + at, slots[slot], bytes, bytes);
                at += bytes;
            }
        }
    }

    private void Transfer(IHostTransfers host, int device, byte* data, long bytes)
    {
        HostCalls.Begin();
        try
        {
            if (_sends)
            {
                host.Send(device, _channel, data, bytes);
            }
            else
            {
                host.Receive(device, _channel, data, bytes);
            }
        }
        finally
        {
            HostCalls.End();
        }
    }
}

/// <summary>Makes or joins tokens, which hold nothing.</summary>
internal sealed unsafe class TokenStep : Step
{
    /// <inheritdoc/>
    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
    }
}
