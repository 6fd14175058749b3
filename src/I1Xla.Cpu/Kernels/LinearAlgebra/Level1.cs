using System.Numerics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// Vectors of adjacent elements, a few at a time: level 1 of the BLAS, and those parts of level 2 that run along memory. Real numbers run in vector
/// registers with fused multiply-adds.
/// </summary>
internal static unsafe class Level1
{
    /// <summary>y += Σ c[k] x[k], each x[k] being <paramref name="n"/> elements, <paramref name="stride"/> from the one before; additions in order of k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine<T>(T* y, T* x, long stride, T* c, int count, long n)
        where T : unmanaged, INumberBase<T>
    {
        int k = 0;
        for (; k + 4 <= count; k += 4, x += 4 * stride)
        {
            T c0 = c[k], c1 = c[k + 1], c2 = c[k + 2], c3 = c[k + 3];
            T* x0 = x, x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride;
            long i = 0;
            if (Vector<T>.IsSupported)
            {
                Vector<T> v0 = new(c0), v1 = new(c1), v2 = new(c2), v3 = new(c3);
                int lanes = Vector<T>.Count;
                for (; i + (2 * lanes) <= n; i += 2 * lanes)
                {
                    Vector<T> s = *(Vector<T>*)(y + i), t = *(Vector<T>*)(y + i + lanes);
                    s = Fma(v0, *(Vector<T>*)(x0 + i), s);
                    t = Fma(v0, *(Vector<T>*)(x0 + i + lanes), t);
                    s = Fma(v1, *(Vector<T>*)(x1 + i), s);
                    t = Fma(v1, *(Vector<T>*)(x1 + i + lanes), t);
                    s = Fma(v2, *(Vector<T>*)(x2 + i), s);
                    t = Fma(v2, *(Vector<T>*)(x2 + i + lanes), t);
                    *(Vector<T>*)(y + i) = Fma(v3, *(Vector<T>*)(x3 + i), s);
                    *(Vector<T>*)(y + i + lanes) = Fma(v3, *(Vector<T>*)(x3 + i + lanes), t);
                }
                for (; i + lanes <= n; i += lanes)
                {
                    Vector<T> s = Fma(v0, *(Vector<T>*)(x0 + i), *(Vector<T>*)(y + i));
                    s = Fma(v1, *(Vector<T>*)(x1 + i), s);
                    s = Fma(v2, *(Vector<T>*)(x2 + i), s);
                    *(Vector<T>*)(y + i) = Fma(v3, *(Vector<T>*)(x3 + i), s);
                }
            }
            for (; i < n; i++) y[i] = T.MultiplyAddEstimate(c3, x3[i], T.MultiplyAddEstimate(c2, x2[i], T.MultiplyAddEstimate(c1, x1[i], T.MultiplyAddEstimate(c0, x0[i], y[i]))));
        }
        for (; k < count; k++, x += stride) Add(y, x, c[k], n);
    }

    /// <summary>y += c x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(T* y, T* x, T c, long n)
        where T : unmanaged, INumberBase<T>
    {
        long i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> v = new(c);
            for (; i + Vector<T>.Count <= n; i += Vector<T>.Count) *(Vector<T>*)(y + i) = Fma(v, *(Vector<T>*)(x + i), *(Vector<T>*)(y + i));
        }
        for (; i < n; i++) y[i] = T.MultiplyAddEstimate(c, x[i], y[i]);
    }

    /// <summary>r[k] = Σ conj(x[k][i]) y[i] for so many x, <paramref name="stride"/> elements from one to the next; without the conjugate if told so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots<T>(T* r, T* x, long stride, int count, T* y, long n, bool conjugate = true)
        where T : unmanaged, INumberBase<T>
    {
        int k = 0;
        for (; k + 4 <= count; k += 4, x += 4 * stride)
        {
            T* x0 = x, x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride;
            T s0 = T.Zero, s1 = T.Zero, s2 = T.Zero, s3 = T.Zero;
            long i = 0;
            if (Vector<T>.IsSupported && n >= Vector<T>.Count)
            {
                Vector<T> v0 = default, v1 = default, v2 = default, v3 = default, w0 = default, w1 = default, w2 = default, w3 = default;
                int lanes = Vector<T>.Count;
                for (; i + (2 * lanes) <= n; i += 2 * lanes)
                {
                    Vector<T> a = *(Vector<T>*)(y + i), b = *(Vector<T>*)(y + i + lanes);
                    v0 = Fma(a, *(Vector<T>*)(x0 + i), v0);
                    w0 = Fma(b, *(Vector<T>*)(x0 + i + lanes), w0);
                    v1 = Fma(a, *(Vector<T>*)(x1 + i), v1);
                    w1 = Fma(b, *(Vector<T>*)(x1 + i + lanes), w1);
                    v2 = Fma(a, *(Vector<T>*)(x2 + i), v2);
                    w2 = Fma(b, *(Vector<T>*)(x2 + i + lanes), w2);
                    v3 = Fma(a, *(Vector<T>*)(x3 + i), v3);
                    w3 = Fma(b, *(Vector<T>*)(x3 + i + lanes), w3);
                }
                for (; i + lanes <= n; i += lanes)
                {
                    Vector<T> a = *(Vector<T>*)(y + i);
                    v0 = Fma(a, *(Vector<T>*)(x0 + i), v0);
                    v1 = Fma(a, *(Vector<T>*)(x1 + i), v1);
                    v2 = Fma(a, *(Vector<T>*)(x2 + i), v2);
                    v3 = Fma(a, *(Vector<T>*)(x3 + i), v3);
                }
                (s0, s1, s2, s3) = (Vector.Sum(v0 + w0), Vector.Sum(v1 + w1), Vector.Sum(v2 + w2), Vector.Sum(v3 + w3));
            }
            if (conjugate && typeof(T) == typeof(Complex))
            {
                for (; i < n; i++)
                {
                    T b = y[i];
                    s0 += Scalars.Conjugate(x0[i]) * b;
                    s1 += Scalars.Conjugate(x1[i]) * b;
                    s2 += Scalars.Conjugate(x2[i]) * b;
                    s3 += Scalars.Conjugate(x3[i]) * b;
                }
            }
            for (; i < n; i++)
            {
                T b = y[i];
                s0 = T.MultiplyAddEstimate(x0[i], b, s0);
                s1 = T.MultiplyAddEstimate(x1[i], b, s1);
                s2 = T.MultiplyAddEstimate(x2[i], b, s2);
                s3 = T.MultiplyAddEstimate(x3[i], b, s3);
            }
            (r[k], r[k + 1], r[k + 2], r[k + 3]) = (s0, s1, s2, s3);
        }
        for (; k < count; k++, x += stride) r[k] = Dot(x, y, n, conjugate);
    }

    /// <summary>Σ conj(x[i]) y[i], or without the conjugate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Dot<T>(T* x, T* y, long n, bool conjugate = true)
        where T : unmanaged, INumberBase<T>
    {
        T sum = T.Zero;
        long i = 0;
        if (Vector<T>.IsSupported && n >= Vector<T>.Count)
        {
            int lanes = Vector<T>.Count;
            Vector<T> v0 = default, v1 = default, v2 = default, v3 = default;
            for (; i + (4 * lanes) <= n; i += 4 * lanes)
            {
                v0 = Fma(*(Vector<T>*)(x + i), *(Vector<T>*)(y + i), v0);
                v1 = Fma(*(Vector<T>*)(x + i + lanes), *(Vector<T>*)(y + i + lanes), v1);
                v2 = Fma(*(Vector<T>*)(x + i + (2 * lanes)), *(Vector<T>*)(y + i + (2 * lanes)), v2);
                v3 = Fma(*(Vector<T>*)(x + i + (3 * lanes)), *(Vector<T>*)(y + i + (3 * lanes)), v3);
            }
            for (; i + lanes <= n; i += lanes) v0 = Fma(*(Vector<T>*)(x + i), *(Vector<T>*)(y + i), v0);
            sum = Vector.Sum(v0 + v1 + (v2 + v3));
        }
        if (conjugate && typeof(T) == typeof(Complex))
        {
            for (; i < n; i++) sum += Scalars.Conjugate(x[i]) * y[i];
        }
        for (; i < n; i++) sum = T.MultiplyAddEstimate(x[i], y[i], sum);
        return sum;
    }

    /// <summary>x *= c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<T>(T* x, T c, long n)
        where T : unmanaged, INumberBase<T>
    {
        long i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i + Vector<T>.Count <= n; i += Vector<T>.Count) *(Vector<T>*)(x + i) *= c;
        }
        for (; i < n; i++) x[i] *= c;
    }

    /// <summary>x /= c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide<T>(T* x, T c, long n)
        where T : unmanaged, INumberBase<T>
    {
        long i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> v = new(c);
            for (; i + Vector<T>.Count <= n; i += Vector<T>.Count) *(Vector<T>*)(x + i) /= v;
        }
        for (; i < n; i++) x[i] /= c;
    }

    /// <summary>(x, y) becomes (c x + s y, c y - s x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate<T>(T* x, T* y, T c, T s, long n)
        where T : unmanaged, INumberBase<T>
    {
        long i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> cos = new(c), sin = new(s), back = new(-s);
            for (; i + Vector<T>.Count <= n; i += Vector<T>.Count)
            {
                Vector<T> a = *(Vector<T>*)(x + i), b = *(Vector<T>*)(y + i);
                *(Vector<T>*)(x + i) = Fma(sin, b, cos * a);
                *(Vector<T>*)(y + i) = Fma(back, a, cos * b);
            }
        }
        for (; i < n; i++) (x[i], y[i]) = (T.MultiplyAddEstimate(s, y[i], c * x[i]), T.MultiplyAddEstimate(-s, x[i], c * y[i]));
    }

    /// <summary>The place of the largest |re| + |im|, the first of several; a NaN does not win, and where all are NaN it is 0 (<c>idamax</c>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Largest<T>(T* x, int n)
        where T : unmanaged, INumberBase<T>
    {
        double most = -1;
        int place = 0, i = 0;
        if (Vector<T>.IsSupported && n >= Vector<T>.Count)
        {
            var best = new Vector<T>(-T.One);
            for (; i + Vector<T>.Count <= n; i += Vector<T>.Count)
            {
                Vector<T> size = Vector.Abs(*(Vector<T>*)(x + i));
                best = Vector.ConditionalSelect(Vector.GreaterThan(size, best), size, best);
            }
            for (int lane = 0; lane < Vector<T>.Count; lane++) most = Math.Max(most, Scalars.Real(best[lane]));
            // Of those behind only what is larger counts.
            bool found = false;
            for (int j = 0; j < i && !found; j++)
            {
                if (Scalars.Real(T.Abs(x[j])) == most) (place, found) = (j, true);
            }
        }
        for (; i < n; i++)
        {
            double size = x[i] is Complex z ? Math.Abs(z.Real) + Math.Abs(z.Imaginary) : Scalars.Real(T.Abs(x[i]));
            if (size > most) (place, most) = (i, size);
        }
        return place;
    }

    /// <summary>The square root of Σ |x[i]|², without overflow or underflow on the way: f32 is summed in f64, f64 scaled where it must be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Norm<T>(T* x, long n)
        where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) == typeof(Complex)) return Norm((double*)x, 2 * n);
        double sum = 0;
        long i = 0;
        if (typeof(T) == typeof(float))
        {
            float* y = (float*)x;
            Vector<double> low = default, high = default;
            for (; i + Vector<float>.Count <= n; i += Vector<float>.Count)
            {
                Vector.Widen(*(Vector<float>*)(y + i), out Vector<double> a, out Vector<double> b);
                low += a * a;
                high += b * b;
            }
            sum = Vector.Sum(low + high);
            for (; i < n; i++) sum += (double)y[i] * y[i];
            return Math.Sqrt(sum);
        }
        double* z = (double*)x;
        sum = Dot(z, z, n);
        if (sum is > 1e-280 and < 1e300 || n == 0) return Math.Sqrt(sum);
        double most = 0;
        for (i = 0; i < n; i++)
        {
            double size = Math.Abs(z[i]);
            if (!(size <= most)) most = size;
            if (double.IsNaN(most)) return most;
        }
        if (most == 0 || double.IsInfinity(most)) return most;
        sum = 0;
        for (i = 0; i < n; i++) sum += (z[i] / most) * (z[i] / most);
        return most * Math.Sqrt(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<T> Fma<T>(Vector<T> a, Vector<T> b, Vector<T> sum) => typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), sum.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), sum.As<T, double>()).As<double, T>();
}
