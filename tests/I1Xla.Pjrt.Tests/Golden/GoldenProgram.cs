using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using I1Xla.Data.Npy;
using I1Xla.Testing;

namespace I1Xla.Pjrt.Tests.Golden;

/// <summary>A golden program's arguments and results, and how close a runtime must come.</summary>
internal static partial class GoldenProgram
{
    public static IEnumerable<string> Names(string folder)
    {
        string path = Path.Combine(SharedAssets.GoldenDirectory, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.mlir").Select(f => Path.GetFileNameWithoutExtension(f)).Order() : ["absent"];
    }

    public static (NpyArray[] Inputs, NpyArray[] Outputs) Arrays(string folder, string name)
    {
        using var npz = new NpzReader(SharedAssets.Golden(folder, name + ".npz"));
        return ([.. npz.Keys.Where(k => k.StartsWith("in/", StringComparison.Ordinal)).Order().Select(npz.Read)],
            [.. npz.Keys.Where(k => k.StartsWith("out/", StringComparison.Ordinal)).Order().Select(npz.Read)]);
    }

    public static PjrtElementType Type(NpyArray array) => array.Descr[1..] switch
    {
        "b1" => PjrtElementType.Pred,
        "i1" => PjrtElementType.S8,
        "i2" => PjrtElementType.S16,
        "i4" => PjrtElementType.S32,
        "i8" => PjrtElementType.S64,
        "u1" => PjrtElementType.U8,
        "u2" => PjrtElementType.U16,
        "u4" => PjrtElementType.U32,
        "u8" => PjrtElementType.U64,
        "f2" => PjrtElementType.F16,
        "f4" => PjrtElementType.F32,
        "f8" => PjrtElementType.F64,
        "c8" => PjrtElementType.C64,
        "c16" => PjrtElementType.C128,
        "V2" => PjrtElementType.BF16,
        _ => throw new NotSupportedException(array.Descr),
    };

    /// <summary>The attributes of @main's arguments and results, in order.</summary>
    public static (string[] Arguments, string[] Results) Attributes(string mlir)
    {
        string head = MainPattern().Match(mlir).Groups[1].Value;
        int split = head.IndexOf(") -> ", StringComparison.Ordinal);
        string results = head[(split + 5)..];
        return ([.. ArgumentPattern().Split(head[..split]).Skip(1)], [.. ResultPattern().Split(results).Skip(1)]);
    }

    public static void AssertClose(byte[] actual, NpyArray expected, string what, double tolerance = 2e-5)
    {
        double[] want = Values(expected.Data.Span, Type(expected));
        double[] got = Values(actual, Type(expected));
        Assert.That(got, Has.Length.EqualTo(want.Length), what);
        bool exact = Type(expected) is >= PjrtElementType.Pred and <= PjrtElementType.U64;
        tolerance = exact ? 0 : Type(expected) is PjrtElementType.BF16 or PjrtElementType.F16 ? 2e-2 : tolerance;
        double scale = want.Length == 0 ? 1 : Math.Max(1e-3, want.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
        for (int i = 0; i < want.Length; i++)
        {
            bool same = want[i].Equals(got[i]) || Math.Abs(want[i] - got[i]) <= tolerance * scale;
            Assert.That(same, $"{what}[{i}]: expected {want[i]:R}, got {got[i]:R} (scale {scale:R})");
        }
    }

    private static double[] Values(ReadOnlySpan<byte> bytes, PjrtElementType type) => type switch
    {
        PjrtElementType.Pred or PjrtElementType.U8 => [.. bytes.ToArray().Select(b => (double)b)],
        PjrtElementType.S8 => [.. MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.S16 => [.. MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.S32 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.S64 => [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.U16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.U32 => [.. MemoryMarshal.Cast<byte, uint>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.U64 => [.. MemoryMarshal.Cast<byte, ulong>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.F16 => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(v => (double)v)],
        PjrtElementType.BF16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(v => (double)BitConverter.Int32BitsToSingle(v << 16))],
        PjrtElementType.F32 or PjrtElementType.C64 => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(v => (double)v)],
        _ => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
    };

    [GeneratedRegex(@"func\.func public @main\((.*)\{\s*$", RegexOptions.Multiline)]
    private static partial Regex MainPattern();

    [GeneratedRegex(@"%arg\d+: ")]
    private static partial Regex ArgumentPattern();

    [GeneratedRegex(@"(?=tensor<)")]
    private static partial Regex ResultPattern();
}
