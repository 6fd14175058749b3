using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace I1Xla.Data.Records;

/// <summary>One feature of a <see cref="TfExample"/>: exactly one of the three lists is set, or none for an empty feature.</summary>
public sealed record TfFeature
{
    /// <summary>Byte strings (field 1 of <c>tf.train.Feature</c>).</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Bytes { get; init; }

    /// <summary>Floats (field 2).</summary>
    public float[]? Floats { get; init; }

    /// <summary>Integers (field 3).</summary>
    public long[]? Ints { get; init; }

    /// <summary>A feature of byte strings.</summary>
    public static TfFeature Of(params ReadOnlyMemory<byte>[] values) => new() { Bytes = values };

    /// <summary>A feature of UTF-8 strings.</summary>
    public static TfFeature Of(IEnumerable<string> values) => new() { Bytes = [.. values.Select(v => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(v))] };

    /// <summary>A feature of integers.</summary>
    public static TfFeature Of(params long[] values) => new() { Ints = values };
}

/// <summary>
/// <c>tf.train.Example</c> (TensorFlow's <c>example.proto</c> and <c>feature.proto</c>): a map of named lists of bytes, floats
/// or integers. The order of features is kept, so what was read is written back byte for byte.
/// </summary>
public sealed class TfExample
{
    private readonly List<KeyValuePair<string, TfFeature>> features = [];

    /// <summary>Names and features in file order.</summary>
    public IReadOnlyList<KeyValuePair<string, TfFeature>> Features => features;

    /// <summary>Adds a feature, or replaces the one of that name.</summary>
    public void Set(string name, TfFeature feature)
    {
        features.RemoveAll(f => f.Key == name);
        features.Add(KeyValuePair.Create(name, feature));
    }

    /// <summary>The feature named <paramref name="name"/>.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out TfFeature? feature)
    {
        foreach ((string key, TfFeature value) in features)
        {
            if (key == name)
            {
                feature = value;
                return true;
            }
        }
        feature = null;
        return false;
    }

    /// <summary>Parses a serialized example. Byte strings are views of <paramref name="data"/>.</summary>
    /// <exception cref="FormatException">The bytes are not an example.</exception>
    public static TfExample Parse(ReadOnlyMemory<byte> data)
    {
        var example = new TfExample();
        var message = new Wire(data);
        while (message.Next(out int field, out int type))
        {
            if (field != 1)
            {
                message.Skip(type);
                continue;
            }
            var map = new Wire(message.Bytes(type));
            while (map.Next(out int mapField, out int mapType))
            {
                if (mapField != 1)
                {
                    map.Skip(mapType);
                    continue;
                }
                string name = "";
                var feature = new TfFeature();
                var entry = new Wire(map.Bytes(mapType));
                while (entry.Next(out int entryField, out int entryType))
                {
                    switch (entryField)
                    {
                        case 1: name = Encoding.UTF8.GetString(entry.Bytes(entryType).Span); break;
                        case 2: feature = ParseFeature(entry.Bytes(entryType)); break;
                        default: entry.Skip(entryType); break;
                    }
                }
                example.Set(name, feature);
            }
        }
        return example;
    }

    /// <summary>Serializes the example.</summary>
    public byte[] ToBytes()
    {
        var map = new MemoryStream();
        foreach ((string name, TfFeature feature) in features)
        {
            var list = new MemoryStream();
            if (feature.Bytes is { } bytes)
            {
                foreach (ReadOnlyMemory<byte> b in bytes)
                {
                    WriteField(list, 1, b.Span);
                }
            }
            else if (feature.Floats is { Length: > 0 } floats)
            {
                var packed = new byte[floats.Length * 4];
                for (int i = 0; i < floats.Length; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(packed.AsSpan(i * 4), floats[i]);
                }
                WriteField(list, 1, packed);
            }
            else if (feature.Ints is { Length: > 0 } ints)
            {
                var packed = new MemoryStream();
                foreach (long v in ints)
                {
                    WriteVarint(packed, (ulong)v);
                }
                WriteField(list, 1, Written(packed));
            }
            var value = new MemoryStream();
            int kind = feature.Bytes is not null ? 1 : feature.Floats is not null ? 2 : feature.Ints is not null ? 3 : 0;
            if (kind != 0)
            {
                WriteField(value, kind, Written(list));
            }
            var entry = new MemoryStream();
            WriteField(entry, 1, Encoding.UTF8.GetBytes(name));
            WriteField(entry, 2, Written(value));
            WriteField(map, 1, Written(entry));
        }
        var result = new MemoryStream();
        WriteField(result, 1, Written(map));
        return result.ToArray();
    }

    private static TfFeature ParseFeature(ReadOnlyMemory<byte> data)
    {
        var result = new TfFeature();
        var feature = new Wire(data);
        while (feature.Next(out int kind, out int type))
        {
            if (kind is < 1 or > 3)
            {
                feature.Skip(type);
                continue;
            }
            var list = new Wire(feature.Bytes(type));
            var bytes = new List<ReadOnlyMemory<byte>>();
            var floats = new List<float>();
            var ints = new List<long>();
            while (list.Next(out int field, out int itemType))
            {
                if (field != 1)
                {
                    list.Skip(itemType);
                }
                else if (kind == 1)
                {
                    bytes.Add(list.Bytes(itemType));
                }
                else if (kind == 2)
                {
                    ReadOnlyMemory<byte> raw = itemType == 5 ? list.Fixed(4) : list.Bytes(itemType);
                    for (int i = 0; i + 4 <= raw.Length; i += 4)
                    {
                        floats.Add(BinaryPrimitives.ReadSingleLittleEndian(raw.Span[i..]));
                    }
                }
                else if (itemType == 0)
                {
                    ints.Add((long)list.Varint());
                }
                else
                {
                    var packed = new Wire(list.Bytes(itemType));
                    while (!packed.AtEnd)
                    {
                        ints.Add((long)packed.Varint());
                    }
                }
            }
            result = kind switch
            {
                1 => new TfFeature { Bytes = bytes },
                2 => new TfFeature { Floats = [.. floats] },
                _ => new TfFeature { Ints = [.. ints] },
            };
        }
        return result;
    }

    private static ReadOnlySpan<byte> Written(MemoryStream s) => s.GetBuffer().AsSpan(0, (int)s.Length);

    private static void WriteField(MemoryStream stream, int field, ReadOnlySpan<byte> data)
    {
        WriteVarint(stream, (ulong)((field << 3) | 2));
        WriteVarint(stream, (ulong)data.Length);
        stream.Write(data);
    }

    private static void WriteVarint(MemoryStream stream, ulong value)
    {
        while (value >= 0x80)
        {
            stream.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        stream.WriteByte((byte)value);
    }

    /// <summary>A cursor over protocol-buffer wire format.</summary>
    private struct Wire(ReadOnlyMemory<byte> data)
    {
        private int at;

        public readonly bool AtEnd => at >= data.Length;

        public bool Next(out int field, out int type)
        {
            (field, type) = (0, 0);
            if (AtEnd)
            {
                return false;
            }
            ulong tag = Varint();
            (field, type) = ((int)(tag >> 3), (int)(tag & 7));
            return field > 0 ? true : throw new FormatException("its data is not a tf.train.Example");
        }

        public ulong Varint()
        {
            ulong value = 0;
            ReadOnlySpan<byte> span = data.Span;
            for (int shift = 0; shift < 64; shift += 7)
            {
                if (at >= span.Length)
                {
                    break;
                }
                byte b = span[at++];
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80)
                {
                    return value;
                }
            }
            throw new FormatException("its data is not a tf.train.Example");
        }

        public ReadOnlyMemory<byte> Bytes(int type) =>
            type == 2 && Varint() is var n && n <= (ulong)(data.Length - at) ? Fixed((int)n) : throw new FormatException("its data is not a tf.train.Example");

        public ReadOnlyMemory<byte> Fixed(int n)
        {
            if (n > data.Length - at)
            {
                throw new FormatException("its data is not a tf.train.Example");
            }
            ReadOnlyMemory<byte> result = data.Slice(at, n);
            at += n;
            return result;
        }

        public void Skip(int type)
        {
            switch (type)
            {
                case 0: Varint(); break;
                case 1: Fixed(8); break;
                case 2: Bytes(2); break;
                case 5: Fixed(4); break;
                default: throw new FormatException("its data is not a tf.train.Example");
            }
        }
    }
}
