using System.IO.Compression;
using System.Text;

namespace I1Xla.Data.Tests.Torch;

/// <summary>Writes pickles opcode by opcode, and the archives around them, for files that <c>torch.save</c> never makes.</summary>
internal sealed class PickleBytes
{
    private readonly MemoryStream output = new();

    public PickleBytes() => Op(0x80, 2);

    public PickleBytes Op(params byte[] bytes)
    {
        output.Write(bytes);
        return this;
    }

    public PickleBytes Op(char op) => Op((byte)op);

    public PickleBytes Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Op('X').Op(BitConverter.GetBytes(bytes.Length)).Op(bytes);
    }

    public PickleBytes Int(long value) => Op([0x8a, 8, .. BitConverter.GetBytes(value)]);

    public PickleBytes Global(string module, string name) => Op(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    public PickleBytes Tuple(params long[] values)
    {
        Op('(');
        foreach (long v in values)
        {
            Int(v);
        }
        return Op('t');
    }

    /// <summary>A tensor as <c>_rebuild_tensor_v2</c> makes it.</summary>
    public PickleBytes Tensor(string storageType, string key, long count, long offset, long[] shape, long[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Op('(').Text("storage").Global("torch", storageType).Text(key).Text("cpu").Int(count).Op('t').Op('Q');
        return Int(offset).Tuple(shape).Tuple(strides).Op(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');
    }

    public byte[] End() => Op('.').output.ToArray();

    /// <summary>An archive with a pickle and storages.</summary>
    public static string Archive(string path, byte[] pickle, params (string Name, byte[] Data)[] members)
    {
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] data) in new[] { ("data.pkl", pickle), ("byteorder", "little"u8.ToArray()) }.Concat(members))
        {
            using Stream entry = zip.CreateEntry("file/" + name, CompressionLevel.NoCompression).Open();
            entry.Write(data);
        }
        return path;
    }
}
