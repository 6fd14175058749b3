using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace I1Xla.Data.Hashing;

/// <summary>
/// The CRC-32 of zip, PNG and gzip (polynomial 0x04C11DB7, reflected, initial and final value all ones). Long inputs are
/// folded 64 bytes at a time with carry-less multiplication where the processor has it (Gopal et al., "Fast CRC Computation
/// for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009), else by eight tables.
/// </summary>
public static class Crc32
{
    private static readonly uint[] Tables = BuildTables();

    /// <summary>The CRC of <paramref name="data"/>; <paramref name="crc"/> is the CRC of what came before it, 0 at the start.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        if (Pclmulqdq.IsSupported && data.Length >= 128)
        {
            int folded = data.Length & ~15;
            state = Fold(state, data[..folded]);
            data = data[folded..];
        }
        return ~Table(state, data);
    }

    /// <summary>The CRC of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The portable path, for the tests that compare the two.</summary>
    internal static uint AppendPortable(uint crc, ReadOnlySpan<byte> data) => ~Table(~crc, data);

    private static uint Table(uint state, ReadOnlySpan<byte> data)
    {
        uint[] t = Tables;
        while (data.Length >= 8)
        {
            uint a = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ state;
            uint b = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            state = t[0x700 + (a & 0xFF)] ^ t[0x600 + ((a >> 8) & 0xFF)] ^ t[0x500 + ((a >> 16) & 0xFF)] ^ t[0x400 + (a >> 24)]
                ^ t[0x300 + (b & 0xFF)] ^ t[0x200 + ((b >> 8) & 0xFF)] ^ t[0x100 + ((b >> 16) & 0xFF)] ^ t[b >> 24];
            data = data[8..];
        }
        foreach (byte x in data)
        {
            state = t[(state ^ x) & 0xFF] ^ (state >> 8);
        }
        return state;
    }

    // Length is a multiple of 16 and at least 128.
    private static uint Fold(uint state, ReadOnlySpan<byte> data)
    {
        Vector128<ulong> by64 = Vector128.Create(0x0154442bd4UL, 0x01c6e41596UL);
        Vector128<ulong> by16 = Vector128.Create(0x01751997d0UL, 0x00ccaa009eUL);
        Vector128<ulong> x0 = Load(data, 0) ^ Vector128.CreateScalar((ulong)state);
        Vector128<ulong> x1 = Load(data, 16), x2 = Load(data, 32), x3 = Load(data, 48);
        data = data[64..];
        while (data.Length >= 64)
        {
            x0 = Step(x0, by64) ^ Load(data, 0);
            x1 = Step(x1, by64) ^ Load(data, 16);
            x2 = Step(x2, by64) ^ Load(data, 32);
            x3 = Step(x3, by64) ^ Load(data, 48);
            data = data[64..];
        }
        x1 ^= Step(x0, by16);
        x2 ^= Step(x1, by16);
        x3 ^= Step(x2, by16);
        while (data.Length >= 16)
        {
            x3 = Step(x3, by16) ^ Load(data, 0);
            data = data[16..];
        }
        // What is left is congruent to the whole message: its 16 bytes from a zero state give the answer.
        Span<byte> rest = stackalloc byte[16];
        x3.AsByte().CopyTo(rest);
        return Table(0, rest);
    }

    private static Vector128<ulong> Step(Vector128<ulong> x, Vector128<ulong> k) =>
        Pclmulqdq.CarrylessMultiply(x, k, 0x00) ^ Pclmulqdq.CarrylessMultiply(x, k, 0x11);

    private static Vector128<ulong> Load(ReadOnlySpan<byte> data, int at) => Vector128.Create(data.Slice(at, 16)).AsUInt64();

    private static uint[] BuildTables()
    {
        var t = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint c = i;
            for (int k = 0; k < 8; k++)
            {
                c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            }
            t[i] = c;
        }
        for (int k = 1; k < 8; k++)
        {
            for (int i = 0; i < 256; i++)
            {
                uint p = t[((k - 1) * 256) + i];
                t[(k * 256) + i] = (p >> 8) ^ t[p & 0xFF];
            }
        }
        return t;
    }
}
