using System.Runtime.InteropServices;
using System.Text;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>Bytes outside the managed heap whose address callers keep: texts, lists of sizes, lists of pointers.</summary>
internal sealed unsafe class NativeBlock
{
    private NativeBlock(nuint bytes)
    {
        Length = bytes;
        Data = (byte*)NativeMemory.AllocZeroed(Math.Max(bytes, 8));
    }

    ~NativeBlock() => NativeMemory.Free(Data);

    /// <summary>The first byte.</summary>
    public byte* Data { get; }

    /// <summary>Bytes held.</summary>
    public nuint Length { get; }

    /// <summary>A text in UTF-8, zero-terminated behind its length.</summary>
    public static NativeBlock Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
        var block = new NativeBlock((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(block.Data, bytes.Length));
        return new NativeBlock(block, (nuint)bytes.Length - 1);
    }

    /// <summary>A copy of values.</summary>
    public static NativeBlock Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var block = new NativeBlock((nuint)(values.Length * sizeof(T)));
        values.CopyTo(new Span<T>(block.Data, values.Length));
        return block;
    }

    /// <summary>The block in a field, made when it is first asked for; whoever asks at the same time gets the same one.</summary>
    public static NativeBlock Once<T>(ref NativeBlock? field, T from, Func<T, NativeBlock> make) =>
        Volatile.Read(ref field) ?? Publish(ref field, make(from));

    private static NativeBlock Publish(ref NativeBlock? field, NativeBlock made) => Interlocked.CompareExchange(ref field, made, null) ?? made;

    private NativeBlock(NativeBlock owner, nuint length)
    {
        Data = owner.Data;
        Length = length;
        GC.SuppressFinalize(owner);
    }
}
