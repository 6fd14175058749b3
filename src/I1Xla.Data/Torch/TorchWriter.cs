using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace I1Xla.Data.Torch;

/// <summary>A tensor to be written: its type and shape now, its bytes when their turn comes.</summary>
/// <param name="Descr">Element type as NumPy writes it; bfloat16 is <c>&lt;V2</c>.</param>
/// <param name="Shape">Axis lengths.</param>
/// <param name="Read">Gives the bytes, C order, little-endian.</param>
public sealed record TorchSource(string Descr, long[] Shape, Func<ReadOnlyMemory<byte>> Read);

/// <summary>
/// Writes files that <c>torch.load(weights_only=True)</c> reads: the pickle is byte for byte the one that <c>torch.save</c>
/// makes of the same dictionaries (protocol 2), and each tensor is a contiguous storage of its own.
/// </summary>
public static class TorchWriter
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">Target; write to a temporary name and rename it to never leave half a file.</param>
    /// <param name="name">The folder inside the archive; PyTorch takes the file's name without its ending.</param>
    /// <param name="root">Dictionaries with text keys of tensors (<see cref="TorchSource"/>), long, double, bool, text, null, lists and dictionaries.</param>
    /// <param name="progress">Tensors written and in all.</param>
    public static void Save(string path, string name, PickleDict root, IProgress<(int Done, int Total)>? progress = null)
    {
        var pickle = new Pickler();
        byte[] structure = pickle.Write(root);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 20);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("data.pkl", structure);
            Add("byteorder", "little"u8);
            for (int i = 0; i < pickle.Tensors.Count; i++)
            {
                TorchSource tensor = pickle.Tensors[i];
                ReadOnlyMemory<byte> data = tensor.Read();
                if (data.Length != tensor.Shape.Aggregate(1L, (a, b) => a * b) * (tensor.Descr[^1] - '0'))
                {
                    throw new InvalidOperationException($"A tensor of type {tensor.Descr} and shape ({string.Join(", ", tensor.Shape)}) was given {data.Length} bytes.");
                }
                Add(string.Create(CultureInfo.InvariantCulture, $"data/{i}"), data.Span);
                progress?.Report((i + 1, pickle.Tensors.Count));
            }
            Add("version", "3\n"u8);

            void Add(string entry, ReadOnlySpan<byte> data)
            {
                using Stream target = zip.CreateEntry($"{name}/{entry}", CompressionLevel.NoCompression).Open();
                target.Write(data);
            }
        }
        stream.Flush(flushToDisk: true);
    }

    // Python's pickler with protocol 2: what is made is remembered in the order it is made, and recalled by identity.
    private sealed class Pickler
    {
        private const int Batch = 1000;
        private readonly MemoryStream output = new();
        private readonly Dictionary<string, int> shared = [];
        private int memo;

        /// <summary>The tensors, in the order of their storages.</summary>
        public List<TorchSource> Tensors { get; } = [];

        public byte[] Write(PickleDict root)
        {
            output.Write([0x80, 2]);
            Save(root);
            output.WriteByte((byte)'.');
            return output.ToArray();
        }

        private void Save(object? value)
        {
            switch (value)
            {
                case null: output.WriteByte((byte)'N'); break;
                case bool b: output.WriteByte(b ? (byte)0x88 : (byte)0x89); break;
                case long n: SaveInteger(n); break;
                case double d:
                    output.WriteByte((byte)'G');
                    Span<byte> big = stackalloc byte[8];
                    BinaryPrimitives.WriteDoubleBigEndian(big, d);
                    output.Write(big);
                    break;
                case string s: SaveText(s); break;
                case List<object?> list: SaveList(list); break;
                case PickleDict dict: SaveDictionary(dict); break;
                case TorchSource tensor: SaveTensor(tensor); break;
                default: throw new ArgumentException($"a {value.GetType().Name} cannot be written to a PyTorch file");
            }
        }

        private void SaveInteger(long n)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, n);
            if (n is >= 0 and <= 0xff)
            {
                output.WriteByte((byte)'K');
                output.Write(bytes[..1]);
            }
            else if (n is >= 0 and <= 0xffff)
            {
                output.WriteByte((byte)'M');
                output.Write(bytes[..2]);
            }
            else if (n is >= int.MinValue and <= int.MaxValue)
            {
                output.WriteByte((byte)'J');
                output.Write(bytes[..4]);
            }
            else
            {
                int length = 8;
                while (length > 1 && bytes[length - 1] == (n < 0 ? 0xff : 0) && (bytes[length - 2] >= 0x80) == (n < 0))
                {
                    length--;
                }
                output.Write([0x8a, (byte)length]);
                output.Write(bytes[..length]);
            }
        }

        private void SaveText(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            output.WriteByte((byte)'X');
            output.Write(length);
            output.Write(bytes);
            Put();
        }

        private void SaveList(List<object?> list)
        {
            output.WriteByte((byte)']');
            Put();
            for (int from = 0; from < list.Count; from += Batch)
            {
                int count = Math.Min(Batch, list.Count - from);
                SaveBatch(count, () => list.GetRange(from, count).ForEach(Save), 'a', 'e');
            }
        }

        private void SaveDictionary(PickleDict dict)
        {
            output.WriteByte((byte)'}');
            Put();
            for (int from = 0; from < dict.Count; from += Batch)
            {
                int count = Math.Min(Batch, dict.Count - from);
                SaveBatch(count, () =>
                {
                    foreach ((object key, object? value) in dict.Items.Skip(from).Take(count))
                    {
                        Save(key);
                        Save(value);
                    }
                }, 's', 'u');
            }
        }

        private void SaveBatch(int count, Action items, char one, char many)
        {
            if (count > 1)
            {
                output.WriteByte((byte)'(');
            }
            items();
            output.WriteByte((byte)(count > 1 ? many : one));
        }

        // _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, OrderedDict())
        private void SaveTensor(TorchSource tensor)
        {
            long count = tensor.Shape.Aggregate(1L, (a, b) => a * b);
            var strides = new long[tensor.Shape.Length];
            long step = 1;
            for (int i = strides.Length - 1; i >= 0; i--)
            {
                strides[i] = step;
                step *= Math.Max(1, tensor.Shape[i]);
            }
            SaveGlobal("torch._utils", "_rebuild_tensor_v2");
            output.WriteByte((byte)'(');
            output.WriteByte((byte)'(');
            SaveShared("storage");
            SaveGlobal("torch", TorchTypes.StorageOf(tensor.Descr) ?? throw new ArgumentException($"PyTorch has no storage for elements of type {tensor.Descr}"));
            SaveText(Tensors.Count.ToString(CultureInfo.InvariantCulture));
            SaveShared("cpu");
            SaveInteger(count);
            output.WriteByte((byte)'t');
            Put();
            output.WriteByte((byte)'Q');
            SaveInteger(0);
            SaveTuple(tensor.Shape);
            SaveTuple(strides);
            output.WriteByte(0x89);
            SaveGlobal("collections", "OrderedDict");
            output.Write([(byte)')', (byte)'R']);
            Put();
            output.WriteByte((byte)'t');
            Put();
            output.WriteByte((byte)'R');
            Put();
            Tensors.Add(tensor);
        }

        private void SaveTuple(long[] values)
        {
            if (values.Length == 0)
            {
                output.WriteByte((byte)')');
                return;
            }
            if (values.Length > 3)
            {
                output.WriteByte((byte)'(');
            }
            Array.ForEach(values, SaveInteger);
            output.WriteByte(values.Length > 3 ? (byte)'t' : (byte)(0x84 + values.Length));
            Put();
        }

        private void SaveGlobal(string module, string name)
        {
            if (!Recall($"{module} {name}"))
            {
                output.Write(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));
                shared[$"{module} {name}"] = Put();
            }
        }

        // Texts that PyTorch's code holds once.
        private void SaveShared(string text)
        {
            if (!Recall(text))
            {
                SaveText(text);
                shared[text] = memo - 1;
            }
        }

        private bool Recall(string key)
        {
            if (!shared.TryGetValue(key, out int at))
            {
                return false;
            }
            Index((byte)'h', (byte)'j', at);
            return true;
        }

        private int Put()
        {
            Index((byte)'q', (byte)'r', memo);
            return memo++;
        }

        private void Index(byte small, byte large, int at)
        {
            if (at <= 0xff)
            {
                output.Write([small, (byte)at]);
                return;
            }
            Span<byte> bytes = stackalloc byte[5];
            bytes[0] = large;
            BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], at);
            output.Write(bytes);
        }
    }
}
