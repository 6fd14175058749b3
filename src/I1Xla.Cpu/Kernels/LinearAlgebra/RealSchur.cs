using System.Numerics;
using System.Runtime.Intrinsics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// The real Schur form A = Z T Zᵀ by the QR algorithm with double shifts (Francis 1961; Golub and Van Loan, Matrix Computations, 7.5). T is upper
/// triangular but for two by two blocks of complex pairs, which have equal diagonal elements, as LAPACK's <c>gees</c> leaves them. Elements
/// are f32 or f64; what a sweep is begun with, and each reflector, is computed in f64.
/// </summary>
internal sealed unsafe class RealSchur<T>
    where T : unmanaged, INumberBase<T>
{
    private static readonly Deflation s_deflation = Deflation.Of<T>();

    // Every so many steps without a deflation the shifts are others.
    private const int Patience = 10;

    // Columns, or rows, that reflectors are applied to together; and after how many reflectors the rows above are caught up with.
    private const int Chunk = 64, Window = 32;

    // Sweeps over the whole matrix whose reflectors wait before what nobody reads is changed by them: the more, the longer it stays in cache.
    private const int Waiting = 8;

    private readonly MatrixView<T> _t, _z;
    private readonly T* _reflectors;
    private readonly int _n;
    private readonly Threads _threads;
    private readonly List<Item> _items = [];
    private int _kept;

    private RealSchur(MatrixView<T> t, MatrixView<T> z, T* reflectors, Threads threads)
    {
        (_t, _z, _n, _threads) = (t, z, t.Rows, threads);
        _reflectors = reflectors;
    }

    // Reflectors of a sweep, or a rotation (cosine and sine in place of the first), that the rows from Row on get in T's columns behind Last, and in Z.
    private readonly record struct Item(int Row, int Count, int Last, int Offset, bool IsRotation);

    /// <summary>T over A, Z, and the eigenvalues in T's order, of a pair the one above the axis first. Info is 0, or the count of those that were not found.</summary>
    public static int Reduce(MatrixView<T> a, MatrixView<T> z, Span<Complex> values, Threads threads)
    {
        int n = a.Rows;
        // Rows and three elements more: a reflector changes columns four at a time, the last by nothing.
        int stride = n + 4;
        using var memory = new Scratch<T>((2L * n * stride) + (4L * (Waiting + 1) * (n + 1)));
        MatrixView<T> t = new(memory.Data, n, n, stride), q = new(memory.Data + ((long)n * stride), n, n, stride);
        new Span<T>(memory.Data, n * stride).Clear();
        t.CopyFrom(a);
        HessenbergReduction.Form(t, z, threads);
        q.CopyFrom(z.Transposed);
        double[] real = new double[n], imaginary = new double[n];
        var schur = new RealSchur<T>(t, q, q.Data + ((long)n * stride), threads);
        int info = schur.Run(real, imaginary);
        schur.CatchUp();
        a.CopyFrom(t);
        z.CopyFrom(q.Transposed);
        for (int i = 0; i < n; i++) values[i] = new Complex(real[i], imaginary[i]);
        return info;
    }

    private double At(int i, int j) => double.CreateTruncating(_t[i, j]);

    private void Put(int i, int j, double value) => _t[i, j] = T.CreateTruncating(value);

    private int Run(double[] real, double[] imaginary)
    {
        int limit = 30 * Math.Max(10, _n), steps = 0;
        for (int last = _n - 1; last >= 0;)
        {
            int first = Split(last);
            if (first > 0) Put(first, first - 1, 0);
            if (first >= last - 1)
            {
                if (first == last) (real[last], imaginary[last]) = (At(last, last), 0);
                else Standardize(first, real, imaginary);
                last = first - 1;
                steps = 0;
                continue;
            }
            if (++steps > limit) return last + 1;
            Sweep(first, last, steps);
        }
        return 0;
    }

    // Where the block that ends at last begins: below the lowest element under the diagonal that is small beside its neighbours.
    private int Split(int last)
    {
        int k = last;
        for (; k > 0; k--)
        {
            double below = Math.Abs(At(k, k - 1));
            if (below <= s_deflation.Threshold(_n)) break;
            double around = Math.Abs(At(k - 1, k - 1)) + Math.Abs(At(k, k));
            if (around == 0)
            {
                if (k > 1) around += Math.Abs(At(k - 1, k - 2));
                if (k + 1 < _n) around += Math.Abs(At(k + 1, k));
            }
            if (below > s_deflation.Epsilon * around) continue;
            double above = Math.Abs(At(k - 1, k)), gap = Math.Abs(At(k - 1, k - 1) - At(k, k)), corner = Math.Abs(At(k, k));
            if (s_deflation.IsSmall(below, above, corner, gap, _n)) break;
        }
        return k;
    }

    // The two shifts: the eigenvalues of the last block, or the same real one twice, or, when that leads nowhere, others.
    private (double Real1, double Imaginary1, double Real2, double Imaginary2) Shifts(int first, int last, int steps)
    {
        double a, b, c, d;
        if (steps % Patience == 0)
        {
            bool low = steps % (2 * Patience) == 0;
            double size = low ? Math.Abs(At(last, last - 1)) + Math.Abs(At(last - 1, last - 2)) : Math.Abs(At(first + 1, first)) + Math.Abs(At(first + 2, first + 1));
            a = d = (0.75 * size) + (low ? At(last, last) : At(first, first));
            (b, c) = (-0.4375 * size, size);
        }
        else (a, b, c, d) = (At(last - 1, last - 1), At(last - 1, last), At(last, last - 1), At(last, last));
        double scale = Math.Abs(a) + Math.Abs(b) + Math.Abs(c) + Math.Abs(d);
        if (scale == 0) return default;
        (a, b, c, d) = (a / scale, b / scale, c / scale, d / scale);
        double half = (a + d) / 2, determinant = ((a - half) * (d - half)) - (b * c), root = Math.Sqrt(Math.Abs(determinant));
        if (determinant >= 0) return (half * scale, root * scale, half * scale, -root * scale);
        double nearer = Math.Abs(half + root - d) <= Math.Abs(half - root - d) ? half + root : half - root;
        return (nearer * scale, 0, nearer * scale, 0);
    }

    private void Sweep(int first, int last, int steps)
    {
        (double r1, double i1, double r2, double i2) = Shifts(first, last, steps);
        Span<double> v = stackalloc double[3];
        int m = last - 2;
        // Begun further down where two small elements follow each other.
        for (; ; m--)
        {
            double below = At(m + 1, m), size = Math.Abs(At(m, m) - r2) + Math.Abs(i2) + Math.Abs(below), part = below / size;
            v[0] = (part * At(m, m + 1)) + ((At(m, m) - r1) * ((At(m, m) - r2) / size)) - (i1 * (i2 / size));
            v[1] = part * (At(m, m) + At(m + 1, m + 1) - r1 - r2);
            v[2] = part * At(m + 2, m + 1);
            double sum = Math.Abs(v[0]) + Math.Abs(v[1]) + Math.Abs(v[2]);
            for (int i = 0; i < 3; i++) v[i] /= sum;
            if (m == first) break;
            double around = Math.Abs(At(m - 1, m - 1)) + Math.Abs(At(m, m)) + Math.Abs(At(m + 1, m + 1));
            if (Math.Abs(At(m, m - 1)) * (Math.Abs(v[1]) + Math.Abs(v[2])) <= s_deflation.Epsilon * Math.Abs(v[0]) * around) break;
        }
        if (_kept + _n > Waiting * _n) CatchUp();
        T* kept = _reflectors + (4L * _kept);
        int count = last - m, stride = (int)_t.RowStride;
        for (int r = 0; r < count; r++)
        {
            int k = m + r;
            Span<double> x = v[..Math.Min(3, last - k + 1)];
            if (k > m)
            {
                for (int i = 0; i < x.Length; i++) x[i] = At(k + i, k - 1);
            }
            double tau, beta;
            fixed (double* start = x) (tau, beta) = Reflector.Make(start, x.Length);
            if (k > m)
            {
                Put(k, k - 1, beta);
                for (int i = 1; i < x.Length; i++) Put(k + i, k - 1, 0);
            }
            else if (m > first) Put(k, k - 1, At(k, k - 1) * (1 - tau));
            T* reflector = kept + (4 * r);
            (reflector[0], reflector[1], reflector[2]) = (T.CreateTruncating(tau), T.CreateTruncating(x[1]), x.Length > 2 ? T.CreateTruncating(x[2]) : T.Zero);
            // Only what the reflectors to come are made from; the rest waits.
            Rows(_t.Row(k) + k, stride, reflector, x.Length, last + 1 - k);
            Columns(m + (r / Window * Window), Math.Min(k + 3, last) + 1, k, reflector);
        }
        Above(m, count, last, kept);
        _items.Add(new Item(m, count, last, _kept, false));
        _kept += count;
    }

    // The rows above each window of a sweep, in transposed tiles.
    private void Above(int m, int count, int last, T* kept)
    {
        int rows = m + ((count - 1) / Window * Window);
        _threads.Split(rows, Chunk, 3.0 * count * rows / 2, (from, to) =>
        {
            T* tile = stackalloc T[(Window + 2) * Chunk];
            for (int i = from; i < to; i += Chunk)
            {
                for (int r = 0; r < count; r += Window)
                {
                    int s = m + r, end = Math.Min(Math.Min(i + Chunk, to), s), length = Math.Min(Window, count - r);
                    if (end <= i) continue;
                    MatrixView<T> there = _t.Part(i, s, end - i, Math.Min(length + 2, last + 1 - s)), here = new(tile, there.Columns, there.Rows, Chunk);
                    here.CopyFrom(there.Transposed);
                    for (int k = 0; k < length; k++) Rows(tile + (k * Chunk), Chunk, kept + (4 * (r + k)), Math.Min(3, last - s - k + 1), there.Rows);
                    there.CopyFrom(here.Transposed);
                }
            }
        });
    }

    // What waits is done: the columns of T behind the block of each sweep, and Z.
    private void CatchUp()
    {
        Apply(_t, _items.Count == 0 ? _n : _items.Min(item => item.Last) + 1, true);
        Apply(_z, 0, false);
        _items.Clear();
        _kept = 0;
    }

    private void Apply(MatrixView<T> to, int begin, bool behind) => _threads.Split(_n - begin, Chunk, 3.0 * _kept * (_n - begin), (from, end) =>
    {
        for (int j = begin + from; j < begin + end; j += Chunk)
        {
            int next = Math.Min(j + Chunk, begin + end);
            foreach (Item item in _items)
            {
                int at = behind ? Math.Max(j, item.Last + 1) : j;
                if (at >= next) continue;
                T* kept = _reflectors + (4L * item.Offset);
                if (item.IsRotation) Level1.Rotate(to.Row(item.Row) + at, to.Row(item.Row + 1) + at, kept[0], kept[1], next - at);
                for (int r = 0; r < item.Count && !item.IsRotation; r++) Rows(to.Row(item.Row + r) + at, to.RowStride, kept + (4 * r), Math.Min(3, item.Last - item.Row - r + 1), next - at);
            }
        }
    });

    // Three neighbouring rows, or two, from the left.
    private static void Rows(T* x, long stride, T* reflector, int count, int n)
    {
        T tau = reflector[0], v1 = reflector[1], v2 = count == 2 ? T.Zero : reflector[2];
        T* y = x + stride, z = y + (count > 2 ? stride : 0);
        Vector<T> a = new(v1), b = new(v2), ta = new(tau * v1), tb = new(tau * v2), t = new(tau);
        int i = 0;
        for (; i + Vector<T>.Count <= n; i += Vector<T>.Count)
        {
            Vector<T> p = *(Vector<T>*)(x + i), q = *(Vector<T>*)(y + i), r = *(Vector<T>*)(z + i);
            Vector<T> sum = Level1.Fma(b, r, Level1.Fma(a, q, p));
            *(Vector<T>*)(x + i) = p - (t * sum);
            if (count > 2) *(Vector<T>*)(z + i) = r - (tb * sum);
            *(Vector<T>*)(y + i) = q - (ta * sum);
        }
        for (; i < n; i++)
        {
            T sum = x[i] + (v1 * y[i]) + (v2 * z[i]);
            x[i] -= tau * sum;
            if (count > 2) z[i] -= tau * v2 * sum;
            y[i] -= tau * v1 * sum;
        }
    }

    // Three neighbouring columns from the right; four are read and written, since that is a vector.
    private void Columns(int begin, int end, int k, T* reflector)
    {
        T* x = _t.Row(begin) + k;
        long stride = _t.RowStride;
        if (typeof(T) == typeof(float))
        {
            float tau = (float)(object)reflector[0];
            Vector128<float> v = Vector128.Create(1, (float)(object)reflector[1], (float)(object)reflector[2], 0), back = tau * v;
            for (int j = begin; j < end; j++, x += stride)
            {
                Vector128<float> row = Vector128.Load((float*)x);
                (row - (back * Vector128.Sum(row * v))).Store((float*)x);
            }
        }
        else
        {
            double tau = (double)(object)reflector[0];
            Vector256<double> v = Vector256.Create(1, (double)(object)reflector[1], (double)(object)reflector[2], 0), back = tau * v;
            for (int j = begin; j < end; j++, x += stride)
            {
                Vector256<double> row = Vector256.Load((double*)x);
                (row - (back * Vector256.Sum(row * v))).Store((double*)x);
            }
        }
    }

    // The block at p made triangular, or of equal diagonal elements, by a rotation of everything.
    private void Standardize(int p, double[] real, double[] imaginary)
    {
        int q = p + 1;
        double a = At(p, p), b = At(p, q), c = At(q, p), d = At(q, q);
        (double cos, double sin) = Rotation(ref a, ref b, ref c, ref d);
        Put(p, p, a);
        Put(p, q, b);
        Put(q, p, c);
        Put(q, q, d);
        double size = c == 0 ? 0 : Math.Sqrt(Math.Abs(b)) * Math.Sqrt(Math.Abs(c));
        (real[p], real[q], imaginary[p], imaginary[q]) = (a, d, size, -size);
        for (int i = 0; i < p; i++)
        {
            double x = At(i, p), y = At(i, q);
            Put(i, p, (cos * x) + (sin * y));
            Put(i, q, (cos * y) - (sin * x));
        }
        if (_kept + _n > Waiting * _n) CatchUp();
        (_reflectors[4L * _kept], _reflectors[(4L * _kept) + 1]) = (T.CreateTruncating(cos), T.CreateTruncating(sin));
        _items.Add(new Item(p, 1, q, _kept++, true));
    }

    private static (double Cos, double Sin) Rotation(ref double a, ref double b, ref double c, ref double d)
    {
        if (c == 0) return (1, 0);
        if (b == 0)
        {
            (a, b, c, d) = (d, -c, 0, a);
            return (0, 1);
        }
        double gap = a - d;
        if (gap == 0 && double.IsNegative(b) != double.IsNegative(c)) return (1, 0);
        double p = gap / 2, large = Math.Max(Math.Abs(b), Math.Abs(c)), small = Math.Min(Math.Abs(b), Math.Abs(c)) * Math.Sign(b) * Math.Sign(c);
        double scale = Math.Max(Math.Abs(p), large), discriminant = ((p / scale) * p) + ((large / scale) * small);
        double cos, sin;
        if (discriminant >= 4 * s_deflation.Epsilon)
        {
            double root = p + Math.CopySign(Math.Sqrt(scale) * Math.Sqrt(discriminant), p), length = double.Hypot(c, root);
            a = d + root;
            d -= (large / root) * small;
            (b, cos, sin) = (b - c, root / length, c / length);
            c = 0;
            return (cos, sin);
        }
        // A complex pair, or real ones nearly equal: diagonal elements made equal.
        double sigma = b + c, tau = double.Hypot(sigma, gap);
        cos = Math.Sqrt((1 + (Math.Abs(sigma) / tau)) / 2);
        sin = -(p / (tau * cos)) * Math.CopySign(1, sigma);
        double aa = (a * cos) + (b * sin), bb = (b * cos) - (a * sin), cc = (c * cos) + (d * sin), dd = (d * cos) - (c * sin);
        (b, c) = ((bb * cos) + (dd * sin), (cc * cos) - (aa * sin));
        double middle = (((aa * cos) + (cc * sin)) + ((dd * cos) - (bb * sin))) / 2;
        a = d = middle;
        if (c == 0) return (cos, sin);
        if (b == 0)
        {
            (b, c) = (-c, 0);
            return (-sin, cos);
        }
        if (double.IsNegative(b) != double.IsNegative(c)) return (cos, sin);
        double rootB = Math.Sqrt(Math.Abs(b)), rootC = Math.Sqrt(Math.Abs(c)), apart = Math.CopySign(rootB * rootC, c), over = 1 / Math.Sqrt(Math.Abs(b + c));
        (a, d, b, c) = (middle + apart, middle - apart, b - c, 0);
        double cos1 = rootB * over, sin1 = rootC * over;
        return ((cos * cos1) - (sin * sin1), (cos * sin1) + (sin * cos1));
    }
}
