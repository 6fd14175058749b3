using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>A kind of memory that a device of a topology has.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="KindId">The kind's number.</param>
/// <param name="IsDefault">Whether buffers go there when nothing else is said.</param>
public sealed record PjrtMemoryDescription(string Kind, int KindId, bool IsDefault);

/// <summary>The kinds of memory of devices that need not be here.</summary>
public sealed unsafe class MemoryDescriptionsExtension
{
    private readonly ExtensionTable table;

    private MemoryDescriptionsExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static MemoryDescriptionsExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.MemoryDescriptions) is { } found ? new MemoryDescriptionsExtension(found) : null;

    /// <summary>The kinds of memory of a device.</summary>
    public IReadOnlyList<PjrtMemoryDescription> Of(PjrtDeviceDescription device)
    {
        var args = table.Api.Sized<PJRT_DeviceDescription_MemoryDescriptions_Args>();
        args.DeviceDescription = device.Native;
        table.Call(0, "PJRT_DeviceDescription_MemoryDescriptions", &args);
        var result = new PjrtMemoryDescription[checked((int)args.NumMemoryDescriptions)];
        for (int i = 0; i < result.Length; i++)
        {
            var kind = table.Api.Sized<PJRT_MemoryDescription_Kind_Args>();
            kind.MemoryDescription = args.MemoryDescriptions[i];
            table.Call(1, "PJRT_MemoryDescription_Kind", &kind);
            result[i] = new PjrtMemoryDescription(PjrtApi.Text(kind.Kind, kind.KindSize), kind.KindId, args.DefaultMemoryIndex == (nuint)i);
        }
        GC.KeepAlive(device.Owner);
        return result;
    }
}
