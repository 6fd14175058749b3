using System.Buffers.Binary;
using System.Text;
using static System.Numerics.BitOperations;

namespace I1Xla.Data.Hashing;

/// <summary>
/// FarmHash's Fingerprint64, the hash behind TensorFlow's <c>string_to_hash_bucket_fast</c>, with which i1 chooses the
/// examples of a subset (spec 6.2).
/// </summary>
public static class FarmHash
{
    private const ulong K0 = 0xc3a5c85c97cb3127, K1 = 0xb492b66fbe98f273, K2 = 0x9ae16a3b2f90404f;

    /// <summary>Fingerprint64 of the UTF-8 bytes of <paramref name="text"/>.</summary>
    public static ulong Fingerprint64(string text) => Fingerprint64(Encoding.UTF8.GetBytes(text));

    /// <summary>Fingerprint64 of <paramref name="s"/>.</summary>
    public static ulong Fingerprint64(ReadOnlySpan<byte> s) => s.Length switch
    {
        <= 16 => Hash0To16(s),
        <= 32 => Hash17To32(s),
        <= 64 => Hash33To64(s),
        _ => HashLong(s),
    };

    private static ulong Fetch(ReadOnlySpan<byte> s, int at) => BinaryPrimitives.ReadUInt64LittleEndian(s[at..]);

    private static ulong ShiftMix(ulong v) => v ^ (v >> 47);

    private static ulong Hash16(ulong u, ulong v, ulong mul)
    {
        ulong a = ShiftMix((u ^ v) * mul);
        return ShiftMix((v ^ a) * mul) * mul;
    }

    private static ulong Hash0To16(ReadOnlySpan<byte> s)
    {
        int n = s.Length;
        ulong mul = K2 + ((ulong)n * 2);
        if (n >= 8)
        {
            ulong a = Fetch(s, 0) + K2, b = Fetch(s, n - 8);
            return Hash16((RotateRight(b, 37) * mul) + a, (RotateRight(a, 25) + b) * mul, mul);
        }
        if (n >= 4)
        {
            ulong a = BinaryPrimitives.ReadUInt32LittleEndian(s);
            return Hash16((ulong)n + (a << 3), BinaryPrimitives.ReadUInt32LittleEndian(s[(n - 4)..]), mul);
        }
        if (n > 0)
        {
            uint y = s[0] + ((uint)s[n >> 1] << 8), z = (uint)n + ((uint)s[n - 1] << 2);
            return ShiftMix((y * K2) ^ (z * K0)) * K2;
        }
        return K2;
    }

    private static ulong Hash17To32(ReadOnlySpan<byte> s)
    {
        int n = s.Length;
        ulong mul = K2 + ((ulong)n * 2);
        ulong a = Fetch(s, 0) * K1, b = Fetch(s, 8), c = Fetch(s, n - 8) * mul, d = Fetch(s, n - 16) * K2;
        return Hash16(RotateRight(a + b, 43) + RotateRight(c, 30) + d, a + RotateRight(b + K2, 18) + c, mul);
    }

    private static ulong Hash33To64(ReadOnlySpan<byte> s)
    {
        int n = s.Length;
        ulong mul = K2 + ((ulong)n * 2);
        ulong a = Fetch(s, 0) * K2, b = Fetch(s, 8), c = Fetch(s, n - 8) * mul, d = Fetch(s, n - 16) * K2;
        ulong y = RotateRight(a + b, 43) + RotateRight(c, 30) + d;
        ulong z = Hash16(y, a + RotateRight(b + K2, 18) + c, mul);
        ulong e = Fetch(s, 16) * mul, f = Fetch(s, 24);
        ulong g = (y + Fetch(s, n - 32)) * mul, h = (z + Fetch(s, n - 24)) * mul;
        return Hash16(RotateRight(e + f, 43) + RotateRight(g, 30) + h, e + RotateRight(f + a, 18) + g, mul);
    }

    private static (ulong First, ulong Second) Weak(ReadOnlySpan<byte> s, ulong a, ulong b)
    {
        ulong w = Fetch(s, 0), x = Fetch(s, 8), y = Fetch(s, 16), z = Fetch(s, 24);
        a += w;
        b = RotateRight(b + a + z, 21);
        ulong c = a;
        a += x;
        a += y;
        b += RotateRight(a, 44);
        return (a + z, b + c);
    }

    private static ulong HashLong(ReadOnlySpan<byte> s)
    {
        const ulong Seed = 81;
        int n = s.Length;
        ulong x = Seed, y = unchecked((Seed * K1) + 113), z = ShiftMix((y * K2) + 113) * K2;
        (ulong First, ulong Second) v = (0, 0), w = (0, 0);
        x = (x * K2) + Fetch(s, 0);
        int end = (n - 1) / 64 * 64;
        for (int at = 0; at < end; at += 64)
        {
            ReadOnlySpan<byte> p = s[at..];
            x = RotateRight(x + y + v.First + Fetch(p, 8), 37) * K1;
            y = RotateRight(y + v.Second + Fetch(p, 48), 42) * K1;
            x ^= w.Second;
            y += v.First + Fetch(p, 40);
            z = RotateRight(z + w.First, 33) * K1;
            v = Weak(p, v.Second * K1, x + w.First);
            w = Weak(p[32..], z + w.Second, y + Fetch(p, 16));
            (z, x) = (x, z);
        }
        ulong mul = K1 + ((z & 0xff) << 1);
        ReadOnlySpan<byte> last = s[(n - 64)..];
        w.First += (ulong)(n - 1) & 63;
        v.First += w.First;
        w.First += v.First;
        x = RotateRight(x + y + v.First + Fetch(last, 8), 37) * mul;
        y = RotateRight(y + v.Second + Fetch(last, 48), 42) * mul;
        x ^= w.Second * 9;
        y += (v.First * 9) + Fetch(last, 40);
        z = RotateRight(z + w.First, 33) * mul;
        v = Weak(last, v.Second * mul, x + w.First);
        w = Weak(last[32..], z + w.Second, y + Fetch(last, 16));
        (z, x) = (x, z);
        return Hash16(Hash16(v.First, w.First, mul) + (ShiftMix(y) * K0) + z, Hash16(v.Second, w.Second, mul) + x, mul);
    }
}
