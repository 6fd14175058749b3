using System.Numerics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.Fourier;

/// <summary>
/// Discrete Fourier transforms of one length, of as many lines at once as a vector has lanes: element k of all lines is a vector of real parts and one of
/// imaginary parts, so that butterflies are vertical. Stockham's self-sorting passes with radices 4, 2 and odd primes; lengths with a large prime factor go
/// by Bluestein's convolution.
/// </summary>
/// <remarks>Cooley and Tukey, 1965; Stockham, "High-speed convolution and correlation", 1966; Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970.</remarks>
internal sealed unsafe class FourierPlan<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : unmanaged, ILanes<TLanes, T>
{
    private const int LargestRadix = 31;

    private readonly int[] _radices;
    private readonly T[] _roots;
    private readonly FourierPlan<T, TLanes>? _convolution;
    private readonly T[] _chirp = [], _chirpSpectrum = [];

    /// <summary>A plan for lines of <paramref name="length"/> elements.</summary>
    public FourierPlan(int length)
    {
        Length = length;
        _radices = Factors(length);
        if (_radices.All(r => r <= LargestRadix))
        {
            _roots = Roots<T>(length);
            Vectors = 2 * length;
            return;
        }
        _roots = [];
        int longer = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * length) - 1);
        _convolution = new FourierPlan<T, TLanes>(longer);
        Vectors = _convolution.Vectors;
        (_chirp, double[] wrapped) = Chirp(length, longer);
        _chirpSpectrum = Spectrum(wrapped);
    }

    /// <summary>Lines that are transformed at once.</summary>
    public static int Lanes => TLanes.Count;

    /// <summary>Elements of a line.</summary>
    public int Length { get; }

    /// <summary>Vectors that each of the two buffers needs.</summary>
    public int Vectors { get; }

    /// <summary>Whether a length has only small prime factors.</summary>
    public static bool IsSmooth(int length) => Factors(length).All(r => r <= LargestRadix);

    /// <summary>exp(-2πi k / n) for all k: cosine and negative sine by turns.</summary>
    public static TNumber[] Roots<TNumber>(int n) where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
    {
        var roots = new TNumber[2 * n];
        for (int k = 0; k < n; k++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * k / n);
            (roots[2 * k], roots[(2 * k) + 1]) = (TNumber.CreateTruncating(cos), TNumber.CreateTruncating(-sin));
        }
        return roots;
    }

    /// <summary>exp(-πi k² / n) for k below n, and its conjugate wrapped around a circle of <paramref name="longer"/>, over that number.</summary>
    public static (T[] Chirp, double[] Wrapped) Chirp(int n, int longer)
    {
        var chirp = new T[2 * n];
        double[] wrapped = new double[2 * longer];
        for (int k = 0; k < n; k++)
        {
            (double sin, double cos) = Math.SinCos(Math.PI * (int)((long)k * k % (2 * n)) / n);
            (chirp[2 * k], chirp[(2 * k) + 1]) = (T.CreateTruncating(cos), T.CreateTruncating(-sin));
            foreach (int at in (ReadOnlySpan<int>)[k, (longer - k) % longer])
            {
                (wrapped[2 * at], wrapped[(2 * at) + 1]) = (cos / longer, sin / longer);
            }
        }
        return (chirp, wrapped);
    }

    /// <summary>The transform of one line of a power of two, in f64.</summary>
    public static T[] Spectrum(double[] line)
    {
        int n = line.Length / 2;
        double[] from = line, to = new double[line.Length], roots = Roots<double>(n);
        for ((int size, int step) = (n, 1); size > 1; size /= 2, step *= 2, (from, to) = (to, from))
        {
            int half = size / 2;
            for (int p = 0; p < half; p++)
            {
                (double c, double s) = (roots[2 * p * step], roots[(2 * p * step) + 1]);
                for (int q = 0; q < step; q++)
                {
                    int a = 2 * (q + (step * p)), b = a + (2 * step * half), d = 2 * (q + (step * 2 * p)), e = d + (2 * step);
                    (double re, double im) = (from[a] - from[b], from[a + 1] - from[b + 1]);
                    (to[d], to[d + 1]) = (from[a] + from[b], from[a + 1] + from[b + 1]);
                    (to[e], to[e + 1]) = ((re * c) - (im * s), (re * s) + (im * c));
                }
            }
        }
        return [.. from.Select(T.CreateTruncating)];
    }

    /// <summary>Transforms the lines in <paramref name="x"/>, whose contents are lost; returns where the result is, which is one of the two buffers.</summary>
    /// <param name="x">Real and imaginary vectors by turns.</param>
    /// <param name="y">Another buffer of <see cref="Vectors"/> vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TLanes* Run(TLanes* x, TLanes* y)
    {
        if (_convolution is not null)
        {
            return Convolve(x, y);
        }
        int n = Length, step = 1;
        TLanes* odd = stackalloc TLanes[4 * LargestRadix];
        foreach (int radix in _radices)
        {
            int part = n / radix;
            for (int p = 0; p < part; p++)
            {
                switch (radix)
                {
                    case 4:
                        Four(x + (2L * step * p), y + (8L * step * p), 2L * step * part, step, p);
                        break;
                    case 2:
                        Two(x + (2L * step * p), y + (4L * step * p), 2L * step * part, step, p);
                        break;
                    default:
                        Odd(radix, odd, x + (2L * step * p), y + (2L * radix * step * p), 2L * step * part, step, p);
                        break;
                }
            }
            (n, step) = (part, step * radix);
            TLanes* made = y;
            y = x;
            x = made;
        }
        return x;
    }

    private static int[] Factors(int n)
    {
        var factors = new List<int>();
        foreach (int r in (ReadOnlySpan<int>)[4, 2])
        {
            for (; n % r == 0; n /= r)
            {
                factors.Add(r);
            }
        }
        for (int r = 3; (long)r * r <= n; r += 2)
        {
            for (; n % r == 0; n /= r)
            {
                factors.Add(r);
            }
        }
        if (n > 1)
        {
            factors.Add(n);
        }
        return [.. factors];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Root(long power, out TLanes re, out TLanes im)
    {
        re = TLanes.Create(_roots[2 * power]);
        im = TLanes.Create(_roots[(2 * power) + 1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TLanes* to, TLanes re, TLanes im, TLanes c, TLanes s)
    {
        to[0] = (re * c) - (im * s);
        to[1] = (re * s) + (im * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Two(TLanes* x, TLanes* y, long apart, int step, int p)
    {
        Root((long)p * step, out TLanes c, out TLanes s);
        for (int q = 0; q < step; q++, x += 2, y += 2)
        {
            TLanes re = x[0], im = x[1], otherRe = x[apart], otherIm = x[apart + 1];
            y[0] = re + otherRe;
            y[1] = im + otherIm;
            Store(y + (2L * step), re - otherRe, im - otherIm, c, s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Four(TLanes* x, TLanes* y, long apart, int step, int p)
    {
        long at = (long)p * step;
        Root(at, out TLanes c1, out TLanes s1);
        Root(2 * at, out TLanes c2, out TLanes s2);
        Root(3 * at, out TLanes c3, out TLanes s3);
        for (int q = 0; q < step; q++, x += 2, y += 2)
        {
            TLanes re0 = x[0], im0 = x[1], re1 = x[apart], im1 = x[apart + 1];
            TLanes re2 = x[2 * apart], im2 = x[(2 * apart) + 1], re3 = x[3 * apart], im3 = x[(3 * apart) + 1];
            TLanes evenRe = re0 + re2, evenIm = im0 + im2, apartRe = re0 - re2, apartIm = im0 - im2;
            TLanes oddRe = re1 + re3, oddIm = im1 + im3, turnedRe = im1 - im3, turnedIm = re3 - re1;
            y[0] = evenRe + oddRe;
            y[1] = evenIm + oddIm;
            Store(y + (2L * step), apartRe + turnedRe, apartIm + turnedIm, c1, s1);
            Store(y + (4L * step), evenRe - oddRe, evenIm - oddIm, c2, s2);
            Store(y + (6L * step), apartRe - turnedRe, apartIm - turnedIm, c3, s3);
        }
    }

    // Sums and differences of elements k and r - k; their products with cosines and sines give results j and r - j.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Odd(int r, TLanes* held, TLanes* x, TLanes* y, long apart, int step, int p)
    {
        int half = r / 2, turn = Length / r;
        for (int q = 0; q < step; q++, x += 2, y += 2)
        {
            TLanes firstRe = x[0], firstIm = x[1], sumRe = firstRe, sumIm = firstIm;
            for (int k = 1; k <= half; k++)
            {
                TLanes* a = x + (k * apart), b = x + ((r - k) * apart), h = held + (4 * k);
                (h[0], h[1], h[2], h[3]) = (a[0] + b[0], a[1] + b[1], a[0] - b[0], a[1] - b[1]);
                sumRe += h[0];
                sumIm += h[1];
            }
            y[0] = sumRe;
            y[1] = sumIm;
            for (int j = 1; j <= half; j++)
            {
                TLanes re = firstRe, im = firstIm, acrossRe = default, acrossIm = default;
                for (int k = 1; k <= half; k++)
                {
                    TLanes* h = held + (4 * k);
                    Root(j * k % r * turn, out TLanes c, out TLanes s);
                    re += h[0] * c;
                    im += h[1] * c;
                    acrossRe += h[3] * s;
                    acrossIm += h[2] * s;
                }
                Root((long)p * step * j, out TLanes c1, out TLanes s1);
                Root((long)p * step * (r - j), out TLanes c2, out TLanes s2);
                Store(y + (2L * step * j), re - acrossRe, im + acrossIm, c1, s1);
                Store(y + (2L * step * (r - j)), re + acrossRe, im - acrossIm, c2, s2);
            }
        }
    }

    // x[k] times the chirp, convolved with the chirp's conjugate, times the chirp.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TLanes* Convolve(TLanes* x, TLanes* y)
    {
        int longer = _convolution!.Length;
        for (int k = 0; k < Length; k++)
        {
            Store(x + (2L * k), x[2L * k], x[(2L * k) + 1], TLanes.Create(_chirp[2 * k]), TLanes.Create(_chirp[(2 * k) + 1]));
        }
        new Span<TLanes>(x + (2L * Length), 2 * (longer - Length)).Clear();
        TLanes* spectrum = _convolution.Run(x, y), other = spectrum == x ? y : x;
        for (int k = 0; k < longer; k++)
        {
            // Real and imaginary part change places: the transform of that is the inverse, with the parts changed.
            TLanes re = spectrum[2L * k], im = spectrum[(2L * k) + 1], c = TLanes.Create(_chirpSpectrum[2 * k]), s = TLanes.Create(_chirpSpectrum[(2 * k) + 1]);
            spectrum[2L * k] = (re * s) + (im * c);
            spectrum[(2L * k) + 1] = (re * c) - (im * s);
        }
        TLanes* back = _convolution.Run(spectrum, other);
        for (int k = 0; k < Length; k++)
        {
            Store(back + (2L * k), back[(2L * k) + 1], back[2L * k], TLanes.Create(_chirp[2 * k]), TLanes.Create(_chirp[(2 * k) + 1]));
        }
        return back;
    }
}
