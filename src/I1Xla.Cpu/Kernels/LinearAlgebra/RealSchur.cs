namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// The real Schur form A = Z T Zᵀ by the QR algorithm with double shifts (Francis 1961; Golub and Van Loan, Matrix Computations, 7.5). T is upper
/// triangular but for two by two blocks of complex pairs, which have equal diagonal elements, as LAPACK's <c>gees</c> leaves them.
/// </summary>
internal sealed class RealSchur
{
    // Every so many steps without a deflation the shifts are others.
    private const int Patience = 10;

    private readonly double[] _t, _z;
    private readonly int _n;

    private RealSchur(double[] t, double[] z, int n) => (_t, _z, _n) = (t, z, n);

    /// <summary>T over A, Z, and the eigenvalues in T's order, of a pair the one above the axis first. Info is 0, or the count of those that were not found.</summary>
    public static (double[] Z, double[] Real, double[] Imaginary, int Info) Reduce(Span<double> a, int n)
    {
        (double[] t, double[] z) = Reflectors.HessenbergForm<double>(a, n);
        var schur = new RealSchur(t, z, n);
        (double[] real, double[] imaginary) = (new double[n], new double[n]);
        int info = schur.Run(real, imaginary);
        t.CopyTo(a);
        return (z, real, imaginary, info);
    }

    private ref double T(int i, int j) => ref _t[(i * _n) + j];

    private int Run(double[] real, double[] imaginary)
    {
        int limit = 30 * Math.Max(10, _n), steps = 0;
        for (int last = _n - 1; last >= 0;)
        {
            int first = Split(last);
            if (first > 0) T(first, first - 1) = 0;
            if (first >= last - 1)
            {
                if (first == last) (real[last], imaginary[last]) = (T(last, last), 0);
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
            double below = Math.Abs(T(k, k - 1));
            if (below <= Deflation.Threshold(_n)) break;
            double around = Math.Abs(T(k - 1, k - 1)) + Math.Abs(T(k, k));
            if (around == 0)
            {
                if (k > 1) around += Math.Abs(T(k - 1, k - 2));
                if (k + 1 < _n) around += Math.Abs(T(k + 1, k));
            }
            if (below > Deflation.Epsilon * around) continue;
            double above = Math.Abs(T(k - 1, k)), gap = Math.Abs(T(k - 1, k - 1) - T(k, k)), corner = Math.Abs(T(k, k));
            if (Deflation.IsSmall(below, above, corner, gap, _n)) break;
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
            double size = low ? Math.Abs(T(last, last - 1)) + Math.Abs(T(last - 1, last - 2)) : Math.Abs(T(first + 1, first)) + Math.Abs(T(first + 2, first + 1));
            a = d = (0.75 * size) + (low ? T(last, last) : T(first, first));
            (b, c) = (-0.4375 * size, size);
        }
        else (a, b, c, d) = (T(last - 1, last - 1), T(last - 1, last), T(last, last - 1), T(last, last));
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
            double below = T(m + 1, m), size = Math.Abs(T(m, m) - r2) + Math.Abs(i2) + Math.Abs(below), part = below / size;
            v[0] = (part * T(m, m + 1)) + ((T(m, m) - r1) * ((T(m, m) - r2) / size)) - (i1 * (i2 / size));
            v[1] = part * (T(m, m) + T(m + 1, m + 1) - r1 - r2);
            v[2] = part * T(m + 2, m + 1);
            double sum = Math.Abs(v[0]) + Math.Abs(v[1]) + Math.Abs(v[2]);
            for (int i = 0; i < 3; i++) v[i] /= sum;
            if (m == first) break;
            double around = Math.Abs(T(m - 1, m - 1)) + Math.Abs(T(m, m)) + Math.Abs(T(m + 1, m + 1));
            if (Math.Abs(T(m, m - 1)) * (Math.Abs(v[1]) + Math.Abs(v[2])) <= Deflation.Epsilon * Math.Abs(v[0]) * around) break;
        }
        for (int k = m; k < last; k++)
        {
            Span<double> x = v[..Math.Min(3, last - k + 1)];
            if (k > m)
            {
                for (int i = 0; i < x.Length; i++) x[i] = T(k + i, k - 1);
            }
            (double tau, double beta) = Reflectors.Make(x);
            if (k > m)
            {
                T(k, k - 1) = beta;
                for (int i = 1; i < x.Length; i++) T(k + i, k - 1) = 0;
            }
            else if (m > first) T(k, k - 1) *= 1 - tau;
            Reflect(k, x, tau, Math.Min(k + 3, last));
        }
    }

    private void Reflect(int k, ReadOnlySpan<double> v, double tau, int lastRow)
    {
        for (int j = k; j < _n; j++)
        {
            double sum = 0;
            for (int i = 0; i < v.Length; i++) sum += v[i] * T(k + i, j);
            sum *= tau;
            for (int i = 0; i < v.Length; i++) T(k + i, j) -= sum * v[i];
        }
        Columns(_t, lastRow + 1, k, v, tau);
        Columns(_z, _n, k, v, tau);
    }

    private void Columns(double[] x, int rows, int k, ReadOnlySpan<double> v, double tau)
    {
        for (int j = 0; j < rows; j++)
        {
            Span<double> row = x.AsSpan((j * _n) + k, v.Length);
            double sum = 0;
            for (int i = 0; i < row.Length; i++) sum += v[i] * row[i];
            sum *= tau;
            for (int i = 0; i < row.Length; i++) row[i] -= sum * v[i];
        }
    }

    // The block at p made triangular, or of equal diagonal elements, by a rotation of everything.
    private void Standardize(int p, double[] real, double[] imaginary)
    {
        int q = p + 1;
        double a = T(p, p), b = T(p, q), c = T(q, p), d = T(q, q);
        (double cos, double sin) = Rotation(ref a, ref b, ref c, ref d);
        (T(p, p), T(p, q), T(q, p), T(q, q)) = (a, b, c, d);
        double size = c == 0 ? 0 : Math.Sqrt(Math.Abs(b)) * Math.Sqrt(Math.Abs(c));
        (real[p], real[q], imaginary[p], imaginary[q]) = (a, d, size, -size);
        for (int j = q + 1; j < _n; j++) Rotate(ref T(p, j), ref T(q, j));
        for (int i = 0; i < p; i++) Rotate(ref T(i, p), ref T(i, q));
        for (int i = 0; i < _n; i++) Rotate(ref _z[(i * _n) + p], ref _z[(i * _n) + q]);

        void Rotate(ref double x, ref double y) => (x, y) = ((cos * x) + (sin * y), (cos * y) - (sin * x));
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
        if (discriminant >= 4 * Deflation.Epsilon)
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
