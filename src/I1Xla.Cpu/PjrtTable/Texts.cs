using System.Text;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>Reading what callers pass.</summary>
internal static unsafe class Texts
{
    public static string Read(byte* text, nuint length) => text is null ? "" : Encoding.UTF8.GetString(text, checked((int)length));

    public static byte[] Bytes(byte* data, nuint length) => data is null ? [] : new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();

    public static long[] Longs(long* values, nuint count) => values is null ? [] : new ReadOnlySpan<long>(values, checked((int)count)).ToArray();
}
