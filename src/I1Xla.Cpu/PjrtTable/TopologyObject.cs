using System.Text;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A number of CPU devices, described without a client.</summary>
internal sealed unsafe class TopologyObject
{
    private const string Magic = "i1xla-cpu-topology ";

    public TopologyObject(int deviceCount)
    {
        Pointer = Handle.New(this);
        Descriptions = [.. Enumerable.Range(0, deviceCount).Select(i => new DescriptionObject(i))];
        DescriptionPointers = NativeBlock.Of<nint>([.. Descriptions.Select(d => d.Pointer)]);
        Serialized = NativeBlock.Text(Magic + deviceCount);
    }

    public nint Pointer { get; }

    public DescriptionObject[] Descriptions { get; }

    public NativeBlock DescriptionPointers { get; }

    public NativeBlock Serialized { get; }

    public static TopologyObject Deserialize(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        if (!text.StartsWith(Magic, StringComparison.Ordinal) || !int.TryParse(text.AsSpan(Magic.Length), out int count) || count is < 1 or > 1 << 20)
            throw PluginException.Invalid("The bytes are no topology of the embedded CPU plugin.");
        return new TopologyObject(count);
    }

    public void Destroy()
    {
        foreach (DescriptionObject d in Descriptions) Handle.Free((void*)d.Pointer);
        Handle.Free((void*)Pointer);
    }
}
