using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>Eigenvalues and eigenvectors of general square matrices, by way of the Schur form of the balanced matrix (<c>geev</c>).</summary>
internal static unsafe class Eigenvectors
{
    // A vector whose elements pass it is made smaller on the way.
    private static double Large<T>() => typeof(T) == typeof(float) ? 1e12 : 1e100;

    // What is taken for the difference of eigenvalues that are nearer to each other.
    private static double Least<T>(Complex w) => Math.Max(Deflation.Of<T>().Epsilon * Complex.Abs(w), typeof(T) == typeof(float) ? 1e-30 : 1e-290);

    /// <summary>
    /// The eigenvalues, and as columns the right vectors, A v = w v, and the left ones, uᴴ A = w uᴴ, each of length one with its largest component real. A, which is
    /// overwritten, has elements of type float, double or Complex. What is not wanted is zero. Returns 0, or the count of eigenvalues that were not found, or -4 for a
    /// matrix that is not finite.
    /// </summary>
    public static int Of<T>(MatrixView<T> a, Span<Complex> values, MatrixView<Complex> left, MatrixView<Complex> right, bool wantsLeft, bool wantsRight, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows;
        values.Clear();
        left.Fill(0);
        right.Fill(0);
        for (int i = 0; i < n; i++)
        {
            if (!double.IsFinite(Level1.Norm(a.Row(i), n))) return -4;
        }
        double[] scales = Balance(a);
        using var memory = new Scratch<T>(2L * n * n);
        MatrixView<T> z = new(memory.Data, n, n, n), flipped = new(memory.Data + ((long)n * n), n, n, n);
        int info = typeof(T) == typeof(Complex)
            ? ComplexSchur.Reduce(As<T, Complex>(a), As<T, Complex>(z), values, threads) : RealSchur<T>.Reduce(a, z, values, threads);
        if (info != 0) return info;
        Complex[] w = values.ToArray();
        if (wantsRight) Vectors(a, z, w, scales, false, right, threads);
        if (!wantsLeft) return 0;
        // uᴴ T = w uᴴ is Tᴴ u = w* u, and upper triangular again with rows and columns in reverse.
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) flipped[n - 1 - j, n - 1 - i] = Scalars.Conjugate(a[i, j]);
        }
        Vectors(flipped, z, w, scales, true, left, threads);
        return 0;
    }

    private static MatrixView<TTo> As<T, TTo>(MatrixView<T> a)
        where T : unmanaged, INumberBase<T>
        where TTo : unmanaged, INumberBase<TTo> => new((TTo*)a.Data, a.Rows, a.Columns, a.RowStride);

    // Those of the Schur form, rows of a matrix, times Z. Of a real matrix's pair the two rows are the real and the imaginary parts.
    private static void Vectors<T>(MatrixView<T> t, MatrixView<T> z, Complex[] values, double[] scales, bool inReverse, MatrixView<Complex> to, Threads threads)
        where T : unmanaged, INumberBase<T>
    {
        int n = t.Rows;
        using var memory = new Scratch<T>(2L * n * n);
        MatrixView<T> x = new(memory.Data, n, n, n), made = new(memory.Data + ((long)n * n), n, n, n);
        x.Fill(T.Zero);
        threads.Split(n, 1, (double)n * n * n / 6, (begin, end) =>
        {
            // Long vectors and short ones by turns, so that all threads have as much to do.
            for (int i = begin; i < end; i++) Row(i % 2 == 0 ? i / 2 : n - 1 - (i / 2));
        });
        Products.Multiply(x, z.Transposed, made, false, threads);
        threads.Split(n, 1, 4.0 * n * n, (begin, end) =>
        {
            var v = new Complex[n];
            for (int j = begin; j < end; j++)
            {
                bool isReal = typeof(T) != typeof(Complex);
                if (isReal && values[j].Imaginary < 0) continue;
                bool isPair = isReal && values[j].Imaginary > 0;
                for (int i = 0; i < n; i++)
                {
                    Complex element = isPair ? new Complex(Scalars.Real(made[j, i]), Scalars.Real(made[j + 1, i])) : made[j, i] is Complex c ? c : Scalars.Real(made[j, i]);
                    v[i] = inReverse ? element / scales[i] : element * scales[i];
                }
                Normalize(v, isReal && !isPair);
                for (int i = 0; i < n; i++)
                {
                    to[i, j] = v[i];
                    if (isPair) to[i, j + 1] = Complex.Conjugate(v[i]);
                }
            }
        });

        void Row(int j)
        {
            Complex w = inReverse ? Complex.Conjugate(values[j]) : values[j];
            if (typeof(T) == typeof(Complex))
            {
                SolveComplex(As<T, Complex>(t), w, inReverse ? n - 1 - j : j, (Complex*)x.Row(j));
            }
            else
            {
                // The second of a pair is the first's conjugate.
                if (values[j].Imaginary < 0) return;
                bool isPair = values[j].Imaginary > 0;
                SolveReal(t, w, inReverse ? n - 1 - j : isPair ? j + 1 : j, x.Row(j), isPair ? x.Row(j + 1) : null);
                if (inReverse && isPair) new Span<T>(x.Row(j + 1), n).Reverse();
            }
            if (inReverse) new Span<T>(x.Row(j), n).Reverse();
        }
    }

    // Rows and columns scaled by powers of two until they are about as long (James, Langou and Lowery 2014); returns D of D⁻¹ A D.
    private static double[] Balance<T>(MatrixView<T> a)
        where T : unmanaged, INumberBase<T>
    {
        int n = a.Rows;
        double[] scales = [.. Enumerable.Repeat(1.0, n)];
        double[] columns = new double[n];
        bool done = false;
        for (int sweep = 0; sweep < 100 && !done; sweep++)
        {
            done = true;
            Array.Clear(columns);
            for (int k = 0; k < n; k++)
            {
                for (int i = 0; i < n; i++) columns[i] += k == i ? 0 : Scalars.Square(a[k, i]);
            }
            for (int i = 0; i < n; i++)
            {
                double column = columns[i], row = 0;
                for (int k = 0; k < n; k++) row += k == i ? 0 : Scalars.Square(a[i, k]);
                (column, row) = (Math.Sqrt(column), Math.Sqrt(row));
                if (column == 0 || row == 0 || !double.IsFinite(column) || !double.IsFinite(row)) continue;
                double factor = 1, sum = column + row;
                for (; column < row / 2; factor *= 2, column *= 2) row /= 2;
                for (; column >= row * 2; factor /= 2, column /= 2) row *= 2;
                if (column + row >= 0.95 * sum) continue;
                done = false;
                scales[i] *= factor;
                for (int k = 0; k < n; k++)
                {
                    if (k != i) columns[k] += Scalars.Square(a[i, k]) * ((1 / (factor * factor)) - 1);
                    a[i, k] /= Scalars.Of<T>(factor);
                    a[k, i] *= Scalars.Of<T>(factor);
                }
            }
        }
        return scales;
    }

    // x with T x = w x, w being an eigenvalue of the block that ends at last; T is upper triangular.
    private static void SolveComplex(MatrixView<Complex> t, Complex w, int last, Complex* x)
    {
        double least = Least<Complex>(w);
        x[last] = 1;
        for (int i = last - 1; i >= 0; i--)
        {
            Complex difference = t[i, i] - w;
            x[i] = -Level1.Dot(t.Row(i) + i + 1, x + i + 1, last - i, conjugate: false) / (Complex.Abs(difference) < least ? least : difference);
            double most = Complex.Abs(x[i]);
            if (most > Large<Complex>()) Level1.Scale(x + i, 1 / most, last + 1 - i);
        }
    }

    // The same for a real matrix with blocks of two; a real w has no imaginary parts.
    private static void SolveReal<T>(MatrixView<T> t, Complex w, int last, T* re, T* im)
        where T : unmanaged, INumberBase<T>
    {
        double least = Least<T>(w), large = Large<T>();
        int next = last - 1;
        if (IsPair(last))
        {
            Set(last - 1, At(last - 1, last));
            Set(last, w - At(last - 1, last - 1));
            next--;
        }
        else Set(last, 1);
        for (int i = next; i >= 0; i--)
        {
            Complex x;
            if (!IsPair(i))
            {
                Complex difference = At(i, i) - w;
                Set(i, x = -Rest(i, i + 1) / (Complex.Abs(difference) < least ? least : difference));
            }
            else
            {
                Complex a = At(i - 1, i - 1) - w, d = At(i, i) - w, r = -Rest(i - 1, i + 1), s = -Rest(i, i + 1);
                double b = At(i - 1, i), c = At(i, i - 1);
                Complex determinant = (a * d) - (b * c);
                if (Complex.Abs(determinant) < least * least) determinant = least * least;
                Set(i - 1, x = ((r * d) - (b * s)) / determinant);
                Set(i, ((a * s) - (c * r)) / determinant);
                if (Complex.Abs(x) < Complex.Abs(((a * s) - (c * r)) / determinant)) x = ((a * s) - (c * r)) / determinant;
                i--;
            }
            double most = Complex.Abs(x);
            if (!(most > large)) continue;
            Level1.Scale(re + i, Scalars.Of<T>(1 / most), last + 1 - i);
            if (im is not null) Level1.Scale(im + i, Scalars.Of<T>(1 / most), last + 1 - i);
        }

        double At(int i, int j) => Scalars.Real(t[i, j]);

        bool IsPair(int i) => i > 0 && t[i, i - 1] != T.Zero;

        void Set(int i, Complex x)
        {
            re[i] = Scalars.Of<T>(x.Real);
            if (im is not null) im[i] = Scalars.Of<T>(x.Imaginary);
        }

        Complex Rest(int i, int from) => new(
            Scalars.Real(Level1.Dot(t.Row(i) + from, re + from, last + 1 - from)), im is null ? 0 : Scalars.Real(Level1.Dot(t.Row(i) + from, im + from, last + 1 - from)));
    }

    private static void Normalize(Complex[] v, bool isReal)
    {
        double most = 0, length = 0;
        int place = 0;
        for (int i = 0; i < v.Length; i++)
        {
            double size = Complex.Abs(v[i]);
            if (size > most) (most, place) = (size, i);
        }
        foreach (Complex x in v) length += Scalars.Square(x / most);
        length = Math.Sqrt(length) * most;
        Complex turn = isReal ? 1 / length : Complex.Conjugate(v[place]) / most / length;
        for (int i = 0; i < v.Length; i++)
        {
            Complex x = v[i] * turn;
            v[i] = isReal ? x.Real : i == place ? Complex.Abs(x) : x;
        }
    }
}
