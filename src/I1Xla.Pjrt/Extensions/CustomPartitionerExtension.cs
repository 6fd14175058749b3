using System.Text;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Extensions;

/// <summary>Partitioners for custom calls.</summary>
public sealed unsafe class CustomPartitionerExtension
{
    private readonly ExtensionTable table;

    private CustomPartitionerExtension(ExtensionTable table) => this.table = table;

    /// <summary>The plugin's extension, or null when it does not offer it.</summary>
    public static CustomPartitionerExtension? TryFind(PjrtPlugin plugin) => ExtensionTable.TryFind(plugin, PjrtExtensionType.CustomPartitioner) is { } found ? new CustomPartitionerExtension(found) : null;

    /// <summary>Registers native callbacks (<c>JAX_CustomCallPartitioner_Callbacks</c>) for a custom call's name. The struct must stay valid for the life of the process.</summary>
    public void Register(string name, JAX_CustomCallPartitioner_Callbacks* callbacks)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        fixed (byte* pointer = text)
        {
            var args = table.Api.Sized<PJRT_Register_Custom_Partitioner_Args>();
            args.Name = pointer;
            args.NameSize = (nuint)text.Length;
            args.Callbacks = callbacks;
            table.Call(0, "PJRT_Register_Custom_Partitioner", &args);
        }
    }

    /// <summary>Says that a custom call may be cut along its batch dimensions.</summary>
    public void RegisterBatchPartitionable(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        fixed (byte* pointer = text)
        {
            var args = table.Api.Sized<PJRT_Register_Batch_Partitionable_Args>();
            args.Name = pointer;
            args.NameSize = (nuint)text.Length;
            table.Call(1, "PJRT_Register_Batch_Partitionable", &args);
        }
    }
}
