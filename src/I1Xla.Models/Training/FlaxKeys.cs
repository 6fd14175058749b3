using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>How flax derives keys inside a module (spec A.3, A.4).</summary>
public static class FlaxKeys
{
    /// <summary>
    /// The number folded into a stream's key: the first four bytes, big endian, of SHA-1 over the scope's names, concatenated,
    /// and the counter's minimal big-endian bytes.
    /// </summary>
    /// <param name="scopePath">Scope names joined with <c>/</c>.</param>
    /// <param name="counter">Creation index of the parameter, or number of the call, from 1.</param>
    public static uint FoldOf(string scopePath, int counter)
    {
        byte[] names = Encoding.UTF8.GetBytes(scopePath.Replace("/", "", StringComparison.Ordinal));
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, counter);
        return BinaryPrimitives.ReadUInt32BigEndian(SHA1.HashData([.. names, .. number.TrimStart((byte)0)]));
    }

    /// <summary>The key of a parameter's first value.</summary>
    public static HostRandom ParameterKey(HostRandom initKey, ParameterSpec spec) => initKey.FoldIn(FoldOf(spec.ScopePath, spec.CreationIndex));
}
