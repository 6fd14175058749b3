using System.Numerics;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary><c>fft</c>: discrete Fourier transforms of the last dimensions, by Cooley and Tukey's recursion on the prime factors of the length.</summary>
internal static class Fourier
{
    public static void Register(Registrar add) => add("stablehlo.fft", c => OpContext.One(Transform(c)), Quantization.Dequantize);

    private static Literal Transform(OpContext c)
    {
        Literal x = c.Tensor(0);
        string type = c.Text("fft_type") ?? throw c.Error("attribute fft_type is missing");
        long[] lengths = c.Longs("fft_length");
        int rank = x.Type.Rank, dims = lengths.Length;
        if (dims is < 1 or > 3 || dims > rank)
        {
            throw c.Error($"fft_length has {dims} elements; 1 to 3 are allowed, and no more than the rank {rank}");
        }
        int last = rank - 1;
        long[] shape = x.Shape.ToArray();
        for (int d = 0; d < dims; d++)
        {
            long expected = type == "IRFFT" && d == dims - 1 ? (lengths[d] == 0 ? 0 : (lengths[d] / 2) + 1) : lengths[d];
            if (shape[rank - dims + d] != expected)
            {
                throw c.Error($"dimension {rank - dims + d} has size {shape[rank - dims + d]}, fft_length asks for {expected}");
            }
        }
        Complex[] values = Contractions.AsComplex(x);
        bool inverse = type is "IFFT" or "IRFFT";
        if (type == "IRFFT")
        {
            for (int d = rank - dims; d < last; d++)
            {
                Along(c, values, shape, d, inverse: true);
            }
            values = Extend(values, shape, lengths[^1]);
            shape[last] = lengths[^1];
            Along(c, values, shape, last, inverse: true);
        }
        else
        {
            for (int d = last; d >= rank - dims; d--)
            {
                Along(c, values, shape, d, inverse);
                if (type == "RFFT" && d == last)
                {
                    values = Half(values, shape);
                    shape[last] = shape[last] == 0 ? 0 : (shape[last] / 2) + 1;
                }
            }
        }
        Literal result = c.MakeResult(new Shape(shape));
        if (type == "IRFFT")
        {
            Elements.Write(result, Array.ConvertAll(values, z => z.Real));
        }
        else
        {
            Elements.Write(result, values);
        }
        return result;
    }

    /// <summary>Transforms all lines along one dimension in place; an inverse divides by the length.</summary>
    private static void Along(OpContext c, Complex[] values, long[] shape, int dimension, bool inverse)
    {
        int n = (int)shape[dimension], inner = 1;
        for (int d = dimension + 1; d < shape.Length; d++)
        {
            inner *= (int)shape[d];
        }
        c.Charge(checked((long)values.Length * Math.Max(1, n / 4)));
        Complex[] roots = new Complex[n];
        for (int i = 0; i < n; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * i / n);
            roots[i] = new Complex(cos, inverse ? sin : -sin);
        }
        Complex[] line = new Complex[n], transformed = new Complex[n];
        for (int start = 0; n > 0 && start < values.Length; start += n * inner)
        {
            for (int i = 0; i < inner; i++)
            {
                for (int k = 0; k < n; k++)
                {
                    line[k] = values[start + (k * inner) + i];
                }
                Line(line, 0, 1, transformed, n, roots, 1);
                for (int k = 0; k < n; k++)
                {
                    values[start + (k * inner) + i] = inverse ? transformed[k] / n : transformed[k];
                }
            }
        }
    }

    /// <summary>Transforms n elements of <paramref name="from"/> at a stride into the first n of <paramref name="to"/>; root k of length n is <c>roots[k · rootStep]</c>.</summary>
    private static void Line(Complex[] from, int offset, int stride, Span<Complex> to, int n, Complex[] roots, int rootStep)
    {
        int factor = SmallestFactor(n);
        if (factor == n)
        {
            for (int k = 0; k < n; k++)
            {
                Complex sum = Complex.Zero;
                for (int j = 0; j < n; j++)
                {
                    sum += from[offset + (j * stride)] * roots[(int)((long)j * k % n) * rootStep];
                }
                to[k] = sum;
            }
            return;
        }
        int part = n / factor;
        for (int r = 0; r < factor; r++)
        {
            Line(from, offset + (r * stride), stride * factor, to.Slice(r * part, part), part, roots, rootStep * factor);
        }
        Complex[] parts = to[..n].ToArray();
        for (int k = 0; k < n; k++)
        {
            Complex sum = Complex.Zero;
            for (int r = 0; r < factor; r++)
            {
                sum += parts[(r * part) + (k % part)] * roots[(int)((long)r * k % n) * rootStep];
            }
            to[k] = sum;
        }
    }

    private static int SmallestFactor(int n)
    {
        for (int f = 2; (long)f * f <= n; f++)
        {
            if (n % f == 0)
            {
                return f;
            }
        }
        return Math.Max(n, 1);
    }

    private static Complex[] Half(Complex[] values, long[] shape)
    {
        int n = (int)shape[^1], half = n == 0 ? 0 : (n / 2) + 1;
        int lines = n == 0 ? 0 : values.Length / n;
        Complex[] result = new Complex[lines * half];
        for (int l = 0; l < lines; l++)
        {
            Array.Copy(values, l * n, result, l * half, half);
        }
        return result;
    }

    /// <summary>The whole lines whose first half is given: a real signal's spectrum is conjugate symmetric.</summary>
    private static Complex[] Extend(Complex[] values, long[] shape, long length)
    {
        int half = (int)shape[^1], n = (int)length;
        int lines = half == 0 ? 0 : values.Length / half;
        Complex[] result = new Complex[lines * n];
        for (int l = 0; l < lines; l++)
        {
            for (int k = 0; k < n; k++)
            {
                result[(l * n) + k] = k < half ? values[(l * half) + k] : Complex.Conjugate(values[(l * half) + n - k]);
            }
        }
        return result;
    }
}
