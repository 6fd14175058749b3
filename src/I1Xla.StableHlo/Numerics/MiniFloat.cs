using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Numerics;

/// <summary>
/// A floating-point format of at most 8 bits, with conversions to and from <see cref="double"/>, exact and rounding to
/// nearest even. The formats are those of the StableHLO specification ("Types"), with the behaviour of LLVM's APFloat and of
/// the <c>ml_dtypes</c> package: formats with infinities overflow to them; formats with NaN only overflow to NaN; formats
/// with neither saturate, and a NaN becomes negative zero.
/// </summary>
/// <remarks>OCP Microscaling Formats (MX) 1.0: f4E2M1FN, f6E2M3FN, f6E3M2FN, f8E8M0FNU. OCP 8-bit Floating Point (OFP8) and arXiv:2209.05433: f8E4M3FN, f8E5M2. arXiv:2206.02915: FNUZ. StableHLO, <c>rfcs/20230309-e4m3b11.md</c>, <c>rfcs/20240808-f8E4M3_f8E3M4.md</c>: the others.</remarks>
public sealed class MiniFloat
{
    private static readonly MiniFloat?[] s_byKind = new MiniFloat?[ElementKinds.Count];

    private readonly double[] _decoded;
    private readonly int _mantissaBits;
    private readonly int _bias;
    private readonly int _minExponent;
    private readonly int _maxCode;
    private readonly int _signBit;
    private readonly int _nan;
    private readonly int _infinity;
    private readonly bool _hasNegativeZero;
    private readonly bool _hasZero;

    static MiniFloat()
    {
        Add(ElementKind.F4E2M1FN, 2, 1, 1, Specials.None);
        Add(ElementKind.F6E2M3FN, 2, 3, 1, Specials.None);
        Add(ElementKind.F6E3M2FN, 3, 2, 3, Specials.None);
        Add(ElementKind.F8E3M4, 3, 4, 3, Specials.Ieee);
        Add(ElementKind.F8E4M3, 4, 3, 7, Specials.Ieee);
        Add(ElementKind.F8E4M3FN, 4, 3, 7, Specials.NanIsAllOnes);
        Add(ElementKind.F8E4M3FNUZ, 4, 3, 8, Specials.NanIsNegativeZero);
        Add(ElementKind.F8E4M3B11FNUZ, 4, 3, 11, Specials.NanIsNegativeZero);
        Add(ElementKind.F8E5M2, 5, 2, 15, Specials.Ieee);
        Add(ElementKind.F8E5M2FNUZ, 5, 2, 16, Specials.NanIsNegativeZero);
        Add(ElementKind.F8E8M0FNU, 8, 0, 127, Specials.ExponentOnly);
    }

    private MiniFloat(ElementKind kind, int exponentBits, int mantissaBits, int bias, Specials specials)
    {
        Kind = kind;
        _mantissaBits = mantissaBits;
        _bias = bias;
        int magnitudes = 1 << (exponentBits + mantissaBits);
        bool unsigned = specials == Specials.ExponentOnly;
        _signBit = unsigned ? 0 : magnitudes;
        _minExponent = unsigned ? -bias : 1 - bias;
        _hasNegativeZero = specials is Specials.None or Specials.Ieee or Specials.NanIsAllOnes;
        _hasZero = !unsigned;
        int infinityCode = ((1 << exponentBits) - 1) << mantissaBits;
        (_maxCode, _infinity, _nan) = specials switch
        {
            Specials.Ieee => (infinityCode - 1, infinityCode, infinityCode | (1 << (mantissaBits - 1))),
            Specials.NanIsAllOnes => (magnitudes - 2, -1, magnitudes - 1),
            Specials.NanIsNegativeZero => (magnitudes - 1, -1, _signBit),
            Specials.ExponentOnly => (254, -1, 255),
            _ => (magnitudes - 1, -1, -1),
        };
        _decoded = new double[unsigned ? 256 : 2 * magnitudes];
        for (int code = 0; code < _decoded.Length; code++)
        {
            _decoded[code] = DecodeSlowly(code, magnitudes, specials, infinityCode);
        }
        MaxValue = _decoded[_maxCode];
    }

    private enum Specials
    {
        None,
        Ieee,
        NanIsAllOnes,
        NanIsNegativeZero,
        ExponentOnly,
    }

    /// <summary>The kind of this format.</summary>
    public ElementKind Kind { get; }

    /// <summary>The largest finite value.</summary>
    public double MaxValue { get; }

    /// <summary>Stored bits of the mantissa.</summary>
    public int MantissaBits => _mantissaBits;

    /// <summary>What is taken from a stored exponent.</summary>
    public int Bias => _bias;

    /// <summary>The code of the largest finite value.</summary>
    public int MaxCode => _maxCode;

    /// <summary>The bit of the sign; 0 for a format without one.</summary>
    public int SignBit => _signBit;

    /// <summary>The code of the NaN that conversions give; -1 for a format without NaN.</summary>
    public int NaNCode => _nan;

    /// <summary>The code of infinity; -1 for a format without one.</summary>
    public int InfinityCode => _infinity;

    /// <summary>Whether zero has a sign, and so has NaN.</summary>
    public bool HasNegativeZero => _hasNegativeZero;

    /// <summary>Whether a kind is one of these formats.</summary>
    public static bool Is(ElementKind kind) => s_byKind[(int)kind] is not null;

    /// <summary>The format of a kind.</summary>
    /// <exception cref="ArgumentException">The kind is not a float of at most 8 bits.</exception>
    public static MiniFloat Of(ElementKind kind) => s_byKind[(int)kind] ?? throw new ArgumentException($"{kind.Name()} is not a float of at most 8 bits", nameof(kind));

    /// <summary>The value of a bit pattern; bits above the format's width are ignored.</summary>
    public double Decode(byte code) => _decoded[code & (_decoded.Length - 1)];

    /// <summary>The bit pattern of the nearest value, ties to even.</summary>
    public byte Encode(double value)
    {
        int sign = double.IsNegative(value) ? _signBit : 0;
        if (double.IsNaN(value))
        {
            return _nan < 0 ? (byte)_signBit : (byte)(_hasNegativeZero ? _nan | sign : _nan);
        }
        if (!_hasZero && value < 0)
        {
            return (byte)_nan;
        }
        double magnitude = Math.Abs(value);
        if (magnitude == 0)
        {
            return _hasZero ? (byte)(_hasNegativeZero ? sign : 0) : (byte)_nan;
        }
        if (double.IsInfinity(value))
        {
            return Overflow(sign);
        }
        int exponent = Math.Max(Math.ILogB(magnitude), _minExponent);
        // In units of the last place this is below 2^(mantissa bits + 1), so rounding it as a double is exact.
        double units = Math.Round(Math.ScaleB(magnitude, _mantissaBits - exponent), MidpointRounding.ToEven);
        if (!_hasZero)
        {
            return EncodeExponentOnly(magnitude, exponent);
        }
        // The code of a magnitude grows by one with each unit, across exponents too; subnormals start at code 0.
        long code = (long)units + ((long)(exponent - _minExponent) << _mantissaBits);
        if (code > _maxCode)
        {
            return Overflow(sign);
        }
        return (byte)(code == 0 && !_hasNegativeZero ? 0 : code | (long)sign);
    }

    /// <summary>The nearest value of the format, ties to even.</summary>
    public double Round(double value) => Decode(Encode(value));

    private static void Add(ElementKind kind, int exponentBits, int mantissaBits, int bias, Specials specials) =>
        s_byKind[(int)kind] = new MiniFloat(kind, exponentBits, mantissaBits, bias, specials);

    private byte EncodeExponentOnly(double magnitude, int exponent)
    {
        // Half way between 2^e and 2^(e+1) is 1.5*2^e; there is no mantissa bit to be even, and ties go up, as in XLA and ml_dtypes.
        int code = exponent + _bias + (magnitude >= 1.5 * Math.ScaleB(1, exponent) ? 1 : 0);
        return code > _maxCode ? (byte)_nan : (byte)code;
    }

    private byte Overflow(int sign) =>
        _infinity >= 0 ? (byte)(_infinity | sign)
        : _nan < 0 ? (byte)(_maxCode | sign)
        : (byte)(_hasNegativeZero ? _nan | sign : _nan);

    private double DecodeSlowly(int code, int magnitudes, Specials specials, int infinityCode)
    {
        if (specials == Specials.ExponentOnly)
        {
            return code == 255 ? double.NaN : Math.ScaleB(1, code - _bias);
        }
        int magnitude = code & (magnitudes - 1);
        double sign = code >= magnitudes ? -1 : 1;
        switch (specials)
        {
            case Specials.Ieee when magnitude == infinityCode:
                return sign * double.PositiveInfinity;
            case Specials.Ieee when magnitude > infinityCode:
            case Specials.NanIsAllOnes when magnitude == magnitudes - 1:
            case Specials.NanIsNegativeZero when code == magnitudes:
                return double.NaN;
        }
        int exponent = magnitude >> _mantissaBits;
        int mantissa = magnitude & ((1 << _mantissaBits) - 1);
        return exponent == 0
            ? sign * Math.ScaleB(mantissa, 1 - _bias - _mantissaBits)
            : sign * Math.ScaleB(mantissa + (1 << _mantissaBits), exponent - _bias - _mantissaBits);
    }
}
