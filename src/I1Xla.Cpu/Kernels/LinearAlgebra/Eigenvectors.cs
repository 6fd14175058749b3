using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Eigenvalues and eigenvectors of general square matrices, row-major, by way of the Schur form of the balanced matrix (<c>geev</c>).</summary>
internal static class Eigenvectors
{
    /// <summary>
    /// The eigenvalues, and as columns the right vectors, A v = w v, and the left ones, uᴴ A = w uᴴ, each of length one with its largest component real.
    /// Info is 0, or the count of eigenvalues that were not found, or -4 for a matrix that is not finite.
    /// </summary>
    public static (Complex[] Values, Complex[] Left, Complex[] Right, int Info) Of<T>(ReadOnlySpan<T> matrix, int n, bool wantsLeft, bool wantsRight) where T : unmanaged, INumberBase<T>
    {
        T[] a = matrix.ToArray();
        Complex[] left = new Complex[n * n], right = new Complex[n * n];
        foreach (T x in a)
        {
            if (!double.IsFinite(Scalars.Square(x))) return (new Complex[n], left, right, -4);
        }
        double[] scales = Balance(a, n);
        Complex[] values, z, t;
        int info;
        if (a is double[] reals)
        {
            (double[] q, double[] re, double[] im, info) = RealSchur.Reduce(reals, n);
            values = [.. re.Zip(im, (x, y) => new Complex(x, y))];
            z = Array.ConvertAll(q, x => (Complex)x);
            t = Array.ConvertAll(reals, x => (Complex)x);
        }
        else
        {
            t = (Complex[])(object)a;
            (z, values, info) = ComplexSchur.Reduce(t, n);
        }
        if (info != 0) return (values, left, right, info);
        // uᴴ T = w uᴴ is Tᴴ u = w* u, and upper triangular again with rows and columns in reverse.
        var flipped = new Complex[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) flipped[((n - 1 - j) * n) + n - 1 - i] = Complex.Conjugate(t[(i * n) + j]);
        }
        for (int j = 0; j < n; j++)
        {
            // Of a real matrix's pair the second is the first's conjugate.
            bool isPair = a is double[] && values[j].Imaginary > 0;
            if (wantsRight) Place(right, Solve(t, n, values[j], isPair ? j + 1 : j), j, isPair, false);
            if (wantsLeft)
            {
                Complex[] u = Solve(flipped, n, Complex.Conjugate(values[j]), n - 1 - j);
                Array.Reverse(u);
                Place(left, u, j, isPair, true);
            }
            if (isPair) j++;
        }
        return (values, left, right, 0);

        void Place(Complex[] into, Complex[] x, int j, bool isPair, bool inverse)
        {
            var v = new Complex[n];
            for (int i = 0; i < n; i++)
            {
                Complex sum = 0;
                for (int k = 0; k < n; k++) sum += z[(i * n) + k] * x[k];
                v[i] = inverse ? sum / scales[i] : sum * scales[i];
            }
            Normalize(v, a is double[] && !isPair);
            for (int i = 0; i < n; i++)
            {
                into[(i * n) + j] = v[i];
                if (isPair) into[(i * n) + j + 1] = Complex.Conjugate(v[i]);
            }
        }
    }

    // Rows and columns scaled by powers of two until they are about as long (James, Langou and Lowery 2014); returns D of D⁻¹ A D.
    private static double[] Balance<T>(T[] a, int n) where T : unmanaged, INumberBase<T>
    {
        double[] scales = [.. Enumerable.Repeat(1.0, n)];
        bool done = false;
        for (int sweep = 0; sweep < 100 && !done; sweep++)
        {
            done = true;
            for (int i = 0; i < n; i++)
            {
                double column = 0, row = 0;
                for (int k = 0; k < n; k++)
                {
                    if (k == i) continue;
                    column += Scalars.Square(a[(k * n) + i]);
                    row += Scalars.Square(a[(i * n) + k]);
                }
                (column, row) = (Math.Sqrt(column), Math.Sqrt(row));
                if (column == 0 || row == 0) continue;
                double factor = 1, sum = column + row;
                for (; column < row / 2; factor *= 2, column *= 2) row /= 2;
                for (; column >= row * 2; factor /= 2, column /= 2) row *= 2;
                if (column + row >= 0.95 * sum) continue;
                done = false;
                scales[i] *= factor;
                for (int k = 0; k < n; k++)
                {
                    a[(i * n) + k] /= Scalars.Of<T>(factor);
                    a[(k * n) + i] *= Scalars.Of<T>(factor);
                }
            }
        }
        return scales;
    }

    // x with T x = w x, w being an eigenvalue of the block that ends at last; T is upper triangular but for blocks of two.
    private static Complex[] Solve(Complex[] t, int n, Complex w, int last)
    {
        var x = new Complex[n];
        double least = 0;
        for (int i = 0; i <= last; i++)
        {
            for (int j = 0; j <= last; j++) least = Math.Max(least, Complex.Abs(t[(i * n) + j]));
        }
        least = Math.Max(least * 2.3e-16, 1e-290);
        int i0 = last - 1;
        if (IsPair(last))
        {
            (x[last - 1], x[last]) = (At(last - 1, last), w - At(last - 1, last - 1));
            i0--;
        }
        else x[last] = 1;
        for (int i = i0; i >= 0; i--)
        {
            if (!IsPair(i))
            {
                Complex difference = At(i, i) - w;
                x[i] = -Rest(i, i + 1) / (Complex.Abs(difference) < least ? least : difference);
            }
            else
            {
                Complex a = At(i - 1, i - 1) - w, b = At(i - 1, i), c = At(i, i - 1), d = At(i, i) - w, r = -Rest(i - 1, i + 1), s = -Rest(i, i + 1), determinant = (a * d) - (b * c);
                if (Complex.Abs(determinant) < least * least) determinant = least * least;
                (x[i - 1], x[i]) = (((r * d) - (b * s)) / determinant, ((a * s) - (c * r)) / determinant);
                i--;
            }
            double most = x.Max(Complex.Abs);
            if (most < 1e100) continue;
            for (int k = 0; k <= last; k++) x[k] /= most;
        }
        return x;

        Complex At(int i, int j) => t[(i * n) + j];

        bool IsPair(int i) => i > 0 && At(i, i - 1) != 0;

        Complex Rest(int i, int from)
        {
            Complex sum = 0;
            for (int k = from; k <= last; k++) sum += At(i, k) * x[k];
            return sum;
        }
    }

    private static void Normalize(Complex[] v, bool isReal)
    {
        double most = v.Max(Complex.Abs), length = 0;
        foreach (Complex x in v) length += Scalars.Square(x / most);
        length = Math.Sqrt(length) * most;
        Complex largest = v[Array.FindIndex(v, x => Complex.Abs(x) == most)];
        Complex turn = isReal ? 1 / length : Complex.Conjugate(largest) / most / length;
        for (int i = 0; i < v.Length; i++)
        {
            Complex x = v[i] * turn;
            v[i] = isReal ? x.Real : v[i] == largest ? Complex.Abs(x) : x;
        }
    }
}
