using System.Numerics;
using I1Xla.Cpu.Hlo;

namespace I1Xla.Cpu.Runtime;

/// <summary>How updates of one type are combined with what they come to: a type, so that loops are compiled for each. That an update replaces what it comes to counts as one, of which nothing is the identity.</summary>
internal interface IMonoid<T>
    where T : unmanaged
{
    /// <summary>What leaves any other value as it is.</summary>
    static abstract T Identity { get; }

    /// <summary>The value from an old one and an update.</summary>
    static abstract T Combine(T old, T update);
}

/// <summary>What is done with a monoid of a certain type.</summary>
internal interface IMonoidBody
{
    /// <summary>Does it.</summary>
    void Run<T, TMonoid>()
        where T : unmanaged
        where TMonoid : struct, IMonoid<T>;
}

/// <summary>The last update.</summary>
internal readonly struct Replacement<T> : IMonoid<T>
    where T : unmanaged
{
    public static T Identity => throw new InvalidOperationException("no identity");

    public static T Combine(T old, T update) => update;
}

/// <summary>Sums, which wrap around among integers.</summary>
internal readonly struct Sum<T> : IMonoid<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.Zero;

    public static T Combine(T old, T update) => unchecked(old + update);
}

/// <summary>Products, which wrap around among integers.</summary>
internal readonly struct Product<T> : IMonoid<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.One;

    public static T Combine(T old, T update) => unchecked(old * update);
}

/// <summary>The largest, NaN being larger than all.</summary>
internal readonly struct Largest<T> : IMonoid<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    public static T Identity => T.MinValue;

    public static T Combine(T old, T update) => T.Max(old, update);
}

/// <summary>The smallest, NaN being smaller than all.</summary>
internal readonly struct Smallest<T> : IMonoid<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    public static T Identity => T.MaxValue;

    public static T Combine(T old, T update) => T.Min(old, update);
}

/// <summary>Bits set in both.</summary>
internal readonly struct BitsOfBoth<T> : IMonoid<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Identity => T.AllBitsSet;

    public static T Combine(T old, T update) => old & update;
}

/// <summary>Bits set in either.</summary>
internal readonly struct BitsOfEither<T> : IMonoid<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Identity => T.Zero;

    public static T Combine(T old, T update) => old | update;
}

/// <summary>Bits that differ.</summary>
internal readonly struct BitsThatDiffer<T> : IMonoid<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Identity => T.Zero;

    public static T Combine(T old, T update) => old ^ update;
}

/// <summary>Truth values, of which any byte but 0 is true, by what becomes of their lowest bits.</summary>
internal readonly struct Truth<TMonoid> : IMonoid<byte>
    where TMonoid : struct, IMonoid<byte>
{
    public static byte Identity => (byte)(TMonoid.Identity & 1);

    public static byte Combine(byte old, byte update) => TMonoid.Combine((byte)(old != 0 ? 1 : 0), (byte)(update != 0 ? 1 : 0));
}

/// <summary>bf16 by way of f32, rounded after each update.</summary>
internal readonly struct Rounded<TMonoid> : IMonoid<ushort>
    where TMonoid : struct, IMonoid<float>
{
    public static ushort Identity => ScalarFolding.RoundToBf16(TMonoid.Identity);

    public static ushort Combine(ushort old, ushort update) =>
        ScalarFolding.RoundToBf16(TMonoid.Combine(BitConverter.Int32BitsToSingle(old << 16), BitConverter.Int32BitsToSingle(update << 16)));
}
