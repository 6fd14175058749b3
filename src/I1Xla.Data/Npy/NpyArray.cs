using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace I1Xla.Data.Npy;

/// <summary>
/// An array as NumPy stores it: type string, shape, and its bytes, always in C order (last axis fastest) and little-endian,
/// whatever the file had. bfloat16 has no NumPy type of its own: it is the 2-byte void <c>&lt;V2</c>, as i1's checkpoints have it.
/// </summary>
public sealed class NpyArray
{
    /// <summary>An array over bytes already in C order and little-endian.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not what type and shape ask for, or the type is unknown.</exception>
    public NpyArray(string descr, long[] shape, ReadOnlyMemory<byte> data)
    {
        try
        {
            descr = NpyHeader.CheckDescr(descr);
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"An array cannot be made: {e.Message}.", nameof(descr));
        }
        var header = new NpyHeader(descr, false, shape);
        if (descr[0] == '>')
        {
            throw new ArgumentException($"Type {descr} is big-endian; give little-endian bytes.", nameof(descr));
        }
        if (header.ByteLength != data.Length)
        {
            throw new ArgumentException($"An array of type {descr} and shape ({string.Join(", ", shape)}) has {header.ByteLength} bytes, not {data.Length}.", nameof(data));
        }
        (Descr, Shape, Data, ElementSize, Kind) = (descr, shape, data, header.ElementSize, header.Kind);
    }

    /// <summary>NumPy's type string, e.g. <c>&lt;f4</c>, <c>|u1</c>, <c>&lt;V2</c> for bfloat16.</summary>
    public string Descr { get; }

    /// <summary>Axis lengths; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>The elements, C order, little-endian.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Bytes an element.</summary>
    public int ElementSize { get; }

    /// <summary>Kind letter: f, i, u, b, c, V, U or S.</summary>
    public char Kind { get; }

    /// <summary>Number of elements.</summary>
    public long Count => ElementSize == 0 ? new NpyHeader(Descr, false, Shape).Count : Data.Length / ElementSize;

    /// <summary>Whether the elements are bfloat16 (stored as a 2-byte void).</summary>
    public bool IsBFloat16 => Kind == 'V' && ElementSize == 2;

    /// <summary>Copies <paramref name="values"/> into a new array. Use <see cref="FromBFloat16"/> for bfloat16.</summary>
    public static NpyArray From<T>(ReadOnlySpan<T> values, params long[] shape) where T : unmanaged =>
        new(DescrOf(typeof(T)), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A scalar (shape <c>()</c>).</summary>
    public static NpyArray Scalar<T>(T value) where T : unmanaged => From([value], []);

    /// <summary>bfloat16 elements given by their 16 bits, written as <c>&lt;V2</c>.</summary>
    public static NpyArray FromBFloat16(ReadOnlySpan<ushort> bits, params long[] shape) => new("<V2", shape, MemoryMarshal.AsBytes(bits).ToArray());

    /// <summary>Strings as NumPy's fixed-width UTF-32 (<c>&lt;Un</c>, n the longest).</summary>
    public static NpyArray FromStrings(IReadOnlyList<string> values, params long[] shape)
    {
        byte[][] encoded = [.. values.Select(Encoding.UTF32.GetBytes)];
        int width = Math.Max(1, encoded.Length == 0 ? 1 : encoded.Max(b => b.Length / 4));
        var data = new byte[values.Count * width * 4];
        for (int i = 0; i < encoded.Length; i++)
        {
            encoded[i].CopyTo(data, i * width * 4);
        }
        return new NpyArray($"<U{width}", shape.Length == 0 && values.Count != 1 ? [values.Count] : shape, data);
    }

    /// <summary>The elements as <typeparamref name="T"/>, without conversion or copy.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> has another size than the elements.</exception>
    public ReadOnlySpan<T> AsSpan<T>() where T : unmanaged
    {
        int size = Marshal.SizeOf<T>() is var s && typeof(T) == typeof(bool) ? 1 : typeof(T) == typeof(char) ? 2 : s;
        if (size != ElementSize)
        {
            throw new InvalidOperationException($"Elements of type {Descr} cannot be viewed as {typeof(T).Name}: {ElementSize} bytes against {size}.");
        }
        return MemoryMarshal.Cast<byte, T>(Data.Span);
    }

    /// <summary>Every element converted to float32; works for floats, bfloat16, integers and booleans.</summary>
    public float[] ToFloat32() => Descr[1..] switch
    {
        "f4" => AsSpan<float>().ToArray(),
        "f8" => Convert(AsSpan<double>(), x => (float)x),
        "f2" => Convert(AsSpan<Half>(), x => (float)x),
        "V2" => Convert(AsSpan<ushort>(), x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
        "i1" => Convert(AsSpan<sbyte>(), x => (float)x),
        "i2" => Convert(AsSpan<short>(), x => (float)x),
        "i4" => Convert(AsSpan<int>(), x => (float)x),
        "i8" => Convert(AsSpan<long>(), x => (float)x),
        "u1" or "b1" => Convert(AsSpan<byte>(), x => (float)x),
        "u2" => Convert(AsSpan<ushort>(), x => (float)x),
        "u4" => Convert(AsSpan<uint>(), x => (float)x),
        "u8" => Convert(AsSpan<ulong>(), x => (float)x),
        _ => throw new InvalidOperationException($"Elements of type {Descr} are not numbers that convert to float32."),
    };

    /// <summary>Every element of an integer or boolean array as int64 (uint64 must fit).</summary>
    public long[] ToInt64() => Descr[1..] switch
    {
        "i1" => Convert(AsSpan<sbyte>(), x => (long)x),
        "i2" => Convert(AsSpan<short>(), x => (long)x),
        "i4" => Convert(AsSpan<int>(), x => (long)x),
        "i8" => AsSpan<long>().ToArray(),
        "u1" or "b1" => Convert(AsSpan<byte>(), x => (long)x),
        "u2" => Convert(AsSpan<ushort>(), x => (long)x),
        "u4" => Convert(AsSpan<uint>(), x => (long)x),
        "u8" => Convert(AsSpan<ulong>(), x => checked((long)x)),
        _ => throw new InvalidOperationException($"Elements of type {Descr} are not integers."),
    };

    /// <summary>The elements of a U (UTF-32) or S (bytes, taken as UTF-8) array, trailing NULs removed.</summary>
    public string[] ToStrings()
    {
        if (Kind is not ('U' or 'S'))
        {
            throw new InvalidOperationException($"Elements of type {Descr} are not strings.");
        }
        Encoding encoding = Kind == 'U' ? Encoding.UTF32 : Encoding.UTF8;
        var result = new string[Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = encoding.GetString(Data.Span.Slice(i * ElementSize, ElementSize)).TrimEnd('\0');
        }
        return result;
    }

    /// <summary>Reads one <c>.npy</c> file.</summary>
    /// <exception cref="DataFileException">The file is missing, cut short or not an array.</exception>
    public static NpyArray Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read(stream);
        }
        catch (FormatException e)
        {
            throw new DataFileException(path, $"{path} is not a readable .npy file: {e.Message}. Write it again.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"{path} does not exist. Check the path.", e);
        }
    }

    /// <summary>Writes one <c>.npy</c> file (version 1.0).</summary>
    public void Save(string path)
    {
        using FileStream stream = File.Create(path);
        stream.Write(new NpyHeader(Descr, false, Shape).ToBytes());
        stream.Write(Data.Span);
    }

    /// <summary>Reads header and data from a stream.</summary>
    /// <exception cref="FormatException">What is wrong, as the end of a sentence about the file.</exception>
    internal static NpyArray Read(Stream stream)
    {
        NpyHeader header = NpyHeader.Read(stream);
        long bytes = header.ByteLength;
        if (bytes > Array.MaxLength)
        {
            throw new FormatException($"it holds {bytes} bytes, more than one array in memory can; read it in pieces");
        }
        if (stream.CanSeek && stream.Length - stream.Position < bytes)
        {
            throw new FormatException($"it ends early: {bytes} bytes of data expected, {stream.Length - stream.Position} present");
        }
        byte[] data = GC.AllocateUninitializedArray<byte>((int)bytes);
        int got = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (got < data.Length)
        {
            throw new FormatException($"it ends early: {bytes} bytes of data expected, {got} present");
        }
        return FromFileOrder(header, data);
    }

    /// <summary>Brings bytes as a file has them (Fortran order, big-endian) to C order and little-endian.</summary>
    internal static NpyArray FromFileOrder(NpyHeader header, byte[] data)
    {
        string descr = header.Descr;
        if (descr[0] == '>')
        {
            int word = header.Kind switch { 'c' => header.ElementSize / 2, 'U' => 4, 'V' or 'S' => 1, _ => header.ElementSize };
            if (word > 1)
            {
                for (int i = 0; i < data.Length; i += word)
                {
                    data.AsSpan(i, word).Reverse();
                }
            }
            descr = "<" + descr[1..];
        }
        if (header.FortranOrder && header.Shape.Length > 1)
        {
            data = ToCOrder(data, header.Shape, header.ElementSize);
        }
        return new NpyArray(descr, header.Shape, data);
    }

    private static byte[] ToCOrder(byte[] data, long[] shape, int size)
    {
        var result = new byte[data.Length];
        int rank = shape.Length;
        var stride = new long[rank];
        long s = size;
        for (int d = 0; d < rank; d++)
        {
            stride[d] = s;
            s *= shape[d];
        }
        var index = new long[rank];
        long from = 0;
        for (int to = 0; to < result.Length; to += size)
        {
            data.AsSpan((int)from, size).CopyTo(result.AsSpan(to));
            for (int d = rank - 1; d >= 0; d--)
            {
                from += stride[d];
                if (++index[d] < shape[d])
                {
                    break;
                }
                from -= stride[d] * shape[d];
                index[d] = 0;
            }
        }
        return result;
    }

    private static TOut[] Convert<TIn, TOut>(ReadOnlySpan<TIn> source, Func<TIn, TOut> convert)
    {
        var result = new TOut[source.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = convert(source[i]);
        }
        return result;
    }

    private static string DescrOf(Type type) =>
        type == typeof(float) ? "<f4" : type == typeof(double) ? "<f8" : type == typeof(Half) ? "<f2"
        : type == typeof(sbyte) ? "|i1" : type == typeof(short) ? "<i2" : type == typeof(int) ? "<i4" : type == typeof(long) ? "<i8"
        : type == typeof(byte) ? "|u1" : type == typeof(ushort) ? "<u2" : type == typeof(uint) ? "<u4" : type == typeof(ulong) ? "<u8"
        : type == typeof(bool) ? "|b1" : type == typeof(Complex) ? "<c16"
        : throw new ArgumentException($"{type.Name} has no NumPy type.");
}
