using I1Xla.Data.Archives;
using I1Xla.Data.Npy;

namespace I1Xla.Data.Torch;

/// <summary>
/// A file that <c>torch.save</c> wrote (PyTorch 1.6 and later: a zip with <c>data.pkl</c> and one member for each storage).
/// Nothing in it is run: the pickle may hold plain values, dictionaries and tensors, and a file that names anything else is
/// refused with that name. Tensors are read one at a time, so a file of many gigabytes costs the memory of one of them.
/// </summary>
public sealed class TorchFile : IDisposable
{
    // The pickle of the largest release file is about 1 MB.
    private const long MaxPickleBytes = 64 << 20;

    private readonly string path;
    private readonly ZipIndex zip;
    private readonly Dictionary<string, ZipMember> members = new(StringComparer.Ordinal);
    private string? cachedStorage;
    private byte[] cached = [];

    /// <summary>Opens a file and reads its structure; tensors stay in the file.</summary>
    /// <exception cref="DataFileException">The file is missing, damaged, no PyTorch file, or asks for code to be run.</exception>
    public TorchFile(string path)
    {
        this.path = path;
        RefuseOldFormat(path);
        zip = new ZipIndex(path, "a PyTorch checkpoint");
        try
        {
            ReadMembers();
            Root = ReadPickle();
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What was saved: null, bool, long, double, string, List&lt;object?&gt;, object?[] (tuple), <see cref="PickleDict"/> and
    /// <see cref="TorchTensor"/>.
    /// </summary>
    public object? Root { get; }

    /// <summary>Reads a tensor's elements in C order, whatever its strides.</summary>
    /// <exception cref="DataFileException">Its storage is absent or damaged.</exception>
    public NpyArray Read(TorchTensor tensor)
    {
        int size = tensor.ElementSize;
        long bytes = tensor.Count * size;
        if (bytes > Array.MaxLength)
        {
            throw new DataFileException(path, $"{path}: a tensor {tensor} takes {bytes} bytes, more than one array can.");
        }
        (byte[] storage, long first) = Storage(tensor);
        byte[] result = GC.AllocateUninitializedArray<byte>((int)bytes);
        long begin = (tensor.Offset - first) * size;
        if (tensor.IsContiguous)
        {
            storage.AsSpan((int)begin, result.Length).CopyTo(result);
        }
        else
        {
            int written = 0;
            Gather(storage, result, tensor, size, 0, tensor.Offset - first, ref written);
        }
        return new NpyArray(tensor.Descr, tensor.Shape, result);
    }

    /// <inheritdoc/>
    public void Dispose() => zip.Dispose();

    private static void Gather(byte[] storage, byte[] result, TorchTensor tensor, int size, int axis, long element, ref int written)
    {
        if (axis == tensor.Shape.Length)
        {
            storage.AsSpan((int)(element * size), size).CopyTo(result.AsSpan(written));
            written += size;
            return;
        }
        for (long i = 0; i < tensor.Shape[axis]; i++)
        {
            Gather(storage, result, tensor, size, axis + 1, element + (i * tensor.Strides[axis]), ref written);
        }
    }

    // The storage whole (and checked), or, where it is larger than an array, the part that the tensor views.
    private (byte[] Bytes, long FirstElement) Storage(TorchTensor tensor)
    {
        if (cachedStorage == tensor.Storage)
        {
            return (cached, 0);
        }
        if (!members.TryGetValue("data/" + tensor.Storage, out ZipMember? member))
        {
            throw new DataFileException(path, $"{path} has no storage '{tensor.Storage}', which a tensor {tensor} lies in: the file is damaged. Use another copy of it.");
        }
        return zip.Guard(member, () =>
        {
            if (member.Size != tensor.StorageCount * tensor.ElementSize)
            {
                throw new FormatException($"it has {member.Size} bytes, the pickle says {tensor.StorageCount} elements of {tensor.TypeName}");
            }
            if (member.Size <= Array.MaxLength)
            {
                cached = zip.Read(member);
                cachedStorage = tensor.Storage;
                return (cached, 0L);
            }
            long last = tensor.Offset;
            for (int i = 0; i < tensor.Shape.Length; i++)
            {
                last += (tensor.Shape[i] - 1) * tensor.Strides[i];
            }
            using Stream stream = zip.Open(member);
            if (!stream.CanSeek || (last - tensor.Offset + 1) * tensor.ElementSize > Array.MaxLength)
            {
                throw new FormatException($"its {member.Size} bytes are more than one array can hold");
            }
            byte[] part = GC.AllocateUninitializedArray<byte>((int)((last - tensor.Offset + 1) * tensor.ElementSize));
            stream.Position = tensor.Offset * tensor.ElementSize;
            stream.ReadExactly(part);
            return (part, tensor.Offset);
        });
    }

    // Members have the file's original name as their folder.
    private void ReadMembers()
    {
        ZipMember? pickle = zip.Members.FirstOrDefault(m => m.Name == "data.pkl" || m.Name.EndsWith("/data.pkl", StringComparison.Ordinal));
        if (pickle is null)
        {
            string hint = zip.Members.Any(m => m.Name.EndsWith(".npy", StringComparison.Ordinal)) ? "It is a NumPy archive (.npz)." : "Check the path.";
            throw new DataFileException(path, $"{path} is a zip archive but no PyTorch checkpoint: it has no data.pkl. {hint}");
        }
        string prefix = pickle.Name[..^"data.pkl".Length];
        foreach (ZipMember member in zip.Members.Where(m => m.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (!members.TryAdd(member.Name[prefix.Length..], member))
            {
                throw new DataFileException(path, $"{path} has two entries named '{member.Name}': the file is damaged. Use another copy of it.");
            }
        }
        if (members.TryGetValue("byteorder", out ZipMember? order) && !zip.Guard(order, () => zip.Read(order)).AsSpan().SequenceEqual("little"u8))
        {
            throw new DataFileException(path, $"{path} was written on a big-endian machine; save it again with torch.save on a little-endian one.");
        }
    }

    private object? ReadPickle()
    {
        ZipMember pickle = members["data.pkl"];
        try
        {
            return zip.Guard(pickle, () => pickle.Size <= MaxPickleBytes
                ? PickleReader.Read(zip.Read(pickle), FindGlobal, FindStorage)
                : throw new FormatException($"it has {pickle.Size} bytes, where a checkpoint's structure takes about one million"));
        }
        catch (PickleRefusedException e)
        {
            throw new DataFileException(path, $"{path} is refused: {pickle.Name} holds {e.What} (at byte {e.Offset}), which is not among the few things that a checkpoint of weights may hold (tensors, dictionaries, lists, text and numbers). Loading such a file can run any code: get the file from its publisher, or save it again with torch.save of a state_dict.", e);
        }
    }

    private static object? FindGlobal(string module, string name) => (module, name) switch
    {
        ("torch._utils", "_rebuild_tensor_v2") => new PickleCallable("torch._utils._rebuild_tensor_v2", RebuildTensor),
        ("torch._utils", "_rebuild_parameter") => new PickleCallable("torch._utils._rebuild_parameter", a => a is [TorchTensor t, ..] ? t : throw new FormatException("a parameter without a tensor")),
        ("collections", "OrderedDict") => new PickleCallable("collections.OrderedDict", MakeDictionary),
        ("torch", "Size") => new PickleCallable("torch.Size", a => a is [object?[] dims] ? dims : throw new FormatException("a torch.Size without its axes")),
        ("torch", _) when TorchTypes.OfStorage(name) is { } descr => new StorageType(descr),
        ("torch", _) when TorchTypes.IsName(name) => "torch." + name,
        _ => null,
    };

    private static PickleDict MakeDictionary(object?[] arguments)
    {
        var dict = new PickleDict();
        switch (arguments)
        {
            case []:
                return dict;
            case [List<object?> pairs]:
                foreach (object? pair in pairs)
                {
                    object? key = pair switch { object?[] { Length: 2 } t => t[0], List<object?> { Count: 2 } l => l[0], _ => null };
                    dict.Set(key as string ?? throw new FormatException("an OrderedDict with a key that is no text"), pair is object?[] tuple ? tuple[1] : ((List<object?>)pair!)[1]);
                }
                return dict;
            default:
                throw new FormatException("an OrderedDict of what is no list of pairs");
        }
    }

    private static TorchTensor RebuildTensor(object?[] a) =>
        a is [StorageReference storage, long offset, object?[] shape, object?[] strides, bool, ..] && shape.All(d => d is long) && strides.All(d => d is long)
            ? new TorchTensor(storage.Descr, storage.Key, storage.Count, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()]).Validate()
            : throw new FormatException("a tensor that is not made of a storage, an offset, a shape and strides");

    private static StorageReference FindStorage(object? id) =>
        id is object?[] and ["storage", StorageType type, string key, string, long count, ..]
            ? new StorageReference(type.Descr, key, count)
            : throw new FormatException("a persistent id that is no storage");

    // Before 1.6 torch.save wrote a pickle of its magic number first.
    private static void RefuseOldFormat(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }
        using FileStream stream = File.OpenRead(path);
        Span<byte> head = stackalloc byte[2];
        if (stream.ReadAtLeast(head, 2, throwOnEndOfStream: false) == 2 && head[0] == 0x80 && head[1] is >= 2 and <= 5)
        {
            throw new DataFileException(path, $"{path} is a bare pickle, as torch.save wrote before PyTorch 1.6. Load it there and save it again with the default format.");
        }
    }

    private sealed record StorageType(string Descr);

    private sealed record StorageReference(string Descr, string Key, long Count);
}
